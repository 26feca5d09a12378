"""How requests flow: names, balancers, pools, and where they go on to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi_aws import Provider
from pulumi_aws.acm import Certificate
from pulumi_aws.apigatewayv2 import Api as Apigatewayv2Api, Integration as Apigatewayv2Integration
from pulumi_aws.appautoscaling import Target as AppautoscalingTarget
from pulumi_aws.arczonalshift import ZonalAutoshiftConfiguration
from pulumi_aws.autoscaling import Group as AutoscalingGroup
from pulumi_aws.cloudfront import Distribution as CloudfrontDistribution
from pulumi_aws.dynamodb import Table as DynamodbTable
from pulumi_aws.ec2 import Eip, Instance as Ec2Instance, NatGateway, Route, RouteTable, RouteTableAssociation
from pulumi_aws.iam import Role
from pulumi_aws.lambda_ import Function
from pulumi_aws.lb import Listener, ListenerCertificate, LoadBalancer, TargetGroup, TargetGroupAttachment
from pulumi_aws.mq import Broker
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_aws.s3 import Bucket
from pulumi_aws.wafv2 import WebAcl, WebAclAssociation

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Provenance, Routing, StoreKind
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier, assumed, model, names


def two_sites(*, checked: bool = True, alias_health: bool = True, own_name: bool = False) -> None:
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tiers = {"ireland": Tier(here), "frankfurt": Tier(there)}
    primary = Database(here, tiers["ireland"])
    Database(there, tiers["frankfurt"], source=primary)
    zone = Zone("zone", name="shop.example", enable_accelerated_recovery=True, opts=here.opts)
    for site, tier in tiers.items():
        check = HealthCheck(
            site,
            type="HTTPS",
            fqdn="shop.example" if own_name else tier.balancer.dns_name,
            port=443,
            request_interval=10,
            failure_threshold=3,
            opts=here.opts,
        )
        Record(
            site,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=site,
            health_check_id=check.id if checked else None,
            failover_routing_policies=[{"type": "PRIMARY" if site == "ireland" else "SECONDARY"}],
            aliases=[
                {
                    "name": tier.balancer.dns_name,
                    "zone_id": tier.balancer.zone_id,
                    "evaluate_target_health": alias_health,
                }
            ],
            opts=here.opts,
        )


def test_a_name_leads_to_a_pool_and_its_database_in_each_site() -> None:
    found = model(two_sites)
    (entry,) = found.entries
    assert (entry.name, entry.routing) == ("shop.example", Routing.FAILOVER)
    assert [(r.target, r.standby) for r in entry.routes] == [
        (names(found, "balancers")["eu-west-1-web"], False),
        (names(found, "balancers")["eu-central-1-web"], True),
    ]
    pools = names(found, "pools")
    (database,) = (s for s in found.stores if s.kind is StoreKind.RELATIONAL)
    for balancer in found.balancers:
        (pool,) = balancer.pools
        assert pool in pools.values()
        assert found.calls[pool] == (database.name,)
    assert found.active_site == "aws/eu-west-1"
    assert found.not_understood == ()


def test_detection_is_computed_from_the_check_s_own_settings() -> None:
    found = model(two_sites)
    detects = found.entries[0].routes[0].detects
    assert detects
    assert detects.value
    assert detects.value.upper == 10 * 3 + 4 + 2
    assert {b.detects.value.upper for b in found.balancers if b.detects and b.detects.value} == {10 * 2 + 5}
    editable = found.entries[0].editable_after
    assert editable
    assert editable.value
    assert editable.value.upper == 3600


def test_a_failover_record_counts_only_if_its_check_can_fail() -> None:
    assert all(r.detects is None for r in model(lambda: two_sites(checked=False, alias_health=False)).entries[0].routes)
    assert all(r.detects is None for r in model(lambda: two_sites(own_name=True)).entries[0].routes)
    by_alias = model(lambda: two_sites(checked=False)).entries[0].routes[0].detects
    assert by_alias
    assert by_alias.value
    assert by_alias.value.upper == 25  # the balancer's own health checks


def test_a_pool_stands_in_the_zones_of_its_subnets_and_counts_replicas_apart() -> None:
    def program() -> None:
        Tier(Region("eu-west-1", IRELAND[:1]), count=6)

    (pool,) = model(program).pools
    assert pool.zones is not None
    assert [zone.name for zone in pool.zones] == ["aws/eu-west-1/euw1-az1"]
    assert (pool.minimum, pool.desired, pool.maximum) == (6, 6, 6)
    assert pool.rollback
    assert pool.replaced


def test_unknown_zones_stay_unknown() -> None:
    def program() -> None:
        provider = Provider("p", region="eu-west-1")
        AutoscalingGroup("web", min_size=2, max_size=4, opts=pulumi.ResourceOptions(provider=provider))

    (pool,) = model(program).pools
    assert pool.zones is None
    assert (pool.minimum, pool.maximum) == (2, 4)


def test_an_internal_balancer_stands_between_tiers() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        web = Tier(at)
        app = Tier(at, name="app", internal=True, admits=web.group)
        Database(at, app)

    found = model(program)
    pools, balancers = names(found, "pools"), names(found, "balancers")
    (database,) = found.stores
    assert found.calls[pools["eu-west-1-web"]] == (balancers["eu-west-1-app"],)
    assert found.calls[pools["eu-west-1-app"]] == (database.name,)
    (capability,) = found.capabilities  # no names declared: inferred from the balancer that the internet reaches
    assert capability.provenance is Provenance.INFERRED
    assert capability.stores == (database.name,)
    assert [e.routes[0].target for e in found.entries] == [balancers["eu-west-1-web"]]
    assert capability.entries == tuple(e.urn for e in found.entries)


def shifting(*, shifts: bool) -> Callable[[], None]:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at, shifts=shifts)
        AppautoscalingTarget(
            "web",
            resource_id=pulumi.Output.concat("service/", tier.cluster.name, "/", tier.service.name),
            scalable_dimension="ecs:service:DesiredCount",
            service_namespace="ecs",
            min_capacity=4,
            max_capacity=24,
            opts=at.opts,
        )
        certificate = Certificate("shop", domain_name="shop.example", validation_method="DNS", opts=at.opts)
        ListenerCertificate("shop", listener_arn=tier.listener.arn, certificate_arn=certificate.arn, opts=at.opts)
        ZonalAutoshiftConfiguration(
            "web", resource_arn=tier.balancer.arn, zonal_autoshift_status="ENABLED", outcome_alarms=[], opts=at.opts
        )

    return program


def test_scaling_limits_certificates_and_autoshift_are_read_with_what_they_belong_to() -> None:
    found = model(shifting(shifts=True))
    (pool,), (balancer,) = found.pools, found.balancers
    assert (pool.minimum, pool.desired, pool.maximum) == (4, 4, 24)
    assert balancer.zonal_shift
    assert [(d.kind, d.name) for d in balancer.needs_to_run] == [(DomainKind.CERTIFICATE, "shop.example (eu-west-1)")]


def test_a_balancer_that_takes_no_part_in_zonal_shifts_is_not_shifted() -> None:
    (balancer,) = model(shifting(shifts=False)).balancers
    assert balancer.zonal_shift is None


def test_servers_behind_one_target_group_are_one_pool() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        balancer = LoadBalancer("web", load_balancer_type="network", subnets=at.subnet_ids, opts=at.opts)
        group = TargetGroup("web", port=80, protocol="TCP", vpc_id=at.vpc.id, opts=at.opts)
        Listener(
            "web",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="TCP",
            default_actions=[{"type": "forward", "target_group_arn": group.arn}],
            opts=at.opts,
        )
        for i, subnet in enumerate(at.subnets[:2]):
            server = Ec2Instance(f"web-{i}", ami="ami-1", instance_type="t3.small", subnet_id=subnet.id, opts=at.opts)
            TargetGroupAttachment(f"web-{i}", target_group_arn=group.arn, target_id=server.id, opts=at.opts)

    found = model(program)
    (pool,), (balancer,) = found.pools, found.balancers
    assert balancer.pools == (pool.urn,)
    assert pool.zones is not None
    assert len(pool.zones) == 2
    assert (pool.desired, pool.replaced) == (2, False)
    assert balancer.detects
    assert balancer.detects.value
    assert balancer.detects.value.upper == 30 * 2 + 10  # AWS's defaults


def test_a_server_with_an_address_and_a_record() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=Provider("p", region="eu-west-1"))
        server = Ec2Instance("web", ami="ami-1", instance_type="t3.small", opts=opts)
        address = Eip("web", instance=server.id, opts=opts)
        Record("www", zone_id="Z1", name="www.shop.example", type="A", ttl=300, records=[address.public_ip])

    found = model(program)
    (pool,), (entry,) = found.pools, found.entries
    (route,) = entry.routes
    assert (route.target, route.detects) == (pool.urn, None)
    assert entry.propagates.value
    assert entry.propagates.value.typical == 300
    assert pool.zones is not None
    assert len(pool.zones) == 1  # it stands in one zone, though the graph does not name it
    assert assumed(found, Assumes.ONE_ACCOUNT)


def test_one_nat_gateway_for_all_zones_is_seen() -> None:
    def program(*, shared: bool) -> None:
        at = Region("eu-west-1", IRELAND)
        gateways = [NatGateway(f"nat-{i}", subnet_id=subnet.id, opts=at.opts) for i, subnet in enumerate(at.subnets)]
        for i, subnet in enumerate(at.subnets):
            table = RouteTable(f"private-{i}", vpc_id=at.vpc.id, opts=at.opts)
            Route(
                f"private-{i}",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateways[0 if shared else i].id,
                opts=at.opts,
            )
            RouteTableAssociation(f"private-{i}", route_table_id=table.id, subnet_id=subnet.id, opts=at.opts)
        Tier(at)

    (shared,) = model(lambda: program(shared=True)).pools
    (apart,) = model(lambda: program(shared=False)).pools
    (way,) = shared.egress
    assert way.label == "NAT gateway nat-0"
    assert [zone.short for zone in way.zones] == ["euw1-az1"]
    assert [zone.short for zone in way.serves] == list(IRELAND)
    assert apart.egress == ()


def test_a_static_site_is_no_data_to_back_up() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=Provider("p", region="eu-west-1"))
        bucket = Bucket("site", opts=opts)
        cdn = CloudfrontDistribution(
            "site",
            enabled=True,
            origins=[{"domain_name": bucket.bucket_regional_domain_name, "origin_id": "s3"}],
            default_cache_behavior={
                "target_origin_id": "s3",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET"],
                "cached_methods": ["GET"],
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=opts,
        )
        Record(
            "www",
            zone_id="Z1",
            name="www.shop.example",
            type="A",
            aliases=[{"name": cdn.domain_name, "zone_id": cdn.hosted_zone_id, "evaluate_target_health": False}],
        )

    found = model(program)
    (store, zone), (cdn,), (entry,) = found.stores, found.balancers, found.entries
    assert zone.kind is StoreKind.DNS_ZONE
    assert not store.durable
    assert assumed(found, Assumes.PUBLISHED_UNSEEN)
    assert store.members[0].regional
    assert found.calls[cdn.urn] == (store.name,)
    assert entry.routes[0].target == cdn.urn
    assert found.capabilities[0].stores == (store.name, zone.name)
    assert any(d.kind is DomainKind.CDN for d in cdn.homes)


def test_a_function_behind_an_api_and_its_table() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=Provider("p", region="eu-west-1"))
        table = DynamodbTable(
            "orders",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            billing_mode="PAY_PER_REQUEST",
            replicas=[{"region_name": "eu-central-1"}],
            point_in_time_recovery={"enabled": True},
            stream_enabled=True,
            opts=opts,
        )
        role = Role("api", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}), opts=opts)
        function = Function(
            "api",
            role=role.arn,
            runtime="python3.13",
            handler="a.b",
            s3_bucket="code",
            s3_key="api.zip",
            environment={"variables": {"TABLE": table.name}},
            opts=opts,
        )
        api = Apigatewayv2Api("api", protocol_type="HTTP", opts=opts)
        Apigatewayv2Integration(
            "api", api_id=api.id, integration_type="AWS_PROXY", integration_uri=function.invoke_arn, opts=opts
        )

    found = model(program)
    (pool,), (api,), (table,) = found.pools, found.balancers, found.stores
    assert pool.regional
    assert pool.zones is None
    assert api.pools == (pool.urn,)
    assert found.calls[pool.urn] == (table.name,)
    assert [(m.site, m.writer) for m in table.members] == [("aws/eu-west-1", True), ("aws/eu-central-1", True)]
    assert table.copies[0].mechanism == "point-in-time recovery"
    assert found.not_understood == ()


def test_what_has_no_reading_is_named_and_what_cannot_be_seen_too() -> None:
    class Opaque(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("acme:index:Front", "web", {}, None, True)  # remote

    def program() -> None:
        Broker(
            "queue",
            engine_type="RabbitMQ",
            engine_version="3.13",
            host_instance_type="mq.m5.large",
            users=[{"username": "u", "password": "p" * 12}],
            broker_name="queue",
        )
        Opaque()

    found = model(program)
    assert [urn.rsplit("::", 1)[-1] for urn in found.not_understood] == ["queue"]
    assert [urn.rsplit("::", 1)[-1] for urn in found.opaque] == ["web"]


def test_a_name_is_shielded_only_by_what_limits_rates() -> None:
    statements: dict[str, Any] = {
        "rate": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
        "floods": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": "AWSManagedRulesAntiDDoSRuleSet"}},
        "attacks": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": "AWSManagedRulesSQLiRuleSet"}},
        "country": {"geo_match_statement": {"country_codes": ["XX"]}},
    }

    def program(statement: Any) -> None:
        two_sites()
        at = Region("eu-west-3", ("euw3-az1", "euw3-az2"))
        tier = Tier(at)
        seen: Any = {"metric_name": "m", "cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
        rule: Any = {
            "name": "r",
            "priority": 1,
            "statement": statement,
            "visibility_config": seen,
        }
        wall = WebAcl(
            "wall",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[rule],
            visibility_config=seen,
            opts=at.opts,
        )
        WebAclAssociation("wall", resource_arn=tier.balancer.arn, web_acl_arn=wall.arn, opts=at.opts)
        Record(
            "walled",
            zone_id="Z2",
            name="walled.example",
            type="A",
            aliases=[
                {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
            ],
            opts=at.opts,
        )

    for what, statement in statements.items():
        shielded = {e.name: e.shielded for e in model(lambda said=statement: program(said)).entries}
        assert shielded == {"walled.example": what in ("rate", "floods"), "shop.example": False}, what
