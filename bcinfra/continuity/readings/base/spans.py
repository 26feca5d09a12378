"""Spans of time that a program states."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

_LONGEST: Final = timedelta(days=1_000_000)
"""Nobody keeps anything longer; a number beyond what a span can hold is a mistake, and no reason to end."""


def span(*, days: float = 0.0, seconds: float = 0.0) -> timedelta:
    """Days and seconds as one span, between none and some thousand years."""
    total = days + seconds / 86_400
    if math.isnan(total):
        return timedelta()
    return timedelta(days=min(max(total, 0.0), _LONGEST.days))
