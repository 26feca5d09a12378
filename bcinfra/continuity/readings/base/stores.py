"""What all stores share: how one is named, who its members are, and what a zone is at any vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypedDict

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Pool, Protection, RecoveryPoint, Refusal, Refused, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, unknown
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.readings.base.images import Keeps
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Parts, subject
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import HOUR, MINUTE

SOURCE_KEPT: Final = timedelta(days=3650)
"""How far back a program can be had: its version control forgets nothing, for which ten years stand."""


_MANIFESTS: Final = ("kubernetes:yaml:", "kubernetes:yaml/v2:")
"""Components that are files of manifests, called by their path."""


def store_name(view: View, kind: StoreKind, root: Resource, members: Iterable[Resource], noun: str = "") -> str:
    """The name of a store: that of the component which holds its members and no other store of these types. Where its
    kind has no name, ``noun`` is what it is."""
    what = noun or ("data" if kind is StoreKind.OTHER else kind)
    mine = {member.urn for member in members} | {root.urn}
    types = {view.graph[urn].type for urn in mine}
    for ancestor in view.graph.ancestors(root):
        if not ancestor.is_component or ancestor.type.startswith(_MANIFESTS):
            break
        below = {r.urn for r in descendants(view, ancestor) if r.type in types}
        if below > mine:
            break
        if below == mine:
            return f"{what} {ancestor.name}"
    return f"{what} {root.name}"


def unjudged(what: str, kind: StoreKind, place: Callable[[View, Resource], Place]) -> Parts:
    """The reading of a type that holds data and of which nobody has read yet how it fails: what it would survive, and
    what could be restored, is not known."""

    def read(view: View, resource: Resource) -> Iterator[Store]:
        label = f"{what} {resource.name}"
        why = f"how {label} fails, and what is copied of it, has no reading yet"
        noun = "" if kind is not StoreKind.OTHER else what
        yield untold(
            resource.urn, label, store_name(view, kind, resource, (resource,), noun), kind, place(view, resource), why
        )

    return read


def untold(urn: str, label: str, name: str, kind: StoreKind, at: Place, why: str) -> Store:
    """A store of which nothing is known but where it is, and ``why`` not."""
    never = unknown(label, Unit.SECONDS, why)
    return Store(
        name=name,
        kind=kind,
        members=(Member(urn=urn, label=label, **at, zones=None, writer=True, local_failover=never),),
        copies=(
            RecoveryPoint(
                urn=f"{urn}#copies",
                label=f"copies of {label}",
                site=None,
                mechanism="copies that are not read",
                age=never,
                retention=None,
                protections=frozenset({Protection.VERSIONED}),
                restore=never,
            ),
        ),
    )


def standing(
    resource: Resource, candidates: tuple[Domain, ...] | None, count: int
) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones that ``count`` copies stand in out of ``candidates``, one a zone, and what had to be assumed.

    A copy that may be in any of several zones is taken to be in the first: which one it is changes no figure, that it
    is one zone does.
    """
    if not candidates or len(candidates) <= count:
        return candidates, ()
    taken = candidates[:count]
    return taken, (Assumption(Assumes.IN_SOME_ZONES, subject(resource), (candidates, taken), count),)


def together(stores: Sequence[Store]) -> Store:
    """The first, with the members and copies of all; what is made anew is made once."""
    copies = [copy for part in stores for copy in part.copies]
    anew = {copy.mechanism: copy for copy in reversed(copies) if copy.anew}
    return replace(
        stores[0],
        members=tuple(member for part in stores for member in part.members),
        copies=tuple(copy for copy in copies if not copy.anew or copy is anew[copy.mechanism]),
        refused=tuple(one for part in stores for one in part.refused),
        unmade=tuple(urn for part in stores for urn in part.unmade),
    )


_DELEGATED: Final = "; the delegation at the registrar is kept for up to two days"


class Kept(TypedDict):
    """The fields of a store that say what is kept of it, and what is declared in vain."""

    copies: tuple[RecoveryPoint, ...]
    refused: tuple[Refused, ...]


def kept(found: Iterable[RecoveryPoint | Refused]) -> Kept:
    """Copies, those that are made told apart from those that are not."""
    every = tuple(found)
    return {
        "copies": tuple(one for one in every if isinstance(one, RecoveryPoint)),
        "refused": tuple(one for one in every if isinstance(one, Refused)),
    }


def refused(why: Refusal, what: str, of: Resource, name: str, *more: str) -> Refused:
    """What is not made, by a property of a resource."""
    return Refused(why, Subject(Noun.PART, what, of.urn), (name, *more))


def made(
    view: View,
    declared: tuple[Resource, ...],
    unmade: Callable[[View, Resource], Refused | None],
    source_of: Callable[[View, Resource], Resource | None],
) -> tuple[dict[str, Refused], tuple[Resource, ...]]:
    """Of a database and its replicas: why some are not made, by URN, and those that are. A replica is made only where
    all that it replicates is, up to the primary."""
    why = {row.urn: no for row in declared if (no := unmade(view, row))}

    def line(row: Resource | None) -> Iterator[Resource]:
        while row and (source := source_of(view, row)):
            yield row
            row = source

    return why, tuple(row for row in declared if not any(one.urn in why for one in line(row)))


@once_per_view
def descendants(view: View, ancestor: Resource) -> tuple[Resource, ...]:
    """Everything below a component."""
    found: list[Resource] = []
    for child in view.graph.children(ancestor.urn):
        found += [child, *descendants(view, child)]
    return tuple(found)


