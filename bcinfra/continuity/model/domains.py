"""Failure domains: what fails together.

A basic event of the assessment is the failure of one domain. Domains nest: a region takes its zones with it, a
provider everything it runs. A resource fails when any domain it lives in fails, and because resources share domains
by name, their failures are dependent, which is the point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final

from bcinfra.continuity.model.ranges import Figure
from bcinfra.places import regions
from bcinfra.places.place import Place
from bcinfra.places.world import GEOGRAPHIES


class DomainKind(StrEnum):
    """The kinds of failure domain, physical ones first."""

    HOST = "host"
    RACK = "rack"
    """Hosts on premises that share power and a switch: to what stands there it is a zone."""
    ROOM = "room"
    """A fire compartment."""
    ZONE = "zone"
    REGION = "region"
    GEOGRAPHY = "geography"
    PROVIDER = "provider"
    ACCOUNT = "account"
    CONTROL_PLANE = "control plane"
    """Of one region: launching, changing and deleting stops there, what runs goes on."""
    GLOBAL_CONTROL_PLANE = "global control plane"
    """Of a provider's worldwide service (DNS records, identity): no change anywhere, answers go on."""
    KEY = "key"
    CERTIFICATE = "certificate"
    DNS_PROVIDER = "DNS provider"
    REGISTRATION = "registration"
    """Of a domain, with a registrar: without it no name under the domain is found, whoever answers for it."""
    CDN = "CDN"
    ISP = "ISP"
    """A carrier, or one line of it."""
    CABLE = "cable entry"
    """Where lines enter a building: one excavator cuts all that share it."""
    POWER = "power"
    SYSTEM = "system"
    """A system of one's own that runs on premises: its software, its configuration, who changes it."""
    RELEASE = "release"
    """A software version or image that several pools run."""
    OPERATOR = "operator"
    ATTACKER = "attacker"
    SUPPLIER = "supplier"
    """Somebody else's system that a capability needs."""


@dataclass(frozen=True, slots=True, order=True)
class Domain:
    """One failure domain, such as ``zone aws/eu-west-1/euw1-az1``."""

    kind: DomainKind
    name: str
    within: tuple[Domain, ...] = ()
    """Domains that take it along, each of them alone."""
    spares: tuple[Domain, ...] = ()
    """Domains that stand in for each other: without ``enough`` of them it is down (the feeds of a rack)."""
    enough: int = 1
    basic: bool = True
    """Whether it also fails by itself; false for what only stands for its spares."""
    rate: Figure | None = field(default=None, compare=False)
    """How often it fails a year, where its own place tells."""
    lasts: Figure | None = field(default=None, compare=False)
    """Seconds until it is back, where that is stated."""
    at: Place | None = field(default=None, compare=False)
    """The place it serves, where neither its name nor what contains it says so (a certificate)."""

    def __hash__(self) -> int:
        """Of the name alone: domains are looked up all the time, and hardly two that differ are named alike."""
        return hash(self.name)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def short(self) -> str:
        """Its own name, without that of what it lies in: ``euw1-az1``."""
        return self.name.rsplit("/", 1)[-1]

    @property
    def place(self) -> Place | None:
        """Where it is; ``None`` for what is in no place, or in one that is not known."""
        return self.at or (Place.parse(self.name) if self.kind in _LOCAL else None)

    def chain(self) -> Iterable[Domain]:
        """This domain and all that contain it."""
        yield self
        for outer in self.within:
            yield from outer.chain()

    def walk(self) -> Iterable[Domain]:
        """This domain and all whose failure may take it: those of :meth:`chain`, and spares."""
        yield self
        for other in (*self.within, *self.spares):
            yield from other.walk()

    def hit_by(self, failed: Collection[Domain]) -> bool:
        """Whether this domain is down when ``failed`` are."""
        if any(self.name == domain.name and self.kind is domain.kind for domain in failed):
            return True
        if any(outer.hit_by(failed) for outer in self.within):
            return True
        return bool(self.spares) and sum(not spare.hit_by(failed) for spare in self.spares) < self.enough


UNNAMED: Final = "not named"
"""Stands for the name of a region or an account that nothing states."""
ON_PREMISES: Final = "onprem/"
"""How the name of a site on premises begins."""
_LOCAL: Final = frozenset(
    {
        DomainKind.HOST,
        DomainKind.RACK,
        DomainKind.ROOM,
        DomainKind.ZONE,
        DomainKind.REGION,
        DomainKind.CONTROL_PLANE,
        DomainKind.GLOBAL_CONTROL_PLANE,
        DomainKind.CABLE,
        DomainKind.ISP,
        DomainKind.POWER,
    }
)
"""Kinds of domain that are named by their place, where it is known."""
INSIDE: Final = frozenset({DomainKind.RACK, DomainKind.ROOM, DomainKind.ZONE, DomainKind.POWER})
"""Kinds of domain inside a site, of which a part there may be in any where the graph does not tell."""


MOVABLE: Final = frozenset({DomainKind.REGION, DomainKind.GEOGRAPHY})
"""Kinds of domain that a worldwide control plane is moved out of, where its vendor does so."""


def country(code: str) -> Domain | None:
    """The part of the world that a country lies in; ``None`` for what is no ISO 3166 code."""
    name = GEOGRAPHIES.get(code)
    return Domain(DomainKind.GEOGRAPHY, name) if name else None


# What many parts share is one object, so that most domains are told apart by looking at which they are.


@cache
def provider(cloud: str) -> Domain:
    """A cloud vendor as a whole."""
    return Domain(DomainKind.PROVIDER, cloud)


@cache
def geography(region: str) -> Domain | None:
    """The part of the world a region lies in; ``None`` when its name does not tell."""
    name = regions.geography(region)
    return Domain(DomainKind.GEOGRAPHY, name) if name else None


@cache
def region(cloud: str, name: str) -> Domain:
    """A region of a cloud, inside its geography and its provider."""
    outer = (geography(name), provider(cloud))
    return Domain(DomainKind.REGION, str(Place(cloud, name)), tuple(d for d in outer if d))


@cache
def zone(cloud: str, region_name: str, name: str) -> Domain:
    """A zone inside its region. ``name`` is a physical zone: an AZ *id* on AWS, since AZ names differ by account."""
    return Domain(DomainKind.ZONE, str(Place(cloud, region_name, name)), (region(cloud, region_name),))


@cache
def account(cloud: str, name: str) -> Domain:
    """An account, project or subscription: one bill, one set of administrators."""
    return Domain(DomainKind.ACCOUNT, f"{cloud}/{name}")


def kms_key(arn: str) -> tuple[Domain, ...]:
    """The key that an ARN of AWS names, which goes with its region and its account; none where it is no ARN."""
    parts = arn.split(":")
    if len(parts) < 6:
        return ()
    return (Domain(DomainKind.KEY, arn, (region("aws", parts[3]), account("aws", parts[4]))),)


@cache
def control_plane(cloud: str, region_name: str) -> Domain:
    """The regional control plane; it goes with its region."""
    return Domain(DomainKind.CONTROL_PLANE, str(Place(cloud, region_name)), (region(cloud, region_name),))


@cache
def global_control_plane(cloud: str, service: str, home: str) -> Domain:
    """The control plane of a worldwide service, inside the region it is run from (``home``)."""
    return Domain(DomainKind.GLOBAL_CONTROL_PLANE, f"{cloud}/{service}", (region(cloud, home),))
