"""What a graph means for continuity, in the field's words.

Readings (:mod:`bcinfra.continuity.readings`) turn resources into these parts; scenarios and verdicts are worked out
from the parts alone, so that a component cannot vouch for itself and any program can be assessed.

How requests flow: an :class:`Entry` (a DNS name) routes to :class:`Balancer` s, which spread over a :class:`Pool` of
compute, which calls further balancers and uses :class:`Store` s. A *serving path* is all of that inside one site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.model.statements import Noun, Statement, Subject

if TYPE_CHECKING:
    from bcinfra.continuity.model.stateless import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that can fail: where it lives and what it cannot run or recover without."""

    urn: str
    """Of the resource; ``<urn>#<what>`` for a part that is no resource of its own (a replica, the backups of it)."""
    label: str
    """Short name for people, such as ``MySQL replica in eu-central-1``."""
    site: str | None = None
    """``aws/eu-west-1``: the place requests are served from. ``None`` for worldwide parts, and where nothing tells."""
    everywhere: bool = False
    """Whether the vendor keeps it in places all over the world, which it does not name."""
    homes: tuple[Domain, ...] = ()
    """Domains that take the part down when any of them fails. Zones of a spread part are not here but in ``zones``."""
    needs_to_run: tuple[Domain, ...] = ()
    """Further domains (a key, a certificate, a supplier) without which a running part stops."""
    needs_to_recover: tuple[Domain, ...] = ()
    """Domains without which the part cannot be restarted, replaced or scaled: control plane, registry, secret, key."""
    regional: bool = False
    """Whether the vendor spreads it over the zones of its region (S3, Lambda, DynamoDB): the loss of one zone does not
    stop it, and ``zones`` is ``None`` because it stands in none in particular, or those that it may be spread over."""
    missing: tuple[str, ...] = ()
    """URNs of what it, or what it is set up by, refers to and the stack does not hold: whether it runs is not known."""
    subject: Subject = field(init=False, repr=False, compare=False)
    """Kept, since whatever is said of a part names it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", Subject(Noun.PART, self.label, self.urn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way to something in another place: lines that stand in for each other, and what all of them need."""

    label: str
    """What goes over it, for people, such as ``requests from gcp/europe-west1 to ghent``."""
    lines: tuple[Domain, ...]
    needs: tuple[Domain, ...] = ()
    reroutes: Figure | None = None
    """Time until traffic has left a line that failed; ``None`` when nothing takes it to another."""

    @property
    def subject(self) -> Subject:
        return Subject(Noun.WAY, self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A way from a network to the outside (a NAT gateway, a firewall) that other zones than its own hang on."""

    urn: str
    label: str
    zones: tuple[Domain, ...]
    """Where it stands."""
    serves: tuple[Domain, ...]
    """Zones whose requests to the outside leave by it alone."""

    @property
    def subject(self) -> Subject:
        return Subject(Noun.PART, self.label, self.urn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much an account may run at once, and what a replica of a pool takes of it."""

    name: str
    """The same for all that count against it, in one account: ``aws/eu-west-1/fargate``."""
    label: str
    """For people, with its unit: ``vCPU of Fargate in aws/eu-west-1``."""
    code: str
    """As the vendor's own tools call it."""
    account: str | None
    takes: float
    allows: float
    """How much, as far as the program tells."""
    firm: bool
    """Whether it is no more; else an account may have been granted more than anything in the program says."""

    @property
    def subject(self) -> Subject:
        return Subject(Noun.PART, self.label)


@dataclass(frozen=True, slots=True)
class Room:
    """Servers whose room a vendor keeps in a zone, whether they run or not."""

    urn: str
    """Of what reserves it."""
    zone: Domain
    servers: int


@dataclass(frozen=True, slots=True)
class Rollout:
    """How planned work is done on a pool: a new release, or an upgrade of what it runs on."""

    takes: int
    """The most of its replicas that are away at once."""
    back: Figure
    """Seconds until those serve again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool(Part):
    """Compute that serves requests, spread over zones."""

    zones: tuple[Domain, ...] | None
    """Zones it may run in; ``None`` when the graph does not tell."""
    in_zone: int | None = None
    """The most replicas that one zone may hold; ``None``: they are spread evenly."""
    on_server: int | None = 1
    """The most replicas that one server may hold; ``None``: all that one zone may."""
    minimum: int | None
    desired: int | None
    maximum: int | None
    stated: int | None = None
    """Replicas that the program states, where an autoscaler may leave fewer: by day the load may need them."""
    replaced: bool
    """Whether an unhealthy replica is replaced by itself."""
    restarted: bool = False
    """Whether a server whose host dies is started again by itself, on another host of its zone and with its disk."""
    moved: bool = True
    """Whether what a lost zone held is launched in the others by itself."""
    start: Figure
    """Time from the decision to launch until a new replica serves."""
    release: Domain | None = None
    """The software version it runs, shared with every pool of the same image."""
    rollout: Rollout | None = None
    """``None``: it takes no replica away before another serves, or is not read."""
    rollback: bool = False
    """Whether a bad release is taken back by itself."""
    released_from: tuple[Domain, ...] = ()
    """What a release is deployed from, where replicas that start later do not fetch it: it is kept with them."""
    schedule: tuple[tuple[int, int, int], ...] = ()
    """Month, day and the fewest replicas from then on, by a schedule: what it has running ahead of a peak."""
    once: tuple[tuple[date, int], ...] = ()
    """The same of a schedule that runs on days of certain years alone."""
    driven: bool | None = True
    """Whether something starts more of it when its load grows; ``None``: whether what that follows grows with the load
    is not told."""
    egress: tuple[WayOut, ...] = ()
    """Ways that its requests to the outside go by from several zones. Empty where every zone has its own way out, or
    none is needed."""
    quotas: tuple[Quota, ...] = ()
    """What its replicas count against."""
    rooms: tuple[Room, ...] | None = None
    """Room that is kept for it, for replicas that run too; ``None``: no vendor keeps any for what it is."""
    pulls: tuple[str, ...] = ()
    """URNs of the repositories of the program that its replicas are started from."""
    pulls_tags: tuple[str, ...] = ()
    """Those of which they take an image by its tag, and not by its digest."""
    watched: bool = False
    """Whether what gives it work notices by itself that a replica is dead, as a cluster does of its nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancer(Part):
    """Spreads requests over pools and notices dead replicas."""

    zones: tuple[Domain, ...] | None
    pools: tuple[str, ...]
    """URNs of the pools behind it."""
    detects: Figure | None
    """Time until a dead replica gets no more requests; ``None`` when no health check can fail."""
    unasked: tuple[str, ...] = ()
    """URNs of pools behind it whose replicas nothing asks whether they serve: only their server is noticed."""
    public: bool = True
    relays: bool = False
    """Whether it only passes on to a store what pools ask of that: a proxy of a database."""
    closed: bool = False
    """Whether it lets in nobody from the internet, whoever is led to it."""
    zonal_shift: Figure | None = None
    """Time until its vendor leaves an impaired zone by itself (zonal autoshift); ``None``: it does not."""
    alarmed_shift: Figure | None = None
    """Time until alarms of its zones have traffic taken out of an impaired one; ``None``: they do not."""
    leaves_empty: Figure | None = None
    """Time until clients have left a zone in which nothing serves, where its node asks its own zone alone; ``None``:
    every node asks all zones."""
    entrance: Link | None = None
    """The lines that clients come in by, where they are the site's own."""
    beyond: tuple[str, ...] = ()
    """Host names, addresses and groups that requests go on to and nothing in the program answers at."""
    serving: tuple[str, ...] | None = None
    """URNs behind a worldwide balancer that requests go to while all is well; ``None``: it does not tell."""
    reads: Figure | None = None
    """Time until what is only read is asked of another place, where that is sooner than anything else; ``None``: all
    requests are moved alike."""
    exposed: tuple[str, ...] = ()
    """URNs of what stands behind it and takes requests from everybody, with nothing that limits them."""
    always: bool = False
    """Whether some requests of all clients go on to it, wherever others of theirs are answered."""
    perhaps: tuple[Domain, ...] = ()
    """Domains of which what some requests go on to may stand in any; in which, the graph does not tell."""
    ready: float | None = None
    """Capacity units that it keeps whatever passes it; ``None``: how much passes it at once is not bounded by what
    passed before."""


class Routing(StrEnum):
    """How a DNS name chooses among its routes."""

    SIMPLE = "simple"
    FAILOVER = "failover"
    LATENCY = "latency"
    GEO = "geo"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One answer of a DNS name."""

    urn: str
    target: str | None
    """URN of the balancer (or other part) it leads to; ``None`` when the graph does not tell."""
    standby: bool = False
    """A secondary answer, given only when the primary is unhealthy."""
    weight: int | None = None
    health_check: str | None = None
    """URN of the health check that can withdraw the answer."""
    detects: Figure | None = None
    """Time until the answer is withdrawn after its target died; ``None`` when nothing can withdraw it."""
    switched_by: str | None = None
    """URN of the plan that can turn this route by itself or by hand, where there is one."""
    shielded: bool | None = None
    """Whether floods are absorbed in front of this answer; ``None``: as its name says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Clients that are served again later than the rest."""

    share: Figure
    lasts: Figure
    """Seconds after the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Part):
    """A name that clients ask for, with its routes."""

    name: str
    routing: Routing
    routes: tuple[Route, ...]
    propagates: Figure
    """Time from a changed answer until clients follow it: its TTL."""
    overstay: Tail | None = None
    """Clients whose resolvers keep an answer beyond its TTL."""
    editable_after: Figure | None = None
    """Time until its records can be changed again while the region of their control plane is lost; ``None``: not
    before that region is back."""
    shielded: bool | None = None
    """Whether floods of requests are absorbed in front of it (rate limits, DDoS protection); ``None``: not known."""
    public: bool = True
    """False for a way that only parts of the stack, or its own people, go: no flood comes by it."""
    at_providers: tuple[Entry, ...] = ()
    """The same name as each of several DNS providers answers it: who changes it must do so at all of them."""

    @property
    def named(self) -> Subject:
        """The name itself, as clients ask for it."""
        return Subject(Noun.NAME, self.name, self.urn)


