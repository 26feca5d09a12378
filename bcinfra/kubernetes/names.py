"""Names in Kubernetes: what each kind of object accepts."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bcinfra.planning import names
from bcinfra.planning.names import Limit

_NAMES = "Kubernetes documentation, Object Names and IDs: "

LIMITS: Final = MappingProxyType(
    {
        "object": Limit(63, _NAMES + "RFC 1123 label, which every kind accepts", "a-z0-9-", 1, True, True),
        "label": Limit(63, "Kubernetes documentation, Labels and Selectors", "A-Za-z0-9_.-", 1, True),
        "service": Limit(63, _NAMES + "RFC 1035 label", "a-z0-9-", 1, True, True),
        "cron-job": Limit(52, "Kubernetes documentation, CronJob: 11 characters are left", "a-z0-9-", 1, True, True),
        "mysql": Limit(22, "Percona XtraDB Cluster operator 1.19, clusterNameMaxLen", "a-z0-9-", 1, True, True),
        # A pod is named <name>-follower-<n>; its controller's hash takes 11 more of the 63 that a label holds.
        "redis": Limit(40, "StatefulSet pod names must fit a label", "a-z0-9-", 1, True, True),
    }
)
"""Name limits by kind, as the references state them."""


def physical(kind: str, logical: str) -> str:
    """The name that ``kind`` accepts for the logical name ``logical``. Raises ``ValueError`` when it is empty."""
    return names.physical(LIMITS, kind, logical)
