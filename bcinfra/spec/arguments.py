"""What is wrong with the arguments of a component, in the words in which mistakes of a page are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bcinfra.spec.base import REFUSED
from bcinfra.spec.explain import explain_row, inside, is_model, rows_of
from bcinfra.spec.problems import ABSENT, Path, Problem, SpecError

_LINE: Final = re.compile(r"(?P<path>[A-Za-z_]\w*(?:\.[\w-]+|\[\d+\]|\['[^']*'\])*): (?P<what>.+)", re.DOTALL)
"""A problem that a component's own check tells: its argument first."""
_STEP: Final = re.compile(r"\['([^']*)'\]|\[(\d+)\]|([\w-]+)")
_OUTPUT: Final = "the output of another resource"


def explained(error: ValidationError, kind: type[BaseModel], stated: Mapping[str, Any]) -> tuple[Problem, ...]:
    """The problems in ``error`` of what was ``stated`` for a ``kind`` of arguments, and those that its own checks find
    in what is sound."""
    rows: dict[tuple[Path, str], ErrorDetails] = {}
    for row in rows_of(error):
        path = _reached(row["loc"], stated, row["type"])
        rows.setdefault((path, row["type"]), {**row, "loc": path})
    problems = [one for row in rows.values() for one in _problems(row, kind, stated)]
    fields = {path[0] for path, _ in rows if path}
    if fields:
        problems += _checked(kind, {name: value for name, value in stated.items() if name not in fields})
    return tuple(_merged(problems))


def lines(text: str, above: Path = ()) -> Iterator[Problem]:
    """The problems that a component's own check told in one text, one a line."""
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        rows = _STEP.findall(found["path"]) if found else []
        steps = [int(index) if index else quoted or name for quoted, index, name in rows]
        yield Problem(path=(*above, *steps), message=found["what"] if found else line)


def _problems(row: ErrorDetails, kind: type[BaseModel], stated: object) -> Iterator[Problem]:
    path, context = row["loc"], row.get("ctx", {})
    if row["type"] == "value_error":
        yield from lines(str(context["error"]), path)
        return
    one = explain_row(row, kind, stated)
    annotation = _annotation(kind, path)
    message, allowed, value = one.message, one.allowed, one.value
    match row["type"]:
        case "string_pattern_mismatch":
            examples = _examples(kind, path)
            message = "is not of the form that is asked"
            allowed = (f"such as {', '.join(examples)}",) if examples else (f"text that matches {context['pattern']}",)
        case "is_instance_of":
            name = str(context["class"]).rpartition(".")[2]
            message = f"must be {_OUTPUT}" if name == "Output" else f"must be {name}(...)"
        case "model_type" | "model_attributes_type":
            message = f"must be {context['class_name']}(...)"
        case "extra_forbidden":
            value = ABSENT  # of an argument that nobody knows, nobody knows whether it is a password
        case _:
            pass
    if "Output[" in str(annotation):
        value = ABSENT  # as what other resources make may be
    yield Problem(path=path, message=message, value=value, allowed=allowed, hint=one.hint)


def _merged(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem for a value that is none of several things that it may be."""
    for path, several in groupby(problems, key=lambda one: one.path):
        first, *others = several
        if others and all(one.message.startswith("must be ") for one in (first, *others)):
            ways = dict.fromkeys(one.message.removeprefix("must be ") for one in others)
            yield Problem(path=path, message=" or ".join([first.message, *ways]), value=first.value)
        else:
            yield from (first, *others)


def _checked(kind: type[BaseModel], sound: Mapping[str, Any]) -> Iterator[Problem]:
    """What the arguments' own checks say where what they look at is sound."""
    draft = kind.model_construct(**sound)
    missing = {name: () for name, field in kind.model_fields.items() if field.is_required() and name not in sound}
    object.__setattr__(draft, "__dict__", {**draft.__dict__, **({REFUSED: (sound, ())} if missing else {})})
    for validator in kind.__pydantic_decorators__.model_validators.values():
        if validator.info.mode == "after":
            with suppress(SpecError, AttributeError, TypeError, KeyError):  # it looks at what is not
                try:
                    cast("Any", validator.func)(draft)
                except ValueError as error:
                    yield from lines(str(error))


def _reached(steps: Path, given: object, kind: str) -> Path:
    """``steps`` without those that lead to no value: pydantic's names for what a value might have been."""
    found: list[str | int] = []
    inner: Any = given
    for index, step in enumerate(steps):
        absent = kind == "missing" and index == len(steps) - 1
        if (isinstance(inner, Mapping) and step in inner) or (
            isinstance(inner, list | tuple) and isinstance(step, int)
        ):
            inner = cast("Any", inner)[step]
        elif step != "[key]" and not (absent and isinstance(inner, Mapping)):
            continue
        found.append(step)
    return tuple(found)


def _annotation(kind: type[BaseModel], path: Path) -> Any:
    """The type that the value at ``path`` may have."""
    current: Any = kind
    for step in path:
        current = inside(current) or current
        if is_model(current):
            field = current.model_fields.get(step)
            current = field.annotation if field else None
    return current


def _examples(kind: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Values that the argument at ``path`` may have, where its field names some."""
    above = _annotation(kind, path[:-1]) if path else None
    model = inside(above) if above is not None else None
    field = cast("type[BaseModel]", model).model_fields.get(str(path[-1])) if is_model(model) else None
    return tuple(map(str, field.examples or ())) if field else ()


def title(kind: type[BaseModel]) -> str:
    """The component whose arguments these are: ``aws.MySql``."""
    package, *below = kind.__module__.split(".")
    name = kind.__name__.removesuffix("Args")
    return f"{below[0]}.{name}" if package == "bcinfra" and below else name
