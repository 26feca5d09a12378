"""One site of a shop at Google Cloud: its keys first, its tiers when the data they reach is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypedDict

import pulumi
from pulumi_gcp.cloudrunv2 import ServiceIamMember
from pulumi_gcp.compute import Network as Vpc, Subnetwork
from pulumi_gcp.kms import CryptoKey
from pulumi_gcp.secretmanager import SecretIamMember
from pulumi_gcp.storage import BucketIAMMember

from bcinfra import spec
from bcinfra.assembly import workload
from bcinfra.assembly.brought import known
from bcinfra.assembly.capacity import capacity, growth
from bcinfra.assembly.gcp.regions import zones_of
from bcinfra.assembly.networks import called
from bcinfra.assembly.workload import WorkloadSettings
from bcinfra.component import Args, Component, Str
from bcinfra.gcp import (
    Agent,
    CloudRunTier,
    CloudRunTierArgs,
    InstanceTier,
    InstanceTierArgs,
    InternalBalancer,
    InternalBalancerArgs,
    Job,
    JobArgs,
    Key,
    KeyArgs,
    KeyedRegion,
    Network,
    NfsMount,
    Project,
    Reach,
    Region,
    Worker,
    WorkerArgs,
    sizes,
)
from bcinfra.gcp.files import OPTIONS
from bcinfra.gcp.network import SiteNetwork
from bcinfra.gcp.queue import Queue
from bcinfra.gcp.secrets import READ
from bcinfra.planning.sizes import smallest

WRITE: Final = "roles/storage.objectUser"
"""What the tiers may do with media."""
HTTPS: Final = Reach(cidr="0.0.0.0/0", port=443)
"""Google's interfaces and payment providers."""
USERS: Final = frozenset(
    {
        Agent.CLOUD_RUN,
        Agent.CLOUD_SQL,
        Agent.COMPUTE,
        Agent.DATASTREAM,
        Agent.MEMORYSTORE,
        Agent.SECRET_MANAGER,
        Agent.STORAGE,
    }
)
"""Services that use the key of a site that serves."""
COPIED_BY: Final = frozenset({Agent.STORAGE})
"""Services that use the key of a site for copies."""


Tier: TypeAlias = CloudRunTier | InstanceTier
"""What runs one tier at one site."""
Tiers: TypeAlias = Mapping[spec.TierName, Tier]
"""What runs at one site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpSettings(WorkloadSettings[Reach]):
    """What the replicas of a site are told, and what they may reach and read. ``secret`` names secrets in full."""

    read: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Secrets that the shop's program reads by itself, by a name for each."""
    buckets: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """Buckets that it writes, by a name for each."""
    mounts: Mapping[str, NfsMount] = field(default_factory=dict[str, NfsMount])
    """Shared files, by the directory where it finds them."""
    queues: Mapping[str, Queue] = field(default_factory=dict[str, Queue])
    """Queues that it sends to and pulls from, by name."""
    roles: frozenset[str] = frozenset()
    """Roles that it has in the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingNetwork:
    """A network that the customer brings: read, never changed. Routes, ways out and firewall rules are not known."""

    network_id: Str
    services_network_id: Str
    sites: Mapping[str, SiteNetwork]


Networked: TypeAlias = Network | ExistingNetwork
"""The network of all sites that serve, made or brought."""


def brought(
    name: str, stated: Mapping[str, spec.ExistingAtGoogle], sites: Mapping[str, GcpSiteDeployment], home: Project
) -> ExistingNetwork | None:
    """The network that every site names, as it is found; none where it is to be made."""
    ident = next((one.network for one in stated.values()), None)
    if ident is None:
        return None
    parent = next(iter(sites.values()))
    found = Vpc.get(f"{name}-network", ident, opts=home.child(parent))

    def subnet(site: str, what: str, ident: str) -> pulumi.Output[str]:
        region = sites[site].keyed.region
        opts = region.child(sites[site])
        return known(Subnetwork.get(f"{name}-{site}-{what}", ident, region=region.name, opts=opts), ident)

    return ExistingNetwork(
        network_id=known(found, ident),
        services_network_id=known(found, ident),
        sites={
            site: SiteNetwork(
                subnet_id=subnet(site, "workloads", one.subnet or ""),
                subnet_cidr=one.cidr or "",
                services_range=known(found, one.services_range or ""),
                services_cidr=one.services_cidr or "",
                endpoints_cidr=one.endpoints_cidr or "",
                endpoints_subnet_id=subnet(site, "endpoints", one.endpoints_subnet or ""),
                nat_addresses={},
            )
            for site, one in stated.items()
        },
    )


class _TierFields(TypedDict):
    """What containers and virtual machines of a tier have in common: the fields of ``TierArgs``."""

    region: Region
    network_id: Str
    subnet_id: Str
    image: str
    port: int
    health_path: str
    live_path: str | None
    minimum: int
    peak: int
    roles: frozenset[str]
    secrets: Mapping[str, Str]


class _ContainerFields(TypedDict):
    """What every container in the background has: the fields of ``ContainersArgs``."""

    region: Region
    network_id: Str
    subnet_id: Str
    image: str
    roles: frozenset[str]
    secrets: Mapping[str, Str]
    environment: Mapping[str, Str]
    command: tuple[str, ...]
    mounts: Mapping[str, NfsMount]
    key_name: Str
    cpu: Literal[1, 2, 4, 6, 8]
    memory: float


class GcpSiteDeploymentArgs(Args):
    """Arguments of :class:`GcpSiteDeployment`."""

    shop: spec.Shop
    """The shop that the site belongs to."""
    site: str
    """The site's name in it."""
    stated: spec.GcpSite
    """What is stated of it."""
    region: Region
    """Where it is."""


