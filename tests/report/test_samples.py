"""What holds of every sample, each recorded and assessed once: what is served has a way, and no two outputs contradict
each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from io import StringIO
from typing import Any, Final

import pytest

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.by_kind import by_kind
from bcinfra.continuity.judgement.copies import copies
from bcinfra.continuity.judgement.drill import rehearse
from bcinfra.continuity.judgement.evidence import evidence
from bcinfra.continuity.judgement.runbooks import runbooks
from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import Figure, Unit
from bcinfra.continuity.readings.costing import cost_of
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.assess import cells
from bcinfra.report.assess.markdown import to_markdown
from bcinfra.report.assess.sarif import to_sarif
from bcinfra.report.console import console
from bcinfra.report.documents.commands import names
from bcinfra.report.documents.evidence import document
from bcinfra.report.documents.html import to_html
from bcinfra.report.documents.runbook import Book
from bcinfra.report.drill import show_rehearsal
from bcinfra.report.explain import Index
from bcinfra.report.html.render import render
from bcinfra.report.html.report import report
from bcinfra.report.words.findings import fix
from bcinfra.report.words.quantities import duration, ends, pair, share
from bcinfra.report.words.statements import say
from tests.assembly.conftest import sample
from tests.continuity.test_brute_force import claims
from tests.report import rendered
from tests.report.conftest import Shop, text, through
from tests.report.typed import machine_wrong, unreadable, wrong_of

STACKS: Final = ("small-prod", "midsize-prod", "large-prod", "b2b-prod", "hybrid-prod", "midsize-staging")
FOR_A_PERSON: Final = (Kind.PERSON, Kind.UNDECIDED, Kind.LOST)
ORDER: Final = list(Judgement).index
TODAY: Final = date(2026, 11, 29)
QUARTER: Final = 15 * 60
ALONE: Final = {"carts", "infrastructure-state", "sessions"}
"""Data of which no sample has a copy that whoever holds production cannot end, as R29's row says."""
LATE: Final = {"hybrid-prod": {"customers", "module-configuration", "orders", "products"}}
"""Critical data whose sealed copy may be older, as Google promises no time for it: likewise."""
WIDE: Final = 600
"""Columns in which no line of a table is broken."""


@cache
def shop(name: str) -> Shop:
    return through(sample(name))


@pytest.mark.parametrize("name", STACKS[:-1])
def test_what_is_said_of_a_sample_has_a_way(name: str) -> None:
    count, wrong = claims(shop(name).model, shop(name).assessment)
    assert count > 20
    assert wrong == []


@pytest.mark.parametrize("name", STACKS[:-1])
def test_critical_data_has_an_isolated_copy_of_a_quarter_of_an_hour(name: str) -> None:
    found = {one.data: one for one in copies(shop(name).model) if one.data}
    assert {data for data, one in found.items() if not one.rule.isolated} <= ALONE
    critical = {data: one.isolated_age for data, one in found.items() if one.criticality == "critical"}
    late = {data for data, age in critical.items() if not (age and age.value and age.value.worst <= QUARTER)}
    assert late == LATE.get(name, set())


@pytest.mark.parametrize("name", STACKS)
def test_no_output_contradicts_the_assessment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bcinfra.report.html.report.MOST_PAIRS", 12)
    of = shop(name)
    for output in (_json, _tables, _screen, _sarif, _explained, _drilled, _page, _runbook, _evidence):
        wrong = list(output(of))
        assert not wrong, f"{output.__name__} of {name}:\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("name", STACKS)
def test_the_runbook_can_be_followed_with_all_gone_that_the_scenario_took(name: str) -> None:
    """Every scenario that needs a person has a page; every command goes to what is left, by its text; every value that
    it needs is found by a command before it; a shell can read all of them."""
    of = shop(name)
    book = Book(runbooks(of.assessment), of.model, of.graph)
    needing = {r.scenario.id for r in of.assessment.scenarios if any(o.kind in FOR_A_PERSON for o in r.affected)}
    assert len(needing) > 10
    assert needing <= set(book.pages)
    wrong = list(wrong_of(book, of.graph))
    assert not wrong, f"{len(wrong)} of {name}:\n" + "\n".join(wrong[:20])
    lines = [
        c.line
        for p in book.pages.values()
        for one in p.procedures
        for task in book.tasks(p, one)
        for c in task.commands
    ]
    assert len(lines) > 100
    assert unreadable(lines) == ""
    assert list(machine_wrong(book)) == []


