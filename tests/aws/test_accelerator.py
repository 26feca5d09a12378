from __future__ import annotations

from typing import Any

import pulumi
import pytest

from bcinfra.aws.accelerator import AcceleratedSite, Accelerator, AcceleratorArgs
from bcinfra.aws.dns import Endpoint, GeoDns, GeoDnsArgs
from bcinfra.graph.core.model import UNKNOWN, Graph
from tests.aws.conftest import counts, declare, one, region
from tests.aws.shop import REGIONS
from tests.helpers import refusals, row

TOKEN = "aws:globalaccelerator/accelerator:Accelerator"
TOPIC = "arn:aws:sns:us-west-2:111122223333:alarms"
ARNS = {site: f"arn:aws:elasticloadbalancing:{name}:1:loadbalancer/app/web/1" for site, name in REGIONS.items()}


def site(name: str, **more: Any) -> AcceleratedSite:
    return AcceleratedSite(**{"region": REGIONS[name], "load_balancer_arn": ARNS[name], **more})


def args(**more: Any) -> AcceleratorArgs:
    place = region("us-east-1", disposable=more.pop("disposable", False))
    sites = {"dublin": site("dublin"), "frankfurt": site("frankfurt", dial=0)}
    return AcceleratorArgs(**{"region": place, "sites": sites, **more})


def made(**more: Any) -> Graph:
    return declare(lambda: Accelerator("shop", args(**more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return made()


def test_every_site_is_a_group_of_endpoints(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Accelerator": 1,
        "aws:globalaccelerator/accelerator:Accelerator": 1,
        "aws:globalaccelerator/listener:Listener": 1,
        "aws:globalaccelerator/endpointGroup:EndpointGroup": 2,
    }
    for name, arn in ARNS.items():
        group = row(graph, "EndpointGroup", f"shop-{name}").inputs
        assert group["endpointGroupRegion"] == REGIONS[name]
        assert group["endpointConfigurations"] == [
            {"endpointId": arn, "weight": 128, "clientIpPreservationEnabled": True}
        ]


def test_a_standby_is_sent_requests_only_when_nothing_else_is_healthy(graph: Graph) -> None:
    dials = {name: row(graph, "EndpointGroup", f"shop-{name}").inputs["trafficDialPercentage"] for name in ARNS}
    assert dials == {"dublin": 100, "frankfurt": 0}


def test_the_load_balancers_own_checks_decide(graph: Graph) -> None:
    group = row(graph, "EndpointGroup", "shop-dublin").inputs
    assert not [field for field in group if field.startswith(("healthCheck", "threshold"))]


def test_both_ports_are_passed_on_without_binding_a_customer_to_a_replica(graph: Graph) -> None:
    listener = row(graph, "Listener", "shop").inputs
    assert (listener["protocol"], listener["clientAffinity"]) == ("TCP", "NONE")
    assert listener["portRanges"] == [{"fromPort": 80, "toPort": 80}, {"fromPort": 443, "toPort": 443}]


def test_the_addresses_that_others_write_down_are_guarded(graph: Graph) -> None:
    assert one(graph, TOKEN, "shop").options.protect
    assert not [r.urn for r in made(disposable=True) if r.options.protect]


@pytest.mark.parametrize(("cold", "ill"), [(False, 0), (True, 1)])
def test_people_are_told_of_a_site_that_is_left_out_where_that_is_measured(*, cold: bool, ill: int) -> None:
    def program() -> None:
        sites = {"dublin": site("dublin"), "frankfurt": site("frankfurt", dial=0, cold=cold)}
        Accelerator("shop", args(sites=sites, observer=region("us-west-2"), topic_arn=TOPIC))

    graph = declare(program)
    alarm = row(graph, "MetricAlarm", "shop-left-out")
    assert (alarm.inputs["metricName"], alarm.inputs["threshold"]) == ("UnhealthyEndpointCount", ill)
    assert alarm.inputs["alarmActions"] == [TOPIC]
    assert one(graph, TOKEN, "shop").urn in alarm.property_dependencies["dimensions"]


def test_who_sees_it_must_be_able_to() -> None:
    assert refusals(lambda: args(observer=region("eu-west-1"))) == [
        "observer: goes with topic_arn; state both, or neither",
        "observer: accelerators have their metrics in us-west-2, not in eu-west-1",
    ]


def test_a_name_leads_to_it_by_alias_or_by_address() -> None:
    def program() -> None:
        given = args()
        front = Accelerator("shop", given)
        for name, endpoint in {
            "alias": Endpoint(dns_name=front.dns_name, zone_id=front.zone_id),
            "plain": Endpoint(addresses=front.addresses),
        }.items():
            ends = {"aws": endpoint, "google": Endpoint(addresses=("203.0.113.10",))}
            GeoDns(
                name,
                GeoDnsArgs(
                    region=given.region,
                    domain=f"{name}.example",
                    hosts=frozenset({""}),
                    endpoints=ends,
                    primary="aws",
                ),
            )
        pulumi.export("addresses", list(front.addresses))

    graph = declare(program)
    (alias,) = row(graph, "Record", "alias-sites.alias.example-A-aws").inputs["aliases"]  # type: ignore[misc]
    assert alias["zoneId"] == "Z2BJ6XQ5FK7U4H"  # type: ignore[index]
    accelerator = one(graph, TOKEN, "shop")
    plain = row(graph, "Record", "plain-sites.plain.example-A-aws")
    assert plain.inputs["records"] == [UNKNOWN, UNKNOWN]
    assert plain.property_dependencies["records"] == (accelerator.urn,)


def test_flow_logs_are_kept_where_a_bucket_takes_them(graph: Graph) -> None:
    assert "attributes" not in one(graph, TOKEN, "shop").inputs
    attributes = one(made(flow_log_bucket="acme-logs"), TOKEN, "shop").inputs["attributes"]
    assert attributes == {"flowLogsEnabled": True, "flowLogsS3Bucket": "acme-logs", "flowLogsS3Prefix": "shop/"}


def test_after_a_failover_the_dials_change_places_in_an_update() -> None:
    before, after = made(), made(sites={"dublin": site("dublin", dial=0), "frankfurt": site("frankfurt")})
    assert set(before.resources) == set(after.resources)
    changed = {r.name: {f for f in r.inputs if r.inputs[f] != after[r.urn].inputs[f]} for r in before}
    assert {name: fields for name, fields in changed.items() if fields} == {
        "shop-dublin": {"trafficDialPercentage"},
        "shop-frankfurt": {"trafficDialPercentage"},
    }


def test_wrong_arguments_are_all_named_at_once() -> None:
    sites = {"dublin": site("dublin", dial=0), "cork": site("dublin", dial=0)}
    assert refusals(lambda: args(sites=sites)) == [
        "sites: 'dublin' and 'cork' are both in eu-west-1; a region is one group of endpoints",
        "sites: every dial is 0; at least one site must be sent requests",
    ]
