"""An assessment for programs: one JSON document with a published schema (``schemas/assessment.schema.json``).

Figures stand in one table, ``figures``, each with why it is believed; everything else refers to them by position, so
that a figure that many results rest on is written once and every number leads to its sources. ``explain`` gives the
position of each by its id. What is said stands twice: in words, and as a value (``..._value``) that words do not
change. Later versions only add fields. ``bcinfra explain --stack FILE`` reads the document back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Field

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult, ScenarioResult
from bcinfra.continuity.judgement.compare import Key, Standing, Standings
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import Overrides, row
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model, Target
from bcinfra.continuity.model.ranges import Assumed, Computed, Figure, FromFact, NotKnown, Stated, Unit, Why
from bcinfra.continuity.model.stateless import Holds, Proof
from bcinfra.continuity.model.statements import Noun, Operands, Statement, Subject
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, Kind, Outcome, Verdict, Way, WayKind
from bcinfra.continuity.recovery.reasons import Undecided
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step
from bcinfra.report.words.findings import RULES as WORDS, fix
from bcinfra.report.words.scenarios import assumption, title
from bcinfra.report.words.statements import say, say_all

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
    """A verdict that somebody accepted."""

    scenario: str
    capability: str
    objective: Objective


class FindingAcceptanceRow(_Taken):
    """A finding that somebody accepted."""

    finding: Code
    resource: str


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
    reason: str
    reason_value: StatementRow


class LossRow(_Row):
    store: str
    copy_: str | None = Field(alias="copy")
    everything: bool
    age: Index | None
    rejected: list[RejectedRow]


class GapRow(_Row):
    newer: str
    older: str
    seconds: Seconds | None


class WayRow(_Row):
    kind: WayKind
    site: str | None
    feasible: bool
    person: bool
    time: Index | None
    load: float | None
    unknown: list[str]
    unknown_values: list[StatementRow]
    steps: list[StepRow]
    data: list[LossRow]
    inconsistencies: list[GapRow]


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
    verdicts: list[VerdictRow]


class ScenarioRow(_Row):
    id: str
    kind: ScenarioKind
    title: str
    subject: SubjectRow | None
    failed: list[str]
    rate: Index
    lasts: Index | None
    loss: Index | None
    judgement: Judgement | None
    outcomes: list[OutcomeRow]


class TargetRow(_Row):
    recovery_time: Seconds | None
    data_loss: Seconds | None
    availability: float | None
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
    resources: list[str]


class ProofRow(_Row):
    judgement: Judgement = Field(description="MET: proven; MISSED: business data is held; UNKNOWN: not proven.")
    counts: dict[str, Count]
    conditions: list[str] = Field(description="What no graph shows and is taken for granted.")
    groups: list[GroupRow]


class AssessmentDocument(_Row):
    format: Literal["bcinfra-assessment"]
    schema_: Literal[1] = Field(alias="schema")
    title: str
    strategy: str | None
    active_site: str | None
    sites: list[str]
    domains: list[str]
    counts: dict[str, Count]
    expected_loss: Index | None
    loss_once_in_years: dict[str, Index]
    untold: list[str]
    omitted_pairs: Count
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
    own_figures: dict[str, str] = Field(description="Why a figure of the customer stands in place of this fact.")


def to_document(
    assessment: Assessment, model: Model, quantile: float = 0.95, overrides: Overrides | None = None
) -> dict[str, Any]:
    """The assessment as plain values, with what it says of the model."""
    made = _Writer().document(assessment, model, quantile, overrides)
    return made.model_dump(mode="json", by_alias=True, exclude_unset=True)


def to_json(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """One document of :func:`to_document`, or an array of them, as text that ends in a newline."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def is_assessment(document: Mapping[str, Any]) -> bool:
    """Whether ``document`` is an assessment that this version can read."""
    return document.get("format") == FORMAT and document.get("schema") == SCHEMA


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    body = AssessmentDocument.model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **body, "title": "Assessment"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/assessment.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


