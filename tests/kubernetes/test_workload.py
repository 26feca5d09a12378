from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bcinfra.graph.core.model import UNKNOWN, Graph, Secret
from bcinfra.kubernetes import Ingress, IngressArgs, Namespace, NamespaceArgs, Peer, Priorities, PrioritiesArgs, Route
from bcinfra.kubernetes.cluster import HOST, ZONE
from bcinfra.kubernetes.workload import Workload, WorkloadArgs
from bcinfra.spec import Peak
from tests.helpers import refusals
from tests.kubernetes.conftest import IMAGE, cluster, component, counts, declare, nested, row

BLACK_FRIDAY = {"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=3)}


def args(**more: Any) -> WorkloadArgs:
    fields: dict[str, Any] = {
        "cluster": more.get("cluster") or cluster(),
        "namespace": "shop",
        "image": IMAGE,
        "cpu": 0.5,
        "memory": 512,
        "replicas": 3,
        "minimum": 3,
        "peak": 12,
        "priority": "shop-critical",
        "environment": {"SITE": "dublin"},
        "secrets": {"MYSQL_PASSWORD": "correct horse"},
        "claims": {"/var/media": "media"},
        "clients": {"ingress": Peer(namespace="ingress-nginx")},
        "reaches": {
            "mysql": Peer(pods={"app.kubernetes.io/component": "haproxy"}, ports=(3306,)),
            "back-office": Peer(cidrs=("10.9.0.0/16",), ports=(8443,)),
        },
    }
    return WorkloadArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: Workload("web", args(peaks=BLACK_FRIDAY, pull_secret="registry-login")))


def pod(graph: Graph) -> dict[str, Any]:
    return nested(row(graph, "Deployment", "web"), "spec", "template", "spec")


def container(graph: Graph) -> dict[str, Any]:
    (only,) = pod(graph)["containers"]
    return only


def test_its_image_is_pulled_by_the_secret_that_is_named(graph: Graph) -> None:
    assert pod(graph)["imagePullSecrets"] == [{"name": "registry-login"}]


def test_what_a_workload_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "Deployment": 1,
        "Service": 1,
        "Secret": 1,
        "PodDisruptionBudget": 1,
        "HorizontalPodAutoscaler": 1,
        "NetworkPolicy": 3,  # its own, and one for each change of the calendar
        "ServiceAccount": 3,
        "CronJob": 2,
        "Role": 2,
        "RoleBinding": 2,
    }


def test_replicas_are_spread_over_zones_and_a_dead_zone_does_not_count(graph: Graph) -> None:
    zones, hosts = pod(graph)["topologySpreadConstraints"]
    assert (zones["topologyKey"], zones["whenUnsatisfiable"], zones["maxSkew"]) == (ZONE, "DoNotSchedule", 1)
    assert zones["nodeTaintsPolicy"] == "Honor"
    assert (hosts["topologyKey"], hosts["whenUnsatisfiable"]) == (HOST, "ScheduleAnyway")
    labels = nested(row(graph, "Deployment", "web"), "spec", "template", "metadata", "labels")
    assert zones["labelSelector"]["matchLabels"].items() <= labels.items()


def test_a_replica_leaves_a_dead_node_within_half_a_minute(graph: Graph) -> None:
    leaves = {entry["key"]: entry["tolerationSeconds"] for entry in pod(graph)["tolerations"]}
    assert leaves == {"node.kubernetes.io/not-ready": 30, "node.kubernetes.io/unreachable": 30}


def test_every_selector_picks_the_replicas(graph: Graph) -> None:
    labels = nested(row(graph, "Deployment", "web"), "spec", "template", "metadata", "labels")
    for kind, *path in (
        ("Deployment", "spec", "selector", "matchLabels"),
        ("PodDisruptionBudget", "spec", "selector", "matchLabels"),
        ("NetworkPolicy", "spec", "podSelector", "matchLabels"),
        ("Service", "spec", "selector"),
    ):
        assert nested(row(graph, kind, "web"), *path).items() <= labels.items(), kind