class StoreKind(StrEnum):
    """What kind of data a store holds, as far as failure is concerned."""

    RELATIONAL = "relational database"
    CACHE = "cache"
    OBJECTS = "objects"
    FILES = "files"
    SECRETS = "secrets"
    CERTIFICATES = "certificates"
    DNS_ZONE = "DNS zone"
    STATE = "infrastructure state"
    SYSTEM = "system"
    """No data: a system on premises, which is needed as a store is."""
    CHANNELS = "channels"
    """No data: the ways to a person, of which any one will do."""
    QUEUE = "queue"
    SEARCH = "search index"
    """What is found by words: made again from what other stores hold."""
    OTHER = "other"


APART: Final = frozenset({StoreKind.CACHE, StoreKind.QUEUE, StoreKind.SEARCH})
"""Kinds of which every site may have one of its own, which copies nothing to the others."""
DATALESS: Final = frozenset({StoreKind.SYSTEM, StoreKind.CHANNELS})
"""Kinds that hold no data of the shop's."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """A time of every week, in UTC."""

    WEEK: ClassVar[int] = 7 * 24 * 60
    start: int
    """Minutes since Monday 00:00."""
    length: int
    """Minutes."""

    @property
    def minutes(self) -> frozenset[int]:
        return frozenset((self.start + n) % self.WEEK for n in range(self.length))

    @property
    def days(self) -> frozenset[int]:
        """Days of the week that it touches; 0 is Monday."""
        return frozenset(minute // (24 * 60) for minute in self.minutes)


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which a vendor does no planned work."""

    first: date
    last: date
    yearly: bool
    """Whether the years do not count."""

    def holds(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        first, last, at = ((one.month, one.day) for one in (self.first, self.last, day))
        return first <= at <= last if first <= last else at >= first or at <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Part):
    """One running copy of a store: a writer, or a replica fed by one."""

    zones: tuple[Domain, ...] | None
    """Zones with a synchronous copy, the writer's own among them."""
    together: bool = False
    """Whether one server may hold so many of its copies that none is left to take over, or no majority."""
    synchronous: int | None = None
    """Zones among ``zones`` that hold a copy at a time (two for a Multi-AZ instance); ``None``: all of them."""
    writer: bool
    source: str | None = None
    """URN of the member it replicates from."""
    lag: Figure | None = None
    """Age of what a replica lacks; zero when synchronous, ``None`` when not known."""
    local_failover: Figure | None = None
    """Time until a copy in another zone has taken over by itself; ``None`` when nothing takes over."""
    told: Figure | None = None
    """Time until what makes it fail over is told that a zone is ill whose checks stay green; ``None``: nothing is."""
    fleeting: bool = False
    """Whether its data die with the processes that hold them, for no volume keeps them."""
    on_host: bool = False
    """Whether its data are on the disk of its server, and lost with that."""
    afresh: bool = False
    """Whether what takes over inside its region is started anew, and empty where it is :attr:`fleeting`."""
    promotes: Figure | None = None
    """Time the act of promoting this replica takes; ``None`` when it cannot be promoted."""
    promoted_by: str | None = None
    """URN of the plan that promotes it; ``None``: only a person does."""
    filled: Subject | None = None
    """The copy that a person fills it from where it is to take over; until then it holds nothing of the store's.
    ``None``: it holds data by itself."""
    serves_reads: bool = True
    cut_off: Refused | None = None
    """Why programs beside this replica reach no writer by what they know of; ``None``: they do, or are not seen."""
    serverless: bool = False
    """Whether its vendor keeps it on many servers of its zone, so that none of them is lost alone."""
    server: Figure | None = None
    """Time until a new server runs where the data is kept apart from the servers, over the zones of its region: then
    ``zones`` are those of the servers. ``None``: the data is where the servers are."""
    restart: Figure | None = None
    """Time until it runs again once it may; ``None`` when it comes back with what stopped it."""
    links: Mapping[str, Link] = field(default_factory=dict[str, Link])
    """Site that calls it → the way from there."""
    perhaps: tuple[Domain, ...] = ()
    """Domains of which it may stand in any; in which, the graph does not tell."""
    cores: float | None = None
    """vCPU of its server; ``None``: not told, or its vendor gives it as many as it needs."""
    upgrade: Figure | None = None
    """Time that a planned upgrade of its engine stops it, by what is declared of how it is done; ``None``: not read."""
    window: Weekly | None = None
    """When its vendor may work on it; ``None``: not told."""
    closed: tuple[Closed, ...] | None = None
    """When its vendor may not, whatever the window; ``None``: that cannot be stated of it."""
    feed: Link | None = None
    """The way that changes come by from its source, where that can be lost apart from both."""


