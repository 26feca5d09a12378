"""Every change of a MySQL database, within a minute in a locked bucket that nobody at the sites can enter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.ecs import Cluster, Service, TaskDefinition
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.s3 import BucketMetric
from pulumi_aws.scheduler import Schedule
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.buckets import IsolatedBucket, Kept, admit, private_bucket
from bcinfra.aws.datasite import LogDays, StoreSite
from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.parameters import Parameters, ParametersArgs
from bcinfra.aws.region import Region, without_account
from bcinfra.aws.replicas import HTTPS, Reach, pulling
from bcinfra.aws.sizes import fargate
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.seconds import MINUTE

READERS: Final = 2
"""Readers at a site, each in a zone of its own: one may die, or be replaced, while the other goes on."""
SILENCE_MINUTES: Final = 10
"""Minutes without a beat after which the vault's people are told: within the quarter of an hour that is promised."""
CONTAINER: Final = "reader"
PROGRAM: Final = ("python", "-m", "archive_binlogs")
"""``bcinfra/operations/archive_binlogs.py``, as the image holds it."""


class BinlogSource(StoreSite):
    """A site's copy of the database, and where its readers run."""

    host: Str
    """Where the database answers: ``MySql(...).endpoints["dublin"]``, or Aurora's, which follows a failover."""
    database: Reach
    """The security group that guards it, and its port."""
    image: Str
    """A container image that holds MySQL's client programs, Python, boto3 and ``archive_binlogs.py``
    (``bcinfra/operations``), in a registry that the loss of another site leaves."""
    log_key_arn: Str | None = None
    """KMS key for the readers' log, whose policy lets ``logs.<region>.amazonaws.com`` use it."""


