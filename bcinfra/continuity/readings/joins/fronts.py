"""What stands in front, whichever vendor's it is: addresses that no resource bears, and parts that no name leads to."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Route, Routing
from bcinfra.continuity.model.ranges import Unit, total, unknown
from bcinfra.continuity.readings.aws import balancers as aws_balancers, dns as aws_dns
from bcinfra.continuity.readings.base.fronts import shielded
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import balancers as gcp_balancers
from bcinfra.continuity.readings.kubernetes import places, services
from bcinfra.continuity.readings.onprem import links
from bcinfra.graph.core.model import Resource

UNKNOWN_DNS: Final = Domain(DomainKind.DNS_PROVIDER, "that the graph does not name")


def certified(view: View, certificate: Resource) -> str | None:
    """The domain that a certificate is for, whoever issued it."""
    if certificate.type == aws_balancers.CERTIFICATE:
        return view.text(certificate, "domainName")
    return next(iter(gcp_balancers.certified(view, certificate)), None)


def unnamed_entry(view: View, balancer: Balancer) -> Entry:
    """Where the program has no DNS records: what stands in front, by the name or address that its vendor gives it."""
    found = view.graph[balancer.urn]
    names = services.hosts(view, found) if found.package == "kubernetes" else ()
    text = (view.text(found, name) for name in ("dnsName", "domainName", "ipAddress"))
    name = next((n for n in (*names, *text) if n), found.name)
    return Entry(
        urn=part_urn(found, "address"),
        label=f"address of {balancer.label}",
        name=name,
        homes={"aws": (aws_dns.PROVIDER,), "kubernetes": (UNKNOWN_DNS,)}.get(found.package, ()),
        routing=Routing.SIMPLE,
        routes=(Route(urn=balancer.urn, target=balancer.urn),),
        shielded=shielded(view, found),
        propagates=total(f"clients follow {found.name}", view.parameter("aws.route53.failover", "alias_ttl_s"))
        if found.package == "aws"
        else unknown(f"clients follow {name}", Unit.SECONDS, f"who answers for {name} is not in the graph"),
    )


def by_address(view: View) -> dict[str, tuple[Resource, ...]]:
    """What answers at an address that no resource bears: one that the specification states for a cluster's way in, or
    that a line of the site has which a cluster stands in."""
    found: dict[str, tuple[Resource, ...]] = {}
    stated = links.addresses(view)
    rows = (row for row in view.graph.of_type(*services.FRONTS) if stated and services.outside(view, row))
    fronts = [(row, places.cluster_of(view, row)) for row in rows]
    for address, site in stated.items():
        here = [row for row, cluster in fronts if cluster.place["site"] == site]
        asked = links.names_at(view, address)
        # An ingress that is asked for the name comes first, and a service of its own behind any ingress.
        here.sort(key=lambda row: (not asked & set(services.hosts(view, row)), row.type == services.SERVICE, row.urn))
        found |= {address: tuple(here[:1])} if here else {}
    return found
