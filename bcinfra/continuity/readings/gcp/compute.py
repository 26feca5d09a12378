"""Compute on Google Cloud: groups of instances, single instances, Cloud Run, functions, Kubernetes nodes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import ceil, floor, inf
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Pool, Rollout
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import keeps, registries, release, started_from
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting, subject
from bcinfra.continuity.readings.base.rollouts import rollout
from bcinfra.continuity.readings.base.scaling import kept_running
from bcinfra.continuity.readings.base.schedules import crontab_day
from bcinfra.continuity.readings.base.stores import in_containers, standing
from bcinfra.continuity.readings.base.traits import RUNS, harmless, having
from bcinfra.continuity.readings.base.vendor import Drains, Ground
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text, same
from bcinfra.continuity.readings.gcp import places
from bcinfra.continuity.readings.gcp.egress import egress
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

GROUP: Final = "gcp:compute/instanceGroupManager:InstanceGroupManager"
REGION_GROUP: Final = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager"
POLICY: Final = "gcp:osconfig/osPolicyAssignment:OsPolicyAssignment"
UNMANAGED: Final = "gcp:compute/instanceGroup:InstanceGroup"
INSTANCE: Final = "gcp:compute/instance:Instance"
TEMPLATES: Final = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
AUTOSCALERS: Final = ("gcp:compute/autoscaler:Autoscaler", "gcp:compute/regionAutoscaler:RegionAutoscaler")
RUN: Final = "gcp:cloudrunv2/service:Service"
FUNCTION: Final = "gcp:cloudfunctionsv2/function:Function"
FIRST_RUN: Final = "gcp:cloudrun/service:Service"
FIRST_FUNCTION: Final = "gcp:cloudfunctions/function:Function"
JOB: Final = "gcp:cloudrunv2/job:Job"
WORKERS: Final = "gcp:cloudrunv2/workerPool:WorkerPool"
CLUSTER: Final = "gcp:container/cluster:Cluster"
NODES: Final = "gcp:container/nodePool:NodePool"
RESERVATION: Final = "gcp:compute/reservation:Reservation"
CALLED: Final = (RUN, FUNCTION, FIRST_RUN, FIRST_FUNCTION)
"""Pools that have an address of their own, at which others call them."""
POOL_TYPES: Final = (GROUP, REGION_GROUP, UNMANAGED, INSTANCE, JOB, WORKERS, *CALLED)
_ZONES_OF_A_GROUP: Final = 3
"""A regional group that names no zones is spread over three of its region (Compute Engine, regional groups)."""
CLOCK: Final = "gcp:cloudscheduler/job:Job"
_SERVICE: Final = re.compile(r"//run\.googleapis\.com/.*/locations/(?P<region>[^/]+)/services/(?P<name>[^/?]+)")
_LEAST: Final = re.compile(r"minInstanceCount\W+(\d+)")
_ANY_YEAR: Final = 2004
"""One with a 29 February."""
_BOOT: Final = Range(60, 300)
_COLD_START: Final = Range(1, 10)


# -- instances --------------------------------------------------------------------------------------------------------


def group(view: View, resource: Resource) -> Iterator[Found]:
    """A managed instance group: instances of one template, made again when they fail."""
    zones, assumptions = group_zones(view, resource)
    yield from assumptions
    least, most = scaling(view, resource)
    size = view.count(resource, "targetSize")
    known = kept_running(size, least) if _shrinks(view, resource) else size
    yield Pool(
        urn=resource.urn,
        label=f"instances {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        zones=zones,
        minimum=known,
        desired=known,
        stated=size,
        maximum=most if most is not None else size,
        replaced=True,
        moved=_moved(view, resource, known, most),
        start=_boot(resource),
        release=release(template_images(view, resource)),
        rollout=_updated(view, resource, known, zones),
        schedule=tuple(sorted(_schedule(view, resource, known, most))),
        driven=_driven(view, resource),
        egress=egress(view, templates(view, resource), zones),
    )


def _boot(resource: Resource) -> Figure:
    return assumed(
        f"a new instance of {resource.name} serves",
        Unit.SECONDS,
        _BOOT,
        "an instance boots and passes its checks in one to five minutes (judgement)",
    )


def group_zones(view: View, resource: Resource) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones a group surely spreads over; ``None`` where its shape lets all instances stand in one."""
    if resource.type == GROUP:
        return places.zones(view.value(resource, "zone") or places.location(view, resource)) or None, ()
    shape = view.text(resource, "distributionPolicyTargetShape") or "EVEN"
    candidates = places.zones(view.value(resource, "distributionPolicyZones"))
    everywhere = candidates or places.region_zones(places.region_of(view, resource))
    if shape == "ANY_SINGLE_ZONE":
        return standing(resource, everywhere, 1)
    if shape == "ANY" and everywhere and len(everywhere) > 1:
        return None, (Assumption(Assumes.MAYBE_ONE_ZONE, subject(resource)),)
    return (candidates, ()) if candidates else standing(resource, everywhere, _ZONES_OF_A_GROUP)


