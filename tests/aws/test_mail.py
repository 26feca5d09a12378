"""Mail by SES: signed in its region, vouched for by the zone, and sent as one address alone."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from bcinfra.aws import MailIdentity, MailIdentityArgs, policies
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, region
from tests.helpers import row


def args(at: str = "eu-west-1", **more: Any) -> MailIdentityArgs:
    fields: dict[str, Any] = {
        "region": region(at),
        "everywhere": region("us-east-1"),
        "zone_id": "Z123",
        "domain": "shop.example",
        "bounces": "bounces-dublin.shop.example",
        "sender": "orders@shop.example",
        "topic_arn": "arn:aws:sns:eu-west-1:111111111111:alarms",
    }
    return MailIdentityArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        mail = MailIdentity("mail", args())
        pulumi.export("may", policies.document(*mail.using().values()))
        pulumi.export("endpoint", mail.endpoint)

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:MailIdentity": 1,
        "aws:sesv2/emailIdentity:EmailIdentity": 1,
        "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": 1,
        "aws:route53/record:Record": 5,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
    }


def test_others_can_check_who_sent_it(graph: Graph) -> None:
    records = {one.name: one.inputs for one in graph.of_type("aws:route53/record:Record")}
    assert records["mail-bounces"]["records"] == ["10 feedback-smtp.eu-west-1.amazonses.com"]
    assert records["mail-spf"]["records"] == ["v=spf1 include:amazonses.com -all"]
    assert {name for name in records if records[name]["type"] == "CNAME"} == {f"mail-dkim-{n}" for n in (1, 2, 3)}
    bounces = row(graph, "EmailIdentityMailFromAttributes", "mail-bounces")
    assert bounces.inputs["mailFromDomain"] == records["mail-spf"]["name"] == "bounces-dublin.shop.example"


def test_a_program_sends_as_one_address_of_the_identity(graph: Graph) -> None:
    (statement,) = json.loads(str(graph.outputs["may"]))["Statement"]
    assert statement["Resource"] == ["arn:aws:ses:eu-west-1:111111111111:identity/shop.example"]
    assert statement["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "orders@shop.example"}}
    assert graph.outputs["endpoint"] == "https://email.eu-west-1.amazonaws.com"
