"""A shop deployed: sites of one vendor or several, data that spans them, names that lead to whichever is healthy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from bcinfra import spec
from bcinfra.assembly.configuration import mistakes
from bcinfra.assembly.contract import Data, DomainNames, Link, Provisioned, ShopArgs, Upstream, VendorDeployment
from bcinfra.assembly.edge import proxied, ways_in
from bcinfra.assembly.lines import Lines
from bcinfra.assembly.onprem import buildings
from bcinfra.assembly.resources import Deployed
from bcinfra.assembly.runbooks import runbooks
from bcinfra.assembly.secrets import secrets
from bcinfra.assembly.settings import follows, optional, settings
from bcinfra.assembly.static_page import static_page
from bcinfra.component import (
    Component,
    OverrideError,
    Overrides,
    ProgramError,
    RefusedError,
    asked_for,
    overriding,
)
from bcinfra.extras import need

VENDORS: Final[Mapping[str, tuple[str, str]]] = {
    "aws": ("bcinfra.assembly.aws", "AwsDeployment"),
    "cloudflare": ("bcinfra.assembly.cloudflare", "CloudflareDeployment"),
    "gcp": ("bcinfra.assembly.gcp", "GcpDeployment"),
    "kubernetes": ("bcinfra.assembly.kubernetes", "KubernetesDeployment"),
}
"""Who assembles each kind of site, or names alone. A module is imported where a shop needs it: a shop at one vendor
runs without the others' SDKs."""


def deploy(shop: spec.Shop, overrides: Overrides | None = None, opts: pulumi.ResourceOptions | None = None) -> Deployed:
    """Declare ``shop`` in the running Pulumi program, and export where it is reached.

    ``overrides`` change arguments of its components, and put others in the place of some. ``opts`` are those of the
    whole: ``pulumi.ResourceOptions(transforms=[...])`` changes any resource of it, such as its tags.

    A program may deploy several shops. The first one's outputs and configuration stand under the project's own names.
    Those of each further one stand under the shop's prefix: ``pulumi config set --secret acme-prod:mysqlPassword``, and
    an output ``acme-prod`` with ``url``, ``nameServers`` and the rest. A key ``acme-prod:...`` is read for the first
    one too, before the project's.

    The stack's configuration holds what :func:`~bcinfra.assembly.secrets.secrets` and
    :func:`~bcinfra.assembly.settings.settings` name and, after a failover, ``activeSite``: the site that writes now.
    Setting it to what the failover did changes nothing that runs, so the next preview is empty. To make that site the
    primary for good, change the roles in the shop.
    """
    others = _deployed()
    if shop.prefix in others:
        message = f"{shop.prefix} is deployed twice; give the shops names or environments that differ"
        raise ProgramError(message)
    config = _Configuration(shop.prefix, first=not others)
    others.append(shop.prefix)
    if wrong := tuple(mistakes(shop, config.given())):
        raise RefusedError(wrong)
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
        raise ProgramError("\n".join(["the stack's configuration is not complete; set", *lines]))
    args = ShopArgs(
        shop=stated,
        secrets={name: value for name, value in given.items() if value is not None},
        settings={name: value for name, value in told.items() if value is not None},
    )
    try:
        with asked_for(Lines(stated)), overriding(overrides or Overrides()):
            made = Shop(stated.prefix, args, opts)
    except OverrideError as error:
        raise ProgramError(f"overrides: {error}") from None
    outputs = {
        "url": f"https://{stated.domain}",
        "nameServers": made.name_servers,
        **({"domains": made.further_name_servers} if made.further_name_servers else {}),
        **({"dsRecord": made.ds_record} if made.ds_record is not None else {}),
        **({"pageDsRecord": made.page_ds_record} if made.page_ds_record is not None else {}),
        "activeSite": stated.active,
        "entryPoints": made.entry_points,
    }
    if config.first:
        for name, value in outputs.items():
            pulumi.export(name, value)
    else:
        pulumi.export(stated.prefix, outputs)
    return made.deployed


_DEPLOYED: Final = WeakKeyDictionary[pulumi.Resource, list[str]]()
"""The prefixes of the shops that each running program has deployed, by its stack."""


def _deployed() -> list[str]:
    stack = pulumi.runtime.get_root_resource()
    return _DEPLOYED.setdefault(stack, []) if stack else []


class _Configuration:
    """What one shop is told by the stack's configuration: under its prefix, and the first one under the project."""

    def __init__(self, prefix: str, *, first: bool) -> None:
        self.first = first
        self._bags = [pulumi.Config(prefix), *([pulumi.Config()] if first else [])]
        self.name = self._bags[-1].name
        """Where what is missing is to be set."""

    def given(self) -> Mapping[str, str]:
        """All that is set, by key."""
        return {key: value for bag in reversed(self._bags) for key, value in _given(bag.name).items()}

    def get(self, key: str) -> str | None:
        return next((value for bag in self._bags if (value := bag.get(key)) is not None), None)

    def get_secret(self, key: str) -> pulumi.Output[str] | None:
        return next((value for bag in self._bags if (value := bag.get_secret(key)) is not None), None)


