"""What a shop's assembly asks of every vendor, and what vendors tell each other. It knows no vendor's SDK.

A vendor's part comes about in phases. Each returns a value, and what comes next is asked of that value, so that no
phase can be left out or come too early::

    VendorDeployment.provision() -> Provisioned.declare_data() -> Data.start_tiers()
        -> Started.publish_dns() -> Published.declare_recovery()

A phase ends for all vendors of a shop before the next one begins: what one has to know of the others is an argument,
made of what theirs returned.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import pulumi
from pydantic import model_validator

from bcinfra import spec
from bcinfra.assembly.resources import SiteResources
from bcinfra.assembly.secrets import secrets, vpn_pair
from bcinfra.assembly.settings import settings
from bcinfra.component import Args, Str, refuse

ISSUERS: Final[Mapping[str, str]] = {"aws": "amazon.com", "gcp": "pki.goog", "kubernetes": "letsencrypt.org"}
"""The certificate authority of each kind of site, as CAA records name it."""
CHECKED_TTL: Final = 300
"""Seconds for which others may keep the record of one way in: its addresses stay."""


class ShopArgs(Args):
    """Arguments of :class:`~bcinfra.assembly.shop.Shop`."""

    shop: spec.Shop
    """What the customer states."""
    secrets: Mapping[str, pulumi.Output[str]] = {}
    """The secrets that :func:`~bcinfra.assembly.secrets.secrets` names, by name."""
    settings: Mapping[str, str] = {}
    """The settings that :func:`~bcinfra.assembly.settings.settings` and
    :func:`~bcinfra.assembly.settings.optional` name, by name."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            f"{field}.{name}: is missing: {what}"
            for field, needed, given in (
                ("secrets", secrets(self.shop), self.secrets),
                ("settings", settings(self.shop), self.settings),
            )
            for name, what in needed.items()
            if name not in given
        )
        return self


# -- what vendors tell each other -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """How customers reach one vendor's serving sites, or one of them: what a name leads to."""

    sites: tuple[str, ...]
    """The sites behind it, the preferred one first."""
    addresses: tuple[Str, ...] = ()
    """Public IPv4 addresses that stay; none where only ``host`` is told."""
    host: Str | None = None
    """The name that the vendor gives it."""
    live: bool
    """Whether it is open when all is well; else it opens when no other can serve."""
    everywhere: bool = False
    """Whether it stands nowhere apart, as a content delivery network does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The page that customers see while the shop is down."""

    name_servers: pulumi.Output[Sequence[str]]
    """What its own domain must be delegated to."""
    ds_record: pulumi.Output[str] | None = None
    """What the registrar of that is told beside them, where answers are signed with a key of the page's own."""
    addresses: tuple[Str, ...] = ()
    """Addresses that stay, where it answers under the shop's names too."""
    proof: Mapping[str, Str] | None = None
    """The record by which its certificate proves the shop's domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsZone:
    """The shop's domain at one cloud's DNS."""

    cloud: spec.DnsVendor
    id: pulumi.Output[str]
    """What that cloud's records name it by."""
    name_servers: pulumi.Output[Sequence[str]]
    """The servers that answer for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way between the networks of two vendors."""

    tunnels: tuple[pulumi.Output[str], ...] = ()
    """Tunnels, known once bytes can pass."""
    ranges: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where replicas connect from, by site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A bucket that another vendor copies as it is written."""

    bucket: Str
    """Its name."""
    role: Str
    """What the other vendor reads it as."""
    queue: Str
    """What tells of every write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSource:
    """The database that other vendors' replicas follow."""

    host: Str
    """Name or address under which it is reached over the way between the vendors."""
    port: int
    """Its TCP port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupBuckets:
    """Buckets at a backup site, for copies that its vendor does not make itself: what runs elsewhere writes them."""

    site: str
    """The backup site."""
    region: str
    """Its region."""
    endpoint: str
    """Where it is reached by S3's API."""
    sealed: pulumi.Output[str]
    """Name of the bucket in which nothing can be replaced or deleted before its time."""
    kept: pulumi.Output[str]
    """Name of the bucket in which what is replaced or deleted can be brought back for as long."""
    logs: str
    """The folder of that bucket whose objects expire; who writes elsewhere in it deletes what is too old."""
    held: str
    """Name of the bucket with the sealed copy of that, in which something arrives all the time."""
    access_key: pulumi.Output[str]
    """The id of a key for both."""
    secret_key: pulumi.Output[str]
    """That key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What other vendors have made that a vendor's data builds on."""

    link: Link = Link()
    """The way to them."""
    source: DatabaseSource | None = None
    """The database of the shop, where another vendor runs it."""
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    """Files and media to copy, by site."""
    backup_buckets: BackupBuckets | None = None
    """Where clusters keep copies."""

    def followed_by(self, data: Data) -> Upstream:
        """What the next vendor's data builds on, after ``data``."""
        return replace(self, source=self.source or data.source, origins={**self.origins, **data.origins})


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNames:
    """What every cloud's DNS answers for the domain: all hold the same."""

    zones: Mapping[spec.DnsVendor, DnsZone]
    """The clouds that answer, in the order in which the shop names them."""
    entry_points: Mapping[str, EntryPoint]
    """By a name for each: the site's, or the vendor's where one leads to several."""
    proofs: Mapping[str, Mapping[str, Str]]
    """The record by which a vendor's certificates prove the domain, by vendor; ``page``: the page's."""
    checked: Mapping[str, tuple[Str, ...]] = field(default_factory=dict[str, tuple[Str, ...]])
    """Addresses of single ways in, well or not, by the host name that checks ask them by."""
    page: StandIn | None = None
    """What answers when no entry point does."""
    proxied: bool = False
    """Whether Cloudflare's proxy answers, with a certificate for the domain."""

    def issuers(self, sites: frozenset[str]) -> frozenset[str]:
        """Who may issue for the domain (CAA): the authorities of the ``sites``, and Google's, where a page or a proxy
        shows a certificate of it for the domain."""
        return sites | {ISSUERS["gcp"]} if self.proxied or (self.page and self.page.proof) else sites


