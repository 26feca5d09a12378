"""The assessment as one JSON document with a published schema (``schemas/assessment.schema.json``): its models.

Figures stand in one table, ``figures``, each with why it is believed; everything else refers to them by position, so
that a figure that many results rest on is written once and every number leads to its sources. ``explain`` gives the
position of each by its id. What is said stands twice: in words, and as a value (``..._value``) that words do not
change. Later versions only add fields. :mod:`bcinfra.report.assess.writing` makes the document,
:mod:`bcinfra.report.assess.reading` and ``bcinfra explain --stack FILE`` read it back.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Field

from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import State
from bcinfra.continuity.model.ranges import Unit
from bcinfra.continuity.model.stateless import Holds
from bcinfra.continuity.model.statements import Noun
from bcinfra.continuity.recovery.outcomes import Kind, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind
from bcinfra.continuity.recovery.steps import Phase

SCHEMA: Final = 1
"""Raised when a field is removed or changes its meaning; new fields may come without."""
SCHEMA_ID: Final = "urn:bcinfra:schema:assessment"
FORMAT: Final = "bcinfra-assessment"

Count: TypeAlias = Annotated[int, Field(ge=0)]
Index: TypeAlias = Annotated[int, Field(ge=0, description="Position in `figures`.")]
Seconds: TypeAlias = Annotated[float, Field(description="Seconds.")]
Code: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": [*sorted(RULES)]})]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Values


class DomainRow(_Row):
    """A failure domain."""

    domain: DomainKind
    name: str


class SubjectRow(_Row):
    """What a statement is about; ``urn`` where it is a part or resource."""

    noun: Noun
    name: str
    urn: str | None = None


OperandRow: TypeAlias = Union[SubjectRow, DomainRow, "StatementRow", str, float]


class StatementRow(_Row):
    """What is said, whatever the words: its kind, and what it is about."""

    kind: str
    subject: OperandRow | list[OperandRow] | None = None
    object: OperandRow | list[OperandRow] | None = None
    amount: float | None = None


class FactRow(_Row):
    kind: Literal["fact"]
    fact: str
    field: str


class AssumedRow(_Row):
    kind: Literal["assumed"]
    text: str


class StatedRow(_Row):
    kind: Literal["stated"]
    place: str


class UnknownRow(_Row):
    kind: Literal["unknown"]
    reason: str
    reason_values: list[StatementRow] = []


class ComputedRow(_Row):
    kind: Literal["computed"]
    how: str
    of: list[Index]


WhyRow: TypeAlias = Annotated[FactRow | AssumedRow | StatedRow | UnknownRow | ComputedRow, Field(discriminator="kind")]


class FigureRow(_Row):
    """A figure; its ends where it is ``known``, ``upper`` null where it has no bound."""

    name: str
    unit: Unit
    known: bool
    low: float | None = None
    typical: float | None = None
    upper: float | None = None
    why: WhyRow


# Results


class _Taken(_Row):
    owner: str
    reason: str
    expires: date


class AcceptanceRow(_Taken):
    """Verdicts that somebody accepted; names may be patterns."""

    scenarios: tuple[str, ...]
    kinds: tuple[DisruptionKind, ...] = Field(description="Kinds that the scenario must be of; none: of any.")
    capabilities: tuple[str, ...]
    objectives: tuple[str, ...]


class FindingAcceptanceRow(_Taken):
    """Findings that somebody accepted; names of resources may be patterns."""

    findings: tuple[Code, ...]
    resources: tuple[str, ...]


AcceptedRow: TypeAlias = AcceptanceRow | FindingAcceptanceRow


class VerdictRow(_Row):
    objective: Objective
    judgement: Judgement
    target: float = Field(description="Seconds, or a share for the availability.")
    value: Index | None
    because: str
    because_values: list[StatementRow]
    acceptance: AcceptanceRow | None


class StepRow(_Row):
    name: str
    name_value: StatementRow
    phase: Phase
    duration: Index
    after: list[str]
    needs: list[str]
    lost: list[str] = Field(description="What it needs and what failed: it cannot be done.")
    critical: bool


class RejectedRow(_Row):
    copy_: str = Field(alias="copy")
    copy_value: SubjectRow
    reason: str
    reason_value: StatementRow


class LossRow(_Row):
    store: str
    copy_: str | None = Field(alias="copy")
    copy_value: SubjectRow | None
    regions: list[str] = Field(description="Regions that the copy is in, each behind its cloud: `cloud/region`.")
    everything: bool
    spare: bool = Field(description="Whether the shop can go on without it, as without what an empty cache lacks.")
    age: Index | None
    rejected: list[RejectedRow]


class GapRow(_Row):
    newer: str
    older: str
    seconds: Seconds | None


class TailRow(_Row):
    share: float
    lasts: Index = Field(description="How long clients who are served later than the rest still wait.")


class WayRow(_Row):
    kind: WayKind
    site: str | None
    feasible: bool
    person: bool
    time: Index | None
    load: float | None
    tail: TailRow | None
    unknown: list[str]
    unknown_values: list[StatementRow]
    steps: list[StepRow]
    data: list[LossRow]
    inconsistencies: list[GapRow]


class HeldRow(_Row):
    now: Index = Field(description="Share of the declared peak that is held at once.")
    grown: Index = Field(description="The same once what may grow has grown.")
    sure: Index = Field(description="The same where it grows in room alone that its vendor keeps for it.")


class OutcomeRow(_Row):
    capability: str
    kind: Kind
    time: Index | None
    degraded_to: str | None
    degraded_to_value: StatementRow | None
    reasons: list[str]
    reason_values: list[StatementRow]
    unknown: list[str]
    unknown_values: list[StatementRow]
    way: WayRow | None
    others: list[WayRow]
    held: HeldRow | None = Field(description="Where a peak is stated, and the scenario takes capacity away.")
    verdicts: list[VerdictRow]


class ShownRow(_Row):
    state: State
    front: str = Field(description="What shows it, once a person says so.")
    pages: str = Field(description="Where the pages are; empty where that is not known.")


class ScenarioRow(_Row):
    id: str
    kind: ScenarioKind
    disruption: DisruptionKind = Field(description="What objectives are stated and judged by.")
    title: str
    subject: SubjectRow | None
    failed: list[str]
    rests_on: list[str] = Field(description="Provider's functions whose assumed answers name what fails.")
    rate: Index
    lasts: Index | None
    loss: Index | None
    loss_each_time: Index | None
    judgement: Judgement | None
    meanwhile: ShownRow | None = Field(
        default=None, description="What customers can be shown, by one command, until they are served again."
    )
    outcomes: list[OutcomeRow]


class KindTargetRow(_Row):
    recovery_time: Seconds | None
    data_loss: Seconds | None


class DecidingRow(_Row):
    scenario: str
    capability: str


class KindRow(_Row):
    """One kind of disruption, and what is worst in it."""

    kind: DisruptionKind
    judgement: Judgement | None
    scenarios: Count = Field(description="Scenarios that are judged; all of the kind, where no objective is stated.")
    kept: Count = Field(description="Scenarios in which every objective is met.")
    time: DecidingRow = Field(
        description="Whose recovery time is judged worst, of these what takes most of its objective."
    )
    data: DecidingRow = Field(
        description="Whose loss of data is judged worst, of these what takes most of its objective."
    )


class TargetRow(_Row):
    recovery_time: Seconds | None
    data_loss: Seconds | None
    kinds: dict[DisruptionKind, KindTargetRow] = Field(
        description="What is stated otherwise by kind of disruption; null is as in the others."
    )
    availability: float | None
    clients_served: float = Field(description="Share of clients that must be served for a recovery to be over.")
    provenance: str


class CutSetsRow(_Row):
    sets: list[list[str]]
    total: Count
    largest: Count | None


class ImportanceRow(_Row):
    birnbaum: float
    criticality: float


class CapabilityRow(_Row):
    name: str
    target: TargetRow
    availability: Index
    kept: Index | None
    down_by_design: Index
    undecided: list[str]
    verdict: VerdictRow | None
    cut_sets: CutSetsRow
    importance: dict[str, ImportanceRow]


class FindingRow(_Row):
    code: Code
    title: str
    breaks: str
    message: str
    message_value: StatementRow
    resource: str | None
    about: str = Field(description="What a row of accepted risks names it by.")
    place: str | None = Field(description="File and line of the program.")
    capabilities: list[str]
    scenarios: list[str]
    evidence: list[str]
    evidence_values: list[StatementRow]
    fix: str
    plain: str
    accepted: list[AcceptedRow] = Field(
        description="Who took the risk of every verdict that is broken where it shows, or of the finding itself where"
        " it shows in no scenario."
    )


class GroupRow(_Row):
    holds: Holds
    reason: str
    reason_value: StatementRow
    resources: list[str]


class ProofRow(_Row):
    judgement: Judgement = Field(description="MET: proven; MISSED: business data is held; UNKNOWN: not proven.")
    counts: dict[str, Count]
    conditions: list[str] = Field(description="What no graph shows and is taken for granted.")
    groups: list[GroupRow]


class CostRow(_Row):
    """What the stack costs a month, as ``bcinfra cost`` says line by line."""

    currency: str
    low: float
    typical: float
    high: float | None = Field(description="Null where no bound is known.")
    budget: float | None = Field(description="What it may cost; null where nothing is stated.")
    by_purpose: dict[str, float]
    not_priced: list[str] = Field(description="What is not in the sum.")
    oldest_price: str | None = Field(description="Date of the oldest price.")


class AssessmentDocument(_Row):
    format: Literal["bcinfra-assessment"]
    schema_: Literal[1] = Field(alias="schema")
    title: str
    strategy: str | None
    active_site: str | None
    sites: list[str]
    domains: list[str]
    domain_values: list[DomainRow] = Field(description="The same, each as a value.")
    counts: dict[str, Count]
    expected_loss: Index | None
    loss_once_in_years: dict[str, Index]
    cost: CostRow | None = Field(default=None, description="Null of a part of an assessment.")
    untold: list[str]
    omitted_pairs: Count
    kinds: list[KindRow] = Field(description="The smallest disruption first.")
    scenarios: list[ScenarioRow]
    capabilities: list[CapabilityRow]
    findings: list[FindingRow]
    stateless: ProofRow | None
    expired: list[AcceptedRow]
    unmatched: list[AcceptedRow] = Field(description="Acceptances that no verdict and no finding needs.")
    assumptions: list[str]
    facts: list[str]
    explain: dict[str, Index]
    figures: list[FigureRow]
    quantile: float = Field(ge=0, le=1)
    currency: str
    provenance: dict[str, str]
    not_understood: list[str]
    opaque: list[str]
    rests_on: list[str] = Field(description="What the verdicts rest on that neither the program nor a fact says.")
    own_figures: dict[str, str] = Field(description="Why a figure of the customer stands in place of this fact.")


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    body = AssessmentDocument.model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **body, "title": "Assessment"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/assessment.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
