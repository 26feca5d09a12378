"""What is said of the designs that were measured: the best, the front, what objectives and protections cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit.genes import Gene, Kind
from bcinfra.fit.measured import MONTHS, Design, Key, Measured, Targets, missed
from bcinfra.fit.search import Found
from bcinfra.seconds import DAY, HOUR, MINUTE

STEPS: Final = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR),
    *(DAY, 2 * DAY, 7 * DAY, 30 * DAY),
)
"""Recovery times and losses that people promise, seconds."""
DOWN: Final = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.05)
"""Shares of time that people allow to be down."""
_NOTHING: Final = 0.005
"""Share of the expected loss below which a difference is none: figures do not bear more."""


def cheapest(found: Found, targets: Targets, required: frozenset[Key] | None = None) -> Design | None:
    """The cheapest design that keeps every objective, or those that are ``required``; ``None`` where none does."""
    asked = targets if required is None else {key: targets[key] for key in required}
    fits = [one for one, measured in found.measured.items() if not missed(measured, asked)]
    return min(fits, key=lambda one: _cost(found, one), default=None)


def closest(found: Found, targets: Targets) -> Design:
    """The design that misses the fewest objectives, of these the cheapest."""
    return min(found.measured, key=lambda one: (len(missed(found.measured[one], targets)), *_cost(found, one)))


def least(found: Found) -> Design:
    """The design with the least sum of cost and expected loss, at typical values."""
    return min(
        found.measured,
        key=lambda one: (found.measured[one].yearly.typical, found.changes(one), one),
    )


def by_strategy(found: Found) -> dict[str, Design]:
    """The least sum with each strategy, the weakest strategy first; empty where there is one alone."""
    at = next((at for at, gene in enumerate(found.genes) if gene.kind is Kind.STRATEGY), None)
    best: dict[str, Design] = {}
    for choice in range(len(found.genes[at].choices)) if at is not None else ():
        those = {one: measured for one, measured in found.measured.items() if one[at or 0] == choice}
        if those:
            part = replace(found, measured=those)
            best[found.genes[at or 0].choices[choice].value] = least(part)
    return best


def _cost(found: Found, design: Design) -> tuple[float, int, Design]:
    return found.measured[design].cost.typical, found.changes(design), design


def thriftiest(found: Found, targets: Targets) -> Design:
    """Of the designs that miss the fewest objectives the one with the least sum of cost and expected loss."""
    fewest = min(len(missed(one, targets)) for one in found.measured.values())
    those = {one: here for one, here in found.measured.items() if len(missed(here, targets)) == fewest}
    return least(replace(found, measured=those))


def dominates(one: Measured, other: Measured, targets: Targets) -> bool:
    """Whether ``one`` is as good as ``other`` in cost, expected loss and objectives missed, and better in one."""
    mine, theirs = _merits(one, targets), _merits(other, targets)
    return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))


def _merits(one: Measured, targets: Targets) -> tuple[float, float, float]:
    return one.cost.typical, one.loss.typical if one.loss else 0.0, float(len(missed(one, targets)))


def front(found: Found, targets: Targets) -> tuple[Design, ...]:
    """The designs that none dominates, the cheapest first; of those that are alike the one nearest to today's."""
    by_merits: dict[tuple[float, float, float], Design] = {}
    for one in sorted(found.measured, key=lambda one: (found.changes(one), one)):
        by_merits.setdefault(_merits(found.measured[one], targets), one)
    return tuple(
        design
        for merits, design in sorted(by_merits.items())
        if not any(
            dominates(found.measured[other], found.measured[design], targets)
            for their, other in by_merits.items()
            if their[0] <= merits[0]
        )
    )


def alike(found: Found, one: Design, others: Iterable[Design]) -> tuple[Design, ...]:
    """Those of ``others`` whose yearly sum may as well be the smaller: their ranges overlap."""
    mine = found.measured[one].yearly
    return tuple(
        other
        for other in others
        if other != one
        and found.measured[other].yearly.lower <= mine.worst
        and mine.lower <= found.measured[other].yearly.worst
    )


