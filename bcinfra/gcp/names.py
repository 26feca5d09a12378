"""Physical names on Google Cloud: what each service accepts."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bcinfra.planning import names
from bcinfra.planning.names import Limit


def _rfc1035(longest: int, source: str, shortest: int = 1) -> Limit:
    return Limit(longest, source, "a-z0-9-", shortest, hyphens_inside=True, letter_first=True)


LIMITS: Final = MappingProxyType(
    {
        "artifact-registry": _rfc1035(63, "Artifact Registry API, repositories.create repositoryId"),
        "backup-vault": _rfc1035(63, "Backup and DR API, backupVaults.create backupVaultId"),
        "bucket": Limit(
            63,
            "Cloud Storage, bucket naming guidelines",  # dots are legal, but make a name a domain to be proved
            "a-z0-9_-",
            3,
            hyphens_inside=True,
            reserved="^goog|google|g00gle",
        ),
        "cloud-run": _rfc1035(49, "Cloud Run Admin API, services.create serviceId: less than 50 characters"),
        "cloud-sql": _rfc1035(63, "Cloud SQL Admin API, instances.insert name: 98 with the project id and a colon"),
        "compute": _rfc1035(63, "Compute Engine API, resource names (RFC 1035)"),
        "datastream": _rfc1035(60, "Datastream API, streams.create streamId"),
        "dns-zone": _rfc1035(63, "Cloud DNS API, managedZones name"),
        "filestore": _rfc1035(63, "Filestore API, instances.create instanceId"),
        "kms": Limit(63, "Cloud KMS API, keyRings.create keyRingId and cryptoKeys.create cryptoKeyId"),
        "eventarc": _rfc1035(63, "Eventarc API, triggers.create triggerId"),
        "log-bucket": Limit(100, "Cloud Logging API, LogBucket and LogSink names", "A-Za-z0-9._-"),
        "log-metric": Limit(100, "Cloud Logging API, LogMetric name", "A-Za-z0-9._-"),
        "redis": _rfc1035(63, "Memorystore for Redis Cluster API, clusters.create clusterId"),
        "role": Limit(64, "IAM API, projects.roles.create roleId", "A-Za-z0-9_.", 3),
        "scheduler": Limit(500, "Cloud Scheduler API, jobs name: JOB_ID"),
        "secret": Limit(255, "Secret Manager API, secrets.create secretId"),
        "service-account": _rfc1035(30, "IAM API, serviceAccounts.create accountId", shortest=6),
        "topic": Limit(255, "Pub/Sub, resource names", shortest=3, letter_first=True, reserved="^goog"),
        "workflow": Limit(64, "Workflows API, workflows.create workflowId", hyphens_inside=True, letter_first=True),
    }
)
"""Name limits by service, as the API references state them."""


def physical(service: str, logical: str) -> str:
    """The name that ``service`` accepts for the logical name ``logical``. Raises ``ValueError`` when it is empty."""
    return names.physical(LIMITS, service, logical)
