"""Building anew and restoring: what a person does where neither healing nor another site helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Capability, Entry, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Unit, unknown
from bcinfra.continuity.model.statements import site, store as named
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.design import ServingPath, release, supplier
from bcinfra.continuity.recovery.failover import People, duration, edit, verify
from bcinfra.continuity.recovery.failure_state import UP, FailureState, State
from bcinfra.continuity.recovery.recovery_points import held_in, store_losses
from bcinfra.continuity.recovery.rules import READ_ONLY_KINDS, launching
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step
from bcinfra.continuity.recovery.store_availability import store_availability

RECREATED: Final = duration(
    "servers recreated in place", 3600, 8 * 3600, "the program is run again with another zone or version (judgement)"
)
MOVED: Final = duration(
    "everything recreated elsewhere", 8 * 3600, 72 * 3600, "a new region or account, from the program (judgement)"
)
GIVEN_BACK: Final = duration(
    "an account given back", 24 * 3600, 7 * 24 * 3600, "the vendor proves who owns it, access is set anew (judgement)"
)
EMPTIED: Final = duration(
    "an empty store started", 600, 3600, "a cache is created anew without its content (judgement)"
)
USED: Final = duration(
    "the copy that is left put to use", 300, 1200, "the shop is pointed at it, or it runs alone (judgement)"
)
REDELEGATED: Final = duration(
    "the name delegated anew",
    4 * 3600,
    48 * 3600,
    "registrars and parent zones take hours, their TTL two days (judgement)",
)
FOREIGN: Final = frozenset(
    {DomainKind.CDN, DomainKind.ISP, DomainKind.CABLE, DomainKind.CERTIFICATE, DomainKind.SUPPLIER}
)
"""Kinds of domain that building one's own servers anew does not bring back."""


def rebuild(
    failure: FailureState, people: People, capability: Capability, path: ServingPath
) -> tuple[tuple[Step, ...], tuple[StoreLoss, ...]] | None:
    """The steps, and what each store loses; ``None`` where nothing of ours is to rebuild, or it brings nothing."""
    scenario = failure.scenario
    if any(failure.hit(supplier(name)) for name in capability.suppliers) or scenario.flooded or scenario.on:
        return None
    alive = failure.path(path, capability.calls_out).state
    reached = failure.entry(path.entry).state
    if reached is State.UNKNOWN:
        return None
    foreign = {d.kind for d in _foreign(failure, capability, path)}
    if DomainKind.REGISTRATION in foreign:
        return None  # nobody delegates a name that is registered no longer
    if alive > State.HEALS and foreign & FOREIGN:
        return None
    decided = people.decide(noticed=None if scenario.gray else path.detects)
    gone = _gone(failure, path)
    built = recreate(failure, path, gone, (decided[-1].deed,)) if alive > State.HEALS else []
    losses = store_losses(failure, failure.design.needed(capability, path))
    begun = ((built or decided)[-1].deed,)
    restored = restore(failure, capability, path, losses, gone, begun)
    if restored is not None and gone and not built and any(step.deed.kind is Act.START_EMPTY for step in restored):
        # What they stand in is not there either: it is built once for all of them, as it is beside servers.
        built = recreate(failure, path, gone, begun)
        begun = (built[-1].deed,)
        restored = restore(failure, capability, path, losses, gone, begun)
    delegated = redelegate(path.entry, begun) if reached is State.DOWN else []
    if restored is None or not (acts := [*built, *delegated, *restored]):
        return None
    followed = follow(failure, path, tuple(step.deed for step in acts), gone, reached is State.DOWN)
    last = tuple(step.deed for step in (followed[-1:] or acts))
    return (*decided, *acts, *followed, verify(last)), losses


