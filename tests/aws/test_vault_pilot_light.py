"""What waits in the vault's account for a restore: that nobody gets in, that it restores alone, and who is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws.region import KeyedRegion
from bcinfra.aws.vault_pilot_light import RestoredDatabase, VaultPilotLight, VaultPilotLightArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ISOLATED_ACCOUNT, counts, declare, key_arn, named, one, region, statements

TOPIC = f"arn:aws:sns:us-east-1:{ISOLATED_ACCOUNT}:alarms"
KEY = key_arn("us-east-1", ISOLATED_ACCOUNT)
OWN = f"arn:aws:rds:us-east-1:{ISOLATED_ACCOUNT}"
PARAMETERS = {"binlog_format": "ROW", "sync_binlog": "1"}


def pilot_light(engine: Any) -> Graph:
    def program() -> None:
        VaultPilotLight(
            "restore",
            VaultPilotLightArgs(
                vault=KeyedRegion(region=region("us-east-1", ISOLATED_ACCOUNT), key_arn=KEY),
                database=RestoredDatabase(
                    engine=engine,
                    family="mysql8.4" if engine == "mysql" else "aurora-mysql8.0",
                    parameters=PARAMETERS,
                    identifiers={"dublin": "orders-dublin", "frankfurt": "orders-frankfurt"},
                    instance_class="db.r7g.large",
                    username="shop",
                ),
                archive_bucket="log-vault",
                image=f"{ISOLATED_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/archive-binlogs:1.0.0",
                topic_arn=TOPIC,
                restore_minutes=120,
            ),
        )

    return declare(program)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return pilot_light("mysql")


def test_all_that_it_declares(graph: Graph):
    found = counts(graph)
    assert {kind: number for kind, number in found.items() if not kind.startswith(("aws:ec2/", "bcinfra:aws:Job"))} == {
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 6,
        "aws:ecs/cluster:Cluster": 1,
        "aws:ecs/taskDefinition:TaskDefinition": 1,
        "aws:iam/role:Role": 5,
        "aws:iam/rolePolicy:RolePolicy": 4,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
        "aws:rds/parameterGroup:ParameterGroup": 1,
        "aws:rds/subnetGroup:SubnetGroup": 1,
        "aws:scheduler/schedule:Schedule": 1,
        "aws:ssm/parameter:Parameter": 1,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
        "bcinfra:aws:Network": 1,
        "bcinfra:aws:Parameters": 1,
        "bcinfra:aws:VaultPilotLight": 1,
    }
    assert found["aws:ec2/subnet:Subnet"] == 9


def test_nobody_gets_in_and_what_is_restored_has_no_way_out(graph: Graph):
    rules = graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [(row.inputs["fromPort"], "cidrIpv4" in row.inputs) for row in rules] == [(3306, False)]
    assert not graph.of_type("aws:ec2/natGateway:NatGateway"), "nothing is paid for while it waits"
    assert {row.inputs["vpcEndpointType"] for row in graph.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")} <= {"Gateway"}
    subnets = one(graph, "aws:rds/subnetGroup:SubnetGroup", "restore")
    assert len(subnets.inputs["subnetIds"]) >= 2  # type: ignore[arg-type]


def test_its_parameters_are_those_of_production(graph: Graph):
    (group,) = graph.of_type("aws:rds/parameterGroup:ParameterGroup")
    assert group.inputs["family"] == "mysql8.4"
    assert {row["name"]: row["value"] for row in group.inputs["parameters"]} == PARAMETERS  # type: ignore[union-attr,call-overload,index]


@pytest.mark.parametrize(
    ("engine", "changes"),
    [
        (
            "mysql",
            {
                "rds:RestoreDBInstanceFromDBSnapshot": {
                    "db:restore-proof",
                    "snapshot:awsbackup:*",
                    "og:default:*",
                    "subgrp:restore",
                    "pg:restore-mysql8-4",
                },
                "rds:ModifyDBInstance": {"db:restore-proof"},
                "rds:DeleteDBInstance": {"db:restore-proof"},
            },
        ),
        (
            "aurora",
            {
                "rds:RestoreDBClusterFromSnapshot": {
                    "cluster:restore-proof",
                    "cluster-snapshot:awsbackup:*",
                    "og:default:*",
                    "subgrp:restore",
                    "cluster-pg:restore-aurora-mysql8-0",
                },
                "rds:CreateDBInstance": {"db:restore-proof", "cluster:restore-proof"},
                "rds:ModifyDBCluster": {"db:restore-proof", "cluster:restore-proof"},
                "rds:DeleteDBCluster": {"db:restore-proof", "cluster:restore-proof"},
                "rds:DeleteDBInstance": {"db:restore-proof", "cluster:restore-proof"},
            },
        ),
    ],
)
def test_the_job_touches_no_database_but_its_own(engine: str, changes: dict[str, set[str]]):
    policy = one(pilot_light(engine), "aws:iam/rolePolicy:RolePolicy", "restore-proof-task")
    found: dict[str, set[str]] = {}
    for row in statements(policy):
        for action in row["Action"]:
            if not action.startswith("rds:Describe"):
                known = {str(arn).removeprefix(f"{OWN}:") for arn in row["Resource"] if str(arn).startswith(OWN)}
                found.setdefault(action, set()).update(known)
    assert {action: arns for action, arns in found.items() if action.startswith("rds:")} == changes
    assert {action for action in found if action.startswith("s3:")} == {
        "s3:GetObjectVersion",
        "s3:ListBucketVersions",
    }
    assert found.keys().isdisjoint({"secretsmanager:GetSecretValue", "ssm:GetParameters"}), "nothing of the sites"


def test_the_job_is_told_what_to_restore_and_where(graph: Graph):
    task = one(graph, "aws:ecs/taskDefinition:TaskDefinition", "restore-proof-task")
    (container,) = json.loads(str(task.inputs["containerDefinitions"]))
    told = {row["name"]: row["value"] for row in container["environment"]}
    assert container["command"] == ["python", "-m", "archive_binlogs", "prove"]
    assert told["SOURCES"].split() == ["orders-dublin", "orders-frankfurt"]
    assert told["THROWAWAY"] == "restore-proof"
    assert [row["name"] for row in container["secrets"]] == ["PLACE"]
    schedule = one(graph, "aws:scheduler/schedule:Schedule", "restore-proof-schedule")
    assert schedule.inputs["scheduleExpression"] == "cron(0 5 * * ? *)"
    network = schedule.inputs["target"]["ecsParameters"]["networkConfiguration"]  # type: ignore[index,call-overload]
    assert network["assignPublicIp"] is True  # type: ignore[index,call-overload]


def test_people_are_told_of_a_restore_that_fails_is_slow_or_loses_too_much(graph: Graph):
    alarms = named(graph, "aws:cloudwatch/metricAlarm:MetricAlarm")
    expected = {
        "unproved": ("LostSeconds", 1.0, "breaching"),
        "lost": ("LostSeconds", 900.0, "notBreaching"),
        "slow": ("RestoreSeconds", 7200.0, "notBreaching"),
    }
    assert {
        name: (row.inputs["metricName"], row.inputs["threshold"], row.inputs["treatMissingData"])
        for name, row in alarms.items()
    } == {f"restore-{site}-{what}": told for site in ("dublin", "frankfurt") for what, told in expected.items()}
    for name, row in alarms.items():
        assert row.inputs["alarmActions"] == [TOPIC]
        assert row.inputs["dimensions"] == {"Archive": "restore", "Database": f"orders-{name.split('-')[1]}"}
        assert row.inputs["period"] * row.inputs["evaluationPeriods"] <= 7 * 86400, "CloudWatch looks no further back"  # type: ignore[operator]
