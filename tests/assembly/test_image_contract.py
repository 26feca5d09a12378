"""What is agreed with an image is what the assembly declares of it, at every kind of site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import small

from bcinfra import spec
from bcinfra.assembly.image_contract import ImageContract, image_contracts
from bcinfra.graph import Graph
from tests.assembly.conftest import hybrid, midsize, recorded, sample
from tests.helpers import rows

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


def stated(shop: spec.Shop, **more: Any) -> spec.Shop:
    """``shop`` with both tiers of such an image."""
    app = shop.app and shop.app.revised(**OWN, **more)
    return shop.revised(web=shop.web.revised(**OWN, **more), app=app)


AWS, GCP, CLUSTERS = (
    stated(midsize.PROD, ports={"metrics": 9100}),
    stated(small.PROD),
    stated(hybrid.PROD, ports={"metrics": 9100}),
)


@cache
def _own(name: str) -> Graph:
    """The graph of one of these shops."""
    return recorded({shop.name: shop for shop in (AWS, GCP, CLUSTERS)}[name])


def containers(graph: Graph, kind: str) -> dict[str, dict[str, Any]]:
    """The container of each tier at each site, by ``<site>-<tier>``, in one form."""
    prefix = f"{graph.stack}-"
    found: dict[str, dict[str, Any]] = {}
    for name, row in rows(graph, {"aws": "TaskDefinition", "gcp": "Service", "kubernetes": "Deployment"}[kind]).items():
        inputs: Any = row.inputs
        key = name.removeprefix(prefix).removesuffix("-task").removesuffix("-service")
        if kind == "aws":
            (one,) = json.loads(inputs["containerDefinitions"])
            told, memory = [*one["environment"], *one["secrets"]], one["linuxParameters"]["tmpfs"]
            found[key] = {"told": told, "user": one["user"].split(":")[0], "args": one.get("command", [])}
            found[key] |= {"stop": one["stopTimeout"], "arch": inputs["runtimePlatform"]["cpuArchitecture"]}
            found[key] |= {"ports": [port["containerPort"] for port in one["portMappings"]]}
            found[key] |= {"writable": {point["containerPath"] for point in (*one["mountPoints"], *memory)}}
        elif kind == "gcp":
            (one,) = inputs["template"]["containers"]
            found[key] = {"told": [*one["envs"], {"name": "PORT"}], "args": one.get("args", [])}
            found[key] |= {"live": one["livenessProbe"]["httpGet"]["path"], "ports": [one["ports"]["containerPort"]]}
            found[key] |= {"ready": one["readinessProbe"]["httpGet"]["path"]}
        elif ":apps/v1:" in row.type and "containers" in (pod := inputs["spec"]["template"]["spec"]):
            (one,) = pod["containers"]
            found[key] = {"told": one["env"], "user": str(pod["securityContext"]["runAsUser"])}
            found[key] |= {"args": one.get("args", []), "live": one["livenessProbe"]["httpGet"]["path"]}
            found[key] |= {"ready": one["readinessProbe"]["httpGet"]["path"]}
            found[key] |= {
                "stop": pod["terminationGracePeriodSeconds"] - one["lifecycle"]["preStop"]["sleep"]["seconds"]
            }
            found[key] |= {"arch": pod.get("nodeSelector", {}).get("kubernetes.io/arch")}
            found[key] |= {"ports": [port["containerPort"] for port in one["ports"]]}
            found[key] |= {"writable": {mount["mountPath"] for mount in one["volumeMounts"]}}
    return found


ARCHITECTURES = {"ARM64": "arm64", "X86_64": "x86_64", "amd64": "x86_64", None: "whatever the nodes are"}


def broken(agreed: ImageContract, one: Mapping[str, Any]) -> list[str]:
    """What of a container is not as agreed."""
    said: dict[str, object] = {
        "told": {variable.name for variable in agreed.variables},
        "user": agreed.user,
        "args": list(agreed.command),
        "stop": agreed.stop_seconds,
        "ports": [agreed.port, *agreed.ports.values()],
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
    assert checked == 4


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
