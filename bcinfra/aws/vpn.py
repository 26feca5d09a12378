"""The way to a site on premises: tunnels over every line that it has, and looks at it from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self

import pulumi
from pulumi_aws.ec2 import CustomerGateway, VpnConnection, VpnGateway, VpnGatewayRoutePropagation
from pulumi_aws.route53 import HealthCheck
from pydantic import Field, model_validator

from bcinfra.aws.alarms import OBSERVER
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse

Port = Annotated[int, Field(ge=1, le=65535)]
Line = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$")]
"""Name of a line to the internet, as the site calls it."""

TUNNELS: Final = (1, 2)
"""The tunnels of a VPN connection. They end in two zones, one of which AWS may take down for maintenance."""
CHECKERS: Final = ("eu-west-1", "us-east-1", "ap-southeast-1")
"""Where looks from outside are taken: three continents, so that no one carrier decides."""

_STRONG: Final[Mapping[str, Any]] = {
    "ike_versions": ["ikev2"],
    "phase1_encryption_algorithms": ["AES256-GCM-16"],
    "phase2_encryption_algorithms": ["AES256-GCM-16"],
    "phase1_integrity_algorithms": ["SHA2-384"],
    "phase2_integrity_algorithms": ["SHA2-384"],
    "phase1_dh_group_numbers": [20],
    "phase2_dh_group_numbers": [20],
    "startup_action": "start",  # after an outage either end sets it up again
    "dpd_timeout_action": "restart",
    "dpd_timeout_seconds": 30,
}
"""What both tunnels are made with: current algorithms alone, and a dead peer is noticed after half a minute."""


class SiteLine(Args):
    """The site's end on one line."""

    address: Str
    """Public address of its router there, such as ``onprem.Site(...).addresses["north"]`` or, of Google Cloud,
    ``gcp.VpnGateway(...).addresses[0]``."""
    keys: tuple[Str, Str]
    """Pre-shared keys of the two tunnels: 8 to 64 letters, digits, ``.`` and ``_``, not starting with 0."""


