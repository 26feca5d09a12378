"""Whether what survives holds the load: replicas left in the worst spread, and what they can grow to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.model.ranges import pessimistic

HEADROOM: Final = 0.6
"""Share of their capacity that running replicas use at the usual load."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a failure leaves of one pool."""

    pool: Pool
    whole: bool = False
    """Whether the pool is lost as a whole."""
    zones: int = 0
    """Zones lost."""
    servers: int = 0
    """Single servers lost besides, each with as many replicas as one may hold."""
    grows: bool = True
    """Whether it can launch replicas now."""

    @property
    def place(self) -> bool:
        """Whether it has a place left to run in."""
        return not self.whole and (not self.pool.zones or self.zones < len(self.pool.zones))


def stands(left: Sequence[Left], need: float, noticed: bool) -> bool:
    """Whether what still runs carries ``need`` replicas. ``noticed``: requests leave dead ones."""
    return any(one.place for one in left) and now(left) >= need and _answered(left, noticed)


def launches(left: Sequence[Left], need: float, noticed: bool) -> bool:
    """Whether it carries ``need`` replicas once those pools that can have launched more."""
    return any(one.place for one in left) and _driven(left) >= need and _made_whole(left, noticed)


def held(left: Sequence[Left], noticed: bool) -> tuple[float, float]:
    """Replicas that answer at once, and once those pools that can have launched more."""
    at_once = now(left) if _answered(left, noticed) else 0.0
    return at_once, _driven(left) if _made_whole(left, noticed) else at_once


def kept(left: Sequence[Left], noticed: bool) -> float:
    """Replicas that answer though others launch too, when what was lost is: those that run, and those that room is kept
    for where something launches them."""
    return sum(_kept(one) for one in left if one.place) if _made_whole(left, noticed) else 0.0


def _kept(left: Left) -> float:
    runs = _survive(left, known=True)
    if not left.grows:
        return runs
    can = _most(left, known=True) if left.pool.driven else _whole(left, known=True)
    return max(runs, min(can, room(left)))


def room(left: Left) -> int:
    """Replicas that room is kept for in the zones that are left, of which the lost ones had most."""
    rooms = left.pool.rooms or ()
    zones = left.pool.zones or {one.zone for one in rooms}
    each = sorted(sum(one.servers for one in rooms if one.zone == zone) for zone in zones)
    return sum(each[: len(each) - left.zones])


def _answered(left: Sequence[Left], noticed: bool) -> bool:
    """Whether all requests go to what still runs."""
    hurt = any(one.whole or one.zones or one.servers for one in left)
    return not hurt or _withdrawn(left, noticed)


def _made_whole(left: Sequence[Left], noticed: bool) -> bool:
    """Whether all requests go to what runs once it has grown."""
    return all(one.grows for one in left if one.place) or _withdrawn(left, noticed)


def launches_itself(left: Left) -> bool:
    """Whether what is left of a pool launches replicas without a person, where nothing that this needs is lost."""
    return left.pool.replaced and (left.pool.moved or not left.zones)


def fewest(left: Sequence[Left], need: float) -> Sequence[Left]:
    """Those that must grow until ``need`` replicas run, where one is enough the one that has them soonest; all that can
    where all are too few."""
    able = [one for one in left if one.place and most([one]) > now([one])]
    for count in range(1, len(able)):
        for some in sorted(
            combinations(able, count), key=lambda some: max(pessimistic(one.pool.start) for one in some)
        ):
            if now([one for one in left if one not in some]) + most(some) >= need:
                return some
    return able


def carried(left: Sequence[Left], need: float, noticed: bool) -> bool:
    """Whether what is left of interchangeable pools carries ``need`` replicas, now or after launching: the less is
    left of any, the less it does."""
    return stands(left, need, noticed) or launches(left, need, noticed)


def _withdrawn(left: Sequence[Left], noticed: bool) -> bool:
    """Whether requests leave what is dead; what the vendor spreads over zones leaves dead ones by itself."""
    return noticed or all(one.pool.regional for one in left)


