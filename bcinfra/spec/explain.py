"""Pydantic's errors in the words of a spec."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any, Final, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bcinfra.spec.problems import ABSENT, Path, Place, Problem, did_you_mean

_WORDS: Final[Mapping[str, str]] = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "mapping_type": "must be a mapping of names to values",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields to values",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "must not be empty",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "date_from_datetime_parsing": "must be a date such as 2026-11-27",
    "date_parsing": "must be a date such as 2026-11-27",
    "date_type": "must be a date such as 2026-11-27",
    "date_from_datetime_inexact": "must be a date such as 2026-11-27, without a time",
}
"""By pydantic's error type; an error type that is not here keeps pydantic's words."""


def explain(
    error: ValidationError, root: type[BaseModel], stated: object, place: Place | None = None
) -> tuple[Problem, ...]:
    """The problems in ``error`` of what was ``stated`` for a ``root``, all at ``place``."""
    return tuple(explain_row(row, root, stated, place) for row in rows_of(error))


def rows_of(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found, but for lists that it calls too short because it counts their sound elements alone."""
    return [row for row in error.errors(include_url=False) if row["type"] != "too_short" or _is_short(row)]


def _is_short(row: ErrorDetails) -> bool:
    value = row["input"]
    return not isinstance(value, Sized) or len(value) < row.get("ctx", {})["min_length"]


def explain_row(row: ErrorDetails, root: type[BaseModel], stated: object, place: Place | None = None) -> Problem:
    """One of the problems that :func:`explain` finds."""
    kind, path, value = row["type"], row["loc"], row["input"]
    context: Mapping[str, Any] = row.get("ctx", {})
    if path[-1:] == ("[key]",):
        path, value = path[:-1], ABSENT
    match kind:
        case "missing":
            fields = model_at(root, path[:-1], stated).model_fields
            what = fields[str(path[-1])].description
            return Problem(path=path, message="is required", hint=what and f"state it: {_sentence(what)}", place=place)
        case "extra_forbidden":
            model = model_at(root, path[:-1], stated)
            return Problem(
                path=path,
                message=f"{model.__name__} has no such field",
                allowed=tuple(sorted(model.model_fields)),
                hint=did_you_mean(path[-1], model.model_fields),
                value=value if not isinstance(value, Mapping) else ABSENT,
                place=place,
            )
        case "literal_error" | "enum":
            allowed = tuple(option.strip("'") for option in context["expected"].replace(" or ", ", ").split(", "))
            return Problem(path=path, value=value, message="is not a known value", allowed=allowed, place=place)
        case "spec":
            return Problem(path=path, value=value, message=row["msg"], place=place, **context)
        case _:
            if kind == "too_short" and context["min_length"] == 1:
                kind = "string_too_short"
            words = _WORDS[kind].format(**context) if kind in _WORDS else row["msg"].removeprefix("Value error, ")
            return Problem(path=path, value=value, message=words, place=place)


def model_at(root: type[BaseModel], path: Path, stated: object) -> type[BaseModel]:
    """The model that a value at ``path`` below ``root`` has, of which ``stated`` was stated."""
    current: Any = root
    for step in path:
        if is_model(current):
            field = current.model_fields.get(step)
            current = field.annotation if field else None
        else:
            current = get_args(current)[-1]  # the values of a mapping
        stated = cast("Mapping[Any, object]", stated).get(step) if isinstance(stated, Mapping) else None
        if not is_model(current) and get_origin(current) is not Mapping:
            current = inside(current, stated)
    return current


def inside(annotation: Any, stated: object = None) -> Any:
    """The model, or the mapping, within ``X | None`` or ``Annotated[X, ...]``; of several kinds that of ``stated``."""
    if is_model(annotation) or get_origin(annotation) in (Mapping, dict):
        return annotation
    found = [part for each in get_args(annotation) if (part := inside(each, stated)) is not None]
    return next((part for part in found if is_kind(part, stated)), found[0] if found else None)


def is_kind(model: Any, stated: object) -> bool:
    """Whether ``stated`` says that it is of the kind that ``model`` is."""
    if not is_model(model) or "kind" not in model.model_fields or not isinstance(stated, Mapping):
        return False
    return cast("Mapping[str, object]", stated).get("kind") in get_args(model.model_fields["kind"].annotation)


def is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _sentence(description: str) -> str:
    first = description.split("\n\n", 1)[0].replace("\n", " ").replace("``", "").split(". ", 1)[0].rstrip(".")
    return first[0].lower() + first[1:] if first[1:2].islower() else first
