"""How each part stands while a failure lasts, before anything is done about it: what goes out, what is left."""

from __future__ import annotations

from collections.abc import Iterator

from bcinfra.continuity.model.parts import Balancer, Entry, Member, Part, Plan, Pool, RecoveryPoint
from bcinfra.continuity.recovery.failure_state import FailureState, State


def standing(failure: FailureState) -> dict[str, State]:
    """Parts that are not simply up, by URN: running ones, plans, and copies at rest."""
    return {part.urn: state for part, state in _states(failure) if state is not State.UP}


def _states(failure: FailureState) -> Iterator[tuple[Part, State]]:
    for part in failure.design.parts.values():
        match part:
            case Balancer():
                yield part, failure.balancer(part).state
            case Pool():
                yield part, failure.pool(part, True, None)[1].state
            case Member():
                yield part, failure.member(part).state
            case Entry():
                yield part, failure.entry(part).state
            case Plan() | RecoveryPoint():
                yield part, State.DOWN if failure.because(part) else State.UP
            case _:
                raise TypeError(f"{part.urn}: no kind of part")
