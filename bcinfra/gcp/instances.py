"""A tier of virtual machines in a regional managed instance group, for software that does not run in containers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Final

import pulumi
from pulumi_gcp.compute import (
    Firewall,
    HealthCheck,
    InstanceTemplate,
    RegionAutoscaler,
    RegionInstanceGroupManager,
    Reservation,
)
from pydantic import Field

from bcinfra.component import Args, Str
from bcinfra.gcp import zones
from bcinfra.gcp.capacity import schedules
from bcinfra.gcp.names import physical
from bcinfra.gcp.tier import Tier, TierArgs
from bcinfra.places.regions import first_zones
from bcinfra.spec import Peak

PORT_NAME: Final = "http"
"""What the group calls its port, for a load balancer's backend service."""

FRONT_ENDS: Final = ("35.191.0.0/16", "130.211.0.0/22")
"""Where Google's load balancers and health checks come from (Cloud Load Balancing, firewall rules)."""

LAST: Final = 65534
"""The priority of the rule that refuses what no other allows, just above the network's own that allows it."""


class Reach(Args):
    """Something that the replicas talk to."""

    cidr: str
    """Its IPv4 range, such as ``Network(...).sites["ghent"].services_cidr``."""
    port: int = Field(ge=1, le=65535)
    """Its TCP port."""
    last_port: int | None = Field(default=None, ge=1, le=65535)
    """The last one, where it has several in a row."""

    @property
    def ports(self) -> str:
        """The ports as a firewall rule names them."""
        return str(self.port) if self.last_port is None else f"{self.port}-{self.last_port}"


