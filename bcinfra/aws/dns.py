"""Geographic DNS on Route 53: which site answers a customer, and what answers when none can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.route53 import HealthCheck, QueryLog, Record
from pydantic import Field, model_validator

from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.region import Region
from bcinfra.aws.zone import HostName, PublicZone, PublicZoneArgs
from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.seconds import MINUTE

CHECKERS: Final = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
)
"""Regions that Route 53 checks health from (API reference, HealthCheckConfig Regions)."""


HOSTS: Final = frozenset({"", "www"})
"""Names below a shop's domain that lead to it; ``""`` is the domain itself."""
ISSUERS: Final = frozenset({"amazon.com"})
"""Certificate authorities of what AWS serves."""


class Routing(StrEnum):
    """How Route 53 chooses among the sites that are healthy."""

    FAILOVER = "failover"
    """The primary, else the other one."""
    LATENCY = "latency"
    """The region nearest by measured latency."""
    GEOLOCATION = "geolocation"
    """By the customer's continent or country; the primary answers for the rest of the world, and any healthy site
    answers where the customer's own is not."""
    WEIGHTED = "weighted"
    """In proportion to weights; a site of weight 0 answers only when no other is healthy."""


class Target(Args):
    """Where traffic goes: an AWS load balancer or distribution (an alias), or plain addresses of anything else."""

    dns_name: Str | None = None
    """DNS name of the AWS resource."""
    zone_id: Str | None = None
    """Hosted zone of that DNS name, which the AWS resource gives."""
    addresses: tuple[Str, ...] = ()
    """IPv4 addresses instead, for a site outside AWS such as another vendor's load balancer. They lead to the same: the
    first is checked for all."""
    ttl: int = Field(default=60, ge=0, le=172800)
    """Seconds for which resolvers may keep plain addresses. An alias has the TTL of its target."""
    evaluate_target_health: bool = True
    """Whether an alias is judged by its target's health too. Only CloudFront cannot be: say ``False`` there."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.dns_name is None) == (not self.addresses) or (self.dns_name is None) != (self.zone_id is None):
            raise ValueError("give dns_name with zone_id, or addresses")
        return self

    @property
    def is_alias(self) -> bool:
        """Whether this is an AWS resource."""
        return self.dns_name is not None


class Endpoint(Target):
    """One site as the world reaches it, and how its health is checked."""

    region: str | None = None
    """The AWS region that stands for this site in latency routing."""
    continent: Literal["AF", "AN", "AS", "EU", "NA", "OC", "SA"] | None = None
    """Customers of this continent come here, in geolocation routing."""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """Customers of this country come here, in geolocation routing."""
    weight: int = Field(default=100, ge=0, le=255)
    """Share of traffic, in weighted routing."""
    path: str = Field(default="/health", pattern=r"^/")
    """What the check asks for. Answer 200 only while this site can sell."""
    port: int = Field(default=443, ge=1, le=65535)
    """Port of the check, over HTTPS."""
    host: Str | None = None
    """Host that the check asks, where it is not ``dns_name``. Never a name that fails over itself."""
    also: Mapping[str, Str] = {}
    """Further health checks by name, all of which must pass too: a routing control, an alarm on replication lag."""


class GeoDnsArgs(Args):
    """Arguments of :class:`GeoDns`."""

    region: Region
    """The global region: Route 53 is managed in us-east-1."""
    domain: HostName
    """The domain, such as ``shop.example``."""
    hosts: frozenset[str] = HOSTS
    """Names below the domain that lead to the shop; ``""`` is the domain itself."""
    endpoints: Mapping[str, Endpoint] = Field(min_length=1)
    """The sites by name."""
    primary: str
    """The site preferred by failover, and the default of geolocation. After a failover: the one that took over."""
    routing: Routing = Routing.FAILOVER
    """How to choose among healthy sites."""
    fallback: Target | None = None
    """What answers when no site is healthy: a static page with a telephone number, best with another provider."""
    ipv6: bool = False
    """Whether aliases also answer AAAA queries."""
    zone_id: Str | None = None
    """An existing public zone of the domain, such as ``PublicZone(...).zone_id``. A zone is made if not given."""
    interval: Literal[10, 30] = 10
    """Seconds between checks from each checker. Ten costs more and finds an outage in a third of the time."""
    failures: int = Field(default=3, ge=1, le=10)
    """Checks in a row that must fail or pass before a site changes state."""
    checkers: frozenset[str] = Field(default=frozenset({"us-east-1", "eu-west-1", "ap-southeast-1"}), min_length=3)
    """Regions that check. At least three, as Route 53 demands, none of them a single point of decision."""
    issuers: frozenset[str] = ISSUERS
    """Certificate authorities that may issue for the domain (CAA); none where another component says so."""
    topic_arn: Str | None = None
    """A topic in us-east-1, where Route 53 measures, that is told when no site passes its check."""
    query_log_group_arn: Str | None = None
    """A log group in us-east-1, open to Route 53, that takes the zone's queries."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        names = ", ".join(map(repr, self.endpoints))
        if self.primary not in self.endpoints:
            yield f"primary: {unknown_site(self.primary, self.endpoints)}"
        for site, at in self.endpoints.items():
            if self.routing is Routing.LATENCY and at.region is None:
                yield f"endpoints.{site}.region: latency routing needs it, such as 'eu-west-1'"
            if self.routing is Routing.GEOLOCATION and (at.continent is None) == (at.country is None):
                yield f"endpoints.{site}: geolocation routing needs a continent or a country, one of them"
        if self.routing is Routing.FAILOVER and len(self.endpoints) > 2:
            yield (
                f"routing: failover takes two endpoints, there are {len(self.endpoints)} ({names});"
                " use latency, geolocation or weighted, and a fallback for the last resort"
            )
        places = {(at.continent, at.country) for at in self.endpoints.values()}
        if self.routing is Routing.GEOLOCATION and len(places) < len(self.endpoints):
            yield "endpoints: two of them answer for the same continent or country"
        if self.routing is Routing.WEIGHTED and not any(at.weight for at in self.endpoints.values()):
            yield "endpoints: every weight is 0; Route 53 would then send the same to each"
        for checker in sorted(self.checkers - set(CHECKERS)):
            yield f"checkers: {checker!r} checks no health; allowed: {', '.join(CHECKERS)}"


