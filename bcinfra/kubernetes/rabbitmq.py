"""RabbitMQ by its cluster operator: quorum queues that a zone does not lose, with a place for what nobody could do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import alerts, operator, pods, policy
from bcinfra.kubernetes.cluster import HOST, ZONE, Cluster, after, api
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import Operator
from bcinfra.kubernetes.policy import Peer

API: Final = "rabbitmq.com/v1beta1"
PORT: Final = 5672
METRICS: Final = 15692
_NODES: Final = (4369, 25672)
"""How the nodes find and talk to each other."""
NODES: Final = 3
"""A quorum queue has a copy on each of three nodes, and goes on while two of them live."""
_FOLDER: Final = "/etc/rabbitmq/shop"
_CONTAINER: Final = "rabbitmq"
"""Who reads metrics: Prometheus, in whichever namespace it is."""


class WorkQueue(Args):
    """One queue."""

    timeout: int = Field(default=300, ge=60)
    """Seconds that a worker has for a message, before another is given it: longer than the work takes."""
    attempts: int = Field(default=5, ge=1)
    """How often a message is given to workers before it is put aside."""
    kept: int = Field(default=4 * 86_400, ge=60)
    """Seconds for which a message waits for a worker; then it is put aside too."""
    late: int = Field(default=900, ge=60)
    """Seconds for which messages may wait without the queue being empty once, before that is told."""
    deep: int = Field(default=1000, ge=1)
    """Messages that wait at once, from which that is told."""

    def arguments(self, name: str) -> dict[str, Any]:
        """What RabbitMQ is told of the queue ``name``. Dead letters are not lost on their way (RabbitMQ, quorum queues,
        at-least-once dead lettering; https://www.rabbitmq.com/docs/quorum-queues, read 2026-11)."""
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": self.attempts,
            "x-consumer-timeout": self.timeout * 1000,
            "x-message-ttl": self.kept * 1000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": aside(name),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }


def aside(name: str) -> str:
    """The queue where what nobody could do of ``name`` stands."""
    return f"{name}-dead"


class RabbitMqArgs(Args):
    """Arguments of :class:`RabbitMq`."""

    cluster: Cluster
    """Where it runs: over three zones or more."""
    namespace: Str
    """Its namespace."""
    operator: Operator
    """The operator there, of kind ``rabbitmq``."""
    image: str = "docker.io/library/rabbitmq:4.1.4"
    """The server."""
    queues: Mapping[str, WorkQueue] = Field(min_length=1)
    """The queues by name."""
    cpu: float = Field(default=0.5, gt=0, le=64)
    """Cores of a pod."""
    memory: int = Field(default=1024, ge=512)
    """Memory of a pod, MiB."""
    storage: int = Field(default=10, ge=5, le=16_384)
    """Storage of a pod, GiB."""
    storage_class: str | None = None
    """Storage class of the volumes; the cluster's default if not given."""
    username: str = Field(default="shop", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """Who clients log in as: it sends and consumes, and makes and deletes nothing."""
    password: Str
    """What clients must say."""
    priority: str | None = None
    """A priority class, such as ``shop-data``."""
    clients: Mapping[str, Peer] = {}
    """Who may connect, by a name for each."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        zones = len(self.cluster.zones)
        if zones < NODES:
            yield f"cluster: {zones} zone(s); a quorum needs three, of which any may be lost"
        yield from operator.wrong(self.operator, "rabbitmq")


class RabbitMq(Component):
    """Three nodes in three zones. Each queue is a quorum queue: a message that was confirmed is on two of its copies.

    Queues and the user are made when the cluster is, from its definitions; change them later by ``rabbitmqctl`` too.
    What no worker has acknowledged after ``attempts`` stands in the queue ``<name>-dead``: a person reads it and moves
    it back (a shovel). Where the cluster has a Prometheus operator, people are told of age, depth and dead letters.

    Nothing copies a queue to another site. What waits when a site is lost is there again when the site is.
    """

    package = "kubernetes"

    host: pulumi.Output[str]
    """Where clients connect."""
    port: int
    """The port of AMQP."""
    username: str
    """Who they log in as."""
    peer: Peer
    """For a workload's ``reaches``, when it runs in the same namespace."""

    def __init__(self, name: str, args: RabbitMqArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        self._name, self._args, cluster = name, args, args.cluster
        called, self.port, self.username = physical("object", name), PORT, args.username
        ours = {"app.kubernetes.io/name": called}  # what the operator labels the pods with
        self.peer = Peer(pods=ours, ports=(PORT,))

        def metadata(part: str, named: str = called) -> Any:
            return {"name": named, "namespace": args.namespace, "labels": cluster.labelled(name, part)}

        definitions = Secret(
            f"{name}-definitions",
            metadata=metadata("definitions", f"{called}-definitions"),
            string_data={"definitions.json": self._definitions()},
            opts=cluster.child(self),
        )
        made = CustomResource(
            name,
            api_version=API,
            kind="RabbitmqCluster",
            metadata=metadata("queues"),
            spec=self._spec(ours, after(definitions, f"{called}-definitions")),
            opts=cluster.child(self, protect=cluster.protected, depends_on=[args.operator]),
        )
        PodDisruptionBudget(
            name,
            metadata=metadata("queues"),
            spec={"max_unavailable": 1, "selector": {"match_labels": ours}},
            opts=cluster.child(self),
        )
        flows = policy.among_themselves(ours, _NODES, [policy.scraped(METRICS)], PORT, args.clients)
        NetworkPolicy(name, metadata=metadata("queues"), spec=api(flows), opts=cluster.child(self))
        self._watch(ours)
        self.host = pulumi.Output.concat(after(made, called), ".", args.namespace, ".svc")
        self.register_outputs(
            {"host": self.host, "port": self.port, "username": self.username, "peer": self.peer.model_dump()}
        )

    def _definitions(self) -> pulumi.Output[str]:
        """Queues and the one user, which has no say over either."""
        args = self._args
        stated = {name: queue.arguments(name) for name, queue in sorted(args.queues.items())}
        stated |= {aside(name): {"x-queue-type": "quorum"} for name in sorted(args.queues)}
        return pulumi.Output.secret(args.password).apply(
            lambda password: json.dumps(
                {
                    "users": [{"name": args.username, "password": password, "tags": []}],
                    "vhosts": [{"name": "/"}],
                    "permissions": [
                        {"user": args.username, "vhost": "/", "configure": "", "write": ".*", "read": ".*"}
                    ],
                    "queues": [
                        {"name": queue, "vhost": "/", "durable": True, "auto_delete": False, "arguments": arguments}
                        for queue, arguments in stated.items()
                    ],
                }
            )
        )

    def _spec(self, ours: dict[str, str], definitions: Str) -> dict[str, Any]:
        args = self._args
        claim = {"storage": f"{args.storage}Gi"}
        folder = {"name": "definitions", "mountPath": _FOLDER, "readOnly": True}
        return {
            "replicas": NODES,
            "image": args.image,
            "persistence": {**claim, **({"storageClassName": args.storage_class} if args.storage_class else {})},
            "resources": pods.resources(args.cpu, args.memory),
            "terminationGracePeriodSeconds": 600,
            "tolerations": pods.tolerations(),
            "rabbitmq": {
                "additionalConfig": "\n".join(
                    (
                        f"load_definitions = {_FOLDER}/definitions.json",
                        "default_queue_type = quorum",
                        "cluster_partition_handling = pause_minority",
                        "",
                    )
                )
            },
            "override": {
                "statefulSet": {
                    "spec": {
                        "template": {
                            "spec": {
                                "containers": [{"name": _CONTAINER, "volumeMounts": [folder]}],
                                "volumes": [{"name": "definitions", "secret": {"secretName": definitions}}],
                                "topologySpreadConstraints": [
                                    pods.even(ZONE, ours, strict=True),
                                    pods.even(HOST, ours, strict=True),
                                ],
                                **({"priorityClassName": args.priority} if args.priority else {}),
                            }
                        }
                    }
                }
            },
        }

    def _watch(self, ours: Mapping[str, str]) -> None:
        """Messages that wait too long or are too many, and those that nobody could do. RabbitMQ tells no age of quorum
        queues, so that one that is never empty for so long is late."""
        args = self._args
        rows: dict[str, tuple[Str, str]] = {}
        for name, queue in sorted(args.queues.items()):
            waiting = f'rabbitmq_detailed_queue_messages_ready{{queue="{name}"}}'
            put_aside = f'rabbitmq_detailed_queue_messages_ready{{queue="{aside(name)}"}}'
            rows[f"{name}-late"] = (f"min_over_time({waiting}[{queue.late}s]) > 0", "work has waited for long")
            rows[f"{name}-deep"] = (f"{waiting} >= {queue.deep}", "more waits than workers can do")
            rows[f"{name}-dead"] = (f"{put_aside} > 0", "nobody could do a message")
        any_queue = next(iter(sorted(args.queues)))
        rows["queues-unseen"] = alerts.unseen(f'rabbitmq_detailed_queue_messages_ready{{queue="{any_queue}"}}')
        alerts.scraped(
            self,
            self._name,
            args.cluster,
            args.namespace,
            pods=ours,
            port="prometheus",
            path="/metrics/detailed",
            families=("queue_coarse_metrics",),
        )
        alerts.rules(self, f"{self._name}-queues", args.cluster, args.namespace, rows)
