"""Compute: containers, scaling groups, single servers, functions, Kubernetes nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import ceil, inf
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Pool, Rollout
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, total, unknown
from bcinfra.continuity.readings.aws import binlogs, places
from bcinfra.continuity.readings.aws.automation import automation
from bcinfra.continuity.readings.aws.binlogs import SERVICE, TASKS
from bcinfra.continuity.readings.aws.egress import egress
from bcinfra.continuity.readings.aws.scaling import (
    POLICY,
    SCALABLE,
    group_driven,
    group_schedule,
    service_driven,
    service_schedule,
    split,
)
from bcinfra.continuity.readings.aws.targets import ATTACHMENTS, TARGET_GROUPS, admission
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import (
    Keeps,
    fetched,
    keeps,
    registries,
    release,
    started_from,
    unfilled,
)
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting, subject
from bcinfra.continuity.readings.base.rollouts import rollout
from bcinfra.continuity.readings.base.scaling import kept_running
from bcinfra.continuity.readings.base.stores import in_containers
from bcinfra.continuity.readings.base.traits import RUNS, Backup, harmless, having
from bcinfra.continuity.readings.base.vendor import Drains, Ground
from bcinfra.continuity.readings.base.view import (
    View,
    as_flag,
    as_json,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    strings,
)
from bcinfra.graph.core.model import Resource

GROUP: Final = "aws:autoscaling/group:Group"
INSTANCE: Final = "aws:ec2/instance:Instance"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"
FUNCTION: Final = "aws:lambda/function:Function"
PLACEMENT: Final = "aws:ec2/placementGroup:PlacementGroup"
CLUSTER: Final = "aws:eks/cluster:Cluster"
NODES: Final = "aws:eks/nodeGroup:NodeGroup"
TRAFFIC: Final = "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment"
CONTAINERS: Final = "aws:ecs/cluster:Cluster"
CLUSTER_PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
CAPACITY_PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  a type token
PARAMETER: Final = "aws:ssm/parameter:Parameter"
RESERVATION: Final = "aws:ec2/capacityReservation:CapacityReservation"
ASSOCIATION: Final = "aws:ssm/association:Association"
_FAMILY: Final = re.compile(r"(a|c|m|r|t|u|x|inf|vt)\d+(?P<attributes>[a-z-]*)")
"""Families of instances whose disks are all outside of the host, but for those with the attribute d."""
_RECOVERED_WITH_DISKS: Final = ("x2idn", "x2iedn")
POOL_TYPES: Final = (SERVICE, GROUP, INSTANCE, FUNCTION, NODES)


# -- containers -------------------------------------------------------------------------------------------------------


def service(view: View, resource: Resource) -> Iterator[Found]:
    """An ECS service: tasks that the scheduler keeps running in the zones of its subnets. One that follows a database's
    log answers nobody: it is read with the copy that it writes."""
    if any(subnet.external for subnet in _service_subnets(view, resource)):
        yield Assumption(Assumes.OWN_WAYS_OUT, subject(resource))
    if binlogs.follows(view, resource):
        return
    least, most = scaling(view, resource)
    desired = kept_running(view.count(resource, "desiredCount"), least)
    in_zone, on_server = _together(view, resource, desired)
    images = service_images(view, resource)
    breaker = as_row(view.value(resource, "deploymentCircuitBreaker"))
    empty = None if desired else unfilled(view, images)
    pool = Pool(
        urn=resource.urn,
        label=f"containers {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(
            *places.control_plane(view, resource),
            *registries(view, images),
            *start_secrets(view, resource),
        ),
        zones=_service_zones(view, resource),
        in_zone=in_zone,
        on_server=on_server,
        minimum=desired,
        desired=desired,
        stated=view.count(resource, "desiredCount"),
        maximum=most if most is not None else desired,
        replaced=True,
        start=_service_start(view, resource, empty),
        **started_from(view, images),
        release=release(images),
        rollout=_replaced_tasks(view, resource, desired),
        rollback=as_flag(breaker.get("enable")) and as_flag(breaker.get("rollback")),
        **split(service_schedule(view, resource)),
        driven=service_driven(view, resource),
        # An address of its own is a way out that needs no gateway.
        egress=()
        if as_flag(as_row(view.value(resource, "networkConfiguration")).get("assignPublicIp"))
        else egress(view, _service_subnets(view, resource)),
    )
    kept, beside = _kept(view, resource)
    if kept is None or beside:
        yield fetched(pool)
    if kept is not None:
        store = in_containers(view, resource, kept, pool, beside=beside)
        yield store
        yield from (Call(pool.urn, member.urn) for member in store.members if beside)


def _kept(view: View, resource: Resource) -> tuple[Keeps | None, bool]:
    """What the containers of a service keep without a volume that outlives them, and whether others run beside."""
    tasks = view.ref(resource, "taskDefinition", TASKS)
    lasting = ("efsVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration")
    if tasks and any(as_row(row.get(name)) for row in view.rows(tasks, "volumes") for name in lasting):
        return None, False
    rows = as_rows(containers(view, resource))  # pyright: ignore[reportArgumentType]
    found = [keeps(as_text(row.get("image")) or "", " ".join(strings(row.get("command")))) for row in rows]
    return next((one for one in found if one), None), None in found


def _service_subnets(view: View, resource: Resource) -> tuple[Resource, ...]:
    return places.subnets(view, resource, "networkConfiguration")


def _service_zones(view: View, resource: Resource) -> tuple[Domain, ...] | None:
    """The zones of its own network interfaces, else of the servers that its tasks are placed on."""
    if subnets := _service_subnets(view, resource):
        return places.zones_of(view, subnets)
    zones = [z for g in _machines(view, resource) for z in group_zones(view, g) or ()]
    return tuple(sorted(set(zones))) or None


def _machines(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The groups of servers that tasks are placed on: those of its own strategy, else of its cluster."""
    providers = view.refs(resource, "capacityProviderStrategies", CAPACITY_PROVIDER)
    cluster = None if providers else view.ref(resource, "cluster", CONTAINERS)
    for row in view.users(cluster, CLUSTER_PROVIDERS, "clusterName") if cluster else ():
        providers = (*providers, *view.refs(row, "capacityProviders", CAPACITY_PROVIDER))
    return tuple(g for p in providers for g in view.refs(p, "autoScalingGroupProvider", GROUP))


