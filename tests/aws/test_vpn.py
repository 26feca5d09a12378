from __future__ import annotations

from typing import Any

import pulumi
import pytest

from bcinfra.aws.vpn import SiteChecks, SiteChecksArgs, SiteLine, SiteVpn, SiteVpnArgs
from bcinfra.graph.core.model import Graph, Secret
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row

ADDRESSES = {"north": "203.0.113.1", "south": "198.51.100.1"}


def line(name: str, **more: Any) -> SiteLine:
    keys = ("correct_horse_1", pulumi.Output.secret("correct_horse_2"))
    return SiteLine(**{"address": ADDRESSES[name], "keys": keys, **more})


def args(**more: Any) -> SiteVpnArgs:
    fields: dict[str, Any] = {
        "region": region(),
        "site": "ghent",
        "vpc_id": "vpc-1",
        "route_table_ids": {"private-euw1-az1": "rtb-1", "private-euw1-az2": "rtb-2"},
        "lines": {name: line(name) for name in ADDRESSES},
        "asn": 65010,
        "topic_arn": "arn:aws:sns:eu-west-1:111111111111:alarms",
    }
    return SiteVpnArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: SiteVpn("ghent", args()))


def test_every_line_has_a_connection_of_its_own(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:SiteVpn": 1,
        "aws:ec2/vpnGateway:VpnGateway": 1,
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": 2,
        "aws:ec2/customerGateway:CustomerGateway": 2,
        "aws:ec2/vpnConnection:VpnConnection": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
    }
    for name, address in ADDRESSES.items():
        router = row(graph, "CustomerGateway", f"ghent-{name}")
        assert (router.inputs["ipAddress"], router.inputs["bgpAsn"]) == (address, "65010")
        connection = row(graph, "VpnConnection", f"ghent-{name}")
        assert connection.property_dependencies["customerGatewayId"] == (router.urn,)
        assert connection.property_dependencies["vpnGatewayId"] == (row(graph, "VpnGateway", "ghent").urn,)


def test_routes_are_learnt_so_that_what_is_down_is_left(graph: Graph) -> None:
    for name in ADDRESSES:
        connection = row(graph, "VpnConnection", f"ghent-{name}").inputs
        assert connection["staticRoutesOnly"] is False
        for n in (1, 2):
            assert connection[f"tunnel{n}StartupAction"] == "start"
            assert connection[f"tunnel{n}DpdTimeoutAction"] == "restart"
            assert connection[f"tunnel{n}IkeVersions"] == ["ikev2"]


def test_keys_arrive_as_secrets(graph: Graph) -> None:
    for name in ADDRESSES:
        for n in (1, 2):
            assert row(graph, "VpnConnection", f"ghent-{name}").inputs[f"tunnel{n}PresharedKey"] == Secret()
    assert "correct_horse" not in str(graph.resources)


def test_a_tunnel_that_is_down_is_told_while_the_others_carry_all(graph: Graph) -> None:
    alarm = row(graph, "MetricAlarm", "ghent-north").inputs
    assert (alarm["metricName"], alarm["statistic"], alarm["threshold"]) == ("TunnelState", "Minimum", 1.0)
    assert alarm["treatMissingData"] == "breaching"
    assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-1:111111111111:alarms"]


def test_a_transit_gateway_takes_the_place_of_a_gateway_of_its_own() -> None:
    graph = declare(lambda: SiteVpn("ghent", args(vpc_id=None, route_table_ids={}, transit_gateway_id="tgw-1")))
    assert "aws:ec2/vpnGateway:VpnGateway" not in counts(graph)
    assert row(graph, "VpnConnection", "ghent-north").inputs["transitGatewayId"] == "tgw-1"


def test_wrong_arguments_are_all_named_at_once() -> None:
    lines = {name: line(name, address="203.0.113.1") for name in ADDRESSES}
    assert refusals(lambda: args(transit_gateway_id="tgw-1", asn=64512, lines=lines)) == [
        "vpc_id: give it or transit_gateway_id, one of them",
        "route_table_ids: a transit gateway learns routes itself; they go with vpc_id",
        "cloud_asn: 64512 is the site's own; the two ends need different numbers",
        "lines.south.address: 203.0.113.1 is that of line 'north'; two lines are two addresses",
    ]
    assert refusals(lambda: args(lines={"north": line("north")})) == ["lines: must hold at least 2"]


def checks(region_name: str = "us-east-1") -> SiteChecksArgs:
    return SiteChecksArgs(
        region=region(region_name), site="ghent", addresses=ADDRESSES, port=443, topic_arn="arn:topic"
    )


def test_a_site_is_looked_at_over_each_line_from_three_continents() -> None:
    graph = declare(lambda: SiteChecks("ghent", checks()))
    assert counts(graph) == {
        "bcinfra:aws:SiteChecks": 1,
        "aws:route53/healthCheck:HealthCheck": 3,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 3,
    }
    for name, address in ADDRESSES.items():
        check = row(graph, "HealthCheck", f"ghent-{name}").inputs
        assert (check["type"], check["ipAddress"], check["port"]) == ("TCP", address, 443)
        assert check["regions"] == ["ap-southeast-1", "eu-west-1", "us-east-1"]
    site = row(graph, "HealthCheck", "ghent-site")
    assert site.inputs["childHealthThreshold"] == 1
    assert len(site.property_dependencies["childHealthchecks"]) == 2


def test_checks_are_declared_where_their_state_is_a_metric() -> None:
    assert refusals(lambda: checks("eu-west-1")) == [
        "region: health checks have their metrics in us-east-1, not in eu-west-1"
    ]
