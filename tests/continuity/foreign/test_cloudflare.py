"""Programs with Cloudflare in front, or beside another DNS: what its proxy, pools and zones are read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_cloudflare as cf
import pytest
from pulumi_aws.lb import Listener
from pulumi_aws.route53 import HealthCheck, Record, Zone

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_behind import DUBLIN, unknowable
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier
from tests.continuity.readings.vendor_programs import accelerated

FRANKFURT_LOST = "region:aws/eu-central-1"
PROXY, DNS, API = "cdn:cloudflare/proxy", "dns-provider:cloudflare/dns", "global-control-plane:cloudflare/api"
SURVIVES = (Kind.UNAFFECTED, Kind.RECOVERS, Kind.DEGRADED)
STANDS = (Kind.LOST, Kind.PERSON)


def zone(**more: Any) -> cf.Zone:
    return cf.Zone("zone", name="corner.example", account={"id": "acc"}, **more)


def www(at: cf.Zone, content: pulumi.Input[str], *, proxied: bool = True, kind: str = "CNAME") -> cf.DnsRecord:
    return cf.DnsRecord("www", zone_id=at.id, name="www", type=kind, content=content, proxied=proxied, ttl=1)


# -- one origin --------------------------------------------------------------------------------------------------------


def one_origin(*, closed: bool = True, certified: bool = False, off: bool = False, limits: bool = False) -> None:
    """A name that is proxied to a load balancer, which takes requests from everybody or not."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, admits=at.group("cloudflare") if closed else None)
    there = zone()
    www(there, tier.balancer.dns_name)
    if certified:
        Listener(
            "certified",
            load_balancer_arn=tier.balancer.arn,
            port=443,
            mutual_authentication={"mode": "verify", "trust_store_arn": "arn:aws:trust"},
            default_actions=[{"type": "forward", "target_group_arn": tier.targets.arn}],
            opts=at.opts,
        )
    if off:
        rules: Any = [
            {
                "action": "execute",
                "expression": "true",
                "action_parameters": {"id": "ddos", "overrides": {"sensitivity_level": "eoff"}},
            }
        ]
        cf.Ruleset("ddos", zone_id=there.id, kind="zone", name="ddos", phase="ddos_l7", rules=rules)
    if limits:
        rate: Any = {"characteristics": ["ip.src"], "period": 60, "requests_per_period": 500, "mitigation_timeout": 60}
        rules = [{"action": "block", "expression": "true", "ratelimit": rate}]
        cf.Ruleset("rate", zone_id=there.id, kind="zone", name="rate", phase="http_ratelimit", rules=rules)


@pytest.mark.parametrize(
    ("program", "kept"),
    [
        (lambda: one_origin(), True),
        (lambda: one_origin(closed=False), False),
        (lambda: one_origin(off=True), False),
        (lambda: one_origin(off=True, limits=True), True),
    ],
    ids=["closed", "reached around it", "rules switched off", "limited by a rule of its own"],
)
def test_the_proxy_absorbs_floods_where_nobody_gets_around_it(program: Callable[[], None], kept: bool) -> None:
    found = assessed(program)
    assert (outcome(found, "flood").kind in SURVIVES) is kept
    assert says(found, "BC0029") is not kept


def test_the_proxy_is_a_part_on_the_way_and_leaves_nobody_to_switch_it_off() -> None:
    found = assessed(one_origin)
    assert outcome(found, PROXY).kind in STANDS
    assert outcome(found, DUBLIN).kind in STANDS
    assert outcome(found, API).kind is Kind.UNAFFECTED
    assert says(found, "BC0001", "cloudflare/proxy")


def test_a_name_that_is_not_proxied_does_not_hang_on_the_proxy() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        www(zone(), Tier(at).balancer.dns_name, proxied=False)

    found = assessed(program)
    assert outcome(found, PROXY).kind is Kind.UNAFFECTED  # it takes the API along, no answer
    assert outcome(found, DNS).kind in STANDS
    assert outcome(found, "flood").kind in STANDS


def test_what_stands_behind_an_address_outside_the_program_is_not_known() -> None:
    def program() -> None:
        Tier(Region("eu-west-1", IRELAND))
        www(zone(), "198.51.100.7", kind="A")

    assert unknowable(assessed(program), "198.51.100.7")


# -- pools -------------------------------------------------------------------------------------------------------------


