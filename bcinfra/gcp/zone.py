"""The public DNS zone of a domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pulumi
from pulumi_gcp.dns.managed_zone import ManagedZone
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project

HostName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
"""A domain name, without the dot at its end."""


class PublicZoneArgs(Args):
    """Arguments of :class:`PublicZone`."""

    project: Project
    """The project of the zone."""
    domain: HostName
    """The domain."""


class PublicZone(Component):
    """A signed zone on Cloud DNS (DNSSEC).

    It is made apart from the records that lead to the sites, because certificates are proved in it first.
    """

    package = "gcp"

    zone_name: pulumi.Output[str]
    """The zone's name, for ``zone_name`` arguments."""
    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: PublicZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        zone_name = physical("dns-zone", name)
        zone = ManagedZone(
            f"{name}-zone",
            name=zone_name,
            project=project.project,
            dns_name=f"{args.domain}.",
            description=f"{name}: made by Pulumi",
            visibility="public",
            dnssec_config={"state": "on"},
            cloud_logging_config={"enable_logging": True},
            force_destroy=not project.protected,
            labels=project.labelled(name),
            opts=project.child(self, protect=project.protected),
        )
        self.zone_name = zone.urn.apply(lambda _: zone_name)
        self.name_servers = zone.name_servers
        self.register_outputs({"zoneName": self.zone_name, "nameServers": self.name_servers})
