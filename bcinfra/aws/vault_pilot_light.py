"""What a restore in the vault's account takes, made ahead, and a restore each day that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.rds import ClusterParameterGroup, ParameterGroup, SubnetGroup
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.backups import RESTORE_POLICIES, backup_role
from bcinfra.aws.binlog_archive import PROGRAM
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.job import Job, JobArgs, Line
from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.network import Nat, Network, NetworkArgs
from bcinfra.aws.parameters import Parameters, ParametersArgs
from bcinfra.aws.region import KeyedRegion
from bcinfra.aws.replicas import Reach
from bcinfra.component import Args, Component, Str
from bcinfra.operations.archive_binlogs import NAMESPACE
from bcinfra.seconds import DAY, MINUTE

PORT: Final = 3306
RESTORE_MINUTES: Final = 360
"""Minutes that a restore with the log of a day takes at most by the assessment's figures."""
DAYS_UNPROVED: Final = 2
"""Days without a restore that passed, after which the vault's people are told: one may fail for a passing reason."""


_Parameters: TypeAlias = ParameterGroup | ClusterParameterGroup


class RestoredDatabase(Args):
    """What is restored: ``MySql(...).restored``, or Aurora's."""

    engine: Literal["mysql", "aurora"]
    """RDS for MySQL, or Aurora MySQL."""
    family: str = Field(examples=["mysql8.4", "aurora-mysql8.0"])
    """The family of its parameter groups."""
    parameters: Mapping[str, str]
    """Parameters of the engine, as the sites' have them."""
    identifiers: Mapping[str, str] = Field(min_length=1)
    """The instance, or cluster, of each site, whose copies the vault holds: each is proved."""
    instance_class: str
    """The class of what is restored, as the sites have it: a smaller one would prove another restore time."""
    username: str
    """The administrator. The password is set anew: that of the sites is not needed."""


class VaultPilotLightArgs(Args):
    """Arguments of :class:`VaultPilotLight`."""

    vault: KeyedRegion
    """The vault's account and region, and the key of what is restored there. The account must be known."""
    database: RestoredDatabase
    """What is restored."""
    archive_bucket: Str
    """The bucket of the binary log, in the same account: ``BinlogArchive(...).bucket_name``."""
    image: Str
    """The image of the archive's readers (``BinlogSource.image``), in a registry that the loss of the sites leaves."""
    topic_arn: Str
    """Who is told of a restore that failed: a topic of the vault's account and region."""
    cidr: str = "10.250.0.0/16"
    """The network's IPv4 range: apart from those of the sites that it may be joined to."""
    zones: tuple[str, ...] = ()
    """Zone ids, two or more. Empty takes the region's first three."""
    schedule: Line = "0 5 * * *"
    """When a restore is proved: once a day, as an alarm of CloudWatch waits no longer than a week for what is
    missing."""
    lost_minutes: int = Field(default=15, ge=1)
    """Minutes of data that a restore may lose; one that loses more is an alarm."""
    restore_minutes: int = Field(default=RESTORE_MINUTES, ge=1)
    """Minutes that a restore may take; a slower one is an alarm. Left out, those that ``bcinfra assess`` counts with:
    state your own figure in both."""
    log_gib: int = Field(default=8, ge=1, le=16)
    """GiB of binary log between two copies of the database, at most; a restore fetches them all."""
    log_key_arn: Str | None = None
    """KMS key for the logs, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which the logs of restores are kept."""


