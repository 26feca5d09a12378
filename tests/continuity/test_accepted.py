"""Accepted risks: what a row of the file takes, what it stands for, and how mistakes in it are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bcinfra.continuity.judgement.accepted import json_schema, read_accepted, schema_text
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, FindingAcceptance, Verdict, taken_for
from bcinfra.report.words.statements import say
from bcinfra.spec import SpecError
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT
from tests.samples import assess

TODAY = date(2026, 11, 24)
WHO = {"owner": "Ada", "reason": "it costs more", "expires": "2027-06-30"}
PUBLISHED = Path(__file__).parents[2] / "schemas" / "accepted.schema.json"


def rows(path: Path, *stated: dict[str, Any]) -> tuple[Accepted, ...]:
    """What rows accept, read from a file."""
    path = path / "accepted.yaml"
    file = {"accepted": [{**WHO, **row} for row in stated]}
    Draft202012Validator(json_schema()).validate(file)
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    return read_accepted(path)


def found(accepted: tuple[Accepted, ...] = ()) -> Assessment:
    return assess(designs.paper(), accepted=accepted, today=TODAY)


def verdicts(of: Assessment) -> Iterator[tuple[str, DisruptionKind | None, str, Verdict]]:
    for result in of.scenarios:
        for outcome in result.outcomes:
            for verdict in outcome.verdicts:
                yield result.scenario.id, result.scenario.disruption, outcome.capability, verdict
    for one in of.capabilities:
        if one.verdict:
            yield "*", None, one.name, one.verdict


def taken(of: Assessment) -> set[tuple[str, str, str]]:
    return {(id, c, v.objective) for id, _, c, v in verdicts(of) if v.judgement is Judgement.ACCEPTED}


def broken(of: Assessment) -> list[tuple[str, DisruptionKind | None, str, str]]:
    return [(id, k, c, v.objective) for id, k, c, v in verdicts(of) if v.judgement is not Judgement.MET]


def test_a_row_takes_names_patterns_and_lists(tmp_path: Path) -> None:
    first, second, third, fourth = rows(
        tmp_path,
        {"scenario": "provider:aws", "capability": "*", "objective": "recovery time"},
        {
            "scenario": ["region:*", "zone:*"],
            "capability": ["browse", "check*"],
            "objective": ["data*", "avail*"],
        },
        {"kind": ["region", "together"]},
        {"finding": ["BC0013", "BC0022"], "resource": ["pictures", "*-secret"]},
    )
    who = {"owner": "Ada", "reason": "it costs more", "expires": date(2027, 6, 30)}
    assert first == Acceptance(scenarios=("provider:aws",), objectives=("recovery time",), **who)
    assert second == Acceptance(
        scenarios=("region:*", "zone:*"),
        capabilities=("browse", "check*"),
        objectives=("data*", "avail*"),
        **who,
    )
    assert third == Acceptance(kinds=(DisruptionKind.REGION, DisruptionKind.TOGETHER), **who)
    assert fourth == FindingAcceptance(codes=("BC0013", "BC0022"), resources=("pictures", "*-secret"), **who)
    assert [say(one.risk) for one in (first, second, third, fourth)] == [
        "recovery time of * in provider:aws",
        "data loss of browse, check* in region:*, zone:*",
        "recovery time, data loss of * in * of kind region, together",
        "BC0013, BC0022 of pictures, *-secret",
    ]


def test_a_pattern_accepts_the_scenarios_that_it_fits_and_no_other(tmp_path: Path) -> None:
    open = broken(found())
    regions = {(id, c, o) for id, _, c, o in open if id.startswith("region:")}
    assert {id for id, *_ in regions} >= {f"region:{DUBLIN}"}
    assert taken(found(rows(tmp_path, {"scenario": "region:*"}))) == regions
    times = {row for row in regions if row[1:] == ("checkout", "recovery time")}
    assert times
    assert times < regions
    row = {"scenario": "region:*", "capability": "check*", "objective": "recovery*"}
    assert taken(found(rows(tmp_path, row))) == times


def test_a_kind_accepts_its_scenarios_and_narrows_a_pattern(tmp_path: Path) -> None:
    open = broken(found())
    of_region = {(id, c, o) for id, kind, c, o in open if kind is DisruptionKind.REGION}
    assert of_region
    assert taken(found(rows(tmp_path, {"kind": "region"}))) == of_region
    both = {(id, c, o) for id, c, o in of_region if id.startswith("region:")}
    assert taken(found(rows(tmp_path, {"kind": "region", "scenario": "region:*"}))) == both
    assert not taken(found(rows(tmp_path, {"kind": "zone", "scenario": "region:*"})))


def test_availability_is_accepted_over_all_scenarios_alone(tmp_path: Path) -> None:
    overall = {(id, c, o) for id, _, c, o in broken(found()) if o is Objective.AVAILABILITY}
    assert overall
    assert taken(found(rows(tmp_path, {"scenario": "*", "objective": "availability"}))) == overall
    every = [kind.value for kind in DisruptionKind]
    for row in ({"scenario": "*:*"}, {"kind": every}):
        assert not overall & taken(found(rows(tmp_path, row)))
    assert taken(found(rows(tmp_path, {"scenario": "*"}))) == {(id, c, o) for id, _, c, o in broken(found())}


def test_a_name_that_holds_letters_of_patterns_stands_for_itself(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"finding": "BC0022", "resource": "files[0]"})
    assert isinstance(row, FindingAcceptance)
    assert row.fits("BC0022", "files[0]")
    assert not row.fits("BC0022", "files[1]")


def test_what_a_row_lists_for_nothing_is_told(tmp_path: Path) -> None:
    region = f"region:{DUBLIN}"
    (row,) = accepted = rows(
        tmp_path,
        {"scenario": [region, "region:aws/eu-west-9", "zone-of:*"], "capability": ["checkout", "sell*"]},
    )
    left = found(accepted).unmatched
    assert [say(one.risk) for one in left] == [
        "recovery time, data loss of checkout, sell* in region:aws/eu-west-9, zone-of:*",
        f"recovery time, data loss of sell* in {region}, region:aws/eu-west-9, zone-of:*",
    ]
    assert {one.owner for one in left} == {row.owner}
    accepted = rows(tmp_path, {"kind": ["region", "server"], "scenario": "region:*", "objective": "recovery time"})
    assert [say(one.risk) for one in found(accepted).unmatched] == ["recovery time of * in region:* of kind server"]
    code, about = next((f.code, f.about) for f in found().findings if not f.scenarios)
    accepted = rows(tmp_path, {"finding": code, "resource": [about, "gone"]})
    assert [say(one.risk) for one in found(accepted).unmatched] == [f"{code} of gone"]
    assert found(rows(tmp_path, {"scenario": f"region:{DUBLIN}"})).unmatched == ()


def test_a_row_of_other_stacks_is_not_taken(tmp_path: Path) -> None:
    accepted = rows(tmp_path, {"kind": "region", "stack": "*-gcp"}, {"finding": "BC0022", "resource": "*"})
    assert taken_for(accepted, "shop-gcp") == accepted
    assert taken_for(accepted, "shop-aws") == accepted[1:]


def test_of_rows_that_fit_the_first_counts(tmp_path: Path) -> None:
    accepted = rows(tmp_path, {"kind": "region"}, {"scenario": f"region:{FRANKFURT}", "owner": "Grace"})
    named = {v.acceptance.owner for *_, v in verdicts(found(accepted)) if v.acceptance}
    assert named == {"Ada"}
    assert [one.owner for one in found(accepted).unmatched] == ["Grace"]


def test_rows_share_what_they_have_in_common(tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(
        "accepted:\n"
        "  - &it {scenario: provider:aws, owner: Ada, reason: it costs more, expires: 2027-06-30}\n"
        "  - {<<: *it, scenario: account:*, owner: Grace}\n"
    )
    assert [(one.owner, one.reason, say(one.risk)) for one in read_accepted(path)] == [
        ("Ada", "it costs more", "recovery time, data loss of * in provider:aws"),
        ("Grace", "it costs more", "recovery time, data loss of * in account:*"),
    ]


@pytest.mark.parametrize("text", ["", "# none yet\n", "accepted:\n", "accepted: []\n", "{}\n"])
def test_nothing_may_be_accepted(tmp_path: Path, text: str) -> None:
    (tmp_path / "accepted.yaml").write_text(text)
    assert read_accepted(tmp_path / "accepted.yaml") == ()


WRONG = """\
accepts: []
accepted:
  - scenario: x
    objective: recovery_time
    owner: Ada
    expires: soon
  - kind: [regon, zone]
    objectiv: data loss
    owner: " "
    reason: &why it costs more
    expires: 86400
  - {owner: Ada, reason: *why, expires: 2027-06-30}
  - {finding: BC9999, resource: x, owner: Ada, reason: *why, expires: 2027-06-30}
  - {finding: BC0028, resource: x, owner: Ada, reason: *why, expires: 2027-06-30}
  - {finding: BC0022, objective: recovery time, resource: [], owner: Ada, reason: *why, expires: 2027-06-30}
  - provider:aws
