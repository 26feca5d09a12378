"""What each type of Google Cloud costs a month: from which inputs, by which price, for which purpose.

How much of it a resource takes is worked out in ``meters.py``. The prices, with date and source, stand in
``bcinfra/continuity/data/prices.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.costs import Area, Line, Purpose
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.readings.base.metering import Costs, always, each, free, hours
from bcinfra.continuity.readings.gcp import meters

_SERVED_WITH: Final = "no charge of its own: what it belongs to is paid"
_NOTHING: Final = "free"
_FREE: Final[Mapping[str, str]] = {
    "gcp:alloydb/cluster": "its instances are paid",
    "gcp:artifactregistry/repositoryI": _NOTHING,
    "gcp:backupdisasterrecovery/backupPlan": _SERVED_WITH,
    "gcp:backupdisasterrecovery/serviceConfig": _NOTHING,
    "gcp:billing/": _NOTHING,
    "gcp:certificatemanager/": "the first hundred certificates are free",
    "gcp:cloudfunctions/functionI": _NOTHING,
    "gcp:cloudfunctionsv2/functionI": _NOTHING,
    "gcp:cloudrun/iam": _NOTHING,
    "gcp:cloudrunv2/jobI": _NOTHING,
    "gcp:cloudrunv2/serviceI": _NOTHING,
    "gcp:compute/autoscaler": _SERVED_WITH,
    "gcp:compute/backend": _SERVED_WITH,
    "gcp:compute/diskI": _NOTHING,
    "gcp:compute/diskResourcePolicyAttachment": _SERVED_WITH,
    "gcp:compute/externalVpnGateway": _NOTHING,
    "gcp:compute/firewall": _NOTHING,
    "gcp:compute/globalNetworkEndpoint": _SERVED_WITH,
    "gcp:compute/haVpnGateway": "its tunnels are paid",
    "gcp:compute/httpHealthCheck": _NOTHING,
    "gcp:compute/httpsHealthCheck": _NOTHING,
    "gcp:compute/imageI": _NOTHING,
    "gcp:compute/instanceGroup:": _SERVED_WITH,
    "gcp:compute/instanceGroupNamedPort": _SERVED_WITH,
    "gcp:compute/instanceI": _NOTHING,
    "gcp:compute/instanceTemplate": _SERVED_WITH,
    "gcp:compute/managedSslCertificate": _NOTHING,
    "gcp:compute/mangedSslCertificate": _NOTHING,
    "gcp:compute/network": _NOTHING,
    "gcp:compute/projectMetadata": _NOTHING,
    "gcp:compute/regionAutoscaler": _SERVED_WITH,
    "gcp:compute/regionBackendService": _SERVED_WITH,
    "gcp:compute/regionDiskResourcePolicyAttachment": _SERVED_WITH,
    "gcp:compute/regionHealthCheck": _NOTHING,
    "gcp:compute/regionInstanceTemplate": _SERVED_WITH,
    "gcp:compute/regionNetwork": _SERVED_WITH,
    "gcp:compute/regionSecurityPolicyRule": "counted with its policy",
    "gcp:compute/regionSsl": _NOTHING,
    "gcp:compute/regionTarget": _SERVED_WITH,
    "gcp:compute/regionUrlMap": _SERVED_WITH,
    "gcp:compute/resourcePolicy": _SERVED_WITH,
    "gcp:compute/route": _NOTHING,
    "gcp:compute/sSL": _NOTHING,
    "gcp:compute/securityPolicyRule": "counted with its policy",
    "gcp:compute/sharedVPC": _NOTHING,
    "gcp:compute/subnetwork": _NOTHING,
    "gcp:compute/target": _SERVED_WITH,
    "gcp:compute/uRLMap": _SERVED_WITH,
    "gcp:compute/vPNGateway": "its tunnels are paid",
    "gcp:datastream/connectionProfile": _SERVED_WITH,
    "gcp:datastream/privateConnection": _SERVED_WITH,
    "gcp:dns/policy": _NOTHING,
    "gcp:dns/recordSet": "what is asked is counted with the zone",
    "gcp:dns/responsePolicy": _NOTHING,
    "gcp:eventarc/trigger": "events of Google are free",
    "gcp:gkehub/": "no charge for a cluster of Google's",
    "gcp:iam/": _NOTHING,
    "gcp:iap/": _NOTHING,
    "gcp:kms/autokeyConfig": _NOTHING,
    "gcp:kms/cryptoKeyI": _NOTHING,
    "gcp:kms/cryptoKeyVersion": "counted with its key",
    "gcp:kms/keyRing": _NOTHING,
    "gcp:logging/": "what is written is counted with what writes it",
    "gcp:memorystore/aclPolicy": _NOTHING,
    "gcp:memorystore/instanceDesired": _SERVED_WITH,
    "gcp:monitoring/customService": _NOTHING,
    "gcp:monitoring/dashboard": _NOTHING,
    "gcp:monitoring/genericService": _NOTHING,
    "gcp:monitoring/group": _NOTHING,
    "gcp:monitoring/metricDescriptor": _NOTHING,
    "gcp:monitoring/monitoredProject": _NOTHING,
    "gcp:monitoring/notificationChannel": _NOTHING,
    "gcp:monitoring/slo": _NOTHING,
    "gcp:monitoring/snooze": _NOTHING,
    "gcp:networkconnectivity/serviceConnectionPolicy": _NOTHING,
    "gcp:organizations/": _NOTHING,
    "gcp:orgpolicy/": _NOTHING,
    "gcp:projects/": _NOTHING,
    "gcp:pubsub/subscriptionI": _NOTHING,
    "gcp:pubsub/topicI": _NOTHING,
    "gcp:redis/clusterAclPolicy": _NOTHING,
    "gcp:redis/clusterUserCreated": _SERVED_WITH,
    "gcp:secretmanager/regionalSecretI": _NOTHING,
    "gcp:secretmanager/regionalSecretVersion": "counted with its secret",
    "gcp:secretmanager/secretI": _NOTHING,
    "gcp:secretmanager/secretVersion": "counted with its secret",
    "gcp:serviceaccount/": _NOTHING,
    "gcp:servicenetworking/": _NOTHING,
    "gcp:serviceusage/": _NOTHING,
    "gcp:spanner/backupSchedule": _SERVED_WITH,
    "gcp:spanner/database": "its instance is paid",
    "gcp:sql/database:": _SERVED_WITH,
    "gcp:sql/provisionScript": _NOTHING,
    "gcp:sql/sourceRepresentationInstance": "it stands for a server elsewhere",
    "gcp:sql/sslCert": _NOTHING,
    "gcp:sql/user": _NOTHING,
    "gcp:storage/bucketA": _NOTHING,
    "gcp:storage/bucketI": _NOTHING,
    "gcp:storage/bucketObject": "what it holds is counted with its bucket",
    "gcp:storage/defaultObjectA": _NOTHING,
    "gcp:storage/folder": _NOTHING,
    "gcp:storage/hmacKey": _NOTHING,
    "gcp:storage/managedFolder": _NOTHING,
    "gcp:storage/notification": _NOTHING,
    "gcp:storage/objectA": _NOTHING,
    "gcp:storage/transferJob": "no fee between clouds' buckets; what leaves a region is counted with the flows",
}
"""How the tokens of types begin that have no charge of their own, and why."""

_RULE: Final = Costs("five rules together, each further one, and GB that pass", meters.rule, Area.NETWORK)
_GROUP: Final = Costs(
    "hours of its template's machine and disks, by its size or autoscaler", meters.group, Area.COMPUTE
)
_DISK: Final = Costs("GB by type", meters.disk, Area.FILES)
_REGION_DISK: Final = Costs("GB by type, twice a zonal disk's", meters.region_disk, Area.FILES)
_ADDRESS: Final = Costs("its hours where nothing uses it", meters.address)
_POLICY: Final = Costs("a policy and its rules a month, and requests", meters.policy, Area.EDGE, Purpose.EDGE)
_HEALTH: Final = Costs("a check of DNS; those of balancers are free", meters.health, Area.WATCHING, Purpose.WATCHING)
_CACHE: Final = Costs(
    "hours of its nodes in all shards, append-only files, backups",
    meters.cache_cluster,
    Area.CACHE,
    holds=meters.memory_of,
)
_SECRET: Final = Costs("an active version in each place that has it", meters.secret, Area.KEYS)
PRICED: Final[Mapping[str, Costs]] = {
    "gcp:artifactregistry/repository:Repository": Costs(
        "GB of images, and each image that is scanned", meters.images, Area.IMAGES
    ),
    "gcp:cloudfunctions/function:Function": Costs("vCPU and memory by request", meters.function, Area.COMPUTE),
    "gcp:cloudfunctionsv2/function:Function": Costs("vCPU and memory by request", meters.function, Area.COMPUTE),
    "gcp:cloudrun/service:Service": Costs("vCPU and memory by request", meters.run, Area.COMPUTE),
    "gcp:cloudrunv2/service:Service": Costs(
        "vCPU and memory of its instances, all the time or while requests last", meters.run, Area.COMPUTE
    ),
    "gcp:cloudrunv2/workerPool:WorkerPool": Costs(
        "vCPU and memory of its instances, all the time", meters.workers, Area.COMPUTE
    ),
    "gcp:cloudscheduler/job:Job": Costs("a job a month", always(Line("gcp.scheduler.job", each(1))), Area.AUTOMATION),
    "gcp:compute/address:Address": _ADDRESS,
    "gcp:compute/disk:Disk": _DISK,
    "gcp:compute/forwardingRule:ForwardingRule": _RULE,
    "gcp:compute/globalAddress:GlobalAddress": _ADDRESS,
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": _RULE,
    "gcp:compute/healthCheck:HealthCheck": _HEALTH,
    "gcp:compute/instance:Instance": Costs("its hours, disks and public address", meters.instance, Area.COMPUTE),
    "gcp:compute/instanceGroupManager:InstanceGroupManager": _GROUP,
    "gcp:compute/regionDisk:RegionDisk": _REGION_DISK,
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": _GROUP,
    "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy": _POLICY,
    "gcp:compute/reservation:Reservation": Costs(
        "hours of its instances that do not run", meters.reservation, Area.COMPUTE, Purpose.STANDBY
    ),
    "gcp:compute/routerNat:RouterNat": Costs("by the servers behind it, and GB", meters.nat),
    "gcp:compute/securityPolicy:SecurityPolicy": _POLICY,
    "gcp:compute/vPNTunnel:VPNTunnel": Costs("its hours", always(Line("gcp.vpn.tunnel.hour", hours(1)))),
    "gcp:container/cluster:Cluster": Costs("its hours, and nodes that come with it", meters.cluster, Area.COMPUTE),
    "gcp:container/nodePool:NodePool": Costs("hours and disks of its nodes in all zones", meters.nodes, Area.COMPUTE),
    "gcp:datastream/stream:Stream": Costs("GB by what changes", meters.stream, Area.BACKUPS, Purpose.COPIES),
    "gcp:dns/managedZone:ManagedZone": Costs(
        "a zone a month, and questions by visits", meters.zone, Area.EDGE, Purpose.EDGE
    ),
    "gcp:filestore/instance:Instance": Costs("GB that it is made for, by tier", meters.files, Area.FILES),
    "gcp:kms/cryptoKey:CryptoKey": Costs("active versions, by its rotation", meters.key, Area.KEYS),
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": Costs(
        "GB that sinks write into it, and kept beyond a month", meters.log_bucket, Area.WATCHING, Purpose.WATCHING
    ),
    "gcp:memorystore/instance:Instance": _CACHE,
    "gcp:monitoring/alertPolicy:AlertPolicy": Costs("its conditions", meters.alert, Area.WATCHING, Purpose.WATCHING),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": Costs(
        "executions, by its period and regions", meters.uptime, Area.WATCHING, Purpose.WATCHING
    ),
    "gcp:pubsub/subscription:Subscription": Costs(
        "TiB delivered", always(Line("gcp.pubsub.tib", Range(0.001, 0.05, 0.0), "few messages")), Area.MESSAGES
    ),
    "gcp:pubsub/topic:Topic": Costs(
        "TiB published", always(Line("gcp.pubsub.tib", Range(0.001, 0.05, 0.0), "few messages")), Area.MESSAGES
    ),
    "gcp:redis/cluster:Cluster": _CACHE,
    "gcp:redis/instance:Instance": Costs("GB by tier and size", meters.cache_instance, Area.CACHE),
    "gcp:secretmanager/regionalSecret:RegionalSecret": _SECRET,
    "gcp:secretmanager/secret:Secret": _SECRET,
    "gcp:sql/databaseInstance:DatabaseInstance": Costs(
        "vCPU, memory and disk by edition, twice where it is regional; backups by what changes",
        meters.database,
        Area.DATABASE,
        holds=meters.disk_of,
    ),
    "gcp:storage/bucket:Bucket": Costs(
        "GB stored by class and location, old versions by what changes, replication, requests",
        meters.bucket,
        Area.OBJECTS,
    ),
    "gcp:workflows/workflow:Workflow": Costs(
        "steps",
        always(Line("gcp.workflows.external.1k", Range(0.1, 50, 0.0), "now and then")),
        Area.AUTOMATION,
        Purpose.STANDBY,
    ),
}


def costs(tokens: Mapping[str, object]) -> dict[str, Costs]:
    """What each type costs, of all that have a row."""
    none = {token: free(why) for token in tokens for start, why in _FREE.items() if token.startswith(start)}
    return {**none, **{token: cost for token, cost in PRICED.items() if token in tokens}}
