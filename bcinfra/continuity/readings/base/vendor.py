"""What each vendor answers of its resources, for readings that do not know whose they are.

No vendor's readings know another's. What one must ask of another's resource (what an address leads to, where a cluster
stands) it asks of the view, which has the answers of all vendors by their package: ``view.vendors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Entry, Member, Protection, RecoveryPoint, Refused, WayOut
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.base.places import Place
from bcinfra.graph.core.model import Resource, Value

V = TypeVar("V")
"""The view that answers are found in."""


class Ground(NamedTuple):
    """Where a Kubernetes cluster of a cloud stands."""

    place: Place
    control: Domain
    """What its control plane stands in."""
    zones: tuple[Domain, ...] | None
    """Of its nodes."""
    egress: tuple[WayOut, ...] = ()
    """Ways that requests of its pods to the outside go by from several zones."""
    node: Figure | None = None
    """Time until a new node runs, where it has one only, so that pods of one that died wait for it."""
    drains: Drains | None = None
    """How its nodes are upgraded; ``None``: not read."""


class Drains(NamedTuple):
    """What an upgrade of nodes empties at once."""

    nodes: float
    """Infinite where it is all of them."""
    forced: bool = False
    """Whether pods go whatever a budget of disruptions says."""


class Bucket(NamedTuple):
    """How a bucket keeps the copies that are put into it."""

    label: str
    place: Place
    protections: frozenset[Protection]
    retention: timedelta | None = None
    keys: tuple[Domain, ...] = ()
    """Without which nothing in it can be read."""


class Follower(NamedTuple):
    """A bucket to which what is written to another is copied as it comes."""

    bucket: Resource
    prefixes: tuple[str, ...]
    """Of what is copied; empty: all."""
    lag: Figure
    watched: Figure | None
    """Time until somebody in its own account is told that nothing arrives."""


class End(NamedTuple):
    """A cloud's end of a tunnel to a site on premises."""

    site: str | None
    homes: tuple[Domain, ...]
    address: str
    """Of the line that it runs over."""
    dynamic: bool
    """Whether routes are learnt over it, so that traffic leaves it by itself when it is down."""
    everywhere: bool
    """Whether other regions of its network use it too."""


class Opening(NamedTuple):
    """Addresses and ports that a pool is let connect to."""

    cidrs: Value
    first: Value = None
    """The first of the ports; any, where none is told."""
    last: Value = None


def _none(_view: object, _asked: object) -> None:
    return None


def _nothing(_view: object, _asked: object) -> tuple[()]:
    return ()


def _no_ends(_view: object) -> tuple[()]:
    return ()


def _no_copies(_view: object, _bucket: Resource, _owner: Domain) -> tuple[tuple[()], tuple[()]]:
    return (), ()


@dataclass(frozen=True, kw_only=True)  # no slots: generics set one more attribute
class Vendor(Generic[V]):
    """The answers of one vendor, each about a resource of its own but where it says otherwise."""

    fronts: tuple[str, ...] = ()
    """Types that a name can lead to."""
    front: Callable[[V, Resource], str | None] = _none
    """URN of the part that an address or front belongs to."""
    shielded: Callable[[V, Resource], bool | None] = _none
    """Whether floods of requests are absorbed in front of what a name leads to; ``None``: not known."""
    around: Callable[[V, Resource], bool | None] = _none
    """Whether a front takes requests from everybody, around what stands before it; ``None``: not known."""
    hosted: Callable[[V, Resource], Domain | None] = _none
    """Whose DNS answers for the host name that it gives a front, where others can reach that by no address."""
    records: tuple[str, ...] = ()
    """Types of its DNS records."""
    asked: Callable[[V, str], Resource | None] = _none
    """The record that answers for a host name, the first of several."""
    first: Callable[[V, Resource], Resource | None] = _none
    """The first record of the name that a record says something of."""
    entry: Callable[[V, Resource], Entry | None] = _none
    """The name that a record says something of."""
    bound: Callable[[V, Resource], Iterable[str]] = _nothing
    """URNs of what registers itself in a group of another vendor's balancer."""
    grouped: Callable[[V, str], Iterable[str]] = _nothing
    """URNs of what another vendor's balancer has as a group, or puts itself behind one, by that name."""
    taken: Callable[[V, Resource], str | None] = _none
    """URN of the front that takes an address which another vendor reserved."""
    certificates: tuple[str, ...] = ()
    """Types of its certificates, and of what stands for one."""
    certificate: Callable[[V, Resource], Iterable[Domain]] = _nothing
    """The failure domains of a certificate, or of those that something stands for."""
    clusters: tuple[str, ...] = ()
    """Types of its Kubernetes clusters."""
    ground: Callable[[V, Resource], Ground | None] = _none
    buckets: tuple[str, ...] = ()
    """Types of its buckets."""
    bucket: Callable[[V, Resource], Bucket | None] = _none
    followers: Callable[[V, Resource], Iterable[Follower]] = _nothing
    """The buckets that follow one."""
    copied: Callable[[V, Resource, Domain], tuple[Sequence[Member], Sequence[RecoveryPoint | Refused]]] = _no_copies
    """The copies that it makes of another vendor's bucket, which an account has, and those that serve requests too."""
    pulled: Callable[[V, str], Iterable[Domain]] = _nothing
    """What an image in a registry of its own is pulled from when a replica starts."""
    kept_in: Callable[[V, str], Iterable[Resource]] = _nothing
    """The program's repositories that an image is pulled from."""
    unfilled: Callable[[V, Resource], bool | None] = _none
    """Whether the program has a repository elsewhere too, and nothing is known to copy images to this one."""
    reached: Callable[[V, Resource], Iterable[Resource]] = _nothing
    """What a pool knows of, or is let into."""
    told: Callable[[V, Resource], Iterable[tuple[Resource, str]]] = _nothing
    """Where it stands what a pool is started with: resources, and the property of each."""
    openings: Callable[[V, Resource], Iterable[Opening]] = _nothing
    """What a pool is let connect to."""
    through: Callable[[V, Resource], Iterable[Resource]] = _nothing
    """What stands behind an address, a name, a proxy, a secret's value."""
    ends: Callable[[V], Iterable[End]] = _no_ends
    """Its ends of tunnels."""