"""
TOLD = """\
error: accepts = []: AcceptedRisks has no such field
  --> FILE:1
  allowed: accepted
  help: did you mean 'accepted'?

error: accepted[0].reason: is required
  --> FILE:3
  help: state it: why it is worth taking

error: accepted[0].objective = 'recovery_time': is no objective
  --> FILE:4
  allowed: recovery time, data loss, availability
  help: did you mean 'recovery time'?

error: accepted[0].expires = 'soon': must be a date such as 2027-06-30
  --> FILE:6

error: accepted[1].kind[0] = 'regon': is not a known value
  --> FILE:7
  allowed: server, zone, region, change, people, supplier, attack, together
  help: did you mean 'region'?

error: accepted[1].objectiv = 'data loss': AcceptedVerdict has no such field
  --> FILE:8
  allowed: capability, expires, kind, objective, owner, reason, scenario, stack
  help: did you mean 'objective'?

error: accepted[1].owner = ' ': must not be empty
  --> FILE:9

error: accepted[1].expires = '86400': must be a date such as 2027-06-30
  --> FILE:11

error: accepted[2].scenario: is required
  --> FILE:12
  help: name scenarios, a kind of disruption (kind: region), or a finding

error: accepted[3].finding = 'BC9999': is no code of a finding
  --> FILE:13
  allowed: BC0001, BC0002, BC0003, BC0004, BC0005, BC0006, BC0007, BC0008, BC0009, BC0010, BC0011, BC0012 and MORE more
  help: `bcinfra explain` lists them

