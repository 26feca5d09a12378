"""What makes a shop on Google Cloud redundant: as :mod:`tests.continuity.knockouts.properties`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import (
    crossed,
    led,
    linked,
    put,
    rewritten,
    unchecked,
    without,
    without_backups,
)
from tests.continuity.knockouts.properties import (
    AUDIT_CARRIES_NOTHING,
    ZONES,
    Knock,
    Property,
    dropped,
    edited,
    removed,
    setting,
)

PRODUCTION: Final = "small-shop-prod"
"""The project that whoever reaches production reaches."""
_BALANCER: Final = "cloudflare:index/loadBalancer:LoadBalancer"


def only_in(field: str) -> Knock:
    """Removes what has a property: a replica, a follower."""

    def knock(graph: Graph, row: Resource) -> Graph | None:
        return without(graph, row) if row.inputs.get(field) is not None else None

    return knock


def _under_the_primary_s_key(field: str, follows: str) -> Knock:
    def knock(graph: Graph, row: Resource) -> Graph | None:
        if row.inputs.get(follows) is None:
            return None
        changed = crossed(graph, row, field, ":CryptoKey")
        return changed and (crossed(changed, changed[row.urn], field, ":CryptoKeyIAMMember") or changed)

    return knock


def _few(found: Mapping[str, Any]) -> Any:
    return {**found, "maxInstanceCount": 2} if "maxInstanceCount" in found else found


def _leaves_out(branch: str) -> Knock:
    """A workflow without one of the things that it does at once."""

    def knock(graph: Graph, row: Resource) -> Graph | None:
        source = json.loads(str(row.inputs["sourceContents"]))
        left = rewritten(source, lambda found: None if branch in found else found)
        if left == source:
            return None
        links = linked(graph, row, "sourceContents")
        changed = put(graph, row, "sourceContents", json.dumps(left))
        return led(changed, changed[row.urn], "sourceContents", links)

    return knock


def _one_region(graph: Graph, row: Resource) -> Graph | None:
    if row.inputs.get("customPlacementConfig") is None:
        return None
    changed = put(graph, row, "customPlacementConfig", None)
    return put(changed, changed[row.urn], "location", "EUROPE-WEST1")


def _one_replica(found: Mapping[str, Any]) -> Any:
    return {**found, "replicas": found["replicas"][:1]} if "replicas" in found else found


def _leads_to_belgium_alone(graph: Graph, row: Resource) -> Graph | None:
    """A balancer without its fallback; a pool of the standby whose origin is that of the other."""
    if row.type == _BALANCER:
        return dropped("fallbackPool")(graph, row)
    belgium = next(one for one in graph.of_type(row.type) if one.name.endswith("-belgium"))
    return None if row == belgium else led(graph, row, "origins", linked(graph, belgium, "origins"))


def _in_production(graph: Graph, row: Resource) -> Graph | None:
    """A copy that lies where who can reach production can reach it."""
    return None if row.inputs.get("project") == PRODUCTION else put(graph, row, "project", PRODUCTION)


_WAY_IN: Final = (
    r"gcp:compute/(globalForwardingRule:GlobalForwardingRule|globalAddress:GlobalAddress|uRLMap:URLMap"
    r"|targetHttpsProxy:TargetHttpsProxy|backendService:BackendService"
    r"|regionNetworkEndpointGroup:RegionNetworkEndpointGroup)"
)

SERVING: Final = (
    Property(
        what="replicas that run before a peak comes",
        type="gcp:cloudscheduler/job:Job",
        knock=removed,
        missed="^load:christmas: .*sees the load",
        only="-christmas-start$",
    ),
    Property(
        what="way in of the standby",
        type=_WAY_IN,
        knock=removed,
        missed="alone stops it|is not known",
        only="-carolina-balancer-(https-a|a|urls|https|backends)$|-carolina-web-endpoints$",
    ),
    Property(
        what="tier of the standby",
        type="gcp:cloudrunv2/service:Service",
        knock=removed,
        missed="alone stops it|is not known",
        only="-carolina-",
    ),
    Property(
        what="room to grow",
        type="gcp:cloudrunv2/service:Service",
        knock=edited("template", _few),
        missed="of the load",
    ),
    Property(
        what="certificate that is issued again by itself",
        type="gcp:certificatemanager/certificate:Certificate",
        knock=dropped("managed"),
        missed="certificate",
    ),
    Property(
        what="firewall",
        type="gcp:compute/securityPolicy:SecurityPolicy",
        knock=removed,
        missed="floods",
    ),
    Property(
        what="firewall in front",
        type="gcp:compute/backendService:BackendService",
        knock=dropped("securityPolicy"),
        missed="floods",
    ),
)

RECOVERY: Final = (
    Property(
        what="check of the answers",
        type="gcp:dns/recordSet:RecordSet",
        knock=unchecked,
        missed="small.example",
    ),
    Property(
        what="answer of the standby",
        type="gcp:dns/recordSet:RecordSet",
        knock=partial(without_backups, standby="-carolina-"),
        missed="alone stops it|^www.* does not lead to",
    ),
    Property(
        what="health check",
        type="gcp:compute/healthCheck:HealthCheck",
        knock=removed,
        missed="small.example",
    ),
    Property(
        what="zone at the second DNS provider",
        type="cloudflare:index/zone:Zone",
        knock=removed,
        missed="account cloudflare/not named alone stops it",  # which answers from a zone that nobody knows
        relieves=".",  # one provider alone answers anew sooner than the slower of two
    ),
    Property(
        what="servers of both DNS providers",
        type="gcp:dns/recordSet:RecordSet|cloudflare:index/zoneDnsSettings:ZoneDnsSettings",
        knock=removed,
        missed="DNS provider",
        only="-servers$",
        relieves=".",
    ),
    Property(
        what="name at the second DNS provider",
        type=_BALANCER,
        knock=removed,
        missed="is not known|which nothing in the program answers|nothing withdraws the answer",
        relieves=".",
    ),
    Property(
        what="answer of the standby at the second DNS provider",
        type=f"{_BALANCER}|cloudflare:index/loadBalancerPool:LoadBalancerPool",
        knock=_leads_to_belgium_alone,
        missed="alone stops it|does not lead to|alone answers by",
    ),
    Property(
        what="check of the second DNS provider's answers",
        type="cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor",
        knock=removed,
        missed="small.example",
    ),
    Property(
        what="failover",
        type="gcp:workflows/workflow:Workflow",
        knock=removed,
        missed="a person must act",
        only="-failover$",
    ),
    Property(
        what="failover starts by itself",
        type="gcp:eventarc/trigger:Trigger",
        knock=removed,
        missed="person",
    ),
    Property(
        what="what starts the failover",
        type="gcp:(pubsub/topic:Topic|monitoring/notificationChannel:NotificationChannel)",
        knock=removed,
        missed="person",
        only="-outage$",
    ),
    Property(
        what="signals that start the failover",
        type="gcp:monitoring/alertPolicy:AlertPolicy",
        knock=removed,
        missed="person",
        only="-outage-",
        together=True,
    ),
    Property(
        what="database is promoted by itself",
        type="gcp:workflows/workflow:Workflow",
        knock=_leaves_out("branch_promote_mysql"),
        only="-failover$",
        missed="a person must act",
    ),
    Property(
        what="cache is promoted by itself",
        type="gcp:workflows/workflow:Workflow",
        knock=_leaves_out("branch_detach_redis"),
        only="-failover$",
        missed="a person must act",
    ),
    Property(
        what="web servers are started by the workflow",
        type="gcp:workflows/workflow:Workflow",
        knock=_leaves_out("branch_serve_web"),
        only="-failover$",
        missed="carolina-web-service",
    ),
    Property(
        what="app servers are started by the workflow",
        type="gcp:workflows/workflow:Workflow",
        knock=_leaves_out("branch_serve_app"),
        only="-failover$",
        missed="carolina-app-service",
    ),
)

DATA: Final = (
    Property(
        what="database in two zones",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=setting("settings.availabilityType", "ZONAL"),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="backups and point-in-time recovery",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=setting("settings.backupConfiguration", None),
        missed="mysql",
        only="-belgium$",
    ),
    Property(
        what="deletion protection of the primary",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=setting("settings.deletionProtectionEnabled", False),
        missed="one mistaken command deletes .*mysql: `settings.deletionProtectionEnabled` is off",
        only="-belgium$",
    ),
    Property(
        what="replica",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=only_in("masterInstanceName"),
        missed="mysql",
    ),
    Property(
        what="replica under a key of its own region",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=_under_the_primary_s_key("encryptionKeyName", "masterInstanceName"),
        missed="{name}",
    ),
    Property(
        what="cache with a replica in another zone",
        type="gcp:redis/cluster:Cluster",
        knock=setting("replicaCount", 0),
        missed="{name}",
        relieves=ZONES,
    ),
    Property(
        what="cache in several zones",
        type="gcp:redis/cluster:Cluster",
        knock=setting("zoneDistributionConfig", {"mode": "SINGLE_ZONE", "zone": "europe-west1-b"}),
        missed="{name}",
        only="-belgium$",
        relieves=ZONES,
    ),
    Property(
        what="cache in the other region",
        type="gcp:redis/cluster:Cluster",
        knock=only_in("crossClusterReplicationConfig"),
        missed="redis",
    ),
    Property(
        what="cache follower under a key of its own region",
        type="gcp:redis/cluster:Cluster",
        knock=_under_the_primary_s_key("kmsKey", "crossClusterReplicationConfig"),
        missed="{name}",
    ),
    Property(
        what="backups of the cache",
        type="gcp:redis/cluster:Cluster",
        knock=dropped("automatedBackupConfig"),
        missed="redis",
    ),
    Property(
        what="changes of the database",
        type="gcp:datastream/(stream:Stream|connectionProfile:ConnectionProfile)",
        knock=removed,
        missed="every copy of .*mysql can be deleted",
        relieves="^bad-data:",  # a copy near by is minutes older, and sooner restored
    ),
    Property(
        what="copies in another project",
        type="gcp:storage/bucket:Bucket",
        knock=_in_production,
        missed="^account:gcp/small-shop-prod: (changes|copy) of .*: lost with account",
    ),
    Property(
        what="copies that nobody deletes before their time",
        type="gcp:storage/bucket:Bucket",
        knock=dropped("retentionPolicy"),
        missed=r"^takeover:\S*\+.*(changes|media-iowa).*: lost with account",
        relieves="^bad-data:",  # a copy near by is minutes older, and sooner restored
    ),
    Property(
        what="time that nobody shortens",
        type="gcp:storage/bucket:Bucket",
        knock=setting("retentionPolicy.isLocked", False),
        missed=r"^takeover:\S*\+.*(changes|media-iowa).*: lost with account",
    ),
    Property(
        what="bucket in two regions",
        type="gcp:storage/bucket:Bucket",
        knock=_one_region,
        missed="media",
        relieves="europe-west4",
    ),
    Property(
        what="bucket replication within minutes",
        type="gcp:storage/bucket:Bucket",
        knock=dropped("rpo"),
        missed="media",
    ),
    Property(
        what="bucket versions",
        type="gcp:storage/bucket:Bucket",
        knock=setting("versioning.enabled", False),
        missed="media",
    ),
    Property(
        what="deleted objects can be had back",
        type="gcp:storage/bucket:Bucket",
        knock=setting("softDeletePolicy", {"retentionDurationSeconds": 0}),
        missed="media",
    ),
    Property(
        what="bucket copied out of reach",
        type="gcp:storage/transferJob:TransferJob",
        knock=removed,
        missed="media",
    ),
    Property(
        what="secret in the other region",
        type="gcp:secretmanager/secret:Secret",
        knock=edited("replication", _one_replica),
        missed="{name}|secrets",
    ),
    Property(
        what="deleted secrets can be had back",
        type="gcp:secretmanager/secret:Secret",
        knock=dropped("versionDestroyTtl"),
        missed="{name}|secrets",
    ),
    Property(
        what="restore test",
        type="gcp:(workflows/workflow:Workflow|cloudscheduler/job:Job)",
        knock=removed,
        missed="restored as a test",
        only="-restore-test$",
    ),
)

SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("replicas that run before a peak comes", "-carolina-", "a standby grows within seconds once clients are moved"),
    ("backups of the cache", "", "it holds carts, which are stated as minor"),
    (".* servers are started by the workflow", "", "they grow by themselves once clients arrive"),
    ("bucket versions", "-(iowa|changes)$", "nothing that is retained is overwritten"),
    ("bucket versions", "-media$", "what is deleted is kept apart as well, and nothing overwrites pictures alone"),
    ("deleted secrets can be had back", "-mysql-password-", "the program sets it again"),
)
"""Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""

CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    AUDIT_CARRIES_NOTHING,
    (
        "gcp:compute/uRLMap:.*",
        "-(closed|read-only)$",
        "what customers are shown meanwhile; tests/continuity/readings/test_modes.py takes it away",
    ),
    (_WAY_IN, "-belgium-", "what the standby's stands in for"),
    ("gcp:compute/globalForwardingRule:.*", "-http-a+$|-https-aaaa$", "it leads to HTTPS, or answers to IPv6 too"),
    ("gcp:compute/(targetHttpProxy:.*|uRLMap:.*)", "-(http|redirect)$", "it sends visitors on to HTTPS"),
    ("gcp:compute/globalAddress:.*", "-aaaa$|-network-", "an address of IPv6, or a range"),
    ("gcp:compute/regionNetworkEndpointGroup:.*", "-app-endpoints$", "only web calls app"),
    ("gcp:cloudrunv2/service:Service", "-belgium-", "what the standby's stands in for"),
    ("gcp:cloudscheduler/job:Job", "-christmas-end$", "it takes replicas away after a peak"),
    ("gcp:certificatemanager/(certificateMap|certificateMapEntry|dnsAuthorization):.*", "", "a way to the certificate"),
    (
        "cloudflare:index/dnsRecord:DnsRecord",
        r"-(servers-\d|proof|origin-1|caa-pki.goog)$",
        "see the record sets of Google Cloud",
    ),
    ("cloudflare:index/loadBalancerPool:LoadBalancerPool", "-belgium$", "what the standby's stands in for"),
    ("gcp:dns/managedZone:ManagedZone", "", "a need, not a spare: what hosts all names"),
    ("gcp:dns/recordSet:RecordSet", "-belgium-origin$", "what one of the signals asks; see the alert policies"),
    ("gcp:dns/recordSet:RecordSet", "-(proof|CAA)$|www", "an answer for an authority, or a second name"),
    ("gcp:kms/.*", "", "a need, not a spare: which key is used is a property of what it encrypts"),
    ("gcp:monitoring/.*", "-(alerts|outside|watch)-", "it tells people"),
    ("gcp:monitoring/uptimeCheckConfig:.*", "", "what one of the signals asks; see the alert policies"),
    ("gcp:logging/metric:Metric", "-restore-test-seconds$", "it tells people how long a restore took"),
    ("gcp:(logging|projects)/.*", "-logs-", "it tells afterwards who asked for what; tests/gcp/test_logs.py has it"),
    ("gcp:secretmanager/(secretIamMember|secretVersion):.*", "", "a permission, or a value"),
    ("gcp:serviceaccount/account:Account", "", "a permission"),
    ("gcp:sql/(database:Database|user:User)", "", "what is in the database"),
    ("gcp:storage/bucketIAMMember:.*", "", "a permission"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
