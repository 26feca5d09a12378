"""What auditors read, in words: clauses, what each can be shown with, stages of a recovery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bcinfra.continuity.judgement.clauses import Regime, Shows
from bcinfra.continuity.judgement.evidence import Ground, StageKind, Status
from bcinfra.report.words.copies import done
from bcinfra.report.words.quantities import count

ASKS: Final[Mapping[tuple[Regime, str], str]] = {
    (Regime.NIS2, "4.1.1"): "a plan for continuity and recovery from disasters, maintained",
    (Regime.NIS2, "4.1.2 (a)"): "the plan: purpose, scope and audience",
    (Regime.NIS2, "4.1.2 (b)"): "the plan: roles and responsibilities",
    (Regime.NIS2, "4.1.2 (c)"): "the plan: key contacts and channels, inside and outside",
    (Regime.NIS2, "4.1.2 (d)"): "the plan: when it is activated and when it ends",
    (Regime.NIS2, "4.1.2 (e)"): "the plan: order of recovery",
    (Regime.NIS2, "4.1.2 (f)"): "the plan: recovery plans for operations, with recovery objectives",
    (Regime.NIS2, "4.1.2 (g)"): "the plan: resources required, with backups and redundancies",
    (Regime.NIS2, "4.1.2 (h)"): "the plan: back from temporary measures",
    (Regime.NIS2, "4.1.3"): "business impact analysis, and requirements that follow from it",
    (Regime.NIS2, "4.1.4"): "plans tested, reviewed and updated at planned intervals and after incidents and changes",
    (Regime.NIS2, "4.2.1"): "backup copies, and enough facilities, systems and staff",
    (Regime.NIS2, "4.2.2 (a)"): "backup plan: recovery times",
    (Regime.NIS2, "4.2.2 (b)"): "backup plan: copies complete and accurate, with configuration and data in clouds",
    (Regime.NIS2, "4.2.2 (c)"): "backup plan: another network, and far enough away",
    (Regime.NIS2, "4.2.2 (d)"): "backup plan: access controls by how sensitive the data is",
    (Regime.NIS2, "4.2.2 (e)"): "backup plan: restoring, and who approves it",
    (Regime.NIS2, "4.2.2 (f)"): "backup plan: how long copies are kept",
    (Regime.NIS2, "4.2.3"): "regular checks of the copies' integrity",
    (Regime.NIS2, "4.2.4 (a)"): "redundancy of network and information systems",
    (Regime.NIS2, "4.2.4 (b)"): "redundancy of facilities, equipment and supplies",
    (Regime.NIS2, "4.2.4 (c)"): "redundancy of staff with responsibility, authority and competence",
    (Regime.NIS2, "4.2.4 (d)"): "redundancy of channels of communication",
    (Regime.NIS2, "4.2.5"): "resources monitored and adjusted by what backup and redundancy require",
    (Regime.NIS2, "4.2.6"): "recovery of copies and redundancies tested, and the results kept",
    (Regime.NIS2, "4.3.1"): "a process of crisis management",
    (Regime.NIS2, "4.3.2 (a)"): "crisis: roles and responsibilities of staff, suppliers and providers",
    (Regime.NIS2, "4.3.2 (b)"): "crisis: communication with authorities and others",
    (Regime.NIS2, "4.3.2 (c)"): "crisis: security is kept up meanwhile",
    (Regime.NIS2, "4.3.3"): "crisis: what CSIRTs and authorities tell is taken in and used",
    (Regime.NIS2, "4.3.4"): "crisis management tested, reviewed and updated",
    (Regime.DORA, "11(1)"): "a continuity policy as part of risk management",
    (Regime.DORA, "11(2)"): "functions go on, response without delay, damage estimated, crisis communication",
    (Regime.DORA, "11(3)"): "response and recovery plans, reviewed by audit",
    (Regime.DORA, "11(4)"): "continuity plans maintained and tested, those of outsourced functions too",
    (Regime.DORA, "11(5)"): "business impact analysis, and redundancy by it",
    (Regime.DORA, "11(6)"): "plans tested at least yearly and after changes, with attacks and switchover",
    (Regime.DORA, "11(7)"): "a crisis management function with procedures for communication",
    (Regime.DORA, "11(8)"): "records of what was done before and during disruptions",
    (Regime.DORA, "11(10)"): "yearly costs and losses of major incidents, on request",
    (Regime.DORA, "12(1)"): "backup policy: which data, how often; methods of restoring",
    (Regime.DORA, "12(2)"): "backups that can be used without endangering the systems; tested periodically",
    (Regime.DORA, "12(3)"): "restoring on systems apart, physically and logically, from the source",
    (Regime.DORA, "12(4)"): "redundant capacity with resources enough for the business",
    (Regime.DORA, "12(6)"): "recovery time and recovery point objectives for each function",
    (Regime.DORA, "12(7)"): "checks after recovery that data is consistent between systems",
    (Regime.PCI, "12.10.1"): "incident plan: roles, contacts, business recovery and continuity, backup processes",
    (Regime.PCI, "12.10.2"): "the plan reviewed, and tested at least every 12 months",
    (Regime.PCI, "12.10.3"): "staff designated who can be reached at any hour",
    (Regime.PCI, "12.10.4"): "staff trained for incidents",
    (Regime.PCI, "12.10.5"): "alerts of monitoring answered",
    (Regime.PCI, "12.10.6"): "the plan changed by what was learnt",
    (Regime.GDPR, "32(1)(b)"): "ongoing confidentiality, integrity, availability and resilience",
    (Regime.GDPR, "32(1)(c)"): "availability of and access to personal data restored in good time",
    (Regime.GDPR, "32(1)(d)"): "measures tested and evaluated regularly",
}
"""What each clause asks, shortened."""

HELD: Final[Mapping[Shows, str]] = {
    Shows.SCENARIOS: "{n} scenarios are played and judged (see What would disrupt us)",
    Shows.PROCEDURES: "procedures for {n} scenarios, with who decides, steps, way back and end (bcinfra runbook)",
    Shows.READABLE: "the runbook is published where named people read it in {n} scenarios that need a person (see Where"
    " the runbook is)",
    Shows.ROLES: "",
    Shows.CHANNELS: "customers reach a person apart from the shop: {names}",
    Shows.ACTIVATION: "alarms start {names}",
    Shows.ORDER: "the order of recovery follows from the declared dependencies ({n} stages)",
    Shows.OBJECTIVES: "objectives are stated for {names}",
    Shows.RESOURCES: "sites in reserve: {names}",
    Shows.IMPACT: "impact in revenue for {names}",
    Shows.BACKUPS: "copies at rest of {names}",
    Shows.RESTORE_TIMES: "time to restore is computed for {names}",
    Shows.COMPLETE: "every place is known of {names}",
    Shows.APART: "a copy out of reach of production, in another region, of {names}",
    Shows.ACCESS: "a copy that administrators of production can neither change nor delete, of {names}",
    Shows.RETENTION: "retention is stated for {names}",
    Shows.INTEGRITY: "a scheduled test restores {names}",
    Shows.KEYS: "every copy is under a key that is named, or is made anew: {names}",
    Shows.REDUNDANT: "objectives are met, or the risk is accepted, where these fail: {names}",
    Shows.RESILIENT: "objectives are met, or the risk is accepted, in disruptions of kind {names}",
    Shows.FACILITIES: "{n} sites serve: {names}",
    Shows.INTAKE: "",
    Shows.STAFF: "",
    Shows.WATCHED: "health checks watch {n} balancers and answers of names",
    Shows.SWITCHOVER: "service goes on, or over to another site by itself or by a person, when these fail: {names}",
    Shows.RECONCILED: "how far stores may be apart after a recovery is computed for {n} scenarios",
    Shows.COSTS: "expected loss a year is computed (see What would disrupt us)",
    Shows.RESTORED: "restored: {names}",
    Shows.DRILLED: "played: {names}",
    Shows.REVIEWED: "reviewed",
    Shows.TRAINED: "trained",
}
LACKING: Final[Mapping[Shows, str]] = {
    Shows.SCENARIOS: "no scenario could be played",
    Shows.PROCEDURES: "no procedure",
    Shows.READABLE: "the runbook is published nowhere that is left in {names}",
    Shows.ROLES: "no stack says who has which role: keep a list of names beside this",
    Shows.CHANNELS: "no way to reach a person is declared that outlives the shop",
    Shows.ACTIVATION: "a person must start {names}",
    Shows.ORDER: "no order of recovery",
    Shows.OBJECTIVES: "defaults stand in for objectives of {names}",
    Shows.RESOURCES: "no site in reserve",
    Shows.IMPACT: "no revenue is stated (business.revenue_per_hour), so not for {names}",
    Shows.BACKUPS: "no copy at rest of {names}",
    Shows.RESTORE_TIMES: "no time to restore is known for {names}",
    Shows.COMPLETE: "nothing in the stack holds {names}",
    Shows.APART: "none of {names}",
    Shows.ACCESS: "none of {names}",
    Shows.RETENTION: "no retention is known for {names}",
    Shows.INTEGRITY: "no test restores {names}",
    Shows.KEYS: "a copy under no key that is named, of {names}",
    Shows.REDUNDANT: "objectives are missed or undecided where these fail: {names}",
    Shows.RESILIENT: "objectives are missed or undecided in disruptions of kind {names}",
    Shows.FACILITIES: "everything is at one site",
    Shows.INTAKE: "no stack shows how warnings of authorities are taken in: keep the procedure beside this",
    Shows.STAFF: "no stack shows who is on call, or how many",
    Shows.WATCHED: "nothing watches {names}",
    Shows.SWITCHOVER: "nothing takes over when these fail: {names}",
    Shows.RECONCILED: "how far stores are apart is not known for {names}",
    Shows.COSTS: "no revenue is stated, so no loss is computed",
    Shows.RESTORED: "no record of the last year that a copy was restored, of {names}",
    Shows.DRILLED: "no record of the last year that a scenario was played, of kind {names}",
    Shows.REVIEWED: "no record of a review in the last year",
    Shows.TRAINED: "no record of training in the last year",
}
STAGES: Final[Mapping[StageKind, str]] = {
    StageKind.IDENTITY: "names, certificates, secrets, state",
    StageKind.DATA: "data",
    StageKind.COMPUTE: "servers and containers",
    StageKind.WAY_IN: "balancers and names",
    StageKind.CAPABILITY: "what customers can do",
}
NAMED: Final = 6
"""Names that a sentence lists."""


def listed(names: Sequence[str], most: int = NAMED) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def ground(one: Ground) -> Iterator[tuple[Status, str]]:
    """What is there, and apart from that what is missing."""
    if one.status is not Status.MISSING:
        held = HELD[one.shows].format(n=len(one.held), names=listed(one.held))
        yield one.status, "; ".join(filter(None, (held, *(done(record) for record in one.records[:NAMED]))))
    if one.lacking or one.status is Status.MISSING:
        yield Status.MISSING, LACKING[one.shows].format(names=listed(one.lacking))


def stage_name(kind: StageKind) -> str:
    return STAGES[kind]


def sized(size: int) -> str:
    return "alone" if size == 1 else f"{count(size, 'failure')} together"
