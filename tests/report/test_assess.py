"""What an assessment says on a screen, in a comment, to a forge and to programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bcinfra.continuity.judgement.accepted import read_accepted
from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.ranges import Range
from bcinfra.report.assess.document import schema, schema_text
from bcinfra.report.assess.markdown import to_markdown
from bcinfra.report.assess.page import page, select, stopped
from bcinfra.report.assess.reading import is_assessment
from bcinfra.report.assess.sarif import to_sarif
from bcinfra.report.assess.writing import to_document
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import against
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say
from tests.continuity import designs
from tests.report.conftest import ROOT, Shop, text
from tests.samples import assess


def test_the_sentence_counts_what_the_verdicts_say(shop: Shop) -> None:
    missed = sum(r.judgement is Judgement.MISSED for r in shop.assessment.scenarios)
    said = shop.page()
    met = sum(r.judgement is Judgement.MET for r in shop.assessment.scenarios)
    bad = {r.scenario.disruption for r in shop.assessment.scenarios if r.judgement is not Judgement.MET}
    assert said.headline.startswith(
        f"bcinfra/midsize-prod keeps its word in {8 - len(bad)} of 8 kinds of disruption and "
        f"{met} of {len(shop.assessment.scenarios)} scenarios, {missed} miss an objective"
    )
    assert re.search(r"Expected loss EUR [\d,]+ a year \([\d,]+ to [\d,]+\); once in 10 years EUR", said.money)


def test_the_worst_comes_first_and_the_rest_is_counted(shop: Shop) -> None:
    short, whole = shop.page(), shop.page(everything=True)
    assert [row.id for row in whole.scenarios] == [r.scenario.id for r in shop.assessment.scenarios]
    assert short.scenarios[0].id == whole.scenarios[0].id
    more = sum(map(int, re.findall(r"(\d+) more", short.rest)))
    assert len(short.scenarios) + more == len(whole.scenarios)
    assert whole.rest == ""
    assert sum(len(g.findings) for g in whole.groups) == len(shop.assessment.findings)


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_unknown_is_said_and_never_met(name: str) -> None:
    model = designs.DESIGNS[name]()
    found = assess(model)
    rows = {row.id: row for row in page(found, model, ("x",), everything=True).scenarios}
    for result in found.scenarios:
        row = rows[result.scenario.id]
        judgements = {v.judgement for o in result.outcomes for v in o.verdicts}
        if Judgement.UNKNOWN in judgements:
            assert row.judgement in (Judgement.UNKNOWN, Judgement.MISSED)
        for cell in (row.recovery, row.data):
            assert cell.judgement is not Judgement.UNKNOWN or "known" in cell.text
        if any(o.time is None for o in result.outcomes):
            assert row.recovery.text == "never"


def test_each_capability_names_where_it_fares_worst(shop: Shop) -> None:
    for row in shop.page().capabilities:
        outcomes = [o for r in shop.assessment.scenarios for o in r.outcomes if o.capability == row.name]
        bad = [o for o in outcomes if any(v.judgement is not Judgement.MET for v in o.verdicts)]
        assert row.missed == f"{len(bad)} of {len(outcomes)}"
        assert row.worst


@pytest.mark.parametrize("width", [60, 80, 109, 110, 160])
def test_nothing_is_cropped_at_any_width(shop: Shop, width: int) -> None:
    said = text(shop.page(everything=True), width, everything=True)
    assert "…" not in said
    lines = said.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert max(map(len, lines)) <= width
    joined = re.sub(r"\s+", "", said)
    for finding in shop.assessment.findings:
        assert re.sub(r"\s+", "", shortened("bcinfra/midsize-prod")(say(finding.says))) in joined


def test_targets_have_columns_where_there_is_room_and_stand_in_the_cells_elsewhere(shop: Shop) -> None:
    wide, narrow = text(shop.page(), 120, detail=True), text(shop.page(), 100, detail=True)
    assert re.search(r"RECOVERY typ \(p95\) +RTO", wide)
    assert " of 15 min" not in wide
    assert re.search(r"of\s+15\s+min", narrow)


def test_a_mark_tells_the_verdict_without_colour(shop: Shop) -> None:
    model = replace(shop.model, suppliers=())  # of which nobody says how reliable they are
    unsaid = shop._replace(model=model, assessment=assess(model))
    said = text(unsaid.page(everything=True), everything=True)
    for mark in ("x ", "ok", "? "):
        assert re.search(rf"^{re.escape(mark)}", said, re.MULTILINE)


def test_two_runs_say_the_same(shop: Shop) -> None:
    again = assess(shop.model)
    assert text(page(again, shop.model, ("midsize-prod",))) == text(shop.page())
    assert to_sarif(again) == to_sarif(shop.assessment)


def test_estimates_are_not_called_objectives_and_there_is_no_score(shop: Shop) -> None:
    said = text(shop.page(), detail=True) + to_markdown(shop.page())
    assert "recovery times are estimates, not measured" in said
    assert "score" not in said.lower()


def test_the_next_commands_name_what_is_on_the_screen(shop: Shop) -> None:
    said = shop.page()
    assert f"bcinfra explain {said.groups[0].code}" in said.next
    assert any(c.startswith("bcinfra explain ") and c.endswith("--stack midsize-prod") for c in said.next)
    assert any(c.startswith("bcinfra drill midsize-prod --scenario ") for c in said.next)


def test_a_part_keeps_only_what_was_asked_for(shop: Shop) -> None:
    part = select(shop.assessment, domain="region aws/eu-west-1", capability="checkout")
    assert part.scenarios
    assert all("region aws/eu-west-1" in map(str, r.scenario.failed) for r in part.scenarios)
    assert {o.capability for r in part.scenarios for o in r.outcomes} == {"checkout"}
    assert part.expected_loss is None
    assert not select(shop.assessment, domain="no such place").scenarios


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("region:aws/eu-west-1", lambda d: str(d) == "region aws/eu-west-1"),
        ("Region aws/eu-west-1", lambda d: str(d) == "region aws/eu-west-1"),
        ("EUW1-az1", lambda d: "euw1-az1" in d.name),
        ("key", lambda d: d.kind is DomainKind.KEY or "key" in d.name),
        ("control plane", lambda d: d.kind is DomainKind.CONTROL_PLANE),
    ],
)
def test_a_part_is_asked_for_by_id_kind_or_name_of_a_domain(
    shop: Shop, wanted: str, fits: Callable[[Domain], bool]
) -> None:
    expected = [r.scenario.id for r in shop.assessment.scenarios if any(map(fits, r.scenario.failed))]
    assert expected
    assert [r.scenario.id for r in select(shop.assessment, domain=wanted).scenarios] == expected


@pytest.mark.parametrize("word", ["lost", "taken over", "operator deletes"])
def test_a_word_of_a_title_is_no_domain(shop: Shop, word: str) -> None:
    assert any(word in title(r.scenario) for r in shop.assessment.scenarios)
    assert not select(shop.assessment, domain=word).scenarios


def test_what_is_inferred_and_default_is_said() -> None:
    model = designs.sturdy()
    from dataclasses import replace

    from bcinfra.continuity.model.parts import Provenance

    bare = replace(
        model,
        capabilities=tuple(
            replace(c, provenance=Provenance.INFERRED, target=replace(c.target, provenance=Provenance.DEFAULT))
            for c in model.capabilities
        ),
        not_understood=("urn:pulumi:s::p::aws:new/thing:Thing::a",),
        opaque=("urn:pulumi:s::p::x:y:Remote::b",),
    )
    said = page(assess(bare), bare, ("s",))
    notes = " ".join(said.notes)
    for words in ("was inferred", "1 aws:new/thing:Thing", "1 remote component or chart"):
        assert words in notes
    for words in ("default objectives", "1 remote component or chart whose content is not visible"):
        assert words in said.rests


def test_nothing_to_assess_is_said() -> None:
    from dataclasses import replace

    model = replace(designs.sturdy(), capabilities=())
    found = assess(model)
    said = page(found, model, ("s",))
    assert "nothing that serves, runs or keeps something was found" in said.headline
    assert said.scenarios == ()
    assert stopped(found, [Judgement.UNKNOWN])


# Markdown


def test_markdown_says_the_same_in_tables(shop: Shop) -> None:
    said = shop.page()
    made = to_markdown(said)
    assert made.startswith("<!-- bcinfra:assess project=bcinfra stack=midsize-prod v=1 -->")
    for row in said.scenarios:
        line = next(line for line in made.splitlines() if line.startswith("| **") and f"| {row.title} |" in line)
        assert row.recovery.text in line
        assert f"| {row.loss} |" in line
    assert made.count("<details>") == made.count("</details>") == 1


def test_markdown_cannot_be_steered_by_names(shop: Shop) -> None:
    evil = shop.page()
    row = evil.scenarios[0]._replace(title="a|b <script> @all `x` [l](http://h)")
    from dataclasses import replace

    made = to_markdown(replace(evil, scenarios=(row,)))
    line = next(line for line in made.splitlines() if "script" in line)
    assert r"a\|b \<script\> \@all \`x\` \[l\](http://h)" in line


# SARIF

RULES_OF_SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "fullDescription", "help"],
                                            "properties": {"id": {"pattern": "^BC[0-9]{4}$"}},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "required": ["uri"],
                                                        "properties": {"uri": {"not": {"pattern": "^/|\\\\| "}}},
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "required": ["startLine"],
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}},
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What of SARIF 2.1.0 a forge needs: taken from the standard's schema, kept to the parts that are written."""


