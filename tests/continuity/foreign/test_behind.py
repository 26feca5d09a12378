"""What stands behind a front: followed to its end by name, address or group, or said not to be known."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws.apigatewayv2 import Api, Integration
from pulumi_aws.autoscaling import Group as AutoscalingGroup, TrafficSourceAttachment
from pulumi_aws.cloudfront import Distribution
from pulumi_aws.ec2 import Instance
from pulumi_aws.lb import ListenerRule, TargetGroup, TargetGroupAttachment
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_cloudflare import DnsRecord, Zone as CloudflareZone
from pulumi_kubernetes import Provider as KubernetesProvider
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Endpoints, Service
from pulumi_kubernetes.networking.v1 import Ingress

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier
from tests.continuity.readings.vendor_programs import accelerated

DUBLIN, BELGIUM = "region:aws/eu-west-1", "region:gcp/europe-west1"


def unknowable(found: Assessment, named: str) -> bool:
    """Whether nothing is said to be well of what the first name leads to, because of something that is named."""
    asked = found.capabilities[0].name
    outcomes = [one for result in found.scenarios for one in result.outcomes if one.capability == asked]
    assert not {one.kind for one in outcomes} & {Kind.UNAFFECTED, Kind.RECOVERS, Kind.DEGRADED}
    unknown = [one for one in outcomes if one.kind is Kind.UNDECIDED]
    assert unknown
    judged = {judgement(one, Objective.RECOVERY_TIME) for one in unknown}
    assert Judgement.UNKNOWN in judged
    assert Judgement.MET not in judged, "missed is what takes too long though all else were well"
    return any(named in say(reason) for one in unknown for reason in one.unknown)


# -- a content delivery network --------------------------------------------------------------------------------------


def cdn(origins: list[Any], opts: pulumi.ResourceOptions, groups: list[Any] | None = None) -> Distribution:
    custom: Any = {
        "http_port": 80,
        "https_port": 443,
        "origin_protocol_policy": "https-only",
        "origin_ssl_protocols": ["TLSv1.2"],
    }
    rows: list[Any] = [
        {"domain_name": name, "origin_id": f"o{n}", "custom_origin_config": custom} for n, name in enumerate(origins)
    ]
    members: Any = [{"origin_id": f"o{n}"} for n in range(len(origins))]
    grouped: Any = [{"origin_id": "both", "failover_criteria": {"status_codes": [502, 503]}, "members": members}]
    return Distribution(
        "cdn",
        enabled=True,
        origins=rows,
        origin_groups=grouped if groups is not None else None,
        default_cache_behavior={
            "target_origin_id": "both" if groups is not None else "o0",
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
        opts=opts,
    )


def alias(name: str, zone: Zone, front: Any, opts: pulumi.ResourceOptions, hosted: Any, **more: Any) -> Record:
    return Record(
        more.pop("called", name),
        zone_id=zone.zone_id,
        name=name,
        type="A",
        aliases=[{"name": front, "zone_id": hosted, "evaluate_target_health": True}],
        opts=opts,
        **more,
    )


def behind_a_name(origin: Callable[[Record], Any], *, others: list[Any] | None = None, grouped: bool = False) -> None:
    """A CDN whose origin is a name of the program, which leads to one region."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    zone = Zone("zone", name="corner.example", opts=at.opts)
    record = alias("origin.corner.example", zone, tier.balancer.dns_name, at.opts, tier.balancer.zone_id)
    front = cdn([origin(record), *(others or ())], at.opts, [] if grouped else None)
    alias("corner.example", zone, front.domain_name, at.opts, front.hosted_zone_id)


