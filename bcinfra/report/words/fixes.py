"""What removes a finding of one type of resource: its own property first, then the shop's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.recovery.reasons import Because

_AWS_SERVERS: Final = (
    "Let an `aws:autoscaling/group:Group` keep two or more in subnets of two zones (`vpcZoneIdentifiers`), behind a"
    " balancer; on a shop's page `sites.<site>.zones`."
)
_GOOGLE_SERVERS: Final = (
    "Let a `gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager` keep two or more, behind a balancer; on"
    " a shop's page `sites.<site>.zones`."
)
_ASKED_AT_AWS: Final = (
    "Put two or more behind a balancer whose `healthCheck` asks them, or let an `aws:autoscaling/group:Group` keep one"
    " (`healthCheckType`)."
)
_ASKED_AT_GOOGLE: Final = (
    "Put two or more behind a balancer with a health check, or let a group of one heal itself (`autoHealingPolicies`)."
)
_ASKED_PODS: Final = "State a `readinessProbe` of the containers, and run two replicas or more."
_BUCKET: Final = (
    "Turn on versions (`aws:s3/bucketVersioning:BucketVersioning`) and replicate them into a bucket of another account"
    " and region (`aws:s3/bucketReplicationConfig:BucketReplicationConfig`); on a shop's page a backup site"
    " (`sites.<site>.role`)."
)
_DATABASE: Final = (
    "Set `backupRetentionPeriod`, and let an `aws:backup/plan:Plan` copy into a vault of another account and region"
    " (`copyActions`); on a shop's page a backup site (`sites.<site>.role`)."
)
_TABLE: Final = (
    "Turn on `pointInTimeRecovery`, and let an `aws:backup/plan:Plan` copy into a vault of another account and region"
    " (`copyActions`)."
)
_SHARE: Final = (
    "Let an `aws:backup/plan:Plan` copy into a vault of another account and region (`copyActions`); on a shop's page a"
    " backup site (`sites.<site>.role`)."
)
_GOOGLE_BUCKET: Final = (
    "Turn on `versioning`, and let a `gcp:storage/transferJob:TransferJob` copy into a bucket of another project and"
    " region; on a shop's page a backup site (`sites.<site>.role`)."
)
_GOOGLE_DATABASE: Final = (
    "Turn on `settings.backupConfiguration` with point-in-time recovery, and keep a copy in another project and region"
    " (`gcp:backupdisasterrecovery/backupPlan:BackupPlan`); on a shop's page a backup site (`sites.<site>.role`)."
)
_VOLUME: Final = (
    "Let a job copy it out of the cluster, or take snapshots that are kept elsewhere; on a shop's page a backup site"
    " (`sites.<site>.role`)."
)

_RDS: Final = "aws:rds/instance:Instance"
_AURORA: Final = "aws:rds/cluster:Cluster"
_CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_DYNAMO: Final = "aws:dynamodb/table:Table"
_SQL: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_GCS: Final = "gcp:storage/bucket:Bucket"
_FILES: Final = "aws:efs/fileSystem:FileSystem"
_FIRESTORE: Final = "gcp:firestore/database:Database"
_S3: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_VERSIONED: Final = "Turn on its versions: `aws:s3/bucketVersioning:BucketVersioning.versioningConfiguration`."
_LOCKED: Final = "Lock its versions: `aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration.rule`."
_AWAY: Final = (
    "Copy it to a vault of another account (`aws:backup/plan:Plan.rules`: copyActions), locked by"
    " `aws:backup/vaultLockConfiguration:VaultLockConfiguration.minRetentionDays`."
)
_TWINS: Final[Mapping[str, str]] = {
    _RDS: "Turn on `multiAz`.",
    _AURORA: "Add an instance in another zone (`aws:rds/clusterInstance:ClusterInstance.availabilityZone`).",
    _CACHE: "Turn on `multiAzEnabled` and `automaticFailoverEnabled`, with 2 or more in `numCacheClusters`.",
    "aws:elasticache/cluster:Cluster": "Use a replication group in its place, with"
    " `aws:elasticache/replicationGroup:ReplicationGroup.multiAzEnabled` and"
    " `aws:elasticache/replicationGroup:ReplicationGroup.automaticFailoverEnabled`.",
    _SQL: "Set availabilityType in `settings` to REGIONAL.",
    "gcp:redis/instance:Instance": "Set `tier` to STANDARD_HA.",
}
_OUT_OF_REACH: Final[Mapping[str, str]] = {
    **dict.fromkeys((_RDS, _AURORA, _DYNAMO, _FILES), _AWAY),
    **dict.fromkeys(_S3, f"{_LOCKED[:-1]}, or copy them to a bucket of another account."),
    _CACHE: "Copy its snapshots (`snapshotRetentionLimit`) to a bucket of another account by a job of your own; or"
    " state that what it holds is minor.",
    _GCS: "Lock it (`retentionPolicy`: isLocked), or copy it to a bucket of another project.",
    _SQL: "Back it up to a vault of another project (`gcp:backupdisasterrecovery/backupPlanAssociation:"
    "BackupPlanAssociation.backupPlan`), whose minimum retention is enforced.",
}
_UNDELETED: Final[Mapping[str, str]] = {
    _RDS: "Set `deleteAutomatedBackups` to false, with `backupRetentionPeriod` above 0, and take a last snapshot"
    " (`skipFinalSnapshot`: false).",
    _AURORA: "Set `deleteAutomatedBackups` to false, and take a last snapshot (`skipFinalSnapshot`: false).",
    _DYNAMO: "Turn on `pointInTimeRecovery` and `deletionProtectionEnabled`.",
    **dict.fromkeys(_S3, _VERSIONED),
    _GCS: "Turn on `versioning`, or keep what is deleted (`softDeletePolicy`).",
    _SQL: "Turn on retainBackupsOnDelete in `settings`.",
    _CACHE: "Name a `finalSnapshotIdentifier`.",
}
_LONG_ENOUGH: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (_RDS, _AURORA, _DYNAMO, _FILES),
        "Keep the isolated copies 35 days or more (`aws:backup/plan:"
        "Plan.rules`: deleteAfter of copyActions' lifecycle).",
    ),
    **dict.fromkeys(
        _S3,
        "Lock the versions of the copy for 35 days or more (`aws:s3/bucketObjectLockConfiguration:"
        "BucketObjectLockConfiguration.rule`: days), and let none expire before.",
    ),
    _GCS: "Keep the copy for 35 days or more (`retentionPolicy`).",
    _SQL: "Keep the isolated backups 35 days or more (`gcp:backupdisasterrecovery/backupPlan:BackupPlan."
    "backupRules`: backupRetentionDays).",
}
_SHIELDS: Final[Mapping[str, str]] = {
    "aws:route53/record:Record": "Put a web ACL in front of what it leads to (`aws:wafv2/webAclAssociation:"
    "WebAclAssociation.resourceArn`).",
    "gcp:compute/backendService:BackendService": "Name a policy in `securityPolicy`.",
}
_QUEUE: Final = (
    "Keep what is sent until it is done where it comes from (an outbox), so that it can be sent again; a queue has no"
    " backup."
)
_COPIES: Final = {
    "aws:s3/bucket:Bucket": _BUCKET,
    "aws:s3/bucketV2:BucketV2": _BUCKET,
    "aws:rds/instance:Instance": _DATABASE,
    "aws:rds/cluster:Cluster": _DATABASE,
    "aws:docdb/cluster:Cluster": _DATABASE,
    "aws:dynamodb/table:Table": _TABLE,
    "aws:efs/fileSystem:FileSystem": _SHARE,
    "gcp:storage/bucket:Bucket": _GOOGLE_BUCKET,
    "gcp:sql/databaseInstance:DatabaseInstance": _GOOGLE_DATABASE,
    "aws:sqs/queue:Queue": _QUEUE,
    "gcp:pubsub/topic:Topic": _QUEUE,
    "gcp:pubsub/subscription:Subscription": _QUEUE,
    "kubernetes:core/v1:PersistentVolumeClaim": _VOLUME,
    "kubernetes:apps/v1:StatefulSet": _VOLUME,
}
_ZONE_DELETED: Final = "`protect` it, leave `forceDestroy` false, and deny its deletion to all roles but one"
_GOOGLE_ZONE_DELETED: Final = "`protect` it, and leave `forceDestroy` false"

BY_TYPE: Final[Mapping[str, Mapping[str, str]]] = {
    "BC0004": {
        "aws:ec2/instance:Instance": _AWS_SERVERS,
        "aws:autoscaling/group:Group": "Name subnets of two zones or more in `vpcZoneIdentifiers`; on a shop's page"
        " `sites.<site>.zones`.",
        "aws:ecs/service:Service": "Name subnets of two zones or more in `networkConfiguration.subnets`, and run two"
        " or more (`desiredCount`); on a shop's page `sites.<site>.zones`.",
        "aws:eks/nodeGroup:NodeGroup": "Name subnets of two zones or more in `subnetIds`; on a shop's page"
        " `sites.<site>.zones`.",
        "aws:lambda/function:Function": "Name subnets of two zones or more in `vpcConfig.subnetIds`.",
        "gcp:compute/instance:Instance": _GOOGLE_SERVERS,
        "gcp:compute/instanceGroup:InstanceGroup": _GOOGLE_SERVERS,
        "gcp:compute/instanceGroupManager:InstanceGroupManager": _GOOGLE_SERVERS,
        "gcp:container/nodePool:NodePool": "Name two zones or more in `nodeLocations`, or give the cluster a region as"
        " its `location`.",
        "gcp:container/cluster:Cluster": "Name two zones or more in `nodeLocations`, or a region as `location`.",
    },
    "BC0006": {
        "aws:ec2/instance:Instance": _ASKED_AT_AWS,
        "aws:route53/record:Record": "Give the record a `healthCheckId` and a second answer (`failoverRoutingPolicies`"
        " and others), or let a plan turn it.",
        "gcp:compute/instance:Instance": _ASKED_AT_GOOGLE,
        "gcp:compute/instanceGroup:InstanceGroup": _ASKED_AT_GOOGLE,
        "gcp:dns/recordSet:RecordSet": "Give the record a `routingPolicy` with `healthCheckedTargets`, or let a plan"
        " turn it.",
        "kubernetes:apps/v1:Deployment": _ASKED_PODS,
        "kubernetes:apps/v1:StatefulSet": _ASKED_PODS,
        "kubernetes:apps/v1:DaemonSet": _ASKED_PODS,
        "kubernetes:core/v1:Pod": "Let a Deployment run it, with a `readinessProbe` and two replicas or more.",
    },
    "BC0008": _COPIES,
    "BC0014": {
        "aws:route53/zone:Zone": _ZONE_DELETED,
        "gcp:dns/managedZone:ManagedZone": _GOOGLE_ZONE_DELETED,
        "aws:route53/record:Record": _ZONE_DELETED,
        "gcp:dns/recordSet:RecordSet": _GOOGLE_ZONE_DELETED,
        "aws:secretsmanager/secret:Secret": "Leave it a `recoveryWindowInDays`, and keep a copy where production cannot"
        " delete it.",
        "gcp:secretmanager/secret:Secret": "Delay what destroys it (`versionDestroyTtl`), and keep a copy where"
        " production cannot delete it.",
        "aws:s3/bucket:Bucket": "Replicate into another bucket that clients can be turned to"
        " (`aws:s3/bucketReplicationConfig:BucketReplicationConfig`); copying versions back takes long.",
        "gcp:storage/bucket:Bucket": "Keep a second bucket that clients can be turned to"
        " (`gcp:storage/transferJob:TransferJob`); copying versions back takes long.",
    },
    "BC0005": {
        token: f"{text} On a shop's page a database has its twin wherever two zones are named (`sites.<site>.zones`)."
        for token, text in _TWINS.items()
    },
    "BC0009": {
        token: f"{text} On a shop's page: a backup site in an account of its own (`sites.<site>.account`), locked for"
        " `backups.lock_days`."
        for token, text in _OUT_OF_REACH.items()
    },
    "BC0010": _UNDELETED,
    "BC0011": {
        token: f"{text} On a shop's page `backups.lock_days` decides it." for token, text in _LONG_ENOUGH.items()
    },
    "BC0029": _SHIELDS,
    "BC0022": _COPIES,
}
"""By code and type. What a code means for other types, and its fix, is in :mod:`bcinfra.report.words.findings`."""

_SERVERS: Final = "the number of servers (desiredCapacity, desiredCount, replicas, targetSize)"
BY_REASON: Final[Mapping[Because, str]] = {
    Because.ZONES_UNKNOWN: "State its subnets or zones in the program, or give what the program looks up with"
    " `--answers`.",
    Because.CALLS_UNTOLD: "Give every zone its own way out; or state what is called outside"
    " (`capabilities.<name>.needs.external`).",
    Because.SHIELD_UNKNOWN: "Declare the firewall in front, with a rate limit.",
    Because.BEHIND_UNKNOWN: "Declare what answers behind it (targets, listeners, endpoints), or assess the export of"
    " the deployed stack.",
    Because.LEADS_NOWHERE_KNOWN: "Declare what the name leads to, or assess the export of the deployed stack.",
    Because.BEYOND: "Declare what answers there, or state whose it is (`suppliers.<name>`) and how often it fails.",
    Because.HOME_UNKNOWN: "State in the program where it stands.",
    Because.REPLICAS_UNKNOWN: f"State {_SERVERS} as a plain value, or assess what is deployed.",
    Because.NO_BOUND: "State how many replicas it may grow to, as a load test showed them to be enough"
    " (`aws:appautoscaling/target:Target.maxCapacity`, `gcp:cloudrunv2/service:Service.template`: maxInstanceCount);"
    " how many times a function runs at once nothing in a program tells.",
    Because.DRIVEN_UNKNOWN: "Let it follow what every visit adds to: CPU use, or requests of each replica at its"
    " balancer.",
    Because.BALANCER_COLD: "Reserve capacity of the load balancer that stands by, by its metric PeakLCUs in a load test"
    " (`aws:lb/loadBalancer:LoadBalancer.minimumLoadBalancerCapacity`, on a page `web.scaling.balancer_units`), and"
    " state the visits (`business.visits_per_hour`).",
    Because.UNTESTED: "Put the peak on it in a load test and state what it held, in multiples of the usual load"
    " (`business.load_tests`).",
    Because.ROOM_NOT_KEPT: "Reserve room for them in each zone (`aws:ec2/capacityReservation:CapacityReservation`,"
    " `gcp:compute/reservation:Reservation`, on a page `web.scaling.reserved`), or have more of them run before the day"
    " comes.",
    Because.NEED_UNKNOWN: f"State {_SERVERS} of the site that serves: the others are measured by it.",
    Because.QUOTA_UNKNOWN: "Ask for it in the program (`aws:servicequotas/serviceQuota:ServiceQuota`,"
    " `gcp:cloudquota/sQuotaPreference:SQuotaPreference`), or state what the account has"
    " (`sites.<name>.vcpu_quota`).",
    Because.SPLIT_UNKNOWN: "State what keeps the old writer out while a replica is promoted: a condition of the plan,"
    " or a majority of three places.",
    Because.MAY_STAND_IN: "State how often it fails, as that of a supplier (`capabilities.<name>.needs.external`,"
    " `suppliers.<name>.outages`).",
    Because.CALLED_UNKNOWN: "Declare what is called, or state that it is somebody else's"
    " (`capabilities.<name>.needs.external`).",
    Because.NOT_TOLD: "State how often it fails and for how long, from the supplier's own status page:"
    " `suppliers.<name>.outages` and `suppliers.<name>.recovery`.",
}
"""What would decide something, by why it is not decided."""

_CHECKS: Final = "checks that see what is ill: that ask for a page which needs the database, not only for the process"
LEAVE_ZONE: Final[Mapping[str, str]] = {
    "aws": "Let the zone be left without a person: `enableZonalShift` of the balancer with an"
    f" `aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration`, or {_CHECKS}.",
    "": f"Let the zone be left without a person: {_CHECKS}.",
}
"""Where a person takes an impaired zone out of service, by cloud; ``""``: any other, which offers no shift that does so
by itself. Nothing that moves sites would."""