def pools(
    *, asked: bool = True, proxied: bool = True, steering: str = "off", known: bool = False, last: bool = False
) -> None:
    """A load balancer over two regions, each a pool with a monitor; ``known``: the order is, as in a live stack;
    ``last``: the second pool is the fallback alone."""
    there = zone()
    monitor = cf.LoadBalancerMonitor("up", account_id="acc", type="https", path="/", interval=15, retries=1, timeout=4)
    found: list[cf.LoadBalancerPool] = []
    for name, zones in (("eu-west-1", IRELAND), ("eu-central-1", FRANKFURT)):
        at = Region(name, zones)
        tier = Tier(at, admits=at.group("cloudflare"))
        address: Any = [{"name": "front", "address": tier.balancer.dns_name, "enabled": True}]
        watched = {"monitor": monitor.id} if asked else {}
        found.append(cf.LoadBalancerPool(name, account_id="acc", name=name, origins=address, **watched))
    ids: Any = [pool.name if known else pool.id for pool in found]
    cf.LoadBalancer(
        "www",
        zone_id=there.id,
        name="www.corner.example",
        default_pools=ids[:1] if last else ids,
        fallback_pool=found[1].id,
        steering_policy=steering,
        proxied=proxied,
    )


@pytest.mark.parametrize("proxied", [True, False])
@pytest.mark.parametrize("steering", ["off", "geo"])
def test_a_region_is_left_by_pools_that_a_monitor_asks(proxied: bool, steering: str) -> None:
    found = assessed(lambda: pools(proxied=proxied, steering=steering))
    assert {outcome(found, lost).kind for lost in (DUBLIN, FRANKFURT_LOST)} <= {Kind.RECOVERS, Kind.DEGRADED}
    assert (outcome(found, PROXY).kind in SURVIVES) is not proxied
    assert outcome(found, "flood").kind in (SURVIVES if proxied else STANDS)


@pytest.mark.parametrize("proxied", [True, False])
def test_a_pool_that_is_the_fallback_alone_stands_by(proxied: bool) -> None:
    found = assessed(lambda: pools(last=True, proxied=proxied))
    assert outcome(found, DUBLIN).kind in (Kind.RECOVERS, Kind.DEGRADED)
    assert outcome(found, FRANKFURT_LOST).kind is Kind.UNAFFECTED
    alone = assessed(lambda: pools(last=True, proxied=proxied, asked=False))
    assert outcome(alone, DUBLIN).kind not in SURVIVES


@pytest.mark.parametrize("proxied", [True, False])
def test_pools_that_nothing_asks_are_not_left(proxied: bool) -> None:
    found = assessed(lambda: pools(asked=False, proxied=proxied))
    assert outcome(found, DUBLIN).kind not in SURVIVES


def test_the_second_pool_in_a_known_order_stands_by() -> None:
    found = assessed(lambda: pools(known=True))
    assert outcome(found, DUBLIN).kind in (Kind.RECOVERS, Kind.DEGRADED)
    assert outcome(found, FRANKFURT_LOST).kind is Kind.UNAFFECTED


def pools_of_sites() -> None:
    """A load balancer over two pools: an accelerator before two regions, and a region that stands by."""
    there = zone()
    monitor = cf.LoadBalancerMonitor("up", account_id="acc", type="https", path="/", interval=15, retries=1, timeout=4)
    sites = [Region(name, zones) for name, zones in (("eu-west-1", IRELAND), ("eu-central-1", FRANKFURT))]
    third = Region("eu-west-3", ("euw3-az1", "euw3-az2", "euw3-az3"))
    dials: dict[str, float] = {}
    front = accelerated(sites[0], {at.name: Tier(at).balancer for at in sites}, dials)
    found: list[cf.LoadBalancerPool] = []
    for name, host in (("live", front.dns_name), ("spare", Tier(third).balancer.dns_name)):
        address: Any = [{"name": "front", "address": host, "enabled": True}]
        found.append(cf.LoadBalancerPool(name, account_id="acc", name=name, origins=address, monitor=monitor.id))
    ids: Any = [pool.name for pool in found]
    cf.LoadBalancer(
        "www",
        zone_id=there.id,
        name="www.corner.example",
        default_pools=ids,
        fallback_pool=found[1].id,
        steering_policy="off",
        proxied=True,
    )


