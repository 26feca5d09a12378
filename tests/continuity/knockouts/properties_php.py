"""What an ordinary shop in PHP lives by on its three grounds, as :mod:`tests.continuity.knockouts.properties`.

What it shares with the mid-size, the small or the hybrid shop is knocked out there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bcinfra.graph import Graph
from bcinfra.graph.core.model import Resource
from tests.continuity.knockouts.edits import put
from tests.continuity.knockouts.properties import (
    ARCHIVE_CARRIES_NOTHING,
    IMAGES,
    IMAGES_CARRY_NOTHING,
    SUBNETS,
    WATCH_CARRIES_NOTHING,
    ZONES,
    Property,
    edited,
    one_zone,
    removed,
    setting,
)
from tests.continuity.knockouts.properties_kubernetes import each

ELSEWHERE: Final = rf"{ZONES}|^(impaired|server):|zone:"
"""Scenarios that no longer hit what is not there."""

AWS_SERVING: Final = (
    replace(IMAGES[1], only="-ireland-shop$"),
    replace(SUBNETS, what="brought subnets in several zones", relieves=ELSEWHERE),
    Property(
        what="index in several zones",
        type="aws:opensearch/domain:Domain",
        knock=setting("clusterConfig.zoneAwarenessEnabled", False),
        missed="search {name} in eu-west-1: no copy in another zone takes over",
        relieves=ELSEWHERE,
    ),
    Property(
        what="servers of the index",
        type="aws:opensearch/domain:Domain",
        knock=setting("clusterConfig.instanceCount", 1),
        missed="search {name} in eu-west-1: no copy in another zone takes over",
        relieves=ELSEWHERE,
    ),
    Property(
        what="proxy in several zones",
        type="aws:rds/proxy:Proxy",
        knock=one_zone("vpcSubnetIds"),
        missed="database proxy {name} in eu-west-1: lost with zone",
        relieves=ELSEWHERE,
    ),
    Property(
        what="database behind the proxy",
        type="aws:rds/proxyTarget:ProxyTarget",
        knock=removed,
        missed="nothing says what answers behind it",
    ),
    Property(
        what="workers in several zones",
        type="aws:ecs/service:Service",
        knock=one_zone("networkConfiguration"),
        missed="containers {name} in eu-west-1: all in zone",
        only="-mailer-service$",
    ),
)
AWS_DATA: Final = (
    Property(
        what="queue",
        type="aws:sqs/queue:Queue",
        knock=removed,
        missed="important data mails lives in no store",
        together=True,
    ),
)
GCP_SERVING: Final = (
    Property(
        what="workers", type="gcp:cloudrunv2/workerPool:WorkerPool", knock=removed, missed="", only="-mailer-pool$"
    ),
)
GCP_SILENT: Final = (("workers", "", "what waits for a worker waits longer; nothing that is lost is judged by it"),)


def _in_one_zone(graph: Graph, row: Resource) -> Graph:
    changed = put(graph, row, "tier", "ZONAL")
    return put(changed, changed[row.urn], "location", "europe-west1-b")


GCP_DATA: Final = (
    Property(
        what="files over zones",
        type="gcp:filestore/instance:Instance",
        knock=_in_one_zone,
        missed="file share {name} in .*: no copy in another zone takes over",
        relieves=ELSEWHERE,
    ),
    Property(
        what="backups of files in another region",
        type="gcp:workflows/workflow:Workflow",
        knock=removed,
        missed="files .* goes on from None",
        only="-files-backup$",
    ),
    Property(
        what="clock of the backups of files",
        type="gcp:cloudscheduler/job:Job",
        knock=removed,
        missed="files .* goes on from None",
        only="-files-backup$",
    ),
    Property(
        what="permission to back up files",
        type="gcp:projects/iAMCustomRole:IAMCustomRole",
        knock=setting("permissions", ["logging.logEntries.create"]),
        missed="files .* goes on from None",
        only="-files-backup-acts-makes$",
    ),
    Property(
        what="queue",
        type="gcp:pubsub/topic:Topic",
        knock=removed,
        missed="important data mails lives in no store",
        together=True,
    ),
)


def _asks_another(graph: Graph, row: Resource) -> Graph:
    """A repository that holds for certain what nobody has asked it for."""
    changed = put(graph, row, "mode", "REMOTE_REPOSITORY")
    elsewhere = {"commonRepository": {"uri": "projects/php-shop-prod/locations/europe-west1/repositories/php-prod"}}
    return put(changed, changed[row.urn], "remoteRepositoryConfig", elsewhere)


KUBERNETES_SERVING: Final = (
    Property(
        what="images in its own region",
        type="gcp:artifactregistry/repository:Repository",
        knock=_asks_another,
        missed="region gcp/europe-west1",
        only="-holland$",
    ),
    Property(
        what="members of the queue",
        type="kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster",
        knock=setting("spec.replicas", 1),
        missed="RabbitMQ {name} in holland-1: no copy in another zone takes over",
        relieves=ELSEWHERE,
    ),
    Property(
        what="members of the index",
        type="kubernetes:opensearch.org/v1:OpenSearchCluster",
        knock=edited("spec", each("replicas", 1)),
        missed="OpenSearch {name} in holland-1: no copy in another zone takes over",
        relieves=ELSEWHERE,
    ),
)
AWS_CARRIES_NOTHING: Final[tuple[tuple[str, str, str], ...]] = (
    *ARCHIVE_CARRIES_NOTHING,
    *IMAGES_CARRY_NOTHING,
    ("aws:ecr/replicationConfiguration:.*", "", "with it, images outlive the account: no verdict"),
    *WATCH_CARRIES_NOTHING,
    (
        "aws:(acm|appautoscaling|arczonalshift|backup|lb|rds|route53|s3|secretsmanager|wafv2)/.*",
        "",
        "as the mid-size's",
    ),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-(autoshift-errors|log-silent)$", "as the mid-size shop's"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "-(queue-mails|search)-", "it tells people"),
    ("aws:ecs/service:Service", "-(web-service|mysql-log-ireland)$", "as the mid-size shop's"),
    ("aws:ecs/taskDefinition:TaskDefinition", "-task$", "what a service or a clock runs"),
    ("aws:ec2/securityGroup:.*|aws:vpc/securityGroup(Ingress|Egress)Rule:.*", "", "a connection"),
    ("aws:iam/.*", "", "a permission"),
    ("aws:sfn/stateMachine:StateMachine", "-writer-zone$", "the proxy before the database stays in the ill zone"),
    ("aws:kms/(key|alias):.*", "", "a need, not a spare: which key is used is a property of what it encrypts"),
    ("aws:ssm/parameter:Parameter", "", "the program sets it; where it is read is a property of the task"),
)
"""Resources without a knock-out: type and name (regular expressions), and why."""
