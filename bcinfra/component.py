"""What every component shares: arguments that are checked, a type token, outputs that are registered.

A component is ``X(name, XArgs(...), opts)``. Its arguments are a frozen pydantic model that refuses fields it does
not know; its type token is ``bcinfra:<package>:<X>``; its children are named from maps, never from list positions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache, partial
from itertools import islice
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, Union

import pulumi
from pydantic import ConfigDict, ValidationError

from bcinfra.exits import Exit, UserError
from bcinfra.spec.arguments import explained, title
from bcinfra.spec.base import Model, refusal
from bcinfra.spec.problems import Problem, SpecError
from bcinfra.spec.source import calling

Str: TypeAlias = Union[str, pulumi.Output[str]]  # noqa: UP007  pydantic evaluates it, and Output has no `|`
"""Text, or the output of another resource."""

Strs: TypeAlias = Union[tuple[str, ...], pulumi.Output[Sequence[str]]]  # noqa: UP007
"""Texts, or the output of another resource that lists them."""


class DeletionPolicy(StrEnum):
    """What guards data against deletion. One policy drives every switch a service has for it."""

    PROTECT = "protect"
    """Pulumi protects it, the service refuses deletion, a final snapshot is taken, a bucket must be empty."""
    DISPOSABLE = "disposable"
    """``pulumi destroy`` removes it with its data: for staging and tests."""


class ProgramError(UserError, pulumi.RunError):
    """What a program has to mend. Pulumi tells it without a traceback."""

    exit = Exit.USAGE


class RefusedError(SpecError, ProgramError):
    """What a program asks for cannot be declared: told as mistakes of a page are, all at once, each with its argument,
    value, line, what is allowed and the fix."""


class Args(Model):
    """Arguments of a component, or a part of them: immutable, complete, with no field it does not know.

    Raises :class:`RefusedError` with all that is wrong, in its parts too: these wait with theirs until they are used.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, hide_input_in_errors=True)  # an argument may be a password

    def __init__(self, /, **stated: Any) -> None:
        super().__init__(**stated)
        wrong = refusal(self)
        if wrong and type(self).__name__.endswith("Args"):
            component = title(type(self))
            whole = f"arguments of {component}"
            raise RefusedError(replace(one, path=(component, *one.path), whole=whole) for one in wrong)

    # As a spec's parts: those inside a mapping are validated without it.
    __init__.__pydantic_base_init__ = True  # pyright: ignore[reportFunctionMemberAccess]

    @classmethod
    def _explained(cls, error: ValidationError, stated: Mapping[str, Any]) -> tuple[Problem, ...]:
        return explained(error, cls, stated)


class OverrideError(ValueError):
    """An override fits nothing, or its argument is refused."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a program puts in the place of parts of what is assembled for it."""

    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Arguments of components that differ, by the component's name or a pattern of it (``*-ireland-web``): they are
    checked like all others."""
    components: Mapping[type[Component], type[Component]] = field(
        default_factory=dict["type[Component]", "type[Component]"]
    )
    """Classes that stand in for the assembly's own, by these: each a kind of what it replaces, with its arguments."""


@dataclass(slots=True)
class _Applied:
    """Overrides in force, with what was made and what was used."""

    overrides: Overrides
    names: set[str] = field(default_factory=set[str])
    used: set[object] = field(default_factory=set[object])


_applied: ContextVar[_Applied | None] = ContextVar("overrides", default=None)


@contextmanager
def overriding(overrides: Overrides) -> Generator[None]:
    """Apply ``overrides`` to what is made meanwhile. Raises :class:`OverrideError` with all that fit nothing."""
    applied = _Applied(overrides)
    token = _applied.set(applied)
    try:
        yield
    finally:
        _applied.reset(token)
    known = sorted(applied.names)
    unused = [
        *(f"arguments.{name}: fits no component{_near(name, known)}" for name in overrides.arguments),
        *(f"components.{cls.__name__}: the shop has none" for cls in overrides.components),
    ]
    keys: list[object] = [*overrides.arguments, *overrides.components]
    if told := [text for key, text in zip(keys, unused, strict=True) if key not in applied.used]:
        raise OverrideError("\n".join(told))


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


Where: TypeAlias = Callable[[str], "tuple[str, int] | None"]
"""The file (its whole path) and the line that ask for a component, by its name."""
_where: ContextVar[Where | None] = ContextVar("where", default=None)


@contextmanager
def asked_for(where: Where) -> Generator[None]:
    """Let what is made meanwhile, and all in it, have the place that ``where`` knows.

    Pulumi takes a resource's place from the functions that are being called when it is made. So a component is made by
    one that stands, as far as anybody can see, in that file and line; a traceback leads through it too.
    """
    token = _where.set(where)
    try:
        yield
    finally:
        _where.reset(token)


def _run(make: Callable[[], Any]) -> Any:
    return make()