class GeoDns(Component):
    """Names that lead to a healthy site.

    Every host has two layers of records: ``host`` is a failover record whose primary is ``sites.host`` and whose
    secondary is the fallback; ``sites.host`` holds one record a site, by routing policy. So a fallback can be added
    to, or taken from, a shop in service without touching what answers now.

    Health is checked at each site from several regions and acted on by Route 53's data plane: no step needs a person
    or a control plane.

    After a failover of the data change ``primary`` here too. Records keep their identity: PRIMARY and SECONDARY change
    places in an update.
    """

    package = "aws"

    zone_id: pulumi.Output[str]
    """The zone that holds the records."""
    name_servers: pulumi.Output[Sequence[str]] | None
    """What the registrar must delegate to; ``None`` for a zone that existed."""
    health_check_ids: Mapping[str, pulumi.Output[str]]
    """The check that decides over each site."""
    endpoint_check_ids: Mapping[str, pulumi.Output[str]]
    """The check of each site's endpoint alone: what an alarm for "the site is unreachable" watches."""
    shop_health_check_id: pulumi.Output[str]
    """Healthy while any site is: what an alarm for "the shop is down" watches."""

    def __init__(self, name: str, args: GeoDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        if args.zone_id is None:
            zone = PublicZone(
                name, PublicZoneArgs(region=region, domain=args.domain), opts=pulumi.ResourceOptions(parent=self)
            )
            self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        else:
            self.zone_id, self.name_servers = pulumi.Output.from_input(args.zone_id), None
        self.endpoint_check_ids = {site: self._endpoint(site, at).id for site, at in args.endpoints.items()}
        self.health_check_ids = {site: self._decision(site, at).id for site, at in args.endpoints.items()}
        self.shop_health_check_id = self._all_of(f"{name}-shop", self.health_check_ids, at_least=1).id
        if args.topic_arn is not None:
            silence_told(
                self,
                region,
                f"{name}-down",
                f"No site answers for {args.domain}",
                self.shop_health_check_id,
                args.topic_arn,
            )
        for host in sorted(args.hosts):
            self._host(f"{host}.{args.domain}" if host else args.domain)
        if args.issuers:
            Record(
                f"{name}-caa",
                zone_id=self.zone_id,
                name=args.domain,
                type="CAA",
                ttl=3600,
                records=[f'0 issue "{issuer}"' for issuer in sorted(args.issuers)],
                opts=region.child(self),
            )
        if args.query_log_group_arn is not None:
            QueryLog(
                f"{name}-queries",
                zone_id=self.zone_id,
                cloudwatch_log_group_arn=args.query_log_group_arn,
                opts=region.child(self),
            )
        self.register_outputs(
            {
                "zoneId": self.zone_id,
                "nameServers": self.name_servers,
                "healthCheckIds": self.health_check_ids,
                "endpointCheckIds": self.endpoint_check_ids,
                "shopHealthCheckId": self.shop_health_check_id,
            }
        )

    def _endpoint(self, site: str, at: Endpoint) -> HealthCheck:
        """The health check of a site as the world reaches it."""
        name, args = f"{self._name}-{site}-endpoint", self._args
        return HealthCheck(
            name,
            type="HTTPS",
            fqdn=at.host or at.dns_name or args.domain,
            ip_address=at.addresses[0] if at.addresses else None,
            port=at.port,
            resource_path=at.path,
            request_interval=args.interval,
            failure_threshold=args.failures,
            regions=sorted(args.checkers),
            enable_sni=True,
            measure_latency=True,
            tags=args.region.tagged(name),
            opts=args.region.child(self),
        )

    def _decision(self, site: str, at: Endpoint) -> HealthCheck:
        """The health check that decides over a site: its endpoint, and all further checks."""
        checks = {"endpoint": self.endpoint_check_ids[site], **at.also}
        return self._all_of(f"{self._name}-{site}", checks, at_least=len(checks))

    def _all_of(self, name: str, checks: Mapping[str, Str], at_least: int) -> HealthCheck:
        """A check that passes while ``at_least`` of ``checks`` do."""
        region = self._args.region
        return HealthCheck(
            name,
            type="CALCULATED",
            child_healthchecks=[checks[label] for label in sorted(checks)],
            child_health_threshold=at_least,
            tags=region.tagged(name),
            opts=region.child(self),
        )

    def _host(self, fqdn: str) -> None:
        """The two layers of records of one host."""
        args, inner, anywhere = self._args, f"sites.{fqdn}", f"any.{fqdn}"
        for kind in ("A", "AAAA") if args.ipv6 else ("A",):
            endpoints = {site: at for site, at in args.endpoints.items() if kind == "A" or at.is_alias}
            if not endpoints:
                continue
            group = self._group(inner, kind, endpoints, self._policy)
            if args.routing is Routing.GEOLOCATION:
                # A customer whose own site is down falls to the default, which must not be that site alone.
                group.append(
                    self._alias(
                        f"{inner}-{kind}-default",
                        inner,
                        kind,
                        anywhere,
                        after=self._group(anywhere, kind, endpoints, self._preferred),
                        set_identifier="default",
                        geolocation_routing_policies=[{"country": "*"}],
                    )
                )
            self._alias(
                f"{fqdn}-{kind}-sites",
                fqdn,
                kind,
                inner,
                after=group,
                set_identifier="sites",
                failover_routing_policies=[{"type": "PRIMARY"}],
            )
            if args.fallback and (kind == "A" or args.fallback.is_alias):
                self._record(
                    f"{fqdn}-{kind}-fallback",
                    fqdn,
                    kind,
                    args.fallback,
                    set_identifier="fallback",
                    failover_routing_policies=[{"type": "SECONDARY"}],
                )

    def _group(
        self, fqdn: str, kind: str, endpoints: Mapping[str, Endpoint], policy: Callable[[str, Endpoint], dict[str, Any]]
    ) -> list[Record]:
        """One record a site under one name, each with the site's health check."""
        return [
            self._record(
                f"{fqdn}-{kind}-{site}",
                fqdn,
                kind,
                at,
                set_identifier=site,
                health_check_id=self.health_check_ids[site],
                **policy(site, at),
            )
            for site, at in endpoints.items()
        ]

    def _alias(self, name: str, fqdn: str, kind: str, target: str, after: list[Record], **policy: Any) -> Record:
        """A record that answers as another name of the zone does, which Route 53 wants to exist first."""
        return self._record(name, fqdn, kind, Target(dns_name=target, zone_id=self.zone_id), after, **policy)

    def _record(
        self, name: str, fqdn: str, kind: str, target: Target, after: list[Record] | None = None, **policy: Any
    ) -> Record:
        content: dict[str, Any] = (
            {
                "aliases": [
                    {
                        "name": target.dns_name,
                        "zone_id": target.zone_id,
                        "evaluate_target_health": target.evaluate_target_health,
                    }
                ]
            }
            if target.is_alias
            else {"records": list(target.addresses), "ttl": target.ttl}
        )
        return Record(
            f"{self._name}-{name}",
            zone_id=self.zone_id,
            name=fqdn,
            type=kind,
            **content,
            **policy,
            opts=self._args.region.child(self, depends_on=after or []),
        )

    def _policy(self, site: str, at: Endpoint) -> dict[str, Any]:
        """The routing policy of one site's record."""
        match self._args.routing:
            case Routing.FAILOVER:
                role = "PRIMARY" if site == self._args.primary else "SECONDARY"
                return {"failover_routing_policies": [{"type": role}]}
            case Routing.LATENCY:
                return {"latency_routing_policies": [{"region": at.region}]}
            case Routing.WEIGHTED:
                return {"weighted_routing_policies": [{"weight": at.weight}]}
            case Routing.GEOLOCATION:
                where = {"continent": at.continent} if at.continent else {"country": at.country}
                return {"geolocation_routing_policies": [where]}

    def _preferred(self, site: str, _: Endpoint) -> dict[str, Any]:
        """The primary, else any other that is healthy: Route 53 looks at weight 0 only when all the rest is down."""
        return {"weighted_routing_policies": [{"weight": int(site == self._args.primary)}]}


def silence_told(parent: pulumi.Resource, region: Region, name: str, says: str, check_id: Str, topic_arn: Str) -> None:
    """An alarm on a health check that fails, or tells nothing."""
    metric_alarm(
        parent,
        region,
        name,
        says,
        [topic_arn],
        namespace="AWS/Route53",
        metric_name="HealthCheckStatus",
        dimensions={"HealthCheckId": check_id},
        statistic="Minimum",
        comparison_operator="LessThanThreshold",
        threshold=1,
        period=MINUTE,
        evaluation_periods=2,
        treat_missing_data="breaching",
    )
