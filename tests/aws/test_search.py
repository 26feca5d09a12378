"""Search: a node in each zone, masters apart, asked by signed requests over TLS alone, and people are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws import Search, SearchArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, key_arn, one, region
from tests.aws.shop import data_site
from tests.helpers import refusals

DOMAIN, ALARM = "aws:opensearch/domain:Domain", "aws:cloudwatch/metricAlarm:MetricAlarm"
TOLD = "arn:aws:sns:eu-west-1:111111111111:alarms"


def args(**more: Any) -> SearchArgs:
    given = {"version": "2.19", "instance_type": "r7g.large.search", "storage": 40, "topic_arn": TOLD}
    return SearchArgs(**{**data_site("dublin"), **given, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: Search("products", args()))


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Search": 1,
        DOMAIN: 1,
        ALARM: 5,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
    }


def test_a_zone_leaves_data_and_masters(graph: Graph) -> None:
    domain = one(graph, DOMAIN, "products")
    assert domain.options.protect
    cluster: Any = domain.inputs["clusterConfig"]
    assert (cluster["instanceCount"], cluster["zoneAwarenessConfig"]) == (3, {"availabilityZoneCount": 3})
    assert (cluster["dedicatedMasterEnabled"], cluster["dedicatedMasterCount"]) == (True, 3)
    network: Any = domain.inputs["vpcOptions"]
    assert len(network["subnetIds"]) == 3


def test_it_is_encrypted_and_asked_by_who_is_permitted(graph: Graph) -> None:
    domain: Any = one(graph, DOMAIN, "products").inputs
    assert domain["encryptAtRest"] == {"enabled": True, "kmsKeyId": key_arn("eu-west-1")}
    assert domain["nodeToNodeEncryption"] == {"enabled": True}
    assert domain["domainEndpointOptions"]["enforceHttps"] is True
    (allowed,) = json.loads(domain["accessPolicies"])["Statement"]
    assert allowed["Principal"] == {"AWS": ["arn:aws:iam::111111111111:root"]}
    assert all(action.startswith("es:ESHttp") for action in allowed["Action"])


def test_people_are_told(graph: Graph) -> None:
    rows = [one(graph, ALARM, f"products-{what}").inputs for what in ("red", "blocked", "unkept", "full", "pressed")]
    assert all(row["alarmActions"] == [TOLD] for row in rows)
    assert rows[3]["threshold"] == 40 * 1024 / 4


def test_what_cannot_be_is_refused() -> None:
    assert refusals(lambda: args(region=region(account=None))) == ["region.account: is needed here"]
