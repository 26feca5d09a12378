"""What makes a shop on Kubernetes redundant: as :mod:`tests.continuity.knockouts.properties`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import put, unchecked, without_backups
from tests.continuity.knockouts.properties import (
    AUDIT_CARRIES_NOTHING,
    KEY_ALARMS_CARRY_NOTHING,
    ZONES,
    Knock,
    Property,
    dropped,
    edited,
    removed,
)

PXC: Final = "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster"
REDIS: Final = "kubernetes:redis.redis.opstreelabs.in/v1beta2:RedisCluster"
DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"
RECORD: Final = "aws:route53/record:Record"
PRODUCTION: Final = "hybrid-shop-prod"
"""The project that whoever reaches the standby's cluster may reach."""
RACKS: Final = rf"{ZONES}|^(rack|impaired):|not told|room:"


def _without_key(*keys: str) -> Any:
    """Every dict of an input without some keys."""

    def change(found: Mapping[str, Any]) -> Any:
        return {key: value for key, value in found.items() if key not in keys}

    return change


def each(key: str, value: Any) -> Any:
    """Every dict of an input that has ``key``, with another value there."""

    def change(found: Mapping[str, Any]) -> Any:
        return {**found, key: value} if key in found else found

    return change


def _all_of(name: str, *changes: Any) -> Knock:
    def knock(graph: Graph, row: Resource) -> Graph | None:
        changed: Graph | None = None
        for change in changes:
            given = edited(name, change)(changed or graph, (changed or graph)[row.urn])
            changed = given or changed
        return changed

    return knock


def _follows(graph: Graph, row: Resource) -> Graph | None:
    """A standby's database that follows none."""
    follows = "'isSource': False" in str(row.inputs["spec"])
    return edited("spec", _without_key("replicationChannels"))(graph, row) if follows else None


def _one_monitor(found: Mapping[str, Any]) -> Any:
    return {**found, "count": 1} if "failureDomainLabel" in found else found


def _logs_off(found: Mapping[str, Any]) -> Any:
    return {**found, "enabled": False} if "timeBetweenUploads" in found else found


def _in_production(graph: Graph, row: Resource) -> Graph | None:
    return None if row.inputs.get("project") == PRODUCTION else put(graph, row, "project", PRODUCTION)


def _on_one_feed(graph: Graph, row: Resource) -> Graph:
    return put(graph, row, "feeds", ["a"])


def _on_one_grid(graph: Graph, row: Resource) -> Graph:
    """Both feeds come from one substation, and nothing carries the rest."""
    changed = graph
    for feed in graph.of_type(row.type):
        changed = put(changed, changed[feed.urn], "grid", "substation-west")
        changed = put(changed, changed[feed.urn], "batteryMinutes", 0)
        changed = put(changed, changed[feed.urn], "generatorHours", 0)
    return changed


def _one_entry(graph: Graph, row: Resource) -> Graph:
    changed = graph
    for line in graph.of_type(row.type):
        changed = put(changed, changed[line.urn], "entry", "north-duct")
    return changed


SERVING: Final = (
    Property(
        what="replicas replaced a few at a time",
        type=DEPLOYMENT,
        knock=edited("spec", each("strategy", {"type": "Recreate"})),
        missed="{name}.* takes all its replicas",
        only="-ghent-(app|web)$",
    ),
    Property(
        what="replicas that run before a peak comes",
        type="kubernetes:batch/v1:CronJob",
        knock=removed,
        missed="^load:black-friday: .*sees the load|nothing grows it before a peak",
        only="-black-friday-start$",
    ),
    Property(
        what="replicas over zones",
        type=DEPLOYMENT,
        knock=edited("spec", _without_key("topologySpreadConstraints")),
        missed="{name}|not told|which zones",
        relieves=RACKS,
    ),
    Property(
        what="tier of the standby",
        type=DEPLOYMENT,
        knock=removed,
        missed="alone stops it|is not known|lacks",
        only="-holland-",
    ),
    Property(
        what="release that stops before it replaces",
        type=DEPLOYMENT,
        knock=edited("spec", each("maxUnavailable", "50%")),
        missed="release:",
        only="-ghent-",
    ),
    Property(
        what="look at whether a replica serves",
        type=DEPLOYMENT,
        knock=edited("spec", _without_key("readinessProbe")),
        missed="release:",
        only="-ghent-",
    ),
    Property(
        what="room to grow",
        type="kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        knock=edited("spec", each("maxReplicas", 2)),
        missed="of the load",
    ),
    Property(
        what="way in of the standby",
        type="kubernetes:(networking.k8s.io/v1:Ingress|core/v1:Service)",
        knock=removed,
        missed="alone stops it|is not known|lacks",
        only="-holland-(entrance|web|app)$",
    ),
    Property(
        what="ingress controller in several zones",
        type="bcinfra:kubernetes:Ingress",
        knock=dropped("controllerZones"),
        missed="entrance",
        relieves=RACKS,
    ),
    Property(
        what="certificate that is issued again by itself",
        type="kubernetes:networking.k8s.io/v1:Ingress",
        knock=edited("metadata", _without_key("cert-manager.io/cluster-issuer")),
        missed="certificate",
    ),
    Property(
        what="second line into the building",
        type="bcinfra:onprem:Isp",
        knock=removed,
        missed="isp:|cable-entry:",
        relieves="isp:|cable-entry:",
    ),
    Property(
        what="lines that enter apart",
        type="bcinfra:onprem:Isp",
        knock=_one_entry,
        missed="cable-entry:",
        only="-fibre$",
        relieves="cable-entry:",
    ),
    Property(
        what="second feed of a rack",
        type="bcinfra:onprem:Rack",
        knock=_on_one_feed,
        missed="power:",
    ),
    Property(
        what="feeds of two substations, and what bridges them",
        type="bcinfra:onprem:PowerFeed",
        knock=_on_one_grid,
        missed="power:",
        only="-feed-a$",
        relieves="power:",
    ),
)