error: accepted[4].finding = 'BC0028': what has expired is accepted anew by a later date
  --> FILE:14

error: accepted[5].resource = []: must not be empty
  --> FILE:15

error: accepted[5].objective = 'recovery time': AcceptedFinding has no such field
  --> FILE:15
  allowed: expires, finding, owner, reason, resource, stack

error: accepted[6] = 'provider:aws': must be a mapping of fields to values
  --> FILE:16

14 mistakes in the accepted risks"""


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(WRONG)
    with pytest.raises(SpecError) as caught:
        read_accepted(path)
    assert str(caught.value).replace(str(path), "FILE").replace(f"and {len(RULES) - 12} more", "and MORE more") == TOLD


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("accepted: [", "accepted risks: is not YAML: "),
        ("[]", "accepted risks: does not hold a mapping of fields to values"),
        ("accepted: all", "accepted = 'all': must be a list of rows"),
        ("accepted: {scenario: x}", "accepted = {...}: must be a list of rows"),
        ("accepted:\n  - &a [*a]", "accepted risks: is nested too deeply"),
    ],
)
def test_a_file_of_another_form_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        read_accepted(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_published_schema_is_current_and_refuses_what_the_reader_refuses() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run `make schema`"
    schema = Draft202012Validator(json_schema())
    Draft202012Validator.check_schema(schema.schema)
    for row in (
        {},
        {"scenario": []},
        {"scenario": ""},
        {"kind": "regon"},
        {"scenario": "x", "owner": ""},
        {"finding": "BC9999", "resource": "x"},
        {"finding": "BC0022"},
        {"scenario": "x", "objectives": "data loss"},
    ):
        assert not schema.is_valid({"accepted": [{**WHO, **row}]}), row
