"""Search on OpenSearch Service: an index over the zones of a region, of what other stores hold."""

from __future__ import annotations

from typing import Final, Self

import pulumi
from pulumi_aws.cloudwatch import LogResourcePolicy
from pulumi_aws.opensearch import Domain
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import DataSite, LogDays, client_security_group, log_group
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.names import physical
from bcinfra.aws.region import without_account
from bcinfra.component import Component, Str, refuse
from bcinfra.seconds import MINUTE

PORT: Final = 443
"""HTTPS."""
MOST_ZONES: Final = 3
"""Zones that a domain stands in at most (OpenSearch Service Developer Guide, "Configuring a multi-AZ domain")."""
MASTERS: Final = 3
"""Dedicated masters, which the service spreads over three zones whatever the data nodes do (the same page)."""
MASTER: Final = "m6g.large.search"
"""What up to 30 nodes are led by (the same guide, "Dedicated master nodes")."""
USING: Final = tuple(f"es:ESHttp{verb}" for verb in ("Delete", "Get", "Head", "Patch", "Post", "Put"))
"""What a client does: requests to the index, signed by AWS's Signature Version 4."""


class SearchArgs(DataSite):
    """Arguments of :class:`Search`. The account of the region must be known."""

    version: str = Field(pattern=r"^\d+\.\d+$", examples=["2.19"])
    """OpenSearch version, major and minor."""
    instance_type: str = Field(pattern=r"^[a-z0-9-]+\.[a-z0-9]+\.search$", examples=["r7g.large.search"])
    """What a data node is; there is one in each zone, of at most three."""
    storage: int = Field(ge=10, le=16_384)
    """Disk of one data node, GiB."""
    topic_arn: Str | None = None
    """Who is told, such as ``AlarmTopic(...).arn``."""
    log_days: LogDays = 365
    """Days for which its log is kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(without_account({"region": self.region}))
        return self


class Search(Component):
    """A search domain with a data node in each of two or three zones, three masters that hold no data, and alarms.

    Every index needs a replica (``number_of_replicas: 1``, which is what OpenSearch does unless it is told otherwise):
    then the loss of a zone leaves all of it, and the masters that are left go on by themselves. AWS takes a snapshot
    each hour and keeps it for 14 days, in the domain and for nothing; it is deleted with it. What the index holds is
    made again from the database, by the shop's own program.

    It is asked inside of the network alone, over TLS, with requests that are signed by a role that is permitted to:
    there is no password. Domains in a network need the service-linked role of OpenSearch Service in the account, once
    (``aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com``).
    """

    package = "aws"

    url: pulumi.Output[str]
    """Where clients ask."""
    arn: pulumi.Output[str]
    """The domain."""
    security_group_id: pulumi.Output[str]
    """The group that guards it."""
    port: int
    """Its port."""

    def __init__(self, name: str, args: SearchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args, self.port = name, args, PORT
        region, called = args.region, physical("opensearch", name)
        subnets = dict(sorted(args.subnet_ids.items())[:MOST_ZONES])
        group = client_security_group(self, f"{name}-clients", args, PORT)
        log = log_group(self, f"{name}-log", f"/aws/opensearch/{called}", args, args.log_days)
        log_arn = policies.after(log, region.arn("logs", f"log-group:/aws/opensearch/{called}:*"))
        admitted = LogResourcePolicy(
            name,
            policy_name=physical("log-group", f"{name}-log"),
            policy_document=policies.document(
                policies.allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [log_arn],
                    principal=policies.service("es.amazonaws.com"),
                    condition=policies.own_account(region),
                )
            ),
            opts=region.child(self),
        )
        domain = Domain(
            name,
            domain_name=called,
            engine_version=f"OpenSearch_{args.version}",
            cluster_config={
                "instance_type": args.instance_type,
                "instance_count": len(subnets),
                "zone_awareness_enabled": True,
                "zone_awareness_config": {"availability_zone_count": len(subnets)},
                "dedicated_master_enabled": True,
                "dedicated_master_type": MASTER,
                "dedicated_master_count": MASTERS,
            },
            ebs_options={"ebs_enabled": True, "volume_type": "gp3", "volume_size": args.storage},
            vpc_options={"subnet_ids": list(subnets.values()), "security_group_ids": [group.id]},
            encrypt_at_rest={"enabled": True, "kms_key_id": args.key_arn},
            node_to_node_encryption={"enabled": True},
            domain_endpoint_options={
                "enforce_https": True,
                "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10",
            },
            access_policies=policies.document(
                policies.allow(
                    USING,
                    [region.arn("es", f"domain/{called}/*")],
                    principal=policies.accounts(region, region.known_account),
                )
            ),
            log_publishing_options=[{"cloudwatch_log_group_arn": log_arn, "log_type": "ES_APPLICATION_LOGS"}],
            off_peak_window_options={
                "enabled": True,
                "off_peak_window": {"window_start_time": {"hours": _hour(args.maintenance_window), "minutes": 0}},
            },
            software_update_options={"auto_software_update_enabled": True},
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected, depends_on=[admitted]),
        )
        self.arn = policies.after(domain, region.arn("es", f"domain/{called}"))
        self._alarms(called)
        self.url = pulumi.Output.concat("https://", domain.endpoint)
        self.security_group_id = group.id
        self.register_outputs(
            {"url": self.url, "arn": self.arn, "securityGroupId": self.security_group_id, "port": self.port}
        )

    def using(self) -> dict[str, policies.Statement]:
        """What a program may do that asks and fills the index, by a name for each statement."""
        return {f"search {self._name}": policies.allow(USING, [pulumi.Output.concat(self.arn, "/*")])}

    def _alarms(self, domain: str) -> None:
        """What AWS recommends (OpenSearch Service Developer Guide, "Recommended CloudWatch alarms")."""
        quarter = self._args.storage * 1024 / 4
        self._alarm("red", domain, "ClusterStatus.red", "A primary shard is lost: some of the index is not found")
        self._alarm("blocked", domain, "ClusterIndexWritesBlocked", "It takes no writes: no room, or no memory")
        self._alarm("unkept", domain, "AutomatedSnapshotFailure", "AWS's own snapshot failed")
        self._alarm(
            "full", domain, "FreeStorageSpace", "A node has less than a quarter of its disk left", quarter, below=True
        )
        self._alarm("pressed", domain, "JVMMemoryPressure", "A node is short of memory", 95)

    def _alarm(
        self, what: str, domain: str, metric: str, says: str, threshold: float = 1, *, below: bool = False
    ) -> None:
        region = self._args.region
        metric_alarm(
            self,
            region,
            f"{self._name}-{what}",
            says,
            told(self._args.topic_arn),
            namespace="AWS/ES",
            metric_name=metric,
            dimensions={"DomainName": domain, "ClientId": region.known_account},
            statistic="Minimum" if below else "Maximum",
            period=MINUTE,
            evaluation_periods=3,
            datapoints_to_alarm=3,
            comparison_operator="LessThanOrEqualToThreshold" if below else "GreaterThanOrEqualToThreshold",
            threshold=float(threshold),
            treat_missing_data="notBreaching",
        )


def _hour(window: str) -> int:
    """The hour at which a weekly window begins; the domain's own window is daily and lasts ten hours."""
    return int(window.split(":")[1])
