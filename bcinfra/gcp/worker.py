"""Containers that work in the background: nobody connects to them, they take their work from a topic or a database."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_gcp.cloudrunv2 import WorkerPool
from pydantic import Field

from bcinfra.gcp.names import physical
from bcinfra.gcp.run import Containers, ContainersArgs


class WorkerArgs(ContainersArgs):
    """Arguments of :class:`Worker`."""

    replicas: int = Field(ge=0, le=1000)
    """Replicas that run; 0 where they are started by who fails over."""

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.replicas == 1:
            yield "replicas: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"


class Worker(Containers):
    """A worker pool of Cloud Run, spread over the zones of its region by Google.

    A container that ends is started again; nothing asks them how they are, so that a worker which can do nothing must
    end. Worker pools do not grow with load: ``replicas`` is how many there are.

    After a failover ``replicas`` follow the active site: state it, and the next deployment starts them there.
    """

    pool_name: str
    """Physical name of the worker pool."""

    _args: WorkerArgs

    def __init__(self, name: str, args: WorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        region = args.region
        self.pool_name = physical("cloud-run", name)
        WorkerPool(
            f"{name}-pool",
            name=self.pool_name,
            project=region.project,
            location=region.name,
            scaling={"scaling_mode": "MANUAL", "manual_instance_count": args.replicas},
            template={
                "service_account": self.service_account,
                "encryption_key": args.key_name,
                "vpc_access": self._vpc(),
                "volumes": self._volumes(),
                "containers": [self._described()],
                "labels": region.labelled(name),
            },
            deletion_protection=region.protected,
            labels=region.labelled(name),
            opts=region.child(self, depends_on=self._rights),
        )
        self.register_outputs(
            {"member": self.member, "serviceAccount": self.service_account, "poolName": self.pool_name}
        )
