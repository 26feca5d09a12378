# The names that bcinfra.gcp offers, each from its module: for type checkers and for the loader.
from .agents import Agent as Agent
from .alerts import (
    Alerts as Alerts,
    AlertsArgs as AlertsArgs,
    OutageAlerts as OutageAlerts,
    OutageAlertsArgs as OutageAlertsArgs,
    Rehearsal as Rehearsal,
    Watched as Watched,
)
from .archive import Archive as Archive, ArchiveArgs as ArchiveArgs
from .armor import Armor as Armor, ArmorArgs as ArmorArgs
from .backups import (
    BackupRule as BackupRule,
    Backups as Backups,
    BackupsArgs as BackupsArgs,
    Kind as Kind,
    Protected as Protected,
    Vault as Vault,
)
from .buckets import Buckets as Buckets, BucketsArgs as BucketsArgs
from .capacity import Schedule as Schedule
from .certificate import Certificate as Certificate, CertificateArgs as CertificateArgs
from .changes import ChangeStream as ChangeStream, ChangeStreamArgs as ChangeStreamArgs
from .cloudsql import Edition as Edition, EngineArgs as EngineArgs, MySqlSite as MySqlSite, Quiet as Quiet
from .datasite import DataSite as DataSite
from .dns import Endpoint as Endpoint, GeoDns as GeoDns, GeoDnsArgs as GeoDnsArgs, Routing as Routing
from .failover import Failover as Failover
from .failover_args import (
    Database as Database,
    FailoverArgs as FailoverArgs,
    Group as Group,
    RunService as RunService,
    Signals as Signals,
)
from .files import Files as Files, FilesArgs as FilesArgs, FilesSite as FilesSite
from .foreign_copy import ForeignBucketCopy as ForeignBucketCopy, ForeignBucketCopyArgs as ForeignBucketCopyArgs
from .image_repositories import (
    ImageRepositories as ImageRepositories,
    ImageRepositoriesArgs as ImageRepositoriesArgs,
    ImageSite as ImageSite,
)
from .instances import InstanceTier as InstanceTier, InstanceTierArgs as InstanceTierArgs, Reach as Reach
from .internal import InternalBalancer as InternalBalancer, InternalBalancerArgs as InternalBalancerArgs
from .isolated import IsolatedBucket as IsolatedBucket
from .job import Job as Job, JobArgs as JobArgs
from .keys import Key as Key, KeyArgs as KeyArgs
from .loadbalancer import Backend as Backend, LoadBalancer as LoadBalancer, LoadBalancerArgs as LoadBalancerArgs
from .log_archive import LogArchive as LogArchive, LogArchiveArgs as LogArchiveArgs
from .mysql import MySql as MySql, MySqlArgs as MySqlArgs
from .network import (
    Network as Network,
    NetworkArgs as NetworkArgs,
    NetworkSite as NetworkSite,
    SiteNetwork as SiteNetwork,
)
from .peer import (
    PeerConnection as PeerConnection,
    PeerTunnels as PeerTunnels,
    PeerTunnelsArgs as PeerTunnelsArgs,
    VpnGateway as VpnGateway,
    VpnGatewayArgs as VpnGatewayArgs,
)
from .queue import Queue as Queue, QueueArgs as QueueArgs
from .redis import Redis as Redis, RedisArgs as RedisArgs, RedisSite as RedisSite
from .region import KeyedRegion as KeyedRegion, Project as Project, Region as Region
from .restore_rehearsal import RestoreTest as RestoreTest, RestoreTestArgs as RestoreTestArgs
from .run import (
    CloudRunTier as CloudRunTier,
    CloudRunTierArgs as CloudRunTierArgs,
    Containers as Containers,
    ContainersArgs as ContainersArgs,
    NfsMount as NfsMount,
)
from .runbooks import Runbooks as Runbooks, RunbooksArgs as RunbooksArgs
from .secrets import ReplicatedSecret as ReplicatedSecret, ReplicatedSecretArgs as ReplicatedSecretArgs
from .standby import (
    ExternalPrimary as ExternalPrimary,
    MySqlStandby as MySqlStandby,
    MySqlStandbyArgs as MySqlStandbyArgs,
)
from .static_page import StaticPage as StaticPage, StaticPageArgs as StaticPageArgs
from .tier import Program as Program, ProgramArgs as ProgramArgs, Tier as Tier, TierArgs as TierArgs
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
    WatchedService as WatchedService,
)
from .worker import Worker as Worker, WorkerArgs as WorkerArgs
from .zone import (
    NameServers as NameServers,
    NameServersArgs as NameServersArgs,
    ProofRecord as ProofRecord,
    ProofRecordArgs as ProofRecordArgs,
    PublicZone as PublicZone,
    PublicZoneArgs as PublicZoneArgs,
)