def test_sarif_is_what_forges_read_and_points_at_the_program(shop: Shop) -> None:
    made = json.loads(to_sarif(shop.assessment))
    jsonschema.validate(made, RULES_OF_SARIF)
    run = made["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(shop.assessment.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [r["partialFingerprints"]["bcinfra/v1"] for r in run["results"]]
    assert len(set(prints)) == len(prints)
    files = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
    assert any(name.endswith(".py") for name in files)
    for name in files:
        assert (ROOT / name).is_file()


def test_accepted_findings_are_suppressed_with_who_took_them(shop: Shop) -> None:
    rows = read_accepted(ROOT / "stacks" / "midsize" / "accepted.yaml")
    taken = assess(shop.model, accepted=rows, today=date(2026, 11, 24))
    results = json.loads(to_sarif(taken))["runs"][0]["results"]
    open_ = [r for r in results if r["properties"]["scenarios"] and "suppressions" not in r]
    assert open_ == []
    (first, *_) = (r["suppressions"][0] for r in results if "suppressions" in r)
    assert (first["kind"], first["status"]) == ("external", "accepted")
    assert "until 2027-05-31" in first["justification"]
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(to_document(taken, shop.model))))
    shown = to_markdown(page(taken, shop.model, ("midsize-prod",), everything=True))
    assert "(accepted by Managing director until 2027-05-31)" in shown.replace("\\", "")


