"""Lengths of time, in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
YEAR: Final = 365 * DAY
MONTH: Final = YEAR / 12
"""A mean one, 730 hours."""

BY_LETTER: Final[Mapping[str, int]] = MappingProxyType({"w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": 1})
"""As they are written after a number: ``1d12h``."""
