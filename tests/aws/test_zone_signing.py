"""A signed zone: its key, who uses that, and who is told when it cannot be used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws.zone_signing import ZoneSigning, ZoneSigningArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row

TOPIC = "arn:aws:sns:us-east-1:111111111111:alarms"


def args(**changes: Any) -> ZoneSigningArgs:
    usual = {
        "region": changes.get("region") or region("us-east-1"),
        "zone_id": "Z01",
        "domain": "shop.example",
        "topic_arn": TOPIC,
    }
    return ZoneSigningArgs(**{**usual, **changes})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: ZoneSigning("shop-signing", args()))


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:ZoneSigning": 1,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
        "aws:kms/key:Key": 1,
        "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": 1,
        "aws:route53/keySigningKey:KeySigningKey": 1,
    }


def test_the_key_signs_and_is_hard_to_lose(graph: Graph) -> None:
    key = row(graph, "Key", "shop-signing-key")
    assert (key.inputs["customerMasterKeySpec"], key.inputs["keyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.options.protect
    other = declare(lambda: ZoneSigning("shop", args(region=region("us-east-1", disposable=True))))
    loose = row(other, "Key", "shop-key")
    assert (loose.inputs["deletionWindowInDays"], bool(loose.options.protect)) == (7, False)


def test_route_53_uses_it_for_zones_of_this_account_alone(graph: Graph) -> None:
    _, signs, grants = json.loads(str(row(graph, "Key", "shop-signing-key").inputs["policy"]))["Statement"]
    assert signs["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
    assert signs["Condition"]["StringEquals"] == {"aws:SourceAccount": region("us-east-1").account}
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert {str(one["Principal"]) for one in (signs, grants)} == {"{'Service': ['dnssec-route53.amazonaws.com']}"}


def test_the_zone_is_signed_once_its_key_is_there(graph: Graph) -> None:
    signing, zone = row(graph, "KeySigningKey", "shop-signing"), row(graph, "HostedZoneDnsSec", "shop-signing")
    assert signing.inputs["name"] == "shop_signing"
    assert signing.urn in zone.property_dependencies["hostedZoneId"]


def test_people_are_told(graph: Graph) -> None:
    alarms = [one.inputs for one in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")]
    assert {one["metricName"] for one in alarms} == {"DNSSECInternalFailure", "DNSSECKeySigningKeysNeedingAction"}
    assert all(one["alarmActions"] == [TOPIC] and one["threshold"] == 0 for one in alarms)


def test_the_key_must_be_in_us_east_1() -> None:
    told = refusals(lambda: args(region=region("eu-west-1")))
    assert [text.partition(":")[0] for text in told] == ["region"]
