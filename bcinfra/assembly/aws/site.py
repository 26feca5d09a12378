"""One site of a shop at AWS: its keys and network first, its tiers when the data they reach is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi_aws.route53 import Record

from bcinfra import spec
from bcinfra.assembly.aws.ground import zones_of
from bcinfra.assembly.capacity import capacity
from bcinfra.assembly.networks import called
from bcinfra.assembly.schedule import quiet_days
from bcinfra.aws import (
    AlarmTopic,
    AlarmTopicArgs,
    FargateTier,
    FargateTierArgs,
    Firewall,
    FirewallArgs,
    InstanceTier,
    InstanceTierArgs,
    Key,
    KeyArgs,
    KeyedRegion,
    Network,
    NetworkArgs,
    Parameters,
    ParametersArgs,
    Reach,
    Region,
    ZonalAutoshift,
    ZonalAutoshiftArgs,
    policies,
    sizes,
)
from bcinfra.aws.alarms import PUBLISHERS
from bcinfra.aws.autoshift import MOST_BLOCKED
from bcinfra.component import Args, Component, Str
from bcinfra.planning.sizes import smallest

ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm", "sts")
"""Services that a replica needs to start: reached inside the network, so that a failover needs no way out of it."""
ALARM_SERVICES: Final = tuple(f"{service}.amazonaws.com" for service in PUBLISHERS)
"""Services that must be able to use the key of a topic for alarms."""


@dataclass(slots=True)
class Told:
    """What the replicas of a site are told, and what they may reach and read."""

    reaches: dict[str, Reach] = field(default_factory=dict[str, Reach])
    plain: dict[str, Str] = field(default_factory=dict[str, Str])
    """Settings by environment variable, in clear."""
    secret: dict[str, Str] = field(default_factory=dict[str, Str])
    """Passwords by environment variable."""
    allowed: list[policies.Statement] = field(default_factory=list[policies.Statement])
    """What the shop's program may do in AWS."""


class SiteArgs(Args):
    """Arguments of :class:`Site`."""

    shop: spec.Shop
    """The shop that the site belongs to."""
    site: str
    """The site's name in it."""
    stated: spec.AwsSite
    """What is stated of it."""
    region: Region
    """Where it is."""
    network: str | None = None
    """Its private address range; ``None`` for a site that keeps copies alone."""


