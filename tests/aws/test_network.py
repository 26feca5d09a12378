"""The network of a site: what holds in it whatever zone is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bcinfra.aws.addresses import zone_plans
from bcinfra.aws.network import Nat, Network, NetworkArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, key_arn, named, one, region, region_of, statements

ZONES = ("euw1-az1", "euw1-az2", "euw1-az3")


def network(**args: object) -> Graph:
    return declare(lambda: Network("shop", NetworkArgs(region=region(), **args)))  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def default() -> Graph:
    return network()


def test_what_a_network_is_made_of(default: Graph) -> None:
    assert counts(default) == {
        "bcinfra:aws:Network": 1,
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        "aws:ec2/internetGateway:InternetGateway": 1,
        "aws:ec2/subnet:Subnet": 9,
        "aws:ec2/routeTable:RouteTable": 7,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": 9,
        "aws:ec2/route:Route": 4,
        "aws:ec2/eip:Eip": 3,
        "aws:ec2/natGateway:NatGateway": 3,
        "aws:ec2/vpcEndpoint:VpcEndpoint": 7,
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:ec2/flowLog:FlowLog": 1,
    }


def test_everything_is_made_in_the_region(default: Graph) -> None:
    assert {region_of(default, r) for r in default if r.package == "aws"} == {"eu-west-1"}


def test_names_of_endpoints_resolve_inside_the_network(default: Graph) -> None:
    vpc = one(default, "aws:ec2/vpc:Vpc", "shop-vpc")
    assert vpc.inputs["cidrBlock"] == "10.0.0.0/16"
    assert (vpc.inputs["enableDnsSupport"], vpc.inputs["enableDnsHostnames"]) == (True, True)


def test_subnets_have_the_ranges_that_are_planned(default: Graph) -> None:
    for zone, plan in zone_plans("10.0.0.0/16", ZONES).items():
        for kind, cidr in plan._asdict().items():
            assert one(default, "aws:ec2/subnet:Subnet", f"shop-{kind}-{zone}").inputs["cidrBlock"] == cidr


@pytest.mark.parametrize("kind", ["public", "private", "data"])
def test_every_zone_has_a_subnet_of_each_kind(default: Graph, kind: str) -> None:
    subnets = [r for name, r in named(default, "aws:ec2/subnet:Subnet").items() if name.startswith(f"shop-{kind}-")]
    assert sorted(str(r.inputs["availabilityZoneId"]) for r in subnets) == list(ZONES)
    assert all(r.name == f"shop-{kind}-{r.inputs['availabilityZoneId']}" for r in subnets)
    assert not any(r.inputs["mapPublicIpOnLaunch"] for r in subnets)


def routes(graph: Graph) -> dict[str, str]:
    """Route tables by name, with the name of what their default route leads to."""
    targets = {}
    for route in graph.of_type("aws:ec2/route:Route"):
        assert route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
        (table,) = (graph[urn].name for urn in route.property_dependencies["routeTableId"])
        (gateway,) = {
            graph[urn].name
            for field in ("gatewayId", "natGatewayId")
            for urn in route.property_dependencies.get(field, ())
        }
        targets[table] = gateway
    return targets


def test_a_zone_leaves_by_its_own_nat_gateway(default: Graph) -> None:
    assert routes(default) == {
        "shop-public": "shop-internet",
        **{f"shop-private-{zone}": f"shop-nat-{zone}" for zone in ZONES},
    }
    for nat in default.of_type("aws:ec2/natGateway:NatGateway"):
        zone = nat.name.removeprefix("shop-nat-")
        assert {default[urn].name for urn in nat.property_dependencies["subnetId"]} == {f"shop-public-{zone}"}


def test_data_subnets_have_no_way_to_the_internet(default: Graph) -> None:
    assert not any(table.startswith("shop-data") for table in routes(default))
    tables = {
        default[urn].name
        for association in default.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if association.name.startswith("shop-data")
        for urn in association.property_dependencies["routeTableId"]
    }
    assert tables == {f"shop-data-{zone}" for zone in ZONES}


def test_every_subnet_uses_the_table_of_its_kind_and_zone(default: Graph) -> None:
    for association in default.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation"):
        (subnet,) = (default[urn].name for urn in association.property_dependencies["subnetId"])
        (table,) = (default[urn].name for urn in association.property_dependencies["routeTableId"])
        assert table == ("shop-public" if subnet.startswith("shop-public") else subnet)


def test_one_nat_gateway_serves_all_when_asked() -> None:
    graph = network(nat="single")
    assert routes(graph) == {
        "shop-public": "shop-internet",
        **{f"shop-private-{zone}": "shop-nat-euw1-az1" for zone in ZONES},
    }
    assert list(named(graph, "aws:ec2/natGateway:NatGateway")) == ["shop-nat-euw1-az1"]


def test_without_nat_private_subnets_reach_endpoints_only() -> None:
    graph = network(nat=Nat.NONE)
    assert routes(graph) == {"shop-public": "shop-internet"}
    assert not graph.of_type("aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip")


def test_the_default_security_group_lets_nothing_through(default: Graph) -> None:
    (group,) = default.of_type("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not group.inputs.keys() & {"ingress", "egress"}


def test_s3_is_reached_from_private_and_data_subnets(default: Graph) -> None:
    endpoint = one(default, "aws:ec2/vpcEndpoint:VpcEndpoint", "shop-s3")
    assert endpoint.inputs["vpcEndpointType"] == "Gateway"
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-west-1.s3"
    assert {default[urn].name for urn in endpoint.property_dependencies["routeTableIds"]} == {
        f"shop-{kind}-{zone}" for kind in ("private", "data") for zone in ZONES
    }


def test_a_container_starts_without_the_internet(default: Graph) -> None:
    endpoints = [
        r for r in default.of_type("aws:ec2/vpcEndpoint:VpcEndpoint") if r.inputs["vpcEndpointType"] == "Interface"
    ]
    assert {str(r.inputs["serviceName"]).removeprefix("com.amazonaws.eu-west-1.") for r in endpoints} == {
        "ecr.api",
        "ecr.dkr",
        "kms",
        "logs",
        "secretsmanager",
        "sts",
    }
    for endpoint in endpoints:
        assert endpoint.inputs["privateDnsEnabled"] is True
        subnets = [default[urn].name for urn in endpoint.property_dependencies["subnetIds"]]
        assert sorted(subnets) == [f"shop-private-{zone}" for zone in ZONES]
        assert [default[urn].name for urn in endpoint.property_dependencies["securityGroupIds"]] == ["shop-endpoints"]


def test_endpoints_answer_https_from_the_network_alone(default: Graph) -> None:
    (rule,) = default.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("10.0.0.0/16", 443, 443)


def test_without_interface_endpoints_there_is_no_security_group() -> None:
    graph = network(endpoints=())
    assert [r.name for r in graph.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")] == ["shop-s3"]
    assert not graph.of_type("aws:ec2/securityGroup:SecurityGroup")


def test_all_traffic_is_logged_encrypted_by_a_role_of_this_account() -> None:
    graph = network(flow_log_key_arn=key_arn("eu-west-1"), flow_log_days=365)
    (log,) = graph.of_type("aws:ec2/flowLog:FlowLog")
    assert (log.inputs["trafficType"], log.inputs["logDestinationType"]) == ("ALL", "cloud-watch-logs")
    group = one(graph, "aws:cloudwatch/logGroup:LogGroup", "shop-flow")
    assert group.inputs["name"] == "/vpc/shop"
    assert group.inputs["kmsKeyId"] == key_arn("eu-west-1")
    assert group.inputs["retentionInDays"] == 365
    role = one(graph, "aws:iam/role:Role", "shop-flow")
    assert statements(role, "assumeRolePolicy") == [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["vpc-flow-logs.amazonaws.com"]},
            "Action": ["sts:AssumeRole"],
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    ]
    policy = one(graph, "aws:iam/rolePolicy:RolePolicy", "shop-flow")
    assert policy.urn in log.dependencies
    assert group.urn in policy.property_dependencies["policy"]


def test_a_new_zone_moves_no_other() -> None:
    two, three = network(zones=ZONES[:2]), network(zones=(ZONES[2], *ZONES[:2]))
    for urn in two.resources.keys() & three.resources.keys():
        assert two[urn].inputs.get("cidrBlock") == three[urn].inputs.get("cidrBlock")
    kinds = Counter(three[urn].type.rsplit(":", 1)[-1] for urn in three.resources.keys() - two.resources.keys())
    assert kinds == {"Subnet": 3, "RouteTable": 2, "RouteTableAssociation": 3, "Eip": 1, "NatGateway": 1, "Route": 1}
    assert not two.resources.keys() - three.resources.keys()


@pytest.mark.parametrize(
    ("args", "messages"),
    [
        ({"cidr": "10.0.0.0/28"}, ["cidr: '10.0.0.0/28' is a /28; allowed: /16 to /22"]),
        ({"zones": ("euw1-az1",)}, ["zones: ['euw1-az1'] are not two or more different zones"]),
        (
            {"cidr": "10/8", "zones": ("euw1-az1", "euc1-az2", "eu-west-1c")},
            [
                "cidr: '10/8' is not an IPv4 range such as '10.0.0.0/16'",
                "zones: 'euc1-az2' is not in eu-west-1; it has euw1-az1, euw1-az2, euw1-az3",
                "zones: 'eu-west-1c' is not a zone id such as 'euw1-az1'; that is a zone name",
            ],
        ),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_with_all_that_is_wrong(args: object, messages: list[str]) -> None:
    assert isinstance(args, dict)
    with pytest.raises(Exception, match=re.escape(messages[0])) as raised:
        network(**args)
    assert all(message in str(raised.value) for message in messages)
