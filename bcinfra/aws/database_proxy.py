"""RDS Proxy in front of a site's database: a pool of connections that a failover does not break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.rds import Proxy, ProxyDefaultTargetGroup, ProxyEndpoint, ProxyTarget
from pulumi_aws.secretsmanager import Secret, SecretVersion
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays, StoreSite, client_security_group
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Reach
from bcinfra.component import Args, Component, Str, refuse

PORT: Final = 3306
"""Every proxy for MySQL listens here, whatever port the database has (Amazon RDS User Guide, RDS Proxy, limitations for
RDS for MySQL: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html; read 2026-11)."""
UNSERVED: Final = frozenset({"use1-az3", "usw1-az2"})
"""Zones that have no proxies (the same page, quotas and limitations)."""
LEAST_ZONES: Final = 2
"""Zones that a proxy needs; the endpoint that it comes with stands in so many, whichever it takes (the same page)."""


class ProxiedDatabase(Args):
    """The database behind a proxy, as ``MySql(...).proxied(site)`` and ``AuroraMySql(...).proxied(site)`` tell it."""

    instance: Str | None = None
    """Identifier of the instance of RDS that takes writes. A replica has no proxy until it is promoted."""
    cluster: Str | None = None
    """Identifier of the Aurora cluster."""
    reach: Reach
    """What guards it: the proxy opens the way for itself."""
    forwards_writes: bool = False
    """Whether its readers pass writes on for sessions of a read consistency."""


class DatabaseProxyArgs(Args):
    """Arguments of :class:`DatabaseProxy`."""

    site: StoreSite
    """Where the proxy stands, in the network of the database, and who may connect."""
    database: ProxiedDatabase
    """What it connects to."""
    logins: Mapping[str, Str] = Field(min_length=1, max_length=200)
    """Passwords by the user who may log in through it. They are written, never kept in the state."""
    login_version: int = Field(default=1, ge=1)
    """Raise it to write the passwords again: a write-only value shows no difference by itself."""
    readers: bool = False
    """Whether there is an endpoint for what is only read, which the cluster's other instances answer. Of Aurora alone:
    RDS lets a proxy have the instance that writes and none besides."""
    connections: int = Field(default=90, ge=10, le=100)
    """The most of the database's ``max_connections`` that the proxy opens, percent. The rest is for operators, jobs and
    the archive of changes, which connect to the database itself."""
    wait: int = Field(default=30, ge=1, le=300)
    """Seconds that a request waits for a connection, such as through a failover, before it is refused."""
    idle: int = Field(default=1800, ge=1, le=28800)
    """Seconds after which a client's connection that does nothing is closed."""
    log_key_arn: Str | None = None
    """KMS key for the log, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which the log is kept."""

    @property
    def subnet_ids(self) -> dict[str, Str]:
        """The subnets that a proxy can stand in, by zone."""
        return {zone: subnet for zone, subnet in self.site.subnet_ids.items() if zone not in UNSERVED}

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if (self.database.instance is None) == (self.database.cluster is None):
            yield "database: needs an instance or a cluster, and not both"
        if self.database.forwards_writes:
            yield (
                "database: its readers forward writes for sessions with a read consistency, which RDS Proxy does not"
                " support; make the cluster with write_forwarding=False, or let its clients connect without a proxy"
            )
        if self.readers and self.database.cluster is None:
            yield "readers: a proxy of an instance has no readers; only a cluster's has"
        if len(self.subnet_ids) < LEAST_ZONES:
            yield (
                f"site.subnet_ids: a proxy needs {LEAST_ZONES} zones, and {', '.join(sorted(UNSERVED))} have none;"
                f" left are {', '.join(self.subnet_ids) or 'no zones'}"
            )


