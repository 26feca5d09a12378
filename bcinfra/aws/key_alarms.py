"""What people are told of the keys of a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from bcinfra.aws.events import told_of
from bcinfra.aws.metric_alarm import metric_alarm, metric_query
from bcinfra.aws.region import Region
from bcinfra.component import Str
from bcinfra.seconds import MINUTE

GONE: Final[Mapping[str, Any]] = {
    "source": ["aws.kms"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventSource": ["kms.amazonaws.com"], "eventName": ["ScheduleKeyDeletion", "DisableKey"]},
}
"""Calls that take a key away, in the region where it is. A trail of the account delivers them (KMS Developer Guide,
monitoring with EventBridge and CloudTrail)."""
ASKED: Final = {"Service": "KMS", "Type": "API", "Resource": "CryptographicOperationsSymmetric", "Class": "None"}
USED_UP: Final = 80.0
"""Percent of what an account may ask of its keys in a second, at which there is time to ask for more; an assumption."""


def told_of_keys(parent: pulumi.Resource, region: Region, name: str, topic_arn: Str) -> None:
    """People hear of keys that somebody takes away, and of those that are asked too often: they answer so many times a
    second for the whole account, and beyond that what is encrypted cannot be read (KMS Developer Guide, request
    quotas)."""
    says = "Somebody schedules a key for deletion, or switches it off"
    told_of(parent, region, f"{name}-key-deletion", says, GONE, topic_arn)
    metric_alarm(
        parent,
        region,
        f"{name}-keys-throttled",
        "Keys are asked nearly as often as they answer",
        [topic_arn],
        metric_queries=[
            {
                "id": "all",
                "label": "percent of the quota",
                "expression": "m1 / SERVICE_QUOTA(m1) * 100",
                "return_data": True,
            },
            metric_query("m1", "AWS/Usage", "CallCount", ASKED, "Sum", MINUTE),
        ],
        comparison_operator="GreaterThanThreshold",
        threshold=USED_UP,
        evaluation_periods=5,
        datapoints_to_alarm=5,
        treat_missing_data="notBreaching",
    )
