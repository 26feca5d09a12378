from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pytest

from bcinfra.aws.dns import Endpoint, GeoDns, GeoDnsArgs, Routing, Target
from bcinfra.aws.zone import NameServers, NameServersArgs, ProofRecord, ProofRecordArgs, PublicZone, PublicZoneArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row

DUBLIN: dict[str, Any] = {"dns_name": "web.eu-west-1.elb.amazonaws.com", "zone_id": "Z32O12XQLNTSW2"}
FRANKFURT: dict[str, Any] = {"dns_name": "web.eu-central-1.elb.amazonaws.com", "zone_id": "Z215JYRZR1TBD5"}


def args(**more: Any) -> GeoDnsArgs:
    given: dict[str, Any] = {
        "domain": "shop.example",
        "hosts": {""},
        "endpoints": {"dublin": Endpoint(**DUBLIN), "frankfurt": Endpoint(**FRANKFURT)},
        "primary": "dublin",
    }
    return GeoDnsArgs(region=region("us-east-1", disposable=more.pop("disposable", False)), **{**given, **more})


def shop(**more: Any) -> Graph:
    return declare(lambda: GeoDns("dns", args(**more)))


def record_inputs(graph: Graph, name: str) -> dict[str, Any]:
    return dict(row(graph, "Record", f"dns-{name}").inputs)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return shop()


def test_two_sites_are_two_layers_of_records_and_their_checks(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:GeoDns": 1,
        "bcinfra:aws:PublicZone": 1,
        "aws:route53/zone:Zone": 1,
        "aws:route53/healthCheck:HealthCheck": 5,  # an endpoint and a decision a site, and the shop
        "aws:route53/record:Record": 4,  # a site each, the host, CAA
    }


def test_people_are_told_when_no_site_answers() -> None:
    graph = shop(topic_arn="arn:aws:sns:us-east-1:111111111111:alarms")
    alarm, check = row(graph, "MetricAlarm", "dns-down"), row(graph, "HealthCheck", "dns-shop")
    assert check.urn in alarm.property_dependencies["dimensions"]
    assert alarm.inputs["metricName"] == "HealthCheckStatus"
    assert alarm.inputs["treatMissingData"] == "breaching"
    assert alarm.inputs["alarmActions"] == ["arn:aws:sns:us-east-1:111111111111:alarms"]


def test_each_record_of_a_site_has_its_own_check_and_its_targets_health(graph: Graph) -> None:
    for site, endpoint, role in (("dublin", DUBLIN, "PRIMARY"), ("frankfurt", FRANKFURT, "SECONDARY")):
        inputs = record_inputs(graph, f"sites.shop.example-A-{site}")
        assert inputs["name"] == "sites.shop.example"
        assert inputs["setIdentifier"] == site
        assert inputs["failoverRoutingPolicies"] == [{"type": role}]
        assert inputs["aliases"] == [
            {"name": endpoint["dns_name"], "zoneId": endpoint["zone_id"], "evaluateTargetHealth": True}
        ]
        record = row(graph, "Record", f"dns-sites.shop.example-A-{site}")
        assert record.property_dependencies["healthCheckId"] == (row(graph, "HealthCheck", f"dns-{site}").urn,)


def test_a_site_is_asked_by_a_name_that_does_not_fail_over(graph: Graph) -> None:
    check = row(graph, "HealthCheck", "dns-dublin-endpoint").inputs
    assert (check["type"], check["fqdn"], check["port"]) == ("HTTPS", DUBLIN["dns_name"], 443)
    assert check["resourcePath"] == "/health"
    assert (check["requestInterval"], check["failureThreshold"]) == (10, 3)
    assert check["regions"] == ["ap-southeast-1", "eu-west-1", "us-east-1"]


def test_a_site_is_healthy_when_all_its_checks_are_and_the_shop_when_any_site_is(graph: Graph) -> None:
    assert row(graph, "HealthCheck", "dns-shop").inputs["childHealthThreshold"] == 1
    guarded = shop(endpoints={"dublin": Endpoint(**DUBLIN, also={"lag": "hc-lag"}), "frankfurt": Endpoint(**FRANKFURT)})
    decision = row(guarded, "HealthCheck", "dns-dublin").inputs
    assert decision["type"] == "CALCULATED"
    assert decision["childHealthThreshold"] == len(decision["childHealthchecks"]) == 2  # type: ignore[arg-type]


def test_after_a_failover_the_adoption_edit_is_an_update_of_roles_alone() -> None:
    before, after = shop(), shop(primary="frankfurt")
    assert set(before.resources) == set(after.resources)
    changed = {r.name for r in before if r.inputs != after[r.urn].inputs}
    assert changed == {"dns-sites.shop.example-A-dublin", "dns-sites.shop.example-A-frankfurt"}
    assert record_inputs(after, "sites.shop.example-A-frankfurt")["failoverRoutingPolicies"] == [{"type": "PRIMARY"}]


