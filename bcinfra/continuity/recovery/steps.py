"""The steps of a recovery: what is done, to what, how long it takes, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.model.statements import Statement


class Phase(StrEnum):
    DETECT = "detect"
    DECIDE = "decide"
    ACT = "act"
    PROPAGATE = "propagate"
    VERIFY = "verify"


class Act(StrEnum):
    """What steps do. The subject is what it is done to, unless said otherwise."""

    NOTICE = "notice"
    """By people; no subject."""
    ANSWER = "answer"
    """By who is on call; no subject."""
    DECIDE = "decide"
    VERIFY = "verify"
    START_PLAN = "start plan"
    """By alarms."""
    SWITCH = "switch"
    """By a plan, the subject."""
    CHANGE_NAME = "change name"
    """By a person."""
    EDITABLE = "editable"
    """Records of a name can be changed again."""
    FOLLOW = "follow"
    """By clients of a name."""
    WITHDRAW = "withdraw"
    """A name's health check takes away a site, the object."""
    WITHDRAW_SITE = "withdraw site"
    """By a worldwide balancer."""
    WITHDRAW_REPLICAS = "withdraw replicas"
    """By a balancer, the subject."""
    LEAVE_ZONE = "leave zone"
    """By a balancer, the subject."""
    SHIFT_ZONE = "shift zone"
    """Zonal autoshift, out of a domain."""
    SHIFT_BY_ALARMS = "shift by alarms"
    """Alarms of a balancer, the subject, out of a domain, the object."""
    SHIFT_BY_HAND = "shift by hand"
    """A person takes domains out of service."""
    REROUTE = "reroute"
    """Traffic leaves a line, the object."""
    SEE_LOAD = "see load"
    """By the scaling of a pool."""
    LAUNCH = "launch"
    """Replicas of a pool, by itself."""
    GROW = "grow"
    """A pool, by a plan or a person."""
    PROMOTE = "promote"
    KEEP_KEY = "keep key"
    """A person cancels the deletion of keys."""
    NEW_SERVER = "new server"
    """By a person, for data that is kept apart from servers."""
    RESTART_ELSEWHERE = "restart elsewhere"
    """A member, on another server."""
    LOCAL_FAILOVER = "local failover"
    """Of a member, inside its region."""
    SEE_FAULT = "see fault"
    """Of a release, by the deployment of a pool."""
    ROLL_BACK = "roll back"
    ROLL_BACK_BY_HAND = "roll back by hand"
    """All that runs a release; no subject."""
    ABSORB = "absorb"
    """A flood; no subject."""
    OUTLAST = "outlast"
    """What happens is waited out; no subject."""
    WAIT = "wait"
    """Until it is back; no subject."""
    WAIT_FOR = "wait for"
    """Until domains are back."""
    NOTHING = "nothing"
    """Nothing brings it back."""
    UPGRADE = "upgrade"
    """Of the engine of a member."""
    LEAVE_MAINTENANCE = "leave maintenance"
    REBUILD = "rebuild"
    """Everything; no subject."""
    REBUILD_OUTSIDE = "rebuild outside"
    """Everything, outside a site."""
    RECREATE = "recreate"
    """The servers of a site."""
    DELEGATE = "delegate"
    """A name, anew."""
    RENEW = "renew"
    """A certificate or a registration, by a person."""
    GIVE_BACK = "give back"
    """An account, by its vendor."""
    RESTORE = "restore"
    """A store, from a copy, the object."""
    USE = "use"
    """A member that is left, by a person."""
    START_EMPTY = "start empty"
    """A store."""
    START_AGAIN = "start again"
    """A member."""


class Deed(Statement[Act]):
    """What a step does: its identity within a recovery."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a recovery. Deeds are unique within a recovery."""

    deed: Deed
    phase: Phase
    duration: Figure
    """Seconds: the median, and the 95th percentile as upper end."""
    needs: tuple[Domain, ...] = ()
    """Failure domains that must be up for the step to work: control planes, keys, registries, credentials, people."""
    after: tuple[Deed, ...] = ()
    """Steps that must be done before."""
    tail: Tail | None = None
    """Clients for whom it takes longer."""

    def __hash__(self) -> int:
        """Of what is done and for how long: ways back are looked up by their steps more often than they differ."""
        return hash((self.deed.id, self.duration))
