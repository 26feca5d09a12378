"""One site of a shop at AWS: its keys and network first, its tiers when the data they reach is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypedDict

import pulumi
from pulumi_aws.ec2 import Subnet, Vpc
from pulumi_aws.kms import Key as BroughtKey
from pulumi_aws.route53 import Record
from pulumi_aws.sns import Topic

from bcinfra import spec
from bcinfra.assembly import workload
from bcinfra.assembly.aws.regions import zones_of
from bcinfra.assembly.brought import known
from bcinfra.assembly.capacity import capacity, growth, server
from bcinfra.assembly.edge import edge_ranges
from bcinfra.assembly.networks import called
from bcinfra.assembly.schedule import quiet_days
from bcinfra.assembly.workload import WorkloadSettings
from bcinfra.aws import (
    AccessLogs,
    AccessLogsArgs,
    AlarmTopic,
    AlarmTopicArgs,
    Behind,
    FargateTier,
    FargateTierArgs,
    Firewall,
    FirewallArgs,
    InstanceTier,
    InstanceTierArgs,
    Job,
    JobArgs,
    Key,
    KeyArgs,
    KeyedRegion,
    Mount,
    Network,
    NetworkArgs,
    Parameters,
    ParametersArgs,
    Reach,
    Region,
    Worker,
    WorkerArgs,
    ZonalAutoshift,
    ZonalAutoshiftArgs,
    ZonalShift,
    ZonalShiftArgs,
    policies,
)
from bcinfra.aws.alarms import PUBLISHERS
from bcinfra.aws.autoshift import MOST_BLOCKED
from bcinfra.component import Args, Component, Str

ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm", "sts")
"""Services that a replica needs to start: reached inside the network, so that a failover needs no way out of it."""
ALARM_SERVICES: Final = tuple(f"{service}.amazonaws.com" for service in PUBLISHERS)
"""Services that must be able to use the key of a topic for alarms."""


Tier: TypeAlias = FargateTier | InstanceTier
"""What runs one tier at one site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """What runs at one site."""

    web: Tier
    """What customers reach."""
    app: Tier | None = None
    """What is behind it."""
    workers: Mapping[str, Worker] = field(default_factory=dict[str, Worker])
    """What works in the background, by name."""
    secrets: Mapping[str, Str] = field(default_factory=dict[str, Str])
    """ARNs of what replicas are told in secret, by variable or key."""

    @property
    def served(self) -> Mapping[str, Tier]:
        """What is behind a load balancer, by name."""
        return {"web": self.web, **({"app": self.app} if self.app else {})}

    @property
    def scaled(self) -> Mapping[str, Tier | Worker]:
        """What a failover starts, by name."""
        return {**self.served, **self.workers}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings(WorkloadSettings[Reach]):
    """What the replicas of a site are told, and what they may reach and read."""

    allowed: Mapping[str, policies.Statement] = field(default_factory=dict[str, policies.Statement])
    """What the shop's program may do in AWS, by a name for each."""
    mounts: Mapping[str, Mount] = field(default_factory=dict[str, Mount])
    """Shared files, by the directory where they find them."""


class _TierFields(TypedDict):
    """What containers and virtual machines of a tier have in common: the fields of ``TierArgs``."""

    region: Region
    vpc_id: Str
    subnet_ids: Mapping[str, Str]
    load_balancer_subnet_ids: Mapping[str, Str]
    certificate_arn: Str
    further_certificate_arns: Mapping[str, Str]
    redirects: Mapping[str, str]
    internal: bool
    client_cidrs: Mapping[str, str]
    behind: Behind | None
    reaches: Mapping[str, Reach]
    egress_cidrs: Mapping[str, tuple[str, int]]
    image: str
    port: int
    network_ports: Mapping[str, int]
    network_cidr: str
    health_path: str
    zones_apart: bool
    replicas: int
    minimum: int
    peak: int
    peaks: Mapping[str, spec.Peak]
    cpu_target: int
    requests_target: int
    balancer_units: int
    log_key_arn: Str
    access_log_bucket: Str
    secrets: Mapping[str, Str]
    secret_key_arns: Mapping[str, Str]
    policy: Str | None
    mounts: Mapping[str, Mount]


