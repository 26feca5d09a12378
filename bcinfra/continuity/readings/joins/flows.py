"""Where the requests of a pool go on to: internal balancers and stores, of whichever vendor.

Each vendor tells what its pools know of, or are let into (``reached``), what stands behind that (``through``), and
which addresses they may connect to (``openings``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import statements
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import Balancer, Pool, Store, StoreKind
from bcinfra.continuity.readings.aws import compute as aws_compute
from bcinfra.continuity.readings.base.reading import Call
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import compute as gcp_compute, managed as gcp_managed
from bcinfra.continuity.readings.joins import named
from bcinfra.continuity.readings.onprem import links as onprem_links
from bcinfra.graph.core.model import Resource

_ADDRESSED: Final = (aws_compute.FUNCTION, aws_compute.INSTANCE, gcp_compute.INSTANCE)
"""Types of pools that others call by their ARN or address where they are told it."""
_NAMES: Final = (StoreKind.DNS_ZONE, StoreKind.CERTIFICATES)
"""Kinds that are called as the shop is: who is told its name is not told of them."""
_GUESSED: Final = (StoreKind.RELATIONAL, StoreKind.CACHE, StoreKind.FILES)


def flows(
    view: View, pools: Iterable[Pool], balancers: Iterable[Balancer], stores: Iterable[Store]
) -> Iterator[Call | Assumption]:
    """Every call of a pool. A store that nothing is seen to use is taken to be used by all pools of its site."""
    pools, stores = tuple(pools), tuple(stores)
    owners = {balancer.urn: balancer.urn for balancer in balancers}
    owners |= {urn: store.name for store in stores for urn in store.urns}
    owners |= {pool.urn: pool.urn for pool in pools if view.graph[pool.urn].type in gcp_compute.CALLED}
    held = [store for store in stores if store.kind not in _NAMES]
    kept = frozenset(view.graph[urn].type for store in held for urn in store.urns if urn in view.graph)
    apart = frozenset(token for token in kept if not token.startswith("kubernetes:"))  # pods name those by their hosts
    addressed = owners | {
        row.urn: pool.urn
        for pool in pools
        for row in (aws_compute.pool_members(view, pool.urn) or (view.graph[pool.urn],))
        if row.type in _ADDRESSED
    }
    used: set[str] = set()
    for pool in pools:
        told = named.called(view, view.graph[pool.urn], kept.union(_ADDRESSED), apart)
        known = {addressed[r.urn] for target in told for r in through(view, target) if r.urn in addressed}
        for callee in sorted(_callees(view, pool, owners) | known - {pool.urn}):
            used.add(callee)
            yield Call(pool.urn, callee)
    by_site: dict[str, list[Pool]] = {}
    for pool in pools:
        by_site.setdefault(pool.site or "", []).append(pool)
    for store in stores:
        if store.name in used or not (store.kind in _GUESSED or _by_project(view, store)):
            continue
        homes = {m.site: None for m in store.members if m.site} or dict.fromkeys(by_site)
        near = [pool for site in homes for pool in by_site.get(site, ()) if _near(view, pool, store)]
        if near:
            yield Assumption(Assumes.USED_BY_ALL, statements.store(store.name))
            yield from (Call(pool.urn, store.name) for pool in near)


def _by_project(view: View, store: Store) -> bool:
    """Whether programs reach a store by their project alone: Firestore's default database."""
    rows = [row for urn in store.urns if (row := view.graph.resources.get(urn))]
    return any(row.type == gcp_managed.DOCUMENTS and view.text(row, "name") == "(default)" for row in rows)


def _near(view: View, pool: Pool, store: Store) -> bool:
    """Whether a pool is where a store is used that has no site of its own: at its vendor."""
    own = {view.graph[urn].package for urn in store.urns if urn in view.graph}
    return any(member.site for member in store.members) or view.graph[pool.urn].package in own


def behind(view: View, row: Resource) -> Iterator[Resource]:
    """What a program that runs knows of or is let into, and what stands behind that."""
    for target in view.vendors[row.package].reached(view, row):
        yield from through(view, target)


def _callees(view: View, pool: Pool, owners: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    row = view.graph[pool.urn]
    vendor = view.vendors[row.package]
    systems = (system for opening in vendor.openings(view, row) for system in onprem_links.behind(view, opening))
    for target in (*vendor.reached(view, row), *systems):
        found |= {owners[r.urn] for r in through(view, target) if r.urn in owners}
    return found - {pool.urn}


def through(view: View, row: Resource, seen: frozenset[str] = frozenset()) -> Iterator[Resource]:
    """A resource, and what it stands before: a name, a proxy, a file system's mount target, a cluster's instance."""
    yield row
    vendor = view.vendors.get(row.package)
    if row.urn in seen or vendor is None:
        return
    for inner in vendor.through(view, row):
        yield from through(view, inner, seen | {row.urn})
