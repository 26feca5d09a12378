"""Makes this region's cache the primary of its global datastore: a step of a region switch.

Runs in AWS Lambda in the region that takes over. It may be called again at any time: where the cache is the primary
already, it does nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

POLL_SECONDS = 5


def handler(event: object, context: object) -> None:  # noqa: ARG001  Lambda's signature
    """Entry point. A call that fails, or does not end in time, fails the step; the region switch calls again."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]  the runtime brings it

    client: Callable[[str], Any] = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    promote(client("elasticache"), os.environ["GLOBAL_DATASTORE"], os.environ["AWS_REGION"])


def promote(elasticache: Any, datastore: str, region: str, wait: Callable[[float], None] = time.sleep) -> None:
    """Make the member in ``region`` the primary of ``datastore``, and return when it is."""
    here = _member(elasticache, datastore, region)
    if here["Role"].upper() == "PRIMARY":
        return
    elasticache.failover_global_replication_group(
        GlobalReplicationGroupId=datastore,
        PrimaryRegion=region,
        PrimaryReplicationGroupId=here["ReplicationGroupId"],
    )
    while _member(elasticache, datastore, region)["Role"].upper() != "PRIMARY":
        wait(POLL_SECONDS)


def _member(elasticache: Any, datastore: str, region: str) -> dict[str, str]:
    (found,) = elasticache.describe_global_replication_groups(GlobalReplicationGroupId=datastore, ShowMemberInfo=True)[
        "GlobalReplicationGroups"
    ]
    return next(member for member in found["Members"] if member["ReplicationGroupRegion"] == region)
