"""Names at Cloudflare that lead to a healthy site, past its proxy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

import pulumi
from pulumi_cloudflare import DnsRecord, LoadBalancer
from pydantic import Field, model_validator

from bcinfra.cloudflare.account import Account
from bcinfra.cloudflare.pools import Monitor, Origin, ordered, pools, preferred, wrong_primary
from bcinfra.cloudflare.zone import HOSTS, HostName
from bcinfra.component import Args, Component, Str, refuse


class GeoDnsArgs(Args):
    """Arguments of :class:`GeoDns`."""

    account: Account
    """The account of the zone."""
    zone_id: Str
    """The zone, such as ``PublicZone(...).zone_id``."""
    domain: HostName
    """The domain, such as ``shop.example``."""
    hosts: frozenset[str] = HOSTS
    """Names below the domain that lead to the shop; ``""`` is the domain itself."""
    endpoints: Mapping[str, Origin] = Field(min_length=1)
    """The sites by name."""
    primary: str
    """The site preferred. After a failover: the one that took over."""
    spread: bool = False
    """Whether all healthy sites are answered with, the nearest first; else the primary while it is healthy."""
    monitor: Monitor = Monitor()
    """How sites are asked whether they sell."""
    ttl: int = Field(default=60, ge=30, le=86_400)
    """Seconds for which resolvers may keep an answer."""
    issuers: frozenset[str] = frozenset()
    """Certificate authorities that may issue for the domain (CAA); none where another component says so."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from wrong_primary(self.primary, self.endpoints)
        plain = next(iter(self.endpoints.values()))
        if len(self.endpoints) == 1 and len(plain.addresses) > 1:
            yield "endpoints: one site of several addresses is asked by nobody; state one address, or a second site"


class GeoDns(Component):
    """Names that lead to a healthy site: what a second DNS provider answers as the first one does.

    Requests do not pass Cloudflare's proxy, so that this hangs on its DNS alone. Several sites are a load balancer that
    answers with the first pool that its monitor finds well (an add-on that is paid); one site is a plain record, and a
    bare domain may have a host name, which Cloudflare answers with the addresses of.

    After a failover of the data change ``primary`` here too: pools change places in an update.
    """

    package = "cloudflare"

    hosts: pulumi.Output[list[str]]
    """The names that it answers for."""

    def __init__(self, name: str, args: GeoDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        account = args.account
        names = [f"{host}.{args.domain}" if host else args.domain for host in sorted(args.hosts)]
        made = (
            [self._alone(host, args) for host in names] if len(args.endpoints) == 1 else self._chosen(name, names, args)
        )
        self.hosts = pulumi.Output.all(*(one.name for one in made))
        for issuer in sorted(args.issuers):
            DnsRecord(
                f"{name}-caa-{issuer}",
                zone_id=args.zone_id,
                name=args.domain,
                type="CAA",
                data={"flags": 0, "tag": "issue", "value": issuer},
                ttl=3600,
                opts=account.child(self),
            )
        self.register_outputs({"hosts": self.hosts})

    def _alone(self, host: str, args: GeoDnsArgs) -> DnsRecord:
        (address,) = args.endpoints[args.primary].reached.values()
        return DnsRecord(
            host,
            zone_id=args.zone_id,
            name=host,
            type="CNAME" if args.endpoints[args.primary].host is not None else "A",
            content=address,
            proxied=False,
            ttl=args.ttl,
            opts=args.account.child(self),
        )

    def _chosen(self, name: str, hosts: Iterable[str], args: GeoDnsArgs) -> list[LoadBalancer]:
        made = pools(self, args.account, name, args.endpoints, args.monitor, args.domain, {})
        order = ordered(args.endpoints, args.primary)
        return [
            LoadBalancer(
                host,
                zone_id=args.zone_id,
                name=host,
                default_pools=[made[site].id for site in preferred(order, spread=args.spread)],
                fallback_pool=made[order[-1]].id,
                steering_policy="geo" if args.spread else "off",
                proxied=False,
                ttl=args.ttl,
                opts=args.account.child(self),
            )
            for host in hosts
        ]