class DatabaseProxy(Component):
    """RDS Proxy in front of the database of one site: it holds clients' connections while the database fails over, and
    shares few connections of the database among many of them.

    Who connects through it fails with it: its endpoint stands in two zones, which RDS chooses. Clients need TLS, and
    check its certificate by public authorities (Amazon Trust Services) instead of those of RDS. They log in with a user
    and password that it reads in Secrets Manager, by a role that may do nothing else.

    It does not support the read consistency of sessions that write forwarding needs: such a database is refused. A
    session that sets variables, takes locks or makes temporary tables keeps a connection of the database to itself
    (pinning).

    After a failover to another site nothing of it changes: it is its site's, and connects to the site's own database. A
    login of a protected region can be restored for 30 days after deletion; for that time its name stays taken.
    """

    package = "aws"

    endpoint: pulumi.Output[str]
    """Host name for reading and writing."""
    reader_endpoint: pulumi.Output[str] | None
    """Host name for reading, where there are ``readers``."""
    security_group_id: pulumi.Output[str]
    """The security group that guards it."""
    port: int
    """The port that it listens on."""

    def __init__(self, name: str, args: DatabaseProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args, self.port = name, args, PORT
        identifier, region = physical("rds", name), args.site.region
        group = client_security_group(self, f"{name}-clients", args.site, PORT)
        ways = self._open(group)
        secrets = {user: self._login(user, password) for user, password in sorted(args.logins.items())}
        log = LogGroup(
            f"{name}-log",
            name=f"/aws/rds/proxy/{identifier}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_days,
            **self._own("log"),
        )
        proxy = Proxy(
            name,
            name=identifier,
            engine_family="MYSQL",
            role_arn=self._role(list(secrets.values())),
            auths=[
                {
                    "auth_scheme": "SECRETS",
                    "client_password_auth_type": "MYSQL_CACHING_SHA2_PASSWORD",
                    "iam_auth": "DISABLED",
                    "description": user,
                    "secret_arn": secret.arn,
                }
                for user, secret in secrets.items()
            ],
            require_tls=True,
            debug_logging=False,  # it would copy customers' data
            idle_client_timeout=args.idle,
            vpc_security_group_ids=[group.id],
            vpc_subnet_ids=list(args.subnet_ids.values()),
            tags=region.tagged(identifier),
            opts=region.child(self, depends_on=[log, *ways]),
        )
        targets = ProxyDefaultTargetGroup(
            f"{name}-targets",
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": args.connections,
                "max_idle_connections_percent": args.connections // 2,
                "connection_borrow_timeout": args.wait,
            },
            opts=region.child(self),
        )
        ProxyTarget(
            f"{name}-target",
            db_proxy_name=proxy.name,
            target_group_name=targets.name,
            db_instance_identifier=args.database.instance,
            db_cluster_identifier=args.database.cluster,
            opts=region.child(self),
        )
        self.endpoint = proxy.endpoint
        self.reader_endpoint = self._readers(proxy, group) if args.readers else None
        self.security_group_id = group.id
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "readerEndpoint": self.reader_endpoint,
                "securityGroupId": self.security_group_id,
                "port": self.port,
            }
        )

    def _own(self, what: str) -> dict[str, Any]:
        """Tags and options of the child called ``what``."""
        region = self._args.site.region
        return {"tags": region.tagged(f"{self._name}-{what}"), "opts": region.child(self)}

    def _open(self, group: SecurityGroup) -> list[pulumi.Resource]:
        """The way from the proxy to the database."""
        reach = self._args.database.reach
        ports = {"ip_protocol": "tcp", "from_port": reach.port, "to_port": reach.port}
        return [
            SecurityGroupEgressRule(
                f"{self._name}-to-database",
                security_group_id=group.id,
                referenced_security_group_id=reach.security_group_id,
                description="the database",
                **ports,
                **self._own("to-database"),
            ),
            SecurityGroupIngressRule(
                f"{self._name}-at-database",
                security_group_id=reach.security_group_id,
                referenced_security_group_id=group.id,
                description="the proxy connects",
                **ports,
                **self._own("at-database"),
            ),
        ]

    def _login(self, user: str, password: Str) -> Secret:
        """What the proxy logs in with."""
        args, what = self._args, f"login-{user}"
        region = args.site.region
        secret = Secret(
            f"{self._name}-{what}-secret",
            # It ends in five letters: a suffix of six reads like that of an ARN.
            name=physical("secret", f"{self._name}-{user}-login"),
            description=f"{user} of the database behind {self._name}",
            kms_key_id=args.site.key_arn,
            recovery_window_in_days=30 if region.protected else 0,
            tags=region.tagged(f"{self._name}-{what}"),
            opts=region.child(self, protect=region.protected),
        )
        SecretVersion(
            f"{self._name}-{what}-value",
            secret_id=secret.id,
            secret_string_wo=pulumi.Output.secret(pulumi.Output.json_dumps({"username": user, "password": password})),
            secret_string_wo_version=args.login_version,
            opts=region.child(self),
        )
        return secret

    def _role(self, secrets: list[Secret]) -> pulumi.Output[str]:
        """The proxy reads these secrets and nothing else. Its trust has no condition: RDS Proxy supports no global
        condition keys (the same page, quotas and limitations)."""
        args = self._args
        via = f"secretsmanager.{args.site.region.name}.amazonaws.com"
        role = Role(
            f"{self._name}-role",
            description=f"What {self._name} logs in with",
            assume_role_policy=policies.trust(policies.service("rds.amazonaws.com")),
            **self._own("role"),
        )
        policy = RolePolicy(
            f"{self._name}-role",
            role=role.id,
            policy=policies.document(
                policies.allow(["secretsmanager:GetSecretValue"], [secret.arn for secret in secrets]),
                policies.allow(
                    ["kms:Decrypt"], [args.site.key_arn], condition={"StringEquals": {"kms:ViaService": via}}
                ),
            ),
            opts=args.site.region.child(self),
        )
        # The proxy logs in when it is made: not before it may.
        return pulumi.Output.all(role.arn, policy.id).apply(lambda made: made[0])

    def _readers(self, proxy: Proxy, group: SecurityGroup) -> pulumi.Output[str]:
        identifier = physical("rds", f"{self._name}-readers")
        return ProxyEndpoint(
            f"{self._name}-readers",
            db_proxy_name=proxy.name,
            db_proxy_endpoint_name=identifier,
            target_role="READ_ONLY",
            vpc_subnet_ids=list(self._args.subnet_ids.values()),
            vpc_security_group_ids=[group.id],
            **self._own("readers"),
        ).endpoint
