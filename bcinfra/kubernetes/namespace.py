"""A namespace in which nothing is allowed that is not said, and the order in which pods give way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pulumi
from pulumi_kubernetes.core.v1 import Namespace as KubernetesNamespace, ResourceQuota
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.scheduling.v1 import PriorityClass
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.kubernetes.cluster import Cluster, DnsLabel, after
from bcinfra.kubernetes.names import physical


class NamespaceArgs(Args):
    """Arguments of :class:`Namespace`."""

    cluster: Cluster
    """Where it is."""
    security: Literal["restricted", "baseline", "privileged"] = "restricted"
    """The Pod Security Standard that pods must meet. Operators whose pods bring their own settings need
    ``baseline``, storage drivers ``privileged``."""
    closed: bool = True
    """Whether traffic needs a network policy that allows it. Components bring theirs."""
    pods: int | None = Field(default=None, ge=1)
    """The most pods that may be there at once: leave room for a release beside what runs at a peak. No service then
    opens a port of the nodes or a balancer of its own either, which the cloud charges. Default: no quota."""


class Namespace(Component):
    """A namespace that refuses pods that could harm others, and traffic that nothing allows."""

    package = "kubernetes"

    name: pulumi.Output[str]
    """The name, for other components' ``namespace``: they then wait for it."""

    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        cluster, called = args.cluster, physical("object", name)
        labels = cluster.labelled(name, "namespace")
        pod_security = {f"pod-security.kubernetes.io/{mode}": args.security for mode in ("enforce", "audit", "warn")}
        namespace = KubernetesNamespace(
            name,
            metadata={"name": called, "labels": {**labels, **pod_security}},
            opts=cluster.child(self, protect=cluster.protected),
        )
        self.name = after(namespace, called)
        if args.closed:
            NetworkPolicy(
                f"{name}-closed",
                metadata={"name": "closed", "namespace": self.name, "labels": labels},
                spec={"pod_selector": {}, "policy_types": ["Ingress", "Egress"]},
                opts=cluster.child(self),
            )
        if args.pods:
            ResourceQuota(
                f"{name}-quota",
                metadata={"name": "quota", "namespace": self.name, "labels": labels},
                spec={"hard": {"pods": str(args.pods), "services.loadbalancers": "0", "services.nodeports": "0"}},
                opts=cluster.child(self),
            )
        self.register_outputs({"name": self.name})


class PrioritiesArgs(Args):
    """Arguments of :class:`Priorities`."""

    cluster: Cluster
    """Where they hold."""
    values: Mapping[DnsLabel, int] = Field(
        default={"shop-data": 1_000_000, "shop-critical": 900_000, "shop-background": -1000}, min_length=1
    )
    """Priority by name, at most 1,000,000,000. When room runs out, as after the loss of a zone, pods of less priority
    make way for those of more: reports and imports before the shop, the shop before its data."""


class Priorities(Component):
    """Which pods give way when room runs out. One a cluster."""

    package = "kubernetes"

    names: tuple[str, ...]
    """For other components' ``priority``."""

    def __init__(self, name: str, args: PrioritiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        cluster = args.cluster
        self.names = tuple(sorted(args.values))
        for priority in self.names:
            value = args.values[priority]
            PriorityClass(
                f"{name}-{priority}",
                metadata={"name": priority, "labels": cluster.labelled(name, "priority")},
                value=value,
                description=f"{name}: of more value goes first",
                preemption_policy="Never" if value < 0 else "PreemptLowerPriority",
                opts=cluster.child(self),
            )
        self.register_outputs({"names": self.names})
