"""Sites on premises, where systems stand and clusters of any vendor may: buildings, rooms, racks, power and hosts.

A rack is fed by any one of its feeds. A feed goes on without its grid while batteries and fuel last: an outage that is
shorter is none, and one that is longer takes the feed along. Without batteries a generator comes too late: hosts have
stopped when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from bcinfra.continuity.model import domains, rates
from bcinfra.continuity.model.domains import ON_PREMISES, Domain, DomainKind
from bcinfra.continuity.readings.base.view import View, as_json, once_per_view, same, strings
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import HOUR, MINUTE

ROWS: Final = "bcinfra:onprem:"
"""How the types begin whose rows stand for something in the world, though they are components."""
SITE: Final = "bcinfra:onprem:Site"
ISP: Final = "bcinfra:onprem:Isp"
FEED: Final = "bcinfra:onprem:PowerFeed"
RACK: Final = "bcinfra:onprem:Rack"
SYSTEM: Final = "bcinfra:onprem:System"
DATA: Final = "bcinfra:onprem:DataSet"
SHOP: Final = "bcinfra:assembly:Shop"
_CLOUDS: Final = ("aws", "gcp")
_NOTHING: Final[Mapping[str, Any]] = {}


class Place(NamedTuple):
    """A place that others are named to be in."""

    site: str | None
    """The site of the model, such as ``onprem/ghent`` or ``gcp/europe-west1``."""
    homes: tuple[Domain, ...]
    known: bool = True
    """False where nothing in the graph tells of it."""


# -- rows -------------------------------------------------------------------------------------------------------------


def rows(view: View, type: str, site: str) -> tuple[Resource, ...]:
    """The rows of a type that a site has, by name."""
    by_site = _by_site(view, type)
    return tuple(sorted(by_site.get(site, ()), key=lambda row: row.urn))


@once_per_view
def _by_site(view: View, type: str) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(type):
        found.setdefault(site_of(view, row), []).append(row)
    return found


def site_of(view: View, row: Resource) -> str:
    """The name of the site that a row belongs to."""
    return view.text(row, "site") or "not named"


def row_of(view: View, type: str, site: str, key: str, name: str) -> Resource | None:
    return next((row for row in rows(view, type, site) if view.text(row, key) == name), None)


def names(view: View, row: Resource, key: str) -> tuple[str, ...]:
    """The names that a property lists."""
    return tuple(dict.fromkeys(text for text in strings(view.value(row, key)) if text))


def needed_with(view: View, system: Resource) -> tuple[Resource, ...]:
    """A system, the systems that it needs, and the data sets that they keep."""
    site, queue, found = site_of(view, system), [system], dict[str, Resource]()
    while queue:
        row = queue.pop()
        if row.urn not in found:
            found[row.urn] = row
            queue += (r for n in names(view, row, "needs") if (r := row_of(view, SYSTEM, site, "system", n)))
            kept = (r for r in rows(view, DATA, site) if same(view.text(r, "system"), view.text(row, "system")))
            found |= {r.urn: r for r in kept}
    return tuple(found.values())


# -- the building -----------------------------------------------------------------------------------------------------


def building(view: View, site: str) -> Domain:
    """A site as a whole."""
    row = next(iter(rows(view, SITE, site)), None)
    world = domains.country(view.text(row, "country") or "") if row else None
    return Domain(DomainKind.REGION, f"{ON_PREMISES}{site}", (world,) if world else ())


def room(view: View, site: str, name: str) -> Domain:
    """A fire compartment."""
    return Domain(DomainKind.ROOM, f"{ON_PREMISES}{site}/{name}", (building(view, site),))


def rack(view: View, site: str, name: str) -> Domain:
    """A rack in its room, which needs one of its feeds."""
    return _rack(view, site, name)


@once_per_view
def _rack(view: View, site: str, name: str) -> Domain:
    row = row_of(view, RACK, site, "rack", name)
    at = view.text(row, "room") if row else None
    feeds = tuple(feed(view, site, one) for one in names(view, row, "feeds")) if row else ()
    outer = room(view, site, at) if at else building(view, site)
    return Domain(DomainKind.RACK, f"{ON_PREMISES}{site}/{name}", (outer,), feeds)


def host(view: View, site: str, name: str) -> Domain:
    """A host in its rack."""
    at = _racks(view, site).get(name)
    outer = rack(view, site, at) if at else building(view, site)
    return Domain(DomainKind.HOST, f"{ON_PREMISES}{site}/{name}", (outer,), lasts=rates.HARDWARE_LASTS)


@once_per_view
def _racks(view: View, site: str) -> dict[str, str]:
    """The rack of each host."""
    found = ((row, view.text(row, "rack")) for row in rows(view, RACK, site))
    return {one: name for row, name in found if name for one in names(view, row, "hosts")}


# -- power ------------------------------------------------------------------------------------------------------------


def feed(view: View, site: str, name: str) -> Domain:
    """A feed: down with its grid once what bridges an outage is used up, or was dead when it was needed."""
    return _feed(view, site, name)


@once_per_view
def _feed(view: View, site: str, name: str) -> Domain:
    own = f"{ON_PREMISES}{site}/feed-{name}"
    row = row_of(view, FEED, site, "feed", name)
    supply = view.text(row, "grid") if row else None
    if row is None or supply is None:
        return Domain(DomainKind.POWER, own, (building(view, site),))
    outages = _outages(view, site, supply)
    lasting = autonomy(view, row)
    if not lasting:
        return Domain(DomainKind.POWER, own, (outages[0.0],))
    rate, lasts = rates.BACKUP
    longer = (outages[lasting],) if lasting in outages else ()
    backup = Domain(DomainKind.POWER, f"{own}-backup", longer, rate=rate, lasts=lasts)
    return Domain(DomainKind.POWER, own, spares=(outages[0.0], backup))


def autonomy(view: View, row: Resource) -> float:
    """Seconds that a feed goes on without its grid."""
    battery, generator = view.number(row, "batteryMinutes") or 0.0, view.number(row, "generatorHours") or 0.0
    return battery * MINUTE + generator * HOUR if battery > 0 else 0.0


def _outages(view: View, site: str, grid: str) -> Mapping[float, Domain]:
    """The outages of a grid by how long they last at least, in seconds: those that outlast what bridges them on some
    feed are told apart, unless nearly none is so long."""
    return _bands(view, site, grid)


@once_per_view
def _bands(view: View, site: str, grid: str) -> Mapping[float, Domain]:
    bridged = {autonomy(view, row) for row in rows(view, FEED, site) if view.text(row, "grid") == grid}
    longest = rates.GRID[1].value
    most = longest.upper if longest and longest.upper is not None else float("inf")
    steps = sorted({0.0, *(seconds for seconds in bridged if seconds < most)})
    found: dict[float, Domain] = {}
    outer: tuple[Domain, ...] = ()
    for begins, ends in reversed(list(zip(steps, [*steps[1:], None], strict=True))):
        own = f"{ON_PREMISES}{site}/grid-{grid}"
        name = own if begins == 0 else f"{own}-for-{begins / MINUTE:g}-minutes"
        rate, lasts = rates.lasting(begins, ends, min(bridged) if begins else 0.0)
        found[begins] = Domain(DomainKind.POWER, name, outer, rate=rate, lasts=lasts)
        outer = (found[begins],)
    return found


# -- places by name ---------------------------------------------------------------------------------------------------


def named(view: View, name: str) -> Place:
    """The place that a name stands for: a site on premises, a site of the shop's specification, or a region."""
    if rows(view, SITE, name):
        return Place(f"{ON_PREMISES}{name}", (building(view, name),))
    if stated := stated_place(view, name):
        return stated
    cloud, _, region = name.partition("/")
    if cloud in _CLOUDS and region:
        return Place(name, (domains.region(cloud, region),))
    for cloud, region in sorted(_regions(view)):
        if region == name:
            return Place(f"{cloud}/{region}", (domains.region(cloud, region),))
    return Place(None, (Domain(DomainKind.REGION, name),), known=False)


