"""What stores lose when they must go on from the newest copy that a scenario leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import DATALESS, Member, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, unknown
from bcinfra.continuity.recovery.dataloss import DataCopy, Effect, StoreLoss, store_loss
from bcinfra.continuity.recovery.failover import NOTHING
from bcinfra.continuity.recovery.failure_state import FailureState, State
from bcinfra.continuity.recovery.reasons import Reason, undecided_figure
from bcinfra.continuity.recovery.scenarios import ATTACKER, INSIDER, OPERATOR, out_of_reach


def store_losses(failure: FailureState, names: Iterable[str]) -> tuple[StoreLoss, ...]:
    """What each store loses when it must go on from the newest copy left."""
    stores = (store for name in names if (store := failure.design.stores.get(name)) and (store.members or store.copies))
    return tuple(_known_loss(failure, store) for store in stores)


def _known_loss(failure: FailureState, store: Store) -> StoreLoss:
    scenario = failure.scenario
    # A member that is down is lost with whatever failed, be it down in every scenario.
    hit = any(m.perhaps or failure.member(m).state is State.DOWN for m in store.members)
    failed = scenario.failed if hit else ()
    key = ("loss", store.name, failed, scenario.hostile, _dwell(failure, store))
    return failure.shared(key, (store.name,), partial(_loss, failure, store))


def _loss(failure: FailureState, store: Store) -> StoreLoss:
    effect = replace(failure.once("effect", partial(_effect, failure)), dwell=_dwell(failure, store))
    loss = store_loss(store.name, list(_left(failure, store)), effect)
    if store.durable:
        return loss
    if store.kind in DATALESS:
        return replace(loss, age=NOTHING, copy=None)
    running = any(member.subject == loss.copy for member in store.members)
    return replace(loss, spare=True) if running else emptied(store)


def emptied(store: Store) -> StoreLoss:
    """What is lost where a store is started empty."""
    return StoreLoss(store=store.name, age=None, copy=None, spare=not store.durable)


def _effect(failure: FailureState) -> Effect:
    scenario = failure.scenario
    hosts = (_host(m) for urn in scenario.hosts if (m := failure.design.members.get(urn)))
    failed = failure.down.union(scenario.failed, hosts)
    return Effect(failed=failed, hostile=scenario.hostile)


def _dwell(failure: FailureState, store: Store) -> Figure | None:
    """How long bad writes to a store go unnoticed. What none were made to keeps its data, unless an intruder may have
    been anywhere."""
    scenario = failure.scenario
    anywhere = scenario.rebuilt and not out_of_reach(scenario.beyond, store.members)
    return scenario.dwell if anywhere or store.name in failure.spoiled else None


def _left(failure: FailureState, store: Store) -> Iterator[DataCopy]:
    """The copies of a store, as they are in a scenario."""
    production = any(d in failure.taken for member in _holding(store) for d in member.homes)
    exposed = failure.scenario.hostile if production or store.name in failure.spoiled else ()
    running, at_rest = failure.design.once(("copies", store.name), partial(_copies, store))
    for member, copy in zip(_holding(store), running, strict=True):
        if not failure.holds(member):
            copy = replace(copy, homes=failure.lost(member.homes) or (*failure.scenario.failed, _host(member)))
        if stopped := _unfed(failure, member):
            copy = replace(copy, age=undecided_figure(f"lag of {member.label}", [stopped]))
        if gone := failure.lost(member.perhaps):
            copy = replace(copy, age=unknown("lost", Unit.SECONDS, f"whether {member.label} stands in {gone[0]}"))
        yield replace(copy, exposed_to=exposed) if exposed else copy
    if OPERATOR in failure.scenario.hostile and store.name in failure.spoiled:
        yield from map(_at_rest, store.final)
    for point, copy in zip(store.copies, at_rest, strict=True):
        if held := held_in(failure, point):
            copy = replace(copy, homes=tuple(d for d in point.homes if d not in held))
        yield replace(copy, exposed_to=tuple(d for d in exposed if not _guarded(point, d))) if exposed else copy


def _unfed(failure: FailureState, member: Member) -> Reason | None:
    """Why a replica may have missed what was written before its source was lost."""
    source = failure.design.members.get(member.source or "")
    return failure.unfed(member, source) if source and failure.member(source).state is State.DOWN else None


def _copies(store: Store) -> tuple[Sequence[DataCopy], Sequence[DataCopy]]:
    """The running copies of a store and those at rest, as they are while all is well."""
    return [_running(member) for member in _holding(store)], [_at_rest(point) for point in store.copies]


def _holding(store: Store) -> list[Member]:
    """The members that hold data of the store."""
    return [member for member in store.members if member.filled is None]


def _running(member: Member) -> DataCopy:
    return DataCopy(
        name=member.label,
        urn=member.urn,
        age=NOTHING
        if member.writer and member.source is None
        else member.lag or unknown("lag", Unit.SECONDS, f"the lag of {member.label} is not known"),
        homes=member.homes,
        needs=member.needs_to_run,
    )


def _at_rest(point: RecoveryPoint) -> DataCopy:
    kept = None if point.retention is None else Range.exactly(point.retention.total_seconds())
    return DataCopy(
        name=point.label,
        urn=point.urn,
        age=point.age,
        homes=point.homes,
        needs=(*point.needs_to_run, *point.needs_to_recover),
        history=Figure(f"{point.label} is kept", Unit.SECONDS, kept, Stated(point.urn)) if kept else None,
        granularity=point.age,
        anew=point.anew or _untold(point),
    )


def _untold(copy: RecoveryPoint) -> bool:
    """Whether nothing is known of a copy, or whether there is one: neither is it relied on, nor all said to be lost."""
    return copy.age.value is None and copy.restore.value is None and copy.retention is None


def held_in(failure: FailureState, copy: RecoveryPoint) -> tuple[Domain, ...]:
    """The accounts in wrong hands that a copy outlives: not even their administrators can delete what is locked."""
    return tuple(d for d in copy.homes if d in failure.taken) if Protection.LOCKED in copy.protections else ()


def _guarded(copy: RecoveryPoint, against: Domain) -> bool:
    """Whether a copy outlives who holds these credentials, or nobody knows."""
    if _untold(copy):
        return True
    if against == ATTACKER:
        return bool(copy.protections & {Protection.LOCKED, Protection.OTHER_ACCOUNT})
    if against == INSIDER:
        nowhere = Protection.OTHER_ACCOUNT in copy.protections and all(
            d.kind is not DomainKind.ACCOUNT for d in copy.homes
        )
        return nowhere or bool(copy.protections & {Protection.LOCKED, Protection.RETAINED})
    assert against == OPERATOR
    return bool(copy.protections) and not copy.follows_deletes


def _host(member: Member) -> Domain:
    """The server that a member runs on."""
    return Domain(DomainKind.HOST, member.label)
