"""Room that is kept for groups of servers: for whom, in which zones, and what only looks as if it were."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
import pytest

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.readings.read import read
from bcinfra.graph import record

ZONES = ("eu-west-1a", "eu-west-1b")
NONE: list[list[int]] = [[]]
MACHINE: Any = {"machineType": "n4-standard-2"}


def servers(
    spec: Any = None, template: Any = None, *, groups: Sequence[str] = ("web",), targeted: bool = False, **room: Any
) -> Callable[[], None]:
    """Groups of two servers in two zones, with room for four in each; ``targeted``: each group names the rooms."""

    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
        kept: dict[str, Any] = {
            "instance_type": "m7g.large",
            "instance_platform": "Linux/UNIX",
            "instance_count": 4,
            "instance_match_criteria": "targeted" if targeted else "open",
            **room,
        }
        each: dict[str, dict[str, Any]] = {zone: {"availability_zone": zone, **kept} for zone in ZONES}
        asked, template_asks = stated(spec), stated(template)
        rooms = [aws.ec2.CapacityReservation(zone, opts=opts, **at) for zone, at in each.items()]
        launch = aws.ec2.LaunchTemplate(
            "web", instance_type="m7g.large", capacity_reservation_specification=template_asks, opts=opts
        )
        named: Any = {
            "capacity_reservation_preference": "capacity-reservations-first",
            "capacity_reservation_target": {"capacity_reservation_ids": [one.id for one in rooms]},
        }
        for group in groups:
            aws.autoscaling.Group(
                group,
                min_size=2,
                max_size=8,
                availability_zones=list(ZONES),
                launch_template={"id": launch.id},
                capacity_reservation_specification=named if targeted else asked,
                opts=opts,
            )

    return program


def launched(*overrides: Any, on_demand: int | None = None, platform: str = "Linux/UNIX", **launch: Any) -> Any:
    """As :func:`servers`, of a group that states what overrides its template, and with more in its template."""

    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
        for zone in ZONES:
            aws.ec2.CapacityReservation(
                zone,
                availability_zone=zone,
                instance_type="m7g.large",
                instance_platform=platform,
                instance_count=4,
                opts=opts,
            )
        template = aws.ec2.LaunchTemplate("web", instance_type="m7g.large", opts=opts, **launch)
        mixed: Any = {
            "launch_template": {
                "launch_template_specification": {"launch_template_id": template.id},
                "overrides": [stated(one) for one in overrides] or None,
            },
            "instances_distribution": {"on_demand_percentage_above_base_capacity": on_demand},
        }
        zones = {"min_size": 2, "max_size": 8, "availability_zones": list(ZONES)}
        aws.autoscaling.Group("web", **zones, mixed_instances_policy=mixed, opts=opts)

    return program


def public(image: str) -> str:
    return f"resolve:ssm:/aws/service/{image}"


WINDOWS = public("ami-windows-latest/Windows_Server-2022-English-Core-Base")
AMAZON = public("ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")
POWERSHELL = b64encode(b"<powershell>Install-WindowsFeature Web-Server</powershell>").decode()
SHELL = b64encode(b"#!/bin/sh\nsystemctl start web\n").decode()


def instances(affinity: Any = None, *, launch: Any = None, group: Any = None, **room: Any) -> Callable[[], None]:
    """A group of two instances in two zones, with room for four in each."""

    def program() -> None:
        zones = ("europe-west1-b", "europe-west1-c")
        kept: dict[str, Any] = {
            "specific_reservation": {"count": 4, "instance_properties": MACHINE},
            **{name: stated(one) for name, one in room.items()},
        }
        each: dict[str, dict[str, Any]] = {zone: {"name": f"room-{zone}", "zone": zone, **kept} for zone in zones}
        for zone, at in each.items():
            gcp.compute.Reservation(zone, **at)
        template = gcp.compute.InstanceTemplate(
            "web",
            machine_type="n4-standard-2",
            disks=[{"boot": True}],
            reservation_affinity=stated(affinity),
            **(launch or {}),
        )
        gcp.compute.RegionInstanceGroupManager(
            "web",
            region="europe-west1",
            base_instance_name="web",
            distribution_policy_zones=list(zones),
            versions=[{"instance_template": template.self_link_unique}],
            target_size=2,
            **(group or {}),
        )

    return program


def later() -> pulumi.Output[str]:
    """A text that only a deployment makes known."""
    return gcp.compute.Address("later").address


def stated(value: Any) -> Any:
    """A value, or what a function makes while the program runs."""
    return value() if callable(value) else value


def rooms(program: Callable[[], None]) -> list[list[int]]:
    """Servers that there is room for in each zone, by group."""
    pools: tuple[Pool, ...] = read(record(program)).pools
    return [[room.servers for room in pool.rooms or ()] for pool in pools]


@pytest.mark.parametrize(
    ("program", "kept"),
    [
        (servers(), [[4, 4]]),  # any may launch into what is open
        (servers(targeted=True), [[4, 4]]),
        (servers(targeted=True, groups=("app", "web")), [[2, 2], [2, 2]]),  # each is sure of its part
        (servers(instance_match_criteria="targeted"), NONE),  # nobody names it
        (servers(instance_type="m7g.xlarge"), NONE),
        (servers(availability_zone="eu-west-1c"), NONE),
        (servers(end_date_type="limited", end_date="2026-12-24T00:00:00Z"), NONE),
        (servers(tenancy="dedicated"), NONE),
        (servers({"capacity_reservation_preference": "none"}), NONE),
        (servers(template={"capacity_reservation_preference": "none"}), NONE),
        (servers(lambda: {"capacity_reservation_preference": later()}), NONE),
        (servers(template=lambda: later().apply(lambda _: {"capacity_reservation_preference": "none"})), NONE),
        (servers(placement_group_arn="arn:aws:ec2:eu-west-1:111122223333:placement-group/near"), NONE),
        (launched(), [[4, 4]]),
        (launched({"instance_type": "m7g.large"}, on_demand=100), [[4, 4]]),
        (launched({"weighted_capacity": "1"}), [[4, 4]]),
        (launched({"instance_type": "m7g.xlarge"}), NONE),  # instead of its template's
        (launched({"instance_type": "m7g.xlarge"}, {"instance_type": "m7g.large"}), NONE),  # one of both
        (launched(lambda: {"instance_type": later()}), NONE),
        (launched({"instance_requirements": {"vcpu_count": {"min": 2}, "memory_mib": {"min": 8192}}}), NONE),
        (launched(on_demand=50), NONE),  # half of it is spare capacity
        (launched(instance_market_options={"market_type": "spot"}), NONE),
        (launched(placement={"tenancy": "dedicated"}), NONE),
        (launched(platform="Windows"), [[4, 4]]),  # taken to be, as nothing tells of another
        (launched(platform="Windows", image_id=WINDOWS), [[4, 4]]),
        (launched(platform="Windows", user_data=POWERSHELL), [[4, 4]]),
        (launched(image_id=WINDOWS), NONE),
        (launched(user_data=POWERSHELL), NONE),
        (launched(image_id=AMAZON, user_data=SHELL), [[4, 4]]),
        (launched(platform="Red Hat Enterprise Linux", image_id=AMAZON), NONE),
        (instances(), [[4, 4]]),
        (instances(launch={"scheduling": {"provisioning_model": "STANDARD"}}), [[4, 4]]),
        (instances(launch={"scheduling": {"provisioning_model": "SPOT"}}), NONE),
        (instances(launch={"scheduling": {"preemptible": True}}), NONE),
        (
            instances(
                group={
                    "instance_flexibility_policy": {
                        "instance_selections": [{"name": "any", "machine_types": ["n4-standard-2", "n2-standard-2"]}]
                    }
                }
            ),
            NONE,
        ),
        (instances({"type": "ANY_RESERVATION"}), [[4, 4]]),
        (instances({"type": "NO_RESERVATION"}), NONE),
        (instances(lambda: {"type": later()}), NONE),
        (instances(lambda: later().apply(lambda _: {"type": "ANY_RESERVATION"})), NONE),
        (instances(specific_reservation_required=True), NONE),
        (instances(specific_reservation_required=lambda: later().apply(bool)), NONE),
        (
            instances(
                {
                    "type": "SPECIFIC_RESERVATION",
                    "specificReservation": {
                        "key": "compute.googleapis.com/reservation-name",
                        "values": ["room-europe-west1-b"],
                    },
                },
                specific_reservation_required=True,
            ),
            [[4]],
        ),
        (instances(specific_reservation={"count": 4, "instance_properties": {"machineType": "n4-highcpu-2"}}), NONE),
        (instances(delete_at_time="2026-12-24T00:00:00Z"), NONE),
        (instances(zone="europe-west1-d"), NONE),
    ],
)
def test_for_whom_room_is_kept(program: Callable[[], None], kept: list[list[int]]) -> None:
    assert rooms(program) == kept


@pytest.mark.parametrize(("image", "platform"), [(AMAZON, None), ("ami-1", "Linux/UNIX")])
def test_an_image_that_tells_no_platform_is_taken_to_be_billed_as_the_room(image: str, platform: str | None) -> None:
    found = read(record(launched(image_id=image))).assumptions
    assert [one.object for one in found if one.kind is Assumes.BILLED_AS] == ([platform] if platform else [])


def test_nobody_keeps_room_for_containers() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
        aws.ecs.Service("web", desired_count=2, launch_type="FARGATE", opts=opts)

    (pool,) = read(record(program)).pools
    assert pool.rooms is None


@pytest.mark.parametrize(
    ("warm", "runs", "fact"),
    [
        (None, 2, "aws.asg.instance_replacement"),
        ({}, 2, "aws.asg.warm_pool"),  # as many as it may grow by
        ({}, 6, "aws.asg.instance_replacement"),  # of three that a lost zone of two may have had, one is left prepared
        ({"pool_state": "Stopped", "min_size": 6}, 2, "aws.asg.warm_pool"),
        ({"pool_state": "Stopped", "max_group_prepared_capacity": 4}, 2, "aws.asg.instance_replacement"),  # two of six
        ({"pool_state": "Stopped", "max_group_prepared_capacity": 4, "min_size": 6}, 2, "aws.asg.warm_pool"),
    ],
)
def test_servers_that_stand_by_prepared_serve_sooner(warm: Any, runs: int, fact: str) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
        sizes: Any = {"min_size": runs, "max_size": 8}
        aws.autoscaling.Group("web", **sizes, availability_zones=list(ZONES), warm_pool=warm, opts=opts)

    (pool,) = read(record(program)).pools
    assert fact in str(pool.start.why)


@pytest.mark.parametrize(
    ("image", "stated", "back"),
    [("ami-1", True, True), ("ami-1", False, False), ("resolve:ssm:/shop/image", True, False)],
)
def test_a_refresh_goes_back_to_an_image_that_is_still_known(image: str, stated: bool, back: bool) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
        launch = aws.ec2.LaunchTemplate("web", image_id=image, opts=opts)
        aws.autoscaling.Group(
            "web",
            min_size=2,
            max_size=8,
            availability_zones=list(ZONES),
            launch_template={"id": launch.id},
            instance_refresh={"strategy": "Rolling", "preferences": {"auto_rollback": stated}},
            opts=opts,
        )

    (pool,) = read(record(program)).pools
    assert pool.rollback is back