# -- the phases --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class VendorDeployment(ABC):
    """All of a shop that one vendor runs, before anything of it is declared."""

    parent: pulumi.Resource
    """The shop's component."""
    args: ShopArgs
    """What is stated and set."""
    sites: Mapping[str, spec.Site]
    """This vendor's sites; there may be none, where it answers for the domain alone."""

    @property
    def shop(self) -> spec.Shop:
        """What the customer states."""
        return self.args.shop

    @property
    def prefix(self) -> str:
        """How the names of everything begin."""
        return self.shop.prefix

    @property
    def inside(self) -> pulumi.ResourceOptions:
        """Options of what belongs to the shop as a whole."""
        return pulumi.ResourceOptions(parent=self.parent)

    @property
    def is_alone(self) -> bool:
        """Whether customers reach the shop by this vendor's own ways alone, and names by its own DNS alone."""
        if self.shop.delivery.vendor == "cloudflare":
            return False
        return len(self.shop.zones_at) == 1 and not self.shop.serving_sites.keys() - self.sites.keys()

    @property
    def issuers(self) -> frozenset[str]:
        """The certificate authorities that may issue for the domain."""
        return frozenset(ISSUERS[site.kind] for site in self.shop.serving_sites.values() if site.kind in ISSUERS)

    def tunnel_keys(self, site: str, other: str, line: str) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """The pre-shared keys of the two tunnels from ``site`` over one line of the other end."""
        first, second = vpn_pair(site, other, line)
        return self.args.secrets[first.name], self.args.secrets[second.name]

    @abstractmethod
    def provision(self) -> Provisioned:
        """Make the sites, without what runs in them: keys, networks, certificates; and the domain's zone."""


@dataclass(frozen=True, kw_only=True)
class Provisioned(ABC):
    """A vendor's sites, and nothing in them yet."""

    zone: DnsZone | None = None
    """The domain's zone at this vendor, where it answers."""
    further: Mapping[str, DnsZone] = field(default_factory=dict[str, DnsZone])
    """The zones of further domains at this vendor, where it answers for them."""
    proof: Mapping[str, Str] | None = None
    """The record by which its certificates prove the domain."""
    backup_buckets: BackupBuckets | None = None
    """Buckets at its backup site, where the shop runs on Kubernetes too."""

    @abstractmethod
    def declare_data(self, upstream: Upstream) -> Data:
        """Declare the data over this vendor's sites. The primary's vendor comes first: others' data follows its own."""


@dataclass(frozen=True, kw_only=True)
class Data(ABC):
    """A vendor's stores, and nothing that uses them yet."""

    source: DatabaseSource | None = None
    """The database, where other vendors' may follow it."""
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    """Files and media that other vendors copy, by site."""

    @abstractmethod
    def start_tiers(self) -> Started:
        """Start the tiers, and open a way in to them."""


@dataclass(frozen=True, kw_only=True)
class Started(ABC):
    """A vendor's tiers, which nobody is led to yet."""

    entry_points: Mapping[str, EntryPoint]
    """Its ways in, by a name for each."""
    checked: Mapping[str, tuple[Str, ...]] = field(default_factory=dict[str, tuple[Str, ...]])
    """Addresses of those that its checks ask by a name of their own, by that name."""

    @abstractmethod
    def publish_dns(self, names: DomainNames) -> Published:
        """Lead the shop's names to the entry points by this vendor's DNS, where it answers for the domain. Where two
        clouds do, the zone also names the servers of both and holds the other's proof."""


@dataclass(frozen=True, kw_only=True)
class Published(ABC):
    """A vendor's part of a shop that sells."""

    ds_record: pulumi.Output[str] | None = None
    """What the registrar is told where answers are signed."""

    @abstractmethod
    def resources(self) -> Mapping[str, SiteResources]:
        """What each site that serves, or can, is made of."""

    @abstractmethod
    def declare_recovery(self) -> None:
        """Declare what moves the shop to a standby without a person."""
