"""Functions, services and jobs of Google Cloud that something calls: what they may promote is seen, and not decided."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_gcp.cloudfunctionsv2 import Function
from pulumi_gcp.cloudrunv2 import Job, Service
from pulumi_gcp.cloudscheduler import Job as Clock
from pulumi_gcp.eventarc import Trigger
from pulumi_gcp.monitoring import AlertPolicy, NotificationChannel, UptimeCheckConfig
from pulumi_gcp.projects import IAMMember
from pulumi_gcp.pubsub import Subscription, Topic
from pulumi_gcp.serviceaccount import Account
from pulumi_gcp.workflows import Workflow

from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT

PASSED = 'metric.type="monitoring.googleapis.com/uptime_check/check_passed"'


RUN = f"https://run.googleapis.com/v2/projects/acme-prod/locations/{FRANKFURT}/jobs/mover:run"
CALLS = """
main:
  steps:
    - run:
        call: googleapis.run.v2.projects.locations.jobs.run
        args: {name: projects/acme-prod/locations/europe-west3/jobs/mover}
"""


def job(there: gcp.Region, topic: Topic, account: Account, *, by: str, every: str, uri: str) -> None:
    """A job that a message, a clock or a workflow has run."""
    inner: Any = {"service_account": account.email, "containers": [{"image": "mover:1"}]}
    Job("mover", name="mover", location=FRANKFURT, template={"template": inner}, opts=there.opts)
    if by == "message":
        Subscription("mover", topic=topic.id, push_config={"push_endpoint": uri}, opts=there.opts)
    elif by == "clock":
        Clock("mover", region=FRANKFURT, schedule=every, http_target={"uri": uri}, opts=there.opts)
    else:
        flow = Workflow("mover", region=FRANKFURT, source_contents=CALLS, opts=there.opts)
        Trigger(
            "mover",
            location=FRANKFURT,
            destination={"workflow": flow.id},
            transport={"pubsub": {"topic": topic.id}},
            matching_criterias=[{"attribute": "type", "value": "google.cloud.pubsub.topic.v1.messagePublished"}],
            opts=there.opts,
        )


def shop(
    role: str | None,
    *,
    by: str = "function",
    alerted: bool = True,
    every: str = "*/5 * * * *",
    uri: str = RUN,
    knows: bool = False,
) -> None:
    """A shop in two regions with a replica in the second, and code that alerts call there by an account with a role;
    ``knows``: its environment names the replica."""
    here, there = gcp.Region(BELGIUM), gcp.Region(FRANKFURT)
    primary = gcp.database(here)
    replica = gcp.database(there, source=primary)
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
            service_config={
                "service_account_email": account.email,
                "environment_variables": {"REPLICA": replica.name} if knows else None,
            },
            event_trigger={"pubsub_topic": topic.id, "event_type": "google.cloud.pubsub.topic.v1.messagePublished"},
            opts=there.opts,
        )
    elif by in ("message", "clock", "workflow"):
        job(there, topic, account, by=by, every=every, uri=uri)
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
        ("roles/cloudsql.admin", {"by": "message"}, Kind.UNDECIDED),
        ("roles/cloudsql.admin", {"by": "workflow"}, Kind.UNDECIDED),
        ("roles/cloudsql.admin", {"by": "clock", "alerted": False}, Kind.UNDECIDED),
        ("roles/cloudsql.client", {"by": "message"}, Kind.PERSON),
        ("roles/cloudsql.admin", {"by": "message", "alerted": False}, Kind.PERSON),
        ("roles/cloudsql.admin", {"by": "message", "uri": RUN.replace("mover", "other")}, Kind.PERSON),
        ("roles/cloudsql.admin", {"by": "workflow", "alerted": False}, Kind.PERSON),
        ("roles/cloudsql.admin", {"by": "clock", "every": "30 2 * * *"}, Kind.PERSON),
        (None, {"by": "clock"}, Kind.PERSON),
        (None, {}, Kind.PERSON),
        (None, {"knows": True}, Kind.PERSON),
        ("projects/acme-prod/roles/mover", {}, Kind.PERSON),
        ("projects/acme-prod/roles/mover", {"knows": True}, Kind.UNDECIDED),
        ("roles/cloudsql.client", {"knows": True}, Kind.PERSON),
    ],
    ids=[
        *("function", "service", "may not", "no alert"),
        *("job by a message", "job by a workflow", "job by a clock"),
        *("job that may not", "job without an alert", "another job", "workflow without an alert"),
        *("once a night", "by a clock, for what it is not told", "granted nothing", "granted nothing, told of it"),
        *("by a role of others", "by a role of others, told of it", "may not, told of it"),
    ],
)
def test_code_that_may_promote_is_neither_a_person_nor_proof(role: str, more: dict[str, Any], right: Kind) -> None:
    assert outcome(assessed(lambda: shop(role, **more)), f"region:gcp/{BELGIUM}").kind is right