class Protection(StrEnum):
    """What keeps a copy from being destroyed by who can reach production."""

    VERSIONED = "versioned"
    RETAINED = "retained"
    LOCKED = "locked"
    """Write-once for its retention, even for administrators."""
    OTHER_ACCOUNT = "other account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What writes a copy while changes happen. Where it stops, the copy grows old and nothing fails."""

    readers: int | None
    """Programs that follow the changes side by side; ``None``: the vendor runs them."""
    watched: Figure | None
    """Time until somebody is told that nothing arrives, by an alarm that lives with the copy; ``None``: nobody is."""
    rows_alone: bool = False
    """Whether it holds rows as they were changed: neither the definitions of their tables nor what a foreign key's
    cascade changed in others. A log of the database's own, which its own programs replay, holds all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What shows an authority already that the names of a certificate are the shop's: it issues another within
    minutes, to the same accounts, for as long as that stands."""

    zones: tuple[str, ...]
    """URNs of the zones that it stands in, all of which it takes."""
    accounts: tuple[Domain, ...]
    restore: Figure
    """Time until the new certificate is presented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPoint(Part):
    """A copy at rest: backups, point-in-time logs, versions, a bucket elsewhere."""

    mechanism: str
    """In the field's words: ``point-in-time recovery``, ``hourly backup``, ``object replication``."""
    age: Figure
    """Age of the newest data in it: interval, start window and copying added up."""
    retention: timedelta | None
    protections: frozenset[Protection] = frozenset()
    restore: Figure
    """Time to have a running store again from it."""
    follows_deletes: bool = False
    """Whether a deletion or a bad write reaches the copy too, as with replication without versions."""
    tested_by: str | None = None
    """What restores it as a test, by the clock or whenever it is used; whose results tell when one passed."""
    anew: bool = False
    """Whether it is made anew by those who know what belongs there (an authority, the program, a payment provider)
    rather than restored: no bad write is in it."""
    validation: Validation | None = None
    """What makes it quicker where it outlives what took the store."""
    size_gb: float | None = None
    stream: Stream | None = None
    """What writes it, where that runs all the time."""

    @property
    def tested(self) -> bool:
        """Whether anything restores it as a test."""
        return self.tested_by is not None


