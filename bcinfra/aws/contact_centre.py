"""A contact centre: a number that people call, who takes the calls, and where calls go that nobody takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudcontrol import Resource as CloudControl
from pulumi_aws.connect import (
    ContactFlow,
    HoursOfOperation,
    Instance,
    InstanceStorageConfig,
    PhoneNumber,
    PhoneNumberContactFlowAssociation,
    Queue,
    RoutingProfile,
)
from pydantic import Field, model_validator

from bcinfra.aws.metric_alarm import metric_alarm, metric_query, told
from bcinfra.aws.published import published
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.centres import REGIONS, REPLICAS
from bcinfra.seconds import MINUTE
from bcinfra.spec.opening import openings
from bcinfra.spec.values import Hours, TimeZone

RING_SECONDS: Final = 30
"""How long the outside number rings before the call ends."""
GROUP: Final = "AWS::Connect::TrafficDistributionGroup"
CONNECT: Final = "AWS/Connect"
CALLS: Final = tuple(
    ("VoiceCalls", metric)
    for metric in ("CallsBreachingConcurrencyQuota", "ThrottledCalls", "MisconfiguredPhoneNumbers")
)
"""Calls that reach nobody, by group and name of the metric (Amazon Connect Administrator Guide, monitoring your
instance using CloudWatch; read 2026-11)."""
_DAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class Recordings(Args):
    """Calls that are recorded, once the caller was told so."""

    notice: str = Field(min_length=1, max_length=1000, examples=["This call is recorded for 30 days."])
    """What the caller hears first. A call of which that fails is not recorded."""
    days: int = Field(default=30, ge=1, le=3650)
    """Days for which they are kept, and a week more as old versions."""
    key_arn: Str
    """ARN of the KMS key of that region which encrypts them, such as ``Key(...).arn``."""


class ContactCentreArgs(Args):
    """Arguments of :class:`ContactCentre`."""

    region: Region
    """Where it is: one of those that Amazon Connect is in. It shares that region's fate, and the account's."""
    alias: str = Field(pattern=r"^[a-z0-9](-?[a-z0-9]){1,44}$", examples=["acme-help"])
    """Begins the address that agents sign in at; taken once by all of AWS, and not changed without a new instance."""
    country: str = Field(pattern=r"^[A-Z]{2}$", examples=["DE"])
    """The country of the number."""
    kind: Literal["DID", "TOLL_FREE"] = "DID"
    """A number of a place, or one that costs the caller nothing."""
    overflow: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+4969555020"])]
    """The outside number, at another carrier, that calls go to out of hours, and when the queue is full or fails."""
    hours: Hours = "24/7"
    """When agents take calls."""
    time_zone: TimeZone = "UTC"
    """Where those hours hold."""
    most_waiting: int = Field(default=20, ge=1, le=1000)
    """Calls that wait before the next one goes to the outside number."""
    answer_seconds: int = Field(default=180, ge=10, le=3600)
    """Seconds that a call may wait before people are told. An assumption until the shop says what its callers bear."""
    topic_arn: Str | None = None
    """Who is told of calls that are refused or wait long and of a flow that fails, such as ``AlarmTopic(...).arn``."""
    recordings: Recordings | None = None
    """Whether calls are recorded. ``None``: they are not."""
    replicated: bool = False
    """Whether it has a replica, which ``ReplicateInstance`` made: its number is then one of both. Before that the group
    of the two cannot be made."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.region.name not in REGIONS:
            yield f"region: Amazon Connect is not in {self.region.name}; allowed: {', '.join(REGIONS)}"
        elif self.replicated and self.region.name not in REPLICAS:
            yield f"replicated: nothing is paired with {self.region.name}; allowed: {', '.join(REPLICAS)}"


