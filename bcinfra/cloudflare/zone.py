"""The zone of a domain at Cloudflare, alone or beside another DNS provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import pulumi
from pulumi_cloudflare import AddressMap, CertificatePack, DnsRecord, Zone, ZoneDnssec, ZoneDnsSettings
from pydantic import Field

from bcinfra.cloudflare.account import Account
from bcinfra.component import Args, Component, Str, Strs

HostName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
"""A host name, such as ``shop.example``."""
HOSTS: Final = frozenset({"", "www"})
"""Names below a domain that lead to a shop unless others are stated: the domain itself, and ``www``."""
SERVERS: Final = 4
"""Servers that Route 53 and Cloud DNS give a zone."""


class PublicZoneArgs(Args):
    """Arguments of :class:`PublicZone`."""

    account: Account
    """The account of the zone."""
    domain: HostName
    """The domain."""
    signed: bool = True
    """Whether answers are signed (DNSSEC). A zone that another DNS provider hosts too cannot be: a resolver refuses
    what is signed with a key that it was not told of. See :class:`NameServers`."""


class PublicZone(Component):
    """A zone at Cloudflare, signed (DNSSEC) unless another provider hosts it too.

    The DS record of a signed zone goes to the registrar by hand. Whoever may change the zone may switch its proxy; keep
    the names of a shop behind Cloudflare with another DNS provider too, or nobody can lead around the proxy while it is
    down.
    """

    package = "cloudflare"

    zone_id: pulumi.Output[str]
    """The zone, for ``zone_id`` arguments."""
    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: PublicZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        account = args.account
        zone = Zone(
            f"{name}-zone",
            name=args.domain,
            account={"id": account.id},
            type="full",
            opts=account.child(self, protect=account.protected),
        )
        if args.signed:
            ZoneDnssec(f"{name}-signature", zone_id=zone.id, status="active", opts=account.child(self))
        self.zone_id, self.name_servers = zone.id, zone.name_servers
        self.register_outputs({"zoneId": self.zone_id, "nameServers": self.name_servers})


class ProxiedZoneArgs(Args):
    """Arguments of :class:`ProxiedZone`."""

    account: Account
    """The account of the zone."""
    domain: HostName
    """The domain."""
    hosts: frozenset[str] = HOSTS
    """Names below the domain that the proxy answers for; ``""`` is the domain itself."""
    addresses: tuple[str, ...] = Field(min_length=1, examples=[["192.0.2.10", "192.0.2.11"]])
    """The account's static addresses at Cloudflare."""
    address_map: str = Field(pattern=r"^[0-9a-f]{32}$")
    """The id of the map that Cloudflare made for them, which must name the account."""


