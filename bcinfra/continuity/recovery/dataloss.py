"""Data loss: the age of the newest copy that survived, can be reached, and is not corrupted.

Replicas copy bad writes: once data is corrupted, only earlier versions from before the corruption count. Whoever holds
the credentials that a copy is exposed to can destroy it, so against attackers and operators only isolated copies count.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, assumed, pessimistic, total
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.reasons import Because, Reason

CARTS: Final = assumed(
    "what an emptied cache held",
    Unit.SECONDS,
    Range(900, 3600),
    "carts and sessions that matter are worth a quarter of an hour to an hour of orders (judgement)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCopy:
    """A copy of one store: a running member, a replica, a backup, earlier versions."""

    name: str
    urn: str = ""
    """Of the member or recovery point, where it is one."""
    age: Figure
    """Seconds by which its newest data is behind the acknowledged writes: 0 synchronous, the lag of a replica,
    :func:`backup_age` of a backup."""
    homes: tuple[Domain, ...] = ()
    """Domains that take the copy away when any fails."""
    needs: tuple[Domain, ...] = ()
    """Domains without which it cannot be read: the key, the account, the control plane that restores it."""
    exposed_to: tuple[Domain, ...] = ()
    """Credentials (account, operator) that can change or delete it within its retention. Empty: write-once."""
    history: Figure | None = None
    """Seconds that earlier versions are kept; ``None``: only the newest state, as in a replica."""
    granularity: Figure | None = None
    """Seconds between the versions kept; ``None``: any moment can be restored (continuous log)."""
    anew: bool = False
    """Whether it is made anew from elsewhere, so that no bad write can be in it."""

    @property
    def subject(self) -> Subject:
        return Subject(Noun.PART, self.name, self.urn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a scenario does to data."""

    failed: Collection[Domain] = ()
    """Domains that are down or gone, with all that they take along."""
    hostile: tuple[Domain, ...] = ()
    """Credentials in wrong hands, or used wrongly: every copy exposed to them is lost."""
    dwell: Figure | None = None
    """Seconds from the first bad write until it is noticed; ``None``: no data is corrupted."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A copy that does not count, and why."""

    copy: Subject
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLoss:
    """What one store loses. Exactly one of three: an ``age``, an ``age`` without a value (unknown), or all of it."""

    store: str
    age: Figure | None
    """Seconds of acknowledged writes lost; ``None``: everything is lost."""
    copy: Subject | None
    """The member or recovery point to go on from."""
    spare: bool = False
    """Whether the shop can go on without what is lost, as without what an empty cache does not hold yet."""
    rejected: tuple[Rejected, ...] = ()

    @property
    def total_loss(self) -> bool:
        return self.age is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconsistency:
    """Two stores that come back at different moments: rows in one refer to what the other does not have."""

    newer: str
    older: str
    seconds: float | None
    """Most that they lie apart; ``None``: unbounded or unknown."""


def backup_age(interval: Figure, start_window: Figure, copying: Figure) -> Figure:
    """Age of the newest finished backup at worst: the interval, the delay before it starts, and the time it copies."""
    return total("backup age", interval, start_window, copying)


def store_loss(store: str, copies: Sequence[DataCopy], effect: Effect) -> StoreLoss:
    """The newest copy that counts.

    Copies are compared by their pessimistic ends. One whose age is unknown is used only when no other is left.
    """
    judged = [(copy, _judge(copy, effect)) for copy in copies]
    usable = [(copy, verdict) for copy, verdict in judged if isinstance(verdict, Figure)]
    rejected = tuple(Rejected(copy.subject, verdict) for copy, verdict in judged if isinstance(verdict, Reason))
    if not usable:
        return StoreLoss(store=store, age=None, copy=None, rejected=rejected)
    copy, age = min(usable, key=lambda item: _pessimistic(item[1]))
    return StoreLoss(store=store, age=age, copy=copy.subject, rejected=rejected)


