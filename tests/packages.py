"""The classes that packages of ``bcinfra`` declare, for tests of what all of them promise."""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import bcinfra
from bcinfra.component import Component

FOLDER: Final = Path(bcinfra.__file__).parent
VENDORS: Final = ("aws", "cloudflare", "gcp", "kubernetes", "onprem")
"""The packages of components."""

T = TypeVar("T")


@cache
def declared(package: str) -> tuple[type, ...]:
    """The classes for others that the modules of ``bcinfra.<package>`` declare, those of folders within it too."""
    paths = [path for path in sorted((FOLDER / package).rglob("*.py")) if not path.stem.startswith("_")]
    names = [".".join(path.relative_to(FOLDER.parent).with_suffix("").parts) for path in paths]
    found = (cls for name in names for _, cls in inspect.getmembers(importlib.import_module(name), inspect.isclass))
    return tuple(dict.fromkeys(cls for cls in found if cls.__module__ in names and not cls.__name__.startswith("_")))


def subclasses(package: str, base: type[T]) -> list[type[T]]:
    """Those of them that are of a kind, but for components that only others build on, and their arguments (``Tier``,
    ``TierArgs``)."""
    components = [cls for cls in declared(package) if issubclass(cls, Component)]
    bases = {parent.__name__ for cls in components for parent in cls.__mro__[1:]}
    left_out = bases | {f"{name}Args" for name in bases}
    return [cls for cls in declared(package) if issubclass(cls, base) and cls.__name__ not in left_out]