class ProxiedZone(Component):
    """A domain that Cloudflare's proxy knows while others answer for its names (a partial zone).

    The names lead to the account's static addresses, a domain without ``www`` too: so they can be led around the proxy
    while it, its dashboard and its API are down. Partial zones are of the plan Business, static addresses of
    Enterprise. Cloudflare makes the map of the addresses by itself; it is read here, not changed.

    ``proofs`` must stand with every DNS provider of the domain before customers are led here, and stay: by the one
    Cloudflare knows that the domain is ours, by the others it renews the certificate that customers see.
    """

    package = "cloudflare"

    zone_id: pulumi.Output[str]
    """The zone, for ``zone_id`` arguments."""
    addresses: tuple[str, ...]
    """What names lead to."""
    proofs: Mapping[str, Mapping[str, Str]]
    """Records for the domain's DNS, by a name for each, such as for :class:`ProofRecord`."""

    def __init__(self, name: str, args: ProxiedZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        account = args.account
        zone = Zone(
            f"{name}-zone",
            name=args.domain,
            account={"id": account.id},
            type="partial",
            opts=account.child(self, protect=account.protected),
        )
        AddressMap.get(
            f"{name}-addresses",
            args.address_map,
            account_id=account.id,
            ips=list(args.addresses),
            memberships=[{"kind": "account", "identifier": account.id}],
            opts=account.child(self),
        )
        names = sorted(f"{host}.{args.domain}" if host else args.domain for host in args.hosts)
        shown = CertificatePack(
            f"{name}-certificate",
            zone_id=zone.id,
            type="advanced",
            hosts=names,
            certificate_authority="google",
            validation_method="txt",
            validity_days=90,
            opts=account.child(self),
        )
        self.zone_id, self.addresses = zone.id, args.addresses
        owner = {"name": f"cloudflare-verify.{args.domain}", "kind": "TXT", "value": zone.verification_key}
        self.proofs = {"owner": owner} | {
            f"certificate-{n + 1}": {
                "name": f"_acme-challenge.{host}",
                "kind": "CNAME",
                "value": shown.dcv_delegation_records.apply(_delegated(host)),
            }
            for n, host in enumerate(names)
        }
        self.register_outputs({"zoneId": self.zone_id, "addresses": list(self.addresses), "proofs": self.proofs})


class NameServersArgs(Args):
    """Arguments of :class:`NameServers`."""

    account: Account
    """The account of the zone."""
    zone_id: Str
    """The zone, such as ``PublicZone(...).zone_id``. It must not be signed."""
    domain: HostName
    """The domain."""
    own: Strs
    """The zone's servers here: ``PublicZone(...).name_servers``."""
    others: Strs
    """The servers of the same domain at another DNS provider, such as ``aws.PublicZone(...).name_servers``."""
    servers: int = Field(default=SERVERS, ge=2, le=6)
    """How many servers the other provider has: a record each."""
    ttl: int = Field(default=86_400, ge=60, le=86_400)
    """Seconds for which resolvers may keep the list."""


class NameServers(Component):
    """A domain that two DNS providers answer for: the zone here names the servers of both.

    The other provider's zone must say the same (``aws.NameServers``, ``gcp.NameServers``), hold the same records, and
    the registrar must delegate to all servers. Then a resolver that gets no answer from one provider asks the other,
    and losing either loses no name. Cloudflare names its own servers by itself, and those of others where it is told
    that there are any.
    """

    package = "cloudflare"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""

    def __init__(self, name: str, args: NameServersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self.name_servers = pulumi.Output.all(args.own, args.others).apply(
            lambda lists: sorted({server.rstrip(".") for servers in lists for server in servers})
        )
        both = ZoneDnsSettings(name, zone_id=args.zone_id, multi_provider=True, opts=args.account.child(self))
        others = pulumi.Output.from_input(args.others)
        for n in range(args.servers):
            DnsRecord(
                f"{name}-{n + 1}",
                zone_id=args.zone_id,
                name=args.domain,
                type="NS",
                content=others.apply(_nth(n)),
                ttl=args.ttl,
                # Before that, Cloudflare ignores servers of others.
                opts=args.account.child(self, depends_on=[both]),
            )
        self.register_outputs({"nameServers": self.name_servers})


class ProofRecordArgs(Args):
    """Arguments of :class:`ProofRecord`."""

    account: Account
    """The account of the zone."""
    zone_id: Str
    """The zone of the domain."""
    name: Str
    """Full name of the record."""
    kind: Str
    """Its type, such as ``CNAME``."""
    value: Str
    """What it says."""
    ttl: int = Field(default=300, ge=60, le=86_400)
    """Seconds for which resolvers may keep it."""


class ProofRecord(Component):
    """The record by which another vendor knows that the domain is ours, such as ``**gcp.Certificate(...).proof``.

    Where two DNS providers answer for a domain, a certificate authority asks either: the proof must be with both.
    Renewal needs the record to stay.
    """

    package = "cloudflare"

    fqdn: pulumi.Output[str]
    """The record's name."""

    def __init__(self, name: str, args: ProofRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        record = DnsRecord(
            name,
            zone_id=args.zone_id,
            name=args.name,
            type=args.kind,
            content=args.value,
            proxied=False,
            ttl=args.ttl,
            opts=args.account.child(self),
        )
        self.fqdn = record.name
        self.register_outputs({"fqdn": self.fqdn})


def _delegated(host: str) -> Callable[[Sequence[Any]], str]:
    """Where the answers for a host are that a certificate's authority asks for."""
    name = f"_acme-challenge.{host}"
    return lambda records: next((str(record.cname_target) for record in records if record.cname == name), "")


def _nth(n: int) -> Callable[[Sequence[str]], str]:
    return lambda servers: sorted(servers)[n % len(servers)].rstrip(".")
