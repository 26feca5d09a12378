"""What seems to be spread and stands in one place, a machine or a zone; and what no other zone takes over by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.autoscaling import Group
from pulumi_aws.ec2 import LaunchTemplate, PlacementGroup
from pulumi_aws.ecs import CapacityProvider, Cluster, ClusterCapacityProviders, Service, TaskDefinition
from pulumi_aws.lb import Listener, LoadBalancer, TargetGroup
from pulumi_aws.s3 import Bucket, BucketLifecycleConfiguration, DirectoryBucket
from pulumi_gcp import compute
from pulumi_gcp.compute import RegionInstanceGroupManager
from pulumi_gcp.container import Cluster as GkeCluster, NodePool
from pulumi_kubernetes import Provider

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, when_a_zone_is_lost
from tests.continuity.readings import gcp_programs as google, kubernetes_programs as pods
from tests.continuity.readings.programs import IRELAND, Region, Tier


def balanced(at: Region) -> TargetGroup:
    balancer = LoadBalancer("web", subnets=at.subnet_ids, opts=at.opts)
    targets = TargetGroup("web", port=80, protocol="HTTP", vpc_id=at.vpc.id, health_check={"path": "/"}, opts=at.opts)
    action: Any = {"type": "forward", "target_group_arn": targets.arn}
    Listener("web", load_balancer_arn=balancer.arn, port=443, default_actions=[action], opts=at.opts)
    return targets


def machines(at: Region, size: int, **more: Any) -> Group:
    template = LaunchTemplate("web", image_id="ami-1", instance_type="m7g.large", opts=at.opts)
    return Group(
        "web",
        min_size=size,
        max_size=size,
        desired_capacity=size,
        vpc_zone_identifiers=at.subnet_ids,
        launch_template={"id": template.id},
        health_check_type="ELB",
        opts=at.opts,
        **more,
    )


# -- one machine ------------------------------------------------------------------------------------------------------


def tasks(size: int) -> None:
    """Three tasks on servers of the cluster's own, of which there are so many."""
    at = Region("eu-west-1", IRELAND)
    targets, group, cluster = balanced(at), machines(at, size), Cluster("web", opts=at.opts)
    provider: Any = {"auto_scaling_group_arn": group.arn}
    providers = [CapacityProvider("web", auto_scaling_group_provider=provider, opts=at.opts).name]
    ClusterCapacityProviders("web", cluster_name=cluster.name, capacity_providers=providers, opts=at.opts)
    definition = json.dumps([{"name": "web", "image": "shop/web:1", "portMappings": [{"containerPort": 80}]}])
    Service(
        "tasks",
        cluster=cluster.arn,
        task_definition=TaskDefinition("web", family="web", container_definitions=definition, opts=at.opts).arn,
        desired_count=3,
        launch_type="EC2",
        load_balancers=[{"target_group_arn": targets.arn, "container_name": "web", "container_port": 80}],
        opts=at.opts,
    )


@pytest.mark.parametrize(("size", "right"), [(1, Judgement.MISSED), (3, Judgement.MET)])
def test_tasks_on_one_machine_wait_for_the_next(size: int, right: Judgement) -> None:
    found = assessed(lambda: tasks(size))
    gone = outcome(found, "server:tasks")
    assert judgement(gone, Objective.RECOVERY_TIME) is right
    assert any("may hold 3 replicas" in say(reason) for reason in gone.reasons) == (size == 1)
    assert when_a_zone_is_lost(found) >= {right}, "tasks stand where their machines do"


def nodes(count: int, most: int | None = None) -> None:
    """Three pods on so many nodes of GKE."""
    at = google.Region()
    made = GkeCluster("shop", location=f"{google.BELGIUM}-b", opts=at.opts)
    scaled: Any = {"max_node_count": most, "min_node_count": count} if most else None
    NodePool("shop", cluster=made.id, node_count=count, autoscaling=scaled, opts=at.opts)
    kubeconfig = pulumi.Output.concat("server: https://", made.endpoint)
    pods.web(pulumi.ResourceOptions(provider=Provider("shop", kubeconfig=kubeconfig)), replicas=3)


@pytest.mark.parametrize(("count", "most", "long"), [(1, None, True), (3, None, False), (1, 3, False)])
def test_pods_on_one_node_wait_for_the_next(count: int, most: int | None, long: bool) -> None:
    gone = outcome(assessed(lambda: nodes(count, most)), "server:web")
    assert gone.kind is Kind.RECOVERS
    assert (pessimistic(gone.time) > 1800) is long


# -- one zone ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "right"),
    [("cluster", {Judgement.UNKNOWN}), ("spread", {Judgement.MET}), ("partition", {Judgement.MET})],
)
def test_servers_that_are_packed_together_stand_in_one_zone(strategy: str, right: set[Judgement]) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        packed = PlacementGroup("web", strategy=strategy, opts=at.opts)
        machines(at, 3, placement_group=packed.name, target_group_arns=[balanced(at).arn])

    assert when_a_zone_is_lost(assessed(program)) == right


