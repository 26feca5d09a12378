"""The public DNS zone of a domain, alone or shared with another DNS provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pulumi
from pulumi_aws.cloudwatch import LogGroup, LogResourcePolicy
from pulumi_aws.route53 import QueryLog, Record, Zone
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, Strs

HostName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
"""A domain name, without the dot at its end."""


class PublicZoneArgs(Args):
    """Arguments of :class:`PublicZone`."""

    region: Region
    """The global region: Route 53 is managed in us-east-1."""
    domain: str = Field(min_length=1, examples=["shop.example"])
    """The domain."""
    log_days: LogDays | None = None
    """Days for which it is logged who asked for which name; default not at all. The region's account must be known. The
    log names resolvers, not customers."""
    log_key_arn: Str | None = None
    """KMS key of us-east-1 for the log, whose policy lets ``logs.us-east-1.amazonaws.com`` use it."""


class PublicZone(Component):
    """A zone on Route 53 whose records can be changed again within an hour of an impairment of us-east-1.

    It is made apart from the records that lead to the sites, because certificates are proved in it first. By itself it
    is not signed (DNSSEC), so that another DNS provider can host the same zone (:class:`NameServers`); where Route 53
    alone answers, :class:`ZoneSigning` signs it.
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
        if args.log_days is not None:
            self._log(name, zone, args, args.log_days)
        self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        self.register_outputs({"zoneId": self.zone_id, "nameServers": self.name_servers})

    def _log(self, name: str, zone: Zone, args: PublicZoneArgs, days: LogDays) -> None:
        """Every question, in a log group of us-east-1, which Route 53 may write to for this account alone."""
        region, what = args.region, f"{name}-queries"
        called = physical("log-group", f"/aws/route53/{name}")
        group = LogGroup(
            what,
            name=called,
            kms_key_id=args.log_key_arn,
            retention_in_days=days,
            tags=region.tagged(what),
            opts=region.child(self),
        )
        arn = f"arn:{region.partition}:logs:{region.name}:{region.known_account}:log-group:{called}:*"
        writes = LogResourcePolicy(
            what,
            policy_name=physical("log-delivery", what),
            policy_document=policies.document(
                policies.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [arn],
                    principal=policies.service("route53.amazonaws.com"),
                    condition={"StringEquals": {"aws:SourceAccount": region.known_account}},
                )
            ),
            opts=region.child(self),
        )
        QueryLog(
            what,
            zone_id=zone.zone_id,
            cloudwatch_log_group_arn=group.arn,
            opts=region.child(self, depends_on=[writes]),
        )


class NameServersArgs(Args):
    """Arguments of :class:`NameServers`."""

    region: Region
    """The global region: Route 53 is managed in us-east-1."""
    zone_id: Str
    """The zone, such as ``PublicZone(...).zone_id``."""
    domain: HostName
    """The domain."""
    own: Strs
    """The zone's servers here: ``PublicZone(...).name_servers``."""
    others: Strs
    """The servers of the same domain at another DNS provider, such as ``gcp.PublicZone(...).name_servers``."""
    ttl: int = Field(default=86_400, ge=60, le=172_800)
    """Seconds for which resolvers may keep the list."""


class NameServers(Component):
    """A domain that two DNS providers answer for: the zone here names the servers of both.

    The other provider's zone must say the same (``gcp.NameServers``), hold the same records, and the registrar must
    delegate to all servers. Then a resolver that gets no answer from one provider asks the other, and losing either
    loses no name. Both zones are unsigned, because no provider signs with another's keys; both allow the certificate
    authorities of both vendors (``issuers``) and hold the proofs of all certificates (:class:`ProofRecord`).

    A zone cannot be without this record, so it stays when this component is deleted. To end the pair, let the
    registrar delegate to one provider, wait for the TTL, then list that provider's servers alone.
    """

    package = "aws"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: NameServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self.name_servers = pulumi.Output.all(args.own, args.others).apply(
            lambda lists: sorted({server.rstrip(".") for servers in lists for server in servers})
        )
        Record(
            name,
            zone_id=args.zone_id,
            name=args.domain,
            type="NS",
            ttl=args.ttl,
            records=self.name_servers,
            allow_overwrite=True,  # Route 53 makes one with every zone
            opts=args.region.child(self, retain_on_delete=True),
        )
        self.register_outputs({"nameServers": self.name_servers})


class ProofRecordArgs(Args):
    """Arguments of :class:`ProofRecord`."""

    region: Region
    """The global region: Route 53 is managed in us-east-1."""
    zone_id: Str
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
    """The record by which another vendor knows that the domain is ours, such as ``**gcp.Certificate(...).proof``.

    Where two DNS providers answer for a domain, a certificate authority asks either: the proof must be with both.
    Renewal needs the record to stay.
    """

    package = "aws"

    fqdn: pulumi.Output[str]
    """The record's name."""

    def __init__(self, name: str, args: ProofRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        record = Record(
            name,
            zone_id=args.zone_id,
            name=args.name,
            type=args.kind,
            records=[args.value],
            ttl=args.ttl,
            opts=args.region.child(self),
        )
        self.fqdn = record.fqdn
        self.register_outputs({"fqdn": self.fqdn})
