"""What stands where: vendors, their regions, the zones of these, and the parts in them, as nested boxes.

Containment is no graph, so nothing is laid out here; what draws it places boxes in boxes. Lines between parts are left
out: all of them at once are what nobody can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Model, Part, Pool, RecoveryPoint, Store
from bcinfra.continuity.recovery.design import Design
from bcinfra.places.place import Place
from bcinfra.places.table import REGIONS
from bcinfra.report.words.countries import NAMES
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import count

VENDORS: Final = {"aws": "AWS", "gcp": "Google Cloud", "azure": "Azure", "onprem": "On premises"}
WORLDWIDE: Final = "in no single region"
ELSEWHERE: Final = "Elsewhere"
_MOST: Final = 0.6
"""Share of the names of a region that a word must be in to be that of the site."""
_INSIDE: Final = (DomainKind.ZONE, DomainKind.RACK, DomainKind.ROOM)


class Chip(NamedTuple):
    """A part in a box, or the copies at rest of one store there."""

    urns: tuple[str, ...]
    label: str
    title: str
    """What there is to say of it: where it runs, what it keeps."""
    copies: bool = False
    mark: str = ""
    """``new``, ``changed`` or ``gone``, where a change is drawn."""


class Box(NamedTuple):
    """A place with what stands in it."""

    name: str
    about: str
    """City and country of a region; empty where there is nothing to say."""
    domain: Domain | None
    """What fails when the place does; ``None`` for what is no place by itself."""
    boxes: tuple[Box, ...]
    chips: tuple[Chip, ...]

    def walk(self) -> Iterator[Box]:
        """This box and all within."""
        yield self
        for box in self.boxes:
            yield from box.walk()


class Picture(NamedTuple):
    """The shop: a box a vendor."""

    title: str
    boxes: tuple[Box, ...]

    @property
    def places(self) -> tuple[Domain, ...]:
        """Every place that can fail as a whole, outer ones first."""
        return tuple(box.domain for outer in self.boxes for box in outer.walk() if box.domain)


def picture(model: Model) -> Picture:
    """The picture of a shop."""
    design = Design(model)
    made = _Drawn(design)
    return Picture(model.title, tuple(made.vendors()))


def area(region: str) -> str:
    """``Dublin, Ireland``; empty for a region that is not known."""
    row = REGIONS.get(region)
    return f"{row.area}, {NAMES[row.country]}" if row else ""


class _Drawn:
    def __init__(self, design: Design) -> None:
        self.design = design
        self.short = shortened(design.model.title)
        self.domains = {(d.kind, d.name): d for d in design.domains}
        self.own: dict[str, str] = {}
        """Region → the word that nearly all names there have, and none elsewhere: how the stack calls the site."""
        self.at: dict[str, list[tuple[Part, Store | None]]] = {}
        """Region, vendor, or nothing → the parts there, with the store that they are of."""
        self.zones: dict[str, dict[str, None]] = {}
        """Region → its zones."""
        for part, store in self._parts():
            place = self._place(part)
            self.at.setdefault(place, []).append((part, store))
            for zone in _zones(part):
                self.zones.setdefault(_region_of(zone.name), {})[zone.name] = None
        for domain in design.domains:
            if domain.kind in _INSIDE:
                self.zones.setdefault(_region_of(domain.name), {})[domain.name] = None
        self._name_sites()

    def _name_sites(self) -> None:
        words = {
            place: [set(self.short(part.label).split(" in ")[0].split(" ")[-1].split("-")) for part, _ in parts]
            for place, parts in self.at.items()
            if "/" in place
        }
        for place, found in words.items():
            for word in sorted(set[str]().union(*found)):
                others = [one for other, rows in words.items() if other != place for one in rows]
                here = sum(word in one for one in found) / len(found)
                there = sum(word in one for one in others) / max(1, len(others))
                if word and here >= _MOST and there <= 1 - _MOST:
                    self.own[place] = word

    def _parts(self) -> Iterator[tuple[Part, Store | None]]:
        model = self.design.model
        yield from ((part, None) for part in (*model.entries, *model.balancers, *model.pools, *model.plans))
        for store in model.stores:
            yield from ((part, store) for part in (*store.members, *store.copies))

    def _place(self, part: Part) -> str:
        """``aws/eu-west-1``, ``aws`` for what is in no region of it, or nothing."""
        inside = [d for home in (*part.homes, *_zones(part)) for d in home.chain() if d.kind is DomainKind.REGION]
        if inside:
            return inside[0].name
        if part.site and Place.parse(part.site):
            return part.site
        named = (d.name.partition("/")[0] for home in part.homes for d in home.chain())
        return next((name for name in named if name in VENDORS), "")

    def vendors(self) -> Iterator[Box]:
        active = self.design.model.active_site
        regions = sorted({n for n in (*self.at, *self.zones) if "/" in n}, key=lambda name: (name != active, name))
        vendors = dict.fromkeys(name.partition("/")[0] for name in (*regions, *sorted(filter(None, self.at))))
        for vendor in vendors:
            inside = [self._region(name) for name in regions if name.partition("/")[0] == vendor]
            wide = self._chips(self.at.get(vendor, ()))
            boxes = (*inside, *([Box(WORLDWIDE, "", None, (), wide)] if wide else ()))
            domain = self.domains.get((DomainKind.PROVIDER, vendor))
            yield Box(VENDORS.get(vendor, vendor), "", domain, boxes, ())
        if chips := self._chips(self.at.get("", ())):
            yield Box(ELSEWHERE, "", None, (), chips)

    def _region(self, name: str) -> Box:
        parts = self.at.get(name, ())
        region = name.partition("/")[2]
        zones = tuple(
            Box(
                zone.rpartition("/")[2],
                "",
                next((self.domains[kind, zone] for kind in _INSIDE if (kind, zone) in self.domains), None),
                (),
                self._chips([(p, s) for p, s in parts if any(zone == z.name for z in _zones(p))], name),
            )
            for zone in sorted(self.zones.get(name, ()))
        )
        whole = self._chips([(p, s) for p, s in parts if not _zones(p)], name)
        return Box(region, area(region), self.domains.get((DomainKind.REGION, name)), zones, whole)

    def _chips(self, parts: Iterable[tuple[Part, Store | None]], region: str = "") -> tuple[Chip, ...]:
        found: list[Chip] = []
        kept: dict[str, list[RecoveryPoint]] = {}
        for part, store in parts:
            if isinstance(part, RecoveryPoint) and store:
                kept.setdefault(store.name, []).append(part)
            else:
                found.append(Chip((part.urn,), self._label(part, region), self._title(part, store)))
        for name, points in kept.items():
            title = "; ".join(self.short(one.label) for one in points)
            urns = tuple(one.urn for one in points)
            copies = count(len(points), "copy", "copies")
            brief = name.rpartition(" ")[2]
            alike = sum(other.rpartition(" ")[2] == brief for other in kept) > 1
            found.append(Chip(urns, f"{copies} of {self.short(name if alike else brief)}", title, copies=True))
        return tuple(found)

    def _label(self, part: Part, region: str) -> str:
        """Its kind and its name, without what the box around it says already."""
        label, within, where = self.short(part.label).partition(" in ")
        own = self.own.get(region)
        if within and where != region.rpartition("/")[2] and where.partition("-")[0] != own:
            label += within + where
        kind, _, name = label.rpartition(" ")
        if own:
            name = "-".join(word for word in name.split("-") if word != own) or name
        return name if not kind or kind.casefold() in name.replace("-", " ").casefold() else f"{kind} {name}"

    def _title(self, part: Part, store: Store | None) -> str:
        holds = f", holds {', '.join(store.holds)}" if store and store.holds else ""
        zones = f", over {count(len(_zones(part)), 'zone')}" if len(_zones(part)) > 1 else ""
        return self.short(part.label) + zones + holds


def _zones(part: Part) -> tuple[Domain, ...]:
    """Where it stands inside its region; none for what its vendor spreads, or what has no place there."""
    fixed = tuple(d for d in part.homes if d.kind in _INSIDE)
    spread = part.zones or () if isinstance(part, Pool | Member) and not part.regional else ()
    return tuple(dict.fromkeys((*fixed, *(d for d in spread if d.kind in _INSIDE))))


def _region_of(zone: str) -> str:
    return "/".join(zone.split("/")[:2])
