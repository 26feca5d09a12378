"""Health checks of Route 53 that are declared and pass while what they stand for is lost; and twins that fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_aws.cloudwatch import MetricAlarm
from pulumi_aws.route53 import HealthCheck, Record, Zone

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier

Sites = tuple[tuple[Region, Tier], tuple[Region, Tier]]


def sites(check: Callable[[Sites], HealthCheck]) -> None:
    """Two sites, each with a name of its own, of which the second answers where the check of the first fails."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    both = (here, Tier(here)), (there, Tier(there))
    zone = Zone("zone", name="shop.example", opts=here.opts)
    for role, (at, tier) in zip(("PRIMARY", "SECONDARY"), both, strict=True):
        front: Any = {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": False}
        own = f"{at.name}.shop.example"
        Record(at.name, zone_id=zone.zone_id, name=own, type="A", aliases=[front], opts=here.opts)
        Record(
            role,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            aliases=[{"name": own, "zone_id": zone.zone_id, "evaluate_target_health": False}],
            set_identifier=role,
            failover_routing_policies=[{"type": role}],
            health_check_id=check(both).id if role == "PRIMARY" else None,
            opts=here.opts,
        )


def moved(found: Assessment) -> Kind:
    """What becomes of the shop's clients."""
    (gone,) = (one for one in found.scenarios if one.scenario.id == "region:aws/eu-west-1")
    return next(one.kind for one in gone.outcomes if one.capability == "shop.example")


def probe(at: int = 0, name: str = "probe", **more: Any) -> Callable[[Sites], HealthCheck]:
    """A check that asks the balancer of a site, or what else is stated."""

    def check(both: Sites) -> HealthCheck:
        fqdn: Any = both[at][1].balancer.dns_name
        asked: Any = {"type": "HTTPS", "fqdn": fqdn, "port": 443, "request_interval": 10, "failure_threshold": 3}
        return HealthCheck(name, **{**asked, **more}, opts=both[0][0].opts)

    return check


def several(asks_for: int, *ats: int) -> Callable[[Sites], HealthCheck]:
    """A check over others, of the sites that are named."""

    def check(both: Sites) -> HealthCheck:
        children = [probe(at, f"probe-{n}")(both).id for n, at in enumerate(ats)]
        more: Any = {"child_healthchecks": children, "child_health_threshold": asks_for}
        return HealthCheck("over", type="CALCULATED", **more, opts=both[0][0].opts)

    return check


def alarm(at: int, silent: str | None) -> Callable[[Sites], HealthCheck]:
    """A check that follows an alarm of a site's region."""

    def check(both: Sites) -> HealthCheck:
        watched = MetricAlarm(
            "down",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=2,
            period=60,
            threshold=10,
            opts=both[at][0].opts,
        )
        more: Any = {"cloudwatch_alarm_name": watched.name, "insufficient_data_health_status": silent}
        region = both[at][0].name
        return HealthCheck(
            "alarm", type="CLOUDWATCH_METRIC", cloudwatch_alarm_region=region, **more, opts=both[0][0].opts
        )

    return check


@pytest.mark.parametrize(
    "check",
    [
        probe(invert_healthcheck=True),
        probe(disabled=True),
        probe(1),
        probe(fqdn="eu-central-1.shop.example"),
        probe(fqdn="origin.shop.example"),
        several(1, 0, 1),
        several(0, 0),
        alarm(0, "LastKnownStatus"),
        alarm(0, None),
        alarm(0, "Healthy"),
    ],
    ids=[
        "inverted",
        "disabled",
        "another-site",
        "another-site-by-name",
        "a-name-that-leads-nowhere",
        "one-of-two",
        "none",
        "as-it-was",
        "by-default",
        "healthy",
    ],
)
def test_a_check_that_passes_while_the_site_is_lost_withdraws_nothing(check: Callable[[Sites], HealthCheck]) -> None:
    found = assessed(lambda: sites(check))
    assert moved(found) is Kind.PERSON
    assert says(found, "BC0006", "nothing withdraws the answer aws/eu-west-1")


@pytest.mark.parametrize(
    "check",
    [
        probe(),
        probe(fqdn="eu-west-1.shop.example"),
        probe(fqdn="probe.partner.example"),
        several(2, 0, 1),
        several(1, 0),
        alarm(0, "Unhealthy"),
        alarm(1, "LastKnownStatus"),
    ],
    ids=["its-own", "its-own-by-name", "of-somebody-else", "both", "only-one", "unhealthy", "from-elsewhere"],
)
def test_a_check_that_fails_with_the_site_moves_clients(check: Callable[[Sites], HealthCheck]) -> None:
    assert moved(assessed(lambda: sites(check))) is Kind.RECOVERS