class VaultPilotLight(Component):
    """A network that nobody reaches, subnet group, parameter group as production's, security group and roles in the
    vault's account, and a job that restores there each day.

    With the sites' account lost, a restore waits for nothing that people would have to make first, and takes nothing of
    the sites: not their network, their keys, their registry nor their passwords.

    Nothing of it costs anything while it waits. Of each site's database, one after the other, the job restores the
    newest copy of AWS Backup, under a password of its own, replays the archived log, reads the marker that the readers
    write, publishes how long that took and how old the newest row was, and deletes what it made: what that costs is an
    instance of production's class for as long. It may touch no other database. Three alarms in the vault's account for
    each: no restore passed for two days, one lost more than it may, one took longer. What a run left that was killed,
    the next one deletes.

    The job has a public address, for the network has no other way to AWS; no rule lets anybody in.
    """

    package = "aws"

    vpc_id: pulumi.Output[str]
    """The network: databases are in its data subnets, which have no way out."""
    subnet_group_name: pulumi.Output[str]
    """Where a database is restored to."""
    parameter_group_name: pulumi.Output[str]
    """The parameters of what is restored."""
    security_group_id: pulumi.Output[str]
    """The group that guards it."""
    restore_role_arn: pulumi.Output[str]
    """The role by which AWS Backup restores."""
    proof_task_arn: pulumi.Output[str]
    """What proves: ``aws ecs run-task --task-definition`` does it now."""

    def __init__(self, name: str, args: VaultPilotLightArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.vault.region
        inside = pulumi.ResourceOptions(parent=self)
        self._network = Network(
            f"{name}-network",
            NetworkArgs(
                region=region,
                cidr=args.cidr,
                zones=args.zones,
                nat=Nat.NONE,
                endpoints=(),
                flow_log_key_arn=args.log_key_arn,
            ),
            opts=inside,
        )
        subnets = SubnetGroup(
            name,
            name=self._subnets,
            description=f"{name}: what is restored",
            subnet_ids=list(self._network.data_subnet_ids.values()),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        parameters = self._parameters()
        guard = SecurityGroup(
            name,
            description=f"{name}: what is restored",
            vpc_id=self._network.vpc_id,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        self.subnet_group_name, self.parameter_group_name = subnets.name, parameters.name
        self.security_group_id = guard.id
        self.restore_role_arn = backup_role(self, f"{name}-restore", region, RESTORE_POLICIES).arn
        self.vpc_id = self._network.vpc_id
        self.proof_task_arn = self._job(subnets, parameters, guard).task_arn
        self._alarms()
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetGroupName": self.subnet_group_name,
                "parameterGroupName": self.parameter_group_name,
                "securityGroupId": self.security_group_id,
                "restoreRoleArn": self.restore_role_arn,
                "proofTaskArn": self.proof_task_arn,
            }
        )

    def _parameters(self) -> _Parameters:
        database, region = self._args.database, self._args.vault.region
        name = f"{self._name}-{database.family}"
        make = ParameterGroup if database.engine == "mysql" else ClusterParameterGroup
        return make(
            name,
            name=self._parameter_group,
            family=database.family,
            description=f"{self._name}: parameters as the sites have them",
            parameters=[
                {"name": key, "value": value, "apply_method": "pending-reboot"}
                for key, value in sorted(database.parameters.items())
            ],
            tags=region.tagged(name),
            opts=region.child(self),
        )

    # -- proving -------------------------------------------------------------------------------------------------------

    def _job(self, subnets: SubnetGroup, parameters: _Parameters, guard: SecurityGroup) -> Job:
        args, database = self._args, self._args.database
        region, aurora = args.vault.region, self._args.database.engine == "aurora"
        group = "DBClusterParameterGroupName" if aurora else "DBParameterGroupName"
        name = f"{self._name}-proof"
        place: dict[str, Any] = {
            "DBSubnetGroupName": subnets.name,
            "VpcSecurityGroupIds": [guard.id],
            group: parameters.name,
        }
        told = Parameters(
            f"{name}-parameters",
            ParametersArgs(
                at=args.vault,
                prefix=f"/{name}",
                plain={"PLACE": pulumi.Output.json_dumps(place)},  # known later than the task, which a preview reads
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return Job(
            name,
            JobArgs(
                region=region,
                vpc_id=self._network.vpc_id,
                subnet_ids=self._network.public_subnet_ids,
                public=True,
                reaches={"database": Reach(security_group_id=guard.id, port=PORT)},
                image=args.image,
                command=(*PROGRAM, "prove"),
                cpu=1,
                memory=args.log_gib + 2,
                writable_mib=args.log_gib * 1024,
                schedule=args.schedule,
                log_key_arn=args.log_key_arn,
                log_days=args.log_days,
                policy=self._allowed(),
                secrets=dict(told.arns),
                secret_key_arns={"vault": args.vault.key_arn},
                environment={
                    "ARCHIVE": self._name,
                    "BINLOG_BUCKET": args.archive_bucket,
                    "BUCKET_REGION": region.name,
                    "ENGINE": database.engine,
                    "INSTANCE_CLASS": database.instance_class,
                    "MYSQL_OPTIONS": "--ssl-mode=VERIFY_CA --ssl-ca=/etc/ssl/certs/rds-global-bundle.pem",
                    "MYSQL_USER": database.username,
                    "SOURCES": " ".join(database.identifiers.values()),
                    "THROWAWAY": self._throwaway,
                },
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    @property
    def _throwaway(self) -> str:
        return physical("rds", f"{self._name}-proof")

    @property
    def _subnets(self) -> str:
        return physical("rds", self._name)

    @property
    def _parameter_group(self) -> str:
        """With the family in its name: a major upgrade makes the new group before the old one goes."""
        return physical("rds", f"{self._name}-{self._args.database.family.replace('.', '-')}")

    def _allowed(self) -> pulumi.Output[str]:
        """To read copies and log, to make and delete the one database, to say what came of it; nothing else."""
        args, name = self._args, self._throwaway
        region, key = args.vault.region, args.vault.key_arn
        group = "cluster-pg" if args.database.engine == "aurora" else "pg"
        place = [
            region.arn("rds", f"subgrp:{self._subnets}"),
            region.arn("rds", f"{group}:{self._parameter_group}"),
            region.arn("rds", "og:default:*"),  # a restore names the engine's own
        ]
        own, aurora = region.arn("rds", f"db:{name}"), args.database.engine == "aurora"
        bucket = pulumi.Output.concat(f"arn:{region.partition}:s3:::", args.archive_bucket)
        via = {"StringEquals": {"kms:ViaService": f"rds.{region.name}.amazonaws.com"}}
        if aurora:
            cluster = region.arn("rds", f"cluster:{name}")
            taken = region.arn("rds", "cluster-snapshot:awsbackup:*")
            databases = [
                policies.allow(["rds:RestoreDBClusterFromSnapshot"], [cluster, taken, *place]),
                policies.allow(["rds:CreateDBInstance"], [own, cluster]),
                policies.allow(["rds:ModifyDBCluster", "rds:DeleteDBCluster", "rds:DeleteDBInstance"], [own, cluster]),
            ]
        else:
            taken = region.arn("rds", "snapshot:awsbackup:*")
            databases = [
                policies.allow(["rds:RestoreDBInstanceFromDBSnapshot"], [own, taken, *place]),
                policies.allow(["rds:ModifyDBInstance", "rds:DeleteDBInstance"], [own]),
            ]
        looks = ["DBClusterSnapshots", "DBClusters", "DBInstances"] if aurora else ["DBSnapshots", "DBInstances"]
        return policies.document(
            policies.allow(["s3:ListBucketVersions"], [bucket]),
            policies.allow(["s3:GetObjectVersion"], [pulumi.Output.concat(bucket, "/*")]),
            policies.allow(["kms:Decrypt"], [key]),
            policies.allow(["kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKey*"], [key], condition=via),
            *databases,
            policies.allow([f"rds:Describe{what}" for what in looks], ["*"]),  # lists take no resource
            policies.allow(
                ["cloudwatch:PutMetricData"],
                ["*"],
                condition={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
            ),
        )

    def _alarms(self) -> None:
        for site, database in self._args.database.identifiers.items():
            self._alarms_of(f"{self._name}-{site}", database)

    def _alarms_of(self, name: str, database: str) -> None:
        args, region = self._args, self._args.vault.region
        unproved = f"No restore of {database} from the vault has passed for {DAYS_UNPROVED} days"
        lost = f"A restore of {database} from the vault lost more than {args.lost_minutes} minutes of data"
        slow = f"A restore of {database} from the vault took longer than {args.restore_minutes} minutes"
        common: dict[str, Any] = {
            "namespace": NAMESPACE,
            "dimensions": {"Archive": self._name, "Database": database},
            "period": DAY,
        }
        metric_alarm(
            self,
            region,
            f"{name}-unproved",
            f"{unproved}: nobody knows whether one would",
            [args.topic_arn],
            **common,
            metric_name="LostSeconds",
            statistic="SampleCount",
            evaluation_periods=DAYS_UNPROVED,
            datapoints_to_alarm=DAYS_UNPROVED,
            comparison_operator="LessThanThreshold",
            threshold=1.0,
            treat_missing_data="breaching",
        )
        for what, says, metric, minutes in (
            ("lost", lost, "LostSeconds", args.lost_minutes),
            ("slow", slow, "RestoreSeconds", args.restore_minutes),
        ):
            metric_alarm(
                self,
                region,
                f"{name}-{what}",
                says,
                [args.topic_arn],
                **common,
                metric_name=metric,
                statistic="Maximum",
                evaluation_periods=1,
                comparison_operator="GreaterThanThreshold",
                threshold=float(minutes * MINUTE),
                treat_missing_data="notBreaching",
            )