def counted(pools: Sequence[Pool]) -> bool:
    """Whether it is known how many replicas all of them run."""
    return all(running(pool) is not None for pool in pools)


def running(pool: Pool) -> int | None:
    """Replicas that run at the usual load."""
    return pool.desired if pool.desired is not None else pool.minimum


def idle(pool: Pool) -> bool:
    """Whether it runs nothing, and is not let to."""
    return running(pool) == 0 and not pool.maximum


def scheduled(pool: Pool, first: date, last: date) -> int | None:
    """The fewest replicas that a schedule has running from the beginning of a day to the end of another, or ``None``
    where none does."""
    rows = sorted([*pool.schedule, *((day.month, day.day, n) for day, n in pool.once if day.year == first.year)])
    if not rows:
        return None
    began = [least for month, day, least in rows if (month, day) < (first.month, first.day)]
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    changed = [least for at in days for month, day, least in rows if (month, day) == (at.month, at.day)]
    return min([began[-1] if began else rows[-1][2], *changed])


def usual(pools: Sequence[Pool]) -> float:
    """Replicas that the usual load of these pools needs. Where counts are unknown, each pool counts as one."""
    known = counted(pools)
    return HEADROOM * sum((running(pool) or 0) if known else 1 for pool in pools)


def by_day(pools: Sequence[Pool]) -> float:
    """:func:`usual`, by the number that the program states where an autoscaler may leave fewer: who takes over a site
    takes over its day too."""
    known = counted(pools)
    return HEADROOM * sum(max(pool.stated or 0, running(pool) or 0) if known else 1 for pool in pools)


def now(left: Sequence[Left]) -> float:
    """Replicas that still run; the lost zones hold the fuller part of an uneven spread."""
    known = counted([one.pool for one in left])
    return sum(_survive(one, known) for one in left if one.place)


def most(left: Sequence[Left]) -> float:
    """Replicas that can be had by launching where that is possible."""
    known = counted([one.pool for one in left])
    return sum(_most(one, known) for one in left if one.place)


def _driven(left: Sequence[Left]) -> float:
    """Replicas that run once those have launched more that nobody need tell to."""
    known = counted([one.pool for one in left])
    return sum(_most(one, known) if one.pool.driven else _whole(one, known) for one in left if one.place)


def _whole(left: Left, known: bool) -> float:
    """Replicas once lost ones are replaced."""
    return (running(left.pool) or 0) if left.grows and known else _survive(left, known)


def _survive(left: Left, known: bool) -> float:
    zones = len(left.pool.zones or ()) or 1
    if not known:
        return 1 - left.zones / zones
    count = running(left.pool) or 0
    return max(0, count - in_zone(left.pool) * left.zones - on_server(left.pool) * left.servers)


def in_zone(pool: Pool) -> int:
    """The most of its running replicas that one zone may hold."""
    count = running(pool) or 0
    return math.ceil(count / (len(pool.zones or ()) or 1)) if pool.in_zone is None else min(pool.in_zone, count)


def empties_zone(left: Sequence[Left]) -> bool:
    """Whether a lost server may have held all replicas of interchangeable pools that a zone had."""
    pools = [one.pool for one in left]
    if not counted(pools) or any(len(pool.zones or ()) < 2 for pool in pools):
        return False
    fewest = sum(_fewest_in_zone(pool) for pool in pools)
    return any(one.servers and fewest <= on_server(one.pool) for one in left)


def _fewest_in_zone(pool: Pool) -> int:
    """The fewest of its running replicas that a zone which has any may hold."""
    count, zones = running(pool) or 0, len(pool.zones or ()) or 1
    return max(1, min(count // zones, count - in_zone(pool) * (zones - 1)))


def on_server(pool: Pool) -> int:
    """The most of its running replicas that one server may hold."""
    return in_zone(pool) if pool.on_server is None else min(pool.on_server, in_zone(pool))


def _most(left: Left, known: bool) -> float:
    if not left.grows:
        return _survive(left, known)
    if not known:
        return 1.0
    return max(left.pool.maximum or 0, running(left.pool) or 0)
