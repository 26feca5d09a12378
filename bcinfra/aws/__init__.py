"""Components for AWS, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.aws.accelerator import AcceleratedSite as AcceleratedSite
    from bcinfra.aws.accelerator import Accelerator as Accelerator
    from bcinfra.aws.accelerator import AcceleratorArgs as AcceleratorArgs
    from bcinfra.aws.alarms import AlarmTopic as AlarmTopic
    from bcinfra.aws.alarms import AlarmTopicArgs as AlarmTopicArgs
    from bcinfra.aws.alarms import Copy as Copy
    from bcinfra.aws.alarms import OutageAlarms as OutageAlarms
    from bcinfra.aws.alarms import OutageAlarmsArgs as OutageAlarmsArgs
    from bcinfra.aws.aurora import AuroraMySql as AuroraMySql
    from bcinfra.aws.aurora import AuroraMySqlArgs as AuroraMySqlArgs
    from bcinfra.aws.aurora import AuroraSite as AuroraSite
    from bcinfra.aws.autoshift import ZonalAutoshift as ZonalAutoshift
    from bcinfra.aws.autoshift import ZonalAutoshiftArgs as ZonalAutoshiftArgs
    from bcinfra.aws.backups import BackupRule as BackupRule
    from bcinfra.aws.backups import Backups as Backups
    from bcinfra.aws.backups import BackupsArgs as BackupsArgs
    from bcinfra.aws.backups import IsolatedVault as IsolatedVault
    from bcinfra.aws.backups import Protected as Protected
    from bcinfra.aws.backups import RestoreTests as RestoreTests
    from bcinfra.aws.bucket_events import BucketEvents as BucketEvents
    from bcinfra.aws.bucket_events import BucketEventsArgs as BucketEventsArgs
    from bcinfra.aws.buckets import Buckets as Buckets
    from bcinfra.aws.buckets import BucketsArgs as BucketsArgs
    from bcinfra.aws.buckets import IsolatedBucket as IsolatedBucket
    from bcinfra.aws.buckets import LockMode as LockMode
    from bcinfra.aws.cache_promotion import CachePromotion as CachePromotion
    from bcinfra.aws.cache_promotion import CachePromotionArgs as CachePromotionArgs
    from bcinfra.aws.certificate import Certificate as Certificate
    from bcinfra.aws.certificate import CertificateArgs as CertificateArgs
    from bcinfra.aws.datasite import DataSite as DataSite
    from bcinfra.aws.dns import Endpoint as Endpoint
    from bcinfra.aws.dns import GeoDns as GeoDns
    from bcinfra.aws.dns import GeoDnsArgs as GeoDnsArgs
    from bcinfra.aws.dns import Routing as Routing
    from bcinfra.aws.dns import Target as Target
    from bcinfra.aws.fargate import FargateTier as FargateTier
    from bcinfra.aws.fargate import FargateTierArgs as FargateTierArgs
    from bcinfra.aws.firewall import Firewall as Firewall
    from bcinfra.aws.firewall import FirewallArgs as FirewallArgs
    from bcinfra.aws.instances import InstanceTier as InstanceTier
    from bcinfra.aws.instances import InstanceTierArgs as InstanceTierArgs
    from bcinfra.aws.keys import Key as Key
    from bcinfra.aws.keys import KeyArgs as KeyArgs
    from bcinfra.aws.mysql import MySql as MySql
    from bcinfra.aws.mysql import MySqlArgs as MySqlArgs
    from bcinfra.aws.mysql import MySqlSite as MySqlSite
    from bcinfra.aws.network import Nat as Nat
    from bcinfra.aws.network import Network as Network
    from bcinfra.aws.network import NetworkArgs as NetworkArgs
    from bcinfra.aws.parameters import Parameters as Parameters
    from bcinfra.aws.parameters import ParametersArgs as ParametersArgs
    from bcinfra.aws.redis import Redis as Redis
    from bcinfra.aws.redis import RedisArgs as RedisArgs
    from bcinfra.aws.redis import RedisSite as RedisSite
    from bcinfra.aws.region import KeyedRegion as KeyedRegion
    from bcinfra.aws.region import Region as Region
    from bcinfra.aws.region_switch import EcsService as EcsService
    from bcinfra.aws.region_switch import GlobalDatabase as GlobalDatabase
    from bcinfra.aws.region_switch import RegionSwitch as RegionSwitch
    from bcinfra.aws.region_switch import RegionSwitchArgs as RegionSwitchArgs
    from bcinfra.aws.region_switch import Trigger as Trigger
    from bcinfra.aws.secrets import ReplicatedSecret as ReplicatedSecret
    from bcinfra.aws.secrets import ReplicatedSecretArgs as ReplicatedSecretArgs
    from bcinfra.aws.tier import Reach as Reach
    from bcinfra.aws.tier import Tier as Tier
    from bcinfra.aws.tier import TierArgs as TierArgs
    from bcinfra.aws.vpn import SiteChecks as SiteChecks
    from bcinfra.aws.vpn import SiteChecksArgs as SiteChecksArgs
    from bcinfra.aws.vpn import SiteLine as SiteLine
    from bcinfra.aws.vpn import SiteVpn as SiteVpn
    from bcinfra.aws.vpn import SiteVpnArgs as SiteVpnArgs
    from bcinfra.aws.writer_guard import WriterGuard as WriterGuard
    from bcinfra.aws.writer_guard import WriterGuardArgs as WriterGuardArgs
    from bcinfra.aws.zone import NameServers as NameServers
    from bcinfra.aws.zone import NameServersArgs as NameServersArgs
    from bcinfra.aws.zone import ProofRecord as ProofRecord
    from bcinfra.aws.zone import ProofRecordArgs as ProofRecordArgs
    from bcinfra.aws.zone import PublicZone as PublicZone
    from bcinfra.aws.zone import PublicZoneArgs as PublicZoneArgs

_HOMES = {
    "accelerator": ("AcceleratedSite", "Accelerator", "AcceleratorArgs"),
    "alarms": ("AlarmTopic", "AlarmTopicArgs", "Copy", "OutageAlarms", "OutageAlarmsArgs"),
    "aurora": ("AuroraMySql", "AuroraMySqlArgs", "AuroraSite"),
    "autoshift": ("ZonalAutoshift", "ZonalAutoshiftArgs"),
    "backups": ("BackupRule", "Backups", "BackupsArgs", "IsolatedVault", "Protected", "RestoreTests"),
    "bucket_events": ("BucketEvents", "BucketEventsArgs"),
    "buckets": ("Buckets", "BucketsArgs", "IsolatedBucket", "LockMode"),
    "cache_promotion": ("CachePromotion", "CachePromotionArgs"),
    "certificate": ("Certificate", "CertificateArgs"),
    "datasite": ("DataSite",),
    "dns": ("Endpoint", "GeoDns", "GeoDnsArgs", "Routing", "Target"),
    "fargate": ("FargateTier", "FargateTierArgs"),
    "firewall": ("Firewall", "FirewallArgs"),
    "instances": ("InstanceTier", "InstanceTierArgs"),
    "keys": ("Key", "KeyArgs"),
    "mysql": ("MySql", "MySqlArgs", "MySqlSite"),
    "network": ("Nat", "Network", "NetworkArgs"),
    "parameters": ("Parameters", "ParametersArgs"),
    "redis": ("Redis", "RedisArgs", "RedisSite"),
    "region": ("KeyedRegion", "Region"),
    "region_switch": ("EcsService", "GlobalDatabase", "RegionSwitch", "RegionSwitchArgs", "Trigger"),
    "secrets": ("ReplicatedSecret", "ReplicatedSecretArgs"),
    "tier": ("Reach", "Tier", "TierArgs"),
    "vpn": ("SiteChecks", "SiteChecksArgs", "SiteLine", "SiteVpn", "SiteVpnArgs"),
    "writer_guard": ("WriterGuard", "WriterGuardArgs"),
    "zone": ("NameServers", "NameServersArgs", "ProofRecord", "ProofRecordArgs", "PublicZone", "PublicZoneArgs"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
