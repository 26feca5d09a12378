"""What each type of AWS costs a month: from which inputs, by which price, for which purpose.

How much of it a resource takes is worked out in ``meters.py``. The prices, with date and source, stand in
``bcinfra/continuity/data/prices.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.costs import Area, Line, Purpose
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.readings.aws import meters
from bcinfra.continuity.readings.base.metering import Costs, always, each, free, hours

_BY_MAIL: Final = "paid by the mail that is sent, USD 0.10 for 1,000, which is not counted"
_SERVED_WITH: Final = "no charge of its own: what it belongs to is paid"
_NOTHING: Final = "free"
_FREE: Final[Mapping[str, str]] = {
    "aws:acm/": "free on load balancers and CloudFront",
    "aws:alb/listener": _SERVED_WITH,
    "aws:alb/targetGroup": _SERVED_WITH,
    "aws:apigateway/apiKey": _SERVED_WITH,
    "aws:apigateway/base": _SERVED_WITH,
    "aws:apigateway/deployment": _SERVED_WITH,
    "aws:apigateway/domainName": _SERVED_WITH,
    "aws:apigateway/integration": _SERVED_WITH,
    "aws:apigateway/method": _SERVED_WITH,
    "aws:apigateway/resource": _SERVED_WITH,
    "aws:apigateway/stage": _SERVED_WITH,
    "aws:apigateway/usage": _SERVED_WITH,
    "aws:apigatewayv2/apiMapping": _SERVED_WITH,
    "aws:apigatewayv2/authorizer": _SERVED_WITH,
    "aws:apigatewayv2/deployment": _SERVED_WITH,
    "aws:apigatewayv2/domainName": _SERVED_WITH,
    "aws:apigatewayv2/integration": _SERVED_WITH,
    "aws:apigatewayv2/route": _SERVED_WITH,
    "aws:apigatewayv2/stage": _SERVED_WITH,
    "aws:apigatewayv2/vpcLink": _SERVED_WITH,
    "aws:appautoscaling/": _SERVED_WITH,
    "aws:appsync/apiKey": _SERVED_WITH,
    "aws:appsync/dataSource": _SERVED_WITH,
    "aws:appsync/function": _SERVED_WITH,
    "aws:appsync/resolver": _SERVED_WITH,
    "aws:arczonalshift/": "zonal shift and autoshift are free",
    "aws:autoscaling/attachment": _SERVED_WITH,
    "aws:autoscaling/lifecycleHook": _SERVED_WITH,
    "aws:autoscaling/policy": _SERVED_WITH,
    "aws:autoscaling/schedule": _SERVED_WITH,
    "aws:autoscaling/trafficSource": _SERVED_WITH,
    "aws:backup/": "what a vault holds is counted with the copies of what is backed up",
    "aws:budgets/": "the first two are free",
    "aws:cloudfront/cachePolicy": _SERVED_WITH,
    "aws:cloudfront/keyValueStore": _SERVED_WITH,
    "aws:cloudfront/keyvaluestoreKey": _SERVED_WITH,
    "aws:cloudfront/origin": _SERVED_WITH,
    "aws:cloudfront/responseHeadersPolicy": _SERVED_WITH,
    "aws:cloudtrail/trail": "the first copy of an account's management events is free",
    "aws:cloudwatch/alarmMuteRule": "alarms are counted, their pauses are not",
    "aws:cloudwatch/eventBus": "events of AWS are free",
    "aws:cloudwatch/eventRule": "events of AWS and schedules are free",
    "aws:cloudwatch/eventTarget": _SERVED_WITH,
    "aws:cloudwatch/logMetricFilter": _SERVED_WITH,
    "aws:cloudwatch/logResourcePolicy": _NOTHING,
    "aws:cloudwatch/logStream": _SERVED_WITH,
    "aws:codebuild/sourceCredential": _NOTHING,
    "aws:codebuild/webhook": _NOTHING,
    "aws:codedeploy/": "free for deployments to AWS",
    "aws:codepipeline/webhook": _NOTHING,
    "aws:codestarconnections/": _NOTHING,
    "aws:cognito/identityPool": _NOTHING,
    "aws:cognito/resourceServer": _SERVED_WITH,
    "aws:cognito/userGroup": _SERVED_WITH,
    "aws:cognito/userPoolClient": _SERVED_WITH,
    "aws:cognito/userPoolDomain": _SERVED_WITH,
    "aws:connect/": "paid with its numbers, by the minutes that are talked",
    "aws:costexplorer/": _NOTHING,
    "aws:dms/endpoint": _SERVED_WITH,
    "aws:dms/replicationSubnetGroup": _NOTHING,
    "aws:dms/replicationTask": _SERVED_WITH,
    "aws:docdb/clusterParameterGroup": _NOTHING,
    "aws:docdb/subnetGroup": _NOTHING,
    "aws:dynamodb/tag": _NOTHING,
    "aws:ec2/customerGateway": _NOTHING,
    "aws:ec2/default": _NOTHING,
    "aws:ec2/egressOnlyInternetGateway": _NOTHING,
    "aws:ec2/eipAssociation": _NOTHING,
    "aws:ec2/internetGateway": _NOTHING,
    "aws:ec2/keyPair": _NOTHING,
    "aws:ec2/launch": _SERVED_WITH,
    "aws:ec2/mainRouteTableAssociation": _NOTHING,
    "aws:ec2/managedPrefixList": _NOTHING,
    "aws:ec2/networkAcl": _NOTHING,
    "aws:ec2/networkInterface": _NOTHING,
    "aws:ec2/placementGroup": _NOTHING,
    "aws:ec2/route": _NOTHING,
    "aws:ec2/securityGroup": _NOTHING,
    "aws:ec2/subnet": _NOTHING,
    "aws:ec2/tag": _NOTHING,
    "aws:ec2/volumeAttachment": _SERVED_WITH,
    "aws:ec2/vpc:": _NOTHING,
    "aws:ec2/vpcDhcpOptions": _NOTHING,
    "aws:ec2/vpcEndpointRouteTableAssociation": _SERVED_WITH,
    "aws:ec2/vpcPeeringConnection": "free; what goes over it between zones is counted with the flows",
    "aws:ec2/vpnConnectionRoute": _SERVED_WITH,
    "aws:ec2/vpnGateway": _SERVED_WITH,
    "aws:ec2transitgateway/route": _SERVED_WITH,
    "aws:ec2transitgateway/transitGateway": "its attachments are paid",
    "aws:ecr/lifecyclePolicy": _SERVED_WITH,
    "aws:ecr/pullThroughCacheRule": _SERVED_WITH,
    "aws:ecr/registry": _SERVED_WITH,
    "aws:ecr/repositoryPolicy": _SERVED_WITH,
    "aws:ecs/capacityProvider": _SERVED_WITH,
    "aws:ecs/cluster": "what runs in it is paid",
    "aws:ecs/taskDefinition": "what runs of it is paid",
    "aws:efs/accessPoint": _SERVED_WITH,
    "aws:efs/backupPolicy": _SERVED_WITH,
    "aws:efs/fileSystemPolicy": _SERVED_WITH,
    "aws:efs/mountTarget": _SERVED_WITH,
    "aws:efs/replicationConfiguration": "what it sends is counted with the flows, the replica as a file system",
    "aws:eks/access": _SERVED_WITH,
    "aws:eks/addon": _SERVED_WITH,
    "aws:eks/podIdentityAssociation": _SERVED_WITH,
    "aws:elasticache/globalReplicationGroup": "its groups are paid; what it sends is counted with the flows",
    "aws:elasticache/parameterGroup": _NOTHING,
    "aws:elasticache/subnetGroup": _NOTHING,
    "aws:elasticache/user": _NOTHING,
    "aws:globalaccelerator/endpointGroup": _SERVED_WITH,
    "aws:globalaccelerator/listener": _SERVED_WITH,
    "aws:iam/": _NOTHING,
    "aws:kms/alias": _NOTHING,
    "aws:kms/grant": _NOTHING,
    "aws:kms/keyPolicy": _NOTHING,
    "aws:lambda/alias": _SERVED_WITH,
    "aws:lambda/eventSourceMapping": _SERVED_WITH,
    "aws:lambda/functionUrl": _SERVED_WITH,
    "aws:lambda/layerVersion": _SERVED_WITH,
    "aws:lambda/permission": _NOTHING,
    "aws:lb/listener": _SERVED_WITH,
    "aws:lb/targetGroup": _SERVED_WITH,
    "aws:memorydb/subnetGroup": _NOTHING,
    "aws:neptune/subnetGroup": _NOTHING,
    "aws:rds/clusterParameterGroup": _NOTHING,
    "aws:rds/eventSubscription": _NOTHING,
    "aws:rds/globalCluster": "its clusters are paid",
    "aws:rds/optionGroup": _NOTHING,
    "aws:rds/parameterGroup": _NOTHING,
    "aws:rds/proxyDefaultTargetGroup": _SERVED_WITH,
    "aws:rds/proxyTarget": _SERVED_WITH,
    "aws:rds/subnetGroup": _NOTHING,
    "aws:redshift/subnetGroup": _NOTHING,
    "aws:resourcegroups/": _NOTHING,
    "aws:route53/hostedZoneDnsSec": _SERVED_WITH,
    "aws:route53/keySigningKey": _SERVED_WITH,
    "aws:route53/queryLog": _SERVED_WITH,
    "aws:route53/record:": "what is asked is counted with the zone",
    "aws:s3/accountPublicAccessBlock": _NOTHING,
    "aws:s3/bucketA": _NOTHING,
    "aws:s3/bucketC": _NOTHING,
    "aws:s3/bucketLifecycle": _SERVED_WITH,
    "aws:s3/bucketLogging": _SERVED_WITH,
    "aws:s3/bucketNotification": _SERVED_WITH,
    "aws:s3/bucketObject": "what it holds is counted with its bucket",
    "aws:s3/bucketOwnership": _NOTHING,
    "aws:s3/bucketP": _NOTHING,
    "aws:s3/bucketRequest": _NOTHING,
    "aws:s3/bucketServer": _NOTHING,
    "aws:s3/bucketVersioning": "old versions are counted with the bucket",
    "aws:s3/bucketWebsite": _SERVED_WITH,
    "aws:scheduler/": "a schedule's runs are free up to 14 million a month",
    "aws:secretsmanager/secretPolicy": _SERVED_WITH,
    "aws:secretsmanager/secretRotation": _SERVED_WITH,
    "aws:secretsmanager/secretVersion": _SERVED_WITH,
    "aws:servicediscovery/": "counted with a private zone",
    "aws:ses/": _BY_MAIL,
    "aws:sesv2/": _BY_MAIL,
    "aws:sns/topicPolicy": _NOTHING,
    "aws:chatbot/": _NOTHING,
    "aws:sns/topicSubscription": _SERVED_WITH,
    "aws:sqs/queuePolicy": _NOTHING,
    "aws:sqs/redrive": _NOTHING,
    "aws:ssm/document": "free; of an automation, steps beyond 100,000 a month are not",
    "aws:vpc/": _NOTHING,
    "aws:wafv2/ipSet": _NOTHING,
    "aws:wafv2/regexPatternSet": _NOTHING,
    "aws:wafv2/ruleGroup": "its rules are counted with the lists that use it",
    "aws:wafv2/webAclAssociation": _SERVED_WITH,
    "aws:wafv2/webAclLoggingConfiguration": "what it writes is counted with its log group",
    "aws:cloudwatch/logDelivery": "what it writes is counted with its log group",
    "aws:xray/group": _NOTHING,
}
"""How the tokens of types begin that have no charge of their own, and why."""

_BALANCER: Final = Costs(
    "its hours, capacity units by what passes and is asked, and an address in each zone where it is public",
    meters.balancer,
    Area.COMPUTE,
)
_BUCKET: Final = Costs(
    "GB stored, old versions by what changes, and requests",
    meters.bucket,
    Area.OBJECTS,
    sent="aws.s3.replication.transfer.gb",
)
_REPLICATION: Final = Costs(
    "GB replicated within a promised time, by what changes", meters.replication, Area.OBJECTS, Purpose.COPIES
)
_KEY: Final = Costs("a key a month in each region, and its requests", meters.key, Area.KEYS)
PRICED: Final[Mapping[str, Costs]] = {
    "aws:alb/loadBalancer:LoadBalancer": _BALANCER,
    "aws:arcregionswitch/plan:Plan": Costs(
        "a plan a month", always(Line("aws.arc.region_switch.plan", each(1))), Area.AUTOMATION, Purpose.STANDBY
    ),
    "aws:autoscaling/group:Group": Costs(
        "hours of its template's machine, between its minimum and its maximum", meters.scaling_group, Area.COMPUTE
    ),
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": Costs(
        "copies tested, by the plan's schedule; what is restored is billed on top",
        meters.restore_test,
        Area.BACKUPS,
        Purpose.COPIES,
    ),
    "aws:cloudfront/distribution:Distribution": Costs(
        "requests; what it sends is counted with the flows", meters.distribution, Area.EDGE, Purpose.EDGE
    ),
    "aws:cloudfront/function:Function": Costs(
        "runs, one a request, and reads of a store", meters.edge_function, Area.EDGE, Purpose.EDGE
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Costs(
        "an alarm a month", always(Line("aws.cloudwatch.alarm.composite", each(1))), Area.WATCHING, Purpose.WATCHING
    ),
    "aws:cloudwatch/dashboard:Dashboard": Costs(
        "a dashboard a month", always(Line("aws.cloudwatch.dashboard", each(1))), Area.WATCHING, Purpose.WATCHING
    ),
    "aws:cloudwatch/logGroup:LogGroup": Costs(
        "GB written by visits, and kept for its retention", meters.log_group, Area.WATCHING, Purpose.WATCHING
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Costs(
        "each metric that it looks at", meters.alarm, Area.WATCHING, Purpose.WATCHING
    ),
    "aws:connect/phoneNumber:PhoneNumber": Costs(
        "a number by the day, and minutes by orders", meters.number, Area.PEOPLE, Purpose.PEOPLE
    ),
    "aws:dms/replicationInstance:ReplicationInstance": Costs("its hours, by class", meters.migration, Area.DATABASE),
    "aws:dynamodb/table:Table": Costs(
        "requests by visits, GB stored, point-in-time recovery", meters.table, Area.DATABASE
    ),
    "aws:ebs/volume:Volume": Costs(
        "GB by type, IOPS and throughput above the baseline",
        meters.volume,
        Area.FILES,
        kept="aws.backup.ebs.gb",
        holds=meters.size_of,
        copied="aws.backup.copy.cross_region.gb",
    ),
    "aws:ec2/capacityReservation:CapacityReservation": Costs(
        "hours of its servers that do not run", meters.reservation, Area.COMPUTE, Purpose.STANDBY
    ),
    "aws:ec2/eip:Eip": Costs("a public address, in use or not", always(Line("aws.public_ipv4.hour", hours(1)))),
    "aws:ec2/flowLog:FlowLog": Costs(
        "GB of logs",
        always(Line("aws.cloudwatch.logs.vended.gb", Range(5, 50, 0.5), "connections of its network")),
        Area.WATCHING,
        Purpose.WATCHING,
    ),
    "aws:ec2/instance:Instance": Costs("its hours, disks and public address", meters.instance, Area.COMPUTE),
    "aws:ec2/natGateway:NatGateway": Costs("its hours, and its part of what leaves the site", meters.nat),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Costs(
        "an interface endpoint's hours in each zone, and GB; a gateway endpoint is free", meters.endpoint
    ),
    "aws:ec2/vpnConnection:VpnConnection": Costs(
        "its hours, both tunnels together", always(Line("aws.vpn.connection.hour", hours(1)))
    ),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": Costs(
        "its hours", always(Line("aws.tgw.attachment.hour", hours(1)))
    ),
    "aws:ecr/repository:Repository": Costs(
        "GB of images", always(Line("aws.ecr.storage.gb", Range(2, 20, 0.5), "a few releases")), Area.IMAGES
    ),
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": Costs(
        "GB of what is pushed, to each other region", meters.image_copies, Area.IMAGES
    ),
    "aws:ecs/service:Service": Costs(
        "vCPU and memory of its tasks on Fargate, between the autoscaler's minimum and maximum; on one's own servers "
        "those are paid",
        meters.tasks,
        Area.COMPUTE,
    ),
    "aws:efs/fileSystem:FileSystem": Costs(
        "GB by class, and what is read",
        meters.files,
        Area.FILES,
        kept="aws.backup.efs.warm.gb",
        sent="aws.efs.replication.transfer.gb",
        copied="aws.backup.copy.cross_region.efs_s3.gb",
    ),
    "aws:eks/cluster:Cluster": Costs("its hours", always(Line("aws.eks.cluster.hour", hours(1))), Area.COMPUTE),
    "aws:eks/nodeGroup:NodeGroup": Costs("hours and disks of its machines", meters.nodes, Area.COMPUTE),
    "aws:elasticache/cluster:Cluster": Costs("hours of its nodes, snapshots", meters.cache_node, Area.CACHE),
    "aws:elasticache/replicationGroup:ReplicationGroup": Costs(
        "hours of its nodes in all shards, snapshots beyond the first",
        meters.cache_group,
        Area.CACHE,
        holds=meters.memory_of,
        sent="aws.elasticache.global_datastore.transfer.gb",
    ),
    "aws:elb/loadBalancer:LoadBalancer": Costs("its hours and what passes", meters.classic, Area.COMPUTE),
    "aws:globalaccelerator/accelerator:Accelerator": Costs(
        "its hours, and GB in the direction that is larger", meters.accelerator, Area.EDGE, Purpose.EDGE
    ),
    "aws:kms/externalKey:ExternalKey": _KEY,
    "aws:kms/key:Key": _KEY,
    "aws:kms/replicaKey:ReplicaKey": _KEY,
    "aws:lambda/function:Function": Costs(
        "requests and GB-seconds, by visits where those lead to it", meters.function, Area.COMPUTE
    ),
    "aws:lb/loadBalancer:LoadBalancer": _BALANCER,
    "aws:rds/cluster:Cluster": Costs(
        "GB stored and I/O of Aurora, backups beyond a day",
        meters.cluster,
        Area.DATABASE,
        kept="aws.backup.aurora.gb",
        copied="aws.backup.copy.cross_region.gb",
    ),
    "aws:rds/clusterInstance:ClusterInstance": Costs(
        "its hours by class, or capacity units where it is serverless", meters.cluster_instance, Area.DATABASE
    ),
    "aws:rds/instance:Instance": Costs(
        "hours by engine and class and GB of disk, both twice where it is Multi-AZ; backups beyond the disk's size; "
        "extended support of an old version",
        meters.database,
        Area.DATABASE,
        kept="aws.backup.rds.gb",
        holds=meters.disk_of,
        sent="aws.rds.read_replica.transfer.cross_region.gb",
        copied="aws.backup.copy.cross_region.gb",
    ),
    "aws:rds/proxy:Proxy": Costs(
        "vCPU of the servers of the database behind it, at least two", meters.proxy, Area.DATABASE
    ),
    "aws:route53/healthCheck:HealthCheck": Costs(
        "a check a month, and its options", meters.check, Area.WATCHING, Purpose.WATCHING
    ),
    "aws:route53/zone:Zone": Costs("a zone a month, and questions by visits", meters.zone, Area.EDGE, Purpose.EDGE),
    "aws:s3/bucket:Bucket": _BUCKET,
    "aws:s3/bucketMetric:BucketMetric": Costs(
        "the metrics of requests, of which each is paid",
        always(Line("aws.cloudwatch.metric.custom", each(16), "the metrics of one filter")),
        Area.WATCHING,
        Purpose.WATCHING,
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _REPLICATION,
    "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration": _REPLICATION,
    "aws:s3/bucketV2:BucketV2": _BUCKET,
    "aws:secretsmanager/secret:Secret": Costs("a secret a month in each region that has it", meters.secret, Area.KEYS),
    "aws:sfn/stateMachine:StateMachine": Costs(
        "steps, by the schedule of what starts it", meters.machine, Area.AUTOMATION
    ),
    "aws:shield/protection:Protection": Costs(
        "one subscription for all that is protected", meters.shield, Area.EDGE, Purpose.EDGE
    ),
    "aws:sns/topic:Topic": Costs(
        "requests", always(Line("aws.sns.requests.million", meters.FEW)), Area.MESSAGES, Purpose.WATCHING
    ),
    "aws:sqs/queue:Queue": Costs("requests, by orders", meters.queue, Area.MESSAGES),
    "aws:ssm/parameter:Parameter": Costs(
        "an advanced parameter a month; a standard one is free", meters.parameter, Area.KEYS
    ),
    "aws:synthetics/canary:Canary": Costs("runs, by its schedule", meters.canary, Area.WATCHING, Purpose.WATCHING),
    "aws:wafv2/webAcl:WebAcl": Costs(
        "a list and its rules a month, and requests", meters.wall, Area.EDGE, Purpose.EDGE
    ),
}


def costs(tokens: Mapping[str, object]) -> dict[str, Costs]:
    """What each type costs, of all that have a row."""
    none = {token: free(why) for token in tokens for start, why in _FREE.items() if token.startswith(start)}
    return {**none, **{token: cost for token, cost in PRICED.items() if token in tokens}}
