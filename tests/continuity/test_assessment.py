"""The assessment as a whole: verdicts, money, order, acceptances, JSON, and that every figure answers why."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from bcinfra.continuity.judgement.assessment import PARTIAL, Assessment, ScenarioResult, assess
from bcinfra.continuity.judgement.rules import RULES
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Business, Model, Target
from bcinfra.continuity.model.ranges import Assumed, Computed, FromFact, NotKnown, Stated, pessimistic, typical, walk
from bcinfra.continuity.recovery.outcomes import Acceptance, FindingAcceptance, Kind
from bcinfra.continuity.recovery.reasons import Undecided
from bcinfra.report.assess.writing import to_document
from bcinfra.report.words.findings import fix
from bcinfra.report.words.statements import say
from bcinfra.seconds import YEAR
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT

TODAY = date(2026, 11, 24)
PROVIDER = Acceptance(
    scenarios=("provider:aws",),
    capabilities=("*",),
    objectives=(Objective.RECOVERY_TIME,),
    owner="Ada",
    reason="a second provider costs more",
    expires=date(2027, 6, 30),
)


@cache
def assessed(name: str) -> Assessment:
    return assess(designs.DESIGNS[name]())


def judgements(model: Model, scenario: str, **options: object) -> dict[tuple[str, str], Judgement]:
    result = assess(model, **options)  # pyright: ignore[reportArgumentType]
    row = next(r for r in result.scenarios if r.scenario.id == scenario)
    return {(o.capability, v.objective.value): v.judgement for o in row.outcomes for v in o.verdicts}


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_the_same_model_gives_the_same_bytes(name: str) -> None:
    model = designs.DESIGNS[name]()
    one, two = (json.dumps(to_document(found, model)) for found in (assessed(name), assess(model)))
    assert one == two


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib, json\nfrom bcinfra.continuity.judgement.assessment import assess\n"
        "from bcinfra.report.assess.writing import to_document\nfrom tests.continuity import designs\n"
        "model = designs.sturdy()\n"
        "print(hashlib.sha256(json.dumps(to_document(assess(model), model)).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_no_json_value_is_anything_but_plain() -> None:
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(k, str) and plain(v) for k, v in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return value is None or type(value) in (str, int, float, bool)

    model = designs.active_active()
    body = to_document(assess(model), model)
    assert plain(body)
    for n, figure in enumerate(body["figures"]):
        assert all(part < n for part in figure["why"].get("of", []))


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_every_figure_leads_to_a_fact_an_assumption_or_a_statement(name: str) -> None:
    result = assessed(name)
    known = {*facts(), *base_rates()}
    for id, top in result.figures.items():
        for figure in walk(top):
            match figure.why:
                case Computed(how, of):
                    assert how
                    assert of or figure.known, id
                case FromFact(fact, _):
                    assert fact in known
                case Undecided(_, reasons):
                    assert reasons
                case Assumed(text) | Stated(text) | NotKnown(text):
                    assert text
    assert result.facts
    assert set(result.facts) <= known


def test_worst_comes_first() -> None:
    rows = assessed("fragile").scenarios
    losses = [r.loss.value.typical if r.loss and r.loss.value else 0.0 for r in rows]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > 0
    assert rows[0].judgement is Judgement.MISSED


def test_the_yearly_loss_is_the_sum_of_the_scenarios_that_can_be_told() -> None:
    result = assessed("sturdy")
    assert result.expected_loss
    assert result.expected_loss.value
    each = [r.loss.value.typical for r in result.scenarios if r.loss and r.loss.value]
    assert result.expected_loss.value.typical == pytest.approx(sum(each))
    assert all(r.loss is None for r in result.scenarios if r.scenario.kind in PARTIAL)
    assert result.untold == ()


def test_a_fragile_design_costs_more_and_keeps_its_commitment_less_often() -> None:
    sturdy, fragile = assessed("sturdy"), assessed("fragile")
    assert sturdy.expected_loss
    assert sturdy.expected_loss.value
    assert fragile.expected_loss
    assert fragile.expected_loss.value
    assert fragile.expected_loss.value.typical > 5 * sturdy.expected_loss.value.typical
    for good, bad in zip(sturdy.capabilities, fragile.capabilities, strict=True):
        assert good.kept
        assert good.kept.value
        assert bad.kept
        assert bad.kept.value
        assert 0 < bad.kept.value.typical < good.kept.value.typical < 1
        assert good.down_by_design.value
        assert bad.down_by_design.value
        assert good.down_by_design.value.typical < bad.down_by_design.value.typical
        assert good.verdict
        assert good.verdict.judgement is Judgement.MET
        assert bad.verdict
        assert bad.verdict.judgement is Judgement.MISSED


def test_a_loss_that_cannot_be_told_is_named_and_not_counted_as_none() -> None:
    assert assessed("fragile").untold == ("flood",)


def test_rehearsed_failover_is_worth_more() -> None:
    plain, rehearsed = assessed("sturdy"), assess(designs.sturdy(), rehearsed=True)
    assert plain.expected_loss
    assert plain.expected_loss.value
    assert rehearsed.expected_loss
    assert rehearsed.expected_loss.value
    assert rehearsed.expected_loss.value.typical < plain.expected_loss.value.typical


def test_without_revenue_there_is_no_money() -> None:
    result = assess(replace(designs.sturdy(), business=Business()))
    assert result.expected_loss is None
    assert result.once_in == {}


def test_objectives_can_be_given_from_outside() -> None:
    strict = {"checkout": Target(recovery_time=timedelta(minutes=1))}
    key = ("checkout", "recovery time")
    assert judgements(designs.sturdy(), f"region:{DUBLIN}")[key] is Judgement.MET
    assert judgements(designs.sturdy(), f"region:{DUBLIN}", objectives=strict)[key] is Judgement.MISSED
    assert ("browse", "data loss") in judgements(designs.sturdy(), f"region:{DUBLIN}", objectives=strict)


def test_the_quantile_moves_the_verdict() -> None:
    target = {"*": Target(recovery_time=timedelta(seconds=500))}
    key = ("checkout", "recovery time")
    region = f"region:{DUBLIN}"
    assert judgements(designs.sturdy(), region, objectives=target)[key] is Judgement.MISSED
    assert judgements(designs.sturdy(), region, objectives=target, quantile=0.5)[key] is Judgement.MET
    with pytest.raises(ValueError, match="quantile is 95"):
        assess(designs.sturdy(), quantile=95)


def test_an_accepted_risk_is_no_pass_and_ends_with_its_date() -> None:
    key = ("checkout", "recovery time")
    assert judgements(designs.sturdy(), "provider:aws")[key] is Judgement.MISSED
    options = {"accepted": (PROVIDER,), "today": TODAY}
    now = judgements(designs.sturdy(), "provider:aws", **options)
    assert now[key] is Judgement.ACCEPTED
    assert now["checkout", "data loss"] is Judgement.MISSED
    assert judgements(designs.sturdy(), "geography:Europe", **options)[key] is Judgement.MISSED
    assert judgements(designs.sturdy(), f"region:{DUBLIN}", **options)[key] is Judgement.MET
    later = assess(designs.sturdy(), accepted=(PROVIDER,), today=date(2027, 7, 1))
    assert later.expired == (PROVIDER,)
    assert "BC0028" in {f.code for f in later.findings}
    with pytest.raises(ValueError, match="give the day"):
        assess(designs.sturdy(), accepted=(PROVIDER,))


def test_a_risk_that_nobody_runs_is_told() -> None:
    gone = replace(PROVIDER, scenarios=("region:aws/eu-west-9",))
    copies = FindingAcceptance(
        codes=("BC0022",), resources=("gone",), owner="Ada", reason="x", expires=PROVIDER.expires
    )
    found = assess(designs.sturdy(), accepted=(PROVIDER, gone, copies), today=TODAY)
    assert found.unmatched == (gone, copies)
    later = assess(designs.sturdy(), accepted=(PROVIDER, gone, copies), today=date(2027, 7, 1))
    assert (later.expired, later.unmatched) == ((PROVIDER, gone, copies), ())
    assert "BC0022 of gone: accepted by Ada until 2027-06-30" in {say(f.says) for f in later.findings}


def test_findings_name_resource_line_and_fix() -> None:
    findings = assessed("fragile").findings
    lost = next(f for f in findings if f.code == "BC0005")
    assert (lost.resource, lost.place) == (f"mysql-{DUBLIN}", "__main__.py:41")
    for one in findings:
        assert fix(one)
        assert one.breaks == RULES[one.code]


def test_a_model_of_many_parts_is_assessed_quickly() -> None:
    base = designs.sturdy()
    stores = tuple(
        replace(base.stores[0], name=f"db{n}", members=tuple(replace(m, urn=f"{m.urn}-{n}") for m in store.members))
        for n, store in enumerate([base.stores[0]] * 60)
    )
    names = tuple(store.name for store in stores)
    capabilities = tuple(replace(c, stores=(*c.stores, *names)) for c in base.capabilities)
    model = replace(base, stores=(*base.stores, *stores), capabilities=capabilities)
    assess(base)
    started = time.process_time()
    assess(base)
    small = time.process_time() - started
    started = time.process_time()
    assess(model)
    # Thirty times the stores: time may grow with stores times scenarios, but not worse.
    assert time.process_time() - started < 60 * max(small, 0.1)


def test_sites_and_domains_are_summarised() -> None:
    result = assessed("sturdy")
    assert result.sites == (FRANKFURT, DUBLIN)
    assert f"region {DUBLIN}" in map(str, result.domains)
    assert result.counts == {"entries": 1, "balancers": 2, "pools": 2, "stores": 2, "plans": 1}


def test_without_revenue_the_worst_first_is_what_is_down_most_of_a_year() -> None:
    model = replace(designs.fragile(), business=Business())
    missed = [r for r in assess(model).scenarios if r.judgement is Judgement.MISSED]
    lost = [r for r in missed if any(o.kind is Kind.LOST and o.time for o in r.outcomes)]

    def down(result: ScenarioResult) -> float:
        longest = max(pessimistic(o.time) for o in result.affected)
        return (typical(result.scenario.rate) or 0.0) * min(longest, YEAR)

    finite = [down(r) for r in lost if all(o.kind is Kind.LOST for o in r.affected)]
    assert len(finite) > 3
    assert finite == sorted(finite, reverse=True)