@once_per_view
def _regions(view: View) -> set[tuple[str, str]]:
    at = (view.location(row) for row in view.graph if row.is_provider)
    return {(one.cloud, one.region) for one in at if one and one.region and one.cloud in _CLOUDS}


def stated_place(view: View, name: str, shop: str | None = None) -> Place | None:
    """The place of a site as the specification of a shop states it (by its URN), or that of the first one that states
    it; ``None`` where none states one of that name."""
    specs = _specifications(view)
    stated = [specs[shop]] if shop else specs.values()
    spec = next((one for one in stated if name in _map(one.get("sites"))), _NOTHING)
    row = _map(_map(spec.get("sites")).get(name))
    at = _map(row.get("place")) or row
    kind, region = at.get("kind", "aws" if at else None), at.get("region")
    if kind in _CLOUDS and isinstance(region, str) and region:
        owner = _map(spec.get("accounts")).get(str(at.get("account")))
        number = _map(owner).get("project", owner)
        account = (domains.account(kind, number),) if isinstance(number, str) and number else ()
        return Place(f"{kind}/{region}", (domains.region(kind, region), *account))
    if kind != "on-premises":
        return None
    sites = _sites(view)
    if site := next((s for s in sites if s == name or s.endswith(f"-{name}")), None):
        return Place(f"{ON_PREMISES}{site}", (building(view, site),))
    world = domains.country(str(_map(at.get("geography")).get("country")))
    home = Domain(DomainKind.REGION, f"{ON_PREMISES}{name}", (world,) if world else ())
    return Place(home.name, (home,))


def stated_sites(view: View) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sites that specifications state, by name."""
    for spec in _specifications(view).values():
        yield from ((name, _map(row)) for name, row in _map(spec.get("sites")).items())


def stated_addresses(view: View) -> dict[str, str]:
    """Addresses that the specification states for its sites → the site of the model."""
    found: dict[str, str] = {}
    for shop, spec in _specifications(view).items():
        for name, row in _map(spec.get("sites")).items():
            at = stated_place(view, name, shop)
            if at and at.site:
                found |= dict.fromkeys(strings(_map(row).get("addresses")), at.site)
    return found


@once_per_view
def _sites(view: View) -> tuple[str, ...]:
    return tuple(sorted({site_of(view, row) for row in view.graph.of_type(SITE)}))


@once_per_view
def _specifications(view: View) -> dict[str, Mapping[str, Any]]:
    """What each shop states, by its URN."""
    return {shop.urn: _map(as_json(shop.inputs.get("spec"))) for shop in view.graph.of_type(SHOP)}


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def site_name(home: Domain) -> str | None:
    """The site on premises that a building stands for."""
    own = home.kind is DomainKind.REGION and home.name.startswith(ON_PREMISES)
    return home.name.removeprefix(ON_PREMISES) if own else None