@dataclass(frozen=True, slots=True)
class Front:
    """What the tiers of every site stand behind."""

    certificate_arn: Str
    """The certificate, in the site's region."""
    everywhere: Region
    """The region that names are managed from."""
    zone_id: pulumi.Output[str]
    """The zone of the shop's domain."""
    behind: Behind | None
    """The content delivery network that web tiers take requests from alone."""
    uncounted_keys: tuple[Str, ...]
    """Secrets of one that counts customers itself, where the web tiers take requests from everybody."""
    further: Mapping[str, Str]
    """Certificates of further domains in the site's region, by a name for each."""


class AwsSiteDeploymentArgs(Args):
    """Arguments of :class:`AwsSiteDeployment`."""

    shop: spec.Shop
    """The shop that the site belongs to."""
    site: str
    """The site's name in it."""
    stated: spec.AwsSite
    """What is stated of it."""
    region: Region
    """Where it is."""


class AwsSiteDeployment(Component):
    """The keys of one site, and the parent of all that runs there. Nothing in it depends on another site."""

    package = "assembly"
    former_type = "bcinfra:assembly:Site"

    keyed: KeyedRegion
    """The region with the key that encrypts data there."""
    backup_key_arn: pulumi.Output[str]
    """The key of the backups: another than the data's, so that the loss of one key is not the loss of both."""

    def __init__(self, name: str, args: AwsSiteDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, inputs={"site": args.site, **args.stated.model_dump(mode="json")})
        self.name, self.args = name, args
        accounts = {at for at in args.shop.accounts.values() if isinstance(at, str)}
        others = sorted(accounts - {args.region.account or ""})
        delivered = args.stated.serves and args.shop.media and args.shop.delivery.vendor == "cloudfront"
        readers = ("cloudfront.amazonaws.com",) if delivered else ()
        brought = args.stated.existing.key if args.stated.existing else None
        key = self._existing_key(brought) if brought else self.key("data", accounts=others, services=readers)
        self.keyed = KeyedRegion(region=args.region, key_arn=key)
        self.backup_key_arn = self.key("backups", accounts=others)
        if not args.stated.serves:
            self.register_outputs(self.key_outputs)

    @property
    def key_outputs(self) -> dict[str, Str]:
        """What it registers of its keys."""
        return {"dataKeyArn": self.keyed.key_arn, "backupKeyArn": self.backup_key_arn}

    @property
    def inside(self) -> pulumi.ResourceOptions:
        """Options of what belongs to the site."""
        return pulumi.ResourceOptions(parent=self)

    def _existing_key(self, arn: str) -> pulumi.Output[str]:
        """The key of the data that the customer brings: read, never changed."""
        return known(BroughtKey.get(f"{self.name}-data-key", arn, opts=self.args.region.child(self)), arn)

    def key(self, purpose: str, accounts: Sequence[str] = (), services: Sequence[str] = ()) -> pulumi.Output[str]:
        """The ARN of a further key."""
        return Key(
            f"{self.name}-{purpose}",
            KeyArgs(
                region=self.args.region,
                purpose=f"{purpose} of {self.args.shop.prefix}",
                accounts=tuple(accounts),
                services=tuple(services),
            ),
            opts=self.inside,
        ).arn


class _Receivers(TypedDict):
    """Who a topic tells: fields of ``AlarmTopicArgs``."""

    emails: Mapping[str, str]
    phones: Mapping[str, str]
    pagers: Mapping[str, Str]


