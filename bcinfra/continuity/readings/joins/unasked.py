"""What no name of the stack leads to: balancers, servers, functions, jobs and stores.

Each serves, runs or keeps something all the same, and is judged by the way that its users have to it: the address
itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import (
    Balancer,
    Capability,
    Entry,
    Member,
    Model,
    Pool,
    Provenance,
    RecoveryPoint,
    Route,
    Routing,
    Store,
    StoreKind,
)
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.model.statements import store as named
from bcinfra.continuity.readings.aws import (
    compute as aws_compute,
    objects as aws_objects,
    places as aws_places,
    platforms as aws_platforms,
)
from bcinfra.continuity.readings.base.fronts import shielded
from bcinfra.continuity.readings.base.view import View, as_rows
from bcinfra.continuity.readings.gcp import compute as gcp_compute
from bcinfra.continuity.readings.joins.fronts import unnamed_entry
from bcinfra.graph.core.model import Resource

HELPERS: Final = frozenset({StoreKind.SECRETS, StoreKind.CERTIFICATES, StoreKind.DNS_ZONE, StoreKind.STATE})
"""Kinds of store that are there for what serves, runs or keeps something else."""
LEFT_OVERS: Final = (
    ("aws:sqs/queue:Queue", "redrivePolicy"),
    ("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"),
    ("gcp:pubsub/subscription:Subscription", "deadLetterPolicy"),
    ("aws:lambda/function:Function", "deadLetterConfig"),
    ("aws:lambda/function:Function", "s3Bucket"),
    ("gcp:storage/bucket:Bucket", "logging"),
    ("gcp:logging/projectSink:ProjectSink", "destination"),
    ("gcp:cloudfunctions/function:Function", "sourceArchiveBucket"),
    ("gcp:cloudfunctionsv2/function:Function", "buildConfig"),
)
"""Where a store is named that takes logs, dead letters or packages of code, by type and property."""
NODES: Final = ("aws:eks/nodeGroup:NodeGroup", "gcp:container/nodePool:NodePool", "gcp:container/cluster:Cluster")
"""Servers that only carry what is in their cluster."""
_ALWAYS_PUBLIC: Final = (aws_platforms.APP, aws_platforms.SMALL_SERVER, gcp_compute.FIRST_RUN)
"""Types that have an address for everybody unless they are told otherwise in ways that are not read."""
_ALL: Final = "INGRESS_TRAFFIC_ALL"
_INGRESS: Final = {gcp_compute.RUN: "ingress", gcp_compute.FIRST_FUNCTION: "ingressSettings"}
"""Types that say who may reach them, and where."""
_SHOWN: Final = 3


class Does(StrEnum):
    """What something is there for, as its capability is named."""

    SERVE = "serve"
    RUN = "run"
    KEEP = "keep"


class _Root(NamedTuple):
    """Something that nothing else leads to."""

    does: Does
    name: str
    entry: Entry
    stores: tuple[str, ...]
    """Names of the stores that it gets to."""
    alike: Hashable
    """Equal for those that fare alike, which are one capability."""


class Unasked(NamedTuple):
    """What is found."""

    entries: tuple[Entry, ...]
    capabilities: tuple[Capability, ...]
    assumptions: tuple[Assumption, ...]


def unasked(view: View, model: Model, reached: Iterable[str]) -> Unasked:
    """Capabilities of what is not among ``reached``: URNs of parts and names of stores that names lead to."""
    asked = set(reached)
    names = {store.name for store in model.stores}
    behind = edges(model)
    left: dict[str, Balancer | Pool | Store] = {
        **{one.urn: one for one in sorted(model.balancers, key=lambda b: not b.public)},
        **{one.urn: one for one in model.pools if not _carries(view, model, one)},
        **{one.name: one for one in model.stores if one.members},
    }
    left = {key: one for key, one in left.items() if key not in asked}
    led = {other for key in left for other in behind.get(key, ()) if other != key}
    helpers: list[Store] = []
    roots: list[_Root] = []
    seen: set[str] = set()
    for key, one in (*((k, o) for k, o in left.items() if k not in led), *left.items()):
        if key in seen:
            continue
        if isinstance(one, Store) and _helps(view, one):
            helpers.append(one)
            seen.add(key)
            continue
        found = closure([key], behind)
        seen |= found
        roots.append(_root(view, one, tuple(sorted(found & names))))
    if not roots and not model.entries:
        roots = [_root(view, one, (one.name,)) for one in helpers]
        helpers = []
    return Unasked(
        tuple(root.entry for root in roots),
        tuple(_capabilities(roots)),
        tuple(Assumption(Assumes.HELPS, named(one.name)) for one in helpers),
    )


def edges(model: Model) -> dict[str, tuple[str, ...]]:
    """What requests go on to, by the URN of a balancer or pool."""
    found = {balancer.urn: balancer.pools for balancer in model.balancers}
    owners = {urn: store.name for store in model.stores for urn in store.urns}
    return {
        urn: tuple(owners.get(other, other) for other in (*found.get(urn, ()), *model.calls.get(urn, ())))
        for urn in (*found, *(caller for caller in model.calls if caller not in found))
    }


def closure(urns: Iterable[str], behind: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Some parts and all that requests go on to from them."""
    found: set[str] = set()
    queue = list(urns)
    while queue:
        urn = queue.pop()
        if urn not in found:
            found.add(urn)
            queue += behind.get(urn, ())
    return found


