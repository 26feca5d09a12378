"""The runbook is published by the program, on ground of its own, to named readers; what is written follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bcinfra import spec
from bcinfra.assembly.runbooks import first_page, pages
from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.clauses import Shows
from bcinfra.continuity.judgement.evidence import Ground, evidence
from bcinfra.continuity.judgement.runbooks import runbooks
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Model, Shelf
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, Resource
from bcinfra.report.documents.markdown import to_markdown
from bcinfra.report.documents.runbook import Book
from tests.assembly.conftest import sample
from tests.continuity.knockouts.edits import put, with_row

AT_GOOGLE, AT_AWS = "gcp:storage/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"
STACKS = {"midsize-prod": AT_GOOGLE, "small-prod": AT_AWS, "b2b-prod": AT_GOOGLE, "hybrid-prod": AT_AWS}


def published(stack: str) -> Graph:
    """The sample with a page in its folder, as the program then declares it."""
    graph = sample(stack)
    (first,) = (row for row in graph.of_type(STACKS[stack]) if row.urn.endswith("start.txt"))
    named = "name" if "name" in first.inputs else "key"
    page = replace(
        first,
        urn=first.urn.replace("start.txt", "routine.html"),
        inputs={**first.inputs, named: "runbook/routine.html"},
    )
    return with_row(graph, page)


def shelf(graph: Graph) -> Shelf:
    (found,) = read(graph).shelves
    return found


def shown(model: Model, found: Assessment) -> Ground:
    from datetime import date

    clauses = evidence(model, found, (), date(2026, 11, 29)).clauses
    return next(g for one in clauses for g in one.grounds if g.shows is Shows.READABLE)


@pytest.mark.parametrize("stack", STACKS)
def test_it_is_kept_apart_from_the_shop_and_read_by_named_people(stack: str):
    graph = sample(stack)
    found = shelf(graph)
    assert not found.public
    assert len(found.readers) == 1
    assert found.pages == ()  # the first page tells where things are, not what to do
    (account,) = (home for home in found.homes if home.kind is DomainKind.ACCOUNT)
    beside = {s.name for s in read(graph).stores if s.holds and any(account in m.homes for m in s.members)}
    # The page for customers stands on the same ground, and answers there by the shop's name too.
    pages = {"midsize-prod": {"certificates shop.example"}, "b2b-prod": {"certificates trade.example"}}
    assert beside == pages.get(stack, set())
    assert not any(m.urn == found.urn for s in read(graph).stores for m in s.members)  # it is no data of the shop
    assert shelf(published(stack)).pages == ("routine.html",)


def test_what_is_published_outlives_the_shops_own_vendor_and_is_said_to():
    graph = published("midsize-prod")
    model = read(graph)
    found = assess(model)
    ground = shown(model, found)
    assert "provider:aws" in ground.held
    google = Domain(DomainKind.PROVIDER, "gcp")
    own = {"provider:gcp", "account:gcp/midsize-help", "gcp/midsize-help"}
    needed = {page.scenario.id for page in runbooks(found)}
    # Lost with its own ground alone, which takes none of the shop unless something else is lost too.
    assert set(ground.lacking) == {name for name in needed if own & set(name.split("+"))}
    assert all("+" in name for name in ground.lacking)
    assert shown(read(sample("midsize-prod")), found).held == ()  # nothing is there yet
    book = Book(runbooks(found), model, graph)
    address = "gs://midsize-prod-runbook-midsize-help/runbook"
    assert f"gcloud storage cp --recursive {address} ." in to_markdown(book.routine())
    page = next(one for one in book.pages.values() if one.scenario.id == "provider:aws")
    assert f"published at {address}" in _plain(book.page(page))
    worse = replace(page, scenario=replace(page.scenario, failed=(*page.scenario.failed, google)))
    assert address not in _plain(book.page(worse))
    _made_of_the_same(book, model, found, graph)


def _made_of_the_same(book: Book, model: Model, found: Assessment, graph: Graph) -> None:
    """What is in the published pages changes none of them, so that writing them comes to an end."""
    there = (row for row in graph.of_type(STACKS["midsize-prod"]) if "midsize-prod-runbook" in row.urn)
    (start, routine) = sorted(there, key=lambda r: r.name, reverse=True)
    assert start.name.endswith("start.txt")
    other = put(graph, routine, "source", "another text")
    again = Book(runbooks(found), read(other), other)
    assert to_markdown(again.whole()) == to_markdown(book.whole())


def _plain(document: Any) -> str:
    return to_markdown(document).replace("\\", "")


def test_a_bucket_with_other_things_is_not_taken_for_one():
    graph = published("midsize-prod")
    row = next(iter(graph.of_type(STACKS["midsize-prod"])))
    beside: Resource = replace(row, urn=f"{row.urn}-x", inputs={**row.inputs, "name": "media/logo.png"})
    assert read(with_row(graph, beside)).shelves == ()


def test_files_of_the_folder_are_published_as_they_are(
    shop: spec.Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pulumi.get_stack", lambda: "midsize-prod")
    kept = shop.runbooks
    assert kept
    assert set(pages(shop, kept)) == {"start.txt"}
    folder = tmp_path / "runbook" / "midsize-prod"
    folder.mkdir(parents=True)
    for name in ("routine.html", "region-aws-eu-west-1.html", ".DS_Store", "Private Notes.docx"):
        (folder / name).write_text("page")
    assert set(pages(shop, kept)) == {"start.txt", "routine.html", "region-aws-eu-west-1.html"}
    text = first_page(shop)
    for needed in ("bcinfra runbook midsize-prod", "eu-west-1, account 111122223333, primary", "+35315550199"):
        assert needed in text
