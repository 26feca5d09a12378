"""A database that leaves an ill zone: its writer moves when AWS takes traffic out of the zone that it stands in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.machine import started_machine
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str
from bcinfra.seconds import MINUTE

SHIFTED: Final = ("Autoshift In Progress", "FIS Experiment Autoshift In Progress", "Manual Shift Started")
"""Events of traffic that leaves a zone: by AWS, in an experiment that rehearses it, by a person (ARC Developer Guide,
Using zonal autoshift with Amazon EventBridge: https://docs.aws.amazon.com/r53recovery/latest/dg/
eventbridge-zonal-autoshift.html; read 2026-11). Weekly practice runs move no database."""
RETRY: Final = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 3, "BackoffRate": 2}]


class ZonalFailoverArgs(Args):
    """Arguments of :class:`ZonalFailover`."""

    region: Region
    """The region of the database. Its account must be known, and something in it must be shifted by itself
    (:class:`ZonalAutoshift`): else AWS tells nothing."""
    identifier: str
    """Physical identifier of the RDS instance, which has a standby in another zone, or of the Aurora cluster, which has
    a reader there."""
    aurora: bool = False
    """Whether it is a cluster."""
    log_key_arn: Str | None = None
    """KMS key for the log of runs that failed, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which that log is kept."""


class ZonalFailover(Component):
    """When AWS shifts traffic away from a zone, the database fails over if its writer stands there.

    Zonal autoshift takes load balancers out of a zone that is ill though its checks stay green. A database is none:
    its writer stays, and every order goes through the ill zone, until a person fails it over. Here a state machine in
    the region does that on the event of the shift. It asks in which zone the writer is, waits while the database is
    busy, and leaves one alone that is elsewhere. So a second event (each balancer sends one) finds nothing to do.

    Events come within seconds as a rule, and are delivered as well as AWS can: people who watch are still needed. A
    shift that a person starts, and an experiment of Fault Injection Service, move it too; weekly practice runs do not,
    for each costs a minute of writes. ElastiCache has no call for it: ``TestFailover`` is no operational tool, and is
    refused in large events (ElastiCache API Reference, TestFailover).
    """

    package = "aws"

    machine_arn: pulumi.Output[str]
    """ARN of the state machine: what alarms of failed runs name, and who rehearses it starts."""

    def __init__(self, name: str, args: ZonalFailoverArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region, identifier = args.region, args.identifier
        instances = [region.arn("rds", f"db:{identifier}{'-*' if args.aurora else ''}")]
        cluster = [region.arn("rds", f"cluster:{identifier}")] if args.aurora else []
        self.machine_arn = started_machine(
            self,
            name,
            region,
            definition(identifier, aurora=args.aurora),
            policies.allow(["ec2:DescribeAvailabilityZones"], ["*"]),  # it takes no resource
            policies.allow(["rds:DescribeDBInstances"], instances),
            *([policies.allow(["rds:DescribeDBClusters"], cluster)] if cluster else []),
            policies.allow(["rds:FailoverDBCluster"], [*cluster, *instances])
            if cluster
            else policies.allow(["rds:RebootDBInstance"], instances),
            does=f"Moves the writer of {identifier} out of a zone that traffic leaves",
            log_key_arn=args.log_key_arn,
            log_days=args.log_days,
            event_pattern=json.dumps({"source": ["aws.arc-zonal-shift"], "detail-type": [*SHIFTED]}),
        )
        self.register_outputs({"machineArn": self.machine_arn})


def definition(identifier: str, *, aurora: bool) -> dict[str, Any]:
    """The state machine, which is given the event of a shift. A call that fails ends the run, and the log says so.

    The event names the zone by its id, which is the same in every account; RDS names this account's zone.
    """
    writer = {"Instance.$": "States.ArrayGetItem($.writers.Names, 0)"} if aurora else {"Instance": identifier}
    cluster = {"DbClusterIdentifier": identifier}
    states: dict[str, dict[str, Any]] = {
        "Zone": _asks(
            "ec2:describeAvailabilityZones",
            {"ZoneIds.$": "States.Array($.detail.metadata.awayFrom)"},
            {"Name.$": "$.AvailabilityZones[0].ZoneName"},
            "$.zone",
            "Members" if aurora else "Writer",
        ),
        "Writer": {"Type": "Pass", "Parameters": writer, "ResultPath": "$.is", "Next": "Stands"},
        "Stands": _asks(
            "rds:describeDBInstances",
            {"DbInstanceIdentifier.$": "$.is.Instance"},
            {"Zone.$": "$.DbInstances[0].AvailabilityZone", "Status.$": "$.DbInstances[0].DbInstanceStatus"},
            "$.writer",
            "There",
        ),
        "There": {
            "Type": "Choice",
            "Choices": [
                {
                    "Not": {"Variable": "$.writer.Zone", "StringEqualsPath": "$.zone.Name"},
                    "Next": "Stay",
                },
                {"Variable": "$.writer.Status", "StringEquals": "available", "Next": "Leave"},
            ],
            "Default": "Wait",
        },
        "Leave": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::aws-sdk:rds:{'failoverDBCluster' if aurora else 'rebootDBInstance'}",
            "Parameters": cluster if aurora else {"DbInstanceIdentifier": identifier, "ForceFailover": True},
            # Never again without asking: another run may have moved it meanwhile.
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Wait"}],
            "End": True,
        },
        "Wait": {"Type": "Wait", "Seconds": 15, "Next": "Members" if aurora else "Stands"},
        "Stay": {"Type": "Succeed"},
    }
    if aurora:
        names = "$.DbClusters[0].DbClusterMembers[?(@.IsClusterWriter==true)].DbInstanceIdentifier"
        states["Members"] = _asks("rds:describeDBClusters", cluster, {"Names.$": names}, "$.writers", "Writer")
    return {
        "Comment": f"Moves the writer of {identifier} out of a zone that traffic leaves",
        "TimeoutSeconds": 4 * MINUTE,  # an express machine may run for five
        "StartAt": "Zone",
        "States": states,
    }


def _asks(call: str, parameters: Mapping[str, str], keeps: Mapping[str, str], path: str, after: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{call}",
        "Parameters": dict(parameters),
        "ResultSelector": dict(keeps),
        "ResultPath": path,
        "Retry": RETRY,
        "Next": after,
    }
