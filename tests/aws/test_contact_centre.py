"""A contact centre, and where its calls go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws import ContactCentre, ContactCentreArgs, Recordings
from bcinfra.aws.contact_centre import flow_of
from tests.aws.conftest import counts, declare, key_arn, region
from tests.helpers import refusals, row


def args(**changes: Any) -> ContactCentreArgs:
    usual: dict[str, Any] = {
        "region": region("eu-central-1"),
        "alias": "acme-help",
        "country": "DE",
        "overflow": "+35315550200",
        "hours": "mon-tue 08:00-20:00, sun 22:00-24:00",
        "time_zone": "Europe/Berlin",
    }
    return ContactCentreArgs(**{**usual, **changes})


def test_what_it_is_made_of() -> None:
    graph = declare(lambda: ContactCentre("calls", args()))
    assert counts(graph) == {
        "bcinfra:aws:ContactCentre": 1,
        "aws:connect/contactFlow:ContactFlow": 1,
        "aws:connect/hoursOfOperation:HoursOfOperation": 1,
        "aws:connect/instance:Instance": 1,
        "aws:connect/phoneNumber:PhoneNumber": 1,
        "aws:connect/phoneNumberContactFlowAssociation:PhoneNumberContactFlowAssociation": 1,
        "aws:connect/queue:Queue": 1,
        "aws:connect/routingProfile:RoutingProfile": 1,
    }
    assert row(graph, "PhoneNumber", "calls-number").options.protect
    configs: Any = row(graph, "HoursOfOperation", "calls-hours").inputs["configs"]
    assert [(one["day"], one["startTime"]["hours"], one["endTime"]["hours"]) for one in configs] == [
        ("MONDAY", 8, 20),
        ("TUESDAY", 8, 20),
        ("SUNDAY", 22, 0),
    ]


TOLD = "arn:aws:sns:eu-central-1:111111111111:people"
RECORDINGS = Recordings(notice="This call is recorded.", days=30, key_arn=key_arn("eu-central-1"))


def test_people_are_told_of_calls_that_are_refused_or_wait_and_of_a_flow_that_fails() -> None:
    graph = declare(lambda: ContactCentre("calls", args(topic_arn=TOLD, recordings=RECORDINGS)))
    alarms = {one.name: one.inputs for one in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms.keys() == {"calls-failing", "calls-flow-failing", "calls-waiting"}
    assert all(one["alarmActions"] == [TOLD] for one in alarms.values())
    measured: Any = {
        name: [query["metric"] for query in one["metricQueries"] if "metric" in query]  # type: ignore[union-attr]
        for name, one in alarms.items()
        if "metricQueries" in one
    }
    assert [(one["metricName"], one["dimensions"]["MetricGroup"]) for one in measured["calls-failing"]] == [
        ("CallsBreachingConcurrencyQuota", "VoiceCalls"),
        ("ThrottledCalls", "VoiceCalls"),
        ("MisconfiguredPhoneNumbers", "VoiceCalls"),
        ("CallRecordingUploadError", "CallRecordings"),
    ]
    assert {one["dimensions"]["ContactFlowName"] for one in measured["calls-flow-failing"]} == {"calls"}
    waiting: Any = alarms["calls-waiting"]
    assert (waiting["metricName"], waiting["threshold"]) == ("LongestQueueWaitTime", 180)
    assert waiting["dimensions"]["QueueName"] == row(graph, "Queue", "calls-queue").inputs["name"] == "calls"


def test_recorded_calls_are_announced_encrypted_and_deleted() -> None:
    graph = declare(lambda: ContactCentre("calls", args(recordings=RECORDINGS)))
    kept: Any = row(graph, "InstanceStorageConfig", "calls-recordings").inputs["storageConfig"]
    assert kept["s3Config"]["encryptionConfig"] == {"encryptionType": "KMS", "keyId": key_arn("eu-central-1")}
    (rule,) = row(graph, "BucketLifecycleConfiguration", "calls-recordings").inputs["rules"]  # type: ignore[misc]
    assert rule["expiration"] == {"days": 30}
    flow = flow_of("hours", "queue", "+35315550200", "This call is recorded.")
    actions = {one["Identifier"]: one for one in flow["Actions"]}
    assert actions[flow["StartAction"]]["Parameters"] == {"Text": "This call is recorded."}
    assert [one["Type"] for one in flow["Actions"] if "record" in one["Transitions"].values()] == ["MessageParticipant"]
    assert called(flow, "", "", "True") == "an agent"
    assert called(flow, "NoMatchingError", "False") == "+35315550200"


def called(flow: dict[str, Any], *happens: str) -> str:
    """Where a call ends up when these things happen to it, in turn."""
    actions = {one["Identifier"]: one for one in flow["Actions"]}
    now, after = actions[flow["StartAction"]], list(happens)
    while now["Transitions"]:
        what, ways = (after.pop(0) if after else ""), now["Transitions"]
        taken = [one["NextAction"] for one in ways.get("Conditions", ()) if what in one["Condition"]["Operands"]]
        taken += [one["NextAction"] for one in ways.get("Errors", ()) if what == one["ErrorType"]]
        if not taken and now["Type"] in ("TransferContactToQueue", "TransferParticipantToThirdParty"):
            return str(now["Parameters"].get("ThirdPartyPhoneNumber", "an agent"))
        now = actions[taken[0] if taken else ways["NextAction"]]
    return "nobody"


@pytest.mark.parametrize(
    ("happens", "ends"),
    [
        (("True",), "an agent"),
        (("False",), "+35315550200"),
        (("NoMatchingError",), "+35315550200"),
        (("True", "NoMatchingError"), "+35315550200"),
        (("True", "", "QueueAtCapacity"), "+35315550200"),
        (("True", "", "NoMatchingError"), "+35315550200"),
        (("False", "CallFailed"), "nobody"),
    ],
    ids=["by day", "at night", "hours unknown", "no queue", "too many wait", "the queue fails", "outside fails too"],
)
def test_a_call_that_nobody_takes_goes_outside(happens: tuple[str, ...], ends: str) -> None:
    flow = flow_of("hours", "queue", "+35315550200")
    assert called(json.loads(json.dumps(flow)), *happens) == ends


def test_where_amazon_connect_is_not_it_is_refused() -> None:
    (said,) = refusals(lambda: args(region=region("eu-west-1")))
    assert said.startswith("region: Amazon Connect is not in eu-west-1; allowed: af-south-1")


def test_a_replicated_one_has_its_number_at_the_group_of_both() -> None:
    graph = declare(lambda: ContactCentre("calls", args(replicated=True)))
    group = row(graph, "Resource", "calls-group")
    assert group.inputs["typeName"] == "AWS::Connect::TrafficDistributionGroup"
    number = row(graph, "PhoneNumber", "calls-number")
    assert number.property_dependencies["targetArn"] == (group.urn,)
    assert row(graph, "Instance", "calls").inputs["identityManagementType"] == "SAML"


def test_a_replica_is_only_in_a_region_that_is_paired() -> None:
    (said,) = refusals(lambda: args(region=region("af-south-1"), replicated=True))
    assert said.startswith("replicated: nothing is paired with af-south-1; allowed: ap-northeast-1")
