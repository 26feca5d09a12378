"""What is too dear or too little for its money: the findings that need to know what a stack costs.

Typical amounts are compared: whoever wants to be sure of a range sees it in ``bcinfra cost``. Where something has no
price, what is small beside it may only seem so, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.judgement.findings import Evidence, Finding, Finds, Found, Seen
from bcinfra.continuity.model.costs import Area, Cost, Priced, Purpose, Why
from bcinfra.continuity.model.ranges import Figure, typical
from bcinfra.continuity.model.statements import site

MONTHS: Final = 12
_STORED: Final = frozenset({Area.DATABASE, Area.CACHE, Area.OBJECTS, Area.FILES})
"""What copies are of."""


def economy(
    cost: Cost, places: Iterable[str], region_loss: float | None, without: Mapping[str, Figure | None]
) -> Iterator[Finding]:
    """The findings. ``region_loss`` is what is expected to be lost a year to losses of regions; ``without``: of each
    site that the objectives do not need, what is lost more a year without it."""
    currency = cost.rate.currency

    def money(kind: Seen, amount: float) -> Evidence:
        return Evidence(kind, object=currency, amount=round(amount))

    if cost.over_budget and cost.budget is not None:
        yield Finding(
            code="BC0050",
            says=Found(Finds.OVER_BUDGET),
            evidence=(money(Seen.COSTS, cost.total.typical), money(Seen.MAY_COST, cost.budget)),
        )
    copies = _sum(cost, (one for one in cost.lines if one.purpose is Purpose.COPIES))
    copied = _sum(
        cost,
        (one for one in cost.lines if one.purpose in (Purpose.SERVING, Purpose.STANDBY) and one.line.area in _STORED),
    )
    whole = all(gap.why is Why.PEOPLE for gap in cost.gaps)
    if whole and copies > copied > 0:
        yield Finding(
            code="BC0051",
            says=Found(Finds.DEAR_COPIES),
            evidence=(money(Seen.COSTS, copies), money(Seen.COPIED_COSTS, copied)),
        )
    serving = _sum(cost, (one for one in cost.lines if one.purpose is Purpose.SERVING))
    if whole and len([*places]) == 1 and region_loss is not None and region_loss > MONTHS * serving > 0:
        yield Finding(
            code="BC0052",
            says=Found(Finds.UNDERPROTECTED),
            evidence=(money(Seen.LOSES, region_loss), money(Seen.COSTS_A_YEAR, MONTHS * serving)),
        )
    for name, more in without.items():
        standby = _sum(cost, (one for one in cost.lines if one.purpose is Purpose.STANDBY and one.site == name))
        saved = typical(more)
        if saved is not None and MONTHS * standby > saved:
            yield Finding(
                code="BC0053",
                says=Found(Finds.OVERPROTECTED, site(name)),
                evidence=(money(Seen.COSTS_A_YEAR, MONTHS * standby), money(Seen.SAVES, saved)),
            )


def _sum(cost: Cost, lines: Iterable[Priced]) -> float:
    """A month, in the currency to show."""
    return sum(cost.shown(one.usd).typical for one in lines)
