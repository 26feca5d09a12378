"""Cloudflare's proxy in front of a shop: what it asks of sites, which must know it. Pure, but for who declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import EntryPoint, ShopArgs
from bcinfra.assembly.secrets import ORIGIN_KEY
from bcinfra.component import Str
from bcinfra.modes import Modes
from bcinfra.places.origin_facing import CLOUDFLARE

EDGE: Final = "edge"
"""What its entry point is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxiedDomain:
    """What names lead to where Cloudflare is in front of the sites, and what must stand with who answers for them."""

    addresses: tuple[str, ...]
    """Its addresses, which stay."""
    proofs: Mapping[str, Mapping[str, Str]]
    """Records by which it knows the domain, by a name for each."""


def proxied(parent: pulumi.Resource, args: ShopArgs, points: Mapping[str, EntryPoint]) -> ProxiedDomain | None:
    """Declare the proxy before the entry points of all vendors, where the shop states one."""
    if args.shop.delivery.vendor != "cloudflare":
        return None
    made: ProxiedDomain = import_module("bcinfra.assembly.cloudflare.edge").declare(parent, args, points)
    return made


def pages(shop: spec.Shop) -> str | None:
    """What the pages are below that the edge can show instead of the shop: those of the one that stands apart."""
    page = shop.contact and shop.contact.page
    return f"https://{page.domain}/" if shop.delivery.modes and page else None


def modes(args: ShopArgs) -> Modes | None:
    """What an edge that runs code can show instead of the shop."""
    shop = args.shop
    page = pages(shop)
    return Modes(page=page, key=args.secrets[ORIGIN_KEY], health=shop.web.health_path) if page else None


def ways_in(shop: spec.Shop, points: Mapping[str, EntryPoint], proxy: ProxiedDomain | None) -> dict[str, EntryPoint]:
    """What names lead to, the preferred one first: the proxy, and around it where that is stated; else the sites."""
    if proxy is None:
        return dict(points)
    sites = tuple(sorted(shop.serving_sites, key=lambda name: (name != shop.primary, name)))
    found = {EDGE: EntryPoint(sites=sites, addresses=proxy.addresses, live=True, everywhere=True)}
    for name, point in points.items() if shop.delivery.direct else ():
        if shop.primary in point.sites:
            found[name] = EntryPoint(sites=point.sites, addresses=point.addresses, host=point.host, live=False)
    return found


def edge_ranges(shop: spec.Shop) -> dict[str, str]:
    """Where the proxy asks sites from, by a name for each: firewalls there would take it for few customers who ask
    much. It asks for other customers of Cloudflare's from there too, so that only sites that know the shop's own
    requests may let it pass unjudged."""
    if shop.delivery.vendor != "cloudflare":
        return {}
    return {f"cloudflare-{cidr.split('/')[0].replace('.', '-')}": cidr for cidr in CLOUDFLARE}
