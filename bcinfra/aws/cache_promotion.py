"""The function by which a region switch makes a site's cache the primary."""

from __future__ import annotations

from typing import Final

import pulumi
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.function import operation
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
        datastore = pulumi.Output.concat(
            f"arn:{region.partition}:elasticache::{region.known_account}:globalreplicationgroup:", args.global_datastore
        )
        function = operation(
            self,
            name,
            region,
            PROGRAM,
            policies.allow(
                ["elasticache:DescribeGlobalReplicationGroups", "elasticache:FailoverGlobalReplicationGroup"],
                [datastore, *args.group_arns],
            ),
            does=f"Makes the cache of {region.name} the primary",
            environment={"GLOBAL_DATASTORE": args.global_datastore},
            timeout_seconds=TIMEOUT_SECONDS,
            log_key_arn=args.log_key_arn,
            log_days=args.log_days,
        )
        self.function_arn = policies.after(function, region.arn("lambda", f"function:{physical('lambda', name)}"))
        self.register_outputs({"functionArn": self.function_arn})
