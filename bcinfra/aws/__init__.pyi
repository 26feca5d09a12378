# The names that bcinfra.aws offers, each from its module: for type checkers and for the loader.
from .accelerator import (
    AcceleratedSite as AcceleratedSite,
    Accelerator as Accelerator,
    AcceleratorArgs as AcceleratorArgs,
)
from .access_logs import AccessLogs as AccessLogs, AccessLogsArgs as AccessLogsArgs
from .alarm_mutes import AlarmMutes as AlarmMutes, AlarmMutesArgs as AlarmMutesArgs, MutedWindow as MutedWindow
from .alarms import (
    AlarmTopic as AlarmTopic,
    AlarmTopicArgs as AlarmTopicArgs,
    Copy as Copy,
    OutageAlarms as OutageAlarms,
    OutageAlarmsArgs as OutageAlarmsArgs,
)
from .audit_trail import AuditTrail as AuditTrail, AuditTrailArgs as AuditTrailArgs
from .aurora import AuroraMySql as AuroraMySql, AuroraMySqlArgs as AuroraMySqlArgs, AuroraSite as AuroraSite
from .autoshift import ZonalAutoshift as ZonalAutoshift, ZonalAutoshiftArgs as ZonalAutoshiftArgs
from .backups import (
    BackupRule as BackupRule,
    Backups as Backups,
    BackupsArgs as BackupsArgs,
    IsolatedVault as IsolatedVault,
    Protected as Protected,
    RestoreTests as RestoreTests,
)
from .binlog_archive import (
    BinlogArchive as BinlogArchive,
    BinlogArchiveArgs as BinlogArchiveArgs,
    BinlogSource as BinlogSource,
)
from .bucket_events import BucketEvents as BucketEvents, BucketEventsArgs as BucketEventsArgs
from .buckets import (
    Buckets as Buckets,
    BucketsArgs as BucketsArgs,
    IsolatedBucket as IsolatedBucket,
    LockMode as LockMode,
)
from .cache_promotion import CachePromotion as CachePromotion, CachePromotionArgs as CachePromotionArgs
from .certificate import Certificate as Certificate, CertificateArgs as CertificateArgs
from .contact_centre import (
    ContactCentre as ContactCentre,
    ContactCentreArgs as ContactCentreArgs,
    Recordings as Recordings,
)
from .database_proxy import (
    DatabaseProxy as DatabaseProxy,
    DatabaseProxyArgs as DatabaseProxyArgs,
    ProxiedDatabase as ProxiedDatabase,
)
from .datasite import DataSite as DataSite, StoreSite as StoreSite
from .dns import Endpoint as Endpoint, GeoDns as GeoDns, GeoDnsArgs as GeoDnsArgs, Routing as Routing, Target as Target
from .edge import Edge as Edge, EdgeArgs as EdgeArgs
from .fargate import FargateTier as FargateTier, FargateTierArgs as FargateTierArgs
from .files import Directory as Directory, Files as Files, FilesArgs as FilesArgs
from .firewall import Firewall as Firewall, FirewallArgs as FirewallArgs
from .image_repositories import (
    ImageRepositories as ImageRepositories,
    ImageRepositoriesArgs as ImageRepositoriesArgs,
    ImageSite as ImageSite,
)
from .instances import InstanceTier as InstanceTier, InstanceTierArgs as InstanceTierArgs
from .job import Job as Job, JobArgs as JobArgs
from .keys import Key as Key, KeyArgs as KeyArgs
from .mail import MailIdentity as MailIdentity, MailIdentityArgs as MailIdentityArgs
from .mysql import MySql as MySql, MySqlArgs as MySqlArgs, MySqlSite as MySqlSite
from .network import Nat as Nat, Network as Network, NetworkArgs as NetworkArgs
from .parameters import Parameters as Parameters, ParametersArgs as ParametersArgs
from .queue import Queue as Queue, QueueArgs as QueueArgs
from .redis import Redis as Redis, RedisArgs as RedisArgs, RedisSite as RedisSite
from .region import KeyedRegion as KeyedRegion, Region as Region
from .region_switch import (
    EcsService as EcsService,
    GlobalDatabase as GlobalDatabase,
    RegionSwitch as RegionSwitch,
    RegionSwitchArgs as RegionSwitchArgs,
    Trigger as Trigger,
)
from .replicas import (
    Containers as Containers,
    ContainersArgs as ContainersArgs,
    Mount as Mount,
    Reach as Reach,
    Replicas as Replicas,
    ReplicasArgs as ReplicasArgs,
)
from .runbooks import Runbooks as Runbooks, RunbooksArgs as RunbooksArgs
from .search import Search as Search, SearchArgs as SearchArgs
from .secrets import ReplicatedSecret as ReplicatedSecret, ReplicatedSecretArgs as ReplicatedSecretArgs
from .state_copy import StateCopy as StateCopy, StateCopyArgs as StateCopyArgs
from .static_page import StaticPage as StaticPage, StaticPageArgs as StaticPageArgs
from .tier import Behind as Behind, Tier as Tier, TierArgs as TierArgs
from .vault_pilot_light import (
    RestoredDatabase as RestoredDatabase,
    VaultPilotLight as VaultPilotLight,
    VaultPilotLightArgs as VaultPilotLightArgs,
)
from .vpn import (
    SiteChecks as SiteChecks,
    SiteChecksArgs as SiteChecksArgs,
    SiteLine as SiteLine,
    SiteVpn as SiteVpn,
    SiteVpnArgs as SiteVpnArgs,
)
from .watch import (
    Watch as Watch,
    WatchArgs as WatchArgs,
    WatchedCopy as WatchedCopy,
    WatchedDatabase as WatchedDatabase,
    WatchedTier as WatchedTier,
)
from .worker import Worker as Worker, WorkerArgs as WorkerArgs
from .writer_guard import WriterGuard as WriterGuard, WriterGuardArgs as WriterGuardArgs
from .zonal_failover import ZonalFailover as ZonalFailover, ZonalFailoverArgs as ZonalFailoverArgs
from .zonal_shift import ZonalShift as ZonalShift, ZonalShiftArgs as ZonalShiftArgs
from .zone import (
    NameServers as NameServers,
    NameServersArgs as NameServersArgs,
    ProofRecord as ProofRecord,
    ProofRecordArgs as ProofRecordArgs,
    PublicZone as PublicZone,
    PublicZoneArgs as PublicZoneArgs,
)
from .zone_signing import ZoneSigning as ZoneSigning, ZoneSigningArgs as ZoneSigningArgs