def _one_machine(view: View, resource: Resource) -> bool:
    """Whether all servers that tasks may be placed on are one."""
    return [view.count(machine, "maxSize") for machine in _machines(view, resource)] == [1]


def _on_servers(view: View, resource: Resource) -> bool:
    """Whether tasks are placed on servers of one's own, several on one, rather than each by Fargate."""
    if launch := view.text(resource, "launchType"):
        return launch == "EC2"
    if view.value(resource, "capacityProviderStrategies"):
        return bool(view.refs(resource, "capacityProviderStrategies", CAPACITY_PROVIDER))
    # Fargate asks for a network configuration, and for a task definition that allows it.
    tasks = view.ref(resource, "taskDefinition", TASKS)
    allowed = tuple(strings(view.value(tasks, "requiresCompatibilities"))) if tasks else ()
    return view.value(resource, "networkConfiguration") is None or (bool(allowed) and "FARGATE" not in allowed)


def _together(view: View, resource: Resource, running: int | None) -> tuple[int | None, int | None]:
    """The most tasks that one zone and one machine may hold; of a zone ``None``: as evenly as can be, of a machine:
    all that one zone may.

    Strategies are best effort: only a constraint, or a port of the machine, keeps tasks on different ones
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html, 2026-11-28).
    """
    if not _on_servers(view, resource) or view.text(resource, "schedulingStrategy") == "DAEMON":
        return None, 1
    if _one_machine(view, resource):
        return running, None
    tasks = view.ref(resource, "taskDefinition", TASKS)
    rules = view.rows(resource, "placementConstraints")
    ports = [
        port
        for row in as_rows(containers(view, resource))  # pyright: ignore[reportArgumentType]
        for port in as_rows(row.get("portMappings"))
    ]
    own_port = (view.text(tasks, "networkMode") if tasks else None) != "awsvpc" and any(
        as_number(port.get("hostPort")) for port in ports
    )
    apart = own_port or any(as_text(row.get("type")) == "distinctInstance" for row in rules)
    strategies = view.rows(resource, "orderedPlacementStrategies")
    over_zones = not strategies or any("availability-zone" in (as_text(row.get("field")) or "") for row in strategies)
    return None if over_zones else running, 1 if apart else None


