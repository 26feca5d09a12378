"""How much runs at each site."""

from __future__ import annotations

from hypothesis import given, strategies as st

from bcinfra import spec
from bcinfra.assembly.capacity import SMALLEST, capacity, spared
from bcinfra.spec import Strategy
from tests.assembly.conftest import active


@given(replicas=st.integers(2, 500), zones=st.integers(2, 6))
def test_the_load_is_still_carried_when_a_zone_is_lost(replicas: int, zones: int):
    """Replicas are spread evenly, so a zone holds at most a rounded-up share of them."""
    running = spared(replicas, zones)
    assert running - -(-running // zones) >= replicas - 1
    assert running * (zones - 1) / zones >= replicas
    assert (running - 1) * (zones - 1) / zones < replicas, "no more than needed"


def test_one_zone_can_spare_nothing():
    assert spared(4, 1) == 4


def shapes(shop: spec.Shop, strategy: Strategy) -> dict[str, tuple[int, int, int]]:
    """Desired, minimum and maximum of the web tier, by site."""
    planned = shop.revised(**active(shop)) if strategy is Strategy.ACTIVE_ACTIVE else shop.revised(strategy=strategy)
    found = {site: capacity(planned, site, planned.web, 3) for site in planned.serving_sites}
    return {site: (c.desired, c.minimum, c.maximum) for site, c in found.items()}


def test_a_standby_is_as_warm_as_the_strategy_says(shop: spec.Shop):
    full = (6, 6, 36)
    assert shapes(shop, Strategy.ACTIVE_ACTIVE) == {"ireland": full, "frankfurt": full}
    assert shapes(shop, Strategy.WARM_STANDBY) == {"ireland": full, "frankfurt": (3, 3, 36)}
    assert shapes(shop, Strategy.PILOT_LIGHT) == {"ireland": full, "frankfurt": (0, 0, 36)}


def test_a_failover_does_not_change_what_is_declared(shop: spec.Shop):
    after = shop.revised(active_site="frankfurt")
    for site in shop.serving_sites:
        assert capacity(after, site, after.web, 3) == capacity(shop, site, shop.web, 3)


def test_nothing_that_runs_runs_once(shop: spec.Shop):
    small = shop.revised(web=shop.web.revised(replicas=1, peak=1))
    assert all(capacity(small, site, small.web, 3).minimum >= SMALLEST for site in small.serving_sites)
