"""A shop deployed: sites of one vendor or several, data that spans them, names that lead to whichever is healthy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from bcinfra import spec
from bcinfra.assembly.configuration import mistakes
from bcinfra.assembly.contract import Data, DomainNames, Link, Provisioned, ShopArgs, Upstream, VendorDeployment
from bcinfra.assembly.onprem import buildings
from bcinfra.assembly.secrets import secrets
from bcinfra.assembly.settings import follows, optional, settings
from bcinfra.component import Component
from bcinfra.exits import Exit, UserError
from bcinfra.spec.problems import SpecError

VENDORS: Final[Mapping[str, tuple[str, str]]] = {
    "aws": ("bcinfra.assembly.aws", "AwsDeployment"),
    "gcp": ("bcinfra.assembly.gcp", "GcpDeployment"),
    "kubernetes": ("bcinfra.assembly.kubernetes", "KubernetesDeployment"),
}
"""Who assembles each kind of site. A module is imported where a shop needs it: a shop at one vendor runs without the
others' SDKs."""


def deploy(shop: spec.Shop) -> Shop:
    """Declare ``shop`` in the running Pulumi program, and export where it is reached.

    The stack's configuration holds what :func:`~bcinfra.assembly.secrets.secrets` and
    :func:`~bcinfra.assembly.settings.settings` name and, after a failover, ``activeSite``: the site that writes now.
    Setting it to what the failover did changes nothing that runs, so the next preview is empty. To make that site the
    primary for good, change the roles in the shop.
    """
    config = pulumi.Config()
    if wrong := tuple(mistakes(shop, _given(config.name))):
        raise SpecError(wrong)
    active = config.get("activeSite")
    stated = shop.revised(active_site=active) if active else shop
    given = {name: config.get_secret(name) for name in secrets(stated)}
    told = {name: config.get(name) for name in [*settings(stated), *optional(stated)]}
    missing = [
        *(f"--secret {config.name}:{name}  # {what}" for name, what in secrets(stated).items() if given[name] is None),
        *(f"{config.name}:{name}  # {what}" for name, what in settings(stated).items() if told[name] is None),
    ]
    if missing:
        lines = [f"  pulumi config set {line}" for line in missing]
        raise UserError("\n".join(["the stack's configuration is not complete; set", *lines]), Exit.USAGE)
    deployed = Shop(
        stated.prefix,
        ShopArgs(
            shop=stated,
            secrets={name: value for name, value in given.items() if value is not None},
            settings={name: value for name, value in told.items() if value is not None},
        ),
    )
    pulumi.export("url", f"https://{stated.domain}")
    pulumi.export("nameServers", deployed.name_servers)
    pulumi.export("activeSite", stated.active)
    pulumi.export("entryPoints", deployed.entry_points)
    return deployed


def _given(project: str) -> Mapping[str, str]:
    """The configuration of the program itself, by its keys."""
    every = {**get_config_env(), **CONFIG.get()}
    return {key.partition(":")[2]: value for key, value in every.items() if key.startswith(f"{project}:")}


class Shop(Component):
    """Everything of one shop. Its specification is its input, so that the graph says what was asked for."""

    package = "assembly"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to: all of them, where two clouds answer."""
    entry_points: Mapping[str, pulumi.Output[Sequence[str]]]
    """The addresses or names of each way in, by site or vendor."""

    def __init__(self, name: str, args: ShopArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shop = args.shop
        offers = {what: offer.model_dump(mode="json") for what, offer in shop.offers.items()}
        # Which site writes now is seen from the data: leaving it out here, a failover changes no input of the shop.
        stated = shop.model_dump(mode="json", exclude={"active_site"})
        super().__init__(name, opts, inputs={"spec": stated, "offers": offers})
        buildings(self, shop)
        provisioned = {kind: vendor.provision() for kind, vendor in _vendors(self, args)}
        data = _data(provisioned, linked=follows(shop, "gcp"))
        started = [stored.start_tiers() for stored in data]
        names = DomainNames(
            zones={cloud: zone for cloud in shop.zones_at if (zone := provisioned[cloud].zone)},
            entry_points={name: point for vendor in started for name, point in vendor.entry_points.items()},
            proofs={kind: vendor.proof for kind, vendor in provisioned.items() if vendor.proof},
        )
        for published in [vendor.publish_dns(names) for vendor in started]:
            published.declare_recovery()
        self.name_servers = pulumi.Output.all(*(zone.name_servers for zone in names.zones.values())).apply(
            lambda lists: [server for servers in lists for server in servers]
        )
        self.entry_points = {
            what: pulumi.Output.all(*(point.addresses or [point.host or ""]))
            for what, point in names.entry_points.items()
        }
        zones = {cloud: zone.id for cloud, zone in names.zones.items()}
        self.register_outputs({"nameServers": self.name_servers, "zoneIds": zones, "entryPoints": self.entry_points})


def _vendors(parent: pulumi.Resource, args: ShopArgs) -> Iterator[tuple[str, VendorDeployment]]:
    """Those who assemble the shop, the primary's vendor first: other vendors' data follows its own."""
    shop = args.shop
    first = shop.sites[shop.primary].kind
    kinds = dict.fromkeys([first, *(site.kind for site in shop.sites.values() if site.kind in VENDORS), *shop.zones_at])
    for kind in kinds:
        module, name = VENDORS[kind]
        sites = {site: at for site, at in shop.sites.items() if at.kind == kind}
        yield kind, getattr(import_module(module), name)(parent=parent, args=args, sites=sites)


def _data(provisioned: Mapping[str, Provisioned], *, linked: bool) -> list[Data]:
    """The data of every vendor, each building on what those before it have made."""
    upstream = Upstream(
        link=_link(provisioned) if linked else Link(),
        backup_buckets=next((here.backup_buckets for here in provisioned.values() if here.backup_buckets), None),
    )
    data: list[Data] = []
    for here in provisioned.values():
        data.append(here.declare_data(upstream))
        upstream = upstream.followed_by(data[-1])
    return data


def _link(provisioned: Mapping[str, Provisioned]) -> Link:
    """The way from the database to the replica of another vendor; :mod:`bcinfra.assembly.link` needs both SDKs."""
    return import_module("bcinfra.assembly.link").join(provisioned["aws"], provisioned["gcp"])