class Guard(StrEnum):
    """What a mistaken deletion must get past, the strongest first."""

    SERVICE = "deletion protection"
    """The service refuses until a setting is switched off: a second deliberate act."""
    IN_USE = "in use"
    """The service refuses while something uses it."""
    NOT_EMPTY = "not empty"
    """The service refuses while there is something in it; that can be emptied first."""
    PROGRAM = "protect"
    """Pulumi refuses (``protect``, ``retainOnDelete``, a provider's own switch); a console does not ask."""


class Refusal(StrEnum):
    """Why the cloud does not make a replica or a copy that is declared. The object begins with the property that
    decides, as the program writes it; what else it holds stands here."""

    MANAGED_KEY = "managed key"
    """Of the vendor's, which no other account may use: the key."""
    KEY_NOT_SHARED = "key not shared"
    """By a policy: the key and the account."""
    NOT_ADMITTED = "not admitted"
    """By the policy of a vault: the account that copies into it."""
    NOT_COPIED = "not copied"
    """Of what is of a kind that is never copied."""
    NO_KEY_THERE = "no key there"
    """What is encrypted, and the region that a key is missing in."""
    KEY_ELSEWHERE = "key elsewhere"
    """The region of the key, and that of what it should encrypt."""
    SOURCE_PLAIN = "source plain"
    """An encrypted replica of what is not encrypted: the source."""
    SOURCE_NOT_BACKED_UP = "source not backed up"
    """The source, whose backups replicas need."""
    NOT_SELECTED = "not selected"
    """What is encrypted under KMS is left out by a rule, the object's second."""
    NO_KEY_FOR_REPLICAS = "no key for replicas"
    """By a rule."""
    NOT_VERSIONED = "not versioned"
    """The bucket."""
    SELECTS_PART = "selects part"
    """By a rule: what it selects. What it copies is there, but no copy of all."""
    NOT_STARTED = "not started"
    """By a job: nothing runs it."""
    KEY_NOT_TAKEN = "key not taken"
    """By the service that would make it: the customer's key, that what it copies is encrypted with."""
    NOT_FORWARDED = "not forwarded"
    """Writes that programs send to a replica: the site that they are at."""
    ANSWERS_ELSEWHERE = "answers elsewhere"
    """The endpoint of a cluster, for programs at a site, the object's second."""
    NO_BASE = "no base"
    """Of a log: no copy that it could be replayed on lies in its account, the object's second."""
    NO_LOG = "no log"
    """Of a database whose log it would hold, and which writes none: the database."""
    LOG_OFF = "log off"
    """Of a database that it would follow, whose parameters turn none on: the database."""
    NOT_PERMITTED = "not permitted"
    """To start by itself: the role that acts, and the alarm that it may not read."""


