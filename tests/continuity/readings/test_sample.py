"""The whole graph of a real customer: every type understood, both chains, copies out of reach, the stated needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bcinfra.continuity.model.parts import Model, Protection, Provenance, StoreKind
from bcinfra.continuity.model.ranges import Computed
from bcinfra.continuity.readings.read import read
from tests.samples import sample

IRELAND, FRANKFURT = "aws/eu-west-1", "aws/eu-central-1"


@pytest.fixture(scope="module")
def shop() -> Model:
    return read(sample("midsize-prod"))


def test_every_type_is_understood(shop: Model) -> None:
    assert shop.not_understood == ()
    assert shop.opaque == ()


def test_the_specification_says_what_is_active_and_what_is_needed(shop: Model) -> None:
    assert (shop.active_site, shop.strategy) == (IRELAND, "warm-standby")
    checkout = next(c for c in shop.capabilities if c.name == "checkout")
    kinds = {store.kind for store in shop.stores if store.name in checkout.stores}
    assert kinds == {
        StoreKind.RELATIONAL,
        StoreKind.CACHE,
        StoreKind.SECRETS,
        StoreKind.CERTIFICATES,
        StoreKind.DNS_ZONE,
    }
    assert checkout.suppliers == ("payment-provider",)
    assert checkout.target.recovery_time == timedelta(hours=1)
    assert checkout.provenance is checkout.target.provenance is Provenance.STATED
    browse = next(c for c in shop.capabilities if c.name == "browse")
    assert not browse.writes
    assert shop.business.revenue_per_hour == 4000
    assert shop.business.peaks["black-friday"] == ("2026-11-27", "2026-11-30", 6.0)
    assert shop.data["orders"] == "critical"


@pytest.mark.parametrize("site", [IRELAND, FRANKFURT])
def test_each_site_has_a_whole_chain_of_its_own(shop: Model, site: str) -> None:
    balancers = {b.urn: b for b in shop.balancers if b.site == site}
    pools = {p.urn: p for p in shop.pools if p.site == site}
    (edge,) = (e.routes[0].target for e in shop.entries if e.name == "shop.example")
    (origin,) = (urn for urn in shop.calls[edge or ""] if urn.endswith("#name"))
    (front,) = (balancers[urn] for urn in shop.calls[origin] if urn in balancers)
    (web,) = (pools[urn] for urn in front.pools)
    (inner,) = (balancers[urn] for urn in shop.calls[web.urn])
    (app,) = (pools[urn] for urn in inner.pools)
    assert front.public
    assert not inner.public
    for part in (front, inner, web, app):
        assert part.zones is not None
        assert len(part.zones) == 3
    used = {store.kind for store in shop.stores if store.name in shop.calls[app.urn]}
    assert {StoreKind.RELATIONAL, StoreKind.CACHE, StoreKind.OBJECTS} <= used
    for store in shop.stores:
        if store.kind in (StoreKind.RELATIONAL, StoreKind.CACHE, StoreKind.OBJECTS, StoreKind.SECRETS) and store.holds:
            assert site in {member.site for member in store.members}


@pytest.mark.parametrize("site", [IRELAND, FRANKFURT])
def test_each_site_keeps_by_itself_who_asked_it_for_what(shop: Model, site: str) -> None:
    """No data of the shop's is there, and nothing that serves waits for it. Nor is there who changed what, which each
    account keeps."""
    assert {store.name for store in shop.stores if not store.holds and store.kind is not StoreKind.CHANNELS} == {
        "objects midsize-prod-ireland-access-logs",
        "objects midsize-prod-frankfurt-access-logs",
        "objects midsize-prod-audit-main",
        "objects midsize-prod-audit-vault",
        "objects midsize-prod-page",  # and what the page apart from the shop is made of
        "certificates midsize-prod-page-certificate",
        "DNS zone midsize-help.example",
    }
    (logs,) = (s for s in shop.stores if s.name.endswith("logs") and site in {m.site for m in s.members})
    assert {member.site for member in logs.members} == {site}
    assert not logs.durable
    assert not any(logs.name in called for called in shop.calls.values())


def test_both_names_lead_to_the_edge_then_to_the_page_and_the_edge_to_the_active_site_first(shop: Model) -> None:
    balancers = {b.urn: b for b in shop.balancers}
    asked = [entry for entry in shop.entries if entry.name.endswith("shop.example")]
    assert {entry.name for entry in asked} == {"shop.example", "www.shop.example"}
    assert {tuple(route.standby for route in entry.routes) for entry in asked} == {(False, True)}
    ((edge, page),) = {tuple(route.target or "" for route in entry.routes) for entry in asked}
    helping = [entry for entry in shop.entries if entry not in asked]
    assert {route.target for entry in helping for route in entry.routes} == {page}
    (origin,) = tuple(balancers[edge].serving or ())
    (first,) = tuple(balancers[origin].serving or ())
    assert balancers[first].site == IRELAND
    assert [balancers[urn].site for urn in shop.calls[origin] if urn in balancers] == [IRELAND, FRANKFURT]
    withdrawn, reads = balancers[origin].detects, balancers[edge].reads
    assert withdrawn and withdrawn.value and withdrawn.value.upper == 96  # checks fail, and resolvers forget
    assert reads and reads.value and reads.value.upper == 36


def test_databases_are_copied_out_of_reach(shop: Model) -> None:
    (database,) = (s for s in shop.stores if s.kind is StoreKind.RELATIONAL)
    away = [c for c in database.copies if Protection.OTHER_ACCOUNT in c.protections]
    assert away
    assert all(c.site == "aws/us-east-1" and Protection.RETAINED in c.protections for c in away)
    assert any(c.tested for c in database.copies)


def test_a_plan_promotes_what_the_standby_writes_to_and_two_primaries_are_guarded(shop: Model) -> None:
    plans = {plan.urn: plan for plan in shop.plans}
    for store in shop.stores:
        if store.kind in (StoreKind.RELATIONAL, StoreKind.CACHE):
            (replica,) = (m for m in store.members if not m.writer)
            plan = plans[replica.promoted_by or ""]
            assert (plan.towards, plan.site, plan.triggered) == (FRANKFURT, FRANKFURT, True)
            assert store.two_primaries_guarded


def test_no_part_needs_the_other_site_to_run(shop: Model) -> None:
    for part in (*shop.pools, *(m for s in shop.stores for m in s.members)):
        if part.site in (IRELAND, FRANKFURT):
            other = FRANKFURT if part.site == IRELAND else IRELAND
            needed = {d.name for n in (*part.needs_to_run, *part.needs_to_recover) for d in n.chain()}
            assert other not in needed, part.label


def test_of_several_triggers_the_slowest_counts_at_worst(shop: Model) -> None:
    (plan,) = (plan for plan in shop.plans if plan.towards == "aws/eu-central-1")
    assert plan.detects
    assert isinstance(plan.detects.why, Computed)
    ends = [(f.value.typical, f.value.upper) for f in plan.detects.why.of if f.value]
    assert len(ends) == 2
    assert plan.detects.value
    assert (plan.detects.value.typical, plan.detects.value.upper) == (ends[0][0], ends[1][1])
    assert ends[0] < ends[1]
