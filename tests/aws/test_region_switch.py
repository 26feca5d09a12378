"""The plan that moves a shop: what it does, what starts it, and what it may touch."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws.region_switch import EcsService, GlobalDatabase, RegionSwitch, RegionSwitchArgs, Trigger
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, one, region, region_of, statements
from tests.aws.shop import REGIONS
from tests.helpers import refusals

PLAN, ROLE_POLICY = "aws:arcregionswitch/plan:Plan", "aws:iam/rolePolicy:RolePolicy"
REPLICAS = {site: f"arn:aws:rds:{name}:{ACCOUNT}:db:orders-{site}" for site, name in REGIONS.items()}
CLUSTERS = {site: f"arn:aws:rds:{name}:{ACCOUNT}:cluster:orders-{site}" for site, name in REGIONS.items()}
SERVICES = {
    site: EcsService(
        cluster_arn=f"arn:aws:ecs:{name}:{ACCOUNT}:cluster/web-{site}",
        service_arn=f"arn:aws:ecs:{name}:{ACCOUNT}:service/web-{site}/web-{site}",
    )
    for site, name in REGIONS.items()
}
GROUPS = {site: f"arn:aws:autoscaling:{name}:{ACCOUNT}:group/{site}" for site, name in REGIONS.items()}
FUNCTIONS = {site: f"arn:aws:lambda:{name}:{ACCOUNT}:function:cache-{site}" for site, name in REGIONS.items()}
ALARM = "arn:aws:cloudwatch:{}:" + ACCOUNT + ":alarm:{}"
LOST = Trigger(
    red={"unreachable": ALARM.format("us-east-1", "unreachable"), "cut-off": ALARM.format("eu-central-1", "cut-off")},
    green={"writes": ALARM.format("eu-central-1", "writes")},
)
TABLE: list[tuple[str, dict[str, Any], str, str, dict[str, Any]]] = [
    (
        "promote-orders",
        {"replicas": {"orders": REPLICAS}},
        "RdsPromoteReadReplica",
        "rdsPromoteReadReplicaConfigs",
        {"dbInstanceArnMap": {"eu-west-1": REPLICAS["dublin"], "eu-central-1": REPLICAS["frankfurt"]}},
    ),
    (
        "promote-orders",
        {"global_databases": {"orders": GlobalDatabase(identifier="orders", cluster_arns=CLUSTERS)}},
        "AuroraGlobalDatabase",
        "globalAuroraConfigs",
        {
            "behavior": "failover",
            "ungracefuls": [{"ungraceful": "failover"}],
            "globalClusterIdentifier": "orders",
            "databaseClusterArns": list(CLUSTERS.values()),
        },
    ),
    (
        "scale-web",
        {"services": {"web": SERVICES}},
        "ECSServiceScaling",
        "ecsCapacityIncreaseConfigs",
        {
            "services": [{"clusterArn": s.cluster_arn, "serviceArn": s.service_arn} for s in SERVICES.values()],
            "capacityMonitoringApproach": "sampledMaxInLast24Hours",
            "targetPercent": 100,
            "ungraceful": {"minimumSuccessPercentage": 50},
        },
    ),
    (
        "scale-web",
        {"groups": {"web": GROUPS}},
        "EC2AutoScaling",
        "ec2AsgCapacityIncreaseConfigs",
        {
            "asgs": [{"arn": arn} for arn in GROUPS.values()],
            "capacityMonitoringApproach": "sampledMaxInLast24Hours",
            "targetPercent": 100,
            "ungraceful": {"minimumSuccessPercentage": 50},
        },
    ),
    (
        "run-cache",
        {"functions": {"cache": FUNCTIONS}},
        "CustomActionLambda",
        "customActionLambdaConfigs",
        {
            "lambdas": [{"arn": arn} for arn in FUNCTIONS.values()],
            "regionToRun": "activatingRegion",
            "retryIntervalMinutes": 1,
        },
    ),
]


def args(**more: Any) -> RegionSwitchArgs:
    sites = more.pop("sites", None) or {site: region(name) for site, name in REGIONS.items()}
    given: dict[str, Any] = {"sites": sites, "primary": "dublin", "recovery_minutes": 15}
    return RegionSwitchArgs(**{**given, **more})


def switch(**more: Any) -> Graph:
    return declare(lambda: RegionSwitch("switch", args(**more)))


def plan_of(graph: Graph) -> dict[str, Any]:
    return dict(one(graph, PLAN, "switch").inputs)


def steps_of(graph: Graph) -> list[dict[str, Any]]:
    (workflow,) = plan_of(graph)["workflows"]
    (step,) = workflow["steps"]
    assert step["executionBlockType"] == "Parallel", "one after the other takes as long as all together"
    return step["parallelConfigs"][0]["steps"]


def allowed(graph: Graph) -> dict[str, list[str]]:
    rows = statements(one(graph, ROLE_POLICY, "switch"))
    assert all(row["Effect"] == "Allow" for row in rows)
    return {action: row["Resource"] for row in rows for action in row["Action"]}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return switch(replicas={"orders": REPLICAS}, services={"web": SERVICES}, triggers={"lost": LOST})


def test_a_switch_is_a_plan_and_the_role_it_acts_by(graph: Graph):
    assert counts(graph) == {
        "bcinfra:aws:RegionSwitch": 1,
        PLAN: 1,
        "aws:iam/role:Role": 1,
        ROLE_POLICY: 1,
    }


def test_the_plan_is_for_two_regions_of_which_one_stands_by(graph: Graph):
    plan = plan_of(graph)
    assert plan["recoveryApproach"] == "activePassive"
    assert plan["regions"] == ["eu-central-1", "eu-west-1"]
    assert plan["primaryRegion"] == "eu-west-1"
    assert plan["recoveryTimeObjectiveMinutes"] == 15


def test_nothing_of_it_is_made_in_the_region_that_it_leaves(graph: Graph):
    assert {region_of(graph, row) for row in graph if row.package == "aws"} == {"eu-central-1"}


@pytest.mark.parametrize(("name", "more", "block", "field", "settings"), TABLE)
def test_a_step_says_all_that_it_needs(name: str, more: Any, block: str, field: str, settings: dict[str, Any]):
    (step,) = steps_of(switch(**more))
    assert step == {"name": name, "executionBlockType": block, field: [{**settings, "timeoutMinutes": 30}]}


def test_no_step_waits_for_a_person():
    graph = switch(
        **{field: {f"{field}-{n}": v for n, v in m.items()} for _, more, *_ in TABLE for field, m in more.items()}
    )
    blocks = [step["executionBlockType"] for step in steps_of(graph)]
    assert sorted(blocks) == sorted(block for _, _, block, _, _ in TABLE)
    assert "ManualApproval" not in str(plan_of(graph))


def test_one_workflow_leads_there_and_back(graph: Graph):
    (workflow,) = plan_of(graph)["workflows"]
    assert workflow["workflowTargetAction"] == "activate"
    assert "workflowTargetRegion" not in workflow


def test_it_starts_by_itself_when_all_alarms_of_a_reason_agree(graph: Graph):
    plan = plan_of(graph)
    assert plan["triggers"] == [
        {
            "description": "lost",
            "action": "activate",
            "targetRegion": "eu-central-1",
            "conditions": [
                {"associatedAlarmName": "cut-off", "condition": "red"},
                {"associatedAlarmName": "unreachable", "condition": "red"},
                {"associatedAlarmName": "writes", "condition": "green"},
            ],
            "minDelayMinutesBetweenExecutions": 60,
        }
    ]
    associated = {alarm["mapBlockKey"]: alarm["resourceIdentifier"] for alarm in plan["associatedAlarms"]}
    assert associated == LOST.alarms
    assert {alarm["alarmType"] for alarm in plan["associatedAlarms"]} == {"trigger"}


def test_the_role_is_for_region_switch_and_may_start_its_own_plan_alone(graph: Graph):
    (trust,) = statements(one(graph, "aws:iam/role:Role", "switch"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["arc-region-switch.amazonaws.com"]}
    may = allowed(graph)
    assert may["arc-region-switch:StartPlanExecution"] == [f"arn:aws:arc-region-switch::{ACCOUNT}:plan/switch:*"]
    assert may["cloudwatch:DescribeAlarms"] == ["*"], "composite alarms are told to nobody else"


def test_what_changes_something_is_allowed_for_what_the_plan_moves_alone():
    graph = switch(
        replicas={"orders": REPLICAS},
        global_databases={"stock": GlobalDatabase(identifier="stock", cluster_arns=CLUSTERS)},
        services={"web": SERVICES},
        groups={"app": GROUPS},
        functions={"cache": FUNCTIONS},
    )
    may = allowed(graph)
    assert may["rds:PromoteReadReplica"] == may["rds:ModifyDBInstance"] == list(REPLICAS.values())
    assert may["rds:FailoverGlobalCluster"] == [f"arn:aws:rds::{ACCOUNT}:global-cluster:stock", *CLUSTERS.values()]
    assert may["ecs:UpdateService"] == [service.service_arn for service in SERVICES.values()]
    assert may["autoscaling:UpdateAutoScalingGroup"] == list(GROUPS.values())
    assert may["lambda:InvokeFunction"] == list(FUNCTIONS.values())
    anything = {action for action, resources in may.items() if resources == ["*"]}
    reads = ("Describe", "List", "Get")
    assert {a for a in anything if not a.split(":")[1].startswith(reads)} == {
        "application-autoscaling:RegisterScalableTarget"  # for ECS, by a condition: it takes no ARN of a service
    }


def test_the_role_may_do_nothing_for_what_the_plan_does_not_have(graph: Graph):
    may = allowed(switch(functions={"cache": FUNCTIONS}))
    assert {action.split(":")[0] for action in may} == {"arc-region-switch", "iam", "lambda"}
    assert "arc-region-switch:StartPlanExecution" not in may, "no alarm starts it"


def test_wrong_arguments_are_all_named_at_once():
    assert refusals(lambda: args(primary="dubln", replicas={"orders": {"dublin": "a", "paris": "b"}})) == [
        "primary: 'dubln' is not a site; did you mean 'dublin'?",
        "replicas.orders: 'frankfurt' is missing",
        "replicas.orders: 'paris' is not a site; there are dublin, frankfurt",
    ]
    assert refusals(args) == ["there is nothing to promote or to scale"]
    here = {"a": region("eu-west-1"), "b": region("eu-west-1", "222222222222")}
    assert refusals(lambda: args(sites=here, primary="a", functions={"f": {"a": "x", "b": "y"}})) == [
        "sites: both are in eu-west-1; a switch is between regions"
    ]
    twice = {
        "replicas": {"a": REPLICAS},
        "global_databases": {"a": GlobalDatabase(identifier="a", cluster_arns=CLUSTERS)},
    }
    assert refusals(lambda: args(**twice, services={"web": SERVICES}, groups={"web": GROUPS})) == [
        "global_databases.a: is also in replicas; each name is used once",
        "groups.web: is also in services; each name is used once",
    ]
    both = Trigger(red={"x": "arn"}, green={"x": "arn"})
    assert refusals(lambda: args(functions={"f": FUNCTIONS}, triggers={"t": both})) == [
        "triggers.t: 'x' cannot be red and green at once"
    ]