def scaling(view: View, resource: Resource) -> tuple[int | None, int | None]:
    """The least and most instances that an autoscaler keeps."""
    for token in AUTOSCALERS:
        for scaler in view.users(resource, token, "target"):
            policy = as_row(view.value(scaler, "autoscalingPolicy"))
            return _count(policy.get("minReplicas")), _count(policy.get("maxReplicas"))
    return None, None


def _updated(view: View, resource: Resource, running: int | None, zones: tuple[Domain, ...] | None) -> Rollout | None:
    """Instances that a new template takes away at once, where it is rolled out by itself: one a zone where nothing is
    stated (https://docs.cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups,
    read 2026-11)."""
    how = as_row(view.value(resource, "updatePolicy"))
    if running is None or how.get("type") != "PROACTIVE":
        return None
    fixed, share = (as_number(how.get(f"maxUnavailable{name}")) for name in ("Fixed", "Percent"))
    takes = fixed if fixed is not None else floor(share * running / 100) if share is not None else len(zones or ()) or 1
    return rollout(int(takes), running, _boot(resource))


def _driven(view: View, resource: Resource) -> bool | None:
    """Whether an autoscaler starts more when the load grows: by CPU where it is told nothing else
    (https://docs.cloud.google.com/compute/docs/autoscaler, read 2026-11)."""
    for scaler in (scaler for token in AUTOSCALERS for scaler in view.users(resource, token, "target")):
        policy = as_row(view.value(scaler, "autoscalingPolicy"))
        if policy.get("mode") == "OFF":
            return False
        by_load = policy.get("cpuUtilization") or policy.get("loadBalancingUtilization")
        return True if by_load or not policy.get("metrics") else None
    return False


def _schedule(view: View, resource: Resource, usual: int | None, most: int | None) -> Iterator[tuple[int, int, int]]:
    """The fewest instances that an autoscaler's schedules keep, by the day of the year from which: never more than the
    most that it may."""
    for scaler in (scaler for token in AUTOSCALERS for scaler in view.users(resource, token, "target")):
        policy = as_row(view.value(scaler, "autoscalingPolicy"))
        for row in as_rows(policy.get("scalingSchedules")) if policy.get("mode") != "OFF" else ():
            least, lasts = as_number(row.get("minRequiredReplicas")), as_number(row.get("durationSec"))
            day = crontab_day(as_text(row.get("schedule")) or "", as_text(row.get("timeZone")))
            if day and least is not None and lasts is not None and not as_flag(row.get("disabled")):
                over = date(_ANY_YEAR, *day) + timedelta(seconds=lasts)
                yield (*day, int(least if most is None else min(least, most)))
                yield (over.month, over.day, usual or 0)


def _shrinks(view: View, resource: Resource) -> bool:
    """Whether an autoscaler may take instances away; one that is off or only adds keeps what there is."""
    scalers = [scaler for token in AUTOSCALERS for scaler in view.users(resource, token, "target")]
    modes = {as_text(as_row(view.value(scaler, "autoscalingPolicy")).get("mode")) for scaler in scalers}
    return not modes & {"OFF", "ONLY_UP", "ONLY_SCALE_OUT"}


