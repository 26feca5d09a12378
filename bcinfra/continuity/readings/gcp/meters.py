"""How much of what has a price resources of Google Cloud take a month. What each type costs stands in ``costs.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.costs import NOTHING, Area, Line, Purpose, added, times
from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.model.prices import HOURS, scaled
from bcinfra.continuity.model.ranges import Range, combine
from bcinfra.continuity.readings.base.metering import DAYS, Meter, each, hours
from bcinfra.continuity.readings.base.view import as_flag, as_number, as_row, as_rows, as_text, strings
from bcinfra.continuity.readings.gcp import compute, sql, storage
from bcinfra.graph.core.model import Resource, Value
from bcinfra.seconds import DAY

_SECONDS: Final = HOURS * 3600
_RULES: Final = (
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:compute/forwardingRule:ForwardingRule",
)
_FREE_RULES: Final = 5
"""Forwarding rules that together cost one price."""
_FREE_CHECKS: Final = 1000
"""Thousand executions of uptime checks that a project has free."""
_FREE_LOGS: Final = 50.0
"""GiB of logs that a project has free a month."""
_SINKS: Final = tuple(
    f"gcp:logging/{what}Sink:{what[0].upper()}{what[1:]}Sink"
    for what in ("billingAccount", "folder", "organization", "project")
)
_DISKS: Final = {"pd-standard": "standard", "pd-balanced": "balanced", "pd-ssd": "ssd", "pd-extreme": "ssd"}
_NODE_GIB: Final = {"shared_core_nano": 1.4, "standard_small": 6.5, "highmem_medium": 13, "highmem_xlarge": 58}
"""GiB of a node of Memorystore (docs.cloud.google.com/memorystore, node specification)."""
_SHARES: Final = {"REGIONAL": "regional", "ENTERPRISE": "regional", "BASIC_HDD": "basic_hdd", "STANDARD": "basic_hdd"}
_OTHER_BUCKETS: Final = {"STANDARD": "standard", "NEARLINE": "nearline", "COLDLINE": "coldline", "ARCHIVE": "archive"}


# -- images -----------------------------------------------------------------------------------------------------------


def images(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What is kept, and what is scanned once when it is pushed, where the project has the API that does turned on."""
    yield Line("gcp.artifact_registry.gb", Range(2, 20, 0.5), "a few releases")
    if as_row(meter.view.value(resource, "vulnerabilityScanningConfig")).get("enablementConfig") == "INHERITED":
        yield Line("gcp.artifact_analysis.image", Range(4, 30, 0), "a release a week, each day, or no API")


# -- servers and containers -------------------------------------------------------------------------------------------


def _machine(kind: str | None, running: Range | None, of: str) -> Line:
    name = (kind or "unknown").rpartition("/")[2]
    return Line(f"gcp.gce.{name}", None if kind is None or running is None else hours(running), of)


def _disk(kind: str | None, size: float | None, count: Range | None, of: str) -> Line:
    name = (kind or "pd-standard").rpartition("/")[2]
    amount = None if size is None or count is None else times(count, size)
    return Line(f"gcp.pd.{_DISKS.get(name, name)}.gb", amount, of)


