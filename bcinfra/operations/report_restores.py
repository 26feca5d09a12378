"""Says how old the last restores of a restore testing plan are, and how long they took.

Runs in AWS Lambda by the clock. AWS Backup tells of a restore that fails, and nobody of one that is never begun; nor
has it a metric of how long one takes.

Of each resource the newest restore that passed counts. Told is the worst of each type: one that is restored no longer
shows, whatever the others do, until it is left out of :data:`LOOKS_BACK`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NAMESPACE = "bcinfra/restore"
LOOKS_BACK = timedelta(days=90)


def handler(event: object, context: object) -> None:  # noqa: ARG001  Lambda's signature
    """Entry point. A call that fails leaves the metrics out: alarms take that for a failure."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]  the runtime brings it

    client: Callable[[str], Any] = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    plan, kinds = os.environ["PLAN"], os.environ["KINDS"].split(",")
    report(client("backup"), client("cloudwatch"), plan, kinds)


def report(backup: Any, metrics: Any, plan: str, kinds: Iterable[str]) -> None:
    """Publish what there is to tell."""
    if data := list(measured(backup, plan, kinds, datetime.now(UTC))):
        metrics.put_metric_data(Namespace=NAMESPACE, MetricData=data)


def measured(backup: Any, plan: str, kinds: Iterable[str], now: datetime) -> Iterator[dict[str, Any]]:
    """The metrics of each type of which anything was restored."""
    for kind in kinds:
        newest: dict[str, Any] = {}
        for job in _passed(backup, plan, kind, now):
            of = job.get("SourceResourceArn", job["RecoveryPointArn"])
            newest[of] = max(newest.get(of, job), job, key=lambda one: one["CompletionDate"])
        if newest:
            ages = [(now - job["CompletionDate"]).total_seconds() for job in newest.values()]
            took = [(job["CompletionDate"] - job["CreationDate"]).total_seconds() for job in newest.values()]
            yield _metric("TestAgeSeconds", max(ages), plan, kind)
            yield _metric("RestoreSeconds", max(took), plan, kind)


def _passed(backup: Any, plan: str, kind: str, now: datetime) -> Iterator[dict[str, Any]]:
    asked = {"ByResourceType": kind, "ByStatus": "COMPLETED", "ByCompleteAfter": now - LOOKS_BACK}
    for page in backup.get_paginator("list_restore_jobs").paginate(**asked):
        for job in page["RestoreJobs"]:
            # AWS adds an id of its own to the name.
            if f":restore-testing-plan:{plan}-" in job.get("CreatedBy", {}).get("RestoreTestingPlanArn", ""):
                yield job


def _metric(name: str, seconds: float, plan: str, kind: str) -> dict[str, Any]:
    of = [{"Name": "Plan", "Value": plan}, {"Name": "Type", "Value": kind}]
    return {"MetricName": name, "Value": seconds, "Unit": "Seconds", "Dimensions": of}
