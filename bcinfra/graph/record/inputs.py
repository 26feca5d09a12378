"""Check recorded inputs against the installed SDK: names it does not know, and values of plainly another type.

The SDK's constructors refuse unknown keyword arguments, but look into no nested object and at no value. What only the
SDK's types refuse, and engine and provider take, is a warning. What a provider itself checks (ranges, patterns,
combinations) is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, NamedTuple, Union, get_args, get_origin

from bcinfra.graph.core.model import Asset, Reference, Resource, Secret, Unknown, Value
from bcinfra.graph.core.problem import Problem, label
from bcinfra.graph.record.monitor import Wrong
from bcinfra.graph.record.sdk import Fields, arguments_of, fields_of

_STRICT: Final = frozenset({"kubernetes"})
"""Packages whose providers take no number for a text, or the reverse. Providers bridged from Terraform convert them."""
_TRUE_OR_FALSE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
"""What bridged providers read as a boolean (Go's ``strconv.ParseBool``)."""


def check(row: Resource, cls: type | None) -> Iterator[Wrong]:
    """What is wrong with the inputs of ``row``, a resource of the SDK's class ``cls``."""
    fields = arguments_of(cls) if cls and row.custom and not row.is_provider and not row.external else None
    if fields:
        strict = row.package in _STRICT
        for path, message, hint, taken in _object(row.inputs, fields, "", strict=strict, top=True):
            name = re.split(r"[.\[]", path, maxsplit=1)[0]
            yield Wrong(name, Problem(f"{path}: {message}", label(row), row.place, hint), taken)


_DOCUMENT: Final = re.compile(r"(policy|document)$", re.IGNORECASE)
"""Names of texts that are JSON, which bridged providers write of an object themselves."""


class _Finding(NamedTuple):
    path: str
    message: str
    hint: str | None = None
    taken: bool = False


def _object(
    value: Mapping[str, Value], fields: Fields, path: str, *, strict: bool, top: bool = False
) -> Iterator[_Finding]:
    prefix = f"{path}." if path else ""
    for name, item in value.items():
        known = name if name in fields.types else name.replace("-", "_")  # as manifests write x-kubernetes-...
        if known in fields.types:
            yield from _value(item, fields.types[known], f"{prefix}{name}", strict=strict)
        elif not name.startswith("__"):
            near = get_close_matches(name, [*fields.python, *fields.types], 1, cutoff=0.7)
            meant = fields.python.get(near[0], near[0]) if near else None
            hint = f"did you mean {meant!r}?" if meant else None
            yield _Finding(f"{prefix}{name}", f"{fields.name} has no such input", hint, meant == name and not strict)
    if not top:  # a constructor has asked for its own
        for name in sorted(fields.required - value.keys()):
            yield _Finding(f"{prefix}{name}", f"{fields.name} needs this input")


def _value(value: Value, expected: Any, path: str, *, strict: bool) -> Iterator[_Finding]:
    if value is None or isinstance(value, Unknown | Secret | Reference | Asset):
        return
    choices = _choices(expected)
    if not choices:
        return
    findings = [list(_one(value, choice, path, strict=strict)) for choice in choices]
    # Where there is a choice, as of a text or a policy's document, the provider takes more than the SDK describes.
    yield from (one._replace(taken=not strict) if len(choices) > 1 else one for one in min(findings, key=len))


@cache
def _choices(expected: Any) -> tuple[Any, ...]:
    """The types that ``expected`` stands for; none where anything goes or where the SDK does not say."""
    if get_origin(expected) is not Union:
        return (expected,) if _is_checkable(expected) else ()
    members = [member for member in get_args(expected) if member is not type(None) and not _is_plumbing(member)]
    choices = tuple(choice for member in members for choice in _choices(member))
    return choices if all(map(_choices, members)) else ()


def _is_plumbing(member: Any) -> bool:
    return getattr(get_origin(member), "__name__", "") in ("Awaitable", "Output")


def _is_checkable(expected: Any) -> bool:
    origin: Any = get_origin(expected) or expected
    return origin in (list, dict, Sequence, Mapping) or (
        isinstance(origin, type) and (_base(origin) is not None or fields_of(origin) is not None)
    )


def _one(value: Value, expected: Any, path: str, *, strict: bool) -> Iterator[_Finding]:
    origin = get_origin(expected) or expected
    arguments = get_args(expected)
    fields = fields_of(origin)
    if fields:
        if isinstance(value, dict):
            yield from _object(value, fields, path, strict=strict)
        else:
            yield _mismatch(path, value, f"an object ({fields.name})")
    elif origin in (list, Sequence):
        if not isinstance(value, list):
            yield _mismatch(path, value, "a list")
        elif arguments:
            for index, item in enumerate(value):
                yield from _value(item, arguments[0], f"{path}[{index}]", strict=strict)
    elif origin in (dict, Mapping):
        if not isinstance(value, dict):
            yield _mismatch(path, value, "a map")
        elif arguments:
            for key, item in value.items():
                yield from _value(item, arguments[1], f"{path}.{key}", strict=strict)
    elif not _is_scalar(value, origin, strict=strict):
        document = isinstance(value, dict) and _base(origin) is str and bool(_DOCUMENT.search(path))
        flag = isinstance(value, str) and _base(origin) is bool and value in _TRUE_OR_FALSE
        yield _mismatch(path, value, _NAMES[_base(origin)])._replace(taken=not strict and (document or flag))


_NAMES: Final = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _base(expected: Any) -> Any:
    """The plain type of a scalar, and of an enumeration's values; ``None`` for any other."""
    return next((base for base in _NAMES if issubclass(expected, base)), None)


def _is_scalar(value: Value, expected: Any, *, strict: bool) -> bool:
    """Whether ``value`` is of ``expected``, or is what a provider converts to it."""
    base = _base(expected)
    if not isinstance(value, str | bool | int | float):
        return False
    if type(value) is base or (base is float and type(value) is int):
        return True
    if strict:
        return False
    if base is str:
        return True
    if not isinstance(value, str):
        return False
    if base is bool:
        return value in ("true", "false")
    try:
        base(value)
    except ValueError:
        return False
    return True


def _mismatch(path: str, value: Value, expected: str) -> _Finding:
    shown = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else repr(value)
    return _Finding(path, f"must be {expected}, not {shown}")
