"""What planned work takes away at once, as programs state it: a number, or a share."""

from __future__ import annotations

import math
from collections.abc import Callable

from bcinfra.continuity.model.parts import Rollout
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.base.view import as_number, as_text
from bcinfra.graph.core.model import Value


def rollout(takes: int, running: int | None, back: Figure) -> Rollout | None:
    """Replicas that are taken away at once, of so many; ``None`` where it takes none, or their number is not known."""
    return None if running is None or takes <= 0 else Rollout(min(takes, running), back)


def counted(value: Value, of: int | None, rounded: Callable[[float], int] = math.ceil) -> int | None:
    """A number, or a share of so many (``25%``); ``None``: not told."""
    text = as_text(value) or ""
    if text.endswith("%") and (share := as_number(text[:-1])) is not None:
        return 0 if share == 0 else None if of is None else rounded(share * of / 100)
    number = as_number(value)
    return None if number is None else int(number)
