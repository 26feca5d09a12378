"""Databases, queues and indexes that further operators run: how many replicas each states, and what takes over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from bcinfra.continuity.model.parts import Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, unknown
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, Reading, part, setting
from bcinfra.continuity.readings.base.stores import store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text
from bcinfra.continuity.readings.base.windows import RESTARTED
from bcinfra.continuity.readings.kubernetes import backup, places
from bcinfra.continuity.readings.kubernetes.places import HOST_KEYS, IN_PLACE, NAMED, Row
from bcinfra.graph.core.model import Resource, Value

_HOST: Final = min(HOST_KEYS)
_ELECTED: Final = Range(15, 60)
"""Seconds until the operator or the members themselves have made another the primary: its lease must run out first."""
Size = Callable[[View, Resource, Row], int | None]


class _Operated(NamedTuple):
    """What an operator makes of one resource."""

    what: str
    kind: StoreKind
    size: Size
    rules: str = ""
    """Path of what holds the rules of the pods, in the specification."""
    apart: str | None = None
    """Topology key by which the operator keeps them apart where nothing is stated, as a hard rule."""
    majority: bool = False
    """Whether more than half of them must live."""
    told: bool = True
    """Whether the number of replicas is that of the copies. Queues and indexes state copies of each topic or index."""
    queue: bool = False
    """Whether who uses it goes on with an empty one."""
    ends: tuple[str, ...] = ()
    """Endings of the names of the services that the operator makes."""


def _at(row: Row, path: str) -> Value:
    """What stands at a path; of a list the first."""
    *outer, last = path.split(".")
    for name in outer:
        row = (as_rows(row.get(name)) or [as_row(row.get(name))])[0]
    return row.get(last)


def _number(path: str, otherwise: int | None = 1) -> Size:
    def size(_: View, __: Resource, spec: Row) -> int | None:
        number = as_number(_at(spec, path))
        return otherwise if number is None else int(number)

    return size


def _sum(path: str, each: str) -> Size:
    def size(_: View, __: Resource, spec: Row) -> int | None:
        found = [as_number(row.get(each)) for row in as_rows(spec.get(path))]
        return None if None in found or not found else int(sum(n for n in found if n is not None))

    return size


def _brokers(view: View, resource: Resource, spec: Row) -> int | None:
    """Brokers of Strimzi: those of the cluster, else of the node pools that bear its name."""
    stated = as_number(_at(spec, "kafka.replicas"))
    name = places.name_of(view, resource)
    pools = [
        as_number(places.spec_of(view, row).get("replicas"))
        for row in view.graph.of_type(*_NODE_POOLS)
        if name in {as_text(v) for v in as_row(as_row(view.value(row, "metadata")).get("labels")).values()}
    ]
    known = [int(n) for n in pools if n is not None]
    return int(stated) if stated is not None else sum(known) if known else None


_NODE_POOLS: Final = tuple(f"kubernetes:kafka.strimzi.io/{v}:KafkaNodePool" for v in ("v1", "v1beta2"))
_SQL, _OTHER = StoreKind.RELATIONAL, StoreKind.OTHER
_ROWS: Final = {
    "acid.zalan.do/v1:postgresql": _Operated(
        "PostgreSQL cluster", _SQL, _number("numberOfInstances"), ends=("-repl", "-pooler")
    ),
    "postgres-operator.crunchydata.com/v1beta1:PostgresCluster": _Operated(
        "PostgreSQL cluster", _SQL, _number("instances.replicas"), "instances", ends=("-primary", "-pgbouncer", "-ha")
    ),
    "pgv2.percona.com/v2:PerconaPGCluster": _Operated(
        "PostgreSQL cluster", _SQL, _number("instances.replicas"), "instances", ends=("-primary", "-pgbouncer", "-ha")
    ),
    "psmdb.percona.com/v1:PerconaServerMongoDB": _Operated(
        "MongoDB replica set", _SQL, _number("replsets.size", 3), "replsets", _HOST, True, ends=("-rs0", "-mongos")
    ),
    "mongodbcommunity.mongodb.com/v1:MongoDBCommunity": _Operated(
        "MongoDB replica set", _SQL, _number("members"), "statefulSet.spec.template.spec", None, True, ends=("-svc",)
    ),
    "crdb.cockroachlabs.com/v1alpha1:CrdbCluster": _Operated(
        "CockroachDB cluster", _SQL, _number("nodes", 3), "", None, True, ends=("-public",)
    ),
    "dragonflydb.io/v1alpha1:Dragonfly": _Operated("Dragonfly", StoreKind.CACHE, _number("replicas")),
    **{
        f"kafka.strimzi.io/{version}:Kafka": _Operated(
            "Kafka cluster",
            _OTHER,
            _brokers,
            "kafka.template.pod",
            told=False,
            queue=True,
            ends=("-kafka-bootstrap", "-kafka-brokers"),
        )
        for version in ("v1", "v1beta2")
    },
    "elasticsearch.k8s.elastic.co/v1:Elasticsearch": _Operated(
        "Elasticsearch cluster", _OTHER, _sum("nodeSets", "count"), told=False, ends=("-es-http", "-es-default")
    ),
    "cassandra.datastax.com/v1beta1:CassandraDatacenter": _Operated(
        "Cassandra ring", _OTHER, _number("size"), told=False, ends=("-service", "-all-pods-service")
    ),
    "scylla.scylladb.com/v1:ScyllaCluster": _Operated(
        "Scylla ring", _OTHER, _number("datacenter.racks.members", None), told=False, ends=("-client",)
    ),
    "clickhouse.altinity.com/v1:ClickHouseInstallation": _Operated(
        "ClickHouse cluster", _OTHER, _number("configuration.clusters.layout.replicasCount"), told=False
    ),
    "minio.min.io/v2:Tenant": _Operated(
        "MinIO tenant", StoreKind.OBJECTS, _sum("pools", "servers"), told=False, ends=("-hl",)
    ),
}
"""By group, version and kind. Defaults are those of each operator's reference of its resource (read 2026-11)."""


