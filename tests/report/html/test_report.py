"""The page itself, as text: one file, nothing from elsewhere, every figure of the assessment, hostile names as text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from bcinfra.report.assess import cells
from bcinfra.report.html.render import render
from bcinfra.report.html.report import Report, report
from tests.report.conftest import Shop
from tests.samples import assess

TODAY = date(2026, 11, 29)
HOSTILE = "<script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>\"'&"


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else self._inside

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside == "style":
            self.styles.append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def made(shop: Shop) -> Report:
    return report(shop.assessment, shop.model, (shop.graph.stack,), today=TODAY)


@pytest.fixture(scope="module")
def html(made: Report) -> str:
    return render("report.html.j2", report=made, change=None)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_one_file_that_nothing_else_may_enter(html: str) -> None:
    page = Page(html)
    policy = next(a["content"] or "" for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert f"script-src '{_hash(''.join(page.scripts))}'" in policy
    assert f"style-src '{_hash(''.join(page.styles))}'" in policy
    loading = [key for _, a in page.elements for key in ("src", "srcset", "data", "poster", "background") if key in a]
    assert not loading
    assert not [one for one, _ in page.elements if one in ("link", "img", "iframe", "object", "base", "form")]
    assert not [a for _, a in page.elements if any(key == "style" or key.startswith("on") for key in a)]
    assert "url(" not in "".join(page.styles)
    assert "@import" not in "".join(page.styles)


def test_size(html: str) -> None:
    assert len(html.encode()) <= 500_000


def test_every_link_on_the_page_leads_somewhere(html: str) -> None:
    page = Page(html)
    ids = [a["id"] or "" for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"] for _, a in page.elements if (a.get("href") or "").startswith("#")} <= {f"#{id}" for id in ids}


def test_every_figure_is_the_assessments(shop: Shop, html: str) -> None:
    text = re.sub(r"\s+", " ", Page(html).text)
    articles = dict(re.findall(r'<article id="s(\d+)"(.*?)</article>', html, re.DOTALL))
    for n, result in enumerate(shop.assessment.scenarios):
        said = re.sub(r"\s+", " ", Page("<article " + articles[str(n)]).text)
        for outcome in result.affected:
            together = rf"{re.escape(outcome.capability)}(, [\w.-]+)* {re.escape(cells.recovery(outcome).text)}"
            assert re.search(together, said), (result.scenario.id, outcome.capability)
    assert shop.page().headline in text
    ireland = next(one for one in shop.assessment.scenarios if one.scenario.id == "region:aws/eu-west-1")
    first = text[: text.index("What fails, and what then happens")]
    assert "Region aws/eu-west-1 (Dublin, Ireland) lost" in first  # the first question of most
    assert max((cells.recovery(o).text for o in ireland.affected), key=len) in first


def test_hostile_names_stay_text(shop: Shop) -> None:
    model = replace(
        shop.model,
        title=f"bcinfra/{HOSTILE}",
        pools=tuple(replace(pool, label=f"{HOSTILE} {pool.label}") for pool in shop.model.pools),
        stores=tuple(replace(store, holds=(*store.holds, HOSTILE)) for store in shop.model.stores),
    )
    found = Page(render("report.html.j2", report=report(assess(model), model, (HOSTILE,), today=TODAY), change=None))
    assert HOSTILE in found.text
    assert not [tag for tag, _ in found.elements if tag == "img"]
    assert [tag for tag, _ in found.elements].count("script") == 1


def test_designs_that_fit_found_are_shown_as_it_says(shop: Shop) -> None:
    from bcinfra.report.fit.document import FitDocument, to_document
    from bcinfra.report.fit.front import front
    from bcinfra.report.words.quantities import amount
    from tests.report.fit.test_text import report as fitted

    found = FitDocument.model_validate(to_document(fitted(400.0)))
    drawn = front(found)
    made = report(shop.assessment, shop.model, (shop.graph.stack,), today=TODAY, designs=drawn)
    page = Page(render("report.html.j2", report=made, change=None))
    designs = {one.name: one for one in found.designs}
    assert {row.name for row in drawn.rows} >= {*found.front, found.today, found.recommended}
    for row in drawn.rows:
        one = designs[row.name]
        assert row.cost.startswith(f"{amount(one.cost_per_month.typical)} (")
        assert one.expected_loss_per_year
        assert row.loss.startswith(f"{amount(one.expected_loss_per_year.typical)} (")
        assert (row.missed == "none") is (not one.missed)
        assert row.cost in page.text
        assert row.loss in page.text
    assert next(row for row in drawn.rows if row.name == found.today).differs == ()
