"""Operators: what keeps databases, queues and file systems running in a cluster, installed from pinned charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import pulumi
from pulumi_kubernetes.helm.v3 import Release
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.kubernetes.cluster import Cluster, DnsLabel

Kind: TypeAlias = Literal["mysql", "redis", "ceph", "rabbitmq", "opensearch"]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart at one version, and the custom resources that its operator makes."""

    name: str
    repository: str
    version: str
    """Of the chart."""
    operator: str
    """Version of the operator in it, whose schema the custom resources keep."""
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What differs from the chart's defaults."""
    watched: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What differs too where the cluster has the Prometheus operator."""

    @property
    def of_registry(self) -> bool:
        """Whether it lies in a registry of images, and not in a repository of charts."""
        return self.repository.startswith("oci://")


CHARTS: Final[Mapping[Kind, Chart]] = MappingProxyType(
    {
        "mysql": Chart(
            name="pxc-operator",
            repository="https://percona.github.io/percona-helm-charts",
            version="1.19.0",
            operator="1.19.0",
            values=MappingProxyType({"watchAllNamespaces": True}),
        ),
        "redis": Chart(
            name="redis-operator",
            repository="https://ot-container-kit.github.io/helm-charts",
            version="0.26.1",
            operator="0.26.0",
        ),
        "ceph": Chart(
            name="rook-ceph",
            repository="https://charts.rook.io/release",
            version="v1.20.6",
            operator="1.20.6",
            # It may then make the ServiceMonitors that `monitoring.enabled` of a cluster asks it for.
            watched=MappingProxyType({"monitoring": {"enabled": True}}),
        ),
        "rabbitmq": Chart(
            # RabbitMQ publishes manifests alone; this chart packs them.
            name="rabbitmq-cluster-operator",
            repository="oci://registry-1.docker.io/cloudpirates",
            version="0.6.16",
            operator="2.23.0",
        ),
        "opensearch": Chart(
            name="opensearch-operator",
            repository="https://opensearch-project.github.io/opensearch-k8s-operator",
            version="3.0.14",
            operator="3.0.14",
            # Its webhook would need cert-manager; the API server checks the schema all the same.
            values=MappingProxyType({"webhook": {"enabled": False}}),
        ),
    }
)
"""Percona Operator for MySQL based on XtraDB Cluster, Opstree's Redis operator, Rook, RabbitMQ's cluster operator,
OpenSearch's operator."""


class OperatorArgs(Args):
    """Arguments of :class:`Operator`."""

    cluster: Cluster
    """Where it runs. Once a cluster: it serves all namespaces."""
    kind: Kind
    """What it keeps running."""
    namespace: DnsLabel
    """Its own namespace, for what it watches to let it in."""
    requires: tuple[pulumi.Resource, ...] = ()
    """What must be there first, such as that namespace."""
    install: bool = True
    """Whether it is installed here. False: another stack or an administrator did, at the version that ``CHARTS``
    names; the components that need it then only record that they do."""
    values: Mapping[str, Any] = {}
    """Further values of the chart."""
    timeout: int = Field(default=600, ge=60, le=3600)
    """Seconds to wait until it runs."""


class Operator(Component):
    """An operator. Its outage stops no database, but repairs, backups and changes wait for it."""

    package = "kubernetes"

    version: str
    """Version of the operator."""
    kind: str
    """What it keeps running."""
    namespace: str
    """Its own namespace."""

    def __init__(self, name: str, args: OperatorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        chart = CHARTS[args.kind]
        facts = {"kind": args.kind, "chart": chart.name, "version": chart.operator, "installed": args.install}
        super().__init__(name, opts, {**args.cluster.where, **facts})
        self.version, self.kind, self.namespace = chart.operator, args.kind, args.namespace
        if args.install:
            Release(
                name,
                name=chart.name,
                chart=f"{chart.repository}/{chart.name}" if chart.of_registry else chart.name,
                version=chart.version,
                repository_opts=None if chart.of_registry else {"repo": chart.repository},
                namespace=args.namespace,
                create_namespace=False,
                values={**chart.values, **(chart.watched if args.cluster.prometheus else {}), **args.values},
                atomic=True,
                timeout=args.timeout,
                # Without its operator no database is deleted, but none is repaired either.
                opts=args.cluster.child(self, protect=args.cluster.protected, depends_on=list(args.requires)),
            )
        self.register_outputs({"version": self.version, "kind": self.kind, "namespace": self.namespace})


def wrong(operator: Operator, kind: Kind) -> list[str]:
    """What is wrong with taking ``operator`` for one of ``kind``."""
    return [] if operator.kind == kind else [f"operator: this one keeps {operator.kind} running, not {kind}"]