class InstanceTierArgs(TierArgs):
    """Arguments of :class:`InstanceTier`. ``image`` is an image's name or family (``projects/.../images/...``)."""

    zones: tuple[str, ...] = ()
    """The zones, two or more. Empty takes the region's first three."""
    machine_type: str = Field(pattern=r"^[a-z0-9-]+$", examples=["n4-standard-2"])
    """The machine type."""
    startup_script: Str | None = None
    """What an instance runs at every start."""
    disk: int = Field(default=20, ge=10, le=65536)
    """Size of the boot disk, GB."""
    disk_type: str = "hyperdisk-balanced"
    """Type of the boot disk: one that the machine type takes (older ones take ``pd-balanced``)."""
    disk_key_name: Str | None = None
    """Key of this region for the boot disk, which Compute Engine's agent may use. Google's own if not given."""
    replicas: int = Field(default=2, ge=0)
    """Replicas of a normal day, which the peak calendar multiplies."""
    reserved: int = Field(default=0, ge=0)
    """Instances that Google keeps room for, those that run among them, whoever else launches when a zone or region is
    lost: as many in each zone, paid whether they run or not."""
    peaks: Mapping[str, Peak] = {}
    """Shopping days for which capacity is there before the customers are. See :mod:`bcinfra.gcp.capacity`."""
    clients: Mapping[str, str] = {}
    """IPv4 ranges that reach the replicas beside Google's load balancers, by a name for each: those of who calls an
    :class:`~bcinfra.gcp.internal.InternalBalancer`, which leaves addresses as they are."""
    reaches: Mapping[str, Reach] = {"https": Reach(cidr="0.0.0.0/0", port=443)}
    """What the replicas talk to, by a name for each, and nothing else. The default reaches Google's interfaces and
    payment providers."""

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones in use."""
        return self.zones or first_zones("gcp", self.region.name)

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.reserved > self.peak:
            yield f"reserved: {self.reserved} is more than peak, {self.peak}: the rest could never run"
        try:
            yield from zones.problems(self.region.name, self.zone_names)
        except ValueError as error:
            yield f"zones: {error}"


class InstanceTier(Tier):
    """A managed instance group spread evenly over a region's zones.

    An instance that fails its health check is replaced; one in a lost zone is made anew in another. A change of image
    or settings starts new instances before old ones stop. The number of instances belongs to the autoscaler, and the
    peak calendar to its schedules. Nobody logs in: there is no SSH, no public address, no key.

    Reserved room is open to every instance of this machine type in the project: a template that names a reservation
    launches nothing once that is full. A deployment that reserves more than Google has there fails.
    """

    serverless = False

    group_name: str
    """Physical name of the group: what a failover scales."""
    autoscaler_name: str
    """Physical name of the autoscaler, whose minimum a failover raises."""

    _args: InstanceTierArgs

    def __init__(self, name: str, args: InstanceTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.group_name = physical("compute", f"{name}-{args.region.name}")
        self._flows()
        self._reserve()
        group = self._replicas(self._template())
        self.group = group.instance_group
        self.autoscaler_name = self.group_name
        self._scaling(group)
        self.register_outputs({**self._outputs, "groupName": self.group_name, "autoscalerName": self.autoscaler_name})

    def _flows(self) -> None:
        """A rule for every flow: the load balancer and health checks in, what the replicas reach out, nothing else."""
        args = self._args
        self._rule("from-front-ends", "INGRESS", str(args.port), source_ranges=list(FRONT_ENDS))
        for label, cidr in sorted(args.clients.items()):
            self._rule(f"from-{label}", "INGRESS", str(args.port), source_ranges=[cidr])
        for label, reach in sorted(args.reaches.items()):
            self._rule(f"to-{label}", "EGRESS", reach.ports, destination_ranges=[reach.cidr])
        self._rule("to-nothing-else", "EGRESS", None, destination_ranges=["0.0.0.0/0"])

    def _rule(self, what: str, direction: str, ports: str | None, **ranges: list[str]) -> None:
        region = self._args.region
        Firewall(
            f"{self._name}-{what}",
            project=region.project,
            network=self._args.network_id,
            direction=direction,
            priority=1000 if ports else LAST,
            allows=[{"protocol": "tcp", "ports": [ports]}] if ports else None,
            denies=None if ports else [{"protocol": "all"}],
            target_service_accounts=[self.service_account],
            source_ranges=ranges.get("source_ranges"),
            destination_ranges=ranges.get("destination_ranges"),
            opts=region.child(self),
        )

    def _template(self) -> InstanceTemplate:
        args, region = self._args, self._args.region
        labels = region.labelled(self._name)
        return InstanceTemplate(
            f"{self._name}-template",
            project=region.project,
            region=region.name,
            machine_type=args.machine_type,
            disks=[
                {
                    "boot": True,
                    "auto_delete": True,
                    "source_image": args.image,
                    "disk_size_gb": args.disk,
                    "disk_type": args.disk_type,
                    "disk_encryption_key": {"kms_key_self_link": args.disk_key_name} if args.disk_key_name else None,
                    "labels": labels,
                }
            ],
            network_interfaces=[{"network": args.network_id, "subnetwork": args.subnet_id}],
            service_account={"email": self.service_account, "scopes": ["cloud-platform"]},  # its roles decide
            metadata={"block-project-ssh-keys": "true", "enable-oslogin": "TRUE"},
            metadata_startup_script=args.startup_script,
            shielded_instance_config={
                "enable_secure_boot": True,
                "enable_vtpm": True,
                "enable_integrity_monitoring": True,
            },
            labels=labels,
            opts=region.child(self, depends_on=self._rights),
        )

    def _reserve(self) -> None:
        args, region = self._args, self._args.region
        for zone in args.zone_names if args.reserved else ():
            Reservation(
                f"{self._name}-room-{zone}",
                name=physical("compute", f"{self._name}-{zone}"),
                project=region.project,
                zone=zone,
                specific_reservation={
                    "count": ceil(args.reserved / len(args.zone_names)),
                    "instance_properties": {"machine_type": args.machine_type},
                },
                opts=region.child(self),
            )

    def _replicas(self, template: InstanceTemplate) -> RegionInstanceGroupManager:
        args, region, name = self._args, self._args.region, self._name
        # Slower than the load balancer's: it takes an ill replica out at once, this one replaces what stays ill.
        alive = HealthCheck(
            f"{name}-alive",
            project=region.project,
            check_interval_sec=args.health_interval,
            timeout_sec=args.health_timeout,
            healthy_threshold=1,
            unhealthy_threshold=args.health_failures,
            http_health_check={"port": args.port, "request_path": args.live_path} if args.live_path else None,
            tcp_health_check=None if args.live_path else {"port": args.port},
            opts=region.child(self),
        )
        return RegionInstanceGroupManager(
            f"{name}-group",
            name=self.group_name,
            project=region.project,
            region=region.name,
            base_instance_name=physical("compute", name)[:54],  # the group adds a hyphen and four characters
            distribution_policy_zones=list(args.zone_names),
            distribution_policy_target_shape="EVEN",
            versions=[{"instance_template": template.self_link_unique}],
            named_ports=[{"name": PORT_NAME, "port": args.port}],
            auto_healing_policies={"health_check": alive.id, "initial_delay_sec": args.warmup},
            update_policy={
                "type": "PROACTIVE",
                "minimal_action": "REPLACE",
                "instance_redistribution_type": "PROACTIVE",
                "max_surge_fixed": len(args.zone_names),  # a regional group counts in whole zones
                "max_unavailable_fixed": 0,
            },
            wait_for_instances=True,  # a deployment whose instances do not start is a failed `pulumi up`
            wait_for_instances_status="UPDATED",
            opts=region.child(self),
        )

    def _scaling(self, group: RegionInstanceGroupManager) -> None:
        args, region = self._args, self._args.region
        RegionAutoscaler(
            f"{self._name}-autoscaler",
            name=self.autoscaler_name,
            project=region.project,
            region=region.name,
            target=group.self_link,
            autoscaling_policy={
                "min_replicas": args.minimum,
                "max_replicas": args.peak,
                "cooldown_period": args.warmup,
                "cpu_utilization": {
                    "target": args.cpu_target / 100,
                    "predictive_method": "OPTIMIZE_AVAILABILITY",
                },
                "scaling_schedules": [
                    {
                        "name": name,
                        "schedule": schedule.cron,
                        "duration_sec": schedule.seconds,
                        "min_required_replicas": schedule.minimum,
                        "time_zone": "UTC",
                    }
                    for name, schedule in sorted(schedules(args.peaks, replicas=args.replicas, peak=args.peak).items())
                ],
            },
            opts=region.child(self),
        )
