"""What every part of a spec shares: frozen, complete, and never half refused."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.spec.explain import explain
from bcinfra.spec.problems import Path, Place, SpecError

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
    """Values as they were stated, with the places where: of the whole, and by path below it (a key, or a key and a
    list index)."""

    def __init__(
        self, values: Mapping[str, Any], place: Place | None = None, places: Mapping[Path, Place] | None = None
    ) -> None:
        super().__init__(values)
        self.place = place
        self.places = places or {}


REFUSED: Final = "refused"
"""Where a refused part keeps what was stated for it, and its problems."""


class Model(BaseModel):
    """A frozen part of a spec that refuses fields it does not know.

    Python builds the parts before the shop. A part with a mistake therefore does not raise where it is built: it is
    marked as refused, so that the shop reports the mistakes of all its parts together. Reading any field of a
    refused part raises :class:`SpecError`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    def __init__(self, /, **stated: Any) -> None:
        plain = cast("dict[str, Any]", as_stated(stated))
        try:
            super().__init__(**plain)
        except ValidationError as error:
            place = caller()
            problems = explain(error, type(self), plain, place)
            kind = type(self).model_fields.get("kind")
            refusal = Stated({"kind": kind.default, **plain} if kind else plain, place), problems
            object.__setattr__(self, "__dict__", {REFUSED: refusal})

    # Parts inside a mapping are validated without __init__, as pydantic does for its own.
    __init__.__pydantic_base_init__ = True  # pyright: ignore[reportFunctionMemberAccess]

    def revised(self, **changes: Any) -> Self:
        """The same with some fields changed, checked again."""
        stated = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**stated, **changes})

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if REFUSED in self.__dict__:
                raise SpecError(self.__dict__[REFUSED][1])
            return super().__getattr__(name)

        def __repr__(self) -> str:
            return f"<refused {type(self).__name__}>" if REFUSED in self.__dict__ else super().__repr__()


def as_stated(value: object) -> object:
    """``value`` with every refused part replaced by what was stated for it."""
    if isinstance(value, Model):
        return value.__dict__[REFUSED][0] if REFUSED in value.__dict__ else value
    if isinstance(value, Stated):
        return value
    if isinstance(value, Mapping):
        return {key: as_stated(item) for key, item in cast("Mapping[Any, object]", value).items()}
    if isinstance(value, list | tuple):
        return [as_stated(item) for item in cast("list[object]", value)]
    return value


def locate(stated: object, path: Path) -> Place | None:
    """The place nearest to ``path`` that is known of a ``stated`` value."""
    found: Place | None = None
    for index in range(len(path) + 1):
        if isinstance(stated, Stated):
            known = (stated.places.get(path[index : index + size]) for size in (2, 1))
            found = next((place for place in known if place), stated.place or found)
        if index == len(path):
            break
        step = path[index]
        if isinstance(stated, Mapping):
            stated = cast("Mapping[Any, object]", stated).get(step)
        elif isinstance(stated, list) and isinstance(step, int):
            stated = cast("list[object]", stated)[step]
        else:
            break
    return found


def caller() -> Place:
    """The line outside this package (and pydantic) that is stating something."""
    frame = inspect.currentframe()
    while frame and frame.f_back and frame.f_globals.get("__name__", "").startswith(("bcinfra.spec.", "pydantic.")):
        frame = frame.f_back
    return Place(frame.f_code.co_filename, frame.f_lineno) if frame else Place("?", 0)
