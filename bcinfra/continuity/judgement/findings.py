"""Findings: what breaks which objective, on which resource, and what to change. Codes are stable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Capability, Entry, Pool, Protection, Provenance, Store, StoreKind
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.critical_path import Phase
from bcinfra.continuity.recovery.design import UNNAMED_RELEASE, Design, ServingPath, release
from bcinfra.continuity.recovery.evaluate import lacking
from bcinfra.continuity.recovery.failover import turns
from bcinfra.continuity.recovery.outcomes import Accepted, Kind, Outcome, Verdict, Way, WayKind
from bcinfra.continuity.recovery.scenarios import DWELL, Kind as ScenarioKind, Scenario, domain_id
from bcinfra.continuity.reliability.faulttree import CutSets

RECOVERY, DATA = Objective.RECOVERY_TIME.value, Objective.DATA_LOSS.value
BOTH: Final = f"{RECOVERY}, {DATA}"
STATELESS: Final = "stateless profile"
EXPIRED: Final = "BC0028"


@dataclass(frozen=True, slots=True)
class Rule:
    """One code: what it means, which objective it breaks, and the fix for engineers and in plain words."""

    title: str
    breaks: str
    meaning: str
    fix: str
    plain: str


RULES: Final[Mapping[str, Rule]] = {
    "BC0001": Rule(
        "single point of failure",
        RECOVERY,
        "One failure domain alone stops a capability, and neither healing nor a failover brings it back.",
        "Give the shop a second one: another zone in `sites.<site>.zones`, another site, a second DNS provider or ISP.",
        "One single thing can take the shop down. Have two of it, in different places.",
    ),
    "BC0002": Rule(
        "recovery needs what failed",
        RECOVERY,
        "A step of a failover needs something inside the failed place, so that it cannot be done at all.",
        "Move the plan, alarms, images, secrets and DNS changes to the site that survives, or switch by health check.",
        "The key to the spare house lies in the house that burns. Keep it in the other one.",
    ),
    "BC0003": Rule(
        "failover waits for a person",
        RECOVERY,
        "The fastest feasible way to another site has a step that a person must take.",
        "Add `failover` with alarms in the surviving site: health-checked routes, promotion and scaling by plan.",
        "At night somebody must wake up before the shop comes back. Let machines switch.",
    ),
    "BC0004": Rule(
        "servers in one zone",
        RECOVERY,
        "Every replica of a pool stands in one zone; however many there are, the zone takes them all.",
        "Spread the tier over two zones or more (`sites.<site>.zones`).",
        "All servers stand in one building. Put some in another one.",
    ),
    "BC0005": Rule(
        "database in one zone",
        BOTH,
        "No copy in another zone takes over from the writer by itself.",
        "Turn on Multi-AZ or add a replica in another zone (`MySql` with two zones or more).",
        "The database has no twin in a second building.",
    ),
    "BC0006": Rule(
        "nothing notices the failure",
        RECOVERY,
        "No health check withdraws what is dead, so that clients keep being sent there.",
        "Give the balancer a health check, the DNS route one that it is withdrawn by, or a plan that turns it.",
        "The signpost keeps pointing to a shop that has closed.",
    ),
    "BC0007": Rule(
        "survivors cannot hold the load",
        RECOVERY,
        "What is left after the failure carries less than the load, even grown to its maximum.",
        "Raise `maximum` of the tier in the surviving site, or run more there.",
        "The spare shop is too small for all customers.",
    ),
    "BC0008": Rule(
        "all data of a store lost",
        DATA,
        "No copy survives that can be reached and is not corrupted.",
        "Add a copy in another region and account that production cannot delete (`backup` with a vault site).",
        "In this case the data is gone for good. Keep a copy where this cannot reach it.",
    ),
    "BC0009": Rule(
        "no copy out of an attacker's reach",
        DATA,
        "Every copy can be deleted with the credentials of production.",
        "Copy to another account, write-once: `BackupVault(account=..., lock=True)`.",
        "Who breaks in can delete the backups as well. Lock one away.",
    ),
    "BC0010": Rule(
        "no copy safe from a mistake",
        DATA,
        "A deletion takes every copy along: none is versioned, retained, locked or in another account.",
        "Turn on versioning, keep automated backups after deletion, or add a backup plan.",
        "One wrong command deletes the data and its backups.",
    ),
    "BC0011": Rule(
        "copies kept shorter than an intruder hides",
        DATA,
        "When an attack is noticed, every copy may already hold its damage.",
        "Raise `retention` of one copy at least to 35 days.",
        "Keep old backups longer than a burglar could stay unnoticed.",
    ),
    "BC0012": Rule(
        "copy older than the data loss objective",
        DATA,
        "The newest copy that survives lacks more than may be lost.",
        "Shorten the cadence, replicate, or ship changes continuously to the surviving place.",
        "The newest backup is older than the loss that was agreed to be acceptable.",
    ),
    "BC0013": Rule(
        "copies never restored as a test",
        DATA,
        "No scheduled test restores any copy of the store.",
        "Add a restore-testing plan.",
        "Nobody knows whether the backups work. Try one regularly.",
    ),
    "BC0014": Rule(
        "restore slower than the recovery objective",
        RECOVERY,
        "Only restoring from a copy brings the store back, and that takes longer than allowed.",
        "Keep a replica that can be promoted, or split the store so that less must be restored.",
        "Reading the backup back takes longer than the shop may be closed.",
    ),
    "BC0015": Rule(
        "stores come back at different moments",
        DATA,
        "After recovery, rows in one store refer to what another does not have yet.",
        "Bring the ages of the copies together, or reconcile them in the runbook.",
        "Orders and pictures come back from different times and do not fit.",
    ),
    "BC0016": Rule(
        "two primaries possible",
        DATA,
        "When sites cannot see each other, a plan may promote a replica while the writer lives.",
        "Fence the old writer before promoting (a condition of the plan, or a majority of three places).",
        "Both shops could take orders at once without knowing of each other.",
    ),
    "BC0017": Rule(
        "one release everywhere",
        RECOVERY,
        "All serving sites run one version, and nothing takes a bad one back by itself.",
        "Roll out site by site with automatic rollback.",
        "One bad update stops every server at once.",
    ),
    "BC0018": Rule(
        "cannot be decided",
        BOTH,
        "The graph does not tell something that the outcome depends on. Unknown is never a pass.",
        "State it in the program: zones, route target, lag, replica counts, shielding.",
        "We cannot promise what we cannot see.",
    ),
    "BC0019": Rule(
        "resource type not understood",
        BOTH,
        "No reading says what these resources mean for continuity.",
        "Add a reading for the type, or name the resource in the objectives as without influence.",
        "Some parts were not looked at.",
    ),
    "BC0020": Rule(
        "content not visible",
        BOTH,
        "What a remote component or chart creates cannot be seen in the graph.",
        "Assess the export of the deployed stack, or declare the resources directly.",
        "Some parts are a closed box.",
    ),
    "BC0021": Rule(
        "data without a home",
        DATA,
        "A data class that was stated lives in no store of the graph.",
        "Give it a store, or say who keeps it (`data.<name>.home`).",
        "Something important was left out of the plan.",
    ),
    "BC0022": Rule(
        "store without any copy",
        DATA,
        "Durable data has neither backup nor version at rest.",
        "Add a backup plan or versioning.",
        "There is no backup of this data.",
    ),
    "BC0023": Rule(
        "minor data treated as critical",
        "cost",
        "A capability that needs minor data only has objectives as strict as one that needs critical data.",
        "Relax its `objectives`, or raise the criticality of its data.",
        "Something of little importance is protected like the till.",
    ),
    "BC0024": Rule(
        "more than the objectives need",
        "cost",
        "Without this site every verdict stays as good as it is.",
        "Leave the site out, or tighten the objectives that it was meant for.",
        "You pay for a spare that the goals do not ask for.",
    ),
    "BC0025": Rule(
        "no objective stated",
        BOTH,
        "Nothing says how long this may be out or how much may be lost.",
        "State `objectives` in the spec, or pass them to the assessment.",
        "Nobody has said what is good enough.",
    ),
    "BC0026": Rule(
        "availability commitment at risk",
        Objective.AVAILABILITY.value,
        "The mean availability, at the pessimistic end, is below what is promised.",
        "Remove the scenarios that cost most time (see the worst first), or promise less.",
        "The promised availability will probably not be kept.",
    ),
    "BC0027": Rule(
        "all copies in one part of the world",
        DATA,
        "A disaster of one geography reaches every copy of a store.",
        "Copy to a region on another continent.",
        "All backups are in the same part of the world.",
    ),
    "BC0028": Rule(
        "accepted risk expired",
        BOTH,
        "A risk that somebody accepted has passed its date and counts again.",
        "Fix it, or have it accepted anew with a date.",
        "The time that was granted for this is over.",
    ),
    "BC0029": Rule(
        "not shielded from floods",
        RECOVERY,
        "Nothing absorbs a denial of service in front of the name.",
        "Put `waf` with rate limits, a CDN or DDoS protection in front.",
        "Anyone can drown the shop in requests.",
    ),
    "BC0030": Rule(
        "critical system lives only in-house",
        RECOVERY,
        "A system that is critical runs at one site on premises, and no standby elsewhere takes over from it.",
        "Keep a standby in the cloud or at another site, fed by replication, and state it (`systems.<name>.standby`).",
        "If the machine room burns, this is gone, and the shop with it.",
    ),
    "BC0031": Rule(
        "names cannot be changed while their control plane is lost",
        RECOVERY,
        "The records of a name are changed through one region. While it is lost, nobody can send clients elsewhere.",
        "Turn on accelerated recovery of the zone (`Zone.enableAcceleratedRecovery`), beforehand.",
        "While one far region is out, nobody can change the signposts.",
    ),
    "BC0032": Rule(
        "standby less guarded than the primary",
        RECOVERY,
        "What guards the serving site is missing at the standby, which clients are moved to.",
        "Give the standby what the primary has: the firewall with its rate limits, zonal autoshift, scheduled scaling.",
        "The spare shop has no guard at its door.",
    ),
    "BC0033": Rule(
        "refers to what is not there",
        BOTH,
        "A property depends on a resource that the stack does not hold, such as one deleted by hand.",
        "Declare the resource again, refresh the stack, or let the property lead to what there is.",
        "Something that this needs was thrown away.",
    ),
    "BC0034": Rule(
        "name leads to fewer sites than another",
        RECOVERY,
        "Clients of one name are not moved to a standby that clients of another name, which leads to the same, are.",
        "Give the name an answer at that site too.",
        "Who comes in by this door is not shown the way to the spare shop.",
    ),
    "BC0040": Rule(
        "business data in a stateless shop",
        STATELESS,
        "The shop states that it stores no business data, and this resource holds some or is not proven to hold none.",
        "Remove it, let it keep nothing (no caching, logs that expire, no bodies in them), or leave `stateless` out.",
        "The shop promises to keep no business data, and this keeps some or may.",
    ),
}
"""Every code. They are never reused; ``bcinfra explain BC0001`` prints this."""

DOMAIN_FIXES: Final[Mapping[DomainKind, str]] = {
    DomainKind.ZONE: "spread over a second zone",
    DomainKind.REGION: "add a standby site in another region",
    DomainKind.GEOGRAPHY: "add a site on another continent",
    DomainKind.PROVIDER: "add a standby at another provider",
    DomainKind.ACCOUNT: "keep a standby and copies in another account",
    DomainKind.DNS_PROVIDER: "add a secondary DNS provider",
    DomainKind.CDN: "prepare a way round the CDN: a direct origin or a second CDN behind a health check",
    DomainKind.ISP: "add a line of a second carrier on another route",
    DomainKind.POWER: "add a feed from another substation, batteries and a generator, or a standby elsewhere",
    DomainKind.CABLE: "bring the second line in at another side of the building",
    DomainKind.HOST: "run it on a second host that takes over by itself",
    DomainKind.RACK: "run it in a second rack, on other feeds",
    DomainKind.ROOM: "put hosts in a second fire compartment",
    DomainKind.SYSTEM: "keep a standby elsewhere, and rehearse how it is brought back",
    DomainKind.KEY: "use a key of its own in each site, and copies encrypted under another",
    DomainKind.CERTIFICATE: "use managed certificates that renew themselves, one for each site",
    DomainKind.RELEASE: "roll out site by site with automatic rollback",
    DomainKind.SUPPLIER: "add a second supplier, or a mode that does without",
}
"""What removes an order-1 cut set, by the kind of its domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding."""

    code: str
    message: str
    resource: str | None = None
    """URN, where one resource is concerned."""
    place: str | None = None
    """File and line of the program, where known."""
    capabilities: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    """Ids of the scenarios in which it shows."""
    evidence: tuple[str, ...] = ()
    """What it was seen by."""
    fix: str = ""
    accepted: tuple[Accepted, ...] = ()
    """Who took the risk: of every verdict that is broken where it shows, or of the finding itself where it shows in no
    scenario; else it is open."""

    @property
    def rule(self) -> Rule:
        return RULES[self.code]

    @property
    def about(self) -> str:
        """What an acceptance names it by: the resource's name in the program; where it has none, its message."""
        return self.resource.rpartition("::")[2] if self.resource else self.message


