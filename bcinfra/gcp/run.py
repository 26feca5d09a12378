"""A tier of containers on Cloud Run in one region: no servers to mend, spread over its zones by itself."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, Final, Literal

import pulumi
from pulumi_gcp.cloudrunv2 import Service, ServiceIamMember
from pulumi_gcp.cloudscheduler import Job as Clock
from pulumi_gcp.compute import RegionNetworkEndpointGroup
from pulumi_gcp.serviceaccount import IAMMember as AccountIamMember
from pydantic import Field

from bcinfra.component import Args, Str
from bcinfra.gcp.capacity import minimums
from bcinfra.gcp.identity import Identity
from bcinfra.gcp.names import physical
from bcinfra.gcp.tier import Program, ProgramArgs, Tier, TierArgs
from bcinfra.gcp.watch import WatchedService
from bcinfra.gcp.workflows import RUN
from bcinfra.spec import Peak

FAILOVER_FIELDS: Final = ("scaling.minInstanceCount",)
"""What the peak calendar moves, and a failover."""


class NfsMount(Args):
    """A share that a container mounts, by NFS version 3 and without locks, as Cloud Run does."""

    server: Str
    """IPv4 address of what holds it, in the network."""
    path: str = Field(pattern=r"^/")
    """The share's name there."""


class ContainersArgs(ProgramArgs):
    """Arguments that every container on Cloud Run has."""

    cpu: Literal[1, 2, 4, 6, 8] = 1
    """vCPU of one replica."""
    memory: float = Field(default=0.5, ge=0.5, le=32)
    """Memory of one replica, GiB."""
    environment: Mapping[str, Str] = {}
    """Environment variables, in plain text. Secrets go into ``secrets``."""
    command: tuple[str, ...] = ()
    """What the container is started with, in place of the image's own command."""
    mounts: Mapping[str, NfsMount] = {}
    """Shared files, by the directory where the container finds them, such as ``Files(...).mount("ghent")``."""
    key_name: Str | None = None
    """Key of this region for the container image, which Cloud Run's agent may use."""

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        for variable in sorted(self.environment.keys() & self.secrets.keys()):
            yield f"environment: {variable!r} is also in secrets; a variable has one source"