# Writing


def _operand(of: Operands) -> Any:
    match of:
        case tuple():
            return [_operand(one) for one in of]
        case Statement():
            return _statement(of)
        case Subject(noun, name, urn):
            return SubjectRow(noun=noun, name=name, urn=urn) if urn else SubjectRow(noun=noun, name=name)
        case Domain():
            return DomainRow(domain=of.kind, name=of.name)
        case _:
            return of


def _statement(one: Statement[StrEnum]) -> StatementRow:
    operands = {"subject": _operand(one.subject), "object": _operand(one.object), "amount": one.amount}
    return StatementRow(kind=one.kind.value, **{k: v for k, v in operands.items() if v is not None})


def _statements(several: Iterable[Statement[StrEnum]]) -> list[StatementRow]:
    return [_statement(one) for one in several]


def _texts(several: Iterable[Statement[StrEnum]]) -> list[str]:
    return [say(one) for one in several]


class _Writer:
    def __init__(self) -> None:
        self.figures: list[FigureRow] = []
        self._index: dict[Figure, int] = {}

    def figure(self, figure: Figure) -> int:
        if figure not in self._index:
            why = self._why(figure.why)  # first, so that what a figure rests on stands before it
            self._index[figure] = len(self.figures)
            value = figure.value
            ends = {} if value is None else {"low": value.lower, "typical": value.typical, "upper": value.upper}
            self.figures.append(FigureRow(name=figure.name, unit=figure.unit, known=value is not None, why=why, **ends))
        return self._index[figure]

    def maybe(self, figure: Figure | None) -> int | None:
        return None if figure is None else self.figure(figure)

    def _why(self, why: Why) -> WhyRow:
        match why:
            case FromFact(id, field):
                return FactRow(kind="fact", fact=id, field=field)
            case Assumed(text):
                return AssumedRow(kind="assumed", text=text)
            case Stated(place):
                return StatedRow(kind="stated", place=place)
            case Undecided(_, reasons):
                return UnknownRow(kind="unknown", reason=say_all(reasons), reason_values=_statements(reasons))
            case NotKnown(reason):
                return UnknownRow(kind="unknown", reason=reason)
            case Computed(how, of):
                return ComputedRow(kind="computed", how=how, of=[self.figure(f) for f in of])

    def document(self, a: Assessment, model: Model, quantile: float, overrides: Overrides | None) -> AssessmentDocument:
        return AssessmentDocument(
            format=FORMAT,
            schema=SCHEMA,
            title=a.title,
            strategy=a.strategy,
            active_site=a.active_site,
            sites=list(a.sites),
            domains=list(a.domains),
            counts=dict(a.counts),
            expected_loss=self.maybe(a.expected_loss),
            loss_once_in_years={str(n): self.figure(f) for n, f in a.once_in.items()},
            untold=list(a.untold),
            omitted_pairs=a.omitted_pairs,
            scenarios=[self.scenario(r) for r in a.scenarios],
            capabilities=[self.capability(c) for c in a.capabilities],
            findings=list(map(finding, a.findings)),
            stateless=_proof(a.stateless) if a.stateless else None,
            expired=list(map(_accepted, a.expired)),
            unmatched=list(map(_accepted, a.unmatched)),
            assumptions=list(map(assumption, a.assumptions)),
            facts=list(a.facts),
            explain={id: self.figure(f) for id, f in a.figures.items()},
            figures=self.figures,
            quantile=quantile,
            currency=model.business.currency,
            provenance={c.name: c.provenance.value for c in model.capabilities},
            not_understood=list(model.not_understood),
            opaque=list(model.opaque),
            own_figures={id: own for id in a.facts if (own := row(id, overrides).overridden)},
        )

    def scenario(self, r: ScenarioResult) -> ScenarioRow:
        s = r.scenario
        return ScenarioRow(
            id=s.id,
            kind=s.kind,
            title=title(s),
            subject=_operand(s.subject),
            failed=list(map(str, s.failed)),
            rate=self.figure(s.rate),
            lasts=self.maybe(s.lasts),
            loss=self.maybe(r.loss),
            judgement=r.judgement,
            outcomes=[self.outcome(o) for o in r.outcomes],
        )

    def outcome(self, o: Outcome) -> OutcomeRow:
        return OutcomeRow(
            capability=o.capability,
            kind=o.kind,
            time=self.maybe(o.time),
            degraded_to=say(o.degraded_to) if o.degraded_to else None,
            degraded_to_value=_statement(o.degraded_to) if o.degraded_to else None,
            reasons=_texts(o.reasons),
            reason_values=_statements(o.reasons),
            unknown=_texts(o.unknown),
            unknown_values=_statements(o.unknown),
            way=self.way(o.way) if o.way else None,
            others=list(map(self.way, o.others)),
            verdicts=list(map(self.verdict, o.verdicts)),
        )

    def way(self, w: Way) -> WayRow:
        infeasible = {row.step: list(map(str, row.lost)) for row in w.recovery.infeasible}
        critical = set(w.recovery.critical)
        return WayRow(
            kind=w.kind,
            site=w.site,
            feasible=w.feasible,
            person=w.person,
            time=self.maybe(w.recovery.time),
            load=w.load,
            unknown=_texts(w.unknown),
            unknown_values=_statements(w.unknown),
            steps=[self.step(s, s.deed in critical, infeasible.get(s.deed, [])) for s in w.steps],
            data=list(map(self.loss, w.losses)),
            inconsistencies=[GapRow(newer=g.newer, older=g.older, seconds=g.seconds) for g in w.inconsistencies],
        )

    def step(self, s: Step, critical: bool, lost: list[str]) -> StepRow:
        return StepRow(
            name=say(s.deed),
            name_value=_statement(s.deed),
            phase=s.phase,
            duration=self.figure(s.duration),
            after=_texts(s.after),
            needs=list(map(str, s.needs)),
            lost=lost,
            critical=critical,
        )

    def loss(self, loss: StoreLoss) -> LossRow:
        return LossRow(
            store=loss.store,
            copy=loss.copy,
            everything=loss.total_loss,
            age=self.maybe(loss.age),
            rejected=[
                RejectedRow(copy=one.copy, reason=say(one.reason), reason_value=_statement(one.reason))
                for one in loss.rejected
            ],
        )

    def verdict(self, v: Verdict) -> VerdictRow:
        return VerdictRow(
            objective=v.objective,
            judgement=v.judgement,
            target=v.target,
            value=self.maybe(v.value),
            because=say_all(v.because),
            because_values=_statements(v.because),
            acceptance=_acceptance(v.acceptance) if v.acceptance else None,
        )

    def capability(self, c: CapabilityResult) -> CapabilityRow:
        cuts = c.cut_sets
        return CapabilityRow(
            name=c.name,
            target=_target(c.target),
            availability=self.figure(c.availability),
            kept=self.maybe(c.kept),
            down_by_design=self.figure(c.down_by_design),
            undecided=list(c.undecided),
            verdict=self.verdict(c.verdict) if c.verdict else None,
            cut_sets=CutSetsRow(sets=[list(cut) for cut in cuts.sets], total=cuts.total, largest=cuts.cut_off),
            importance={
                name: ImportanceRow(birnbaum=one.birnbaum, criticality=one.criticality)
                for name, one in c.importance.items()
            },
        )


