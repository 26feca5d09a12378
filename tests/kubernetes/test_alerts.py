"""Alerts on Kubernetes: each asks for figures that exist, says when it sees none, and reaches somebody."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pulumi
import pytest

from bcinfra.graph.core.model import Graph
from bcinfra.kubernetes import Ceph, CephArgs, Ingress, IngressArgs, MySql, RabbitMq, Redis, Route, Workload
from bcinfra.kubernetes.alerts import WATCHDOG, receivers
from bcinfra.kubernetes.ingress import ANSWERS
from tests.kubernetes import test_data, test_mysql, test_rabbitmq, test_workload
from tests.kubernetes.conftest import ZONES, cluster, declare, nested
from tests.kubernetes.schemas import objects

FIGURES: Final = {
    "kube-state-metrics, docs/metrics (deployment, pod, statefulset, cronjob, job)": (
        *("kube_deployment_status_replicas_available", "kube_pod_container_status_restarts_total"),
        *("kube_statefulset_status_replicas_ready", "kube_cronjob_status_last_successful_time"),
        *("kube_cronjob_created", "kube_job_status_completion_time"),
    ),
    "HAProxy 2.8, prometheus-exporter": ("haproxy_backend_active_servers", "haproxy_backend_backup_servers"),
    "Percona Operator for MySQL, Store binary logs for point-in-time recovery, binary logs statistics": (
        *("pxc_binlog_collector_last_processing_timestamp", "pxc_binlog_collector_gap_detected_total"),
    ),
    "redis_exporter, exported metrics": (
        *("redis_cluster_state", "redis_evicted_keys_total", "redis_memory_used_bytes", "redis_memory_max_bytes"),
    ),
    "Ceph, mgr prometheus module": (
        *("ceph_health_status", "ceph_osd_up", "ceph_cluster_total_used_bytes", "ceph_cluster_total_bytes"),
    ),
    "RabbitMQ, per-object metrics": ("rabbitmq_detailed_queue_messages_ready",),
    "blackbox exporter, README": ("probe_success", "probe_duration_seconds", "probe_ssl_earliest_cert_expiry"),
    "cert-manager, Prometheus metrics": ("certmanager_certificate_expiration_timestamp_seconds",),
    "ingress controllers": tuple(counter for counter, _, _ in ANSWERS.values()),
}
"""What each figure's maker documents (read 2026-11)."""
WORDS: Final = frozenset(
    [
        "absent",
        "and",
        "avg_over_time",
        "by",
        "count",
        "increase",
        "max",
        "min",
        "min_over_time",
        "or",
        "rate",
        "sum",
        "time",
        "vector",
    ]
)
PROMTOOL: Final = shutil.which("promtool")


