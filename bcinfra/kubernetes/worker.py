"""Containers that work in the background: nobody connects to them, they take their work from a queue or a database."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget
from pydantic import Field

from bcinfra.kubernetes.cluster import api
from bcinfra.kubernetes.workload import Program, ProgramArgs


class WorkerArgs(ProgramArgs):
    """Arguments of :class:`Worker`."""

    replicas: int = Field(ge=0)
    """Replicas that run; 0 where they are started by who fails over."""

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.replicas == 1:
            yield "replicas: 1 replica is one node's failure away from none; take 2 or more, or 0 for a pilot light"


class Worker(Program):
    """Replicas that survive the loss of a node and of a zone without a person, and that nobody talks to.

    A container that ends is started again; nothing asks them how they are, so that a worker which can do nothing must
    end.

    After a failover ``replicas`` follow the active site: state it, and the next deployment starts them there.
    """

    _args: WorkerArgs

    def __init__(self, name: str, args: WorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        labels = args.cluster.labelled(name, "replica")
        Deployment(
            name,
            metadata=api(self._metadata),
            spec=api(
                {
                    "replicas": args.replicas,
                    "revisionHistoryLimit": 5,
                    "selector": {"matchLabels": self.labels},
                    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "25%"}},
                    "template": {"metadata": {"labels": labels}, "spec": self._pod({})},
                }
            ),
            opts=args.cluster.child(self),
        )
        PodDisruptionBudget(
            name,
            metadata=api(self._metadata),
            spec=api(
                {
                    "maxUnavailable": 1,
                    "selector": {"matchLabels": self.labels},
                    "unhealthyPodEvictionPolicy": "AlwaysAllow",  # a broken replica must not block a drain
                }
            ),
            opts=args.cluster.child(self),
        )
        self._flows()
        self._watch(args.replicas)
        self.register_outputs({"labels": dict(self.labels), "secrets": self.secrets})
