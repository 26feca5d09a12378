"""Physical names: what a service accepts, made from the logical name.

A logical name that a service takes as it is stays as it is. Any other is rewritten into the service's characters,
cut to its length, and ends in a hash of the whole logical name: two logical names never share a physical one, and a
name never changes from one run to the next. The hash is the first 32 bits of SHA-256, so that two of 1,000 cut names
collide with a chance of about 1 in 10,000.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

_HASH_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Limit:
    """What one service accepts as a name."""

    longest: int
    """Most characters."""
    source: str
    """The API reference that states it."""
    characters: str = "A-Za-z0-9_-"
    """The characters allowed, as the inside of a regular-expression class."""
    shortest: int = 1
    """Fewest characters."""
    hyphens_inside: bool = False
    """Hyphens stand alone, and neither first nor last."""
    letter_first: bool = False
    """The first character is a letter."""
    reserved: str = r"(?!)"
    """A regular expression of names the service keeps for itself. The default matches nothing."""

    @property
    def separator(self) -> str:
        """What stands in for a character that is not allowed."""
        return "-" if re.fullmatch(f"[{self.characters}]", "-") else "_"

    def accepts(self, name: str) -> bool:
        """Whether the service takes ``name`` as it is."""
        return (
            self.shortest <= len(name) <= self.longest
            and re.fullmatch(f"[{self.characters}]+", name) is not None
            and not (self.hyphens_inside and (name[0] == "-" or name[-1] == "-" or "--" in name))
            and not (self.letter_first and not name[0].isalpha())
            and not re.search(self.reserved, name)
        )


_ELB = "Elastic Load Balancing API, "
_BACKUP = "AWS Backup API, "

LIMITS: Final = MappingProxyType(
    {
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
        "iam-role": Limit(64, "IAM API, CreateRole RoleName", "A-Za-z0-9_+=,.@-"),
        "iam-policy": Limit(128, "IAM API, CreatePolicy PolicyName", "A-Za-z0-9_+=,.@-"),
        "ecs": Limit(255, "ECS API, CreateCluster clusterName and CreateService serviceName"),
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
        "alarm": Limit(255, "CloudWatch API, PutMetricAlarm AlarmName"),
        "dashboard": Limit(255, "CloudWatch API, PutDashboard DashboardName"),
        "security-group": Limit(
            255, "EC2 API, CreateSecurityGroup GroupName", "A-Za-z0-9 ._:/()#,@+=&;{}!$*-", reserved="^sg-"
        ),
        "launch-template": Limit(128, "EC2 API, CreateLaunchTemplate LaunchTemplateName", "A-Za-z0-9()./_-", 3),
        "autoscaling-group": Limit(255, "EC2 Auto Scaling API, CreateAutoScalingGroup AutoScalingGroupName"),
        "lambda": Limit(64, "Lambda API, CreateFunction FunctionName"),
        "event-rule": Limit(64, "EventBridge API, PutRule Name", "A-Za-z0-9_.-"),
        "state-machine": Limit(80, "Step Functions API, CreateStateMachine name"),
        "sns-topic": Limit(256, "SNS API, CreateTopic Name"),
        "ssm-document": Limit(128, "Systems Manager API, CreateDocument Name", "A-Za-z0-9_.-", 3),
        "web-acl": Limit(128, "WAFV2 API, CreateWebACL Name"),
    }
)
"""Name limits by service, as the API references state them."""


def limit(service: str) -> Limit:
    """The limit of ``service``; raises ``ValueError`` naming the nearest one when it is not in the table."""
    if found := LIMITS.get(service):
        return found
    near = get_close_matches(service, LIMITS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(LIMITS))}"
    raise ValueError(f"no name limit for service {service!r}; {hint}")


def physical(service: str, logical: str) -> str:
    """The name that ``service`` accepts for the logical name ``logical``. Raises ``ValueError`` when it is empty."""
    rule = limit(service)
    if not logical:
        raise ValueError(f"a name for {service} needs at least one character")
    if rule.accepts(logical):
        return logical
    joint = rule.separator
    stem = re.sub(f"[^{rule.characters}]", joint, logical if "A" in rule.characters else logical.lower())
    if rule.hyphens_inside:
        stem = re.sub("-+", "-", stem).strip("-")
    ending = joint + hashlib.sha256(logical.encode()).hexdigest()[:_HASH_DIGITS]
    name, prefixed = (
        f"{text[: rule.longest - len(ending)].rstrip(joint)}{ending}" for text in (stem, f"n{joint}{stem}")
    )
    # The prefix serves names that would start with a digit, a hyphen or a reserved word.
    return name if rule.accepts(name) else prefixed
