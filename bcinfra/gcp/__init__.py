"""Components for Google Cloud, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.gcp.agents import Agent as Agent
    from bcinfra.gcp.alerts import (
        Alerts as Alerts,
        AlertsArgs as AlertsArgs,
        OutageAlerts as OutageAlerts,
        OutageAlertsArgs as OutageAlertsArgs,
    )
    from bcinfra.gcp.archive import Archive as Archive, ArchiveArgs as ArchiveArgs
    from bcinfra.gcp.armor import Armor as Armor, ArmorArgs as ArmorArgs
    from bcinfra.gcp.backups import (
        BackupRule as BackupRule,
        Backups as Backups,
        BackupsArgs as BackupsArgs,
        Kind as Kind,
        Protected as Protected,
        Vault as Vault,
    )
    from bcinfra.gcp.buckets import Buckets as Buckets, BucketsArgs as BucketsArgs
    from bcinfra.gcp.capacity import Schedule as Schedule
    from bcinfra.gcp.certificate import Certificate as Certificate, CertificateArgs as CertificateArgs
    from bcinfra.gcp.changes import ChangeStream as ChangeStream, ChangeStreamArgs as ChangeStreamArgs
    from bcinfra.gcp.cloudsql import Edition as Edition, EngineArgs as EngineArgs, MySqlSite as MySqlSite
    from bcinfra.gcp.datasite import DataSite as DataSite
    from bcinfra.gcp.dns import Endpoint as Endpoint, GeoDns as GeoDns, GeoDnsArgs as GeoDnsArgs, Routing as Routing
    from bcinfra.gcp.failover import Failover as Failover
    from bcinfra.gcp.failover_args import (
        Database as Database,
        FailoverArgs as FailoverArgs,
        Group as Group,
        RunService as RunService,
        Signals as Signals,
    )
    from bcinfra.gcp.foreign_copy import (
        ForeignBucketCopy as ForeignBucketCopy,
        ForeignBucketCopyArgs as ForeignBucketCopyArgs,
    )
    from bcinfra.gcp.instances import InstanceTier as InstanceTier, InstanceTierArgs as InstanceTierArgs, Reach as Reach
    from bcinfra.gcp.internal import InternalBalancer as InternalBalancer, InternalBalancerArgs as InternalBalancerArgs
    from bcinfra.gcp.isolated import IsolatedBucket as IsolatedBucket
    from bcinfra.gcp.keys import Key as Key, KeyArgs as KeyArgs
    from bcinfra.gcp.loadbalancer import (
        Backend as Backend,
        LoadBalancer as LoadBalancer,
        LoadBalancerArgs as LoadBalancerArgs,
    )
    from bcinfra.gcp.mysql import MySql as MySql, MySqlArgs as MySqlArgs
    from bcinfra.gcp.network import (
        Network as Network,
        NetworkArgs as NetworkArgs,
        NetworkSite as NetworkSite,
        SiteNetwork as SiteNetwork,
    )
    from bcinfra.gcp.peer import (
        PeerConnection as PeerConnection,
        PeerTunnels as PeerTunnels,
        PeerTunnelsArgs as PeerTunnelsArgs,
        VpnGateway as VpnGateway,
        VpnGatewayArgs as VpnGatewayArgs,
    )
    from bcinfra.gcp.redis import Redis as Redis, RedisArgs as RedisArgs, RedisSite as RedisSite
    from bcinfra.gcp.region import KeyedRegion as KeyedRegion, Project as Project, Region as Region
    from bcinfra.gcp.restore_rehearsal import RestoreTest as RestoreTest, RestoreTestArgs as RestoreTestArgs
    from bcinfra.gcp.run import CloudRunTier as CloudRunTier, CloudRunTierArgs as CloudRunTierArgs
    from bcinfra.gcp.secrets import ReplicatedSecret as ReplicatedSecret, ReplicatedSecretArgs as ReplicatedSecretArgs
    from bcinfra.gcp.standby import (
        ExternalPrimary as ExternalPrimary,
        MySqlStandby as MySqlStandby,
        MySqlStandbyArgs as MySqlStandbyArgs,
    )
    from bcinfra.gcp.tier import Tier as Tier, TierArgs as TierArgs
    from bcinfra.gcp.vpn import (
        SiteChecks as SiteChecks,
        SiteChecksArgs as SiteChecksArgs,
        SiteLine as SiteLine,
        SiteVpn as SiteVpn,
        SiteVpnArgs as SiteVpnArgs,
    )
    from bcinfra.gcp.zone import (
        NameServers as NameServers,
        NameServersArgs as NameServersArgs,
        ProofRecord as ProofRecord,
        ProofRecordArgs as ProofRecordArgs,
        PublicZone as PublicZone,
        PublicZoneArgs as PublicZoneArgs,
    )

_HOMES = {
    "agents": ("Agent",),
    "alerts": (
        "Alerts",
        "AlertsArgs",
        "OutageAlerts",
        "OutageAlertsArgs",
    ),
    "archive": (
        "Archive",
        "ArchiveArgs",
    ),
    "armor": (
        "Armor",
        "ArmorArgs",
    ),
    "backups": (
        "BackupRule",
        "Backups",
        "BackupsArgs",
        "Kind",
        "Protected",
        "Vault",
    ),
    "buckets": (
        "Buckets",
        "BucketsArgs",
    ),
    "capacity": ("Schedule",),
    "certificate": (
        "Certificate",
        "CertificateArgs",
    ),
    "changes": (
        "ChangeStream",
        "ChangeStreamArgs",
    ),
    "cloudsql": (
        "Edition",
        "EngineArgs",
        "MySqlSite",
    ),
    "datasite": ("DataSite",),
    "dns": (
        "Endpoint",
        "GeoDns",
        "GeoDnsArgs",
        "Routing",
    ),
    "failover": ("Failover",),
    "failover_args": (
        "Database",
        "FailoverArgs",
        "Group",
        "RunService",
        "Signals",
    ),
    "foreign_copy": (
        "ForeignBucketCopy",
        "ForeignBucketCopyArgs",
    ),
    "instances": (
        "InstanceTier",
        "InstanceTierArgs",
        "Reach",
    ),
    "internal": (
        "InternalBalancer",
        "InternalBalancerArgs",
    ),
    "isolated": ("IsolatedBucket",),
    "keys": (
        "Key",
        "KeyArgs",
    ),
    "loadbalancer": (
        "Backend",
        "LoadBalancer",
        "LoadBalancerArgs",
    ),
    "mysql": (
        "MySql",
        "MySqlArgs",
    ),
    "network": (
        "Network",
        "NetworkArgs",
        "NetworkSite",
        "SiteNetwork",
    ),
    "peer": (
        "PeerConnection",
        "PeerTunnels",
        "PeerTunnelsArgs",
        "VpnGateway",
        "VpnGatewayArgs",
    ),
    "redis": (
        "Redis",
        "RedisArgs",
        "RedisSite",
    ),
    "region": (
        "KeyedRegion",
        "Project",
        "Region",
    ),
    "restore_rehearsal": (
        "RestoreTest",
        "RestoreTestArgs",
    ),
    "run": (
        "CloudRunTier",
        "CloudRunTierArgs",
    ),
    "secrets": (
        "ReplicatedSecret",
        "ReplicatedSecretArgs",
    ),
    "standby": (
        "ExternalPrimary",
        "MySqlStandby",
        "MySqlStandbyArgs",
    ),
    "tier": (
        "Tier",
        "TierArgs",
    ),
    "vpn": (
        "SiteChecks",
        "SiteChecksArgs",
        "SiteLine",
        "SiteVpn",
        "SiteVpnArgs",
    ),
    "zone": (
        "NameServers",
        "NameServersArgs",
        "ProofRecord",
        "ProofRecordArgs",
        "PublicZone",
        "PublicZoneArgs",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