@pytest.mark.parametrize(
    "origin",
    [
        lambda record: record.fqdn,
        lambda record: record.name,
        lambda _: "origin.corner.example",
        lambda _: "Origin.Corner.example.",
    ],
    ids=["fqdn", "name", "text", "text in other letters, with a dot"],
)
def test_a_cdn_before_a_name_is_lost_with_what_the_name_leads_to(origin: Callable[[Record], Any]) -> None:
    found = assessed(lambda: behind_a_name(origin))
    lost = outcome(found, DUBLIN)
    assert lost.kind in (Kind.PERSON, Kind.LOST)
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.RECOVERS
    assert outcome(found, "deletion:DNS zone corner.example").kind is Kind.PERSON
    assert [c.name for c in found.capabilities] == ["corner.example"], "clients ask for what stands in front"


@pytest.mark.parametrize("origin", ["shop.partner.example", "203.0.113.7"])
def test_an_origin_of_somebody_else_is_not_known(origin: str) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        zone = Zone("zone", name="corner.example", opts=at.opts)
        front = cdn([origin], at.opts)
        alias("corner.example", zone, front.domain_name, at.opts, front.hosted_zone_id)

    found = assessed(program)
    assert unknowable(found, f"sends requests to {origin}, which nothing in the program answers")


def test_what_is_shown_first_decides() -> None:
    found = assessed(lambda: behind_a_name(lambda record: record.fqdn, others=["blog.partner.example"]))
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.RECOVERS
    told = [say(one) for one in found.assumptions if isinstance(one, Assumption)]
    assert any("blog.partner.example" in text for text in told)


def two_regions(*, checked: bool, grouped: bool = False) -> None:
    """A CDN before a name that fails over from one region to another, or before both in a group."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tiers = {"ireland": Tier(here), "frankfurt": Tier(there)}
    zone = Zone("zone", name="corner.example", opts=here.opts)
    names: list[Any] = []
    for site, tier in tiers.items():
        check = HealthCheck(
            site,
            type="HTTPS",
            fqdn=tier.balancer.dns_name,
            port=443,
            request_interval=10,
            failure_threshold=3,
            opts=here.opts,
        )
        one = alias(
            f"{site}.corner.example" if grouped else "origin.corner.example",
            zone,
            tier.balancer.dns_name,
            here.opts,
            tier.balancer.zone_id,
            called=site,
            set_identifier=None if grouped else site,
            health_check_id=None if grouped or not checked else check.id,
            failover_routing_policies=None if grouped else [{"type": "PRIMARY" if site == "ireland" else "SECONDARY"}],
        )
        names.append(f"{site}.corner.example" if grouped else one.fqdn)
    front = cdn(names if grouped else names[:1], here.opts, [] if grouped else None)
    alias("corner.example", zone, front.domain_name, here.opts, front.hosted_zone_id)


def test_a_name_behind_a_cdn_fails_over_as_its_checks_say() -> None:
    moved = outcome(assessed(lambda: two_regions(checked=True)), DUBLIN)
    assert moved.kind is Kind.RECOVERS
    assert moved.time
    assert moved.time.value
    assert moved.time.value.typical > 60
    stuck = outcome(assessed(lambda: two_regions(checked=False, grouped=False)), "region:aws/eu-central-1")
    assert stuck.kind is Kind.UNAFFECTED, "nothing is served from there"


def test_the_second_of_a_group_takes_over_from_the_first() -> None:
    found = assessed(lambda: two_regions(checked=False, grouped=True))
    assert outcome(found, DUBLIN).kind is Kind.RECOVERS
    assert outcome(found, "region:aws/eu-central-1").kind is Kind.UNAFFECTED


# -- a gateway, and targets by address ---------------------------------------------------------------------------------


def gateway(uri: Callable[[Region], Any]) -> None:
    at = Region("eu-west-1", IRELAND)
    api = Api("shop", protocol_type="HTTP", opts=at.opts)
    Integration(
        "shop",
        api_id=api.id,
        integration_type="HTTP_PROXY",
        integration_method="ANY",
        integration_uri=uri(at),
        opts=at.opts,
    )


def test_a_gateway_before_a_host_of_somebody_else() -> None:
    found = assessed(lambda: gateway(lambda _: "https://backend.partner.example/shop/{proxy}"))
    assert unknowable(found, "backend.partner.example")


def test_a_gateway_before_a_name_of_the_program() -> None:
    def uri(at: Region) -> str:
        tier = Tier(at)
        zone = Zone("zone", name="corner.example", opts=at.opts)
        alias("back.corner.example", zone, tier.balancer.dns_name, at.opts, tier.balancer.zone_id)
        return "https://back.corner.example/shop"

    found = assessed(lambda: gateway(uri))
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.RECOVERS
    assert outcome(found, DUBLIN).kind in (Kind.PERSON, Kind.LOST)


def by_address(address: str, server: str | None = None) -> None:
    """A balancer before tasks, and before an address beside them."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    if server:
        Instance(
            "old", instance_type="t4g.small", ami="ami-1", private_ip=server, subnet_id=at.subnets[1].id, opts=at.opts
        )
    TargetGroupAttachment(
        "old", target_group_arn=tier.targets.arn, target_id=address, availability_zone="all", port=80, opts=at.opts
    )