class SiteVpnArgs(Args):
    """Arguments of :class:`SiteVpn`."""

    region: Region
    """Where the cloud's end is."""
    site: str = Field(min_length=1)
    """The site on premises, as it is named elsewhere."""
    vpc_id: Str | None = None
    """The network that is joined to the site; not with ``transit_gateway_id``."""
    route_table_ids: Mapping[str, Str] = {}
    """Route tables that learn the site's routes, by a name for each, such as ``Network(...).route_table_ids``."""
    transit_gateway_id: Str | None = None
    """A transit gateway that joins several networks to the site; it learns the routes itself."""
    lines: Mapping[Line, SiteLine] = Field(min_length=2)
    """The site's lines by name: two at least, of different carriers."""
    asn: int = Field(ge=1, le=4_294_967_294)
    """The site's AS number."""
    cloud_asn: int = Field(default=64512, ge=64512, le=4_294_967_294)
    """The AS number of this end."""
    topic_arn: Str | None = None
    """A topic that is told when a tunnel is down."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if (self.vpc_id is None) == (self.transit_gateway_id is None):
            yield "vpc_id: give it or transit_gateway_id, one of them"
        if self.transit_gateway_id is not None and self.route_table_ids:
            yield "route_table_ids: a transit gateway learns routes itself; they go with vpc_id"
        if self.asn == self.cloud_asn:
            yield f"cloud_asn: {self.cloud_asn} is the site's own; the two ends need different numbers"
        yield from shared({name: line.address for name, line in self.lines.items()})


def shared(addresses: Mapping[str, Str]) -> Iterable[str]:
    """The complaint about lines that have one address."""
    owners: dict[str, str] = {}
    for name, address in addresses.items():
        if isinstance(address, str) and (owner := owners.setdefault(address, name)) != name:
            yield f"lines.{name}.address: {address} is that of line {owner!r}; two lines are two addresses"


class SiteVpn(Component):
    """A VPN to a site, or to another cloud, that survives the loss of one of its lines, of one of AWS's endpoints, and
    of both at once.

    Every line has a connection of its own with two tunnels, and routes are learnt over all (BGP): what is down is left
    within the hold time, without a person. Configure all four tunnels on the routers, and test by pulling a cable.
    """

    package = "aws"

    connection_ids: Mapping[str, pulumi.Output[str]]
    """The VPN connection of each line."""
    tunnel_addresses: Mapping[str, pulumi.Output[list[str]]]
    """AWS's public addresses of the two tunnels of each line, for the site's routers."""
    inside_addresses: Mapping[str, pulumi.Output[list[str]]]
    """The site's own addresses inside the two tunnels of each line, likewise."""
    cloud_inside_addresses: Mapping[str, pulumi.Output[list[str]]]
    """AWS's addresses inside them: the routers' BGP neighbours."""
    gateway_id: pulumi.Output[str]
    """The virtual private gateway, or the transit gateway."""

    def __init__(self, name: str, args: SiteVpnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"site": args.site, "lines": sorted(args.lines)})
        self._name, self._args = name, args
        end = self._end()
        self.gateway_id = pulumi.Output.from_input(next(iter(end.values())))
        made = {line: self._connection(line, end) for line in sorted(args.lines)}
        self.connection_ids = {line: connection.id for line, connection in made.items()}
        self.tunnel_addresses = {
            line: pulumi.Output.all(connection.tunnel1_address, connection.tunnel2_address)
            for line, connection in made.items()
        }
        self.inside_addresses = {
            line: pulumi.Output.all(connection.tunnel1_cgw_inside_address, connection.tunnel2_cgw_inside_address)
            for line, connection in made.items()
        }
        self.cloud_inside_addresses = {
            line: pulumi.Output.all(connection.tunnel1_vgw_inside_address, connection.tunnel2_vgw_inside_address)
            for line, connection in made.items()
        }
        self.register_outputs(
            {
                "connectionIds": self.connection_ids,
                "tunnelAddresses": self.tunnel_addresses,
                "insideAddresses": self.inside_addresses,
                "cloudInsideAddresses": self.cloud_inside_addresses,
                "gatewayId": self.gateway_id,
            }
        )

    def _end(self) -> dict[str, Any]:
        """What the connections end at, as the SDK's argument has it."""
        args, region = self._args, self._args.region
        if args.transit_gateway_id is not None:
            return {"transit_gateway_id": args.transit_gateway_id}
        gateway = VpnGateway(
            self._name,
            vpc_id=args.vpc_id,
            amazon_side_asn=str(args.cloud_asn),
            tags=region.tagged(self._name),
            opts=region.child(self),
        )
        for table in sorted(args.route_table_ids):
            VpnGatewayRoutePropagation(
                f"{self._name}-{table}",
                vpn_gateway_id=gateway.id,
                route_table_id=args.route_table_ids[table],
                opts=region.child(self),
            )
        return {"vpn_gateway_id": gateway.id}

    def _connection(self, line: str, end: Mapping[str, Any]) -> VpnConnection:
        args, region, at = self._args, self._args.region, self._args.lines[line]
        name = f"{self._name}-{line}"
        tags = region.tagged(name, site=args.site, line=line)
        router = CustomerGateway(
            name,
            type="ipsec.1",
            ip_address=at.address,
            bgp_asn=str(args.asn),
            device_name=f"{args.site}-{line}",
            tags=tags,
            opts=region.child(self),
        )
        tunnels: dict[str, Any] = {f"tunnel{n}_{field}": value for n in TUNNELS for field, value in _STRONG.items()}
        for n, key in zip(TUNNELS, at.keys, strict=True):
            tunnels[f"tunnel{n}_preshared_key"] = pulumi.Output.secret(key)
        connection = VpnConnection(
            name,
            type="ipsec.1",
            customer_gateway_id=router.id,
            static_routes_only=False,
            tags=tags,
            **end,
            **tunnels,
            opts=region.child(self),
        )
        _alarm(
            self,
            name,
            region,
            f"A tunnel to {args.site} over {line} is down: what is left has one less to lose",
            {"namespace": "AWS/VPN", "metric_name": "TunnelState", "dimensions": {"VpnId": connection.id}},
            minutes=5,
            topic_arn=args.topic_arn,
        )
        return connection


