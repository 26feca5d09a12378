"""Physical names on AWS: what each service accepts."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bcinfra.planning import names
from bcinfra.planning.names import Limit

_ELB = "Elastic Load Balancing API, "
_BACKUP = "AWS Backup API, "

LIMITS: Final = MappingProxyType(
    {
        "accelerator": Limit(64, "Global Accelerator API, CreateAccelerator Name", "A-Za-z0-9-", 1, True),
        "load-balancer": Limit(32, _ELB + "CreateLoadBalancer Name", "A-Za-z0-9-", 1, True, reserved="^internal-"),
        "target-group": Limit(32, _ELB + "CreateTargetGroup Name", "A-Za-z0-9-", 1, True),
        "rds": Limit(63, "RDS API, CreateDBInstance DBInstanceIdentifier", "a-z0-9-", 1, True, True),
        "elasticache": Limit(
            40, "ElastiCache API, CreateReplicationGroup ReplicationGroupId", "a-z0-9-", 1, True, True
        ),
        "s3": Limit(
            63,
            "Amazon S3 User Guide, bucket naming rules",  # dots are legal, but break TLS to virtual-hosted buckets
            "a-z0-9-",
            3,
            True,
            reserved="^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$",
        ),
        "opensearch": Limit(28, "OpenSearch Service API, CreateDomain DomainName", "a-z0-9-", 3, True, True),
        "iam-role": Limit(64, "IAM API, CreateRole RoleName", "A-Za-z0-9_+=,.@-"),
        "iam-policy": Limit(128, "IAM API, CreatePolicy PolicyName", "A-Za-z0-9_+=,.@-"),
        "ecr": Limit(
            256,
            "ECR API, CreateRepository repositoryName",
            "a-z0-9._/-",
            2,
            reserved="^[^a-z0-9]|[^a-z0-9]$",
        ),
        "ecs": Limit(255, "ECS API, CreateCluster clusterName and CreateService serviceName"),
        "efs": Limit(64, "EFS API, CreateFileSystem CreationToken"),
        "kms-alias": Limit(250, "KMS API, CreateAlias: 256 with the prefix alias/", "A-Za-z0-9/_-", reserved="^aws/"),
        "backup-vault": Limit(50, _BACKUP + "CreateBackupVault BackupVaultName", shortest=2),
        "backup-plan": Limit(50, _BACKUP + "BackupPlanInput BackupPlanName, RuleName", "A-Za-z0-9_.-"),
        "restore-testing": Limit(50, _BACKUP + "RestoreTestingPlanForCreate RestoreTestingPlanName", "A-Za-z0-9_"),
        "secret": Limit(
            512,
            "Secrets Manager API, CreateSecret Name",  # a suffix of six characters reads like the ARN's random one
            "A-Za-z0-9/_+=.@-",
            reserved="-[A-Za-z0-9]{6}$",
        ),
        "log-group": Limit(512, "CloudWatch Logs API, CreateLogGroup logGroupName", "A-Za-z0-9/_.#-"),
        "trail": Limit(128, "CloudTrail API, CreateTrail Name", "A-Za-z0-9._-", 3),
        "alarm": Limit(255, "CloudWatch API, PutMetricAlarm AlarmName"),
        "alarm-mute": Limit(255, "CloudWatch API, PutAlarmMuteRule Name", "A-Za-z0-9_.-"),
        "dashboard": Limit(255, "CloudWatch API, PutDashboard DashboardName"),
        "security-group": Limit(
            255, "EC2 API, CreateSecurityGroup GroupName", "A-Za-z0-9 ._:/()#,@+=&;{}!$*-", reserved="^sg-"
        ),
        "launch-template": Limit(128, "EC2 API, CreateLaunchTemplate LaunchTemplateName", "A-Za-z0-9()./_-", 3),
        "autoscaling-group": Limit(255, "EC2 Auto Scaling API, CreateAutoScalingGroup AutoScalingGroupName"),
        "lambda": Limit(64, "Lambda API, CreateFunction FunctionName"),
        "event-rule": Limit(64, "EventBridge API, PutRule Name", "A-Za-z0-9_.-"),
        "schedule": Limit(64, "EventBridge Scheduler API, CreateSchedule Name", "A-Za-z0-9_.-"),
        "state-machine": Limit(80, "Step Functions API, CreateStateMachine name"),
        "region-switch-plan": Limit(32, "ARC Region switch API, CreatePlan name", "A-Za-z0-9-", 1, True),
        "sns-topic": Limit(256, "SNS API, CreateTopic Name"),
        "sqs": Limit(80, "SQS API, CreateQueue QueueName"),
        "ssm-document": Limit(128, "Systems Manager API, CreateDocument Name", "A-Za-z0-9_.-", 3),
        "web-acl": Limit(128, "WAFV2 API, CreateWebACL Name"),
        "origin-access-control": Limit(64, "CloudFront API, OriginAccessControlConfig Name"),
        "key-value-store": Limit(64, "CloudFront API, CreateKeyValueStore Name"),
        "cloudfront-function": Limit(64, "CloudFront API, CreateFunction Name"),
        "log-delivery": Limit(60, "CloudWatch Logs API, PutDeliverySource name"),
    }
)
"""Name limits by service, as the API references state them."""


def physical(service: str, logical: str) -> str:
    """The name that ``service`` accepts for the logical name ``logical``. Raises ``ValueError`` when it is empty."""
    return names.physical(LIMITS, service, logical)
