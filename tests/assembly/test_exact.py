"""What a page states exactly reaches the resources of each ground."""

from __future__ import annotations

from typing import Any, cast

from bcinfra import spec
from bcinfra.assembly.capacity import Capacity, capacity
from bcinfra.graph import Graph
from tests.assembly.conftest import sample


def inputs(graph: Graph, token: str, part: str) -> Any:
    """The inputs of the one resource of a type whose name holds ``part``."""
    (row,) = (row for row in graph.of_type(token) if part in row.name)
    return cast("Any", row.inputs)


def test_at_aws() -> None:
    graph = sample("midsize-prod")
    for metric, aim in (("cpu", 55), ("requests", 1500)):
        policy = inputs(graph, "aws:appautoscaling/policy:Policy", f"ireland-web-{metric}")
        assert policy["targetTrackingScalingPolicyConfiguration"]["targetValue"] == aim
    assert inputs(graph, "aws:rds/instance:Instance", "mysql-ireland")["maxAllocatedStorage"] == 1500
    for site in ("ireland", "frankfurt"):
        rows = inputs(graph, "aws:rds/parameterGroup:ParameterGroup", f"mysql-{site}")["parameters"]
        settings = {row["name"]: row["value"] for row in rows}
        assert settings["max_connections"] == "2000"
        assert settings["binlog_format"] == "ROW"
    nodes = sample("large-prod").of_type("aws:rds/clusterInstance:ClusterInstance")
    assert {str(row.inputs["instanceClass"]) for row in nodes} == {"db.r7g.4xlarge"}


def test_at_google_cloud() -> None:
    graph = sample("small-prod")
    web = inputs(graph, "gcp:cloudrunv2/service:Service", "belgium-web")
    assert web["template"]["maxInstanceRequestConcurrency"] == 60
    settings = inputs(graph, "gcp:sql/databaseInstance:DatabaseInstance", "belgium")["settings"]
    assert (settings["tier"], settings["edition"], settings["diskAutoresizeLimit"]) == (
        "db-custom-2-8192",
        "ENTERPRISE",
        400,
    )


def test_on_kubernetes() -> None:
    graph = sample("hybrid-prod")
    scaler = inputs(graph, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "ghent-web")
    assert scaler["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    for site in ("ghent", "holland"):
        database = inputs(graph, "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster", f"mysql-{site}")
        lines = database["spec"]["pxc"]["configuration"].splitlines()
        assert {"max_allowed_packet=67108864", "binlog_format=ROW"} <= set(lines)


def test_bounds_beside_the_calendar(shop: spec.Shop) -> None:
    """What runs at first carries the normal load; quiet hours need less, a load that nobody planned may need more."""
    web = shop.web.revised(replicas=4, peak=12, scaling=spec.Scaling(minimum=2, maximum=20))
    assert capacity(shop, "ireland", web, 3) == Capacity(desired=6, minimum=3, maximum=30)