class GcpSiteDeployment(Component):
    """Keys and tiers of one site. Nothing in it depends on another site."""

    package = "assembly"
    former_type = "bcinfra:assembly:Site"

    site: str
    """The site's name in the shop."""
    zones: tuple[str, ...]
    """The zones it spreads over."""
    keyed: KeyedRegion
    """The region with the key that encrypts data there."""

    def __init__(self, name: str, args: GcpSiteDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        stated = args.stated
        super().__init__(name, opts, inputs={"site": args.site, **stated.model_dump(mode="json")})
        self._name, self._args = name, args
        self.site, self.zones = args.site, zones_of(stated)
        brought = stated.existing.key if stated.existing else None
        self.keyed = KeyedRegion(region=args.region, key_name=self._existing_key(brought) if brought else self._key())
        if not stated.serves:
            self.register_outputs({"dataKeyName": self.keyed.key_name})

    def _key(self) -> pulumi.Output[str]:
        args = self._args
        return Key(
            f"{self._name}-data",
            KeyArgs(
                project=args.region,
                location=args.region.name,
                purpose=f"data of {args.shop.prefix}" if args.stated.serves else f"copies of {args.shop.prefix}",
                agents=_users(args.shop, args.site),
                users=self._copied_by(),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        ).key_name

    def _copied_by(self) -> Mapping[str, Str]:
        """Services of the projects that serve, which keep copies in this region under its key."""
        shop, stated = self._args.shop, self._args.stated
        if stated.serves or not shop.files:
            return {}
        accounts = {site.account for site in shop.serving_sites.values() if isinstance(site, spec.GcpSite)}
        numbers = (shop.gcp_project(account).number for account in sorted(accounts) if account != stated.account)
        agent = f"serviceAccount:{Agent.FILESTORE.value}"
        return {f"files-{number}": agent.format(number) for number in numbers if number}

    def _existing_key(self, ident: str) -> pulumi.Output[str]:
        """The key of the data that the customer brings: read, never changed."""
        return known(CryptoKey.get(f"{self._name}-data-key", ident, opts=self._args.region.child(self)), ident)

    def start(self, settings: GcpSettings, network: Networked, own: Mapping[str, Str]) -> Tiers:
        """Start the tiers: ``app`` first, which only ``web`` reaches; customers reach ``web``. ``own`` names the tiers'
        own secrets in full, by their keys in the configuration."""
        shop, self._own = self._args.shop, own
        environment, tiers = workload.own(shop, self._args.site), dict[spec.TierName, Tier]()
        self._background(settings, network, environment)
        if shop.app:
            # A tier behind another has the data to itself.
            app = tiers["app"] = self._tier("app", shop.app, settings, network, environment, internal=True)
            environment["APP_URL"] = self._url_of(app, shop.app, network)
            subnet = Reach(cidr=network.sites[self._args.site].subnet_cidr, port=shop.app.port)
            settings = GcpSettings(reaches={"app": subnet})
        web = tiers["web"] = self._tier("web", shop.web, settings, network, environment)
        if isinstance(app := tiers.get("app"), CloudRunTier):
            self._let_call(web, app)
        self.register_outputs({"dataKeyName": self.keyed.key_name})
        return tiers

    def _url_of(self, app: Tier, stated: spec.Tier, network: Networked) -> Str:
        """Where ``web`` calls ``app``."""
        if isinstance(app, CloudRunTier):
            return app.url
        balancer = InternalBalancer(
            f"{self._name}-app-balancer",
            InternalBalancerArgs(
                region=self._args.region,
                network_id=network.network_id,
                subnet_id=network.sites[self._args.site].subnet_id,
                group=app.group,
                port=stated.port,
                health_path=stated.health_path,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return pulumi.Output.concat("http://", balancer.address, f":{stated.port}")

    def _let_call(self, caller: Tier, called: CloudRunTier) -> None:
        region = self._args.region
        ServiceIamMember(
            f"{self._name}-web-calls-app",
            project=region.project,
            location=region.name,
            name=pulumi.Output.all(called.service_name, called.url).apply(lambda found: str(found[0])),
            role="roles/run.invoker",
            member=caller.member,
            opts=region.child(self),
        )

    def _tier(
        self,
        what: spec.TierName,
        tier: spec.Tier,
        settings: GcpSettings,
        network: Networked,
        environment: Mapping[str, Str],
        *,
        internal: bool = False,
    ) -> Tier:
        shop, site, region, at = self._args.shop, self._args.site, self._args.region, network.sites[self._args.site]
        count = capacity(shop, site, tier, len(self.zones))
        name, inside = f"{self._name}-{what}", pulumi.ResourceOptions(parent=self)
        variables = {**environment, **settings.plain, **tier.environment}
        secrets = {**settings.secret, **{variable: self._own[key] for variable, key in tier.secrets.items()}}
        fields: _TierFields = {
            "region": region,
            "network_id": network.network_id,
            "subnet_id": at.subnet_id,
            "image": shop.image(what, site),
            "port": tier.port,
            "health_path": tier.health_path,
            "live_path": tier.live_path,
            "minimum": count.minimum,
            "peak": count.maximum,
            "roles": settings.roles,
            "secrets": secrets,
        }
        made: Tier
        if tier.compute == "containers":
            made = CloudRunTier(
                name,
                CloudRunTierArgs(
                    **fields,
                    **sizes.run(tier.cpu, tier.memory)._asdict(),
                    environment=variables,
                    command=tier.command,
                    mounts=settings.mounts,
                    concurrency=tier.scaling.concurrency,
                    key_name=self.keyed.key_name,
                    internal=internal,
                    egress="all" if self._calls_a_service(what) else "private",
                    replicas=count.desired,
                    peaks=growth(shop, count),
                ),
                opts=inside,
            )
        else:
            buildings = {system: Reach(cidr=cidr, port=port) for system, (cidr, port) in called(shop).items()}
            relay = shop.mail and shop.mail.relay
            relayed = {"mail": Reach(cidr="0.0.0.0/0", port=relay.port)} if relay else {}
            made = InstanceTier(
                name,
                InstanceTierArgs(
                    **fields,
                    zones=self.zones,
                    machine_type=tier.instance_class.get("gcp") or smallest(sizes.COMPUTE, tier.cpu, tier.memory),
                    cpu_target=tier.scaling.cpu,
                    startup_script=_startup_script(variables, secrets, settings.mounts),
                    disk_key_name=self.keyed.key_name,
                    replicas=count.desired,
                    reserved=count.reserved,
                    peaks=growth(shop, count),
                    clients={"web": at.subnet_cidr} if internal else {},
                    reaches={"https": HTTPS, **relayed, **settings.reaches, **buildings},
                ),
                opts=inside,
            )
        self._grant(name, made, settings)
        return made

    def _background(self, settings: GcpSettings, network: Networked, environment: Mapping[str, Str]) -> None:
        """Start the workers, and declare the jobs: both do their work where the shop writes."""
        shop, site, at = self._args.shop, self._args.site, network.sites[self._args.site]
        writes = site == shop.active or site in shop.live_sites
        for what, one in shop.background.items():
            fields: _ContainerFields = {
                "region": self._args.region,
                "network_id": network.network_id,
                "subnet_id": at.subnet_id,
                "image": shop.image(what, site),
                "roles": settings.roles,
                "secrets": {**settings.secret, **{variable: self._own[key] for variable, key in one.secrets.items()}},
                "environment": {**environment, **settings.plain, **one.environment},
                "command": one.command,
                "mounts": settings.mounts,
                "key_name": self.keyed.key_name,
                "cpu": sizes.run(one.cpu, one.memory).cpu,
                "memory": sizes.run(one.cpu, one.memory).memory,
            }
            name, inside = f"{self._name}-{what}", pulumi.ResourceOptions(parent=self)
            match one:
                case spec.Worker(replicas=replicas):
                    made = Worker(name, WorkerArgs(**fields, replicas=replicas if writes else 0), opts=inside)
                case spec.Job(schedule=schedule, timeout=timeout):
                    args = JobArgs(
                        **fields,
                        schedule=schedule,
                        timeout=round(timeout.total_seconds()),
                        enabled=site == shop.active,
                    )
                    made = Job(name, args, opts=inside)
                case _:
                    raise TypeError(what)
            self._grant(name, made, settings)

    def _grant(self, name: str, tier: Tier | Worker | Job, settings: GcpSettings) -> None:
        """Let a tier read its secrets, write its buckets and use its queues."""
        region = self._args.region
        for data, secret in sorted(settings.read.items()):
            SecretIamMember(
                f"{name}-reads-{data}",
                project=region.project,
                secret_id=secret,
                role=READ,
                member=tier.member,
                opts=region.child(self),
            )
        for data, bucket in sorted(settings.buckets.items()):
            BucketIAMMember(
                f"{name}-writes-{data}", bucket=bucket, role=WRITE, member=tier.member, opts=region.child(self)
            )

        for what, queue in sorted(settings.queues.items()):
            queue.used_by(f"{name}-{what}", tier.member, self)

    def _calls_a_service(self, what: spec.TierName) -> bool:
        app = self._args.shop.app
        return what == "web" and app is not None and app.compute == "containers"


def _users(shop: spec.Shop, site: str) -> frozenset[Agent]:
    """Services that use a site's key."""
    serves = shop.sites[site].serves
    further = {
        Agent.PUBSUB: serves and shop.queues,
        Agent.FILESTORE: serves and shop.files,
        Agent.ARTIFACT_REGISTRY: shop.keeps_images(site) or shop.copies_images(site),
    }
    return (USERS if serves else COPIED_BY) | {agent for agent, stated in further.items() if stated}


def _startup_script(
    variables: Mapping[str, Str], secrets: Mapping[str, Str], mounts: Mapping[str, NfsMount]
) -> pulumi.Output[str]:
    """A start-up script that mounts shared files, by the NFS client of the image, and leaves the settings in
    ``/etc/shop.json``: values, and the secrets that hold others."""
    content = pulumi.Output.json_dumps({"environment": dict(variables), "secrets": dict(secrets)}, sort_keys=True)
    settings = content.apply(lambda text: f"cat > /etc/shop.json <<'END'\n{text}\nEND\n")
    mounting = [
        pulumi.Output.concat(f"mkdir -p {at}\nmount -t nfs -o {OPTIONS} ", one.server, f":{one.path} {at}\n")
        for at, one in sorted(mounts.items())
    ]
    return pulumi.Output.concat("#!/bin/sh\n", *mounting, settings)
