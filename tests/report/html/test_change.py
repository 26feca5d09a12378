"""The report of a change, and the index of a fleet."""

from __future__ import annotations

import re

from bcinfra.commands.diff import page_of
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff
from bcinfra.report.assess.stacks import overview, row
from bcinfra.report.diff.page import plain
from bcinfra.report.html.render import render
from bcinfra.report.html.report import report
from tests.report.conftest import Shop, through, without_standby_in_zone
from tests.report.html.test_report import TODAY, Page


def test_a_change_is_told_first_then_scenario_by_scenario(shop: Shop) -> None:
    head = without_standby_in_zone(shop.graph)
    after = through(head)
    page, _ = page_of(diff(shop.graph, head, replacements=REPLACEMENTS))
    made = report(after.assessment, after.model, ("midsize-prod",), today=TODAY, before=shop.assessment)
    html = render("report.html.j2", report=made, change={"page": page, "more": 0})
    found = Page(html)
    assert plain(page.headline) in found.text
    assert [tag for tag, _ in found.elements].count("h1") == 1
    moved = [story for story in made.stories if story.was]
    assert any(story.id.startswith("zone:aws/eu-west-1") for story in moved)
    assert len(moved) < len(made.stories)
    assert html.count("Before the change:") == len(moved)
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_an_index_leads_to_each_stack_and_names_what_failed(shop: Shop) -> None:
    made = report(shop.assessment, shop.model, (shop.graph.stack,), today=TODAY)
    name = shop.graph.stack
    line = row(name, shop.assessment, shop.model, None)
    fleet = overview("bcinfra", [(line, made.page)], {"broken": Exception("<b>no")})
    html = render("fleet.html.j2", fleet=fleet, reports={name: made}, today=TODAY)
    assert f'href="{name}.html"' in html
    assert "<b>broken</b>: &lt;b&gt;no" in html
    assert fleet.headline in re.sub(r"\s+", " ", Page(html).text)
