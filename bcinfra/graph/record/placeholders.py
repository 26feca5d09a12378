"""Stand-ins for what a function of a provider would have answered to a program that wants plain values.

``aws.ec2.get_vpc(...)`` gives an object with plain attributes, and a program goes on with them: puts them into texts,
walks through lists. A placeholder is of the type that the SDK promises, so the program goes on as far as it can, and
what it makes of a text is unknown to the monitor again. A loop over a placeholder runs no round, which is noted.
"""

# pyright: reportIncompatibleMethodOverride=false, reportAssignmentType=false
# Blanks answer whatever they are asked, with types wider than the built-in ones allow.

from __future__ import annotations

import asyncio
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pulumi
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]  how the SDK describes its classes

from bcinfra.graph.core import source
from bcinfra.graph.core.values import UNKNOWN_TEXT, Plain, is_list, is_object

_MANY: Final = f"{UNKNOWN_TEXT}*"
"""What the SDK finds in a placeholder list or map when it sends it to the monitor."""
_DEPTH: Final = 4
"""Levels of nested objects that are filled: some types hold themselves."""

Loop = Callable[[], object]
"""Told of a loop of the program over a placeholder."""


class Text(str):
    """A text that is unknown. What it is part of is recognized by :func:`collapse`."""

    __slots__ = ()

    def __new__(cls) -> Text:
        return super().__new__(cls, UNKNOWN_TEXT)

    def _same(self, *_args: object, **_options: object) -> Text:
        return self

    lower = upper = title = strip = lstrip = rstrip = replace = removeprefix = removesuffix = __getitem__ = _same

    def split(self, *_args: object, **_options: object) -> list[str]:
        return _Pieces()

    rsplit = split


class _Pieces(list[str]):
    """The parts of an unknown text: as many as are asked for."""

    def __init__(self) -> None:
        super().__init__([Text()])

    def __getitem__(self, _index: object) -> Any:
        return self[:] if isinstance(_index, slice) else Text()


class Items(list[Any]):
    """An unknown list: any item of it is a placeholder, and the program finds none to walk through."""

    def __init__(self, item: Any, noted: Loop) -> None:
        super().__init__([_MANY])  # what C code finds that joins or encodes it
        self._item, self._noted = item, noted

    def __getitem__(self, index: object) -> Any:
        return self if isinstance(index, slice) else placeholder(self._item, self._noted)

    def __iter__(self) -> Iterator[Any]:
        return iter(_met([_MANY], self._noted))

    def __len__(self) -> int:
        return len(_met([], self._noted))


class Fields(dict[str, Any]):
    """An unknown map: whatever is looked up is a placeholder, and the program finds no key to walk through."""

    def __init__(self, item: Any, noted: Loop) -> None:
        super().__init__({_MANY: None})
        self._item, self._noted = item, noted

    def __getitem__(self, key: str) -> Any:
        return placeholder(self._item, self._noted)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_met([_MANY], self._noted))

    def __len__(self) -> int:
        return len(_met([], self._noted))

    def keys(self) -> Any:
        return list(self)

    def values(self) -> Any:
        return [None for _ in self]

    def items(self) -> Any:
        return [(key, None) for key in self]


class Scalar(pulumi.Output[Any]):
    """An unknown number or truth value. It counts as false, which is how it passes the SDK's checks of types."""

    def __init__(self) -> None:
        known: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        value: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        known.set_result(False)
        value.set_result(None)
        super().__init__(set(), value, known)

    def __bool__(self) -> bool:
        return False


def placeholder(expected: Any, noted: Loop, depth: int = 0) -> Any:
    """A stand-in of the type ``expected``; a map where the type is not known."""
    expected = sdk_types.unwrap_type(expected) if expected is not None else dict
    origin = typing.get_origin(expected) or expected
    arguments = typing.get_args(expected)
    if sdk_types.is_output_type(expected):
        return filled(expected, {}, noted, depth)
    if origin is str:
        return Text()
    if origin in (int, float, bool):
        return Scalar()
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Fields(arguments[1] if len(arguments) > 1 else str, noted)
    return Items(arguments[0] if arguments else str, noted)


def filled(cls: type, values: Mapping[str, Any], noted: Loop, depth: int = 0) -> Any:
    """An object of the SDK's result class ``cls`` with ``values`` by protocol name, and placeholders for the rest."""
    types = sdk_types.output_type_types(cls) if depth < _DEPTH else {}
    missing = {key: placeholder(found, noted, depth + 1) for key, found in types.items() if values.get(key) is None}
    made: Any = vars(sdk_types)["output_type_from_dict"](cls, {**values, **missing})
    return made


def collapse(data: Plain) -> Plain:
    """Plain data in which whatever was made of a placeholder is unknown."""
    if isinstance(data, str):
        return UNKNOWN_TEXT if UNKNOWN_TEXT in data else data
    if is_list(data):
        return UNKNOWN_TEXT if data == [_MANY] else [collapse(item) for item in data]
    if is_object(data):
        return UNKNOWN_TEXT if _MANY in data else {key: collapse(item) for key, item in data.items()}
    return data


def _met(content: list[str], noted: Loop) -> list[str]:
    """``content`` for a library, such as the SDK that sends it on; nothing for the program, which is noted."""
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    while frame.f_back and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    if source.is_library(frame.f_code.co_filename):
        return content
    noted()
    return []
