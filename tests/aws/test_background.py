"""Workers and jobs: containers that nobody connects to, kept running, or started by the clock."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws import Job, JobArgs, Reach, Worker, WorkerArgs
from bcinfra.graph.core.model import Graph
from bcinfra.planning.crontab import Crontab
from tests.aws.conftest import counts, declare, key_arn, one, region, statements
from tests.helpers import refusals

SERVICE, SCHEDULE = "aws:ecs/service:Service", "aws:scheduler/schedule:Schedule"


def fields(**more: Any) -> dict[str, Any]:
    return {
        "region": region(),
        "vpc_id": "vpc-1",
        "subnet_ids": {"euw1-az1": "subnet-1", "euw1-az2": "subnet-2"},
        "image": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:1.0.0",
        "command": ("php", "work.php"),
        "cpu": 0.5,
        "memory": 1,
        "log_key_arn": key_arn("eu-west-1"),
        "reaches": {"mysql": Reach(security_group_id="sg-mysql", port=3306)},
        **more,
    }


def worker(replicas: int = 2) -> Graph:
    return declare(lambda: Worker("mailer", WorkerArgs(**fields(), replicas=replicas)))


def job(**more: Any) -> Graph:
    return declare(lambda: Job("export", JobArgs(**fields(), **{"schedule": "30 2 * * 0", **more})))


def test_what_they_are_made_of() -> None:
    flows = {
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
    }
    shared = {
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:ecs/cluster:Cluster": 1,
        "aws:ecs/taskDefinition:TaskDefinition": 1,
        **flows,
    }
    role, policy = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
    assert counts(worker()) == {"bcinfra:aws:Worker": 1, **shared, role: 2, policy: 1, SERVICE: 1}
    assert counts(job()) == {"bcinfra:aws:Job": 1, **shared, role: 3, policy: 2, SCHEDULE: 1}


def test_nobody_is_let_in_to_a_worker() -> None:
    graph = worker()
    (let_in,) = graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert let_in.inputs["securityGroupId"] == "sg-mysql", "the database lets it in, not it anybody"
    assert "loadBalancers" not in one(graph, SERVICE, "mailer-service").inputs


def test_a_job_is_started_by_the_scheduler_alone() -> None:
    graph = job()
    (trust,) = statements(one(graph, "aws:iam/role:Role", "export-schedule"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["scheduler.amazonaws.com"]}
    assert one(graph, SCHEDULE, "export-schedule").inputs["target"]["ecsParameters"]["launchType"] == "FARGATE"  # type: ignore[index,call-overload]


@pytest.mark.parametrize(("enabled", "state"), [(True, "ENABLED"), (False, "DISABLED")])
def test_a_job_runs_where_it_is_enabled(enabled: bool, state: str) -> None:
    assert one(job(enabled=enabled), SCHEDULE, "export-schedule").inputs["state"] == state


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("30 2 * * *", "cron(30 2 * * ? *)"),
        ("*/15 * * * 1-5", "cron(*/15 * ? * MON-FRI *)"),
        ("0 3 1,15 * *", "cron(0 3 1,15 * ? *)"),
        ("0 6 * * 0,7", "cron(0 6 ? * SUN,SUN *)"),
        ("0 6 * * 1/2", "cron(0 6 ? * MON/2 *)"),
    ],
)
def test_a_crontab_line_is_said_in_the_words_of_the_scheduler(line: str, said: str) -> None:
    assert Crontab.read(line).eventbridge == said


def test_what_cannot_be_is_refused() -> None:
    assert refusals(lambda: WorkerArgs(**fields(), replicas=1)) == [
        "replicas: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"
    ]
    assert refusals(lambda: JobArgs(**fields(), schedule="0 3 1 * 1")) == [
        "schedule: states a day of the month and of the week; the scheduler of AWS takes one of them"
    ]