def test_a_fallback_is_added_without_touching_what_answers() -> None:
    before = shop()
    after = shop(fallback=Target(addresses=("192.0.2.7",)))
    assert set(after.resources) - set(before.resources) == {row(after, "Record", "dns-shop.example-A-fallback").urn}
    assert all(after[r.urn].inputs == r.inputs for r in before)
    assert record_inputs(after, "shop.example-A-sites")["failoverRoutingPolicies"] == [{"type": "PRIMARY"}]
    fallback = record_inputs(after, "shop.example-A-fallback")
    assert fallback["failoverRoutingPolicies"] == [{"type": "SECONDARY"}]
    assert (fallback["records"], fallback["ttl"]) == (["192.0.2.7"], 60)


def test_a_host_answers_as_its_sites_do(graph: Graph) -> None:
    host = row(graph, "Record", "dns-shop.example-A-sites")
    (alias,) = host.inputs["aliases"]  # type: ignore[misc]
    assert alias["name"] == "sites.shop.example"  # type: ignore[index]
    assert alias["evaluateTargetHealth"] is True  # type: ignore[index]
    sites = {row(graph, "Record", f"dns-sites.shop.example-A-{site}").urn for site in ("dublin", "frankfurt")}
    assert sites <= set(host.dependencies), "Route 53 wants the target to exist"


@pytest.mark.parametrize(
    ("routing", "field", "of_dublin"),
    [
        (Routing.LATENCY, "latencyRoutingPolicies", {"region": "eu-west-1"}),
        (Routing.WEIGHTED, "weightedRoutingPolicies", {"weight": 100}),
        (Routing.GEOLOCATION, "geolocationRoutingPolicies", {"country": "IE"}),
    ],
)
def test_a_policy_chooses_among_healthy_sites(routing: Routing, field: str, of_dublin: dict[str, object]) -> None:
    graph = shop(
        routing=routing,
        endpoints={
            "dublin": Endpoint(**DUBLIN, region="eu-west-1", country="IE"),
            "frankfurt": Endpoint(**FRANKFURT, region="eu-central-1", continent="EU", weight=0),
        },
    )
    assert record_inputs(graph, "sites.shop.example-A-dublin")[field] == [of_dublin]
    assert "healthCheckId" in record_inputs(graph, "sites.shop.example-A-dublin")


def test_a_customer_whose_own_site_is_down_is_answered_by_any_other() -> None:
    graph = shop(
        routing=Routing.GEOLOCATION,
        endpoints={"dublin": Endpoint(**DUBLIN, continent="EU"), "frankfurt": Endpoint(**FRANKFURT, continent="NA")},
    )
    default = record_inputs(graph, "sites.shop.example-A-default")
    assert default["geolocationRoutingPolicies"] == [{"country": "*"}]
    assert default["aliases"][0]["name"] == "any.shop.example"
    weights = {
        site: record_inputs(graph, f"any.shop.example-A-{site}")["weightedRoutingPolicies"][0]["weight"]
        for site in ("dublin", "frankfurt")
    }
    assert weights == {"dublin": 1, "frankfurt": 0}


def test_a_site_outside_aws_is_checked_at_its_address_under_the_shops_name() -> None:
    graph = shop(endpoints={"dublin": Endpoint(**DUBLIN), "ghent": Endpoint(addresses=("192.0.2.1",))}, ipv6=True)
    check = row(graph, "HealthCheck", "dns-ghent-endpoint").inputs
    assert (check["ipAddress"], check["fqdn"]) == ("192.0.2.1", "shop.example")
    kinds = {r.inputs["type"] for r in graph.of_type("aws:route53/record:Record") if "ghent" in r.name}
    assert kinds == {"A"}, "it has no IPv6 address"


def test_only_named_authorities_may_issue_certificates(graph: Graph) -> None:
    assert record_inputs(graph, "caa")["records"] == ['0 issue "amazon.com"']


def test_the_zone_is_guarded_and_recovers_quickly(graph: Graph) -> None:
    zone = row(graph, "Zone", "dns-zone")
    assert zone.options.protect
    assert zone.inputs["forceDestroy"] is False
    assert zone.inputs["enableAcceleratedRecovery"] is True
    disposable = row(shop(disposable=True), "Zone", "dns-zone")
    assert not disposable.options.protect
    assert disposable.inputs["forceDestroy"] is True


def test_an_existing_zone_is_used() -> None:
    graph = shop(zone_id="Z123", query_log_group_arn="arn:aws:logs:us-east-1:1:log-group:/dns")
    assert not graph.of_type("aws:route53/zone:Zone")
    assert record_inputs(graph, "caa")["zoneId"] == "Z123"
    assert row(graph, "QueryLog", "dns-queries").inputs["zoneId"] == "Z123"


