"""What every part of a spec shares: frozen, complete, and never half refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.spec.explain import explain
from bcinfra.spec.problems import Path, Place, Problem, SpecError
from bcinfra.spec.source import Call, calling

Given = TypeVar("Given", contravariant=True)
Kept = TypeVar("Kept", covariant=True)

if TYPE_CHECKING:

    class Accepts(Generic[Given, Kept]):
        """A field that is stated as one type and read as another, told to type checkers as a descriptor."""

        def __get__(self, instance: object, owner: Any) -> Kept: ...
        def __set__(self, instance: object, value: Given) -> None: ...


def default(value: Any, **more: Any) -> Any:
    """The default of a field whose stated type differs from the type it is read as; checked like a stated value."""
    return Field(default=value, validate_default=True, **more)


class Stated(dict[str, Any]):
    """Values as they were stated, with the places where: of the whole, and by path below it."""

    def __init__(
        self, values: Mapping[str, Any], place: Place | None = None, places: Mapping[Path, Place] | None = None
    ) -> None:
        super().__init__(values)
        self.place = place
        self.places = places or {}


_FORMER: Final[ContextVar[Model | None]] = ContextVar("former", default=None)
"""The part that one is being made from with some fields changed."""
REFUSED: Final = "(refused)"  # no field is called so
"""Where a refused part keeps what was stated for it, and its problems."""


class Model(BaseModel):
    """A frozen part of a spec that refuses fields it does not know.

    Python builds the parts before the shop. A part with a mistake therefore does not raise where it is built: it is
    marked as refused, so that the shop reports the mistakes of all its parts together. Reading any field of a
    refused part raises :class:`SpecError`.
    """

    __slots__ = ("_written",)
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    def __init__(self, /, **stated: Any) -> None:
        plain = dict(cast("Mapping[str, Any]", as_stated(stated)))
        try:
            super().__init__(**plain)
        except ValidationError as error:
            kind = type(self).model_fields.get("kind")
            given = here(type(self), {"kind": kind.default, **plain} if kind else plain)
            problems = type(self)._explained(error, plain)
            placed = tuple(replace(one, place=locate(given, one.path)) for one in problems)
            object.__setattr__(self, "__dict__", {REFUSED: (given, placed)})
        else:
            object.__setattr__(self, "_written", _writing(type(self)))

    # Parts inside a mapping are validated without __init__, as pydantic does for its own.
    __init__.__pydantic_base_init__ = True  # pyright: ignore[reportFunctionMemberAccess]

    @classmethod
    def _explained(cls, error: ValidationError, stated: Mapping[str, Any]) -> tuple[Problem, ...]:
        """What ``error`` says of what was ``stated``."""
        return explain(error, cls, stated)

    def revised(self, **changes: Any) -> Self:
        """The same with some fields changed, checked again."""
        stated = {name: getattr(self, name) for name in self.model_fields_set}
        token = _FORMER.set(self)
        try:
            return type(self)(**{**stated, **changes})
        finally:
            _FORMER.reset(token)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if REFUSED in self.__dict__:
                raise SpecError(self.__dict__[REFUSED][1])
            return super().__getattr__(name)

        def __repr__(self) -> str:
            return f"<refused {type(self).__name__}>" if REFUSED in self.__dict__ else super().__repr__()


@dataclass(frozen=True, slots=True)
class Written:
    """How a part came to be stated."""

    call: Call | None = None
    """What states it in a program."""
    former: Model | None = None
    """What it was before that call changed some of its fields."""
    places: Mapping[Path, Place] = field(default_factory=dict[Path, Place])
    """Its lines in a file."""

    def lines(self) -> dict[Path, Place]:
        """Where it states each value itself; ``()`` is the whole."""
        own = {(): self.call.place, **self.call.places} if self.call else self.places
        changed = {path[0] for path in own if path}
        former = lines(self.former) if self.former else self.places
        return {**{path: place for path, place in former.items() if path and path[0] not in changed}, **own}


def _writing(kind: type[Model]) -> Written:
    former, call = _FORMER.get(), calling()
    if former is None or type(former) is not kind:
        return Written(call)
    return Written(call, former) if call else written(former)


def written(part: Model) -> Written:
    """How ``part`` was stated."""
    try:
        found: Written = object.__getattribute__(part, "_written")
    except AttributeError:  # no program states it
        return Written()
    return found


def lines(part: Model) -> Mapping[Path, Place]:
    """Where each value of ``part`` is stated, as far as that is known; ``()`` is the whole."""
    found: dict[Path, Place] = {}
    for name in part.model_fields_set:
        for path, below in _models(part.__dict__.get(name), (name,)):
            found |= {(*path, *steps): place for steps, place in lines(below).items()}
    return found | written(part).lines()


def _models(value: object, path: Path) -> Iterator[tuple[Path, Model]]:
    match value:
        case Model():
            yield path, value
        case Mapping():
            for key, one in cast("Mapping[str, object]", value).items():
                yield from _models(one, (*path, key))
        case list() | tuple():
            for index, one in enumerate(cast("list[object]", value)):
                yield from _models(one, (*path, index))
        case _:
            pass


def here(kind: type[Model], values: Mapping[str, Any]) -> Stated:
    """The ``values`` of a part with the lines of the program that is stating them."""
    found = _writing(kind).lines()
    return Stated(values, found.pop((), None), found)


def refusal(part: Model) -> tuple[Problem, ...]:
    """What is wrong with ``part``; nothing of a sound one."""
    return part.__dict__[REFUSED][1] if REFUSED in part.__dict__ else ()


def as_stated(value: object) -> object:
    """``value`` with every refused part replaced by what was stated for it; the same where there is none."""
    match value:
        case Model():
            return value.__dict__[REFUSED][0] if REFUSED in value.__dict__ else value
        case Stated():
            return value
        case Mapping():
            given = cast("Mapping[Any, object]", value)
            found = {key: as_stated(item) for key, item in given.items()}
            return found if any(found[key] is not item for key, item in given.items()) else given
        case list() | tuple():
            items = cast("list[object]", value)
            rows = list(map(as_stated, items))
            return rows if any(row is not item for row, item in zip(rows, items, strict=True)) else items
        case _:
            return value


def locate(stated: object, path: Path) -> Place | None:
    """The place nearest to ``path`` that is known of a ``stated`` value."""
    found: Place | None = None
    for index in range(len(path) + 1):
        match stated:
            case Model():
                return _nearest(lines(stated), path[index:]) or found
            case Stated():
                found = _nearest({(): stated.place, **stated.places}, path[index:]) or found
            case _:
                pass
        if index == len(path):
            break
        step = path[index]
        if isinstance(stated, Mapping):
            stated = cast("Mapping[Any, object]", stated).get(step)
        elif isinstance(stated, list | tuple) and isinstance(step, int):
            stated = cast("list[object]", stated)[step]
        else:
            break
    return found


def _nearest(places: Mapping[Path, Place | None], path: Path) -> Place | None:
    """That of the longest beginning of ``path`` that has one."""
    return next((place for size in range(len(path), -1, -1) if (place := places.get(path[:size]))), None)
