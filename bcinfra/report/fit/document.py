"""The right size as data."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from bcinfra.continuity.model.ranges import Range
from bcinfra.fit.measured import Design, Key, missed
from bcinfra.report.fit.page import Report

VERSION: Final = 1


def to_json(report: Report) -> str:
    """All that was found: every design that was measured, under its name where it is shown."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=False) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    found = report.found
    ids = {one: report.names.get(one, f"d{n}") for n, one in enumerate(found.measured)}
    return {
        "version": VERSION,
        "title": report.title,
        "currency": report.currency,
        "revenue_per_hour": report.revenue,
        "space": found.space,
        "genes": [
            {
                "name": gene.name,
                "choices": [choice.value for choice in gene.choices],
                "today": gene.choices[gene.today].value,
            }
            for gene in found.genes
        ],
        "today": ids[found.today],
        "recommended": ids[report.recommended],
        "least_sum": ids[report.least] if report.least else None,
        "cheapest_meeting_all": ids[report.cheapest] if report.cheapest else None,
        "fewest_missed": ids[report.closest],
        "front": [ids[one] for one in report.front],
        "designs": [_design(report, one, name) for one, name in ids.items()],
        "refused": [
            {"choices": _choices(report, one), "why": why} for one, why in found.refused.items()
        ],
        "objectives": [
            {
                "kind": one.asked.kind and one.asked.kind.value,
                "objective": one.asked.objective.value,
                "target": one.asked.target,
                "kept": one.kept,
                "best": _finite(one.best),
                "looser": one.looser,
                "saves_per_month": one.saves,
                "by": ids[one.by] if one.by else None,
                "alone_per_month": one.alone,
            }
            for one in report.prices
        ],
        "together": report.together
        and {
            "objectives": [
                {"kind": one.kind and one.kind.value, "objective": one.objective.value, "target": one.target}
                for one in report.together.asked
            ],
            "saves_per_month": report.together.saves,
            "by": ids[report.together.by],
        },
        "protections": [
            {
                "name": one.gene.name,
                "has": one.has,
                "instead": one.instead,
                "costs_per_month": one.costs,
                "saves_per_year": _range(one.saves),
                "keeps": [_key(key) for key in sorted(one.keeps, key=str)],
                "worth": one.worth.value,
            }
            for one in report.protections
        ],
        "overrated": [
            {
                "capability": one.capability,
                "saves_per_month": one.saves,
                "loses_per_year": one.loses,
                "by": ids[one.by],
            }
            for one in report.overrated
        ],
    }  # fmt: skip


def _design(report: Report, one: Design, name: str) -> dict[str, Any]:
    here = report.measured(one)
    return {
        "name": name,
        "choices": _choices(report, one),
        "cost_per_month": _range(here.cost),
        "expected_loss_per_year": _range(here.loss) if here.loss else None,
        "cost_and_loss_per_year": _range(here.yearly),
        "not_told_apart_from": list(report.alike(one)) if one in report.names else [],
        "unpriced": here.unpriced,
        "missed": [_key(key) for key in sorted(missed(here, report.targets), key=str)],
        "worst": [
            {"kind": kind.value, "objective": objective.value, "seconds": _finite(value)}
            for (kind, objective), value in here.worst.items()
        ],
    }


def _choices(report: Report, one: Design) -> dict[str, str]:
    return {
        gene.name: gene.choices[choice].value for gene, choice in zip(report.found.genes, one, strict=True)
    }  # fmt: skip


def _key(key: Key) -> dict[str, str | None]:
    return {
        "kind": key.kind and key.kind.value,
        "objective": key.objective.value,
        "capability": key.capability,
    }


def _range(value: Range) -> dict[str, float | None]:
    return {"low": value.lower, "typical": value.typical, "high": value.upper}


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else value