class Refused(Statement[Refusal]):
    """A replica or copy, the subject, that is declared and not made. It counts as nothing."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system that runs on premises, as its people state it."""

    site: str
    name: str
    needs: tuple[str, ...] = ()
    """Names of the systems of its site without which it does not serve."""
    internet: bool = False
    """Whether it needs the internet, wherever it is called from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Data: its running members and its copies."""

    name: str
    kind: StoreKind
    members: tuple[Member, ...]
    copies: tuple[RecoveryPoint, ...] = ()
    holds: tuple[str, ...] = ()
    """Data classes of the specification that live here."""
    durable: bool = True
    """False for a cache whose loss is no loss of data."""
    logs: bool = False
    """Whether services write there what they did, such as a trail of an account's changes: nothing that serves needs
    it."""
    opens_empty: bool = False
    """Whether who uses it goes on with an empty one: what was in it is lost, and the shop is open."""
    two_primaries_guarded: bool | None = None
    """Whether something keeps two members from taking writes at once; ``None``: not known."""
    majority: bool = False
    """Whether it runs only while more than half of its members do (quorum)."""
    system: System | None = None
    """The system on premises that it is, or that keeps it."""
    criticality: str | None = None
    """How much it matters, where that is stated of what is on premises."""
    guards: tuple[Guard, ...] = ()
    """What a mistaken deletion of it must get past, the strongest first."""
    guard_offered: str | None = None
    """The setting with which its service would refuse a deletion, where that is off."""
    final: tuple[RecoveryPoint, ...] = ()
    """Copies that a deletion leaves behind: there are none before, nor in any other scenario."""
    refused: tuple[Refused, ...] = ()
    """Members and copies that are declared and that the cloud does not make."""
    unmade: tuple[str, ...] = ()
    """URNs of the resources that would have been such members: who calls one needs the store."""

    @property
    def urns(self) -> tuple[str, ...]:
        """What is called where the store is."""
        return (*(member.urn for member in self.members), *self.unmade)

    def answers(self, name: str) -> bool:
        """Whether it is the zone of a name, or one above that."""
        if self.kind is not StoreKind.DNS_ZONE:
            return False
        return f".{name.rstrip('.')}".endswith(f".{self.name.rpartition(' ')[2].rstrip('.')}")

    @property
    def may_be_empty(self) -> bool:
        """Whether one that is started empty serves: any cache and any queue does."""
        return self.opens_empty or self.kind in (StoreKind.CACHE, StoreKind.QUEUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One act of a recovery plan."""

    act: str
    """``promote``, ``scale``, ``switch`` or ``other``."""
    target: str | None
    """URN it acts on."""
    takes: Figure | None = None
    stage: int = 0
    """Steps of one stage run at once; a stage begins when the one before is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Part):
    """Automation that fails a site over to another."""

    towards: str | None
    """Site that takes over (``aws/eu-central-1``); ``None``: any of the plan's sites."""
    steps: tuple[PlanStep, ...]
    triggered: bool
    """True when alarms start it, false when a person must."""
    unread: bool = False
    """Whether what it does is code that is not read: its permissions and what starts it only tell what it may do."""
    detects: Figure | None
    """Time until the alarms that start it fire."""
    watched_from: tuple[Domain, ...] = ()
    """Domains without which none of those alarms fires, so that only a person starts it."""
    alarms: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    """What is declared to start it and never does."""


