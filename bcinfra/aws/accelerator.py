"""One pair of addresses for load balancers of several regions: AWS Global Accelerator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Self

import pulumi
from pulumi_aws.globalaccelerator import Accelerator as GlobalAccelerator, EndpointGroup, Listener
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.table import TRAFFIC_HOME
from bcinfra.seconds import MINUTE

Port = Annotated[int, Field(ge=1, le=65535)]

HOSTED_ZONE: Final = "Z2BJ6XQ5FK7U4H"
"""The hosted zone of every accelerator, for aliases (AWS General Reference, Global Accelerator endpoints)."""


class AcceleratedSite(Args):
    """One site behind the accelerator."""

    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", examples=["eu-west-1"])
    """The region of the load balancer."""
    load_balancer_arn: Str
    """The load balancer, such as ``FargateTier(...).load_balancer_arn``: its own health checks decide."""
    dial: float = Field(default=100, ge=0, le=100)
    """Share in percent of the customers nearest to this site that come here; the others go to the next site. 0 is a
    standby: it gets requests only while no site with a dial above 0 is healthy, because a failover ignores dials."""
    cold: bool = False
    """Whether nothing answers there before a failover, so that it is no fault that it does not."""


class AcceleratorArgs(Args):
    """Arguments of :class:`Accelerator`."""

    region: Region
    """The global region. Global Accelerator itself is managed in us-west-2."""
    sites: Mapping[str, AcceleratedSite] = Field(min_length=1)
    """The sites by name, each in a region of its own."""
    ports: frozenset[Port] = frozenset({80, 443})
    """TCP ports that are passed on. The load balancers have to listen on them."""
    preserve_client_address: bool = True
    """Whether load balancers see customers' own addresses, as rate limits need. AWS then puts a security group called
    ``GlobalAccelerator`` into each network, which has to be deleted by hand before the network can be."""
    flow_log_bucket: Str | None = None
    """A bucket that takes flow logs, if any are kept."""
    observer: Region | None = None
    """us-west-2, the one region where the health of sites is a metric, if people are told of it."""
    topic_arn: Str | None = None
    """Who is told that a site is left out: a topic in that region, such as ``AlarmTopic(...).arn``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        owners: dict[str, str] = {}
        for site, at in self.sites.items():
            if (owner := owners.setdefault(at.region, site)) != site:
                yield f"sites: {owner!r} and {site!r} are both in {at.region}; a region is one group of endpoints"
        if not any(at.dial for at in self.sites.values()):
            yield "sites: every dial is 0; at least one site must be sent requests"
        if (self.observer is None) != (self.topic_arn is None):
            yield "observer: goes with topic_arn; state both, or neither"
        if self.observer and self.observer.name != TRAFFIC_HOME:
            yield f"observer: accelerators have their metrics in {TRAFFIC_HOME}, not in {self.observer.name}"


class Accelerator(Component):
    """Two addresses, announced from AWS's edges all over the world, that lead to a healthy load balancer.

    A site whose load balancer finds no healthy replica is left for the next one within a minute: no name changes, so
    no resolver's memory is waited for, and neither a person nor a control plane is needed. There is no order of
    priority among sites but the dial: see :attr:`AcceleratedSite.dial`. When none of the three nearest sites is
    healthy, requests go to the nearest all the same.

    After a failover of the data let the dials change places. The addresses last as long as the accelerator does, and
    may be written down where a name cannot be: with another vendor's DNS, in a partner's firewall.
    """

    package = "aws"

    addresses: tuple[pulumi.Output[str], pulumi.Output[str]]
    """The two IPv4 addresses."""
    dns_name: pulumi.Output[str]
    """The accelerator's name, for an alias."""
    zone_id: pulumi.Output[str]
    """Hosted zone of that name."""
    arn: pulumi.Output[str]
    """The accelerator."""

    def __init__(self, name: str, args: AcceleratorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"sites": sorted(args.sites)})
        self._name, self._args = name, args
        region = args.region
        accelerator = GlobalAccelerator(
            name,
            name=physical("accelerator", name),
            ip_address_type="IPV4",
            enabled=True,
            attributes=None
            if args.flow_log_bucket is None
            else {
                "flow_logs_enabled": True,
                "flow_logs_s3_bucket": args.flow_log_bucket,
                "flow_logs_s3_prefix": f"{name}/",
            },
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )
        listener = Listener(
            name,
            accelerator_arn=accelerator.arn,
            protocol="TCP",
            client_affinity="NONE",
            port_ranges=[{"from_port": port, "to_port": port} for port in sorted(args.ports)],
            opts=region.child(self),
        )
        for site, at in sorted(args.sites.items()):
            EndpointGroup(
                f"{name}-{site}",
                listener_arn=listener.arn,
                endpoint_group_region=at.region,
                traffic_dial_percentage=at.dial,
                endpoint_configurations=[
                    {
                        "endpoint_id": at.load_balancer_arn,
                        "weight": 128,
                        "client_ip_preservation_enabled": args.preserve_client_address,
                    }
                ],
                opts=region.child(self),
            )
        if args.observer and args.topic_arn is not None:
            self._watch(accelerator.arn, args.observer, args.topic_arn)
        found = accelerator.ip_sets[0].ip_addresses
        self.addresses = (found[0], found[1])
        self.dns_name, self.arn = accelerator.dns_name, accelerator.arn
        self.zone_id = policies.after(accelerator, HOSTED_ZONE)
        self.register_outputs(
            {"addresses": list(self.addresses), "dnsName": self.dns_name, "zoneId": self.zone_id, "arn": self.arn}
        )

    def _watch(self, arn: pulumi.Output[str], observer: Region, topic_arn: Str) -> None:
        """An alarm on a site that is left out (Global Accelerator guide, CloudWatch metrics; read 2026-11)."""
        metric_alarm(
            self,
            observer,
            f"{self._name}-left-out",
            f"{self._name} leaves out a site that does not answer",
            [topic_arn],
            namespace="AWS/GlobalAccelerator",
            metric_name="UnhealthyEndpointCount",
            dimensions={"Accelerator": arn.apply(lambda whole: whole.rpartition("/")[2])},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=sum(at.cold for at in self._args.sites.values()),
            period=MINUTE,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            treat_missing_data="notBreaching",
        )