def test_a_target_by_address_that_nothing_bears_is_not_known() -> None:
    found = assessed(lambda: by_address("192.168.7.20"))
    assert unknowable(found, "192.168.7.20")


def test_a_target_by_address_is_the_server_that_bears_it() -> None:
    found = assessed(lambda: by_address("10.0.1.20", "10.0.1.20"))
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.RECOVERS


def another_group(fill: Callable[[Region, TargetGroup], None]) -> None:
    """A balancer before tasks, and for some paths before another group."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    group = TargetGroup("other", port=80, protocol="HTTP", vpc_id=at.vpc.id, health_check={"path": "/"}, opts=at.opts)
    forward: Any = [{"type": "forward", "target_group_arn": group.arn}]
    paths: Any = [{"path_pattern": {"values": ["/blog/*"]}}]
    ListenerRule("other", listener_arn=tier.listener.arn, actions=forward, conditions=paths, opts=at.opts)
    fill(at, group)


def servers(at: Region, group: TargetGroup) -> None:
    asg = AutoscalingGroup("blog", min_size=3, max_size=6, vpc_zone_identifiers=at.subnet_ids, opts=at.opts)
    TrafficSourceAttachment(
        "blog",
        autoscaling_group_name=asg.name,
        traffic_source={"identifier": group.arn, "type": "elbv2"},
        opts=at.opts,
    )


def test_a_group_that_nothing_registers_in_is_not_known() -> None:
    assert unknowable(assessed(lambda: another_group(lambda _at, _group: None)), "sends requests to other")


def test_a_group_of_servers_is_followed() -> None:
    found = assessed(lambda: another_group(servers))
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.RECOVERS


# -- Google Cloud ------------------------------------------------------------------------------------------------------


def project() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=gcp.Provider("p", project="shop", region="europe-west1"))


def worldwide(group: Any, opts: pulumi.ResourceOptions) -> None:
    """A worldwide balancer before one group, with the shop's name."""
    check = gcp.compute.HealthCheck("web", http_health_check={"port": 8080}, opts=opts)
    backends: Any = [{"group": group}]
    service = gcp.compute.BackendService("web", backends=backends, health_checks=check.id, opts=opts)
    urls = gcp.compute.URLMap("web", default_service=service.id, opts=opts)
    proxy = gcp.compute.TargetHttpProxy("web", url_map=urls.id, opts=opts)
    rule = gcp.compute.GlobalForwardingRule("web", target=proxy.id, port_range="80", opts=opts)
    zone = gcp.dns.ManagedZone("zone", dns_name="corner.example.", opts=opts)
    gcp.dns.RecordSet(
        "shop", managed_zone=zone.name, name="corner.example.", type="A", ttl=60, rrdatas=[rule.ip_address], opts=opts
    )


