"""One way out of the network for several zones, where nobody states what is called there, and its twins."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws.ec2 import Instance, NatGateway, Route, RouteTable, RouteTableAssociation, VpcEndpoint
from pulumi_aws.eks import Cluster, NodeGroup
from pulumi_aws.iam import Role
from pulumi_kubernetes import Provider as KubernetesProvider
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_behind import worldwide
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

A, B = "zone:aws/eu-west-1/euw1-az1", "zone:aws/eu-west-1/euw1-az2"


def leaving(at: Region, ways: list[Any], name: str = "nat_gateway_id", *, apart: bool = True) -> None:
    """The default route of each subnet, by the way of its place in ``ways``, or by the first."""
    for i, subnet in enumerate(at.subnets):
        way: Any = {name: ways[min(i, len(ways) - 1)].id}
        inline: Any = [] if apart else [{"cidr_block": "0.0.0.0/0", **way}]
        table = RouteTable(f"private-{i}", vpc_id=at.vpc.id, routes=inline, opts=at.opts)
        RouteTableAssociation(f"private-{i}", route_table_id=table.id, subnet_id=subnet.id, opts=at.opts)
        if apart:
            everywhere = "0.0.0.0/0"
            Route(f"out-{i}", route_table_id=table.id, destination_cidr_block=everywhere, **way, opts=at.opts)


def gateways(at: Region, count: int, **more: Any) -> list[Any]:
    return [NatGateway(f"nat-{i}", subnet_id=at.subnets[i].id, opts=at.opts, **more) for i in range(count)]


def shop(ways: Callable[[Region], tuple[list[Any], str] | None], *, apart: bool = True) -> None:
    at = Region("eu-west-1", IRELAND)
    if found := ways(at):
        leaving(at, *found, apart=apart)
    Database(at, Tier(at))


def one_nat(at: Region) -> tuple[list[Any], str]:
    return gateways(at, 1), "nat_gateway_id"


def one_server(at: Region) -> tuple[list[Any], str]:
    server = Instance("nat", instance_type="t4g.micro", ami="ami-1", subnet_id=at.subnets[0].id, opts=at.opts)

    class Interface:
        id = server.primary_network_interface_id

    return [Interface()], "network_interface_id"


def one_endpoint(at: Region) -> None:
    VpcEndpoint(
        "registry",
        vpc_id=at.vpc.id,
        service_name="com.amazonaws.eu-west-1.ecr.dkr",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        subnet_ids=[at.subnets[0].id],
        opts=at.opts,
    )


@pytest.mark.parametrize("ways", [one_nat, one_server, one_endpoint])
@pytest.mark.parametrize("apart", [True, False], ids=["routes apart", "routes inline"])
def test_the_zone_that_all_leave_by_is_not_like_any_other(ways: Any, apart: bool) -> None:
    found = assessed(lambda: shop(ways, apart=apart))
    lost, spared = outcome(found, A), outcome(found, B)
    assert lost.kind is Kind.UNDECIDED
    assert any("is not stated" in say(reason) and "euw1-az1" in say(reason) for reason in lost.unknown)
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.UNKNOWN
    assert spared.kind is Kind.RECOVERS
    assert says(found, "BC0043", "zone aws/eu-west-1/euw1-az2 and zone aws/eu-west-1/euw1-az3 leave")


def test_a_database_that_may_be_in_any_zone_is_not_taken_to_be_where_all_leave() -> None:
    """Both in one zone would let the loss of every other pass."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        leaving(at, *one_nat(at))
        Database(at, Tier(at), multi_az=False)

    found = assessed(program)
    assert outcome(found, A).kind is Kind.UNDECIDED
    assert outcome(found, B).kind in (Kind.PERSON, Kind.LOST)
    assert judgement(outcome(found, B), Objective.RECOVERY_TIME) is Judgement.MISSED


def one_each(at: Region) -> tuple[list[Any], str]:
    return gateways(at, 3), "nat_gateway_id"


def over_all_zones(at: Region) -> tuple[list[Any], str]:
    return gateways(at, 1, availability_mode="regional"), "nat_gateway_id"


def nothing(_at: Region) -> None:
    """No way out, so that nothing is called outside."""


