"""A rehearsal in a terminal: every capability simulated against computed, and a timeline of one play."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bcinfra.continuity.judgement.drill import Played, Rehearsal, Run
from bcinfra.continuity.judgement.precedents import Precedent
from bcinfra.continuity.model.objectives import Objective
from bcinfra.continuity.model.parts import Business
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.reliability.simulate import Happening, Sample, What, percentiles
from bcinfra.report.diff.page import visible
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import amount, count, duration, money, pair, share
from bcinfra.report.words.scenarios import note as noted, title as titled
from bcinfra.report.words.statements import say


def show_rehearsal(
    console: Console,
    title: str,
    rehearsal: Rehearsal,
    business: Business,
    *,
    note: str = "",
    capability: str | None = None,
) -> None:
    """Print a rehearsal; ``capability``: whose timeline is shown, by default that which is out longest."""
    printer = _Printer(console, title)
    playable = [p for p in rehearsal.played if p.runs]
    runs = len(playable[0].runs) if playable else 0
    played = f", {count(runs, 'play')}, seed {rehearsal.seed}" if runs else ""
    printer.line(0, f"{title}: rehearsal of {titled(rehearsal.scenario)}{played}. Nothing real was touched.", "bold")
    if note:
        printer.line(0, note)
    console.print()
    printer.table(_summary(rehearsal.played))
    printer.line(0, "")
    printer.line(0, _agreement(rehearsal.played))
    shown = next((p for p in playable if capability in (None, p.capability)), None)
    if shown and shown.median:
        console.print()
        printer.timeline(shown, shown.median)
        for text in _losses(shown, business):
            printer.line(2, text)


def show_choices(console: Console, title: str, scenarios: Iterable[Scenario], precedents: Iterable[Precedent]) -> None:
    """Print what can be rehearsed."""
    printer = _Printer(console, title)
    printer.line(0, f"{title}: scenarios (--scenario)", "bold")
    for scenario in scenarios:
        printer.line(2, f"{scenario.id}  {titled(scenario)}")
    shown = list(precedents)
    printer.line(0, "Precedents (--precedent)", "bold")
    for one in (p for p in shown if p.scenario):
        printer.line(2, f"{one.incident.id}  {noted(one)}")
    printer.line(0, "Precedents that this stack cannot show", "bold")
    for one in (p for p in shown if not p.scenario):
        printer.line(2, f"{one.incident.id}  {noted(one)}")


def to_json(title: str, rehearsal: Rehearsal, capability: str | None = None) -> str:
    """A rehearsal for programs: seconds, shares between 0 and 1, ``null`` where it is never back or unknown."""
    rows = [_document(one) for one in rehearsal.played if capability in (None, one.capability)]
    scenario = rehearsal.scenario
    runs = max((len(one.runs) for one in rehearsal.played), default=0)
    head = {"format": "bcinfra-drill", "schema": 1, "title": title, "scenario": scenario.id}
    document = {**head, "says": titled(scenario), "seed": rehearsal.seed, "runs": runs, "capabilities": rows}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _document(one: Played) -> dict[str, Any]:
    value = one.outcome.time.value if one.outcome.time else None
    rto = next((v.target for v in one.outcome.verdicts if v.objective is Objective.RECOVERY_TIME), None)
    return {
        "capability": one.capability,
        "not_played": say(one.reason) if one.reason else None,
        "way": str(one.outcome.way.kind) if one.outcome.way and one.outcome.time is not None else None,
        "computed": {"typical": value.typical, "upper": value.upper} if value else None,
        "simulated": one.recovery and {"p50": one.recovery.p50, "p95": one.recovery.p95},
        "recovery_time_objective": rto,
        "within": one.within,
        "agrees": one.agrees,
        "data_lost": one.data_loss and {"p50": one.data_loss.p50, "p95": one.data_loss.p95},
    }


def choices_to_json(title: str, scenarios: Iterable[Scenario], precedents: Iterable[Precedent]) -> str:
    """What can be rehearsed."""
    document = {
        "format": "bcinfra-drill",
        "schema": 1,
        "title": title,
        "scenarios": {one.id: titled(one) for one in scenarios},
        "precedents": [one.incident.id for one in precedents if one.scenario],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


class _Printer:
    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._shortened = shortened(title)

    def short(self, text: str) -> str:
        """Without the stack's prefix, which all names have."""
        return visible(self._shortened(text))

    def line(self, indent: int, text: str, style: str = "") -> None:
        for i, part in enumerate(
            Text(self.short(text), style).wrap(self._console, max(self._console.width - indent - 2, 20))
        ):
            part.rstrip()
            self._console.print(Text(" " * (indent + (2 if i else 0))) + part, soft_wrap=True)

    def table(self, table: Table) -> None:
        """A table without trailing blanks."""
        for segments in self._console.render_lines(table, pad=False):
            text = Text()
            for segment in segments:
                text.append(segment.text, segment.style)
            text.rstrip()
            self._console.print(text, soft_wrap=True)

    def timeline(self, played: Played, run: Run) -> None:
        back = run.timeline.recovered
        which = "The play in the middle" if back is not None else "A play"
        self.line(0, f"{which}, {played.capability}, failure on {run.moment:%d %B, %H:%M}", "bold")
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(no_wrap=True)
        started = {h.step: h.at for h in run.timeline.happenings if h.what is What.STARTED}
        for happening in run.timeline.happenings:
            if happening.what is What.DONE:
                took = f"took {duration(happening.at - started[happening.step])}"
                table.add_row(duration(happening.at), happening.phase, self.short(say(happening.step)), took)
            elif happening.what is What.INFEASIBLE:
                table.add_row(
                    duration(happening.at), happening.phase, self.short(say(happening.step)), "cannot be done"
                )
        end = ("", "never back", "") if back is None else (duration(back), "service is back", "")
        table.add_row(end[0], "", Text(end[1], "bold"), end[2])
        self.table(table)

    def _row(self, table: Table, happening: Happening, end: str) -> None:
        table.add_row(duration(happening.at), happening.phase, self.short(say(happening.step)), end)