def _moved(view: View, resource: Resource, running: int | None, most: int | None) -> bool:
    """Whether instances of a lost zone are made again in the others. By itself a group repairs each in its own zone,
    and waits for that; an autoscaler adds some where there is room for more, as does a repair that may change zones.

    https://docs.cloud.google.com/compute/docs/instance-groups/regional-migs,
    https://docs.cloud.google.com/compute/docs/instance-groups/repair-vm-in-alternate-zone (read 2026-11).
    """
    repair = as_row(as_row(view.value(resource, "instanceLifecyclePolicy")).get("onRepair"))
    modes = {
        as_text(as_row(view.value(scaler, "autoscalingPolicy")).get("mode"))
        for token in AUTOSCALERS
        for scaler in view.users(resource, token, "target")
    }
    scales = modes - {"OFF"} and (most is None or running is None or most > running)
    return bool(scales) or as_text(repair.get("allowChangingZone")) == "YES"


def _count(value: Value) -> int | None:
    number = as_number(value)
    return None if number is None else int(number)


def templates(view: View, resource: Resource) -> tuple[Resource, ...]:
    """What the instances of a group are made from."""
    return view.refs(resource, "versions", *TEMPLATES)


def template_images(view: View, resource: Resource) -> tuple[str, ...]:
    """The disk images and containers of a group's instances."""
    return tuple(image for row in templates(view, resource) for image in _images(view, row, "disks", "sourceImage"))


def _images(view: View, row: Resource, disks: str, name: str) -> Iterator[str]:
    for disk in view.rows(row, disks):
        image = as_text(disk.get(name)) or as_text(as_row(disk.get("initializeParams")).get("image"))
        if image:
            yield image


def instance(view: View, resource: Resource) -> Iterator[Found]:
    """A single instance; those of an unmanaged group are one pool, named after the group."""
    if view.users(resource, UNMANAGED, "instances"):
        return
    yield _servers(view, resource, (resource,))


def unmanaged(view: View, resource: Resource) -> Iterator[Found]:
    """Instances that are listed one by one: nothing makes one again elsewhere."""
    rows = view.refs(resource, "instances", INSTANCE)
    if rows:
        yield _servers(view, resource, rows)


def _is_restarted(view: View, server: Resource) -> bool:
    """Whether an instance whose host dies is started again, as it is unless told otherwise; spare capacity never is
    (https://docs.cloud.google.com/compute/docs/instances/host-maintenance-overview, read 2026-11)."""
    restarted = as_row(view.value(server, "scheduling")).get("automaticRestart")
    return not spare(view, server) and restarted not in (False, "false", "False")


def spare(view: View, server: Resource) -> bool:
    """Whether an instance, or what a template makes, may be spare capacity, which is taken away when others need it."""
    scheduling = as_row(view.value(server, "scheduling"))
    early, model = scheduling.get("preemptible"), scheduling.get("provisioningModel")
    unknown = UNKNOWN in (server.inputs.get("scheduling"), early, model)
    return unknown or as_flag(early) or model == "SPOT"


def _servers(view: View, named: Resource, rows: tuple[Resource, ...]) -> Pool:
    zones = [places.zone(view.text(row, "zone") or view.text(named, "zone")) for row in rows]
    known = None if None in zones else tuple(sorted({z for z in zones if z}))
    return Pool(
        urn=named.urn,
        label=f"{'instance' if len(rows) == 1 else f'{len(rows)} instances'} {named.name}{places.where(view, named)}",
        **places.place(view, named),
        needs_to_recover=places.control_plane(view, named),
        zones=known,
        minimum=len(rows),
        desired=len(rows),
        maximum=len(rows),
        replaced=False,
        restarted=all(_is_restarted(view, row) for row in rows),
        start=view.time("gcp.gce.single"),
        release=release(image for row in rows for image in _images(view, row, "bootDisk", "sourceImage")),
        egress=egress(view, rows, known),
    )


def pool_of(view: View, resource: Resource) -> str:
    """URN of the pool that an instance or a group belongs to."""
    if resource.type == INSTANCE:
        return min((row.urn for row in view.users(resource, UNMANAGED, "instances")), default=resource.urn)
    return resource.urn


def pool_rows(view: View, resource: Resource) -> Iterable[Resource]:
    """The resources that a pool's replicas are made from."""
    yield resource
    yield from templates(view, resource)
    yield from view.refs(resource, "instances", INSTANCE) if resource.type == UNMANAGED else ()