def _carries(view: View, model: Model, pool: Pool) -> bool:
    """Whether servers only carry parts of the model that are judged themselves."""
    row = view.graph.resources.get(pool.urn)
    if row is None or row.type not in NODES:
        return False
    urns = (*(p.urn for p in model.pools), *(m.urn for s in model.stores for m in s.members))
    return any(view.graph[urn.split("#")[0]].package == "kubernetes" for urn in urns if urn.split("#")[0] in view.graph)


def _helps(view: View, store: Store) -> bool:
    """Whether a store is there for others only."""
    if store.kind in HELPERS:
        return True
    rows = [view.graph[urn] for m in store.members if (urn := m.urn.split("#")[0]) in view.graph]
    return bool(rows) and all(map(partial(_left_over, view), rows))


def _left_over(view: View, row: Resource) -> bool:
    """Whether what a store takes is logs, dead letters or packages of code."""
    if row.type in aws_objects.BUCKET_TYPES and aws_objects.is_log(view, row):
        return True
    return any(view.users(row, token, name) for token, name in LEFT_OVERS)


def _root(view: View, one: Balancer | Pool | Store, stores: tuple[str, ...]) -> _Root:
    if isinstance(one, Store):
        name = one.name.removeprefix(f"{one.kind} ")
        sites = {member.site for member in one.members}
        lead = next((m for m in one.members if m.writer), one.members[0])
        own = view.graph.resources.get(lead.urn.split("#")[0])
        name = own.name if own and one.kind is StoreKind.OTHER and name.endswith(f" {own.name}") else name
        target = lead.urn if len(sites) == 1 else one.name
        does = Does.RUN if one.kind is StoreKind.SYSTEM else Does.KEEP
        return _Root(does, name, _way(lead, name, target), stores, _store_fares(one))
    row = view.graph.resources.get(one.urn.split("#")[0])
    name = row.name if row else one.label
    if isinstance(one, Balancer):
        entry = unnamed_entry(view, one) if row and one.public else _way(one, name, one.urn)
        return _Root(Does.SERVE, entry.name if row and one.public else name, entry, stores, one.urn)
    address = _address(view, row) if row else None
    entry = _way(one, name, one.urn, address is not None, shielded(view, row) if row and address else None)
    return _Root(Does.RUN if address is None else Does.SERVE, name, entry, stores, _pool_fares(one))


