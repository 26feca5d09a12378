"""Names, zones and addresses: the planning that needs no cloud."""

from __future__ import annotations

import re
from ipaddress import IPv4Network

import pytest
from hypothesis import given, strategies as st

from bcinfra.aws import addresses
from bcinfra.aws.names import LIMITS, physical
from bcinfra.planning.addresses import site_cidrs

SERVICES = st.sampled_from(sorted(LIMITS))
LOGICAL = st.one_of(
    st.text(min_size=1, max_size=300),
    st.text("abz-019_AZ./", min_size=1, max_size=120),
)


@given(SERVICES, LOGICAL)
def test_a_name_is_accepted_by_its_service(service: str, logical: str) -> None:
    assert LIMITS[service].accepts(physical(service, logical))


@given(SERVICES, LOGICAL)
def test_an_accepted_name_stays_as_it_is(service: str, logical: str) -> None:
    once = physical(service, logical)
    assert physical(service, once) == once


@given(SERVICES, st.sets(LOGICAL, min_size=2, max_size=6))
def test_names_stay_apart(service: str, logicals: set[str]) -> None:
    assert len({physical(service, logical) for logical in logicals}) == len(logicals)


@given(SERVICES, st.text("abc-", min_size=300, max_size=300), st.sampled_from("xyz"), st.sampled_from("xyz"))
def test_names_that_differ_only_after_the_cut_stay_apart(service: str, stem: str, one: str, other: str) -> None:
    assert (physical(service, f"{stem}{stem}{one}") == physical(service, f"{stem}{stem}{other}")) == (one == other)


@pytest.mark.parametrize(
    ("service", "logical", "name"),
    [
        ("rds", "shop-orders", "shop-orders"),
        ("rds", "Shop_Orders", "shop-orders-c5fafde7"),
        ("rds", "9lives", "n-9lives-bc867356"),
        ("load-balancer", "internal-shop", "n-internal-shop-54763424"),
        ("target-group", "a-shop-with-a-name-far-too-long-for-it", "a-shop-with-a-name-far-ca0ab64f"),
        ("restore-testing", "shop-weekly", "shop_weekly_569539f1"),
        ("s3", "ab", "ab-fb8e20fc"),
        ("secret", "shop/database-password", "shop/database-password"),
    ],
)
def test_names_never_change(service: str, logical: str, name: str) -> None:
    """A changed name replaces the resource, data and all: these are here to stay."""
    assert physical(service, logical) == name


@pytest.mark.parametrize(
    ("service", "logical", "message"),
    [
        ("elastic-cache", "x", "no name limit for service 'elastic-cache'; did you mean 'elasticache'?"),
        ("rds", "", "a name for rds needs at least one character"),
    ],
)
def test_a_name_that_cannot_be_made_is_refused(service: str, logical: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        physical(service, logical)


def test_a_service_without_a_limit_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"^no name limit for service 'q'; known: accelerator, alarm, .*web-acl$"):
        physical("q", "x")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: addresses.network("10.0.0.1/16"),
            "'10.0.0.1/16' is not an IPv4 range such as '10.0.0.0/16': 10.0.0.1/16 has host bits set",
        ),
        (lambda: addresses.network("10.0.0.0/24"), "'10.0.0.0/24' is a /24; allowed: /16 to /22"),
        (
            lambda: site_cidrs("10.0.0.0/12", {"dublin": 1, "paris": 1, "rome": 16}),
            "site 'rome' has number 16; 10.0.0.0/12 holds /16 blocks 0 to 15\n"
            "sites 'dublin' and 'paris' share number 1; each needs its own",
        ),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


VPCS = st.builds(
    lambda block, prefix: str(IPv4Network((0x0A000000 + (block << 16), prefix))),
    st.integers(0, 255),
    st.integers(16, 22),
)
ZONE_SETS = st.sets(st.integers(1, 8), min_size=1).map(lambda numbers: {f"use1-az{n}" for n in numbers})


@given(VPCS, ZONE_SETS)
def test_subnets_lie_in_the_vpc_and_never_overlap(vpc: str, zone_ids: set[str]) -> None:
    plans = addresses.zone_plans(vpc, sorted(zone_ids))
    subnets = [IPv4Network(cidr) for plan in plans.values() for cidr in plan]
    assert len(subnets) == 3 * len(zone_ids)
    assert all(subnet.subnet_of(IPv4Network(vpc)) for subnet in subnets)
    assert all(subnet.prefixlen <= 28 for subnet in subnets)
    assert not any(a.overlaps(b) for i, a in enumerate(subnets) for b in subnets[:i])


@given(VPCS, ZONE_SETS, ZONE_SETS)
def test_a_zone_keeps_its_subnets_whatever_the_others(vpc: str, before: set[str], after: set[str]) -> None:
    old, new = addresses.zone_plans(vpc, sorted(before)), addresses.zone_plans(vpc, sorted(after, reverse=True))
    assert all(old[zone] == new[zone] for zone in before & after)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 255), min_size=1, max_size=20))
def test_sites_have_ranges_apart_and_keep_them(numbers: dict[str, int]) -> None:
    numbers = {site: n for n, site in {n: site for site, n in numbers.items()}.items()}
    cidrs = site_cidrs("10.0.0.0/8", numbers)
    ranges = [IPv4Network(cidr) for cidr in cidrs.values()]
    assert not any(a.overlaps(b) for i, a in enumerate(ranges) for b in ranges[:i])
    first = next(iter(numbers))
    assert site_cidrs("10.0.0.0/8", {first: numbers[first]})[first] == cidrs[first]
