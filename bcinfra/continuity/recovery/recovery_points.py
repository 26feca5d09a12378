"""What stores lose when they must go on from the newest copy that a scenario leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, unknown
from bcinfra.continuity.recovery.dataloss import DataCopy, Effect, StoreLoss, store_loss
from bcinfra.continuity.recovery.failover import NOTHING
from bcinfra.continuity.recovery.failure_state import FailureState, State
from bcinfra.continuity.recovery.scenarios import ATTACKER, INSIDER, OPERATOR


def store_losses(failure: FailureState, names: Iterable[str]) -> tuple[StoreLoss, ...]:
    """What each store loses when it must go on from the newest copy left."""
    stores = (store for name in names if (store := failure.design.stores.get(name)) and (store.members or store.copies))
    return tuple(failure.once(("loss", store.name), partial(_loss, failure, store)) for store in stores)


def _loss(failure: FailureState, store: Store) -> StoreLoss:
    scenario = failure.scenario
    hosts = (d for urn in scenario.hosts if (m := failure.design.members.get(urn)) for d in _host(m))
    effect = Effect(failed=(*scenario.failed, *hosts), hostile=scenario.hostile, dwell=scenario.dwell)
    loss = store_loss(store.name, list(_copies(failure, store)), effect)
    return loss if store.durable else replace(loss, age=NOTHING, copy=None)


def _copies(failure: FailureState, store: Store) -> Iterator[DataCopy]:
    production = any(d in failure.taken for member in store.members for d in member.homes)
    exposed = failure.scenario.hostile if production or store.name in failure.spoiled else ()
    for member in store.members:
        dead = failure.member(member).state is State.DOWN
        gone = tuple(d for d in member.homes if failure.hit(d)) or (*failure.scenario.failed, *_host(member))
        yield DataCopy(
            name=member.label,
            urn=member.urn,
            age=NOTHING
            if member.writer and member.source is None
            else member.lag or unknown("lag", Unit.SECONDS, f"the lag of {member.label} is not known"),
            homes=gone if dead else member.homes,
            needs=member.needs_to_run,
            exposed_to=exposed,
        )
    for copy in store.copies:
        yield DataCopy(
            name=copy.label,
            urn=copy.urn,
            age=copy.age,
            homes=tuple(d for d in copy.homes if d not in held_in(failure, copy)),
            needs=(*copy.needs_to_run, *copy.needs_to_recover),
            exposed_to=tuple(d for d in exposed if not _guarded(copy, d)),
            history=None
            if copy.retention is None
            else Figure(
                f"{copy.label} is kept",
                Unit.SECONDS,
                Range.exactly(copy.retention.total_seconds()),
                Stated(copy.urn),
            ),
            granularity=copy.age,
            anew=copy.anew,
        )


def held_in(failure: FailureState, copy: RecoveryPoint) -> tuple[Domain, ...]:
    """The accounts in wrong hands that a copy outlives: not even their administrators can delete what is locked."""
    return tuple(d for d in copy.homes if d in failure.taken) if Protection.LOCKED in copy.protections else ()


def _guarded(copy: RecoveryPoint, against: Domain) -> bool:
    """Whether a copy outlives who holds these credentials."""
    if against == ATTACKER:
        return bool(copy.protections & {Protection.LOCKED, Protection.OTHER_ACCOUNT})
    if against == INSIDER:
        nowhere = Protection.OTHER_ACCOUNT in copy.protections and all(
            d.kind is not DomainKind.ACCOUNT for d in copy.homes
        )
        return nowhere or bool(copy.protections & {Protection.LOCKED, Protection.RETAINED})
    assert against == OPERATOR
    return bool(copy.protections) and not copy.follows_deletes


def _host(member: Member) -> tuple[Domain, ...]:
    """The server that a member runs on."""
    return (Domain(DomainKind.HOST, member.label),)