# -- objectives -------------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """An objective as a page may state it: in a kind of disruption, or in all of them at once."""

    kind: DisruptionKind | None
    objective: Objective
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectivePrice:
    """What an objective costs."""

    asked: Asked
    kept: bool
    """Whether the design that is compared with keeps it."""
    best: float
    """What the best of all measured designs reaches."""
    looser: float | None
    """The next step by which something cheaper does; ``None``: nothing is saved by any."""
    saves: float
    """What that saves, a month."""
    by: Design | None
    alone: float
    """What the cheapest design that keeps this one alone costs a month more than the cheapest of all."""


class Together(NamedTuple):
    """Objectives that need the same: to loosen one saves nothing while the others stay."""

    asked: tuple[Asked, ...]
    saves: float
    """What giving up all of them saves, a month."""
    by: Design


def together(found: Found, targets: Targets, prices: Iterable[ObjectivePrice]) -> Together | None:
    """The objectives that cost money and have no price alone; ``None`` where there are none."""
    base = closest(found, targets)
    required = frozenset(targets) - missed(found.measured[base], targets)
    asked = tuple(one.asked for one in prices if one.asked.kind and one.looser is None and one.alone > 0)
    rest = frozenset(
        key for key in required if not any((key.kind, key.objective, targets[key]) == one for one in asked)
    )
    by = cheapest(found, targets, rest)
    saves = found.measured[base].cost.typical - found.measured[by].cost.typical if by else 0.0
    return Together(asked, saves, by) if by and saves > 0 else None


def objective_prices(found: Found, targets: Targets) -> tuple[ObjectivePrice, ...]:
    """What each objective costs beside the cheapest design that keeps as much as can be kept, others unchanged.

    Only what that design keeps is required, so that what nothing keeps costs nothing.
    """
    base = closest(found, targets)
    required = frozenset(targets) - missed(found.measured[base], targets)
    groups: dict[Asked, list[Key]] = {}
    for key, target in targets.items():
        for kind in dict.fromkeys((None, key.kind)):
            groups.setdefault(Asked(kind, key.objective, target), []).append(key)
    order = [None, *DisruptionKind]
    return tuple(
        _price(found, targets, required, base, asked, groups[asked])
        for asked in sorted(groups, key=lambda a: (order.index(a.kind), list(Objective).index(a.objective), a.target))
    )


