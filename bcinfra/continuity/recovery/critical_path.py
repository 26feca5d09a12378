"""Recovery time: the longest path through detect, decide, act, propagate and verify.

A step that needs what failed is infeasible, not slow. Where every step is feasible and known, the time is a
distribution, added up numerically: a step ends after the last step that every path to it passes (its dominator), plus
the longest of the branches in between, plus its own duration. Branches that share no step are independent; those that
do are taken together, branch within branch. Only where they mesh, that part is sampled, with strata and fixed seeds
(its 95th percentile is good to about two per cent).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from graphlib import CycleError, TopologicalSorter
from operator import add
from typing import Final, TypeAlias

from bcinfra.continuity.model.distributions import ATOMS, ZERO, Distribution, fitted, gathered
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit
from bcinfra.continuity.recovery.steps import Deed, Step

_SAMPLES: Final = ATOMS * 128


@dataclass(frozen=True, slots=True)
class Infeasible:
    """A step that cannot be done, and the needs of it that failed."""

    step: Deed
    lost: tuple[Domain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How long it takes until service is back."""

    time: Figure | None
    """Seconds: median and 95th percentile. ``None`` when it cannot be done (``infeasible`` says why); a figure without
    a value when a step's duration is unknown."""
    critical: tuple[Deed, ...] = ()
    """The longest path, by the pessimistic end of each step."""
    slack: Mapping[Deed, float] = field(default_factory=dict[Deed, float])
    """Seconds by which each step may be late without delaying the end; 0 on the critical path."""
    infeasible: tuple[Infeasible, ...] = ()
    blocked: tuple[Deed, ...] = ()
    """Steps that wait for an infeasible one."""

    @property
    def feasible(self) -> bool:
        return not self.infeasible


Shape: TypeAlias = "tuple[tuple[int, tuple[int, ...], Range], ...]"
"""Steps in order, as numbers (in the order of their ids), with what each waits for and its duration: recoveries that
look alike are worked out once, whatever they bring back."""


def recover(steps: Sequence[Step], lost: Callable[[Sequence[Domain]], tuple[Domain, ...]] = lambda _: ()) -> Recovery:
    """Work out a recovery. ``lost``: those of a step's needs that stay down. No steps: back at once.

    Raises ``ValueError`` for steps that do not form a path: deeds used twice or not there, circles.
    """
    order = ordered(steps)
    infeasible = tuple([Infeasible(s.deed, gone) for s in order if s.needs and (gone := lost(s.needs))])
    if infeasible:
        return Recovery(time=None, infeasible=infeasible, blocked=_blocked(order, {i.step for i in infeasible}))
    if unknown := tuple([step.duration for step in order if not step.duration.known]):
        return Recovery(time=_time(None, "needs the duration of every step", unknown))
    ids = sorted([step.deed.id for step in order])
    number = {id: n for n, id in enumerate(ids)}
    shape = tuple(
        [
            (number[s.deed.id], tuple([number[a.id] for a in s.after]), s.duration.value)
            for s in order
            if s.duration.value
        ]
    )
    path, slack, value, how = _worked_out(shape)
    value = value or _sampled_span(shape, tuple(ids))
    deeds = {number[step.deed.id]: step.deed for step in order}
    on_path = tuple([step.duration for step in order if number[step.deed.id] in path])
    return Recovery(
        time=_time(value, how, on_path),
        critical=tuple([deeds[n] for n in path]),
        slack={deeds[n]: seconds for n, seconds in slack},
    )