RECOVERY: Final = (
    Property(
        what="check of Route 53's answers",
        type=RECORD,
        knock=dropped("healthCheckId"),
        missed="hybrid.example|person",
    ),
    Property(
        what="check of Cloud DNS's answers",
        type="gcp:dns/recordSet:RecordSet",
        knock=unchecked,
        missed="hybrid.example|person",
    ),
    Property(
        what="health check",
        type="(aws:route53/healthCheck|gcp:compute/healthCheck):HealthCheck",
        knock=removed,
        missed="hybrid.example|person",
        only="-names-(ghent|holland|sells)",
    ),
    Property(
        what="answer of the standby at Route 53",
        type=RECORD,
        knock=removed,
        missed="alone stops it|^www.* does not lead to",
        only="-A-holland$",
    ),
    Property(
        what="answer of the standby at Cloud DNS",
        type="gcp:dns/recordSet:RecordSet",
        knock=partial(without_backups, standby="-holland-"),
        missed="alone stops it|^www.* does not lead to",
    ),
    Property(
        what="servers of the other DNS provider",
        type=f"{RECORD}|gcp:dns/recordSet:RecordSet",
        knock=removed,
        missed="dns-provider:|DNS provider",
        only="-servers$",
        relieves=".",  # one provider alone answers anew sooner than the slower of two
    ),
)

FILES: Final = (
    Property(
        what="copies of files on several servers",
        type="kubernetes:ceph.rook.io/v1:CephFilesystem",
        knock=edited("spec", each("size", 1)),
        missed="Ceph file system {name} in .*: no copy in another zone takes over",
        only="-holland-media$",
        relieves=rf"{RACKS}|^server:",
    ),
    Property(
        what="copies of files out of reach",
        type="kubernetes:batch/v1:CronJob",
        knock=removed,
        missed="no copy of files .* is restored as a test",
        only="-holland-media-copies-media(-test)?$",
    ),
)
INVOICES: Final = (
    Property(
        what="copies of files in several racks",
        type="kubernetes:ceph.rook.io/v1:CephFilesystem",
        knock=edited("spec", each("size", 1)),
        missed="Ceph file system {name} in .*: no copy in another zone takes over",
        only="-ghent-files$",
        relieves=rf"{RACKS}|^server:",
    ),
    Property(
        what="majority of monitors",
        type="kubernetes:ceph.rook.io/v1:CephCluster",
        knock=edited("spec", _one_monitor),
        missed="Ceph file system .*-ghent-files in .*: no copy in another zone takes over",
        only="-ghent-",
        relieves=rf"{RACKS}|^server:",
    ),
    Property(
        what="file system that stands by",
        type="kubernetes:ceph.rook.io/v1:CephFilesystem",
        knock=removed,
        missed="files|waits|alone stops it",
        only="-holland-files$",
        relieves="^server:",
    ),
    Property(
        what="copies of files elsewhere",
        type="kubernetes:batch/v1:CronJob",
        knock=removed,
        missed="files .*-ghent-files goes on from None",
        only="-ghent-files-copies-files$",
    ),
    Property(
        what="restore test of files",
        type="kubernetes:batch/v1:CronJob",
        knock=removed,
        missed="no copy of files .* is restored as a test",
        only="-ghent-files-copies-files-test$",
    ),
)
DATA: Final = (
    Property(
        what="database of three members",
        type=PXC,
        knock=edited("spec", lambda found: {**found, "size": 1} if "volumeSpec" in found else found),
        missed="{name}",
        relieves=RACKS,
    ),
    Property(
        what="members over zones",
        type=PXC,
        knock=edited("spec", _without_key("topologySpreadConstraints")),
        missed="{name}",
        relieves=RACKS,
    ),
    Property(
        what="replica",
        type=PXC,
        knock=_follows,
        missed="mysql",
    ),
    Property(
        what="backups",
        type=PXC,
        knock=edited("spec", _without_key("backup")),
        missed="mysql",
    ),
    Property(
        what="binary logs",
        type=PXC,
        knock=edited("spec", _logs_off),
        missed="mysql",
        only="-ghent$",
    ),
    Property(
        what="cache of several shards with followers",
        type=REDIS,
        knock=_all_of("spec", each("replicas", 1), each("clusterSize", 1)),
        missed="{name}",
        relieves=RACKS,
    ),
    Property(
        what="leaders over zones",
        type=REDIS,
        knock=edited("spec", _without_key("topologySpreadConstraints")),
        missed="{name}",
        relieves=RACKS,
    ),
    Property(
        what="cache of the standby",
        type=REDIS,
        knock=removed,
        missed="carts|redis",
        only="-holland-",
    ),
    Property(
        what="copies in another project",
        type="gcp:storage/bucket:Bucket",
        knock=_in_production,
        missed="archive",
        together=True,
    ),
    Property(
        what="full backups that nobody deletes before their time",
        type="gcp:storage/bucket:Bucket",
        knock=dropped("retentionPolicy"),
        missed="archive-sealed",
        only="-sealed$",
    ),
    Property(
        what="alert where copied binary logs arrive",
        type="gcp:monitoring/alertPolicy:AlertPolicy",
        knock=removed,
        missed="copied binary logs of .*: nobody is told",
        only="-outside-bucket-logs$",
        together=True,
    ),
    Property(
        what="restore test",
        type="kubernetes:batch/v1:CronJob",
        knock=removed,
        missed="restored as a test",
        only="-restore-test$",
        together=True,
    ),
    Property(
        what="secrets with the program",
        type="kubernetes:core/v1:Secret",
        knock=dropped("stringData"),
        missed="secrets of pods",
        only="-(ghent|holland)-app$",
    ),
)

SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("check of .*|health check", "-holland", "a standby answers when nothing else does, checked or not"),
    ("backups", "-holland$", "the primary's go on, and are as many"),
    ("replicas over zones", "-holland-", "a zone of the standby alone stops nobody"),
)
"""Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""

CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    AUDIT_CARRIES_NOTHING,
    KEY_ALARMS_CARRY_NOTHING,
    (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "-names-down$",
        "it tells people that no site answers; tests/report/test_fcaps.py takes it away",
    ),
    (
        "aws:kms/(key|alias):.*|gcp:kms/.*",
        "",
        "a need, not a spare: which key is used is a property of what it encrypts",
    ),
    ("kubernetes:(networking.k8s.io/v1:Ingress|core/v1:Service)", "-ghent-", "what the standby's stands in for"),
    ("kubernetes:networking.k8s.io/v1:NetworkPolicy", "", "it says who may talk to whom"),
    ("kubernetes:core/v1:ConfigMap", "", "settings of a store, or what a test restores"),
    ("kubernetes:policy/v1:PodDisruptionBudget", "", "it lets maintenance take some, never all"),
    ("kubernetes:networking.k8s.io/v1:Ingress", "-entrance-to-", "it leads visitors on to the other name"),
    ("kubernetes:(core/v1:PersistentVolumeClaim|storage.k8s.io/v1:StorageClass)", "-files", "how files are mounted"),
    (
        "kubernetes:(batch/v1:CronJob|ceph.rook.io/v1:CephCluster)",
        "-holland-files-",
        "it holds nothing while it stands by",
    ),
    ("kubernetes:batch/v1:CronJob", "-black-friday-(end|over)$", "it takes replicas away after a peak"),
    ("kubernetes:core/v1:Secret", "-tiers-receivers$", "whom alarms tell"),
    ("gcp:monitoring/.*", "-(outside|vault-watch)-", "it tells people"),
    ("kubernetes:core/v1:Secret", "-(system|shop|bucket|password)$", "what a store's parts say to each other"),
    ("kubernetes:helm.sh/v3:Release", "", "an operator: what it keeps running goes on without it"),
    ("aws:route53/zone:Zone|gcp:dns/managedZone:ManagedZone", "", "what the other provider's stands in for"),
    (RECORD, "-sites$|-caa$", "it leads to the records of the sites, or tells authorities"),
    ("gcp:dns/recordSet:RecordSet", "-CAA$", "an answer for an authority"),
    ("aws:route53/healthCheck:HealthCheck", "-shop$", "it tells people that no site is healthy"),
    (
        "gcp:(storage/transferJob:TransferJob|storage/bucket:Bucket|projects/iAMMember:IAMMember)",
        "-archive-held(-notifies)?$",
        "the operator's own copies are newer; tests/continuity/readings/test_kubernetes.py takes it away",
    ),
    ("gcp:serviceaccount/account:Account", "", "a permission"),
    ("gcp:storage/(bucketIAMMember:.*|hmacKey:HmacKey)", "", "a permission, or a key"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
