"""What another site can do of a serving path's work: which of its pools match, and how much they must carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.design import Design, ServingPath


def _matching(source: ServingPath, group: Sequence[Pool], position: int) -> tuple[Pool, ...] | None:
    """The pools of another path that do the same work: of the same version, or at the same place of it."""
    same = [g for g in source.groups if g[0].release and g[0].release == group[0].release]
    if len(same) == 1:
        return same[0]
    return source.groups[position] if position < len(source.groups) else None


def lacking(path: ServingPath, other: ServingPath) -> tuple[Pool, ...]:
    """Pools of a path, one of each group, whose work nothing does in the other, nor may: what runs none and grows to
    none does none."""
    return tuple(
        group[0] for n, group in enumerate(path.groups) if all(map(capacity.idle, _matching(other, group, n) or ()))
    )


def needed(design: Design, path: ServingPath, other: ServingPath) -> Iterator[tuple[tuple[Pool, ...], float | None]]:
    """Pools of a site that takes over, and the replicas each group needs at the usual load of all serving sites."""
    own = {pool for group in other.groups for pool in group}
    now = [c for c in design.paths(path.entry) if c.serving]
    # What is led to it by another way, such as a network in front, is its load already.
    same = [c for c in now if c.site == other.site and own & {pool for group in c.groups for pool in group}]
    sources = [c for c in now if c not in same]
    for position, group in enumerate(other.groups):
        if all(pool.regional and pool.maximum is None for pool in group):
            continue  # the vendor scales it without a stated bound
        matched = [_matching(source, group, position) for source in sources]
        pools = [*(group if other.serving or same else ()), *(pool for found in matched for pool in found or ())]
        known = all(matched) and capacity.counted(pools) and capacity.counted(group)
        yield group, capacity.by_day(pools) if known else None
