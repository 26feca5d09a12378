"""The page in a real browser: picked by mouse and keys, filtered, printed, without scripts, on a phone, by a screen
reader's rules, and asking nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bcinfra.continuity.judgement.evidence import evidence
from bcinfra.continuity.judgement.runbooks import runbooks
from bcinfra.report.documents.evidence import document
from bcinfra.report.documents.html import to_html
from bcinfra.report.documents.runbook import Book
from bcinfra.report.html.render import render
from bcinfra.report.html.report import report
from tests.browser import OF_COLOURS, chromium, violations
from tests.report.conftest import Shop
from tests.report.html.test_report import HOSTILE, TODAY
from tests.samples import assess

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test installs it")
from playwright.sync_api import Browser, Page, expect

IRELAND = "region:aws/eu-west-1"


@pytest.fixture(scope="module")
def file(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = report(shop.assessment, shop.model, (shop.graph.stack,), today=TODAY)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render("report.html.j2", report=made, change=None), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The report, opened; whatever it asks for elsewhere, and whatever goes wrong in it, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, wrong = context.new_page(), list[str]()
    opened.on("request", lambda request: None if request.url.startswith(file.as_uri()) else wrong.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(file.as_uri())
    yield opened
    context.close()
    assert not wrong


def _pick(page: Page, name: str) -> None:
    page.locator("#shop .pick", has_text=name).first.click()


def test_failing_a_region_shows_what_goes_out_and_what_takes_over(page: Page, shop: Shop) -> None:
    _pick(page, "eu-west-1")
    chosen = page.locator("#chosen")
    expect(chosen.locator("h3").first).to_contain_text("region aws/eu-west-1 (Dublin, Ireland) lost")
    expect(page.locator("[data-box].gone b").first).to_have_text("eu-west-1")
    primary = page.locator(".chip", has_text="MySQL primary")
    assert {chip.get_attribute("class") for chip in primary.all()} == {"chip out"}
    replica = page.locator(".chip", has_text="MySQL replica")
    assert {chip.get_attribute("class") for chip in replica.all()} == {"chip takes"}
    result = next(r for r in shop.assessment.scenarios if r.scenario.id == IRELAND)
    assert result.each is not None
    expect(chosen).to_contain_text("promote MySQL replica")
    back = [name for names in chosen.locator("tr.back b").all_inner_texts() for name in names.split(", ")]
    assert sorted(back) == sorted(outcome.capability for outcome in result.affected)
    expect(page.get_by_role("status").first).to_contain_text("with a person")
    expect(page.get_by_role("status").first).to_contain_text("each time")
    page.keyboard.press("Escape")
    expect(chosen).to_be_empty()
    assert page.locator(".chip.out, .chip.takes, .gone").count() == 0


def test_keys_alone_fail_a_zone_and_a_second_place(page: Page) -> None:
    first = page.locator("#shop .pick", has_text="euw1-az1")
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#chosen h3").first).to_contain_text("euw1-az1")
    second = page.locator("#shop .pick", has_text="eu-central-1").first
    second.focus()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#chosen h3").first).to_contain_text("lost together")
    assert page.locator(".pick[aria-pressed=true]").count() == 2
    assert page.locator(".gone > .pick b", has_text="eu-central-1").count() == 1


def test_two_places_of_which_one_lies_in_the_other(page: Page) -> None:
    page.get_by_role("button", name="Fail two at once").click()
    _pick(page, "euw1-az1")
    _pick(page, "eu-west-1")
    expect(page.get_by_role("status").first).to_contain_text("One lies in the other")
    expect(page.locator("#chosen h3").first).to_contain_text("region aws/eu-west-1")


def test_scenarios_are_filtered_and_searched(page: Page, shop: Shop) -> None:
    rows = page.locator("#scenarios > .list > .row:visible")
    assert rows.count() == len(shop.assessment.scenarios)
    page.locator("#kind").select_option("zone")
    assert rows.count() == sum(r.scenario.disruption == "zone" for r in shop.assessment.scenarios)
    page.get_by_label("Search", exact=True).fill("euw1-az2 ill")
    assert rows.count() == 1
    page.get_by_label("Search", exact=True).fill("nothing is called so")
    expect(page.locator("#count")).to_have_text(f"0 of {len(shop.assessment.scenarios)} scenarios")


def test_a_figure_leads_to_its_fact(page: Page) -> None:
    _pick(page, "eu-west-1")
    page.locator("#chosen a[href^='#n']", has_text="10 min (30 min)").first.click()
    entry = page.locator(".figures li:target")
    expect(entry).to_be_visible()
    entry.locator("a[href^='#fact-']").click()
    expect(page.locator(".fact:target")).to_be_visible()
    expect(page.locator(".fact:target")).to_contain_text("source")


def test_a_link_opens_a_failure(page: Page, file: Path) -> None:
    page.goto(f"{file.as_uri()}#fail={IRELAND}")
    page.reload()
    expect(page.locator("#chosen h3").first).to_contain_text("eu-west-1")


@pytest.mark.parametrize("width", [1280, 390])
def test_who_sees_or_hears_it_otherwise_is_served_too(page: Page, width: int) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    _pick(page, "eu-west-1")
    page.locator("#scenarios summary").first.click()
    assert not violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not violations(page, *OF_COLOURS)


def test_runbook_and_evidence_break_no_rule_of_screen_readers(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    """Both in one browser, on a phone's width, and neither asks for anything."""
    book = Book(runbooks(shop.assessment), shop.model, shop.graph)
    pages = {
        "routine": book.routine(),
        "region": book.page(book.pages[IRELAND]),
        "evidence": document(evidence(shop.model, shop.assessment, (), TODAY)),
    }
    for name, one in pages.items():
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page, asked = context.new_page(), list[str]()
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        (tmp_path / f"{name}.html").write_text(to_html(one), encoding="utf-8")
        page.goto((tmp_path / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert not violations(page), name
        assert len(asked) == 1
        context.close()


def test_without_scripts_all_of_it_can_be_read(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("#shop .pick", has_text="eu-west-1").first.click()
    story = page.locator(".story:target")
    expect(story.locator(".id span")).to_have_text(IRELAND)
    expect(story.locator(".gist")).to_be_visible()
    assert not page.locator(".js:visible").count()
    context.close()


def test_it_prints(page: Page, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    printed = page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert printed.startswith(b"%PDF")


def test_hostile_names_do_nothing(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    pools = tuple(replace(pool, label=f"{HOSTILE} {pool.label}") for pool in shop.model.pools)
    model = replace(shop.model, pools=pools)
    path = tmp_path / "hostile.html"
    made = report(assess(model), model, ("x",), today=TODAY)
    path.write_text(render("report.html.j2", report=made, change=None), encoding="utf-8")
    context = browser.new_context()
    page, seen = context.new_page(), list[str]()
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("request", lambda request: seen.append(request.url))
    page.goto(path.as_uri())
    _pick(page, "eu-west-1")
    expect(page.locator("#chosen")).to_contain_text(HOSTILE)
    assert seen == [path.as_uri()]
    context.close()
