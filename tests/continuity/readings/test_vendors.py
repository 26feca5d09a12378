"""A shop on two vendors: what joins them, and what is lost where a joint is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.parts import Model, Protection, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed, fact_ids
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.failure_state import FailureState, State
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.reasons import Because, Undecided
from bcinfra.continuity.recovery.recovery_points import store_losses
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, Scenario
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.report.words.statements import say
from tests.continuity.readings import gcp_programs as gcp, vendor_programs as vendors
from tests.continuity.readings.programs import model

IRELAND = "region:aws/eu-west-1"


def outcome(assessed: Assessment, scenario: str) -> Outcome:
    row = next(r for r in assessed.scenarios if r.scenario.id == scenario)
    (one,) = row.outcomes
    return one


# -- an accelerator before two regions --------------------------------------------------------------------------------


@cache
def accelerated(**more: Any) -> Assessment:
    return assess(model(lambda: vendors.two_regions(**more)))


def test_an_accelerator_leaves_a_region_without_a_changed_name() -> None:
    found = model(vendors.two_regions)
    front = next(b for b in found.balancers if b.label.startswith("Global Accelerator"))
    assert front.detects
    assert front.detects.value
    assert front.detects.value.upper == 10 * 2 + 5 + 30  # the load balancer's checks, then the accelerator
    assert fact_ids(front.detects) == ("aws.global_accelerator",)
    (control,) = front.needs_to_recover
    assert [d.name for d in control.chain()][:2] == ["aws/globalaccelerator", "aws/us-west-2"]
    (entry,) = found.entries
    assert all(not path.by_name for path in Design(found).paths(entry))


def test_a_region_is_left_for_the_standby_and_without_one_it_is_lost() -> None:
    assert outcome(accelerated(), IRELAND).kind is Kind.PERSON  # who promotes the database
    assert outcome(accelerated(standby=False), IRELAND).kind is Kind.LOST


def test_a_site_dialled_to_nothing_serves_nobody_while_the_other_is_well() -> None:
    def serving(*dials: float) -> frozenset[str]:
        return Design(model(lambda: vendors.two_regions(dials=(dials[0], dials[1])))).serving

    assert serving(100, 0) == {"aws/eu-west-1"}
    assert serving(0, 100) == {"aws/eu-central-1"}
    assert serving(100, 100) == {"aws/eu-west-1", "aws/eu-central-1"}


def test_an_accelerator_absorbs_no_floods_of_requests_itself() -> None:
    (entry,) = model(vendors.two_regions).entries
    assert entry.shielded is False


# -- a domain that two DNS providers answer for -----------------------------------------------------------------------

ROUTE53, CLOUD_DNS = "dns-provider:aws/route53", "dns-provider:gcp/cloud-dns"
AWS, GOOGLE = "provider:aws", "provider:gcp"


@cache
def named(**more: Any) -> Assessment:
    return assess(model(lambda: vendors.named_twice(**more)))


def test_a_name_at_two_providers_is_one_that_leads_to_the_same() -> None:
    found = model(vendors.named_twice)
    (entry,) = found.entries
    assert entry.name == vendors.DOMAIN
    labels = {part.urn: part.label for part in found.balancers}
    assert [(labels[r.target or ""], r.standby) for r in entry.routes] == [
        ("Global Accelerator front", False),
        ("global load balancer web", True),
    ]
    for route in entry.routes:
        assert route.detects
        assert route.detects.value
        assert route.detects.value.upper == 2 * 30 + 5  # by the slower of the two providers' checks
    assert [s.name for s in found.stores if s.kind is StoreKind.DNS_ZONE] == [f"DNS zone {vendors.DOMAIN}"]
    assert not found.not_understood


def test_a_standby_that_one_provider_alone_answers_counts_for_nothing_and_is_named() -> None:
    found = model(lambda: vendors.named_twice(backed=False))
    entry = next(one for one in found.entries if one.name == vendors.DOMAIN)
    assert [route.standby for route in entry.routes] == [False]
    (said,) = (one for one in found.assumptions if one.kind is Assumes.NOT_EVERYWHERE)
    assert say(said).startswith("DNS provider aws/route53 alone answers by secondary where no other answer is healthy")
    assert Assumes.NOT_EVERYWHERE not in {one.kind for one in model(vendors.named_twice).assumptions}


def test_losing_either_dns_provider_loses_no_name() -> None:
    assert outcome(named(), ROUTE53).kind is Kind.UNAFFECTED
    assert outcome(named(), CLOUD_DNS).kind is Kind.UNAFFECTED


def test_losing_both_loses_it() -> None:
    (capability,) = named().capabilities
    cuts = [frozenset(cut) for cut in capability.cut_sets.sets]
    assert frozenset({ROUTE53, CLOUD_DNS}) in cuts
    assert not {frozenset({ROUTE53}), frozenset({CLOUD_DNS}), frozenset({AWS}), frozenset({GOOGLE})} & set(cuts)
    (alone,) = named(listed="none").capabilities
    assert frozenset({ROUTE53}) in [frozenset(cut) for cut in alone.cut_sets.sets]


@pytest.mark.parametrize("listed", ["aws", "gcp", "none"])
def test_zones_that_do_not_name_each_other_are_two_each_of_which_may_be_asked(listed: str) -> None:
    assert len(model(lambda: vendors.named_twice(listed=listed)).entries) == 2
    assert outcome(named(listed=listed), ROUTE53).kind is not Kind.UNAFFECTED
    assert outcome(named(listed=listed), CLOUD_DNS).kind is not Kind.UNAFFECTED


def test_with_one_provider_alone_the_name_goes_with_it() -> None:
    assert outcome(named(listed="none", answered="aws"), ROUTE53).kind is not Kind.UNAFFECTED


def test_losing_aws_sends_clients_to_google_by_themselves() -> None:
    lost = outcome(named(), AWS)
    assert lost.kind is Kind.RECOVERS
    assert lost.way
    assert lost.way.site == f"gcp/{gcp.BELGIUM}"
    assert outcome(named(), GOOGLE).kind is Kind.UNAFFECTED
    assert outcome(named(listed="none"), AWS).kind is not Kind.RECOVERS


def test_a_name_that_one_of_the_two_does_not_know_is_not_taken_to_work() -> None:
    (entry,) = model(lambda: vendors.named_twice(answered="aws")).entries
    assert None in {route.target for route in entry.routes}
    assert outcome(named(answered="aws"), CLOUD_DNS).kind is Kind.UNDECIDED


def test_answers_that_differ_are_all_given() -> None:
    (entry,) = model(lambda: vendors.named_twice(swapped=True)).entries
    assert [route.standby for route in entry.routes] == [False, False]
    assert outcome(named(swapped=True), GOOGLE).kind is not Kind.UNAFFECTED


@pytest.mark.parametrize(
    ("at_google", "standby"),
    [({}, [False, True]), ({"backed": False}, [False]), ({"share": 0.1}, [False, False])],
    ids=["by both", "by one of them alone", "by one of them all the time"],
)
def test_a_standby_counts_where_every_provider_answers_it_and_none_while_all_is_well(
    at_google: dict[str, Any], standby: list[bool]
) -> None:
    entry = next(e for e in model(lambda: vendors.named_twice(**at_google)).entries if e.name == vendors.DOMAIN)
    assert [route.standby for route in entry.routes] == standby


def test_an_answer_that_one_provider_never_withdraws_is_not_withdrawn() -> None:
    (entry,) = model(lambda: vendors.named_twice(checked=False)).entries
    assert entry.routes[0].detects is None


# -- a database that another vendor's replica follows -----------------------------------------------------------------

BELGIUM, STANDBY = f"region:gcp/{gcp.BELGIUM}", f"gcp/{gcp.BELGIUM}"


@cache
def followed(**more: Any) -> Assessment:
    return assess(model(lambda: vendors.followed(**more)))


def database(found: Model) -> Store:
    (store,) = (s for s in found.stores if s.kind is StoreKind.RELATIONAL)
    return store


@pytest.mark.parametrize("engine", ["rds", "aurora", "private name"])
def test_a_standby_at_google_is_a_replica_of_the_database_at_aws(engine: str) -> None:
    writer, replica = database(model(lambda: vendors.followed(engine=engine))).members
    assert (writer.site, replica.site) == ("aws/eu-west-1", STANDBY)
    assert (writer.writer, replica.writer, replica.source) == (True, False, writer.urn)
    assert replica.lag
    assert fact_ids(replica.lag) == ("gcp.cloudsql.cross_region_replica",)
    assert replica.promotes
    assert replica.promoted_by is None  # a person does it


def test_a_store_of_two_vendors_is_not_called_by_one() -> None:
    assert database(model(vendors.followed)).name == "relational database eu-west-1-db"


def test_losing_aws_is_survived_by_promoting_the_standby() -> None:
    lost = outcome(followed(), AWS)
    assert lost.kind is Kind.PERSON
    assert lost.way
    assert lost.way.site == STANDBY
    assert any(say(step.deed).startswith("promote MySQL replica standby") for step in lost.way.steps)
    (loss,) = (loss for loss in lost.losses if "database" in loss.store)
    assert loss.age
    assert loss.age.value
    assert loss.age.value.upper == 300


def test_a_standby_that_no_way_leads_to_lags_nobody_knows_how_far() -> None:
    (loss,) = (loss for loss in outcome(followed(joined=False), AWS).losses if "database" in loss.store)
    assert loss.age
    assert not loss.age.known
    replica = database(model(lambda: vendors.followed(joined=False, publicly_accessible=True))).members[1]
    assert replica.lag
    assert replica.lag.known  # it is fed over the internet


@pytest.mark.parametrize(("exports", "known"), [(True, True), (False, False)])
def test_a_standby_whose_peering_exports_no_routes_has_no_way_into_the_tunnels(exports: bool, known: bool) -> None:
    replica = database(model(lambda: vendors.followed(exports=exports))).members[1]
    assert replica.lag
    assert replica.lag.known is known


@pytest.mark.parametrize(("routing", "known"), [("GLOBAL", True), ("REGIONAL", False)])
def test_tunnels_in_another_region_are_used_where_the_network_is_routed_globally(routing: str, known: bool) -> None:
    replica = database(model(lambda: vendors.followed(routing=routing, at=gcp.FRANKFURT))).members[1]
    assert replica.lag
    assert replica.lag.known is known
    assert (replica.feed is not None) is known


def test_losing_the_tunnels_stops_nothing_but_what_is_then_lost_with_the_source_is_not_known() -> None:
    assessed = followed(at=gcp.FRANKFURT)
    frankfurt, belgium = f"region:gcp/{gcp.FRANKFURT}", BELGIUM
    assert outcome(assessed, frankfurt).kind is Kind.UNAFFECTED
    assert outcome(assessed, belgium).kind is Kind.UNAFFECTED
    both = lost_together(f"gcp/{gcp.FRANKFURT}", "aws/eu-west-1")
    assert both.kind is Kind.PERSON
    (loss,) = (loss for loss in both.losses if "database" in loss.store)
    assert loss.age
    assert not loss.age.known
    assert isinstance(loss.age.why, Undecided)
    assert [reason.kind for reason in loss.age.why.reasons] == [Because.FEED_STOPPED]


def lost_together(*regions: str) -> Outcome:
    """What two regions lost at once do to the shop whose tunnels end in Frankfurt."""
    design = Design(model(lambda: vendors.followed(at=gcp.FRANKFURT)))
    failed = tuple(d for name in regions for d in design.domains if d.name == name and d.kind is DomainKind.REGION)
    rate = assumed("both: rate", Unit.PER_YEAR, Range(0, 0), "test")
    scenario = Scenario(id="both", kind=ScenarioKind.PAIR, rate=rate, lasts=None, failed=failed)
    (one,) = Evaluator(design, facts()).outcomes(scenario)
    return one


# -- objects that another vendor's bucket follows ---------------------------------------------------------------------


def objects(**more: Any) -> Store:
    (store,) = (s for s in model(lambda: vendors.copied(**more)).stores if s.kind is StoreKind.OBJECTS)
    return store


def test_a_bucket_at_google_that_follows_one_at_aws_is_its_copy_and_serves_who_may_read_it() -> None:
    store = objects()
    first, second = store.members
    assert (first.site, second.site, second.source) == ("aws/eu-west-1", STANDBY, first.urn)
    assert not second.writer
    (copy,) = (c for c in store.copies if c.site == STANDBY)
    for age in (copy.age, second.lag):
        assert age
        assert age.value
        assert (age.value.upper, fact_ids(age)) == (3600, ("gcp.storage_transfer.event_driven",))
    assert copy.protections == {Protection.VERSIONED, Protection.RETAINED, Protection.OTHER_ACCOUNT}
    assert copy.retention == timedelta(days=30)
    assert not copy.follows_deletes
    assert len(objects(read=False).members) == 1  # a copy that nobody there reads serves nobody


def test_without_events_a_copy_is_as_old_as_its_schedule_and_may_follow_deletions() -> None:
    (copy,) = (c for c in objects(events=False).copies if c.site == STANDBY)
    assert copy.age.value
    assert (copy.age.value.upper or 0) > 86_400
    (follower,) = (c for c in objects(events=False, follows=True, owner="acme-prod").copies if c.site == STANDBY)
    assert not follower.follows_deletes  # what is deleted stays as a version
    assert Protection.VERSIONED in follower.protections


@pytest.mark.parametrize(("read", "left"), [(True, True), (False, False)])
def test_losing_aws_leaves_the_objects_where_a_standby_reads_them(read: bool, left: bool) -> None:
    design = Design(model(lambda: vendors.copied(read=read)))
    (store,) = design.model.stores
    failed = tuple(d for d in design.domains if d.kind is DomainKind.PROVIDER and d.name == "aws")
    rate = assumed("rate", Unit.PER_YEAR, Range(0, 0), "test")
    scenario = Scenario(id="aws", kind=ScenarioKind.DOMAIN, rate=rate, lasts=None, failed=failed)
    failure = FailureState(design, scenario)
    assert any(failure.member(m).state is State.UP for m in store.members) is left
    (loss,) = store_losses(failure, (store.name,))
    assert loss.copy is not None
    assert loss.age
    assert loss.age.value
    assert loss.age.value.upper == 3600


def test_a_deployed_stack_tells_by_texts_what_a_preview_tells_by_dependencies() -> None:
    found = read(Graph(project="shop", stack="prod", resources={row.urn: row for row in deployed()}))
    writer, replica = database(found).members
    assert (replica.source, replica.lag and replica.lag.known) == (writer.urn, True)
    assert replica.feed
    entry = found.entries[0]
    assert len(entry.homes[0].spares) == 2
    assert [(r.target or "").split("::")[-1] for r in entry.routes] == ["front", "google"]


def deployed() -> Iterator[Resource]:
    """A stack of which every value is known, and no property's dependencies are."""

    def row(token: str, logical: str, **values: Any) -> Resource:
        urn = f"urn:pulumi:prod::shop::{token}::{logical}"
        return Resource(urn=urn, id=values.pop("id", logical), inputs=values, outputs=values)

    yield row("aws:route53/zone:Zone", "zone", id="Z1", name="shop.example", nameServers=["ns-1.awsdns-00.org"])
    yield row(
        "gcp:dns/managedZone:ManagedZone",
        "zone",
        name="shop-zone",
        dnsName="shop.example.",
        nameServers=["ns-cloud-a1.googledomains.com."],
    )
    servers = ["ns-1.awsdns-00.org", "ns-cloud-a1.googledomains.com"]
    yield row("aws:route53/record:Record", "ns", zoneId="Z1", name="shop.example", type="NS", records=servers)
    at_google = {"managedZone": "shop-zone", "name": "shop.example."}
    dotted = [f"{server}." for server in servers]
    yield row("gcp:dns/recordSet:RecordSet", "ns", type="NS", rrdatas=dotted, **at_google)
    alias = [{"name": "a1.awsglobalaccelerator.com", "zoneId": "Z2BJ6XQ5FK7U4H", "evaluateTargetHealth": True}]
    for role, answer in {"PRIMARY": {"aliases": alias}, "SECONDARY": {"records": ["203.0.113.10"], "ttl": 60}}.items():
        yield row(
            "aws:route53/record:Record",
            role.lower(),
            zoneId="Z1",
            name="shop.example",
            type="A",
            setIdentifier=role,
            failoverRoutingPolicies=[{"type": role}],
            **answer,
        )
    policy = {
        "primaryBackup": {
            "primary": {"externalEndpoints": ["75.2.0.1", "99.83.0.1"]},
            "backupGeos": [
                {"location": "europe-west1", "healthCheckedTargets": {"externalEndpoints": ["203.0.113.10"]}}
            ],
        }
    }
    yield row("gcp:dns/recordSet:RecordSet", "shop", type="A", ttl=30, routingPolicy=policy, **at_google)
    yield row(
        "aws:globalaccelerator/accelerator:Accelerator",
        "front",
        dnsName="a1.awsglobalaccelerator.com",
        ipSets=[{"ipFamily": "IPv4", "ipAddresses": ["75.2.0.1", "99.83.0.1"]}],
    )
    yield row("gcp:compute/globalForwardingRule:GlobalForwardingRule", "google", ipAddress="203.0.113.10")
    host = "db.abc123.eu-west-1.rds.amazonaws.com"
    yield row("aws:rds/instance:Instance", "db", engine="mysql", address=host, region="eu-west-1")
    yield row("gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance", "source", name="source", host=host)
    yield row(
        "gcp:sql/databaseInstance:DatabaseInstance",
        "standby",
        name="standby",
        region="europe-west1",
        masterInstanceName="source",
        databaseVersion="MYSQL_8_0",
    )
    yield row("aws:ec2/vpnConnection:VpnConnection", "google", tunnel1Address="198.51.100.1", region="eu-west-1")
    yield row(
        "gcp:compute/externalVpnGateway:ExternalVpnGateway",
        "aws",
        name="aws",
        interfaces=[{"id": 0, "ipAddress": "198.51.100.1"}],
    )
    yield row(
        "gcp:compute/vPNTunnel:VPNTunnel", "aws-0", region="europe-west1", peerExternalGateway="aws", router="router"
    )
