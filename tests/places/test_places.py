"""The table of regions: it is whole, it agrees with itself, and nobody else keeps one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pulumi_aws
import pytest
from hypothesis import given, strategies as st

import bcinfra
from bcinfra.places import regions
from bcinfra.places.place import Cloud, Place
from bcinfra.places.table import DUAL_REGIONS, GLOBAL_HOME, REGIONS, TRAFFIC_HOME, Region, zone_prefix
from bcinfra.places.world import MULTI_REGIONS, multi_region, multi_region_around
from bcinfra.report.words.countries import NAMES, located

ROWS: Final = sorted(REGIONS.values(), key=lambda row: (row.cloud, row.name))
CLOUDS: Final = ("aws", "gcp")
WORDS: Final = st.text("abz019-", min_size=1)


# -- places by name ---------------------------------------------------------------------------------------------------


@given(WORDS, WORDS, st.none() | WORDS)
def test_a_place_is_read_as_it_is_printed(cloud: str, region: str, zone: str | None) -> None:
    assert Place.parse(str(Place(cloud, region, zone))) == Place(cloud, region, zone)


@pytest.mark.parametrize("text", ["", "aws", "aws/", "/eu-west-1"])
def test_what_names_no_place_is_none(text: str) -> None:
    assert Place.parse(text) is None


# -- the table --------------------------------------------------------------------------------------------------------


def test_every_region_that_pulumi_aws_knows_is_in_the_table() -> None:
    assert {row.name for row in ROWS if row.cloud == "aws"} == {region.value for region in pulumi_aws.Region}


def test_a_site_may_be_in_every_region_but_those_of_isolated_partitions() -> None:
    isolated = {region.value for region in pulumi_aws.Region if "iso" in region.value or "eusc" in region.value}
    offered = {name for cloud in CLOUDS for name in regions.names(cloud)}
    assert REGIONS.keys() - offered == isolated


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_whole(row: Region) -> None:
    assert row.geography
    assert row.country in NAMES
    assert row.isolated or (row.area and len(set(row.zones)) == len(row.zones) >= 2)
    assert row.zones or row.doubt
    assert all(regions.in_region(row.cloud, row.name, zone) for zone in row.zones)
    assert not any(
        regions.in_region(other.cloud, other.name, zone) for other in ROWS if other != row for zone in row.zones
    )
    assert re.fullmatch(r"20\d\d-\d\d", row.source.as_of)


def test_every_country_that_has_a_name_has_a_region() -> None:
    assert NAMES.keys() == {row.country for row in ROWS}


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("eu-west-1", "euw1"),
        ("us-east-1", "use1"),
        ("ap-southeast-2", "apse2"),
        ("ap-south-1", "aps1"),
        ("ca-central-1", "cac1"),
        ("us-gov-west-1", "usgw1"),
        ("cn-northwest-1", "cnnw1"),
    ],
)
def test_zone_ids_begin_with_the_region(region: str, prefix: str) -> None:
    assert zone_prefix(region) == prefix


def test_what_lies_near_is_in_the_table_and_on_the_same_continent() -> None:
    for row in ROWS:
        if row.near:
            assert REGIONS[row.near].cloud != row.cloud
            assert REGIONS[row.near].geography == row.geography
        if row.partner:
            assert REGIONS[row.partner].partner
            assert multi_region_around(row.partner) == multi_region_around(row.name) is not None
            assert regions.pair(row.name, ())[1] == {row.name, row.partner}
    for pair in DUAL_REGIONS.values():
        assert len({REGIONS[region].geography for region in pair}) == 1
    assert {GLOBAL_HOME, TRAFFIC_HOME} <= set(regions.names("aws"))


def test_a_multi_region_lies_where_its_regions_do() -> None:
    for multi in MULTI_REGIONS:
        assert multi_region(multi.bucket) == multi_region(multi.key.upper()) == multi
        assert {row.geography for row in ROWS if row.cloud == "gcp" and multi_region_around(row.name) == multi} == {
            multi.geography
        }
    assert multi_region_around("me-west1") is None


# -- what is asked of it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "geography"),
    [
        ("eu-west-1", "Europe"),
        ("europe-west1", "Europe"),
        ("cn-north-1", "Asia-Pacific"),
        ("eusc-de-east-1", "Europe"),
        ("me-west1", "Middle East"),
        ("eu-nowhere-9", "Europe"),
        ("moon-1", None),
    ],
)
def test_a_region_lies_in_a_part_of_the_world_though_it_be_newer_than_the_table(
    region: str, geography: str | None
) -> None:
    assert regions.geography(region) == geography


@pytest.mark.parametrize(
    ("cloud", "text", "meant"),
    [
        ("aws", "eu-wset-1", "eu-west-1"),
        ("aws", "EU-WEST-1", "eu-west-1"),
        ("aws", "Dublin", "eu-west-1"),
        ("aws", "frankfurt", "eu-central-1"),
        ("gcp", "frankfurt", "europe-west3"),
        ("aws", "europe-west3", "eu-central-1"),
        ("gcp", "eu-central-1", "europe-west3"),
        ("gcp", "moon", None),
    ],
)
def test_a_region_that_is_none_suggests_the_one_that_is_meant(cloud: str, text: str, meant: str | None) -> None:
    assert regions.suggestion(cloud, text) == meant  # pyright: ignore[reportArgumentType]


def test_zones_are_taken_from_the_front() -> None:
    assert regions.first_zones("aws", "eu-west-1", 2) == ("euw1-az1", "euw1-az2")
    assert regions.first_zones("aws", "ca-central-1") == ("cac1-az1", "cac1-az2", "cac1-az4")
    assert "use1-az3" not in regions.first_zones("aws", "us-east-1", 5)
    assert regions.first_zones("gcp", "europe-west1") == ("europe-west1-b", "europe-west1-c", "europe-west1-d")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: regions.first_zones("aws", "us-west-1"),
            "us-west-1 has 2 zones open to new customers, 3 asked; allowed: 1 to 2",
        ),
        (
            lambda: regions.first_zones("aws", "eu-west-11"),
            "no zones known for region 'eu-west-11' (table of 2025-10); did you mean 'eu-west-1'?",
        ),
        (
            lambda: regions.first_zones("gcp", "eu-west-1"),
            "no zones known for region 'eu-west-1' (table of 2025-10); did you mean 'europe-west2'?",
        ),
        (
            lambda: regions.first_zones("aws", "moon"),
            "no zones known for region 'moon' (table of 2025-10); name its zones yourself",
        ),
        (
            lambda: regions.zone_number("eu-west-1a"),
            "'eu-west-1a' is not a zone id such as 'euw1-az1'; that is a zone name: use its id, which means the same"
            " in every account",
        ),
        (lambda: regions.zone_number("euw1"), "'euw1' is not a zone id such as 'euw1-az1'"),
    ],
)
def test_what_the_table_cannot_answer_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()  # type: ignore[operator]


def test_a_bucket_of_two_regions_is_best_where_another_site_is() -> None:
    europe = multi_region("eu")
    assert regions.pair("europe-west1", ["us-east1", "europe-west3"]) == (europe, {"europe-west1", "europe-west3"})
    with pytest.raises(
        ValueError, match=r"^Cloud Storage keeps no bucket in me-west1 and another region; allowed: asia"
    ):
        regions.pair("me-west1", ())


def test_a_name_is_told_with_the_countries_of_its_regions_and_of_no_other_place() -> None:
    assert located("MySQL replica", [Place("gcp", "us-east1")]) == "MySQL replica (the United States)"
    both = [Place("gcp", "europe-west1"), Place("gcp", "europe-west4")]
    assert located("bucket", both) == "bucket (Belgium, the Netherlands)"
    assert located("copy in us-east1", [Place("aws", "eu-nowhere-1"), Place("onprem", "ghent")]) == "copy in us-east1"


# -- where to go --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_region_has_a_neighbour_and_a_region_overseas(cloud: Cloud) -> None:
    for region in regions.names(cloud):
        near = regions.neighbour(cloud, region)
        away = regions.overseas(cloud, region, near)
        assert near != region
        assert len(REGIONS[near].zones) >= 3
        ours, theirs, copies = (REGIONS[name] for name in (region, near, away))
        if region.startswith(("cn-", "us-gov-")):  # accounts of one partition reach no other
            assert away == near
            assert near.startswith(region.split("-", 1)[0])
        else:
            assert copies.geography not in (ours.geography, theirs.geography)
            assert not near.startswith(("cn-", "us-gov-"))


@pytest.mark.parametrize(
    ("cloud", "region", "near"),
    [
        ("aws", "eu-west-1", "eu-central-1"),
        ("aws", "eu-central-1", "eu-west-1"),
        ("aws", "us-east-1", "us-west-2"),
        ("aws", "ap-southeast-2", "ap-southeast-4"),
        ("aws", "ca-central-1", "ca-west-1"),
        ("aws", "us-gov-east-1", "us-gov-west-1"),
        ("gcp", "europe-west1", "europe-west4"),
        ("gcp", "northamerica-northeast1", "northamerica-northeast2"),
        ("gcp", "africa-south1", "europe-west1"),
    ],
)
def test_the_neighbour_is_in_the_country_or_not_far(cloud: Cloud, region: str, near: str) -> None:
    assert regions.neighbour(cloud, region) == near


# -- nobody else keeps one --------------------------------------------------------------------------------------------

SOURCES: Final = Path(bcinfra.__file__).parent
NAMED: Final = {
    "aws/dns.py": {  # where a health check may be asked from, as the API of Route 53 lists it
        *("us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"),
        "sa-east-1",
    },
    "aws/mail.py": {  # where the keys of SES are published below a name of their own, as its list of endpoints has it
        *("af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1"),
        *("eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1"),
    },
    "aws/vpn.py": {"us-east-1", "eu-west-1", "ap-southeast-1"},  # a default: where lines are checked from
    "gcp/dns.py": {"us-east1", "europe-west1", "asia-southeast1"},  # likewise
    "assembly/gcp/dns.py": {"europe-west1"},  # a default: where what is in no cloud is taken to be
    "graph/record/answers.py": {"us-east-1", "us-central1"},  # what stands for a region where a program states none
    "continuity/model/prices.py": {  # where a vendor's price list begins, and the regions whose list is the same
        *("us-east-1", "us-east-2", "us-west-2", "us-central1", "us-east1", "us-west1"),
    },
    "continuity/readings/aws/meters.py": {"us-east-1", "eu-west-1"},  # where the list has the price of a direction
    "continuity/readings/gcp/meters.py": {
        "europe-west1",
        "europe-west4",
    },  # a pair with a price of its own
    "continuity/model/rates.py": {"us-east-1"},  # where an incident was that a rate is taken from
    "commands/assess.py": {"eu-west-1"},  # examples in help and in errors, as below
    "commands/init.py": {"us-west-2", "us-east-2"},
    "commands/drill.py": {"eu-west-1"},
    "commands/explain.py": {"eu-west-1"},
    "commands/runbook.py": {"eu-west-1"},
    "assembly/image_contract.py": {"eu-west-1"},
    "spec/sites.py": {"eu-west-1", "europe-west1"},
    "spec/rules/sites.py": {"eu-west-3"},
    "spec/values.py": {"eu-central-1", "eu-west-1"},
}
"""Files outside ``bcinfra.places`` that name regions, and which: choices of their own, no facts about regions."""


def literals(module: ast.Module) -> Iterator[str]:
    """The texts of a module but its docstrings and the examples of its fields."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr):
            skipped.add(node.value)
        if isinstance(node, ast.keyword) and node.arg == "examples":
            skipped.update(ast.walk(node.value))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


def test_no_other_module_knows_regions() -> None:
    whole = re.compile("|".join(rf"(?<![\w-]){name}(?![\w-])" for name in sorted(REGIONS, key=len, reverse=True)))
    found = {
        str(path.relative_to(SOURCES)): names
        for path in SOURCES.rglob("*.py")
        if path.parent != SOURCES / "places"
        and (names := {hit for text in literals(ast.parse(path.read_text())) for hit in whole.findall(text)})
    }
    assert found == NAMED