Result = tuple[Scenario, tuple[Outcome, ...]]


def find(
    design: Design,
    results: Sequence[Result],
    judge: Judge,
    cuts: Mapping[str, CutSets],
    availability: Mapping[str, Verdict],
    spare: Iterable[str],
) -> tuple[Finding, ...]:
    """All findings, each once, by code. ``spare``: sites without which every verdict stays as good as it is."""
    found = (
        *_from_outcomes(design, results, cuts),
        *_from_design(design),
        *_from_model(design, judge),
        *(Finding(code="BC0024", message=f"without {site} no verdict gets worse") for site in spare),
        *(f for name, verdict in availability.items() for f in _promised(name, verdict)),
    )
    merged: dict[tuple[str, str, str | None], Finding] = {}
    for one in found:
        key = (one.code, one.message, one.resource)
        merged[key] = _merged(merged[key], one) if key in merged else one
    places = design.model.places
    broken = {
        (scenario.id, outcome.capability): tuple(v for v in outcome.verdicts if v.judgement is not Judgement.MET)
        for scenario, outcomes in results
        for outcome in outcomes
    }
    return tuple(
        replace(
            one,
            place=places.get(one.resource or ""),
            fix=one.fix or RULES[one.code].fix,
            accepted=_accepted(one, broken, judge),
        )
        for one in sorted(merged.values(), key=lambda f: (f.code, f.message, f.resource or ""))
    )


