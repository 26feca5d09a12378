"""Readings: what each resource type means for continuity, and the model that a graph makes.

To support a type, add its reading to the table of the module it belongs to. A type without one is listed in
``Model.not_understood``; nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from bcinfra.continuity.facts import Fact
from bcinfra.continuity.model import Balancer, Entry, Model, Plan, Pool, Route, Routing, Store
from bcinfra.continuity.ranges import total
from bcinfra.continuity.readings import (
    aws_alarms,
    aws_backup,
    aws_balancers,
    aws_cache,
    aws_compute,
    aws_dns,
    aws_objects,
    aws_places,
    aws_plans,
    aws_plumbing,
    aws_relational,
    aws_secrets,
    aws_stores,
    aws_targets,
    flows,
)
from bcinfra.continuity.readings.capabilities import inferred, specified
from bcinfra.continuity.readings.reading import Assumption, Call, Found, Part, Reading
from bcinfra.continuity.readings.stores import part_urn
from bcinfra.continuity.readings.view import View
from bcinfra.graph.model import Graph, Resource

__all__ = ["READINGS", "Part", "Reading", "read"]

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        **aws_plumbing.READINGS,
        **aws_alarms.READINGS,
        **aws_backup.READINGS,
        **aws_balancers.READINGS,
        **aws_cache.READINGS,
        **aws_compute.READINGS,
        **aws_dns.READINGS,
        **aws_objects.READINGS,
        **aws_places.READINGS,
        **aws_plans.READINGS,
        **aws_relational.READINGS,
        **aws_secrets.READINGS,
        **aws_stores.READINGS,
        **aws_targets.READINGS,
        **flows.READINGS,
    }
)
"""Every reading by type token."""

P = TypeVar("P")


def read(graph: Graph, facts: Mapping[str, Fact] | None = None) -> Model:
    """What ``graph`` means for continuity, by ``facts`` (default: the product's own)."""
    view = View(graph, facts)
    found = [thing for resource in graph for thing in _read(view, resource)]
    pools, balancers, stores = _of(found, Pool), _of(found, Balancer), _of(found, Store)
    found += flows.flows(view, pools, balancers, stores)
    calls = _calls(_of(found, Call), stores)
    inside = {balancer.urn for balancer in balancers if not balancer.public}
    entries = tuple(e for e in _of(found, Entry) if not {route.target for route in e.routes} <= inside)
    entries = entries or tuple(_unnamed_entries(view, balancers, calls))
    assumptions = [assumption.text for assumption in _of(found, Assumption)]
    if any(_unnamed(view, resource) for resource in graph):
        assumptions.append(aws_places.ONE_ACCOUNT.text)
    model = Model(
        title=f"{graph.project}/{graph.stack}",
        entries=entries,
        balancers=balancers,
        pools=pools,
        stores=stores,
        plans=_of(found, Plan),
        calls=calls,
        not_understood=tuple(r.urn for r in graph if r.custom and not r.is_provider and r.type not in READINGS),
        opaque=tuple(r.urn for r in graph if r.remote or (r.is_component and _is_chart(r))),
        assumptions=tuple(dict.fromkeys(assumptions)),
        places={r.urn: str(r.place) for r in graph if r.place},
    )
    return specified(view, model) or inferred(model)


def _read(view: View, resource: Resource) -> Iterable[Found]:
    reading = READINGS.get(resource.type) if resource.custom else None
    return reading.parts(view, resource) if reading and reading.parts else ()


def _of(found: Iterable[Found], kind: type[P]) -> tuple[P, ...]:
    return tuple(thing for thing in found if isinstance(thing, kind))


def _calls(calls: Iterable[Call], stores: Iterable[Store]) -> dict[str, tuple[str, ...]]:
    """Calls by caller. A CDN names a bucket by URN: here it is known which store that is."""
    owners = {member.urn: store.name for store in stores for member in store.members}
    found: dict[str, dict[str, None]] = {}
    for call in calls:
        found.setdefault(call.caller, {})[owners.get(call.callee, call.callee)] = None
    return {caller: tuple(callees) for caller, callees in sorted(found.items())}


def _unnamed_entries(
    view: View, balancers: tuple[Balancer, ...], calls: Mapping[str, tuple[str, ...]]
) -> Iterator[Entry]:
    """Where the program has no DNS records: what stands in front, by the name that AWS gives it."""
    called = {callee for callees in calls.values() for callee in callees}
    for balancer in balancers:
        if balancer.public and balancer.urn not in called:
            resource = view.graph[balancer.urn]
            yield Entry(
                urn=part_urn(resource, "address"),
                label=f"address of {balancer.label}",
                name=view.text(resource, "dnsName") or view.text(resource, "domainName") or resource.name,
                homes=(aws_dns.PROVIDER,),
                routing=Routing.SIMPLE,
                routes=(Route(urn=balancer.urn, target=balancer.urn),),
                shielded=aws_balancers.shielded(view, resource),
                propagates=total(
                    f"clients follow {resource.name}", view.parameter("aws.route53.failover", "alias_ttl_s")
                ),
            )


def _unnamed(view: View, resource: Resource) -> bool:
    at = view.location(resource) if resource.custom and not resource.is_provider else None
    return bool(at) and at.cloud == "aws" and at.account is None


def _is_chart(resource: Resource) -> bool:
    return resource.type.startswith(("kubernetes:helm.sh/", "kubernetes:yaml:"))
