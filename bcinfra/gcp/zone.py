"""The public DNS zone of a domain, alone or shared with another DNS provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pulumi
from pulumi_gcp.dns import ManagedZone, RecordSet
from pydantic import Field

from bcinfra.component import Args, Component, Str, Strs
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
    signed: bool = True
    """Whether answers are signed (DNSSEC). A zone that another DNS provider hosts too cannot be: neither provider signs
    with the other's keys, and a resolver refuses what is signed with a key it was not told of. See
    :class:`NameServers`."""


class PublicZone(Component):
    """A zone on Cloud DNS, signed (DNSSEC) unless another provider hosts it too.

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
            dnssec_config={"state": "on" if args.signed else "off"},
            cloud_logging_config={"enable_logging": True},
            force_destroy=not project.protected,
            labels=project.labelled(name),
            opts=project.child(self, protect=project.protected),
        )
        self.zone_name = zone.urn.apply(lambda _: zone_name)
        self.name_servers = zone.name_servers
        self.register_outputs({"zoneName": self.zone_name, "nameServers": self.name_servers})


class NameServersArgs(Args):
    """Arguments of :class:`NameServers`."""

    project: Project
    """The project of the zone."""
    zone_name: Str
    """The zone, such as ``PublicZone(...).zone_name``. It must not be signed."""
    domain: HostName
    """The domain."""
    own: Strs
    """The zone's servers here: ``PublicZone(...).name_servers``."""
    others: Strs
    """The servers of the same domain at another DNS provider, such as ``aws.PublicZone(...).name_servers``."""
    ttl: int = Field(default=86_400, ge=60, le=172_800)
    """Seconds for which resolvers may keep the list."""


class NameServers(Component):
    """A domain that two DNS providers answer for: the zone here names the servers of both.

    The other provider's zone must say the same (``aws.NameServers``), hold the same records, and the registrar must
    delegate to all servers. Then a resolver that gets no answer from one provider asks the other, and losing either
    loses no name. Both zones are unsigned (``PublicZoneArgs.signed``); both allow the certificate authorities of both
    vendors (``issuers``) and hold the proofs of all certificates (:class:`ProofRecord`).

    A zone cannot be without this record, so it stays when this component is deleted. To end the pair, let the
    registrar delegate to one provider, wait for the TTL, then list that provider's servers alone.
    """

    package = "gcp"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: NameServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        self.name_servers = pulumi.Output.all(args.own, args.others).apply(
            lambda lists: sorted({_dotted(server) for servers in lists for server in servers})
        )
        RecordSet(
            name,
            project=project.project,
            managed_zone=args.zone_name,
            name=f"{args.domain}.",
            type="NS",
            ttl=args.ttl,
            rrdatas=self.name_servers,
            opts=project.child(self),
        )
        self.register_outputs({"nameServers": self.name_servers})


class ProofRecordArgs(Args):
    """Arguments of :class:`ProofRecord`."""

    project: Project
    """The project of the zone."""
    zone_name: Str
    """The zone of the domain."""
    name: Str
    """Full name of the record."""
    kind: Str
    """Its type, such as ``CNAME``."""
    value: Str
    """What it says."""
    ttl: int = Field(default=300, ge=60, le=172_800)
    """Seconds for which resolvers may keep it."""


class ProofRecord(Component):
    """The record by which another vendor knows that the domain is ours, such as ``**aws.Certificate(...).proof``.

    Where two DNS providers answer for a domain, a certificate authority asks either: the proof must be with both.
    Renewal needs the record to stay.
    """

    package = "gcp"

    fqdn: pulumi.Output[str]
    """The record's name, with a dot at its end."""

    def __init__(self, name: str, args: ProofRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        record = RecordSet(
            name,
            project=project.project,
            managed_zone=args.zone_name,
            name=pulumi.Output.from_input(args.name).apply(_dotted),
            type=args.kind,
            ttl=args.ttl,
            rrdatas=[pulumi.Output.all(args.kind, args.value).apply(_said)],
            opts=project.child(self),
        )
        self.fqdn = record.name
        self.register_outputs({"fqdn": self.fqdn})


def _said(record: Sequence[str]) -> str:
    """What a record of a kind says, as Cloud DNS writes it."""
    kind, value = record
    return f'"{value}"' if kind == "TXT" else _dotted(value)


def _dotted(name: str) -> str:
    """A full name as Cloud DNS writes it."""
    return f"{name.rstrip('.')}."
