"""What an edge shows instead of the shop, as the program says that it runs before each request."""

from __future__ import annotations

import re
from typing import Final

from bcinfra.continuity.model.parts import SHOWN, State

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
