"""What a cost says to people, once for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from bcinfra.continuity.model.costs import Cost, Gap, Priced, Why
from bcinfra.continuity.model.prices import Confidence
from bcinfra.continuity.model.ranges import Assumed, Figure, Range, Stated
from bcinfra.report.words.quantities import amount, count, ends, share

LARGEST: Final = 10
"""Lines that are shown before ``--full``."""
NAMES: Final = 3
"""Names that are shown of what has no price."""
_WHY: Final[Mapping[Why, str]] = {
    Why.TYPE: "{what}: what it costs is not known here",
    Why.PRICE: "{what}: there is no price",
    Why.AMOUNT: "{what}: how much of it there is, is not known",
    Why.NODES: "runs on servers that the program does not declare",
    Why.OPAQUE: "{what}: what it deploys cannot be seen",
    Why.OWN: "stands on premises: what it takes beside its nodes, such as lines and people, is in no price list",
    Why.PEOPLE: "the people who run it",
}
_KNOWN: Final[Mapping[Confidence, str]] = {
    Confidence.OWN: "your own",
    Confidence.QUOTED: "quoted",
    Confidence.DERIVED: "derived",
    Confidence.ESTIMATE: "estimates",
    Confidence.STAND_IN: "stand-ins of other regions or sizes",
}


class SumRow(NamedTuple):
    """A part of the sum."""

    name: str
    amount: str
    range: str
    share: str


class LineRow(NamedTuple):
    """One line."""

    amount: str
    range: str
    name: str
    site: str
    purpose: str
    how: str
    """The quantity, its price and where both come from."""


class CostPage(NamedTuple):
    """All that is said of a cost."""

    title: str
    headline: str
    monthly: str
    """The whole, in brief."""
    budget: str
    """Empty where none is stated."""
    rests: str
    sums: Mapping[str, tuple[SumRow, ...]]
    """By site, tier and purpose."""
    lines: tuple[LineRow, ...]
    more: int
    """Lines that are not shown."""
    gaps: tuple[str, ...]
    assumed: tuple[str, ...]
    currency: str


def cost_page(cost: Cost, title: str, *, everything: bool = False) -> CostPage:
    """The page of a cost; ``everything``: with every line and name."""
    shown = cost.lines if everything else tuple(one for one in cost.lines if one.usd.worst > 0)[:LARGEST]
    groups = {"site": cost.by_site, "tier": cost.by_tier, "purpose": cost.by_purpose}
    return CostPage(
        title=title,
        headline=f"{title} costs {monthly(cost)}.",
        monthly=sum_of(cost.total, cost.rate.currency),
        budget=_budget(cost),
        rests=_rests(cost),
        sums={name: tuple(_sums(rows, cost)) for name, rows in groups.items()},
        lines=tuple(_line(one, cost) for one in shown),
        more=len(cost.lines) - len(shown),
        gaps=tuple(_gap(gap, everything=everything) for gap in cost.gaps),
        assumed=tuple(_assumed(cost)),
        currency=cost.rate.currency,
    )


def sum_of(value: Range, currency: str) -> str:
    """``EUR 4,620 (3,980 to 9,880)``."""
    low, high = money_of(value.lower), "no bound" if value.upper is None else money_of(value.upper)
    typical = money_of(value.typical)
    span = "" if low == typical == high else f" ({low} to {high})"
    return f"{currency} {typical}{span}"


def money_of(value: float) -> str:
    """An amount of a month: cents below ten."""
    return f"{value:.2f}" if 0 < abs(value) < 9.995 else amount(value)


def monthly(cost: Cost) -> str:
    """The whole, as the first screen says it: ``EUR 4,620 a month (3,980 to 9,880)``, and what is missing."""
    total = cost.total
    text = sum_of(total, cost.rate.currency)
    typical, bracket, span = text.partition(" (")
    missing = len({name for gap in cost.gaps if gap.why is not Why.PEOPLE for name in gap.names})
    more = f", and {count(missing, 'resource')} without a price" if missing else ""
    return f"{typical} a month{bracket}{span}{more}"


def of_budget(cost: Cost) -> str:
    """``; 39 % of the budget``, or by how much it is above; empty where none is stated."""
    if cost.budget is None:
        return ""
    part = cost.total.typical / cost.budget
    return f"; {share(round(part - 1, 2))} above the budget" if part > 1 else f"; {share(round(part, 2))} of the budget"


def _budget(cost: Cost) -> str:
    if cost.budget is None:
        return ""
    total, budget, currency = cost.total, cost.budget, cost.rate.currency
    allowed = f"{currency} {amount(budget)}"
    if total.typical > budget:
        return f"That is {share(total.typical / budget - 1)} above the budget of {allowed} a month."
    if total.worst > budget:
        return f"That is {share(total.typical / budget)} of the budget of {allowed} a month; its upper end is above it."
    return f"That is {share(total.typical / budget)} of the budget of {allowed} a month."


def _rests(cost: Cost) -> str:
    kinds = ", ".join(
        f"{share(round(part, 2))} {_KNOWN[kind]}" for kind, part in cost.by_confidence.items() if part >= 0.005
    )
    oldest = cost.oldest
    dated = f" The oldest is of {oldest.date} ({oldest.id})." if oldest else ""
    rate = cost.rate
    exchange = ""
    if rate.currency != "USD":
        origin = "as stated" if rate.stated else f"assumed, of {rate.date}"
        exchange = f" One US dollar is {rate.currency} {rate.value:.3f} ({origin})."
    return f"List prices on demand, without tax: {kinds or 'none'}.{dated}{exchange}"


def _sums(rows: Mapping[str, Range], cost: Cost) -> Iterator[SumRow]:
    whole = cost.total.typical or 1.0
    for name, value in rows.items():
        if value.worst > 0:
            text = sum_of(value, "").strip()
            typical, _, span = text.partition(" (")
            yield SumRow(name, typical, span.removesuffix(")"), share(round(value.typical / whole, 2)))


def _line(one: Priced, cost: Cost) -> LineRow:
    text = sum_of(cost.shown(one.usd), "").strip()
    typical, _, span = text.partition(" (")
    return LineRow(typical, span.removesuffix(")"), one.name, one.site, one.purpose.value, how(one))


def how(one: Priced) -> str:
    """``730 instance-hour of aws.rds... at USD 1.07, from instanceClass``."""
    quantity = one.line.quantity or Range.exactly(0)
    usd = one.price.usd
    price = (
        f"{usd.typical:.6g}" if usd.lower == usd.worst else f"{usd.typical:.4g} ({usd.lower:.4g} to {usd.worst:.4g})"
    )
    known = "" if one.price.confidence is Confidence.QUOTED else f", {one.price.confidence.value}"
    source = ", ".join(part for part in (one.line.of, one.line.usage) if part)
    unit = one.price.unit.partition(", ")[0].partition(" (")[0]
    came = f"; from {source}" if source else ""
    return f"{quantity.typical:,.6g} {unit} of {one.line.price} at USD {price} ({one.price.date}{known}){came}"


def _gap(gap: Gap, *, everything: bool) -> str:
    names = gap.names if everything else gap.names[:NAMES]
    more = f" and {len(gap.names) - len(names)} more" if len(gap.names) > len(names) else ""
    what = _WHY[gap.why].format(what=gap.what)
    tell = f"; {gap.usage} would tell" if gap.usage else ""
    return (
        f"{what} ({', '.join(names)}{more}){tell}"
        if gap.why is not Why.PEOPLE
        else f"{what}: {gap.usage} is not stated"
    )


def _assumed(cost: Cost) -> Iterator[str]:
    for key, figure in cost.usage.assumed.items():
        why = f": {figure.why.text}" if isinstance(figure.why, Assumed) else ""
        yield f"{key} {ends(figure.value, figure.unit, cost.rate.currency)}{why}"


def origin(figure: Figure) -> Literal["stated", "assumed"]:
    """Whether somebody stated it."""
    return "stated" if isinstance(figure.why, Stated) else "assumed"
