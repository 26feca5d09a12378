"""Tiers: replicas over zones, with an identity of their own, ready before the customers."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from bcinfra.continuity.readings.read import read
from bcinfra.gcp.instances import InstanceTier, InstanceTierArgs, Reach
from bcinfra.gcp.internal import InternalBalancer, InternalBalancerArgs
from bcinfra.gcp.run import CloudRunTier, CloudRunTierArgs
from bcinfra.graph.core.model import Graph
from bcinfra.spec import Peak
from tests.continuity.knockouts.edits import put, without
from tests.gcp.conftest import counts, declare, key_name, needs, nested, region
from tests.helpers import refusals, row, rows

COMMON: dict[str, Any] = {
    "network_id": "projects/acme-prod/global/networks/shop",
    "subnet_id": "projects/acme-prod/regions/europe-west1/subnetworks/workloads",
    "peak": 20,
}
IDENTITY = "web-europe-west1@acme-prod.iam.gserviceaccount.com"
SALE = {"black-friday": Peak(start=date(2026, 11, 26), end=date(2026, 11, 30), factor=5)}


def instances(**args: Any) -> Graph:
    known = {**COMMON, "image": "projects/acme-prod/global/images/family/web", "machine_type": "n4-standard-2"}
    return declare(lambda: InstanceTier("web", InstanceTierArgs(**{"region": region(), **known, **args})))


def containers(*, disposable: bool = False, **args: Any) -> Graph:
    known = {**COMMON, "image": "europe-docker.pkg.dev/acme/shop/web:1"}
    return declare(
        lambda: CloudRunTier("web", CloudRunTierArgs(**{"region": region(disposable=disposable), **known, **args}))
    )


@pytest.fixture(scope="module")
def machines() -> Graph:
    return instances(peaks=SALE, replicas=3, secrets={"DB_PASSWORD": "projects/acme-prod/secrets/db"})


def test_what_an_instance_tier_is_made_of(machines: Graph) -> None:
    assert counts(machines) == {
        "Account": 1,
        "IAMMember": 2,
        "SecretIamMember": 1,
        "Firewall": 3,
        "InstanceTemplate": 1,
        "HealthCheck": 1,
        "RegionInstanceGroupManager": 1,
        "RegionAutoscaler": 1,
    }


def test_replicas_are_spread_healed_and_replaced_without_a_gap(machines: Graph) -> None:
    group = row(machines, "RegionInstanceGroupManager", "web-group")
    assert nested(group, "distributionPolicyZones") == ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
    assert group.inputs["distributionPolicyTargetShape"] == "EVEN"
    assert needs(machines, group, "autoHealingPolicies") == {"web-alive"}
    assert nested(group, "updatePolicy", "maxUnavailableFixed") == 0
    assert nested(group, "updatePolicy", "maxSurgeFixed") == 3
    assert "targetSize" not in group.inputs, "the number of replicas belongs to the autoscaler"


def test_capacity_is_there_before_the_customers(machines: Graph) -> None:
    policy = nested(row(machines, "RegionAutoscaler", "web-autoscaler"), "autoscalingPolicy")
    assert (policy["minReplicas"], policy["maxReplicas"]) == (2, 20)
    assert policy["cpuUtilization"] == {"target": 0.5, "predictiveMethod": "OPTIMIZE_AVAILABILITY"}
    assert policy["scalingSchedules"] == [
        {
            "name": "black-friday",
            "schedule": "0 10 21 11 *",  # Black Friday is on 23 November at the earliest, on the 29th at the latest
            "durationSec": (5 + 6) * 86400 + 26 * 3600,
            "minRequiredReplicas": 15,
            "timeZone": "UTC",
        }
    ]


def test_room_is_kept_in_every_zone() -> None:
    made = rows(instances(reserved=10), "Reservation")
    assert {one.inputs["zone"] for one in made.values()} == {f"europe-west1-{letter}" for letter in "bcd"}
    for one in made.values():
        kept = nested(one, "specificReservation")
        assert kept == {"count": 4, "instanceProperties": {"machineType": "n4-standard-2"}}
        assert not one.inputs.get("specificReservationRequired"), "a template that names it launches nothing beyond it"
    known = {**COMMON, "image": "x", "machine_type": "x"}
    assert refusals(lambda: InstanceTierArgs(region=region(), **known, reserved=21)) == [
        "reserved: 21 is more than peak, 20: the rest could never run"
    ]


def test_what_a_group_launches_is_what_room_is_kept_for() -> None:
    def kept(graph: Graph) -> list[int]:
        (pool,) = read(graph).pools
        return [room.servers for room in pool.rooms or ()]

    graph = instances(reserved=10)
    (room, *_), (template,) = (rows(graph, kind).values() for kind in ("Reservation", "InstanceTemplate"))
    assert kept(graph) == [4, 4, 4]
    assert kept(without(graph, room)) == [4, 4]
    assert kept(put(graph, template, "machineType", "n4-standard-4")) == []
    assert kept(put(graph, template, "scheduling", {"provisioningModel": "SPOT"})) == []


def test_every_flow_has_a_rule_and_the_rest_is_refused() -> None:
    graph = instances(reaches={"mysql": Reach(cidr="10.0.128.0/18", port=3306)})
    rules = rows(graph, "Firewall")
    assert {rule.name: rule.inputs.get("allows") for rule in rules.values()} == {
        "web-from-front-ends": [{"protocol": "tcp", "ports": ["8080"]}],
        "web-to-mysql": [{"protocol": "tcp", "ports": ["3306"]}],
        "web-to-nothing-else": None,
    }
    assert rules["web-from-front-ends"].inputs["sourceRanges"] == ["35.191.0.0/16", "130.211.0.0/22"]
    assert rules["web-to-nothing-else"].inputs["denies"] == [{"protocol": "all"}]
    assert nested(rules["web-to-nothing-else"], "priority") > nested(rules["web-to-mysql"], "priority")
    assert {str(rule.inputs["targetServiceAccounts"]) for rule in rules.values()} == {str([IDENTITY])}


def test_instances_boot_what_was_signed_and_have_no_public_address(machines: Graph) -> None:
    template = row(machines, "InstanceTemplate", "web-template")
    assert nested(template, "shieldedInstanceConfig", "enableSecureBoot") is True
    assert "accessConfigs" not in nested(template, "networkInterfaces")[0]
    assert nested(template, "metadata", "block-project-ssh-keys") == "true"
    assert nested(template, "serviceAccount", "email") == IDENTITY


def test_a_boot_disk_has_the_key_it_is_given() -> None:
    template = row(instances(disk_key_name=key_name("europe-west1")), "InstanceTemplate", "web-template")
    assert nested(template, "disks")[0]["diskEncryptionKey"] == {"kmsKeySelfLink": key_name("europe-west1")}


def test_a_tier_may_do_what_it_is_told_and_nothing_else(machines: Graph) -> None:
    assert {grant.inputs["role"] for grant in rows(machines, "IAMMember").values()} == {
        "roles/logging.logWriter",
        "roles/monitoring.metricWriter",
    }
    (secret,) = rows(machines, "SecretIamMember").values()
    assert (secret.inputs["secretId"], secret.inputs["member"]) == (
        "projects/acme-prod/secrets/db",
        f"serviceAccount:{IDENTITY}",
    )


def test_one_replica_too_few_zones_and_a_region_without_zones_are_refused() -> None:
    known = {**COMMON, "image": "x", "machine_type": "x"}
    assert refusals(lambda: InstanceTierArgs(region=region(), **known, minimum=1, zones=("europe-west1-b",))) == [
        "minimum: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light",
        "zones: ['europe-west1-b'] are not two or more different zones",
    ]
    assert refusals(lambda: InstanceTierArgs(region=region("moon-west1"), **known, minimum=30)) == [
        "minimum: 30 is more than peak, 20",
        "zones: no zones known for region 'moon-west1' (table of 2025-10); did you mean 'me-west1'?",
    ]


@pytest.fixture(scope="module")
def run() -> Graph:
    return containers(
        environment={"SITE": "ghent"}, secrets={"DB_PASSWORD": "projects/acme-prod/secrets/db"}, cpu=2, memory=1.5
    )


def test_what_a_cloud_run_tier_is_made_of(run: Graph) -> None:
    assert counts(run) == {
        "Account": 1,
        "IAMMember": 2,
        "SecretIamMember": 1,
        "Service": 1,
        "RegionNetworkEndpointGroup": 1,
    }


def test_replicas_wait_for_the_peak_whenever_it_may_come() -> None:
    sales = Peak(start=date(2026, 7, 1), end=date(2026, 7, 3), factor=4)
    friday = Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=30)
    graph = containers(peaks={"sales": sales, "friday": friday}, replicas=3)
    assert {
        (job.inputs["schedule"], base64.b64decode(nested(job, "httpTarget", "body")).decode())
        for job in rows(graph, "Job").values()
    } == {
        ("0 10 30 6 *", '{"scaling":{"minInstanceCount":12}}'),
        ("0 12 4 7 *", '{"scaling":{"minInstanceCount":2}}'),
        ("0 10 22 11 *", '{"scaling":{"minInstanceCount":20}}'),  # Black Friday is on 23 November at the earliest
        ("0 12 3 12 *", '{"scaling":{"minInstanceCount":2}}'),  # and on the 29th at the latest
    }
    assert {grant.inputs["role"] for grant in rows(graph, "ServiceIamMember").values()} == {
        "projects/acme-prod/roles/" + rows(graph, "IAMCustomRole")["web-calendar-europe-west1-changes"].inputs["roleId"]
    }
    assert not rows(containers(peaks={"sales": sales}, minimum=0), "Job"), "what keeps none grows as it is asked"


def test_only_the_load_balancer_reaches_the_service(run: Graph) -> None:
    service = row(run, "Service", "web-service")
    assert service.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    assert service.inputs["defaultUriDisabled"] is True
    endpoints = row(run, "RegionNetworkEndpointGroup", "web-endpoints")
    assert endpoints.inputs["networkEndpointType"] == "SERVERLESS"
    assert needs(run, endpoints, "cloudRun") == {"web-service"}


def test_replicas_wait_ready_and_are_replaced_when_they_stop_answering(run: Graph) -> None:
    service = row(run, "Service", "web-service")
    assert nested(service, "scaling", "minInstanceCount") == 2
    assert nested(service, "template", "scaling", "maxInstanceCount") == 20
    (container,) = nested(service, "template", "containers")
    assert container["resources"] == {
        "limits": {"cpu": "2", "memory": "1536Mi"},
        "cpuIdle": False,
        "startupCpuBoost": True,
    }
    assert container["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": 8080}
    assert "livenessProbe" not in container, "a database that is away must restart nobody"
    startup = container["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 60


def test_secrets_are_named_and_never_told(run: Graph) -> None:
    (container,) = nested(row(run, "Service", "web-service"), "template", "containers")
    assert container["envs"] == [
        {"name": "SITE", "value": "ghent"},
        {
            "name": "DB_PASSWORD",
            "valueSource": {"secretKeyRef": {"secret": "projects/acme-prod/secrets/db", "version": "latest"}},
        },
    ]


@pytest.mark.parametrize("disposable", [False, True])
def test_the_deletion_policy_guards_the_service(disposable: bool) -> None:
    assert (
        row(containers(disposable=disposable), "Service", "web-service").inputs["deletionProtection"] is not disposable
    )


def test_a_variable_has_one_source() -> None:
    known = {**COMMON, "image": "x", "environment": {"A": "1"}, "secrets": {"A": "2"}}
    assert refusals(lambda: CloudRunTierArgs(region=region(), **known)) == [
        "environment: 'A' is also in secrets; a variable has one source"
    ]


# -- tiers behind another


def test_a_tier_behind_another_is_reached_over_the_network_and_by_those_who_may_call_it_alone() -> None:
    behind = row(containers(internal=True), "Service", "web-service")
    assert behind.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    assert behind.inputs["invokerIamDisabled"] is False
    assert behind.inputs["defaultUriDisabled"] is False, "callers need an address"
    ahead = row(containers(), "Service", "web-service")
    assert ahead.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"


def test_a_tier_that_calls_another_sends_everything_over_the_network() -> None:
    for egress, stated in {"private": "PRIVATE_RANGES_ONLY", "all": "ALL_TRAFFIC"}.items():
        service = row(containers(egress=egress), "Service", "web-service")
        assert nested(service, "template", "vpcAccess", "egress") == stated


def test_instances_let_in_who_calls_them_and_reach_a_range_of_ports() -> None:
    graph = instances(
        clients={"web": "10.0.0.0/17"}, reaches={"nodes": Reach(cidr="10.0.192.0/19", port=11000, last_port=13047)}
    )
    let_in = row(graph, "Firewall", "web-from-web")
    assert let_in.inputs["sourceRanges"] == ["10.0.0.0/17"]
    assert nested(let_in, "allows") == [{"protocol": "tcp", "ports": ["8080"]}]
    assert nested(row(graph, "Firewall", "web-to-nodes"), "allows") == [{"protocol": "tcp", "ports": ["11000-13047"]}]


def test_an_internal_balancer_hands_connections_to_healthy_replicas() -> None:
    graph = declare(
        lambda: InternalBalancer(
            "app",
            InternalBalancerArgs(
                region=region(),
                network_id=COMMON["network_id"],
                subnet_id=COMMON["subnet_id"],
                group="projects/acme-prod/regions/europe-west1/instanceGroups/app",
            ),
        )
    )
    assert counts(graph) == {"RegionHealthCheck": 1, "RegionBackendService": 1, "Address": 1, "ForwardingRule": 1}
    service = row(graph, "RegionBackendService", "app-backends")
    assert service.inputs["loadBalancingScheme"] == "INTERNAL"
    assert needs(graph, service, "healthChecks") == {"app-serves"}
    rule = row(graph, "ForwardingRule", "app-rule")
    assert rule.inputs["ports"] == ["8080"]
    assert needs(graph, rule, "ipAddress") == {"app-address"}
    assert needs(graph, rule, "backendService") == {"app-backends"}
