"""How a site on premises is reached: its lines to the internet, and the tunnels from clouds that end on them.

A line is a carrier's cable: it fails with the carrier and with the duct that it comes in by. A tunnel runs over the
line whose address is that of its far end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Network, ip_network
from typing import Final

from bcinfra.continuity.model import rates, statements
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import ON_PREMISES, Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Link, Store
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, total
from bcinfra.continuity.readings.base import reasons, sites
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.vendor import End, Opening
from bcinfra.continuity.readings.base.view import View, as_number, once_per_view, strings
from bcinfra.graph.core.model import Resource
from bcinfra.places.place import Place

_RECORDS: Final = ("aws:route53/record:Record", "gcp:dns/recordSet:RecordSet")
_ANSWERS: Final = ("records", "rrdatas", "routingPolicy")
_BLOCK: Final = 24
"""Length of the prefix within which two addresses are taken to be of one line."""
_RETRIED: Final = assumed(
    "clients try the other address",
    Unit.SECONDS,
    Range(1, 75),
    "who got several addresses tries the next one when the first does not answer (judgement)",
)


# -- lines ------------------------------------------------------------------------------------------------------------


def line(view: View, row: Resource) -> Domain:
    """One line: its carrier's network, and where its cable comes in."""
    site, name = sites.site_of(view, row), view.text(row, "isp") or row.name
    rate, lasts = rates.CARRIER
    outer: list[Domain] = []
    if carrier := view.text(row, "carrier"):
        outer.append(Domain(DomainKind.ISP, carrier, rate=rate, lasts=lasts))
    if entry := view.text(row, "entry"):
        outer.append(Domain(DomainKind.CABLE, f"{ON_PREMISES}{site}/{entry}"))
    repaired = view.setting(row, "recovery", "the carrier repairs the line")
    return Domain(DomainKind.ISP, f"{ON_PREMISES}{site}/{name}", tuple(outer), lasts=repaired)


def lines(view: View, site: str, addresses: Collection[str] | None = None) -> tuple[Domain, ...]:
    """The lines of a site; with ``addresses``, those that have one of them."""
    found = sites.rows(view, sites.ISP, site)
    return tuple(line(view, row) for row in found if addresses is None or view.text(row, "address") in addresses)


def entrance(view: View, site: str) -> Link | None:
    """How clients come in: by the lines whose addresses a name answers with, else by any line."""
    told = _answered(view)
    every = tuple(dict.fromkeys(d for text in sorted(told) for d in _lines_of(view, site, text))) or lines(view, site)
    return Link(label=f"clients of {site}", lines=every, reroutes=_RETRIED) if every else None


def entered(view: View, balancers: Iterable[Balancer], entries: Iterable[Entry]) -> tuple[Balancer, ...]:
    """The balancers, those on premises that names lead to with the time that clients need to leave a line that failed;
    others are reached from inside.

    Who got the addresses of several lines tries the next one. Who got that of one line, out of several answers, is
    taken to another when that answer is withdrawn and forgotten; where nothing withdraws it, never.
    """
    led = [(route, entry) for entry in entries for route in entry.routes]
    found: list[Balancer] = []
    for balancer in balancers:
        site = next((name for home in balancer.homes if (name := sites.site_name(home))), None)
        routes = [(route, entry) for route, entry in led if route.target == balancer.urn]
        link = entrance(view, site) if routes and site else None
        if link and site and _one_by_one(view, site):
            withdrawn = [total("clients leave a line", r.detects, e.propagates) for r, e in routes if r.detects]
            link = replace(link, reroutes=slowest(withdrawn) if len(withdrawn) == len(routes) else None)
        found.append(replace(balancer, entrance=link))
    return tuple(found)


def _one_by_one(view: View, site: str) -> bool:
    """Whether one answer of a name holds the address of one line of a site, and another that of another."""
    apart: dict[str, set[Domain]] = {}
    for row in view.graph.of_type(*_RECORDS):
        texts = {text for name in _ANSWERS for text in strings(view.value(row, name))}
        ways = {way for text in texts for way in _lines_of(view, site, text)}
        if len(ways) == 1:
            apart.setdefault((view.text(row, "name") or row.name).rstrip("."), set()).update(ways)
    return any(len(ways) > 1 for ways in apart.values())


def _lines_of(view: View, site: str, address: str) -> tuple[Domain, ...]:
    """The lines that an address comes in by: that whose router has it, else those of its neighbours, for carriers give
    blocks."""
    wanted = _network(address)
    rows = [(row, _network(view.text(row, "address") or "")) for row in sites.rows(view, sites.ISP, site)]
    near = [(row, router) for row, router in rows if wanted and router and wanted.subnet_of(_block(router))]
    own = [(row, router) for row, router in near if router == wanted]
    return tuple(line(view, row) for row, _ in own or near)


def _block(address: IPv4Network) -> IPv4Network:
    return address.supernet(new_prefix=_BLOCK)


