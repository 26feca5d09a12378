"""The evidence: every figure is the assessment's, what is not shown is missing, and each format says the same."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import StringIO

import pytest

from bcinfra.continuity.judgement.clauses import CLAUSES, Regime, Shows
from bcinfra.continuity.judgement.evidence import Evidence, Ground, StageKind, Status, evidence, order
from bcinfra.continuity.judgement.records import Deed, Record
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Protection
from bcinfra.continuity.model.ranges import Unit, pessimistic
from bcinfra.report.assess import cells
from bcinfra.report.documents.blocks import Code, Document, Heading, Items, Quote, Step, Table, Text
from bcinfra.report.documents.csv import HEADING, table_to_csv, to_csv
from bcinfra.report.documents.evidence import document
from bcinfra.report.documents.html import to_html
from bcinfra.report.documents.markdown import to_markdown
from bcinfra.report.words.evidence import ASKS, HELD, LACKING, ground
from bcinfra.report.words.quantities import ends
from tests.report.conftest import Shop

TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def found(shop: Shop) -> Evidence:
    return evidence(shop.model, shop.assessment, (), TODAY)


@pytest.fixture(scope="module")
def written(found: Evidence) -> Document:
    return document(found, "made for a test")


def table(of: Document, name: str) -> list[dict[str, str]]:
    (one,) = (each for each in of.tables if each.name == name)
    return [dict(zip(one.heading, row, strict=True)) for row in one.rows]


def grounds(of: Evidence, shows: Shows) -> Ground:
    return next(g for shown in of.clauses for g in shown.grounds if g.shows is shows)


def record(what: Deed, of: str, on: date = date(2026, 11, 3), passed: bool = True) -> Record:
    return Record(what=what, of=of, on=on, passed=passed, by="Ada Lovelace")


# Clauses


def test_every_clause_is_worded_and_every_ground_too():
    assert {(one.regime, one.number) for one in CLAUSES} == set(ASKS)
    assert set(Shows) == set(HELD) == set(LACKING) == {shows for one in CLAUSES for shows in one.shows}
    annex = {one.number for one in CLAUSES if one.regime is Regime.NIS2}
    assert {"4.1.2 (e)", "4.1.3", *(f"4.2.2 ({letter})" for letter in "abcdef"), "4.2.3", "4.2.6"} <= annex


def test_what_no_stack_shows_is_missing(found: Evidence):
    for shows in (Shows.ROLES, Shows.STAFF, Shows.RESTORED, Shows.DRILLED, Shows.REVIEWED, Shows.TRAINED):
        assert grounds(found, shows).status is Status.MISSING
        ((status, said),) = ground(grounds(found, shows))
        assert status is Status.MISSING
        assert said.startswith("no ")


def test_what_is_shown_of_some_alone_is_missing_of_the_others(found: Evidence, written: Document):
    partly = grounds(found, Shows.APART)
    assert partly.held and partly.lacking
    rows = [row for row in table(written, "clauses") if row["Clause"].endswith("4.2.2 (c)")]
    assert [row["Status"] for row in rows] == ["design evidence", "missing"]
    assert [name in row["Evidence"] for row in rows for name in ("orders", "carts")] == [True, False, False, True]


def test_records_and_nothing_else_are_operating_evidence(shop: Shop, found: Evidence):
    assert not any(g.status is Status.OPERATING for shown in found.clauses for g in shown.grounds)
    done = (
        record(Deed.RESTORE, "orders"),
        record(Deed.DRILL, "region:aws/eu-west-1"),
        record(Deed.REVIEW, "plan"),
        record(Deed.TRAINING, "plan", passed=False),
    )
    now = evidence(shop.model, shop.assessment, done, TODAY)
    restored = grounds(now, Shows.RESTORED)
    assert (restored.status, "orders" in restored.held, "secrets" in restored.lacking) == (Status.OPERATING, True, True)
    assert grounds(now, Shows.DRILLED).held == ("region",)
    assert grounds(now, Shows.REVIEWED).status is Status.OPERATING
    assert grounds(now, Shows.TRAINED).status is Status.MISSING


@pytest.mark.parametrize("on", [date(2025, 11, 28), date(2026, 11, 30)])
def test_a_record_of_more_than_a_year_ago_or_of_tomorrow_does_not_count(shop: Shop, on: date):
    old = evidence(shop.model, shop.assessment, (record(Deed.RESTORE, "orders", on),), TODAY)
    assert grounds(old, Shows.RESTORED).status is Status.MISSING
    assert not any(copy.proved for one in old.copies for copy in one.copies)


def test_a_copy_taken_away_is_said_to_be_missing(shop: Shop, found: Evidence):
    assert "orders" in grounds(found, Shows.APART).held
    stores = tuple(
        replace(store, copies=tuple(c for c in store.copies if Protection.OTHER_ACCOUNT not in c.protections))
        if "orders" in store.holds
        else store
        for store in shop.model.stores
    )
    now = evidence(replace(shop.model, stores=stores), shop.assessment, (), TODAY)
    assert "orders" in grounds(now, Shows.APART).lacking
    assert "orders" in grounds(now, Shows.ACCESS).lacking


# Figures


def test_every_figure_of_the_impact_analysis_is_the_assessments(shop: Shop, written: Document):
    availability = {one.name: one.availability for one in shop.assessment.capabilities}
    for row in table(written, "downtime"):
        capability, *kind = row["Capability"].split(", ")
        computed = ends(availability[capability].value, Unit.SHARE, "")
        assert row["Availability computed"] == ("" if kind else computed)
        assert row["MTPD / MTD"] == "missing"
    outcomes = [(r.scenario, o) for r in shop.assessment.scenarios for o in r.outcomes]
    rows = table(written, "recovery")
    assert len(rows) > 30
    for row in rows:
        capability, kind = row["Capability and kind of disruption"].split(", ")
        of = [o for s, o in outcomes if o.capability == capability and s.disruption == kind]
        assert row["Recovery typ (p95)"] in {cells.recovery(o).text for o in of}
        assert row["Data lost typ (p95)"] in {cells.data(o).text for o in of}


def test_no_recovery_that_misses_its_objective_is_slower_than_the_one_shown(shop: Shop, found: Evidence):
    for impact in found.impacts:
        for kind in impact.kinds:
            missed = [
                pessimistic(o.time)
                for r in shop.assessment.scenarios
                for o in r.outcomes
                if r.scenario.disruption is kind.kind and o.capability == impact.capability.name
                for verdict in o.verdicts
                if verdict.objective is Objective.RECOVERY_TIME and verdict.judgement is Judgement.MISSED
            ]
            assert pessimistic(kind.time.outcome.time) >= max(missed, default=0)


def test_every_cut_set_of_one_is_there_and_the_costliest_is_first(shop: Shop, found: Evidence):
    single = {cut[0] for one in shop.assessment.capabilities for cut in one.cut_sets.of_order(1)}
    assert {one.scenario.id for one in found.disruptors if one.size == 1} == single
    losses = [one.result.loss.value.typical for one in found.disruptors if one.result.loss and one.result.loss.value]
    assert losses == sorted(losses, reverse=True)


def test_what_others_wait_for_is_recovered_first(shop: Shop):
    stages = list(order(shop.model))
    position = {item: i for i, stage in enumerate(stages) for item in stage.items}
    label = {one.urn: one.label for one in shop.model.pools}
    behind = {one.urn: one.pools for one in shop.model.balancers}
    asked = 0
    for caller, callees in shop.model.calls.items():
        for callee in callees:
            for name in [label[p] for p in behind.get(callee, ()) if p in label] or [callee]:
                if caller in label and name in position:
                    assert position[name] < position[label[caller]]
                    asked += 1
    assert asked > 10
    assert [stage.kind for stage in stages] == sorted((stage.kind for stage in stages), key=list(StageKind).index)


# Formats


def test_each_format_holds_every_cell(written: Document):
    markdown, html = to_markdown(written), to_html(written)
    rows = list(csv.DictReader(StringIO(to_csv(written))))
    assert tuple(rows[0]) == HEADING
    plain = re.sub(r"\\(.)", r"\1", markdown)
    shown = _Texts.of(html)
    for one in written.tables:
        again = list(csv.reader(StringIO(table_to_csv(one))))
        assert len(again) == len(one.rows) + 1
        for row in one.rows:
            for cell in filter(None, row):
                assert cell in plain
                assert cell in shown


def test_hostile_names_stay_text():
    evil = "<img src=x onerror=alert(1)>|=cmd()`rm`\x1b[2J*b*"
    blocks = (
        Heading(1, evil),
        Text(evil),
        Items((evil,)),
        Table("evil", (evil, "value"), ((evil, evil), ("=1+1", "@x"))),
        Code(f"{evil}```"),
        Quote(evil, "en"),
        Step(1, evil, (Code(evil),)),
    )
    page = Document(title=evil, blocks=blocks)
    html = to_html(page)
    assert "<img" not in html
    assert "\x1b" not in html + to_markdown(page) + to_csv(page)
    assert "script" not in html.casefold()
    outside = re.sub(r"^(`{3,}).*?^\1$", "", to_markdown(page), flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"(?<!\\)<img", re.sub(r"^ +(`{3,}).*?^ +\1$", "", outside, flags=re.MULTILINE | re.DOTALL))
    assert "'=1+1" in table_to_csv(page.tables[0])


def test_the_page_asks_for_nothing(written: Document):
    html = to_html(written)
    assert re.findall(r"(?:src|href)=\"(?!#)", html) == []
    assert "default-src 'none'; style-src 'sha256-" in html
    assert "url(" not in html
    assert "@import" not in html


class _Texts(HTMLParser):
    """All text of a page, in one string."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        return "\n".join(parser.found)
