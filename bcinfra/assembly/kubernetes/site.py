"""One site of a shop on Kubernetes: its namespaces and operators first, its tiers when the data they reach is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypedDict

import pulumi

from bcinfra import spec
from bcinfra.assembly import workload
from bcinfra.assembly.capacity import capacity, growth
from bcinfra.assembly.kubernetes.regions import CONTROLLERS
from bcinfra.assembly.schedule import planned_work
from bcinfra.assembly.workload import WorkloadSettings
from bcinfra.component import Args, Component, Str
from bcinfra.kubernetes import (
    Cluster,
    Ingress,
    IngressArgs,
    Job,
    JobArgs,
    Namespace,
    NamespaceArgs,
    Operator,
    OperatorArgs,
    Peer,
    Priorities,
    PrioritiesArgs,
    Program,
    Route,
    Worker,
    WorkerArgs,
    Workload,
    WorkloadArgs,
)
from bcinfra.kubernetes.alerts import receivers
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import Kind

DATA: Final = "shop-data"
"""Priority of databases and caches."""
CRITICAL: Final = "shop-critical"
"""Priority of what serves customers."""
BY_THE_CLOCK: Final = 20
"""Pods that a quota leaves to what runs beside the shop for minutes: backups and their tests, what raises replicas
ahead of a peak, what proves a certificate's names. An assumption; a sample has seven such jobs at a site."""
USER: Final = 10001
"""The user that containers run as, unless a tier states another."""
ARCHITECTURES: Final[Mapping[str, Literal["amd64", "arm64"]]] = {"x86_64": "amd64", "arm64": "arm64"}
"""What Kubernetes calls an architecture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesSettings(WorkloadSettings[Peer]):
    """What the replicas of a site are told, and what they may reach."""

    claims: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Shared file systems by directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """What runs at one site."""

    served: Mapping[str, Workload]
    """What others connect to, by name."""
    secrets: Mapping[str, Str]
    """Names of the Secrets that hold what replicas are told in secret, by variable."""


class _ProgramFields(TypedDict):
    """What every container in the background has: the fields of ``ProgramArgs``."""

    cluster: Cluster
    namespace: Str
    image: str
    pull_secret: str | None
    command: tuple[str, ...]
    architecture: Literal["amd64", "arm64"] | None
    writable: frozenset[str]
    user: int
    cpu: float
    memory: int
    environment: Mapping[str, Str]
    secrets: Mapping[str, Str]
    claims: Mapping[str, Str]
    reaches: Mapping[str, Peer]


class KubernetesSiteDeploymentArgs(Args):
    """Arguments of :class:`KubernetesSiteDeployment`."""

    shop: spec.Shop
    """The shop that the site belongs to."""
    site: str
    """The site's name in it."""
    stated: spec.KubernetesSite
    """What is stated of it."""
    cluster: Cluster
    """The cluster it is."""


