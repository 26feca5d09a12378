"""An assessment as plain JSON values: the same assessment always gives the same text.

Figures stand in one table; everything else refers to them by their position in it, so that a figure that many results
rest on is written once and every number leads to its sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult, ScenarioResult
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.model.parts import Target
from bcinfra.continuity.model.ranges import Assumed, Computed, Figure, FromFact, NotKnown, Stated, Why
from bcinfra.continuity.model.stateless import Proof
from bcinfra.continuity.recovery.critical_path import Step
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, Outcome, Verdict, Way

Json: TypeAlias = dict[str, Any]
SCHEMA: Final = 1
"""Raised when a field is removed or changes its meaning; new fields may come without."""


def to_json(assessment: Assessment) -> Json:
    """All of an assessment as dicts, lists, texts and numbers."""
    return _Dump().assessment(assessment)


class _Dump:
    def __init__(self) -> None:
        self.figures: list[Json] = []
        self._index: dict[Figure, int] = {}

    def figure(self, figure: Figure | None) -> int | None:
        if figure is None:
            return None
        if figure not in self._index:
            why = self._why(figure.why)  # first, so that what a figure rests on stands before it
            self._index[figure] = len(self.figures)
            value = figure.value
            row: Json = {"name": figure.name, "unit": figure.unit.value, "known": value is not None}
            if value is not None:
                row |= {"low": value.lower, "typical": value.typical, "upper": value.upper}
            self.figures.append({**row, "why": why})
        return self._index[figure]

    def _why(self, why: Why) -> Json:
        match why:
            case FromFact(id, field):
                return {"kind": "fact", "fact": id, "field": field}
            case Assumed(text):
                return {"kind": "assumed", "text": text}
            case Stated(place):
                return {"kind": "stated", "place": place}
            case NotKnown(reason):
                return {"kind": "unknown", "reason": reason}
            case Computed(how, of):
                return {"kind": "computed", "how": how, "of": self._all(of)}

    def _all(self, figures: Iterable[Figure]) -> list[int | None]:
        return [self.figure(f) for f in figures]

    def assessment(self, a: Assessment) -> Json:
        body: Json = {
            "schema": SCHEMA,
            "title": a.title,
            "strategy": a.strategy,
            "active_site": a.active_site,
            "sites": list(a.sites),
            "domains": list(a.domains),
            "counts": dict(a.counts),
            "expected_loss": self.figure(a.expected_loss),
            "loss_once_in_years": {str(n): self.figure(f) for n, f in a.once_in.items()},
            "untold": list(a.untold),
            "omitted_pairs": a.omitted_pairs,
            "scenarios": [self.scenario(r) for r in a.scenarios],
            "capabilities": [self.capability(c) for c in a.capabilities],
            "findings": [finding(f) for f in a.findings],
            "stateless": _proof(a.stateless) if a.stateless else None,
            "expired": [_acceptance(one) for one in a.expired],
            "unmatched": [_acceptance(one) for one in a.unmatched],
            "assumptions": list(a.assumptions),
            "facts": list(a.facts),
            "explain": {id: self.figure(f) for id, f in a.figures.items()},
        }
        return {**body, "figures": self.figures}

    def scenario(self, r: ScenarioResult) -> Json:
        s = r.scenario
        return {
            "id": s.id,
            "kind": s.kind.value,
            "title": s.title,
            "failed": list(map(str, s.failed)),
            "rate": self.figure(s.rate),
            "lasts": self.figure(s.lasts),
            "loss": self.figure(r.loss),
            "judgement": r.judgement.value if r.judgement else None,
            "outcomes": [self.outcome(o) for o in r.outcomes],
        }

    def outcome(self, o: Outcome) -> Json:
        return {
            "capability": o.capability,
            "kind": o.kind.value,
            "time": self.figure(o.time),
            "degraded_to": o.degraded_to,
            "reasons": list(o.reasons),
            "unknown": list(o.unknown),
            "way": self.way(o.way) if o.way else None,
            "others": [self.way(way) for way in o.others],
            "verdicts": [self.verdict(v) for v in o.verdicts],
        }

    def way(self, w: Way) -> Json:
        infeasible = {row.step: list(map(str, row.lost)) for row in w.recovery.infeasible}
        critical = set(w.recovery.critical)
        return {
            "kind": w.kind.value,
            "site": w.site,
            "feasible": w.feasible,
            "person": w.person,
            "time": self.figure(w.recovery.time),
            "load": w.load,
            "unknown": list(w.unknown),
            "steps": [self.step(s, s.name in critical, infeasible.get(s.name, [])) for s in w.steps],
            "data": [self.loss(loss) for loss in w.losses],
            "inconsistencies": [
                {"newer": gap.newer, "older": gap.older, "seconds": gap.seconds} for gap in w.inconsistencies
            ],
        }

    def step(self, s: Step, critical: bool, lost: list[str]) -> Json:
        return {
            "name": s.name,
            "phase": s.phase.value,
            "duration": self.figure(s.duration),
            "after": list(s.after),
            "needs": list(map(str, s.needs)),
            "lost": lost,
            "critical": critical,
        }

    def loss(self, loss: StoreLoss) -> Json:
        return {
            "store": loss.store,
            "copy": loss.copy,
            "everything": loss.total_loss,
            "age": self.figure(loss.age),
            "rejected": [{"copy": one.copy, "reason": one.reason} for one in loss.rejected],
        }

    def verdict(self, v: Verdict) -> Json:
        return {
            "objective": v.objective.value,
            "judgement": v.judgement.value,
            "target": v.target,
            "value": self.figure(v.value),
            "because": v.because,
            "acceptance": _acceptance(v.acceptance) if v.acceptance else None,
        }

    def capability(self, c: CapabilityResult) -> Json:
        cuts = c.cut_sets
        return {
            "name": c.name,
            "target": _target(c.target),
            "availability": self.figure(c.availability),
            "kept": self.figure(c.kept),
            "down_by_design": self.figure(c.down_by_design),
            "undecided": list(c.undecided),
            "verdict": self.verdict(c.verdict) if c.verdict else None,
            "cut_sets": {"sets": [list(cut) for cut in cuts.sets], "total": cuts.total, "largest": cuts.cut_off},
            "importance": {
                name: {"birnbaum": one.birnbaum, "criticality": one.criticality} for name, one in c.importance.items()
            },
        }


def finding(f: Finding) -> Json:
    """One finding with what its code means."""
    return {
        "code": f.code,
        "title": f.rule.title,
        "breaks": f.rule.breaks,
        "message": f.message,
        "resource": f.resource,
        "about": f.about,
        "place": f.place,
        "capabilities": list(f.capabilities),
        "scenarios": list(f.scenarios),
        "evidence": list(f.evidence),
        "fix": f.fix,
        "plain": f.rule.plain,
        "accepted": [_acceptance(one) for one in f.accepted],
    }


def _proof(proof: Proof) -> Json:
    return {
        "judgement": proof.judgement.value,
        "counts": {holds.value: n for holds, n in proof.counts.items()},
        "conditions": list(proof.conditions),
        "groups": [
            {"holds": reason.holds.value, "reason": text, "resources": [row.urn for row in rows]}
            for reason, text, rows in proof.groups
        ],
    }


def _acceptance(one: Accepted) -> Json:
    if isinstance(one, Acceptance):
        of = {"scenario": one.scenario, "capability": one.capability, "objective": one.objective.value}
    else:
        of = {"finding": one.code, "resource": one.resource}
    return {**of, "owner": one.owner, "reason": one.reason, "expires": one.expires.isoformat()}


def _target(target: Target) -> Mapping[str, Any]:
    return {
        "recovery_time": target.recovery_time.total_seconds() if target.recovery_time is not None else None,
        "data_loss": target.data_loss.total_seconds() if target.data_loss is not None else None,
        "availability": target.availability,
        "provenance": target.provenance.value,
    }
