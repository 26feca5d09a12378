"""Functions and services of Google Cloud that alerts call: what they may promote is seen, and not decided."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_gcp.cloudfunctionsv2 import Function
from pulumi_gcp.cloudrunv2 import Service
from pulumi_gcp.monitoring import AlertPolicy, NotificationChannel, UptimeCheckConfig
from pulumi_gcp.projects import IAMMember
from pulumi_gcp.pubsub import Subscription, Topic
from pulumi_gcp.serviceaccount import Account

from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT

PASSED = 'metric.type="monitoring.googleapis.com/uptime_check/check_passed"'


def shop(role: str | None, *, by: str = "function", alerted: bool = True) -> None:
    """A shop in two regions with a replica in the second, and code that alerts call there by an account with a role."""
    here, there = gcp.Region(BELGIUM), gcp.Region(FRANKFURT)
    primary = gcp.database(here)
    gcp.database(there, source=primary)
    script = pulumi.Output.concat("DB=", primary.private_ip_address)
    gcp.name(here, gcp.Front(here, gcp.Group(here, startup=script), gcp.Group(there, startup=script)))
    account = Account("mover", account_id="mover", opts=there.opts)
    if role:
        member = pulumi.Output.concat("serviceAccount:", account.email)
        IAMMember("mover", project="acme-prod", role=role, member=member, opts=there.opts)
    topic = Topic("down", name="down", opts=there.opts)
    if by == "function":
        Function(
            "mover",
            location=FRANKFURT,
            service_config={"service_account_email": account.email},
            event_trigger={"pubsub_topic": topic.id, "event_type": "google.cloud.pubsub.topic.v1.messagePublished"},
            opts=there.opts,
        )
    else:
        template: Any = {"service_account": account.email, "containers": [{"image": "mover:1"}]}
        called = Service("mover", location=FRANKFURT, template=template, opts=there.opts)
        Subscription("mover", topic=topic.id, push_config={"push_endpoint": called.uri}, opts=there.opts)
    if not alerted:
        return
    check = UptimeCheckConfig(
        "up", display_name="up", timeout="10s", period="60s", http_check={"path": "/"}, opts=there.opts
    )
    channel = NotificationChannel("down", type="pubsub", labels={"topic": topic.id}, opts=there.opts)
    condition: Any = {
        "display_name": "down",
        "condition_threshold": {
            "filter": pulumi.Output.concat(PASSED, ' AND metric.label.check_id="', check.uptime_check_id, '"'),
            "duration": "60s",
            "comparison": "COMPARISON_GT",
        },
    }
    AlertPolicy(
        "down",
        display_name="down",
        combiner="OR",
        conditions=[condition],
        notification_channels=[channel.id],
        opts=there.opts,
    )


@pytest.mark.parametrize(
    ("role", "more", "right"),
    [
        ("roles/cloudsql.admin", {}, Kind.UNDECIDED),
        ("roles/cloudsql.admin", {"by": "service"}, Kind.UNDECIDED),
        ("roles/run.invoker", {}, Kind.PERSON),
        ("roles/cloudsql.admin", {"alerted": False}, Kind.PERSON),
    ],
    ids=["function", "service", "may not", "no alert"],
)
def test_code_that_may_promote_is_neither_a_person_nor_proof(role: str, more: dict[str, Any], right: Kind) -> None:
    assert outcome(assessed(lambda: shop(role, **more)), f"region:gcp/{BELGIUM}").kind is right
