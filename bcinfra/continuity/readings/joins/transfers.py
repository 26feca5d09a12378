"""What flows: to customers, between zones, regions and vendors, and into copies, with what it costs a month.

The model knows who calls whom, which replica follows which member, and where copies stand; prices go by where what is
sent leaves. What a vendor sends to customers is cheaper the more it is, so a month's is split into its tiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model.costs import Area, Line, Purpose, added, times
from bcinfra.continuity.model.parts import Member, Pool, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.readings.base.metering import DAYS, Costs, Meter
from bcinfra.seconds import DAY

_VAULTS: Final = (
    "aws:backup/vault:Vault",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
)
"""Types whose copies are paid by the GB, beside those that a service keeps itself."""
_TIERS: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    "aws": (
        ("", 100),
        ("aws.egress.internet.first10TB", 10_000),
        ("aws.egress.internet.next40TB", 40_000),
        ("aws.egress.internet.next100TB", 100_000),
        ("aws.egress.internet.over150TB", float("inf")),
    ),
    "gcp": (
        ("gcp.egress.internet.premium.first1TB", 1_000),
        ("gcp.egress.internet.premium.next9TB", 9_000),
        ("gcp.egress.internet.premium.over10TB", float("inf")),
    ),
    "cloudfront": (
        ("aws.cloudfront.egress.eu_us.first10TB", 10_000),
        ("aws.cloudfront.egress.eu_us.next40TB", float("inf")),
    ),
    "cdn": (("gcp.cdn.cache_egress.eu_na.gb", float("inf")),),
}
"""What is sent to customers, by who sends it: the price of each further so many GB a month, none where they are free.
What comes after the last tier that has a price is counted at that."""
_SENDERS: Final = {"cloudfront": "CloudFront", "cdn": "Cloud CDN"}
_DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
_NEAR: Final = (StoreKind.RELATIONAL, StoreKind.CACHE, StoreKind.FILES)
"""Stores that stand in zones."""


class Flow(NamedTuple):
    """Something that is sent or kept apart from its resource."""

    urn: str
    name: str
    site: str
    line: Line
    purpose: Purpose


def transfers(meter: Meter, costs: Mapping[str, Costs]) -> Iterator[Flow]:
    """All flows that cost. ``costs`` are those of types, by token."""
    yield from _customers(meter)
    yield from _zones(meter)
    yield from _calls(meter)
    for store in meter.model.stores:
        yield from _replicas(meter, store, costs)
        yield from _copies(meter, store, costs)


# -- to customers -----------------------------------------------------------------------------------------------------


def _customers(meter: Meter) -> Iterator[Flow]:
    entry = next((one for one in meter.model.leading if one.public and one.routes), None)
    if entry is None:
        return
    sender = _sender(meter)
    if sender:
        yield from _tiered(entry.urn, sender, "everywhere", meter.gigabytes(None), 1, None)
        return
    sites = sorted(meter.sites)
    vendors = [site.partition("/")[0] for site in sites]
    for site, vendor in zip(sites, vendors, strict=True):
        if vendor in _TIERS:
            region = site.partition("/")[2]
            yield from _tiered(entry.urn, vendor, site, meter.gigabytes(site), vendors.count(vendor), region)


def _sender(meter: Meter) -> str | None:
    """The CDN that answers customers; ``None`` where none does."""
    graph = meter.view.graph
    asked = {graph.resources[urn].type for urn in meter.asked if urn in graph}
    if _DISTRIBUTION in asked:
        return "cloudfront"
    cached = ("gcp:compute/backendService:BackendService", "gcp:compute/backendBucket:BackendBucket")
    google = any(token.startswith("gcp:compute/globalForwardingRule") for token in asked)
    return "cdn" if google and any(meter.view.flag(row, "enableCdn") for row in graph.of_type(*cached)) else None


def _tiered(urn: str, sender: str, site: str, moved: Range, sites: int, region: str | None) -> Iterator[Flow]:
    """What goes out, each part of it by its tier. Sites of a vendor share its tiers."""
    begun = 0.0
    for price, width in _TIERS[sender]:
        low, middle, high = (
            min(max(0.0, end - begun), width / sites) for end in (moved.lower, moved.typical, moved.worst)
        )
        if price and high > 0:
            quantity = Range(middle, high, low)
            line = Line(price, quantity, "", "visits_per_hour, kb_per_visit", region, area=Area.TRANSFER)
            yield Flow(urn, f"{_SENDERS.get(sender, site)} to customers", site, line, Purpose.EDGE)
        begun += width / sites


# -- inside -----------------------------------------------------------------------------------------------------------


def _zones(meter: Meter) -> Iterator[Flow]:
    """Answers of stores and tiers in another zone than who asked: AWS counts them on both sides, Google once."""
    stores = {store.name: store for store in meter.model.stores}
    by_site: dict[str, list[Pool]] = {}
    for pool in meter.model.pools:
        zonal = any(name in stores and stores[name].kind in _NEAR for name in meter.model.calls.get(pool.urn, ()))
        if pool.site and zonal and pool.zones and len(pool.zones) > 1:
            by_site.setdefault(pool.site, []).append(pool)
    for site, pools in sorted(by_site.items()):
        vendor, _, region = site.partition("/")
        zones = max(len(pool.zones or ()) for pool in pools)
        moved = times(meter.gigabytes(site, "internal_kb_per_visit"), (zones - 1) / zones)
        price, sides = {"aws": ("aws.transfer.inter_az", 2), "gcp": ("gcp.transfer.inter_zone", 1)}.get(vendor, ("", 0))
        if price and moved.worst:
            line = Line(price, times(moved, sides), "zones", "internal_kb_per_visit", region, area=Area.TRANSFER)
            yield Flow(pools[0].urn, f"between zones of {site}", site, line, Purpose.SERVING)


def _calls(meter: Meter) -> Iterator[Flow]:
    """Requests that go on to a store in another place, where there is none of it near."""
    stores = {store.name: store for store in meter.model.stores}
    for pool in meter.model.pools:
        for name in meter.model.calls.get(pool.urn, ()):
            store = stores.get(name)
            sites = sorted({member.site for member in store.members if member.site} if store else ())
            if not pool.site or not store or not sites or pool.site in sites or store.kind not in _NEAR:
                continue
            price, region = way(pool.site, sites[0])
            moved = meter.gigabytes(pool.site, "internal_kb_per_visit")
            if price and moved.worst:
                line = Line(price, moved, "", "internal_kb_per_visit", region, area=Area.TRANSFER)
                yield Flow(pool.urn, f"{pool.site} to {sites[0]}", pool.site, line, Purpose.SERVING)


def way(source: str | None, target: str | None) -> tuple[str, str | None]:
    """The price of a GB from one site to another, and the region where it is paid; none inside a site, nor for what
    leaves a site that is nobody's."""
    vendor, _, region = (source or "").partition("/")
    other, _, there = (target or "").partition("/")
    if source == target or vendor not in ("aws", "gcp"):
        return "", None
    if vendor != other:
        return next(price for price, _ in _TIERS[vendor] if price), region
    if vendor == "aws":
        return "aws.transfer.inter_region", region
    ends = sorted("us" if one.startswith(("us", "northamerica")) else "eu" for one in (region, there))
    return f"gcp.transfer.inter_region.{'_'.join(ends)}", region


