"""Cloudflare's proxy before the entry points of a shop, whose names other vendors answer for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

import pulumi

from bcinfra import spec
from bcinfra.assembly.cloudflare.deployment import account, origin
from bcinfra.assembly.contract import EntryPoint, ShopArgs
from bcinfra.assembly.edge import ProxiedDomain, modes
from bcinfra.assembly.secrets import ORIGIN_KEY
from bcinfra.cloudflare import Edge, EdgeArgs, Monitor, ProxiedZone, ProxiedZoneArgs
from bcinfra.cloudflare.edge import MANAGED, OWASP

RULE_SETS: Final[Mapping[str, str]] = {"common": OWASP, "bad-inputs": MANAGED, "sql-injection": OWASP}
"""The sets of rules that a page names. Addresses are judged by what Cloudflare sees of them, whichever rules count."""


def declare(parent: pulumi.Resource, args: ShopArgs, points: Mapping[str, EntryPoint]) -> ProxiedDomain:
    """The zone that the proxy knows the shop by, and the proxy, which asks the entry points in their order."""
    shop, name = args.shop, f"{args.shop.prefix}-edge"
    stated = shop.delivery
    if stated.account is None or stated.address_map is None:
        raise TypeError("no account is stated for the edge")
    at = account(parent, args, stated.account)
    inside = pulumi.ResourceOptions(parent=parent)
    zone = ProxiedZone(
        name,
        ProxiedZoneArgs(
            account=at,
            domain=shop.domain,
            addresses=tuple(str(address) for address in stated.addresses),
            address_map=stated.address_map,
        ),
        opts=inside,
    )
    Edge(
        name,
        EdgeArgs(
            account=at,
            zone_id=zone.zone_id,
            domain=shop.domain,
            origins={what: origin(point) for what, point in points.items()},
            primary=next(what for what, point in points.items() if shop.primary in point.sites),
            spread=all(point.live for point in points.values()),
            monitor=Monitor(path=shop.web.health_path, interval=15),
            key=args.secrets.get(ORIGIN_KEY) if shop.is_closed else None,
            unsigned=not shop.is_closed or "aws" not in shop.serving_kinds,
            modes=modes(args),
            mail=tuple(shop.alarms.mail.values()),
            **_exceptions(shop),
        ),
        opts=inside,
    )
    return ProxiedDomain(
        addresses=zone.addresses, proofs={f"cloudflare-{what}": proof for what, proof in zone.proofs.items()}
    )


class _Exceptions(TypedDict, total=False):
    """What is let pass, and what is kept: fields of ``EdgeArgs`` that have a default."""

    static: tuple[str, ...]
    counted: frozenset[str]
    unchecked: tuple[str, ...]
    allowed: Mapping[str, str]
    requests_limit: int


def _exceptions(shop: spec.Shop) -> _Exceptions:
    stated = shop.firewall
    told: _Exceptions = {
        "counted": frozenset(RULE_SETS[group] for group in stated.count if group in RULE_SETS),
        "unchecked": stated.unchecked,
        "allowed": stated.allowed,
    }
    if shop.stateless:
        told["static"] = ()
    if stated.requests_a_minute:
        told["requests_limit"] = stated.requests_a_minute
    return told