def pictures(storage: str | None, status: str = "Enabled") -> None:
    at = Region("eu-west-1", IRELAND)
    bucket = Bucket("media", opts=at.opts)
    if storage:
        moved: Any = [{"id": "old", "status": status, "transitions": [{"days": 30, "storage_class": storage}]}]
        BucketLifecycleConfiguration("media", bucket=bucket.id, rules=moved, opts=at.opts)
    Tier(at, environment={"MEDIA": bucket.bucket})


@pytest.mark.parametrize(
    ("program", "right"),
    [
        (lambda: pictures("ONEZONE_IA"), Judgement.UNKNOWN),
        (lambda: pictures("ONEZONE_IA", "Disabled"), Judgement.MET),
        (lambda: pictures("STANDARD_IA"), Judgement.MET),
        (lambda: pictures(None), Judgement.MET),
    ],
)
def test_objects_that_come_to_lie_in_one_zone_are_lost_with_it(program: Callable[[], None], right: Judgement) -> None:
    found = assessed(program)
    gone = outcome(found, "zone:aws/eu-west-1/euw1-az1")
    assert judgement(gone, Objective.DATA_LOSS) is right
    assert not any(one.scenario.id == "server:media" for one in found.scenarios), "no server of S3 is lost alone"


def test_a_directory_bucket_is_lost_with_the_zone_that_it_names() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        lies: Any = {"name": "euw1-az1"}
        bucket = DirectoryBucket("fast", bucket="fast--euw1-az1--x-s3", location=lies, opts=at.opts)
        Tier(at, environment={"MEDIA": bucket.bucket})

    found = assessed(program)
    assert outcome(found, "zone:aws/eu-west-1/euw1-az1").kind is Kind.LOST
    assert outcome(found, "zone:aws/eu-west-1/euw1-az2").kind is Kind.RECOVERS


# -- no other zone takes over -----------------------------------------------------------------------------------------


def group(size: int, most: int | None = None, **more: Any) -> None:
    """Instances over three zones, with an autoscaler where a maximum is given."""
    at = google.Region()
    disks: list[Any] = [{"boot": True, "source_image": google.IMAGE}]
    template = compute.InstanceTemplate("web", machine_type="n2-standard-4", disks=disks, opts=at.opts)
    versions: list[Any] = [{"instance_template": template.self_link}]
    made = RegionInstanceGroupManager(
        "web", base_instance_name="web", region=at.name, versions=versions, target_size=size, opts=at.opts, **more
    )
    if most:
        policy: Any = {"min_replicas": size, "max_replicas": most}
        compute.RegionAutoscaler("web", target=made.id, region=at.name, autoscaling_policy=policy, opts=at.opts)
    check = compute.HealthCheck("web", http_health_check={"port": 8080}, opts=at.opts)
    backends: list[Any] = [{"group": made.instance_group}]
    service = compute.BackendService("web", backends=backends, health_checks=check.id, opts=at.opts)
    proxy = compute.TargetHttpProxy(
        "web", url_map=compute.URLMap("web", default_service=service.id, opts=at.opts).id, opts=at.opts
    )
    address = compute.GlobalAddress("web", opts=at.opts)
    compute.GlobalForwardingRule("web", target=proxy.id, port_range="80", ip_address=address.address, opts=at.opts)


@pytest.mark.parametrize(
    ("program", "right"),
    [
        (lambda: group(1), Kind.PERSON),
        (lambda: group(1, 1), Kind.PERSON),
        (lambda: group(1, 3), Kind.RECOVERS),
        (lambda: group(3), Kind.RECOVERS),
        (lambda: group(1, instance_lifecycle_policy={"on_repair": {"allow_changing_zone": "YES"}}), Kind.RECOVERS),
    ],
    ids=["one", "one at most", "up to three", "three", "may change zones"],
)
def test_a_group_of_google_repairs_in_the_zone_that_is_lost(program: Callable[[], None], right: Kind) -> None:
    found = assessed(program)
    assert outcome(found, f"zone:gcp/{google.BELGIUM}/{google.BELGIUM}-b").kind is right
    assert outcome(found, "server:web").kind is Kind.RECOVERS


@pytest.mark.parametrize(
    ("pod", "right"),
    [
        ({"nodeName": "node-1"}, Kind.PERSON),
        ({"nodeSelector": {pods.HOST: "node-1"}}, Kind.PERSON),
        ({"nodeSelector": {"disk": "fast"}}, Kind.RECOVERS),
    ],
    ids=["by name", "by label", "of a kind"],
)
def test_pods_that_name_their_node_are_not_started_on_another(pod: Any, right: Kind) -> None:
    found = assessed(lambda: pods.web(pods.gke(zones=("b", "c", "d")), pod))
    assert outcome(found, "server:web").kind is right
