"""Scenarios: every domain, the pairs that matter, and what no single resource shows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.model import domains as d
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import Overrides, base_rates, facts
from bcinfra.continuity.model.parts import Business
from bcinfra.continuity.model.ranges import fact_ids, pessimistic
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.scenarios import DisruptionKind, Kind, Scenario, domain_id, pairs, scenarios
from bcinfra.places.place import Place
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT, REGION, ZONES

RATES = Rates(base_rates(), facts())


def found(name: str) -> dict[str, Scenario]:
    rows = scenarios(Design(designs.DESIGNS[name]()), RATES)
    by_id = {s.id: s for s in rows}
    assert len(by_id) == len(rows)
    return by_id


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_every_failure_domain_fails_alone(name: str) -> None:
    single = {s.failed[0] for s in found(name).values() if s.kind is Kind.DOMAIN}
    assert single == set(Design(designs.DESIGNS[name]()).domains)


def test_the_shared_ones_are_there_too() -> None:
    assert {s.kind for s in found("sturdy").values()} == set(Kind) - {
        Kind.PAIR,
        Kind.QUOTA,
        Kind.QUOTA_AFTER,
        Kind.UPGRADE,
    }
    ids = found("sturdy")
    assert {"deletion:mysql", "deletion:media", "takeover:aws/prod", "ransomware", "flood", "partition"} <= set(ids)
    assert ids[f"peak:{DUBLIN}"].load == 3.0
    assert ids[f"maintenance:{DUBLIN}:{FRANKFURT}"].busy == FRANKFURT
    assert ids["ransomware"].dwell is not None


def test_a_design_with_one_site_has_no_other_to_be_cut_off_from() -> None:
    kinds = {s.kind for s in found("fragile").values()}
    assert not kinds & {Kind.PARTITION, Kind.MAINTENANCE}


def test_without_a_peak_calendar_there_is_no_loss_at_peak() -> None:
    model = replace(designs.sturdy(), business=Business())
    assert not [s for s in scenarios(Design(model), RATES) if s.kind is Kind.PEAK]


def test_pairs_come_from_the_cut_sets_of_order_two() -> None:
    result = assess(designs.sturdy())
    both = f"region:{FRANKFURT}+region:{DUBLIN}"
    assert both in {r.scenario.id for r in result.scenarios}
    for r in result.scenarios:
        if r.scenario.kind is Kind.PAIR:
            assert tuple(map(domain_id, r.scenario.failed)) in {
                cut for c in result.capabilities for cut in c.cut_sets.of_order(2)
            }


def test_two_failures_at_once_are_rarer_than_either() -> None:
    one, two = ZONES[DUBLIN][:2]
    (pair,) = pairs({(one, two)}, RATES)
    alone = RATES.of(one)[0].value
    assert pair.rate.value
    assert alone
    assert 0 < pair.rate.value.typical < alone.typical / 100


def test_what_never_comes_back_is_no_half_of_a_pair() -> None:
    assert pairs({(Domain(DomainKind.KEY, "k"), REGION[DUBLIN])}, RATES) == ()


@pytest.mark.parametrize("kind", [k for k in DomainKind if k is not DomainKind.SUPPLIER])
def test_every_kind_of_domain_has_a_rate(kind: DomainKind) -> None:
    rate, lasts = RATES.of(Domain(kind, "x"))
    assert rate.known
    # What people do, and a deleted key, do not pass; all else does after a known time.
    if kind not in (DomainKind.KEY, DomainKind.OPERATOR):
        assert lasts is not None
        assert lasts.known


def test_us_east_1_fails_more_often_than_other_regions() -> None:
    virginia, dublin = (RATES.of(d.region("aws", name))[0].value for name in ("us-east-1", "eu-west-1"))
    assert virginia
    assert dublin
    assert virginia.typical > 10 * dublin.typical


def _rests_on(domain: Domain) -> tuple[str, ...]:
    return fact_ids(RATES.of(domain)[0])


def test_outages_are_counted_by_vendor_and_service() -> None:
    wanted = {
        d.zone("aws", "eu-west-1", "euw1-az1"): ("aws-az-physical",),
        d.zone("gcp", "europe-west1", "europe-west1-b"): ("gcp-zone-physical",),
        d.region("aws", "us-east-1"): ("aws-us-east-1-severe",),
        d.region("aws", "us-east-2"): ("aws-other-region-severe",),
        d.control_plane("gcp", "europe-west1"): ("gcp-region-severe",),
        d.global_control_plane("aws", "route53", "us-east-1"): ("aws-global-control-plane",),
        Domain(DomainKind.DNS_PROVIDER, "aws/route53"): ("aws-route53",),
        Domain(DomainKind.DNS_PROVIDER, "gcp/cloud-dns"): ("gcp-cloud-dns",),
        Domain(DomainKind.DNS_PROVIDER, "dnsimple"): ("cdn-dns-provider-global",),
        Domain(DomainKind.CDN, "aws/cloudfront"): ("aws-cloudfront",),
        Domain(DomainKind.CDN, "gcp/global load balancing"): ("gcp-global-load-balancing",),
        # Whose outages nobody counts is no better than those who publish theirs.
        Domain(DomainKind.REGION, "azure/westeurope"): (
            "aws-other-region-severe",
            "gcp-region-severe",
        ),
    }
    assert {domain: _rests_on(domain) for domain in wanted} == wanted
    other, aws, gcp = (
        pessimistic(RATES.of(Domain(DomainKind.REGION, name))[0])
        for name in ("azure/x", "aws/eu-west-1", "gcp/europe-west1")
    )
    assert other == max(aws, gcp)


def test_what_contains_another_is_not_over_before_it() -> None:
    zone = d.zone("aws", "us-east-1", "use1-az1")
    chain = [zone, d.region("aws", "us-east-1"), d.provider("aws")]
    lasts = [RATES.of(domain)[1] for domain in chain]
    for inner, outer in pairwise(lasts):
        assert inner
        assert outer
        assert inner.value
        assert outer.value
        assert inner.value.typical <= outer.value.typical
        assert pessimistic(inner) <= pessimistic(outer)


def test_a_customers_own_rate_counts() -> None:
    own = Overrides.model_validate(
        {"base_rates": {"aws-az-physical": {"rate": {"low": 1, "typical": 2, "upper": 3}, "why": "our record"}}}
    )
    rate = Rates(base_rates(own), facts()).of(ZONES[DUBLIN][0])[0].value
    assert rate
    assert rate.typical == 2


def test_a_domain_is_in_the_place_that_its_name_or_its_use_says() -> None:
    assert d.zone("aws", "eu-west-1", "euw1-az1").place == Place("aws", "eu-west-1", "euw1-az1")
    site = Domain(DomainKind.REGION, "onprem/ghent").place
    assert site is not None
    assert site.on_premises
    assert Domain(DomainKind.ISP, "northnet").place is None
    assert Domain(DomainKind.CERTIFICATE, "aws/shop.example").place is None
    assert Domain(DomainKind.CERTIFICATE, "shop.example", at=Place("aws", "eu-west-1")).place == Place(
        "aws", "eu-west-1"
    )


def test_every_scenario_is_of_one_kind_of_disruption() -> None:
    design = Design(designs.sturdy())
    found = {s.id: s.disruption for s in scenarios(design, Rates(base_rates(), facts()))}
    wanted = {
        f"server:web-{designs.DUBLIN}": DisruptionKind.SERVER,
        f"zone:{designs.ZONES[designs.DUBLIN][0].name}": DisruptionKind.ZONE,
        f"impaired:{designs.ZONES[designs.DUBLIN][0].name}": DisruptionKind.ZONE,
        f"region:{designs.DUBLIN}": DisruptionKind.REGION,
        f"release:shop:1.4 in {designs.DUBLIN}": DisruptionKind.CHANGE,
        "deletion:mysql": DisruptionKind.PEOPLE,
        "dns-provider:route53": DisruptionKind.SUPPLIER,
        "account:aws/prod": DisruptionKind.SUPPLIER,
        "takeover:aws/prod": DisruptionKind.ATTACK,
        "geography:Europe": DisruptionKind.TOGETHER,
        f"peak:{designs.DUBLIN}": DisruptionKind.TOGETHER,
    }
    assert {id: found[id] for id in wanted} == wanted
    assert set(found.values()) == set(DisruptionKind)
