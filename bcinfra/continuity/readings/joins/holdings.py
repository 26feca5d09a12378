"""What a type of resource holds of the business: one table of reasons, and which of them is a type's.

A type that stands nowhere here is not proven to hold none. Stores are not here either: the readings know them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from bcinfra.continuity.model.stateless import Holds, Reason

REASONS: Final[Mapping[str, Reason]] = {
    "network": Reason(Holds.NOTHING, "It forwards packets and keeps none."),
    "front": Reason(Holds.NOTHING, "It passes requests on to what serves them and keeps no body."),
    "filter": Reason(Holds.NOTHING, "It admits or refuses requests by rules and keeps none."),
    "names": Reason(Holds.NOTHING, "It says where names lead to."),
    "permissions": Reason(Holds.NOTHING, "It says who may do what."),
    "keys": Reason(Holds.NOTHING, "It holds keys, credentials or settings, which are no business data."),
    "certificates": Reason(Holds.NOTHING, "It proves who answers under a name."),
    "compute": Reason(
        Holds.NOTHING, "It runs the program from its image; what is in memory or on its own disk ends with it."
    ),
    "program": Reason(Holds.NOTHING, "It holds the program, not what the program works on."),
    "settings": Reason(Holds.NOTHING, "It sets up another resource and keeps nothing itself."),
    "watch": Reason(Holds.NOTHING, "It measures the system and tells people; it sees no content of requests."),
    "values": Reason(Holds.NOTHING, "It makes a name, a credential or a pause while the program runs."),
    "state": Reason(Holds.NOTHING, "It keeps what the program declared: the infrastructure's state."),
    "published": Reason(Holds.NOTHING, "It shows files that the program itself publishes; no server writes to it."),
    "delivered": Reason(
        Holds.NOTHING, "Services write into it who asked for what, never a body; each is deleted after {}."
    ),
    "log": Reason(
        Holds.NOTHING,
        "Lines of it are deleted after {}.",
        "what programs print to their logs holds no business data",
    ),
    "log for ever": Reason(Holds.UNPROVEN, "What is printed is not in the graph, and lines of it are kept for ever."),
    "log lines": Reason(Holds.NOTHING, "It passes on, selects or counts lines of a log and keeps none."),
    "delivered for ever": Reason(Holds.UNPROVEN, "Services write into it who asked for what, and it is kept for ever."),
    "bodies": Reason(Holds.DATA, "It writes bodies of requests and answers to a log."),
    "caches": Reason(Holds.UNPROVEN, "It keeps {}, and nothing shows that they hold no business data."),
    "lasting disk": Reason(Holds.UNPROVEN, "It writes to a disk that outlives it."),
    "queue": Reason(Holds.DATA, "It keeps messages until they are fetched or too old."),
    "volume": Reason(Holds.DATA, "It keeps what programs write to it."),
    "store": Reason(Holds.DATA, "It keeps {}, or a copy of it."),
    "vault": Reason(Holds.UNPROVEN, "It keeps copies of whatever is backed up."),
    "executions": Reason(Holds.UNPROVEN, "It keeps what its executions were given and gave, for months."),
    "audit": Reason(Holds.NOTHING, "It records who changed the infrastructure, not what customers do."),
    "back office": Reason(Holds.BACK_OFFICE, "It stands on premises, where the back office keeps its data."),
    "hidden": Reason(Holds.UNPROVEN, "What it creates cannot be seen."),
    "unseen": Reason(Holds.UNPROVEN, "What {} would declare from values that only a provider knows is not seen."),
    "not understood": Reason(Holds.UNPROVEN, "Nothing is known of the type {}."),
    "no reason": Reason(Holds.UNPROVEN, "No reason is known why the type {} holds none."),
}
"""Every reason, by a short name."""

TYPES: Final[tuple[tuple[str, str], ...]] = (
    # What keeps something, before wider patterns that would pass over it.
    ("queue", "gcp:pubsub/subscription:* aws:kinesis/* aws:mq/* aws:msk/* gcp:cloudtasks/queue:*"),
    ("volume", "kubernetes:core/v1:PersistentVolume gcp:sql/database:Database gcp:filestore/backup:*"),
    ("volume", "kubernetes:ceph.rook.io/v1:Ceph[!F]* aws:rds/globalCluster:* aws:docdb/globalCluster:*"),
    ("volume", "aws:rds/clusterInstance:* aws:docdb/clusterInstance:* aws:dynamodb/tableReplica:*"),
    ("volume", "aws:elasticache/globalReplicationGroup:* gcp:sql/sourceRepresentationInstance:*"),
    ("vault", "aws:backup/vault:* aws:backup/logicallyAirGappedVault:* gcp:backupdisasterrecovery/backupVault:*"),
    ("executions", "aws:sfn/stateMachine:* gcp:workflows/workflow:*"),
    ("program", "gcp:compute/image:Image"),
    # Permissions, whatever they are on.
    (
        "permissions",
        "aws:iam/* gcp:iam/* gcp:serviceaccount/* gcp:*IAMMember gcp:*IAMBinding gcp:*IAMPolicy gcp:*IamMember",
    ),
    ("permissions", "gcp:*IamBinding gcp:*IamPolicy gcp:*/iAM* gcp:*AclPolicy gcp:storage/bucketACL:*"),
    ("permissions", "aws:*/*[pP]olicy:SecretPolicy aws:kms/grant:* aws:kms/keyPolicy:* aws:lambda/permission:*"),
    (
        "permissions",
        "aws:*/*Policy:RepositoryPolicy aws:ecr/registryPolicy:* aws:sns/topicPolicy:* aws:sqs/queuePolicy:*",
    ),
    (
        "permissions",
        "aws:s3/bucketPolicy:* aws:s3/*PublicAccessBlock:* aws:s3/bucketAcl* aws:s3/bucketOwnershipControls:*",
    ),
    ("permissions", "aws:cloudwatch/logResourcePolicy:* aws:cloudfront/originAccess* aws:efs/fileSystemPolicy:*"),
    ("permissions", "aws:eks/access* aws:eks/podIdentityAssociation:* aws:backup/vaultPolicy:*"),
    ("permissions", "kubernetes:rbac.authorization.k8s.io/* kubernetes:core/v1:ServiceAccount"),
    (
        "permissions",
        "gcp:projects/defaultServiceAccounts:* gcp:projects/serviceIdentity:* gcp:*olicy:OrganizationPolicy",
    ),
    ("permissions", "gcp:orgpolicy/* gcp:organizations/*"),
    # The network.
    ("network", "aws:ec2/*[vV]pc* aws:ec2/*[sS]ubnet:* aws:ec2/*[gG]ateway* aws:ec2/*[rR]oute* aws:ec2/eip*"),
    ("network", "aws:ec2/networkInterface* aws:ec2/managedPrefixList* aws:ec2/customerGateway:* aws:ec2/vpn*"),
    ("network", "aws:ec2transitgateway/* aws:directconnect/* gcp:compute/network:* gcp:compute/subnetwork:*"),
    ("network", "gcp:compute/network[PA]* gcp:compute/route* gcp:compute/*VpnGateway:* gcp:compute/vPN*"),
    ("network", "gcp:compute/serviceAttachment:* gcp:compute/sharedVPC* gcp:compute/*[aA]ddress:* gcp:vpcaccess/*"),
    ("network", "gcp:servicenetworking/* gcp:networkconnectivity/* gcp:datastream/privateConnection:*"),
    (
        "network",
        "gcp:redis/clusterUserCreatedConnections:* gcp:memorystore/instanceDesired* kubernetes:core/v1:Endpoints",
    ),
    ("network", "kubernetes:discovery.k8s.io/*"),
    (
        "filter",
        "aws:ec2/*[sS]ecurityGroup* aws:ec2/*[nN]etworkAcl* aws:vpc/securityGroup* aws:shield/* aws:wafv2/ipSet:*",
    ),
    ("filter", "aws:wafv2/regexPatternSet:* aws:wafv2/ruleGroup:* aws:wafv2/webAcl:* aws:wafv2/webAclAssociation:*"),
    ("filter", "gcp:compute/*[fF]irewall* gcp:compute/*[sS]ecurityPolicy* gcp:compute/networkEdgeSecurityService:*"),
    ("filter", "kubernetes:networking.k8s.io/v1:NetworkPolicy kubernetes:admissionregistration.k8s.io/*"),
    # What stands before the servers.
    ("front", "aws:lb/* aws:alb/* aws:elb/* aws:globalaccelerator/* aws:apigateway/* aws:apigatewayv2/*"),
    ("front", "aws:lambda/functionUrl:* aws:cloudfront/distribution:* gcp:compute/*[fF]orwardingRule:*"),
    ("front", "gcp:compute/*[tT]arget* gcp:compute/*[uU][rR][lL]Map:* gcp:compute/*UrlMap:* gcp:compute/*ackend*:*"),
    ("front", "gcp:compute/*NetworkEndpoint* gcp:compute/networkEndpoint* kubernetes:core/v1:Service"),
    ("front", "kubernetes:networking.k8s.io/* kubernetes:gateway.networking.k8s.io/*"),
    ("settings", "aws:cloudfront/* aws:arczonalshift/* gcp:compute/*[sS][sS][lL]Policy:* gcp:compute/sSLPolicy:*"),
    (
        "names",
        "aws:route53/zone:* aws:route53/record:* aws:servicediscovery/* gcp:dns/* kubernetes:externaldns.k8s.io/*",
    ),
    ("certificates", "aws:acm/* gcp:certificatemanager/* gcp:compute/*ertificate:* kubernetes:cert-manager.io/*"),
    # Keys and settings.
    ("keys", "aws:kms/* aws:secretsmanager/* aws:ssm/parameter:* aws:ec2/keyPair:* gcp:kms/* gcp:secretmanager/*"),
    ("keys", "gcp:storage/hmacKey:* gcp:sql/sslCert:* kubernetes:core/v1:Secret kubernetes:core/v1:ConfigMap"),
    ("keys", "aws:elasticache/user* gcp:sql/user:* tls:index/*"),
    # What runs the program.
    ("compute", "aws:ecs/* aws:autoscaling/group:* aws:ec2/instance:* aws:ec2/launch* aws:lambda/function:* aws:eks/*"),
    ("compute", "gcp:compute/instance[!I]* gcp:compute/*nstance[GT]* gcp:cloudrunv2/* gcp:cloudfunctionsv2/*"),
    (
        "compute",
        "gcp:container/* kubernetes:apps/* kubernetes:argoproj.io/* kubernetes:batch/* kubernetes:core/v1:Node",
    ),
    ("program", "aws:ecr/* aws:lambda/* gcp:artifactregistry/* aws:codedeploy/* aws:s3/bucketObject:*"),
    ("program", "aws:s3/bucketObjectv2:* gcp:storage/bucketObject:* synced-folder:index:S3BucketFolder"),
    ("settings", "aws:autoscaling/* aws:appautoscaling/* aws:arcregionswitch/* aws:route53recoverycontrol/*"),
    ("settings", "aws:ec2/placementGroup:* aws:ec2/volumeAttachment:* aws:*:Tag aws:resourcegroups/*"),
    ("settings", "gcp:compute/*utoscaler:* gcp:compute/projectMetadata* gcp:compute/reservation:*"),
    ("settings", "gcp:compute/*esourcePolicy* gcp:gkehub/* gcp:compute/diskAsyncReplication:* gcp:projects/*"),
    ("settings", "gcp:serviceusage/* kubernetes:autoscaling/* kubernetes:keda.sh/* kubernetes:policy/*"),
    (
        "settings",
        "kubernetes:scheduling.k8s.io/* kubernetes:storage.k8s.io/* kubernetes:snapshot.storage.k8s.io/*Class",
    ),
    ("settings", "kubernetes:apiextensions.k8s.io/* kubernetes:core/v1:Namespace kubernetes:core/v1:ResourceQuota"),
    ("settings", "kubernetes:core/v1:LimitRange kubernetes:redis.redis.opstreelabs.in/*Sentinel"),
    # What sets up stores: where there is none, nothing is kept.
    ("settings", "aws:s3/bucket[A-U]* aws:s3/bucketVersioning* aws:s3/bucketWebsite* aws:*/subnetGroup:*"),
    (
        "settings",
        "aws:*/*arameterGroup:* aws:rds/optionGroup:* aws:rds/proxy* aws:efs/accessPoint:* aws:efs/backupPolicy:*",
    ),
    ("settings", "aws:efs/mountTarget:* aws:efs/replicationConfiguration:* aws:backup/* gcp:backupdisasterrecovery/*"),
    ("settings", "gcp:storage/notification:* gcp:storage/*older:* aws:rds/instanceAutomatedBackupsReplication:*"),
    ("settings", "gcp:sql/provisionScript:* gcp:storage/transferJob:* gcp:datastream/*"),
    ("settings", "kubernetes:ceph.rook.io/v1:CephFilesystemSubVolumeGroup"),
    # What watches.
    ("watch", "aws:cloudwatch/*Alarm:* aws:cloudwatch/dashboard:* aws:cloudwatch/event* aws:scheduler/* aws:sns/*"),
    ("watch", "aws:route53/healthCheck:* aws:synthetics/* aws:budgets/* aws:costexplorer/* aws:guardduty/* aws:xray/*"),
    ("watch", "aws:rds/eventSubscription:* gcp:monitoring/* gcp:billing/* gcp:cloudscheduler/* gcp:eventarc/*"),
    ("watch", "gcp:pubsub/topic:* gcp:compute/*ealthCheck:* kubernetes:monitoring.coreos.com/*"),
    ("audit", "aws:cloudtrail/* aws:cfg/*"),
    (
        "log lines",
        "aws:cloudwatch/log[!G]* aws:ec2/flowLog:* aws:route53/queryLog:* aws:wafv2/webAclLoggingConfiguration:*",
    ),
    ("log lines", "gcp:logging/*"),
    ("values", "random:index/* time:index/* pulumi:pulumi:StackReference"),
)
"""Which reason holds for a type: patterns of type tokens, the first that fits."""


@cache
def of_type(token: str) -> str | None:
    """The name of the reason that holds for a type; ``None`` where none is known."""
    return next((name for name, patterns in TYPES if any(fnmatchcase(token, one) for one in patterns.split())), None)
