"""What programs that run are told of and nobody has read: somebody else's database, or one of a type without a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Pool, Store, StoreKind
from bcinfra.continuity.readings.aws.flows import SECRET_VERSION
from bcinfra.continuity.readings.aws.secrets import PARAMETER
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Call
from bcinfra.continuity.readings.base.stores import unjudged, untold
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp.secrets import VERSIONS
from bcinfra.continuity.readings.joins import flows, named
from bcinfra.continuity.readings.kubernetes.flows import CONFIG
from bcinfra.continuity.readings.kubernetes.secrets import SECRET
from bcinfra.graph.core.model import Resource
from bcinfra.places.place import Place as Somewhere

_TELL: Final = (SECRET, CONFIG, PARAMETER, SECRET_VERSION, *VERSIONS)
"""Types that hold what programs are told, and do nothing themselves."""


def met(view: View, pools: Iterable[Pool]) -> Iterator[Store | Call]:
    """A store of which nothing is known, for each resource without a row that a pool is told of: it may hold what the
    pool cannot do without."""
    told: dict[str, dict[str, Pool]] = {}
    for pool in pools:
        for row in _told(view, view.graph[pool.urn]):
            if row.custom and not row.is_provider and row.type not in view.traits:
                told.setdefault(row.urn, {})[pool.urn] = pool
    for urn, tellers in sorted(told.items()):
        yield from _unknown(view, view.graph[urn], tellers.values())
        yield from (Call(pool.urn, urn) for pool in tellers.values())
    yield from _outside(view, pools)


def _outside(view: View, pools: Iterable[Pool]) -> Iterator[Store | Call]:
    """A store for each thing that a text says to stand in a region and the program does not declare."""
    types = frozenset(row.type for row in view.graph)
    found: dict[str, tuple[named.Name, dict[str, Pool]]] = {}
    for pool in pools:
        for one in named.elsewhere(view, view.graph[pool.urn], types):
            what = f"{one.service} {one.name} in {one.region}"
            found.setdefault(what, (one, {}))[1][pool.urn] = pool
    for what, (one, callers) in sorted(found.items()):
        urn = f"{next(iter(callers))}#{what}"
        why = f"{what} is not declared in this program: how it fails, and what is copied of it, is not told"
        home = domains.region(one.cloud, one.region)
        at = Place(site=str(Somewhere(one.cloud, one.region)), homes=(home,))
        store = untold(urn, what, what, StoreKind.OTHER, at, why)
        accounts = dict.fromkeys(d for pool in callers.values() for d in pool.homes if d.kind is DomainKind.ACCOUNT)
        more: Any = {"regional": not one.single, "serverless": True, "perhaps": tuple(accounts)}
        yield replace(store, members=tuple(replace(member, **more) for member in store.members))
        yield from (Call(caller, urn) for caller in callers)


def _unknown(view: View, row: Resource, pools: Iterable[Pool]) -> Iterator[Store]:
    """It may stand wherever those do that are told of it, and its own vendor, if it is another, may lose it."""
    vendor = () if row.package in view.vendors else (Domain(DomainKind.SUPPLIER, row.package),)
    near = dict.fromkeys(d for pool in pools for home in (*(pool.zones or ()), *pool.homes) for d in home.chain())
    what = f"{row.package} {row.type.rsplit(':', 1)[-1]}"

    def place(_view: View, _row: Resource) -> Place:
        return Place(site=None, homes=vendor)

    for found in unjudged(what, StoreKind.OTHER, place)(view, row):
        if isinstance(found, Store):
            members = (replace(one, perhaps=tuple(near), serverless=True) for one in found.members)
            yield replace(found, members=tuple(members))


def _told(view: View, pool: Resource) -> Iterator[Resource]:
    for row in flows.behind(view, pool):
        yield row
        if row.type in _TELL:
            yield from (one for name in row.property_dependencies for one in view.linked(row, name))
    for source, name in view.vendors[pool.package].told(view, pool):
        yield from view.linked(source, name)
