"""The public DNS zone of a domain."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws.route53 import Zone
from pydantic import Field

from bcinfra.aws.region import Region
from bcinfra.component import Args, Component


class PublicZoneArgs(Args):
    """Arguments of :class:`PublicZone`."""

    region: Region
    """The global region: Route 53 is managed in us-east-1."""
    domain: str = Field(min_length=1, examples=["shop.example"])
    """The domain."""


class PublicZone(Component):
    """A zone on Route 53 whose records can be changed again within an hour of an impairment of us-east-1.

    It is made apart from the records that lead to the sites, because certificates are proved in it first.
    """

    package = "aws"

    zone_id: pulumi.Output[str]
    """The zone's id."""
    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: PublicZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        zone = Zone(
            f"{name}-zone",
            name=args.domain,
            comment=f"{name}: made by Pulumi",
            enable_accelerated_recovery=True,
            force_destroy=not region.protected,
            tags=region.tagged(args.domain),
            opts=region.child(self, protect=region.protected),
        )
        self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        self.register_outputs({"zoneId": self.zone_id, "nameServers": self.name_servers})
