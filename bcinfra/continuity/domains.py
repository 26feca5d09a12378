"""Failure domains: what fails together.

A basic event of the assessment is the failure of one domain. Domains nest: a region takes its zones with it, a
provider everything it runs. A resource fails when any domain it lives in fails, and because resources share domains
by name, their failures are dependent, which is the point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class DomainKind(StrEnum):
    """The kinds of failure domain, physical ones first."""

    HOST = "host"
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
    CDN = "CDN"
    ISP = "ISP"
    POWER = "power"
    RELEASE = "release"
    """A software version or image that several pools run."""
    OPERATOR = "operator"
    ATTACKER = "attacker"
    SUPPLIER = "supplier"
    """Somebody else's system that a capability needs."""


@dataclass(frozen=True, slots=True, order=True)
class Domain:
    """One failure domain, such as ``zone aws/eu-west-1/euw1-az1``. ``within`` are the domains that take it along."""

    kind: DomainKind
    name: str
    within: tuple[Domain, ...] = ()

    def __hash__(self) -> int:
        """Of the name alone: domains are looked up all the time, and hardly two that differ are named alike."""
        return hash(self.name)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def chain(self) -> Iterable[Domain]:
        """This domain and all that contain it."""
        yield self
        for outer in self.within:
            yield from outer.chain()

    def hit_by(self, failed: Collection[Domain]) -> bool:
        """Whether this domain is down when ``failed`` are."""
        for domain in failed:
            if self.name == domain.name and self.kind is domain.kind:
                return True
        # No `any` here or above: generators would take most of an assessment's time.
        for outer in self.within:  # noqa: SIM110
            if outer.hit_by(failed):
                return True
        return False


GEOGRAPHIES: dict[str, str] = {
    "af": "Africa",
    "africa": "Africa",
    "ap": "Asia-Pacific",
    "asia": "Asia-Pacific",
    "australia": "Asia-Pacific",
    "ca": "North America",
    "eu": "Europe",
    "europe": "Europe",
    "il": "Middle East",
    "me": "Middle East",
    "mx": "North America",
    "northamerica": "North America",
    "sa": "South America",
    "southamerica": "South America",
    "us": "North America",
}
"""Continent or sub-continent by the first part of a region's name, for AWS and Google Cloud."""


def provider(cloud: str) -> Domain:
    """A cloud vendor as a whole."""
    return Domain(DomainKind.PROVIDER, cloud)


def geography(region: str) -> Domain | None:
    """The part of the world a region lies in; ``None`` when its name does not tell."""
    name = GEOGRAPHIES.get(region.split("-", 1)[0])
    return Domain(DomainKind.GEOGRAPHY, name) if name else None


def region(cloud: str, name: str) -> Domain:
    """A region of a cloud, inside its geography and its provider."""
    outer = (geography(name), provider(cloud))
    return Domain(DomainKind.REGION, f"{cloud}/{name}", tuple(d for d in outer if d))


def zone(cloud: str, region_name: str, name: str) -> Domain:
    """A zone inside its region. ``name`` is a physical zone: an AZ *id* on AWS, since AZ names differ by account."""
    return Domain(DomainKind.ZONE, f"{cloud}/{region_name}/{name}", (region(cloud, region_name),))


def account(cloud: str, name: str) -> Domain:
    """An account, project or subscription: one bill, one set of administrators."""
    return Domain(DomainKind.ACCOUNT, f"{cloud}/{name}")


def control_plane(cloud: str, region_name: str) -> Domain:
    """The regional control plane; it goes with its region."""
    return Domain(DomainKind.CONTROL_PLANE, f"{cloud}/{region_name}", (region(cloud, region_name),))


def global_control_plane(cloud: str, service: str, home: str) -> Domain:
    """The control plane of a worldwide service, inside the region it is run from (``home``)."""
    return Domain(DomainKind.GLOBAL_CONTROL_PLANE, f"{cloud}/{service}", (region(cloud, home),))
