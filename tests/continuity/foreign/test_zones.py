"""The DNS zone of a shop's own name, which somebody deletes: in programs that state nothing of themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws.ecs import Service, TaskDefinition
from pulumi_aws.route53 import Record, Zone

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

HOUR = 3600.0


def own(at: Region, tier: Tier, *, child: str | None = None, declared: bool = True) -> None:
    """A name for a balancer, in a zone of the program, in one inside of that, or in one that it only refers to."""
    zone = Zone("zone", name="corner.example", opts=at.opts) if declared else None
    name = f"{child}.corner.example" if child else "corner.example"
    inner = Zone("inner", name=name, opts=at.opts) if zone and child else zone
    if zone and inner and child:
        Record("inner", zone_id=zone.id, name=child, type="NS", ttl=300, records=inner.name_servers, opts=at.opts)
    Record(
        "shop",
        zone_id=inner.zone_id if inner else "Z0123456789",
        name=name,
        type="A",
        aliases=[{"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}],
        opts=at.opts,
    )


def aws(**how: object) -> Callable[[], None]:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        own(at, Tier(at), **how)  # pyright: ignore[reportArgumentType]

    return program


def inside() -> None:
    """Tasks that know their database by a name of a private zone."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    database = Database(at, tier)
    zone = Zone("inside", name="shop.internal", vpcs=[{"vpc_id": at.vpc.id}], opts=at.opts)
    name = Record(
        "db",
        zone_id=zone.zone_id,
        name="db.shop.internal",
        type="CNAME",
        ttl=60,
        records=[database.instance.address],
        opts=at.opts,
    )
    knows: Any = name.fqdn.apply(lambda host: json.dumps([{"name": "web", "image": "web:1", "command": [host]}]))
    tasks = TaskDefinition("knows", family="knows", container_definitions=knows, opts=at.opts)
    Service(
        "knows",
        cluster=tier.cluster.arn,
        task_definition=tasks.arn,
        desired_count=3,
        network_configuration={"subnets": at.subnet_ids, "security_groups": [tier.group.id]},
        load_balancers=[{"target_group_arn": tier.targets.arn, "container_name": "web", "container_port": 8080}],
        opts=at.opts,
    )
    own(at, tier)


def test_a_private_zone_that_tasks_find_their_database_in_is_needed_and_soon_made_again() -> None:
    gone = deleted(assessed(inside), "shop.internal")
    assert gone.kind is Kind.PERSON
    assert gone.time
    assert gone.time.value
    assert gone.time.value.upper < 24 * HOUR


def google() -> None:
    opts = pulumi.ResourceOptions(provider=gcp.Provider("p", project="shop", region="europe-west1"))
    service = gcp.cloudrunv2.Service(
        "web", location="europe-west1", template={"containers": [{"image": "gcr.io/shop/web:1"}]}, opts=opts
    )
    group = gcp.compute.RegionNetworkEndpointGroup(
        "web",
        region="europe-west1",
        network_endpoint_type="SERVERLESS",
        cloud_run={"service": service.name},
        opts=opts,
    )
    backend = gcp.compute.BackendService("web", backends=[{"group": group.id}], opts=opts)
    urls = gcp.compute.URLMap("web", default_service=backend.id, opts=opts)
    proxy = gcp.compute.TargetHttpProxy("web", url_map=urls.id, opts=opts)
    rule = gcp.compute.GlobalForwardingRule("web", target=proxy.id, port_range="80", opts=opts)
    zone = gcp.dns.ManagedZone("zone", dns_name="corner.example.", opts=opts)
    gcp.dns.RecordSet(
        "shop",
        managed_zone=zone.name,
        name="corner.example.",
        type="A",
        ttl=60,
        rrdatas=[rule.ip_address],
        opts=opts,
    )


def deleted(found: Assessment, zone: str) -> Outcome:
    return outcome(found, f"deletion:DNS zone {zone}")


@pytest.mark.parametrize(
    ("program", "zones"),
    [
        (aws(), ["corner.example"]),
        (google, ["corner.example"]),
        (aws(child="shop"), ["corner.example", "shop.corner.example"]),
        (aws(declared=False), ["of corner.example"]),
    ],
    ids=["Route 53", "Cloud DNS", "a zone and the one that delegates to it", "a zone that is only referred to"],
)
def test_a_name_is_gone_with_its_zone_until_it_is_delegated_anew(program: Callable[[], None], zones: list[str]) -> None:
    found = assessed(program)
    for zone in zones:
        gone = deleted(found, zone)
        assert gone.kind is Kind.PERSON
        assert gone.time
        assert gone.time.value
        assert 2 * HOUR < gone.time.value.typical < 3 * HOUR
        assert gone.time.value.upper > 48 * HOUR
        assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED
        assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET


def test_a_zone_beside_that_of_the_name_is_not_needed() -> None:
    def program() -> None:
        aws()()
        Zone("other", name="other.example")

    assert deleted(assessed(program), "other.example").kind is Kind.UNAFFECTED
