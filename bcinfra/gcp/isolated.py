"""A bucket out of reach: in a project that nobody at the sites can enter, where nothing is deleted before its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
from pulumi_gcp.storage import Bucket
from pydantic import Field

from bcinfra.component import Args, Str
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project


class IsolatedBucket(Args):
    """Where a copy is kept, and for how long it cannot be deleted."""

    project: Project
    """The project: another than the sites'."""
    location: str = Field(pattern=r"^[a-z]+(-[a-z]+\d+)?$", examples=["us", "us-east1"])
    """A region or multi-region, such as ``us`` for another continent."""
    key_name: Str | None = None
    """The key of *that* location. Google's own if not given."""
    retention_days: int = Field(default=30, ge=1, le=36500)
    """Days for which no object can be deleted or overwritten."""
    keep_days: int | None = Field(default=None, ge=1)
    """Days after which objects are deleted; never if not given."""
    locked: bool = False
    """Whether the retention can never be shortened or lifted, by Google neither. This cannot be undone: the bucket
    stays until its last object is old enough."""


def bucket_name(name: str, project: Project) -> str:
    """The physical name of a bucket: names are taken by all of Google Cloud, the project's id makes this one ours."""
    return physical("bucket", f"{name}-{project.project}")


def private(
    name: str, project: Project, *, noncurrent_days: int, rules: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Inputs that every bucket has: private, versioned, its old versions kept for ``noncurrent_days``; ``rules`` of its
    own besides."""
    return {
        "name": bucket_name(name, project),
        "project": project.project,
        "storage_class": "STANDARD",
        "uniform_bucket_level_access": True,
        "public_access_prevention": "enforced",
        "versioning": {"enabled": True},
        "lifecycle_rules": [
            {
                "action": {"type": "Delete"},
                "condition": {"days_since_noncurrent_time": noncurrent_days, "with_state": "ARCHIVED"},
            },
            {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}},
            *rules,
        ],
        "force_destroy": not project.protected,
        "labels": project.labelled(name),
    }


def expires(days: int, **condition: Any) -> dict[str, Any]:
    """The rule by which objects are deleted after ``days``; their last version stays as long as every other."""
    return {"action": {"type": "Delete"}, "condition": {"age": days, "with_state": "LIVE", **condition}}


def isolated_bucket(parent: pulumi.Resource, name: str, at: IsolatedBucket, *, expiring: str = "") -> Bucket:
    """The bucket ``at`` describes, as a child of ``parent``. ``expiring``: the folder whose objects alone are deleted
    after their days; all are where it is empty."""
    project = at.project
    only = {"matches_prefixes": [f"{expiring}/"]} if expiring else {}
    rules = [expires(at.keep_days, **only)] if at.keep_days else []
    return Bucket(
        name,
        **private(name, project, noncurrent_days=at.retention_days, rules=rules),
        location=at.location.upper(),
        encryption=None if at.key_name is None else {"default_kms_key_name": at.key_name},
        retention_policy={"retention_period": str(at.retention_days * DAY_SECONDS), "is_locked": at.locked},
        opts=project.child(parent, protect=project.protected),
    )