@cache
def _standing(file: str, line: int) -> Callable[[Callable[[], Any]], Any]:
    first = line - 1  # it calls in its second line
    code = _run.__code__.replace(co_filename=file, co_firstlineno=first, co_name="stated", co_qualname="stated")
    return FunctionType(code, {})


class _Making(type):
    """Where a component is made: the one place at which overrides come in, and where it gets its place."""

    @property
    def __signature__(cls) -> inspect.Signature:
        """That of the component, for whoever looks at it."""
        made = inspect.signature(cls.__init__)
        return made.replace(parameters=list(made.parameters.values())[1:])

    if not TYPE_CHECKING:  # a checker goes by the component's own arguments

        def __call__(cls, name: str, *rest: Any, **more: Any) -> Any:
            if wrong := list(_misused(cls, name, rest, more)):
                raise RefusedError(wrong)
            made, rest = _overridden(cls, name, rest)
            at = where(name) if (where := _where.get()) and isinstance(name, str) else None
            make = partial(type.__call__, made, name, *rest, **more)
            return _standing(*at)(make) if at else make()


def _misused(cls: type, name: object, rest: tuple[Any, ...], more: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with how a component is called, before its arguments are looked into."""
    wanted = _wanted(cls)
    if wanted is None:
        return
    call = calling()
    usual: dict[str, Any] = {
        "place": call.place if call else None,
        "hint": f"write {cls.__name__}(name, {wanted.__name__}(...), opts)",
        "whole": f"call of {title(cls)}",
    }
    if not isinstance(name, str) or not name:
        yield Problem(path=(title(cls), "name"), value=name, message="must be text", **usual)
    args = rest[0] if rest else more.get("args")
    if args is None:
        yield Problem(path=(title(cls), "args"), message="is required", **usual)
    elif not isinstance(args, wanted):
        yield Problem(path=(title(cls), "args"), value=args, message=f"must be {wanted.__name__}(...)", **usual)
    for key in sorted(more.keys() - {"args", "opts"}):
        yield Problem(
            path=(title(cls), key), message=f"is no argument of its own: it goes into {wanted.__name__}", **usual
        )
    opts = rest[1] if len(rest) > 1 else more.get("opts")
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        yield Problem(path=(title(cls), "opts"), value=opts, message="must be pulumi.ResourceOptions(...)", **usual)


@cache
def _wanted(cls: type) -> type[Args] | None:
    """The class of arguments that a component takes, where its constructor says so."""
    made: Any = cls.__init__
    parameter = next(islice(inspect.signature(made).parameters.values(), 2, None), None)
    stated = parameter.annotation if parameter else None
    found = made.__globals__.get(stated) if isinstance(stated, str) else stated
    return found if isinstance(found, type) and issubclass(found, Args) else None


def _overridden(cls: type, name: str, rest: tuple[Any, ...]) -> tuple[type, tuple[Any, ...]]:
    """The class and what follows the name, as the overrides in force have them."""
    applied = _applied.get()
    if applied is None or not rest or not isinstance(rest[0], Args):
        return cls, rest
    args, applied_now = rest[0], applied.overrides
    applied.names.add(name)
    instead: Mapping[Any, Any] = applied_now.components
    made: Any = instead.get(cls, cls)
    if made is not cls:
        applied.used.add(cls)
    for pattern, fields in applied_now.arguments.items():
        if fnmatchcase(name, pattern):
            applied.used.add(pattern)
            stated = {key: getattr(args, key) for key in args.model_fields_set}
            try:
                args = type(args)(**{**stated, **fields})
            except RefusedError as error:
                told = (replace(one, path=("arguments", pattern, *one.path[1:]), place=None) for one in error.problems)
                raise OverrideError("\n".join(map(str, told))) from None
    return made, (args, *rest[1:])


class Component(pulumi.ComponentResource, metaclass=_Making):
    """A group of resources that stand for one thing. A subclass says its ``package`` (``aws``, ``gcp``, ...)."""

    package: ClassVar[str]
    former_type: ClassVar[str | None] = None
    """The type token under which stacks of an earlier release hold it: an alias, so that nothing is replaced."""

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, inputs: Mapping[str, Any] | None = None
    ) -> None:
        if self.former_type:
            former = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self.former_type)])
            opts = pulumi.ResourceOptions.merge(opts, former)
        super().__init__(f"bcinfra:{self.package}:{type(self).__name__}", name, inputs, opts)


def unknown_site(name: str, sites: Iterable[str]) -> str:
    """The complaint that ``name`` is none of ``sites``, with the nearest one."""
    known = sorted(sites)
    near = get_close_matches(name, known, n=1)
    return f"{name!r} is not a site; " + (f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}")


def refuse(problems: Iterable[str]) -> None:
    """Raise one ``ValueError`` with every problem on its own line; nothing when there are none."""
    if text := "\n".join(problems):
        raise ValueError(text)
