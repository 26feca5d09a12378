"""What a tier must have for its faults, configuration, accounting, performance and security to be managed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from bcinfra.yamls import parsed


class Area(StrEnum):
    """The five areas of management (ISO/IEC 7498-4)."""

    FAULT = "F"
    CONFIGURATION = "C"
    ACCOUNTING = "A"
    PERFORMANCE = "P"
    SECURITY = "S"


TIERS: Final[Mapping[str, str]] = {
    "dns": "DNS",
    "cdn": "CDN, edge",
    "balancer": "load balancer",
    "app": "web, app",
    "mysql": "MySQL",
    "redis": "Redis",
    "queue": "queue",
    "search": "search",
    "media": "media, files",
    "backups": "backups",
    "keys": "keys, secrets, certificates",
    "network": "network, VPN",
    "cluster": "Kubernetes cluster",
    "contact": "contact centre",
    "mail": "mail",
    "images": "container images",
}
GROUNDS: Final[Mapping[str, str]] = {
    "aws": "AWS",
    "cloudflare": "Cloudflare",
    "gcp": "Google Cloud",
    "kubernetes": "Kubernetes",
}
AREAS: Final[Mapping[Area, str]] = {
    Area.FAULT: "fault",
    Area.CONFIGURATION: "configuration",
    Area.ACCOUNTING: "accounting",
    Area.PERFORMANCE: "performance",
    Area.SECURITY: "security",
}


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Need(_Row):
    """One thing that a tier must have."""

    tier: str
    ground: str
    """The package of the tier's resources: ``aws``, ``gcp``, ``kubernetes``."""
    area: Area
    need: str
    types: tuple[str, ...] = Field(min_length=1)
    """Patterns of type tokens: one such resource meets it ..."""
    has: tuple[str, ...] = ()
    """... whose inputs hold one of these texts ..."""
    unless: tuple[str, ...] = ()
    """One whose inputs hold one of these texts needs it not."""
    states: str | None = None
    """... and which states this property (a dotted path), not empty and not false."""
    leaves: str | None = None
    """... and of which the program leaves this property as people set it (``ignore_changes``)."""
    apart: str | None = None
    """... and of which this property is known to lead into another project than its own."""
    told: bool = False
    """... and of which people are known to hear."""
    about: bool = False
    """... and which is known to be about one of the tier's own resources, or about what shows files of that alone."""
    locked: str | None = None
    """... and of which this property is known to lead to a bucket that is locked."""
    burns: bool = False
    """... and which tells how fast errors use up what may fail."""
    signs: bool = False
    """... and by which answers of a zone are signed: of each zone that one provider alone answers for."""
    beside: tuple[str, ...] = ()
    """Patterns of types, one of which must stand in its namespace, as who is told of an alert does."""
    each: bool = False
    """Whether every such resource must; with ``about`` whether one must be about each of the tier's own, but locked
    copies."""
    where: tuple[str, ...] = ()
    """Patterns of types: it is asked only where one such resource is there; always where none is named."""
    choice: bool = False
    """Whether it is asked only where a name can be answered in several ways."""
    beyond_files: bool = False
    """Whether it is not asked of distributions that show files of buckets and nothing else: nothing is behind them that
    a firewall guards, and they are what is shown instead of a shop."""
    through: tuple[str, ...] = ()
    """Patterns of types: one such resource must be there too, as a trail is that brings an event."""
    everywhere: bool = False
    """Whether both must be in each place in which a resource of ``where`` (where that is empty: of the tier) stands: in
    that region of that account, or in that project; a budget in that account. What has none there is named."""
    cannot: str | None = None
    """Why an owner may not be able to meet it, whatever is declared: where nothing does, and nothing that could does
    not, this is said and nothing is held against anybody."""


class Book(_Row):
    """All needs."""

    schema_version: int
    tiers: dict[str, dict[str, tuple[str, ...]]]
    """Tier → ground → the types by which the tier is there."""
    needs: tuple[Need, ...]


@cache
def book() -> Book:
    """The needs that come with the product."""
    text = files("bcinfra.continuity.data").joinpath("fcaps.yaml").read_text(encoding="utf-8")
    return Book(**parsed(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One need of a tier, and what meets it."""

    need: Need
    by: tuple[str, ...]
    """URNs of what does."""
    but: tuple[str, ...] = ()
    """URNs of what should and does not."""
    unheard: tuple[str, ...] = ()
    """URNs of what would meet it, had anybody been known to hear of it."""

    @property
    def missing(self) -> bool:
        return not self.excused and (bool(self.but) or not self.by)

    @property
    def excused(self) -> bool:
        """Whether nothing meets it, nothing is known that could, and there is a reason."""
        return not self.by and not self.but and self.need.cannot is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One area of a tier on one ground."""

    tier: str
    ground: str
    area: Area
    needs: tuple[Met, ...]

    @property
    def row(self) -> str:
        """``MySQL on AWS``."""
        return f"{TIERS.get(self.tier, self.tier)} on {GROUNDS.get(self.ground, self.ground)}"

    @property
    def label(self) -> str:
        """``fault of MySQL on AWS``."""
        return f"{AREAS[self.area]} of {self.row}"

    @property
    def empty(self) -> bool:
        """Whether nothing of it is there that could be: a finding."""
        return not self.excused and not any(one.by for one in self.needs)

    @property
    def excused(self) -> bool:
        """Whether nothing of it can be there."""
        return all(one.excused for one in self.needs)

    @property
    def whole(self) -> bool:
        return not any(one.missing for one in self.needs)
