"""What must grow further than its account is known to be allowed: what serves, as far as it may; a standby, to what it
takes over."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bcinfra.continuity.model.parts import Pool, Quota
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.standby import needed


@dataclass(frozen=True, slots=True)
class Shortage:
    """A quota that may not hold what counts against it."""

    name: str
    quota: Quota
    need: float
    """In the quota's own unit."""
    short: tuple[str, ...]
    """URNs of the pools that must grow."""
    lost: str | None = None
    """The site whose loss makes them; ``None``: the load does."""


def shortages(design: Design) -> Iterator[Shortage]:
    """Every quota that is not known to hold what must run at once; one that nothing grows into is none."""
    paths = [path for entry in design.model.entries for path in design.paths(entry)]
    serving = {pool.urn for path in paths if path.serving for group in path.groups for pool in group}
    moves = list(_moves(design))
    for called, rows in _against(design):
        yield from _served(called, rows, serving)
        yield from _taken_over(called, rows, moves)


def after_a_site(design: Design, load: float) -> Iterator[Shortage]:
    """Every quota that is not known to hold what a site needs that takes over at so many times the usual load."""
    moves = list(_moves(design))
    for called, rows in _against(design):
        yield from _taken_over(called, rows, moves, load)


class _Move(NamedTuple):
    """Interchangeable pools that take over from a site."""

    lost: str
    group: tuple[Pool, ...]
    wanted: float | None
    """Replicas that they then need; ``None``: not known."""


def _moves(design: Design) -> Iterator[_Move]:
    for entry in design.model.entries:
        paths = design.paths(entry)
        for path in (path for path in paths if path.serving and path.site in design.places):
            for other in (other for other in paths if not other.serving and other.site != path.site):
                yield from (_Move(str(path.site), group, wanted) for group, wanted in needed(design, path, other))


def _against(design: Design) -> Iterator[tuple[str, list[tuple[Pool, Quota]]]]:
    """What counts against each quota, by the name it is called."""
    against: dict[tuple[str, str], list[tuple[Pool, Quota]]] = {}
    for pool in design.model.pools:
        for quota in pool.quotas:
            against.setdefault((quota.name, quota.account or ""), []).append((pool, quota))
    names = Counter(name for name, _ in against)
    for (name, account), rows in sorted(against.items(), key=lambda item: item[0]):
        yield name if names[name] == 1 else f"{name} ({account})", rows


def _served(name: str, rows: Sequence[tuple[Pool, Quota]], serving: Collection[str]) -> Iterator[Shortage]:
    need = sum(quota.takes * _most(pool) for pool, quota in rows)
    short = tuple(pool.urn for pool, _ in rows if pool.urn in serving and _most(pool) > _runs(pool))
    quota = rows[0][1]
    if short and need > quota.allows:
        yield Shortage(name, quota, need, short)


def _taken_over(
    name: str, rows: Sequence[tuple[Pool, Quota]], moves: Iterable[_Move], load: float = 1.0
) -> Iterator[Shortage]:
    takes = {pool.urn: quota.takes for pool, quota in rows}
    base, quota = sum(quota.takes * _runs(pool) for pool, quota in rows), rows[0][1]
    found: dict[str, dict[str, float]] = {}
    for lost, group, wanted in moves:
        grow = [pool for pool in group if pool.urn in takes]
        most = sum(map(_most, group))
        more = min(most, math.ceil(most if wanted is None else wanted * load)) - sum(map(_runs, group))
        if grow and more > 0:
            found.setdefault(lost, {})[grow[0].urn] = more * takes[grow[0].urn]
    for lost, more in sorted(found.items()):
        need = base + sum(more.values())
        if need > quota.allows:
            yield Shortage(name, quota, need, tuple(more), lost)


def _runs(pool: Pool) -> int:
    return capacity.running(pool) or 0


def _most(pool: Pool) -> int:
    return max(pool.maximum or 0, _runs(pool))
