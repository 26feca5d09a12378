"""How much of the declared peak is held after something is lost: by what runs at once, by what that can grow to, and by
what it is sure to grow to.

The peak needs as many replicas as the usual load does, times its factor. What runs is what the program declares: the
usual count or, on the day of the peak, what a schedule has started by then. Where that is not declared, the share is
not known, and the reason says what would tell.

Who loses a zone or a region launches in others with everybody else who lost it, and no vendor promises that there is
room: only a reservation does (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html,
https://docs.cloud.google.com/compute/docs/instances/reservations-overview; read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.parts import Balancer, Business, Member, Pool, Store, StoreKind
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Stated, Unit, typical
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.model.usage import usage_of
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.quotas import Shortage
from bcinfra.continuity.recovery.reasons import Because, Reason, Undecided
from bcinfra.continuity.recovery.scenarios import Kind, Scenario
from bcinfra.seconds import HOUR

TAKES_AWAY: Final = frozenset({Kind.DOMAIN, Kind.IMPAIRED, Kind.HOST, Kind.BALANCER, Kind.PAIR, Kind.LOAD})
"""Kinds of scenario after which it is asked; others are of data, of attacks, or of a load of their own."""
LOSES_CAPACITY: Final = (DisruptionKind.SERVER, DisruptionKind.ZONE, DisruptionKind.REGION)
"""Kinds of disruption that a shop sizes itself for."""
LOSES_PLACE: Final = LOSES_CAPACITY[1:]
"""Those of them that others have at the same time."""
AT_ONCE: Final = "share of the peak held at once"
GROWN: Final = "share of the peak held after growing"
SURE: Final = "share of the peak held after growing in room that is kept"


LEAST_RESERVED: Final = 100.0
"""Capacity units: AWS reserves no fewer for an application load balancer, so that fewer are taken to be there
(judgement; Elastic Load Balancing, capacity reservations; read 2026-11)."""
_KB_OF_A_UNIT: Final = 1e6
"""Of a capacity unit in an hour (Elastic Load Balancing, pricing: 1 GB)."""
_REQUESTS_OF_A_UNIT: Final = 25.0 * HOUR
"""The same where each opens a connection: 25 a second."""
_LOADED: Final[Mapping[StoreKind, str]] = {
    StoreKind.RELATIONAL: "mysql",
    StoreKind.CACHE: "redis",
    StoreKind.FILES: "files",
    StoreKind.QUEUE: "queues",
    StoreKind.SEARCH: "search",
    StoreKind.OTHER: "tables",
}
"""Kinds of store that the load of customers may be too much for → what the page calls them."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The load that is asked for."""

    name: str
    factor: float
    on: date
    """Its first day."""
    until: date
    """Its last."""

    @property
    def figure(self) -> Figure:
        return Figure(f"{self.name}: load", Unit.COUNT, Range.exactly(self.factor), Stated("business.peaks"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Shares of the peak."""

    now: Figure
    grown: Figure
    sure: Figure
    """Grown in room that is kept, and no further."""
    bound: float = 1.0
    """No more is held, whatever is not known."""
    unkept: tuple[Reason, ...] = ()
    """What must grow further than room is kept for, where it could be."""

    @property
    def figures(self) -> tuple[Figure, Figure, Figure]:
        return self.now, self.grown, self.sure


def greatest(business: Business) -> Peak | None:
    """The peak with the highest factor, the earliest of several."""
    rows = [
        Peak(name, factor, date.fromisoformat(first), date.fromisoformat(last))
        for name, (first, last, factor) in business.peaks.items()
    ]
    return min(rows, key=lambda one: (-one.factor, one.on, one.name), default=None)


def asked(scenario: Scenario, peak: Peak | None) -> Peak | None:
    """The peak that a scenario is held against; ``None`` where it takes no capacity away, or none is stated."""
    if peak is None or scenario.kind not in TAKES_AWAY or scenario.rebuilt:
        return None
    if scenario.kind is Kind.LOAD and scenario.subject and scenario.on:
        return Peak(scenario.subject.name, scenario.load, scenario.on, scenario.until or scenario.on)
    return peak


def ahead(pool: Pool, on: date | None, until: date | None = None) -> Pool:
    """A pool as its schedule has grown it before a day, and keeps it until another is over."""
    least = capacity.scheduled(pool, on, until or on) if on else None
    return replace(pool, desired=max(least, capacity.running(pool) or 0)) if least else pool


def nothing() -> Held:
    """Where nothing serves until what failed is back, or built anew."""
    return _all_of(0.0)


def undecided(reasons: Sequence[Reason]) -> Held:
    why = Undecided("", tuple(reasons))
    now, grown, sure = (Figure(name, Unit.SHARE, None, why) for name in (AT_ONCE, GROWN, SURE))
    return Held(now=now, grown=grown, sure=sure)


def held(left: Sequence[Left], usual: float | None, peak: Peak, noticed: bool) -> Held:
    """What is left of interchangeable pools against a peak. ``usual``: replicas that the usual load needs of them;
    ``None``: not known."""
    about = left[0].pool.subject
    pools = [one.pool for one in left]
    if all(pool.regional and pool.maximum is None for pool in pools):
        return undecided([Reason(Because.NO_BOUND, about)])
    if usual is None or not capacity.counted(pools):
        return undecided([Reason(Because.REPLICAS_UNKNOWN, about)])
    if not usual:
        return undecided([Reason(Because.NEED_UNKNOWN, about)])
    left = [replace(one, pool=ahead(one.pool, peak.on, peak.until)) for one in left]
    now, grown = capacity.held(left, noticed)
    kept = max(now, capacity.kept(left, noticed))
    need = Figure("needed at the usual load", Unit.REPLICAS, Range.exactly(usual), Stated(about.name))
    at_once, after = (_of(AT_ONCE, about, now, need, peak), _of(GROWN, about, max(now, grown), need, peak))
    sure = _of(SURE, about, kept, need, peak)
    unkept = [
        Reason(Because.ROOM_NOT_KEPT, one.pool.subject) for one in left if one.pool.rooms is not None and one.place
    ]
    perhaps = [replace(one, pool=replace(one.pool, driven=one.pool.driven is not False)) for one in left]
    best = _of(GROWN, about, max(now, capacity.held(perhaps, noticed)[1]), need, peak)
    bound = typical(best) or 0.0
    if bound > (typical(after) or 0.0):
        unclear = [Reason(Because.DRIVEN_UNKNOWN, pool.subject) for pool in pools if pool.driven is None]
        after = undecided(unclear).grown
    short = (typical(sure) or 0.0) < min(1.0, bound)
    return Held(now=at_once, grown=after, sure=sure, bound=bound, unkept=tuple(unkept) if short else ())


def granted(found: Held, group: Sequence[Pool], short: Shortage, peak: Peak) -> Held:
    """What pools hold that must grow past a quota to hold it all; what runs by day runs under the quota already."""
    early = any(ahead(pool, peak.on, peak.until) is not pool for pool in group)
    quota = short.quota
    if not quota.firm:
        unclear = undecided([Reason(Because.QUOTA_UNKNOWN, group[0].subject, quota.subject, short.need)])
        return replace(
            found,
            now=unclear.now if early else found.now,
            grown=unclear.grown,
            sure=unclear.sure if early else found.sure,
        )
    have = Figure(f"allowed: {quota.label}", Unit.COUNT, Range.exactly(quota.allows), Stated(quota.label))
    want = Figure(f"needed: {quota.label}", Unit.COUNT, Range.exactly(short.need), Stated(quota.label))
    share, how = Range.exactly(quota.allows / short.need), "what the quota allows / what the peak needs of it"
    now, grown, sure = (_share(name, share, how, have, want) for name in (AT_ONCE, GROWN, SURE))
    return replace(
        found,
        now=_least([found.now, now]) if early else found.now,
        grown=_least([found.grown, grown]),
        sure=_least([found.sure, sure]),
        bound=min(found.bound, quota.allows / short.need),
    )


def tested(store: Store, business: Business, peak: Peak) -> Held | None:
    """What a store holds of a peak by what a load test showed; ``None`` of one that no load is too much for."""
    key = store.system.name if store.system else _LOADED.get(store.kind)
    if key is None or not store.members:
        return None
    holds = business.load_tests.get(key)
    if holds is None:
        return undecided([Reason(Because.UNTESTED, store.members[0].subject, key)])
    have = Figure(f"{store.name}: load held in a test", Unit.COUNT, Range.exactly(holds), Stated(f"load_tests.{key}"))
    share, how = (
        Range.exactly(min(1.0, holds / peak.factor)),
        "load held in a test / load of the peak, at most all",
    )
    now, grown, sure = (_share(name, share, how, have, peak.figure) for name in (AT_ONCE, GROWN, SURE))
    return Held(now=now, grown=grown, sure=sure, bound=share.typical)


def fronted(balancer: Balancer, business: Business, peak: Peak) -> Held | None:
    """What of a peak a balancer passes on at once to which nobody came until then, by the typical use: it grows by what
    passes it. ``None``: all of it."""
    if balancer.ready is None:
        return None
    usage = usage_of(business)
    visits, kilobytes, requests = (
        usage.range(name) for name in ("visits_per_hour", "kb_per_visit", "requests_per_visit")
    )
    if visits is None or kilobytes is None or requests is None:
        return _cold(balancer)
    each = max(kilobytes.typical / _KB_OF_A_UNIT, requests.typical / _REQUESTS_OF_A_UNIT)
    need = visits.typical * each * peak.factor
    if need <= max(LEAST_RESERVED, balancer.ready):
        return None
    if not balancer.ready:
        return _cold(balancer)
    have = Figure("capacity units reserved", Unit.COUNT, Range.exactly(balancer.ready), Stated(balancer.label))
    want = Figure("capacity units at the peak", Unit.COUNT, Range.exactly(need), Stated("business.visits_per_hour"))
    share = Range.exactly(balancer.ready / need)
    return replace(_all_of(1.0), now=_share(AT_ONCE, share, "reserved / needed", have, want))


def _cold(balancer: Balancer) -> Held:
    return replace(_all_of(1.0), now=undecided([Reason(Because.BALANCER_COLD, balancer.subject)]).now)


def smaller(there: Member, here: Member) -> Held | None:
    """What of a peak a database holds that takes over from one with a larger server, which is taken to hold all of it;
    ``None`` where it is no smaller, or that is not known."""
    if not there.cores or not here.cores or there.cores >= here.cores:
        return None
    have, want = (
        Figure(f"vCPU of {one.label}", Unit.COUNT, Range.exactly(one.cores or 0), Stated(one.label))
        for one in (there, here)
    )
    share, how = Range.exactly(there.cores / here.cores), "vCPU of what takes over / vCPU of what holds the peak"
    now, grown, sure = (_share(name, share, how, have, want) for name in (AT_ONCE, GROWN, SURE))
    return Held(now=now, grown=grown, sure=sure, bound=there.cores / here.cores)


def least(found: Sequence[Held], load: float | None = 1.0) -> Held | None:
    """What all of several hold together, and no more than ``load`` of it (``None``: not known); ``None`` of none."""
    if not found:
        return None
    if load is None:
        return undecided([reason for one in found for reason in reasons(one.now)])
    rows = [*found, *([] if load == 1 else [_all_of(load)])]
    return Held(
        now=_least([one.now for one in rows]),
        grown=_least([one.grown for one in rows]),
        sure=_least([one.sure for one in rows]),
        bound=min(one.bound for one in rows),
        unkept=tuple(dict.fromkeys(reason for one in rows for reason in one.unkept)),
    )


def _least(figures: Sequence[Figure]) -> Figure:
    """The least of them; not known where one is not, unless another is nothing."""
    none = next((one for one in figures if typical(one) == 0), None)
    unclear = [one for one in figures if not one.known]
    if none or not unclear:
        return none or min(figures, key=lambda one: typical(one) or 0.0)
    why = Undecided("", tuple(dict.fromkeys(reason for one in unclear for reason in reasons(one))))
    return replace(unclear[0], why=why)


def reasons(figure: Figure) -> Iterator[Reason]:
    """Why a share is not known."""
    if isinstance(figure.why, Undecided):
        yield from figure.why.reasons


def _all_of(share: float) -> Held:
    """A share of everything that is asked."""
    now, grown, sure = (
        Figure(name, Unit.SHARE, Range.exactly(share), Stated("what the program declares serves so much"))
        for name in (AT_ONCE, GROWN, SURE)
    )
    return Held(now=now, grown=grown, sure=sure, bound=share)


def _share(name: str, share: Range, how: str, *of: Figure) -> Figure:
    return Figure(name, Unit.SHARE, share, Computed(how, of))


def _of(name: str, about: Subject, replicas: float, need: Figure, peak: Peak) -> Figure:
    """The share that so many replicas are of what the peak needs."""
    of = Figure("replicas", Unit.REPLICAS, Range.exactly(replicas), Stated(about.name))
    share = min(1.0, replicas / ((typical(need) or 0.0) * peak.factor))
    how = f"{about.name}: replicas / (needed at the usual load x load), at most all"
    return Figure(name, Unit.SHARE, Range.exactly(share), Computed(how, (of, need, peak.figure)))
