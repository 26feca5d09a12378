"""Components of well-known plugins are read by their published shape, and that is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import Provider
from pulumi_aws.ecs import Cluster

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.graph import load, record, to_json
from bcinfra.report.assess.page import page


class Remote(pulumi.ComponentResource):
    """A component that a plugin makes, as its SDK registers it."""

    def __init__(self, token: str, name: str, *outputs: str, **props: Any) -> None:
        super().__init__(token, name, {**dict.fromkeys(outputs), **props}, None, remote=True)


def network(**props: Any) -> Any:
    return Remote("awsx:ec2:Vpc", "net", "vpcId", "publicSubnetIds", "privateSubnetIds", **props)


def shop(count: int = 2, *, public: bool = False, **props: Any) -> None:
    """A balancer before containers in a network, all of them components of a plugin."""
    opts = pulumi.ResourceOptions(provider=Provider("dublin", region="eu-west-1"))
    net = network(**props)
    front: Any = Remote(
        "awsx:lb:ApplicationLoadBalancer", "web", "loadBalancer", "defaultTargetGroup", subnetIds=net.publicSubnetIds
    )
    container = {"image": "nginx:1", "portMappings": [{"targetGroup": front.defaultTargetGroup}]}
    Remote(
        "awsx:ecs:FargateService",
        "web",
        cluster=Cluster("shop", opts=opts).arn,
        desiredCount=count,
        assignPublicIp=public or None,
        networkConfiguration={"subnets": net.privateSubnetIds},
        taskDefinitionArgs={"container": container},
    )


def read_of(program: Any) -> Model:
    return with_defaults(read(load(json.loads(to_json(record(program))))))


def lost(found: Assessment, zone: int) -> Outcome:
    (result,) = (r for r in found.scenarios if r.scenario.id == f"zone:aws/eu-west-1/unnamed {zone} of net")
    (one,) = result.outcomes
    return one


def recovery(one: Outcome) -> Judgement:
    return next(v.judgement for v in one.verdicts if v.objective is Objective.RECOVERY_TIME)


def test_a_shop_of_components_survives_a_zone() -> None:
    model = read_of(shop)
    assert model.opaque == ()
    assert [len(pool.zones or ()) for pool in model.pools] == [3]
    assert [balancer.pools for balancer in model.balancers] == [tuple(pool.urn for pool in model.pools)]
    assert lost(assess(model), 1).kind is Kind.RECOVERS
    assert recovery(lost(assess(model), 1)) is Judgement.MET


def test_what_is_taken_from_a_published_shape_is_said() -> None:
    model = read_of(shop)
    shaped = [said for said in model.assumptions if said.kind is Assumes.OF_SHAPE]
    assert len(shaped) == 3
    said = page(assess(model), model, ("dev",)).rests
    assert "the published shape of awsx:ec2:Vpc net, awsx:ecs:FargateService web" in said


def egress(**props: Any) -> list[tuple[str, ...]]:
    """Where the ways stand that several zones leave by."""
    pools = read_of(lambda: shop(**props)).pools
    return [tuple(str(zone) for way in pool.egress for zone in way.zones) for pool in pools]


def test_one_nat_gateway_is_one_way_out() -> None:
    assert egress(natGateways={"strategy": "Single"}) == [("zone aws/eu-west-1/unnamed 1 of net",)]
    assert egress(natGateways={"strategy": "OnePerAz"}) == [()]
    assert egress() == [()], "one a zone is what the plugin makes where nothing is stated"
    assert egress(natGateways={"strategy": "None"}) == [()]
    assert egress(natGateways={"strategy": "Single"}, public=True) == [()], "an address of its own is a way out"
    (pool,) = read_of(lambda: shop(natGateways={"strategy": "Single"})).pools
    assert [way.serves for way in pool.egress] == [pool.zones]


def test_a_network_of_one_zone_is_lost_with_it() -> None:
    found = assess(read_of(lambda: shop(numberOfAvailabilityZones=1)))
    assert recovery(lost(found, 1)) is Judgement.MISSED


def cluster(**props: Any) -> list[tuple[int | None, int | None, int]]:
    def program() -> None:
        Provider("dublin", region="eu-west-1")
        net = network(numberOfAvailabilityZones=2)
        Remote("eks:index:Cluster", "shop", "kubeconfig", privateSubnetIds=net.privateSubnetIds, **props)

    return [(pool.minimum, pool.maximum, len(pool.zones or ())) for pool in read_of(program).pools]


def test_a_cluster_has_nodes_unless_it_is_told_to_have_none() -> None:
    assert cluster() == [(1, 2, 2)]
    assert cluster(minSize=3, maxSize=6, desiredCapacity=3) == [(3, 6, 2)]
    assert cluster(skipDefaultNodeGroup=True) == []


def test_a_component_that_nobody_published_stays_unseen() -> None:
    model = read_of(lambda: Remote("acme:index:Shop", "shop"))
    assert len(model.opaque) == 1
    assert not [said for said in model.assumptions if said.kind is Assumes.OF_SHAPE]


def test_what_a_live_stack_shows_counts_before_the_shape() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=Provider("dublin", region="eu-west-1"))
        net = network()
        Cluster("inside", opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=net)))

    model = read_of(program)
    assert not [said for said in model.assumptions if said.kind is Assumes.OF_SHAPE]


def test_shapes_are_read_from_inputs_alone() -> None:
    stated: Mapping[str, Any] = {"availabilityZoneNames": ["eu-west-1a", "eu-west-1b"]}
    (pool,) = read_of(lambda: shop(**stated)).pools
    assert [zone.short for zone in pool.zones or ()] == ["eu-west-1a", "eu-west-1b"]


def test_what_a_known_chart_deploys_is_named_and_not_judged() -> None:
    def program(chart: str) -> None:
        pulumi.CustomResource("kubernetes:helm.sh/v3:Release", "orders", {"chart": chart})

    known = read_of(lambda: program("oci://registry-1.docker.io/bitnamicharts/mysql"))
    assert [said.object for said in known.assumptions if said.kind is Assumes.IN_CHART] == ["a MySQL database"]
    assert known.stores == ()
    assert len(known.opaque) == 1
    assert any("a MySQL database in kubernetes:helm.sh/v3:Release orders" in said for said in rests_on(known))
    other = read_of(lambda: program("oci://registry.example/acme/shop"))
    assert not [said for said in other.assumptions if said.kind is Assumes.IN_CHART]


def rests_on(model: Model) -> list[str]:
    return page(assess(model), model, ("dev",)).rests.split("; ")