def _foreign(failure: FailureState, capability: Capability, path: ServingPath) -> Iterator[Domain]:
    """What failed and nobody here can build anew, without that of two losses which alone leaves up what the other
    takes: what neither takes alone, both have taken."""
    found = [d for d in failure.scenario.failed if d.kind in FOREIGN or d.kind is DomainKind.REGISTRATION]
    apart = failure.apart if found else ()
    beside = [one for one in apart if _up(one, capability, path)]
    if len(beside) < len(apart):
        spared = {domain for one in beside for domain in one.scenario.failed}
        found = [d for d in found if d not in spared]
    yield from found


def _up(failure: FailureState, capability: Capability, path: ServingPath) -> bool:
    return failure.path(path, capability.calls_out).state is failure.entry(path.entry).state is State.UP


def _gone(failure: FailureState, path: ServingPath) -> bool:
    """Whether it must be built in another place or account."""
    place = failure.design.places.get(path.site or "")
    accounts = any(d.kind is DomainKind.ACCOUNT for d in failure.scenario.failed)
    return accounts or (place is not None and failure.hit(place))


def recreate(failure: FailureState, path: ServingPath, gone: bool, after: tuple[Deed, ...]) -> list[Step]:
    """Taking back a bad release, building everything elsewhere, or servers where they were."""
    pools = [pool for group in path.groups for pool in group]
    if failure.scenario.rebuilt:
        deed, takes, needs = Deed(Act.REBUILD), MOVED, ()
    elif gone:
        deed, takes, needs = Deed(Act.REBUILD_OUTSIDE, site(path.site)), MOVED, ()
    elif bad := [pool for pool in pools if failure.lost([release(pool)])]:
        needs = tuple(dict.fromkeys(d for pool in bad for d in (*launching(pool), *pool.released_from)))
        deed, takes = Deed(Act.ROLL_BACK_BY_HAND), RECREATED
    else:
        needs = tuple(dict.fromkeys(d for pool in pools for d in (*pool.needs_to_recover, *pool.released_from)))
        deed, takes = Deed(Act.RECREATE, site(path.site)), RECREATED
    return [Step(deed=deed, phase=Phase.ACT, duration=takes, needs=needs, after=after)]


def redelegate(entry: Entry, after: tuple[Deed, ...]) -> list[Step]:
    """Having a name answered by others."""
    return [Step(deed=Deed(Act.DELEGATE, entry.named), phase=Phase.ACT, duration=REDELEGATED, after=after)]


def restore(
    failure: FailureState,
    capability: Capability,
    path: ServingPath,
    losses: Sequence[StoreLoss],
    gone: bool,
    after: tuple[Deed, ...],
) -> list[Step] | None:
    """Bringing back every store that does not serve; ``None`` where one cannot be."""
    steps: list[Step] = []
    for loss in losses:
        found = store_availability(failure, loss.store, capability.writes, path)
        if found.condition.state < State.DOWN and not found.read_only:
            continue
        store = failure.design.stores[loss.store]
        running = [m for m in store.members if failure.member(m) is UP]
        # What is brought back where it was is reached as it was.
        there = running if running or gone else store.members
        if there and all(failure.reach(m, path.site).state is State.DOWN for m in there):
            if not gone or any(failure.cut_off(m, path.site) for m in running):
                return None  # building it anew brings nothing
            continue  # what is built anew reaches it
        back = _brought_back(failure, store, loss, gone, after)
        if back is None:
            return None
        steps += (step for step in back if step not in steps)
    return steps


def _brought_back(
    failure: FailureState, store: Store, loss: StoreLoss, gone: bool, after: tuple[Deed, ...]
) -> Sequence[Step] | None:
    """Starting a store again, empty, or from the newest copy; ``None`` where there is none."""
    if again := restarts(failure, store, after, by_hand=True):
        return again
    if store.kind is StoreKind.CHANNELS:
        return None  # a carrier is waited for: nobody starts it again
    if not store.durable or (loss.total_loss and store.may_be_empty):
        return [Step(deed=Deed(Act.START_EMPTY, named(store.name)), phase=Phase.ACT, duration=EMPTIED, after=after)]
    if loss.total_loss:
        return None
    given = _given_back(failure, store, loss, after)
    return (*given, *_restored(failure, store, loss, gone, tuple(step.deed for step in given) or after))