def test_a_name_at_two_dns_providers_is_changed_at_each_that_is_left_and_leaves_one_in_wrong_hands() -> None:
    of = shop("small-prod")
    book = Book(runbooks(of.assessment), of.model, of.graph)

    def typed(scenario: str, act: Act) -> list[str]:
        page = book.pages[scenario]
        tasks = [task for one in page.procedures for task in book.tasks(page, one) if task.step.deed.kind is act]
        return [command.line for task in tasks for command in task.commands]

    def done(lines: list[str]) -> list[str]:
        marks = ("record-sets update", "--request PATCH", "managed-zones describe", ".name_servers")
        return [mark for line in lines for mark in marks if mark in line]

    assert done(typed("geography:Europe", Act.CHANGE_NAME)) == ["--request PATCH", "record-sets update"]
    moved = typed("account:gcp/small-shop-prod", Act.CHANGE_NAME)
    assert done(moved) == ["--request PATCH", "--request PATCH"]  # the pool has another address, and stands alone
    assert done(typed("takeover:cloudflare/0123456789abcdef0123456789abcdef", Act.DELEGATE)) == [
        "managed-zones describe",
        "managed-zones describe",
        "record-sets update",
    ]
    zones = [line for line in typed("purge", Act.RESTORE) if "Zone::" in line]
    assert [line.count("--target ") for line in zones] == [2]


def test_a_registration_that_runs_out_beside_what_takes_nothing_is_judged_where_it_does_so_alone() -> None:
    together = {r.scenario.id: r for r in shop("midsize-prod").assessment.scenarios if "+registration" in r.scenario.id}
    missed = {id for id, result in together.items() if result.judgement is Judgement.MISSED}
    assert len(together) > 5
    assert missed == {"registration:midsize-help.example+registration:shop.example"}
    steps = [step for r in together.values() for o in r.outcomes if o.way for step in o.way.steps]
    assert not [step.deed.id for step in steps if "wait for/registration" in step.deed.id]


def delegated(stack: str, scenario: str) -> str:
    """What is typed to delegate the names of a sample anew."""
    of = shop(stack)
    book = Book(runbooks(of.assessment), of.model, of.graph)
    page = book.pages[scenario]
    tasks = (task for one in page.procedures for task in book.tasks(page, one))
    return "\n".join(c.line for task in tasks if task.step.deed.kind is Act.DELEGATE for c in task.commands)


def test_a_zone_that_is_left_of_two_names_its_own_servers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ResourceRecords:DelegationSet.NameServers[]" in delegated("hybrid-prod", "takeover:gcp/hybrid-shop-prod")
    assert "--type NS --zone hybrid-prod-dns" in delegated("hybrid-prod", "takeover:aws/777788889999")
    both = "takeover:gcp/small-shop-prod"  # all that stood there is built anew, its zone too
    assert "dns_settings" not in delegated("small-prod", both)

    def stands(_: object) -> bool:
        return False

    monkeypatch.setattr(names, "_built", stands)
    assert "zones/$ZONE/dns_settings" in delegated("small-prod", both)


