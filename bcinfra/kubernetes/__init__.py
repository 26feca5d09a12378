"""Components for Kubernetes, whoever runs it, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.kubernetes.backups import FileBackups as FileBackups, FileBackupsArgs as FileBackupsArgs
    from bcinfra.kubernetes.cluster import Cluster as Cluster
    from bcinfra.kubernetes.files import (
        Ceph as Ceph,
        CephArgs as CephArgs,
        SharedFiles as SharedFiles,
        SharedFilesArgs as SharedFilesArgs,
    )
    from bcinfra.kubernetes.ingress import Ingress as Ingress, IngressArgs as IngressArgs, Route as Route
    from bcinfra.kubernetes.mysql import MySql as MySql, MySqlArgs as MySqlArgs, MySqlSite as MySqlSite
    from bcinfra.kubernetes.mysql_restore import RestoreTest as RestoreTest
    from bcinfra.kubernetes.namespace import (
        Namespace as Namespace,
        NamespaceArgs as NamespaceArgs,
        Priorities as Priorities,
        PrioritiesArgs as PrioritiesArgs,
    )
    from bcinfra.kubernetes.operator import Operator as Operator, OperatorArgs as OperatorArgs
    from bcinfra.kubernetes.policy import Peer as Peer
    from bcinfra.kubernetes.redis import Redis as Redis, RedisArgs as RedisArgs
    from bcinfra.kubernetes.storage import BackupBucket as BackupBucket
    from bcinfra.kubernetes.workload import Workload as Workload, WorkloadArgs as WorkloadArgs

_HOMES = {
    "backups": ("FileBackups", "FileBackupsArgs"),
    "cluster": ("Cluster",),
    "files": ("Ceph", "CephArgs", "SharedFiles", "SharedFilesArgs"),
    "ingress": ("Ingress", "IngressArgs", "Route"),
    "mysql": ("MySql", "MySqlArgs", "MySqlSite"),
    "mysql_restore": ("RestoreTest",),
    "namespace": ("Namespace", "NamespaceArgs", "Priorities", "PrioritiesArgs"),
    "operator": ("Operator", "OperatorArgs"),
    "policy": ("Peer",),
    "redis": ("Redis", "RedisArgs"),
    "storage": ("BackupBucket",),
    "workload": ("Workload", "WorkloadArgs"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