def _given_back(failure: FailureState, store: Store, loss: StoreLoss, after: tuple[Deed, ...]) -> tuple[Step, ...]:
    """What must be done before a locked copy can be read that lies in an account in wrong hands."""
    copy = next((c for c in store.copies if c.subject == loss.copy), None)
    return tuple(
        Step(deed=Deed(Act.GIVE_BACK, account), phase=Phase.ACT, duration=GIVEN_BACK, after=after)
        for account in (held_in(failure, copy) if copy else ())
    )


def _restored(
    failure: FailureState, store: Store, loss: StoreLoss, gone: bool, after: tuple[Deed, ...]
) -> tuple[Step, ...]:
    """Going on from the newest copy; no step where what is built elsewhere goes on with a member as it is."""
    if copy := next((c for c in (*store.copies, *store.final) if c.subject == loss.copy), None):
        deed = Deed(Act.RESTORE, named(store.name), copy.subject)
        takes = _takes(failure, copy)
        return (Step(deed=deed, phase=Phase.ACT, duration=takes, needs=copy.needs_to_recover, after=after),)
    member = next(m for m in store.members if m.subject == loss.copy)
    if member.server and failure.member(member).state is State.DOWN:
        deed = Deed(Act.NEW_SERVER, member.subject)
        return (Step(deed=deed, phase=Phase.ACT, duration=member.server, needs=member.needs_to_recover, after=after),)
    if member.writer or store.kind in READ_ONLY_KINDS:
        use = Step(deed=Deed(Act.USE, member.subject), phase=Phase.ACT, duration=USED, after=after)
        return () if gone else (use,)
    takes = member.promotes or unknown("promotion", Unit.SECONDS, f"nothing says how {member.label} is promoted")
    deed = Deed(Act.PROMOTE, member.subject)
    return (Step(deed=deed, phase=Phase.ACT, duration=takes, needs=member.needs_to_recover, after=after),)


def _takes(failure: FailureState, copy: RecoveryPoint) -> Figure:
    """How long a restore takes: less where what proves a certificate's names is still there, and the account."""
    validation = copy.validation
    if validation is None or failure.lost(validation.accounts):
        return copy.restore
    stands = all(failure.member(failure.design.members[urn]).state is State.UP for urn in validation.zones)
    return validation.restore if stands else copy.restore


def restarts(failure: FailureState, store: Store, after: tuple[Deed, ...], by_hand: bool = False) -> list[Step]:
    """What must be started again once what stopped it is back; ``by_hand``: while that is not back yet."""
    return [
        Step(
            deed=Deed(Act.START_AGAIN, member.subject),
            phase=Phase.ACT,
            duration=MOVED if failure.scenario.rebuilt else member.restart,
            needs=member.needs_to_recover if by_hand else (),
            after=after,
        )
        for member in store.members
        if member.writer and member.restart and failure.member(member).state is State.DOWN
    ]


def follow(
    failure: FailureState, path: ServingPath, after: tuple[Deed, ...], gone: bool, unnamed: bool
) -> tuple[Step, ...]:
    """Sending clients to what was built anew, where that is elsewhere and a name leads there; ``unnamed``: it was
    delegated anew."""
    entry = path.entry
    if not entry.public or not (gone or unnamed):
        return ()
    turned = edit(entry, failure.editable(entry), after) if not unnamed else ()
    after = (turned[-1].deed,) if turned else after
    deed = Deed(Act.FOLLOW, entry.named)
    takes, tail = entry.propagates, entry.overstay
    return (*turned, Step(deed=deed, phase=Phase.PROPAGATE, duration=takes, after=after, tail=tail))
