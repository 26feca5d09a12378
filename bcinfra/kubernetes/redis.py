"""Redis by the Opstree operator: a cluster whose every shard survives a zone, and whose data is on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import ConfigMap, Secret
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import alerts, operator, pods, policy
from bcinfra.kubernetes.alerts import FULL
from bcinfra.kubernetes.cluster import HOST, ZONE, Cluster, after, api
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import Operator
from bcinfra.kubernetes.policy import Peer

API: Final = "redis.redis.opstreelabs.in/v1beta2"
PORT: Final = 6379
_BUS: Final = 16379
_METRICS: Final = 9121
"""Figures of what stands beside each member."""

SHARD: Final = "apps.kubernetes.io/pod-index"
"""The label that a StatefulSet gives its pods. The operator makes follower *n* a copy of leader *n*, so that this label
is the same on both pods of a shard."""

SETTINGS: Final[Mapping[str, str]] = {
    "appendonly": "yes",
    "appendfsync": "everysec",
    "cluster-node-timeout": "5000",
    "cluster-require-full-coverage": "no",
}
"""A process that restarts has its data to the last second; a shard fails over after 5 s and not 15, and takes no other
with it."""

_SECURITY: Final = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


class RedisArgs(Args):
    """Arguments of :class:`Redis`."""

    cluster: Cluster
    """Where it runs: over three zones or more."""
    namespace: Str
    """Its namespace."""
    operator: Operator
    """The operator there, of kind ``redis``."""
    image: str = "quay.io/opstree/redis:v7.0.15"
    """The server, built for the operator."""
    exporter_image: str = "quay.io/opstree/redis-exporter:v1.44.0"
    """What tells Prometheus of each member, where the cluster has its operator."""
    shards: int = Field(default=3, ge=3, le=100)
    """Parts that the keys are divided over. A failover needs a majority of their leaders: three at least."""
    cpu: float = Field(default=0.5, gt=0, le=64)
    """Cores of a pod."""
    memory: int = Field(ge=64)
    """Memory of a pod, MiB. Three quarters are for keys."""
    storage: int = Field(ge=1, le=16384)
    """Storage of a pod, GiB: twice the memory or more, since the log is rewritten beside the old one."""
    storage_class: str | None = None
    """Storage class of the volumes, which must wait for the first consumer; the cluster's default if not given."""
    password: Str
    """What clients must say."""
    priority: str | None = None
    """A priority class, such as ``shop-data``."""
    settings: Mapping[str, str] = {}
    """Further settings of Redis; they win over :data:`SETTINGS`."""
    clients: Mapping[str, Peer] = {}
    """Who may connect, by a name for each."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        zones = len(self.cluster.zones)
        if zones < 3:
            yield f"cluster: {zones} zone(s); a failover needs a majority of leaders, which three zones always leave"
        yield from operator.wrong(self.operator, "redis")
        if self.storage * 1024 < 2 * self.memory:
            yield f"storage: {self.storage} GiB is less than twice the memory, {self.memory} MiB"


class Redis(Component):
    """A Redis cluster: each shard has a leader and a follower in different zones, and fails over by itself.

    Writes are copied after they are acknowledged, so that a failover can lose the last second of them. A leader that
    lost its role keeps the other: after an outage leaders may stand together in one zone, until somebody runs
    ``redis-cli cluster failover`` on the followers that should lead.
    """

    package = "kubernetes"

    host: pulumi.Output[str]
    """Where clients that know Redis Cluster start."""
    port: int
    """The port."""
    name: str
    """The name of the custom resource."""
    password_secret: pulumi.Output[str]
    """The Kubernetes secret with the password (key ``password``)."""
    peer: Peer
    """For a workload's ``reaches``, when it runs in the same namespace."""

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        self._args, cluster = args, args.cluster
        self.name, self.port = physical("redis", name), PORT
        pods_of_ours = {"cluster": self.name}  # what the operator labels them with
        self.peer = Peer(pods=pods_of_ours, ports=(PORT,))

        def metadata(part: str, called: str = self.name) -> Any:
            return {"name": called, "namespace": args.namespace, "labels": cluster.labelled(name, part)}

        secret = Secret(
            f"{name}-password",
            metadata=metadata("secret", f"{self.name}-password"),
            string_data={"password": args.password},
            opts=cluster.child(self),
        )
        self.password_secret = after(secret, f"{self.name}-password")
        settings = ConfigMap(
            f"{name}-settings",
            metadata=metadata("settings", f"{self.name}-settings"),
            data={"redis-additional.conf": self._settings()},
            opts=cluster.child(self),
        )
        made = CustomResource(
            name,
            api_version=API,
            kind="RedisCluster",
            metadata=metadata("cache"),
            spec=self._spec(after(settings, f"{self.name}-settings")),
            opts=cluster.child(self, protect=cluster.protected, depends_on=[args.operator]),
        )
        operators = {"from": Peer(namespace=args.operator.namespace).rule, "ports": policy.ports([PORT])}
        others = [operators, *([policy.scraped(_METRICS)] if cluster.prometheus else [])]
        flows = policy.among_themselves(pods_of_ours, (PORT, _BUS), others, PORT, args.clients)
        NetworkPolicy(name, metadata=metadata("cache"), spec=api(flows), opts=cluster.child(self))
        self._watch(name, pods_of_ours)
        self.host = pulumi.Output.concat(after(made, f"{self.name}-leader"), ".", args.namespace, ".svc")
        self.register_outputs(
            {
                "host": self.host,
                "port": self.port,
                "name": self.name,
                "passwordSecret": self.password_secret,
                "peer": self.peer.model_dump(),
            }
        )

    def _watch(self, name: str, ours: Mapping[str, str]) -> None:
        """Members that are missing, slots that nobody answers for, a memory that is full, as the exporter beside each
        member tells (redis_exporter documentation, exported metrics; read 2026-11)."""
        args, cluster = self._args, self._args.cluster
        who = f'{{pod=~"{self.name}-.*"}}'
        members = f'kube_statefulset_status_replicas_ready{{statefulset=~"{self.name}-(leader|follower)"}}'
        rows: dict[str, tuple[Str, str]] = {
            "RedisMemberMissing": (f"{members} < {args.shards}", "a leader or follower is missing"),
            "RedisFailing": (f"min(redis_cluster_state{who}) < 1", "slots have nobody who answers for them"),
            "RedisEvicting": (f"increase(redis_evicted_keys_total{who}[15m]) > 0", "carts are thrown away"),
            "RedisFull": (
                f"redis_memory_used_bytes{who} / (redis_memory_max_bytes{who} > 0) > {FULL}",
                "memory is nearly full",
            ),
            "RedisUnseen": alerts.unseen(members, f"redis_cluster_state{who}"),
        }
        alerts.scraped(self, name, cluster, args.namespace, pods=ours, port="redis-exporter", path="/metrics")
        alerts.rules(self, f"{name}-alerts", cluster, args.namespace, rows)

    def _settings(self) -> str:
        limit = {"maxmemory": f"{self._args.memory * 3 // 4}mb"}
        settings = {**SETTINGS, **limit, **self._args.settings}
        return "".join(f"{key} {value}\n" for key, value in sorted(settings.items()))

    def _spec(self, settings: Str) -> dict[str, Any]:
        args = self._args
        return {
            "clusterSize": args.shards,
            "clusterVersion": "v7",
            "persistenceEnabled": True,
            "podSecurityContext": pods.user(1000),
            "kubernetesConfig": {
                "image": args.image,
                "imagePullPolicy": "IfNotPresent",
                "resources": pods.resources(args.cpu, args.memory),
                "redisSecret": {"name": self.password_secret, "key": "password"},
                "updateStrategy": {"type": "RollingUpdate"},
            },
            **(
                {
                    "redisExporter": {
                        "enabled": True,
                        "image": args.exporter_image,
                        "resources": pods.resources(0.05, 64),
                        "securityContext": dict(_SECURITY),
                    }
                }
                if args.cluster.prometheus
                else {}
            ),
            "redisLeader": self._role("leader", settings),
            "redisFollower": self._role("follower", settings),
            "storage": {
                "volumeClaimTemplate": {"spec": self._claim(args.storage)},
                "nodeConfVolume": True,
                "nodeConfVolumeClaimTemplate": {"spec": self._claim(1)},
                "keepAfterDelete": args.cluster.protected,
            },
            **({"priorityClassName": args.priority} if args.priority else {}),
        }

    def _role(self, role: str, settings: Str) -> dict[str, Any]:
        """Leaders stand in different zones, so that any zone leaves a majority; a follower never in its leader's."""
        ours = {"cluster": self.name}
        return {
            "replicas": self._args.shards,
            "redisConfig": {"additionalRedisConfig": settings},
            "securityContext": dict(_SECURITY),
            "terminationGracePeriodSeconds": 60,
            "pdb": {"enabled": True, "maxUnavailable": 1},
            "tolerations": pods.tolerations(),
            "topologySpreadConstraints": [
                pods.even(ZONE, ours, strict=True, each=SHARD),
                # Followers get what zones are left: strict on both could leave the last one without a place.
                pods.even(ZONE, {**ours, "role": role}, strict=role == "leader"),
                pods.even(HOST, ours, strict=False),
            ],
        }

    def _claim(self, size: int) -> dict[str, Any]:
        storage_class = self._args.storage_class
        return {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{size}Gi"}},
            **({"storageClassName": storage_class} if storage_class else {}),
        }
