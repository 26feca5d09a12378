"""What the rows of types ask to say how much of something with a price a resource takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from bcinfra.continuity.model.costs import NOTHING, Area, Line, Purpose, Usage, times
from bcinfra.continuity.model.parts import Member, Model, Pool, Store, StoreKind
from bcinfra.continuity.model.prices import HOURS, scaled
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.model.usage import CHANGED, grown
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource

DAYS = HOURS / 24
"""Days of a month."""


_STANDING = (
    "gcp:compute/address",
    "gcp:compute/disk:",
    "gcp:compute/instance",
    "gcp:compute/regionInstanceGroupManager",
    "gcp:compute/routerNat",
    "gcp:compute/vPNTunnel",
    "gcp:container/",
    "gcp:filestore/",
    "gcp:redis/",
    "gcp:sql/",
)
"""How the types of Google Cloud begin that stand in a region or a zone."""


_PAGES: Final = Range(0.001, 0.05, 0.0)
"""GiB of the pages of a runbook, or of those that customers see while the shop is down."""
_STATE: Final = Range(0.5, 5, 0.05)
"""GiB of the state that Pulumi keeps, with its history: some megabytes for each of hundreds of updates, assumed
where nobody states it."""


def each(n: float) -> Range:
    return Range.exactly(n)


def hours(n: float | Range) -> Range:
    """A month's hours of so many."""
    return times(n, HOURS) if isinstance(n, Range) else Range.exactly(n * HOURS)


@dataclass(frozen=True)  # no slots: indexes are made once
class Meter:
    """A stack with what is known of its use."""

    view: View
    model: Model
    usage: Usage
    sites: frozenset[str]
    """Sites that serve customers while all is well."""
    asked: frozenset[str]
    """URNs of what requests of customers pass, while all is well."""

    @cached_property
    def pools(self) -> Mapping[str, Pool]:
        return {pool.urn: pool for pool in self.model.pools}

    @cached_property
    def stores(self) -> Mapping[str, tuple[Store, Member]]:
        return {member.urn: (store, member) for store in self.model.stores for member in store.members}

    def site(self, resource: Resource) -> str | None:
        """The site that a resource stands in; ``None`` for what is worldwide or not known."""
        at = self.view.location(resource)
        if at and at.cloud == "gcp" and at.region == "global" and resource.type.startswith(_STANDING):
            # What states no place stands where its provider does.
            provider = self.view.graph.provider_of(resource)
            zone, region = (provider.inputs.get(name) if provider else None for name in ("zone", "region"))
            place = zone.rpartition("-")[0] if isinstance(zone, str) else region
            return f"gcp/{place}" if isinstance(place, str) and place else None
        return str(at) if at and at.region and at.region != "global" else None

    def serves(self, site: str | None) -> bool:
        """Whether requests of customers reach a site: they do where nothing tells otherwise."""
        return site is None or not self.sites or site in self.sites

    def known(self, key: str) -> Range:
        """A usage that has a default."""
        return self.usage.range(key) or NOTHING

    def part_of(self, vendor: str) -> float:
        """The part of visits that a vendor's sites serve."""
        if not self.sites:
            return 1.0
        return sum(site.startswith(f"{vendor}/") for site in self.sites) / len(self.sites)

    def visits(self, site: str | None) -> Range:
        """Visits a month that a site serves: each of several its part, none where it stands by."""
        if not self.serves(site):
            return NOTHING
        every = grown(times(self.known("visits_per_hour"), HOURS), self.usage.range("growth"))
        return every if site is None or not self.sites else times(every, 1 / len(self.sites))

    def a_visit(self, site: str | None, key: str) -> Range:
        """What a month's visits of a site come to, of what one takes."""
        return scaled(self.visits(site), self.known(key))

    def gigabytes(self, site: str | None, key: str = "kb_per_visit") -> Range:
        """GB a month that visits of a site move."""
        return times(self.a_visit(site, key), 1e-6)

    def questions(self, name: str | None) -> Range:
        """Million questions a month that one of the zones of a name answers: one a visit, 0.2 to 4. None where the name
        is that of a page apart from the shop, which is asked for only while the shop is down."""
        ways = {one.name for one in self.model.entries} - {one.name for one in self.model.leading}
        if (name or "").rstrip(".") in ways:
            return NOTHING
        names = [
            self.view.text(row, "dnsName") or self.view.text(row, "name") or ""
            for row in self.view.graph.of_type("aws:route53/zone:Zone", "gcp:dns/managedZone:ManagedZone")
        ]
        alike = sum(one.rstrip(".") == (name or "").rstrip(".") for one in names)
        return scaled(times(self.visits(None), 1e-6 / max(1, alike)), Range(1, 4, 0.2))

    def idle(self, reservation: Resource, servers: float | None) -> Range | None:
        """Servers of a reservation that are paid and do not run, on average: those that run are paid by their group."""
        if servers is None:
            return None
        runs = 0.0
        for pool in self.model.pools:
            rooms = {room.urn: room.servers for room in pool.rooms or ()}
            running = self.running(pool) if reservation.urn in rooms else None
            runs += running.typical * rooms[reservation.urn] / (sum(rooms.values()) or 1) if running else 0.0
        return Range.exactly(max(0.0, servers - runs))

    def running(self, pool: Pool) -> Range | None:
        """Replicas that run on average over a month; ``None`` where the graph does not tell."""
        least = pool.minimum if pool.minimum is not None else pool.desired
        usual = max((n for n in (pool.desired, pool.minimum) if n is not None), default=None)
        if least is None or usual is None:
            return None
        most = max(pool.maximum or usual, usual)
        share = self.known("share_of_peak") if self.serves(pool.site) else NOTHING
        mean, full = _scheduled(pool.schedule, usual)
        typical = max(mean, usual + share.typical * (most - usual))
        upper = max(full, typical, usual + share.worst * (most - usual))
        return Range(typical, upper, min(least, usual, typical))

    def stored(self, urn: str, provisioned: float | None = None) -> Range | None:
        """GiB that a store holds: as stated of its data or home, else part of the disk that is there for it."""
        if any(shelf.urn == urn for shelf in self.model.shelves):
            return _PAGES
        if urn not in self.stores:
            return None if provisioned is None else times(self.known("share_of_disk"), provisioned)
        store, member = self.stores[urn]
        if any(home.name in self.model.aside for home in member.homes):
            return _PAGES
        growth = self.usage.range("growth")
        direct = self.usage.range(f"data.{store.name}.size")
        homes = {"objects": "media", "files": "files"}
        sizes = [self.usage.range(f"data.{name}.size") for name in store.holds]
        told = [size for size in sizes if size is not None]
        home = self.usage.range(f"data.{homes.get(store.kind.value, '')}.size") if store.holds else None
        if direct is not None:
            return grown(direct, growth)
        if home is not None:
            return grown(home, growth)
        if told and len(told) == len(sizes):
            return grown(_sum(told), growth)
        disk = self.usage.range("mysql.storage") if store.kind is StoreKind.RELATIONAL and store.holds else None
        provisioned = disk.typical if provisioned is None and disk else provisioned
        if provisioned is None:
            return _STATE if store.kind is StoreKind.STATE else None
        known = _sum(told).typical if told else 0.0
        filled = times(self.known("share_of_disk"), provisioned)
        return Range(*(max(known, end) for end in (filled.typical, filled.worst, filled.lower)))

    def changed(self, urn: str, stored: Range | None) -> Range | None:
        """GiB that change a day in a store that holds so much."""
        if urn not in self.stores:
            return None if stored is None else scaled(stored, CHANGED["other"].value or NOTHING)
        store, _ = self.stores[urn]
        direct = self.usage.range(f"data.{store.name}.changed_per_day")
        told = [self.usage.range(f"data.{name}.changed_per_day") for name in store.holds]
        stated = [one for one in told if one is not None]
        if direct is not None:
            return direct
        if stated and len(stated) == len(told):
            return _sum(stated)
        if stored is None:
            return None
        share = CHANGED.get(store.kind.value, CHANGED["other"]).value or NOTHING
        found = scaled(stored, share)
        if not stated:
            return found
        least = _sum(stated).typical
        return Range(max(least, found.typical), max(least, found.worst), max(least, found.lower))


