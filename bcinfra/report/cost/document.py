"""A cost as one JSON document with a published schema (``schemas/cost.schema.json``). Amounts are a month's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bcinfra.continuity.model.costs import Cost, Priced, Purpose, Why
from bcinfra.continuity.model.prices import Confidence
from bcinfra.continuity.model.ranges import Range, Unit
from bcinfra.report.cost.page import origin

SCHEMA: Final = 1
"""Raised when a field is removed or changes its meaning; new fields may come without."""
SCHEMA_ID: Final = "urn:bcinfra:schema:cost"
FORMAT: Final = "bcinfra-cost"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AmountRow(_Row):
    """A range."""

    low: float
    typical: float
    high: float | None = Field(description="Null where no bound is known.")


class RateRow(_Row):
    usd: float = Field(description="What one US dollar is in `currency`.")
    date: str | None
    stated: bool = Field(description="False where it is assumed.")


class BudgetRow(_Row):
    per_month: float
    exceeded: bool = Field(description="Whether a typical month costs more.")


class PriceRow(_Row):
    """A price in US dollars, and where it was read."""

    id: str
    region: str
    unit: str
    usd: AmountRow
    date: str
    confidence: Confidence
    source: str
    attribution: str


class LineRow(_Row):
    """A quantity of something that has a price."""

    urn: str
    name: str
    site: str
    tier: str
    purpose: Purpose
    amount: AmountRow = Field(description="In `currency`.")
    usd: AmountRow
    quantity: AmountRow = Field(description="Of the price's unit.")
    of: str | None = Field(description="The inputs that it comes from.")
    usage: str | None = Field(description="The usage that it comes from, by its keys.")
    price: PriceRow


class GapRow(_Row):
    """What is not in the sum."""

    why: Why
    what: str
    names: list[str]
    usage: str | None = Field(description="The usage that would tell how much.")


class UsageRow(_Row):
    unit: Unit
    origin: Literal["stated", "assumed"]
    amount: AmountRow | None


class OldestRow(_Row):
    id: str
    region: str
    date: str


class CostDocument(_Row):
    format: Literal["bcinfra-cost"]
    schema_: Literal[1] = Field(alias="schema")
    title: str
    currency: str
    exchange_rate: RateRow
    total: AmountRow
    budget: BudgetRow | None
    by_site: dict[str, AmountRow]
    by_tier: dict[str, AmountRow]
    by_purpose: dict[str, AmountRow]
    lines: list[LineRow] = Field(description="The dearest first.")
    not_priced: list[GapRow]
    free: int = Field(ge=0, description="Resources that have no charge of their own.")
    oldest_price: OldestRow | None
    usage: dict[str, UsageRow]


def to_document(cost: Cost, title: str) -> dict[str, Any]:
    """Everything: all lines with price, date, source and attribution."""
    rate, oldest = cost.rate, cost.oldest
    made = CostDocument(
        format=FORMAT,
        schema=SCHEMA,
        title=title,
        currency=rate.currency,
        exchange_rate=RateRow(usd=rate.value, date=rate.date or None, stated=rate.stated),
        total=_amount(cost.total),
        budget=None
        if cost.budget is None
        else BudgetRow(per_month=cost.budget, exceeded=cost.total.typical > cost.budget),
        by_site=_sums(cost.by_site),
        by_tier=_sums(cost.by_tier),
        by_purpose=_sums(cost.by_purpose),
        lines=[_line(one, cost) for one in cost.lines],
        not_priced=[
            GapRow(why=gap.why, what=gap.what, names=list(gap.names), usage=gap.usage or None) for gap in cost.gaps
        ],
        free=cost.free,
        oldest_price=oldest and OldestRow(id=oldest.id, region=oldest.region, date=oldest.date),
        usage={
            key: UsageRow(unit=figure.unit, origin=origin(figure), amount=figure.value and _amount(figure.value))
            for key, figure in cost.usage.figures.items()
        },
    )
    return made.model_dump(mode="json", by_alias=True)


def _sums(rows: Mapping[str, Range]) -> dict[str, AmountRow]:
    return {name: _amount(value) for name, value in rows.items()}


def _amount(value: Range) -> AmountRow:
    upper = None if value.upper is None else round(value.upper, 6)
    return AmountRow(low=round(value.lower, 6), typical=round(value.typical, 6), high=upper)


def _line(one: Priced, cost: Cost) -> LineRow:
    price = one.price
    return LineRow(
        urn=one.urn,
        name=one.name,
        site=one.site,
        tier=one.tier,
        purpose=one.purpose,
        amount=_amount(cost.shown(one.usd)),
        usd=_amount(one.usd),
        quantity=_amount(one.line.quantity or Range.exactly(0)),
        of=one.line.of or None,
        usage=one.line.usage or None,
        price=PriceRow(
            id=price.id,
            region=price.region,
            unit=price.unit,
            usd=_amount(price.usd),
            date=price.date,
            confidence=price.confidence,
            source=price.source,
            attribution=price.attribution,
        ),
    )


def to_json(document: Mapping[str, Any]) -> str:
    """The document as text that ends in a newline."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    body = CostDocument.model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **body, "title": "Cost"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/cost.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