def _accepted(
    one: Finding, broken: Mapping[tuple[str, str], tuple[Verdict, ...]], judge: Judge
) -> tuple[Accepted, ...]:
    """The acceptances of all verdicts that are broken where a finding shows; none where one of them is open."""
    if not one.scenarios:
        taken = judge.finding(one.code, one.about)
        return (taken,) if taken else ()
    verdicts = [v for id in one.scenarios for name in one.capabilities for v in broken.get((id, name), ())]
    taken = tuple(v.acceptance for v in verdicts if v.acceptance)
    return tuple(dict.fromkeys(taken)) if len(taken) == len(verdicts) else ()


def _merged(one: Finding, two: Finding) -> Finding:
    return replace(
        one,
        capabilities=tuple(sorted({*one.capabilities, *two.capabilities})),
        scenarios=tuple(sorted({*one.scenarios, *two.scenarios})),
        evidence=tuple(sorted({*one.evidence, *two.evidence})),
    )


def _promised(name: str, verdict: Verdict) -> Iterator[Finding]:
    value = verdict.value and verdict.value.value
    if verdict.judgement is Judgement.MISSED and value:
        shown = f"{value.typical:.3%} (at worst {value.lower:.3%}), promised {verdict.target:.3%}"
        yield Finding(code="BC0026", message=f"{name} is available {shown}", capabilities=(name,))


