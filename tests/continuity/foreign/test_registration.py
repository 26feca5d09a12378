"""The registration of a domain: what is lost with it, how it comes back, and what the program says of it."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.route53 import Record, Zone
from pulumi_aws.route53domains import RegisteredDomain
from pulumi_gcp.clouddomains import Registration

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import Figure, pessimistic
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import IRELAND, Region, Tier


def named(*names: str, declared: Any = None, network: Any = None) -> None:
    """Names, each in a zone of its own, and the tiers that they lead to."""
    at = Region("eu-west-1", IRELAND)
    for name in names:
        tier = Tier(at, name=name.partition(".")[0])
        vpcs: Any = [{"vpc_id": network(at)}] if network else None
        zone = Zone(name, name=name, vpcs=vpcs, opts=at.opts)
        alias: Any = [
            {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
        ]
        Record(name, zone_id=zone.zone_id, name=name, type="A", aliases=alias, opts=at.opts)
    if declared:
        declared(at)


def registrations(found: Assessment) -> list[str]:
    return [
        r.scenario.id for r in found.scenarios if r.scenario.id.startswith("registration:") and "+" not in r.scenario.id
    ]


def rate(found: Assessment, domain: str) -> Figure:
    return next(r.scenario.rate for r in found.scenarios if r.scenario.id == f"registration:{domain}")


def test_a_name_is_lost_with_its_registration_until_a_person_renews_it() -> None:
    found = assessed(lambda: named("shop.example"))
    lost = outcome(found, "registration:shop.example")
    assert lost.kind is Kind.PERSON
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert "DNS name shop.example: does not run without registration shop.example" in map(say, lost.reasons)
    assert lost.way
    assert [step.deed.kind for step in lost.way.steps] == [Act.RENEW]
    deeds = {step.deed.kind for way in lost.others for step in way.steps}
    assert Act.DELEGATE not in deeds, "what is registered no longer is delegated to nobody"
    worst = worst_loss(lost.losses)
    assert worst is None or pessimistic(worst.age) == 0
    assert says(found, "BC0001", "registration shop.example alone stops it")


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.eu.shop.example", "shop.example"),
        ("Shop.Example.", "shop.example"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("shop.be", "shop.be"),
    ],
)
def test_names_under_one_domain_hang_on_one_registration(name: str, domain: str) -> None:
    assert registrations(assessed(lambda: named(name))) == [f"registration:{domain}"]


def test_a_name_under_another_domain_is_still_found() -> None:
    found = assessed(lambda: named("shop.example", "other.test"))
    assert registrations(found) == ["registration:other.test", "registration:shop.example"]
    reasons = " ".join(map(say, outcome(found, "registration:other.test").reasons))
    assert "other.test" in reasons
    assert "shop.example" not in reasons


def test_what_no_registration_stands_behind_does_not_lapse() -> None:
    assert registrations(assessed(lambda: Tier(Region("eu-west-1", IRELAND)))) == [], "a balancer's own name"
    inside = assessed(lambda: named("shop.example", network=lambda at: at.vpc.id))
    assert registrations(inside) == [], "a name of a network alone"
    assert registrations(assessed(lambda: named("shop.internal"))) == []


def aws(domain: str, **more: Any) -> Any:
    return lambda at: RegisteredDomain("domain", domain_name=domain, **more, opts=at.opts)


def gcp(domain: str, **settings: Any) -> Any:
    contact: Any = {"email": "it@shop.example", "phone_number": "+3225550100", "postal_address": {"region_code": "BE"}}
    contacts: Any = {
        "privacy": "REDACTED_CONTACT_DATA",
        **{f"{who}_contact": contact for who in ("admin", "registrant", "technical")},
    }
    return lambda _: Registration(
        "domain",
        domain_name=domain,
        location="global",
        project="shop",
        contact_settings=contacts,
        management_settings=settings,
        yearly_price={"currency_code": "EUR", "units": "12"},
    )


@pytest.mark.parametrize(
    ("kept", "by_hand", "unlocked"),
    [
        (aws("shop.example"), aws("shop.example", auto_renew=False), aws("shop.example", transfer_lock=False)),
        (
            gcp("shop.example", preferred_renewal_method="AUTOMATIC_RENEWAL", transfer_lock_state="LOCKED"),
            gcp("shop.example", preferred_renewal_method="MANUAL_RENEWAL"),
            gcp("shop.example", transfer_lock_state="UNLOCKED"),
        ),
    ],
    ids=["aws", "gcp"],
)
def test_a_declared_registration_is_lost_as_often_as_it_says(kept: Any, by_hand: Any, unlocked: Any) -> None:
    def often(declared: Any) -> float:
        return pessimistic(rate(assessed(lambda: named("www.shop.example", declared=declared)), "shop.example"))

    assert often(kept) < often(unlocked) < often(None) < often(by_hand)
    assert often(aws("elsewhere.example", auto_renew=False)) == often(None), "another domain's says nothing of this one"


def test_a_declared_domain_is_the_one_that_is_registered() -> None:
    found = assessed(lambda: named("www.shop.co.example", declared=aws("shop.co.example")))
    assert registrations(found) == ["registration:shop.co.example"]
