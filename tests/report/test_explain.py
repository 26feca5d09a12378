"""From everything on a screen to facts with sources."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.facts import base_rates, facts, incidents
from bcinfra.report.assess.writing import to_document
from bcinfra.report.explain import Index, Line, UnknownWordError, explain, words
from bcinfra.report.words.findings import DOMAIN_FIXES
from bcinfra.report.words.glossary import TERMS
from tests.continuity import designs
from tests.report.conftest import Shop
from tests.samples import assess


def said(lines: list[Line]) -> str:
    return "\n".join("  " * line.depth + line.text for line in lines)


@pytest.mark.parametrize("name", [*designs.DESIGNS, "midsize-prod"])
def test_every_figure_leads_to_where_it_comes_from(name: str, shop: Shop) -> None:
    model = designs.DESIGNS[name]() if name in designs.DESIGNS else shop.model
    document = shop.document if name == "midsize-prod" else to_document(assess(model), model)
    ends = ("assumed:", "stated:", "source", "estimate", "see above", "judgement", "no disruption", "unknown")
    ids = sorted(document["explain"])
    index = Index(document)
    for id in ids[:: max(1, len(ids) // 120)]:  # a sample's are some thousands, of few forms
        text = said(index.explain(id))
        assert any(end in text for end in ends), f"{id}: {text}"


def test_a_recovery_time_names_its_steps_and_the_facts_under_them(shop: Shop) -> None:
    text = said(explain("region:aws/eu-west-1/checkout/recovery-time", shop.document))
    assert "longest path" in text
    assert "fact aws.rds.read_replica.cross_region" in text
    assert "commonly reported, 2026" in text
    assert text.count("source: RDS User Guide 'Promoting a read replica'") == 1


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("zone:aws/eu-west-1/euw1-az1", "aws-az-physical: 12 events in 887 zone years, 2011-01 to 2026-11;"),
        ("region:aws/eu-west-1", "aws-other-region-severe: 4 events in 261 region years, 2011-01 to 2026-11;"),
        ("global-control-plane:aws/route53", "aws-global-control-plane: no event in 16 provider years"),
        ("peak:aws/eu-west-1", "aws-other-region-severe: 4 events in 261"),
        ("ransomware", "ransomware-company: assumed, as nobody counts it"),
        ("flood", "denial of service: rate, assumed: shops are a usual target"),
        ("deletion:DNS zone shop.example", "share of deletions by mistake, assumed:"),
    ],
)
def test_a_scenario_says_what_its_rate_was_counted_of(scenario: str, said: str, shop: Shop) -> None:
    assert any(line.text.startswith(said) for line in explain(scenario, shop.document))


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_explained_and_of_an_assessment_with_all_that_it_found(code: str, shop: Shop) -> None:
    assert said(explain(code)).startswith(f"{code}  ")
    found = [one for one in shop.document["findings"] if one["code"] == code]
    text = said(explain(code, shop.document))
    assert f"In {shop.document['title']}: {len(found) or 'not found'}" in text
    assert text.count(f"[{code}]") == len(found)


def test_everything_shown_can_be_asked_for(shop: Shop) -> None:
    page, index = shop.page(everything=True), Index(shop.document)
    for row in page.scenarios:
        assert index.explain(row.title)[0].text == index.explain(row.id)[0].text
    for name in (*(c.name for c in page.capabilities), *(g.code for g in page.groups), *shop.document["domains"]):
        assert index.explain(name)


def test_a_scenario_shows_its_way_back_and_the_commands_that_lead_on(shop: Shop) -> None:
    lines = explain("zone aws/eu-west-1/euw1-az1 lost", shop.document)
    text = said(lines)
    assert "way back: heals in place" in text
    assert "(* on the longest path)" in text
    for line in lines:
        if line.text.startswith("bcinfra explain "):
            assert explain(line.text.removeprefix("bcinfra explain ").strip("'"), shop.document)
    short, whole = lines, explain("zone:aws/eu-west-1/euw1-az1", shop.document, everything=True)
    assert len(whole) > len(short)


def test_a_scenario_that_nothing_survives_says_which_copies_do_not_count(shop: Shop) -> None:
    gone = next(
        f"{scenario['id']}/{outcome['capability']}"
        for scenario in shop.document["scenarios"]
        for outcome in scenario["outcomes"]
        if outcome["way"] and any(loss["everything"] and loss["rejected"] for loss in outcome["way"]["data"])
    )
    text = said(explain(gone, shop.document))
    assert "all of it is lost" in text
    assert "not from" in text


def test_a_domain_says_what_to_do_where_it_alone_stops_a_capability(shop: Shop) -> None:
    told = [line.text for line in explain("region aws/eu-west-1", shop.document)]
    assert told[1] == f"where it alone stops a capability: {DOMAIN_FIXES[DomainKind.REGION]}"


def test_a_copy_is_told_with_the_country_that_it_is_in(shop: Shop) -> None:
    told = [line.text for line in explain("region:aws/eu-west-1/browse", shop.document)]
    assert any(text.endswith("in eu-central-1 (Germany)") for text in told), told


def test_a_file_explains_as_much_as_what_was_just_made(shop: Shop) -> None:
    kept = json.loads(json.dumps(shop.document))
    for word in ("ransomware", "checkout", "expected-loss", "BC0008"):
        assert explain(word, kept) == explain(word, shop.document)


@pytest.mark.parametrize("kind", ["codes", "terms", "facts", "base rates", "incidents"])
def test_what_needs_no_stack_is_explained_without_one(kind: str) -> None:
    names = {
        "codes": RULES,
        "terms": TERMS,
        "facts": facts(),
        "base rates": base_rates(),
        "incidents": incidents(),
    }[kind]
    for name in names:
        text = said(explain(name))
        assert name in text
        if kind in ("facts", "incidents") or (kind == "terms" and TERMS[name].source):
            assert "source:" in text


@pytest.mark.parametrize("name", [name for name, term in TERMS.items() if term.code])
def test_a_term_names_the_class_that_stands_for_it(name: str) -> None:
    module, _, cls = TERMS[name].code.rpartition(".")
    assert isinstance(getattr(import_module(module), cls), type)


def test_case_and_gaps_do_not_matter() -> None:
    assert explain("bc0001") == explain("BC0001")
    assert explain("Failure Domain") == explain("failure_domain")


def test_the_nearest_names_are_suggested(shop: Shop) -> None:
    with pytest.raises(UnknownWordError, match="near: ransomware"):
        explain("ransomwre", shop.document)
    with pytest.raises(UnknownWordError) as error:
        explain("BC00O1")
    assert all(near.startswith("BC00") for near in error.value.near)


def test_the_list_holds_every_kind(shop: Shop) -> None:
    headings = {line.text for line in words(shop.document) if line.strong}
    assert headings == {
        "scenario",
        "outcome",
        "figure",
        "capability",
        "failure domain",
        "proof",
        "code",
        "term",
        "kind of domain",
        "fact",
        "base rate",
        "incident",
    }
    index = Index(shop.document)
    for line in words(shop.document)[::20]:
        if not line.strong:
            assert index.explain(line.text)


def test_a_customers_own_figure_is_said_to_be_one(shop: Shop) -> None:
    own = {**shop.document, "own_figures": {"aws.rds.pitr": "restore rehearsal of 2026-10-02"}}
    assert "your own figure stands in its place: restore rehearsal of 2026-10-02" in said(explain("aws.rds.pitr", own))