def test_levels_of_sarif_follow_the_verdicts(shop: Shop) -> None:
    judged = {r.scenario.id: r.judgement for r in shop.assessment.scenarios}
    promised = {c.name: c.verdict.judgement for c in shop.assessment.capabilities if c.verdict}
    for result in json.loads(to_sarif(shop.assessment))["runs"][0]["results"]:
        found = {judged[id] for id in result["properties"]["scenarios"]}
        if result["ruleId"] == "BC0026":  # of no scenario, and a miss in the table
            found |= {promised[name] for name in result["properties"]["capabilities"]}
        expected = "error" if Judgement.MISSED in found else "warning" if Judgement.UNKNOWN in found else "note"
        assert result["level"] == expected


# JSON


def test_the_published_schema_is_the_one_in_the_code() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert Path(ROOT / "schemas" / "assessment.schema.json").read_text() == schema_text()


@pytest.mark.parametrize("name", [*designs.DESIGNS, "midsize-prod"])
def test_every_document_follows_the_schema(name: str, shop: Shop) -> None:
    model = designs.DESIGNS[name]() if name in designs.DESIGNS else shop.model
    made = json.loads(json.dumps(to_document(assess(model), model)))
    jsonschema.Draft202012Validator(schema()).validate(made)
    assert is_assessment(made)


def test_the_schema_refuses_what_is_no_assessment(shop: Shop) -> None:
    broken = json.loads(json.dumps(shop.document))
    broken["scenarios"][0]["outcomes"][0]["verdicts"][0]["judgement"] = "FINE"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(broken)
    assert not is_assessment({"schema": 1, "scenarios": []})


def test_what_stops_a_pipeline_is_named(shop: Shop) -> None:
    missed = stopped(shop.assessment, [Judgement.MISSED])
    assert "ransomware: recovery time of checkout" in missed
    assert stopped(shop.assessment, [Judgement.ACCEPTED]) == []
    assert RULES.keys() >= {f.code for f in shop.assessment.findings}


def test_a_figure_that_misses_its_objective_and_is_rounded_to_it_says_so() -> None:
    assert against(Range(300, 910), 900) == "5 min (over 15 min)"
    assert against(Range(905, 910), 900) == "over 15 min"
    assert against(Range(300, 900), 900) == "5 min (15 min)"
    assert against(Range(300, 1000), 900) == "5 min (17 min)"