class Provenance(StrEnum):
    """Where a capability or an objective comes from."""

    STATED = "stated"
    INFERRED = "inferred"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTarget:
    """What is still acceptable in one kind of disruption; ``None``: what is in the others."""

    recovery_time: timedelta | None = None
    data_loss: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Objectives of a capability: what is still acceptable."""

    recovery_time: timedelta | None = None
    data_loss: timedelta | None = None
    kinds: Mapping[DisruptionKind, KindTarget] = field(default_factory=dict[DisruptionKind, KindTarget])
    """What is stated otherwise by kind of disruption."""
    availability: float | None = None
    """Percent of a month."""
    clients_served: float = 0.9
    """Share of clients that must be served for a recovery to be over."""
    provenance: Provenance = Provenance.DEFAULT

    @property
    def nothing(self) -> bool:
        """Whether it is stated that nothing is promised."""
        return self == Target(provenance=Provenance.STATED)

    def of(self, kind: DisruptionKind) -> Target:
        """The objectives that hold in a kind of disruption."""
        stated = self.kinds.get(kind)
        if stated is None:
            return self
        return replace(
            self,
            recovery_time=self.recovery_time if stated.recovery_time is None else stated.recovery_time,
            data_loss=self.data_loss if stated.data_loss is None else stated.data_loss,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something clients do, what it needs, and how good it must be."""

    name: str
    entries: tuple[str, ...]
    """URNs of the names it is reached by."""
    any_name: bool = False
    """Whether any one of the names will do, because clients know them all; else each has clients of its own."""
    stores: tuple[str, ...]
    """Names of the stores it needs."""
    suppliers: tuple[str, ...] = ()
    writes: bool = True
    """False when a read-only copy is enough."""
    target: Target = Target()
    provenance: Provenance = Provenance.INFERRED

    @property
    def calls_out(self) -> bool | None:
        """Whether it needs anything outside; ``None`` where nobody has stated it."""
        return True if self.suppliers else None if self.provenance is Provenance.INFERRED else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What an hour without the shop costs."""

    currency: str = "EUR"
    revenue_per_hour: float | None = None
    average_order: float | None = None
    peaks: Mapping[str, tuple[str, str, float]] = field(default_factory=dict[str, tuple[str, str, float]])
    """Name → first day, last day (ISO dates), factor on the usual revenue."""
    load_tests: Mapping[str, float] = field(default_factory=dict[str, float])
    """Home of data, or name of a system → how many times the usual load it held in a test."""
    budget_per_month: float | None = None
    exchange_rate: float | None = None
    """Units of the currency for one US dollar."""
    node_per_month: float | None = None
    """What a node costs that exists and is not declared, in the currency."""
    usage: Mapping[str, float] = field(default_factory=dict[str, float])
    """What is stated of how much it is used, by key of :mod:`bcinfra.continuity.model.usage`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the runbook is published: it is no part of what serves, and read when that is down."""

    urn: str
    label: str
    address: str
    """Where it is read: ``gs://help/runbook``."""
    homes: tuple[Domain, ...]
    """What must be there to read it."""
    readers: tuple[str, ...]
    """Who may read it, as the cloud names them: beside who administers its account."""
    public: bool
    """Whether everybody may."""
    pages: tuple[str, ...]
    """Names of the pages that the program puts there; none: a place was made, and nothing was published yet."""

    def lost_to(self, failed: Iterable[Domain]) -> bool:
        """Whether it is gone, or in a stranger's hands, with these domains."""
        down = tuple(failed)
        return any(home.hit_by(down) for home in self.homes)