def shop() -> None:
    at = cluster(prometheus=True)
    MySql("orders", test_mysql.args(sites={"dublin": test_mysql.place(at)}))
    Redis("carts", test_data.redis_args(cluster=at))
    RabbitMq("queues", test_rabbitmq.args(cluster=at))
    Ceph("files", CephArgs(cluster=at, operator=test_data.rook(at), disk=500, storage_class="local"))
    web = Workload("web", test_workload.args(cluster=at))
    for controller in ANSWERS:
        Ingress(
            f"way-in-{controller}",
            IngressArgs(
                cluster=at,
                namespace="shop",
                controller=controller,
                hosts={"shop.example": {"/": Route(service=web.service, port=80)}},
                tls_secret="shop-tls",
                issuer="letsencrypt",
                availability=99.9,
                prober="blackbox-exporter.monitoring:9115",
            ),
        )
    receivers(
        web, "told", at, "shop", emails={"ann": "ann@shop.example"}, pagers={}, chats={},
        heartbeat=pulumi.Output.secret("https://outside.example/beat"),
        muted={"MySql": "tue:23:30-wed:00:30", "Redis": "sun:02:00-sun:03:00"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(shop)


def groups(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    rules = {
        row.name: nested(row, "spec", "groups") for row in objects(graph) if row.inputs["kind"] == "PrometheusRule"
    }
    return {name: group["rules"] for name, (group,) in rules.items()}


def figures(expression: str) -> set[str]:
    bare = re.sub(r'"[^"]*"', "", expression)
    assert all(bare.count(a) == bare.count(b) for a, b in ("()", "[]", "{}")), expression
    labels = set(re.findall(r"([a-z_]+)=", bare))
    return {word for word in re.findall(r"\b[a-z_]+\b(?!=)", bare) if len(word) > 1} - labels - WORDS


def test_every_alert_asks_for_figures_that_their_maker_documents(graph: Graph) -> None:
    known = {figure for of in FIGURES.values() for figure in of}
    asked = {figure for rules in groups(graph).values() for rule in rules for figure in figures(rule["expr"])}
    assert asked == known


@pytest.mark.parametrize("family", ["kube", "haproxy", "pxc", "redis", "ceph", "rabbitmq", "probe", "certmanager"])
def test_who_sees_nothing_says_so(graph: Graph, family: str) -> None:
    watching = {
        name: [rule["expr"] for rule in rules]
        for name, rules in groups(graph).items()
        if any(figure.startswith(family) for rule in rules for figure in figures(rule["expr"]))
        and not name.endswith("-overdue")  # which counts from when the job was made
    }
    assert watching
    for name, expressions in watching.items():
        assert any(f"absent({family}_" in one for one in expressions), name


def test_each_alert_is_of_the_namespace_whose_receivers_are_told(graph: Graph) -> None:
    for row in objects(graph):
        if row.inputs["kind"] == "PrometheusRule":
            (group,) = nested(row, "spec", "groups")
            assert {rule["labels"]["namespace"] for rule in group["rules"]} == {nested(row, "metadata")["namespace"]}


def test_a_lost_prometheus_is_told_outside_and_the_heartbeat_disturbs_nobody(graph: Graph) -> None:
    (told,) = (row for row in objects(graph) if row.inputs["kind"] == "AlertmanagerConfig")
    spec = nested(told, "spec")
    beat = spec["route"]["routes"][0]
    assert "muteTimeIntervals" not in beat
    assert [one["value"] for one in beat["matchers"]] == [WATCHDOG]
    (outside,) = (one for one in spec["receivers"] if one["name"] == beat["receiver"])
    assert outside.keys() == {"name", "webhookConfigs"}
    assert "outside.example" not in json.dumps(spec)
    (rule,) = groups(graph)["told-heartbeat"]
    assert (rule["alert"], rule["expr"]) == (WATCHDOG, "vector(1)")


def test_errors_are_told_by_how_fast_they_use_up_what_is_promised(graph: Graph) -> None:
    (fast, slow) = (
        rule["expr"] for rule in groups(graph)["way-in-traefik-alerts"] if rule["alert"].startswith("Errors")
    )
    assert fast.count("> 0.0144") == 2  # 14.4 times 0.1 %, over an hour and over five minutes
    assert "[1h]" in fast
    assert "[5m]" in fast
    assert slow.count("> 0.006") == 2


def test_alerts_of_a_store_rest_in_its_window_and_no_others(graph: Graph) -> None:
    (told,) = (row for row in objects(graph) if row.inputs["kind"] == "AlertmanagerConfig")
    spec = nested(told, "spec")
    assert spec["muteTimeIntervals"] == [
        {
            "name": "MySql",
            "timeIntervals": [
                {"weekdays": ["tuesday"], "times": [{"startTime": "23:30", "endTime": "24:00"}]},
                {"weekdays": ["wednesday"], "times": [{"startTime": "00:00", "endTime": "00:30"}]},
            ],
        },
        {
            "name": "Redis",
            "timeIntervals": [{"weekdays": ["sunday"], "times": [{"startTime": "02:00", "endTime": "03:00"}]}],
        },
    ]
    resting = {one["muteTimeIntervals"][0]: one["matchers"][0]["value"] for one in spec["route"]["routes"][1:]}
    alerts = {rule["alert"] for rules in groups(graph).values() for rule in rules}
    assert {what: {one for one in alerts if re.fullmatch(named, one)} for what, named in resting.items()} == {
        "MySql": {"MySqlMemberMissing", "MySqlUnreachable", "MySqlUnseen"},
        "Redis": {"RedisMemberMissing", "RedisFailing", "RedisEvicting", "RedisFull", "RedisUnseen"},
    }


@pytest.mark.skipif(not PROMTOOL, reason="promtool, of Prometheus, is not installed")
def test_prometheus_takes_every_rule(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"  # which is YAML too
    file.write_text(json.dumps({"groups": [{"name": name, "rules": rules} for name, rules in groups(graph).items()]}))
    done = subprocess.run([str(PROMTOOL), "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_the_operator_nothing_is_declared_for_it() -> None:
    found = declare(lambda: Redis("carts", test_data.redis_args(cluster=cluster("ghent", zones=ZONES["ghent"]))))
    assert not [row for row in objects(found) if row.inputs["kind"] in {"PrometheusRule", "PodMonitor"}]
    (made,) = (row for row in objects(found) if row.inputs["kind"] == "RedisCluster")
    assert "redisExporter" not in nested(made, "spec")
