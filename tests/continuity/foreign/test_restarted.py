"""Servers by themselves: the cloud starts one again whose host dies, in its zone and nowhere else."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_aws.ec2 import Instance
from pulumi_gcp import Provider as Google
from pulumi_gcp.compute import Instance as Machine

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Region


def at_amazon(**more: Any) -> Assessment:
    stated: dict[str, Any] = {"ami": "ami-1", "instance_type": "t3.small", "availability_zone": "eu-west-1a"} | more
    return assessed(lambda: Instance("web", opts=Region("eu-west-1", IRELAND[:1]).opts, **stated))


def at_google(scheduling: dict[str, Any] | None = None) -> Assessment:
    def program() -> None:
        Machine(
            "web",
            machine_type="e2-small",
            zone="europe-west1-b",
            boot_disk={"initialize_params": {"image": "debian-12"}},
            network_interfaces=[{"network": "default"}],
            scheduling=scheduling,
            opts=pulumi.ResourceOptions(provider=Google("p", project="shop", region="europe-west1")),
        )

    return assessed(program)


SERVERS = {
    "on Nitro": (at_amazon, {}, Kind.RECOVERS),
    "with the disks of its host that EC2 moves": (at_amazon, {"instance_type": "x2idn.16xlarge"}, Kind.RECOVERS),
    "told not to": (at_amazon, {"maintenance_options": {"auto_recovery": "disabled"}}, Kind.PERSON),
    "with disks in its host": (at_amazon, {"instance_type": "m6gd.large"}, Kind.PERSON),
    "of bare metal": (at_amazon, {"instance_type": "m5.metal"}, Kind.PERSON),
    "on a dedicated host": (at_amazon, {"tenancy": "host"}, Kind.PERSON),
    "of spare capacity": (at_amazon, {"instance_market_options": {"market_type": "spot"}}, Kind.PERSON),
    "at Google": (at_google, {}, Kind.RECOVERS),
    "at Google, told not to": (at_google, {"scheduling": {"automatic_restart": False}}, Kind.PERSON),
    "at Google, of spare capacity": (
        at_google,
        {"scheduling": {"provisioning_model": "SPOT", "preemptible": True, "automatic_restart": False}},
        Kind.PERSON,
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_started_again_on_another_host_of_its_zone(name: str) -> None:
    program, stated, expected = SERVERS[name]
    found = program(**stated)
    gone = outcome(found, "server:web")
    assert gone.kind is expected
    if expected is Kind.RECOVERS:
        assert pessimistic(gone.time) == pytest.approx(1800, rel=0.01)
    (zone,) = (r.scenario.id for r in found.scenarios if r.scenario.id.startswith("zone:") and "+" not in r.scenario.id)
    assert outcome(found, zone).kind is not Kind.RECOVERS  # it does not leave its zone
