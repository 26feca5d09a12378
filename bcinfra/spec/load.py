"""A shop stated in YAML, checked as one stated in Python is."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from bcinfra.spec.base import Stated, Written
from bcinfra.spec.problems import Path, Place, Problem, SpecError, UnreadableError, in_order
from bcinfra.spec.shop import Shop

MAX_BYTES: Final = 1_000_000
"""A shop takes some kilobytes; what is far larger is another file."""
MAX_VALUES: Final = 20_000
"""Values after aliases are followed, so that a few of them cannot grow into millions."""
_TELLING: Final = tuple(name for name, field in Shop.model_fields.items() if field.is_required() and name != "name")
"""Fields that tell a shop from other YAML: many files have a name."""
_BEGIN: Final = "begin with name: and domain:"
_SHOP: Final = "shop"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN: Final = re.compile("tag:yaml.org,2002:(map|seq|str|int|float|bool|null|timestamp|merge|value)")
"""Tags that PyYAML gives to values without one."""
_MERGE: Final = "tag:yaml.org,2002:merge"
"""Of the key ``<<``, which takes over what another mapping states."""


def load_shop(path: str | os.PathLike[str]) -> Shop:
    """The shop in the YAML file at ``path`` (``-`` is standard input).

    Raises :class:`~bcinfra.spec.SpecError` with all mistakes at once.

    Scalars are read as they are written, and get their type from the field: ``version: 8.10`` is not 8.1, an account
    id keeps its leading zeros, and ``no`` may be a name.
    """
    return _shop(*_page(os.fspath(path)))


def load_text(text: str, name: str) -> Shop:
    """The shop in YAML that stands in no file yet; ``name`` is what messages call it. Raises as :func:`load_shop`."""
    return _shop(*_page(name, text))


def _shop(problems: list[Problem], stated: Stated) -> Shop:
    try:
        shop = Shop.model_validate(stated)
    except SpecError as error:
        raise SpecError(in_order([*problems, *error.problems])) from None
    if problems:
        raise SpecError(in_order(problems))
    object.__setattr__(shop, "_written", Written(places=dict(_places(stated, ()))))
    return shop


def places(path: str) -> dict[Path, Place]:
    """Where the YAML file at ``path`` states each value. Raises :class:`~bcinfra.spec.SpecError`."""
    return dict(_places(_page(path)[1], ()))


def _places(stated: Stated, above: Path) -> Iterator[tuple[Path, Place]]:
    if stated.place:
        yield above, stated.place
    yield from (((*above, *below), place) for below, place in stated.places.items())
    for key, value in stated.items():
        if isinstance(value, Stated):
            yield from _places(value, (*above, key))


def _page(file: str, text: str | None = None) -> tuple[list[Problem], Stated]:
    """What a page states, and the mistakes that only YAML can hold."""
    problems, stated = read_stated(file, text=text)
    start = Place(_name(file), 1)
    if stated is None:
        raise SpecError([Problem(path=(), message="is empty", place=start, hint=_BEGIN)])
    if not stated.keys() <= Shop.model_fields.keys() and stated.keys().isdisjoint(_TELLING):
        listed = ", ".join(_TELLING)
        raise SpecError([Problem(path=(), message=f"is no shop: it has none of {listed}", place=start)])
    return problems, stated


def read_stated(
    file: str, whole: str = _SHOP, begin: str = _BEGIN, text: str | None = None
) -> tuple[list[Problem], Stated | None]:
    """What a YAML file states, with its lines, and the mistakes that only YAML can hold; ``None`` of an empty one.

    ``whole`` names it in messages, ``begin`` says how it begins, ``text`` is read in place of the
    file. Raises :class:`~bcinfra.spec.SpecError` where nothing can be read.
    """
    name = _name(file)
    reader = _Reader(name, gaps=whole != _SHOP)
    try:
        stated = reader.value(yaml.compose(_text(file, name) if text is None else text, Loader=yaml.SafeLoader), ())
    except yaml.MarkedYAMLError as error:
        problem = _syntax(error, name)
    except yaml.YAMLError as error:
        problem = Problem(path=(), message="is not YAML: " + str(error).splitlines()[0], place=Place(name, 1))
    except RecursionError:
        problem = Problem(path=(), message="is nested too deeply", place=Place(name, 1))
    except SpecError as error:
        raise type(error)(replace(one, whole=whole) for one in error.problems) from None
    else:
        if stated is None or isinstance(stated, Stated):
            return [replace(one, whole=whole) for one in reader.problems], stated
        message = "does not hold a mapping of fields to values"
        problem = Problem(path=(), message=message, place=Place(name, 1), hint=begin)
    raise SpecError([replace(problem, whole=whole)])


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _text(file: str, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else FilePath(file).read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnreadableError([Problem(path=(), message=f"cannot be read: {reason}", place=Place(name, 1))]) from None
    if len(content) > MAX_BYTES:
        message = f"is {len(content)} bytes long, of at most {MAX_BYTES}"
        raise SpecError([Problem(path=(), message=message, place=Place(name, 1))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError([Problem(path=(), message="is not UTF-8 text", place=Place(name, line))]) from None


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Problem:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    what = error.problem or "cannot be parsed"
    if what.startswith("but") and error.context:
        what = f"{error.context}, {what}"
    hint = "indent with spaces" if "\\t" in what else None
    return Problem(path=(), message=f"is not YAML: {what}", place=Place(file, line), hint=hint)


class _Reader:
    """Turns YAML nodes into plain values with places, and keeps the mistakes that only YAML can hold."""

    def __init__(self, file: str, gaps: bool) -> None:
        """``gaps``: whether a key may be left empty. On a page, what was meant would silently not be there."""
        self.file = file
        self.gaps = gaps
        self.problems: list[Problem] = []
        self.count = 0

    def value(self, node: yaml.Node | None, path: Path) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            message = f"holds more than {MAX_VALUES} values once its aliases are followed"
            raise SpecError([Problem(path=(), message=message, place=Place(self.file, 1))])
        if node and not _PLAIN.fullmatch(node.tag):
            self._report(node, path, f"has the tag {node.tag}; write plain values")
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return None if node.style is None and node.value in _NULLS else node.value
            case _:
                return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Stated:
        values: dict[str, Any] = {}
        places: dict[Path, Place] = {}
        shared: list[Stated] = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._report(key, path, "has a key that is not text")
                continue
            if key.tag == _MERGE:
                several = value.value if isinstance(value, yaml.SequenceNode) else [value]
                found = [self.value(one, path) for one in several]
                shared += [one for one in found if isinstance(one, Stated)]
                if not all(isinstance(one, Stated) for one in found):
                    self._report(key, path, "takes over (<<) what is no mapping")
                continue
            name = key.value
            if name in values:
                self._report(key, (*path, name), f"is stated twice, first in line {places[name,].line}")
                continue
            places[name,] = self._place(key)
            if isinstance(value, yaml.SequenceNode):
                places.update({(name, index): self._place(item) for index, item in enumerate(value.value)})
            values[name] = self.value(value, (*path, name))
            if isinstance(value, yaml.ScalarNode) and not (value.style or value.value or self.gaps):
                self._report(key, (*path, name), "is empty; null would say that there is none")
        for one in shared:  # what is stated here comes first, then what is shared, in its order
            places.update({at: place for at, place in one.places.items() if at[0] not in values})
            values.update({name: value for name, value in one.items() if name not in values})
        return Stated(values, None if path else self._place(node), places)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)

    def _report(self, node: yaml.Node, path: Path, message: str) -> None:
        self.problems.append(Problem(path=path, message=message, place=self._place(node)))