class BinlogArchiveArgs(Args):
    """Arguments of :class:`BinlogArchive`."""

    sites: Mapping[str, BinlogSource] = Field(min_length=1)
    """The database's copies that are read, by site. A standby's own log goes on without a change after a failover. A
    secondary cluster of Aurora keeps no log until it is promoted: its readers wait for that."""
    vault: IsolatedBucket
    """Where the log is kept, in another account, under a key of that account that lets the sites' use it
    (``KeyArgs.accounts``)."""
    topic_arn: Str
    """Who is told that nothing arrives: a topic of the vault's account and region, which outlives the sites."""
    username: str = Field(min_length=1)
    """A user of its own, with ``archive_binlogs.RIGHTS`` and no more: it replicates, and reads the schema."""
    password: Str
    """Its password. It is written, never kept in the state."""
    interval_seconds: int = Field(default=30, ge=5, le=600)
    """Seconds between uploads: what is lost at most when a site is, but for what is on its way."""
    keep_days: int = Field(default=35, ge=1, le=36500)
    """Days after which a log goes; no sooner than the lock ends."""
    log_days: LogDays = 90
    """Days for which the readers' own log is kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        vault = self.vault.region
        sites = {f"sites[{name!r}].region": site.region for name, site in self.sites.items()}
        yield from without_account({"vault.region": vault, **sites})
        for name, site in self.sites.items():
            if vault.account and site.region.account == vault.account:
                yield (
                    f"vault.region: account {vault.account} also holds site {name!r}; whoever takes that account takes"
                    " the archive"
                )
        if "vault" in self.sites:
            yield "sites: 'vault' is the name of the archive's own place; choose another"
        if self.keep_days < self.vault.retention_days:
            yield f"keep_days: {self.keep_days} is less than the lock's {self.vault.retention_days} days"


class BinlogArchive(Component):
    """Two readers at each site that write the database's raw binary log, as the server wrote it, to a locked bucket of
    another account; a manifest of schema and position each day; and alarms there, where the log arrives.

    No backup service of AWS copies to another account more often than hourly, and what it copies is a snapshot (AWS
    Backup, point-in-time recovery). With this log a snapshot in the vault is replayed to any second: the archive needs
    a base, such as the copies of :class:`Backups` in an ``isolated`` vault of the same account.

    The readers may add objects and list their names, nothing else: they cannot read, replace or delete what is there,
    nor can who takes the sites' account. After every upload a reader proves, by a beat, that all that was acknowledged
    before has arrived. The alarms in the vault's account turn red where beats are missing, for whatever reason, and
    where a reader found that the server had dropped what nobody had read.

    No resource can make the user, nor tell RDS to keep its log, which it drops within minutes of its backup otherwise:
    run ``archive_binlogs.SETUP``, ``CALL mysql.rds_set_configuration('binlog retention hours', 24)`` and the grants on
    every primary once (RDS User Guide, MySQL binary logs); a shop's page has a job that does. A reader that was away
    for longer leaves a gap, and the alarm says so.

    To restore: restore the snapshot in the vault's account, then run ``archive_binlogs restore`` there with a moment
    before the damage. With GTIDs the server leaves out what the snapshot holds already.
    """

    package = "aws"

    bucket_name: pulumi.Output[str]
    """The bucket that holds the log."""
    bucket_arn: pulumi.Output[str]
    """Its ARN."""
    alarm_arns: Mapping[str, pulumi.Output[str]]
    """The alarms in the vault's account: ``silent``, while no reader proves that changes arrive, and ``gap``."""

    def __init__(self, name: str, args: BinlogArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        vault = args.vault
        store = private_bucket(self, f"{name}-vault", vault, vault.retention_days, expires_days=args.keep_days)
        roles = {site: self._reader(site, source, store) for site, source in args.sites.items()}
        writers = policies.roles(*roles.values())
        admit(
            self,
            f"{name}-vault",
            store,
            policies.allow(["s3:PutObject"], [f"{store.arn}/*"], principal=writers),
            policies.allow(["s3:ListBucket"], [store.arn], principal=writers),
        )
        self.alarm_arns = {
            "silent": self._alarm("silent", store, "beats/", silent=True),
            "gap": self._alarm("gap", store, "gaps/", silent=False),
        }
        self.bucket_name = policies.after(store.bucket, store.name)
        self.bucket_arn = policies.after(store.bucket, store.arn)
        self.register_outputs(
            {"bucketName": self.bucket_name, "bucketArn": self.bucket_arn, "alarmArns": self.alarm_arns}
        )

    # -- in the vault --------------------------------------------------------------------------------------------------

    def _alarm(self, what: str, store: Kept, prefix: str, *, silent: bool) -> pulumi.Output[str]:
        """An alarm where nothing arrives under a prefix, or where anything does."""
        region, logical = store.place.region, f"{self._name}-{what}"
        metric = BucketMetric(
            logical, bucket=store.bucket.bucket, name=what, filter={"prefix": prefix}, opts=region.child(self)
        )
        periods = SILENCE_MINUTES // 5 if silent else 1
        alarm_name = physical("alarm", logical)
        alarm = metric_alarm(
            self,
            region,
            logical,
            "No reader has shown for ten minutes that all changes arrive"
            if silent
            else "The server dropped a part of its log that no reader had uploaded: take a new base",
            [self._args.topic_arn],
            namespace="AWS/S3",
            metric_name="PutRequests",
            dimensions={"BucketName": store.name, "FilterId": metric.name},
            statistic="Sum",
            period=5 * MINUTE,
            evaluation_periods=periods,
            datapoints_to_alarm=periods,
            comparison_operator="LessThanThreshold" if silent else "GreaterThanOrEqualToThreshold",
            threshold=1.0,
            treat_missing_data="breaching" if silent else "notBreaching",
        )
        return policies.after(alarm, region.arn("cloudwatch", f"alarm:{alarm_name}"))

    # -- at a site -----------------------------------------------------------------------------------------------------

    def _reader(self, site: str, source: BinlogSource, store: Kept) -> pulumi.Output[str]:
        """The readers of a site, and who writes its manifest; the ARN of their role."""
        name, region = f"{self._name}-{site}", source.region
        parameters = Parameters(
            name,
            ParametersArgs(
                at=source,
                prefix=f"/{name}",
                plain={"MYSQL_HOST": source.host},  # beside the password, so that a preview can read the task
                secret={"MYSQL_PWD": self._args.password},
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        group = self._group(name, source)
        logs = LogGroup(
            name,
            name=physical("log-group", f"/ecs/{name}"),
            kms_key_id=source.log_key_arn,
            retention_in_days=self._args.log_days,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        streams = policies.after(logs, region.arn("logs", f"log-group:{physical('log-group', f'/ecs/{name}')}:*"))
        starter = self._role(
            f"{name}-execution",
            region,
            f"Starts the readers of {name}",
            policies.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [streams]),
            policies.allow(["ssm:GetParameters"], list(parameters.arns.values())),
            policies.allow(["kms:Decrypt"], [source.key_arn]),
            *pulling(source.image, region),
        )
        role_name = physical("iam-role", name)
        writer = self._role(
            name,
            region,
            f"What the readers of {name} may do: add to the archive",
            policies.allow(["s3:PutObject"], [f"{store.arn}/*"]),
            policies.allow(["s3:ListBucket"], [store.arn]),
            policies.allow(["kms:GenerateDataKey"], [store.place.key_arn]),
        )
        size = fargate(0.25, 0.5)
        task = TaskDefinition(
            name,
            family=physical("ecs", name),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(size.cpu),
            memory=str(size.memory),
            runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": "ARM64"},
            execution_role_arn=starter.arn,
            task_role_arn=writer.arn,
            container_definitions=pulumi.Output.json_dumps([self._container(site, source, store, parameters)]),
            volumes=[{"name": "binlogs"}],
            tags=region.tagged(name),
            opts=region.child(self, depends_on=[logs]),
        )
        cluster = Cluster(name, name=physical("ecs", name), tags=region.tagged(name), opts=region.child(self))
        network: Any = {
            "subnets": list(source.subnet_ids.values()),
            "security_groups": [group.id],
            "assign_public_ip": False,
        }
        Service(
            name,
            name=physical("ecs", name),
            cluster=cluster.arn,
            task_definition=task.arn,
            launch_type="FARGATE",
            desired_count=READERS,
            availability_zone_rebalancing="ENABLED",
            deployment_minimum_healthy_percent=50,  # one goes on while the other is replaced
            deployment_maximum_percent=200,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            network_configuration=network,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=region.tagged(name),
            opts=region.child(self, depends_on=[store.bucket]),
        )
        self._manifest(name, region, cluster, task, network, (starter, writer))
        return policies.after(writer, policies.role_arn(region, role_name))

    def _container(self, site: str, source: BinlogSource, store: Kept, parameters: Parameters) -> dict[str, Any]:
        environment: dict[str, Str] = {
            "BINLOG_BUCKET": store.name,
            "BUCKET_REGION": store.place.region.name,
            "FOLDER": "/binlogs",
            "INTERVAL_SECONDS": str(self._args.interval_seconds),
            "MYSQL_OPTIONS": "--ssl-mode=VERIFY_CA --ssl-ca=/etc/ssl/certs/rds-global-bundle.pem",
            "MYSQL_PORT": str(source.database.port),
            "MYSQL_USER": self._args.username,
            "READER": site,
        }
        return {
            "name": CONTAINER,
            "image": source.image,
            "command": [*PROGRAM, "read"],
            "essential": True,
            "user": "65532:65532",
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
            "secrets": [{"name": key, "valueFrom": arn} for key, arn in sorted(parameters.arns.items())],
            "mountPoints": [{"sourceVolume": "binlogs", "containerPath": "/binlogs"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": physical("log-group", f"/ecs/{self._name}-{site}"),
                    "awslogs-region": source.region.name,
                    "awslogs-stream-prefix": CONTAINER,
                    "mode": "non-blocking",
                },
            },
        }

    def _group(self, name: str, source: BinlogSource) -> SecurityGroup:
        """The readers' group: to the database and to AWS, and nobody in."""
        region, reach = source.region, source.database
        group = SecurityGroup(
            name,
            description=f"Readers of {name}",
            vpc_id=source.vpc_id,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        ways: dict[str, tuple[int, dict[str, Str]]] = {
            "to-database": (reach.port, {"referenced_security_group_id": reach.security_group_id}),
            "to-https": (HTTPS, {"cidr_ipv4": "0.0.0.0/0"}),
        }
        for what, (port, target) in ways.items():
            SecurityGroupEgressRule(
                f"{name}-{what}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                **target,
                tags=region.tagged(f"{name}-{what}"),
                opts=region.child(self),
            )
        SecurityGroupIngressRule(
            f"{name}-at-database",
            security_group_id=reach.security_group_id,
            ip_protocol="tcp",
            from_port=reach.port,
            to_port=reach.port,
            referenced_security_group_id=group.id,
            tags=region.tagged(f"{name}-at-database"),
            opts=region.child(self),
        )
        return group

    def _role(
        self,
        what: str,
        region: Region,
        description: str,
        *statements: policies.Statement | pulumi.Output[list[policies.Statement]],
    ) -> Role:
        role = Role(
            what,
            name=physical("iam-role", what),
            description=description,
            assume_role_policy=policies.trust(
                policies.service("ecs-tasks.amazonaws.com"), condition=policies.own_account(region)
            ),
            tags=region.tagged(what),
            opts=region.child(self),
        )
        RolePolicy(what, role=role.id, policy=policies.document(*statements), opts=region.child(self))
        return role

    def _manifest(
        self,
        name: str,
        region: Region,
        cluster: Cluster,
        task: TaskDefinition,
        network: Any,
        roles: tuple[Role, Role],
    ) -> None:
        """Each night a task that writes the schema, and the position at that moment."""
        what = f"{name}-manifest"
        runner = Role(
            what,
            name=physical("iam-role", what),
            description=f"Starts the manifest of {name}",
            assume_role_policy=policies.trust(
                policies.service("scheduler.amazonaws.com"), condition=policies.own_account(region)
            ),
            tags=region.tagged(what),
            opts=region.child(self),
        )
        RolePolicy(
            what,
            role=runner.id,
            policy=policies.document(
                policies.allow(["ecs:RunTask"], [task.arn_without_revision.apply(lambda arn: f"{arn}:*")]),
                policies.allow(["iam:PassRole"], [role.arn for role in roles]),
            ),
            opts=region.child(self),
        )
        target: Any = {
            "arn": cluster.arn,
            "role_arn": runner.arn,
            "ecs_parameters": {
                "task_definition_arn": task.arn,
                "launch_type": "FARGATE",
                "network_configuration": network,
            },
            "input": pulumi.Output.json_dumps(
                {"containerOverrides": [{"name": CONTAINER, "command": [*PROGRAM, "manifest"]}]}
            ),
        }
        Schedule(
            what,
            name=physical("schedule", what),
            schedule_expression="cron(30 2 * * ? *)",
            schedule_expression_timezone="UTC",
            flexible_time_window={"mode": "OFF"},
            target=target,
            opts=region.child(self),
        )
