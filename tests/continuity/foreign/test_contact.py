"""Reaching a person while the shop is down: what is stated of it is judged apart from what the shop does."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pulumi
import pytest

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

PHONE = {"number": "+3225550100", "carrier": "north-telecom"}
OVERFLOW = {"number": "+3225550199", "carrier": "south-telecom"}
MAIL = {"address": "help@shop-help.example", "mx": "post-office"}
PAGE = {"domain": "shop-help.example", "vendor": "pages", "dns": "names"}
AWS, NORTH = "provider:aws", "isp:telephone of north-telecom"


def shop(contact: dict[str, Any] | None) -> None:
    """A shop in one region of AWS."""
    at = Region("eu-west-1", IRELAND)
    Database(at, Tier(at))
    spec = {
        "data": {"orders": {"criticality": "critical", "home": "mysql"}},
        "objectives": {"recovery_time": "15m", "data_loss": "15m"},
        "contact": contact,
    }
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})


@cache
def stated(*channels: str, page: bool = True) -> Assessment:
    every: dict[str, Any] = {
        "phone": PHONE,
        "overflow": {**PHONE, "overflow": OVERFLOW},
        "at aws": {"number": "+3225550100", "carrier": "aws"},
    }
    contact: dict[str, Any] = {"phone": next((every[one] for one in channels if one in every), None)}
    contact["mail"] = MAIL if "mail" in channels else None
    contact["page"] = PAGE if page else None
    return assessed(lambda: shop(contact))


def person(found: Assessment, scenario: str) -> Outcome:
    (result,) = (r for r in found.scenarios if r.scenario.id == scenario)
    return next(one for one in result.outcomes if one.capability == "reach-a-person")


def kept(found: Assessment, scenario: str) -> bool:
    return judgement(person(found, scenario), Objective.RECOVERY_TIME) is Judgement.MET


def test_a_person_is_reached_while_the_vendor_is_lost_and_the_shop_with_it() -> None:
    found = stated("phone", "mail")
    assert person(found, AWS).kind is Kind.UNAFFECTED
    (result,) = (r for r in found.scenarios if r.scenario.id == AWS)
    assert {one.kind for one in result.outcomes if one.capability != "reach-a-person"} == {Kind.LOST}


@pytest.mark.parametrize(
    ("channels", "page", "scenario", "reached"),
    [
        (("phone",), True, NORTH, False),
        (("phone", "mail"), True, NORTH, True),
        (("overflow",), True, NORTH, True),
        (("at aws",), True, AWS, False),
        (("at aws", "mail"), True, AWS, True),
        (("phone", "mail"), False, AWS, False),
        (("phone", "mail"), True, "supplier:pages", True),
        (("phone", "mail"), True, "dns-provider:names", True),
        (("phone", "mail"), True, f"{AWS}+supplier:pages", False),
    ],
    ids=[
        "one carrier",
        "mail besides",
        "another carrier besides",
        "a contact centre at the vendor that is lost",
        "mail besides it",
        "no page elsewhere tells of it",
        "who serves the page: the shop's own show it",
        "who answers for its domain: the shop's own show it",
        "who serves the page, and the shop with it",
    ],
)
def test_any_one_channel_that_customers_know_of_is_enough(
    channels: tuple[str, ...], page: bool, scenario: str, reached: bool
) -> None:
    assert kept(stated(*channels, page=page), scenario) is reached


@pytest.mark.parametrize(("vendor", "name"), [("aws", "aws/route53"), ("gcp", "gcp/cloud-dns")])
def test_a_page_at_the_shop_s_own_dns_hangs_on_the_same_domain(vendor: str, name: str) -> None:
    found = assessed(lambda: shop({"phone": PHONE, "mail": MAIL, "page": {**PAGE, "dns": vendor}}))
    assert kept(found, f"dns-provider:{name}") is (vendor != "aws")  # the shop's own pages are answered by Route 53


def centre(
    leads: bool,
    *,
    content: str | None = None,
    hours: list[Any] | None = None,
    zone: str = "UTC",
    stated: str = "24/7",
    status: str = "ENABLED",
    agents: bool = True,
    inbound: bool = True,
    flows: tuple[str, ...] = ("calls",),
    group: str | None = None,
    overflows: bool = True,
) -> None:
    """A contact centre that takes the calls, and a number at a carrier for those that it does not. ``flows``: the last
    is the number's. ``group``: of what type of Cloud Control the number is claimed to."""
    from pulumi_aws import cloudcontrol, connect

    region = Region("eu-central-1", FRANKFURT)
    made = connect.Instance(
        "calls",
        identity_management_type="CONNECT_MANAGED",
        inbound_calls_enabled=inbound,
        outbound_calls_enabled=True,
        opts=region.opts,
    )
    within: dict[str, Any] = {"instance_id": made.id, "opts": region.opts}
    whole = ({"hours": 0, "minutes": 0}, {"hours": 0, "minutes": 0})
    day = ({"hours": 8, "minutes": 0}, {"hours": 18, "minutes": 0})
    days = DAYS if stated == "24/7" else DAYS[:5]
    start, end = whole if stated == "24/7" else day
    opened: list[Any] = [{"day": one, "start_time": start, "end_time": end} for one in days]
    taken = connect.HoursOfOperation("calls", time_zone=zone, configs=opened if hours is None else hours, **within)
    queue = connect.Queue("calls", hours_of_operation_id=taken.hours_of_operation_id, status=status, **within)
    if agents:
        connect.RoutingProfile(
            "calls",
            description="agents",
            default_outbound_queue_id=queue.queue_id,
            media_concurrencies=[{"channel": "VOICE", "concurrency": 1}],
            queue_configs=[{"channel": "VOICE", "delay": 0, "priority": 1, "queue_id": queue.queue_id}],
            **within,
        )

    def way(name: str) -> connect.ContactFlow:
        queued = queue.queue_id.apply(lambda id: json.dumps(to_queue(id)))
        return connect.ContactFlow(name, content="{}" if name == "other" else content or queued, **within)

    last = [way(name) for name in flows][-1]
    target = made.arn
    if group:
        state = made.arn.apply(lambda arn: json.dumps({"InstanceArn": arn, "Name": "calls"}))
        both = cloudcontrol.Resource("calls", type_name=group, desired_state=state, opts=region.opts)
        target = both.properties.apply(lambda text: json.loads(text)["TrafficDistributionGroupArn"])
    number = connect.PhoneNumber("calls", target_arn=target, country_code="DE", type="DID", opts=region.opts)
    if leads:
        connect.PhoneNumberContactFlowAssociation(
            "calls", phone_number_id=number.id, contact_flow_id=last.contact_flow_id, **within
        )
    phone: dict[str, Any] = {"number": "+4969555010", "carrier": "aws", "overflow": OVERFLOW if overflows else None}
    phone["centre"] = {"region": "eu-central-1", "country": "DE"}
    page = PAGE if group else None
    shop({"phone": phone, "page": page, "hours": stated, "time_zone": "UTC" if stated == "24/7" else "Europe/Brussels"})


DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def to_queue(queue: str) -> dict[str, Any]:
    """A flow that hands calls to a queue."""
    ends = {"NextAction": "end"}
    rows: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
        ("queue", "UpdateContactTargetQueue", {"QueueId": queue}, {"NextAction": "wait"}),
        ("wait", "TransferContactToQueue", {}, ends),
        ("end", "DisconnectParticipant", {}, {}),
    )
    actions = [dict(zip(("Identifier", "Type", "Parameters", "Transitions"), row, strict=True)) for row in rows]
    return {"Version": "2019-10-30", "StartAction": "queue", "Actions": actions}


SOUTH = "isp:telephone of south-telecom"


@pytest.mark.parametrize("leads", [True, False], ids=["its number leads to a flow", "its number leads nowhere"])
def test_a_contact_centre_takes_calls_where_its_number_leads_to_a_flow(leads: bool) -> None:
    found = assessed(lambda: centre(leads))
    assert kept(found, SOUTH) is leads
    # it stands in one region: what outlives that is the other number
    assert kept(found, "region:aws/eu-central-1") if leads else True


def test_nobody_starts_a_carrier_again() -> None:
    """What is no data is not started empty: who has no other way waits for the carrier."""
    way = person(stated("phone"), NORTH).way
    assert way is None or way.kind is WayKind.WAIT


def test_it_hangs_on_nothing_that_stops_the_shop() -> None:
    """The doomsday fallback: no domain that alone stops the shop stops it too."""
    alone = {say(f.says): f.capabilities for f in stated("phone", "mail").findings if f.code == "BC0001"}
    assert not any("reach-a-person" in names and len(names) > 1 for names in alone.values()), alone
    shared = [f for f in stated("phone", "mail", page=False).findings if f.code == "BC0001"]
    assert any("reach-a-person" in f.capabilities and len(f.capabilities) > 1 for f in shared)


@pytest.mark.parametrize("contact", [None, {"hours": "24/7"}], ids=["nothing is stated", "no channel is"])
def test_nothing_is_said_of_a_person_where_no_way_is_stated(contact: dict[str, Any] | None) -> None:
    found = assessed(lambda: shop(contact))
    assert "reach-a-person" not in {one.capability for r in found.scenarios for one in r.outcomes}


def test_no_mistake_in_the_shops_data_concerns_it() -> None:
    found = stated("phone")
    for scenario in ("ransomware", "purge"):
        assert person(found, scenario).kind is Kind.UNAFFECTED
    assert not any("ways to a person" in r.scenario.id for r in found.scenarios)
