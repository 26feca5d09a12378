"""What a shop's assembly asks of every vendor, and what vendors tell each other. It knows no vendor's SDK."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import pulumi
from pydantic import model_validator

from bcinfra import spec
from bcinfra.assembly.secrets import secrets, vpn_pair
from bcinfra.assembly.settings import settings
from bcinfra.component import Args, Str, refuse

ISSUERS: Final[Mapping[str, str]] = {"aws": "amazon.com", "gcp": "pki.goog", "kubernetes": "letsencrypt.org"}
"""The certificate authority of each kind of site, as CAA records name it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How customers reach one vendor's serving sites, or one of them: what a name leads to."""

    sites: tuple[str, ...]
    """The sites behind it, the preferred one first."""
    addresses: tuple[Str, ...] = ()
    """Public IPv4 addresses that stay; none where only ``host`` is told."""
    host: Str | None = None
    """The name that the vendor gives it."""
    live: bool
    """Whether it is open when all is well; else it opens when no other can serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The shop's domain at one cloud's DNS."""

    cloud: spec.Cloud
    id: pulumi.Output[str]
    """What that cloud's records name it by."""
    name_servers: pulumi.Output[Sequence[str]]
    """The servers that answer for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
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
class Source:
    """The database that other vendors' replicas follow."""

    host: Str
    """Name or address under which it is reached over the way between the vendors."""
    port: int
    """Its TCP port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
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
    access_key: pulumi.Output[str]
    """The id of a key for both."""
    secret_key: pulumi.Output[str]
    """That key."""


@dataclass(slots=True)
class Shared:
    """What the vendors of a shop have made so far, for those that come after."""

    zones: dict[spec.Cloud, Zone] = field(default_factory=dict[spec.Cloud, Zone])
    """By cloud. Two hold the same names."""
    doors: dict[str, Door] = field(default_factory=dict[str, Door])
    """By a name for each: the site's, or the vendor's where one door leads to several."""
    proofs: dict[spec.Cloud, Mapping[str, Str]] = field(default_factory=dict[spec.Cloud, Mapping[str, Str]])
    """The record by which a vendor's certificates prove the domain, by cloud: every zone holds all."""
    media: dict[str, Origin] = field(default_factory=dict[str, Origin])
    """Files and media that other vendors copy, by site."""
    joined: Joined = Joined()
    """The way to other vendors, once it is there."""
    source: Source | None = None
    """The database, once its vendor has declared it."""
    vault: Vault | None = None
    """The backup site's buckets, once its vendor has made them: :meth:`Estate.found`, where the shop runs on Kubernetes
    too."""


class Estate(ABC):
    """All of a shop that one vendor runs.

    The methods are called in their order, each for every vendor of the shop before the next one: that of the primary
    site comes first. What a vendor does not need it leaves as it is.
    """

    def __init__(self, parent: pulumi.Resource, args: ShopArgs, sites: Mapping[str, spec.Site], shared: Shared) -> None:
        """``sites`` are this vendor's; there may be none, where it answers for the domain alone."""
        self.parent, self.shop, self.shared = parent, args.shop, shared
        self.secrets, self.settings = args.secrets, args.settings
        self.given = sites
        self.inside = pulumi.ResourceOptions(parent=parent)

    @property
    def is_alone(self) -> bool:
        """Whether customers reach the shop by this vendor's own ways alone, and names by its own DNS alone."""
        return len(self.shop.zones_at) == 1 and not self.shop.serving_sites.keys() - self.given.keys()

    @property
    def issuers(self) -> frozenset[str]:
        """The certificate authorities that may issue for the domain."""
        return frozenset(ISSUERS[site.kind] for site in self.shop.serving_sites.values() if site.kind in ISSUERS)

    def tunnel_keys(self, site: str, other: str, line: str) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """The pre-shared keys of the two tunnels from ``site`` over one line of the other end."""
        first, second = vpn_pair(site, other, line)
        return self.secrets[first.name], self.secrets[second.name]

    def zone(self) -> Zone:
        """The domain's zone at this vendor: asked of clouds alone."""
        raise NotImplementedError

    @abstractmethod
    def found(self) -> None:
        """Make the sites, without what runs in them: keys, networks, certificates."""

    @abstractmethod
    def store(self) -> None:
        """Declare the data over this vendor's sites."""

    @abstractmethod
    def serve(self) -> None:
        """Start the tiers, and add a door for each way in."""

    def lead(self) -> None:
        """Lead the shop's names to the doors, by this vendor's DNS: asked of clouds alone. Where two clouds answer, the
        zone also names the servers of both and holds the other's proof."""
        raise NotImplementedError

    @abstractmethod
    def recover(self) -> None:
        """Declare what moves the shop to a standby without a person."""
