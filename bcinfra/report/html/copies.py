"""The map of data: every copy of every data class, by the place that it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bcinfra.continuity.judgement.copies import Copy as Found, DataCopies, copies
from bcinfra.continuity.model.parts import Model, Protection
from bcinfra.continuity.model.ranges import Figure
from bcinfra.report.diagrams.picture import VENDORS, area
from bcinfra.report.html.story import Told
from bcinfra.report.words import copies as words


class Copy(NamedTuple):
    """One copy of a store in one place."""

    what: str
    """``in use``, ``replica``, or how the copy is made."""
    behind: Told | None
    """How old its newest data is at worst."""
    kept: str
    marks: tuple[str, ...]
    """What keeps it from being destroyed."""
    account: str
    labels: tuple[str, ...]
    """What each of those that are alike is called."""
    running: bool

    @property
    def current(self) -> bool:
        return self.behind is not None and self.behind.text == words.CURRENT


class Place(NamedTuple):
    """A column of the map."""

    vendor: str
    name: str
    about: str


class Kept(NamedTuple):
    """A row of the map: the data classes that live in the same stores."""

    classes: tuple[tuple[str, str], ...]
    """Each with how much it matters."""
    stores: tuple[str, ...]
    lacks: str
    """What of 3-2-1 does not hold."""
    cells: tuple[tuple[Copy, ...], ...]
    """By place."""


class Map(NamedTuple):
    """All copies."""

    places: tuple[Place, ...]
    rows: tuple[Kept, ...]


def map_of(model: Model, short: Callable[[str], str], number: Callable[[Figure], int]) -> Map:
    """The map of a shop's data, what matters most first."""
    groups: dict[tuple[str, ...], list[DataCopies]] = {}
    for one in copies(model):
        groups.setdefault(one.stores or (one.name,), []).append(one)
    seen = {_place(copy) for rows in groups.values() for copy in rows[0].copies}
    order = sorted(seen, key=lambda place: (place != model.active_site, place == "", "/" not in place, place))

    def row(rows: list[DataCopies]) -> Kept:
        cells = tuple(
            tuple(_alike(_copy(one, short, number) for one in rows[0].copies if _place(one) == place))
            for place in order
        )
        classes = tuple((one.data, one.criticality or "") for one in rows if one.data)
        return Kept(classes, tuple(map(short, rows[0].stores)), words.lacks(rows[0].rule), cells)

    return Map(tuple(map(_said, order)), tuple(map(row, groups.values())))


def _alike(found: Iterable[Copy]) -> Iterator[Copy]:
    """Copies of which the same is to be said, as one."""
    rows: dict[Copy, Copy] = {}
    for one in found:
        said = one._replace(labels=(), behind=one.behind and Told(one.behind.text))
        first = rows.setdefault(said, one._replace(labels=()))
        rows[said] = first._replace(labels=(*first.labels, *one.labels))
    yield from rows.values()


def _place(copy: Found) -> str:
    """``aws/eu-west-1``, ``aws`` for what is in no region of it, or nothing."""
    return f"{copy.place.cloud}/{copy.place.region}" if copy.place else copy.vendor or ""


def _said(place: str) -> Place:
    vendor, _, region = place.partition("/")
    if not vendor:
        return Place("", "Elsewhere", "made anew, or in a place that is not declared")
    return Place(VENDORS.get(vendor, vendor), region or "worldwide", area(region))


def _copy(one: Found, short: Callable[[str], str], number: Callable[[Figure], int]) -> Copy:
    writes = one.running and one.mechanism == "writer"
    return Copy(
        what="in use" if writes else one.mechanism,
        behind=None if writes or one.anew else Told(words.age(one), number(one.age)),
        kept="" if one.running or one.anew else words.kept(one),
        marks=tuple(str(mark) for mark in Protection if mark in one.protections),
        account=", ".join(name.partition("/")[2] for name in one.accounts),
        labels=(short(one.name),),
        running=one.running,
    )
