"""A second place that is declared and takes nobody: it runs nothing, or what spreads requests gives it none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_cloudflare as cf
import pytest
from pulumi_aws import globalaccelerator
from pulumi_aws.ec2 import Instance
from pulumi_aws.iam import Role
from pulumi_aws.lambda_ import Function
from pulumi_aws.lb import Listener, LoadBalancer, TargetGroup, TargetGroupAttachment
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_gcp.cloudrunv2 import Service as RunService
from pulumi_gcp.compute import (
    BackendService,
    GlobalForwardingRule,
    HealthCheck as Probe,
    RegionNetworkEndpointGroup,
    TargetHttpProxy,
    URLMap,
)

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.readings import gcp_programs as gcp, kubernetes_programs as k8s
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier

HERE, THERE = "region:aws/eu-west-1", "region:aws/eu-central-1"


def failing_over(sites: dict[Region, LoadBalancer]) -> None:
    """A name that leads to the first balancer, or to the second where a check finds that ill."""
    own = next(iter(sites)).opts
    zone = Zone("zone", name="shop.example", opts=own)
    for (at, balancer), role in zip(sites.items(), ("PRIMARY", "SECONDARY"), strict=True):
        host = balancer.dns_name
        asked: Any = {"type": "HTTPS", "fqdn": host, "port": 443, "request_interval": 10, "failure_threshold": 3}
        Record(
            role,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=role,
            failover_routing_policies=[{"type": role}],
            health_check_id=HealthCheck(at.name, **asked, opts=own).id,
            aliases=[{"name": host, "zone_id": balancer.zone_id, "evaluate_target_health": False}],
            opts=own,
        )


def both() -> tuple[Region, Region]:
    return Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)


def fares(found: Assessment, scenario: str) -> Kind:
    """What becomes of the shop's clients."""
    (result,) = (one for one in found.scenarios if one.scenario.id == scenario)
    return next(one.kind for one in result.outcomes if "." in one.capability)


# -- nothing runs ------------------------------------------------------------------------------------------------------


def tasks(count: int) -> None:
    here, there = both()
    failing_over({here: Tier(here).balancer, there: Tier(there, count=count).balancer})


def functions(reserved: int | None) -> None:
    def behind(at: Region, **more: Any) -> LoadBalancer:
        role = Role(at.name, assume_role_policy="{}", opts=at.opts)
        code: Any = {"code": pulumi.AssetArchive({}), "runtime": "python3.13", "handler": "web.answer"}
        made = Function(at.name, role=role.arn, **code, **more, opts=at.opts)
        balancer = LoadBalancer(at.name, subnets=at.subnet_ids, security_groups=[at.group("front").id], opts=at.opts)
        group = TargetGroup(at.name, target_type="lambda", opts=at.opts)
        TargetGroupAttachment(at.name, target_group_arn=group.arn, target_id=made.arn, opts=at.opts)
        action: Any = {"type": "forward", "target_group_arn": group.arn}
        Listener(at.name, load_balancer_arn=balancer.arn, port=80, default_actions=[action], opts=at.opts)
        return balancer

    here, there = both()
    failing_over({here: behind(here), there: behind(there, reserved_concurrent_executions=reserved)})


@pytest.mark.parametrize(
    ("off", "on"),
    [(lambda: tasks(0), lambda: tasks(3)), (lambda: functions(0), lambda: functions(None))],
    ids=["no tasks", "no concurrency"],
)
def test_a_standby_that_may_run_nothing_takes_nobody(off: Callable[[], None], on: Callable[[], None]) -> None:
    found = assessed(off)
    assert fares(found, HERE) is Kind.LOST
    assert says(found, "BC0007", "aws/eu-central-1")
    sound = assessed(on)
    assert fares(sound, HERE) is Kind.RECOVERS
    assert not says(sound, "BC0007", "aws/eu-central-1")


def test_instances_of_which_there_may_be_none_take_nobody() -> None:
    def program(least: int) -> None:
        here, there = gcp.Region(), gcp.Region(gcp.FRANKFURT)
        gcp.name(here, gcp.Front(here, gcp.Group(here), gcp.Group(there, least=least, most=least)))

    assert fares(assessed(lambda: program(0)), "region:gcp/europe-west1") in (Kind.LOST, Kind.UNDECIDED)
    assert fares(assessed(lambda: program(6)), "region:gcp/europe-west1") is Kind.RECOVERS