def _from_outcomes(design: Design, results: Sequence[Result], cuts: Mapping[str, CutSets]) -> Iterator[Finding]:
    single = {(name, cut[0]) for name, found in cuts.items() for cut in found.of_order(1) if cut}
    by_id = {domain_id(d): d for d in design.domains}
    for scenario, outcomes in results:
        for outcome in outcomes:
            missed = {v.objective for v in outcome.verdicts if v.judgement is not Judgement.MET}
            found = list(_lossy(design, outcome, missed))
            decided = outcome.kind is not Kind.UNDECIDED
            if decided and (outcome.capability, scenario.id) in single and Objective.RECOVERY_TIME in missed:
                domain = by_id[scenario.id]
                found.append(Finding(code="BC0001", message=f"{domain} alone stops it", fix=_cure(domain)))
            if Objective.RECOVERY_TIME in missed:
                found += _slow(design, scenario, outcome)
            if not decided:
                found += (Finding(code="BC0018", message=r, resource=_about(design, r)) for r in outcome.unknown)
            if outcome.way and outcome.way.kind is WayKind.MANUAL:
                found.append(Finding(code="BC0003", message=_by_hand(outcome.way)))
            for one in found:
                yield replace(one, capabilities=(outcome.capability,), scenarios=(scenario.id,))


