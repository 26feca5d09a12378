"""How much of what has a price the resources of AWS take a month. What each type costs stands in ``costs.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.costs import NOTHING, Area, Line, Purpose, added, times
from bcinfra.continuity.model.prices import HOURS, scaled
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.model.usage import grown
from bcinfra.continuity.readings.aws import cache, compute, launches, places, proxies, relational
from bcinfra.continuity.readings.aws.balancers import BUCKET_TYPES
from bcinfra.continuity.readings.aws.objects import expires, is_log
from bcinfra.continuity.readings.aws.zones import SENDER
from bcinfra.continuity.readings.base.metering import DAYS, Meter, each, hours
from bcinfra.continuity.readings.base.schedules import longest_interval
from bcinfra.continuity.readings.base.view import View, as_json, as_number, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY

_LEAST_PROXIED: Final = 2.0
_CACHE_GIB: Final = {"m": 6.38, "r": 13.07, "t": 6.18}
"""GiB of a large node by family (ElastiCache, supported node types)."""
_LCU_REQUESTS: Final = 25 * 3600
"""New connections of an LCU-hour; a GB an hour is another of its dimensions."""
_PAID_BY_IOPS: Final = ("io1", "io2")
"""Disks whose every operation a second is paid, beside their size."""
_STRIPED: Final = 400
"""GiB from which RDS spreads a gp3 disk over several volumes."""
_RDS_IOPS: Final = (3_000, 12_000)
"""What a gp3 disk of RDS has, below and from :data:`_STRIPED` on
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html, MySQL and PostgreSQL, 2026-11)."""
_PAST_SUPPORT: Final = ("5.7", "8.0")
"""MySQL versions past their standard support, which are billed by vCPU (AWS RDS documentation, 2026-10)."""
FEW: Final = Range(0.001, 0.05, 0.0)
"""Million requests a month of what is asked only now and then."""


# -- servers and containers -------------------------------------------------------------------------------------------


def instance(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A server, with its disks and its public address."""
    yield _server(meter.view.text(resource, "instanceType"), each(1), "instanceType")
    for disk in (*meter.view.rows(resource, "rootBlockDevice"), *meter.view.rows(resource, "ebsBlockDevices")):
        yield from _disk(disk, each(1), "rootBlockDevice, ebsBlockDevices")
    if not meter.view.rows(resource, "rootBlockDevice"):
        yield Line("aws.ebs.gp3.gb", Range(8, 30, 8), "no rootBlockDevice: that of its image")
    if meter.view.flag(resource, "associatePublicIpAddress"):
        yield Line("aws.public_ipv4.hour", hours(1), "associatePublicIpAddress")


def _server(kind: str | None, running: Range | None, of: str) -> Line:
    return Line(f"aws.ec2.{kind or 'unknown'}", None if kind is None or running is None else hours(running), of)


def _disk(row: object, count: Range, of: str) -> Iterator[Line]:
    disk = as_row(row)  # pyright: ignore[reportArgumentType]  a block of a resource's inputs
    kind = as_text(disk.get("volumeType")) or as_text(disk.get("type")) or "gp3"
    size = as_number(disk.get("volumeSize", disk.get("size")))
    yield Line(f"aws.ebs.{kind}.gb", None if size is None else times(count, size), of)
    iops, speed = as_number(disk.get("iops")), as_number(disk.get("throughput"))
    if kind in _PAID_BY_IOPS:
        yield Line(f"aws.ebs.{kind}.iops", None if iops is None else times(count, iops), "iops")
    if kind == "gp3" and iops and iops > 3000:
        yield Line("aws.ebs.gp3.iops", times(count, iops - 3000), "iops above 3,000")
    if kind == "gp3" and speed and speed > 125:
        yield Line("aws.ebs.gp3.mibps", times(count, speed - 125), "throughput above 125")


def size_of(meter: Meter, resource: Resource) -> float | None:
    """GiB of a volume."""
    return meter.view.number(resource, "size")


def volume(meter: Meter, resource: Resource) -> Iterator[Line]:
    kept = {name: meter.view.value(resource, name) for name in ("type", "size", "iops", "throughput")}
    yield from _disk({name: value for name, value in kept.items() if value is not None}, each(1), "type, size")


