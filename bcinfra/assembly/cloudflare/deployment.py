"""The shop's names at Cloudflare, beside those of the cloud that the shop serves from. Nothing of it runs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_cloudflare as cloudflare
from pulumi_cloudflare import DnsRecord

from bcinfra.assembly import mail
from bcinfra.assembly.contract import (
    CHECKED_TTL,
    Data,
    DnsZone,
    DomainNames,
    EntryPoint,
    Provisioned,
    Published,
    ShopArgs,
    Started,
    Upstream,
    VendorDeployment,
)
from bcinfra.assembly.resources import SiteResources
from bcinfra.assembly.secrets import CLOUDFLARE_TOKEN
from bcinfra.cloudflare import (
    Account,
    GeoDns,
    GeoDnsArgs,
    Monitor,
    NameServers,
    NameServersArgs,
    Origin,
    ProofRecord,
    ProofRecordArgs,
    PublicZone,
    PublicZoneArgs,
)
from bcinfra.component import DeletionPolicy


def account(parent: pulumi.Resource, args: ShopArgs, name: str) -> Account:
    """The shop's account ``name`` at Cloudflare, with the provider that reaches it."""
    shop = args.shop
    return Account(
        id=shop.cloudflare_account(name),
        provider=cloudflare.Provider(
            f"{shop.prefix}-cloudflare",
            api_token=args.secrets[CLOUDFLARE_TOKEN],
            opts=pulumi.ResourceOptions(parent=parent),
        ),
        deletion=DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT,
    )


@dataclass(frozen=True, kw_only=True)
class CloudflareDeployment(VendorDeployment):
    """Names alone: no site stands at Cloudflare."""

    def provision(self) -> CloudflareProvisioned:
        """The zone, which another provider hosts too, so that it is not signed."""
        shop, args = self.shop, self.args
        at = account(self.parent, args, shop.zones_at["cloudflare"])
        made = PublicZone(
            f"{self.prefix}-cloudflare-dns",
            PublicZoneArgs(account=at, domain=shop.domain, signed=False),
            opts=self.inside,
        )
        zone = DnsZone(cloud="cloudflare", id=made.zone_id, name_servers=made.name_servers)
        return CloudflareProvisioned(zone=zone, deployment=self, account=at, own=zone)


@dataclass(frozen=True, kw_only=True)
class CloudflareProvisioned(Provisioned):
    """The zone, and no names in it yet."""

    deployment: CloudflareDeployment
    account: Account
    own: DnsZone

    def declare_data(self, upstream: Upstream) -> CloudflareData:
        """Nothing is kept here."""
        del upstream
        return CloudflareData(provisioned=self)


@dataclass(frozen=True, kw_only=True)
class CloudflareData(Data):
    """No data."""

    provisioned: CloudflareProvisioned

    def start_tiers(self) -> CloudflareStarted:
        """Nothing runs here."""
        return CloudflareStarted(entry_points={}, provisioned=self.provisioned)


@dataclass(frozen=True, kw_only=True)
class CloudflareStarted(Started):
    """No tiers."""

    provisioned: CloudflareProvisioned

    def publish_dns(self, names: DomainNames) -> CloudflarePublished:
        """What the other provider answers: the live ways in, else one that opens when they cannot serve."""
        at, account, zone = self.provisioned.deployment, self.provisioned.account, self.provisioned.own
        shop, inside = at.shop, at.inside
        GeoDns(
            f"{at.prefix}-cloudflare-names",
            GeoDnsArgs(
                account=account,
                zone_id=zone.id,
                domain=shop.domain,
                endpoints={name: origin(point) for name, point in names.entry_points.items()},
                primary=next(name for name, point in names.entry_points.items() if shop.primary in point.sites),
                spread=all(point.live for point in names.entry_points.values()),
                monitor=Monitor(path=shop.web.health_path),
                issuers=names.issuers(at.issuers),
            ),
            opts=inside,
        )
        for other in (other for cloud, other in names.zones.items() if cloud != "cloudflare"):
            NameServers(
                f"{at.prefix}-cloudflare-servers",
                NameServersArgs(
                    account=account,
                    zone_id=zone.id,
                    domain=shop.domain,
                    own=zone.name_servers,
                    others=other.name_servers,
                ),
                opts=inside,
            )
        for vendor, proof in names.proofs.items():
            ProofRecord(
                f"{at.prefix}-cloudflare-{vendor}-proof",
                ProofRecordArgs(
                    account=account, zone_id=zone.id, name=proof["name"], kind=proof["kind"], value=proof["value"]
                ),
                opts=inside,
            )
        for record in mail.records(shop):
            DnsRecord(
                f"{at.prefix}-cloudflare-mail-{record.what}",
                zone_id=zone.id,
                name=record.host,
                type=record.kind,
                content=f'"{record.value}"' if record.kind == "TXT" else record.value,
                proxied=False,
                ttl=mail.TTL,
                opts=account.child(at.parent),
            )
        for host, addresses in names.checked.items():
            for number, address in enumerate(addresses, start=1):
                DnsRecord(
                    f"{at.prefix}-cloudflare-{host.partition('.')[0]}-origin-{number}",
                    zone_id=zone.id,
                    name=host,
                    type="A",
                    content=address,
                    proxied=False,
                    ttl=CHECKED_TTL,
                    opts=account.child(at.parent),
                )
        return CloudflarePublished()


def origin(point: EntryPoint) -> Origin:
    """An entry point as a pool has it."""
    return Origin(addresses=point.addresses) if point.addresses else Origin(host=point.host)


@dataclass(frozen=True, kw_only=True)
class CloudflarePublished(Published):
    """Names that lead to what runs elsewhere."""

    def resources(self) -> Mapping[str, SiteResources]:
        """No site."""
        return {}

    def declare_recovery(self) -> None:
        """Names move by themselves."""