def _by_hand(way: Way) -> str:
    """That a person must act, and at what first: on the longest path, where the path is known."""
    acts = [step.name for step in way.steps if step.phase is Phase.ACT]
    slow = [name for name in acts if name in way.recovery.critical]
    stays = any(name.startswith("a person takes ") for name in acts)
    what = f"in {way.site}" if stays else f"to move clients to {way.site}"
    return f"a person must act {what}" + "".join(f": '{name}'" for name in (slow or acts)[:1])


def _slow(design: Design, scenario: Scenario, outcome: Outcome) -> Iterator[Finding]:
    # In a pair the second failure is chosen so that it stops the way out of the first.
    ways = outcome.others if scenario.kind is not ScenarioKind.PAIR else ()
    for way in ways:
        for stuck in way.recovery.infeasible:
            if way.kind is not WayKind.REBUILD or stuck.step.startswith("restore "):
                message = f"step '{stuck.step}' needs {', '.join(map(str, stuck.lost))}, which failed"
                yield Finding(code="BC0002", message=message, resource=_about(design, stuck.step))
    way = outcome.way
    if outcome.kind is Kind.DEGRADED and way and (way.load or 0) < 1:
        yield Finding(code="BC0007", message=f"only {outcome.degraded_to} is carried from {way.site}")
    if way and way.kind is WayKind.REBUILD:
        critical = set(way.recovery.critical)
        for name in (s.name for s in way.steps if s.name in critical and s.name.startswith("restore ")):
            message = f"'{name}' is on the longest path of the recovery"
            yield Finding(code="BC0014", message=message, resource=_about(design, name))
    for reason in outcome.reasons:
        if "nothing withdraws" in reason:
            yield Finding(code="BC0006", message=reason, resource=_about(design, reason))


