"""What is said of designs, on a space made by hand."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit.genes import Choice, Gene, Kind
from bcinfra.fit.measured import Key, Measured
from bcinfra.fit.search import Found
from bcinfra.report.console import console
from bcinfra.report.fit.document import schema, schema_text, to_document
from bcinfra.report.fit.page import Report
from bcinfra.report.fit.text import show_fit

CHECKOUT = Key(DisruptionKind.REGION, Objective.RECOVERY_TIME, "checkout")
INVOICES = Key(DisruptionKind.PEOPLE, Objective.DATA_LOSS, "invoices")
TARGETS = {CHECKOUT: 900.0, INVOICES: 3600.0}


def report(revenue: float | None) -> Report:
    """A second site costs 1,000 a month and saves two hours of revenue a year; copies every hour cost 100 and save
    nothing, but invoices are promised."""
    genes = (
        Gene(Kind.STRATEGY, "", tuple(Choice(v, lambda _: None) for v in ("backup-and-restore", "pilot-light")), 1),
        Gene(Kind.CADENCE, "copies", tuple(Choice(v, lambda _: None) for v in ("1d", "1h")), 1),
        Gene(Kind.LOCK, "backups", tuple(Choice(v, lambda _: None) for v in ("none", "14d")), 1),
    )

    def one(site: int, copies: int, lock: int) -> Measured:
        cost = 1000.0 + 1000 * site + 100 * copies + 10 * lock
        hours = 3.0 - 2 * site + 1 * (not lock)
        values = {CHECKOUT: 800.0 if site else 86_400.0, INVOICES: 3600.0 if copies else 86_400.0}
        return Measured(
            cost=Range(cost, 2 * cost),
            loss=None if revenue is None else Range(hours * revenue, 4 * hours * revenue, hours * revenue / 2),
            values=values,
            worst={(key.kind, key.objective): value for key, value in values.items() if key.kind},
        )

    every = {(a, b, c): one(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)}
    found = Found(genes=genes, today=(1, 1, 1), space=8, measured=every, refused={})
    return Report(
        title="corner-prod", found=found, targets=TARGETS, currency="EUR", revenue=revenue, data={"copies": ("orders",)}
    )


def said(of: Report) -> str:
    page = StringIO()
    show_fit(console(page, width=200, color=False), of)
    return page.getvalue()


def test_revenue_moves_what_is_recommended_and_the_text_says_why() -> None:
    modest, strong = report(400.0), report(400_000.0)
    text = said(modest)
    assert modest.found.genes[0].choices[modest.recommended[0]].value == "backup-and-restore"
    assert "At EUR 400 an hour pilot-light at its best (F) would cost EUR 12,000 a year more and save EUR 800" in text
    assert "strategy: backup-and-restore, not pilot-light" in text
    assert (
        "It misses what today keeps: recovery time in region, data loss in people. Who has promised that takes" in text
    )
    text = said(strong)
    assert strong.found.genes[0].choices[strong.recommended[0]].value == "pilot-light"
    assert (
        "At EUR 400,000 an hour backup-and-restore at its best (B) would save EUR 12,000 a year and lose EUR 800,000"
        in text
    )


def test_each_protection_is_named_by_what_it_is_worth() -> None:
    text = said(report(400.0))
    rows = {line.split("  ")[1].strip(): line for line in text.splitlines() if line.startswith("  ") and "  1" in line}
    assert "an objective needs it (1)" in rows["cadence of copies"]
    assert "an objective needs it (1)" in rows["strategy"]
    assert "worth it: saves more than it costs" in rows["lock of backups"]
    assert "invoices earns nothing, and its objectives cost EUR 100 a month" in text
    relaxed = report(400.0)
    object.__setattr__(relaxed, "targets", {CHECKOUT: 900.0})
    text = said(relaxed)
    assert "Over-engineered: cadence of copies (1h, not 1d)." in text
    assert "orders (critical) have cadence of copies 1h: 1d would save EUR 1,200 a year and lose EUR 0." in text


def test_an_objective_has_a_price() -> None:
    text = said(report(400.0))
    assert (
        "recovery time of 15 min: 24 h would save EUR 1,000 a month (strategy: backup-and-restore, not pilot-light)"
        in text
    )
    assert "data loss of 60 min: 24 h would save EUR 100 a month (cadence of copies: 1d, not 1h)" in text
    assert text.count("would save EUR 1,000 a month") == 1, "not once more of the one kind that there is"


def test_without_revenue_nothing_is_known_to_be_lost() -> None:
    of = report(None)
    text = said(of)
    assert "No revenue is stated, so nothing is known of losses: business.revenue_per_hour." in text
    assert "Recommended: C, the cheapest of those that miss the fewest objectives." in text
    assert to_document(of)["least_sum"] is None


def test_designs_are_found_by_what_they_are_called() -> None:
    of = report(400.0)
    assert of.of("today") == (1, 1, 1)
    assert of.of("least") == of.of("recommended") == of.of("b") == of.recommended
    assert of.of("cheapest") == of.cheapest == (1, 1, 0)
    assert of.of("Z") is None


def test_the_document_holds_every_design_under_its_name() -> None:
    found = to_document(report(400.0))
    Draft202012Validator(schema()).validate(found)
    Draft202012Validator(schema()).validate(to_document(report(None)))
    assert (Path(__file__).parents[3] / "schemas/fit.schema.json").read_text(encoding="utf-8") == schema_text()
    named = {one["name"]: one for one in found["designs"]}
    assert len(named) == 8
    assert {found["recommended"], found["least_sum"], found["fewest_missed"], *found["front"]} <= named.keys()
    assert named["today"]["choices"] == {"strategy": "pilot-light", "cadence of copies": "1h", "lock of backups": "14d"}
    assert named["today"]["missed"] == []


@pytest.mark.parametrize("width", [60, 100, 200])
def test_no_design_is_lost_where_there_is_little_room(width: int) -> None:
    page = StringIO()
    of = report(400.0)
    show_fit(console(page, width=width, color=False), of)
    for name in of.names.values():
        assert f"{name:<5}".strip() in page.getvalue().split()
