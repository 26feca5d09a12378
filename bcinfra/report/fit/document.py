"""The right size as one JSON document with a published schema (``schemas/fit.schema.json``)."""

from __future__ import annotations

import json
import math
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit.advice import Asked, ObjectivePrice, Protection, Worth
from bcinfra.fit.measured import Design, Key, missed
from bcinfra.report.cost.document import AmountRow
from bcinfra.report.fit.page import Report

SCHEMA: Final = 1
"""Raised when a field is removed or changes its meaning; new fields may come without."""
SCHEMA_ID: Final = "urn:bcinfra:schema:fit"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GeneRow(_Row):
    """Something of the page that can be chosen."""

    name: str
    choices: list[str] = Field(description="The weakest first.")
    today: str


class KeyRow(_Row):
    """An objective of a capability."""

    kind: DisruptionKind | None = Field(description="Null of availability, which is over all kinds.")
    objective: Objective
    capability: str


class WorstRow(_Row):
    """What decides a kind of disruption, whether the risk was accepted or not."""

    kind: DisruptionKind
    objective: Objective
    seconds: float | None = Field(description="Null where no bound is known.")


class DesignRow(_Row):
    """A page that was assembled, recorded and judged."""

    name: str
    choices: dict[str, str] = Field(description="By gene.")
    cost_per_month: AmountRow
    expected_loss_per_year: AmountRow | None = Field(description="Null where no revenue is stated.")
    cost_and_loss_per_year: AmountRow
    not_told_apart_from: list[str] = Field(description="Designs whose ranges overlap with its own.")
    unpriced: int = Field(description="Resources that are not in the cost.")
    missed: list[KeyRow]
    worst: list[WorstRow]


class RefusedRow(_Row):
    choices: dict[str, str]
    why: str


class AskedRow(_Row):
    """An objective as a page may state it."""

    kind: DisruptionKind | None = Field(description="Null: in all kinds.")
    objective: Objective
    target: float = Field(description="Seconds; of availability the share of time that it may be down.")


class ObjectiveRow(AskedRow):
    """What an objective costs beside the design that misses the fewest, the others unchanged."""

    kept: bool
    best: float | None = Field(description="What the best of all designs reaches; null where no bound is known.")
    looser: float | None = Field(description="The next step by which something cheaper does; null: none saves.")
    saves_per_month: float
    by: str | None
    alone_per_month: float = Field(description="What it costs to keep this one alone, beside the cheapest of all.")


class TogetherRow(_Row):
    """Objectives that need the same: to loosen one alone saves nothing."""

    objectives: list[AskedRow]
    saves_per_month: float
    by: str


class ProtectionRow(_Row):
    """What a choice of today's buys, beside a weaker one."""

    name: str
    has: str
    instead: str
    costs_per_month: float
    saves_per_year: AmountRow
    keeps: list[KeyRow] = Field(description="Objectives that are missed without it.")
    worth: Worth


class OverratedRow(_Row):
    """A capability that earns nothing and whose objectives cost money."""

    capability: str
    saves_per_month: float
    loses_per_year: float
    by: str


class FitDocument(_Row):
    format: Literal["bcinfra-fit"]
    schema_: Literal[1] = Field(alias="schema")
    title: str
    currency: str
    revenue_per_hour: float | None
    space: int = Field(description="Designs that there are.")
    genes: list[GeneRow]
    today: str
    recommended: str
    least_sum: str | None
    cheapest_meeting_all: str | None
    fewest_missed: str
    front: list[str] = Field(description="None of them is as good as another in cost, loss and what it misses.")
    designs: list[DesignRow]
    refused: list[RefusedRow]
    objectives: list[ObjectiveRow]
    together: TogetherRow | None
    protections: list[ProtectionRow]
    overrated: list[OverratedRow]


def to_json(report: Report) -> str:
    """All that was found: every design that was measured, under its name where it is shown."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=False) + "\n"


def to_document(report: Report) -> dict[str, Any]:
    found = report.found
    ids = {one: report.names.get(one, f"d{n}") for n, one in enumerate(found.measured)}
    joint = report.together
    made = FitDocument(
        format="bcinfra-fit",
        schema=SCHEMA,
        title=report.title,
        currency=report.currency,
        revenue_per_hour=report.revenue,
        space=found.space,
        genes=[
            GeneRow(
                name=gene.name,
                choices=[choice.value for choice in gene.choices],
                today=gene.choices[gene.today].value,
            )
            for gene in found.genes
        ],
        today=ids[found.today],
        recommended=ids[report.recommended],
        least_sum=ids[report.least] if report.least else None,
        cheapest_meeting_all=ids[report.cheapest] if report.cheapest else None,
        fewest_missed=ids[report.closest],
        front=[ids[one] for one in report.front],
        designs=[_design(report, one, name) for one, name in ids.items()],
        refused=[RefusedRow(choices=_choices(report, one), why=why) for one, why in found.refused.items()],
        objectives=[_objective(one, ids) for one in report.prices],
        together=joint
        and TogetherRow(
            objectives=[_asked(one) for one in joint.asked], saves_per_month=joint.saves, by=ids[joint.by]
        ),
        protections=list(map(_protection, report.protections)),
        overrated=[
            OverratedRow(
                capability=one.capability, saves_per_month=one.saves, loses_per_year=one.loses, by=ids[one.by]
            )
            for one in report.overrated
        ],
    )  # fmt: skip
    return made.model_dump(mode="json", by_alias=True)


def _design(report: Report, one: Design, name: str) -> DesignRow:
    here = report.measured(one)
    return DesignRow(
        name=name,
        choices=_choices(report, one),
        cost_per_month=_amount(here.cost),
        expected_loss_per_year=_amount(here.loss) if here.loss else None,
        cost_and_loss_per_year=_amount(here.yearly),
        not_told_apart_from=list(report.alike(one)) if one in report.names else [],
        unpriced=here.unpriced,
        missed=_keys(missed(here, report.targets)),
        worst=[
            WorstRow(kind=kind, objective=objective, seconds=_finite(value))
            for (kind, objective), value in here.worst.items()
        ],
    )


def _choices(report: Report, one: Design) -> dict[str, str]:
    return {gene.name: gene.choices[choice].value for gene, choice in zip(report.found.genes, one, strict=True)}


def _objective(one: ObjectivePrice, ids: dict[Design, str]) -> ObjectiveRow:
    return ObjectiveRow(
        kind=one.asked.kind,
        objective=one.asked.objective,
        target=one.asked.target,
        kept=one.kept,
        best=_finite(one.best),
        looser=one.looser,
        saves_per_month=one.saves,
        by=ids[one.by] if one.by else None,
        alone_per_month=one.alone,
    )


def _asked(one: Asked) -> AskedRow:
    return AskedRow(kind=one.kind, objective=one.objective, target=one.target)


def _protection(one: Protection) -> ProtectionRow:
    return ProtectionRow(
        name=one.gene.name,
        has=one.has,
        instead=one.instead,
        costs_per_month=one.costs,
        saves_per_year=_amount(one.saves),
        keeps=_keys(one.keeps),
        worth=one.worth,
    )


def _keys(keys: frozenset[Key]) -> list[KeyRow]:
    return [KeyRow(kind=key.kind, objective=key.objective, capability=key.capability) for key in sorted(keys, key=str)]


def _amount(value: Range) -> AmountRow:
    return AmountRow(low=value.lower, typical=value.typical, high=value.upper)


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else value


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    body = FitDocument.model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **body, "title": "The right size"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/fit.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