def _lossy(design: Design, outcome: Outcome, missed: set[Objective]) -> Iterator[Finding]:
    target = next((v.target for v in outcome.verdicts if v.objective is Objective.DATA_LOSS), 0.0)
    for loss in outcome.losses if Objective.DATA_LOSS in missed else ():
        urn = _store_urn(design, loss.store)
        upper = loss.age.value.upper if loss.age and loss.age.value else None
        if loss.total_loss:
            evidence = tuple(f"{one.copy} {one.reason}" for one in loss.rejected) or ("there is no copy",)
            yield Finding(code="BC0008", message=f"nothing of {loss.store} survives", resource=urn, evidence=evidence)
        elif upper is not None and upper > target:
            message = f"{loss.store} goes on from {loss.copy}, which lacks more than may be lost"
            yield Finding(code="BC0012", message=message, resource=urn)
    for gap in outcome.way.inconsistencies if outcome.way else ():
        apart = "by an unknown time" if gap.seconds is None else f"by up to {gap.seconds:.0f} s"
        message = f"{gap.newer} comes back newer than {gap.older}"
        yield Finding(code="BC0015", message=message, evidence=(apart,))


def _cure(domain: Domain) -> str:
    return DOMAIN_FIXES.get(domain.kind, RULES["BC0001"].fix)


def _store_urn(design: Design, name: str) -> str | None:
    store = design.stores.get(name)
    parts = (*store.members, *store.copies) if store else ()
    return parts[0].urn if parts else None


def _about(design: Design, text: str) -> str | None:
    """The part that a text speaks of: the one whose label it holds, the longest first."""
    return next((part.urn for part in design.labelled if part.label in text), None)


def _from_design(design: Design) -> Iterator[Finding]:
    model = design.model
    for pool in model.pools:
        if not pool.regional and pool.zones is not None and len(pool.zones) == 1:
            yield Finding(code="BC0004", message=f"{pool.label}: all in {pool.zones[0]}", resource=pool.urn)
    for balancer in model.balancers:
        if balancer.detects is None and balancer.pools:
            message = f"{balancer.label}: no health check can fail"
            yield Finding(code="BC0006", message=message, resource=balancer.urn)
    for entry in model.entries:
        paths = design.paths(entry)
        sites = {c.site for c in paths}
        for path in paths:
            plans = [p for p in model.plans if turns(p, path)]
            if len(sites) > 1 and path.serving and path.detects is None and not plans:
                message = f"{entry.name}: nothing withdraws the answer {path.site}"
                yield Finding(code="BC0006", message=message, resource=path.route.urn)
            # A chain that is known to run nothing is a page that says so, and no standby.
            standbys = [c for c in paths if c.site != path.site and c.balancers and (c.groups or c.unknown)]
            for other in standbys if path.serving else ():
                yield from _less_guarded(path, other)
                for pool in lacking(path, other):
                    message = f"nothing in {other.site} does the work of {pool.label}"
                    yield Finding(code="BC0007", message=message, resource=other.balancers[-1].urn)
        if entry.editable_after is None and (homes := tuple(_run_from(entry))):
            message = f"{entry.name}: its records cannot be changed while {homes[0]} is lost"
            yield Finding(code="BC0031", message=message, resource=entry.urn)
        if entry.shielded is False:
            message = f"nothing absorbs floods in front of {entry.name}"
            yield Finding(code="BC0029", message=message, resource=entry.urn)
    yield from _left_behind(design)
    for store in model.stores:
        yield from _of_store(design, store)
        if store.kind is StoreKind.SYSTEM and store.criticality == "critical" and len(store.members) == 1:
            message = f"{store.members[0].label} is critical and runs nowhere else"
            yield Finding(code="BC0030", message=message, resource=store.members[0].urn)
    asked = {pool.urn for entry in model.entries for c in design.paths(entry) for group in c.groups for pool in group}
    serving = [pool for pool in model.pools if pool.site in design.serving and pool.urn in asked]
    for version in dict.fromkeys(release(pool) for pool in serving):
        same = [pool for pool in serving if release(pool) == version]
        sites = frozenset(pool.site for pool in same if pool.site)
        if version != UNNAMED_RELEASE and sites == design.serving and not any(pool.rollback for pool in same):
            message = f"{version} runs in every serving site, and nothing takes it back"
            yield Finding(code="BC0017", message=message, resource=same[0].urn)


