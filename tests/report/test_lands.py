"""Countries of regions."""

from __future__ import annotations

from bcinfra.report.words.countries import LANDS, located
from bcinfra.spec.regions import AWS_REGIONS, GCP_REGIONS


def test_every_region_a_site_may_be_in_has_a_country() -> None:
    assert LANDS.keys() == {*AWS_REGIONS, *GCP_REGIONS}


def test_a_region_is_told_with_its_country_and_nothing_else_is() -> None:
    assert (
        located("MySQL replica mysql-carolina in us-east1")
        == "MySQL replica mysql-carolina in us-east1 (the United States)"
    )
    assert located("copy of orders-1 in eu-nowhere-1") == "copy of orders-1 in eu-nowhere-1"
