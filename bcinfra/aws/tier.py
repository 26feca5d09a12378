"""What web and application tiers share: the way in, the health check, who may talk to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Self

import pulumi
from pulumi_aws.ec2 import ManagedPrefixList, SecurityGroup
from pulumi_aws.lb import Listener, ListenerCertificate, ListenerRule, LoadBalancer, TargetGroup
from pydantic import Field, model_validator

from bcinfra.aws.names import physical
from bcinfra.aws.replicas import HTTPS, Replicas, ReplicasArgs
from bcinfra.aws.watch import WatchedTier
from bcinfra.aws.zone import HostName
from bcinfra.component import Args, Str
from bcinfra.places.quotas import LEAST_UNITS
from bcinfra.planning.scaling import Change, changes
from bcinfra.spec import Peak

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.3, and 1.2 for browsers that have no other."""
HTTP: Final = 80
ORIGIN_HEADER: Final = "X-Origin-Key"
"""The header by which a load balancer knows the distribution that it stands behind."""
CHECKER_RANGES: Final = (
    "107.23.255.0/26",
    "15.177.0.0/18",
    "176.34.159.192/26",
    "177.71.207.128/26",
    "54.183.255.128/26",
    "54.228.16.0/26",
    "54.232.40.64/26",
    "54.241.32.64/26",
    "54.243.31.192/26",
    "54.244.52.192/26",
    "54.245.168.0/26",
    "54.248.220.0/26",
    "54.250.253.192/26",
    "54.251.31.128/26",
    "54.252.254.192/26",
    "54.252.79.128/26",
    "54.255.254.192/26",
)
"""Where Route 53's health checks come from (ROUTE53_HEALTHCHECKS of https://ip-ranges.amazonaws.com/ip-ranges.json;
read 2026-11). Without them no check of a closed load balancer passes."""
_KEYED, _ASKED = 101, 102
"""Priorities of rules of a listener; those below lead names on."""


