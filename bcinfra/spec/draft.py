"""What is sound of a spec that was refused, for rules that look across its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import TypeAdapter

from bcinfra.spec.base import REFUSED, Model
from bcinfra.spec.explain import inside, is_model
from bcinfra.spec.problems import Path, Problem, SpecError

M = TypeVar("M", bound=Model)


def draft(model: type[M], stated: object, problems: Iterable[Problem]) -> M:
    """A part that holds the sound fields of ``stated``; reading another raises :class:`~bcinfra.spec.SpecError`."""
    problems = tuple(problems)
    return cast("M", _part(model, stated, [problem.path for problem in problems], problems))


def sound(*rules: Iterator[Problem]) -> Iterator[Problem]:
    """The problems of each rule up to where it reads an unsound field."""
    for rule in rules:
        try:
            yield from rule
        except SpecError:
            continue


def _part(model: type[Model], stated: object, unsound: Sequence[Path], problems: tuple[Problem, ...]) -> Model:
    if isinstance(stated, Model):
        return stated
    values: dict[str, Any] = {}
    below = _by_first_step(unsound)
    if isinstance(stated, Mapping) and () not in unsound:
        given = cast("Mapping[str, Any]", stated)
        for name, field in model.model_fields.items():
            annotation: Any = field.annotation
            if name not in below:
                values[name] = _validated(annotation, field, given, name)
            elif () not in below[name]:
                inner = inside(annotation, given[name])
                if is_model(inner):
                    values[name] = _part(inner, given[name], below[name], problems)
                elif inner is not None and inside(item := get_args(inner)[1]) is not None:
                    rows, broken = given[name], _by_first_step(below[name])
                    sound = {key: row for key, row in rows.items() if key not in broken}
                    values[name] = _validated(annotation, field, {name: sound}, name) | {
                        key: _part(inside(item, rows[key]), rows[key], broken[key], problems)
                        for key in rows
                        if key in broken
                    }
    part = model.model_construct()
    object.__setattr__(part, "__dict__", {**values, REFUSED: (stated, problems)})
    return part


def _validated(annotation: Any, field: Any, given: Mapping[str, Any], name: str) -> Any:
    if name not in given and not field.validate_default:
        return field.get_default(call_default_factory=True)
    value = given[name] if name in given else field.get_default(call_default_factory=True)
    for validator in field.metadata:
        annotation = Annotated[annotation, validator]
    return TypeAdapter[Any](annotation).validate_python(value)


def _by_first_step(paths: Iterable[Path]) -> Mapping[str | int, list[Path]]:
    found: defaultdict[str | int, list[Path]] = defaultdict(list)
    for path in paths:
        if path:
            found[path[0]].append(path[1:])
    return found
