"""What is agreed with an image is what the assembly declares of it, at every kind of site."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import small

from bcinfra import spec
from bcinfra.assembly.image_contract import ImageContract, image_contracts
from bcinfra.graph import Graph
from bcinfra.kubernetes.workload import UNLISTED
from tests.assembly.conftest import hybrid, midsize, recorded, sample
from tests.helpers import rows

from php import SHOPS  # isort: skip

OWN: Mapping[str, Any] = {
    "architecture": "x86_64",
    "user": 33,
    "writable": ("/var/www/uploads",),
    "command": ("php-fpm", "-F"),
    "live_path": "/livez",
    "environment": {"SHOP_MODE": "live"},
    "secrets": ["PAYMENT_KEY"],
}
"""What an ordinary image of PHP states."""


BEHIND: Mapping[str, Any] = {
    "workers": {"mailer": {"cpu": 0.5, "memory": 1, "command": ["php", "worker.php"]}},
    "jobs": {"export": {"cpu": 0.5, "memory": 1, "command": ["php", "export.php"], "schedule": "30 2 * * *"}},
}
"""A worker and a nightly job of that image."""
WORK: Mapping[str, Any] = {"mails": {"criticality": "minor", "home": "queues"}}
"""What waits in a queue for them."""
INDEX: Mapping[str, Any] = {"search-index": {"criticality": "minor", "home": "search"}}


RELAY: Mapping[str, Any] = {
    "supplier": "relay",
    "host": "smtp.relay.example",
    "user": "token",
    "spf": ("spf.relay.example",),
    "dkim": {"s1": "s1.relay.example"},
}
"""Who sends mail on where SES does not."""


def stated(shop: spec.Shop, **more: Any) -> spec.Shop:
    """``shop`` with both tiers of such an image, a worker and a job."""
    app = shop.app and shop.app.revised(**OWN, **more)
    has_search = "gcp" not in shop.serving_kinds
    return shop.revised(
        web=shop.web.revised(**OWN, **more),
        app=app,
        queues={"mails": {}},
        search={} if has_search else None,
        mail={"sender": f"orders@{shop.domain}", "relay": None if shop.serving_kinds == {"aws"} else RELAY},
        data={**shop.data, **WORK, **(INDEX if has_search else {})},
        **BEHIND,
    )


AWS, GCP, CLUSTERS = (
    stated(midsize.PROD, ports={"metrics": 9100}),
    stated(small.PROD),
    stated(hybrid.PROD, ports={"metrics": 9100}),
)


@cache
def _own(name: str) -> Graph:
    """The graph of one of these shops."""
    return recorded({shop.name: shop for shop in (AWS, GCP, CLUSTERS)}[name])


KINDS = {
    "aws": ("aws:ecs/taskDefinition:TaskDefinition",),
    "gcp": (
        "gcp:cloudrunv2/service:Service",
        "gcp:cloudrunv2/workerPool:WorkerPool",
        "gcp:cloudrunv2/job:Job",
    ),
    "kubernetes": ("kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:CronJob"),
}


def containers(graph: Graph, kind: str) -> dict[str, dict[str, Any]]:
    """The container of each tier, worker and job at each site, by ``<site>-<name>``, in one form."""
    read = {"aws": _task, "gcp": _run, "kubernetes": _pod}[kind]
    return {
        re.sub("-(task|service|pool|job)$", "", row.name.removeprefix(f"{graph.stack}-")): one
        for token in KINDS[kind]
        for row in graph.of_type(token)
        if (one := read(row.inputs))
    }


def _task(inputs: Any) -> dict[str, Any]:
    (one,) = json.loads(inputs["containerDefinitions"])
    if one["name"] != "app":
        return {}
    return {
        "told": [*one["environment"], *one["secrets"]],
        "user": one["user"].split(":")[0],
        "args": one.get("command", []),
        "stop": one["stopTimeout"],
        "arch": inputs["runtimePlatform"]["cpuArchitecture"],
        "ports": [port["containerPort"] for port in one["portMappings"]],
        "writable": {point["containerPath"] for point in (*one["mountPoints"], *one["linuxParameters"]["tmpfs"])},
    }


def _run(inputs: Any) -> dict[str, Any]:
    template = inputs["template"]
    (one,) = template.get("template", template)["containers"]
    port = [{"name": "PORT"}] if "ports" in one else []
    return {"told": [*one["envs"], *port], "args": list(one.get("args", [])), **_asked(one)}


def _pod(inputs: Any) -> dict[str, Any]:
    spec = inputs["spec"].get("jobTemplate", inputs)["spec"]
    pod = spec["template"]["spec"]
    (one,) = pod["containers"]
    if one["name"] != "app":
        return {}
    asleep = one.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", UNLISTED)
    return {
        "told": one["env"],
        "user": str(pod["securityContext"]["runAsUser"]),
        "args": list(one.get("args", [])),
        "stop": pod["terminationGracePeriodSeconds"] - asleep,
        "arch": pod.get("nodeSelector", {}).get("kubernetes.io/arch"),
        "writable": {mount["mountPath"] for mount in one["volumeMounts"]},
        **_asked(one),
    }


def _asked(one: Any) -> dict[str, Any]:
    """Where a container listens, and what it is asked."""
    ports = one.get("ports", [])
    rows = ports if isinstance(ports, list | tuple) else [ports]
    probes = {"live": "livenessProbe", "ready": "readinessProbe"}
    asked = {what: one[probe]["httpGet"]["path"] if probe in one else None for what, probe in probes.items()}
    return {"ports": [row["containerPort"] for row in rows], **asked}


ARCHITECTURES = {"ARM64": "arm64", "X86_64": "x86_64", "amd64": "x86_64", None: "whatever the nodes are"}


def broken(agreed: ImageContract, one: Mapping[str, Any]) -> list[str]:
    """What of a container is not as agreed."""
    said: dict[str, object] = {
        "told": {variable.name for variable in agreed.variables},
        "user": agreed.user,
        "args": list(agreed.command),
        "stop": agreed.stop_seconds,
        "ports": [*([agreed.port] if agreed.port else []), *agreed.ports.values()],
        "arch": agreed.architecture,
        "writable": {*agreed.writable, *agreed.shared},
        "live": agreed.live_path,
        "ready": agreed.ready_path,
    }
    declared = {**one, "told": {row["name"] for row in one["told"]}}
    if "arch" in one:
        declared["arch"] = ARCHITECTURES[one["arch"]]
    return [f"{key}: {value} is declared, {said[key]} said" for key, value in declared.items() if value != said[key]]


@pytest.mark.parametrize(
    ("kind", "shop"),
    [("aws", AWS), ("gcp", GCP), ("kubernetes", CLUSTERS), ("aws", None)],
    ids=["AWS", "Google Cloud", "Kubernetes", "AWS as usual"],
)
def test_what_is_agreed_is_what_is_declared(kind: str, shop: spec.Shop | None) -> None:
    graph = sample("midsize-prod") if shop is None else _own(shop.name)
    found = containers(graph, kind)
    checked = 0
    for tier, kinds in image_contracts(shop or midsize.PROD).items():
        for site in kinds[kind].sites:
            assert broken(kinds[kind], found[f"{site}-{tier}"]) == [], f"{tier} at {site}"
            checked += 1
    assert checked == (8 if shop else 4)


def test_a_difference_is_seen() -> None:
    agreed = image_contracts(AWS)["web"]["aws"]
    one = containers(sample("midsize-prod"), "aws")["ireland-web"]
    assert {line.split(":")[0] for line in broken(agreed, one)} == {"told", "user", "args", "ports", "arch", "writable"}


def test_a_secret_of_its_own_is_kept_at_each_site_and_read_by_its_tier() -> None:
    graph = _own(AWS.name)
    kept = {name for name in rows(graph, "Parameter") if name.endswith("paymentKey")}
    assert kept == {"midsize-prod-ireland-parameters-paymentKey", "midsize-prod-frankfurt-parameters-paymentKey"}
    (one,) = [one for key, one in containers(graph, "aws").items() if key == "ireland-web"]
    (told,) = [row for row in one["told"] if row["name"] == "PAYMENT_KEY"]
    assert told["valueFrom"].endswith(":parameter/midsize-prod/ireland/paymentKey")


def test_further_ports_are_reached_from_the_network_alone() -> None:
    graph = _own(AWS.name)
    rule = rows(graph, "SecurityGroupIngressRule")["midsize-prod-ireland-web-from-network-metrics"]
    assert (rule.inputs["fromPort"], str(rule.inputs["cidrIpv4"])[:3]) == (9100, "10.")
    flows: Any = rows(_own(CLUSTERS.name), "NetworkPolicy")["hybrid-prod-ghent-web"].inputs
    assert {"from": [{"podSelector": {}}], "ports": [{"port": 9100, "protocol": "TCP"}]} in flows["spec"]["ingress"]


def test_workers_and_jobs_work_where_the_shop_writes_and_move_with_it() -> None:
    for active, resting in (("ireland", "frankfurt"), ("frankfurt", None)):
        graph = recorded(AWS.revised(active_site=active))
        states = {
            name.split("-")[2]: row.inputs["state"] for name, row in rows(graph, "Schedule").items() if "export" in name
        }
        assert [site for site, state in states.items() if state == "ENABLED"] == [active]
        workers = {
            name.split("-")[2]: row.inputs["desiredCount"]
            for name, row in rows(graph, "Service").items()
            if "mailer" in name
        }
        assert [site for site, count in workers.items() if count == 0] == ([resting] if resting else [])
        plan = str([row.inputs for row in graph.of_type("aws:arcregionswitch/plan:Plan")])
        assert plan.count("-mailer/") >= 2, "a failover starts the workers of the standby"


@pytest.mark.parametrize(("ground", "client"), [("aws", "amazon-efs-utils"), ("gcp", "nfs-common")])
def test_a_machine_image_brings_what_mounts_shared_files(ground: str, client: str) -> None:
    data = {**SHOPS[ground].data, "invoices": {"criticality": "important", "home": "files"}}
    shop = SHOPS[ground].revised(files={"size": 100}, data=data)
    image = {"aws": "ami-0123456789abcdef0", "gcp": "projects/acme/global/images/family/shop"}
    machines = {"compute": "virtual-machines", "image": image[ground], "command": (), "writable": (), "live_path": None}
    background: Mapping[str, Any] = {"workers": {}, "jobs": {}, "repositories": ()}
    served = shop.revised(web=shop.web.revised(**machines, user=None, secrets={}), **background)
    assert client in image_contracts(served)["web"][ground].shared["/files"]
    assert client not in str(image_contracts(shop)["web"][ground].shared), "containers need none"
