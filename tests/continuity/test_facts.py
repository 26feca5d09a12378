"""The data set is complete, sourced and hard to misread; figures keep their provenance."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bcinfra.continuity.model.facts import DataError, base_rates, facts, incidents, read_overrides, row
from bcinfra.continuity.model.ranges import (
    Figure,
    FromFact,
    Range,
    Unit,
    assumed,
    computed,
    fact_ids,
    stated,
    total,
    unknown,
    unknowns,
    walk,
)


def test_every_row_names_a_source_a_year_and_what_was_verified() -> None:
    assert len(facts()) == 130
    assert all(fact.source and fact.verified and 1999 < fact.year < 2030 for fact in facts().values())
    assert all(any(s.url or s.title for s in incident.sources) for incident in incidents().values())
    assert all(rate.source or rate.events or rate.notes for rate in base_rates().values())


def test_text_with_commas_is_whole() -> None:
    assert facts()["aws.rds.mysql.multi_az_cluster"].mode == "Multi-AZ DB cluster (2 readable standbys, semi-sync)"
    assert facts()["aws.rds.pitr"].event == "corruption, deletion, storage loss"


def test_a_fact_without_a_figure_is_unknown_not_zero() -> None:
    figure = facts()["aws.nat.zonal"].failover_figure()
    assert figure.value is None
    assert unknowns(figure) == (figure,)


def test_a_fact_with_a_figure_says_where_it_comes_from() -> None:
    figure = facts()["aws.rds.mysql.multi_az_instance"].failover_figure()
    assert figure.value == Range(90, 600)
    assert figure.why == FromFact("aws.rds.mysql.multi_az_instance", "failover")
    assert facts()["aws.route53.failover"].parameter("interval_s").value == Range(30, 30)


def test_incidents_rest_of_the_data_set_refers_to_exist() -> None:
    ids = {e for rate in base_rates().values() for e in rate.events if " " not in e}
    assert ids <= set(incidents())
    assert ids
    for incident in incidents().values():
        if incident.duration_hours and incident.tail_hours:
            assert incident.tail_hours >= incident.duration_hours, incident.id


def test_the_95th_percentile_of_a_duration_lies_on_the_lognormal_through_median_and_p90() -> None:
    duration = base_rates()["aws-us-east-1-severe"].duration
    assert duration
    assert duration.typical == 9.5 * 3600
    assert duration.upper == pytest.approx(9.5 * 3600 * (20 / 9.5) ** (1.644854 / 1.281552), rel=1e-5)


@pytest.mark.parametrize("id", ["aws.rds.snapshot_restor", "aws.rds.snapshot-restore"])
def test_an_unknown_fact_is_an_error_with_the_nearest_one(id: str) -> None:
    with pytest.raises(DataError, match=r"did you mean 'aws\.rds\.snapshot_restore'"):
        _ = facts()[id]


def test_an_unknown_parameter_names_the_nearest() -> None:
    with pytest.raises(DataError, match=r"aws\.alb: parameter 'interval' does not exist; did you mean 'interval_s'"):
        facts()["aws.alb"].parameter("interval")


def test_an_override_replaces_one_figure_and_shows(tmp_path: Path) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text(
        "facts:\n  aws.rds.snapshot_restore: {failover_seconds: {typical: 1500, upper: 2400}, why: drill 2026-10-02}\n"
        "  aws.alb: {parameters: {interval_s: 5}, why: set so}\n"
        "base_rates:\n  ransomware-company: {rate: {typical: 0.03, upper: 0.1}, why: insurer}\n"
    )
    overrides = read_overrides(file)
    before, after = facts()["aws.rds.snapshot_restore"], facts(overrides)["aws.rds.snapshot_restore"]
    assert (after.failover, after.overridden) == (Range(1500, 2400), "drill 2026-10-02")
    assert after.rpo == before.rpo
    assert before.overridden is None
    assert facts(overrides)["aws.alb"].parameters == {**facts()["aws.alb"].parameters, "interval_s": 5}
    assert base_rates(overrides)["ransomware-company"].rate_figure().value == Range(0.03, 0.1)
    assert facts()["aws.rds.snapshot_restore"] == before


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "facts: {aws.rds.pit: {why: x}, aws.abl: {why: x}}",
            ["did you mean 'aws.rds.pitr'", "did you mean 'aws.alb'"],
        ),
        ("facts: {aws.alb: {failover_seconds: {typical: 9, upper: 3}}}", ["why", "low <= typical <= upper"]),
        ("facts: {aws.alb: {failover_second: 3, why: x}}", ["aws.alb.failover_second = 3"]),
        ("facts: {", ["not YAML"]),
        ("- 3", ["figures.yaml"]),
    ],
)
def test_wrong_overrides_are_named_all_at_once(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text(text)
    with pytest.raises(DataError) as raised:
        read_overrides(file)
    assert all(any(problem in found for found in raised.value.problems) for problem in problems)
    assert all("figures.yaml" in found for found in raised.value.problems)


def test_ends_out_of_order_or_not_finite_are_refused() -> None:
    for ends in [(2, 1, None), (1, 2, 1.5), (float("nan"), 1, None), (1, float("inf"), None)]:
        with pytest.raises(ValueError, match="low <= typical <= upper"):
            Range(*ends)


def test_arithmetic_keeps_the_way_back_to_the_facts() -> None:
    detect = facts()["aws.route53.failover"].failover_figure()
    decide = assumed("decide", Unit.SECONDS, Range(300, 1800, 60), "written rule")
    ttl = stated("TTL", Unit.SECONDS, 60, "dns.ttl")
    whole = total("recovery", detect, decide, ttl)
    assert whole.value == Range(150 + 300 + 60, 300 + 1800 + 60, 150 + 60 + 60)
    assert [(depth, f.name) for depth, f in walk(whole)][1:] == [(1, detect.name), (1, "decide"), (1, "TTL")]
    assert row("aws.route53.failover").source
    assert row("ransomware-company") == base_rates()["ransomware-company"]
    assert fact_ids(computed("double", Unit.SECONDS, "x 2", lambda x: 2 * x, whole)) == ("aws.route53.failover",)


def test_unknown_stays_unknown_and_is_found_again() -> None:
    lag = unknown("lag", Unit.SECONDS, "not in the graph")
    whole = total("loss", assumed("window", Unit.SECONDS, Range.exactly(60), "default"), lag)
    assert whole.value is None
    assert unknowns(computed("worse", Unit.SECONDS, "max", max, whole)) == (lag,)


def test_no_upper_bound_stays_none() -> None:
    whole = total(
        "x", *(Figure("p", Unit.SECONDS, value, FromFact("f", "x")) for value in (Range(1, None), Range(1, 2)))
    )
    assert whole.value == Range(2, None, 2)


def test_units_do_not_mix() -> None:
    with pytest.raises(ValueError, match="units"):
        total("x", stated("a", Unit.SECONDS, 1, "a"), stated("b", Unit.MONEY, 1, "b"))


def test_the_numeric_core_needs_no_pulumi() -> None:
    modules = "model.facts, reliability.faulttree, reliability.loss, reliability.simulate, recovery.critical_path"
    names = ", ".join(f"bcinfra.continuity.{name}" for name in modules.split(", "))
    code = f"import sys, {names}; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_fact_plans_with_the_end_that_it_says_to_plan_with() -> None:
    said = {id: re.findall(r"(\d+) s as planning upper", fact.notes) for id, fact in facts().items()}
    assert any(said.values())
    for id, ends in said.items():
        row = facts()[id].failover
        assert not ends or (row and row.upper == float(ends[0])), id