@pytest.mark.parametrize("replicas", [0, 6])
def test_what_runs_nothing_now_is_judged_by_nothing(replicas: int) -> None:
    found = assessed(lambda: k8s.web(k8s.gke(zones=("b", "c", "d")), k8s.apart(), replicas=replicas))
    for scenario in ("server:web", "zone:gcp/europe-west1/europe-west1-b"):
        found_there = outcome(found, scenario)
        assert found_there.kind is (Kind.RECOVERS if replicas else Kind.UNDECIDED)
        assert any("nothing of it runs" in say(one) for one in found_there.unknown) is (replicas == 0)


# -- no requests are given ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [0, 100])
def test_which_of_two_filled_target_groups_is_given_requests_is_told_by_weights(weight: int) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        balancer = LoadBalancer("web", subnets=at.subnet_ids, security_groups=[at.group("front").id], opts=at.opts)
        targets: list[Any] = []
        for name, share, subnet in zip(("blue", "green"), (100, weight), at.subnet_ids, strict=False):
            server = Instance(name, ami="ami-0", instance_type="m7g.large", subnet_id=subnet, opts=at.opts)
            group = TargetGroup(name, port=80, protocol="HTTP", vpc_id=at.vpc.id, opts=at.opts)
            TargetGroupAttachment(name, target_group_arn=group.arn, target_id=server.id, opts=at.opts)
            targets.append({"arn": group.arn, "weight": share})
        action: Any = {"type": "forward", "forward": {"target_groups": targets}}
        Listener("web", load_balancer_arn=balancer.arn, port=80, default_actions=[action], opts=at.opts)
        zone = Zone("zone", name="shop.example", opts=at.opts)
        alias: Any = {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False}
        Record("shop", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[alias], opts=at.opts)

    found = fares(assessed(program), "zone:aws/eu-west-1/euw1-az1")
    assert (found is Kind.UNDECIDED) is (weight == 0), found


def accelerated(*, dial: int = 100, weight: int = 128, enabled: bool = True) -> None:
    """An accelerator before two regions; the dial and the weight of the second."""
    sites = both()
    made = globalaccelerator.Accelerator("shop", enabled=enabled, opts=sites[0].opts)
    ports: Any = [{"from_port": 443, "to_port": 443}]
    listener = globalaccelerator.Listener(
        "shop", accelerator_arn=made.arn, protocol="TCP", port_ranges=ports, opts=sites[0].opts
    )
    for at, shares in zip(sites, ((100, 128), (dial, weight)), strict=True):
        globalaccelerator.EndpointGroup(
            at.name,
            listener_arn=listener.arn,
            endpoint_group_region=at.name,
            traffic_dial_percentage=shares[0],
            endpoint_configurations=[{"endpoint_id": Tier(at).balancer.arn, "weight": shares[1]}],
            opts=at.opts,
        )
    zone = Zone("zone", name="shop.example", opts=sites[0].opts)
    alias: Any = {"name": made.dns_name, "zone_id": made.hosted_zone_id, "evaluate_target_health": True}
    Record("shop", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[alias], opts=sites[0].opts)


def test_an_endpoint_without_weight_gets_no_request_whatever_fails() -> None:
    found = assessed(lambda: accelerated(weight=0))
    assert fares(found, HERE) is Kind.LOST
    assert fares(found, THERE) is Kind.UNAFFECTED


def test_a_group_of_endpoints_whose_dial_is_turned_down_still_takes_over() -> None:
    assert fares(assessed(lambda: accelerated(dial=0)), HERE) is Kind.RECOVERS


def test_an_accelerator_that_is_off_leads_nowhere() -> None:
    assert fares(assessed(lambda: accelerated(enabled=False)), HERE) is Kind.UNDECIDED