def _service_start(view: View, resource: Resource, empty: Resource | None) -> Figure:
    """``empty``: a repository that nothing is known to fill, of a service of which nothing runs that has pulled."""
    if empty:
        said = (
            f"nothing copies images to {view.text(empty, 'name')}{places.where(view, empty)}, and none runs from there"
        )
        return unknown(f"a new task of {resource.name} serves", Unit.SECONDS, said)
    start = view.time("aws.ecs.fargate.task_start")
    groups = view.refs(resource, "loadBalancers", *TARGET_GROUPS)
    # Without another machine a task waits for the next one.
    alone = _on_servers(view, resource) and _one_machine(view, resource)
    machine = (view.time("aws.asg.instance_replacement"),) if alone else ()
    waits = (*machine, *(admission(view, group) for group in groups[:1]))
    return total(f"a new task of {resource.name} serves", start, *waits)


def containers(view: View, resource: Resource) -> list[object]:
    """The container definitions of a service's task definition, where they are known."""
    tasks = view.ref(resource, "taskDefinition", TASKS)
    rows = as_json(view.value(tasks, "containerDefinitions")) if tasks else None
    return list(as_rows(rows))


def service_images(view: View, resource: Resource) -> tuple[str, ...]:
    """Images of a service's containers."""
    rows = as_rows(containers(view, resource))  # pyright: ignore[reportArgumentType]
    return tuple(image for row in rows if (image := as_text(row.get("image"))))


def scaling(view: View, resource: Resource) -> tuple[int | None, int | None]:
    """The least and most replicas that Application Auto Scaling keeps."""
    for target in view.users(resource, SCALABLE, "resourceId"):
        return view.count(target, "minCapacity"), view.count(target, "maxCapacity")
    return None, None


def _replaced_tasks(view: View, resource: Resource, running: int | None) -> Rollout | None:
    """Tasks that a new release stops before others serve: none where nothing is stated (Amazon ECS Developer Guide,
    rolling update deployments; read 2026-11)."""
    healthy = view.number(resource, "deploymentMinimumHealthyPercent")
    controller = as_row(view.value(resource, "deploymentController")).get("type")
    if healthy is None or running is None or controller in ("CODE_DEPLOY", "EXTERNAL"):
        return None
    return rollout(running - ceil(running * healthy / 100), running, _service_start(view, resource, None))


