"""The function by which a region switch makes a site's cache the primary."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.lambda_ import Function
from pydantic import Field

from bcinfra import operations
from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str

PROGRAM: Final = "promote_cache"
TIMEOUT_SECONDS: Final = 300
"""A failover of a global datastore typically takes less than a minute (ElastiCache User Guide, global datastores)."""


class CachePromotionArgs(Args):
    """Arguments of :class:`CachePromotion`."""

    region: Region
    """The region whose group becomes the primary."""
    global_datastore: Str
    """Identifier of the global datastore, such as ``Redis(...).global_identifier``."""
    group_arns: tuple[Str, ...] = Field(min_length=1)
    """ARNs of its groups in all regions."""
    log_key_arn: Str | None = None
    """KMS key for the logs, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which its logs are kept."""


class CachePromotion(Component):
    """A function that makes its region's cache the primary. ARC Region switch has no step for ElastiCache, but runs
    functions in the region that takes over."""

    package = "aws"

    function_arn: pulumi.Output[str]
    """The function, for ``RegionSwitchArgs.functions``."""

    def __init__(self, name: str, args: CachePromotionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        function_name = physical("lambda", name)
        group = f"/aws/lambda/{function_name}"
        logs = LogGroup(
            name,
            name=group,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_days,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        role = Role(
            name,
            description=f"Makes the cache of {region.name} the primary",
            assume_role_policy=policies.trust(policies.service("lambda.amazonaws.com")),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        datastore = pulumi.Output.concat(
            f"arn:{region.partition}:elasticache::{region.known_account}:globalreplicationgroup:", args.global_datastore
        )
        policy = RolePolicy(
            name,
            role=role.id,
            policy=policies.document(
                policies.allow(
                    ["elasticache:DescribeGlobalReplicationGroups", "elasticache:FailoverGlobalReplicationGroup"],
                    [datastore, *args.group_arns],
                ),
                policies.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [policies.after(logs, region.arn("logs", f"log-group:{group}:*"))],
                ),
            ),
            opts=region.child(self),
        )
        program = Path(operations.__path__[0]) / f"{PROGRAM}.py"
        function = Function(
            name,
            name=function_name,
            description=f"Makes the cache of {region.name} the primary",
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"{PROGRAM}.handler",
            code=pulumi.AssetArchive({program.name: pulumi.FileAsset(str(program))}),
            role=role.arn,
            timeout=TIMEOUT_SECONDS,
            memory_size=128,
            environment={"variables": {"GLOBAL_DATASTORE": args.global_datastore}},
            tags=region.tagged(name),
            opts=region.child(self, depends_on=[logs, policy]),
        )
        self.function_arn = policies.after(function, region.arn("lambda", f"function:{function_name}"))
        self.register_outputs({"functionArn": self.function_arn})
