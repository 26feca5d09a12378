"""A place by name: ``aws/eu-west-1``, ``aws/eu-west-1/euw1-az1``, ``onprem/bruges``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

Cloud: TypeAlias = Literal["aws", "gcp"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A region of a cloud, or a zone in it. ``str()`` is its name, which :meth:`parse` reads."""

    cloud: str
    """``aws``, ``gcp``, or ``onprem`` for sites of one's own."""
    region: str
    """The vendor's name of it; on premises the site's."""
    zone: str | None = None
    """A physical zone: an id at AWS, where names differ by account; a name at Google Cloud."""

    def __str__(self) -> str:
        return f"{self.cloud}/{self.region}" + (f"/{self.zone}" if self.zone else "")

    @property
    def on_premises(self) -> bool:
        return self.cloud == "onprem"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place that ``text`` names; ``None`` where it names none."""
        cloud, _, rest = text.partition("/")
        region, _, zone = rest.partition("/")
        return cls(cloud, region, zone or None) if cloud and region else None
