"""The data set is complete, sourced and hard to misread; figures keep their provenance."""

from __future__ import annotations

import math
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from bcinfra.continuity.judgement.figures import json_schema, read_overrides, schema_text
from bcinfra.continuity.model.facts import DataError, base_rates, facts, incidents, row
from bcinfra.continuity.model.ranges import (
    Computed,
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
from bcinfra.places.table import GLOBAL_HOME, REGIONS
from bcinfra.spec import SpecError


def test_every_row_names_a_source_a_year_and_what_was_verified() -> None:
    assert len(facts()) == 147
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


def _below(n: int, x: float) -> float:
    """Probability that Gamma(n + 1/2, 1) is below ``x``."""
    found, term = math.erf(math.sqrt(x)), math.sqrt(x) * math.exp(-x) / math.gamma(1.5)
    for k in range(n):
        found, term = found - term, term * x / (k + 1.5)
    return found


COUNTED = {id: row for id, row in base_rates().items() if row.exposure_years}


@pytest.mark.parametrize("id", COUNTED)
def test_a_rate_follows_from_what_was_counted(id: str) -> None:
    row = COUNTED[id]
    assert row.rate
    assert row.rate.low
    assert row.rate.upper
    assert row.exposure_years
    assert len(set(row.events)) == len(row.events)
    assert row.rate.typical == pytest.approx((len(row.events) + 0.5) / row.exposure_years, rel=0.03)
    assert _below(len(row.events), row.rate.low * row.exposure_years) == pytest.approx(0.05, abs=0.012)
    assert _below(len(row.events), row.rate.upper * row.exposure_years) == pytest.approx(0.95, abs=0.012)


def _year(month: str) -> float:
    return int(month[:4]) + (int(month[5:]) - 1) / 12


@pytest.mark.parametrize("id", [id for id, row in COUNTED.items() if row.observed])
def test_the_exposure_is_the_time_since_what_is_counted_was_there(id: str) -> None:
    row = COUNTED[id]
    assert row.observed
    since, until = map(_year, row.observed.split(" to "))
    openings = yaml.safe_load(Path("bcinfra/continuity/data/base_rates.yaml").read_text(encoding="utf-8"))["openings"]
    opened = {name: max(since, _year(month)) for name, month in openings.get(id[:3], {}).items()}
    match row.per:
        case "zone-year":
            years = sum((until - when) * len(REGIONS[name].zones) for name, when in opened.items())
        case "region-year" if "us-east-1" in id:
            years = until - opened["us-east-1"]
        case "region-year":
            years = sum(until - when for name, when in opened.items() if name != GLOBAL_HOME)
        case _:
            years = until - since
    assert row.exposure_years == pytest.approx(years, rel=0.01)


def test_every_region_that_is_open_to_all_is_counted() -> None:
    openings = yaml.safe_load(Path("bcinfra/continuity/data/base_rates.yaml").read_text(encoding="utf-8"))["openings"]
    open_to_all = {name for name, row in REGIONS.items() if not row.isolated and not re.match("cn-|us-gov-", name)}
    assert {name for vendor in openings.values() for name in vendor} == open_to_all


def test_a_duration_is_the_median_and_the_90th_percentile_of_what_was_established() -> None:
    row = base_rates()["cloud-place-outage"]
    assert row.duration_hours
    assert row.duration_hours.median == statistics.median(row.hours)
    assert row.duration_hours.p90 == statistics.quantiles(row.hours, n=10, method="inclusive")[-1]


def test_the_95th_percentile_of_a_duration_lies_on_the_lognormal_through_median_and_p90() -> None:
    duration = base_rates()["cloud-place-outage"].duration
    assert duration
    assert duration.typical == 6 * 3600
    assert duration.upper == pytest.approx(6 * 3600 * (22 / 6) ** (1.644854 / 1.281552), rel=1e-5)


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


WRONG = """\
facts:
  aws.rds.pit: {why: measured}
  aws.alb:
    failover_seconds: {typical: 9, upper: 3}
    failover_second: 3
  aws.rds.pitr: {failover_seconds: {typical: soon}, automatic: maybe, why: measured}
base_rate: {}
base_rates:
  ransomware: {why: our insurer}
"""
TOLD = """\
error: facts.aws.rds.pit: is no fact
  --> FILE:2
  help: did you mean 'aws.rds.pitr'? `bcinfra explain` lists them

error: facts.aws.alb.why: is required
  --> FILE:3
  help: state it: where the figure comes from, such as a rehearsal and its date

error: facts.aws.alb.failover_seconds = {...}: a range needs finite low <= typical <= upper, got [9.0, 9.0, 3.0]
  --> FILE:4

error: facts.aws.alb.failover_second = '3': FactOverride has no such field
  --> FILE:5
  allowed: automatic, failover_seconds, parameters, rpo_seconds, why
  help: did you mean 'failover_seconds'?

error: facts.aws.rds.pitr.failover_seconds.typical = 'soon': must be a number
  --> FILE:6

error: facts.aws.rds.pitr.automatic = 'maybe': is not a known value
  --> FILE:6
  allowed: yes, no, conditional

error: base_rate: Overrides has no such field
  --> FILE:7
  allowed: base_rates, facts
  help: did you mean 'base_rates'?

error: base_rates.ransomware: is no base rate
  --> FILE:9
  help: did you mean 'ransomware-company'? `bcinfra explain` lists them

8 mistakes in the figures"""


def test_wrong_overrides_are_named_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text(WRONG)
    with pytest.raises(SpecError) as raised:
        read_overrides(file)
    assert str(raised.value).replace(str(file), "FILE") == TOLD


@pytest.mark.parametrize(("text", "says"), [("facts: {", "figures: is not YAML"), ("- 3", "figures: does not hold a")])
def test_a_file_of_another_form_is_told(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text(text)
    with pytest.raises(SpecError, match=says):
        read_overrides(file)


def test_the_published_schema_is_current_and_takes_what_the_reader_takes() -> None:
    published = Path(__file__).parents[2] / "schemas" / "figures.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "run `make schema`"
    schema = Draft202012Validator(json_schema())
    Draft202012Validator.check_schema(schema.schema)
    row = {"parameters": {"interval_s": 5}, "failover_seconds": {"typical": 9}, "automatic": "yes", "why": "set so"}
    assert schema.is_valid({"facts": {"aws.alb": row}})
    assert not schema.is_valid({"facts": {"aws.alb": {**row, "why": ""}}})
    assert not schema.is_valid({"facts": {"aws.alb": {"failover_second": 3, "why": "set so"}}})


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
    assert [f.name for f in walk(whole)][1:] == [detect.name, "decide", "TTL"]
    assert whole.why == Computed("sum", (detect, decide, ttl))
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
