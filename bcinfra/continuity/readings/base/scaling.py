"""How many replicas run: an autoscaler's minimum decides, not the number in the program."""

from __future__ import annotations


def kept_running(stated: int | None, least: int | None) -> int | None:
    """Replicas that surely run at any hour; ``None`` where the graph does not tell.

    An autoscaler goes down to its ``least`` when little is asked for, whatever number the program states. Where that
    is none at all, one is started for the first request: it is judged by that one, unless the program wants none.
    """
    if least is None:
        return stated
    return least or min(stated or 0, 1)
