"""Why something is down, impaired, unknown or lost: kinds of reason, each with a subject and a cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bcinfra.continuity.model.ranges import Figure, NotKnown, Unit
from bcinfra.continuity.model.statements import Statement


class Because(StrEnum):
    """Kinds of reason. The subject is what fares so, the object its cause, unless said otherwise."""

    # A part as a whole
    LOST_WITH = "lost with"
    NOT_WITHOUT = "not without"
    REFERS_TO_NOTHING = "refers to nothing"
    """The object is what is not there."""
    ZONES_UNKNOWN = "zones unknown"
    SHIELD_UNKNOWN = "shield unknown"
    UNSHIELDED = "unshielded"
    STANDBY_UNSHIELDED = "standby unshielded"
    FLOODED = "flooded"
    ANSWERED_IN_WRONG_HANDS = "answered in wrong hands"
    """One of the DNS providers that answer for a name does so from the object, an account that was taken over."""
    LOST_WITH_ONLY_ZONE = "lost with only zone"
    LOSES = "loses"
    FAILS_ITSELF = "fails itself"
    LOSES_A_SERVER = "loses a server"
    LOSES_A_SERVER_WITH = "loses a server with"
    """With as many replicas as the amount, which nothing keeps on different servers."""
    LOSES_ITS_SERVER = "loses its server"
    # Lines
    NO_WAY = "no way"
    NOT_REROUTED = "not rerouted"
    LOSES_LINE = "loses line"
    FEED_STOPPED = "feed stopped"
    # Zones that answer slowly
    NOT_SHIFTED = "not shifted"
    PARTLY_IMPAIRED = "partly impaired"
    # Pools
    REPLICAS_UNKNOWN = "replicas unknown"
    NEED_UNKNOWN = "need unknown"
    NO_BOUND = "no bound"
    DRIVEN_UNKNOWN = "driven unknown"
    """Whether what a pool grows by grows with the load."""
    BALANCER_COLD = "balancer cold"
    """How much a balancer passes on at once to which nobody came before."""
    UNTESTED = "untested"
    """How much of its load a store holds; the object is the key of the page that tells."""
    ROOM_NOT_KEPT = "room not kept"
    """A pool must launch more of it than room is kept for."""
    MUST_GROW = "must grow"
    QUOTA_UNKNOWN = "quota unknown"
    """A pool counts against a quota, the object, which nothing says is enough; the amount is what is needed of it."""
    QUOTA_SPENT = "quota spent"
    """A pool counts against a quota, the object, which holds a share of what is needed, the amount."""
    NOT_WITHDRAWN = "not withdrawn"
    """Nothing withdraws or replaces dead replicas."""
    CARRIES = "carries"
    """What is left carries a share of the load, the amount."""
    NO_WAY_OUT = "no way out"
    CALLS_UNTOLD = "calls untold"
    """What a pool calls outside, and whether it must; the object is the way out and the zones it stands in."""
    UNTRUSTED = "untrusted"
    RUNS = "runs"
    """A release, the object."""
    # Members of stores
    SPOILED = "spoiled"
    NOTHING_RUNS = "nothing runs"
    LOST_WITH_ONLY_COPY = "lost with only copy"
    LOST_WITH_ONLY_SERVER = "lost with only server"
    MAYBE_LOST_WITH_COPIES = "maybe lost with copies"
    """With as many zones as the amount; the object is the cause and the kind of zone."""
    UPGRADED = "upgraded"
    ROLLED = "rolled"
    """Planned work takes so many replicas away at once, the amount."""
    NO_STANDBY_IN_ZONE = "no standby in zone"
    NO_STANDBY = "no standby"
    DIES_WITH_PROCESS = "dies with process"
    ON_SERVER_S_DISK = "on server's disk"
    """No volume keeps its data."""
    MAY_SHARE_SERVER = "may share server"
    """Nothing keeps the copies on different servers."""
    # Stores
    DELETED = "deleted"
    HOME_UNKNOWN = "home unknown"
    NO_MAJORITY = "no majority"
    """Of as many members as the amount."""
    WRITER_GONE = "writer gone"
    NO_WRITER = "no writer"
    """In a site, the object."""
    NOT_IN_SITE = "not in site"
    SPLIT = "split"
    SPLIT_UNKNOWN = "split unknown"
    # Chains
    LEADS_NOWHERE_KNOWN = "leads nowhere known"
    CALLED_UNKNOWN = "called unknown"
    BEHIND_UNKNOWN = "behind unknown"
    GOES_ON_UNTOLD = "goes on untold"
    MAY_STAND_IN = "may stand in"
    LETS_NOBODY_IN = "lets nobody in"
    """A balancer that a name leads to, while another that it leads to does."""
    BEYOND = "beyond"
    """What requests go on to, the object, is in no part of the program."""
    # Capabilities
    NO_NAME = "no name"
    SUPPLIER_GONE = "supplier gone"
    READ_ONLY = "read only"
    SHARE_LEFT = "share left"
    """The amount is a share of the load."""
    NOT_READ = "not read"
    """Automation, the subject, may bring it back: what it does is code."""
    NO_WAY_BACK = "no way back"
    NOT_TOLD = "not told"
    """The object is what the source of a figure says of it."""
    # Copies of data
    COPY_LOST = "copy lost"
    COPY_OUT_OF_REACH = "copy out of reach"
    COPY_EXPOSED = "copy exposed"
    COPY_SPOILED = "copy spoiled"
    COPY_TOO_YOUNG = "copy too young"
    """Versions are kept for as many seconds as the amount."""
    # Verdicts
    NOTHING_BACK = "nothing back"
    SHARE_CARRIED = "share carried"
    """The amount is a share of the load."""
    NO_COPY = "no copy"
    """Of a store, the subject, survives."""
    NO_STORE_KNOWN = "no store known"
    GOES_ON_FROM = "goes on from"
    """A store, from a copy, the object."""
    SCENARIOS_UNKNOWN = "scenarios unknown"
    """Of as many scenarios as the amount; the object lists their ids."""
    # Rehearsals
    UNNOTICED = "unnoticed"
    UNDECIDED = "undecided"
    """For reasons, the object."""
    OPEN_ENDED = "open ended"
    """Nothing says how long steps, the object, take."""
    NOTHING_TO_TRY = "nothing to try"


class Reason(Statement[Because]):
    """Why something is as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Undecided(NotKnown):
    """Not known for reasons that the assessment found."""

    reasons: tuple[Reason, ...] = ()


def undecided_figure(name: str, reasons: Iterable[Reason]) -> Figure:
    """Seconds that nothing tells."""
    return Figure(name, Unit.SECONDS, None, Undecided("", tuple(reasons)))
