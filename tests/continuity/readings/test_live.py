"""A deployed stack: its values are known, and say by ARN, id, name and host what a preview says by dependencies."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import Model, StoreKind
from bcinfra.continuity.readings.read import read
from bcinfra.graph.core.model import Graph, Place, Resource, Skip
from tests.continuity.readings.programs import assumed

ACCOUNT = "111122223333"


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:prod::shop::{type}::{name}"


def row(token: str, logical: str, identity: str, outputs: dict[str, Any] | None = None, **inputs: Any) -> Resource:
    return Resource(urn=urn(token, logical), id=identity, inputs=inputs, outputs={**inputs, **(outputs or {})})


def arn(service: str, what: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{what}"


def live(*, host: str = "db.abc123.eu-west-1.rds.amazonaws.com") -> Model:
    balancer, targets = arn("elasticloadbalancing", "loadbalancer/app/web/1"), arn("elasticloadbalancing", "tg/web/2")
    rows: list[Resource] = [
        *(
            row(
                "aws:ec2/subnet:Subnet",
                f"s{zone}",
                f"subnet-{zone}",
                {"availabilityZoneId": f"euw1-az{i}", "region": "eu-west-1"},
            )
            for i, zone in enumerate("ab", 1)
        ),
        row(
            "aws:lb/loadBalancer:LoadBalancer",
            "web",
            balancer,
            {"arn": balancer, "dnsName": "web-1.eu-west-1.elb.amazonaws.com"},
            subnets=["subnet-a", "subnet-b"],
        ),
        row("aws:lb/targetGroup:TargetGroup", "web", targets, {"arn": targets}),
        row(
            "aws:lb/listener:Listener",
            "web",
            "listener",
            loadBalancerArn=balancer,
            defaultActions=[{"type": "forward", "targetGroupArn": targets}],
        ),
        row(
            "aws:ecs/taskDefinition:TaskDefinition",
            "web",
            "web",
            {"arn": arn("ecs", "task-definition/web:7"), "arnWithoutRevision": arn("ecs", "task-definition/web")},
            containerDefinitions=json.dumps(
                [{"image": "shop/web:7", "environment": [{"name": "DB", "value": f"mysql://{host}:3306/shop"}]}]
            ),
        ),
        row(
            "aws:ecs/service:Service",
            "web",
            arn("ecs", "service/main/web"),
            {"arn": arn("ecs", "service/main/web")},
            name="web",
            desiredCount=2,
            taskDefinition=arn("ecs", "task-definition/web:7"),
            networkConfiguration={"subnets": ["subnet-a", "subnet-b"]},
            loadBalancers=[{"targetGroupArn": targets}],
        ),
        row(
            "aws:appautoscaling/target:Target", "web", "t", resourceId="service/main/web", minCapacity=2, maxCapacity=9
        ),
        row("aws:rds/subnetGroup:SubnetGroup", "db", "db", name="db", subnetIds=["subnet-a", "subnet-b"]),
        row(
            "aws:rds/instance:Instance",
            "db",
            "db-ABC",
            {
                "arn": arn("rds", "db:shop"),
                "address": "db.abc123.eu-west-1.rds.amazonaws.com",
                "endpoint": "db.abc123.eu-west-1.rds.amazonaws.com:3306",
                "availabilityZone": "eu-west-1a",
            },
            identifier="shop",
            dbSubnetGroupName="db",
            backupRetentionPeriod=7,
        ),
        row(
            "aws:rds/instance:Instance",
            "reports",
            "db-DEF",
            {"arn": arn("rds", "db:reports")},
            identifier="reports",
            replicateSourceDb="shop",
            dbSubnetGroupName="db",
            multiAz=True,
        ),
        row(
            "aws:route53/record:Record",
            "www",
            "Z1_www",
            zoneId="Z1",
            name="www.shop.example",
            type="A",
            aliases=[{"name": "dualstack.Web-1.eu-west-1.elb.amazonaws.com.", "evaluateTargetHealth": True}],
        ),
    ]
    resources = {r.urn: r for r in sorted(rows, key=lambda r: r.urn)}
    return read(Graph(project="shop", stack="prod", resources=resources, preview=False))


def test_known_values_lead_where_dependencies_would() -> None:
    found = live()
    (entry,), (balancer,), (pool,) = found.entries, found.balancers, found.pools
    (database,) = (s for s in found.stores if s.kind is StoreKind.RELATIONAL)
    assert entry.routes[0].target == balancer.urn
    assert balancer.pools == (pool.urn,)
    assert pool.zones is not None
    assert [zone.name for zone in pool.zones] == ["aws/eu-west-1/euw1-az1", "aws/eu-west-1/euw1-az2"]
    assert (pool.minimum, pool.maximum) == (2, 9)
    assert found.calls == {pool.urn: (database.name,)}
    writer, replica = database.members
    assert replica.source == writer.urn
    assert writer.zones is not None
    assert [zone.name for zone in writer.zones] == ["aws/eu-west-1/eu-west-1a"]
    assert not assumed(found, Assumes.USED_BY_ALL)


def test_region_and_account_come_from_arns() -> None:
    (pool,) = live().pools
    assert pool.site == "aws/eu-west-1"
    assert {home.name for home in pool.homes} == {"aws/eu-west-1", f"aws/{ACCOUNT}"}


def test_a_host_name_that_is_not_the_database_s_is_no_call() -> None:
    found = live(host="other.example.com")
    assert assumed(found, Assumes.USED_BY_ALL)


def test_what_rests_on_an_answer_that_is_assumed_and_what_a_preview_did_not_see_is_said() -> None:
    rows = (row("aws:s3/bucket:Bucket", name, name) for name in ("files", "logs", "plain"))
    resting = [replace(r, assumed={} if r.id == "plain" else {"bucket": ("aws:index:id",)}) for r in rows]
    graph = Graph(
        project="shop",
        stack="prod",
        resources={r.urn: r for r in resting},
        skipped=(Skip(Place("shop.py", 7), "apply", 1),),
    )
    found = read(graph)
    assert assumed(found, Assumes.ANSWERED) == [Assumption(Assumes.ANSWERED, "aws:index:id", ("files", "logs"))]
    assert [one.subject for one in assumed(found, Assumes.NOT_SEEN)] == ["shop.py:7"]