# -- containers and functions -----------------------------------------------------------------------------------------


def run(view: View, resource: Resource) -> Iterator[Found]:
    """A Cloud Run service: as many replicas as requests, over the zones of its region by Google."""
    template = as_row(view.value(resource, "template"))
    rows = [as_row(view.value(resource, "scaling")), as_row(template.get("scaling"))]
    images = [image for row in as_rows(template.get("containers")) if (image := as_text(row.get("image")))]
    pool = _imported(view, _serverless(view, resource, "Cloud Run service", rows, []), images)
    yield from _with_data(view, resource, pool, images, lasting=bool(as_rows(template.get("volumes"))))


def _imported(view: View, service: Pool, images: list[str]) -> Pool:
    """A service that has taken its images along: Cloud Run keeps a copy of them with a revision that serves, and starts
    instances without asking their registry (Cloud Run, Deploying container images, read 2026-11). A tag was made a
    digest when it was deployed. Of jobs and worker pools it does not say so."""
    return replace(service, released_from=registries(view, images), release=release(images) or service.release)


def _with_data(view: View, resource: Resource, pool: Pool, images: list[str], *, lasting: bool) -> Iterator[Found]:
    """What containers run, and what one of them keeps in its instance alone, which goes with that."""
    kept = next((kept for image in images if (kept := keeps(image))), None)
    beside = len(images) > 1
    if kept is None or beside or lasting:
        yield pool
    if kept and not lasting:
        store = in_containers(view, resource, kept, pool, beside=beside)
        yield store
        yield from (Call(pool.urn, member.urn) for member in store.members if beside)


def function(view: View, resource: Resource) -> Iterator[Found]:
    """A function, over the zones of its region by Google."""
    yield _serverless(view, resource, "function", [as_row(view.value(resource, "serviceConfig"))], [])


def first_run(view: View, resource: Resource) -> Iterator[Found]:
    """A Cloud Run service by the first version of its API, whose scaling is in annotations."""
    template = as_row(view.value(resource, "template"))
    notes = as_row(as_row(template.get("metadata")).get("annotations"))
    least, most = (_count(notes.get(f"autoscaling.knative.dev/{name}Scale")) for name in ("min", "max"))
    spec = as_row(template.get("spec"))
    images = [image for row in as_rows(spec.get("containers")) if (image := as_text(row.get("image")))]
    scaling: dict[str, object] = {"minInstanceCount": least, "maxInstanceCount": most}
    pool = _imported(view, _serverless(view, resource, "Cloud Run service", [scaling], []), images)
    yield from _with_data(
        view, resource, pool, images, lasting=bool(as_rows(as_row(template.get("spec")).get("volumes")))
    )


def first_function(view: View, resource: Resource) -> Iterator[Found]:
    """A function of the first generation."""
    least, most = view.count(resource, "minInstances"), view.count(resource, "maxInstances")
    yield _serverless(view, resource, "function", [{"minInstanceCount": least, "maxInstanceCount": most}], [])


def job(view: View, resource: Resource) -> Iterator[Found]:
    """Work that Cloud Run starts when it is asked to: it needs its region, and no replica waits for it."""
    spec = as_row(as_row(view.value(resource, "template")).get("template"))
    images = [image for row in as_rows(spec.get("containers")) if (image := as_text(row.get("image")))]
    yield _serverless(view, resource, "job", [], images)


def worker_pool(view: View, resource: Resource) -> Iterator[Found]:
    """Containers that nobody calls, over the zones of a region by Google: as many as are stated, or by load."""
    template, scaling = (as_row(view.value(resource, name)) for name in ("template", "scaling"))
    images = [image for row in as_rows(template.get("containers")) if (image := as_text(row.get("image")))]
    manual = scaling.get("manualInstanceCount")
    rows: list[object] = [scaling, {"minInstanceCount": manual, "maxInstanceCount": manual}]
    yield _serverless(view, resource, "worker pool", rows, images)