READ_ONLY: Final = "read-only"
QUEUE: Final = "queue"
CLOSED: Final = "closed"
State: TypeAlias = Literal["read-only", "queue", "closed"]
SHOWN: Final[tuple[State, ...]] = (READ_ONLY, QUEUE, CLOSED)
"""What customers may be shown instead of the whole shop, the least first."""


OPEN: Final = "open"
"""What customers are shown while none of them is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A way in, and what lies ready behind it."""

    urn: str
    to: Mapping[str, str]
    """State, or :data:`OPEN` → URN of what answers then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What shows customers a page instead of the shop, as soon as a person says so."""

    urn: str
    """What the person changes."""
    front: str
    """URN of the balancer that obeys."""
    label: str
    homes: tuple[Domain, ...]
    """What must be there for it to be changed and obeyed."""
    states: tuple[State, ...]
    """Those of :data:`SHOWN` that it knows."""
    pages: str
    """Where its pages are: ``https://shop-help.example/``; empty where that is not known."""
    leads: tuple[Lead, ...] = ()
    """What is led elsewhere, where no value says what is shown: every way in by which customers come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRepository:
    """Where container images are kept: it is no part of what serves, and needed when a replica starts."""

    urn: str
    label: str
    movable: bool | None
    """Whether a tag may be given to another image; ``None``: not known."""
    unfilled: bool
    """Whether other places have the same repository and nothing is known to copy images from any of them to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """All that the assessment works with."""

    title: str
    entries: tuple[Entry, ...] = ()
    balancers: tuple[Balancer, ...] = ()
    pools: tuple[Pool, ...] = ()
    stores: tuple[Store, ...] = ()
    plans: tuple[Plan, ...] = ()
    shelves: tuple[Shelf, ...] = ()
    """Where the runbook is published."""
    repositories: tuple[ImageRepository, ...] = ()
    """Where the images are kept that replicas start from."""
    switches: tuple[Switch, ...] = ()
    aside: frozenset[str] = frozenset()
    """Names of accounts that hold nothing of the shop but what tells customers of it while it is down."""
    entrusted: frozenset[str] = frozenset()
    """Those of them that let somebody of another account in who may change what is there."""
    capabilities: tuple[Capability, ...] = ()
    suppliers: tuple[Domain, ...] = ()
    """Services of others of which it is stated how often they fail, and how long."""
    business: Business = Business()
    calls: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """URN of a pool, or of a balancer with something other than pools behind it (a CDN and its origins) → URNs of the
    balancers and names of the stores that its requests go on to."""
    active_site: str | None = None
    """Site that takes writes now."""
    active_sites: frozenset[str] = frozenset()
    """Sites that take writes now, one each of several shops."""
    strategy: str | None = None
    understood: tuple[str, ...] = ()
    """URNs whose type has a reading."""
    not_understood: tuple[str, ...] = ()
    """URNs whose type has no reading."""
    held: tuple[tuple[str, str, str], ...] = ()
    """URN of a part that planned maintenance waits for, URN of the budget that lets none of its replicas go, and the
    budget's property with its value."""
    opaque: tuple[str, ...] = ()
    """URNs whose content cannot be seen (remote components, charts)."""
    dangling: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """URN → URNs that it refers to and the stack does not hold."""
    assumptions: tuple[Assumption, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict[str, str])
    """Data class → criticality (``critical``, ``important``, ``minor``), as stated."""
    stateless: Proof | None = None
    """Why each resource holds no business data, where the shop states that it stores none."""
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    """URN, or path on the shop's page (``""``: where it begins) → file and line, where known."""
    guessed: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Text (a zone, a region, an image) → the provider's functions whose assumed answers it comes from, by token."""

    @property
    def leading(self) -> tuple[Entry, ...]:
        """Names that lead to the shop, not to a page apart from it."""
        return tuple(entry for entry in self.entries if not any(home.name in self.aside for home in entry.homes))

    def guesses(self, domains: Iterable[Domain]) -> tuple[str, ...]:
        """The provider's functions, by token, whose assumed answers name any of the domains or what they lie in."""
        names = (part for d in domains for outer in d.chain() for part in outer.name.split("/"))
        return tuple(dict.fromkeys(token for name in names for token in self.guessed.get(name, ())))
