"""Time that a repeated check takes to decide."""

from __future__ import annotations

from bcinfra.continuity.model.ranges import Figure, Unit, computed


def repeated(name: str, interval: Figure, times: Figure, *further: Figure) -> Figure:
    """An interval as often as a check must give the same answer, and what comes on top."""
    how = "interval x times" + " + further" * bool(further)
    return computed(name, Unit.SECONDS, how, _finish, interval, times, *further)


def _finish(interval: float, times: float, *further: float) -> float:
    return interval * times + sum(further)
