"""Types from which nothing follows for continuity that the parts do not already show, each group with its reason."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import plumbing
from bcinfra.continuity.readings.base.traits import guards, loses

READINGS: Final = {
    **plumbing(
        "The network runs on while its zones do; where it stands shows in the subnets.",
        {
            reasons.NETWORK: {
                "aws:ec2/vpc:Vpc": "network",
                "aws:ec2/defaultVpc:DefaultVpc": "network",
                "aws:ec2/internetGateway:InternetGateway": "way to the internet",
                "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "way to the internet",
                "aws:ec2/vpcEndpoint:VpcEndpoint": "way to an AWS service",
                "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "way to an AWS service",
                "aws:ec2/defaultRouteTable:DefaultRouteTable": "route table",
                "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": "route table association",
                "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": "network option",
                "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": "network option",
                "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "peering",
                "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": "peering",
                "aws:ec2/managedPrefixList:ManagedPrefixList": "address list",
                "aws:ec2/networkInterface:NetworkInterface": "network interface",
            },
            reasons.FILTER: {
                "aws:ec2/networkAcl:NetworkAcl": "packet filter",
                "aws:ec2/networkAclRule:NetworkAclRule": "packet filter",
                "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "packet filter",
            },
            reasons.NAMES: {
                "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": "internal names",
                "aws:servicediscovery/httpNamespace:HttpNamespace": "internal names",
                "aws:servicediscovery/service:Service": "internal name",
            },
        },
    ),
    **plumbing(
        "Permissions are answered in every region; changing them needs a control plane, which no recovery here does.",
        {
            reasons.PERMISSIONS: {
                "aws:iam/instanceProfile:InstanceProfile": "role of a server",
                "aws:iam/user:User": "user",
                "aws:iam/userPolicy:UserPolicy": "policy of a user",
                "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policy of a user",
                "aws:iam/group:Group": "group of users",
                "aws:iam/accessKey:AccessKey": "access key",
                "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "identity provider",
                "aws:iam/serviceLinkedRole:ServiceLinkedRole": "role of a service",
                "aws:iam/policyAttachment:PolicyAttachment": "policy",
                "aws:kms/grant:Grant": "permission on a key",
                "aws:kms/keyPolicy:KeyPolicy": "permission on a key",
                "aws:secretsmanager/secretPolicy:SecretPolicy": "permission on a secret",
                "aws:lambda/permission:Permission": "permission to call a function",
                "aws:ecr/repositoryPolicy:RepositoryPolicy": "permission on images",
                "aws:sns/topicPolicy:TopicPolicy": "permission on a topic",
                "aws:sqs/queuePolicy:QueuePolicy": "permission on a queue",
                "aws:s3/bucketPolicy:BucketPolicy": "permission on a bucket",
                "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "permission on a bucket",
                "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": "permission on buckets",
                "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "permission on a bucket",
                "aws:s3/bucketAclV2:BucketAclV2": "permission on a bucket",
                "aws:s3/bucketAcl:BucketAcl": "permission on a bucket",
                "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "permission on logs",
                "aws:cloudfront/originAccessControl:OriginAccessControl": "permission of a CDN",
                "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": "permission of a CDN",
            },
        },
        {
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": guards(),
        },
    ),
    **plumbing(
        "Watching and routine work stop with their region; serving does not.",
        {
            reasons.LOG: {
                "aws:cloudwatch/logGroup:LogGroup": "logs",
            },
            reasons.LOG_LINES: {
                "aws:cloudwatch/logStream:LogStream": "logs",
                "aws:cloudwatch/logMetricFilter:LogMetricFilter": "metric from logs",
                "aws:ec2/flowLog:FlowLog": "network log",
                "aws:route53/queryLog:QueryLog": "DNS log",
                "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "firewall log",
            },
            reasons.WATCH: {
                "aws:cloudwatch/dashboard:Dashboard": "dashboard",
                "aws:cloudwatch/eventRule:EventRule": "event rule",
                "aws:cloudwatch/eventTarget:EventTarget": "event rule",
                "aws:scheduler/schedule:Schedule": "schedule",
                "aws:sns/topic:Topic": "messages to people",
                "aws:sns/topicSubscription:TopicSubscription": "messages to people",
                "aws:synthetics/canary:Canary": "probe",
                "aws:xray/group:Group": "traces",
                "aws:budgets/budget:Budget": "budget",
                "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "cost watch",
                "aws:costexplorer/anomalySubscription:AnomalySubscription": "cost watch",
                "aws:rds/eventSubscription:EventSubscription": "messages about databases",
                "aws:guardduty/detector:Detector": "threat detection",
            },
            reasons.AUDIT: {
                "aws:cloudtrail/trail:Trail": "audit log",
                "aws:cfg/recorder:Recorder": "configuration log",
                "aws:cfg/deliveryChannel:DeliveryChannel": "configuration log",
            },
            reasons.SETTINGS: {
                "aws:s3/bucketLogging:BucketLogging": "access log",
                "aws:s3/bucketNotification:BucketNotification": "event of a bucket",
                "aws:s3/bucketMetric:BucketMetric": "metric of a bucket",
                "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": "storage class",
                "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": "browser rule of a bucket",
                "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": "browser rule of a bucket",
                "aws:s3/bucketInventory:BucketInventory": "report on a bucket",
                "aws:backup/vaultNotifications:VaultNotifications": "messages about backups",
            },
        },
        {
            "aws:cloudwatch/logGroup:LogGroup": loses(
                "logs", "logGroupClass name namePrefix", guarded_while="deletionProtectionEnabled"
            ),
        },
    ),
    **plumbing(
        "It filters or shapes requests beside the part that serves them.",
        {
            reasons.FILTER: {
                "aws:wafv2/ipSet:IpSet": "web application firewall",
                "aws:wafv2/regexPatternSet:RegexPatternSet": "web application firewall",
                "aws:wafv2/ruleGroup:RuleGroup": "web application firewall",
            },
            reasons.SETTINGS: {
                "aws:cloudfront/cachePolicy:CachePolicy": "CDN setting",
                "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "CDN setting",
                "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "CDN setting",
                "aws:cloudfront/function:Function": "CDN setting",
            },
            reasons.FRONT: {
                "aws:apigatewayv2/stage:Stage": "stage of an API",
                "aws:apigatewayv2/route:Route": "route of an API",
                "aws:apigatewayv2/deployment:Deployment": "stage of an API",
                "aws:apigatewayv2/authorizer:Authorizer": "authorizer of an API",
                "aws:apigatewayv2/vpcLink:VpcLink": "way of an API into a network",
                "aws:apigateway/stage:Stage": "stage of an API",
                "aws:apigateway/deployment:Deployment": "stage of an API",
                "aws:apigateway/resource:Resource": "route of an API",
                "aws:apigateway/method:Method": "route of an API",
                "aws:apigateway/methodSettings:MethodSettings": "route of an API",
            },
            reasons.PROGRAM: {
                "aws:lambda/eventSourceMapping:EventSourceMapping": "trigger of a function",
                "aws:lambda/alias:Alias": "version of a function",
                "aws:lambda/layerVersion:LayerVersion": "library of a function",
            },
        },
    ),
    **plumbing(
        "It groups or tunes what is read where that is.",
        {
            reasons.COMPUTE: {
                "aws:ecs/cluster:Cluster": "group of services",
                "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "group of services",
                "aws:eks/cluster:Cluster": "Kubernetes control plane, which the service spreads over zones",
                "aws:eks/addon:Addon": "part of a Kubernetes cluster",
            },
            reasons.KEYS: {
                "aws:ec2/keyPair:KeyPair": "key to log in",
                "aws:elasticache/user:User": "user of a cache",
                "aws:elasticache/userGroup:UserGroup": "user of a cache",
                "aws:secretsmanager/secretRotation:SecretRotation": "rotation of a secret",
            },
            reasons.SETTINGS: {
                "aws:ec2/placementGroup:PlacementGroup": "placement",
                "aws:rds/parameterGroup:ParameterGroup": "settings of a database",
                "aws:rds/clusterParameterGroup:ClusterParameterGroup": "settings of a database",
                "aws:rds/optionGroup:OptionGroup": "settings of a database",
                "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "settings of a proxy",
                "aws:docdb/clusterParameterGroup:ClusterParameterGroup": "settings of a database",
                "aws:elasticache/parameterGroup:ParameterGroup": "settings of a cache",
                "aws:efs/accessPoint:AccessPoint": "path in a file system",
                "aws:appautoscaling/policy:Policy": "scaling rule",
                "aws:autoscaling/policy:Policy": "scaling rule",
                "aws:autoscaling/schedule:Schedule": "scaling schedule",
                "aws:autoscaling/lifecycleHook:LifecycleHook": "scaling hook",
                "aws:backup/globalSettings:GlobalSettings": "setting of backups",
                "aws:backup/regionSettings:RegionSettings": "setting of backups",
                "aws:dynamodb/tag:Tag": "tag",
                "aws:ec2/tag:Tag": "tag",
                "aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration": "billing",
                "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration": "upload path",
                "aws:resourcegroups/group:Group": "group",
            },
            reasons.PERMISSIONS: {
                "aws:efs/fileSystemPolicy:FileSystemPolicy": "permission on a file system",
                "aws:eks/accessEntry:AccessEntry": "permission on a Kubernetes cluster",
                "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "permission on a Kubernetes cluster",
                "aws:eks/podIdentityAssociation:PodIdentityAssociation": "permission of pods",
                "aws:ecr/registryPolicy:RegistryPolicy": "permission on images",
            },
            reasons.PROGRAM: {
                "aws:ecr/repository:Repository": "images, which every build makes again",
                "aws:ecr/lifecyclePolicy:LifecyclePolicy": "clean-up of images",
                "aws:ecr/replicationConfiguration:ReplicationConfiguration": "replication of images",
                "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": "cache of images",
                "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": "scan of images",
                "aws:codedeploy/application:Application": "deployment",
                "aws:codedeploy/deploymentGroup:DeploymentGroup": "deployment",
            },
        },
        {
            "aws:ecr/repository:Repository": loses("images", "encryptionConfigurations name", bare_while="forceDelete"),
        },
    ),
    **plumbing(
        "It makes a value while the program runs.",
        {
            reasons.VALUES: {
                "random:index/randomPassword:RandomPassword": "generated value",
                "random:index/randomString:RandomString": "generated value",
                "random:index/randomId:RandomId": "generated value",
                "random:index/randomPet:RandomPet": "generated value",
                "random:index/randomUuid:RandomUuid": "generated value",
                "random:index/randomInteger:RandomInteger": "generated value",
                "pulumi:pulumi:StackReference": "outputs of another stack",
                "time:index/sleep:Sleep": "pause",
            },
            reasons.KEYS: {
                "tls:index/privateKey:PrivateKey": "generated key",
            },
        },
    ),
}
