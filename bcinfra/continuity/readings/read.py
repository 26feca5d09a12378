"""From a graph to the model that its resources make, by the readings of their types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.facts import Fact
from bcinfra.continuity.model.parts import (
    Balancer,
    Entry,
    ImageRepository,
    Model,
    Plan,
    Pool,
    Shelf,
    Store,
    StoreKind,
    Switch,
)
from bcinfra.continuity.readings.base import sites
from bcinfra.continuity.readings.base.reading import Call, Found, Held, Part
from bcinfra.continuity.readings.base.stores import together
from bcinfra.continuity.readings.base.view import View, strings
from bcinfra.continuity.readings.joins import (
    apart,
    archives,
    brought,
    dangling,
    deletion,
    dns_pairs,
    endpoints,
    flows,
    fronts,
    proofs,
    pushed,
    quotas,
    registration,
    rooms,
    strangers,
    vendor_links,
)
from bcinfra.continuity.readings.joins.capabilities import inferred, specified, stated_site
from bcinfra.continuity.readings.joins.stateless import prove
from bcinfra.continuity.readings.joins.unasked import closure
from bcinfra.continuity.readings.kubernetes import backup as kubernetes_backup
from bcinfra.continuity.readings.onprem import links as onprem_links
from bcinfra.continuity.readings.remote import charts, expanded
from bcinfra.continuity.readings.table import READINGS, TRAITS, VENDORS
from bcinfra.graph.core.collector import without_collector
from bcinfra.graph.core.model import Graph, Resource

_ONE: Final = {"aws": Assumption(Assumes.ONE_ACCOUNT), "gcp": Assumption(Assumes.ONE_PROJECT)}
"""What is taken for true where providers name no account, by cloud."""
_VENDORS: Final = {"aws": "AWS", "cloudflare": "Cloudflare", "gcp": "Google Cloud", "kubernetes": "Kubernetes"}
P = TypeVar("P")


def read(graph: Graph, facts: Mapping[str, Fact] | None = None) -> Model:
    """What ``graph`` means for continuity, by ``facts`` (default: the product's own)."""
    with without_collector():
        return _model(graph, facts)


def _model(graph: Graph, facts: Mapping[str, Fact] | None) -> Model:
    graph, shaped = expanded(graph)
    view = View(graph, TRAITS, VENDORS, facts)
    view.known_as = fronts.by_address(view)
    view.active_site = stated_site(view)
    found = [thing for resource in graph for thing in _read(view, resource)]
    found += fronts.layers(view, _of(found, Call), _of(found, Entry))
    guessed = _texts(graph)
    images = _found(guessed)
    pools = tuple(
        rooms.roomed(view, quotas.limited(view, pushed.with_scripts(view, pool))) for pool in _of(found, Pool)
    )
    found += strangers.met(view, pools)
    pools = tuple(_looked_up(pool, images) for pool in pools)
    balancers, read_stores = _of(found, Balancer), _stores(view, found)
    stores, told = onprem_links.linked(view, read_stores, (part.site for part in (*pools, *balancers) if part.site))
    stores, found = apart.apart(stores, [*found, *told])
    stores = tuple(archives.archived(view, deletion.guarded(view, store)) for store in stores)
    stores = proofs.proved(view, stores)
    stores, beside = endpoints.answering(view, stores, pools)
    found = [*found, *beside]
    found += flows.flows(view, pools, balancers, stores)
    calls = _calls(_of(found, Call), stores)
    inside = {balancer.urn for balancer in balancers if not balancer.public}
    entries = tuple(e for e in _of(found, Entry) if not {route.target for route in e.routes} <= inside)
    entries = fronts.asked_for(view, entries, calls)
    unheard = tuple(dns_pairs.left_out(view, entries))
    entries = dns_pairs.joined(view, entries) or tuple(_unnamed_entries(view, balancers, calls))
    entries = tuple(registration.registered(view, entry) for entry in entries)
    zones = {entry.urn: [zone.urn for zone in dns_pairs.zones_of(view, entry)] for entry in entries}
    for urn, zone in dns_pairs.undeclared(view, entries):
        zones[urn].append(zone.members[0].urn)
        stores += () if zone in stores else (zone,)
    rows = [r for r in graph if r.custom and not r.is_provider]
    assumed = (
        *shaped,
        *charts(graph),
        *_of(found, Assumption),
        *brought.assumed(view),
        *unheard,
        *rooms.assumed(view, pools),
        *_unnamed(view, graph),
        *_guessed(graph),
    )
    model = Model(
        title=f"{graph.project}/{graph.stack}",
        entries=entries,
        balancers=onprem_links.entered(view, balancers, entries),
        pools=pools,
        stores=stores,
        plans=_of(found, Plan),
        shelves=_of(found, Shelf),
        repositories=_of(found, ImageRepository),
        switches=_of(found, Switch),
        calls=calls,
        held=tuple((one.part, one.budget, one.property) for one in _of(found, Held)),
        understood=tuple(r.urn for r in rows if _understood(r)),
        not_understood=tuple(r.urn for r in rows if not _understood(r)),
        opaque=tuple(graph.opaque),
        dangling=graph.dangling,
        assumptions=tuple(dict.fromkeys(assumed)),
        data={name: store.criticality for store in stores if store.criticality for name in store.holds},
        places={r.urn: str(r.place) for r in graph if r.place},
        guessed=guessed | {name: guessed[text] for text, name in images.items()},
    )
    model = dangling.marked(graph, model)
    whole = specified(view, model) or inferred(view, model, zones)
    return replace(whole, stateless=prove(view, whole, READINGS))


def _read(view: View, resource: Resource) -> Iterable[Found]:
    """The parts that a resource is. Of components only what stands for something in the world itself is read."""
    reading = READINGS.get(resource.type) if resource.custom or resource.type.startswith(sites.ROWS) else None
    return reading.parts(view, resource) if reading and reading.parts else ()


def _understood(resource: Resource) -> bool:
    row = READINGS.get(resource.type)
    return row is not None and row.part is not Part.UNREAD and (row.only is None or row.only(resource))


def _of(found: Iterable[Found], kind: type[P]) -> tuple[P, ...]:
    return tuple(thing for thing in found if isinstance(thing, kind))


def _stores(view: View, found: Iterable[Found]) -> tuple[Store, ...]:
    """The stores of all vendors: what they keep together told once, what they merely call alike told apart."""
    targets = kubernetes_backup.targets(view)
    stores = (s for s in _of(found, Store) if not (s.members and all(m.urn in targets for m in s.members)))
    joined = _joined(tuple(vendor_links.fed(view, store) for store in _alike(view, stores)))
    return _apart(view, tuple(vendor_links.led(view, store) for store in joined))


def _alike(view: View, stores: Iterable[Store]) -> tuple[Store, ...]:
    """The stores, those told once of which either vendor's is enough: a zone that both answer for, the
    certificates of one domain, a credential that is entered with both under one name."""
    groups: dict[object, list[Store]] = {}
    for store in stores:
        groups.setdefault(_kept_alike(view, store) or id(store), []).append(store)
    return tuple(
        store
        for group in groups.values()
        for store in (group if len({_vendor(view, part) for part in group}) == 1 else (together(group),))
    )


def _vendor(view: View, store: Store) -> str:
    """Who runs the first member of a store."""
    return view.graph[store.members[0].urn.split("#")[0]].package if store.members else ""


def _kept_alike(view: View, store: Store) -> tuple[StoreKind, str] | None:
    """What a store is told by where other vendors keep the same; ``None``: they do not."""
    found = view.graph.resources.get(store.members[0].urn) if store.members else None
    if found and store.kind is StoreKind.DNS_ZONE:
        zones = dns_pairs.pairs(view).get(found.urn)
        return (store.kind, zones[0].urn) if zones else None
    if found and store.kind is StoreKind.CERTIFICATES:
        domain = fronts.certified(view, found)
        return (store.kind, domain) if domain else None
    return (store.kind, store.name) if store.kind is StoreKind.SECRETS else None


def _apart(view: View, stores: tuple[Store, ...]) -> tuple[Store, ...]:
    """The stores, each under a name of its own: those that two vendors call alike bear the vendor's before it."""
    times = Counter(store.name for store in stores)
    taken = Counter[str]()
    named: list[Store] = []
    for store in stores:
        vendor = _VENDORS.get(_vendor(view, store), "")
        name = store.name if times[store.name] == 1 else f"{vendor} {store.name}".strip()
        taken[name] += 1
        named.append(replace(store, name=name if taken[name] == 1 else f"{name} ({taken[name]})"))
    return tuple(named)


def _joined(stores: tuple[Store, ...]) -> tuple[Store, ...]:
    """The stores, each with the replicas of it that another vendor runs."""
    leads = [any(member.writer for member in store.members) for store in stores]
    homes = {member.urn: n for n, store in enumerate(stores) if leads[n] for member in store.members}
    followed = {
        n: homes[member.source]
        for n, store in enumerate(stores)
        for member in store.members
        if not leads[n] and member.source in homes
    }
    parts = {n: [store] for n, store in enumerate(stores) if n not in followed}
    for n, home in followed.items():
        parts[home].append(stores[n])
    return tuple(map(together, parts.values()))


def _calls(calls: Iterable[Call], stores: Iterable[Store]) -> dict[str, tuple[str, ...]]:
    """Calls by caller. A CDN names a bucket by URN: here it is known which store that is."""
    owners = {urn: store.name for store in stores for urn in store.urns}
    found: dict[str, dict[str, None]] = {}
    for call in calls:
        found.setdefault(call.caller, {})[owners.get(call.callee, call.callee)] = None
    return {caller: tuple(callees) for caller, callees in sorted(found.items())}


def _unnamed_entries(
    view: View, balancers: tuple[Balancer, ...], calls: Mapping[str, tuple[str, ...]]
) -> Iterator[Entry]:
    """What stands in front where the program has no DNS records: no matter whether what is behind it asks it too."""
    behind = {balancer.urn: balancer.pools for balancer in balancers}
    behind |= {caller: (*behind.get(caller, ()), *callees) for caller, callees in calls.items()}
    callers: dict[str, set[str]] = {}
    for caller, callees in calls.items():
        for callee in callees:
            callers.setdefault(callee, set()).add(caller)
    for balancer in balancers:
        if balancer.public and callers.get(balancer.urn, set()) <= closure([balancer.urn], behind):
            yield fronts.unnamed_entry(view, balancer)


def _unnamed(view: View, graph: Graph) -> Iterator[Assumption]:
    """One account is taken for all where providers name none."""
    places = (view.location(r) for r in graph if r.custom and not r.is_provider)
    clouds = {at.cloud for at in places if at and at.account is None}
    yield from (said for cloud, said in _ONE.items() if cloud in clouds)


def _texts(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Every text that was put into resources out of assumed answers, with the functions that gave them."""
    found: dict[str, dict[str, None]] = {}
    for resource in graph:
        for name, tokens in resource.assumed.items():
            for text in strings(resource.inputs.get(name)):
                found.setdefault(text, {}).update(dict.fromkeys(tokens))
    return {text: tuple(tokens) for text, tokens in found.items()}


def _found(guessed: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What stands for texts out of assumed answers where one names a version: what finds it, numbered if several do."""
    found: dict[str, str] = {}
    for text, tokens in sorted(guessed.items()):
        name = f"image that {tokens[0].rpartition(':')[2]} finds"
        found[text] = name if name not in found.values() else f"{name} ({len(found) + 1})"
    return found


def _looked_up(pool: Pool, images: Mapping[str, str]) -> Pool:
    """A pool whose version is not called by an image that no answer has named yet."""
    if pool.release is None or pool.release.name not in images:
        return pool
    return replace(pool, release=replace(pool.release, name=images[pool.release.name]))


def _guessed(graph: Graph) -> Iterator[Assumption]:
    """What rests on answers that a provider's function was taken to give, and what a preview did not come to see."""
    resting: dict[str, dict[str, None]] = {}
    for resource in graph:
        for tokens in resource.assumed.values():
            for token in tokens:
                resting.setdefault(token, {})[resource.name] = None
    for token, names in sorted(resting.items()):
        yield Assumption(Assumes.ANSWERED, token, tuple(names))
    for place in dict.fromkeys(str(skip.place) for skip in graph.skipped if skip.place):
        yield Assumption(Assumes.NOT_SEEN, place)