class Behind(Args):
    """The content delivery network that a load balancer stands behind, and takes requests from alone.

    Addresses keep the world out, the key everybody else's distributions. The list of CloudFront's addresses counts for
    55 of the 60 rules that a security group holds by default (CloudFront Developer Guide, locations and addresses of
    edge servers), so that health checks have a group of their own.
    """

    prefix_list_id: Str | None = None
    """The list of its addresses in this region, as :mod:`bcinfra.places.origin_facing` has it."""
    ranges: tuple[str, ...] = Field(default=(), max_length=40)
    """Its addresses themselves, of another vendor's."""
    keys: tuple[Str, ...] = Field(min_length=1, max_length=4)
    """Secrets, one of which it sends as ``X-Origin-Key``. To renew it add the new one, let the distribution send it,
    and take the old one away."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.prefix_list_id is None) == (not self.ranges):
            raise ValueError("give prefix_list_id or ranges")
        return self


class TierArgs(ReplicasArgs):
    """Arguments that every tier has."""

    load_balancer_subnet_ids: Mapping[str, Str] = Field(min_length=2)
    """Subnets of the load balancer by zone: public ones, or private ones where ``internal``."""
    certificate_arn: Str
    """The certificate that the load balancer shows, in this region."""
    further_certificate_arns: Mapping[str, Str] = {}
    """Those that it shows to who asks for another domain, by a name for each."""
    redirects: Mapping[HostName, HostName] = Field(default={}, max_length=80)
    """Names whose customers are led to another name, to the same path, with that one. Both need a certificate."""
    internal: bool = False
    """Whether only the network reaches the load balancer."""
    client_cidrs: Mapping[str, str] = {"internet": "0.0.0.0/0"}
    """IPv4 ranges that may connect, by a name for each."""
    client_prefix_lists: Mapping[str, Str] = {}
    """Prefix lists that may connect, by a name for each, such as CloudFront's own addresses."""
    client_groups: Mapping[str, Str] = {}
    """Security groups that may connect, by a name for each: another tier's replicas."""
    behind: Behind | None = None
    """The content delivery network that alone may connect, instead of ``client_cidrs``."""
    port: int = Field(default=8080, ge=1, le=65535)
    """TCP port that a replica listens on."""
    network_ports: Mapping[str, int] = {}
    """Further TCP ports that a replica listens on, by a name for each: those in ``network_cidr`` reach them."""
    network_cidr: str | None = None
    """The network's own range, for ``network_ports``."""
    health_path: str = Field(default="/healthz", pattern=r"^/")
    """Answers 200 while a replica can serve."""
    health_interval: int = Field(default=10, ge=5, le=300)
    """Seconds between health checks of a replica."""
    health_failures: int = Field(default=3, ge=2, le=10)
    """Checks in a row that fail before a replica is replaced."""
    zones_apart: bool = False
    """Whether the load balancer's node of a zone sends requests to that zone's replicas alone. An ill zone then shows,
    and is left (:class:`ZonalShift`); a zone without a replica is left too, once its name is asked for anew."""
    warmup: int = Field(default=60, ge=0, le=3600)
    """Seconds that a replica takes to start."""
    replicas: int = Field(ge=0)
    """Replicas that run at first. 0 is a pilot light. Autoscaling moves it from there."""
    minimum: int = Field(default=2, ge=0)
    """Fewest replicas that run."""
    peak: int = Field(ge=0)
    """Most replicas that run."""
    peaks: Mapping[str, Peak] = {}
    """Shopping days for which capacity is there before the customers are. See :mod:`bcinfra.planning.scaling`."""
    cpu_target: int = Field(default=50, ge=10, le=90)
    """CPU use in percent that autoscaling aims at: at half, two zones' replicas carry the load of three."""
    requests_target: int = Field(default=1000, ge=1)
    """Requests a minute and replica that autoscaling aims at. An assumption until a load test."""
    balancer_units: int = Field(default=0, ge=0, le=15000)
    """Capacity units (LCU) that the load balancer keeps ready, paid all the time; 0: it grows once requests come. 100
    at least."""
    access_log_bucket: Str | None = None
    """A bucket that takes the load balancer's access logs."""

    def _problems(self) -> Iterable[str]:
        for field, count in (("replicas", self.replicas), ("minimum", self.minimum), ("peak", self.peak)):
            if count == 1:
                yield f"{field}: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"
        zones = len(self.load_balancer_subnet_ids)
        if self.zones_apart and 0 < self.minimum < 2 * zones:
            yield (
                f"minimum: {self.minimum} replicas leave one of {zones} zones a single one, whose loss fails that zone;"
                f" take {2 * zones} or more, or zones_apart=False"
            )
        if not self.minimum <= self.replicas <= self.peak:
            yield (f"replicas: {self.replicas} is not between minimum ({self.minimum}) and peak ({self.peak})")
        if 0 < self.balancer_units < LEAST_UNITS:
            yield f"balancer_units: {self.balancer_units} is fewer than AWS reserves; take {LEAST_UNITS} or more, or 0"
        if self.behind and self.internal:
            yield "behind: an internal load balancer is reached from its network alone; leave one of them out"
        labels = [*self.client_cidrs, *self.client_prefix_lists, *self.client_groups]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            yield f"client_groups: {label!r} names two kinds of clients; each name is used once"
        if self.network_ports and self.network_cidr is None:
            yield "network_cidr: is needed, for somebody to reach network_ports"
        yield from super()._problems()

    @property
    def health_timeout(self) -> int:
        """Seconds within which a check must answer: half the interval, five at most."""
        return min(5, self.health_interval // 2)

    @property
    def changes(self) -> dict[str, Change]:
        """The yearly changes of the minimum for the peaks."""
        return changes(self.peaks, minimum=self.minimum, replicas=self.replicas, peak=self.peak)


class Tier(Replicas):
    """The way into a tier: a load balancer over all zones that speaks TLS and sends requests to healthy replicas.

    A subclass brings the replicas and attaches them to ``target_group_arn``. Every flow has a rule of its own;
    what has no rule is refused.
    """

    target_type: ClassVar[Literal["ip", "instance"]]
    """What the load balancer sends requests to."""

    load_balancer_arn: pulumi.Output[str]
    """For a web application firewall, or an accelerator."""
    load_balancer_suffix: pulumi.Output[str]
    """The load balancer in CloudWatch metrics."""
    dns_name: pulumi.Output[str]
    """DNS name of the load balancer, for an alias."""
    zone_id: pulumi.Output[str]
    """Hosted zone of that name."""
    target_group_arn: pulumi.Output[str]
    """Where healthy replicas are listed."""
    target_group_suffix: pulumi.Output[str]
    """The target group in CloudWatch metrics."""
    load_balancer_security_group_id: pulumi.Output[str]
    """The load balancer's group."""

    def __init__(self, name: str, args: TierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        outside = self._group("load-balancer", f"Load balancer of {name}")
        inside = self._group("replicas", f"Replicas of {name}")
        self.security_group_id, self.load_balancer_security_group_id = inside.id, outside.id
        self._flows(outside, inside)
        balancer = self._load_balancer(outside, *self._checked())
        targets = self._target_group()
        self._listeners = self._listen(balancer, targets)
        self.load_balancer_arn, self.load_balancer_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.target_group_arn, self.target_group_suffix = targets.arn, targets.arn_suffix

    @property
    def _outputs(self) -> dict[str, Any]:
        return {
            "loadBalancerArn": self.load_balancer_arn,
            "loadBalancerSuffix": self.load_balancer_suffix,
            "dnsName": self.dns_name,
            "zoneId": self.zone_id,
            "targetGroupArn": self.target_group_arn,
            "targetGroupSuffix": self.target_group_suffix,
            "securityGroupId": self.security_group_id,
            "loadBalancerSecurityGroupId": self.load_balancer_security_group_id,
        }

    @property
    def watched(self) -> WatchedTier:
        """This tier, for :class:`bcinfra.aws.Watch`."""
        return WatchedTier(
            load_balancer=self.load_balancer_suffix,
            target_group=self.target_group_suffix,
            fewest=self._args.minimum,
            inside=self._args.internal,
        )

    @property
    def _request_label(self) -> pulumi.Output[str]:
        """How autoscaling names the requests that this tier's load balancer sends to its replicas."""
        return pulumi.Output.concat(self.load_balancer_suffix, "/", self.target_group_suffix)

    def _flows(self, outside: SecurityGroup, inside: SecurityGroup) -> None:
        """A rule for every flow: clients, load balancer, replicas, what they reach."""
        args: TierArgs = self._args
        if args.behind:
            listed = args.behind.prefix_list_id or self._listed("edge", args.behind.ranges)
            self._admit("from-edge-https", outside.id, HTTPS, prefix_list_id=listed)
        clients: dict[str, dict[str, Str]] = {
            **{label: {"cidr_ipv4": cidr} for label, cidr in args.client_cidrs.items() if not args.behind},
            **{label: {"prefix_list_id": ident} for label, ident in args.client_prefix_lists.items()},
            **{label: {"referenced_security_group_id": group} for label, group in args.client_groups.items()},
        }
        for label, source in clients.items():
            for port, scheme in ((HTTPS, "https"), (HTTP, "http")):
                self._admit(f"from-{label}-{scheme}", outside.id, port, **source)
        self._emit("to-replicas", outside.id, args.port, referenced_security_group_id=inside.id)
        self._admit("from-load-balancer", inside.id, args.port, referenced_security_group_id=outside.id)
        for label, port in args.network_ports.items():
            self._admit(f"from-network-{label}", inside.id, port, cidr_ipv4=args.network_cidr or "")
        self._reach(inside)

    def _checked(self) -> list[SecurityGroup]:
        """The group by which health checks come in where the world does not."""
        if not self._args.behind:
            return []
        group = self._group("checkers", f"Health checks of {self._name}")
        listed = self._listed("checkers", CHECKER_RANGES)
        self._admit("from-checkers-https", group.id, HTTPS, prefix_list_id=listed)
        return [group]

    def _listed(self, what: str, ranges: Sequence[str]) -> pulumi.Output[str]:
        """A list of addresses."""
        return ManagedPrefixList(
            f"{self._name}-{what}",
            address_family="IPv4",
            max_entries=len(ranges),
            entries=[{"cidr": cidr} for cidr in ranges],
            **self._own(what),
        ).id

    def _load_balancer(self, *groups: SecurityGroup) -> LoadBalancer:
        args: TierArgs = self._args
        return LoadBalancer(
            f"{self._name}-load-balancer",
            name=physical("load-balancer", self._name),
            load_balancer_type="application",
            internal=args.internal,
            subnets=list(args.load_balancer_subnet_ids.values()),
            security_groups=[group.id for group in groups],
            enable_cross_zone_load_balancing=True,
            enable_zonal_shift=True,  # a zone that is ill, not dead, can be left without a deployment
            enable_deletion_protection=args.region.protected,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            idle_timeout=60,
            client_keep_alive=300,  # a client that stays busy notices within minutes that its zone was left
            minimum_load_balancer_capacity={"capacity_units": args.balancer_units} if args.balancer_units else None,
            access_logs=None
            if args.access_log_bucket is None
            else {"bucket": args.access_log_bucket, "enabled": True, "prefix": self._name},
            **self._own("load-balancer", protect=args.region.protected),
        )

    def _target_group(self) -> TargetGroup:
        args: TierArgs = self._args
        return TargetGroup(
            f"{self._name}-targets",
            # The port is in the name: another port makes a new group before the old one goes.
            name=physical("target-group", f"{self._name}-{args.port}"),
            vpc_id=args.vpc_id,
            target_type=self.target_type,
            protocol="HTTP",
            port=args.port,
            deregistration_delay=args.drain,
            load_balancing_algorithm_type="least_outstanding_requests",
            load_balancing_cross_zone_enabled="false" if args.zones_apart else None,
            # Sessions live in a store that all replicas share: a replica that dies takes nobody's cart along.
            stickiness={"type": "lb_cookie", "enabled": False},
            health_check={
                "path": args.health_path,
                "matcher": "200",
                "interval": args.health_interval,
                "timeout": args.health_timeout,
                "healthy_threshold": 2,
                "unhealthy_threshold": args.health_failures,
            },
            **self._own("targets"),
        )

    def _listen(self, balancer: LoadBalancer, targets: TargetGroup) -> list[Listener | ListenerRule]:
        forward: Any = [{"type": "forward", "target_group_arn": targets.arn}]
        refuse: Any = [
            {"type": "fixed-response", "fixed_response": {"status_code": "403", "content_type": "text/plain"}}
        ]
        behind: Behind | None = self._args.behind
        https = Listener(
            f"{self._name}-https",
            load_balancer_arn=balancer.arn,
            port=HTTPS,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=self._args.certificate_arn,
            default_actions=refuse if behind else forward,
            **self._own("https"),
        )
        for what, arn in self._args.further_certificate_arns.items():
            ListenerCertificate(
                f"{self._name}-{what}",
                listener_arn=https.arn,
                certificate_arn=arn,
                opts=self._args.region.child(self),
            )
        self._redirect(https, behind)
        if behind:  # the edge speaks TLS alone to it
            asked = {"path_pattern": {"values": [self._args.health_path]}}
            keyed = self._rule("keyed", https, forward, _KEYED, _header(behind))
            return [https, keyed, self._rule("asked", https, forward, _ASKED, asked)]
        http = Listener(
            f"{self._name}-http",
            load_balancer_arn=balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirect": {"port": str(HTTPS), "protocol": "HTTPS", "status_code": "HTTP_301"},
                }
            ],
            **self._own("http"),
        )
        return [https, http]

    def _redirect(self, listener: Listener, behind: Behind | None) -> None:
        """Lead names on, before all else: their customers reach no replica."""
        names = sorted(self._args.redirects.items())
        for place, (name, to) in enumerate(names, start=1):
            action = {"host": to, "port": str(HTTPS), "protocol": "HTTPS", "status_code": "HTTP_301"}
            key = [_header(behind)] if behind else []
            self._rule(
                f"from-{name.replace('.', '-')}",
                listener,
                [{"type": "redirect", "redirect": action}],
                place,
                *({"host_header": {"values": [name]}}, *key),
            )

    def _rule(self, what: str, listener: Listener, actions: Any, priority: int, *conditions: Any) -> ListenerRule:
        return ListenerRule(
            f"{self._name}-{what}",
            listener_arn=listener.arn,
            priority=priority,
            actions=actions,
            conditions=list(conditions),
            **self._own(what),
        )


def _header(behind: Behind) -> dict[str, Any]:
    return {"http_header": {"http_header_name": ORIGIN_HEADER, "values": list(behind.keys)}}