class SiteChecksArgs(Args):
    """Arguments of :class:`SiteChecks`."""

    region: Region
    """us-east-1, where the state of the checks is a metric."""
    site: str = Field(min_length=1)
    """The site on premises."""
    addresses: Mapping[Line, str] = Field(min_length=1)
    """Public address of the site's router on each line, such as ``onprem.Site(...).addresses``."""
    port: Port
    """A TCP port that answers on every line while the site works."""
    interval: Literal[10, 30] = 10
    """Seconds between two looks."""
    failures: int = Field(default=3, ge=1, le=10)
    """Looks in a row that fail before a line counts as down."""
    topic_arn: Str | None = None
    """A topic in us-east-1 that is told."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            [
                *(
                    [f"region: health checks have their metrics in {OBSERVER}, not in {self.region.name}"]
                    if self.region.name != OBSERVER
                    else []
                ),
                *shared(self.addresses),
            ]
        )
        return self


class SiteChecks(Component):
    """Looks at a site from three continents, over each of its lines: what the site itself cannot tell when it is cut
    off.

    One line down is told, and is no outage. The site is down when no line answers.
    """

    package = "aws"

    check_ids: Mapping[str, pulumi.Output[str]]
    """The health check of each line."""
    site_check_id: pulumi.Output[str]
    """Healthy while any line answers."""

    def __init__(self, name: str, args: SiteChecksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"site": args.site, "lines": sorted(args.addresses)})
        self._name, self._args = name, args
        self.check_ids = {line: self._line(line) for line in sorted(args.addresses)}
        site = HealthCheck(
            f"{name}-site",
            type="CALCULATED",
            child_healthchecks=list(self.check_ids.values()),
            child_health_threshold=1,
            tags=args.region.tagged(f"{name}-site", site=args.site),
            opts=args.region.child(self),
        )
        self.site_check_id = site.id
        for what, check in {**self.check_ids, "site": self.site_check_id}.items():
            _alarm(
                self,
                f"{name}-{what}",
                args.region,
                f"{args.site} does not answer ({what})",
                {
                    "namespace": "AWS/Route53",
                    "metric_name": "HealthCheckStatus",
                    "dimensions": {"HealthCheckId": check},
                },
                minutes=2,
                topic_arn=args.topic_arn,
            )
        self.register_outputs({"checkIds": self.check_ids, "siteCheckId": self.site_check_id})

    def _line(self, line: str) -> pulumi.Output[str]:
        args, name = self._args, f"{self._name}-{line}"
        return HealthCheck(
            name,
            type="TCP",
            ip_address=args.addresses[line],
            port=args.port,
            request_interval=args.interval,
            failure_threshold=args.failures,
            regions=sorted(CHECKERS),
            tags=args.region.tagged(name, site=args.site, line=line),
            opts=args.region.child(self),
        ).id


def _alarm(
    parent: pulumi.Resource,
    name: str,
    region: Region,
    text: str,
    metric: Mapping[str, Any],
    *,
    minutes: int,
    topic_arn: Str | None,
) -> None:
    """An alarm that is red while a metric which is 1 when all is well was less, or silent, for ``minutes``."""
    metric_alarm(
        parent,
        region,
        name,
        text,
        told(topic_arn),
        **metric,
        statistic="Minimum",
        comparison_operator="LessThanThreshold",
        threshold=1.0,
        period=60,
        evaluation_periods=minutes,
        datapoints_to_alarm=minutes,
        treat_missing_data="breaching",
    )