def ordered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps, each after those it waits for; raises ``ValueError`` naming everything wrong with them."""
    done: set[Deed] = set()
    for step in steps:
        if step.deed in done or not done.issuperset(step.after):
            break
        done.add(step.deed)
    else:
        return tuple(steps)
    by_deed = {step.deed: step for step in steps}
    twice = sorted({s.deed.id for s in steps if by_deed[s.deed] is not s})
    problems = [f"two steps are {id!r}" for id in twice]
    problems += [f"step {s.deed.id!r} waits for {a.id!r}, no step" for s in steps for a in s.after if a not in by_deed]
    if problems:
        raise ValueError("; ".join(problems))
    try:
        deeds = tuple(TopologicalSorter({step.deed: step.after for step in steps}).static_order())
    except CycleError as error:
        raise ValueError(f"steps wait for each other: {' -> '.join(deed.id for deed in error.args[1])}") from None
    return tuple(by_deed[deed] for deed in deeds)


def _blocked(order: Iterable[Step], stopped: Collection[Deed]) -> tuple[Deed, ...]:
    waiting: dict[Deed, None] = {}
    for step in order:
        if step.deed not in stopped and any(a in stopped or a in waiting for a in step.after):
            waiting[step.deed] = None
    return tuple(waiting)


def _time(value: Range | None, how: str, of: tuple[Figure, ...]) -> Figure:
    return Figure("recovery time", Unit.SECONDS, value, Computed(how, of))


def _earliest(order: Iterable[tuple[int, tuple[int, ...], float]]) -> dict[int, float]:
    """When each step is done at the earliest."""
    done: dict[int, float] = {}
    for step, after, length in order:
        done[step] = length + max([done[a] for a in after], default=0.0)
    return done


@lru_cache(maxsize=4096)
def _worked_out(
    shape: Shape,
) -> tuple[tuple[int, ...], tuple[tuple[int, float], ...], Range | None, str]:
    """The critical path, the slack of each step, and when the last is done (``None``: samples tell) by which method."""
    if any(length.upper is None for _, _, length in shape):
        typical = max(_earliest([(n, after, length.typical) for n, after, length in shape]).values(), default=0.0)
        value, how = Range(typical, None), "longest path of typical durations; a step has no upper bound"
    else:
        value, how = _span(shape), "longest path: median and 95th percentile of its distribution"
    return *_critical(shape), value, how


def _critical(shape: Shape) -> tuple[tuple[int, ...], tuple[tuple[int, float], ...]]:
    """The critical path and the slack of each step (critical path method: earliest against latest finish)."""
    order = [(n, after, length.typical if length.upper is None else length.upper) for n, after, length in shape]
    earliest = _earliest(order)
    latest = dict.fromkeys(earliest, max(earliest.values(), default=0.0))
    for step, after, length in reversed(order):
        for a in after:
            latest[a] = min(latest[a], latest[step] - length)
    path: list[int] = []
    waits = {step: after for step, after, _ in order}
    candidates: Collection[int] = earliest
    while candidates:
        path.append(max(candidates, key=lambda step: earliest[step]))
        candidates = waits[path[-1]]
    return tuple(reversed(path)), tuple((step, latest[step] - earliest[step]) for step in earliest)


class _MeshedError(Exception):
    """Branches mesh: a part of the steps must be sampled."""


def _span(shape: Shape) -> Range | None:
    """Median, 95th and 5th percentile of the end of steps; ``None`` where that depends on samples."""
    try:
        return _sampled_span(shape, ())
    except _MeshedError:
        return None


@lru_cache(maxsize=4096)
def _sampled_span(shape: Shape, ids: tuple[str, ...]) -> Range:
    """The same, with samples drawn by the ids of the steps. Raises ``_MeshedError`` where they lack."""
    waits = _with_barriers({step: after for step, after, _ in shape})
    finish = _finish(waits, dict.fromkeys(waits, ZERO) | {step: fitted(lasts) for step, _, lasts in shape}, ids)
    # To nine digits: what takes as long is as quick, in whatever order its steps were added.
    return Range(*(float(f"{finish.quantile(share):.9g}") for share in (0.5, 0.95, 0.05)))


def _with_barriers(order: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    """Steps that wait for the same several others wait for one barrier, so that stages do not count as meshed."""
    waits = {step: tuple(sorted(set(after))) for step, after in order.items()}
    alike = Counter(waits.values())
    barriers: dict[tuple[int, ...], int] = {}
    found: dict[int, tuple[int, ...]] = {}
    for step, after in waits.items():
        if len(after) > 1 and alike[after] > 1:
            barrier = barriers.setdefault(after, len(waits) + len(barriers))
            found[barrier], after = after, (barrier,)
        found[step] = after
    return found


def _finish(
    order: Mapping[int, Sequence[int]], durations: Mapping[int, Distribution], ids: Sequence[str]
) -> Distribution:
    """The distribution of the time when the last step is done. ``order``: what each step waits for, in order."""
    upto: dict[int, frozenset[int]] = {}
    """Steps that a step waits for, directly or not, and the step itself."""
    dominators: dict[int, tuple[int, ...]] = {}
    """Steps on every path to a step, first to last, the step itself included."""
    since: dict[int, Distribution] = {}
    """Time from the end of a step's immediate dominator (or from the failure) to its own end."""

    def wait(names: Iterable[int]) -> tuple[tuple[int, ...], Distribution]:
        """The steps that all paths to ``names`` pass, and the time from the last of them until all are done."""
        last = sorted(name for name in set(names) if not any(name in upto[n] for n in names if n != name))
        if len(last) < 2:
            return (dominators[last[0]] if last else ()), ZERO
        shared = tuple(d for d in dominators[last[0]] if all(d in dominators[name] for name in last))
        before = upto[shared[-1]] if shared else frozenset[int]()
        branches = _disjoint({name: upto[name] - before for name in last})
        if len(branches) == 1:
            inside = upto[last[0]].union(*(upto[name] for name in last)) - before
            return shared, _played({name: order[name] for name in order if name in inside}, durations, last, ids)
        times: list[Distribution] = []
        for branch in branches:
            passed, rest = wait(branch)
            times.append(_chain(since[step] for step in passed[len(shared) :]) + rest)
        return shared, reduce(Distribution.latest, times)

    for name, after in order.items():
        shared, begun = wait(after)
        upto[name] = frozenset({name}).union(*(upto[a] for a in after))
        dominators[name] = (*shared, name)
        since[name] = begun + durations[name]
    shared, rest = wait(list(upto))
    return _chain(since[name] for name in shared) + rest


