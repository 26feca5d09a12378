"""The front of designs as a page shows it: made of what ``bcinfra fit --json`` wrote, never searched anew."""

from __future__ import annotations

from dataclasses import dataclass

from bcinfra.report.cost.document import AmountRow
from bcinfra.report.fit.document import DesignRow, FitDocument
from bcinfra.report.words.quantities import amount, count

MONTHS = 12
WIDE = 160
"""Units that the longest bar is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One design."""

    name: str
    marks: tuple[str, ...]
    """What it is the best at."""
    differs: tuple[str, ...]
    """What is chosen otherwise than today."""
    cost: str
    loss: str
    total: str
    missed: str
    bars: tuple[int, int]
    """How wide its cost and its loss are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The designs that are worth a look, the cheapest first."""

    currency: str
    measured: int
    space: int
    rows: tuple[Row, ...]


def front(found: FitDocument) -> Front:
    """Today's design, the recommended one, and all that nothing beats in cost, loss and what it misses."""
    marks = {
        "today": found.today,
        "recommended": found.recommended,
        "least cost and loss together": found.least_sum,
        "cheapest that keeps every objective": found.cheapest_meeting_all,
        "misses the fewest objectives": found.fewest_missed,
    }
    shown = {*found.front, *(name for name in marks.values() if name)}
    designs = sorted((one for one in found.designs if one.name in shown), key=lambda one: one.cost_per_month.typical)
    today = next(one for one in found.designs if one.name == found.today)
    most = max((one.cost_and_loss_per_year.typical for one in designs), default=0) or 1
    return Front(
        currency=found.currency,
        measured=len(found.designs),
        space=found.space,
        rows=tuple(
            _row(one, today, tuple(mark for mark, name in marks.items() if name == one.name), most) for one in designs
        ),
    )


def _row(one: DesignRow, today: DesignRow, marks: tuple[str, ...], most: float) -> Row:
    loss = one.expected_loss_per_year
    yearly = one.cost_per_month.typical * MONTHS
    return Row(
        name=one.name,
        marks=marks,
        differs=tuple(f"{gene}: {choice}" for gene, choice in one.choices.items() if today.choices.get(gene) != choice),
        cost=_said(one.cost_per_month),
        loss=_said(loss) if loss else "not known",
        total=_said(one.cost_and_loss_per_year) if loss else "not known",
        missed=count(len({(key.kind, key.objective) for key in one.missed}), "objective") if one.missed else "none",
        bars=(round(WIDE * yearly / most), round(WIDE * (loss.typical if loss else 0) / most)),
    )


def _said(value: AmountRow) -> str:
    high = "without a bound" if value.high is None else f"to {amount(value.high)}"
    return f"{amount(value.typical)} ({amount(value.low)} {high})"
