"""How fast errors use up what a shop may fail: when people are told, by a long and a short look back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

BURNING: Final = ((14.4, "1h", "5m"), (6.0, "6h", "30m"))
"""How many times too fast what may fail in 30 days is used up when people are told, over a long time and, so that it is
told no longer once it is over, a short one (Google, The Site Reliability Workbook, chapter 5, table 5-6)."""
MOST: Final = 0.5
"""Part of all answers: who fails half of them is told of it, however little is promised."""


def limit(factor: float, may_fail: float) -> float:
    """The share of answers that fails when what may fail is used up ``factor`` times too fast."""
    return min(factor * may_fail, MOST)


def burning(may_fail: float, share: Callable[[str], str]) -> list[str]:
    """The query, for each of :data:`BURNING`, that answers while it is so. ``may_fail`` is a share of all answers, and
    ``share`` makes the query of errors over a window, such as ``1h``."""
    most = [f" > {limit(factor, may_fail):.6g}" for factor, _, _ in BURNING]
    return [
        f"{share(long)}{beyond} and {share(short)}{beyond}"
        for (_, long, short), beyond in zip(BURNING, most, strict=True)
    ]