def _judge(copy: DataCopy, effect: Effect) -> Figure | Reason:
    """What would be lost with this copy (unknown where that depends on something unknown), or why it does not count."""
    if gone := [d for d in copy.homes if d in effect.failed]:
        return Reason(Because.COPY_LOST, object=tuple(gone))
    if missing := [d for d in copy.needs if d in effect.failed]:
        return Reason(Because.COPY_OUT_OF_REACH, object=tuple(missing))
    if reached := [d for d in copy.exposed_to if d in effect.hostile]:
        return Reason(Because.COPY_EXPOSED, object=tuple(reached))
    if effect.dwell is None or copy.anew:
        return copy.age
    if copy.history is None:
        return Reason(Because.COPY_SPOILED)
    return _before_corruption(copy.age, copy.history, copy.granularity, effect.dwell)


def _before_corruption(age: Figure, history: Figure, granularity: Figure | None, dwell: Figure) -> Figure | Reason:
    """Going back to before the first bad write loses the dwell time and up to one step between versions.

    Where that way back may be longer than the history (their pessimistic ends), there is nothing to rely on.
    """
    parts = (dwell,) if granularity is None else (dwell, granularity)
    how = "dwell time + step between versions, at least the age"
    inputs = (*parts, history, age)
    back = total("way back", *parts).value
    if back is None or history.value is None or age.value is None:
        return Figure("data loss", Unit.SECONDS, None, Computed(how, inputs))
    if back.upper is None or back.upper > history.value.lower:
        return Reason(Because.COPY_TOO_YOUNG, amount=history.value.lower)
    # The newest version is `age` old, so nothing newer can be had.
    return Figure("data loss", Unit.SECONDS, _later(back, age.value), Computed(how, inputs))


def _later(one: Range, two: Range) -> Range:
    upper = None if one.upper is None or two.upper is None else max(one.upper, two.upper)
    return Range(max(one.typical, two.typical), upper, max(one.lower, two.lower))


def _pessimistic(age: Figure) -> tuple[bool, float, float]:
    """Sort key: known before unknown, then by the pessimistic end, then by the typical value."""
    if age.value is None:
        return True, math.inf, math.inf
    return False, age.value.worst, age.value.typical


def severity(loss: StoreLoss) -> tuple[bool, tuple[bool, float, float]]:
    """Sort key: the least lost first; all of it last, the unknown before that."""
    return (True, (True, math.inf, math.inf)) if loss.age is None else (False, _pessimistic(loss.age))


def worst_loss(losses: Iterable[StoreLoss]) -> StoreLoss | None:
    """The store that loses most of what is not spare: all of it, then the unknown, then by the pessimistic end."""
    return max((loss for loss in losses if not loss.spare), key=severity, default=None)


def worst_of_each(losses: Iterable[StoreLoss]) -> tuple[StoreLoss, ...]:
    """Of each store the most that is lost, in the order of first mention."""
    worst: dict[str, StoreLoss] = {}
    for loss in losses:
        worst[loss.store] = max(worst.get(loss.store, loss), loss, key=severity)
    return tuple(worst.values())


def given_up(losses: Iterable[StoreLoss]) -> float:
    """Seconds of trade that go with what is lost, at the pessimistic end; infinite where all is lost, or nobody knows
    how much, of what the shop cannot go on without."""
    return max(
        (min(pessimistic(loss.age), pessimistic(CARTS) if loss.spare else math.inf) for loss in losses), default=0.0
    )


def inconsistencies(stores: Sequence[StoreLoss]) -> tuple[Inconsistency, ...]:
    """Neighbours in age that can differ, newest first. A store that is lost altogether is named as such, not here."""
    found: list[Inconsistency] = []
    ordered = sorted((s for s in stores if s.age is not None), key=lambda s: (severity(s), s.store))
    for newer, older in pairwise(ordered):
        apart = _apart(newer, older)
        if apart is None or apart > 0:
            found.append(Inconsistency(newer=newer.store, older=older.store, seconds=apart))
    return tuple(found)


def _apart(newer: StoreLoss, older: StoreLoss) -> float | None:
    one, two = newer.age and newer.age.value, older.age and older.age.value
    if one is None or two is None or one.upper is None or two.upper is None:
        return None
    return max(two.upper - one.lower, one.upper - two.lower)
