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
    "kubernetes:core/v1:PersistentVolumeClaim": _VOLUME,
    "kubernetes:apps/v1:StatefulSet": _VOLUME,
}
_ZONE_DELETED: Final = (
    "Let nobody delete the zone: Pulumi's `protect`, a role of its own for DNS, and on Route 53 a policy that denies"
    " route53:DeleteHostedZone; a new one must be delegated again."
)

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
        "gcp:dns/managedZone:ManagedZone": _ZONE_DELETED,
        "aws:route53/record:Record": _ZONE_DELETED,
        "gcp:dns/recordSet:RecordSet": _ZONE_DELETED,
        "aws:secretsmanager/secret:Secret": "Leave it a `recoveryWindowInDays`, and keep a copy where production cannot"
        " delete it.",
        "aws:s3/bucket:Bucket": "Replicate into another bucket that clients can be turned to"
        " (`aws:s3/bucketReplicationConfig:BucketReplicationConfig`); copying versions back takes long.",
        "gcp:storage/bucket:Bucket": "Keep a second bucket that clients can be turned to"
        " (`gcp:storage/transferJob:TransferJob`); copying versions back takes long.",
    },
    "BC0022": _COPIES,
}
"""By code and type. What a code means for other types, and its fix, is in :mod:`bcinfra.report.words.findings`."""

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
}
"""What would decide something, by why it is not decided."""

LEAVE_ZONE: Final = (
    "Let the zone be left without a person: `enableZonalShift` of the balancer with an"
    " `aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration`, or checks that see what is ill."
)
"""Where a person takes an impaired zone out of service: nothing that moves sites would."""
