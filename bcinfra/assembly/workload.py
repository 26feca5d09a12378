"""What the replicas of a site are told, and what they may reach, whichever vendor runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from typing import Final, Generic, Self, TypedDict, TypeVar

from bcinfra import spec
from bcinfra.component import Str
from bcinfra.spec.page import Page

Target_co = TypeVar("Target_co", covariant=True)
"""How a vendor names what may be reached."""
Settings = TypeVar("Settings", bound="WorkloadSettings[object]")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadSettings(Generic[Target_co]):
    """What each store adds for the replicas of one site; ``|`` joins what two stores add."""

    reaches: Mapping[str, Target_co] = field(default_factory=dict[str, Target_co])
    """What they may reach, by a name for each."""
    plain: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Settings by environment variable, in clear."""
    secret: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Passwords by environment variable, or what the vendor's store of secrets knows them by."""

    def __or__(self, other: Self) -> Self:
        return type(self)(**{at.name: getattr(self, at.name) | getattr(other, at.name) for at in fields(self)})


def joined(nothing: Settings, sites: Iterable[str], parts: Iterable[Mapping[str, Settings]]) -> dict[str, Settings]:
    """What every store adds, by site: ``nothing`` where there is no store."""
    added = tuple(parts)
    return {site: reduce(_both, (part[site] for part in added if site in part), nothing) for site in sites}


def _both(some: Settings, more: Settings) -> Settings:
    return some | more


def own(shop: spec.Shop, site: str) -> dict[str, Str]:
    """The settings that say which replica it is."""
    told: dict[str, Str] = {"SITE": site, "SHOP_DOMAIN": shop.domain}
    return {**told, "SHOP_DOMAINS": domains(shop)} if shop.domains else told


class Work(TypedDict):
    """What a queue of any vendor is told; times in seconds."""

    timeout: int
    attempts: int
    kept: int
    late: int
    deep: int


def queue(stated: spec.Queue, *, least: int = 0) -> Work:
    """What a queue is told; ``least``: the shortest time for a message that its vendor takes."""
    return Work(
        timeout=max(least, int(stated.timeout.total_seconds())),
        attempts=stated.attempts,
        kept=int(stated.keep.total_seconds()),
        late=int(stated.late.total_seconds()),
        deep=stated.deep,
    )


def domains(shop: Page) -> str:
    """The further domains as the program is told them, each with its language where it has one."""
    return " ".join(
        f"{name}={stated.language}" if stated.language else name for name, stated in sorted(shop.domains.items())
    )


def slug(domain: str) -> str:
    """A domain as a part of names."""
    return domain.replace(".", "-")


MEDIA: Final = "/media"
"""Where replicas on Kubernetes find files and media."""
FILES: Final = "/files"
"""Where replicas find the files that they share."""


def has_data(shop: Page, tier: str) -> bool:
    """Whether ``tier`` reaches the stores: one behind another has them to itself."""
    return tier != "web" or shop.app is None


def own_keys(shop: spec.Shop) -> list[str]:
    """The keys of the configuration under which the tiers' own secrets stand, each once."""
    return sorted({key for one in (*shop.tiers.values(), *shop.background.values()) for key in one.secrets.values()})


def writable(tier: spec.Tier | spec.Background) -> frozenset[str]:
    """The directories that a container of ``tier`` may write."""
    return frozenset({"/tmp", *tier.writable})  # noqa: S108  a directory of the container


def hosts(plain: Mapping[str, Str]) -> dict[str, Str]:
    """Where the stores answer, by name, of the settings that say so: ``mysql`` of ``MYSQL_HOST``."""
    ends = ("_HOST", "_URL")
    return {key.removesuffix(end).lower(): at for key, at in plain.items() for end in ends if key.endswith(end)}


def of_mysql(stated: spec.MySql, host: Str) -> dict[str, Str]:
    """The settings by which a site uses its own copy: it accepts writes once it is promoted, under the same name."""
    return {"MYSQL_HOST": host, "MYSQL_DATABASE": stated.database, "MYSQL_USER": stated.user or stated.username}


def variable(data: str) -> str:
    """The environment variable of a class of data."""
    return data.replace("-", "_").upper()
