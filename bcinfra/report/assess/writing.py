"""Writes an assessment as the document of :mod:`bcinfra.report.assess.document`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pydantic_core

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult, ScenarioResult
from bcinfra.continuity.judgement.by_kind import KindResult, by_kind
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.meanwhile import meanwhile
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import Overrides, row
from bcinfra.continuity.model.parts import Member, Model, RecoveryPoint, Target
from bcinfra.continuity.model.ranges import Assumed, Computed, Figure, FromFact, NotKnown, Stated, Why, typical
from bcinfra.continuity.model.stateless import Holds, Proof, Row
from bcinfra.continuity.model.statements import Operands, Statement, Subject
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, Outcome, Verdict, Way
from bcinfra.continuity.recovery.reasons import Undecided
from bcinfra.continuity.recovery.steps import Step
from bcinfra.report.assess.document import (
    FORMAT,
    SCHEMA,
    AcceptanceRow,
    AcceptedRow,
    AssessmentDocument,
    AssumedRow,
    CapabilityRow,
    ComputedRow,
    CostRow,
    CutSetsRow,
    DecidingRow,
    DomainRow,
    FactRow,
    FigureRow,
    FindingAcceptanceRow,
    FindingRow,
    GapRow,
    GroupRow,
    HeldRow,
    ImportanceRow,
    KindRow,
    KindTargetRow,
    LossRow,
    OutcomeRow,
    ProofRow,
    RejectedRow,
    ScenarioRow,
    ShownRow,
    StatedRow,
    StatementRow,
    StepRow,
    SubjectRow,
    TailRow,
    TargetRow,
    UnknownRow,
    VerdictRow,
    WayRow,
    WhyRow,
)
from bcinfra.report.assess.rests import rests_on
from bcinfra.report.words.findings import RULES as WORDS, fix
from bcinfra.report.words.scenarios import assumption, title
from bcinfra.report.words.stateless import CONDITIONS
from bcinfra.report.words.statements import say, say_all


def to_document(
    assessment: Assessment,
    model: Model,
    quantile: float = 0.95,
    overrides: Overrides | None = None,
    cost: Cost | None = None,
) -> dict[str, Any]:
    """The assessment as plain values, with what it says of the model and what the whole costs."""
    made = Writer(model).document(assessment, model, quantile, overrides, cost)
    return made.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _cost(cost: Cost) -> CostRow:
    total = cost.total
    return CostRow(
        currency=cost.rate.currency,
        low=total.lower,
        typical=total.typical,
        high=total.upper,
        budget=cost.budget,
        by_purpose={name: value.typical for name, value in cost.by_purpose.items()},
        not_priced=sorted({name for gap in cost.gaps for name in gap.names}),
        oldest_price=cost.oldest.date if cost.oldest else None,
    )


def to_json(document: Mapping[str, Any]) -> str:
    """A document of :func:`to_document` as text that ends in a newline."""
    return pydantic_core.to_json(document, indent=1).decode() + "\n"


def array(documents: Sequence[str]) -> str:
    """An array of documents, each as :func:`to_json` writes one: the same text as of all at once."""
    rows = ("\n " + one.rstrip().replace("\n", "\n ") for one in documents)
    return f"[{','.join(rows)}\n]\n" if documents else "[]\n"


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


def _regions(part: Member | RecoveryPoint) -> list[str]:
    """Regions that a copy of data is in."""
    at = (*part.homes, *(part.zones or ())) if isinstance(part, Member) else part.homes
    return list(dict.fromkeys(d.name for home in at for d in home.chain() if d.kind is DomainKind.REGION))


class Writer:
    """Writes rows, whose figures stand in one table (``figures``), each once."""

    def __init__(self, model: Model) -> None:
        self.figures: list[FigureRow] = []
        self.model = model
        self._regions = {part.urn: _regions(part) for s in model.stores for part in (*s.members, *s.copies)}
        self._index: dict[Figure, int] = {}
        self._seen: dict[int, int] = {}
        """Positions of figures by their identity: to look one up by its value takes a look at all that it rests on."""
        self._said: dict[tuple[type[StrEnum], str], tuple[str, StatementRow]] = {}
        """Statements in words and as values: most stand in many ways back."""
        self._steps: dict[int, list[StepRow]] = {}
        """Steps by the identity of the recovery that they make: the same way leads out of many scenarios."""
        self._losses: dict[int, LossRow] = {}
        """Losses by their identity, for the same reason."""

    def _told(self, one: Statement[StrEnum]) -> tuple[str, StatementRow]:
        key = type(one.kind), one.id
        if (found := self._said.get(key)) is None:
            found = self._said[key] = say(one), _statement(one)
        return found

    def _say(self, one: Statement[StrEnum]) -> str:
        return self._told(one)[0]

    def _value(self, one: Statement[StrEnum]) -> StatementRow:
        return self._told(one)[1]

    def _texts(self, several: Iterable[Statement[StrEnum]]) -> list[str]:
        return list(map(self._say, several))

    def _statements(self, several: Iterable[Statement[StrEnum]]) -> list[StatementRow]:
        return list(map(self._value, several))

    def figure(self, figure: Figure) -> int:
        if id(figure) not in self._seen:
            self._seen[id(figure)] = self._placed(figure)
        return self._seen[id(figure)]

    def _placed(self, figure: Figure) -> int:
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

    def document(
        self, a: Assessment, model: Model, quantile: float, overrides: Overrides | None, cost: Cost | None
    ) -> AssessmentDocument:
        return AssessmentDocument(
            format=FORMAT,
            schema=SCHEMA,
            title=a.title,
            strategy=a.strategy,
            active_site=a.active_site,
            sites=list(a.sites),
            domains=list(map(str, a.domains)),
            domain_values=[DomainRow(domain=d.kind, name=d.name) for d in a.domains],
            counts=dict(a.counts),
            expected_loss=self.maybe(a.expected_loss),
            cost=_cost(cost) if cost else None,
            loss_once_in_years={str(n): self.figure(f) for n, f in a.once_in.items()},
            untold=list(a.untold),
            omitted_pairs=a.omitted_pairs,
            kinds=list(map(_kind, by_kind(a.scenarios))),
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
            rests_on=rests_on(a, model),
            own_figures={id: own for id in a.facts if (own := row(id, overrides).overridden)},
        )

    def scenario(self, r: ScenarioResult) -> ScenarioRow:
        s = r.scenario
        return ScenarioRow(
            id=s.id,
            kind=s.kind,
            disruption=s.disruption,
            title=title(s),
            subject=_operand(s.subject),
            failed=list(map(str, s.failed)),
            rests_on=list(self.model.guesses(s.failed)),
            rate=self.figure(s.rate),
            lasts=self.maybe(s.lasts),
            loss=self.maybe(r.loss),
            loss_each_time=self.maybe(r.each),
            judgement=r.judgement,
            meanwhile=ShownRow(state=shown.state, front=shown.switch.label, pages=shown.switch.pages)
            if (shown := meanwhile(self.model, r))
            else None,
            outcomes=[self.outcome(o) for o in r.outcomes],
        )

    def outcome(self, o: Outcome) -> OutcomeRow:
        return OutcomeRow(
            capability=o.capability,
            kind=o.kind,
            time=self.maybe(o.time),
            degraded_to=self._say(o.degraded_to) if o.degraded_to else None,
            degraded_to_value=self._value(o.degraded_to) if o.degraded_to else None,
            reasons=self._texts(o.reasons),
            reason_values=self._statements(o.reasons),
            unknown=self._texts(o.unknown),
            unknown_values=self._statements(o.unknown),
            way=self.way(o.way) if o.way else None,
            others=list(map(self.way, o.others)),
            held=HeldRow(**{name: self.figure(getattr(o.held, name)) for name in HeldRow.model_fields})
            if o.held
            else None,
            verdicts=list(map(self.verdict, o.verdicts)),
        )

    def way(self, w: Way) -> WayRow:
        return WayRow(
            kind=w.kind,
            site=w.site,
            feasible=w.feasible,
            person=w.person,
            time=self.maybe(w.recovery.time),
            load=w.load,
            tail=TailRow(share=typical(w.tail.share) or 0.0, lasts=self.figure(w.tail.lasts)) if w.tail else None,
            unknown=self._texts(w.unknown),
            unknown_values=self._statements(w.unknown),
            steps=self.steps(w),
            data=list(map(self.loss, w.losses)),
            inconsistencies=[GapRow(newer=g.newer, older=g.older, seconds=g.seconds) for g in w.inconsistencies],
        )

    def steps(self, w: Way) -> list[StepRow]:
        if id(w.recovery) not in self._steps:
            infeasible = {row.step: list(map(str, row.lost)) for row in w.recovery.infeasible}
            critical = set(w.recovery.critical)
            rows = [self.step(s, s.deed in critical, infeasible.get(s.deed, [])) for s in w.steps]
            self._steps[id(w.recovery)] = rows
        return self._steps[id(w.recovery)]

    def step(self, s: Step, critical: bool, lost: list[str]) -> StepRow:
        return StepRow(
            name=self._say(s.deed),
            name_value=self._value(s.deed),
            phase=s.phase,
            duration=self.figure(s.duration),
            after=self._texts(s.after),
            needs=list(map(str, s.needs)),
            lost=lost,
            critical=critical,
        )

    def loss(self, loss: StoreLoss) -> LossRow:
        if id(loss) not in self._losses:
            self._losses[id(loss)] = self._loss(loss)
        return self._losses[id(loss)]

    def _loss(self, loss: StoreLoss) -> LossRow:
        return LossRow(
            store=loss.store,
            copy=loss.copy.name if loss.copy else None,
            copy_value=_operand(loss.copy) if loss.copy else None,
            regions=self._regions.get(loss.copy.urn, []) if loss.copy else [],
            everything=loss.total_loss,
            spare=loss.spare,
            age=self.maybe(loss.age),
            rejected=[
                RejectedRow(
                    copy=one.copy.name,
                    copy_value=_operand(one.copy),
                    reason=self._say(one.reason),
                    reason_value=self._value(one.reason),
                )
                for one in loss.rejected
            ],
        )

    def verdict(self, v: Verdict) -> VerdictRow:
        return VerdictRow(
            objective=v.objective,
            judgement=v.judgement,
            target=v.target,
            value=self.maybe(v.value),
            because="; ".join(self._texts(v.because)),
            because_values=self._statements(v.because),
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


def _rank(rows: Sequence[Row]) -> tuple[int, int, str]:
    """What breaks the proof first, then the largest groups."""
    return list(Holds).index(rows[0].reason.holds), -len(rows), say(rows[0].says)


def _proof(proof: Proof) -> ProofRow:
    return ProofRow(
        judgement=proof.judgement,
        counts={holds.value: n for holds, n in proof.counts.items()},
        conditions=[CONDITIONS[one] for one in proof.conditions],
        groups=[
            GroupRow(
                holds=rows[0].reason.holds,
                reason=say(rows[0].says),
                reason_value=_statement(rows[0].says),
                resources=[row.urn for row in rows],
            )
            for rows in sorted(proof.groups, key=_rank)
        ],
    )


def _acceptance(one: Acceptance) -> AcceptanceRow:
    return AcceptanceRow(
        scenarios=one.scenarios,
        kinds=one.kinds,
        capabilities=one.capabilities,
        objectives=one.objectives,
        owner=one.owner,
        reason=one.reason,
        expires=one.expires,
    )


def _accepted(one: Accepted) -> AcceptedRow:
    if isinstance(one, Acceptance):
        return _acceptance(one)
    return FindingAcceptanceRow(
        findings=one.codes, resources=one.resources, owner=one.owner, reason=one.reason, expires=one.expires
    )


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _kind(one: KindResult) -> KindRow:
    time, data = (DecidingRow(scenario=by.scenario.id, capability=by.outcome.capability) for by in (one.time, one.data))
    return KindRow(kind=one.kind, judgement=one.judgement, scenarios=one.scenarios, kept=one.kept, time=time, data=data)


def _target(target: Target) -> TargetRow:
    return TargetRow(
        recovery_time=_seconds(target.recovery_time),
        data_loss=_seconds(target.data_loss),
        kinds={
            kind: KindTargetRow(recovery_time=_seconds(one.recovery_time), data_loss=_seconds(one.data_loss))
            for kind, one in target.kinds.items()
        },
        availability=target.availability,
        clients_served=target.clients_served,
        provenance=target.provenance.value,
    )
