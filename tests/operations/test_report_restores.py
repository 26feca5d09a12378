"""What is told of the restores of a plan: the worst of each type, whoever else restored something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bcinfra.operations.report_restores import LOOKS_BACK, NAMESPACE, measured

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
PLAN = "shop_restore"


def job(of: str, days: float, minutes: float, plan: str | None = f"{PLAN}-1b2c", kind: str = "RDS") -> dict[str, Any]:
    done = NOW - timedelta(days=days)
    made = {"RestoreTestingPlanArn": f"arn:aws:backup:eu-west-1:1:restore-testing-plan:{plan}"} if plan else {}
    return {
        "ResourceType": kind,
        "SourceResourceArn": of,
        "RecoveryPointArn": f"{of}-{days}",
        "CreatedBy": made,
        "CreationDate": done - timedelta(minutes=minutes),
        "CompletionDate": done,
    }


def told(*jobs: dict[str, Any]) -> dict[str, float]:
    """What is published. AWS's own client compares what is asked with what is expected, and checks both with what AWS
    takes and gives: moto knows no restore jobs."""
    backup, metrics = (boto3.client(service, region_name="eu-west-1") for service in ("backup", "cloudwatch"))
    with Stubber(backup) as answers, Stubber(metrics) as taken:
        for kind in ("RDS", "EFS"):
            after = NOW - LOOKS_BACK
            found = [one for one in jobs if one["ResourceType"] == kind and one["CompletionDate"] >= after]
            asked: dict[str, Any] = {"ByResourceType": kind, "ByStatus": "COMPLETED", "ByCompleteAfter": after}
            for number, one in enumerate(found):  # a page each
                answers.add_response("list_restore_jobs", {"RestoreJobs": [one], "NextToken": f"{number}"}, asked)
                asked = {**asked, "NextToken": f"{number}"}
            answers.add_response("list_restore_jobs", {"RestoreJobs": []}, asked)
        rows = list(measured(backup, PLAN, ["RDS", "EFS"], NOW))
        answers.assert_no_pending_responses()
        taken.add_response("put_metric_data", {})
        metrics.put_metric_data(Namespace=NAMESPACE, MetricData=rows)
    assert all(row["Dimensions"][0]["Value"] == PLAN for row in rows)
    return {f"{row['Dimensions'][1]['Value']} {row['MetricName']}": row["Value"] for row in rows}


def test_the_newest_of_each_resource_counts_and_the_worst_of_them_is_told() -> None:
    found = told(job("a", 1, 20), job("a", 8, 300), job("b", 3, 30), job("shop", 2, 5, kind="EFS"))
    assert found == {
        "RDS TestAgeSeconds": 3 * 86400,
        "RDS RestoreSeconds": 1800,
        "EFS TestAgeSeconds": 2 * 86400,
        "EFS RestoreSeconds": 300,
    }


@pytest.mark.parametrize(
    "other",
    [job("a", 1, 20, plan=None), job("a", 1, 20, plan="shop_other-1b2c"), job("a", LOOKS_BACK.days + 1, 20)],
    ids=["by a person", "of another plan", "long ago"],
)
def test_what_the_plan_did_not_restore_of_late_is_no_test(other: dict[str, Any]) -> None:
    assert told(other) == {}
    assert told(other, job("b", 9, 20))["RDS TestAgeSeconds"] == 9 * 86400
