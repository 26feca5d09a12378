"""Objects that follow to another bucket as they come, by Storage Transfer Service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pulumi
from pulumi_gcp.projects import IAMMember
from pulumi_gcp.storage import Bucket, TransferJob

from bcinfra.gcp.agents import Agent
from bcinfra.gcp.region import Project

READ_SOURCE: Final = ("roles/storage.legacyBucketOwner", "roles/storage.objectViewer")
"""What Storage Transfer Service does at the source: ask it for notifications, and read (cross-bucket replication)."""
WRITE_COPY: Final = "roles/storage.legacyBucketWriter"
"""What it does at the copy: list and write. It could delete too, which the copy's retention refuses."""


def notifies(parent: pulumi.Resource, name: str, project: Project) -> IAMMember:
    """What lets Cloud Storage tell, in ``project``, of what is written there."""
    return IAMMember(
        name,
        project=project.project,
        role="roles/pubsub.publisher",
        member=Agent.STORAGE.member(project),
        opts=project.child(parent),
    )


def follow(
    parent: pulumi.Resource,
    name: str,
    project: Project,
    source: Bucket,
    copy: Bucket,
    *,
    says: str,
    ready: Sequence[pulumi.Resource],
) -> None:
    """The job that writes what comes to ``source`` to ``copy``, once all is ``ready``. It follows no deletion."""
    TransferJob(
        name,
        project=project.project,
        description=says,
        status="ENABLED",
        replication_spec={
            "gcs_data_source": {"bucket_name": source.name},
            "gcs_data_sink": {"bucket_name": copy.name},
        },
        opts=project.child(parent, depends_on=[*ready]),
    )
