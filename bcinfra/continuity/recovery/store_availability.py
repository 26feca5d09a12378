"""How a store stands for a chain: served there, promotable there, read-only, or gone."""

from __future__ import annotations

from dataclasses import dataclass

from bcinfra.continuity.model.parts import Member
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.model.statements import site, store as named
from bcinfra.continuity.recovery import rules
from bcinfra.continuity.recovery.design import ServingPath
from bcinfra.continuity.recovery.failure_state import UP, Condition, FailureState, State, down, undecided
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.rules import READ_ONLY_KINDS
from bcinfra.continuity.recovery.steps import Act


@dataclass(frozen=True, slots=True)
class StoreAvailability:
    """A store as a chain sees it."""

    condition: Condition
    member: Member | None = None
    """The member that serves; the one to promote where ``promote``."""
    promote: bool = False
    read_only: bool = False


def store_availability(
    failure: FailureState, name: str, writes: bool, path: ServingPath, waits: bool = True
) -> StoreAvailability:
    """How a store serves a chain, with what it takes there. ``waits``: for what heals by itself, though a replica could
    be promoted."""
    key = ("standing", name, writes, path.site, path.serving, failure.scenario.gray, waits)
    if failure.scenario.partitioned:
        return failure.once(key, lambda: _store_availability(failure, name, writes, path, waits))
    return failure.shared(key, (name,), lambda: _store_availability(failure, name, writes, path, waits))


def _store_availability(
    failure: FailureState, name: str, writes: bool, path: ServingPath, waits: bool
) -> StoreAvailability:
    store = failure.design.stores.get(name)
    if store is None or not store.members:
        if store is not None and name in failure.spoiled:
            return StoreAvailability(down(Reason(Because.DELETED, named(name))))
        return StoreAvailability(undecided(Reason(Because.HOME_UNKNOWN, named(name))) if store is None else UP)
    conditions = {m.urn: failure.at(m, path.site) for m in store.members}
    lost = sum(c.state > State.HEALS for c in conditions.values())
    if (most := rules.majority(store)) is not None and lost >= most:
        return StoreAvailability(down(Reason(Because.NO_MAJORITY, named(name), amount=len(store.members))))
    alone = failure.scenario.partitioned
    key = ("choice", name, writes, path.site, path.serving, alone)
    choice = failure.design.once(key, lambda: rules.choice(store, writes, path, alone))
    best = min(choice.usable, key=lambda m: conditions[m.urn].state, default=None)
    if best and conditions[best.urn].state <= (State.HEALS if waits else State.UP):
        condition = conditions[best.urn]
        writers = [conditions[m.urn].state for m in store.members if m.writer]
        if (
            choice.reads
            and condition.state is State.UP
            and store.kind not in READ_ONLY_KINDS
            and min(writers, default=0) > State.HEALS
        ):
            reason = Reason(Because.WRITER_GONE, named(name))
            return StoreAvailability(Condition(State.IMPAIRED, (reason,)), best, read_only=True)
        return StoreAvailability(condition, best)
    promotable = [m for m in choice.promotable if conditions[m.urn].state <= State.HEALS]
    if promotable:
        first = min(promotable, key=lambda m: (bool(failure.lost(m.needs_to_recover)), pessimistic(m.lag), m.urn))
        return StoreAvailability(down(Reason(Because.NO_WRITER, named(name), site(path.site))), first, promote=True)
    if best:
        return StoreAvailability(conditions[best.urn], best)
    why = [c.reasons[0] for c in conditions.values() if c.reasons]
    return StoreAvailability(down(why[0] if why else Reason(Because.NOT_IN_SITE, named(name), site(path.site))))


def starts_empty(availability: StoreAvailability) -> bool:
    """Whether a store heals by starting what keeps its data in its process alone."""
    member = availability.member
    if member is None or not member.fleeting:
        return False
    anew = {Act.RESTART_ELSEWHERE, Act.LOCAL_FAILOVER} if member.afresh else {Act.RESTART_ELSEWHERE}
    return any(step.deed.kind in anew for step in availability.condition.steps)
