"""Names, zones, labels and addresses: the planning that needs no cloud."""

from __future__ import annotations

import re
from datetime import date, timedelta
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from bcinfra.gcp import zones
from bcinfra.gcp.addresses import region_plan
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.capacity import schedules
from bcinfra.gcp.names import LIMITS, physical
from bcinfra.gcp.region import Region, label
from bcinfra.planning.scaling import black_friday, moves
from bcinfra.spec import Peak
from tests.gcp.conftest import declare, project, region
from tests.helpers import refusals

DAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))


@given(st.sampled_from(sorted(LIMITS)), st.text(min_size=1, max_size=120))
def test_a_name_is_accepted_by_its_service_and_stays(service: str, logical: str) -> None:
    once = physical(service, logical)
    assert LIMITS[service].accepts(once)
    assert physical(service, once) == once


@given(st.sampled_from(sorted(LIMITS)), st.sets(st.text("ab-Z9", min_size=1, max_size=90), min_size=2, max_size=5))
def test_names_stay_apart(service: str, logicals: set[str]) -> None:
    assert len({physical(service, logical) for logical in logicals}) == len(logicals)


@pytest.mark.parametrize(
    ("service", "logical", "name"),
    [
        ("cloud-sql", "orders-ghent-1", "orders-ghent-1"),
        ("bucket", "google-media", "n-google-media-4a22135e"),
        ("compute", "9lives", "n-9lives-bc867356"),
        ("service-account", "a-shop-with-a-name-far-too-long-for-it", "a-shop-with-a-name-fa-ca0ab64f"),
        ("service-account", "web", "web-4b5e57f6"),
    ],
)
def test_names_never_change(service: str, logical: str, name: str) -> None:
    """A changed name replaces the resource, data and all: these are here to stay."""
    assert physical(service, logical) == name


@given(st.text())
def test_any_text_makes_a_label(text: str) -> None:
    assert re.fullmatch("[a-z0-9_-]{0,63}", label(text))


def test_zones_that_are_elsewhere_or_too_few_are_refused() -> None:
    assert zones.problems("europe-west1", ("europe-west1-b", "europe-west4-a")) == [
        "zones: 'europe-west4-a' is not in europe-west1"
    ]
    assert zones.problems("europe-west1", ("europe-west1-b",)) == [
        "zones: ['europe-west1-b'] are not two or more different zones"
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: region_plan("10.0.0.0/24"), "'10.0.0.0/24' is a /24; allowed: /16 to /22"),
    ],
)
def test_what_cannot_be_planned_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()  # type: ignore[operator]


@given(st.integers(0, 2**8 - 1), st.integers(16, 22))
def test_a_regions_ranges_are_inside_it_and_apart(second: int, prefix: int) -> None:
    whole = IPv4Network((int(IPv4Network(f"10.{second}.0.0/16").network_address), prefix))
    parts = [IPv4Network(part) for part in region_plan(str(whole))]
    assert all(part.subnet_of(whole) for part in parts)
    assert not any(one.overlaps(other) for one, other in combinations(parts, 2))
    assert [part.prefixlen - prefix for part in parts] == [1, 2, 3]


@given(DAYS, st.integers(0, 20), st.floats(1.01, 50), st.integers(2, 40), st.integers(40, 100))
def test_a_peak_is_covered_everywhere_on_earth_every_year(
    start: date, days: int, factor: float, replicas: int, most: int
) -> None:
    at = Peak(start=start, end=start + timedelta(days=days), factor=factor)
    schedule = schedules({"sale": at}, replicas=replicas, peak=most)["sale"]
    _, hour, day, month, _ = schedule.cron.split()
    spare = 6 if moves(at) else 0
    assert schedule.seconds == (days + 1 + spare) * 86400 + 26 * 3600
    assert (int(month), int(day)) != (2, 29), "that day comes every fourth year"
    eve = start - timedelta(days=1 + (black_friday(start.year).day - 23 if spare else 0))
    assert (int(month), int(day)) in {(eve.month, eve.day), (2, 28)}
    assert hour == "10"
    assert replicas <= schedule.minimum <= most


def test_a_projects_number_is_asked_for_where_it_is_needed() -> None:
    def program() -> None:
        assert Agent.STORAGE.member(project()).endswith(
            "service-111111111111@gs-project-accounts.iam.gserviceaccount.com"
        )
        with pytest.raises(
            ValueError, match=r"^the project acme-test needs its number here: Project\(number=\.\.\.\)$"
        ):
            Agent.STORAGE.member(project("acme-test", None))

    declare(program)


@pytest.mark.parametrize("labels", [{"Customer": "acme"}, {"customer": "ACME"}, {"1st": "x"}, {"customer": "x" * 64}])
def test_labels_that_google_refuses_are_refused(labels: dict[str, str]) -> None:
    wrong = lambda: Region(name="europe-west1", project="acme-prod", provider=region().provider, labels=labels)  # noqa: E731
    assert all("labels" in line for line in refusals(wrong))


@pytest.mark.parametrize("name", ["europe-west1-b", "eu-west-1", "EUROPE-WEST1"])
def test_what_is_no_region_is_refused(name: str) -> None:
    wrong = lambda: Region(name=name, project="acme-prod", provider=region().provider)  # noqa: E731
    assert refusals(wrong) == ["name: is not of the form that is asked"]