def _disjoint(steps: Mapping[int, frozenset[int]]) -> list[list[int]]:
    """Names in groups that share nothing of what stands under each."""
    groups: list[tuple[list[int], frozenset[int]]] = []
    for name, under in steps.items():
        touching = [group for group in groups if group[1] & under]
        names = [name for group, _ in touching for name in group]
        joined = ([*names, name], under.union(*(others for _, others in touching)))
        groups = [*(group for group in groups if group not in touching), joined]
    return [names for names, _ in groups]


def _chain(parts: Iterable[Distribution]) -> Distribution:
    """One after the other. In an order that other chains of the same parts have too, so that what they begin with is
    added once; what always lasts as long comes last."""
    return sum(sorted(parts, key=lambda part: (len(part.values) == 1, part.values)), ZERO)


def _played(
    steps: Mapping[int, Sequence[int]], durations: Mapping[int, Distribution], last: Sequence[int], ids: Sequence[str]
) -> Distribution:
    """The longest time to the ``last`` of some steps whose branches mesh, by stratified sampling."""
    if not ids:
        raise _MeshedError
    done: dict[int, list[float]] = {}
    for name, after in steps.items():
        values = durations[name].values
        samples = list(values) * (_SAMPLES // len(values))
        if name < len(ids):  # barriers take no time
            random.Random(ids[name]).shuffle(samples)  # noqa: S311  the same draws whatever steps are beside it
        waits = [done[a] for a in after if a in done]
        begun = map(max, zip(*waits, strict=True)) if waits else [0.0] * _SAMPLES
        done[name] = list(map(add, samples, begun))
    return gathered(max(times) for times in zip(*(done[name] for name in last), strict=True))