def start_secrets(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The regions and keys of the secrets that a task needs to start."""
    tasks = view.ref(resource, "taskDefinition", TASKS)
    here = places.region_of(view, resource)
    needs: list[Domain] = []
    for secret in view.refs(tasks, "containerDefinitions", SECRET, PARAMETER) if tasks else ():
        copies = {as_text(row.get("region")) for row in view.rows(secret, "replicas")}
        home = places.region_of(view, secret)
        if home == here or here not in copies:
            needs += [domains.region("aws", home)] if home and home != here else []
            needs += places.key(view, secret, "keyId" if secret.type == PARAMETER else "kmsKeyId")
    return tuple(dict.fromkeys(needs))


# -- servers ----------------------------------------------------------------------------------------------------------


def scaling_group(view: View, resource: Resource) -> Iterator[Found]:
    """An Auto Scaling group: servers of one template, replaced when they fail."""
    images = template_images(view, resource)
    least = view.count(resource, "minSize")
    stated = view.count(resource, "desiredCapacity")
    scaled = any(_shrinks(view, policy) for policy in view.users(resource, POLICY, "autoscalingGroupName"))
    suspended = {"Launch", "ReplaceUnhealthy", "HealthCheck"} & set(strings(view.value(resource, "suspendedProcesses")))
    yield Pool(
        urn=resource.urn,
        label=f"servers {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        zones=group_zones(view, resource),
        minimum=least,
        desired=kept_running(stated, least) if scaled or stated is None else stated,
        stated=stated,
        maximum=view.count(resource, "maxSize"),
        replaced=not suspended,
        start=view.time("aws.asg.warm_pool" if _all_prepared(view, resource) else "aws.asg.instance_replacement"),
        # The same image has another id in each region, which tells no version.
        release=release(one for one in images if not one.startswith("ami-")),
        rollout=_refreshed(view, resource, kept_running(stated, least)),
        rollback=_rolls_back(view, resource, images),
        **split(group_schedule(view, resource)),
        driven=group_driven(view, resource, view.users(resource, CAPACITY_PROVIDER, "autoScalingGroupProvider")),
        egress=egress(view, places.subnets(view, resource, "vpcZoneIdentifiers")),
    )


def prepared(view: View, resource: Resource) -> int:
    """Servers that stand by stopped or idle beside a group: as many as it may grow by where it states no other number
    (EC2 Auto Scaling User Guide, warm pools; read 2026-11)."""
    if view.value(resource, "warmPool") is None:
        return 0
    pool = as_row(view.value(resource, "warmPool"))
    least, most = as_number(pool.get("minSize")) or 0, as_number(pool.get("maxGroupPreparedCapacity"))
    all_told = view.count(resource, "maxSize") if most is None or most < 0 else most
    return int(max(least, (all_told or 0) - (_running(view, resource) or 0)))


def _running(view: View, resource: Resource) -> int | None:
    return kept_running(view.count(resource, "desiredCapacity"), view.count(resource, "minSize"))


def _all_prepared(view: View, resource: Resource) -> bool:
    """Whether a group launches nothing that was not prepared: neither what it grows by nor what a lost zone had, which
    is half of what runs and of what is prepared where there are two."""
    most, runs, ready = view.count(resource, "maxSize"), _running(view, resource), prepared(view, resource)
    return ready > 0 and most is not None and runs is not None and ready >= max(most - runs, runs)


def _rolls_back(view: View, resource: Resource, images: Iterable[str]) -> bool:
    """Whether a refresh is taken back by itself: not to an image that a parameter no longer holds (EC2 Auto Scaling
    User Guide, undo changes with a rollback; read 2026-11)."""
    preferences = as_row(as_row(view.value(resource, "instanceRefresh")).get("preferences"))
    return as_flag(preferences.get("autoRollback")) and not any(one.startswith("resolve:ssm:") for one in images)


def _refreshed(view: View, resource: Resource, running: int | None) -> Rollout | None:
    """Servers that an instance refresh ends before others serve: a tenth where nothing is stated (EC2 Auto Scaling User
    Guide, default values for an instance refresh; read 2026-11)."""
    refresh = as_row(view.value(resource, "instanceRefresh"))
    stated = as_number(as_row(refresh.get("preferences")).get("minHealthyPercentage"))
    if not refresh or running is None:
        return None
    takes = running - ceil(running * (90 if stated is None else stated) / 100)
    return rollout(takes, running, view.time("aws.asg.instance_replacement"))


def _shrinks(view: View, policy: Resource) -> bool:
    """Whether a scaling policy may take servers away: one that predicts or only adds does not."""
    adds = view.number(policy, "scalingAdjustment")
    tracked = as_row(view.value(policy, "targetTrackingConfiguration"))
    only_adds = (adds is not None and adds > 0) or as_flag(tracked.get("disableScaleIn"))
    return not only_adds and view.text(policy, "policyType") != "PredictiveScaling"


def group_zones(view: View, resource: Resource) -> tuple[Domain, ...] | None:
    """The zones that a scaling group launches in; ``None`` where a placement group keeps all in one of them.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html (read 2026-11)
    """
    launch = template(view, resource)
    placed = ((resource, "placementGroup"), *(((launch, "placement"),) if launch else ()))
    rows = (row for one, name in placed for row in view.refs(one, name, PLACEMENT))
    zones = _launched_in(view, resource)
    together = any(view.text(row, "strategy") == "cluster" for row in rows)
    return None if together and len(zones or ()) > 1 else zones


def _launched_in(view: View, resource: Resource) -> tuple[Domain, ...] | None:
    if subnets := places.subnets(view, resource, "vpcZoneIdentifiers"):
        return places.zones_of(view, subnets)
    names = list(strings(view.value(resource, "availabilityZones")))
    zones = {zone for name in names if (zone := places.zone(places.region_of(view, resource), name))}
    return tuple(sorted(zones)) or None


def template(view: View, resource: Resource) -> Resource | None:
    """What the servers of a scaling group are launched from."""
    for name in ("launchTemplate", "launchConfiguration", "mixedInstancesPolicy"):
        if launch := view.ref(resource, name, TEMPLATE, CONFIGURATION):
            return launch
    return None


def template_images(view: View, resource: Resource) -> tuple[str, ...]:
    launch = template(view, resource)
    image = view.text(launch, "imageId") if launch else None
    return (image,) if image else ()


def instance(view: View, resource: Resource) -> Iterator[Found]:
    """Single servers. Those that one target group holds are one pool, named after the group."""
    urn = instance_pool(view, resource)
    members = pool_members(view, urn)
    if members[0] != resource:
        return
    images = {image for member in members if (image := view.text(member, "ami"))}
    name = view.graph[urn].name
    yield Pool(
        urn=urn,
        label=f"{'server' if len(members) == 1 else f'{len(members)} servers'} {name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        zones=_server_zones(view, members),
        minimum=len(members),
        desired=len(members),
        maximum=len(members),
        replaced=False,
        restarted=all(_is_recovered(view, member) for member in members),
        start=view.time("aws.ec2.single"),
        release=release(images),
        egress=egress(view, (s for m in members for s in view.refs(m, "subnetId", *places.SUBNETS))),
    )


def _is_recovered(view: View, server: Resource) -> bool:
    """Whether EC2 moves a server to another host of its zone when its own is ill, as it does unless told otherwise.

    Not on a dedicated host, of bare metal, nor, but for some older families, with disks in its host
    (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html, read 2026-11).
    """
    if as_row(view.value(server, "maintenanceOptions")).get("autoRecovery") == "disabled":
        return False
    if view.text(server, "tenancy") == "host" or view.value(server, "instanceMarketOptions"):
        return False  # what is spare capacity is taken away, and not given back
    type = view.text(server, "instanceType")
    template = view.ref(server, "launchTemplate", TEMPLATE) if type is None else None
    family, _, size = (type or (view.text(template, "instanceType") if template else None) or "").partition(".")
    named = _FAMILY.fullmatch(family)
    if named is None or size.startswith("metal"):
        return False
    return family in _RECOVERED_WITH_DISKS or "d" not in named["attributes"]


def _server_zones(view: View, servers: tuple[Resource, ...]) -> tuple[Domain, ...] | None:
    """The zones of servers; of one alone a zone without a name where the graph names none, which two might share."""
    told = [_told_zone(view, server) for server in servers]
    if None in told:
        return places.unnamed_zones(view, servers[0], 1) if len(servers) == 1 else None
    return tuple(sorted({zone for zone in told if zone}))


def _told_zone(view: View, resource: Resource) -> Domain | None:
    subnet = view.ref(resource, "subnetId", *places.SUBNETS)
    stated = places.zone(places.region_of(view, resource), view.text(resource, "availabilityZone"))
    return (places.subnet_zone(view, subnet) if subnet else None) or stated


def instance_pool(view: View, target: Resource) -> str:
    """URN of the pool that a server belongs to: that of the first target group it is registered in, else its own."""
    if target.type != INSTANCE:
        return target.urn
    groups = [
        group.urn
        for token in ATTACHMENTS
        for attachment in view.users(target, token, "targetId")
        for group in view.refs(attachment, "targetGroupArn", *TARGET_GROUPS)
    ]
    return min(groups, default=target.urn)


def pool_members(view: View, urn: str) -> tuple[Resource, ...]:
    """The servers of the pool that :func:`instance_pool` names; of other pools none."""
    return _servers_by_pool(view).get(urn, ())


@once_per_view
def _servers_by_pool(view: View) -> dict[str, tuple[Resource, ...]]:
    found: dict[str, tuple[Resource, ...]] = {}
    for server in view.graph.of_type(INSTANCE):
        pool = instance_pool(view, server)
        found[pool] = (*found.get(pool, ()), server)
    return found


def pools_of_instances(view: View, servers: Iterable[Resource]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(instance_pool(view, server) for server in servers))


# -- functions and nodes ----------------------------------------------------------------------------------------------


def function(view: View, resource: Resource) -> Iterator[Found]:
    """A Lambda function: as many replicas as requests, over the zones of its subnets if it has any.

    https://docs.aws.amazon.com/lambda/latest/dg/security-resilience.html (2026-11): with subnets in several zones the
    function goes on when one is lost. One with no concurrency reserved for it answers nobody
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html, read 2026-11).
    """
    network = as_row(view.value(resource, "vpcConfig"))
    subnets = places.subnets(view, resource, "vpcConfig")
    image = view.text(resource, "imageUri")
    zones = places.zones_of(view, subnets) if subnets else None
    off = 0 if view.number(resource, "reservedConcurrentExecutions") == 0 else None
    yield Pool(
        urn=resource.urn,
        label=f"function {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(*places.control_plane(view, resource), *registries(view, [image] if image else [])),
        zones=zones,
        regional=not network or len(zones or ()) > 1,
        minimum=off,
        desired=off,
        maximum=off,
        replaced=True,
        start=assumed(
            f"a new copy of {resource.name} serves",
            Unit.SECONDS,
            Range(1, 10),
            "the cold start of a function: about a second, seconds for large packages",
        ),
        release=release([image]) if image else Domain(DomainKind.RELEASE, f"function {resource.name}"),
        egress=egress(view, subnets),
    )
    yield from automation(view, resource)


def nodes(view: View, resource: Resource) -> Iterator[Found]:
    """A managed group of Kubernetes nodes. What runs on them is in the cluster, not in this graph."""
    size = as_row(view.value(resource, "scalingConfig"))

    def count(name: str) -> int | None:
        number = as_number(size.get(name))
        return None if number is None else int(number)

    pool = Pool(
        urn=resource.urn,
        label=f"Kubernetes nodes {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        zones=places.zones_of(view, places.subnets(view, resource, "subnetIds")),
        minimum=count("minSize"),
        desired=count("desiredSize"),
        maximum=count("maxSize"),
        replaced=True,
        watched=True,
        start=view.time("aws.asg.instance_replacement"),
        egress=egress(view, places.subnets(view, resource, "subnetIds")),
    )
    yield fetched(pool)


def ground(view: View, cluster: Resource) -> Ground:
    """Where an EKS cluster stands: its nodes, else its own network interfaces."""
    subnets = [s for n in view.users(cluster, NODES, "clusterName") for s in places.subnets(view, n, "subnetIds")]
    subnets = subnets or list(places.subnets(view, cluster, "vpcConfig"))
    at = places.place(view, cluster)
    sizes = [as_row(view.value(n, "scalingConfig")) for n in view.users(cluster, NODES, "clusterName")]
    alone = [[as_number(size.get(name)) for name in ("desiredSize", "maxSize")] for size in sizes] == [[1, 1]]
    node = view.time("aws.asg.instance_replacement") if alone else None
    zones, out = places.zones_of(view, subnets), egress(view, subnets)
    return Ground(at, at["homes"][0], zones, out, node, _drains(view, cluster))


def _drains(view: View, cluster: Resource) -> Drains | None:
    """Nodes of a managed group that its upgrade empties at once: one where nothing is stated. After a quarter of an
    hour budgets are overridden where the group says so, or the upgrade fails
    (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html, read 2026-11)."""
    rows: list[Drains] = []
    for group in view.users(cluster, NODES, "clusterName"):
        how = as_row(view.value(group, "updateConfig"))
        size = as_number(as_row(view.value(group, "scalingConfig")).get("desiredSize"))
        share = as_number(how.get("maxUnavailablePercentage"))
        at_once = as_number(how.get("maxUnavailable")) or (share * (size or inf) / 100 if share else 1)
        forced = as_flag(view.value(group, "forceUpdateVersion"))
        rows.append(Drains(inf if size is not None and at_once >= size > 1 else ceil(at_once), forced))
    return max(rows, default=None)


READINGS: Final = {
    "aws:ssm/document:Document": setting(
        "steps for servers or an account",
        "what an association runs; as an automation, what people start: it is not read",
    ),
    ASSOCIATION: setting("script run on servers", "which servers get it, and how many at once"),
    SERVICE: part(
        "containers kept running", service, RUNS.also(identities="", facts="aws.alb aws.ecs.fargate.task_start")
    ),
    GROUP: part(
        "servers kept running",
        scaling_group,
        RUNS.also(identities="", facts="aws.asg.instance_replacement aws.asg.warm_pool"),
    ),
    INSTANCE: part(
        "server",
        instance,
        RUNS.also(
            identities="publicIp publicDns privateIp privateDns",
            started_with="userData userDataBase64",
            backup=Backup("AWS Backup", "aws.backup.snapshot", "EC2", "ec2:instance"),
            replacement=harmless(
                "it starts from its image again; what must last is in stores",
                restarted_by="instanceType userData userDataBase64",  # stopped and started (aws.ec2.Instance)
                guarded_while="disableApiTermination",
            ),
            facts="aws.ec2.single",
        ),
    ),
    FUNCTION: part(
        "function", function, RUNS.also(identities="", started_with="environment fileSystemConfig", role="role")
    ),
    NODES: part("Kubernetes nodes", nodes, RUNS.also(identities="", facts="aws.asg.instance_replacement")),
    TASKS: setting(
        "task definition",
        "which images, secrets and stores a service uses",
        having(
            reasons.COMPUTE,
            identities="arnWithoutRevision",
            started_with="containerDefinitions volumes",
            role="taskRoleArn",
        ),
    ),
    TEMPLATE: setting(
        "launch template",
        "which image, keys and stores a server uses",
        having(reasons.COMPUTE, started_with="userData"),
    ),
    CONFIGURATION: setting(
        "launch configuration",
        "which image and stores a server uses",
        having(reasons.COMPUTE, started_with="userData userDataBase64"),
    ),
    CAPACITY_PROVIDER: setting("capacity provider", "which servers tasks are placed on", reasons.COMPUTE),
    RESERVATION: setting("reserved capacity", "how many servers of a group there is room for, whoever launches"),
    TRAFFIC: setting("attachment", "which target group servers are registered in"),
    "aws:autoscaling/attachment:Attachment": setting("attachment", "which target group servers are registered in"),
}