def test_a_drain_takes_one_replica_and_a_broken_one_does_not_block_it(graph: Graph) -> None:
    budget = nested(row(graph, "PodDisruptionBudget", "web"), "spec")
    assert budget["maxUnavailable"] == 1
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_autoscaling_moves_the_replicas_and_a_deployment_does_not_move_them_back(graph: Graph) -> None:
    scaler = row(graph, "HorizontalPodAutoscaler", "web")
    assert (nested(scaler, "spec", "minReplicas"), nested(scaler, "spec", "maxReplicas")) == (3, 12)
    assert row(graph, "Deployment", "web").options.ignore_changes == ("spec.replicas",)
    assert scaler.options.ignore_changes == ("spec.minReplicas",)


def test_the_minimum_is_raised_before_the_shopping_days(graph: Graph) -> None:
    start = row(graph, "CronJob", "web-black-friday-start")
    (job,) = nested(start, "spec", "jobTemplate", "spec", "template", "spec", "containers")
    values = {entry["name"]: entry["value"] for entry in job["env"]}
    assert values == {
        "AUTOSCALER": "web",
        "PATCH": '{"spec":{"minReplicas":9}}',
        "DAYS": "1122 1123 1124 1125 1126 1127 1128",
        "WEEKDAY": "4",
    }
    assert nested(start, "spec", "schedule") == "0 10 22,23,24,25,26,27,28 11 *"
    assert nested(start, "spec", "timeZone") == "Etc/UTC"
    (rule,) = nested(row(graph, "Role", "web-black-friday-start"), "rules")
    assert (rule["resourceNames"], rule["verbs"]) == (["web"], ["get", "patch"])


def test_no_replica_is_privileged_or_keeps_state(graph: Graph) -> None:
    assert pod(graph)["securityContext"]["runAsNonRoot"] is True
    assert pod(graph)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(graph)["automountServiceAccountToken"] is False
    security = container(graph)["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert pod(graph)["volumes"] == [
        {"name": "tmp", "emptyDir": {}},
        {"name": "var-media", "persistentVolumeClaim": {"claimName": "media"}},
    ]


def test_a_replica_is_looked_at_and_finishes_its_requests(graph: Graph) -> None:
    probes = container(graph)
    assert probes["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    for probe in ("startupProbe", "livenessProbe"):
        assert "httpGet" not in probes[probe], "a database that is away must restart nobody"
        assert probes[probe]["tcpSocket"] == {"port": "http"}
    assert probes["startupProbe"]["periodSeconds"] * probes["startupProbe"]["failureThreshold"] == 120
    assert pod(graph)["terminationGracePeriodSeconds"] == 70
    assert probes["lifecycle"]["preStop"]["sleep"]["seconds"] == 10
    assert nested(row(graph, "Deployment", "web"), "spec", "strategy", "rollingUpdate", "maxUnavailable") == 0


def test_secrets_arrive_as_secrets_and_a_new_one_rolls_out(graph: Graph) -> None:
    secret = row(graph, "Secret", "web")
    assert secret.inputs["stringData"] == Secret()
    assert secret.inputs["immutable"] is True
    assert "name" not in nested(secret, "metadata"), "Pulumi names it, anew at each change"
    assert "secrets" not in str(row(graph, "Deployment", "web").inputs)
    (entry,) = [entry for entry in container(graph)["env"] if entry["name"] == "MYSQL_PASSWORD"]
    assert entry["valueFrom"]["secretKeyRef"] == {"name": UNKNOWN, "key": "MYSQL_PASSWORD"}


def test_nobody_talks_to_it_and_it_talks_to_nobody_but_those_named(graph: Graph) -> None:
    policy = nested(row(graph, "NetworkPolicy", "web"), "spec")
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    (client,) = policy["ingress"]
    assert client["from"] == [
        {
            "podSelector": {"matchLabels": {}},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}},
        }
    ]
    names, internet, back_office, mysql = policy["egress"]
    assert names["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    assert internet["ports"] == [{"protocol": "TCP", "port": 443}]
    assert "10.0.0.0/8" in internet["to"][0]["ipBlock"]["except"]
    assert back_office == {
        "to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}],
        "ports": [{"protocol": "TCP", "port": 8443}],
    }
    assert mysql["ports"] == [{"protocol": "TCP", "port": 3306}]


def test_a_pilot_light_runs_nothing_and_has_no_autoscaler() -> None:
    graph = declare(lambda: Workload("web", args(replicas=0, minimum=0)))
    assert nested(row(graph, "Deployment", "web"), "spec", "replicas") == 0
    assert "HorizontalPodAutoscaler" not in counts(graph)


def test_the_place_is_in_the_graph(graph: Graph) -> None:
    assert component(graph, "Workload", "web").inputs == {
        "cluster": "shop-dublin",
        "site": "dublin",
        "zones": ["euw1-az1", "euw1-az2", "euw1-az3"],
    }


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: args(
            cluster=cluster(kubectl_image=None),
            replicas=1,
            minimum=2,
            environment={"MYSQL_PASSWORD": ""},
            reaches={"mysql": Peer(namespace="data")},
            peaks=BLACK_FRIDAY,
        )
    ) == [
        "replicas: 1 replica is one node's failure away from none; take 2 or more, or 0 for a pilot light",
        "replicas: 1 is not between minimum (2) and peak (12)",
        "environment: 'MYSQL_PASSWORD' is also in secrets; each name is used once",
        "reaches.mysql: needs ports, or every port would be open",
        "peaks: the cluster 'shop-dublin' needs kubectl_image, to raise the minimum before a peak",
    ]
    assert refusals(lambda: Peer(namespace="data", cidrs=("10.0.0.0/8",))) == [
        "cidrs: addresses have neither a namespace nor labels"
    ]


