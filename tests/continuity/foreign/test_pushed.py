"""What is pushed to every server at once stops them all; what is put out a few at a time does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi_gcp as gcp
import pytest
from pulumi_aws.autoscaling import Group
from pulumi_aws.ssm import Association

from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.report.words.scenarios import title
from tests.continuity.foreign.test_behind import project, worldwide
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import IRELAND, Region, Tier

SCRIPT = "release:script agent"


def amazon(key: str, *values: str, elsewhere: bool = False, **more: Any) -> None:
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    Group(
        "web",
        min_size=6,
        max_size=12,
        desired_capacity=6,
        vpc_zone_identifiers=at.subnet_ids,
        target_group_arns=[tier.targets.arn],
        tags=[{"key": "role", "value": "web", "propagate_at_launch": True}],
        opts=at.opts,
    )
    where = Region("eu-central-1", ()) if elsewhere else at
    targets: Any = [{"key": key, "values": list(values)}]
    Association("agent", name="acme-install-agent", targets=targets, opts=where.opts, **more)


def google(percent: int, **chosen: Any) -> None:
    opts = project()
    group = gcp.compute.RegionInstanceGroupManager(
        "web",
        region="europe-west1",
        base_instance_name="web",
        target_size=6,
        versions=[{"instance_template": "web"}],
        opts=opts,
    )
    worldwide(group.instance_group, opts)
    picked: Any = chosen or {"all": True}
    gcp.osconfig.OsPolicyAssignment(
        "agent",
        location="europe-west1",
        instance_filter=picked,
        os_policies=[{"id": "agent", "mode": "ENFORCEMENT", "resource_groups": []}],
        rollout={"disruption_budget": {"percent": percent}, "min_wait_duration": "60s"},
        opts=opts,
    )


@pytest.mark.parametrize(
    "program",
    [
        lambda: amazon("InstanceIds", "*"),
        lambda: amazon("tag:role", "web", "app"),
        lambda: amazon("resource-groups:Name", "all", max_concurrency="100%"),
        lambda: google(100),
    ],
    ids=["all servers", "their tag", "a group of resources", "Google's policy"],
)
def test_a_bad_script_on_every_server_stops_what_they_serve(program: Callable[[], None]) -> None:
    found = assessed(program)
    (scenario,) = (r.scenario for r in found.scenarios if r.scenario.id == SCRIPT)
    assert scenario.disruption is DisruptionKind.CHANGE
    assert title(scenario) == "bad release script agent, on every host at once"
    assert judgement(outcome(found, SCRIPT), Objective.RECOVERY_TIME) is Judgement.MISSED


@pytest.mark.parametrize(
    "program",
    [
        lambda: amazon("InstanceIds", "*", max_concurrency="10%"),
        lambda: amazon("tag:role", "batch"),
        lambda: amazon("InstanceIds", "i-0a1b"),
        lambda: amazon("InstanceIds", "*", elsewhere=True),
        lambda: google(10),
    ],
    ids=["a few at a time", "another tag", "another server", "another region", "Google's policy, a few at a time"],
)
def test_what_is_put_out_in_steps_or_elsewhere_does_not(program: Callable[[], None]) -> None:
    assert SCRIPT not in {r.scenario.id for r in assessed(program).scenarios}