def _given(project: str) -> Mapping[str, str]:
    """The configuration of the program itself, by its keys."""
    every = {**get_config_env(), **CONFIG.get()}
    return {key.partition(":")[2]: value for key, value in every.items() if key.startswith(f"{project}:")}


class Shop(Component):
    """Everything of one shop. Its specification is its input, so that the graph says what was asked for."""

    package = "assembly"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to: all of them, where two clouds answer."""
    further_name_servers: Mapping[str, pulumi.Output[Sequence[str]]]
    """The same of each further domain."""
    ds_record: pulumi.Output[str] | None
    """What the registrar is told beside them, where answers are signed with a key of the shop's own."""
    page_ds_record: pulumi.Output[str] | None
    """The same of the domain of the page that is shown while the shop is down."""
    entry_points: Mapping[str, pulumi.Output[Sequence[str]]]
    """The addresses or names of each way in, by site or vendor."""
    deployed: Deployed
    """What it is made of."""

    def __init__(self, name: str, args: ShopArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shop = args.shop
        offers = {what: offer.model_dump(mode="json") for what, offer in shop.offers.items()}
        # Which site writes now is seen from the data: leaving it out here, a failover changes no input of the shop.
        stated = shop.model_dump(mode="json", exclude={"active_site": True, "data": set(shop.absent)})
        super().__init__(name, opts, inputs={"spec": stated, "offers": offers})
        buildings(self, shop)
        provisioned = {kind: vendor.provision() for kind, vendor in _vendors(self, args)}
        data = _data(provisioned, linked=follows(shop, "gcp"))
        started = [stored.start_tiers() for stored in data]
        page = static_page(self, args)
        self.page_ds_record = page.ds_record if page else None
        points = {name: point for vendor in started for name, point in vendor.entry_points.items()}
        proxy = proxied(self, args, points)
        proofs = {kind: vendor.proof for kind, vendor in provisioned.items() if vendor.proof}
        names = DomainNames(
            zones={cloud: zone for cloud in shop.zones_at if (zone := provisioned[cloud].zone)},
            entry_points=ways_in(shop, points, proxy),
            proofs={
                **proofs,
                **({"page": page.proof} if page and page.proof else {}),
                **(proxy.proofs if proxy else {}),
            },
            checked={host: found for vendor in started for host, found in vendor.checked.items()},
            proxied=proxy is not None,
            page=page,
        )
        published = [vendor.publish_dns(names) for vendor in started]
        for vendor in published:
            vendor.declare_recovery()
        self.ds_record = next((vendor.ds_record for vendor in published if vendor.ds_record is not None), None)
        runbooks(self, args)
        self.name_servers = pulumi.Output.all(*(zone.name_servers for zone in names.zones.values())).apply(
            lambda lists: [server for servers in lists for server in servers]
        )
        self.further_name_servers = {
            domain: zone.name_servers for here in provisioned.values() for domain, zone in here.further.items()
        }
        if page and shop.contact and shop.contact.page:
            self.further_name_servers = {**self.further_name_servers, shop.contact.page.domain: page.name_servers}
        self.entry_points = {
            what: pulumi.Output.all(*(point.addresses or [point.host or ""]))
            for what, point in names.entry_points.items()
        }
        zones = {cloud: zone.id for cloud, zone in names.zones.items()}
        self.deployed = Deployed(
            name_servers=self.name_servers,
            entry_points=self.entry_points,
            zones=zones,
            sites={name: site for vendor in published for name, site in vendor.resources().items()},
        )
        if shop.contact and shop.contact.phone and shop.contact.phone.centre:
            centre = import_module("bcinfra.assembly.aws.contact_centre")
            centre.declare(self, shop, shop.contact, self.deployed.sites, args.secrets)
        self.register_outputs({"nameServers": self.name_servers, "zoneIds": zones, "entryPoints": self.entry_points})


def _vendors(parent: pulumi.Resource, args: ShopArgs) -> Iterator[tuple[str, VendorDeployment]]:
    """Those who assemble the shop, the primary's vendor first: other vendors' data follows its own."""
    shop = args.shop
    first = shop.sites[shop.primary].kind
    stated = (site.kind for site in shop.sites.values() if site.kind in VENDORS)
    kinds = dict.fromkeys([first, *stated, *shop.zones_at, *shop.registries_at])
    need(*kinds, *(["cloudflare"] if shop.delivery.vendor == "cloudflare" else []), what=shop.prefix)
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