def _serverless(view: View, resource: Resource, what: str, rows: Iterable[object], images: list[str]) -> Pool:
    def count(name: str) -> int | None:
        resource = (_count(as_row(row).get(name)) for row in rows)  # pyright: ignore[reportArgumentType]
        return next((n for n in resource if n is not None), None)

    least = count("minInstanceCount") or None  # none is kept: how many run follows the requests
    most = count("maxInstanceCount")
    return Pool(
        urn=resource.urn,
        label=f"{what} {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(*places.control_plane(view, resource), *registries(view, images)),
        zones=None,
        regional=True,
        minimum=least,
        desired=least,
        maximum=most,
        replaced=True,
        start=assumed(
            f"a new copy of {resource.name} serves",
            Unit.SECONDS,
            _COLD_START,
            "a cold start takes about a second, seconds for large images (judgement)",
        ),
        **started_from(view, images),
        release=release(images) or Domain(DomainKind.RELEASE, f"{what} {resource.name}"),
        schedule=tuple(sorted(_kept_by_clock(view, resource, most))) if resource.type == RUN else (),
    )


def _kept_by_clock(view: View, service: Resource, most: int | None) -> Iterator[tuple[int, int, int]]:
    """The fewest replicas that Cloud Scheduler has a service keep, by the day of the year from which. No
    document says that more are kept than it may have at most, and so none are counted on."""
    name, region = view.text(service, "name"), view.region(service)
    for job in view.graph.of_type(CLOCK):
        target = as_row(view.value(job, "httpTarget"))
        called = _SERVICE.search(as_text(target.get("uri")) or "")
        day = crontab_day(view.text(job, "schedule") or "", view.text(job, "timeZone"))
        if not called or not day or as_text(target.get("httpMethod")) != "PATCH" or not view.off(job, "paused"):
            continue
        least = _LEAST.search(_decoded(as_text(target.get("body")) or ""))
        if not least or called["name"] != name or not same(called["region"], region):
            continue
        if most is None or int(least[1]) <= most:
            yield (*day, int(least[1]))


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body


# -- Kubernetes nodes -------------------------------------------------------------------------------------------------


def nodes(view: View, resource: Resource) -> Iterator[Found]:
    """A pool of Kubernetes nodes, as many in each of its zones. What runs on them is read from its own resources."""
    cluster = view.ref(resource, "cluster", CLUSTER)
    zones, assumptions = node_zones(view, resource, cluster)
    yield from assumptions
    scaled = as_row(view.value(resource, "autoscaling"))
    size = view.count(resource, "nodeCount")
    size = view.count(resource, "initialNodeCount") if size is None else size
    each = len(zones) if zones else None

    def count(total: str, zonal: str) -> int | None:
        whole, part = _count(scaled.get(total)), _count(scaled.get(zonal))
        return whole if whole is not None else part * each if part is not None and each else None

    at = cluster if cluster and not view.text(resource, "location") else resource
    running = size * each if size is not None and each else None
    yield Pool(
        urn=resource.urn,
        label=f"Kubernetes nodes {resource.name}{places.where(view, at)}",
        **places.place(view, at),
        needs_to_recover=places.control_plane(view, at),
        zones=zones,
        minimum=count("totalMinNodeCount", "minNodeCount") if scaled else running,
        desired=running if running is not None else count("totalMinNodeCount", "minNodeCount"),
        maximum=count("totalMaxNodeCount", "maxNodeCount") if scaled else running,
        replaced=True,
        watched=True,
        start=view.time("gcp.gke.node_auto_repair"),
    )