def test_an_ingress_leads_hosts_to_services_over_tls() -> None:
    graph = declare(
        lambda: Ingress(
            "entrance",
            IngressArgs(
                cluster=cluster(),
                namespace="shop",
                controller="nginx",
                hosts={"shop.example": {"/": Route(service="web", port=8080), "/api": Route(service="api", port=9000)}},
                tls_secret="shop-tls",
                issuer="letsencrypt",
            ),
        )
    )
    assert counts(graph) == {"Ingress": 1}
    entrance = row(graph, "Ingress", "entrance")
    assert nested(entrance, "spec", "tls") == [{"hosts": ["shop.example"], "secretName": "shop-tls"}]
    assert nested(entrance, "metadata", "annotations") == {"cert-manager.io/cluster-issuer": "letsencrypt"}
    (rule,) = nested(entrance, "spec", "rules")
    assert [path["path"] for path in rule["http"]["paths"]] == ["/", "/api"]


def test_an_ingress_without_a_certificate_is_refused() -> None:
    hosts = {"shop.example": {"/api": Route(service="api", port=9000)}}
    assert refusals(
        lambda: IngressArgs(cluster=cluster(), namespace="shop", controller="nginx", hosts=hosts, issuer="letsencrypt")
    ) == [
        "issuer: 'letsencrypt' needs tls_secret, the secret that it fills",
        "tls_secret: without one, and without a certificate in annotations, customers' data travels in clear",
        "hosts.shop.example: no service answers for '/'",
    ]


def test_a_namespace_allows_nothing_that_is_not_said() -> None:
    graph = declare(lambda: Namespace("shop", NamespaceArgs(cluster=cluster())))
    assert counts(graph) == {"Namespace": 1, "NetworkPolicy": 1}
    namespace = row(graph, "Namespace", "shop")
    assert nested(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce") == "restricted"
    assert namespace.options.protect
    assert nested(row(graph, "NetworkPolicy", "shop-closed"), "spec") == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    assert namespace.urn in row(graph, "NetworkPolicy", "shop-closed").dependencies


def test_a_namespace_holds_as_many_pods_as_it_is_told_and_opens_nothing_that_is_charged() -> None:
    graph = declare(lambda: Namespace("shop", NamespaceArgs(cluster=cluster(), pods=40)))
    hard = nested(row(graph, "ResourceQuota", "shop-quota"), "spec", "hard")
    assert hard == {"pods": "40", "services.loadbalancers": "0", "services.nodeports": "0"}


def test_data_stays_when_room_runs_out_and_background_work_goes() -> None:
    graph = declare(lambda: Priorities("order", PrioritiesArgs(cluster=cluster())))
    values = {r.name: r.inputs["value"] for r in graph if r.type.endswith(":PriorityClass")}
    assert values["order-shop-data"] > values["order-shop-critical"] > 0 > values["order-shop-background"]  # type: ignore[operator]
    assert row(graph, "PriorityClass", "order-shop-background").inputs["preemptionPolicy"] == "Never"