LINK = "https://www.googleapis.com/compute/v1/projects/shop/zones/europe-west1-b/networkEndpointGroups/shop-neg"
SERVERS = "projects/shop/zones/europe-west1-b/instanceGroups/shop-servers"


def cluster(opts: pulumi.ResourceOptions, group: str | None) -> None:
    """Pods in three zones of a cluster, whose service names its endpoint group."""
    zones = [f"europe-west1-{z}" for z in "bcd"]
    gke = gcp.container.Cluster("shop", location="europe-west1", node_locations=zones, initial_node_count=1, opts=opts)
    inside = pulumi.ResourceOptions(provider=KubernetesProvider("shop", kubeconfig=gke.endpoint))
    labels = {"app": "web"}
    spread: Any = {
        "max_skew": 1,
        "topology_key": "topology.kubernetes.io/zone",
        "when_unsatisfiable": "DoNotSchedule",
        "label_selector": {"match_labels": labels},
    }
    pod: Any = {"containers": [{"name": "web", "image": "gcr.io/shop/web:1"}], "topology_spread_constraints": [spread]}
    template: Any = {"metadata": {"labels": labels}, "spec": pod}
    spec: Any = {"replicas": 6, "selector": {"match_labels": labels}, "template": template}
    Deployment("web", spec=spec, opts=inside)
    notes = {"cloud.google.com/neg": json.dumps({"exposed_ports": {"80": {"name": group}}})} if group else {}
    Service("web", metadata={"annotations": notes}, spec={"selector": labels, "ports": [{"port": 80}]}, opts=inside)


@pytest.mark.parametrize(("group", "named"), [(LINK, "shop-neg"), (SERVERS, "shop-servers")])
def test_a_group_by_link_that_nothing_makes_is_not_known(group: str, named: str) -> None:
    found = assessed(lambda: worldwide(group, project()))
    assert unknowable(found, named)


def test_a_group_by_link_is_the_service_that_names_it() -> None:
    def program() -> None:
        opts = project()
        cluster(opts, "shop-neg")
        worldwide(LINK, opts)

    found = assessed(program)
    lost = outcome(found, BELGIUM)
    assert lost.kind in (Kind.PERSON, Kind.LOST)
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    only = outcome(found, "zone:gcp/europe-west1/europe-west1-b")
    assert only.kind is not Kind.UNAFFECTED, "the group of one zone alone gets requests"
    assert outcome(found, "zone:gcp/europe-west1/europe-west1-c").kind is Kind.RECOVERS


def test_a_group_that_no_service_names_is_not_known() -> None:
    def program() -> None:
        opts = project()
        cluster(opts, "other-neg")
        worldwide(LINK, opts)

    assert unknowable(assessed(program), "shop-neg")


def internet(address: str) -> None:
    opts = project()
    group = gcp.compute.GlobalNetworkEndpointGroup("out", network_endpoint_type="INTERNET_FQDN_PORT", opts=opts)
    gcp.compute.GlobalNetworkEndpoint(
        "out", global_network_endpoint_group=group.name, fqdn=address, port=443, opts=opts
    )
    run = gcp.cloudrunv2.Service(
        "web", location="europe-west1", template={"containers": [{"image": "gcr.io/shop/web:1"}]}, opts=opts
    )
    served = gcp.compute.RegionNetworkEndpointGroup(
        "web", region="europe-west1", network_endpoint_type="SERVERLESS", cloud_run={"service": run.name}, opts=opts
    )
    inner = gcp.compute.BackendService("inner", backends=[{"group": served.id}], opts=opts)
    urls = gcp.compute.URLMap("inner", default_service=inner.id, opts=opts)
    proxy = gcp.compute.TargetHttpProxy("inner", url_map=urls.id, opts=opts)
    rule = gcp.compute.GlobalForwardingRule("inner", target=proxy.id, port_range="80", opts=opts)
    zone = gcp.dns.ManagedZone("back", dns_name="back.example.", opts=opts)
    gcp.dns.RecordSet(
        "back", managed_zone=zone.name, name="www.back.example.", type="A", ttl=60, rrdatas=[rule.ip_address], opts=opts
    )
    worldwide(group.id, opts)