def test_a_pool_is_not_left_while_another_site_behind_it_answers() -> None:
    found = assessed(pools_of_sites)
    lost = outcome(found, DUBLIN)
    ways = [way for way in (lost.way, *lost.others) if way and way.feasible]
    assert {way.site for way in ways if not way.person} & {"aws/eu-central-1", "aws/eu-west-3"} == {"aws/eu-central-1"}
    front = outcome(found, "cdn:aws/globalaccelerator")
    assert front.way
    assert front.kind in (Kind.RECOVERS, Kind.DEGRADED)
    assert front.way.site == "aws/eu-west-3"


# -- beside another's DNS ----------------------------------------------------------------------------------------------


def partial(*, checked: bool, closed: bool = True) -> None:
    """Names at Route 53 that lead to Cloudflare, or straight to the load balancer where that does not answer."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, admits=at.group("cloudflare") if closed else None)
    www(zone(type="partial"), tier.balancer.dns_name)
    own = Zone("own", name="corner.example", opts=at.opts)
    check = HealthCheck(
        "through",
        type="HTTPS",
        fqdn="www.corner.example.cdn.cloudflare.net",
        port=443,
        resource_path="/",
        request_interval=10,
        failure_threshold=3,
        opts=at.opts,
    )
    common: Any = {"zone_id": own.zone_id, "name": "www.corner.example", "type": "CNAME", "ttl": 60, "opts": at.opts}
    Record(
        "first",
        set_identifier="edge",
        records=["www.corner.example.cdn.cloudflare.net"],
        failover_routing_policies=[{"type": "PRIMARY"}],
        health_check_id=check.id if checked else None,
        **common,
    )
    Record(
        "second",
        set_identifier="direct",
        records=[tier.balancer.dns_name],
        failover_routing_policies=[{"type": "SECONDARY"}],
        **common,
    )


def test_names_at_anothers_dns_lead_around_the_proxy_when_it_is_down() -> None:
    found = assessed(lambda: partial(checked=True, closed=False))
    assert outcome(found, PROXY).kind is Kind.RECOVERS
    assert outcome(found, "dns-provider:aws/route53").kind in STANDS


def test_a_door_that_is_shut_to_all_but_the_proxy_lets_nobody_around_it() -> None:
    assert outcome(assessed(lambda: partial(checked=True)), PROXY).kind not in SURVIVES


def test_without_a_check_through_the_proxy_somebody_must_turn_the_names() -> None:
    assert outcome(assessed(lambda: partial(checked=False)), PROXY).kind not in SURVIVES


def two_providers(*, told: bool, addressed: bool, kind: str | None = None) -> None:
    """One domain at Route 53 and at Cloudflare, each naming the servers of both; ``addressed``: what both lead to is
    reached by addresses, not by a host name at Route 53; ``kind``: of the zone at Cloudflare."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    own, there = Zone("own", name="corner.example", opts=at.opts), zone(type=kind)
    cf.ZoneDnsSettings("both", zone_id=there.id, multi_provider=told)
    says, content = "CNAME", tier.balancer.dns_name
    if addressed:
        dials: dict[str, float] = {}
        says, content = "A", accelerated(at, {at.name: tier.balancer}, dials).ip_sets[0].ip_addresses[0]
    www(there, content, proxied=False, kind=says)
    common: Any = {"zone_id": own.zone_id, "opts": at.opts}
    Record("www-own", name="www.corner.example", type=says, ttl=60, records=[content], **common)
    servers = pulumi.Output.all(own.name_servers, there.name_servers).apply(lambda found: [*found[0], *found[1]])
    Record("servers", name="corner.example", type="NS", ttl=3600, records=servers, allow_overwrite=True, **common)
    server = own.name_servers.apply(lambda names: names[0])
    cf.DnsRecord("server", zone_id=there.id, name="@", type="NS", content=server, ttl=3600)


@pytest.mark.parametrize("told", [True, False])
def test_two_providers_answer_where_each_names_the_servers_of_both(told: bool) -> None:
    found: Assessment = assessed(lambda: two_providers(told=told, addressed=True))
    lost = {outcome(found, one).kind for one in (DNS, "dns-provider:aws/route53")}
    assert (lost == {Kind.UNAFFECTED}) is told


def test_a_second_provider_does_not_help_where_both_lead_to_a_name_of_the_first() -> None:
    found = assessed(lambda: two_providers(told=True, addressed=False))
    assert outcome(found, DNS).kind is Kind.UNAFFECTED
    assert outcome(found, "dns-provider:aws/route53").kind is Kind.LOST