BY_HAND: Final = "#certificate by hand"
"""How the URN ends of a certificate that somebody put into a cluster: nothing refuses to delete it or makes another."""


def part_urn(resource: Resource, what: str) -> str:
    """The name of a part that is no resource of its own: a replica in another region, the backups of a database."""
    return f"{resource.urn}#{what}"


def certified_again(view: View, resource: Resource, name: str, where: str = "") -> RecoveryPoint:
    """What an authority does for a certificate whose domain it finds proved in the DNS zone."""
    return RecoveryPoint(
        urn=part_urn(resource, "issued again"),
        label=f"{name} issued again",
        mechanism=f"issued again by the authority{where}",
        age=assumed("a certificate has no history", Unit.SECONDS, Range(0, 0), "a new one is as good"),
        retention=None,
        protections=frozenset({Protection.VERSIONED, Protection.OTHER_ACCOUNT}),  # what it takes is in the DNS zone
        restore=view.time("tls.certificate_lifetime"),
        tested_by="the last renewal",
        anew=True,
    )


def made_again(resource: Resource) -> RecoveryPoint:
    """What an index is made again from: the stores that it is of, by the program that filled it."""
    return RecoveryPoint(
        urn=part_urn(resource, "made again"),
        label=f"{resource.name} made again from what it is an index of",
        mechanism="made again from other stores",
        age=assumed("an index has no data of its own", Unit.SECONDS, Range(0, 0), "the stores that it is of have"),
        retention=None,
        protections=frozenset({Protection.VERSIONED, Protection.OTHER_ACCOUNT}),  # those of the other stores
        restore=assumed(
            f"{resource.name} is filled again",
            Unit.SECONDS,
            Range(10 * MINUTE, 8 * HOUR),
            "minutes for ten thousand products, hours for millions; judgement",
        ),
        anew=True,
    )


def in_containers(
    view: View,
    resource: Resource,
    kept: Keeps,
    pool: Pool,
    *,
    beside: bool = False,
    takes_over: Figure | None = None,
) -> Store:
    """Data in containers without a volume: a store whose every copy dies with its process.

    ``pool`` is what those containers are as something that runs; ``beside``: they run beside others, which are one.
    ``takes_over``: time until another copy serves, where something promotes it; else one is started empty.
    """
    copies = pool.desired or 0
    in_zone = copies if pool.in_zone is None else pool.in_zone
    # Which zones hold copies that take over is not known where one may hold all; what starts empty may start in any.
    scattered = takes_over is not None and len(pool.zones or ()) > 1 and in_zone >= copies
    return Store(
        name=store_name(view, kept.kind, resource, (resource,)),
        kind=kept.kind,
        members=(
            Member(
                urn=part_urn(resource, "data") if beside else resource.urn,
                label=f"data in {pool.label}",
                site=pool.site,
                homes=pool.homes,
                needs_to_run=(*pool.needs_to_run, *((pool.release,) if pool.release else ())),
                needs_to_recover=pool.needs_to_recover,
                regional=pool.regional,
                zones=None if scattered else pool.zones,
                writer=True,
                local_failover=takes_over or (pool.start if kept.opens_empty else None),
                fleeting=True,
                afresh=takes_over is None,
                together=takes_over is not None and min(in_zone, pool.on_server or in_zone) >= copies,
            ),
        ),
        opens_empty=kept.opens_empty,
    )


def issued_again(resource: Resource) -> RecoveryPoint:
    """What a secret's owner does when all copies are gone, or may be known to others: new ones are asked for."""
    return RecoveryPoint(
        urn=part_urn(resource, "issued again"),
        label=f"{resource.name} issued again by those who gave it",
        mechanism="issued again",
        age=assumed("a credential has no history", Unit.SECONDS, Range(0, 0), "a new one is as good"),
        retention=None,
        protections=frozenset(
            {Protection.VERSIONED, Protection.OTHER_ACCOUNT}
        ),  # it is with those who issue it, not in the cloud
        restore=assumed(
            f"{resource.name} is issued again and entered",
            Unit.SECONDS,
            Range(28_800, 259_200, 3_600),
            "people ask payment providers and partners for new credentials, within office hours (judgement); a key of"
            " the shop's own that data is encrypted with cannot be asked for: keep such a key elsewhere too",
        ),
        anew=True,
    )


def dns_zone(urn: str, name: str, *, homes: tuple[Domain, ...], control: Domain, private: bool = False) -> Store:
    """A zone at any vendor: what the program declares, it can make again. Nobody has to delegate a private one."""
    back = assumed(
        f"{name} answers from a new zone",
        Unit.SECONDS,
        Range(600, 7200) if private else Range(3600, 172800),
        "making the records takes minutes" + (" (judgement)" if private else _DELEGATED),
    )
    return Store(
        name=f"DNS zone {name}",
        kind=StoreKind.DNS_ZONE,
        members=(
            Member(
                urn=urn,
                label=f"DNS zone {name}",
                homes=homes,
                needs_to_recover=(control,),
                zones=None,
                regional=True,
                writer=True,
            ),
        ),
        copies=(
            RecoveryPoint(
                urn=f"{urn}#records",
                label=f"records of {name.removeprefix('of ')} in the program",
                mechanism="declared in the program",
                age=assumed(
                    "records since the last change", Unit.SECONDS, Range(0, 0), "the program is the zone's source"
                ),
                retention=SOURCE_KEPT,
                protections=frozenset(
                    {Protection.VERSIONED, Protection.OTHER_ACCOUNT}
                ),  # with the program's source, not in the cloud
                tested_by="the last deployment",
                anew=True,
                restore=back,
            ),
        ),
    )