def endpoints_everywhere(at: Region) -> None:
    VpcEndpoint(
        "registry",
        vpc_id=at.vpc.id,
        service_name="com.amazonaws.eu-west-1.ecr.dkr",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        subnet_ids=at.subnet_ids,
        opts=at.opts,
    )


@pytest.mark.parametrize("ways", [one_each, over_all_zones, nothing, endpoints_everywhere])
def test_zones_that_leave_by_themselves_are_alike(ways: Any) -> None:
    found = assessed(lambda: shop(ways))
    assert {outcome(found, zone).kind for zone in (A, B)} == {Kind.RECOVERS}
    assert not says(found, "BC0043")


def test_two_gateways_for_three_zones_leave_one_zone_hanging_on_another() -> None:
    found = assessed(lambda: shop(lambda at: (gateways(at, 2), "nat_gateway_id")))
    assert outcome(found, A).kind is Kind.RECOVERS
    assert outcome(found, B).kind is Kind.UNDECIDED
    assert says(found, "BC0043", "zone aws/eu-west-1/euw1-az3 leave for the outside by NAT gateway nat-1")


def test_pods_leave_by_the_gateway_of_their_nodes() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        leaving(at, gateways(at, 1))
        role = Role("eks", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}), opts=at.opts)
        cluster = Cluster("shop", role_arn=role.arn, vpc_config={"subnet_ids": at.subnet_ids}, opts=at.opts)
        NodeGroup(
            "shop",
            cluster_name=cluster.name,
            node_role_arn=role.arn,
            subnet_ids=at.subnet_ids,
            scaling_config={"min_size": 3, "desired_size": 3, "max_size": 6},
            opts=at.opts,
        )
        inside = pulumi.ResourceOptions(provider=KubernetesProvider("shop", kubeconfig=cluster.endpoint))
        labels = {"app": "web"}
        over_zones: Any = {
            "max_skew": 1,
            "topology_key": "topology.kubernetes.io/zone",
            "when_unsatisfiable": "DoNotSchedule",
            "label_selector": {"match_labels": labels},
        }
        pod: Any = {
            "containers": [{"name": "web", "image": "registry.example/shop:1.4"}],
            "topology_spread_constraints": [over_zones],
        }
        Deployment(
            "web",
            spec={
                "replicas": 6,
                "selector": {"match_labels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
            opts=inside,
        )
        Service("web", spec={"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]}, opts=inside)

    found = assessed(program)
    assert outcome(found, A).kind is Kind.UNDECIDED
    assert outcome(found, B).kind is Kind.RECOVERS


@pytest.mark.parametrize("by", ["a server", "Cloud NAT"])
def test_a_server_that_all_zones_of_google_leave_by(by: str) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=gcp.Provider("p", project="shop", region="europe-west1"))
        network = gcp.compute.Network("shop", auto_create_subnetworks=True, opts=opts)
        disk: Any = {"initialize_params": {"image": "debian-cloud/debian-12"}}
        outside: Any = [{"network": network.id, "access_configs": [{}]}]
        if by == "a server":
            nat = gcp.compute.Instance(
                "nat",
                machine_type="e2-small",
                zone="europe-west1-b",
                boot_disk=disk,
                network_interfaces=outside,
                can_ip_forward=True,
                opts=opts,
            )
            gcp.compute.Route(
                "out", network=network.id, dest_range="0.0.0.0/0", next_hop_instance=nat.id, priority=800, opts=opts
            )
        template = gcp.compute.InstanceTemplate(
            "web",
            machine_type="e2-small",
            disks=[{"source_image": "debian-cloud/debian-12"}],
            network_interfaces=[{"network": network.id}],
            opts=opts,
        )
        group = gcp.compute.RegionInstanceGroupManager(
            "web",
            region="europe-west1",
            base_instance_name="web",
            target_size=6,
            distribution_policy_zones=[f"europe-west1-{z}" for z in "bcd"],
            versions=[{"instance_template": template.id}],
            opts=opts,
        )
        worldwide(group.instance_group, opts)

    found = assessed(program)
    lost = outcome(found, "zone:gcp/europe-west1/europe-west1-b")
    assert lost.kind is (Kind.UNDECIDED if by == "a server" else Kind.RECOVERS)
    assert outcome(found, "zone:gcp/europe-west1/europe-west1-c").kind is Kind.RECOVERS
    assert says(found, "BC0043", "leave for the outside by server nat") is (by == "a server")
