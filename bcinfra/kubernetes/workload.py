"""Web and application servers: replicas over all zones that are replaced, drained, scaled and kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.core.v1 import Secret, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.kubernetes import alerts, jobs, pods, policy
from bcinfra.kubernetes.cluster import Cluster, after, api
from bcinfra.kubernetes.jobs import Job
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.policy import HTTPS, Peer
from bcinfra.planning.scaling import Change, changes
from bcinfra.spec import Peak

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""Name of an environment variable."""
Directory = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)+$")]
"""A directory of the container."""

UNLISTED: Final = 10
"""Seconds that a replica goes on serving after it was told to stop: so long do balancers still send to it."""
_PROBE: Final = 5
"""Seconds between two looks at a replica."""
_RESTARTS: Final = 2
"""Ends of a container within a quarter of an hour that need nobody. An assumption."""


PATCH: Final = 'exec kubectl patch hpa "$AUTOSCALER" --type merge --patch "$PATCH"'
"""A shell script that sets an autoscaler's minimum."""
ON_ITS_DAY: Final = """\
case " $DAYS " in *" $(date -u +%m%d) "*) ;; *) exit 0 ;; esac
[ "$(date -u +%u)" = "$WEEKDAY" ] || exit 0
"""
"""What it begins with where the day moves."""


class ProgramArgs(Args):
    """Arguments that everything has that runs in pods of one container."""

    cluster: Cluster
    """Where it runs."""
    namespace: Str
    """Its namespace, such as ``Namespace(...).name``."""
    image: Str
    """What a replica runs. By digest (``name@sha256:...``) it is the same at every site and after every restart."""
    drain: int = Field(default=60, ge=0, le=3600)
    """Seconds that a replica which leaves has to finish its requests."""
    cpu: float = Field(gt=0, le=128)
    """Cores reserved for a replica."""
    memory: int = Field(ge=16)
    """Memory of a replica, MiB."""
    priority: str | None = None
    """A priority class, such as one of ``Priorities(...).names``."""
    environment: Mapping[Variable, Str] = {}
    """Environment variables."""
    secrets: Mapping[Variable, Str] = {}
    """Environment variables that are secret. A change starts new replicas."""
    command: tuple[str, ...] = ()
    """What the container is started with, in place of the image's own command."""
    architecture: Literal["amd64", "arm64"] | None = None
    """Nodes that it runs on, by what they are built for; any if not given."""
    writable: frozenset[Directory] = frozenset({"/tmp"})  # noqa: S108  a directory of the container, empty at each start
    """Directories that may be written; they are empty at each start, so that no state is kept by accident."""
    claims: Mapping[Directory, Str] = {}
    """Shared file systems, as directory to name of the claim, such as ``SharedFiles(...).claims["media"]``."""
    pull_secret: Str | None = None
    """Name of a secret of its namespace, of kind ``kubernetes.io/dockerconfigjson``, by which its image is pulled; none
    where the nodes themselves may pull it."""
    identity: Mapping[str, Str] = {}
    """Annotations of its service account that make it an identity in a cloud, such as
    ``{"eks.amazonaws.com/role-arn": ...}``."""
    user: int = Field(default=10001, ge=1)
    """The user that it runs as; never root."""
    reaches: Mapping[str, Peer] = {}
    """What it talks to, by a name for each: MySQL, Redis, a system on premises. Each says its ports."""
    internet: bool = True
    """Whether it may talk HTTPS to the internet: payment providers, clouds."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        for name in sorted(self.environment.keys() & self.secrets.keys()):
            yield f"environment: {name!r} is also in secrets; each name is used once"
        for name, peer in self.reaches.items():
            if not peer.ports:
                yield f"reaches.{name}: needs ports, or every port would be open"


class WorkloadArgs(ProgramArgs):
    """Arguments of :class:`Workload`."""

    port: int = Field(default=8080, ge=1024, le=65535)
    """TCP port that a replica listens on."""
    health_path: str = Field(default="/healthz", pattern=r"^/")
    """Answers 200 while a replica can serve."""
    live_path: str | None = Field(default=None, pattern=r"^/")
    """Answers 200 while a restart would not help. If not given, an open port is enough: ``health_path`` may look at the
    database, and one that is away must not restart every replica."""
    warmup: int = Field(default=60, ge=5, le=3600)
    """Seconds that a replica takes to start."""
    replicas: int = Field(ge=0)
    """Replicas that run at first. 0 is a pilot light. Autoscaling moves it from there."""
    minimum: int = Field(default=2, ge=0)
    """Fewest replicas that run."""
    peak: int = Field(ge=0)
    """Most replicas that run."""
    peaks: Mapping[str, Peak] = {}
    """Shopping days for which capacity is there before the customers are. See :mod:`bcinfra.planning.scaling`. The
    cluster must have ``kubectl_image``."""
    cpu_target: int = Field(default=50, ge=10, le=90)
    """CPU use in percent of ``cpu`` that autoscaling aims at: at half, two zones' replicas carry the load of three."""
    ports: Mapping[str, int] = {}
    """Further TCP ports that a replica listens on, by a name for each: its namespace reaches them."""
    clients: Mapping[str, Peer] = {}
    """Who may connect, by a name for each: the ingress controller, another workload."""

    def _problems(self) -> Iterable[str]:
        for name, count in (("replicas", self.replicas), ("minimum", self.minimum), ("peak", self.peak)):
            if count == 1:
                yield f"{name}: 1 replica is one node's failure away from none; take 2 or more, or 0 for a pilot light"
        if not self.minimum <= self.replicas <= self.peak:
            yield f"replicas: {self.replicas} is not between minimum ({self.minimum}) and peak ({self.peak})"
        yield from super()._problems()
        if self.peaks and not self.cluster.kubectl_image:
            yield f"peaks: the cluster {self.cluster.name!r} needs kubectl_image, to raise the minimum before a peak"

    @property
    def changes(self) -> dict[str, Change]:
        """The yearly changes of the minimum for the peaks."""
        return changes(self.peaks, minimum=self.minimum, replicas=self.replicas, peak=self.peak)