class Site(Component):
    """Keys, network, settings and tiers of one site. Nothing in it depends on another site."""

    package = "assembly"

    keyed: KeyedRegion
    """The region with the key that encrypts data there."""
    backup_key_arn: pulumi.Output[str]
    """The key of the backups: another than the data's, so that the loss of one key is not the loss of both."""
    log_key_arn: pulumi.Output[str]
    """The key of the logs."""
    network: Network
    """The network; only of a site that serves."""
    topic_arn: pulumi.Output[str]
    """Where alarms and failed backups of the site are told; only of a site that serves."""
    tiers: dict[str, FargateTier | InstanceTier]
    """Its tiers, once it serves; customers reach ``web``."""

    def __init__(self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        stated = args.stated
        super().__init__(name, opts, inputs={"site": args.site, **stated.model_dump(mode="json")})
        self._name, self._args = name, args
        region = args.region
        others = sorted({at for at in args.shop.accounts.values() if isinstance(at, str)} - {region.account or ""})
        self.keyed = KeyedRegion(region=region, key_arn=self._key("data", accounts=others))
        self.backup_key_arn = self._key("backups", accounts=others)
        if args.network is None:
            self.register_outputs({"dataKeyArn": self.keyed.key_arn, "backupKeyArn": self.backup_key_arn})
            return
        self.log_key_arn = self._key("logs", services=[f"logs.{region.name}.amazonaws.com"])
        self.topic_arn = AlarmTopic(
            f"{name}-alarms",
            AlarmTopicArgs(region=region, key_arn=self._key("alarms", services=list(ALARM_SERVICES))),
            opts=pulumi.ResourceOptions(parent=self),
        ).arn
        self.tiers = {}
        self.network = Network(
            f"{name}-network",
            NetworkArgs(
                region=region,
                cidr=args.network,
                zones=zones_of(stated),
                endpoints=ENDPOINTS,
                flow_log_key_arn=self.log_key_arn,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _key(
        self, purpose: str, accounts: list[str] | None = None, services: list[str] | None = None
    ) -> pulumi.Output[str]:
        return Key(
            f"{self._name}-{purpose}",
            KeyArgs(
                region=self._args.region,
                purpose=f"{purpose} of {self._args.shop.prefix}",
                accounts=tuple(accounts or ()),
                services=tuple(services or ()),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        ).arn

    def serve(
        self, told: Told, certificate_arn: pulumi.Output[str], everywhere: Region, zone_id: pulumi.Output[str]
    ) -> None:
        """Start the tiers: ``app`` first, which ``web`` reaches by a name of its own under the shop's domain."""
        shop, inside = self._args.shop, pulumi.ResourceOptions(parent=self)
        parameters = Parameters(
            f"{self._name}-parameters",
            ParametersArgs(
                at=self.keyed, prefix=f"/{shop.prefix}/{self._args.site}", plain=told.plain, secret=told.secret
            ),
            opts=inside,
        )
        web = Told(dict(told.reaches), dict(told.plain), dict(told.secret), list(told.allowed))
        environment: dict[str, Str] = {"SITE": self._args.site, "SHOP_DOMAIN": shop.domain}
        if shop.app:
            # A tier behind another has the data to itself.
            app = self._tier("app", shop.app, told, parameters, certificate_arn, environment, internal=True)
            host = f"app-{self._args.site}.{shop.domain}"
            Record(
                f"{self._name}-app",
                zone_id=zone_id,
                name=host,
                type="A",
                aliases=[{"name": app.dns_name, "zone_id": app.zone_id, "evaluate_target_health": True}],
                opts=everywhere.child(self),
            )
            web = Told(reaches={"app": Reach(security_group_id=app.load_balancer_security_group_id, port=443)})
            environment = {**environment, "APP_URL": f"https://{host}"}
        front = self._tier("web", shop.web, web, parameters, certificate_arn, environment, internal=False)
        Firewall(
            f"{self._name}-firewall",
            FirewallArgs(
                region=self._args.region,
                load_balancer_arns={"web": front.load_balancer_arn},
                log_key_arn=self.log_key_arn,
            ),
            opts=inside,
        )
        self.register_outputs(
            {
                "vpcId": self.network.vpc_id,
                "url": front.dns_name,
                "dataKeyArn": self.keyed.key_arn,
                "backupKeyArn": self.backup_key_arn,
            }
        )

    def _tier(
        self,
        what: spec.TierName,
        tier: spec.Tier,
        told: Told,
        parameters: Parameters,
        certificate_arn: pulumi.Output[str],
        environment: Mapping[str, Str],
        *,
        internal: bool,
    ) -> FargateTier | InstanceTier:
        shop, network, region = self._args.shop, self.network, self._args.region
        count = capacity(shop, self._args.site, tier, len(network.zones))
        arns = {name: parameters.arns[name] for name in sorted(told.plain.keys() | told.secret.keys())}
        common: dict[str, Any] = {
            "region": region,
            "vpc_id": network.vpc_id,
            "subnet_ids": network.private_subnet_ids,
            "load_balancer_subnet_ids": network.private_subnet_ids if internal else network.public_subnet_ids,
            "certificate_arn": certificate_arn,
            "internal": internal,
            "client_cidrs": {"network": network.cidr} if internal else {"internet": "0.0.0.0/0"},
            "reaches": told.reaches,
            "egress_cidrs": {"https": ("0.0.0.0/0", 443), **called(shop)},
            "image": shop.image(what, self._args.site),
            "port": tier.port,
            "health_path": tier.health_path,
            "replicas": count.desired,
            "minimum": count.minimum,
            "peak": count.maximum,
            "peaks": shop.business.peaks if shop.business and count.desired else {},
            "log_key_arn": self.log_key_arn,
            "secret_key_arns": {"data": self.keyed.key_arn} if told.secret else {},
            "policy": policies.document(*told.allowed) if told.allowed else None,
        }
        name, inside = f"{self._name}-{what}", pulumi.ResourceOptions(parent=self)
        variables = {**environment, **tier.environment}
        made = self.tiers[what] = (
            FargateTier(
                name,
                FargateTierArgs(**common, cpu=tier.cpu, memory=tier.memory, environment=variables, secrets=arns),
                opts=inside,
            )
            if tier.compute == "containers"
            else InstanceTier(
                name,
                InstanceTierArgs(
                    **common,
                    instance_type=smallest(sizes.EC2, tier.cpu, tier.memory),
                    secrets=arns,
                    user_data=_settings(variables, arns),
                ),
                opts=inside,
            )
        )
        if count.minimum:  # a rehearsal needs something that runs
            ZonalAutoshift(
                f"{name}-autoshift",
                ZonalAutoshiftArgs(
                    region=region,
                    load_balancer_arn=made.load_balancer_arn,
                    load_balancer_suffix=made.load_balancer_suffix,
                    blocked_dates=quiet_days(shop.business.peaks if shop.business else {}, MOST_BLOCKED),
                    topic_arn=self.topic_arn,
                ),
                opts=inside,
            )
        return made


def _settings(variables: Mapping[str, Str], parameters: Mapping[str, Str]) -> pulumi.Output[str]:
    """User data that leaves the settings in ``/etc/shop.json``: values, and the parameters that hold the others."""
    content = pulumi.Output.json_dumps({"environment": dict(variables), "parameters": dict(parameters)}, sort_keys=True)
    return content.apply(lambda text: f"#!/bin/sh\ncat > /etc/shop.json <<'END'\n{text}\nEND\n")
