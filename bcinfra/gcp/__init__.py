"""Components for Google Cloud, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.gcp.agents import Agent as Agent
    from bcinfra.gcp.alerts import Alerts as Alerts
    from bcinfra.gcp.alerts import AlertsArgs as AlertsArgs
    from bcinfra.gcp.alerts import OutageAlerts as OutageAlerts
    from bcinfra.gcp.alerts import OutageAlertsArgs as OutageAlertsArgs
    from bcinfra.gcp.archive import Archive as Archive
    from bcinfra.gcp.archive import ArchiveArgs as ArchiveArgs
    from bcinfra.gcp.armor import Armor as Armor
    from bcinfra.gcp.armor import ArmorArgs as ArmorArgs
    from bcinfra.gcp.backups import BackupRule as BackupRule
    from bcinfra.gcp.backups import Backups as Backups
    from bcinfra.gcp.backups import BackupsArgs as BackupsArgs
    from bcinfra.gcp.backups import Kind as Kind
    from bcinfra.gcp.backups import Protected as Protected
    from bcinfra.gcp.backups import Vault as Vault
    from bcinfra.gcp.buckets import Buckets as Buckets
    from bcinfra.gcp.buckets import BucketsArgs as BucketsArgs
    from bcinfra.gcp.capacity import Schedule as Schedule
    from bcinfra.gcp.certificate import Certificate as Certificate
    from bcinfra.gcp.certificate import CertificateArgs as CertificateArgs
    from bcinfra.gcp.changes import ChangeStream as ChangeStream
    from bcinfra.gcp.changes import ChangeStreamArgs as ChangeStreamArgs
    from bcinfra.gcp.cloudsql import Edition as Edition
    from bcinfra.gcp.cloudsql import EngineArgs as EngineArgs
    from bcinfra.gcp.cloudsql import MySqlSite as MySqlSite
    from bcinfra.gcp.datasite import DataSite as DataSite
    from bcinfra.gcp.dns import Endpoint as Endpoint
    from bcinfra.gcp.dns import GeoDns as GeoDns
    from bcinfra.gcp.dns import GeoDnsArgs as GeoDnsArgs
    from bcinfra.gcp.dns import Routing as Routing
    from bcinfra.gcp.failover import Database as Database
    from bcinfra.gcp.failover import Failover as Failover
    from bcinfra.gcp.failover import FailoverArgs as FailoverArgs
    from bcinfra.gcp.failover import Group as Group
    from bcinfra.gcp.failover import RunService as RunService
    from bcinfra.gcp.failover import Signals as Signals
    from bcinfra.gcp.foreign_copy import ForeignBucketCopy as ForeignBucketCopy
    from bcinfra.gcp.foreign_copy import ForeignBucketCopyArgs as ForeignBucketCopyArgs
    from bcinfra.gcp.instances import InstanceTier as InstanceTier
    from bcinfra.gcp.instances import InstanceTierArgs as InstanceTierArgs
    from bcinfra.gcp.instances import Reach as Reach
    from bcinfra.gcp.internal import InternalBalancer as InternalBalancer
    from bcinfra.gcp.internal import InternalBalancerArgs as InternalBalancerArgs
    from bcinfra.gcp.isolated import IsolatedBucket as IsolatedBucket
    from bcinfra.gcp.keys import Key as Key
    from bcinfra.gcp.keys import KeyArgs as KeyArgs
    from bcinfra.gcp.loadbalancer import Backend as Backend
    from bcinfra.gcp.loadbalancer import LoadBalancer as LoadBalancer
    from bcinfra.gcp.loadbalancer import LoadBalancerArgs as LoadBalancerArgs
    from bcinfra.gcp.mysql import MySql as MySql
    from bcinfra.gcp.mysql import MySqlArgs as MySqlArgs
    from bcinfra.gcp.network import Network as Network
    from bcinfra.gcp.network import NetworkArgs as NetworkArgs
    from bcinfra.gcp.network import NetworkSite as NetworkSite
    from bcinfra.gcp.network import SiteNetwork as SiteNetwork
    from bcinfra.gcp.peer import PeerConnection as PeerConnection
    from bcinfra.gcp.peer import PeerTunnels as PeerTunnels
    from bcinfra.gcp.peer import PeerTunnelsArgs as PeerTunnelsArgs
    from bcinfra.gcp.peer import VpnGateway as VpnGateway
    from bcinfra.gcp.peer import VpnGatewayArgs as VpnGatewayArgs
    from bcinfra.gcp.redis import Redis as Redis
    from bcinfra.gcp.redis import RedisArgs as RedisArgs
    from bcinfra.gcp.redis import RedisSite as RedisSite
    from bcinfra.gcp.region import KeyedRegion as KeyedRegion
    from bcinfra.gcp.region import Project as Project
    from bcinfra.gcp.region import Region as Region
    from bcinfra.gcp.restore_test import RestoreTest as RestoreTest
    from bcinfra.gcp.restore_test import RestoreTestArgs as RestoreTestArgs
    from bcinfra.gcp.run import CloudRunTier as CloudRunTier
    from bcinfra.gcp.run import CloudRunTierArgs as CloudRunTierArgs
    from bcinfra.gcp.secrets import ReplicatedSecret as ReplicatedSecret
    from bcinfra.gcp.secrets import ReplicatedSecretArgs as ReplicatedSecretArgs
    from bcinfra.gcp.standby import ExternalPrimary as ExternalPrimary
    from bcinfra.gcp.standby import MySqlStandby as MySqlStandby
    from bcinfra.gcp.standby import MySqlStandbyArgs as MySqlStandbyArgs
    from bcinfra.gcp.tier import Tier as Tier
    from bcinfra.gcp.tier import TierArgs as TierArgs
    from bcinfra.gcp.vpn import SiteChecks as SiteChecks
    from bcinfra.gcp.vpn import SiteChecksArgs as SiteChecksArgs
    from bcinfra.gcp.vpn import SiteLine as SiteLine
    from bcinfra.gcp.vpn import SiteVpn as SiteVpn
    from bcinfra.gcp.vpn import SiteVpnArgs as SiteVpnArgs
    from bcinfra.gcp.zone import NameServers as NameServers
    from bcinfra.gcp.zone import NameServersArgs as NameServersArgs
    from bcinfra.gcp.zone import ProofRecord as ProofRecord
    from bcinfra.gcp.zone import ProofRecordArgs as ProofRecordArgs
    from bcinfra.gcp.zone import PublicZone as PublicZone
    from bcinfra.gcp.zone import PublicZoneArgs as PublicZoneArgs

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
    "failover": (
        "Database",
        "Failover",
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
    "restore_test": (
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
