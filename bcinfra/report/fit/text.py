"""The right size in a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit.advice import Asked, ObjectivePrice, Protection, Worth
from bcinfra.fit.measured import MONTHS, Design, by_kind, missed
from bcinfra.fit.search import ENUMERATED
from bcinfra.report.fit.page import TODAY, Report
from bcinfra.report.words.quantities import amount, count, duration, money, share

WORTH: Final = {
    Worth.NEEDED: "an objective needs it",
    Worth.PAYS: "worth it: saves more than it costs",
    Worth.UNSURE: "not told: may save less than it costs, or more",
    Worth.COSTS_MORE: "over-engineered: costs more than it saves",
    Worth.BUYS_NOTHING: "over-engineered: buys nothing",
    Worth.FREE: "costs nothing",
}
_STYLES: Final = {
    Worth.NEEDED: "green", Worth.PAYS: "green", Worth.UNSURE: "magenta", Worth.COSTS_MORE: "red",
    Worth.BUYS_NOTHING: "red", Worth.FREE: "dim",
}  # fmt: skip
_PAIR: Final = 22
"""Columns of a time and a loss."""


def show_fit(console: Console, report: Report) -> None:
    """Print what is found."""
    _Printer(console, report).page()


class _Printer:
    def __init__(self, console: Console, report: Report) -> None:
        self._console, self._of = console, report

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        if not text:
            self._console.print()
            return
        for n, part in enumerate(Text(text, style).wrap(self._console, max(self._console.width - indent - 2, 30))):
            part.rstrip()
            self._console.print(Text(" " * (indent + 2 * bool(n))) + part, soft_wrap=True)

    def table(self, heading: Sequence[str], rows: Iterable[Sequence[str]], style: str = "", right: int = 0) -> None:
        """Columns as wide as they need; those before ``right`` and the last to the left, the others to the right."""
        listed = [list(row) for row in rows]
        widths = [max(len(row[n]) for row in (heading, *listed)) for n in range(len(heading))]
        last = len(heading) - 1
        for n, row in enumerate((heading, *listed)):
            cells = [
                cell.rjust(width) if right <= at < last else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            line = "  " + "  ".join(cells).rstrip()
            self._console.print(Text(line, "dim" if n == 0 else style), soft_wrap=True)

    def page(self) -> None:
        of = self._of
        found = of.found
        space = f"{found.space:,}" + (" and more" if found.space == ENUMERATED else "")
        self.line(f"{of.title}: of {space} designs {len(found.measured)} were assembled and judged.", "bold")
        self.line()
        self.recommended()
        self.designs()
        self.worst()
        self.objectives()
        self.protections()
        self.overrated()

    # -- the designs --------------------------------------------------------------------------------------------------

    def recommended(self) -> None:
        of = self._of
        one, today = of.recommended, of.measured(of.found.today)
        here = of.measured(one)
        name = of.names[one]
        if of.revenue is None:
            self.line("No revenue is stated, so nothing is known of losses: business.revenue_per_hour.", "yellow")
        what = "Today's design is" if name == TODAY else f"Design {name} has"
        if of.least:
            self.line(
                f"Recommended: {name}. {what} the least sum of cost and expected loss, of those measured.", "bold"
            )
        else:
            self.line(f"Recommended: {name}, the cheapest of those that miss the fewest objectives.", "bold")
        for said in of.differs(one):
            self.line(said, indent=2)
        sums = f"It costs {self.money(here.cost.typical)} a month"
        if here.loss:
            sums += f" and loses {self.money(here.loss.typical)} a year: {self.money(here.yearly.typical)} a year"
            sums += "" if one == of.found.today else f", today {self.money(today.yearly.typical)}"
        self.line(f"{sums}.", indent=2)
        self.why()
        alike = of.alike(one)
        if of.least and alike:
            told = ", ".join(alike)
            self.line(
                f"Not told apart from {told}: the ranges of cost and loss together overlap. The order is that of"
                " typical values; your own figures (--figures, --prices) narrow them.",
                "yellow",
                2,
            )
        if of.cheapest is None:
            gone = by_kind(missed(of.measured(of.closest), of.targets))
            kinds = ", ".join(dict.fromkeys(_kind(kind) for kind, _ in gone))
            self.line(
                f"No design that was measured meets every objective: {of.names[of.closest]} misses the"
                f" fewest ({len(gone)} of {len(by_kind(of.targets))}, in {kinds}). Risks that you take (--baseline) do"
                " not count.",
                "yellow",
                2,
            )
        beyond = of.missed(one) - of.missed(of.closest)
        if beyond > 0:
            gone = missed(here, of.targets) - missed(of.measured(of.thriftiest), of.targets)
            said = ", ".join(f"{objective.value} in {_kind(kind)}" for kind, objective in by_kind(gone))
            other = of.measured(of.thriftiest)
            more = self.money(other.yearly.typical - here.yearly.typical)
            self.line(
                f"It misses what {of.names[of.thriftiest]} keeps: {said}. Who has promised that takes"
                f" {of.names[of.thriftiest]}, for {more} a year more in cost and loss.",
                "yellow",
                2,
            )
        if today.unpriced:
            said = f"{count(today.unpriced, 'resource')} without a price, in no sum: bcinfra cost names them."
            self.line(said, "yellow", 2)
        self.line()

    def why(self) -> None:
        """Why this strategy and no other, in money."""
        of = self._of
        if not of.least or of.revenue is None:
            return
        at = f"At {self.money(of.revenue)} an hour "
        for strategy, one, costs, saves in of.others():
            if costs >= 0 and saves.typical >= 0:
                rest = f"would cost {self.money(costs)} a year more and save {self._range(saves)} of loss"
            elif costs >= 0:
                rest = f"would cost {self.money(costs)} a year more and lose {self.money(-saves.typical)} more"
            else:
                less = Range(-saves.typical, -saves.lower, min(-saves.worst, -saves.typical)) if saves.upper else saves
                rest = f"would save {self.money(-costs)} a year and lose {self._range(less)} more"
            self.line(f"{at}{strategy} at its best ({of.names.get(one, 'not shown')}) {rest}.", indent=2)
            at = ""

    def designs(self) -> None:
        of = self._of
        self.line("DESIGNS, the cheapest first; loss is what is expected to be lost", "bold")
        rows: list[Sequence[str]] = []
        for one, name in sorted(of.names.items(), key=lambda row: (of.measured(row[0]).cost.typical, row[0])):
            here = of.measured(one)
            rows.append(
                (
                    name,
                    amount(here.cost.typical),
                    _ends(here.cost),
                    amount(here.loss.typical) if here.loss else "unknown",
                    _ends(here.loss) if here.loss else "",
                    amount(here.yearly.typical),
                    str(of.missed(one)),
                    "; ".join((*of.roles(one), *(["on the front"] if one in of.front else []))),
                )
            )
        heading = ("", f"{of.currency} A MONTH", "RANGE", "LOSS A YEAR", "RANGE", "BOTH A YEAR", "MISSED", "")
        self.table(heading, rows, right=1)
        self.line(
            f"MISSED counts objectives of capabilities in kinds of disruption, of {len(of.targets)}. None on the front"
            " is as good as another in cost, loss and what it misses.",
            "dim",
            2,
        )
        for one, name in of.names.items():
            if one != of.found.today:
                self.line(f"{name}: {'; '.join(of.differs(one)) or 'as today'}", indent=2)
        self.line()

    def worst(self) -> None:
        of = self._of
        names = sorted(of.names, key=lambda one: (of.measured(one).cost.typical, one))
        self.line("WORST CASE BY KIND, in 95 of 100: time without / data lost", "bold")
        kinds = [
            kind for kind in DisruptionKind if any((kind, o) in of.measured(d).worst for d in names for o in Objective)
        ]
        size = max(1, (self._console.width - 12) // _PAIR)
        for start in range(0, len(names), size):
            part = names[start : start + size]
            rows = [(kind.value, *(self._pair(one, kind) for one in part), "") for kind in kinds]
            self.table(("", *(of.names[one] for one in part), ""), rows, right=1)
        self.line()

    def _pair(self, one: Design, kind: DisruptionKind) -> str:
        worst = self._of.measured(one).worst
        ends = (worst.get((kind, objective), 0.0) for objective in (Objective.RECOVERY_TIME, Objective.DATA_LOSS))
        return " / ".join("no bound" if math.isinf(end) else duration(end) for end in ends)

    # -- what it takes ------------------------------------------------------------------------------------------------

    def objectives(self) -> None:
        of = self._of
        base = of.names[of.closest]
        self.line(f"WHAT OBJECTIVES COST, beside {base}", "bold")
        paid: list[ObjectivePrice] = []
        for one in of.prices:  # what is said of all kinds at once is not said again of the one that it comes from
            if one.looser is not None and not any(
                (one.asked.objective, one.looser, one.saves) == (all.asked.objective, all.looser, all.saves)
                for all in paid
            ):
                paid.append(one)
        for one in paid:
            by = of.differs(one.by, of.closest) if one.by else ()
            self.line(
                f"{_asked(one.asked)}: {_step(one.asked, one.looser or 0.0)} would save {self.money(one.saves)} a month"
                f" ({'; '.join(by)})",
                indent=2,
            )
        joint = of.together
        if joint:
            by = "; ".join(of.differs(joint.by, of.closest))
            self.line(
                "Need the same, so that to loosen one saves nothing while another stays; to give up all of them would"
                f" save {self.money(joint.saves)} a month ({by}): {', '.join(map(_asked, joint.asked))}.",
                indent=2,
            )
        free = [
            one
            for one in of.prices
            if one.looser is None and one.kept and not (joint and (one.asked in joint.asked or not one.asked.kind))
        ]
        shown = {(one.asked.objective, one.asked.target) for one in free if one.asked.kind is None}
        free = [one for one in free if not (one.asked.kind and (one.asked.objective, one.asked.target) in shown)]
        if free:
            kinds = dict.fromkeys(_kind(one.asked.kind) for one in free)
            self.line(f"{count(len(free), 'more objective')} cost nothing (in {', '.join(kinds)}).", "dim", 2)
        for said, kinds in _unkept(of.prices).items():
            self.line(f"{said[0]} in {', '.join(kinds)}: {said[1]}", "yellow", 2)
        self.line()

    def protections(self) -> None:
        of = self._of
        if not of.protections:
            return
        self.line("WHAT TODAY'S PROTECTIONS BUY, each beside a weaker choice", "bold")
        heading = ("", "HAS", "INSTEAD OF", f"{of.currency} A YEAR", "SAVES A YEAR", "")
        rows = [self._protection(one) for one in of.protections]
        self.table(heading, rows, right=3)
        idle = [one for one in of.protections if one.worth in (Worth.BUYS_NOTHING, Worth.COSTS_MORE)]
        if idle:
            names = dict.fromkeys(f"{one.gene.name} ({one.has}, not {one.instead})" for one in idle)
            self.line(f"Over-engineered: {', '.join(names)}.", "yellow", 2)
        self.line()

    def _protection(self, one: Protection) -> tuple[str, ...]:
        return (
            one.gene.name,
            one.has,
            one.instead,
            amount(MONTHS * one.costs),
            self._span(one.saves) if self._of.revenue is not None else "unknown",
            WORTH[one.worth] + (f" ({len(one.keeps)})" if one.keeps else ""),
        )

    def overrated(self) -> None:
        of = self._of
        rows = [
            f"{one.capability} earns nothing, and its objectives cost {self.money(one.saves)} a month: without them"
            f" {'; '.join(of.differs(one.by, of.closest))} would do, and lose {self.money(max(one.loses, 0.0))}"
            " a year more."
            for one in of.overrated
        ]
        for one in of.protections:
            critical = of.data.get(one.gene.about, ())
            if critical and one.worth in (Worth.BUYS_NOTHING, Worth.COSTS_MORE):
                rows.append(
                    f"{', '.join(critical)} (critical) have {one.gene.name} {one.has}: {one.instead} would save"
                    f" {self.money(MONTHS * one.costs)} a year and lose {self.money(max(one.saves.typical, 0.0))}."
                )
        if rows:
            self.line("TREATED AS MORE CRITICAL THAN ITS MONEY SAYS", "bold")
            for said in rows:
                self.line(said, indent=2)
            self.line()

    def money(self, value: float) -> str:
        return money(value, self._of.currency)

    def _range(self, value: Range) -> str:
        return f"{self.money(value.typical)} ({self._span(value)})"

    def _span(self, value: Range) -> str:
        if value.upper is None:
            return f"{amount(value.lower)} and more"
        low, high = amount(value.lower), amount(value.upper)
        return low if low == high else f"{low} to {high}"


def _ends(value: Range) -> str:
    return f"{amount(value.lower)} to {'no bound' if value.upper is None else amount(value.upper)}"


def _kind(kind: DisruptionKind | None) -> str:
    return kind.value if kind else "all kinds"


def _asked(asked: Asked) -> str:
    if asked.objective is Objective.AVAILABILITY:
        return f"availability of {share(1 - asked.target)}"
    return f"{asked.objective.value} of {duration(asked.target)}" + (f" in {asked.kind.value}" if asked.kind else "")


def _step(asked: Asked, value: float) -> str:
    return share(1 - value) if asked.objective is Objective.AVAILABILITY else duration(value)


def _unkept(prices: Iterable[ObjectivePrice]) -> dict[tuple[str, str], list[str]]:
    """What no design keeps, and how near the best comes: kinds of which the same is to be said, together."""
    found: dict[tuple[str, str], list[str]] = {}
    strictest: dict[tuple[object, Objective], ObjectivePrice] = {}
    for one in prices:
        if not one.kept and (one.asked.kind or one.asked.objective is Objective.AVAILABILITY):
            strictest.setdefault((one.asked.kind, one.asked.objective), one)
    for one in strictest.values():
        found.setdefault((_asked(one.asked._replace(kind=None)), _reached(one)), []).append(_kind(one.asked.kind))
    return found


def _reached(one: ObjectivePrice) -> str:
    if math.isinf(one.best):
        return "no design keeps it for all: what decides it is without bound or not known"
    if one.best <= one.asked.target:
        return "another design keeps it, and misses more of the rest"
    return f"no design keeps it for all; the best reaches {_step(one.asked, one.best)}"
