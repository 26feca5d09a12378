"""Events that people are told of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import EventRule, EventTarget

from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Str

EXPIRES: Final[Mapping[str, Any]] = {
    "source": ["aws.acm"],
    "detail-type": ["ACM Certificate Approaching Expiration"],
}
"""Certificate Manager tells of it daily, from 45 days before (ACM User Guide, EventBridge support)."""


def told_of(
    parent: pulumi.Resource, region: Region, name: str, says: str, pattern: Mapping[str, Any], topic_arn: Str
) -> None:
    """Publish events of a region that fit to a topic, which must let EventBridge in (:class:`AlarmTopic`)."""
    rule = EventRule(
        name,
        name=physical("event-rule", name),
        description=says,
        event_pattern=json.dumps(pattern),
        tags=region.tagged(name),
        opts=region.child(parent),
    )
    EventTarget(name, rule=rule.name, arn=topic_arn, opts=region.child(parent))


def told_of_expiry(parent: pulumi.Resource, region: Region, name: str, topic_arn: Str) -> None:
    """The same of certificates of a region."""
    told_of(parent, region, f"{name}-expiry", "A certificate comes to its end and was not renewed", EXPIRES, topic_arn)