def finding(f: Finding) -> FindingRow:
    """One finding with what its code means."""
    return FindingRow(
        code=f.code,
        title=WORDS[f.code].title,
        breaks=", ".join(f.breaks),
        message=say(f.says),
        message_value=_statement(f.says),
        resource=f.resource,
        about=f.about,
        place=f.place,
        capabilities=list(f.capabilities),
        scenarios=list(f.scenarios),
        evidence=_texts(f.evidence),
        evidence_values=_statements(f.evidence),
        fix=fix(f),
        plain=WORDS[f.code].plain,
        accepted=list(map(_accepted, f.accepted)),
    )


def _proof(proof: Proof) -> ProofRow:
    return ProofRow(
        judgement=proof.judgement,
        counts={holds.value: n for holds, n in proof.counts.items()},
        conditions=list(proof.conditions),
        groups=[
            GroupRow(holds=reason.holds, reason=text, resources=[row.urn for row in rows])
            for reason, text, rows in proof.groups
        ],
    )


def _acceptance(one: Acceptance) -> AcceptanceRow:
    return AcceptanceRow(
        scenario=one.scenario,
        capability=one.capability,
        objective=one.objective,
        owner=one.owner,
        reason=one.reason,
        expires=one.expires,
    )


def _accepted(one: Accepted) -> AcceptedRow:
    if isinstance(one, Acceptance):
        return _acceptance(one)
    return FindingAcceptanceRow(
        finding=one.code, resource=one.resource, owner=one.owner, reason=one.reason, expires=one.expires
    )


