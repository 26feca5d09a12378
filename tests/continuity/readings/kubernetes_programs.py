"""Small Kubernetes programs whose graphs the readings are tested on."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_gcp import Provider as Google
from pulumi_gcp.container import Cluster as GkeCluster, NodePool
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.core.v1 import Service
from pulumi_kubernetes.networking.v1 import Ingress

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
BELGIUM = "europe-west1"


def cluster(name: str = "ghent") -> pulumi.ResourceOptions:
    """A cluster that nothing else in the graph tells of."""
    return pulumi.ResourceOptions(provider=Provider(name, context=name))


def gke(*, zones: tuple[str, ...] = (), zonal: bool = False) -> pulumi.ResourceOptions:
    """A cluster of this graph, with six nodes."""
    google = pulumi.ResourceOptions(provider=Google("google", project="acme-prod", region=BELGIUM))
    made = GkeCluster("shop", location=f"{BELGIUM}-b" if zonal else BELGIUM, opts=google)
    locations = [f"{BELGIUM}-{letter}" for letter in zones] or None
    NodePool("shop", cluster=made.id, node_count=6, node_locations=locations, opts=google)
    kubeconfig = pulumi.Output.concat("server: https://", made.endpoint)
    return pulumi.ResourceOptions(provider=Provider("shop", kubeconfig=kubeconfig))


def apart(key: str = ZONE, app: str = "web", **more: Any) -> dict[str, Any]:
    """A spread constraint over ``key``."""
    constraint = {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": app}},
        **more,
    }
    return {"topologySpreadConstraints": [constraint]}


def alone(key: str = ZONE, *, hard: bool = True) -> dict[str, Any]:
    """Anti-affinity over ``key``."""
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": "web"}}}
    rules: dict[str, Any] = (
        {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
        if hard
        else {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]}
    )
    return {"affinity": {"podAntiAffinity": rules}}


PROBE = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 20, "failureThreshold": 4, "timeoutSeconds": 5}


def web(
    opts: pulumi.ResourceOptions,
    pod: dict[str, Any] | None = None,
    *,
    replicas: int = 6,
    database: str = "orders",
    probe: Any = PROBE,
    balanced: bool = True,
) -> Deployment:
    """Replicas behind a service that a cloud's balancer answers for."""
    container: Any = {
        "name": "web",
        "image": "registry.example/web:4.2.0",
        "env": [{"name": "DB", "value": f"{database}-haproxy.default.svc"}],
        "readinessProbe": probe,
    }
    template: Any = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container], **(pod or {})}}
    spec: Any = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    made = Deployment("web", metadata={"name": "web"}, spec=spec, opts=opts)
    notes = {"networking.gke.io/backend": "web"} if balanced else None
    service: Any = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    Service("web", metadata={"name": "web", "annotations": notes}, spec=service, opts=opts)
    return made


def scaled(opts: pulumi.ResourceOptions) -> None:
    spec: Any = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 3,
        "maxReplicas": 12,
    }
    HorizontalPodAutoscaler("web", metadata={"name": "web"}, spec=spec, opts=opts)


def entrance(opts: pulumi.ResourceOptions, controller: str = "nginx") -> None:
    path: Any = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    spec: Any = {"ingressClassName": controller, "rules": [{"host": "shop.example", "http": {"paths": [path]}}]}
    Ingress("web", metadata={"name": "web"}, spec=spec, opts=opts)


def pxc(
    opts: pulumi.ResourceOptions,
    *,
    size: int = 3,
    key: str | None = ZONE,
    logs: bool = True,
    name: str = "orders",
    endpoint: str | None = None,
    bucket: Any = "acme-backups/orders",
    channels: Any = None,
    **more: Any,
) -> CustomResource:
    """Percona XtraDB Cluster with daily backups, and binary logs every minute, in a bucket elsewhere."""
    store = {"type": "s3", "s3": {"bucket": bucket, "region": "us-east-1", "endpointUrl": endpoint}}
    affinity: dict[str, Any] = {"affinity": {"antiAffinityTopologyKey": key}} if key else {}
    return CustomResource(
        name,
        api_version="pxc.percona.com/v1",
        kind="PerconaXtraDBCluster",
        metadata={"name": name},
        spec={
            "pxc": {"size": size, "replicationChannels": channels or [], **affinity, **more},
            "backup": {
                "storages": {"away": store},
                "schedule": [{"name": "daily", "schedule": "0 3 * * *", "keep": 14, "storageName": "away"}],
                "pitr": {"enabled": logs, "storageName": "away", "timeBetweenUploads": 60},
            },
        },
        opts=opts,
    )


def custom(opts: pulumi.ResourceOptions, api: str, kind: str, spec: Any, name: str = "thing") -> CustomResource:
    return CustomResource(name, api_version=api, kind=kind, metadata={"name": name}, spec=spec, opts=opts)


def shop(
    *,
    zones: tuple[str, ...] = ("b", "c", "d"),
    pod: dict[str, Any] | None = None,
    database_key: str | None = ZONE,
    probe: Any = PROBE,
) -> None:
    """Six replicas and a MySQL cluster on Google Kubernetes Engine."""
    opts = gke(zones=zones)
    web(opts, apart() if pod is None else pod, probe=probe)
    pxc(opts, key=database_key)