def _left_behind(design: Design) -> Iterator[Finding]:
    """Names that do not lead to a site that another name does, though both lead to the same now."""
    named: dict[str, list[Entry]] = {}
    sites = {entry.urn: {c.site: None for c in design.paths(entry)} for entry in design.model.entries}
    for entry in design.model.entries:
        for target in {c.route.target for c in design.paths(entry) if c.serving and c.route.target}:
            named.setdefault(target, []).append(entry)
    for entries in named.values():
        most = max(entries, key=lambda e: len(sites[e.urn]))
        for entry in entries:
            for site in sites[most.urn].keys() - sites[entry.urn].keys():
                message = f"{entry.name} does not lead to {site}, as {most.name} does"
                yield Finding(code="BC0034", message=message, resource=entry.urn)


def _less_guarded(path: ServingPath, other: ServingPath) -> Iterator[Finding]:
    """What guards a serving chain and is missing in one that stands by."""
    if path.entry.shielded and other.route.shielded is False:
        message = f"nothing absorbs floods in front of {other.site}, where clients of {path.entry.name} are moved to"
        yield Finding(code="BC0032", message=message, resource=other.balancers[0].urn)
    ahead = {release(pool) for group in path.groups for pool in group if _grown_ahead(pool)}
    # What the vendor spreads over a region it also grows within seconds.
    behind = (p for group in other.groups for p in group if not p.regional and not _grown_ahead(p))
    for pool in (p for p in behind if release(p) in ahead):
        message = f"{pool.label}: nothing grows it before a peak, as it does at {path.site}"
        yield Finding(code="BC0032", message=message, resource=pool.urn)
    zonal = [b for b in path.balancers if b.zones and len(b.zones) > 1]
    if zonal and all(b.zonal_shift for b in zonal):
        for balancer in other.balancers:
            if balancer.zones and len(balancer.zones) > 1 and not balancer.zonal_shift:
                message = f"{balancer.label}: nothing takes requests from an impaired zone, as it does at {path.site}"
                yield Finding(code="BC0032", message=message, resource=balancer.urn)


def _grown_ahead(pool: Pool) -> bool:
    """Whether a schedule has more running ahead of a peak than usual."""
    return max((count for _, _, count in pool.schedule), default=0) > (capacity.running(pool) or 0)


def _run_from(entry: Entry) -> Iterator[Domain]:
    """The regions that a worldwide control plane of a name is run from."""
    for domain in entry.needs_to_recover:
        if domain.kind is DomainKind.GLOBAL_CONTROL_PLANE:
            yield from (outer for outer in domain.chain() if outer.kind is DomainKind.REGION)


