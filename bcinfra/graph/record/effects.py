"""Whether a function may make resources, told by the names in its code: what it would compute cannot be known.

It errs on the side of yes: a class of resources that is named anywhere in the function, in what it calls of the
program, or in the methods of an object that it holds, may be made.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import pulumi

_SDKS = ("pulumi_", "pulumi.dynamic")


def makes_resources(function: Callable[..., Any]) -> bool:
    """Whether ``function`` may make resources when it is called."""
    return _makes(function, set())


def _makes(value: object, seen: set[int]) -> bool:
    if id(value) in seen:
        return False
    seen.add(id(value))
    match value:
        case type():
            return issubclass(value, pulumi.Resource) or any(_makes(of, seen) for of in _methods(value))  # pyright: ignore[reportUnknownArgumentType]
        case MethodType():
            return _makes(value.__func__, seen)
        case functools.partial():
            return any(_makes(part, seen) for part in (value.func, *value.args, *value.keywords.values()))
        case FunctionType():
            return any(_makes(met, seen) for met in _named(value))
        case _:
            call = getattr(type(value), "__call__", None)  # noqa: B004  the function itself is wanted
            return isinstance(call, FunctionType) and _makes(call, seen)


def _methods(cls: type[Any]) -> Iterator[object]:
    """What runs when an object of the program is made; classes of libraries are not looked into."""
    return (vars(cls)[name] for name in ("__init__", "__post_init__") if name in vars(cls))


def _named(function: FunctionType) -> Iterator[object]:
    """What the names in a function's code stand for, as far as that is known before it runs."""
    names = set(_names(function.__code__))
    closed = inspect.getclosurevars(function)
    for value in {**closed.globals, **closed.nonlocals, **_globals(function, names)}.values():
        if isinstance(value, ModuleType):
            yield from (found for inner in names if (found := _attribute(value, inner)) is not None)
            continue
        yield value
        cls = value if isinstance(value, type) else type(value)  # of an object, whose methods may be called
        yield from (found for inner in names if isinstance(found := getattr(cls, inner, None), FunctionType))


def _globals(function: FunctionType, names: set[str]) -> dict[str, object]:
    """Globals that functions inside the function name, which Python's own look at closures leaves out."""
    return {name: function.__globals__[name] for name in names if name in function.__globals__}


def _attribute(module: ModuleType, name: str) -> object:
    """What a module has under a name. Of an SDK any class so called in any of its modules is meant, as in
    ``aws.s3.Bucket``: capital letters are enough."""
    if module.__name__.startswith(_SDKS):
        return pulumi.Resource if name[:1].isupper() else None
    return vars(module).get(name)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