# -- replicas and copies ----------------------------------------------------------------------------------------------


def _replicas(meter: Meter, store: Store, costs: Mapping[str, Costs]) -> Iterator[Flow]:
    members = {member.urn: member for member in store.members}
    for member in store.members:
        source = members.get(member.source or "")
        if source is None or source.site == member.site or source.urn == member.urn.split("#")[0]:
            continue  # what one resource keeps in several places it replicates itself, and its row says so
        yield from _sent(meter, store, source, member.site, member.urn, costs, Purpose.STANDBY)


def _sent(
    meter: Meter,
    store: Store,
    source: Member,
    site: str | None,
    urn: str,
    costs: Mapping[str, Costs],
    purpose: Purpose,
) -> Iterator[Flow]:
    """What changes, sent from a member to another place."""
    price, region = way(source.site, site)
    if not price or source.site is None or store.kind in (StoreKind.SECRETS, StoreKind.CERTIFICATES):
        return
    row = meter.view.graph.resources.get(source.urn.split("#")[0])
    cost = costs.get(row.type) if row else None
    inside = cost is not None and source.site.partition("/")[0] == (site or "").partition("/")[0]
    own = (cost.sent if purpose is Purpose.STANDBY else cost.copied or cost.sent) if cost and inside else ""
    changed = meter.changed(source.urn, _held(meter, source, costs))
    amount = changed and times(changed, DAYS)
    line = Line(own or price, amount, "", "changed_per_day", region, area=Area.TRANSFER)
    yield Flow(urn, f"changes of {store.name} to {site}", source.site, line, purpose)


def _held(meter: Meter, member: Member, costs: Mapping[str, Costs]) -> Range | None:
    """What a member holds: as stated, else a part of what it can hold."""
    row = meter.view.graph.resources.get(member.urn.split("#")[0])
    cost = costs.get(row.type) if row else None
    return meter.stored(member.urn, cost.holds(meter, row) if row and cost and cost.holds else None)


def _copies(meter: Meter, store: Store, costs: Mapping[str, Costs]) -> Iterator[Flow]:
    """Copies in vaults, whole once and then by what changes; and what is sent to those in other places."""
    sent: set[tuple[str, str | None]] = set()
    for copy in store.copies:
        head = meter.view.graph.resources.get(copy.urn.split("#")[0])
        source = _source(store, copy)
        if head is None or source is None:
            continue
        row = meter.view.graph.resources.get(source.urn.split("#")[0])
        cost = costs.get(row.type) if row else None
        stored = _held(meter, source, costs)
        if head.type in _VAULTS and copy.site:
            changed = meter.changed(source.urn, stored)
            days = copy.retention.total_seconds() / DAY if copy.retention else 365
            amount = added((stored, times(changed, days))) if stored and changed else None
            price = cost.kept if cost else ""
            region = copy.site.partition("/")[2]
            line = Line(
                price or "aws.backup", amount, "the plan's lifecycle", "changed_per_day", region, area=Area.BACKUPS
            )
            yield Flow(copy.urn, f"{copy.mechanism} of {store.name}", copy.site, line, Purpose.COPIES)
        apart = copy.site is not None and copy.site != source.site
        replicated = store.kind is StoreKind.OBJECTS and copy.site not in {member.site for member in store.members}
        if apart and (head.type in _VAULTS or replicated) and (source.urn, copy.urn) not in sent:
            sent.add((source.urn, copy.urn))
            yield from _sent(meter, store, source, copy.site, copy.urn, costs, Purpose.COPIES)


def _source(store: Store, copy: RecoveryPoint) -> Member | None:
    """The member that a copy is of: the one that its name ends with, else the one that writes."""
    named = copy.urn.rpartition(" of ")[2]
    by_name = next((member for member in store.members if named and member.urn.rpartition("::")[2] == named), None)
    return by_name or next((member for member in store.members if member.writer), None)
