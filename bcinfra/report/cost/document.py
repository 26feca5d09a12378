"""A cost for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bcinfra.continuity.model.costs import Cost, Priced
from bcinfra.continuity.model.ranges import Range
from bcinfra.report.cost.page import origin

VERSION: Final = 1


def to_document(cost: Cost, title: str) -> dict[str, Any]:
    """Everything: all lines with price, date, source and attribution. Amounts are a month's."""
    rate, oldest = cost.rate, cost.oldest
    return {
        "format": "bcinfra.cost",
        "version": VERSION,
        "title": title,
        "currency": rate.currency,
        "exchange_rate": {"usd": rate.value, "date": rate.date or None, "stated": rate.stated},
        "total": amounts(cost.total),
        "budget": None if cost.budget is None else {"per_month": cost.budget, "exceeded": cost.over_budget},
        **{f"by_{name}": _sums(rows) for name, rows in _groups(cost).items()},
        "lines": [_line(one, cost) for one in cost.lines],
        "not_priced": [
            {"why": gap.why.value, "what": gap.what, "names": list(gap.names), "usage": gap.usage or None}
            for gap in cost.gaps
        ],
        "free": cost.free,
        "oldest_price": oldest and {"id": oldest.id, "region": oldest.region, "date": oldest.date},
        "usage": {
            key: {
                "unit": figure.unit.value,
                "origin": origin(figure),
                **(amounts(figure.value) if figure.value else {}),
            }
            for key, figure in cost.usage.figures.items()
        },
    }


def _groups(cost: Cost) -> Mapping[str, Mapping[str, Range]]:
    return {"site": cost.by_site, "tier": cost.by_tier, "purpose": cost.by_purpose}


def _sums(rows: Mapping[str, Range]) -> dict[str, Any]:
    return {name: amounts(value) for name, value in rows.items()}


def amounts(value: Range) -> dict[str, float | None]:
    """The three ends."""
    upper = None if value.upper is None else round(value.upper, 6)
    return {"low": round(value.lower, 6), "typical": round(value.typical, 6), "high": upper}


def _line(one: Priced, cost: Cost) -> dict[str, Any]:
    price = one.price
    return {
        "urn": one.urn,
        "name": one.name,
        "site": one.site,
        "tier": one.tier,
        "purpose": one.purpose.value,
        "amount": amounts(cost.shown(one.usd)),
        "usd": amounts(one.usd),
        "quantity": amounts(one.line.quantity) if one.line.quantity else None,
        "of": one.line.of or None,
        "usage": one.line.usage or None,
        "price": {
            "id": price.id,
            "region": price.region,
            "unit": price.unit,
            "usd": amounts(price.usd),
            "date": price.date,
            "confidence": price.confidence.value,
            "source": price.source,
            "attribution": price.attribution,
        },
    }


def to_json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
