"""Time that a repeated check takes to decide, and the slowest of several."""

from __future__ import annotations

from collections.abc import Iterable

from bcinfra.continuity.model.ranges import Figure, Unit, computed


def repeated(name: str, interval: Figure, times: Figure, *further: Figure) -> Figure:
    """An interval as often as a check must give the same answer, and what comes on top."""
    how = "interval x times" + " + further" * bool(further)
    return computed(name, Unit.SECONDS, how, _finish, interval, times, *further)


def _finish(interval: float, times: float, *further: float) -> float:
    return interval * times + sum(further)


def slowest(figures: Iterable[Figure]) -> Figure | None:
    """The figure with the largest pessimistic end; ``None`` when there are none."""
    known = [f for f in figures if f.value]
    return max(known, key=lambda f: (f.value.upper or float("inf")) if f.value else 0.0) if known else None
