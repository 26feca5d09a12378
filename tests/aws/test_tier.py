from __future__ import annotations

import json
from datetime import date
from typing import Any

import pulumi
import pytest

from bcinfra.aws import policies
from bcinfra.aws.fargate import FargateTier, FargateTierArgs
from bcinfra.aws.instances import InstanceTier, InstanceTierArgs
from bcinfra.aws.replicas import Reach
from bcinfra.aws.tier import Behind
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource
from bcinfra.spec import Peak
from tests.aws.conftest import ACCOUNT, counts, declare, named, region, statements
from tests.aws.shop import ZONES
from tests.helpers import refusals, row

IMAGE = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/web/shop:1.4.2"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:orders-AbCdEf"
PEAKS = {"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=4)}


def common(*, disposable: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "region": region("eu-west-1", disposable=disposable),
        "vpc_id": "vpc-dublin",
        "subnet_ids": {zone: f"private-{zone}" for zone in ZONES["dublin"]},
        "load_balancer_subnet_ids": {zone: f"public-{zone}" for zone in ZONES["dublin"]},
        "certificate_arn": "arn:aws:acm:eu-west-1:111111111111:certificate/shop",
        "replicas": 3,
        "peak": 20,
        **more,
    }


def fargate_args(**more: Any) -> FargateTierArgs:
    return FargateTierArgs(**common(**{"image": IMAGE, "cpu": 1, "memory": 2, **more}))


def instance_args(**more: Any) -> InstanceTierArgs:
    return InstanceTierArgs(**common(**{"image": "ami-0123456789abcdef0", "instance_type": "m7g.large", **more}))


def containers(**more: Any) -> Graph:
    return declare(lambda: FargateTier("web", fargate_args(**more)))


def instances(**more: Any) -> Graph:
    return declare(lambda: InstanceTier("web", instance_args(**more)))


@pytest.fixture(scope="module")
def fargate() -> Graph:
    return containers()


@pytest.fixture(scope="module")
def group() -> Graph:
    return instances()


@pytest.fixture(scope="module", params=[containers, instances])
def either(request: pytest.FixtureRequest) -> Graph:
    return request.param(
        reaches={"orders": Reach(security_group_id="sg-orders", port=3306)}, access_log_bucket="access-logs"
    )


FRONT_DOOR = {
    "aws:lb/loadBalancer:LoadBalancer": 1,
    "aws:lb/targetGroup:TargetGroup": 1,
    "aws:lb/listener:Listener": 2,
    "aws:ec2/securityGroup:SecurityGroup": 2,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 3,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 2,
}


def test_a_container_tier_is_this_and_nothing_else(fargate: Graph) -> None:
    assert counts(fargate) == FRONT_DOOR | {
        "bcinfra:aws:FargateTier": 1,
        "aws:ecs/cluster:Cluster": 1,
        "aws:ecs/service:Service": 1,
        "aws:ecs/taskDefinition:TaskDefinition": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:appautoscaling/target:Target": 1,
        "aws:appautoscaling/policy:Policy": 2,
    }


def test_an_instance_tier_is_this_and_nothing_else(group: Graph) -> None:
    assert counts(group) == FRONT_DOOR | {
        "bcinfra:aws:InstanceTier": 1,
        "aws:ec2/launchTemplate:LaunchTemplate": 1,
        "aws:autoscaling/group:Group": 1,
        "aws:autoscaling/policy:Policy": 3,
        "aws:iam/instanceProfile:InstanceProfile": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    }


# The way in, the same for both


def test_the_load_balancer_spans_all_zones_and_is_guarded(either: Graph) -> None:
    balancer = row(either, "LoadBalancer", "web-load-balancer")
    assert balancer.inputs["subnets"] == [f"public-{zone}" for zone in ZONES["dublin"]]
    assert balancer.options.protect
    for field in (
        "enableDeletionProtection",
        "enableCrossZoneLoadBalancing",
        "enableZonalShift",
        "dropInvalidHeaderFields",
    ):
        assert balancer.inputs[field] is True, field
    assert balancer.inputs["accessLogs"] == {"bucket": "access-logs", "enabled": True, "prefix": "web"}


@pytest.mark.parametrize("made", [containers, instances])
def test_a_load_balancer_keeps_ready_what_is_reserved(made: Any) -> None:
    def kept(graph: Graph) -> object:
        return row(graph, "LoadBalancer", "web-load-balancer").inputs.get("minimumLoadBalancerCapacity")

    assert kept(made(balancer_units=400)) == {"capacityUnits": 400}
    assert kept(made()) is None
    said = "balancer_units: 50 is fewer than AWS reserves; take 100 or more, or 0"
    assert refusals(lambda: fargate_args(balancer_units=50)) == [said]


def test_everybody_is_led_to_tls(either: Graph) -> None:
    https, http = row(either, "Listener", "web-https").inputs, row(either, "Listener", "web-http").inputs
    assert (https["port"], https["protocol"], https["sslPolicy"]) == (
        443,
        "HTTPS",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
    )
    assert https["certificateArn"] == "arn:aws:acm:eu-west-1:111111111111:certificate/shop"
    assert http["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]


def test_a_replica_is_checked_drained_and_owns_no_session(either: Graph) -> None:
    targets = row(either, "TargetGroup", "web-targets").inputs
    assert targets["healthCheck"] == {
        "path": "/healthz",
        "matcher": "200",
        "interval": 10,
        "timeout": 5,
        "healthyThreshold": 2,
        "unhealthyThreshold": 3,
    }
    assert targets["deregistrationDelay"] == 60
    assert targets["stickiness"] == {"type": "lb_cookie", "enabled": False}


def test_every_flow_has_a_rule_and_there_is_no_other(either: Graph) -> None:
    def flows(kind: str) -> dict[str, tuple[object, ...]]:
        return {
            r.name: (
                r.inputs["fromPort"],
                r.inputs["toPort"],
                r.inputs.get("cidrIpv4"),
                _of(r, "securityGroupId"),
                _of(r, "referencedSecurityGroupId"),
            )
            for r in either.of_type(f"aws:vpc/{kind[0].lower()}{kind[1:]}:{kind}")
        }

    outside, inside, anyone = "web-load-balancer", "web-replicas", "0.0.0.0/0"
    assert flows("SecurityGroupIngressRule") == {
        "web-from-internet-https": (443, 443, anyone, outside, None),
        "web-from-internet-http": (80, 80, anyone, outside, None),
        "web-from-load-balancer": (8080, 8080, None, inside, outside),
        "web-at-orders": (3306, 3306, None, "sg-orders", inside),
    }
    assert flows("SecurityGroupEgressRule") == {
        "web-to-replicas": (8080, 8080, None, outside, inside),
        "web-to-https": (443, 443, anyone, inside, None),
        "web-to-orders": (3306, 3306, None, inside, "sg-orders"),
    }
    for security_group in either.of_type("aws:ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & security_group.inputs.keys()


def _of(resource: Resource, field: str) -> object:
    """The group that ``field`` names: the literal id, or the name of the resource it comes from."""
    value = resource.inputs.get(field)
    if isinstance(value, str) or value is None:
        return value
    (urn,) = resource.property_dependencies[field]
    return urn.rsplit("::", 1)[1]


def test_another_port_makes_a_new_target_group_before_the_old_one_goes() -> None:
    assert row(containers(), "TargetGroup", "web-targets").inputs["name"] == "web-8080"
    assert row(containers(port=9000), "TargetGroup", "web-targets").inputs["name"] == "web-9000"


# Containers


def test_a_service_spans_all_its_zones_and_stays_balanced(fargate: Graph) -> None:
    service = row(fargate, "Service", "web-service").inputs
    network = service["networkConfiguration"]
    assert network["subnets"] == [f"private-{zone}" for zone in ZONES["dublin"]]  # type: ignore[index,call-overload]
    assert network["assignPublicIp"] is False  # type: ignore[index,call-overload]
    assert service["availabilityZoneRebalancing"] == "ENABLED"
    assert service["desiredCount"] == 3


def test_a_deployment_takes_nothing_away_and_goes_back_by_itself(fargate: Graph) -> None:
    service = row(fargate, "Service", "web-service")
    assert (service.inputs["deploymentMinimumHealthyPercent"], service.inputs["deploymentMaximumPercent"]) == (100, 200)
    assert service.inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert service.inputs["healthCheckGracePeriodSeconds"] == 60
    assert service.options.ignore_changes == ("desiredCount",)
    assert row(fargate, "Listener", "web-https").urn in service.dependencies


def test_a_container_is_confined() -> None:
    graph = containers(environment={"MODE": "shop"}, secrets={"DB": SECRET})
    text = row(graph, "TaskDefinition", "web-task").inputs["containerDefinitions"]
    assert isinstance(text, str)
    (container,) = json.loads(text)
    assert container["readonlyRootFilesystem"] is True
    assert container["user"] == "65532:65532"
    assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert container["mountPoints"] == []
    assert container["environment"] == [{"name": "MODE", "value": "shop"}]
    assert container["secrets"] == [{"name": "DB", "valueFrom": SECRET}]
    assert container["logConfiguration"]["options"]["mode"] == "non-blocking"


def test_who_is_not_root_may_write_where_it_is_promised() -> None:
    graph = containers(writable=frozenset({"/tmp", "/var/cache/shop"}), writable_mib=32)
    task = row(graph, "TaskDefinition", "web-task").inputs
    assert task["volumes"] == [], "an empty volume of Fargate belongs to root"
    (container,) = json.loads(str(task["containerDefinitions"]))
    assert container["linuxParameters"]["tmpfs"] == [
        {"containerPath": path, "size": 32, "mountOptions": ["mode=1777", "nosuid", "nodev"]}
        for path in ("/tmp", "/var/cache/shop")
    ]


def test_each_service_is_asked_for_its_own_secrets() -> None:
    parameter = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/shop/password"
    graph = containers(secrets={"DB": SECRET, "CACHE": pulumi.Output.from_input(parameter)})
    may = {tuple(row["Action"]): row["Resource"] for row in statements(row(graph, "RolePolicy", "web-execution"))}
    assert may[("secretsmanager:GetSecretValue",)] == [SECRET]
    assert may[("ssm:GetParameters",)] == [parameter]


def test_a_task_has_the_smallest_size_that_fits() -> None:
    task = row(containers(cpu=0.5, memory=1.5), "TaskDefinition", "web-task").inputs
    assert (task["cpu"], task["memory"]) == ("512", "2048")


def test_starting_a_task_needs_its_image_its_secrets_and_its_log_alone() -> None:
    def program() -> None:
        FargateTier(
            "web",
            fargate_args(
                secrets={"DB": f"{SECRET}:password::"}, secret_key_arns={"orders": "arn:key"}, log_key_arn="k"
            ),
        )

    graph = declare(program)
    assert row(graph, "LogGroup", "web-logs").inputs["kmsKeyId"] == "k"
    assert statements_of(graph) == {
        "logs:CreateLogStream": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/ecs/web:*",
        "ecr:GetAuthorizationToken": "*",
        "ecr:BatchCheckLayerAvailability": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/web/shop",
        "secretsmanager:GetSecretValue": SECRET,
        "kms:Decrypt": "arn:key",
    }


def test_where_the_account_is_not_known_the_policy_waits_for_the_log() -> None:
    def program() -> None:
        here = region("eu-west-1", account=None)
        FargateTier("web", FargateTierArgs(**{**common(), "region": here, "image": IMAGE, "cpu": 1, "memory": 2}))

    graph = declare(program)
    policy = row(graph, "RolePolicy", "web-execution")
    assert policy.inputs["policy"] is UNKNOWN
    assert row(graph, "LogGroup", "web-logs").urn in policy.property_dependencies["policy"]


def statements_of(graph: Graph) -> dict[str, object]:
    return {
        statement["Action"][0]: statement["Resource"][0]
        for statement in statements(row(graph, "RolePolicy", "web-execution"))
    }


def test_the_program_may_do_nothing_in_aws_but_what_it_is_given(fargate: Graph) -> None:
    assert [p.name for p in fargate.of_type("aws:iam/rolePolicy:RolePolicy")] == ["web-execution"]

    def program() -> None:
        mail = policies.document(policies.allow(["ses:SendEmail"], ["arn:aws:ses:eu-west-1:1:identity/shop"]))
        FargateTier("web", fargate_args(policy=mail))

    assert statements(row(declare(program), "RolePolicy", "web-task"))[0]["Action"] == ["ses:SendEmail"]


def test_containers_scale_on_load_and_on_the_calendar() -> None:
    graph = containers(peaks=PEAKS)
    target = row(graph, "Target", "web-scaling")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (2, 20)
    assert target.inputs["resourceId"] == "service/web/web"
    assert row(graph, "Service", "web-service").urn in target.dependencies
    assert target.options.ignore_changes == ("minCapacity",)
    up = row(graph, "ScheduledAction", "web-black-friday-start").inputs
    assert (up["schedule"], up["timezone"]) == ("cron(0 10 ? 11 5#4 *)", "UTC"), "the fourth Thursday"
    assert up["scalableTargetAction"] == {"minCapacity": 12, "maxCapacity": 20}
    down = row(graph, "ScheduledAction", "web-black-friday-end").inputs
    assert (down["schedule"], down["scalableTargetAction"]) == (
        "cron(0 12 ? 12 3#1 *)",
        {"minCapacity": 2, "maxCapacity": 20},
    )
    assert metrics(graph, "aws:appautoscaling/policy:Policy", "targetTrackingScalingPolicyConfiguration") == {
        "ECSServiceAverageCPUUtilization": 50,
        "ALBRequestCountPerTarget": 1000,
    }


def metrics(graph: Graph, token: str, field: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for policy in graph.of_type(token):
        configuration: Any = policy.inputs.get(field)
        if configuration is None:
            continue
        found[configuration["predefinedMetricSpecification"]["predefinedMetricType"]] = configuration["targetValue"]
    return found


def test_without_a_calendar_the_minimum_is_declared(fargate: Graph, group: Graph) -> None:
    assert row(fargate, "Target", "web-scaling").options.ignore_changes == ()
    assert row(group, "Group", "web-group").options.ignore_changes == ("desiredCapacity",)


def test_a_pilot_light_runs_nothing_but_is_ready() -> None:
    graph = containers(replicas=0, minimum=0)
    assert row(graph, "Service", "web-service").inputs["desiredCount"] == 0
    target = row(graph, "Target", "web-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (0, 20)


# Instances


def test_a_group_spans_all_its_zones_and_replaces_what_fails(group: Graph) -> None:
    inputs = row(group, "Group", "web-group").inputs
    assert inputs["vpcZoneIdentifiers"] == [f"private-{zone}" for zone in ZONES["dublin"]]
    assert inputs["healthCheckType"] == "ELB"
    assert (inputs["minSize"], inputs["desiredCapacity"], inputs["maxSize"]) == (2, 3, 20)
    assert {"key": "customer", "value": "acme", "propagateAtLaunch": True} in inputs["tags"]  # type: ignore[operator]


def test_an_instance_is_hardened(group: Graph) -> None:
    template = row(group, "LaunchTemplate", "web-template").inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    (disk,) = template["blockDeviceMappings"]  # type: ignore[misc]
    assert disk["ebs"]["encrypted"] == "true"  # type: ignore[index,call-overload]
    assert "keyName" not in template, "Session Manager, not SSH"


def test_new_instances_start_before_old_ones_stop_and_a_bad_image_is_taken_back(group: Graph) -> None:
    def preferences(graph: Graph) -> dict[str, Any]:
        refresh: Any = row(graph, "Group", "web-group").inputs["instanceRefresh"]
        return refresh["preferences"]

    assert preferences(group)["minHealthyPercentage"] == 100
    assert preferences(group)["autoRollback"] is True
    late = instances(image="resolve:ssm:/shop/image")
    assert row(late, "LaunchTemplate", "web-template").inputs["imageId"] == "resolve:ssm:/shop/image"
    assert preferences(late)["autoRollback"] is False, "EC2 Auto Scaling cannot go back to a parameter's old value"


def test_instances_scale_on_load_and_on_the_calendar() -> None:
    graph = instances(peaks=PEAKS, warm=True)
    up = row(graph, "Schedule", "web-black-friday-start").inputs
    assert (up["recurrence"], up["minSize"], up["maxSize"], up["desiredCapacity"]) == ("0 10 22 11 *", 12, -1, -1)
    assert row(graph, "Group", "web-group").options.ignore_changes == ("desiredCapacity", "minSize")
    warm: Any = row(graph, "Group", "web-group").inputs["warmPool"]
    assert warm == {"poolState": "Stopped", "instanceReusePolicy": {"reuseOnScaleIn": True}}
    assert metrics(graph, "aws:autoscaling/policy:Policy", "targetTrackingConfiguration") == {
        "ASGAverageCPUUtilization": 50,
        "ALBRequestCountPerTarget": 1000,
    }


def test_room_is_kept_in_every_zone_for_the_group_alone() -> None:
    names = {zone: f"eu-west-1{letter}" for zone, letter in zip(ZONES["dublin"], "abc", strict=True)}
    graph = instances(reserved=10, zone_names=names)
    made = {one.name: one.inputs for one in graph.of_type("aws:ec2/capacityReservation:CapacityReservation")}
    assert {name: (one["availabilityZone"], one["instanceCount"]) for name, one in made.items()} == {
        f"web-room-{zone}": (name, 4) for zone, name in names.items()
    }
    assert {(one["instanceType"], one["instancePlatform"]) for one in made.values()} == {("m7g.large", "Linux/UNIX")}
    assert {(one["instanceMatchCriteria"], one["endDateType"]) for one in made.values()} == {("targeted", "unlimited")}
    group = row(graph, "Group", "web-group")
    stated: Any = group.inputs["capacityReservationSpecification"]
    assert stated["capacityReservationPreference"] == "capacity-reservations-first", "elsewhere once that is full"
    led = {urn.rpartition("::")[2] for urn in group.property_dependencies["capacityReservationSpecification"]}
    assert led == made.keys()


def test_room_for_more_than_may_run_or_in_unnamed_zones_is_refused() -> None:
    assert refusals(lambda: instance_args(reserved=21)) == [
        "reserved: 21 is more than peak, 20: the rest could never run",
        f"zone_names: lacks {', '.join(sorted(ZONES['dublin']))}, where room is reserved; give Network(...).zone_names",
    ]


def test_a_forecast_starts_instances_before_their_hour(group: Graph) -> None:
    policy = row(group, "Policy", "web-forecast").inputs
    stated: Any = policy["predictiveScalingConfiguration"]
    assert (policy["policyType"], stated["mode"]) == ("PredictiveScaling", "ForecastAndScale")
    assert (stated["maxCapacityBreachBehavior"], stated["schedulingBufferTime"]) == ("HonorMaxCapacity", "300")
    metric = stated["metricSpecification"]
    assert metric["predefinedMetricPairSpecification"] == {"predefinedMetricType": "ASGCPUUtilization"}
    assert metric["targetValue"] == 50


def test_instances_may_read_the_secrets_they_are_given() -> None:
    graph = instances(secrets={"DB": SECRET})
    (statement,) = statements(row(graph, "RolePolicy", "web-secrets"))
    assert (statement["Action"], statement["Resource"]) == (["secretsmanager:GetSecretValue"], [SECRET])


def test_user_data_is_encoded() -> None:
    graph = declare(lambda: InstanceTier("web", instance_args(user_data=pulumi.Output.from_input("#!/bin/sh"))))
    assert row(graph, "LaunchTemplate", "web-template").inputs["userData"] == "IyEvYmluL3No"


# Both


@pytest.mark.parametrize("make", [containers, instances])
def test_a_disposable_tier_can_be_removed(make: Any) -> None:
    balancer = row(make(disposable=True), "LoadBalancer", "web-load-balancer")
    assert not balancer.options.protect
    assert balancer.inputs["enableDeletionProtection"] is False


def test_zones_answer_apart_where_that_is_asked_for() -> None:
    apart, mixed = (
        row(containers(replicas=6, minimum=6, zones_apart=how), "TargetGroup", "web-targets").inputs.get(
            "loadBalancingCrossZoneEnabled"
        )
        for how in (True, False)
    )
    assert (apart, mixed) == ("false", None)


def test_a_zone_that_answers_for_itself_has_two_replicas() -> None:
    assert refusals(lambda: fargate_args(replicas=6, minimum=5, zones_apart=True)) == [
        "minimum: 5 replicas leave one of 3 zones a single one, whose loss fails that zone; take 6 or more, or"
        " zones_apart=False"
    ]
    fargate_args(replicas=6, minimum=6, zones_apart=True)
    fargate_args(replicas=0, minimum=0, zones_apart=True)


def test_clients_leave_a_zone_that_is_left_within_minutes(fargate: Graph) -> None:
    assert row(fargate, "LoadBalancer", "web-load-balancer").inputs["clientKeepAlive"] == 300


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: fargate_args(
            replicas=1,
            minimum=2,
            cpu=1,
            memory=119,
            client_groups={"internet": "sg-1"},
            environment={"DB": "x"},
            secrets={"DB": SECRET},
            reaches={"https": Reach(security_group_id="sg", port=443)},
        )
    ) == [
        "replicas: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light",
        "replicas: 1 is not between minimum (2) and peak (20)",
        "client_groups: 'internet' names two kinds of clients; each name is used once",
        "egress_cidrs: 'https' is also in reaches; each name is used once",
        "environment: 'DB' is also in secrets; a variable has one source",
    ]


def test_behind_a_delivery_network_nobody_else_gets_in() -> None:
    closed = containers(behind=Behind(prefix_list_id="pl-edge", keys=("old", "new")))
    sources = {
        name.removeprefix("web-from-"): rule.inputs.get("cidrIpv4") or rule.inputs.get("prefixListId")
        for name, rule in named(closed, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").items()
        if rule.inputs["fromPort"] == 443
    }
    assert sources["edge-https"] == "pl-edge"
    assert "0.0.0.0/0" not in sources.values()
    ranges = row(closed, "ManagedPrefixList", "web-checkers")
    assert len(ranges.inputs["entries"]) == ranges.inputs["maxEntries"]  # pyright: ignore[reportArgumentType]
    https = row(closed, "Listener", "web-https")
    assert [action["type"] for action in https.inputs["defaultActions"]] == ["fixed-response"]  # pyright: ignore
    keyed, asked = (row(closed, "ListenerRule", f"web-{what}") for what in ("keyed", "asked"))
    assert "/healthz" in str(asked.inputs["conditions"])
    assert "httpHeader" in str(keyed.inputs["conditions"])
    service = row(closed, "Service", "web-service")
    assert {keyed.urn, asked.urn, https.urn} <= set(service.dependencies), "without a rule its group has no balancer"
    assert not [r for r in closed.of_type("aws:lb/listener:Listener") if r.inputs["port"] == 80]