def _of_store(design: Design, store: Store) -> Iterator[Finding]:
    urn = _store_urn(design, store.name)
    for member in store.members:
        known = member.zones is not None and not member.regional
        if member.writer and known and (len(member.zones or ()) < 2 or member.local_failover is None):
            message = f"{member.label}: no copy in another zone takes over"
            yield Finding(code="BC0005", message=message, resource=member.urn)
    promoted = [m for m in store.members if not m.writer and m.promoted_by]
    if promoted and not store.two_primaries_guarded:
        known = "nothing keeps" if store.two_primaries_guarded is False else "it is not known what keeps"
        message = f"{known} two members of {store.name} from taking writes at once"
        yield Finding(code="BC0016", message=message, resource=promoted[0].urn)
    if not store.durable:
        return
    if not store.copies:
        yield Finding(code="BC0022", message=f"{store.name} has no copy at rest", resource=urn)
        return
    isolated = [copy for copy in store.copies if copy.protections & {Protection.LOCKED, Protection.OTHER_ACCOUNT}]
    hidden = (DWELL.value and DWELL.value.upper) or 0.0
    if isolated and all(copy.retention and copy.retention.total_seconds() < hidden for copy in isolated):
        message = f"isolated copies of {store.name} are kept for less than {hidden / 86_400:.0f} days"
        yield Finding(code="BC0011", message=message, resource=isolated[0].urn)
    if not isolated:
        message = f"every copy of {store.name} can be deleted with the credentials of production"
        yield Finding(code="BC0009", message=message, resource=urn)
    if not any(copy.protections and not copy.follows_deletes for copy in store.copies):
        yield Finding(code="BC0010", message=f"a deletion of {store.name} takes every copy along", resource=urn)
    if not any(copy.tested for copy in store.copies):
        yield Finding(code="BC0013", message=f"no copy of {store.name} is restored as a test", resource=urn)
    worlds = {
        d.name
        for part in (*store.members, *store.copies)
        for home in part.homes
        for d in home.chain()
        if d.kind is DomainKind.GEOGRAPHY
    }
    if len(worlds) == 1:
        yield Finding(code="BC0027", message=f"every copy of {store.name} is in {worlds.pop()}", resource=urn)


def _from_model(design: Design, judge: Judge) -> Iterator[Finding]:
    model = design.model
    if model.not_understood:
        for urn in model.not_understood:
            yield Finding(code="BC0019", message=f"no reading for {_type(urn)}", resource=urn)
    for urn in model.opaque:
        yield Finding(code="BC0020", message=f"the content of {_type(urn)} is not visible", resource=urn)
    for urn, gone in model.dangling.items():
        for one in gone:
            message = f"{_type(urn)} refers to {_type(one)}, which is not there"
            yield Finding(code="BC0033", message=message, resource=urn)
    homes = {name for store in model.stores for name in store.holds}
    for name, criticality in sorted(model.data.items()):
        if name not in homes:
            yield Finding(code="BC0021", message=f"{criticality} data {name} lives in no store")
    yield from _out_of_proportion(design)
    for row in model.stateless.breaks if model.stateless else ():
        message = f"{_type(row.urn)} {row.reason.holds}: {row.text}"
        yield Finding(code="BC0040", message=message, resource=row.urn)
    for capability in model.capabilities:
        target = capability.target
        if target.recovery_time is None and target.data_loss is None:
            yield Finding(code="BC0025", message=f"{capability.name} has no objective", capabilities=(capability.name,))
        elif target.provenance is Provenance.DEFAULT:
            message = f"{capability.name} is judged by default objectives"
            yield Finding(code="BC0025", message=message, capabilities=(capability.name,))
    for one in judge.expired():
        yield Finding(code=EXPIRED, message=f"{one}: accepted by {one.owner} until {one.expires}")


def _type(urn: str) -> str:
    """The type token in a URN, and its name."""
    parts = urn.split("::")
    return f"{parts[-2].split('$')[-1]} {parts[-1]}" if len(parts) >= 4 else urn


def _out_of_proportion(design: Design) -> Iterator[Finding]:
    """Capabilities that need minor data only, but are promised as much as those that need critical data."""
    model = design.model
    levels = {c.name: _criticalities(design, c) for c in model.capabilities}
    strict = [
        c.target.recovery_time
        for c in model.capabilities
        if "critical" in levels[c.name] and c.target.recovery_time is not None
    ]
    for capability in model.capabilities:
        wanted = capability.target.recovery_time
        if levels[capability.name] == {"minor"} and wanted is not None and strict and wanted <= max(strict):
            message = f"{capability.name} needs minor data only, with objectives as for critical data"
            yield Finding(code="BC0023", message=message, capabilities=(capability.name,))


def _criticalities(design: Design, capability: Capability) -> set[str]:
    stores: Iterable[Store] = (design.stores[name] for name in capability.stores if name in design.stores)
    return {design.model.data[name] for store in stores for name in store.holds if name in design.model.data}