def _summary(played: Sequence[Played]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("CAPABILITY", "WAY BACK", "SIMULATED p50 (p95)", "COMPUTED p50 (p95)", "RTO", "IN TIME", "DATA LOSS"):
        table.add_column(title, overflow="fold")
    for one in played:
        outcome = one.outcome
        rto = next((duration(v.target) for v in outcome.verdicts if v.objective is Objective.RECOVERY_TIME), "")
        computed = "never" if outcome.time is None else pair(outcome.time.value)
        way = str(outcome.way.kind) if outcome.way and outcome.time is not None else "none"
        if one.reason:
            table.add_row(one.capability, say(one.reason), "-", computed, rto, "", "")
            continue
        within = "" if one.within is None else share(one.within)
        loss = "all of it, or unknown" if one.data_loss is None else _sampled(one.data_loss)
        simulated = "never" if one.recovery is None else _sampled(one.recovery)
        table.add_row(one.capability, way, simulated, computed, rto, within, loss)
    return table


def _sampled(sample: Sample) -> str:
    typical, upper = duration(sample.p50), duration(sample.p95)
    return typical if typical == upper else f"{typical} ({upper})"


def _agreement(played: Sequence[Played]) -> str:
    differ = [p.capability for p in played if p.agrees is False]
    if differ:
        return f"Simulated and computed recovery times DIFFER for {', '.join(differ)}: please report it."
    if any(p.agrees for p in played):
        return "Simulated and computed recovery times agree within sampling error (99 %)."
    return "No recovery to compare with what is computed."


def _losses(played: Played, business: Business) -> Iterator[str]:
    """What the plays lose: in the middle, and at worst in 19 of 20."""
    for text, values in (
        ("Orders not placed", [r.orders_missed for r in played.runs if r.orders_missed is not None]),
        ("Accepted orders lost", [r.orders_lost for r in played.runs if r.orders_lost is not None]),
    ):
        if values and business.average_order:
            found = percentiles(values)
            worth = money(found.p95 * business.average_order, business.currency)
            yield f"{text}: {amount(found.p50)} in the middle, {amount(found.p95)} at p95 ({worth})."