def test_wrong_arguments_are_all_named_at_once() -> None:
    three = {site: Endpoint(**DUBLIN) for site in ("dublin", "frankfurt", "paris")}
    assert refusals(lambda: args(endpoints=three, primary="dubln", checkers={"us-east-1", "eu-west-1", "mars"})) == [
        "primary: 'dubln' is not a site; did you mean 'dublin'?",
        "routing: failover takes two endpoints, there are 3 ('dublin', 'frankfurt', 'paris'); use latency, geolocation"
        " or weighted, and a fallback for the last resort",
        "checkers: 'mars' checks no health; allowed: us-east-1, us-west-1, us-west-2, eu-west-1, ap-southeast-1,"
        " ap-southeast-2, ap-northeast-1, sa-east-1",
    ]
    assert refusals(lambda: args(routing=Routing.LATENCY)) == [
        "endpoints.dublin.region: latency routing needs it, such as 'eu-west-1'",
        "endpoints.frankfurt.region: latency routing needs it, such as 'eu-west-1'",
    ]
    assert refusals(lambda: args(routing=Routing.GEOLOCATION)) == [
        "endpoints.dublin: geolocation routing needs a continent or a country, one of them",
        "endpoints.frankfurt: geolocation routing needs a continent or a country, one of them",
        "endpoints: two of them answer for the same continent or country",
    ]
    idle = {site: Endpoint(**DUBLIN, weight=0) for site in ("dublin", "frankfurt")}
    assert refusals(lambda: args(routing=Routing.WEIGHTED, endpoints=idle)) == [
        "endpoints: every weight is 0; Route 53 would then send the same to each"
    ]
    assert refusals(lambda: Endpoint(dns_name="web.example")) == ["give dns_name with zone_id, or addresses"]
    assert refusals(lambda: Endpoint()) == ["give dns_name with zone_id, or addresses"]


def test_a_place_of_another_vendor_answers_by_its_addresses_under_the_same_checks() -> None:
    ends = {"dublin": Endpoint(**DUBLIN), "google": Endpoint(addresses=("203.0.113.10", "203.0.113.11"))}
    graph = shop(endpoints=ends)
    inputs = record_inputs(graph, "sites.shop.example-A-google")
    assert inputs["records"] == ["203.0.113.10", "203.0.113.11"]
    assert inputs["failoverRoutingPolicies"] == [{"type": "SECONDARY"}]
    record = row(graph, "Record", "dns-sites.shop.example-A-google")
    assert record.property_dependencies["healthCheckId"] == (row(graph, "HealthCheck", "dns-google").urn,)


def pair(others: tuple[str, ...] | pulumi.Output[Sequence[str]]) -> Graph:
    def program() -> None:
        at = region("us-east-1")
        zone = PublicZone("zone", PublicZoneArgs(region=at, domain="shop.example"))
        NameServers(
            "pair",
            NameServersArgs(
                region=at, zone_id=zone.zone_id, domain="shop.example", own=zone.name_servers, others=others
            ),
        )

    return declare(program)


def test_a_zone_names_the_servers_of_both_providers_and_keeps_them() -> None:
    graph = pair(("ns-cloud-a1.googledomains.com.",))
    assert counts(graph)["bcinfra:aws:NameServers"] == counts(graph)["aws:route53/record:Record"] == 1
    record = row(graph, "Record", "pair")
    assert (record.inputs["name"], record.inputs["type"]) == ("shop.example", "NS")
    assert record.inputs["allowOverwrite"] is True
    assert record.options.retain_on_delete
    assert record.property_dependencies["records"] == (row(graph, "Zone", "zone-zone").urn,)


def test_servers_are_written_one_way_and_once() -> None:
    servers = ("ns-1.awsdns-00.org", "ns-cloud-a1.googledomains.com.", "ns-1.awsdns-00.org.")
    given: dict[str, Any] = {"zone_id": "Z1", "domain": "shop.example", "own": servers[:1], "others": servers[1:]}
    graph = declare(lambda: NameServers("pair", NameServersArgs(region=region("us-east-1"), **given)))
    assert row(graph, "Record", "pair").inputs["records"] == ["ns-1.awsdns-00.org", "ns-cloud-a1.googledomains.com"]


def test_another_vendor_s_proof_stands_in_the_zone() -> None:
    args: dict[str, Any] = {
        "zone_id": "Z1",
        "name": "_acme.shop.example.",
        "kind": "CNAME",
        "value": "proof.authorize.example.",
    }
    graph = declare(lambda: ProofRecord("google", ProofRecordArgs(region=region("us-east-1"), **args)))
    assert counts(graph) == {"bcinfra:aws:ProofRecord": 1, "aws:route53/record:Record": 1}
    record = row(graph, "Record", "google").inputs
    assert (record["name"], record["type"], record["records"]) == (args["name"], "CNAME", [args["value"]])