class Program(Component):
    """Pods of one container. Nobody talks to them, and they talk to nobody, but whom their arguments name."""

    package = "kubernetes"

    labels: Mapping[str, str]
    """Labels of the replicas, for other workloads' policies."""
    secrets: Mapping[str, pulumi.Output[str]]
    """Name of the Secret that holds each variable which is secret: another at each change of any."""

    _args: Any  # those of the class that is made

    def __init__(self, name: str, args: ProgramArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, args.cluster.where)
        self._name, self._args, self._called = name, args, physical("service", name)
        self.labels = args.cluster.selector(name, "replica")
        self._told = self._secret()
        self.secrets = dict.fromkeys(sorted(args.secrets), self._told) if self._told is not None else {}

    @property
    def _metadata(self) -> dict[str, Any]:
        args: ProgramArgs = self._args
        labels = args.cluster.labelled(self._name, "replica")
        return {"name": self._called, "namespace": args.namespace, "labels": labels}

    def _pod(self, container: Mapping[str, Any]) -> dict[str, Any]:
        """Pods of one container, with what is its own in ``container``."""
        args: ProgramArgs = self._args
        volumes, mounts = pods.scratch(args.writable)
        for path, claim in sorted(args.claims.items()):
            shared = path.strip("/").replace("/", "-").lower()
            volumes.append({"name": shared, "persistentVolumeClaim": {"claimName": claim}})
            mounts.append({"name": shared, "mountPath": path})
        return {
            "serviceAccountName": self._account(),
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            **({"priorityClassName": args.priority} if args.priority else {}),
            **({"imagePullSecrets": [{"name": args.pull_secret}]} if args.pull_secret is not None else {}),
            "securityContext": pods.user(args.user),
            "terminationGracePeriodSeconds": UNLISTED + args.drain,
            **({"nodeSelector": {"kubernetes.io/arch": args.architecture}} if args.architecture else {}),
            "topologySpreadConstraints": pods.spread(self.labels),
            "tolerations": pods.tolerations(),
            "volumes": volumes,
            "containers": [
                {
                    "name": "app",
                    "image": args.image,
                    **({"args": list(args.command)} if args.command else {}),
                    "env": pods.environment(args.environment, self._told, args.secrets),
                    "resources": pods.resources(args.cpu, args.memory),
                    "securityContext": dict(pods.RESTRICTED),
                    **container,
                    "volumeMounts": mounts,
                }
            ],
        }

    def _account(self) -> pulumi.Output[str]:
        args: ProgramArgs = self._args
        account = ServiceAccount(
            self._name,
            metadata=api({**self._metadata, "annotations": dict(args.identity)}),
            automount_service_account_token=False,
            opts=args.cluster.child(self),
        )
        return after(account, self._called)

    def _secret(self) -> pulumi.Output[str] | None:
        """Immutable, and named anew by Pulumi at each change, so that the change rolls out like an image."""
        args: ProgramArgs = self._args
        if not args.secrets:
            return None
        return Secret(
            self._name,
            metadata={"namespace": args.namespace, "labels": args.cluster.labelled(self._name, "secret")},
            string_data=dict(args.secrets),  # which the SDK makes a secret
            immutable=True,
            opts=args.cluster.child(self),
        ).metadata.apply(lambda metadata: metadata.name or "")

    def _watch(self, fewest: int) -> None:
        """Replicas that are missing, and containers that end again and again (kube-state-metrics, metrics of
        deployments and pods); of a pilot light none are missed."""
        args: ProgramArgs = self._args
        ready = f'kube_deployment_status_replicas_available{{deployment="{self._called}"}}'
        restarts = f'kube_pod_container_status_restarts_total{{pod=~"{self._called}-.*",container="app"}}'
        rows: dict[str, tuple[Str, str]] = {
            "ReplicasMissing": (f"{ready} < {fewest}", f"replicas of {self._name} are missing"),
            "ReplicasRestarting": (
                f"increase({restarts}[15m]) > {_RESTARTS}",
                f"a replica of {self._name} ends again and again",
            ),
            "ReplicasUnseen": alerts.unseen(ready),
        }
        if fewest:
            alerts.rules(self, f"{self._name}-alerts", args.cluster, args.namespace, rows)

    def _flows(self, ingress: Sequence[Mapping[str, Any]] = ()) -> None:
        """Who talks to it, and whom it talks to: everything else is refused."""
        args: ProgramArgs = self._args
        reached = [{"to": peer.rule, "ports": policy.ports(peer.ports)} for _, peer in sorted(args.reaches.items())]
        spec = {
            "podSelector": {"matchLabels": self.labels},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": list(ingress),
            "egress": [policy.names(), *([policy.internet(HTTPS)] if args.internet else []), *reached],
        }
        NetworkPolicy(self._name, metadata=api(self._metadata), spec=api(spec), opts=args.cluster.child(self))


