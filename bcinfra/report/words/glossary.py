"""The field's terms as bcinfra uses them; ``bcinfra explain TERM`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TERMS: Final[Mapping[str, str]] = {
    "RTO": "Recovery time objective: how long a capability may be out. It is a target; what is computed against it is"
    " an estimated recovery time, what a drill on real systems gives is a measured one.",
    "RPO": "Recovery point objective: how much data, as time before the failure, may be lost. It is a target.",
    "recovery time": "Estimated time from the failure until clients are served again: the longest path through detect,"
    " decide, act, propagate and verify. A step that needs what failed makes the way impossible, not slow.",
    "data loss": "Age of the newest copy that survived, can be reached and is not corrupted. Replicas copy bad writes,"
    " so against operators and attackers only versioned, retained or isolated copies count.",
    "MTPD": "Maximum tolerable period of disruption (ISO 22301; MTD in NIST SP 800-34): beyond it the business is at"
    " stake. No RTO may exceed it.",
    "MBCO": "Minimum business continuity objective: the least level of service that is acceptable (ISO 22301).",
    "BIA": "Business impact analysis: which capabilities matter, how long each may be out, and what it needs.",
    "capability": "Something that clients do (browse, checkout), judged apart: one may survive what stops another.",
    "failure domain": "What fails together: a host, rack, room, power feed, zone, region, geography, provider, account,"
    " key, control plane, DNS provider, carrier, cable entry, release. Parts share domains by name, which is why their"
    " failures depend on each other.",
    "minimal cut set": "A smallest set of failure domains that together stop a capability. One of a single domain is a"
    " single point of failure.",
    "single point of failure": "One failure domain that alone stops a capability.",
    "availability": "Mean share of time that a capability is up, with the time that failovers take and the chance that"
    " they fail. The low end is what a commitment is judged by.",
    "coverage": "Probability that detection and failover work when needed. A failover that is never rehearsed is worth"
    " less than its speed says.",
    "p95": "The 95th percentile: 19 of 20 recoveries are faster. Verdicts use it, not the typical value.",
    "typical": "The median: half of the recoveries are faster.",
    "MET": "The pessimistic end of the figure is within the objective.",
    "MISSED": "The pessimistic end of the figure is beyond the objective, or nothing brings the capability back.",
    "UNKNOWN": "The graph or the facts do not tell something that the verdict depends on. It never counts as met.",
    "ACCEPTED": "Somebody took the risk: an owner, a reason and a date until which it holds (--baseline).",
    "locked copy": "A copy that not even the administrators of its account can delete before its time (compliance mode"
    " of a vault or object lock). Who may lift a lock reaches what it keeps (governance mode: retained, not locked).",
    "insider": "Somebody who may delete in every account but administers none: retained and locked copies outlive him.",
    "gray failure": "Something answers slowly or in part, so that health checks pass and nothing withdraws it. An"
    " impaired zone is left by zonal autoshift, or by a person.",
    "warm standby": "A second site that runs smaller all the time, replicates the data, and grows when it takes over.",
    "pilot light": "A second site that replicates the data and starts servers only when it takes over.",
    "active/active": "Two sites that serve clients at the same time.",
    "backup and restore": "No second site runs; after a loss everything is built anew and restored from copies.",
    "primary": "The member of a store that takes writes.",
    "replica": "A member of a store that follows the primary; what it lacks is its lag.",
    "promotion": "Making a replica the primary.",
    "lag": "Age of the newest write that a replica has not received yet.",
    "control plane": "What creates, changes and scales resources. It fails apart from what runs, and with its region.",
    "expected loss": "Mean loss a year: over all scenarios, how often each comes times the revenue of the hours it"
    " takes, at the season it falls into, and of the orders it loses. Once-in-N-years losses show the tail.",
    "reading": "What a resource type means for continuity. A type without one is listed, never passed over [BC0019].",
    "provenance": "Where a figure comes from: a fact or base rate with source and date, what the program states, an"
    " assumption with its reason, or a computation from other figures.",
    "stateless": "A profile: a shop that stores no business data and asks the back office live. It states so, and each"
    " resource then needs a reason why it holds none: `bcinfra explain stateless --stack STACK`.",
    "heals in place": "The region repairs it by itself: a replica in another zone, a health check, a new server.",
}
"""Terms with what they mean."""