def _scheduled(schedule: tuple[tuple[int, int, int], ...], usual: int) -> tuple[float, float]:
    """The replicas that a schedule of a year has running: on average, and over its fullest thirty days."""
    if not schedule:
        return usual, usual
    days = [usual] * 365
    turns = sorted((_day(month, day), least) for month, day, least in schedule)
    for n, (first, least) in enumerate(turns):
        last = turns[n + 1][0] if n + 1 < len(turns) else 365
        days[first:last] = [max(least, 0)] * (last - first)
    if turns[0][0] > 0:
        days[: turns[0][0]] = [turns[-1][1]] * turns[0][0]
    year = days + days[:29]
    return sum(days) / 365, max(sum(year[n : n + 30]) / 30 for n in range(365))


def _day(month: int, day: int) -> int:
    """The day of a year that has 365, from 0."""
    return min(364, sum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[: month - 1]) + day - 1)


def _sum(ranges: Iterable[Range]) -> Range:
    rows = list(ranges)
    return Range(sum(one.typical for one in rows), sum(one.worst for one in rows), sum(one.lower for one in rows))


Lines: TypeAlias = Callable[[Meter, Resource], Iterable[Line]]


class Costs(NamedTuple):
    """What a resource of a type costs."""

    monthly: str
    """How a month's price comes about from the inputs; for what is free, why."""
    lines: Lines | None = None
    """``None``: it has no charge of its own."""
    area: Area = Area.NETWORK
    purpose: Purpose | None = None
    """What it is for; ``None``: serving or standby, as its site."""
    holds: Callable[[Meter, Resource], float | None] | None = None
    """How many GiB one can hold, as its inputs say."""
    kept: str = ""
    """Price id of a GB-month of a backup of it."""
    sent: str = ""
    """Price id of a GB of what a replica in another region is sent."""
    copied: str = ""
    """The same of a backup."""


def free(why: str) -> Costs:
    """What has no charge of its own."""
    return Costs(why)


def always(*lines: Line) -> Lines:
    """What each resource of a type takes, whatever its inputs say."""

    def metered(_meter: Meter, _resource: Resource) -> Iterable[Line]:
        return lines

    return metered