class Workload(Program):
    """Replicas that survive the loss of a node and of a zone without a person.

    They are spread evenly over zones and never pinned to a dead one. A drain or an upgrade takes one at a time. What
    left a dead node runs elsewhere after half a minute, if there is room: keep it free, or let low priorities go.
    Nobody talks to them, and they talk to nobody, but whom ``clients`` and ``reaches`` name.
    """

    package = "kubernetes"

    service: pulumi.Output[str]
    """Name of the service, for an ingress."""
    host: pulumi.Output[str]
    """Name under which other workloads of the cluster reach it."""
    port: int
    """Port of the service."""

    _args: WorkloadArgs

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.port = args.port
        deployment = self._deployment()
        self._keep_up(deployment)
        service = Service(
            name,
            metadata=api(self._metadata),
            spec=api(
                {
                    "selector": self.labels,
                    "ports": [
                        {"name": what, "port": port, "targetPort": what, "protocol": "TCP"}
                        for what, port in self._ports.items()
                    ],
                }
            ),
            opts=args.cluster.child(self),
        )
        self._flows(self._admitted())
        self._watch(args.minimum)
        self.service = after(service, self._called)
        self.host = pulumi.Output.concat(self.service, ".", args.namespace, ".svc")
        self.register_outputs(
            {
                "service": self.service,
                "host": self.host,
                "port": self.port,
                "labels": dict(self.labels),
                "secrets": self.secrets,
            }
        )

    def _admitted(self) -> list[dict[str, Any]]:
        """Who may connect, to which ports."""
        args = self._args
        own = policy.ports([args.port])
        inside: list[dict[str, Any]] = [
            {"from": [{"podSelector": dict[str, str]()}], "ports": policy.ports(sorted(args.ports.values()))}
        ]
        return [
            *({"from": peer.rule, "ports": own} for _, peer in sorted(args.clients.items())),
            *(inside if args.ports else []),
        ]

    def _replica(self) -> dict[str, Any]:
        """The pod, which is asked how it is, and goes on serving for a while after it was told to stop."""
        args = self._args
        return self._pod(
            {
                "ports": [
                    {"name": what, "containerPort": port, "protocol": "TCP"} for what, port in self._ports.items()
                ],
                "lifecycle": {"preStop": {"sleep": {"seconds": UNLISTED}}},
                "startupProbe": self._probe(args.live_path, failures=2 * -(-args.warmup // _PROBE)),
                "readinessProbe": self._probe(args.health_path, failures=3),
                "livenessProbe": self._probe(args.live_path, failures=6),
            }
        )

    @property
    def _ports(self) -> dict[str, int]:
        """The ports of a replica by name, that of its requests first."""
        return {"http": self._args.port, **dict(sorted(self._args.ports.items()))}

    def _deployment(self) -> Deployment:
        args = self._args
        spec = {
            "replicas": args.replicas,
            "revisionHistoryLimit": 5,
            "progressDeadlineSeconds": args.warmup + 600,
            "selector": {"matchLabels": self.labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "25%"}},
            "template": {"metadata": {"labels": args.cluster.labelled(self._name, "replica")}, "spec": self._replica()},
        }
        return Deployment(
            self._name,
            metadata=api(self._metadata),
            spec=api(spec),
            opts=args.cluster.child(self, ignore_changes=["spec.replicas"]),  # autoscaling moves it
        )

    @staticmethod
    def _probe(path: str | None, failures: int) -> dict[str, Any]:
        return {
            **({"httpGet": {"path": path, "port": "http"}} if path else {"tcpSocket": {"port": "http"}}),
            "periodSeconds": _PROBE,
            "timeoutSeconds": 3,
            "failureThreshold": failures,
        }

    def _keep_up(self, deployment: Deployment) -> None:
        """How many replicas there are: when nodes are drained, when load changes, before the shopping days."""
        args, cluster = self._args, self._args.cluster
        PodDisruptionBudget(
            self._name,
            metadata=api(self._metadata),
            spec=api(
                {
                    "maxUnavailable": 1,
                    "selector": {"matchLabels": self.labels},
                    "unhealthyPodEvictionPolicy": "AlwaysAllow",  # a broken replica must not block a drain
                }
            ),
            opts=cluster.child(self),
        )
        if not args.minimum:
            return  # an autoscaler knows no 0: a pilot light is raised by whoever fails over to it
        autoscaler = HorizontalPodAutoscaler(
            self._name,
            metadata=api(self._metadata),
            spec=api(
                {
                    "scaleTargetRef": {
                        "apiVersion": "apps/v1",
                        "kind": "Deployment",
                        "name": after(deployment, self._called),
                    },
                    "minReplicas": args.minimum,
                    "maxReplicas": args.peak,
                    "metrics": [
                        {
                            "type": "Resource",
                            "resource": {
                                "name": "cpu",
                                "target": {"type": "Utilization", "averageUtilization": args.cpu_target},
                            },
                        }
                    ],
                    "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
                }
            ),
            # The calendar moves the minimum; a deployment on a shopping day must not move it back.
            opts=cluster.child(self, ignore_changes=["spec.minReplicas"] if args.changes else []),
        )
        for what, change in args.changes.items():
            self._raise(autoscaler, what, change)

    def _raise(self, autoscaler: HorizontalPodAutoscaler, what: str, change: Change) -> None:
        """A job that sets the minimum once a year: of the days that it runs on, the one with the right day of the
        week."""
        args = self._args
        patch = f'{{"spec":{{"minReplicas":{change.minimum}}}}}'
        jobs.schedule(
            self,
            f"{self._name}-{what}",
            args.cluster,
            args.namespace,
            "peak",
            Job(
                schedule=_crontab(change),
                image=args.cluster.known_kubectl_image,
                script=PATCH if change.weekday is None else f"{ON_ITS_DAY}{PATCH}",
                environment={"AUTOSCALER": after(autoscaler, self._called), "PATCH": patch, **_its_day(change)},
                deadline=300,
                rules=[
                    {
                        "apiGroups": ["autoscaling"],
                        "resources": ["horizontalpodautoscalers"],
                        "resourceNames": [self._called],
                        "verbs": ["get", "patch"],
                    }
                ],
            ),
        )


def _crontab(change: Change) -> str:
    days = ",".join(str(day) for _, day in change.days)
    months = ",".join(str(month) for month in dict.fromkeys(month for month, _ in change.days))
    return f"0 {change.hour} {days} {months} *"


def _its_day(change: Change) -> dict[str, str]:
    """What the script looks at: crontabs with several months name days of neither peak."""
    if change.weekday is None:
        return {}
    return {"WEEKDAY": str(change.weekday), "DAYS": " ".join(f"{month:02}{day:02}" for month, day in change.days)}