@pytest.mark.parametrize(
    ("at", "output"),
    [
        ("html.story.rate", "_page"),
        ("html.story.pair", "_page"),
        ("html.story.money", "_page"),
        ("html.story.duration", "_page"),
        ("html.story.cells.recovery", "_page"),
        ("html.story.cells.data", "_page"),
        ("html.sources.ends", "_page"),
        ("html.report.ends", "_page"),
        ("html.report.share", "_page"),
        ("html.report.duration", "_page"),
        ("html.copies.words.age", "_page"),
        ("cost.page.money_of", "_page"),
        ("cost.page.share", "_page"),
        ("documents.runbook.pair", "_runbook"),
        ("documents.runbook.duration", "_runbook"),
        ("documents.evidence.cells.recovery", "_evidence"),
        ("documents.evidence.cells.data", "_evidence"),
        ("documents.evidence.ends", "_evidence"),
        ("documents.evidence.amount", "_evidence"),
        ("documents.evidence.duration", "_evidence"),
        ("words.copies.age", "_evidence"),
        ("words.copies.kept", "_evidence"),
    ],
)
def test_a_figure_that_is_written_otherwise_is_seen(at: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the pages itself: wherever they are made to say another figure, it shows."""
    other = cells.Cell("4 h 30 min") if ".cells." in at else "EUR 4,444" if at.endswith("money") else "4 h 30 min"

    def written(*_: object, **__: object) -> cells.Cell | str:
        return other

    monkeypatch.setattr(f"bcinfra.report.{at}", written)
    assert next({"_page": _page, "_runbook": _runbook, "_evidence": _evidence}[output](shop("small-prod")), None)


def _page(of: Shop) -> Iterator[str]:
    cost = cost_of(of.graph, of.model)
    made = report(of.assessment, of.model, (of.graph.stack,), today=TODAY, cost=cost)
    written = render("report.html.j2", report=made, change=None)
    yield from rendered.page(of, written)
    yield from rendered.cost(cost, written)


def _runbook(of: Shop) -> Iterator[str]:
    book = Book(runbooks(of.assessment), of.model, of.graph)
    yield from rendered.runbook(of, [(page, to_html(book.page(page))) for page in book.pages.values()])


def _evidence(of: Shop) -> Iterator[str]:
    found = evidence(of.model, of.assessment, (), TODAY)
    yield from rendered.evidence(of, found, to_html(document(found)))


def _json(of: Shop) -> Iterator[str]:
    document: Mapping[str, Any] = json.loads(json.dumps(of.document))
    figures = document["figures"]

    def differ(what: str, index: int | None, figure: Figure | None) -> Iterator[str]:
        said = None if index is None else figures[index]
        if (said is None) != (figure is None):
            yield f"{what}: {said} for {figure}"
        elif said and figure:
            value = figure.value
            if said["known"] != (value is not None) or (
                value and (said["low"], said["typical"], said["upper"]) != (value.lower, value.typical, value.upper)
            ):
                yield f"{what}: {said} for {value}"

    rows = {row["id"]: row for row in document["scenarios"]}
    for result in of.assessment.scenarios:
        row = rows.pop(result.scenario.id)
        yield from differ(f"{row['id']} rate", row["rate"], result.scenario.rate)
        told = {one["capability"]: one for one in row["outcomes"]}
        for outcome in result.outcomes:
            one, at = told.pop(outcome.capability), f"{row['id']} {outcome.capability}"
            if one["kind"] != outcome.kind:
                yield f"{at}: {one['kind']} for {outcome.kind}"
            yield from differ(f"{at} time", one["time"], outcome.time)
            verdicts = {v["objective"]: (v["judgement"], v["target"]) for v in one["verdicts"]}
            if verdicts != {v.objective: (v.judgement, v.target) for v in outcome.verdicts}:
                yield f"{at}: {verdicts}"
            data: list[Any] = one["way"]["data"] if one["way"] else []
            ages = {loss["store"]: loss for loss in data}
            for loss in outcome.losses if outcome.way else ():
                yield from differ(f"{at} {loss.store}", ages[loss.store]["age"], loss.age)
    yield from rows
    for one, row in zip(of.assessment.capabilities, document["capabilities"], strict=True):
        yield from differ(f"{one.name} availability", row["availability"], one.availability)
    yield from differ("expected loss", document["expected_loss"], of.assessment.expected_loss)
    for years, figure in of.assessment.once_in.items():
        yield from differ(f"once in {years}", document["loss_once_in_years"][str(years)], figure)


def _tables(of: Shop) -> Iterator[str]:
    """Every row of a scenario or capability, in text and in Markdown."""
    said = of.page(everything=True)
    results = {result.scenario.id: result for result in of.assessment.scenarios}
    screen = [re.sub(r"\s+", " ", line) for line in text(said, WIDE, detail=True, everything=True).splitlines()]
    comment = [line.replace("\\", "").replace("**", "") for line in to_markdown(said).splitlines()]
    for row in said.scenarios:
        outcomes = results[row.id].affected or results[row.id].outcomes
        for cell, objective, of_one in (
            (row.recovery, Objective.RECOVERY_TIME, cells.recovery),
            (row.data, Objective.DATA_LOSS, cells.data),
        ):
            if cell.text not in {of_one(outcome).text for outcome in results[row.id].outcomes}:
                yield f"{row.id}: {cell.text} of no capability"
            judged = [v.judgement for o in outcomes if (v := o.verdict(objective))]
            if judged and cell.judgement is not min(judged, key=ORDER):
                yield f"{row.id}: {objective} {cell.judgement} for {judged}"
            whole = f"{row.title} "
            if not any(whole in line and cell.text in line for line in screen):
                yield f"{row.id}: {cell.text} is not in the text"
            if not any(f"| {row.title} |" in line and f"| {cell.text} |" in line for line in comment):
                yield f"{row.id}: {cell.text} is not in the Markdown"
    for capability, row in zip(
        sorted(of.assessment.capabilities, key=lambda one: one.name),
        sorted(said.capabilities, key=lambda one: one.name),
        strict=True,
    ):
        value = capability.availability.value
        assert value is not None
        told = f"{share(value.typical)} ({share(value.lower)})"
        for where in (screen, comment):
            if not any(row.name in line and told in line for line in where):
                yield f"{row.name}: {told} is not told"


def _screen(of: Shop) -> Iterator[str]:
    """The rows of the first screen, from the scenarios that JSON names for them."""
    results = {result.scenario.id: result for result in of.assessment.scenarios}
    for row, told in zip(of.page().kinds, of.document["kinds"], strict=True):
        by = {what: _outcome(results[told[what]["scenario"]], told[what]["capability"]) for what in ("time", "data")}
        time = by["time"].time
        worst = worst_loss(by["data"].losses) if by["data"].kind is not Kind.UNDECIDED else None
        value = time.value if time else None
        if by["time"].kind is not Kind.UNAFFECTED and value and row.again != duration(value.typical):
            yield f"{row.kind}: {row.again} for {value}"
        if value and value.upper and by["time"].kind is not Kind.UNAFFECTED:
            again = re.sub(" x$", "", row.worst).removeprefix("over ")
            yield from () if again == duration(value.upper) else (f"{row.kind}: {row.worst} for {value}",)
        if worst and worst.age and not row.data.startswith(("0", "over", pair(worst.age.value))):
            yield f"{row.kind}: {row.data} for {worst.age.value}"
        if row.judgement is None:
            yield from () if row.kept == "-" else (f"{row.kind}: {row.kept} of what has no objective",)
            continue
        kept, every = _kept([r for r in results.values() if r.scenario.disruption is row.kind and r.judgement])
        if row.kept != f"{kept} of {every}" or (told["kept"], told["scenarios"]) != (kept, every):
            yield f"{row.kind}: {row.kept} for {kept} of {every}"


def _kept(results: Sequence[ScenarioResult]) -> tuple[int, int]:
    good = (Judgement.MET, Judgement.ACCEPTED)
    return sum(all(v.judgement in good for o in r.outcomes for v in o.verdicts) for r in results), len(results)


def _sarif(of: Shop) -> Iterator[str]:
    (run,) = json.loads(to_sarif(of.assessment))["runs"]
    told = sorted((row["ruleId"], row["message"]["text"]) for row in run["results"])
    findings = [*of.assessment.findings]
    if told != sorted((one.code, f"{say(one.says)}. {fix(one)}") for one in findings):
        yield "other findings"
    missed = {one.name for one in of.page().capabilities if one.availability.judgement is Judgement.MISSED}
    for row in run["results"]:
        if row["ruleId"] == "BC0026" and missed & {*row["properties"]["capabilities"]} and row["level"] == "note":
            yield f"a note, and missed in the table: {row['message']['text']}"


def _explained(of: Shop) -> Iterator[str]:
    """The scenarios that decide the first screen, each as ``explain`` tells the capability that it hits first."""
    index = Index(of.document)
    for result in _deciding(of):
        lines = [line.text for line in index.explain(result.scenario.id)]
        shown = next((line.partition(":")[0] for line in lines if re.match(r"[\w-]+: ", line)), "")
        outcome = next((o for o in result.outcomes if o.capability == shown), None)
        for verdict in outcome.verdicts if outcome else ():
            if verdict.value is None or verdict.value.value is None:
                continue
            value = ends(verdict.value.value, Unit.SECONDS, "EUR")
            name = {Objective.RECOVERY_TIME: "recovery time", Objective.DATA_LOSS: "data loss"}[verdict.objective]
            wanted = f"{name} {value}, objective {duration(verdict.target)}"
            if not any(wanted in line and str(verdict.judgement) in line for line in lines):
                yield f"{result.scenario.id} {shown}: {wanted} is not explained"


def _drilled(of: Shop) -> Iterator[str]:
    """The same, as a drill computes and prints them; the plays themselves are measured elsewhere."""
    for result in _deciding(of):
        played = rehearse(of.model, result.scenario, facts(), runs=1)
        out = StringIO()
        show_rehearsal(console(out, width=WIDE, color=False), of.assessment.title, played, of.model.business)
        lines = out.getvalue().splitlines()
        for one in played.played:
            outcome = _outcome(result, one.capability)
            time = outcome.time
            if outcome.kind is Kind.UNAFFECTED:
                continue
            computed = "never" if time is None else pair(time.value)
            if not any(line.startswith(f"{one.capability} ") and computed in line for line in lines):
                yield f"{result.scenario.id} {one.capability}: {computed} is not drilled"


def _deciding(of: Shop) -> list[ScenarioResult]:
    results = {result.scenario.id: result for result in of.assessment.scenarios}
    ids = dict.fromkeys(by.scenario.id for kind in by_kind(results.values()) for by in (kind.time, kind.data))
    return [results[id] for id in ids]


def _outcome(result: ScenarioResult, capability: str) -> Outcome:
    return next(o for o in result.outcomes if o.capability == capability)