def _store(row: _Operated) -> Callable[[View, Resource], Iterator[Found]]:
    def read(view: View, resource: Resource) -> Iterator[Found]:
        spec = places.spec_of(view, resource)
        size = row.size(view, resource, spec)
        stated = _at(spec, row.rules) if row.rules else None
        pod = (as_rows(stated) or [as_row(stated)])[0] if row.rules else spec
        key = as_text(as_row(pod.get("affinity")).get("antiAffinityTopologyKey")) or row.apart
        where = places.kept_by_operator(view, resource, pod, key, size)
        yield from where.assumptions
        cluster = places.cluster_of(view, resource)
        alone = size == 1
        known = [most for most in (where.in_zone, where.on_server) if most is not None]
        most = min(known, default=size)
        left = None if size is None or most is None else size - most
        homes, zones = places.held(cluster, where.zones, size, majority=row.majority)
        yield Store(
            name=store_name(view, row.kind, resource, (resource,)),
            kind=row.kind,
            members=(
                Member(
                    urn=resource.urn,
                    label=f"{row.what} {resource.name}{places.in_words(view, resource)}",
                    site=cluster.place["site"],
                    homes=homes,
                    needs_to_recover=cluster.control,
                    zones=zones,
                    # Of what states its copies elsewhere it is not known whether one server holds all.
                    together=row.told
                    and not alone
                    and (left is None or (2 * left <= (size or 0) if row.majority else left < 1)),
                    writer=True,
                    local_failover=None if alone else _takes_over(row, resource),
                    # Of what states its copies elsewhere it is not known whether others answer meanwhile.
                    upgrade=RESTARTED if alone else _takes_over(row, resource) if row.told else None,
                ),
            ),
            copies=(
                *backup.unread(view, resource, *(key for key in ("backup", "backups") if spec.get(key))),
                *backup.jobs(view, resource, names(view, resource)),
            ),
            opens_empty=row.queue,
        )

    return read


def _takes_over(row: _Operated, resource: Resource) -> Figure:
    name = f"another member of {resource.name} takes over"
    if row.told:
        return assumed(name, Unit.SECONDS, _ELECTED, "a lease runs out and another is elected (judgement)")
    return unknown(name, Unit.SECONDS, f"how many copies {resource.name} keeps is stated of each topic or index")


def names(view: View, resource: Resource) -> tuple[str, ...]:
    """Names under which clients find what an operator runs."""
    name = places.name_of(view, resource)
    row = _ROWS[resource.type.removeprefix("kubernetes:")]
    return tuple(f"{name}{end}" for end in ("", *row.ends))


TYPES: Final = tuple(f"kubernetes:{token}" for token in _ROWS)
_LOST: Final = {StoreKind.RELATIONAL: "database", StoreKind.CACHE: "cache", StoreKind.OBJECTS: "bucket"}
READINGS: Final[dict[str, Reading]] = {
    **{
        f"kubernetes:{token}": part(
            row.what,
            _store(row),
            having(
                reasons.STORE,
                identities=NAMED,
                backup=Backup("jobs of the cluster that copy it", backup.RESTORE),
                replacement=loses(_LOST.get(row.kind, "store"), IN_PLACE),
            ),
        )
        for token, row in _ROWS.items()
    },
    **dict.fromkeys(_NODE_POOLS, setting("nodes of a Kafka cluster", "how many brokers it has")),
}