def scaling_group(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Servers that a group runs on average."""
    pool = meter.pools.get(resource.urn)
    running = meter.running(pool) if pool else None
    template = compute.template(meter.view, resource)
    yield _server(launches.types(meter.view, resource)[0], running, "minSize, maxSize, desiredCapacity, instanceType")
    disks = running and added((running, each(compute.prepared(meter.view, resource))))
    for mapping in meter.view.rows(template, "blockDeviceMappings") if template else ():
        if disks and mapping.get("ebs") is not None:
            yield from _disk(mapping["ebs"], disks, "blockDeviceMappings, those of a warm pool too")


def reservation(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Servers that there is room for and that do not run: paid as if they did."""
    idle = meter.idle(resource, meter.view.count(resource, "instanceCount"))
    yield _server(meter.view.text(resource, "instanceType"), idle, "instanceCount, without what its groups run")


def nodes(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Servers of a Kubernetes cluster."""
    scaling = as_row(meter.view.value(resource, "scalingConfig"))
    least, most = as_number(scaling.get("minSize")), as_number(scaling.get("maxSize"))
    usual = as_number(scaling.get("desiredSize"))
    usual = least if usual is None else usual
    running = None
    if usual is not None:
        share = meter.known("share_of_peak")
        room = max(0.0, (most or usual) - usual)
        running = Range(usual + share.typical * room, usual + share.worst * room, min(least or usual, usual))
    kind = next(iter(strings(meter.view.value(resource, "instanceTypes"))), None) or "t3.medium"
    yield _server(kind, running, "scalingConfig, instanceTypes")
    size = meter.view.number(resource, "diskSize") or 20
    yield Line("aws.ebs.gp3.gb", running and times(running, size), "diskSize")


def tasks(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Containers on Fargate; those on servers of one's own are paid with the servers."""
    view = meter.view
    definition = view.ref(resource, "taskDefinition", compute.TASKS)
    launch = view.text(resource, "launchType")
    providers = [as_text(row.get("capacityProvider")) for row in view.rows(resource, "capacityProviderStrategies")]
    if not (launch == "FARGATE" or any((one or "").startswith("FARGATE") for one in providers)):
        return
    pool = meter.pools.get(resource.urn)
    stated = view.number(resource, "desiredCount")
    running = meter.running(pool) if pool else None if stated is None else each(stated)
    cpu = view.number(definition, "cpu") if definition else None
    memory = view.number(definition, "memory") if definition else None
    platform = as_row(view.value(definition, "runtimePlatform") if definition else None)
    arch = "arm" if platform.get("cpuArchitecture") == "ARM64" else "x86"
    of = "desiredCount, the autoscaler's minCapacity and maxCapacity, "
    for price, size in ((f"aws.fargate.{arch}.vcpu_hour", cpu), (f"aws.fargate.{arch}.gb_hour", memory)):
        amount = None if running is None or size is None else hours(times(running, size / 1024))
        yield Line(price, amount, of + ("cpu" if "vcpu" in price else "memory"), "share_of_peak")
    if running and as_row(view.value(resource, "networkConfiguration")).get("assignPublicIp") is True:
        yield Line("aws.public_ipv4.hour", hours(running), "networkConfiguration.assignPublicIp")


def function(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Requests and time of a function: one a request of a visit where visits lead to it, else few."""
    site = meter.site(resource)
    arm = "arm64" in set(strings(meter.view.value(resource, "architectures")))
    called = any(resource.urn in callees for callees in meter.model.calls.values()) or any(
        resource.urn in balancer.pools for balancer in meter.model.balancers
    )
    usage = "requests_per_visit" if called else ""
    millions = times(meter.a_visit(site, "requests_per_visit"), 1e-6) if called else FEW
    memory = (meter.view.number(resource, "memorySize") or 128) / 1024
    seconds = scaled(millions, Range(0.1e6 * memory, 0.5e6 * memory, 0.02e6 * memory))
    yield Line("aws.lambda.requests.million", millions, "", usage)
    yield Line(f"aws.lambda.{'arm' if arm else 'x86'}.gb_second", seconds, "memorySize", usage)


# -- data -------------------------------------------------------------------------------------------------------------


def database(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A server of RDS with its disk: twice as much where it is Multi-AZ, once for each replica."""
    view = meter.view
    source = relational.source_of(view, resource)
    asked = resource if source is None else source
    kind = view.text(resource, "instanceClass")
    zones = "multi_az" if view.flag(resource, "multiAz") else "single_az"
    engine = _engine(view.text(resource, "engine") or view.text(asked, "engine"))
    size = disk_of(meter, resource)
    disk = view.text(resource, "storageType") or view.text(asked, "storageType") or "gp2"
    yield Line(f"aws.rds.{engine}.{zones}.{kind}", hours(1) if kind else None, "engine, instanceClass, multiAz")
    yield Line(f"aws.rds.storage.{disk}.{zones}", None if size is None else each(size), "allocatedStorage, storageType")
    iops = view.number(resource, "iops") or view.number(asked, "iops")
    free = 0 if disk in _PAID_BY_IOPS else _RDS_IOPS[(size or 0) >= _STRIPED]
    if disk in _PAID_BY_IOPS or (disk == "gp3" and iops and iops > free):
        amount = None if iops is None else each(max(0.0, iops - free))
        yield Line(f"aws.rds.storage.{disk}.iops.{zones}", amount, "iops beyond what a disk of its size has")
    version = view.text(resource, "engineVersion") or view.text(asked, "engineVersion") or ""
    if engine == "mysql" and version.startswith(_PAST_SUPPORT):
        cores = relational.cores(kind)
        copies = 2 if zones == "multi_az" else 1
        amount = None if cores is None else hours(cores * copies)
        yield Line("aws.rds.extended_support.year1_2.vcpu_hour", amount, "engineVersion past standard support")
    days = view.number(resource, "backupRetentionPeriod")
    stored = meter.stored(resource.urn, size)
    changed = meter.changed(resource.urn, stored)
    if days and size and stored and changed:
        # As much as the disk is free. AWS counts a region's backups against its disks; here each against its own.
        low, middle, high = (max(0.0, s + c * days - size) for s, c in _ends(stored, changed))
        if high > 0:
            yield Line(
                "aws.rds.backup.gb", Range(middle, high, low), "backupRetentionPeriod", "changed_per_day",
                purpose=Purpose.COPIES, area=Area.BACKUPS,
            )  # fmt: skip


def disk_of(meter: Meter, resource: Resource) -> float | None:
    """GiB of a server's disk; a replica has that of its source."""
    source = relational.source_of(meter.view, resource)
    own = meter.view.number(resource, "allocatedStorage")
    return own or (meter.view.number(source, "allocatedStorage") if source else None)


def _ends(one: Range, other: Range) -> tuple[tuple[float, float], ...]:
    return (one.lower, other.lower), (one.typical, other.typical), (one.worst, other.worst)


def _engine(name: str | None) -> str:
    """The engine as prices name it."""
    return {"aurora": "aurora-mysql", None: "unknown"}.get(name, name or "unknown")


def proxy(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A proxy: by the vCPU of every server behind it, of which two are the fewest that are paid
    (https://aws.amazon.com/rds/proxy/pricing/; read 2026-11)."""
    view = meter.view
    servers = [
        server
        for one in proxies.databases(view, resource)
        for server in (relational.instances_of(view, one) if one.type == relational.CLUSTER else (one,))
    ]
    cores = [relational.cores(view.text(server, "instanceClass")) for server in servers]
    known = [count for count in cores if count is not None]
    paid = hours(max(_LEAST_PROXIED, sum(known))) if known and len(known) == len(cores) else None
    yield Line("aws.rds.proxy.vcpu_hour", paid, "instanceClass of the database behind it")


def cluster(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Storage and I/O of Aurora. A cluster of RDS with replicas in other zones has no price here."""
    view = meter.view
    engine = _engine(view.text(resource, "engine"))
    if not engine.startswith("aurora"):
        yield Line("aws.rds.multi_az_cluster", None, "dbClusterInstanceClass")
        return
    stored = meter.stored(resource.urn)
    optimized = view.text(resource, "storageType") == "aurora-iopt1"
    price = "aws.aurora.storage.io_optimized.gb" if optimized else "aws.aurora.storage.gb"
    yield Line(price, stored, "storageType", "data.<class>.size")
    if not optimized:
        # A change of 16 kB is one write of the log and about as much again read.
        changed = meter.changed(resource.urn, stored)
        asked = times(meter.a_visit(meter.site(resource), "requests_per_visit"), 0.1e-6)
        writes = None if changed is None else times(changed, DAYS * 1e9 / 16e3 / 1e6)
        yield Line("aws.aurora.io.million", writes and added((writes, asked)), "", "changed_per_day")
    store = meter.stores.get(resource.urn)
    if store and store[1].source:
        changed = meter.changed(resource.urn, stored)
        writes = changed and times(changed, DAYS * 1e9 / 16e3 / 1e6)
        yield Line(
            "aws.aurora.global.replicated_write_io.million", writes, "globalClusterIdentifier", "changed_per_day"
        )
    days = view.number(resource, "backupRetentionPeriod") or 1
    changed = meter.changed(resource.urn, stored)
    if days > 1:
        amount = changed and times(changed, days - 1)
        yield Line(
            "aws.aurora.backup.gb", amount, "backupRetentionPeriod above a day", "changed_per_day",
            purpose=Purpose.COPIES, area=Area.BACKUPS,
        )  # fmt: skip


def cluster_instance(meter: Meter, resource: Resource) -> Iterator[Line]:
    view = meter.view
    owner = view.ref(resource, "clusterIdentifier", relational.CLUSTER)
    engine = _engine(view.text(resource, "engine") or (view.text(owner, "engine") if owner else None))
    kind = view.text(resource, "instanceClass")
    optimized = bool(owner) and view.text(owner, "storageType") == "aurora-iopt1"
    if kind == "db.serverless":
        rows = view.rows(owner, "serverlessv2ScalingConfiguration") if owner else []
        least, most = (as_number(rows[0].get(name)) if rows else None for name in ("minCapacity", "maxCapacity"))
        share = meter.known("share_of_peak")
        used = None
        if least is not None and most is not None:
            used = Range(least + 0.2 * (most - least), most, least)
            used = Range(max(used.typical, least + share.typical * (most - least)), most, least)
        price = "aws.aurora.acu_hour.io_optimized" if optimized else "aws.aurora.acu_hour"
        yield Line(price, used and hours(used), "serverlessv2ScalingConfiguration", "share_of_peak")
        return
    yield Line(
        f"aws.{engine}.standard.{kind}", (times(hours(1), 1.3) if optimized else hours(1)) if kind else None,
        "engine, instanceClass, storageType of the cluster",
    )  # fmt: skip


def cache_group(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Nodes of a group: each shard's primary and its replicas. A follower is of its primary's kind."""
    view = meter.view
    kind, shards = _shards(meter, resource)
    asked = cache.source_of(view, resource) or resource
    copies = (view.count(resource, "replicasPerNodeGroup") or 0) + 1
    nodes = (shards or 1) * copies
    if shards is None and view.count(resource, "replicasPerNodeGroup") is None:
        nodes = view.count(resource, "numCacheClusters") or 1
    engine = view.text(resource, "engine") or view.text(asked, "engine") or "redis"
    of = "engine, nodeType, numNodeGroups, replicasPerNodeGroup, numCacheClusters"
    yield Line(f"aws.elasticache.{engine}.{kind}", hours(nodes) if kind else None, of)
    yield from _snapshots(meter, resource, kind, shards or 1)


def _shards(meter: Meter, resource: Resource) -> tuple[str | None, int | None]:
    """The kind of a group's nodes and its shards: its own, its primary's, or the worldwide group's."""
    view = meter.view
    everywhere = view.ref(resource, "globalReplicationGroupId", cache.EVERYWHERE)
    rows = [row for row in (resource, cache.source_of(view, resource)) if row]
    kinds = [*(view.text(row, "nodeType") for row in rows)]
    shards = [*(view.count(row, "numNodeGroups") for row in rows)]
    if everywhere:
        kinds.append(view.text(everywhere, "cacheNodeType"))
        shards.append(view.count(everywhere, "numNodeGroups"))
    return next(filter(None, kinds), None), next(filter(None, shards), None)


def memory_of(meter: Meter, resource: Resource) -> float | None:
    """GiB that a group's shards can hold."""
    kind, shards = _shards(meter, resource)
    memory = _memory(kind)
    return None if memory is None else memory * (shards or 1)


def _snapshots(meter: Meter, resource: Resource, kind: str | None, shards: int) -> Iterator[Line]:
    """Snapshots beyond the first, which is free, of nodes that are half full."""
    days = meter.view.number(resource, "snapshotRetentionLimit") or 0
    memory = _memory(kind)
    if days > 1:
        amount = None if memory is None else times(Range(0.5, 0.9, 0.1), memory * shards * (days - 1))
        yield Line(
            "aws.elasticache.backup.gb", amount, "snapshotRetentionLimit, nodeType",
            purpose=Purpose.COPIES, area=Area.BACKUPS,
        )  # fmt: skip


def _memory(kind: str | None) -> float | None:
    """GiB of a node."""
    parts = (kind or "").split(".")
    if len(parts) != 3 or parts[1][:1] not in _CACHE_GIB:
        return None
    cores = {"micro": 0.16, "small": 0.44, "medium": 1}.get(parts[2], relational.cores(kind))
    return None if cores is None else _CACHE_GIB[parts[1][0]] * cores / 2


def cache_node(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Nodes that belong to no group."""
    if resource.inputs.get("replicationGroupId") is not None:
        return
    view = meter.view
    kind, count = view.text(resource, "nodeType"), view.count(resource, "numCacheNodes") or 1
    engine = view.text(resource, "engine") or "redis"
    yield Line(f"aws.elasticache.{engine}.{kind}", hours(count) if kind else None, "engine, nodeType, numCacheNodes")
    yield from _snapshots(meter, resource, kind, 1)


def bucket(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What a bucket holds, the versions that it keeps, and what is asked of it."""
    stored = meter.stored(resource.urn)
    target = None
    if stored is None and is_log(meter.view, resource):
        # Access logs are compressed to about a tenth, which is an assumption; three months where nothing ends them.
        kept = (expires(meter.view, resource) or 90) / DAYS
        logged = times(meter.gigabytes(meter.site(resource), "log_kb_per_visit"), 0.1 * kept)
        yield Line("aws.s3.standard.gb", logged, "bucketLifecycleConfiguration", "log_kb_per_visit")
        return
    if stored is None:
        # A bucket that others are copied into holds as much as they do.
        copied = [
            store for store in meter.model.stores for copy in store.copies if copy.urn.split("#")[0] == resource.urn
        ]
        target = next((member.urn for store in copied for member in store.members if member.writer), None)
        stored = meter.stored(target) if target else None
    of = "bucketVersioning, bucketLifecycleConfiguration"
    purpose = Purpose.COPIES if target else None
    yield Line("aws.s3.standard.gb", stored, "", "data.<class>.size", purpose=purpose)
    if stored is None:
        return
    changed = meter.changed(target or resource.urn, stored) or NOTHING
    days = _kept_versions(meter, resource)
    if days:
        yield Line(
            "aws.s3.standard.gb", times(changed, days), of, "changed_per_day", purpose=Purpose.COPIES, area=Area.BACKUPS
        )
    # Objects of about a quarter of a megabyte.
    writes = times(changed, DAYS * 4)
    yield Line("aws.s3.put", writes, "", "changed_per_day", purpose=purpose)
    reads = NOTHING if target else times(meter.a_visit(meter.site(resource), "requests_per_visit"), 0.2e-3)
    if reads.worst:
        yield Line("aws.s3.get", reads, "", "requests_per_visit")


def _kept_versions(meter: Meter, resource: Resource) -> float:
    """Days that old versions are kept; three months where nothing removes them."""
    for store in meter.model.stores:
        for copy in store.copies:
            if copy.urn.split("#")[0] == resource.urn and copy.urn.endswith("#versions"):
                return copy.retention.total_seconds() / DAY if copy.retention else 90
    return 0


def replication(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Replication within a time that is promised, by what changes."""
    view = meter.view
    source = view.ref(resource, "bucket", *BUCKET_TYPES)
    changed = meter.changed(source.urn, meter.stored(source.urn)) if source else None
    for rule in view.rows(resource, "rules"):
        timed = as_row(as_row(rule.get("destination")).get("replicationTime"))
        if timed.get("status") == "Enabled":
            amount = changed and times(changed, DAYS)
            yield Line(
                "aws.s3.replication.rtc.gb", amount, "replicationTime", "changed_per_day",
                purpose=Purpose.COPIES, area=Area.OBJECTS,
            )  # fmt: skip


def files(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A file system, three in ten of it read within a month where what is not moves to a colder class."""
    stored = meter.stored(resource.urn)
    one_zone = meter.view.text(resource, "availabilityZoneName") is not None
    warm, cold = ("onezone", "onezone_ia") if one_zone else ("standard", "standard_ia")
    moves = any(row.get("transitionToIa") for row in meter.view.rows(resource, "lifecyclePolicies"))
    hot = scaled(stored, Range(0.3, 1.0, 0.1)) if stored and moves else stored
    yield Line(f"aws.efs.{warm}.gb", hot, "lifecyclePolicies", "data.<class>.size")
    if moves:
        rest = None if stored is None else times(stored, 0.7)
        yield Line(f"aws.efs.{cold}.gb", rest, "lifecyclePolicies", "data.<class>.size")
    if meter.view.text(resource, "throughputMode") == "elastic":
        read = meter.changed(resource.urn, stored)
        yield Line("aws.efs.elastic.read.gb", read and times(read, DAYS * 2), "throughputMode", "changed_per_day")


def table(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A table that is paid by the request."""
    view = meter.view
    stored = meter.stored(resource.urn)
    if view.text(resource, "billingMode") == "PAY_PER_REQUEST":
        asked = times(meter.a_visit(meter.site(resource), "requests_per_visit"), 1e-6)
        yield Line("aws.dynamodb.rru.million", scaled(asked, Range(0.5, 2, 0.05)), "billingMode", "requests_per_visit")
        yield Line(
            "aws.dynamodb.wru.million", scaled(asked, Range(0.05, 0.5, 0.0)), "billingMode", "requests_per_visit"
        )
    else:
        yield Line("aws.dynamodb.provisioned", None, "readCapacity, writeCapacity")
    yield Line("aws.dynamodb.storage.gb", stored, "", "data.<class>.size")
    if as_row(view.value(resource, "pointInTimeRecovery")).get("enabled"):
        yield Line("aws.dynamodb.pitr.gb", stored, "pointInTimeRecovery", "data.<class>.size", purpose=Purpose.COPIES)


def queue(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Three requests a message, and ten messages an order."""
    kind = "fifo" if meter.view.flag(resource, "fifoQueue") else "standard"
    orders = times(meter.known("orders_per_hour"), 730e-6 * 30)
    yield Line(f"aws.sqs.{kind}.million", scaled(orders, Range(1, 10, 0.1)), "fifoQueue", "orders_per_hour")


def image_copies(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What is pushed leaves the region once for each other one (ECR pricing, data transfer, read 2026-11)."""
    here = places.region_of(meter.view, resource)
    for rule in as_rows(as_row(meter.view.value(resource, "replicationConfiguration")).get("rules")):
        for to in as_rows(rule.get("destinations")):
            if to.get("region") != here:
                yield Line("aws.transfer.inter_region", Range(2, 20, 0.5), "a few releases a month")


def migration(meter: Meter, resource: Resource) -> Iterator[Line]:
    view = meter.view
    zones = "multi_az" if view.flag(resource, "multiAz") else "single_az"
    kind = view.text(resource, "replicationInstanceClass")
    yield Line(f"aws.dms.{zones}.{kind}", hours(1) if kind else None, "replicationInstanceClass, multiAz")


# -- network and edge -------------------------------------------------------------------------------------------------


def balancer(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A load balancer's hours, what passes it, and an address in each of its zones where customers reach it."""
    view = meter.view
    kind = {"network": "nlb", "gateway": "gateway"}.get(view.text(resource, "loadBalancerType") or "", "alb")
    yield Line(f"aws.{kind}.hour", hours(1), "loadBalancerType")
    yield Line(f"aws.{kind}.lcu", _capacity_units(meter, resource), "", "kb_per_visit, requests_per_visit")
    if not view.flag(resource, "internal"):
        zones = _subnets(meter, resource, "subnets", "subnetMappings")
        yield Line("aws.public_ipv4.hour", hours(zones), "an address in each of subnets")


def _capacity_units(meter: Meter, resource: Resource) -> Range:
    """LCU-hours: the larger of what is moved and of what is asked, at least some by health checks."""
    site = meter.site(resource)
    inside = meter.view.flag(resource, "internal")
    moved = meter.gigabytes(site, "internal_kb_per_visit" if inside else "kb_per_visit")
    asked = times(meter.a_visit(site, "requests_per_visit"), 1 / _LCU_REQUESTS)
    kept = as_number(as_row(meter.view.value(resource, "minimumLoadBalancerCapacity")).get("capacityUnits")) or 0.0
    rows = (moved, asked, hours(kept))  # what is reserved is paid, used or not
    return Range(max(r.typical for r in rows), max(r.worst for r in rows), max(r.lower for r in rows))


def _subnets(meter: Meter, resource: Resource, *names: str) -> Range:
    """Zones that a resource has an end in: the length of a list that is known, else two to three."""
    for name in names:
        value = meter.view.value(resource, name)
        if isinstance(value, list) and value:
            return each(len(value))
    return Range(2, 3, 2)


def classic(meter: Meter, resource: Resource) -> Iterator[Line]:
    yield Line("aws.elb.hour", hours(1))
    yield Line("aws.alb.lcu", _capacity_units(meter, resource), "", "kb_per_visit")
    if not meter.view.flag(resource, "internal"):
        yield Line("aws.public_ipv4.hour", hours(_subnets(meter, resource, "subnets", "availabilityZones")), "subnets")


def nat(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A gateway's hours, and its part of what the site sends and fetches."""
    site = meter.site(resource)
    alike = [row for row in meter.view.graph.of_type(resource.type) if meter.site(row) == site]
    moved = times(meter.gigabytes(site, "outbound_kb_per_visit"), 1 / len(alike))
    yield Line("aws.nat.hour", hours(1))
    yield Line("aws.nat.gb", moved, "", "outbound_kb_per_visit", area=Area.TRANSFER)


def endpoint(meter: Meter, resource: Resource) -> Iterator[Line]:
    """An interface endpoint is paid in each zone; one for S3 or DynamoDB costs nothing."""
    if (meter.view.text(resource, "vpcEndpointType") or "Gateway") != "Interface":
        return
    zones = _subnets(meter, resource, "subnetIds")
    site = meter.site(resource)
    alike = [
        row
        for row in meter.view.graph.of_type(resource.type)
        if meter.site(row) == site and meter.view.text(row, "vpcEndpointType") == "Interface"
    ]
    moved = times(meter.gigabytes(site, "log_kb_per_visit"), 1 / len(alike))
    yield Line("aws.vpc_endpoint.interface.hour", hours(zones), "subnetIds: each zone is paid")
    yield Line("aws.vpc_endpoint.interface.gb", moved, "", "log_kb_per_visit", area=Area.TRANSFER)


def zone(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A zone, and what is asked of it: one question a visit at most, and often none."""
    asked = meter.questions(meter.view.text(resource, "name"))
    private = bool(meter.view.rows(resource, "vpcs"))
    yield Line("aws.route53.zone", each(1))
    if not private:
        yield Line(f"aws.route53.query.{_routing(meter)}", asked, "", "visits_per_hour")


def number(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A number by the day, and what is talked on it: all numbers share the calls."""
    kind = (meter.view.text(resource, "type") or "DID").lower()
    share = 1 / len(meter.view.graph.of_type(resource.type))
    orders = grown(times(meter.known("orders_per_hour"), HOURS), meter.usage.range("growth"))
    talked = times(scaled(orders, meter.known("call_minutes_per_order")), share)
    yield Line(f"aws.connect.{kind}.day", each(DAYS), "type")
    for part in ("voice", "inbound"):
        yield Line(f"aws.connect.{part}.minute", talked, "", "call_minutes_per_order")


def _routing(meter: Meter) -> str:
    """The dearest way in which the program's names are answered."""
    rows = meter.view.graph.of_type("aws:route53/record:Record")
    dear = {"latencyRoutingPolicies": "latency", "geolocationRoutingPolicies": "geo"}
    return next((dear[name] for name in reversed(dear) if any(row.inputs.get(name) for row in rows)), "standard")


def check(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A health check, and its options: HTTPS, a text to find, ten seconds, latency."""
    view = meter.view
    kind = view.text(resource, "type") or ""
    inside = kind in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL") or _asks_aws(view, resource)
    where = "aws" if inside else "non_aws"
    options = kind.startswith("HTTPS") + kind.endswith("STR_MATCH")
    options += view.number(resource, "requestInterval") == 10
    options += view.flag(resource, "measureLatency")
    yield Line(f"aws.route53.healthcheck.{where}", each(1), "type")
    if options:
        of = "type, requestInterval, measureLatency"
        yield Line(f"aws.route53.healthcheck.option.{where}", each(float(options)), of)


def _asks_aws(view: View, check: Resource) -> bool:
    """Whether what a check asks stands at AWS: that whose name or address it has, or where it names nothing of the
    program, all of this."""
    named = [urn for name in ("ipAddress", "fqdn") for urn in check.property_dependencies.get(name, ())]
    asked = [view.graph[urn] for urn in named if urn in view.graph] or view.graph
    return {row.package for row in asked if row.custom and not row.is_provider} <= {"aws", "random", "tls", "pulumi"}


def wall(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A list of rules: itself, its rules, what it looks at."""
    view = meter.view
    rules = view.rows(resource, "rules")
    worldwide = view.text(resource, "scope") == "CLOUDFRONT"
    millions = times(meter.a_visit(None if worldwide else meter.site(resource), "requests_per_visit"), 1e-6)
    yield Line("aws.wafv2.web_acl", each(1))
    yield Line("aws.wafv2.rule", each(len(rules)), "rules")
    yield Line("aws.wafv2.requests.million", millions, "", "requests_per_visit")
    if any("AWSManagedRulesBotControlRuleSet" in set(strings(row.get("statement"))) for row in rules):
        yield Line("aws.wafv2.bot_control.acl", each(1), "rules")
        yield Line("aws.wafv2.bot_control.requests.million", millions, "rules", "requests_per_visit")


def distribution(meter: Meter, _resource: Resource) -> Iterator[Line]:
    """Requests of a CDN; what it sends to customers is counted with the flows."""
    asked = times(meter.a_visit(None, "requests_per_visit"), 1e-4)
    yield Line("aws.cloudfront.https.eu", asked, "", "requests_per_visit")


def edge_function(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Runs of an edge's function, one a request, and what each reads of a store."""
    runs = times(meter.a_visit(None, "requests_per_visit"), 1e-6)
    yield Line("aws.cloudfront.function.million", runs, "", "requests_per_visit")
    if meter.view.value(resource, "keyValueStoreAssociations"):
        yield Line("aws.cloudfront.function.read.million", runs, "keyValueStoreAssociations", "requests_per_visit")


def accelerator(meter: Meter, _resource: Resource) -> Iterator[Line]:
    """An accelerator's hours, and what it carries in the direction that is larger."""
    yield Line("aws.globalaccelerator.hour", hours(1))
    regions = {site.partition("/")[2] for site in meter.sites if site.startswith("aws/")}
    over = "us_us" if regions and all(region.startswith("us-") for region in regions) else "eu_eu"
    moved = meter.gigabytes(None)
    place = "us-east-1" if over == "us_us" else "eu-west-1"
    yield Line(f"aws.globalaccelerator.dt_premium.{over}", moved, "", "kb_per_visit", place, area=Area.TRANSFER)


# -- keys, watching, automation ---------------------------------------------------------------------------------------


def key(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A key, and up to two more for what its rotation keeps."""
    turns = meter.view.flag(resource, "enableKeyRotation")
    yield Line("aws.kms.key", Range(1, 3, 1) if turns else each(1), "enableKeyRotation")
    yield Line("aws.kms.requests.10k", Range(1, 50, 0), "what is encrypted with it")


def secret(meter: Meter, resource: Resource) -> Iterator[Line]:
    """A secret is paid in each region that has it."""
    yield Line("aws.secretsmanager.secret", each(1))
    for row in meter.view.rows(resource, "replicas"):
        yield Line(
            "aws.secretsmanager.secret",
            each(1),
            "replicas",
            purpose=Purpose.STANDBY,
            site=f"aws/{as_text(row.get('region')) or 'unknown'}",
        )
    yield Line("aws.secretsmanager.requests.10k", Range(0.5, 10, 0.01), "tasks that start")


def parameter(meter: Meter, resource: Resource) -> Iterator[Line]:
    if meter.view.text(resource, "tier") == "Advanced":
        yield Line("aws.ssm.parameter.advanced", each(1), "tier")


def log_group(meter: Meter, resource: Resource) -> Iterator[Line]:
    """What tiers log of the visits they serve, and little of all else."""
    view = meter.view
    site = meter.site(resource)
    name = (view.text(resource, "name") or resource.name).lower()
    busy = [
        row
        for row in view.graph.of_type(resource.type)
        if meter.site(row) == site and _of_requests((view.text(row, "name") or row.name).lower())
    ]
    gb = Range(0.1, 5, 0.0)
    if _of_requests(name):
        gb = times(meter.gigabytes(site, "log_kb_per_visit"), 1 / len(busy))
    months = (view.number(resource, "retentionInDays") or 365) / DAYS
    yield Line("aws.cloudwatch.logs.ingest.gb", gb, "", "log_kb_per_visit")
    yield Line("aws.cloudwatch.logs.storage.gb", times(gb, 0.15 * months), "retentionInDays", "log_kb_per_visit")


def _of_requests(name: str) -> bool:
    """Whether a group holds what a tier writes of requests, by the services that name theirs."""
    return name.startswith(("/ecs/", "/aws/lambda/", "/aws/apigateway/", "/aws/ecs/", "ecs/")) or "waf" in name


def alarm(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Each metric that an alarm looks at is paid, three times as much under a minute."""
    view = meter.view
    queries = [row for row in view.rows(resource, "metricQueries") if row.get("metric")]
    period = view.number(resource, "period")
    fine = period is not None and period < 60
    kind = "high_resolution" if fine else "standard"
    yield Line(f"aws.cloudwatch.alarm.{kind}", each(max(1, len(queries))), "metricQueries, period")


def canary(meter: Meter, resource: Resource) -> Iterator[Line]:
    text = as_text(as_row(meter.view.value(resource, "schedule")).get("expression"))
    every = longest_interval(text) if text else None
    runs = None if every is None else each(DAYS * DAY / every)
    yield Line("aws.cloudwatch.synthetics.run", runs, "schedule")


def machine(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Steps of a workflow: those of one that runs each minute at most."""
    often = Range(10, 600, 0.0)
    for row in meter.view.graph.of_type("aws:cloudwatch/eventRule:EventRule"):
        targets = meter.view.users(row, "aws:cloudwatch/eventTarget:EventTarget", "rule")
        if any(resource in meter.view.refs(target, "arn", resource.type) for target in targets):
            every = longest_interval(meter.view.text(row, "scheduleExpression") or "")
            if SENDER in strings(as_json(meter.view.value(row, "eventPattern"))):
                often = FEW  # zones are seldom ill
            often = often if every is None else times(Range(4, 8, 2), DAYS * DAY / every / 1000)
    yield Line("aws.sfn.standard.transition.1k", often, "scheduleExpression of what starts it")


def restore_test(meter: Meter, resource: Resource) -> Iterator[Line]:
    """Copies that are tested: one of what is selected at each run of its plan."""
    plan = meter.view.ref(resource, "restoreTestingPlanName", "aws:backup/restoreTestingPlan:RestoreTestingPlan")
    every = longest_interval(meter.view.text(plan, "scheduleExpression") or "") if plan else None
    runs = None if every is None else DAYS * DAY / every
    tested = len([store for store in meter.model.stores if any(copy.tested for copy in store.copies)]) or 1
    amount = None if runs is None else Range(runs, runs * tested, runs)
    yield Line("aws.backup.restore_test", amount, "scheduleExpression, protectedResourceType")


def shield(meter: Meter, resource: Resource) -> Iterator[Line]:
    """One subscription covers all that is protected."""
    first = min(row.urn for row in meter.view.graph.of_type(resource.type))
    if resource.urn == first:
        yield Line("aws.shield.advanced", each(1))
