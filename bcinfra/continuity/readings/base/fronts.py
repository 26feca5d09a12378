"""What an address or a name leads to, whichever vendor's it is."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.graph.core.model import Resource

_OVERSTAY: Final = Range(1800, 3600)


@once_per_view
def fronts(view: View) -> tuple[str, ...]:
    """The types that a name can lead to."""
    return tuple(token for vendor in view.vendors.values() for token in vendor.fronts)


def front_of(view: View, resource: Resource) -> str | None:
    """URN of the part that an address belongs to."""
    vendor = view.vendors.get(resource.package)
    return vendor.front(view, resource) if vendor else resource.urn


def taken(view: View, address: Resource) -> str | None:
    """URN of the front that takes an address which another vendor reserved."""
    return next((urn for vendor in view.vendors.values() if (urn := vendor.taken(view, address))), None)


def shielded(view: View, front: Resource) -> bool | None:
    """Whether floods of requests are absorbed in front of what a name leads to; ``None``: not known."""
    vendor = view.vendors.get(front.package)
    return vendor.shielded(view, front) if vendor else None


def overstay(view: View) -> Tail:
    """The clients whose resolvers keep an answer beyond its TTL."""
    share = view.facts["dns.ttl_overstay"].parameter("share_of_resolvers", Unit.SHARE)
    text = "resolvers that extend the TTL are taken to do so for at most an hour (judgement)"
    lasts = assumed("an answer kept too long", Unit.SECONDS, _OVERSTAY, text)
    return Tail(share=share, lasts=lasts)