def instance(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A server, its disks and its public address."""
    yield from _server(meter, resource, each(1), "machineType", "bootDisk")


def _server(meter: Meter, row: Resource, running: Range | None, of: str, disks: str) -> Iterator[Line]:
    view = meter.view
    yield _machine(view.text(row, "machineType"), running, of)
    for disk in view.rows(row, disks):
        asked = as_row(disk.get("initializeParams")) if disk.get("initializeParams") else disk
        size = as_number(asked.get("size", asked.get("diskSizeGb")))
        kind = as_text(asked.get("type", asked.get("diskType")))
        yield _disk(kind, 10 if size is None else size, running, f"{disks}, of its image where no size is stated")
    if any(row.get("accessConfigs") is not None for row in view.rows(row, "networkInterfaces")):
        yield Line("gcp.ip.vm.hour", running and hours(running), "networkInterfaces")


def group(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Servers that a managed group runs on average."""
    pool = meter.pools.get(resource.urn)
    running = meter.running(pool) if pool else None
    template = next(iter(compute.templates(meter.view, resource)), None)
    if template is None:
        yield Line("gcp.gce.unknown", None, "versions")
        return
    yield from _server(meter, template, running, "targetSize, the autoscaler, machineType", "disks")


def reservation(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Instances that there is room for and that do not run: paid as if they did."""
    kept = as_row(meter.view.value(resource, "specificReservation"))
    template = meter.view.ref(resource, "specificReservation", *compute.TEMPLATES)
    kind = as_text(as_row(kept.get("instanceProperties")).get("machineType")) or (
        meter.view.text(template, "machineType") if template else None
    )
    idle = meter.idle(resource, as_number(kept.get("count")))
    yield _machine(kind, idle, "specificReservation, without what its groups run")


def nodes(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Servers of a Kubernetes cluster: as many in each of its zones."""
    pool = meter.pools.get(resource.urn)
    if pool is None:
        pool = next((one for one in compute.nodes(meter.view, resource) if isinstance(one, Pool)), None)
    running = meter.running(pool) if pool else None
    config = as_row(meter.view.value(resource, "nodeConfig"))
    kind = as_text(config.get("machineType")) or "e2-medium"
    yield _machine(kind, running, "nodeCount, autoscaling, machineType; so many in each zone")
    size, disk = as_number(config.get("diskSizeGb")), as_text(config.get("diskType"))
    yield _disk(disk or "pd-balanced", 100 if size is None else size, running, "diskSizeGb")


def cluster(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A cluster's hours; the nodes of the pool that comes with it, as many in each zone; pods where it is Autopilot."""
    view = meter.view
    yield Line("gcp.gke.cluster.hour", hours(1))
    if view.flag(resource, "enableAutopilot"):
        yield Line("gcp.gke.autopilot.vcpu", None, "enableAutopilot: its pods")
        return
    count = view.count(resource, "initialNodeCount")
    if count and not view.flag(resource, "removeDefaultNodePool"):
        zones = len(compute.cluster_zones(view, resource) or ())
        provider = view.graph.provider_of(resource)
        zonal = provider is not None and isinstance(provider.inputs.get("zone"), str)
        config = as_row(view.value(resource, "nodeConfig"))
        # Without a location a cluster stands in the zone of its provider, else in its region.
        running = each(count * (1 if zonal and not view.text(resource, "location") else zones or 3))
        of = "initialNodeCount in each zone, nodeConfig"
        yield _machine(as_text(config.get("machineType")) or "e2-medium", running, of)
        size = as_number(config.get("diskSizeGb"))
        yield _disk(as_text(config.get("diskType")) or "pd-balanced", 100 if size is None else size, running, of)


def run(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Instances of Cloud Run: by the time that they are there, or that requests take."""
    cpu, memory, always = _instance(meter, resource)
    pool = meter.pools.get(resource.urn)
    running = meter.running(pool) if pool else None
    site = meter.site(resource)
    usage = "requests_per_visit"
    if running is None:
        # None is kept: what runs follows requests, of which each takes a part of a second and shares an instance.
        seconds = scaled(meter.a_visit(site, usage), Range(0.05, 0.2, 0.02))
        how, of = "request", "no minInstanceCount: by requests"
    else:
        seconds = times(running, _SECONDS)
        seconds, how = (seconds, "instance") if always else (scaled(seconds, meter.known("share_busy")), "request")
        of = "minInstanceCount, maxInstanceCount, cpuIdle, resources.limits"
        usage = "share_of_peak"
    yield Line(f"gcp.run.{how}.vcpu_second", times(seconds, cpu), of, usage)
    yield Line(f"gcp.run.{how}.gib_second", times(seconds, memory), of, usage)
    if how == "request":
        yield Line("gcp.run.requests.million", times(meter.a_visit(site, "requests_per_visit"), 1e-6), "", usage)


def _instance(meter: Meter, resource: Resource) -> tuple[float, float, bool]:
    """vCPU and GiB of an instance, and whether its processors are paid between requests too."""
    cpu, memory, always = 0.0, 0.0, False
    for row in as_rows(as_row(meter.view.value(resource, "template")).get("containers")):
        resources = as_row(row.get("resources"))
        limits = as_row(resources.get("limits"))
        cpu += _cores(limits.get("cpu"), 1.0)
        memory += _gib(limits.get("memory"), 0.5)
        always = always or (resources.get("cpuIdle") is not None and not as_flag(resources.get("cpuIdle")))
    return cpu or 1.0, memory or 0.5, always


def workers(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Instances of a worker pool, paid all the time that they are there. The list has no price of their own: that of
    services which are paid so stands in."""
    cpu, memory, _ = _instance(meter, resource)
    pool = meter.pools.get(resource.urn)
    running = meter.running(pool) if pool else None
    seconds = running and times(running, _SECONDS)
    of = "scaling.manualInstanceCount, resources.limits"
    yield Line("gcp.run.instance.vcpu_second", seconds and times(seconds, cpu), of)
    yield Line("gcp.run.instance.gib_second", seconds and times(seconds, memory), of)


def function(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A function, paid while requests last; a vCPU for each two GiB, unless its inputs say."""
    config = as_row(meter.view.value(resource, "serviceConfig"))
    memory = _gib(config.get("availableMemory"), (meter.view.number(resource, "availableMemoryMb") or 256) / 1024)
    cpu = _cores(config.get("availableCpu"), min(1.0, memory / 1.5))
    asked = meter.a_visit(meter.site(resource), "requests_per_visit")
    called = any(resource.urn in callees for callees in meter.model.calls.values()) or any(
        resource.urn in balancer.pools for balancer in meter.model.balancers
    )
    seconds = scaled(asked if called else Range(1_000, 50_000, 0.0), Range(0.2, 0.5, 0.05))
    usage = "requests_per_visit" if called else ""
    yield Line("gcp.run.request.vcpu_second", times(seconds, cpu), "serviceConfig", usage)
    yield Line("gcp.run.request.gib_second", times(seconds, memory), "serviceConfig", usage)


def _cores(value: Value, default: float) -> float:
    text = value if isinstance(value, str) else None
    if text and text.endswith("m") and text[:-1].isdigit():
        return int(text[:-1]) / 1000
    number = as_number(value)
    return default if number is None else number


def _gib(value: Value, default: float) -> float:
    units = {"Ki": 2**-20, "Mi": 2**-10, "Gi": 1.0, "M": 1e6 / 2**30, "G": 1e9 / 2**30}
    text = value if isinstance(value, str) else ""
    for unit, gib in units.items():
        if text.endswith(unit):
            number = as_number(text.removesuffix(unit))
            return default if number is None else number * gib
    return default


# -- data -------------------------------------------------------------------------------------------------------------


def database(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A server of Cloud SQL with its disk: twice the price where it is regional, once more for each replica."""
    settings = as_row(meter.view.value(resource, "settings"))
    regional = as_text(settings.get("availabilityType")) == "REGIONAL"
    where = "regional" if regional else "zonal"
    tier = as_text(settings.get("tier")) or ""
    plus = as_text(settings.get("edition")) == "ENTERPRISE_PLUS" or "perf-optimized" in tier
    edition = "enterprise_plus.n2" if plus else "enterprise"
    of = "settings.tier, availabilityType, edition"
    if (meter.view.text(resource, "databaseVersion") or "").startswith("SQLSERVER"):
        yield Line("gcp.cloudsql.sqlserver", None, "databaseVersion: its licence has no price here")
        return
    shared = {"db-f1-micro", "db-g1-small"}
    shape = sql.shape(tier)
    if tier in shared:
        yield Line(f"gcp.cloudsql.{tier}.zonal", hours(2 if regional else 1), of)
    else:
        cpu, memory = shape or (None, None)
        yield Line(f"gcp.cloudsql.{edition}.vcpu.{where}", None if cpu is None else hours(cpu), of)
        yield Line(f"gcp.cloudsql.{edition}.memory_gb.{where}", None if memory is None else each(memory), of)
    size = disk_of(meter, resource)
    kind = "hdd" if as_text(settings.get("diskType")) == "PD_HDD" else "ssd"
    yield Line(f"gcp.cloudsql.{kind}.{where}", each(size), "settings.diskSize, diskType, availabilityType")
    backups = as_row(settings.get("backupConfiguration"))
    if not as_flag(backups.get("enabled")):
        return
    stored = meter.stored(resource.urn, size)
    changed = meter.changed(resource.urn, stored)
    kept = as_number(as_row(backups.get("backupRetentionSettings")).get("retainedBackups")) or 7
    logged = as_flag(backups.get("binaryLogEnabled")) or as_flag(backups.get("pointInTimeRecoveryEnabled"))
    logs = (as_number(backups.get("transactionLogRetentionDays")) or 7) if logged else 0
    amount = added((stored, times(changed, kept + logs))) if stored and changed else None
    yield Line(
        "gcp.cloudsql.backup",
        amount,
        "backupConfiguration",
        "changed_per_day",
        purpose=Purpose.COPIES,
        area=Area.BACKUPS,
    )


def disk_of(meter: Meter, resource: Resource) -> float:
    """GiB of a server's disk; ten where none is stated."""
    return as_number(as_row(meter.view.value(resource, "settings")).get("diskSize")) or 10


def memory_of(meter: Meter, resource: Resource) -> float | None:
    """GiB that a cluster's shards can hold."""
    gib = _NODE_GIB.get(_node(meter, resource))
    return None if gib is None else gib * (meter.view.count(resource, "shardCount") or 1)


def _node(meter: Meter, resource: Resource) -> str:
    return (meter.view.text(resource, "nodeType") or "REDIS_HIGHMEM_MEDIUM").removeprefix("REDIS_").lower()


def cache_cluster(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Nodes in all shards, and what is kept of them on disk and in backups."""
    view = meter.view
    kind = _node(meter, resource)
    shards = view.count(resource, "shardCount") or 1
    nodes = shards * (1 + (view.count(resource, "replicaCount") or 0))
    yield Line(f"gcp.memorystore.cluster.{kind}", hours(nodes), "nodeType, shardCount, replicaCount")
    gib = _NODE_GIB.get(kind)
    if as_text(as_row(view.value(resource, "persistenceConfig")).get("mode")) == "AOF":
        amount = None if gib is None else hours(gib * nodes)
        yield Line("gcp.memorystore.cluster.aof.gb", amount, "persistenceConfig, nodeType")
    backup = as_row(view.value(resource, "automatedBackupConfig"))
    if backup:
        seconds = as_number((as_text(backup.get("retention")) or "").removesuffix("s")) or 7 * DAY
        amount = None if gib is None else times(Range(0.5, 0.9, 0.1), gib * shards * seconds / DAY)
        yield Line(
            "gcp.memorystore.cluster.backup.gb",
            amount,
            "automatedBackupConfig, nodeType",
            purpose=Purpose.COPIES,
            area=Area.BACKUPS,
        )


def cache_instance(meter: Meter, resource: Resource) -> Iterator[Line]:
    """GiB of a Redis instance, by its tier and how large it is; read replicas are paid as instances."""
    view = meter.view
    size = view.number(resource, "memorySizeGb")
    tier = "standard" if view.text(resource, "tier") == "STANDARD_HA" else "basic"
    step = next((n for n, end in enumerate((4, 10, 35, 100), 1) if size is not None and size <= end), 5)
    replicas = view.count(resource, "replicaCount") or 0
    amount = None if size is None else each(size * max(1, replicas))
    yield Line(f"gcp.memorystore.redis.{tier}.M{step}", amount, "memorySizeGb, tier, replicaCount")


def bucket(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What a bucket holds, the versions that it keeps, what it replicates, and what is asked of it."""
    view = meter.view
    if streams := [row for row in view.graph.of_type(storage.STREAM) if storage.written_by(view, row) == resource]:
        yield from _of_stream(meter, streams[0], resource)
        return
    source = _filled_from(meter, resource)
    urn = source or resource.urn
    stored = meter.stored(urn)
    location = (view.text(resource, "location") or "").lower()
    placed = [
        one.lower() for one in strings(as_row(view.value(resource, "customPlacementConfig")).get("dataLocations"))
    ]
    pair = "+".join(sorted(placed))
    # A pair of regions without a price of its own costs what the predefined pair of its continent does.
    place = location
    if placed:
        place = pair if pair == "europe-west1+europe-west4" else {"eu": "eur4", "us": "nam4"}.get(location, location)
    apart = bool(placed) or location in ("eu", "us", "asia", "eur4", "nam4")
    kind = _OTHER_BUCKETS.get(view.text(resource, "storageClass") or "STANDARD", "standard")
    purpose = Purpose.COPIES if source else None
    yield Line(f"gcp.gcs.{kind}.gb", stored, "location, storageClass", "data.<class>.size", place, purpose)
    changed = meter.changed(urn, stored)
    if stored is None or changed is None:
        return
    days = _kept_days(meter, resource)
    if days:
        of = "versioning, softDeletePolicy, lifecycleRules"
        amount = times(changed, days)
        yield Line(f"gcp.gcs.{kind}.gb", amount, of, "changed_per_day", place, Purpose.COPIES, Area.BACKUPS)
    written = times(changed, DAYS)
    if apart:
        turbo = view.text(resource, "rpo") == "ASYNC_TURBO"
        area = "us" if location.startswith(("us", "nam")) else "eu"
        price = f"gcp.gcs.replication.{'turbo' if turbo else 'default'}.gb"
        yield Line(price, written, "location, rpo", "changed_per_day", area, Purpose.COPIES, Area.TRANSFER)
    # Objects of about a quarter of a megabyte.
    kind_of_writes = "gcp.gcs.class_a.dual_multi.1k" if apart else "gcp.gcs.class_a.1k"
    yield Line(kind_of_writes, times(written, 4), "", "changed_per_day", purpose=purpose)
    reads = NOTHING if source else times(meter.a_visit(None, "requests_per_visit"), 0.2e-3 * meter.part_of("gcp"))
    if reads.worst:
        yield Line("gcp.gcs.class_b.1k", reads, "", "requests_per_visit")


def _of_stream(meter: Meter, stream: Resource, resource: Resource) -> Iterator[Line]:
    """A bucket that a stream writes into holds what changes for as long as it is kept."""
    changed = _followed(meter, stream)
    kept = [
        copy.retention.total_seconds() / DAY
        for store in meter.model.stores
        for copy in store.copies
        if copy.urn.split("#")[0] == stream.urn and copy.retention
    ]
    amount = changed and times(changed, max(kept, default=365))
    yield Line(
        "gcp.gcs.standard.gb",
        amount,
        "lifecycleRules, retentionPolicy",
        "changed_per_day",
        (meter.view.text(resource, "location") or "").lower(),
        Purpose.COPIES,
    )


def _filled_from(meter: Meter, resource: Resource) -> str | None:
    """URN of the store that is copied into a bucket."""
    if resource.urn in meter.stores and meter.stores[resource.urn][1].source is None:
        return None
    for store in meter.model.stores:
        for copy in store.copies:
            if copy.urn.split("#")[0] == resource.urn:
                return next((member.urn for member in store.members if member.writer), None)
        for member in store.members:
            if member.urn.split("#")[0] == resource.urn and member.source:
                return member.source
    source = next(iter(storage.sources_of(meter.view, resource)), None)
    return source and (_filled_from(meter, source) or source.urn)


def _kept_days(meter: Meter, resource: Resource) -> float:
    """Days that earlier versions and what was deleted are kept."""
    days = storage.soft_deleted(meter.view, resource) / DAY
    for store in meter.model.stores:
        for copy in store.copies:
            if copy.urn.split("#")[0] == resource.urn and "object versions" in copy.mechanism and copy.retention:
                days = max(days, copy.retention.total_seconds() / DAY)
    return days


def stream(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What changes in the database that it follows, two to five times over."""
    changed = _followed(meter, resource)
    amount = None if changed is None else scaled(times(changed, DAYS), Range(3, 5, 2))
    yield Line("gcp.datastream.cdc.first2500.gb", amount, "", "changed_per_day", purpose=Purpose.COPIES)


def _followed(meter: Meter, resource: Resource) -> Range | None:
    """What changes a day in the database that a stream follows."""
    for store in meter.model.stores:
        if any(copy.urn.split("#")[0] == resource.urn for copy in store.copies):
            for member in store.members:
                row = meter.view.graph.resources.get(member.urn)
                if member.writer and row:
                    size = disk_of(meter, row) if row.type == sql.INSTANCE else None
                    return meter.changed(member.urn, meter.stored(member.urn, size))
    return None


def files(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What a share is made for, which is paid whether it is full or not."""
    view = meter.view
    name = _SHARES.get(view.text(resource, "tier") or "", "zonal")
    size = next((as_number(row.get("capacityGb")) for row in view.rows(resource, "fileShares")), None)
    yield Line(f"gcp.filestore.{name}.gb", None if size is None else each(size), "fileShares, tier")


def disk(meter: Meter, resource: Resource) -> Iterator[Line]:
    size = meter.view.number(resource, "size")
    yield _disk(meter.view.text(resource, "type"), size, each(1), "size, type")


def region_disk(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A disk in two zones costs twice."""
    name = (meter.view.text(resource, "type") or "pd-standard").rpartition("/")[2]
    size = meter.view.number(resource, "size")
    yield Line(f"gcp.pd.regional_{_DISKS.get(name, name)}.gb", None if size is None else each(size), "size, type")


# -- network and edge -------------------------------------------------------------------------------------------------


def rule(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Up to five forwarding rules cost one price together; each further one its own. What passes is paid by the GB."""
    view = meter.view
    rows = sorted(row.urn for row in view.graph.of_type(*_RULES) if not row.external)
    place = rows.index(resource.urn)
    if place == 0:
        yield Line("gcp.lb.rule.first5.hour", hours(1), f"the first {_FREE_RULES} of the program's rules together")
    elif place >= _FREE_RULES:
        yield Line("gcp.lb.rule.additional.hour", hours(1), f"above {_FREE_RULES}")
    scheme = view.text(resource, "loadBalancingScheme") or "EXTERNAL"
    port = view.text(resource, "portRange") or ""
    if scheme.startswith("EXTERNAL") and port not in ("80", "80-80"):
        site = _answering(meter, resource)
        alike = [
            row
            for row in view.graph.of_type(*_RULES)
            if _answering(meter, row) == site
            and (view.text(row, "portRange") or "") not in ("80", "80-80")
            and (view.text(row, "loadBalancingScheme") or "EXTERNAL").startswith("EXTERNAL")
        ]
        moved = times(meter.gigabytes(site), 1.05 / len(alike))
        region = site.partition("/")[2] if site else None
        if moved.worst:
            yield Line("gcp.lb.data.gb", moved, "", "kb_per_visit", region, area=Area.TRANSFER)


def _answering(meter: Meter, resource: Resource) -> str | None:
    """The site that a worldwide balancer sends to."""
    balancer = next((one for one in meter.model.balancers if one.urn == resource.urn), None)
    if balancer is None:
        return meter.site(resource)
    sites = {meter.pools[urn].site for urn in balancer.pools if urn in meter.pools}
    return next(iter(sites)) if len(sites) == 1 else balancer.site


def nat(meter: Meter, resource: Resource) -> Iterator[Line]:
    """By the servers behind it, at most a gateway's price, and its part of what the site sends and fetches."""
    site = meter.site(resource)
    alike = [row for row in meter.view.graph.of_type(resource.type) if meter.site(row) == site]
    servers = [meter.running(pool) for pool in meter.model.pools if pool.site == site and not pool.regional]
    behind = added(one for one in servers if one is not None)
    if behind.typical >= 32:
        yield Line("gcp.nat.gateway_max.hour", hours(1), "32 servers or more")
    else:
        yield Line(
            "gcp.nat.vm_hour", hours(Range(max(1, behind.typical), max(32, behind.worst), 1)), "servers behind it"
        )
    moved = times(meter.gigabytes(site, "outbound_kb_per_visit"), 1 / len(alike))
    yield Line("gcp.nat.gb", moved, "", "outbound_kb_per_visit", area=Area.TRANSFER)


def address(meter: Meter, resource: Resource) -> Iterator[Line]:
    """An address that something answers at costs nothing more; one that nothing uses does."""
    view = meter.view
    if (view.text(resource, "addressType") or "EXTERNAL") != "EXTERNAL" or view.text(resource, "ipVersion") == "IPV6":
        return
    if not view.graph.dependents(resource.urn):
        yield Line("gcp.ip.unused.hour", hours(1), "nothing uses it")


def policy(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A policy of Cloud Armor: itself, its rules, what it looks at."""
    view = meter.view
    regional = resource.type.startswith("gcp:compute/regionSecurityPolicy")
    rules = [row for row in view.rows(resource, "rules") if as_number(row.get("priority")) != 2147483647]
    price = "gcp.armor.requests.regional.million" if regional else "gcp.armor.requests.million"
    millions = times(meter.a_visit(None, "requests_per_visit"), 1e-6 * meter.part_of("gcp"))
    yield Line("gcp.armor.policy", each(1))
    yield Line("gcp.armor.rule", each(len(rules)), "rules, without the last")
    if f"gcp/{view.account(resource)}" not in meter.model.aside:  # a page apart is asked for once the shop is not
        yield Line(price, millions, "", "requests_per_visit")


def zone(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A zone, and what is asked of it, dearer where a record chooses its answer."""
    view = meter.view
    yield Line("gcp.dns.zone", each(1))
    if view.text(resource, "visibility") == "private":
        return
    rows = view.graph.of_type("gcp:dns/recordSet:RecordSet")
    routed = any(row.inputs.get("routingPolicy") is not None for row in rows)
    asked = meter.questions(view.text(resource, "dnsName"))
    price = "gcp.dns.query.routing_policy.million" if routed else "gcp.dns.query.million"
    yield Line(price, asked, "routingPolicy", "visits_per_hour")


# -- keys, watching, automation ---------------------------------------------------------------------------------------


def key(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Versions of a key that its rotation leaves active within a year."""
    text = (meter.view.text(resource, "rotationPeriod") or "").removesuffix("s")
    versions = max(1.0, 365 * DAY / float(text)) if text.isdigit() and float(text) > 0 else 1.0
    yield Line("gcp.kms.key.software", Range(max(1.0, versions / 2), versions, 1.0), "rotationPeriod")
    yield Line("gcp.kms.operations.10k", Range(1, 50, 0.0), "what is encrypted with it")


def secret(meter: Meter, resource: Resource) -> Iterator[Line]:
    """An active version in each place that has it."""
    replicas = as_rows(as_row(as_row(meter.view.value(resource, "replication")).get("userManaged")).get("replicas"))
    yield Line("gcp.secretmanager.version", each(max(1, len(replicas))), "replication: each place is paid")
    yield Line("gcp.secretmanager.access.10k", Range(0.5, 10, 0.01), "instances that start")


def alert(meter: Meter, resource: Resource) -> Iterator[Line]:
    conditions = meter.view.rows(resource, "conditions")
    yield Line("gcp.monitoring.alert.condition", each(max(1, len(conditions))), "conditions")


def log_bucket(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What sinks write into a bucket once more, and what is kept of it beyond a month: requests of load balancers, and
    little of all else. What comes without a sink is counted with what writes it."""
    view, named = meter.view, meter.view.text(resource, "bucketId")
    sinks = [
        sink
        for sink in view.graph.of_type(*_SINKS)
        if resource in view.linked(sink, "destination")
        or (named and (view.text(sink, "destination") or "").endswith(f"/buckets/{named}"))
    ]
    if not sinks:
        return
    gb = Range(0.1, 5, 0.0)
    if any("requests" in (view.text(sink, "filter") or "requests") for sink in sinks):
        gb = times(meter.a_visit(None, "log_kb_per_visit"), 1e-6 * meter.part_of("gcp"))
    paid = combine(_beyond_free, gb)
    if paid and paid.upper:
        yield Line("gcp.logging.gb", paid, "filter; 50 GiB of a project are free", "log_kb_per_visit")
    months = (view.number(resource, "retentionDays") or DAYS) / DAYS
    if months > 1:
        yield Line("gcp.logging.kept.gb", times(gb, months - 1), "retentionDays", "log_kb_per_visit")


def _beyond_free(gb: float) -> float:
    return max(0.0, gb - _FREE_LOGS)


def uptime(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Executions from each region that asks (six where none is chosen), beyond the million that is free."""
    view = meter.view
    period = as_number((view.text(resource, "period") or "60s").removesuffix("s")) or 60
    regions = len(list(strings(view.value(resource, "selectedRegions")))) or 6
    checks = len(view.graph.of_type(resource.type))
    paid = max(0.0, _SECONDS / period * regions / 1000 - _FREE_CHECKS / checks)
    if paid:
        yield Line("gcp.monitoring.uptime_check.1k", each(paid), "period, selectedRegions; a million are free")


def health(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Health checks of balancers are free; those of DNS are paid."""
    used = meter.view.users(resource, "gcp:dns/recordSet:RecordSet", "routingPolicy")
    if used:
        yield Line("gcp.dns.healthcheck.external_fast", each(1), "used by a record")
