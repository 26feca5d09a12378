"""Where every copy of every data class is: stores by places, for the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Member, Model, Part, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.ranges import Figure
from bcinfra.report.diagrams.picture import VENDORS, area
from bcinfra.report.html.story import Told
from bcinfra.report.words.quantities import DAY, pair

_RANK: Final = {"critical": 0, "important": 1, "minor": 2}


class Copy(NamedTuple):
    """One copy of a store in one place."""

    what: str
    """``runs here``, or how the copy is made."""
    behind: Told | None
    """How old its newest data is."""
    kept: str
    marks: tuple[str, ...]
    """What keeps it from being destroyed."""
    account: str
    label: str
    running: bool


class Place(NamedTuple):
    """A column of the map."""

    vendor: str
    name: str
    about: str


class Kept(NamedTuple):
    """A row of the map: one store."""

    store: str
    kind: str
    classes: tuple[tuple[str, str], ...]
    """Data classes, each with how much it matters."""
    cells: tuple[tuple[Copy, ...], ...]
    """By place."""

    @property
    def copies(self) -> int:
        return sum(map(len, self.cells))

    @property
    def places(self) -> int:
        return sum(map(bool, self.cells))


class Map(NamedTuple):
    """All copies."""

    places: tuple[Place, ...]
    rows: tuple[Kept, ...]


def copies(model: Model, short: Callable[[str], str], number: Callable[[Figure], int]) -> Map:
    """The map of a shop's data, what matters most first."""
    found = {store.name: [(_place(part), part) for part in _parts(store)] for store in model.stores}
    order = sorted({place for rows in found.values() for place, _ in rows}, key=_order(model))
    rows = [
        Kept(
            store=short(store.name),
            kind=str(store.kind),
            classes=tuple((one, model.data.get(one, "")) for one in store.holds),
            cells=tuple(
                tuple(_copy(p, short, number) for at, p in found[store.name] if at == place) for place in order
            ),
        )
        for store in sorted(model.stores, key=lambda one: (_matters(one, model), one.name))
    ]
    return Map(tuple(Place(*_said(place)) for place in order), tuple(rows))


def _parts(store: Store) -> Iterator[Member | RecoveryPoint]:
    yield from store.members
    yield from store.copies


def _matters(store: Store, model: Model) -> int:
    return min((_RANK.get(model.data.get(one, ""), 3) for one in store.holds), default=4)


def _place(part: Part) -> str:
    """``aws/eu-west-1``, ``aws`` for what is worldwide, or nothing."""
    regions = [d.name for home in part.homes for d in home.chain() if d.kind is DomainKind.REGION]
    if regions:
        return regions[0]
    if part.site:
        return part.site
    named = (d.name.partition("/")[0] for home in part.homes for d in home.chain())
    return next((name for name in named if name in VENDORS), "")


def _order(model: Model) -> Callable[[str], tuple[bool, bool, str]]:
    return lambda place: (place != model.active_site, "/" not in place, place)


def _said(place: str) -> tuple[str, str, str]:
    vendor, _, region = place.partition("/")
    if not vendor:
        return "", "Elsewhere", "in no place that is declared"
    return VENDORS.get(vendor, vendor), region or "worldwide", area(region)


def _copy(part: Member | RecoveryPoint, short: Callable[[str], str], number: Callable[[Figure], int]) -> Copy:
    account = next((d.name.partition("/")[2] for d in part.homes if d.kind is DomainKind.ACCOUNT), "")
    if isinstance(part, Member):
        lag = Told(pair(part.lag.value), number(part.lag)) if part.lag and not part.writer else None
        what = "runs here" if part.writer else "replica"
        return Copy(what, lag, "", (), account, short(part.label), True)
    kept = "" if part.retention is None else f"{part.retention.total_seconds() / DAY:g} days"
    marks = tuple(str(one) for one in Protection if one in part.protections)
    behind = None if part.anew else Told(pair(part.age.value), number(part.age))
    return Copy(part.mechanism, behind, kept, marks, account, short(part.label), False)
