"""Cloudflare's proxy and its load balancers: what stands between a name and the origins, and how soon one is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model import rates
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer
from bcinfra.continuity.model.ranges import Figure, Unit, computed, stated
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import repeated, slowest
from bcinfra.continuity.readings.base.fronts import (
    Behind,
    around,
    behind,
    behind_those_on,
    hosts,
    leads,
    shielded as front_shielded,
)
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.traits import FRONT
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text, strings
from bcinfra.continuity.readings.cloudflare import places
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

LOAD_BALANCER: Final = "cloudflare:index/loadBalancer:LoadBalancer"
POOL: Final = "cloudflare:index/loadBalancerPool:LoadBalancerPool"
MONITOR: Final = "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor"
RULESET: Final = "cloudflare:index/ruleset:Ruleset"
ADDRESS_MAP: Final = "cloudflare:index/addressMap:AddressMap"
FACT: Final = "cloudflare.lb"
_DEFAULTS: Final = ("defaultPools", "defaultPoolIds")
_SPREAD: Final = ("regionPools", "countryPools", "popPools")
_FALLBACK: Final = ("fallbackPool", "fallbackPoolId")
"""As providers 6 and 5 call them."""
_IN_ORDER: Final = (None, "", "off")
"""Steering by which the first healthy pool has all requests
(https://developers.cloudflare.com/load-balancing/reference/common-configurations/; read 2026-11)."""
_OFF: Final = "eoff"
"""A sensitivity of the rules against floods by which they block next to nothing."""


def certificate(name: str) -> Domain:
    """What is shown to customers: issued and renewed by Cloudflare (https://developers.cloudflare.com/ssl/edge-
    certificates/universal-ssl/; read 2026-11)."""
    return Domain(DomainKind.CERTIFICATE, f"{name} (Cloudflare)", rate=rates.certificate(renews=True))


def proxied(view: View, rows: Iterable[Resource], name: str) -> Iterator[Found]:
    """What stands between a proxied name and its origins, one or several by turns. That an origin does not answer is
    noticed by the one request: the next is sent to it again."""
    rows = [*rows]
    found = _joined(behind(view, row, "content", [view.value(row, "content") or UNKNOWN]) for row in rows)
    yield _edge(view, rows[0], name, found, None)
    yield from (Call(edge_urn(rows[0]), urn) for urn in found.parts)


def load_balancer(view: View, resource: Resource, name: str) -> Iterator[Found]:
    """What stands between a proxied load balancer and its pools."""
    pools, first = pools_of(view, resource)
    beyond = () if pools else (resource.name,)
    found = Behind(tuple(pool.urn for pool in first or pools), beyond)
    made = _edge(view, resource, name, found, slowest(_checked(view, pools)) if _all_checked(view, pools) else None)
    # Where a shop states which of its sites sells, that tells the order which a preview does not.
    yield made if first or not view.active_site else replace(made, serving=None)
    yield from (Call(edge_urn(resource), pool.urn) for pool in pools)


def _edge(view: View, resource: Resource, name: str, found: Behind, detects: Figure | None) -> Balancer:
    return Balancer(
        urn=edge_urn(resource),
        label=f"CDN for {name}",
        homes=(places.PROXY, places.account(view, resource)),
        needs_to_run=(certificate(name),),
        needs_to_recover=(places.CONTROL,),
        zones=None,
        regional=True,
        pools=(),
        detects=detects,
        beyond=found.beyond,
        serving=found.parts,
        exposed=tuple(row.urn for row in _fronts(view, found.parts) if _closed(view, row) is False),
    )


def address_map(view: View, resource: Resource) -> Iterator[Found]:
    """Addresses of Cloudflare that are a customer's own, by which names at another's DNS lead to the proxy: what is
    asked there goes to the proxied name of the zones that the map has. Where those have not the same origins, the
    address alone does not tell which."""
    balancers = [row for row in _mapped(view, resource) if is_proxied(view, row)]
    behind = {tuple(pool.urn for pool in pools_of(view, row)[0]) for row in balancers}
    pools, told = [pool for row in balancers[:1] for pool in pools_of(view, row)[0]], len(behind) == 1
    yield Balancer(
        urn=resource.urn,
        label=f"static addresses {resource.name}",
        homes=(places.PROXY, places.account(view, resource)),
        needs_to_recover=(places.CONTROL,),
        zones=None,
        regional=True,
        pools=(),
        detects=slowest(_checked(view, pools)) if told and _all_checked(view, pools) else None,
        beyond=() if told else (resource.name,),
        serving=tuple(edge_urn(row) for row in balancers) if told else (),
    )
    yield from (Call(resource.urn, edge_urn(row)) for row in (balancers if told else ()))


def mapped_zones(view: View, addresses: Resource) -> tuple[Resource, ...]:
    """The zones of the program that a map of addresses has, each named or with all of its account, where it is used."""
    if addresses.inputs.get("enabled") is False:
        return ()
    accounts = {as_text(row.get("identifier")) for row in view.rows(addresses, "memberships")}
    every = view.graph.of_type(places.ZONE)
    named = view.refs(addresses, "memberships", places.ZONE)
    return tuple(zone for zone in every if zone in named or places.account_id(view, zone) in accounts)


def _mapped(view: View, addresses: Resource) -> Iterator[Resource]:
    """The load balancers of those zones."""
    yield from (row for zone in mapped_zones(view, addresses) for row in view.users(zone, LOAD_BALANCER, "zoneId"))


def pool(view: View, resource: Resource) -> Iterator[Found]:
    """Origins of one place, of which those have requests that the monitor finds well. Where only names are answered
    with them, requests do not pass the pool."""
    used = (row for name in (*_DEFAULTS, *_SPREAD, *_FALLBACK) for row in view.users(resource, LOAD_BALANCER, name))
    if not any(is_proxied(view, row) for row in used):
        return
    found = origins(view, resource)
    yield Balancer(
        urn=resource.urn,
        label=f"pool {resource.name}",
        homes=(places.PROXY, places.account(view, resource), *hosts(view, found.parts)),
        needs_to_recover=(places.CONTROL,),
        zones=None,
        regional=True,
        pools=(),
        detects=noticed(view, resource),
        public=False,
        beyond=found.beyond,
        serving=found.parts,
    )
    yield from (Call(resource.urn, urn) for urn in found.parts)


def origins(view: View, pool: Resource) -> Behind:
    """What the origins of a pool are that take requests."""
    return behind_those_on(view, pool, "origins", "address", _takes)


def _takes(origin: Mapping[str, Value]) -> bool:
    """Whether an origin has requests: enabled, and with a weight
    (https://developers.cloudflare.com/load-balancing/understand-basics/traffic-steering/origin-level-steering/, read
    2026-11)."""
    return origin.get("enabled") is not False and as_number(origin.get("weight")) != 0


def pools_of(view: View, resource: Resource) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """Every pool of a load balancer, and those that have requests while all is well: the first in its order, or all
    where steering spreads them; none where the deployment alone knows the order."""
    every = (row for name in (*_DEFAULTS, *_SPREAD, *_FALLBACK) for row in view.refs(resource, name, POOL))
    found = {row.urn: row for row in every if row.inputs.get("enabled") is not False and not _empty(view, row)}
    pools = tuple(found.values())
    steered = any(view.value(resource, name) for name in _SPREAD)
    if view.text(resource, "steeringPolicy") not in _IN_ORDER or steered:
        return pools, pools
    ordered = [text for name in _DEFAULTS for text in strings(view.value(resource, name))]
    named = [row for text in ordered for row in view.named(text, (POOL,)) if row in pools]
    chosen = [row for name in _DEFAULTS for row in view.refs(resource, name, POOL) if row in pools]
    # Before deployment an order of two is not told from the other, but one that stands alone before the fallback is.
    return pools, tuple(named[:1] or (chosen if len(chosen) == 1 else pools if len(pools) == 1 else ()))


def _empty(view: View, pool: Resource) -> bool:
    """Whether none of a pool's origins takes requests: others have them then."""
    rows = view.rows(pool, "origins")
    return bool(rows) and not any(map(_takes, rows))


def _all_checked(view: View, pools: Iterable[Resource]) -> bool:
    pools = [*pools]
    return bool(pools) and len([*_checked(view, pools)]) == len(pools)


def _checked(view: View, pools: Iterable[Resource]) -> Iterator[Figure]:
    yield from (figure for one in pools if (figure := noticed(view, one)))


def noticed(view: View, pool: Resource) -> Figure | None:
    """Time until a dead origin has no more requests; ``None`` where no monitor asks it: such a pool is always taken to
    be well (https://developers.cloudflare.com/load-balancing/understand-basics/health-details/; read 2026-11)."""
    monitor = view.ref(pool, "monitor", MONITOR)
    if monitor is None:
        return None

    def of(name: str, default: str, unit: Unit) -> Figure:
        return view.setting(monitor, name, name, unit) or view.facts[FACT].parameter(default, unit)

    times = view.number(monitor, "consecutiveDown")
    asked = computed(
        f"{monitor.name}: one question",
        Unit.SECONDS,
        "timeout x (retries + 1)",
        _tried,
        of("timeout", "timeout_s", Unit.SECONDS),
        of("retries", "retries", Unit.COUNT),
    )
    return repeated(
        f"{pool.name} takes out a dead origin",
        of("interval", "interval_s_default", Unit.SECONDS),
        stated("consecutiveDown", Unit.COUNT, max(times or 1, 1), f"{monitor.name}: consecutiveDown"),
        asked,
    )


def _tried(timeout: float, retries: float) -> float:
    return timeout * (retries + 1)


def edge_urn(resource: Resource) -> str:
    """URN of the proxy before a name."""
    return part_urn(resource, "edge")


def _joined(found: Iterable[Behind]) -> Behind:
    every = [*found]
    return Behind(
        tuple(dict.fromkeys(urn for one in every for urn in one.parts)),
        tuple(dict.fromkeys(text for one in every for text in one.beyond)),
    )


# -- floods -----------------------------------------------------------------------------------------------------------


def shielded(view: View, resource: Resource, rows: Iterable[Resource]) -> bool | None:
    """Whether floods are absorbed before a proxied name: Cloudflare does it for every zone and plan, unless that is
    switched off, where nobody gets around it to an origin
    (https://developers.cloudflare.com/ddos-protection/managed-rulesets/http/; read 2026-11)."""
    known = [_absorbs(view, resource), *(_closed(view, row) for row in _fronts(view, _asked(view, resource, rows)))]
    if any(_joined_beyond(view, resource, rows)):
        known.append(None)
    return False if False in known else None if None in known else True


def mapped_shield(view: View, addresses: Resource) -> bool | None:
    """Whether floods are absorbed before static addresses: as before each name that the map leads to."""
    known = [shielded(view, row, [row]) for row in _mapped(view, addresses) if is_proxied(view, row)]
    return False if False in known else None if None in known or not known else True


def _asked(view: View, resource: Resource, rows: Iterable[Resource]) -> tuple[str, ...]:
    if resource.type == LOAD_BALANCER:
        return tuple(urn for one in pools_of(view, resource)[0] for urn in origins(view, one).parts)
    return tuple(urn for row in rows for urn in behind(view, row, "content", [view.value(row, "content")]).parts)


def _joined_beyond(view: View, resource: Resource, rows: Iterable[Resource]) -> tuple[str, ...]:
    if resource.type == LOAD_BALANCER:
        return tuple(text for one in pools_of(view, resource)[0] for text in origins(view, one).beyond)
    return tuple(text for row in rows for text in behind(view, row, "content", [view.value(row, "content")]).beyond)


def _fronts(view: View, urns: Iterable[str]) -> tuple[Resource, ...]:
    """The fronts that requests come to in the end, through pools and names of the program."""
    queue, seen, found = [*urns], set[str](), dict[str, Resource]()
    for urn in queue:
        row = view.graph.resources.get(urn)
        if urn in seen:
            continue
        seen.add(urn)
        further = origins(view, row).parts if row and row.type == POOL else leads(view, urn)
        queue += further
        if row and not further:
            found[urn] = row
    return tuple(found.values())


def _closed(view: View, row: Resource) -> bool | None:
    """Whether nobody gets around the proxy to an origin, or it has a firewall of its own."""
    open_to_all = around(view, row)
    return True if open_to_all is False or front_shielded(view, row) else None if open_to_all is None else False


def _absorbs(view: View, resource: Resource) -> bool:
    zone = view.ref(resource, "zoneId", places.ZONE)
    sets = view.users(zone, RULESET, "zoneId") if zone else ()
    limits = any(view.text(row, "phase") == "http_ratelimit" and view.rows(row, "rules") for row in sets)
    return limits or not any(_switched_off(view, row) for row in sets if view.text(row, "phase") == "ddos_l7")


def _switched_off(view: View, ruleset: Resource) -> bool:
    for rule in view.rows(ruleset, "rules"):
        overrides = as_row(as_row(rule.get("actionParameters")).get("overrides"))
        weakened = as_text(overrides.get("sensitivityLevel")) == _OFF or as_text(overrides.get("action")) == "log"
        if weakened and not as_rows(overrides.get("rules")) and rule.get("enabled") is not False:
            return True
    return False


def is_proxied(view: View, resource: Resource) -> bool:
    """Whether requests pass Cloudflare, which else only answers where to send them."""
    return as_flag(view.value(resource, "proxied"))


READINGS: Final = {
    ADDRESS_MAP: part("static addresses of the proxy", address_map, FRONT.also(identities="ips")),
    POOL: part("pool of origins", pool, FRONT.also(identities="", facts=FACT)),
    MONITOR: setting("monitor of origins", "when an origin is left", reasons.WATCH),
    RULESET: setting("rules at the edge", "whether floods of requests are limited", reasons.FILTER),
}
