"""The field's terms as bcinfra uses them: the one place that defines them.

``bcinfra explain TERM`` prints them, ``docs/glossary.md`` is made of them, and where a class of the code stands for one
it is named. A term that is not the field's own has no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

_ISO = "ISO 22301:2019, ISO 22300:2021"
_NIST = "NIST SP 800-34 Rev. 1"
_HANDBOOK = "Fault Tree Handbook, NUREG-0492 (1981)"
_STRATEGIES = "AWS, Disaster Recovery of Workloads on AWS (2021)"
_BOUNDARIES = "AWS, Fault Isolation Boundaries (2022)"
_MODEL = "bcinfra.continuity.model"
_RECOVERY = "bcinfra.continuity.recovery"
_RELIABILITY = "bcinfra.continuity.reliability"


class Term(NamedTuple):
    """What a term means, where its meaning comes from, and the class that stands for it."""

    meaning: str
    source: str = ""
    """Empty: it is defined here."""
    code: str = ""
    """Dotted name of the class; empty where none stands for it."""


GROUPS: Final[Mapping[str, Mapping[str, Term]]] = {
    "What is asked": {
        "capability": Term(
            "Something that clients do (browse, checkout), judged apart: one may survive what stops another.",
            code=f"{_MODEL}.parts.Capability",
        ),
        "RTO": Term(
            "Recovery time objective: how long a capability may be out. It is a target; what is computed against it is"
            " an estimated recovery time, what a drill on real systems gives is a measured one.",
            _NIST,
        ),
        "RPO": Term(
            "Recovery point objective: how much data, as time before the failure, may be lost. It is a target.", _NIST
        ),
        "MTPD": Term(
            "Maximum tolerable period of disruption: beyond it the business is at stake. No RTO may exceed it. NIST"
            " calls it maximum tolerable downtime (MTD).",
            _ISO,
        ),
        "MBCO": Term("Minimum business continuity objective: the least level of service that is acceptable.", _ISO),
        "BIA": Term(
            "Business impact analysis: which capabilities matter, how long each may be out, and what it needs.", _ISO
        ),
        "stateless": Term(
            "A profile: a shop that stores no business data and asks the back office live. It states so, and each"
            " resource then needs a reason why it holds none: `bcinfra explain stateless --stack STACK`."
        ),
    },
    "What may fail": {
        "failure domain": Term(
            "What fails together: a host, rack, room, power feed, zone, region, geography, provider, account, key,"
            " control plane, DNS provider, carrier, cable entry, release. Parts share domains by name, which is why"
            " their failures depend on each other. AWS says fault isolation boundary.",
            _BOUNDARIES,
            f"{_MODEL}.domains.Domain",
        ),
        "scenario": Term(
            "One thing that may happen: what it takes away, how often it comes, and how long it lasts for who only"
            " waits.",
            code=f"{_RECOVERY}.scenarios.Scenario",
        ),
        "failure state": Term(
            "What is up, down or unknown while a scenario lasts.", code=f"{_RECOVERY}.failure_state.FailureState"
        ),
        "control plane": Term(
            "What creates, changes and scales resources. It fails apart from what runs (the data plane), and with its"
            " region.",
            _BOUNDARIES,
        ),
        "common cause": Term(
            "One event that takes several redundant parts at once. Where no shared failure domain is known, the beta"
            " factor says which share of all failures hits both.",
            "Procedures for Treating Common Cause Failures, NUREG/CR-4780 (1988)",
        ),
        "gray failure": Term(
            "Something answers slowly or in part, so that health checks pass and nothing withdraws it. An impaired"
            " zone is left by zonal autoshift, or by a person.",
            "Huang et al., Gray Failure, HotOS 2017",
        ),
        "insider": Term(
            "Somebody who may delete in every account at the shop's vendors but administers none: retained and locked"
            " copies outlive him."
        ),
        "dwell time": Term(
            "Time from the first bad write of an intruder, or of a fault, until it is noticed. A copy helps only where"
            " it keeps versions for longer."
        ),
        "single point of failure": Term("One failure domain that alone stops a capability.", _HANDBOOK),
        "minimal cut set": Term(
            "A smallest set of failure domains that together stop a capability. One of a single domain is a single"
            " point of failure.",
            _HANDBOOK,
            f"{_RELIABILITY}.faulttree.CutSets",
        ),
        "fault tree": Term(
            "When a capability is down, as a function of the failure domains that failed. It is evaluated exactly, as a"
            " binary decision diagram.",
            _HANDBOOK,
            f"{_RELIABILITY}.faulttree.FaultTree",
        ),
    },
    "What serves": {
        "entry point": Term(
            "What clients reach first: a name, its records and health checks.", code=f"{_MODEL}.parts.Entry"
        ),
        "serving path": Term(
            "All that one route of an entry point needs inside one site to answer: load balancers, tiers, what they"
            " call. Stores are judged beside it, by capability.",
            code=f"{_RECOVERY}.design.ServingPath",
        ),
        "active/active": Term("Two sites that serve clients at the same time.", _STRATEGIES),
        "warm standby": Term(
            "A second site that runs smaller all the time, replicates the data, and grows when it takes over.",
            _STRATEGIES,
        ),
        "pilot light": Term(
            "A second site that replicates the data and starts servers only when it takes over.", _STRATEGIES
        ),
        "backup and restore": Term(
            "No second site runs; after a loss everything is built anew and restored from copies.", _STRATEGIES
        ),
        "failover": Term(
            "Going on at another member or site when the one that serves is lost. Going back is a failback, and is"
            " done on purpose."
        ),
        "heals in place": Term(
            "The region repairs it by itself: a replica in another zone, a health check, a new server."
        ),
    },
    "What keeps data": {
        "primary": Term("The member of a store that takes writes."),
        "replica": Term("A member of a store that follows the primary; what it lacks is its lag."),
        "promotion": Term("Making a replica the primary."),
        "lag": Term("Age of the newest write that a replica has not received yet."),
        "store availability": Term(
            "How a store stands for a serving path in a failure state: served there, promotable there, read-only, or"
            " gone.",
            code=f"{_RECOVERY}.store_availability.StoreAvailability",
        ),
        "recovery point": Term(
            "A state of the data that can be gone back to: a backup, a snapshot, a log, an earlier version.",
            _NIST,
            f"{_MODEL}.parts.RecoveryPoint",
        ),
        "protection": Term(
            "What keeps a recovery point from being destroyed by who can reach production: versions, a retention, a"
            " lock, another account.",
            code=f"{_MODEL}.parts.Protection",
        ),
        "locked copy": Term(
            "A copy that not even the administrators of its account can delete before its time (compliance mode of a"
            " vault or object lock). Who may lift a lock reaches what it keeps (governance mode: retained, not locked)."
        ),
    },
    "What is computed": {
        "recovery time": Term(
            "Estimated time from the failure until clients are served again: the longest path through detect, decide,"
            " act, propagate and verify. A step that needs what failed makes the way impossible, not slow.",
            code=f"{_RECOVERY}.critical_path.Recovery",
        ),
        "data loss": Term(
            "Age of the newest copy that survived, can be reached and is not corrupted. Replicas copy bad writes, so"
            " against operators and attackers only versioned, retained or isolated copies count.",
            code=f"{_RECOVERY}.dataloss.StoreLoss",
        ),
        "availability": Term(
            "Mean share of time that a capability is up, with the time that failovers take and the chance that they"
            " fail. The low end is what a commitment is judged by."
        ),
        "coverage": Term(
            "Probability that detection and failover work when needed. A failover that is never rehearsed is worth"
            " less than its speed says.",
            "Bouricius, Carter and Schneider, ACM National Conference 1969",
        ),
        "expected loss": Term(
            "Mean loss a year: over all scenarios, how often each comes times the revenue of the hours it takes, at"
            " the season it falls into, and of the orders it loses. Once-in-N-years losses show the tail."
        ),
        "typical": Term("The median: half of the recoveries are faster."),
        "p95": Term("The 95th percentile: 19 of 20 recoveries are faster. Verdicts use it, not the typical value."),
        "provenance": Term(
            "Where a figure comes from: a fact or base rate with source and date, what the program states, an"
            " assumption with its reason, or a computation from other figures."
        ),
        "reading": Term(
            "What a resource type means for continuity. A type without one, or whose reading says only what it holds,"
            " is listed, never passed over [BC0019].",
            code="bcinfra.continuity.readings.base.reading.Reading",
        ),
    },
    "What is judged": {
        "MET": Term("The pessimistic end of the figure is within the objective."),
        "MISSED": Term(
            "The pessimistic end of the figure is beyond the objective, or nothing brings the capability back."
        ),
        "UNKNOWN": Term(
            "The graph or the facts do not tell something that the verdict depends on. It never counts as met."
        ),
        "ACCEPTED": Term(
            "Somebody took the risk: an owner, a reason and a date until which it holds (--baseline).",
            code=f"{_RECOVERY}.outcomes.Acceptance",
        ),
    },
}
"""Terms by what they speak of."""

TERMS: Final[Mapping[str, Term]] = {name: term for group in GROUPS.values() for name, term in group.items()}
"""Terms by name."""