def receivers(shop: spec.Shop, secrets: Mapping[str, pulumi.Output[str]]) -> _Receivers:
    """Who is told of alarms, as the shop states."""
    told = shop.alarms
    return {
        "emails": told.mail,
        "phones": told.sms,
        "pagers": {who: secrets[key] for who, key in told.pager.items()},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingNetwork:
    """A network that the customer brings: read, never changed. Route tables, flow logs and ways out are not known."""

    vpc_id: Str
    cidr: str
    zones: tuple[str, ...]
    public_subnet_ids: Mapping[str, Str]
    private_subnet_ids: Mapping[str, Str]
    data_subnet_ids: Mapping[str, Str]
    zone_names: Mapping[str, Str]
    route_table_ids: Mapping[str, Str] = field(default_factory=dict[str, Str])
    gateways: Mapping[str, Str] = field(default_factory=dict[str, Str])


def _brought(component: AwsSiteDeployment, stated: spec.Existing) -> ExistingNetwork | None:
    """The network that is stated, as it is found: of its subnets the zones are known, and nothing else."""
    name, region = component.name, component.args.region
    if stated.vpc is None or stated.cidr is None:
        return None
    vpc = Vpc.get(f"{name}-network-vpc", stated.vpc, opts=region.child(component))

    def found(kind: str, ids: Mapping[str, str]) -> dict[str, Subnet]:
        return {
            zone: Subnet.get(
                f"{name}-network-{kind}-{zone}",
                ident,
                availability_zone_id=zone,
                vpc_id=stated.vpc,
                opts=region.child(component),
            )
            for zone, ident in ids.items()
        }

    def subnets(kind: str, ids: Mapping[str, str]) -> dict[str, Str]:
        return {zone: known(subnet, ids[zone]) for zone, subnet in found(kind, ids).items()}

    inside = found("private", stated.private_subnets)
    private: dict[str, Str] = {zone: known(subnet, stated.private_subnets[zone]) for zone, subnet in inside.items()}
    return ExistingNetwork(
        vpc_id=known(vpc, stated.vpc),
        cidr=stated.cidr,
        zones=tuple(stated.private_subnets),
        public_subnet_ids=subnets("public", stated.public_subnets),
        private_subnet_ids=private,
        data_subnet_ids=subnets("data", stated.data_subnets) if stated.data_subnets else private,
        zone_names={zone: subnet.availability_zone for zone, subnet in inside.items()},
    )


def _topic(component: AwsSiteDeployment, secrets: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """Where alarms are told: a topic of the customer's, or one with the receivers that the page states."""
    args, name = component.args, component.name
    if args.stated.existing and (arn := args.stated.existing.alarm_topic):
        return known(Topic.get(f"{name}-alarms-topic", arn, opts=args.region.child(component)), arn)
    key_arn = component.key("alarms", services=ALARM_SERVICES)
    return AlarmTopic(
        f"{name}-alarms",
        AlarmTopicArgs(
            region=args.region,
            key_arn=key_arn,
            monthly_budget=monthly_budget(args.shop) if args.site == args.shop.primary else None,
            **receivers(args.shop, secrets),
        ),
        opts=component.inside,
    ).arn


def monthly_budget(shop: spec.Shop) -> float | None:
    """What an account may cost a month in US dollars, where the page states it and somebody to tell by mail. A unit of
    the currency counts as a dollar where no rate is stated."""
    business = shop.business
    if business is None or business.budget_per_month is None or not shop.alarms.mail:
        return None
    return business.budget_per_month / (business.exchange_rate or 1.0)


def prepare(component: AwsSiteDeployment, network: str, secrets: Mapping[str, pulumi.Output[str]]) -> AwsServingSite:
    """What a site has that serves: keys for logs and alarms, who is told of them, its network in the range given."""
    args, name = component.args, component.name
    log_key_arn = component.key("logs", services=[f"logs.{args.region.name}.amazonaws.com"])
    topic_arn = _topic(component, secrets)
    existing = args.stated.existing
    made = (_brought(component, existing) if existing else None) or Network(
        f"{name}-network",
        NetworkArgs(
            region=args.region,
            cidr=network,
            zones=zones_of(args.stated),
            endpoints=ENDPOINTS,
            flow_log_key_arn=log_key_arn,
        ),
        opts=component.inside,
    )
    return AwsServingSite(component=component, log_key_arn=log_key_arn, topic_arn=topic_arn, network=made)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsServingSite:
    """A site that serves customers or can, before anything runs in it."""

    component: AwsSiteDeployment
    """Its keys."""
    log_key_arn: pulumi.Output[str]
    """The key of the logs."""
    topic_arn: pulumi.Output[str]
    """Where alarms and failed backups of the site are told."""
    network: Network | ExistingNetwork
    """The network."""

    @property
    def keyed(self) -> KeyedRegion:
        """The region with the key that encrypts data there."""
        return self.component.keyed

    @property
    def region(self) -> Region:
        """The region."""
        return self.keyed.region

    def start(self, settings: AwsSettings, front: Front, own: Mapping[str, Str]) -> Tiers:
        """Start the tiers: ``app`` first, which ``web`` reaches by a name of its own under the shop's domain."""
        name, shop, site = self.component.name, self.component.args.shop, self.component.args.site
        parameters = Parameters(
            f"{name}-parameters",
            ParametersArgs(
                at=self.keyed,
                prefix=f"/{shop.prefix}/{site}",
                plain=settings.plain,
                secret={**settings.secret, **{key: own[key] for key in workload.own_keys(shop)}},
            ),
            opts=self.component.inside,
        )
        logs = AccessLogs(f"{name}-access-logs", AccessLogsArgs(region=self.region), opts=self.component.inside).bucket
        environment, app, secret = workload.own(shop, site), None, settings.secret
        workers = self._background(settings, parameters, environment)
        if shop.app:
            # A tier behind another has the data to itself.
            app = self._tier("app", shop.app, settings, parameters, front, environment, logs, internal=True)
            environment["APP_URL"] = f"https://{self._name_of(app, front)}"
            settings = AwsSettings(
                reaches={"app": Reach(security_group_id=app.load_balancer_security_group_id, port=443)}
            )
        web = self._tier("web", shop.web, settings, parameters, front, environment, logs, internal=False)
        if not front.behind:
            Firewall(
                f"{name}-firewall",
                FirewallArgs(
                    region=self.region,
                    load_balancer_arns={"web": web.load_balancer_arn},
                    log_key_arn=self.log_key_arn,
                    unlimited={} if shop.is_closed else edge_ranges(shop),
                    uncounted_keys=front.uncounted_keys,
                    **exceptions(shop),
                ),
                opts=self.component.inside,
            )
        self.component.register_outputs(
            {"vpcId": self.network.vpc_id, "url": web.dns_name, **self.component.key_outputs}
        )
        return Tiers(
            web=web,
            app=app,
            workers=workers,
            secrets={key: parameters.arns[key] for key in (*secret, *workload.own_keys(shop))},
        )

    def _background(
        self, settings: AwsSettings, parameters: Parameters, environment: Mapping[str, Str]
    ) -> dict[str, Worker]:
        """Start the workers, and declare the jobs: both do their work where the shop writes."""
        shop, site, network = self.component.args.shop, self.component.args.site, self.network
        writes, workers = site == shop.active or site in shop.live_sites, dict[str, Worker]()
        for what, one in shop.background.items():
            arns = {name: parameters.arns[name] for name in sorted(settings.plain.keys() | settings.secret.keys())}
            arns |= {variable: parameters.arns[key] for variable, key in sorted(one.secrets.items())}
            fields: _ContainerFields = {
                "region": self.region,
                "vpc_id": network.vpc_id,
                "subnet_ids": network.private_subnet_ids,
                "reaches": settings.reaches,
                "egress_cidrs": {"https": ("0.0.0.0/0", 443), **_relayed(shop), **called(shop)},
                "image": shop.image(what, site),
                "log_key_arn": self.log_key_arn,
                "secrets": arns,
                "secret_key_arns": {"data": self.keyed.key_arn} if settings.secret or one.secrets else {},
                "policy": policies.document(*settings.allowed.values()) if settings.allowed else None,
                "mounts": settings.mounts,
                "cpu": one.cpu,
                "memory": one.memory,
                "environment": {**environment, **one.environment},
            }
            name, inside = f"{self.component.name}-{what}", self.component.inside
            match one:
                case spec.Worker(replicas=replicas):
                    args = WorkerArgs(**fields, **_container(one), replicas=replicas if writes else 0)
                    workers[what] = Worker(name, args, opts=inside)
                case spec.Job(schedule=schedule):
                    enabled = site == shop.active
                    Job(name, JobArgs(**fields, **_container(one), schedule=schedule, enabled=enabled), opts=inside)
                case _:
                    raise TypeError(what)
        return workers

    def _name_of(self, app: Tier, front: Front) -> str:
        """The name by which ``web`` reaches ``app``."""
        args = self.component.args
        host = f"app-{args.site}.{args.shop.domain}"
        Record(
            f"{self.component.name}-app",
            zone_id=front.zone_id,
            name=host,
            type="A",
            aliases=[{"name": app.dns_name, "zone_id": app.zone_id, "evaluate_target_health": True}],
            opts=front.everywhere.child(self.component),
        )
        return host

    def _tier(
        self,
        what: spec.TierName,
        tier: spec.Tier,
        settings: AwsSettings,
        parameters: Parameters,
        front: Front,
        environment: Mapping[str, Str],
        logs: Str,
        *,
        internal: bool,
    ) -> Tier:
        shop, network = self.component.args.shop, self.network
        count = capacity(shop, self.component.args.site, tier, len(network.zones))
        arns = {name: parameters.arns[name] for name in sorted(settings.plain.keys() | settings.secret.keys())}
        arns |= {variable: parameters.arns[key] for variable, key in sorted(tier.secrets.items())}
        fields: _TierFields = {
            "region": self.region,
            "vpc_id": network.vpc_id,
            "subnet_ids": network.private_subnet_ids,
            "load_balancer_subnet_ids": network.private_subnet_ids if internal else network.public_subnet_ids,
            "certificate_arn": front.certificate_arn,
            "internal": internal,
            "client_cidrs": {"network": network.cidr} if internal else {"internet": "0.0.0.0/0"},
            "further_certificate_arns": {} if internal else front.further,
            "redirects": {} if internal else shop.redirects,
            "behind": None if internal else front.behind,
            "reaches": settings.reaches,
            "egress_cidrs": {"https": ("0.0.0.0/0", 443), **_relayed(shop), **called(shop)},
            "image": shop.image(what, self.component.args.site),
            "port": tier.port,
            "network_ports": tier.ports,
            "network_cidr": network.cidr,
            "health_path": tier.health_path,
            "zones_apart": tier.zones_apart and self.component.args.site in shop.live_sites,
            "replicas": count.desired,
            "minimum": count.minimum,
            "peak": count.maximum,
            "peaks": growth(shop, count),
            "cpu_target": tier.scaling.cpu,
            "requests_target": tier.scaling.requests,
            "balancer_units": tier.scaling.balancer_units,
            "log_key_arn": self.log_key_arn,
            "access_log_bucket": logs,
            "secrets": arns,
            "secret_key_arns": {"data": self.keyed.key_arn} if settings.secret or tier.secrets else {},
            "policy": policies.document(*settings.allowed.values()) if settings.allowed else None,
            "mounts": settings.mounts,
        }
        name, inside = f"{self.component.name}-{what}", self.component.inside
        variables = {**environment, **tier.environment}
        made: Tier
        if tier.compute == "containers":
            made = FargateTier(
                name,
                FargateTierArgs(**fields, cpu=tier.cpu, memory=tier.memory, environment=variables, **_container(tier)),
                opts=inside,
            )
        else:
            made = InstanceTier(
                name,
                InstanceTierArgs(
                    **fields,
                    instance_type=server(tier).name,
                    user_data=_user_data(variables, arns, settings.mounts),
                    warm=tier.scaling.warm,
                    reserved=count.reserved,
                    zone_names=network.zone_names,
                ),
                opts=inside,
            )
        if count.minimum:  # a rehearsal needs something that runs
            self._rehearse(name, made)
        if fields["zones_apart"]:
            ZonalShift(
                f"{name}-shift",
                ZonalShiftArgs(
                    region=self.region,
                    load_balancer_arn=made.load_balancer_arn,
                    load_balancer_suffix=made.load_balancer_suffix,
                    zone_names=network.zone_names,
                    topic_arn=self.topic_arn,
                    log_key_arn=self.log_key_arn,
                ),
                opts=inside,
            )
        return made

    def _rehearse(self, name: str, tier: Tier) -> None:
        """Leave an ill zone by itself, which AWS rehearses outside the peaks."""
        business = self.component.args.shop.business
        ZonalAutoshift(
            f"{name}-autoshift",
            ZonalAutoshiftArgs(
                region=self.region,
                load_balancer_arn=tier.load_balancer_arn,
                load_balancer_suffix=tier.load_balancer_suffix,
                blocked_dates=quiet_days(business.peaks if business else {}, MOST_BLOCKED),
                topic_arn=self.topic_arn,
            ),
            opts=self.component.inside,
        )


def _relayed(shop: spec.Shop) -> dict[str, tuple[str, int]]:
    """The way to the server that sends mail on."""
    relay = shop.mail and shop.mail.relay
    return {"mail": ("0.0.0.0/0", relay.port)} if relay else {}


class _Exceptions(TypedDict, total=False):
    """What a firewall lets pass: fields of ``FirewallArgs`` and ``EdgeArgs`` that have a default."""

    counted: frozenset[str]
    unchecked: tuple[str, ...]
    allowed: Mapping[str, str]
    requests_limit: int


RULE_GROUPS: Final[Mapping[str, str]] = {
    "common": "AWSManagedRulesCommonRuleSet",
    "bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "sql-injection": "AWSManagedRulesSQLiRuleSet",
    "reputation": "AWSManagedRulesAmazonIpReputationList",
}
"""What AWS calls the rules that a page names."""


def exceptions(shop: spec.Shop) -> _Exceptions:
    """What a firewall is told of the shop's own callers, and of what it stands behind."""
    stated = shop.firewall
    told: _Exceptions = {
        "counted": frozenset(RULE_GROUPS[group] for group in stated.count),
        "unchecked": stated.unchecked,
        "allowed": {**stated.allowed, **(edge_ranges(shop) if shop.is_closed else {})},
    }
    if stated.requests_a_minute:
        told["requests_limit"] = stated.requests_a_minute
    return told


class _ContainerFields(TypedDict):
    """What every container in the background has: the fields of ``ContainersArgs``."""

    region: Region
    vpc_id: Str
    subnet_ids: Mapping[str, Str]
    reaches: Mapping[str, Reach]
    egress_cidrs: Mapping[str, tuple[str, int]]
    image: str
    log_key_arn: Str
    secrets: Mapping[str, Str]
    secret_key_arns: Mapping[str, Str]
    policy: Str | None
    mounts: Mapping[str, Mount]
    cpu: float
    memory: float
    environment: Mapping[str, Str]


class _ImageFields(TypedDict, total=False):
    """What is stated of a container: the fields of ``FargateTierArgs`` that have a default."""

    architecture: Literal["ARM64", "X86_64"]
    user: str
    writable: frozenset[str]
    command: tuple[str, ...]


def _container(tier: spec.Tier | spec.Background) -> _ImageFields:
    stated: _ImageFields = {"writable": workload.writable(tier), "command": tier.command}
    if tier.architecture:
        stated["architecture"] = "X86_64" if tier.architecture == "x86_64" else "ARM64"
    if tier.user:
        stated["user"] = f"{tier.user}:{tier.user}"
    return stated


def _user_data(
    variables: Mapping[str, Str], parameters: Mapping[str, Str], mounts: Mapping[str, Mount]
) -> pulumi.Output[str]:
    """User data that mounts shared files, and leaves the settings in ``/etc/shop.json``: values, and the parameters
    that hold the others."""
    content = pulumi.Output.json_dumps({"environment": dict(variables), "parameters": dict(parameters)}, sort_keys=True)
    scripts = [mount.script(path) for path, mount in mounts.items()]
    return pulumi.Output.concat("#!/bin/sh\n", *scripts, "cat > /etc/shop.json <<'END'\n", content, "\nEND\n")
