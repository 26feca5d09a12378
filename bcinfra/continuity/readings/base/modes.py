"""What an edge shows instead of the shop, as the program says that it runs before each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from bcinfra.continuity.model.parts import SHOWN, State
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, Reading, setting
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource

KEYS: Final = ("mode", "maintenance")
"""Keys that are taken for what says what is shown."""
_ADDRESS: Final = re.compile(r"https://[\w.-]+/")


def states(code: str) -> tuple[State, ...]:
    """The pages that a program knows, as stands in its text; a program that names none is no switch."""
    return tuple[State, ...](state for state in SHOWN if re.search(rf"""['"]{state}['"]""", code))


def pages(code: str) -> str:
    """Where they are; empty where that is not known."""
    found = _ADDRESS.search(code)
    return found[0] if found else ""


def readings(
    store: str, named: str, value: str, program: tuple[str, str], switch: Callable[[View, Resource], Iterator[Found]]
) -> dict[str, Reading]:
    """What a vendor's store of settings is read as, which ``named`` identifies, its value, and a ``program`` of the
    edge (type, what it is) that asks it."""
    token, what = program
    return {
        store: setting(
            "store of an edge's settings",
            "which page an edge shows instead of what is behind it",
            having(reasons.SETTINGS, replacement=loses("settings", named)),
            parts=switch,
        ),
        value: setting("setting of an edge", "which page an edge shows at first", reasons.SETTINGS),
        token: setting(f"{what} of an edge", "which pages an edge can show", reasons.SETTINGS),
    }