def _price(
    found: Found, targets: Targets, required: frozenset[Key], base: Design, asked: Asked, keys: list[Key]
) -> ObjectivePrice:
    steps = DOWN if asked.objective is Objective.AVAILABILITY else STEPS
    now = found.measured[base].cost.typical
    best = min(max((one.values.get(key, 0.0) for key in keys), default=0.0) for one in found.measured.values())
    kept = required.issuperset(keys)
    looser, saves, by = None, 0.0, None
    for step in (one for one in steps if one > asked.target) if any(key in required for key in keys) else ():
        other = cheapest(found, {**targets, **dict.fromkeys(keys, float(step))}, required)
        if other and (saved := now - found.measured[other].cost.typical) > 0:
            looser, saves, by = float(step), saved, other
            break
    own = cheapest(found, targets, required.intersection(keys))
    floor = min(one.cost.typical for one in found.measured.values())
    alone = found.measured[own].cost.typical - floor if own else 0.0
    return ObjectivePrice(asked=asked, kept=kept, best=best, looser=looser, saves=saves, by=by, alone=alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrated:
    """A capability whose objectives cost money, and which earns none."""

    capability: str
    saves: float
    """What is saved a month where they are given up."""
    loses: float
    """What is lost more a year then."""
    by: Design


def overrated(found: Found, targets: Targets, earning: frozenset[str]) -> tuple[Overrated, ...]:
    """Capabilities treated as more critical than their money says: without their own objectives something cheaper
    keeps all others, and what it loses more is less than it saves."""
    base = closest(found, targets)
    required = frozenset(targets) - missed(found.measured[base], targets)
    rows: list[Overrated] = []
    for name in dict.fromkeys(key.capability for key in targets):
        rest = frozenset(key for key in required if key.capability != name)
        other = cheapest(found, targets, rest)
        if name in earning or other is None:
            continue
        here, there = found.measured[base], found.measured[other]
        saves = here.cost.typical - there.cost.typical
        loses = (there.loss.typical if there.loss else 0.0) - (here.loss.typical if here.loss else 0.0)
        if saves > 0 and loses < MONTHS * saves:
            rows.append(Overrated(capability=name, saves=saves, loses=loses, by=other))
    return tuple(rows)


# -- protections ------------------------------------------------------------------------------------------------------


class Worth(StrEnum):
    """What a protection is worth, beside the next weaker choice."""

    NEEDED = "needed"
    """An objective is missed without it."""
    PAYS = "pays"
    """It saves more than it costs."""
    UNSURE = "unsure"
    """Whether it does, the ranges do not tell."""
    COSTS_MORE = "costs more"
    """It saves less than it costs."""
    BUYS_NOTHING = "buys nothing"
    """Neither an objective nor money is lost without it."""
    FREE = "free"
    """It costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What today's design pays for one choice, and what that buys, beside a weaker one."""

    gene: Gene
    has: str
    instead: str
    costs: float
    """A month."""
    saves: Range
    """Of the expected loss, a year."""
    keeps: frozenset[Key]
    """Objectives that are missed without it."""
    worth: Worth
    without: Design


def protections(found: Found, targets: Targets) -> tuple[Protection, ...]:
    """What each of today's choices buys and costs: the dearest first."""
    today = found.measured[found.today]
    rows: list[Protection] = []
    for at, gene in enumerate(found.genes):
        for choice in range(gene.today):
            without = (*found.today[:at], choice, *found.today[at + 1 :])
            weaker = found.measured.get(without)
            if weaker:
                rows.append(_protection(gene, choice, today, weaker, targets, without))
    return tuple(sorted(rows, key=lambda row: (-row.costs, row.gene.name, row.instead)))


def _protection(
    gene: Gene, choice: int, today: Measured, weaker: Measured, targets: Targets, without: Design
) -> Protection:
    costs = today.cost.typical - weaker.cost.typical
    saves = saved(today.loss, weaker.loss)
    keeps = missed(weaker, targets) - missed(today, targets)
    small = _NOTHING * (today.loss.typical if today.loss else 0.0)
    if keeps:
        worth = Worth.NEEDED
    elif abs(saves.typical) <= small:
        worth = Worth.BUYS_NOTHING if costs > 0.5 else Worth.FREE
    elif costs <= 0.5:
        worth = Worth.FREE if saves.typical >= 0 else Worth.COSTS_MORE
    elif saves.lower < MONTHS * costs < saves.worst:
        worth = Worth.UNSURE
    else:
        worth = Worth.PAYS if saves.typical > MONTHS * costs else Worth.COSTS_MORE
    return Protection(
        gene=gene,
        has=gene.choices[gene.today].value,
        instead=gene.choices[choice].value,
        costs=costs,
        saves=saves,
        keeps=keeps,
        worth=worth,
        without=without,
    )


def saved(today: Range | None, weaker: Range | None) -> Range:
    """What a design saves, end by end: both rest on the same facts, so what is not sure of them is not sure of both
    alike."""
    if today is None or weaker is None:
        return Range.exactly(0)
    typical = weaker.typical - today.typical
    ends = [typical, weaker.lower - today.lower]
    if today.upper is None or weaker.upper is None:
        return Range(typical, None, min(ends))
    ends.append(weaker.upper - today.upper)
    return Range(typical, max(ends), min(ends))


def reach(found: Found) -> Mapping[tuple[DisruptionKind, Objective], float]:
    """The best that any measured design does at worst, by kind of disruption."""
    best: dict[tuple[DisruptionKind, Objective], float] = {}
    for one in found.measured.values():
        for key, value in one.worst.items():
            best[key] = min(best.get(key, value), value)
    return best