class Containers(Program):
    """What describes a container on Cloud Run."""

    def __init__(self, name: str, args: ContainersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._told = args

    def _vpc(self, egress: str = "PRIVATE_RANGES_ONLY") -> Any:
        """The network that requests leave by: those to private addresses, or all."""
        args = self._told
        return {
            "egress": egress,
            "network_interfaces": [{"network": args.network_id, "subnetwork": args.subnet_id}],
        }

    def _volumes(self) -> Any:
        """What the container mounts, as a part of its template; ``None`` where it mounts nothing."""
        return [
            {"name": _volume(where), "nfs": {"server": one.server, "path": one.path}}
            for where, one in sorted(self._told.mounts.items())
        ] or None

    def _described(self) -> Any:
        """Image, resources, variables and mounts."""
        args = self._told
        mounted = [{"name": _volume(where), "mount_path": where} for where in sorted(args.mounts)]
        return {
            **({"volume_mounts": mounted} if mounted else {}),
            "image": args.image,
            **({"args": list(args.command)} if args.command else {}),
            "resources": {"limits": {"cpu": str(args.cpu), "memory": f"{round(args.memory * 1024)}Mi"}},
            "envs": [
                *({"name": name, "value": args.environment[name]} for name in sorted(args.environment)),
                *(
                    {
                        "name": name,
                        "value_source": {"secret_key_ref": {"secret": args.secrets[name], "version": "latest"}},
                    }
                    for name in sorted(args.secrets)
                ),
            ],
        }


def _volume(where: str) -> str:
    return where.strip("/").replace("/", "-").lower()


class CloudRunTierArgs(TierArgs, ContainersArgs):
    """Arguments of :class:`CloudRunTier`."""

    concurrency: int = Field(default=80, ge=1, le=1000)
    """Requests that a replica serves at once. An assumption until a load test."""
    timeout: int = Field(default=60, ge=1, le=3600)
    """Seconds that a request may take."""
    live_path: str | None = Field(default=None, pattern=r"^/")
    """Answers 200 while a restart would not help; ``health_path`` if not given."""
    internal: bool = False
    """Whether it is reached over the network alone, at :attr:`CloudRunTier.url`, and only by callers with an identity
    token and the role ``roles/run.invoker`` at it; else customers reach it, through a load balancer."""
    replicas: int = Field(default=2, ge=0)
    """Replicas of a normal day, which the peak calendar multiplies."""
    peaks: Mapping[str, Peak] = {}
    """Shopping days for which replicas wait before the customers come. A tier that keeps none grows as it is asked."""
    egress: Literal["private", "all"] = "private"
    """Which requests leave through the network: those to private addresses, or all. An ``internal`` service takes only
    those that do."""


class CloudRunTier(Tier, Containers):
    """A Cloud Run service that only a load balancer of the same project reaches, or others over the network.

    Several regions are several tiers behind one load balancer. A new revision takes traffic once it answers; replicas
    that stop answering are replaced. CPU stays allocated between requests, so that ``minimum`` replicas are ready ones.
    Cloud Run adds replicas within seconds, up to ``peak``, while its control plane is there; before the shopping days
    Cloud Scheduler raises how many are kept, as an identity that may change this service and nothing else.

    After a failover, or on a shopping day, the fewest replicas are what was raised: where there is a calendar a
    deployment leaves :data:`FAILOVER_FIELDS` be, and a new ``minimum`` comes with the calendar's next change.
    """

    serverless = True

    service_name: str
    """Physical name of the service: what a failover scales."""
    watched: WatchedService
    """For :class:`~bcinfra.gcp.watch.Watch`."""
    url: pulumi.Output[str]
    """Where others reach it, where it is ``internal``."""

    _args: CloudRunTierArgs

    def __init__(self, name: str, args: CloudRunTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        region = args.region
        self.service_name = physical("cloud-run", name)
        self.watched = WatchedService(name=self.service_name, fewest=args.minimum, most=args.peak)
        raised = minimums(args.peaks, minimum=args.minimum, replicas=args.replicas, peak=args.peak)
        raised = raised if args.minimum else {}  # what keeps none grows as it is asked
        service = self._service(list(FAILOVER_FIELDS) if raised else [])
        if raised:
            self._calendar(service, raised)
        endpoints = RegionNetworkEndpointGroup(
            f"{name}-endpoints",
            project=region.project,
            region=region.name,
            network_endpoint_type="SERVERLESS",
            cloud_run={"service": service.name},
            opts=region.child(self),
        )
        self.group, self.url = endpoints.id, service.uri
        self.register_outputs(
            {**self._outputs, "serviceName": self.service_name, "url": self.url, "watched": self.watched.model_dump()}
        )

    def _calendar(self, service: Service, raised: Mapping[str, tuple[str, int]]) -> None:
        """Keep more replicas from the beginning of a peak to its end. That makes no new revision."""
        name, region = self._name, self._args.region
        account = Identity(self, f"{name}-calendar-{region.name}", region, f"Grows {name} in {region.name} for a peak")
        may = ServiceIamMember(
            f"{name}-calendar-changes",
            project=region.project,
            location=region.name,
            name=service.name,
            role=account.role("changes", ("run.services.get", "run.services.update")),
            member=account.member,
            opts=region.child(self),
        )
        acts = AccountIamMember(
            f"{name}-calendar-acts-as",
            service_account_id=pulumi.Output.concat(
                f"projects/{region.project}/serviceAccounts/", self.service_account
            ),
            role="roles/iam.serviceAccountUser",  # who changes a service must be allowed to be what it runs as
            member=account.member,
            opts=region.child(self),
        )
        for what, (when, least) in raised.items():
            Clock(
                f"{name}-{what}",
                name=physical("scheduler", f"{name}-{what}"),
                description=f"Keeps {least} replicas of {name}",
                project=region.project,
                region=region.name,
                schedule=when,
                time_zone="Etc/UTC",
                http_target={
                    "uri": f"{RUN}projects/{region.project}/locations/{region.name}/services/{self.service_name}"
                    "?updateMask=scaling.minInstanceCount",
                    "http_method": "PATCH",
                    "headers": {"Content-Type": "application/json"},
                    "body": base64.b64encode(f'{{"scaling":{{"minInstanceCount":{least}}}}}'.encode()).decode(),
                    "oauth_token": {"service_account_email": account.email},
                },
                retry_config={"retry_count": 5},
                opts=region.child(self, depends_on=[may, acts]),
            )

    def _service(self, moved: list[str]) -> Service:
        args, region = self._args, self._args.region
        return Service(
            f"{self._name}-service",
            name=self.service_name,
            project=region.project,
            location=region.name,
            ingress="INGRESS_TRAFFIC_INTERNAL_ONLY" if args.internal else "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
            default_uri_disabled=not args.internal,  # no way round the load balancer and its firewall
            invoker_iam_disabled=not args.internal,  # customers have no Google identity
            scaling={"min_instance_count": args.minimum},
            template={
                "service_account": self.service_account,
                "encryption_key": args.key_name,
                "execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
                "max_instance_request_concurrency": args.concurrency,
                "timeout": f"{args.timeout}s",
                "scaling": {"max_instance_count": args.peak},
                "vpc_access": self._vpc("PRIVATE_RANGES_ONLY" if args.egress == "private" else "ALL_TRAFFIC"),
                "volumes": self._volumes(),
                "containers": [self._container()],
                "labels": region.labelled(self._name),
            },
            deletion_protection=region.protected,
            labels=region.labelled(self._name),
            opts=region.child(self, depends_on=self._rights, ignore_changes=moved),
        )

    def _container(self) -> Any:
        args = self._args
        probe = {"http_get": {"path": args.health_path, "port": args.port}, "timeout_seconds": args.health_timeout}
        regular = {"period_seconds": args.health_interval, "failure_threshold": args.health_failures}
        alive = {**probe, **regular, "http_get": {"path": args.live_path, "port": args.port}}
        described = self._described()
        return {
            **described,
            "ports": {"container_port": args.port},
            "resources": {**described["resources"], "cpu_idle": False, "startup_cpu_boost": True},
            "startup_probe": {
                **probe,
                "period_seconds": args.health_timeout,
                "failure_threshold": ceil(args.warmup / args.health_timeout),
            },
            # Cloud Run asks by HTTP or gRPC whether a container lives; one whose process ends is replaced anyway.
            **({"liveness_probe": alive} if args.live_path else {}),
            "readiness_probe": {**probe, **regular},
        }
