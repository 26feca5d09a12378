"""What the places of all clouds share: the fields that say where a part is, and zones by name."""

from __future__ import annotations

import re
from typing import Final, NotRequired, TypedDict

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain

_ZONE: Final = re.compile(r"^([a-z]+-[a-z]+\d+)-[a-z]$")


class Place(TypedDict):
    """The fields of a part that say where it is."""

    site: str | None
    homes: tuple[Domain, ...]
    everywhere: NotRequired[bool]


def last(text: str) -> str:
    """The name at the end of a link such as ``projects/p/zones/europe-west1-b``."""
    return text.rstrip("/").rsplit("/", 1)[-1]


def google_zone(text: str | None) -> Domain | None:
    """A zone of Google Cloud by name or link: it alone tells zones apart by their names everywhere."""
    name = last(text or "").lower()
    match = _ZONE.match(name)
    return domains.zone("gcp", match[1], name) if match else None
