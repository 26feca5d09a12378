"""Which copy of a database the programs of a site know: one that takes no writes leads nowhere while another does.

A replica refuses writes, and the endpoint of an Aurora cluster answers only where the global database's writer is.
An Aurora secondary passes writes on from its reader endpoint where it is told to, for sessions that state a read
consistency (Aurora User Guide, connecting to a global database; write forwarding; read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import Member, Pool, Refusal, Store, StoreKind
from bcinfra.continuity.readings.aws import proxies, relational
from bcinfra.continuity.readings.base.stores import refused
from bcinfra.continuity.readings.base.view import View, as_json, strings
from bcinfra.continuity.readings.joins.flows import through
from bcinfra.graph.core.model import Resource

_FORWARDING: Final = "enableGlobalWriteForwarding"
_HOST: Final = re.compile(r"([a-z0-9-]+)\.(?:(cluster|cluster-ro|global)-)?[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com")
"""How RDS calls what it runs: by its identifier, and of Aurora by which of a cluster's endpoints it is."""
_KINDS: Final = {
    "": relational.INSTANCE,
    "cluster": relational.CLUSTER,
    "cluster-ro": relational.CLUSTER,
    "global": relational.GLOBAL,
}


class _Told:
    """What the programs of a site are told of, by dependency or by a host in a known text."""

    def __init__(self, view: View, pools: Iterable[Pool]) -> None:
        rows = [view.graph[pool.urn] for pool in pools]
        stated = [one for row in rows for one in view.vendors[row.package].told(view, row)]
        hosts = [one for source, name in stated for one in _hosts(view, source, name)]
        direct = (*(row for source, name in stated for row in view.linked(source, name)), *(row for _, row in hosts))
        known: dict[str, Resource] = {}
        around: set[str] = set()
        for row in {row.urn: row for row in direct}.values():
            behind = {inner.urn: inner for inner in through(view, row)}
            known |= behind
            if row.type not in (proxies.PROXY, proxies.ENDPOINT):
                around |= behind.keys()
        self.hosts: dict[str, set[str]] = {}
        """URN of what a host leads to → which of its endpoints are told."""
        for kind, row in hosts:
            self.hosts.setdefault(row.urn, set()).add(kind)
        self.known = frozenset(known)
        """URNs of it, and of what stands behind it."""
        self.around = frozenset(around)
        """The same without what only proxies lead to."""
        self.follows = any(row.type == relational.GLOBAL for row in known.values())
        """Whether they know a name that follows the writer."""
        self.proxies = tuple(row for row in known.values() if row.type == proxies.PROXY)


def answering(
    view: View, stores: Iterable[Store], pools: Iterable[Pool]
) -> tuple[tuple[Store, ...], tuple[Assumption, ...]]:
    """The stores, their replicas with why programs beside them reach no writer by what they know; and what is
    assumed."""
    by_site: dict[str | None, list[Pool]] = {}
    for pool in pools:
        by_site.setdefault(pool.site, []).append(pool)

    @cache
    def told(site: str | None) -> _Told:
        return _Told(view, by_site.get(site, ()))

    found = [_answering(view, store, told) for store in stores]
    return tuple(store for store, _ in found), tuple(one for _, assumed in found for one in assumed)


def _answering(view: View, store: Store, told: Callable[[str | None], _Told]) -> tuple[Store, list[Assumption]]:
    homes = {member.site for member in store.members if member.writer}
    assumed: list[Assumption] = []
    if store.kind is not StoreKind.RELATIONAL or not homes:
        return store, assumed
    members: list[Member] = []
    for member in store.members:
        row = view.graph.resources.get(member.urn)
        if row is None or member.site in homes:
            members.append(member)
            continue
        beside = told(member.site)
        local = {m.urn for m in store.members if m.site == member.site}
        away = {m.urn for m in store.members} - local
        if beside.known.isdisjoint(local) or not beside.known.isdisjoint(away) or beside.follows:
            members.append(member)  # they know the writer or a name that follows it; or what they know is not told
            continue
        hosts = beside.hosts.get(row.urn, set())
        silent = hosts == {"cluster"}
        if proxy := _through_a_proxy(view, row, beside):
            why = refused(Refusal.NOT_FORWARDED, member.label, proxy, "dbClusterIdentifier", str(member.site))
            members.append(replace(member, cut_off=why))
            continue
        members.append(_cut_off(view, row, member, silent=silent))
        if row.type == relational.CLUSTER and not hosts and not members[-1].cut_off:
            assumed.append(Assumption(Assumes.BY_READER_ENDPOINT, member.subject))
    return replace(store, members=tuple(members)), assumed


def _cut_off(view: View, row: Resource, member: Member, *, silent: bool) -> Member:
    site = str(member.site)
    if silent:
        why = refused(Refusal.ANSWERS_ELSEWHERE, member.label, row, "endpoint", site)
        return replace(member, cut_off=why, serves_reads=False)
    if row.type == relational.CLUSTER and view.flag(row, _FORWARDING):
        return member
    name = _FORWARDING if row.type == relational.CLUSTER else "replicateSourceDb"
    return replace(member, cut_off=refused(Refusal.NOT_FORWARDED, member.label, row, name, site))


def _through_a_proxy(view: View, row: Resource, told: _Told) -> Resource | None:
    """The proxy by which alone programs know of a replica: it holds no session that writes are forwarded for (Aurora
    User Guide, RDS Proxy with global databases: no read consistency SESSION; read 2026-11)."""
    if row.urn in told.around:
        return None
    return next((one for one in told.proxies if row in proxies.databases(view, one)), None)


def _hosts(view: View, source: Resource, name: str) -> Iterator[tuple[str, Resource]]:
    """What hosts in a known text lead to, each with which of its endpoints it is."""
    value = view.value(source, name)
    for identifier, kind in _HOST.findall("\n".join(strings(as_json(value) or value))):
        yield from ((kind, row) for row in view.named(identifier, (_KINDS[kind],)))