def test_an_internet_endpoint_is_followed_by_its_name() -> None:
    lost = outcome(assessed(lambda: internet("www.back.example")), BELGIUM)
    assert lost.kind in (Kind.PERSON, Kind.LOST)
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED


def test_an_internet_endpoint_of_somebody_else_is_not_known() -> None:
    assert unknowable(assessed(lambda: internet("www.partner.example")), "www.partner.example")


# -- Kubernetes --------------------------------------------------------------------------------------------------------


def elsewhere(listed: Callable[[pulumi.ResourceOptions], None]) -> None:
    opts = project()
    zones = [f"europe-west1-{z}" for z in "bcd"]
    gke = gcp.container.Cluster("shop", location="europe-west1", node_locations=zones, initial_node_count=1, opts=opts)
    inside = pulumi.ResourceOptions(provider=KubernetesProvider("shop", kubeconfig=gke.endpoint))
    listed(inside)
    backend: Any = {"service": {"name": "shop", "port": {"number": 80}}}
    Ingress("shop", spec={"default_backend": backend}, opts=inside)


def outside_name(opts: pulumi.ResourceOptions) -> None:
    meta: Any = {"name": "shop"}
    Service("shop", metadata=meta, spec={"type": "ExternalName", "external_name": "shop.partner.example"}, opts=opts)


def listed_address(opts: pulumi.ResourceOptions) -> None:
    meta: Any = {"name": "shop"}
    Service("shop", metadata=meta, spec={"ports": [{"port": 80}]}, opts=opts)
    Endpoints("shop", metadata=meta, subsets=[{"addresses": [{"ip": "192.168.7.20"}]}], opts=opts)


def selects_nothing(opts: pulumi.ResourceOptions) -> None:
    meta: Any = {"name": "shop"}
    Service("shop", metadata=meta, spec={"selector": {"app": "web"}, "ports": [{"port": 80}]}, opts=opts)


@pytest.mark.parametrize(
    ("service", "named"),
    [
        (outside_name, "shop.partner.example"),
        (listed_address, "192.168.7.20"),
        (selects_nothing, "nothing says what answers"),
    ],
)
def test_a_service_without_pods_is_not_known(service: Callable[[pulumi.ResourceOptions], None], named: str) -> None:
    assert unknowable(assessed(lambda: elsewhere(service)), named)


# -- whose names they are --------------------------------------------------------------------------------------------


def names_at_cloudflare(front: Callable[[Region, Tier], Any], kind: str) -> None:
    """A shop at AWS whose name another vendor's DNS answers for."""
    at = Region("eu-west-1", IRELAND)
    zone = CloudflareZone("zone", name="corner.example", account={"id": "0123456789abcdef0123456789abcdef"})
    content = front(at, Tier(at))
    DnsRecord("www", zone_id=zone.id, name="www.corner.example", type=kind, content=content, ttl=60, proxied=False)


def test_another_dns_provider_that_leads_to_names_at_route_53_hangs_on_both() -> None:
    found = assessed(lambda: names_at_cloudflare(lambda _, tier: tier.balancer.dns_name, "CNAME"))
    for provider in ("aws/route53", "cloudflare/dns"):
        assert outcome(found, f"dns-provider:{provider}").kind is Kind.LOST
    fronts: dict[str, float] = {}
    found = assessed(
        lambda: names_at_cloudflare(
            lambda at, tier: accelerated(at, {at.name: tier.balancer}, fronts).ip_sets[0].ip_addresses[0], "A"
        )
    )
    assert outcome(found, "dns-provider:cloudflare/dns").kind is Kind.LOST
    assert "dns-provider:aws/route53" not in {result.scenario.id for result in found.scenarios}