def pools(**second: Any) -> None:
    """A load balancer of Cloudflare's over two regions, each a pool with one origin, the second's with more to it."""
    zone = cf.Zone("zone", name="corner.example", account={"id": "acc"})
    monitor = cf.LoadBalancerMonitor("up", account_id="acc", type="https", path="/", interval=15, retries=1, timeout=4)
    made: list[cf.LoadBalancerPool] = []
    for at, more in zip(both(), ({}, second), strict=True):
        origin: Any = {"name": "front", "address": Tier(at, admits=at.group("cloudflare")).balancer.dns_name, **more}
        common: Any = {"account_id": "acc", "name": at.name, "monitor": monitor.id}
        made.append(cf.LoadBalancerPool(at.name, origins=[origin], **common))
    ids = [pool.id for pool in made]
    cf.LoadBalancer(
        "www", zone_id=zone.id, name="www.corner.example", default_pools=ids, fallback_pool=ids[1], proxied=True
    )


@pytest.mark.parametrize("second", [{"enabled": False}, {"weight": 0}], ids=["disabled", "without weight"])
def test_a_pool_whose_only_origin_is_off_is_none(second: dict[str, Any]) -> None:
    found = assessed(lambda: pools(**second))
    assert fares(found, HERE) is Kind.LOST
    assert fares(found, THERE) is Kind.UNAFFECTED


def test_a_pool_whose_only_origin_is_on_takes_over() -> None:
    assert fares(assessed(lambda: pools(enabled=True, weight=1)), HERE) in (Kind.RECOVERS, Kind.DEGRADED)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_a_backend_that_is_drained_is_not_taken_for_a_second_one(scale: float) -> None:
    """Which of the two it is only the deployment tells."""

    def program() -> None:
        here, there = gcp.Region(), gcp.Region(gcp.FRANKFURT)
        first, second = gcp.Group(here), gcp.Group(there)
        check = Probe("web", http_health_check={"port": 8080}, opts=here.opts)
        backends: Any = [
            {"group": first.manager.instance_group},
            {"group": second.manager.instance_group, "capacity_scaler": scale},
        ]
        common: Any = {"load_balancing_scheme": "EXTERNAL_MANAGED", "opts": here.opts}
        service = BackendService("web", backends=backends, health_checks=check.id, **common)
        routes = URLMap("web", default_service=service.id, opts=here.opts)
        proxy = TargetHttpProxy("web", url_map=routes.id, opts=here.opts)
        GlobalForwardingRule("web", target=proxy.id, port_range="80", **common)

    found = assessed(program)
    kinds = {outcome(found, f"region:gcp/{region}").kind for region in (gcp.BELGIUM, gcp.FRANKFURT)}
    assert (Kind.RECOVERS in kinds) is bool(scale)
    assert bool(kinds & {Kind.UNAFFECTED, Kind.DEGRADED}) is False
    assert (outcome(found, "server:web-europe-west1").kind is Kind.UNDECIDED) is not bool(scale)


@pytest.mark.parametrize(
    ("ingress", "right"),
    [
        ("INGRESS_TRAFFIC_INTERNAL_ONLY", Kind.LOST),
        ("INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", Kind.RECOVERS),
        (None, Kind.RECOVERS),
    ],
)
def test_a_service_for_those_inside_is_nothing_to_a_balancer_for_everybody(ingress: str | None, right: Kind) -> None:
    def program() -> None:
        backends: list[Any] = []
        for at, door in ((gcp.Region(), None), (gcp.Region(gcp.FRANKFURT), ingress)):
            template: Any = {"containers": [{"image": "web:1"}]}
            made = RunService(at.name, location=at.name, ingress=door, template=template, opts=at.opts)
            common: Any = {"network_endpoint_type": "SERVERLESS", "cloud_run": {"service": made.name}, "opts": at.opts}
            backends.append({"group": RegionNetworkEndpointGroup(at.name, region=at.name, **common).id})
        scheme: Any = {"load_balancing_scheme": "EXTERNAL_MANAGED", "opts": gcp.Region(project="acme-front").opts}
        noticed: Any = {"consecutive_errors": 5, "interval": {"seconds": 10}}
        service = BackendService("web", backends=backends, outlier_detection=noticed, **scheme)
        proxy = TargetHttpProxy("web", url_map=URLMap("web", default_service=service.id, opts=scheme["opts"]).id)
        GlobalForwardingRule("web", target=proxy.id, port_range="80", **scheme)

    assert outcome(assessed(program), "region:gcp/europe-west1").kind is right
