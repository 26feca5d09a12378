"""Programs of others whose names two DNS providers answer for, or seem to: what is lost with one of the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pulumi
import pytest
from pulumi_aws.route53 import Record, Zone
from pulumi_aws.route53domains import RegisteredDomain
from pulumi_gcp.clouddomains import Registration
from pulumi_gcp.dns import ManagedZone, RecordSet

from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import record
from tests.continuity.foreign.test_cloudflare import DNS as CLOUDFLARE, two_providers
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as gcp, vendor_programs as vendors
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier
from tests.continuity.readings.vendor_programs import accelerated

DOMAIN = "acme.example"
ROUTE53, CLOUD_DNS = "dns-provider:aws/route53", "dns-provider:gcp/cloud-dns"
UNHARMED = {Kind.UNAFFECTED}
DAY = 86400


def servers_of(*zones: Zone | ManagedZone) -> Any:
    def every(found: Sequence[Sequence[str]]) -> list[str]:
        return [*chain.from_iterable(found)]

    return pulumi.Output.all(*(zone.name_servers for zone in zones)).apply(every)


class Shop:
    """A shop at AWS whose name stands in a zone at Route 53 and in one at Cloud DNS, each naming the servers of both.
    ``domain``, ``name``, ``address``, ``ttl``: of the second zone and its record."""

    def __init__(
        self, *, domain: str = DOMAIN, name: str = DOMAIN, address: str | None = None, ttl: int = 60, mail: str = ""
    ) -> None:
        self.aws, self.google = Region("eu-west-1", IRELAND), gcp.Region()
        addresses = accelerated(self.aws, {self.aws.name: Tier(self.aws).balancer}, {}).ip_sets[0].ip_addresses
        self.own = Zone("own", name=DOMAIN, opts=self.aws.opts)
        self.other = ManagedZone("other", dns_name=f"{domain}.", visibility="public", opts=self.google.opts)
        self.servers = servers_of(self.own, self.other)
        self._at_route53("A", addresses)
        self._at_route53("NS", self.servers)
        self._at_google("A", name, [address] if address else addresses, ttl)
        self._at_google("NS", domain, self.servers, 3600)
        if mail:
            self._at_route53("MX", ["10 mx.post.example."])
        if mail == "both":
            self._at_google("MX", domain, ["10 mx.post.example."], 3600)

    def _at_route53(self, kind: str, says: Any) -> None:
        Record(kind, zone_id=self.own.zone_id, name=DOMAIN, type=kind, ttl=60, records=says, opts=self.aws.opts)

    def _at_google(self, kind: str, name: str, says: Any, ttl: int) -> None:
        zone, opts = self.other.name, self.google.opts
        RecordSet(kind, managed_zone=zone, name=f"{name}.", type=kind, ttl=ttl, rrdatas=says, opts=opts)

    def delegated(self, registrar: str, to: str) -> None:
        """The registration, and whose servers it leads to."""
        servers: Any = {"both": self.servers, "first": self.own.name_servers, "second": self.other.name_servers}[to]
        if registrar == "aws":

            def named(found: Sequence[str]) -> Any:
                return [{"name": one} for one in found]

            led = servers.apply(named)
            RegisteredDomain("domain", domain_name=DOMAIN, name_servers=led, opts=self.aws.opts)
            return
        person: Any = {
            "email": "it@acme.example",
            "phone_number": "+3225550100",
            "postal_address": {"region_code": "BE"},
        }
        contacts: Any = {
            "privacy": "REDACTED_CONTACT_DATA",
            **{f"{who}_contact": person for who in ("admin", "registrant", "technical")},
        }
        Registration(
            "domain",
            domain_name=DOMAIN,
            location="global",
            contact_settings=contacts,
            dns_settings={"custom_dns": {"name_servers": servers}},
            yearly_price={"currency_code": "EUR", "units": "12"},
            opts=self.google.opts,
        )


def lost(program: Any, *providers: str) -> Mapping[str, Kind]:
    """What becomes of the shop without each of the providers."""
    found = assessed(program)
    return {one: outcome(found, one).kind for one in providers or (ROUTE53, CLOUD_DNS)}


@pytest.mark.parametrize("registrar", ["aws", "gcp"])
@pytest.mark.parametrize(
    ("to", "needed"), [("both", ()), ("first", (ROUTE53,)), ("second", (CLOUD_DNS,))], ids=["both", "first", "second"]
)
def test_a_registration_that_leads_to_one_of_two_providers_is_believed(
    registrar: str, to: str, needed: tuple[str, ...]
) -> None:
    found = lost(lambda: Shop().delegated(registrar, to))
    assert {provider for provider, kind in found.items() if kind is not Kind.UNAFFECTED} == {*needed}


@pytest.mark.parametrize(
    "second",
    [{"name": f"shop.{DOMAIN}"}, {"domain": "acme.test", "name": "acme.test"}, {"address": "203.0.113.9"}],
    ids=["has another name", "is of another domain", "leads where nobody is known"],
)
def test_a_second_zone_that_does_not_say_the_same_saves_nobody(second: dict[str, Any]) -> None:
    assert not UNHARMED & set(lost(lambda: Shop(**second)).values())
    assert set(lost(Shop).values()) == UNHARMED


def test_two_zones_at_one_vendor_are_lost_with_it_whosever_accounts_they_are_in() -> None:
    def program() -> None:
        at, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT, "222233334444")
        addresses = accelerated(at, {at.name: Tier(at).balancer}, {}).ip_sets[0].ip_addresses
        zones = {one: Zone(one.name, name=DOMAIN, opts=one.opts) for one in (at, there)}
        for one, zone in zones.items():
            for kind, says in (("A", addresses), ("NS", servers_of(*zones.values()))):
                called = f"{one.name}-{kind}"
                Record(called, zone_id=zone.zone_id, name=DOMAIN, type=kind, ttl=60, records=says, opts=one.opts)

    assert lost(program, ROUTE53) == {ROUTE53: Kind.LOST}


def test_clients_follow_as_slowly_as_the_slower_of_two_zones_lets_them() -> None:
    def slowest(ttl: int) -> float:
        (entry,) = read(record(lambda: Shop(ttl=ttl))).entries
        return pessimistic(entry.propagates)

    assert slowest(DAY) >= DAY
    assert slowest(60) < 3600


@pytest.mark.parametrize(("mail", "reached"), [("first", False), ("both", True)])
def test_mail_that_one_of_two_zones_knows_reaches_nobody_for_sure(mail: str, *, reached: bool) -> None:
    def program() -> None:
        Shop(mail=mail)
        contact = {
            "mail": {"address": f"help@{DOMAIN}", "mx": "post-office"},
            "page": {"domain": "acme-help.example", "vendor": "pages", "dns": "names"},
        }
        spec = {"objectives": {"recovery_time": "15m", "data_loss": "15m"}, "contact": contact}
        pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})

    channels = [
        member.label
        for store in read(record(program)).stores
        for member in store.members
        if member.label.startswith("mail to")
    ]
    assert bool(channels) is reached


@pytest.mark.parametrize(("kind", "saved"), [("full", True), ("secondary", False)])
def test_a_zone_that_lives_on_what_another_sends_is_no_second_provider(kind: str, *, saved: bool) -> None:
    found = lost(lambda: two_providers(told=True, addressed=True, kind=kind), ROUTE53, CLOUDFLARE)
    assert (set(found.values()) == UNHARMED) is saved


@pytest.mark.parametrize("fooled", [{"backed": False}, {"checked": False}], ids=["no standby", "no check"])
def test_a_standby_that_one_of_two_providers_alone_turns_to_takes_over_for_nobody(fooled: dict[str, Any]) -> None:
    region = "region:aws/eu-west-1"
    assert lost(vendors.named_twice, region)[region] is Kind.RECOVERS
    assert lost(lambda: vendors.named_twice(**fooled), region)[region] is not Kind.RECOVERS
