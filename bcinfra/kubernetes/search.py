"""Search by the OpenSearch operator: an index over three zones, of what other stores hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import operator, pods, policy
from bcinfra.kubernetes.cluster import HOST, ZONE, Cluster, after, api
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import Operator
from bcinfra.kubernetes.policy import Peer

API: Final = "opensearch.org/v1"
PORT: Final = 9200
_TRANSPORT: Final = 9300
NODES: Final = 3
"""Nodes that lead and hold data: while two live there is a leader, and every shard with a replica."""
_ADMINISTRATOR: Final = "admin"
_RIGHTS: Final = ("cluster:monitor/main", "cluster:monitor/health", "indices:data/*", "indices:admin/template/*")


class SearchArgs(Args):
    """Arguments of :class:`Search`."""

    cluster: Cluster
    """Where it runs: over three zones or more."""
    namespace: Str
    """Its namespace."""
    operator: Operator
    """The operator there, of kind ``opensearch``."""
    version: str = Field(pattern=r"^\d+\.\d+(\.\d+)?$", examples=["2.19.3"])
    """OpenSearch version, of the images that its maker publishes."""
    cpu: float = Field(default=1, gt=0, le=64)
    """Cores of a node."""
    memory: int = Field(ge=1024)
    """Memory of a node, MiB; half of it is the heap."""
    storage: int = Field(ge=10, le=16_384)
    """Storage of a node, GiB."""
    storage_class: str | None = None
    """Storage class of the volumes; the cluster's default if not given."""
    administrator_password: Str
    """What operators and the operator itself log in with, as ``admin``."""
    username: str = Field(default="shop", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """Who the shop logs in as: it fills and asks indices, and changes no user or setting of the cluster."""
    password: Str
    """What the shop must say."""
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
            yield f"cluster: {zones} zone(s); a leader needs a majority, which three zones always leave"
        yield from operator.wrong(self.operator, "opensearch")


class Search(Component):
    """Three nodes of OpenSearch in three zones, that lead and hold data, with TLS between them and to clients.

    Every index needs a replica (``number_of_replicas: 1``, which is what OpenSearch does unless it is told otherwise):
    then the loss of a zone leaves all of it. What the index holds is made again from the database, by the shop's own
    program. The operator's own authority signs the certificate that clients see.
    """

    package = "kubernetes"

    host: pulumi.Output[str]
    """Where clients ask."""
    port: int
    """The port of HTTPS."""
    username: str
    """Who the shop logs in as."""
    peer: Peer
    """For a workload's ``reaches``, when it runs in the same namespace."""

    def __init__(self, name: str, args: SearchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        self._name, self._args, cluster = name, args, args.cluster
        called, self.port, self.username = physical("object", name), PORT, args.username
        ours = {"opensearch.org/opensearch-cluster": called}  # what the operator labels the pods with
        self.peer = Peer(pods=ours, ports=(PORT,))
        administrator = self._login("administrator", _ADMINISTRATOR, args.administrator_password)
        shop = self._login("shop", args.username, args.password)
        made = self._custom(
            "OpenSearchCluster",
            "index",
            name,
            self._spec(called, ours, administrator),
            protect=cluster.protected,
            depends_on=[args.operator],
        )
        self._user(after(made, called), shop)
        operators = {"from": Peer(namespace=args.operator.namespace).rule, "ports": policy.ports([PORT])}
        flows = policy.among_themselves(ours, (PORT, _TRANSPORT), [operators], PORT, args.clients)
        NetworkPolicy(name, metadata=self._metadata("index", called), spec=api(flows), opts=cluster.child(self))
        self.host = pulumi.Output.concat(after(made, called), ".", args.namespace, ".svc")
        self.register_outputs(
            {"host": self.host, "port": self.port, "username": self.username, "peer": self.peer.model_dump()}
        )

    def _metadata(self, part: str, named: str) -> Any:
        args = self._args
        return {"name": named, "namespace": args.namespace, "labels": args.cluster.labelled(self._name, part)}

    def _custom(
        self, kind: str, part: str, logical: str, spec: object, called: str | None = None, **options: Any
    ) -> CustomResource:
        return CustomResource(
            logical,
            api_version=API,
            kind=kind,
            metadata=self._metadata(part, physical("object", called or logical)),
            spec=spec,
            opts=self._args.cluster.child(self, **options),
        )

    def _login(self, who: str, username: str, password: Str) -> Str:
        """The secret with a user's name and password."""
        called = physical("object", f"{self._name}-{who}")
        secret = Secret(
            f"{self._name}-{who}",
            metadata=self._metadata("login", called),
            string_data={"username": username, "password": password},
            opts=self._args.cluster.child(self),
        )
        return after(secret, called)

    def _user(self, index: Str, login: Str) -> None:
        """The shop's own user: its rights are those of a role that is made for it."""
        args, role = self._args, physical("object", f"{self._name}-role")
        of = {"opensearchCluster": {"name": index}}
        self._custom(
            "OpensearchRole",
            "role",
            f"{self._name}-role",
            {
                **of,
                "clusterPermissions": list(_RIGHTS),
                "indexPermissions": [{"indexPatterns": ["*"], "allowedActions": ["indices_all"]}],
            },
        )
        self._custom(
            "OpensearchUser",
            "user",
            f"{self._name}-user",
            {**of, "passwordFrom": {"name": login, "key": "password"}},
            called=args.username,  # OpenSearch knows a user by the name of the object
        )
        self._custom(
            "OpensearchUserRoleBinding",
            "role",
            f"{self._name}-binding",
            {**of, "users": [physical("object", args.username)], "roles": [role]},
        )

    def _spec(self, called: str, ours: dict[str, str], administrator: Str) -> dict[str, Any]:
        args = self._args
        storage_class = {"storageClass": args.storage_class} if args.storage_class else {}
        return {
            "general": {"serviceName": called, "version": args.version, "httpPort": PORT, "drainDataNodes": True},
            "security": {
                "config": {"adminCredentialsSecret": {"name": administrator}},
                "tls": {"transport": {"generate": True, "perNode": True}, "http": {"generate": True}},
            },
            "nodePools": [
                {
                    "component": "nodes",
                    "replicas": NODES,
                    "roles": ["cluster_manager", "data", "ingest"],
                    "diskSize": f"{args.storage}Gi",
                    "jvm": f"-Xms{args.memory // 2}m -Xmx{args.memory // 2}m",
                    "resources": pods.resources(args.cpu, args.memory),
                    "persistence": {"pvc": {"accessModes": ["ReadWriteOnce"], **storage_class}},
                    "pdb": {"enable": True, "maxUnavailable": 1},
                    "tolerations": pods.tolerations(),
                    "topologySpreadConstraints": [
                        pods.even(ZONE, ours, strict=True),
                        pods.even(HOST, ours, strict=True),
                    ],
                    **({"priorityClassName": args.priority} if args.priority else {}),
                }
            ],
        }