def node_zones(
    view: View, resource: Resource, cluster: Resource | None
) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones of a pool of nodes: its own, else those of its cluster."""
    for row in (resource, *((cluster,) if cluster else ())):
        if stated := places.zones(view.value(row, "nodeLocations")):
            extra = places.zone(view.text(row, "location")) if row == cluster else None
            return tuple(sorted({*stated, *([extra] if extra else [])})), ()
    at = places.location(view, cluster if cluster and not view.text(resource, "location") else resource)
    if own := places.zone(at):
        return (own,), ()
    return standing(resource, places.region_zones(places.region_name(at)), _ZONES_OF_A_GROUP)


def cluster_zones(view: View, cluster: Resource) -> tuple[Domain, ...] | None:
    """The zones that the nodes of a cluster stand in."""
    pools = view.users(cluster, NODES, "cluster")
    found = [node_zones(view, row, cluster)[0] for row in pools or (cluster,)]
    return None if None in found else tuple(sorted({z for zones in found for z in zones or ()}))


def ground(view: View, cluster: Resource) -> Ground:
    """Where a GKE cluster stands. A zonal one's control plane is in one zone: without it nothing is started again."""
    at = places.place(view, cluster)
    zones = cluster_zones(view, cluster)
    control = places.zone(places.location(view, cluster)) or at["homes"][0]
    pools = [pool for row in view.users(cluster, NODES, "cluster") for pool in nodes(view, row)]
    running = [(pool.desired, pool.maximum) for pool in pools if isinstance(pool, Pool)]
    node = view.time("gcp.gke.node_auto_repair") if running == [(1, 1)] else None
    return Ground(at, control, zones, egress(view, (cluster,), zones), node, _drains(view, cluster))


def _drains(view: View, cluster: Resource) -> Drains | None:
    """Nodes of a pool that its upgrade empties at once: one more than there are where nothing is stated, or by batches
    of the old ones. Budgets are kept to for an hour
    (https://docs.cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies, read 2026-11)."""
    rows: list[Drains] = []
    for pool in view.users(cluster, NODES, "cluster"):
        how = as_row(view.value(pool, "upgradeSettings"))
        running = next((one.desired for one in nodes(view, pool) if isinstance(one, Pool)), None)
        at_once = _emptied(how, running)
        rows.append(Drains(inf if running and 1 < running <= at_once else at_once))
    return max(rows, default=None)


def _emptied(how: Mapping[str, Value], running: int | None) -> float:
    if how.get("strategy") != "BLUE_GREEN":
        surge, away = (as_number(how.get(name)) for name in ("maxSurge", "maxUnavailable"))
        return (1 if surge is None else surge) + (away or 0)
    batch = as_row(as_row(how.get("blueGreenSettings")).get("standardRolloutPolicy"))
    share = as_number(batch.get("batchPercentage"))
    return as_number(batch.get("batchNodeCount")) or (ceil(share * running) if share and running else 1)


READINGS: Final = {
    POLICY: setting("policy run on machines", "which machines get it, and how many at once"),
    GROUP: part("instances kept running", group, RUNS.also(identities="instanceGroup")),
    REGION_GROUP: part("instances kept running", group, RUNS.also(identities="instanceGroup")),
    UNMANAGED: part("listed instances", unmanaged, RUNS.also(identities="", facts="gcp.gce.single")),
    INSTANCE: part(
        "instance",
        instance,
        RUNS.also(
            identities="instanceId networkInterfaces",
            replacement=harmless(
                "it starts from its image again; what must last is in stores",
                restarted_by="machineType",  # stopped and started (gcp.compute.Instance: allowStoppingForUpdate)
                guarded_while="deletionProtection",
            ),
            facts="gcp.gce.single",
        ),
    ),
    RUN: part(
        "containers run by Google",
        run,
        RUNS.also(
            identities="uri",
            replacement=harmless(
                "it starts from its image again; what must last is in stores", guarded_while="deletionProtection"
            ),
        ),
    ),
    FUNCTION: part("function", function, RUNS.also(identities="")),
    FIRST_RUN: part("containers run by Google", first_run, RUNS.also(identities="")),
    FIRST_FUNCTION: part("function", first_function, RUNS.also(identities="httpsTriggerUrl")),
    JOB: part("job", job, RUNS.also(identities="")),
    WORKERS: part("containers run by Google", worker_pool, RUNS.also(identities="")),
    NODES: part("Kubernetes nodes", nodes, RUNS.also(identities="", facts="gcp.gke.node_auto_repair")),
    RESERVATION: setting("reserved capacity", "how many instances of a group there is room for, whoever launches"),
    CLUSTER: setting(
        "Kubernetes cluster",
        "which zones what runs on it stands in, and what starts it again",
        having(reasons.COMPUTE, identities="endpoint"),
    ),
    **{
        token: setting("instance template", "which image, keys and stores an instance uses", reasons.COMPUTE)
        for token in TEMPLATES
    },
    **{token: setting("autoscaler", "the least and most instances of a group") for token in AUTOSCALERS},
}
