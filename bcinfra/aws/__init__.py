"""Components for AWS, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.aws.accelerator import (
        AcceleratedSite as AcceleratedSite,
        Accelerator as Accelerator,
        AcceleratorArgs as AcceleratorArgs,
    )
    from bcinfra.aws.alarms import (
        AlarmTopic as AlarmTopic,
        AlarmTopicArgs as AlarmTopicArgs,
        Copy as Copy,
        OutageAlarms as OutageAlarms,
        OutageAlarmsArgs as OutageAlarmsArgs,
    )
    from bcinfra.aws.aurora import (
        AuroraMySql as AuroraMySql,
        AuroraMySqlArgs as AuroraMySqlArgs,
        AuroraSite as AuroraSite,
    )
    from bcinfra.aws.autoshift import ZonalAutoshift as ZonalAutoshift, ZonalAutoshiftArgs as ZonalAutoshiftArgs
    from bcinfra.aws.backups import (
        BackupRule as BackupRule,
        Backups as Backups,
        BackupsArgs as BackupsArgs,
        IsolatedVault as IsolatedVault,
        Protected as Protected,
        RestoreTests as RestoreTests,
    )
    from bcinfra.aws.bucket_events import BucketEvents as BucketEvents, BucketEventsArgs as BucketEventsArgs
    from bcinfra.aws.buckets import (
        Buckets as Buckets,
        BucketsArgs as BucketsArgs,
        IsolatedBucket as IsolatedBucket,
        LockMode as LockMode,
    )
    from bcinfra.aws.cache_promotion import CachePromotion as CachePromotion, CachePromotionArgs as CachePromotionArgs
    from bcinfra.aws.certificate import Certificate as Certificate, CertificateArgs as CertificateArgs
    from bcinfra.aws.datasite import DataSite as DataSite
    from bcinfra.aws.dns import (
        Endpoint as Endpoint,
        GeoDns as GeoDns,
        GeoDnsArgs as GeoDnsArgs,
        Routing as Routing,
        Target as Target,
    )
    from bcinfra.aws.fargate import FargateTier as FargateTier, FargateTierArgs as FargateTierArgs
    from bcinfra.aws.firewall import Firewall as Firewall, FirewallArgs as FirewallArgs
    from bcinfra.aws.instances import InstanceTier as InstanceTier, InstanceTierArgs as InstanceTierArgs
    from bcinfra.aws.keys import Key as Key, KeyArgs as KeyArgs
    from bcinfra.aws.mysql import MySql as MySql, MySqlArgs as MySqlArgs, MySqlSite as MySqlSite
    from bcinfra.aws.network import Nat as Nat, Network as Network, NetworkArgs as NetworkArgs
    from bcinfra.aws.parameters import Parameters as Parameters, ParametersArgs as ParametersArgs
    from bcinfra.aws.redis import Redis as Redis, RedisArgs as RedisArgs, RedisSite as RedisSite
    from bcinfra.aws.region import KeyedRegion as KeyedRegion, Region as Region
    from bcinfra.aws.region_switch import (
        EcsService as EcsService,
        GlobalDatabase as GlobalDatabase,
        RegionSwitch as RegionSwitch,
        RegionSwitchArgs as RegionSwitchArgs,
        Trigger as Trigger,
    )
    from bcinfra.aws.secrets import ReplicatedSecret as ReplicatedSecret, ReplicatedSecretArgs as ReplicatedSecretArgs
    from bcinfra.aws.tier import Reach as Reach, Tier as Tier, TierArgs as TierArgs
    from bcinfra.aws.vpn import (
        SiteChecks as SiteChecks,
        SiteChecksArgs as SiteChecksArgs,
        SiteLine as SiteLine,
        SiteVpn as SiteVpn,
        SiteVpnArgs as SiteVpnArgs,
    )
    from bcinfra.aws.writer_guard import WriterGuard as WriterGuard, WriterGuardArgs as WriterGuardArgs
    from bcinfra.aws.zone import (
        NameServers as NameServers,
        NameServersArgs as NameServersArgs,
        ProofRecord as ProofRecord,
        ProofRecordArgs as ProofRecordArgs,
        PublicZone as PublicZone,
        PublicZoneArgs as PublicZoneArgs,
    )

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
