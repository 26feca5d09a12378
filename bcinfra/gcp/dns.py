"""Geographic DNS on Cloud DNS: which place answers a customer, and what answers when it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.compute import HealthCheck
from pulumi_gcp.dns import RecordSet
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.gcp.region import Project
from bcinfra.gcp.zone import HostName, PublicZone, PublicZoneArgs

FASTEST_CHECK: Final = 30
"""Shortest interval, seconds, at which Cloud DNS has outside addresses checked (Cloud DNS, health checks)."""


class Routing(StrEnum):
    """How Cloud DNS chooses among the places that are healthy."""

    FAILOVER = "failover"
    """The primary, else the nearest other one."""
    GEOLOCATION = "geolocation"
    """The place nearest to the customer, else the next nearest."""
    WEIGHTED = "weighted"
    """In proportion to weights."""


class Endpoint(Args):
    """One place as the world reaches it: a load balancer, another vendor's shop, a page with a telephone number."""

    address: Str
    """Its IPv4 address."""
    further: tuple[Str, ...] = ()
    """Further addresses of the same place, such as the second one of an ``aws.Accelerator``. Each is checked."""
    location: str = Field(pattern=r"^[a-z]+-[a-z]+\d+$", examples=["europe-west1"])
    """The Google Cloud region that it is in, or nearest to: what "nearest" is measured from."""
    weight: float = Field(default=1.0, ge=0, le=1000)
    """Share of traffic, in weighted routing."""


class GeoDnsArgs(Args):
    """Arguments of :class:`GeoDns`."""

    project: Project
    """The project of the records."""
    domain: HostName
    """The domain, such as ``shop.example``."""
    zone_name: Str | None = None
    """An existing public zone of the domain, such as ``PublicZone(...).zone_name``. A zone is made if not given."""
    hosts: frozenset[str] = frozenset({"", "www"})
    """Names below the domain that lead to the shop; ``""`` is the domain itself."""
    endpoints: Mapping[str, Endpoint] = Field(min_length=1)
    """The places by name."""
    primary: str
    """The place preferred by failover. After a failover: the one that took over."""
    routing: Routing = Routing.FAILOVER
    """How to choose among healthy places."""
    ttl: int = Field(default=30, ge=5, le=86400)
    """Seconds for which resolvers may keep an answer: part of every failover."""
    path: str = Field(default="/health", pattern=r"^/")
    """What the check asks for. Answer 200 only while the place can sell."""
    port: int = Field(default=443, ge=1, le=65535)
    """Port of the check, over HTTPS."""
    interval: int = Field(default=FASTEST_CHECK, ge=FASTEST_CHECK, le=300)
    """Seconds between checks from each checker."""
    failures: int = Field(default=2, ge=1, le=10)
    """Checks in a row that must fail before a place counts as down."""
    checkers: frozenset[str] = Field(
        default=frozenset({"us-east1", "europe-west1", "asia-southeast1"}), min_length=3, max_length=3
    )
    """Regions that check: three, as Cloud DNS demands, none of them a single point of decision."""
    issuers: frozenset[str] = frozenset({"pki.goog"})
    """Certificate authorities that may issue for the domain (CAA)."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.primary not in self.endpoints:
            yield f"primary: {unknown_site(self.primary, self.endpoints)}"
        owners: dict[str, str] = {}
        for name, at in self.endpoints.items():
            if self.routing is not Routing.WEIGHTED and (owner := owners.setdefault(at.location, name)) != name:
                yield f"endpoints: {owner!r} and {name!r} are both at {at.location}; give them the nearest apart"
        if self.routing is Routing.WEIGHTED and not any(at.weight for at in self.endpoints.values()):
            yield "endpoints: every weight is 0; nobody would be sent anywhere"


class GeoDns(Component):
    """Names that lead to a healthy place.

    Places are checked from outside, from three regions, and Cloud DNS answers by what they found: no step needs a
    person or a control plane. Resolvers keep the old answer until its TTL ends. When all places are down every one is
    answered. One place alone is answered whatever happens, and not checked.

    After a failover of the data change ``primary`` here too. Records keep their identity: the two change places in an
    update.
    """

    package = "gcp"

    zone_name: pulumi.Output[str]
    """The zone that holds the records."""
    name_servers: pulumi.Output[Sequence[str]] | None
    """What the registrar must delegate to; ``None`` for a zone that existed."""
    health_check_id: pulumi.Output[str] | None
    """The check that decides over every place; ``None`` where there is but one."""

    def __init__(self, name: str, args: GeoDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        project = args.project
        if args.zone_name is None:
            zone = PublicZone(
                name, PublicZoneArgs(project=project, domain=args.domain), opts=pulumi.ResourceOptions(parent=self)
            )
            self.zone_name, self.name_servers = zone.zone_name, zone.name_servers
        else:
            self.zone_name, self.name_servers = pulumi.Output.from_input(args.zone_name), None
        (alone, *others) = args.endpoints.values()
        check = self._check() if others else None
        self.health_check_id = check and check.id
        for host in sorted(args.hosts):
            fqdn = f"{host}.{args.domain}" if host else args.domain
            answers: dict[str, Any] = (
                {"routing_policy": {"health_check": check.id, **routing_policy(args)}}
                if check
                else {"rrdatas": [alone.address, *alone.further]}
            )
            self._record(fqdn, "A", args.ttl, **answers)
        issuers = [f'0 issue "{issuer}"' for issuer in sorted(args.issuers)]
        self._record(args.domain, "CAA", 3600, rrdatas=issuers)
        self.register_outputs(
            {
                "zoneName": self.zone_name,
                "nameServers": self.name_servers,
                "healthCheckId": self.health_check_id,
            }
        )

    def _check(self) -> HealthCheck:
        args, project = self._args, self._args.project
        return HealthCheck(
            f"{self._name}-sells",
            project=project.project,
            check_interval_sec=args.interval,
            timeout_sec=5,
            healthy_threshold=2,
            unhealthy_threshold=args.failures,
            source_regions=sorted(args.checkers),
            https_health_check={"port": args.port, "request_path": args.path, "host": args.domain},
            log_config={"enable": True},
            opts=project.child(self),
        )

    def _record(self, fqdn: str, kind: str, ttl: int, **content: Any) -> None:
        project = self._args.project
        RecordSet(
            f"{self._name}-{fqdn}-{kind}",
            project=project.project,
            managed_zone=self.zone_name,
            name=f"{fqdn}.",
            type=kind,
            ttl=ttl,
            **content,
            opts=project.child(self),
        )


def routing_policy(args: GeoDnsArgs) -> dict[str, Any]:
    """How the record chooses. A signed zone answers with checked targets alone."""
    places = {name: {"external_endpoints": [at.address, *at.further]} for name, at in sorted(args.endpoints.items())}
    by_place = {
        name: {"location": args.endpoints[name].location, "health_checked_targets": targets}
        for name, targets in places.items()
    }
    match args.routing:
        case Routing.FAILOVER:
            others = [by_place[name] for name in by_place if name != args.primary]
            return {"primary_backup": {"primary": places[args.primary], "backup_geos": others}}
        case Routing.GEOLOCATION:
            return {"geos": list(by_place.values()), "enable_geo_fencing": False}
        case Routing.WEIGHTED:
            return {
                "wrrs": [
                    {"weight": args.endpoints[name].weight, "health_checked_targets": targets}
                    for name, targets in places.items()
                ]
            }