class KubernetesSiteDeployment(Component):
    """Namespaces, operators and tiers of one site. Nothing in it depends on another site."""

    package = "assembly"
    former_type = "bcinfra:assembly:Site"

    cluster: Cluster
    """The cluster."""
    namespace: pulumi.Output[str]
    """Where the tiers run."""
    data_namespace: pulumi.Output[str]
    """Where databases and caches run."""
    operators: Mapping[Kind, Operator]
    """What keeps the stores running."""

    def __init__(
        self, name: str, args: KubernetesSiteDeploymentArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, opts, inputs={"site": args.site, **args.stated.model_dump(mode="json")})
        shop = args.shop
        self._name, self._args = name, args
        self._inside = pulumi.ResourceOptions(parent=self)
        self.cluster = args.cluster
        Priorities(f"{name}-priorities", PrioritiesArgs(cluster=self.cluster), opts=self._inside)
        self.namespace = self._namespace(name, NamespaceArgs(cluster=self.cluster, pods=self._most_pods())).name
        # Pods that operators make bring settings of their own, which the strictest standard refuses.
        self.data_namespace = self._namespace(
            f"{name}-data", NamespaceArgs(cluster=self.cluster, security="baseline")
        ).name
        kinds: dict[Kind, object] = {
            "mysql": shop.mysql,
            "redis": shop.redis,
            "ceph": shop.media or shop.files,
            "rabbitmq": shop.queues,
            "opensearch": shop.search,
        }
        self.operators = {kind: self._operator(kind) for kind, part in kinds.items() if part}

    def _most_pods(self) -> int:
        """Twice what may run at once, as a release runs beside what it replaces: the site alone, at a peak."""
        shop, zones = self._args.shop, len(self.cluster.zones)
        tiers = sum(capacity(shop, self._args.site, tier, zones).maximum for tier in shop.tiers.values())
        behind = sum(one.replicas if isinstance(one, spec.Worker) else 1 for one in shop.background.values())
        return 2 * (tiers + behind) + BY_THE_CLOCK

    def _namespace(self, name: str, args: NamespaceArgs) -> Namespace:
        return Namespace(name, args, opts=self._inside)

    def _operator(self, kind: Kind) -> Operator:
        """An operator in a namespace of its own, which stays open: it talks to the cluster's API and is asked by it."""
        name = f"{self._name}-{kind}-operator"
        security = "privileged" if kind == "ceph" else "baseline"  # storage drivers mount for all
        args = NamespaceArgs(cluster=self.cluster, security=security, closed=False)
        return Operator(
            name,
            OperatorArgs(
                cluster=self.cluster,
                kind=kind,
                namespace=physical("object", name),
                requires=(self._namespace(name, args),),
            ),
            opts=self._inside,
        )

    def clients(self) -> dict[str, Peer]:
        """Who has the data, as databases let them in: the tier behind, where there are two, workers and jobs."""
        shop, here = self._args.shop, physical("object", self._name)
        return {what: Peer(namespace=here, pods=self._labels(what)) for what in (shop.data_tier, *shop.background)}

    def of_data(self, peer: Peer) -> Peer:
        """A store among the data, as the tiers reach it."""
        return peer.model_copy(update={"namespace": physical("object", f"{self._name}-data")})

    def _labels(self, what: str) -> dict[str, str]:
        return self.cluster.selector(f"{self._name}-{what}", "replica")

    def start(self, settings: KubernetesSettings, own: Mapping[str, Str]) -> Tiers:
        """Start the tiers: ``app`` first, which ``web`` reaches inside of the cluster. ``own`` holds the tiers' own
        secrets, by their keys in the configuration."""
        shop, stated, self._own = self._args.shop, self._args.stated, own
        served = dict[str, Workload]()
        told = shop.alarms
        # An alert is of its namespace, and so is who is told of it.
        watched: dict[str, Str] = {"tiers": self.namespace, "data": self.data_namespace}
        if ceph := self.operators.get("ceph"):
            watched["ceph"] = ceph.namespace
        for where, namespace in watched.items():
            receivers(
                self,
                f"{self._name}-{where}",
                self.cluster,
                namespace,
                emails=told.mail,
                pagers={who: own[key] for who, key in told.pager.items()},
                chats={who: (chat.channel, own[chat.token]) for who, chat in told.chat.items()},
                heartbeat=own[stated.heartbeat] if stated.heartbeat and where == "tiers" else None,
                muted=self._resting() if told.mute_planned and where == "data" else None,
            )
        controller = Peer(namespace=CONTROLLERS.get(stated.ingress, stated.ingress))
        environment = workload.own(shop, self._args.site)
        background = self._background(settings, environment)
        if shop.app:
            app = served["app"] = self._tier(
                "app", shop.app, settings, environment, Peer(pods=self._labels("web")), internet=True
            )
            settings = KubernetesSettings(reaches={"app": Peer(pods=self._labels("app"), ports=(app.port,))})
            environment["APP_URL"] = pulumi.Output.concat("http://", app.host, f":{app.port}")
        front = served["web"] = self._tier(
            "web", shop.web, settings, environment, controller, internet=shop.app is None
        )
        route = {"/": Route(service=front.service, port=front.port)}
        entrance = Ingress(
            f"{self._name}-entrance",
            IngressArgs(
                cluster=self.cluster,
                namespace=self.namespace,
                controller=stated.ingress,
                controller_zones=stated.ingress_zones,
                shielded=stated.ingress_shielded,
                hosts={
                    host: route
                    for domain in (shop.domain, *shop.domains)
                    for host in (domain, f"www.{domain}")
                    if host not in shop.redirects
                },
                redirects=shop.redirects,
                tls_secret=stated.existing.certificate
                if stated.existing
                else physical("object", f"{self._name}-certificate"),
                issuer=None if stated.existing else stated.issuer,
                availability=shop.objectives and shop.objectives.availability,
                prober=stated.prober,
                health_path=shop.web.health_path,
            ),
            opts=self._inside,
        )
        self.register_outputs(
            {
                "namespace": self.namespace,
                "dataNamespace": self.data_namespace,
                "address": entrance.address,
            }
        )
        started: Mapping[str, Program] = {**background, **served}
        return Tiers(
            served=served,
            secrets={variable: held for program in started.values() for variable, held in program.secrets.items()},
        )

    def _resting(self) -> dict[str, str]:
        """When people may work on a store, by how its alerts' names begin."""
        named = {"mysql": "MySql", "redis": "Redis"}
        return {named[what]: window for what, window in planned_work(self._args.shop, self._args.site).items()}

    def _background(self, settings: KubernetesSettings, environment: Mapping[str, Str]) -> dict[str, Program]:
        """Start the workers, and declare the jobs: both do their work where the shop writes."""
        shop, site, started = self._args.shop, self._args.site, dict[str, Program]()
        writes = site == shop.active or site in shop.live_sites
        for what, one in shop.background.items():
            fields: _ProgramFields = {
                "cluster": self.cluster,
                "namespace": self.namespace,
                "image": shop.image(what, site),
                "pull_secret": self._args.stated.pull_secret,
                "command": one.command,
                "architecture": ARCHITECTURES.get(one.architecture or ""),
                "writable": workload.writable(one),
                "user": one.user or USER,
                "cpu": one.cpu,
                "memory": round(one.memory * 1024),
                "environment": {**environment, **settings.plain, **one.environment},
                "secrets": {**settings.secret, **{variable: self._own[key] for variable, key in one.secrets.items()}},
                "claims": settings.claims,
                "reaches": settings.reaches,
            }
            name = f"{self._name}-{what}"
            match one:
                case spec.Worker(replicas=replicas):
                    args = WorkerArgs(**fields, replicas=replicas if writes else 0)
                    started[what] = Worker(name, args, opts=self._inside)
                case spec.Job(schedule=schedule, timeout=timeout):
                    by_the_clock = JobArgs(
                        **fields,
                        schedule=schedule,
                        timeout=round(timeout.total_seconds()),
                        enabled=site == shop.active,
                    )
                    started[what] = Job(name, by_the_clock, opts=self._inside)
                case _:
                    raise TypeError(what)
        return started

    def _tier(
        self,
        what: spec.TierName,
        tier: spec.Tier,
        settings: KubernetesSettings,
        environment: Mapping[str, Str],
        client: Peer,
        *,
        internet: bool,
    ) -> Workload:
        shop = self._args.shop
        count = capacity(shop, self._args.site, tier, len(self.cluster.zones))
        return Workload(
            f"{self._name}-{what}",
            WorkloadArgs(
                cluster=self.cluster,
                namespace=self.namespace,
                image=shop.image(what, self._args.site),
                pull_secret=self._args.stated.pull_secret,
                port=tier.port,
                ports=tier.ports,
                health_path=tier.health_path,
                live_path=tier.live_path,
                command=tier.command,
                architecture=ARCHITECTURES.get(tier.architecture or ""),
                writable=workload.writable(tier),
                user=tier.user or USER,
                cpu=tier.cpu,
                memory=round(tier.memory * 1024),
                replicas=count.desired,
                minimum=count.minimum,
                peak=count.maximum,
                peaks=growth(shop, count),
                cpu_target=tier.scaling.cpu,
                priority=CRITICAL,
                environment={**environment, **settings.plain, **tier.environment},
                secrets={**settings.secret, **{variable: self._own[key] for variable, key in tier.secrets.items()}},
                claims=settings.claims,
                clients={"callers": client},
                reaches=settings.reaches,
                internet=internet,
            ),
            opts=self._inside,
        )
