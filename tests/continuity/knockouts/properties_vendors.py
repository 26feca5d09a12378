"""What keeps a shop that sells from two vendors going: as :mod:`tests.continuity.knockouts.properties`.

What either half shares with the mid-size shop, or with the small one, is knocked out there.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import linked, unchecked, without, without_backups
from tests.continuity.knockouts.properties import (
    ARCHIVE,
    ARCHIVE_CARRIES_NOTHING,
    LEAVES_ZONE,
    ZONE_ALARMS,
    ZONES,
    Property,
    dropped,
    removed,
)

RECORD: Final = "aws:route53/record:Record"
RECORD_SET: Final = "gcp:dns/recordSet:RecordSet"
TUNNEL: Final = "gcp:compute/vPNTunnel:VPNTunnel"
CLUSTER: Final = "aws:rds/cluster:Cluster"
STANDBY: Final = "-netherlands-"


def _members(graph: Graph, cluster: Resource) -> list[Resource]:
    every = graph.of_type("aws:rds/clusterInstance:ClusterInstance")
    return sorted((r for r in every if cluster in linked(graph, r, "clusterIdentifier")), key=lambda r: r.name)


def _single_member(graph: Graph, row: Resource) -> Graph | None:
    _, *rest = _members(graph, row)
    return without(graph, *rest) if rest else None


def _without_follower(graph: Graph, row: Resource) -> Graph | None:
    return without(graph, row, *_members(graph, row))


SERVING: Final = (
    LEAVES_ZONE,
    *ZONE_ALARMS,
    Property(
        what="site behind the accelerator",
        type="aws:globalaccelerator/endpointGroup:EndpointGroup",
        knock=removed,
        missed="a person must act to move clients to gcp/europe-west4",
        # Fewer sites are left to grow; and a front of which the last site is dead is left at once.
        relieves=r"eu-(west|central)-1|[Cc]loudflare|^(partition|server|upgrade)|^balancer:large-prod-(ireland|frankfurt)",
    ),
    Property(
        what="accelerator, and what listens there",
        type="aws:globalaccelerator/(accelerator:Accelerator|listener:Listener)",
        knock=removed,
        missed="how much it must carry is not known|which nothing in the program answers|nothing says what answers",
        relieves=".",
    ),
    Property(
        what="way in of the standby",
        type=r"gcp:compute/(globalForwardingRule:GlobalForwardingRule|backendService:BackendService)",
        knock=removed,
        missed="alone stops it|is not known",
        only="-netherlands-balancer-(https-a|backends)$",
    ),
    Property(
        what="standby behind the proxy",
        type="cloudflare:index/loadBalancerPool:LoadBalancerPool",
        knock=removed,
        missed="provider aws alone stops it",
        only="-edge-netherlands$",
        relieves="^flood:",  # who waits for the live sites keeps pictures that the standby has not yet
    ),
    Property(
        what="whether sites are asked by the proxy",
        type="cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor",
        knock=removed,
        missed="a person",
        relieves="^(flood|impaired):",  # nobody is led to a standby that lacks the newest
    ),
    Property(
        what="addresses that lead to the proxy",
        type="cloudflare:index/addressMap:AddressMap",
        knock=removed,
        missed="which nothing in the program answers|is not known|192.0.2.10",
        relieves=".",  # whom they lead to is not told
    ),
    Property(
        what="tier of the standby",
        type="gcp:cloudrunv2/service:Service",
        knock=removed,
        missed="alone stops it|is not known|which nothing in the program answers",
        only=STANDBY,
        relieves="^flood:",
    ),
)

RECOVERY: Final = (
    Property(
        what="zone at the second DNS provider",
        type="gcp:dns/managedZone:ManagedZone",
        knock=removed,
        missed="DNS provider aws/route53 alone stops it",
        only="-dns-zone$",
        relieves=".",  # one provider alone answers anew sooner than the slower of two
    ),
    Property(
        what="servers of both DNS providers",
        type=f"{RECORD}|{RECORD_SET}",
        knock=removed,
        missed="DNS provider",
        only="-servers$",
        relieves=".",
    ),
    Property(
        what="answer around the proxy at Route 53",
        type=RECORD,
        knock=removed,
        missed="CDN cloudflare/proxy alone stops it",
        only=r"sites\.store.*-aws$",
    ),
    Property(
        what="check of Route 53's answers",
        type=RECORD,
        knock=dropped("healthCheckId"),
        missed="a person changes store.example",
        only=r"sites\.store.*-edge$",
    ),
    Property(
        what="health check",
        type="(aws:route53/healthCheck|gcp:compute/healthCheck):HealthCheck",
        knock=removed,
        missed="a person changes store.example",
        only="-names-(edge|edge-endpoint|sells)$",
    ),
    Property(
        what="answer around the proxy at Cloud DNS",
        type=RECORD_SET,
        knock=partial(without_backups, standby="-aws"),
        missed="alone stops it",
        only=r"-store\.example-A$",
    ),
    Property(
        what="check of Cloud DNS's answers",
        type=RECORD_SET,
        knock=unchecked,
        missed="a person changes store.example",
        only=r"-store\.example-A$",
    ),
)

DATA: Final = (
    *ARCHIVE,
    Property(
        what="database in the other region",
        type=CLUSTER,
        knock=_without_follower,
        missed="mysql",
        only="-frankfurt$",
        relieves="eu-central-1",
    ),
    Property(what="members in several zones", type=CLUSTER, knock=_single_member, missed="{name}", relieves=ZONES),
    Property(
        what="database that both regions share",
        type="aws:rds/globalCluster:GlobalCluster",
        knock=removed,
        missed="region aws/.* alone stops it",
        relieves="^upgrade:",  # a cluster alone is upgraded sooner than a global database as a whole
    ),
    Property(
        what="database at the other vendor",
        type="gcp:sql/databaseInstance:DatabaseInstance",
        knock=removed,
        missed="provider aws alone stops it",
        relieves="^takeover:gcp/",  # nothing of it is in that account's hands
    ),
    Property(
        what="source that the other vendor follows",
        type="gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance",
        knock=removed,
        missed="provider aws alone stops it",
    ),
    Property(what="one tunnel", type=TUNNEL, knock=removed, missed="mysql"),
    Property(
        what="all tunnels",
        type=TUNNEL,
        knock=removed,
        missed="^provider:aws: .*mysql goes on from MySQL replica .*, None s old",
        together=True,
    ),
    Property(
        what="all tunnels of AWS",
        type="aws:ec2/vpnConnection:VpnConnection",
        knock=removed,
        missed="^provider:aws: .*mysql goes on from MySQL replica .*, None s old",
        together=True,
    ),
    Property(
        what="pictures copied to the other vendor",
        type="gcp:storage/transferJob:TransferJob",
        knock=removed,
        missed="nothing of Google Cloud objects large-prod-media survives",
        only="-(ireland|frankfurt)-media$",
        together=True,
        # What is left reads a bucket that nothing is copied to, and so is behind nothing, whatever comes on top of a
        # lost region; what it deletes comes back.
        relieves="(account|provider|takeover|key|maintenance|region):|^purge$|^(flood|peak):aws/",
    ),
    Property(
        what="pictures copied as they are written",
        type="gcp:storage/transferJob:TransferJob",
        knock=dropped("eventStream"),
        missed="is not made: nothing runs .*-media",
        only="-(ireland|frankfurt)-media$",
        together=True,
        relieves="^(key|maintenance|region):",  # no longer the newest copy that the nearest site has
    ),
    Property(
        what="pictures copied out of reach",
        type="gcp:storage/transferJob:TransferJob",
        knock=removed,
        missed="large-prod-media-iowa is restored",
        only="-media-iowa$",
    ),
    Property(
        what="pictures at the other vendor",
        type="gcp:storage/bucket:Bucket",
        knock=removed,
        missed="provider aws alone stops it",
        only="-(media|iowa)$",
        relieves="^(key|maintenance|region|takeover):",
    ),
    Property(
        what="secrets at the other vendor",
        type="gcp:secretmanager/secret:Secret",
        knock=removed,
        missed="provider aws alone stops it",
    ),
    Property(
        what="vault lock that nobody can lift",
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        knock=dropped("changeableForDays"),
        missed=r"^takeover:\S*\+.*backups-isolated.*: lost with account",
    ),
)

SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("one tunnel", "", "the others carry what it carried"),
    ("pictures at the other vendor", "-iowa$", "the locked bucket in Virginia holds the same"),
    ("secrets at the other vendor", "-mysql-password-", "the program sets it again"),
)
"""Knock-outs that change no verdict and no figure: what, which resources (regular expressions), and why."""

CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    ("aws:budgets/budget:Budget", "-alarms-budget$", "it tells people what is spent"),
    *ARCHIVE_CARRIES_NOTHING,
    ("gcp:monitoring/.*", "-(alerts|outside|watch)-", "it tells people"),
    (
        "gcp:cloudscheduler/job:Job",
        "-netherlands-(app|web)-black-friday-start$",
        "no verdict hangs on how much of a peak a standby holds at once; test_peak.py takes it away",
    ),
    ("gcp:cloudscheduler/job:Job", "-black-friday-end$", "it takes replicas away after a peak"),
    (
        "aws:(acm|appautoscaling|arcregionswitch|arczonalshift|backup|cloudwatch|ecs|lb|wafv2)/.*",
        "",
        "as the mid-size shop's",
    ),
    ("aws:(elasticache|s3|secretsmanager)/.*|aws:rds/subnetGroup:.*", "", "as the mid-size shop's"),
    ("aws:ec2/(natGateway|subnet):.*", "", "as the mid-size shop's"),
    ("aws:rds/clusterInstance:ClusterInstance", "", "a member of a cluster, see there"),
    ("aws:ec2/(defaultSecurityGroup|securityGroup|eip|route|routeTable|routeTableAssociation):.*", "", "a connection"),
    ("aws:vpc/securityGroup(Ingress|Egress)Rule:.*", "", "a connection"),
    ("aws:ec2/(customerGateway|vpnGateway|vpnGatewayRoutePropagation):.*", "", "an end of the tunnels, or its routes"),
    ("gcp:compute/(externalVpnGateway|haVpnGateway):.*", "", "an end of the tunnels"),
    ("aws:iam/.*", "", "a permission"),
    (
        "aws:kms/(key|alias):.*|gcp:kms/.*",
        "",
        "a need, not a spare: which key is used is a property of what it encrypts",
    ),
    ("aws:ssm/parameter:Parameter", "", "the program sets it; where it is read is a property of the task"),
    ("aws:sqs/queue:Queue", "", "what a transfer reads, see there"),
    (
        "aws:route53/healthCheck:HealthCheck",
        "-names-aws",
        "the way around the proxy answers when nothing else does, checked or not",
    ),
    ("cloudflare:index/loadBalancerPool:LoadBalancerPool", "-edge-aws$", "the live sites, see the accelerator"),
    ("cloudflare:index/(loadBalancer|zone):.*", "", "what the addresses lead to, see there"),
    ("cloudflare:index/ruleset:Ruleset", "", "Cloudflare absorbs floods without it"),
    (
        "cloudflare:index/workers.*",
        "-edge-modes",
        "what customers are shown meanwhile; tests/continuity/readings/test_modes.py takes it away",
    ),
    (
        "aws:route53/healthCheck:HealthCheck",
        "-(shop|frankfurt-endpoint|ireland-endpoint)$",
        "it tells people, or alarms",
    ),
    ("aws:route53/zone:Zone", "", "what the other provider's stands in for"),
    (
        RECORD,
        r"-(validation|caa|proof|sites|app)$|www|store.example-A-(aws|edge)$",
        "a name, an answer for an authority, or a second name",
    ),
    (RECORD_SET, "-(CAA|proof)$|www", "an answer for an authority, or a second name"),
    ("gcp:(certificatemanager|cloudrunv2|redis)/.*", "", "as the small shop's"),
    ("gcp:compute/.*", "-netherlands-|-armor-|-network-", "as the small shop's"),
    ("gcp:secretmanager/(secretIamMember|secretVersion):.*", "", "a permission, or a value"),
    ("gcp:serviceaccount/account:Account|gcp:storage/bucketIAMMember:.*", "", "a permission"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
