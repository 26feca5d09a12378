"""A shop that calls systems in a building of its own."""

from __future__ import annotations

from functools import cache

import pytest

from bcinfra.assembly import deploy, secrets
from bcinfra.graph import Graph, Secret, record
from bcinfra.graph.core.problem import RecordError
from tests.assembly.conftest import b2b, recorded

ISPS = {"203.0.113.10", "198.51.100.10"}


@cache
def front() -> Graph:
    return recorded(b2b.PROD)


def test_what_stands_in_the_building_is_in_the_graph():
    facts = {row.name for row in front() if row.type.startswith("bcinfra:onprem:")}
    assert {"kortrijk", "kortrijk-isp-fibre", "kortrijk-rack-rack-1", "kortrijk-system-back-office"} <= facts


def test_every_site_reaches_the_building_over_every_line():
    for vpn in front().of_type("bcinfra:aws:SiteVpn"):
        gateways = [r for r in front().of_type("aws:ec2/customerGateway:CustomerGateway") if r.parent == vpn.urn]
        assert {gateway.inputs["ipAddress"] for gateway in gateways} == ISPS
    assert len(front().of_type("bcinfra:aws:SiteVpn")) == len(b2b.PROD.serving_sites)


def test_every_tunnel_has_a_key_of_its_own_and_none_is_shown():
    keys = [
        value
        for row in front().of_type("aws:ec2/vpnConnection:VpnConnection")
        for field, value in row.inputs.items()
        if field.endswith("PresharedKey")
    ]
    assert len(keys) == len([name for name in secrets(b2b.PROD) if name.startswith("vpnKey-")]) == 8
    assert all(isinstance(key, Secret) for key in keys)


def test_the_tiers_may_call_the_system_and_nothing_else_there():
    rules = front().of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    called = {(row.inputs["cidrIpv4"], row.inputs["fromPort"]) for row in rules if "kortrijk" in row.name}
    assert called == {("10.200.0.20/32", 8443)}


def test_all_secrets_that_lack_are_named_at_once():
    with pytest.raises(RecordError) as caught:
        record(lambda: deploy(b2b.PROD), project="bcinfra", stack="b2b-prod")
    assert all(f"pulumi config set --secret bcinfra:{name}" in str(caught.value) for name in secrets(b2b.PROD))