class ContactCentre(Component):
    """Amazon Connect: a number, its hours, a queue, and a flow that sends to an outside number what nobody takes.

    People are told of calls that are refused or wait long, and of a flow that fails. Calls are recorded where that is
    asked for: in a bucket of their own, under a key, for some days.

    The number is chosen by Amazon from those that are free, or ported to it by a request, and then printed; so it is
    protected. Agents and their passwords are people's matter and are not declared.

    It is in one region; what outlives that is the outside number, printed beside the first one. A replica in the region
    that is paired with it (Global Resiliency: in Europe Frankfurt and London) is opt-in. Declared of it are the traffic
    distribution group and the number, which is claimed to the group. In no SDK of Pulumi, and so made by people, are
    the replica itself (``ReplicateInstance``, which AWS opens on request and which wants agents who sign in by SAML)
    and the shift of calls and agents (``UpdateTrafficDistribution``, which the runbook has)
    (https://docs.aws.amazon.com/connect/latest/adminguide/setup-connect-global-resiliency.html, 2026-11). To state
    ``replicated`` of one whose agents signed in otherwise replaces it.
    """

    package = "aws"

    number: pulumi.Output[str]
    """The number, with its country code."""
    instance_id: pulumi.Output[str]
    """The instance."""
    queue_id: pulumi.Output[str]
    """The queue."""

    def __init__(self, name: str, args: ContactCentreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region, guarded = args.region, args.region.protected
        instance = Instance(
            name,
            identity_management_type="SAML" if args.replicated else "CONNECT_MANAGED",
            inbound_calls_enabled=True,
            outbound_calls_enabled=True,  # calls are handed on to the outside number
            contact_flow_logs_enabled=True,
            instance_alias=args.alias,
            tags=region.tagged(name),
            opts=region.child(self, protect=guarded),
        )
        hours = HoursOfOperation(
            f"{name}-hours",
            instance_id=instance.id,
            name=name,
            time_zone=args.time_zone,
            configs=[*_configs(args.hours)],
            tags=region.tagged(f"{name}-hours"),
            opts=region.child(self),
        )
        queue = Queue(
            f"{name}-queue",
            instance_id=instance.id,
            name=name,
            hours_of_operation_id=hours.hours_of_operation_id,
            max_contacts=args.most_waiting,
            tags=region.tagged(f"{name}-queue"),
            opts=region.child(self),
        )
        RoutingProfile(
            f"{name}-agents",
            instance_id=instance.id,
            name=name,
            description="Who takes calls, and writes to customers",
            default_outbound_queue_id=queue.queue_id,
            media_concurrencies=[{"channel": "VOICE", "concurrency": 1}],
            queue_configs=[{"channel": "VOICE", "delay": 0, "priority": 1, "queue_id": queue.queue_id}],
            tags=region.tagged(f"{name}-agents"),
            opts=region.child(self),
        )
        flow = ContactFlow(
            f"{name}-flow",
            instance_id=instance.id,
            name=name,
            type="CONTACT_FLOW",
            content=pulumi.Output.all(hours.hours_of_operation_id, queue.queue_id).apply(
                lambda ids: json.dumps(
                    flow_of(ids[0], ids[1], args.overflow, args.recordings.notice if args.recordings else None)
                )
            ),
            tags=region.tagged(f"{name}-flow"),
            opts=region.child(self),
        )
        number = PhoneNumber(
            f"{name}-number",
            target_arn=self._group(name, region, instance.arn) if args.replicated else instance.arn,
            country_code=args.country,
            type=args.kind,
            description=name,
            tags=region.tagged(f"{name}-number"),
            opts=region.child(self, protect=guarded),  # it is printed on invoices, and a released one is gone
        )
        PhoneNumberContactFlowAssociation(
            f"{name}-number",
            phone_number_id=number.id,
            instance_id=instance.id,
            contact_flow_id=flow.contact_flow_id,
            opts=region.child(self),
        )
        self._watch(name, args, instance.id)
        if args.recordings:
            self._keep(name, region, args.recordings, instance.id)
        self.number, self.instance_id, self.queue_id = number.phone_number, instance.id, queue.queue_id
        self.register_outputs({"number": self.number, "instanceId": self.instance_id, "queueId": self.queue_id})

    def _watch(self, name: str, args: ContactCentreArgs, instance: pulumi.Output[str]) -> None:
        """Nothing is measured while nobody calls (Amazon Connect, monitoring with CloudWatch)."""
        if args.topic_arn is None:
            return
        failing = (*CALLS, *(("CallRecordings", "CallRecordingUploadError"),) * bool(args.recordings))
        flow = (("ContactFlow", "ContactFlowErrors"), ("ContactFlow", "ContactFlowFatalErrors"))
        for what, says, counted in (
            ("failing", "Calls are refused, lead nowhere or are not recorded", failing),
            ("flow-failing", "The way of a call takes a branch for errors: it goes to the outside number", flow),
        ):
            ids = [f"m{number}" for number in range(1, len(counted) + 1)]
            metric_alarm(
                self,
                args.region,
                f"{name}-{what}",
                says,
                told(args.topic_arn),
                metric_queries=[
                    {
                        "id": "all",
                        "label": what,
                        "expression": " + ".join(f"FILL({one}, 0)" for one in ids),
                        "return_data": True,
                    },
                    *(
                        metric_query(one, CONNECT, metric, _measured(name, instance, group), "Sum", MINUTE)
                        for one, (group, metric) in zip(ids, counted, strict=True)
                    ),
                ],
                comparison_operator="GreaterThanThreshold",
                threshold=0,
                evaluation_periods=1,
                treat_missing_data="notBreaching",
            )
        metric_alarm(
            self,
            args.region,
            f"{name}-waiting",
            f"Calls wait longer than {args.answer_seconds} seconds",
            told(args.topic_arn),
            namespace=CONNECT,
            metric_name="LongestQueueWaitTime",
            dimensions=_measured(name, instance, "Queue"),
            statistic="Maximum",
            period=MINUTE,
            comparison_operator="GreaterThanThreshold",
            threshold=args.answer_seconds,
            evaluation_periods=3,
            treat_missing_data="notBreaching",
        )

    def _keep(self, name: str, region: Region, kept: Recordings, instance: pulumi.Output[str]) -> None:
        """Amazon Connect lets its own role into the bucket and at the key, by the rights of who associates them."""
        what = f"{name}-recordings"
        bucket, policy = published(self, what, region, days=kept.days)
        InstanceStorageConfig(
            what,
            instance_id=instance,
            resource_type="CALL_RECORDINGS",
            storage_config={
                "storage_type": "S3",
                "s3_config": {
                    "bucket_name": bucket.bucket,
                    "bucket_prefix": "calls",
                    "encryption_config": {"encryption_type": "KMS", "key_id": kept.key_arn},
                },
            },
            opts=region.child(self, depends_on=[policy]),
        )

    def _group(self, name: str, region: Region, instance: pulumi.Output[str]) -> pulumi.Output[str]:
        """ARN of the group by which calls are shared with the replica: all come here until a person shifts them."""
        tags = [{"Key": key, "Value": value} for key, value in sorted(region.tagged(f"{name}-group").items())]
        group = CloudControl(
            f"{name}-group",
            type_name=GROUP,
            desired_state=instance.apply(
                lambda arn: json.dumps({"InstanceArn": arn, "Name": name, "Tags": tags}, sort_keys=True)
            ),
            opts=region.child(self),
        )
        return group.properties.apply(lambda text: str(json.loads(text)["TrafficDistributionGroupArn"]))


def _measured(name: str, instance: pulumi.Output[str], group: str) -> dict[str, Str]:
    """What a metric of a group is measured of."""
    of = {"ContactFlow": {"ContactFlowName": name}, "Queue": {"QueueName": name}}.get(group, {})
    return {"InstanceId": instance, "MetricGroup": group, **of}


def flow_of(hours: str, queue: str, overflow: str, notice: str | None = None) -> dict[str, Any]:
    """The way of a call, in Amazon Connect's flow language
    (https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html, 2026-11): whatever cannot be done
    leads to the outside number. ``notice``: what is said before a call is recorded."""
    outside = {"NextAction": "outside", "ErrorType": "NoMatchingError"}
    return {
        "Version": "2019-10-30",
        "StartAction": "notice" if notice else "open",
        "Actions": [
            *(_recorded(notice, "open") if notice else ()),
            {
                "Identifier": "open",
                "Type": "CheckHoursOfOperation",
                "Parameters": {"HoursOfOperationId": hours},
                "Transitions": {
                    "NextAction": "outside",
                    "Conditions": [
                        {"NextAction": "queue", "Condition": {"Operator": "Equals", "Operands": ["True"]}},
                        {"NextAction": "outside", "Condition": {"Operator": "Equals", "Operands": ["False"]}},
                    ],
                    "Errors": [outside],
                },
            },
            {
                "Identifier": "queue",
                "Type": "UpdateContactTargetQueue",
                "Parameters": {"QueueId": queue},
                "Transitions": {"NextAction": "wait", "Errors": [outside]},
            },
            {
                "Identifier": "wait",
                "Type": "TransferContactToQueue",
                "Parameters": {},
                "Transitions": {
                    "NextAction": "end",
                    "Errors": [{"NextAction": "outside", "ErrorType": "QueueAtCapacity"}, outside],
                },
            },
            {
                "Identifier": "outside",
                "Type": "TransferParticipantToThirdParty",
                "Parameters": {
                    "ThirdPartyPhoneNumber": overflow,
                    "ThirdPartyConnectionTimeoutSeconds": str(RING_SECONDS),
                    "ContinueFlowExecution": "True",
                },
                "Transitions": {
                    "NextAction": "end",
                    "Errors": [
                        {"NextAction": "end", "ErrorType": error}
                        for error in ("CallFailed", "ConnectionTimeLimitExceeded", "NoMatchingError")
                    ],
                },
            },
            {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
        ],
    }


def _recorded(notice: str, then: str) -> Iterator[dict[str, Any]]:
    """Say it, and record both ends from then on; who was not told is not recorded."""
    yield {
        "Identifier": "notice",
        "Type": "MessageParticipant",
        "Parameters": {"Text": notice},
        "Transitions": {
            "NextAction": "record",
            "Errors": [{"NextAction": then, "ErrorType": "NoMatchingError"}],
        },
    }
    yield {
        "Identifier": "record",
        "Type": "UpdateContactRecordingBehavior",
        "Parameters": {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]}},
        "Transitions": {"NextAction": then},
    }


def _configs(hours: str) -> Iterator[Any]:
    """Hours in Amazon Connect's form, whose day ends at 00:00 of the next one."""
    names: dict[str, str] = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), _DAYS, strict=True))
    for one in openings(hours):
        start, end = ({"hours": int(clock[:2]) % 24, "minutes": int(clock[3:])} for clock in (one.start, one.end))
        yield {"day": names[one.day], "start_time": start, "end_time": end}