def _target(target: Target) -> TargetRow:
    return TargetRow(
        recovery_time=target.recovery_time.total_seconds() if target.recovery_time is not None else None,
        data_loss=target.data_loss.total_seconds() if target.data_loss is not None else None,
        availability=target.availability,
        provenance=target.provenance.value,
    )


# Reading back


def titles(document: Mapping[str, Any]) -> dict[str, str]:
    """What the scenarios of a kept document are called, by id."""
    return {scenario["id"]: scenario["title"] for scenario in document["scenarios"]}


def standings(document: Mapping[str, Any]) -> Standings:
    """How every objective stands in a kept document, for :mod:`bcinfra.continuity.judgement.compare`."""
    found: dict[Key, Standing] = {}
    for scenario in document["scenarios"]:
        for outcome in scenario["outcomes"]:
            for verdict in outcome["verdicts"]:
                key = scenario["id"], outcome["capability"], Objective(verdict["objective"])
                found[key] = _standing(document, verdict, outcome["way"])
    for capability in document["capabilities"]:
        if verdict := capability["verdict"]:
            found["", capability["name"], Objective.AVAILABILITY] = _standing(document, verdict, None)
    return Standings(
        by_key=found,
        weights={s["id"]: _typical(document, s["loss"]) or 0.0 for s in document["scenarios"]},
        loss=_typical(document, document["expected_loss"]),
    )


def _standing(document: Mapping[str, Any], verdict: Mapping[str, Any], way: Mapping[str, Any] | None) -> Standing:
    index = verdict["value"]
    figure: Mapping[str, Any] = {} if index is None else document["figures"][index]
    end = "low" if verdict["objective"] == Objective.AVAILABILITY else "upper"
    steps = [step for step in way["steps"] if step["critical"]] if way else []
    told = all("name_value" in step for step in steps)
    return Standing(
        judgement=Judgement(verdict["judgement"]),
        target=verdict["target"],
        typical=figure.get("typical"),
        end=figure.get(end),
        unbounded=index is None,
        path={_deed(step["name_value"]): _typical(document, step["duration"]) for step in steps} if told else None,
    )


def _typical(document: Mapping[str, Any], index: int | None) -> float | None:
    return None if index is None else document["figures"][index].get("typical")


def _deed(row: Mapping[str, Any]) -> Deed:
    return Deed(Act(row["kind"]), _read(row.get("subject")), _read(row.get("object")), row.get("amount"))


def _read(value: Any) -> Any:
    match value:
        case list():
            return tuple(map(_read, value))  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
        case {"noun": noun, "name": name}:
            return Subject(Noun(noun), name, value.get("urn", ""))
        case {"domain": kind, "name": name}:
            return Domain(DomainKind(kind), name)
        case _:
            return value
