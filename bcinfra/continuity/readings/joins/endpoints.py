"""Which copy of a database the programs of a site know: one that takes no writes leads nowhere while another does.

A replica refuses writes, and the endpoint of an Aurora cluster answers only where the global database's writer is.
An Aurora secondary passes writes on from its reader endpoint where it is told to, for sessions that state a read
consistency (Aurora User Guide, connecting to a global database; write forwarding; read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
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


def answering(view: View, store: Store, pools: Iterable[Pool]) -> tuple[Store, tuple[Assumption, ...]]:
    """A store, its replicas with why programs beside them reach no writer by what they know; and what is assumed."""
    homes = {member.site for member in store.members if member.writer}
    if store.kind is not StoreKind.RELATIONAL or not homes:
        return store, ()
    by_site: dict[str | None, list[Pool]] = {}
    for pool in pools:
        by_site.setdefault(pool.site, []).append(pool)
    members: list[Member] = []
    assumed: list[Assumption] = []
    for member in store.members:
        beside = by_site.get(member.site, []) if member.site not in homes and member.urn in view.graph else []
        direct = _direct(view, beside)
        known = _known(view, direct)
        urns = {row.urn for row in known}
        local = {m.urn for m in store.members if m.site == member.site}
        away = {m.urn for m in store.members} - local
        row = view.graph.resources.get(member.urn)
        if row is None or not urns & local or urns & away or any(r.type == relational.GLOBAL for r in known):
            members.append(member)  # they know the writer or a name that follows it; or what they know is not told
            continue
        hosts = {kind for kind, named in _hosts(view, beside) if named == row}
        silent = hosts == {"cluster"}
        if proxy := _through_a_proxy(view, row, direct):
            why = refused(Refusal.NOT_FORWARDED, member.label, proxy, "dbClusterIdentifier", str(member.site))
            members.append(replace(member, cut_off=why))
            continue
        members.append(_cut_off(view, row, member, silent=silent))
        if row.type == relational.CLUSTER and not hosts and not members[-1].cut_off:
            assumed.append(Assumption(Assumes.BY_READER_ENDPOINT, member.subject))
    return replace(store, members=tuple(members)), tuple(assumed)


def _cut_off(view: View, row: Resource, member: Member, *, silent: bool) -> Member:
    site = str(member.site)
    if silent:
        why = refused(Refusal.ANSWERS_ELSEWHERE, member.label, row, "endpoint", site)
        return replace(member, cut_off=why, serves_reads=False)
    if row.type == relational.CLUSTER and view.flag(row, _FORWARDING):
        return member
    name = _FORWARDING if row.type == relational.CLUSTER else "replicateSourceDb"
    return replace(member, cut_off=refused(Refusal.NOT_FORWARDED, member.label, row, name, site))


def _through_a_proxy(view: View, row: Resource, direct: Iterable[Resource]) -> Resource | None:
    """The proxy by which alone programs know of a replica: it holds no session that writes are forwarded for (Aurora
    User Guide, RDS Proxy with global databases: no read consistency SESSION; read 2026-11)."""
    told = tuple(direct)
    if any(row in through(view, one) for one in told if one.type not in (proxies.PROXY, proxies.ENDPOINT)):
        return None
    passed = (inner for one in told for inner in through(view, one) if inner.type == proxies.PROXY)
    return next((one for one in passed if row in proxies.databases(view, one)), None)


def _told(view: View, pools: Iterable[Pool]) -> Iterator[tuple[Resource, str]]:
    for pool in pools:
        row = view.graph[pool.urn]
        yield from view.vendors[row.package].told(view, row)


def _direct(view: View, pools: Iterable[Pool]) -> tuple[Resource, ...]:
    """What programs are told of, by dependency or by a host in a known text."""
    pools = tuple(pools)
    rows = [row for source, name in _told(view, pools) for row in view.linked(source, name)]
    return (*rows, *(row for _, row in _hosts(view, pools)))


def _known(view: View, direct: Iterable[Resource]) -> tuple[Resource, ...]:
    """What programs are told of, and what stands behind that."""
    return tuple({inner.urn: inner for row in direct for inner in through(view, row)}.values())


def _hosts(view: View, pools: Iterable[Pool]) -> Iterator[tuple[str, Resource]]:
    """What hosts in known texts lead to, each with which of its endpoints it is."""
    for source, name in _told(view, pools):
        value = view.value(source, name)
        for identifier, kind in _HOST.findall("\n".join(strings(as_json(value) or value))):
            yield from ((kind, row) for row in view.named(identifier, (_KINDS[kind],)))
