"""Where data is: every running copy and every copy at rest of every data class, as values.

What each copy is, where it stands and who holds it, comes from the model alone; that one was restored once, from
records of operation (:mod:`bcinfra.continuity.judgement.records`), which no graph shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from bcinfra.continuity.judgement.records import Deed, Record, newest
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import DATALESS, Guard, Member, Model, Part, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.ranges import Figure, Unit, pessimistic, unknown
from bcinfra.continuity.recovery.failover import NOTHING
from bcinfra.places.place import Place
from bcinfra.places.table import REGIONS

CRITICALITY: Final = ("critical", "important", "minor")
"""How much a data class matters, most first."""


WORLDWIDE: Final = "the world"
"""The area of what answers from many places on it."""


class Running(StrEnum):
    """What a copy is that serves; those at rest are named by their mechanism."""

    WRITER = "writer"
    REPLICA = "replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a store."""

    urn: str
    name: str
    mechanism: str
    running: bool
    place: Place | None
    """``None``: in no one region, as what is issued again, or where it is not known."""
    area: str | None
    """Part of the world, where it is kept in several regions of it; :data:`WORLDWIDE`: of all of it."""
    vendor: str | None
    """Cloud whose it is, ``onprem`` on premises; ``None``: no vendor of infrastructure keeps it."""
    country: str | None
    """ISO 3166 code, where the region's is known."""
    accounts: tuple[str, ...]
    keys: tuple[str, ...]
    """Without which it cannot be read."""
    age: Figure
    """How old the newest in it is; its upper end is the worst."""
    retention: timedelta | None
    """How long an earlier state is kept; ``None``: none is, or it is made anew."""
    locked: timedelta | None
    """How long after its making nobody can delete it, not even administrators."""
    protections: frozenset[Protection]
    guards: tuple[Guard, ...]
    """What a mistaken deletion must get past."""
    follows_deletes: bool
    restore: Figure | None
    """Time to have a running store again from it; ``None`` of what runs."""
    tested_by: str | None
    """What restores it as a test; whose results tell when one passed."""
    rows_alone: bool
    """Whether it holds rows as they were changed, without their tables."""
    anew: bool
    """Whether it is made anew by those who know what belongs there."""
    callers: tuple[str, ...]
    """Labels of what reads and writes it while it serves."""
    proved: Record | None
    """The last restore of it that passed."""

    @property
    def deleters(self) -> tuple[str, ...]:
        """Accounts whose administrators can delete it before its retention is over."""
        return () if self.locked or self.anew else self.accounts

    @property
    def isolated(self) -> bool:
        """Whether who holds every credential of production can neither change nor delete it."""
        return self.anew or {Protection.LOCKED, Protection.OTHER_ACCOUNT} <= self.protections


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule321:
    """Three copies, on two kinds of storage, one elsewhere; one that no intruder reaches; a restore that was proved."""

    copies: int
    kinds: tuple[str, ...]
    elsewhere: int
    """Copies in another region than the writer's, or made anew."""
    isolated: int
    proved: int

    @property
    def lacks(self) -> tuple[str, ...]:
        """The digits that do not hold."""
        found = {
            "3": self.copies >= 3,
            "2": len(self.kinds) >= 2,
            "1": self.elsewhere >= 1,
            "+1": self.isolated >= 1,
            "+0": self.proved >= 1,
        }
        return tuple(digit for digit, holds in found.items() if not holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCopies:
    """A data class, or a store of which it is not stated what it holds, with all copies."""

    data: str | None
    """Of the specification; ``None`` where nothing is stated of the store."""
    criticality: str | None
    stores: tuple[str, ...]
    """Empty: nothing in the graph holds it."""
    copies: tuple[Copy, ...]

    @property
    def name(self) -> str:
        return self.data or ", ".join(self.stores)

    @property
    def rule(self) -> Rule321:
        home = next((c.place and (c.place.cloud, c.place.region) for c in self.copies if c.mechanism == "writer"), None)
        rows: dict[object, list[Copy]] = {}
        for copy in self.copies:
            rows.setdefault((copy.running, copy.mechanism, copy.place, copy.accounts), []).append(copy)

        def number(holds: Callable[[Copy], bool]) -> int:
            return sum(any(map(holds, row)) for row in rows.values())

        return Rule321(
            copies=len(rows),
            kinds=tuple(dict.fromkeys("running" if c.running else c.mechanism for c in self.copies)),
            elsewhere=number(lambda c: c.anew or bool(c.place and (c.place.cloud, c.place.region) != home)),
            isolated=number(lambda c: c.isolated),
            proved=number(lambda c: c.proved is not None),
        )

    @property
    def isolated_age(self) -> Figure | None:
        """How old the newest copy is that no intruder reaches; ``None`` where there is none."""
        return min((c.age for c in self.copies if c.isolated), key=pessimistic, default=None)


def copies(model: Model, records: Iterable[Record] = ()) -> tuple[DataCopies, ...]:
    """Every data class with every copy, the most critical first; then stores of which no class is stated."""
    restores = [one for one in records if one.what is Deed.RESTORE]
    callers = _callers(model)
    of = {store.name: tuple(_copies(store, callers, restores)) for store in model.stores}
    holding: dict[str, list[Store]] = {name: [] for name in model.data}
    for store in model.stores:
        for name in store.holds:
            holding.setdefault(name, []).append(store)
    stated = [
        DataCopies(
            data=name,
            criticality=model.data.get(name),
            stores=tuple(store.name for store in stores),
            copies=tuple(copy for store in stores for copy in of[store.name]),
        )
        for name, stores in holding.items()
    ]
    stated.sort(key=lambda row: (_rank(row.criticality), row.data or ""))
    unstated = [
        DataCopies(data=None, criticality=store.criticality, stores=(store.name,), copies=of[store.name])
        for store in model.stores
        if not store.holds and store.kind not in DATALESS
    ]
    return (*stated, *unstated)


def _rank(criticality: str | None) -> int:
    return CRITICALITY.index(criticality) if criticality in CRITICALITY else len(CRITICALITY)


def _callers(model: Model) -> Mapping[str, tuple[Part, ...]]:
    """Name of a store → what calls it."""
    parts: dict[str, Part] = {part.urn: part for part in (*model.pools, *model.balancers)}
    found: dict[str, list[Part]] = {}
    for caller, callees in model.calls.items():
        for callee in callees:
            if caller in parts:
                found.setdefault(callee, []).append(parts[caller])
    return {name: tuple(each) for name, each in found.items()}


def _copies(store: Store, callers: Mapping[str, Sequence[Part]], restores: Sequence[Record]) -> Iterator[Copy]:
    for member in store.members:
        yield _running(store, member, callers.get(store.name, ()))
    for point in store.copies:
        yield _at_rest(point, newest(restores, *store.holds, store.name, point.label, point.mechanism))


def _running(store: Store, member: Member, callers: Sequence[Part]) -> Copy:
    writer = member.writer and member.source is None
    return Copy(
        urn=member.urn,
        name=member.label,
        mechanism=Running.WRITER if writer else Running.REPLICA,
        running=True,
        **_where(member),
        age=NOTHING
        if writer
        else member.lag or unknown("lag", Unit.SECONDS, f"the lag of {member.label} is not known"),
        retention=None,
        locked=None,
        protections=frozenset(),
        guards=store.guards,
        follows_deletes=True,
        restore=None,
        tested_by=None,
        rows_alone=False,
        anew=False,
        callers=tuple(part.label for part in callers if part.site in (member.site, None)),
        proved=None,
    )


def _at_rest(point: RecoveryPoint, proved: Record | None) -> Copy:
    return Copy(
        urn=point.urn,
        name=point.label,
        mechanism=point.mechanism,
        running=False,
        **_where(point),
        age=point.age,
        retention=point.retention,
        locked=point.retention if Protection.LOCKED in point.protections else None,
        protections=point.protections,
        guards=(),
        follows_deletes=point.follows_deletes,
        restore=point.restore,
        tested_by=point.tested_by,
        rows_alone=point.stream is not None and point.stream.rows_alone,
        anew=point.anew,
        callers=(),
        proved=proved,
    )


def _where(part: Part) -> dict[str, Any]:
    """Place, vendor, country, accounts and keys of a part, from the failure domains that it lives in and needs."""
    homes = tuple(dict.fromkeys(outer for home in part.homes for outer in home.chain()))
    place = next((d.place for d in homes if d.kind in _PLACES and d.place), None) or _parsed(part.site)
    row = REGIONS.get(place.region) if place else None
    worldwide = WORLDWIDE if part.everywhere or any(d.kind in _WORLDWIDE for d in homes) else None
    keeper = next((d.name.partition("/")[0] for d in homes if d.kind in _KEEPERS), None)
    return {
        "place": place,
        "area": None if place else next(iter(_names(homes, DomainKind.GEOGRAPHY)), worldwide),
        "vendor": place.cloud if place else keeper,
        "country": row.country if row else None,
        "accounts": _names(homes, DomainKind.ACCOUNT),
        "keys": _names((*part.needs_to_run, *part.needs_to_recover), DomainKind.KEY),
    }


def _parsed(site: str | None) -> Place | None:
    return Place.parse(site) if site else None


def _names(domains: Iterable[Domain], kind: DomainKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(d.name for d in domains if d.kind is kind))


_PLACES: Final = frozenset({DomainKind.REGION, DomainKind.ROOM, DomainKind.RACK, DomainKind.ZONE})
"""Kinds of domain that say where a copy is."""
_WORLDWIDE: Final = frozenset({DomainKind.DNS_PROVIDER, DomainKind.CDN})
"""Kinds of domain that answer from many places."""
_KEEPERS: Final = frozenset({DomainKind.DNS_PROVIDER, DomainKind.PROVIDER, DomainKind.ACCOUNT})
"""Kinds of domain whose names begin with the vendor's."""
