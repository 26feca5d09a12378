"""What Cloudflare's load balancers lead to: origins in pools, each asked whether it sells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import pulumi
from pulumi_cloudflare import LoadBalancerMonitor, LoadBalancerPool
from pydantic import Field, model_validator

from bcinfra.cloudflare.account import Account
from bcinfra.component import Args, Str, unknown_site


class Origin(Args):
    """One site as the world reaches it."""

    host: Str | None = None
    """A host name, such as a load balancer's; or ``addresses``."""
    addresses: tuple[Str, ...] = ()
    """Plain addresses: requests go to all by turns, and leave one that does not answer."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.host is None) == (not self.addresses):
            raise ValueError("give host or addresses")
        return self

    @property
    def reached(self) -> dict[str, Str]:
        """Where it is, by a name within its pool."""
        addresses = {f"address-{n + 1}": address for n, address in enumerate(self.addresses)}
        return {"front": self.host} if self.host is not None else addresses


class Monitor(Args):
    """How origins are asked whether they sell."""

    path: str = Field(default="/health", pattern=r"^/")
    """What is asked for. Answer 200 only while the site can sell."""
    interval: int = Field(default=60, ge=10, le=3600)
    """Seconds between questions; plans below Enterprise have a least one (60 Pro, 15 Business)."""
    timeout: int = Field(default=5, ge=1, le=10)
    """Seconds until a question counts as not answered."""
    retries: int = Field(default=2, ge=0, le=5)
    """Further questions at once before an origin counts as dead."""


def pools(
    parent: pulumi.Resource,
    account: Account,
    name: str,
    origins: Mapping[str, Origin],
    monitor: Monitor,
    domain: str,
    key: Mapping[str, Str],
) -> dict[str, LoadBalancerPool]:
    """A pool for each site, whose origins a monitor asks for the domain; ``key``: headers that it shows."""
    headers: Mapping[str, Any] = {"Host": [domain], **{header: [value] for header, value in key.items()}}
    asked = LoadBalancerMonitor(
        name,
        account_id=account.id,
        description=f"Whether a site of {name} sells",
        type="https",
        port=443,
        method="GET",
        path=monitor.path,
        expected_codes="200",
        header=headers,
        probe_zone=domain,
        interval=monitor.interval,
        timeout=monitor.timeout,
        retries=monitor.retries,
        opts=account.child(parent),
    )
    return {
        site: LoadBalancerPool(
            f"{name}-{site}",
            account_id=account.id,
            name=f"{name}-{site}",
            origins=[
                {"name": label, "address": address, "enabled": True, "weight": 1}
                for label, address in origin.reached.items()
            ],
            minimum_origins=1,
            monitor=asked.id,
            opts=account.child(parent),
        )
        for site, origin in origins.items()
    }


def ordered(sites: Iterable[str], primary: str) -> list[str]:
    """The sites, the preferred one first."""
    return sorted(sites, key=lambda site: (site != primary, site))


def preferred(order: Sequence[str], *, spread: bool) -> Sequence[str]:
    """Those that a balancer chooses among by their health. The last in an order is its fallback, which has requests
    where none of them is well."""
    return order if spread or len(order) < 2 else order[:-1]


def wrong_primary(primary: str, sites: Iterable[str]) -> Iterable[str]:
    """The complaint about a primary that is none of the sites."""
    sites = [*sites]
    if primary not in sites:
        yield f"primary: {unknown_site(primary, sites)}"
