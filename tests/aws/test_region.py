"""A region: ARNs, tags, and where its children go."""

from __future__ import annotations

import re

import pytest

from bcinfra.aws.region import Region
from bcinfra.component import refuse, unknown_site
from tests.aws.conftest import ACCOUNT, declare, region
from tests.helpers import refusals


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("eu-west-1", f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders"),
        ("cn-north-1", f"arn:aws-cn:rds:cn-north-1:{ACCOUNT}:db:orders"),
        ("us-gov-west-1", f"arn:aws-us-gov:rds:us-gov-west-1:{ACCOUNT}:db:orders"),
    ],
)
def test_an_arn_is_in_the_regions_partition_and_account(name: str, arn: str) -> None:
    def program() -> None:
        assert region(name).arn("rds", "db:orders") == arn

    declare(program)


def test_an_arn_without_an_account_is_refused() -> None:
    def program() -> None:
        with pytest.raises(ValueError, match=re.escape("the region eu-west-1 needs its account id here: Region(accou")):
            region(account=None).arn("rds", "db:orders")

    declare(program)


def test_a_resources_own_tags_win_over_the_regions() -> None:
    def program() -> None:
        assert region().tagged("shop", customer="other") == {"customer": "other", "Name": "shop"}
        assert region("eu-west-3").tagged("shop") == {"customer": "acme", "Name": "shop"}

    declare(program)


def test_data_is_protected_unless_said_otherwise() -> None:
    def program() -> None:
        assert region().protected
        assert not region("eu-west-3", disposable=True).protected

    declare(program)


@pytest.mark.parametrize("name", ["eu-west-1a", "europe-west1", "EU-WEST-1"])
def test_what_is_no_region_is_refused(name: str) -> None:
    assert refusals(lambda: Region(name=name, provider=region().provider)) == ["name: is not of the form that is asked"]


def test_an_unknown_site_is_named_with_the_nearest() -> None:
    assert unknown_site("dubln", ["paris", "dublin"]) == "'dubln' is not a site; did you mean 'dublin'?"
    assert unknown_site("x", ["paris", "dublin"]) == "'x' is not a site; there are dublin, paris"


def test_problems_are_told_together() -> None:
    refuse([])
    with pytest.raises(ValueError, match=r"^one\ntwo$"):
        refuse(iter(["one", "two"]))