def _way(
    part: Balancer | Pool | Member, name: str, target: str, public: bool = False, guard: bool | None = None
) -> Entry:
    """The way to something that no name leads to: whoever uses it knows where it is."""
    return Entry(
        urn=f"{part.urn}#itself",
        label=f"way to {part.label}",
        name=name,
        routing=Routing.SIMPLE,
        routes=(Route(urn=part.urn, target=target),),
        propagates=assumed(f"users find {name}", Unit.SECONDS, Range(0, 0), "no name stands between"),
        shielded=guard,
        public=public,
    )


def _address(view: View, row: Resource) -> str | None:
    """What makes a server reachable from outside, by name; ``None``: nothing is known to."""
    if row.type == aws_compute.INSTANCE:
        held = (
            *view.users(row, "aws:ec2/eip:Eip", "instance"),
            *view.users(row, "aws:ec2/eipAssociation:EipAssociation", "instanceId"),
        )
        if held:
            return held[0].name
        subnet = view.ref(row, "subnetId", *aws_places.SUBNETS)
        asked = view.value(row, "associatePublicIpAddress")
        public = view.flag(subnet, "mapPublicIpOnLaunch") if subnet and asked is None else asked in (True, "true")
        return row.name if public else None
    if row.type in _ALWAYS_PUBLIC:
        return row.name
    if row.type in _INGRESS:
        return row.name if (view.text(row, _INGRESS[row.type]) or _ALL) in (_ALL, "ALLOW_ALL") else None
    if row.type == "gcp:compute/instance:Instance":
        cards = as_rows(view.value(row, "networkInterfaces"))
        return row.name if any("accessConfigs" in card or "ipv6AccessConfigs" in card for card in cards) else None
    return None


def _capabilities(roots: Iterable[_Root]) -> Iterator[Capability]:
    groups: dict[Hashable, list[_Root]] = {}
    for root in roots:
        shared = () if root.does is Does.KEEP else root.stores
        groups.setdefault((root.does, root.alike, shared), []).append(root)
    taken: set[str] = set()
    for rows in groups.values():
        names = list(dict.fromkeys(row.name for row in rows))
        more = len(names) - _SHOWN
        listed = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        name = base = f"{rows[0].does} {listed}"
        n = 1
        while name in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name)
        yield Capability(
            name=name,
            entries=tuple(row.entry.urn for row in (rows[:1] if rows[0].does is Does.KEEP else rows)),
            stores=tuple(dict.fromkeys(store for row in rows for store in row.stores)),
            provenance=Provenance.INFERRED,
        )


def _pool_fares(pool: Pool) -> Hashable:
    return (
        pool.site,
        pool.homes,
        pool.zones,
        pool.regional,
        pool.needs_to_run,
        pool.minimum,
        pool.desired,
        pool.replaced,
        pool.restarted,
        pool.moved,
        pool.egress,
        pool.missing,
    )


def _store_fares(store: Store) -> Hashable:
    return (
        store.kind,
        store.durable,
        store.majority,
        store.may_be_empty,
        tuple(map(_member_fares, store.members)),
        tuple(map(_copy_fares, store.copies)),
    )


def _member_fares(member: Member) -> Hashable:
    figures = (member.lag, member.local_failover, member.promotes, member.restart, member.server)
    return (
        member.site,
        member.homes,
        member.needs_to_run,
        member.zones,
        member.synchronous,
        member.regional,
        member.writer,
        member.promoted_by,
        member.fleeting,
        member.afresh,
        member.missing,
        tuple(map(_valued, figures)),
    )


def _copy_fares(copy: RecoveryPoint) -> Hashable:
    return (
        copy.mechanism,
        copy.homes,
        copy.needs_to_recover,
        copy.retention,
        copy.protections,
        copy.follows_deletes,
        copy.tested_by,
        copy.missing,
        _valued(copy.age),
        _valued(copy.restore),
    )


def _valued(figure: Figure | None) -> Hashable:
    return figure and (figure.value,)
