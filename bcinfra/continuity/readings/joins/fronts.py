"""What an address or a name leads to, whichever vendor's it is."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Route, Routing
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, total, unknown
from bcinfra.continuity.readings.aws import balancers as aws_balancers, compute as aws_compute
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import balancers as gcp_balancers, compute as gcp_compute
from bcinfra.continuity.readings.kubernetes import services as kubernetes_services
from bcinfra.graph.core.model import Resource

AWS: Final = (*aws_balancers.BALANCER_TYPES, *aws_balancers.BUCKET_TYPES, *aws_balancers.API_DOMAINS)
FOREIGN: Final = (
    *gcp_balancers.RULES,
    *gcp_balancers.ADDRESSES,
    gcp_balancers.BUCKET,
    gcp_compute.INSTANCE,
    gcp_compute.RUN,
    *kubernetes_services.FRONTS,
)
"""What a name of AWS's DNS can lead to outside AWS."""
FRONTS: Final = (*AWS, aws_compute.INSTANCE, *FOREIGN)
OVERSTAY: Final = Range(0, 3600)
AWS_DNS: Final = Domain(DomainKind.DNS_PROVIDER, "aws/route53", (domains.provider("aws"),))
UNKNOWN_DNS: Final = Domain(DomainKind.DNS_PROVIDER, "that the graph does not name")


def front_of(view: View, resource: Resource) -> str | None:
    """URN of the part that an address belongs to."""
    if resource.type in gcp_balancers.ADDRESSES:
        rules = gcp_balancers.rules_of(view, resource)
        if rules:
            return gcp_balancers.front(view, rules[0]).urn
        if served := kubernetes_services.of_address(view, resource):
            return served
        users = view.users(resource, gcp_compute.INSTANCE, "networkInterfaces")
        return gcp_compute.pool_of(view, users[0]) if users else None
    if resource.type in gcp_balancers.RULES:
        return gcp_balancers.front(view, resource).urn
    if resource.type == gcp_compute.INSTANCE:
        return gcp_compute.pool_of(view, resource)
    if resource.type == aws_compute.INSTANCE:
        return aws_compute.instance_pool(view, resource)
    return aws_balancers.alias_target(view, resource).urn


def shielded(view: View, front: Resource) -> bool | None:
    """Whether floods of requests are absorbed in front of what a name leads to; ``None``: not known."""
    if front.type in gcp_balancers.RULES:
        return gcp_balancers.shielded(view, front)
    if front.package == "aws":
        return aws_balancers.shielded(view, front)
    return kubernetes_services.shielded(view, front) if front.package == "kubernetes" else None


def certified(view: View, certificate: Resource) -> str | None:
    """The domain that a certificate is for, whoever issued it."""
    if certificate.type == aws_balancers.CERTIFICATE:
        return view.text(certificate, "domainName")
    return next(iter(gcp_balancers.certified(view, certificate)), None)


def unnamed_entry(view: View, balancer: Balancer) -> Entry:
    """Where the program has no DNS records: what stands in front, by the name or address that its vendor gives it."""
    found = view.graph[balancer.urn]
    names = kubernetes_services.hosts(view, found) if found.package == "kubernetes" else ()
    text = (view.text(found, name) for name in ("dnsName", "domainName", "ipAddress"))
    name = next((n for n in (*names, *text) if n), found.name)
    return Entry(
        urn=part_urn(found, "address"),
        label=f"address of {balancer.label}",
        name=name,
        homes={"aws": (AWS_DNS,), "kubernetes": (UNKNOWN_DNS,)}.get(found.package, ()),
        routing=Routing.SIMPLE,
        routes=(Route(urn=balancer.urn, target=balancer.urn),),
        shielded=shielded(view, found),
        propagates=total(f"clients follow {found.name}", view.parameter("aws.route53.failover", "alias_ttl_s"))
        if found.package == "aws"
        else unknown(f"clients follow {name}", Unit.SECONDS, f"who answers for {name} is not in the graph"),
    )


def overstay(view: View) -> Figure:
    """How long resolvers keep an answer beyond its TTL."""
    share = view.facts["dns.ttl_overstay"].parameter("share_of_resolvers", Unit.SHARE)
    return assumed(
        "resolvers that keep an answer too long",
        Unit.SECONDS,
        OVERSTAY,
        f"about {share.value.typical:.0%} of resolvers do (fact dns.ttl_overstay), taken to be at most an hour"
        if share.value
        else "some resolvers do, taken to be at most an hour",
    )
