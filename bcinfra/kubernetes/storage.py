"""Buckets outside of the cluster, for backups."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from bcinfra.component import Args, Str
from bcinfra.kubernetes.cluster import Cluster, DnsLabel


class BackupBucket(Args):
    """A bucket that speaks S3, in another place than what it backs up: S3 itself, Cloud Storage with HMAC keys."""

    site: DnsLabel
    """The place that holds it. Never the cluster's own: what takes the site would take its backups along."""
    bucket: Str
    """Its name."""
    region: str = Field(examples=["us-east-1"])
    """Its region."""
    endpoint: str = Field(
        default="https://s3.amazonaws.com", pattern=r"^https://", examples=["https://s3.eu-west-1.amazonaws.com"]
    )
    """Where it is reached."""
    access_key: Str
    """The id of a key that may write and read here, and nothing else."""
    secret_key: Str
    """That key."""
    locked: bool = True
    """Whether the bucket itself decides how long it keeps what was written (object lock, life cycle). The cluster then
    deletes nothing, so that whoever takes over the cluster cannot delete its backups."""

    @property
    def credentials(self) -> dict[str, Str]:
        """The key under the names that S3 clients look for."""
        return {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}


def misplaced(field: str, bucket: BackupBucket | None, cluster: Cluster) -> Iterable[str]:
    """What is wrong with the place of a bucket."""
    if bucket and bucket.site == cluster.site:
        yield f"{field}: the bucket is at {bucket.site!r}, as the data is; keep backups at another site"