@once_per_view
def _answered(view: View) -> frozenset[str]:
    """Every address that a DNS record of the graph answers with."""
    return frozenset(
        text for row in view.graph.of_type(*_RECORDS) for name in _ANSWERS for text in strings(view.value(row, name))
    )


def addresses(view: View) -> dict[str, str]:
    """Public addresses of lines, and those that the specification states for sites → the site of the model."""
    found = dict(sites.stated_addresses(view))
    for row in view.graph.of_type(sites.ISP):
        if address := view.text(row, "address"):
            found[address] = f"{ON_PREMISES}{sites.site_of(view, row)}"
    return found


def names_at(view: View, address: str) -> frozenset[str]:
    """The names of the DNS records that answer with an address."""
    rows = (
        row for row in view.graph.of_type(*_RECORDS) for name in _ANSWERS if address in strings(view.value(row, name))
    )
    return frozenset((view.text(row, "name") or row.name).rstrip(".").lower() for row in rows)


# -- tunnels ----------------------------------------------------------------------------------------------------------


@once_per_view
def ends(view: View) -> tuple[End, ...]:
    """The clouds' ends of every tunnel."""
    return tuple(end for vendor in view.vendors.values() for end in vendor.ends(view))


def linked(
    view: View, stores: Iterable[Store], callers: Iterable[str]
) -> tuple[tuple[Store, ...], tuple[Assumption, ...]]:
    """The stores, those on premises with the way to them from every site that may call; and what had to be assumed."""
    sites, said = sorted(set(callers)), dict[Assumption, None]()
    return tuple(_linked(view, store, sites, said) for store in stores), tuple(said)


def _linked(view: View, store: Store, callers: Iterable[str], said: dict[Assumption, None]) -> Store:
    if store.system is None:
        return store
    members = list(store.members)
    for n, member in enumerate(members):
        home = next((name for d in member.homes if (name := sites.site_name(d))), None)
        ways = ((site, _way(view, home, site, store.system.internet, said)) for site in callers if home)
        members[n] = replace(member, links={site: link for site, link in ways if link})
    return replace(store, members=tuple(members))


def _way(view: View, home: str, caller: str, internet: bool, said: dict[Assumption, None]) -> Link | None:
    """The way from a site to one on premises: tunnels, else its lines. What stands in the same building needs none,
    unless the system itself needs the internet."""
    every, label = lines(view, home), f"requests from {caller} to {home}"
    if caller == f"{ON_PREMISES}{home}":
        own = f"requests between {home} and the internet"
        return Link(label=own, lines=every, reroutes=_rerouted(view)) if internet and every else None
    near = _tunnels(view, home, caller)
    if near:
        ways = tuple(dict.fromkeys(d for end in near for d in lines(view, home, (end.address,))))
        shared = set(near[0].homes).intersection(*(end.homes for end in near))
        needs = tuple(d for d in near[0].homes if d in shared)
        moves = view.time("net.bgp.hold_timer") if all(end.dynamic for end in near) else None
        return Link(label=label, lines=ways, needs=needs, reroutes=moves)
    if not every:
        return None
    said[Assumption(Assumes.ANY_LINE, statements.site(caller), statements.site(home))] = None
    return Link(label=label, lines=every, reroutes=_rerouted(view))


def _tunnels(view: View, home: str, caller: str) -> list[End]:
    """The tunnels that a caller uses: those of its own region, else those of its cloud that all regions use."""
    found = [end for end in ends(view) if lines(view, home, (end.address,))]
    here = [end for end in found if end.site == caller]
    cloud = _cloud(caller)
    return here or [end for end in found if cloud and end.everywhere and _cloud(end.site) == cloud]


def _cloud(site: str | None) -> str | None:
    place = Place.parse(site or "")
    return place and place.cloud


def _rerouted(view: View) -> Figure:
    return view.time("onprem.dual_isp")


# -- traffic that is let out ------------------------------------------------------------------------------------------


def behind(view: View, opening: Opening) -> Iterator[Resource]:
    """The systems of sites whose private ranges are let out to, on their ports, with what they need and keep; those
    that show no port, but for minor ones."""
    low, high = as_number(opening.first), as_number(opening.last)
    wanted = [network for text in strings(opening.cidrs) if (network := _network(text)) and network.is_private]
    for row in view.graph.of_type(sites.SITE) if wanted else ():
        theirs = [network for text in sites.names(view, row, "ranges") if (network := _network(text))]
        if not any(one.overlaps(other) for one in wanted for other in theirs):
            continue
        for system in sites.rows(view, sites.SYSTEM, sites.site_of(view, row)):
            port = view.number(system, "port")
            fits = port is None or low is None or high is None or low < 0 or low <= port <= high
            if fits and (port is not None or view.text(system, "criticality") != "minor"):
                yield from sites.needed_with(view, system)


def _network(text: str) -> IPv4Network | None:
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


READINGS: Final = {
    sites.ISP: setting(
        "line to the internet",
        "how a site on premises is reached",
        having(reasons.BACK_OFFICE, facts="onprem.dual_isp"),
    ),
}
