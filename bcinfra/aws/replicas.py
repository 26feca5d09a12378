"""What runs in a network and is no server of anybody's: who it is, what it reaches, and how a container is started."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.ecs import Cluster, TaskDefinition
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.aws.sizes import TaskSize, fargate
from bcinfra.component import Args, Component, Str, refuse

CONTAINER: Final = "app"
HTTPS: Final = 443
READING: Final[Mapping[str, str]] = {"secretsmanager": "secretsmanager:GetSecretValue", "ssm": "ssm:GetParameters"}
"""The action that reads a secret, by the service that keeps it."""
HARDENED: Final = ("nosuid", "nodev")
"""How directories in memory are mounted: what is written there gains no rights."""
_ECR: Final = re.compile(
    r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?P<name>[^:@]+)"
)
PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What ECS does to pull an image (ECR User Guide, private repository policy examples)."""
_PATH: Final = re.compile(r"(/[A-Za-z0-9._-]+)+")


def pulling(image: Str, region: Region) -> list[policies.Statement | pulumi.Output[list[policies.Statement]]]:
    """What whoever starts a container in ``region`` may do to pull ``image``: of ECR that one repository."""

    def statements(name: str) -> list[policies.Statement]:
        if not (found := _ECR.match(name)):
            return []
        repository = f"arn:{region.partition}:ecr:{found['region']}:{found['account']}:repository/{found['name']}"
        return [
            policies.allow(["ecr:GetAuthorizationToken"], ["*"]),  # it takes no resource
            policies.allow(PULL, [repository]),
        ]

    return [*statements(image)] if isinstance(image, str) else [image.apply(statements)]


class Reach(Args):
    """Something behind a security group that a tier talks to: a database, a cache, another tier."""

    security_group_id: Str
    """The group that guards it, such as ``MySql(...).security_group_ids["dublin"]``."""
    port: int = Field(ge=1, le=65535)
    """Its TCP port."""


class Mount(Args):
    """A directory of shared files that a tier mounts, such as ``Files(...).mount("dublin", "documents")``."""

    file_system_id: Str
    """The file system at the site."""
    file_system_arn: Str
    """Its ARN."""
    access_point_id: Str
    """The way to the directory."""
    access_point_arn: Str
    """Its ARN."""

    def script(self, path: str) -> pulumi.Output[str]:
        """Lines of a shell script that mount it at ``path`` of a machine with ``amazon-efs-utils``, now and at every
        start."""
        options = pulumi.Output.concat("_netdev,tls,iam,accesspoint=", self.access_point_id)
        entry = pulumi.Output.concat(self.file_system_id, f":/ {path} efs ", options, " 0 0")
        return entry.apply(lambda line: f"mkdir -p {path}\necho '{line}' >> /etc/fstab\nmount {path}\n")


class ReplicasArgs(Args):
    """Arguments that everything has that runs in a network."""

    region: Region
    """Where they run."""
    vpc_id: Str
    """The network that holds the subnets."""
    subnet_ids: Mapping[str, Str] = Field(min_length=2)
    """Private subnets of the replicas by zone: at least two zones, so that the loss of one is no outage."""
    reaches: Mapping[str, Reach] = {}
    """What the replicas talk to, by a name for each. Both sides' groups are opened for it and nothing else."""
    egress_cidrs: Mapping[str, tuple[str, int]] = {"https": ("0.0.0.0/0", HTTPS)}
    """Further IPv4 ranges and TCP ports that the replicas talk to. The default reaches AWS and payment providers."""
    image: Str
    """What a replica runs: a container image, or a machine image where the tier is of instances."""
    drain: int = Field(default=60, ge=0, le=3600)
    """Seconds that a replica which leaves has to finish its requests."""
    mounts: Mapping[str, Mount] = {}
    """Shared files by the directory where a replica finds them. Containers are started with them, a machine mounts them
    by ``Mount.script`` in its user data; either is permitted to. ``reaches`` opens the way."""
    policy: Str | None = None
    """What the program may do in AWS, as a policy document. Nothing if not given."""
    secrets: Mapping[str, Str] = {}
    """Secrets that a replica may read, by environment variable: ARNs in Secrets Manager (``:<key>::`` after one takes
    a key of its JSON) or Parameter Store."""
    secret_key_arns: Mapping[str, Str] = {}
    """KMS keys that encrypt those secrets, by a name for each."""
    log_key_arn: Str | None = None
    """KMS key for the logs, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which logs are kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        for path in sorted(path for path in self.mounts if not _PATH.fullmatch(path)):
            yield f"mounts: {path!r} is no directory below the root, such as /files"
        for label in sorted(self.reaches.keys() & self.egress_cidrs.keys()):
            yield f"egress_cidrs: {label!r} is also in reaches; each name is used once"


class ContainersArgs(ReplicasArgs):
    """Arguments that every container has."""

    cpu: float = Field(gt=0, le=16)
    """vCPU of one task, at least: the smallest size that Fargate has is taken."""
    memory: float = Field(gt=0, le=120)
    """Memory of one task, GiB, at least."""
    architecture: Literal["ARM64", "X86_64"] = "ARM64"
    """What the image is built for."""
    environment: Mapping[str, Str] = {}
    """Environment variables, in plain text. Secrets go into ``secrets``."""
    user: str = Field(default="65532:65532", pattern=r"^[1-9]\d*(:[1-9]\d*)?$")
    """Numeric user (and group) that the container runs as: never root."""
    writable: frozenset[str] = frozenset({"/tmp"})  # noqa: S108  a path in the container
    """Directories that the container may write to; the rest of its file system is read-only. They are kept in memory:
    an empty volume of Fargate belongs to root, whatever the image says (containers-roadmap, issues 863 and 938)."""
    writable_mib: int = Field(default=64, ge=1, le=16384)
    """The most that each of those directories holds, MiB; it is taken from the memory of the task."""
    command: tuple[str, ...] = ()
    """What the container is started with, in place of the image's own command."""

    @property
    def size(self) -> TaskSize:
        """The size of a task."""
        return fargate(self.cpu, self.memory)

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        for variable in sorted(self.environment.keys() & self.secrets.keys()):
            yield f"environment: {variable!r} is also in secrets; a variable has one source"
        for path in sorted(self.mounts.keys() & self.writable):
            yield f"mounts: {path!r} is also in writable; a directory holds one or the other"


class Replicas(Component):
    """What runs in a network: every flow of it has a rule of its own; what has no rule is refused."""

    package = "aws"

    security_group_id: pulumi.Output[str]
    """The replicas' group."""

    _args: Any  # those of the class that is made

    def __init__(self, name: str, args: ReplicasArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args

    def _reading_secrets(self) -> list[policies.Statement | pulumi.Output[list[policies.Statement]]]:
        """What it takes to read the secrets: of two services, each of which knows its own ARNs."""
        args: ReplicasArgs = self._args
        return [
            *([pulumi.Output.all(*args.secrets.values()).apply(_reading)] if args.secrets else []),
            *([policies.allow(["kms:Decrypt"], list(args.secret_key_arns.values()))] if args.secret_key_arns else []),
        ]

    def _mounting(self) -> list[policies.Statement]:
        """What it takes to mount the shared files, each by its own access point."""
        args: ReplicasArgs = self._args
        return [
            policies.allow(
                ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                [mount.file_system_arn],
                condition={"StringEquals": {"elasticfilesystem:AccessPointArn": mount.access_point_arn}},
            )
            for mount in args.mounts.values()
        ]

    def _own(self, what: str, **options: object) -> dict[str, Any]:
        """Tags and options of the child called ``what``."""
        region: Region = self._args.region
        return {"tags": region.tagged(f"{self._name}-{what}"), "opts": region.child(self, **options)}

    def _group(self, what: str, description: str) -> SecurityGroup:
        return SecurityGroup(
            f"{self._name}-{what}", description=description, vpc_id=self._args.vpc_id, **self._own(what)
        )

    def _reach(self, inside: SecurityGroup) -> None:
        """Open the way of the replicas to what they talk to."""
        args: ReplicasArgs = self._args
        for label, (cidr, port) in args.egress_cidrs.items():
            self._emit(f"to-{label}", inside.id, port, cidr_ipv4=cidr)
        for label, reach in args.reaches.items():
            self._emit(f"to-{label}", inside.id, reach.port, referenced_security_group_id=reach.security_group_id)
            self._admit(f"at-{label}", reach.security_group_id, reach.port, referenced_security_group_id=inside.id)

    def _admit(self, what: str, group_id: Str, port: int, **source: Str) -> None:
        SecurityGroupIngressRule(
            f"{self._name}-{what}",
            security_group_id=group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **source,
            **self._own(what),
        )

    def _emit(self, what: str, group_id: Str, port: int, **target: Str) -> None:
        SecurityGroupEgressRule(
            f"{self._name}-{what}",
            security_group_id=group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **target,
            **self._own(what),
        )


class Containers(Replicas):
    """What starts containers on Fargate."""

    log_group_name: str
    """Where the containers' output goes."""

    def __init__(self, name: str, args: ContainersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.log_group_name = physical("log-group", f"/ecs/{name}")

    def _alone(self) -> SecurityGroup:
        """The group of containers that nobody connects to."""
        inside = self._group("replicas", f"Replicas of {self._name}")
        self.security_group_id = inside.id
        self._reach(inside)
        return inside

    def _cluster(self) -> Cluster:
        return Cluster(
            f"{self._name}-cluster",
            name=physical("ecs", self._name),
            settings=[{"name": "containerInsights", "value": "enabled"}],
            **self._own("cluster"),
        )

    def _task(self, ports: Sequence[int] = ()) -> TaskDefinition:
        """What a container is, with its log and what it may do. It listens on ``ports``."""
        args: ContainersArgs = self._args
        name = self._name
        logs = LogGroup(
            f"{name}-logs",
            name=self.log_group_name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_days,
            **self._own("logs"),
        )
        starter = self._starter = self._role(
            "execution", f"Starts tasks of {name}", policies.document(*self._starting(logs))
        )
        worker = self._worker = self._role("task", f"What {name} may do", args.policy)
        if mounting := self._mounting():
            RolePolicy(
                f"{name}-mounts", role=worker.id, policy=policies.document(*mounting), opts=args.region.child(self)
            )
        return TaskDefinition(
            f"{name}-task",
            family=physical("ecs", name),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.size.cpu),
            memory=str(args.size.memory),
            runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": args.architecture},
            execution_role_arn=starter.arn,
            task_role_arn=worker.arn,
            container_definitions=pulumi.Output.json_dumps([self._container(ports)]),
            volumes=[_shared(volume, args.mounts[path]) for volume, path in _volumes(args.mounts).items()],
            **self._own("task", depends_on=[logs]),
        )

    def _role(self, what: str, description: str, document: Str | None) -> Role:
        trust = policies.trust(
            policies.service("ecs-tasks.amazonaws.com"), condition=policies.own_account(self._args.region)
        )
        role = Role(f"{self._name}-{what}", description=description, assume_role_policy=trust, **self._own(what))
        if document is not None:
            RolePolicy(f"{self._name}-{what}", role=role.id, policy=document, opts=self._args.region.child(self))
        return role

    def _starting(self, logs: LogGroup) -> list[policies.Statement | pulumi.Output[list[policies.Statement]]]:
        """What ECS does to start a task: pull its image, read its secrets, write its log."""
        args: ContainersArgs = self._args
        region = args.region
        log_streams = (
            policies.after(logs, region.arn("logs", f"log-group:{self.log_group_name}:*"))
            if region.account
            else pulumi.Output.concat(logs.arn, ":*")
        )
        statements: list[policies.Statement | pulumi.Output[list[policies.Statement]]] = [
            policies.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_streams])
        ]
        return [*statements, *pulling(args.image, region), *self._reading_secrets()]

    def _container(self, ports: Sequence[int]) -> dict[str, Any]:
        args: ContainersArgs = self._args
        return {
            "name": CONTAINER,
            "image": args.image,
            "essential": True,
            "user": args.user,
            "readonlyRootFilesystem": True,
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": ["ALL"]},
                # Fargate mounts them since platform 1.4.0 of January 2026 (ECS, what is new, tmpfs mounts on Fargate).
                "tmpfs": [
                    {"containerPath": path, "size": args.writable_mib, "mountOptions": ["mode=1777", *HARDENED]}
                    for path in sorted(args.writable)
                ],
            },
            **({"command": list(args.command)} if args.command else {}),
            "portMappings": [{"containerPort": port, "protocol": "tcp"} for port in ports],
            "environment": [{"name": key, "value": args.environment[key]} for key in sorted(args.environment)],
            "secrets": [{"name": key, "valueFrom": args.secrets[key]} for key in sorted(args.secrets)],
            "mountPoints": [
                {"sourceVolume": volume, "containerPath": path} for volume, path in _volumes(args.mounts).items()
            ],
            "stopTimeout": min(args.drain, 120),  # Fargate waits no longer
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group_name,
                    "awslogs-region": args.region.name,
                    "awslogs-stream-prefix": CONTAINER,
                    # An outage of CloudWatch must not become one of the shop.
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        }


def _shared(volume: str, mount: Mount) -> Any:
    """A volume of shared files: reached by TLS, with the task's own permission."""
    return {
        "name": volume,
        "efs_volume_configuration": {
            "file_system_id": mount.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": mount.access_point_id, "iam": "ENABLED"},
        },
    }


def _volumes(paths: Iterable[str]) -> dict[str, str]:
    """Volume names by the directory they are mounted at."""
    return {path.strip("/").replace("/", "-"): path for path in sorted(paths)}


def _reading(arns: list[str]) -> list[policies.Statement]:
    """The permission to read secrets, each from its own service; a key of its JSON that a container wants is no part
    of a secret's ARN."""
    whole = [":".join(arn.split(":")[:7]) for arn in arns]
    of = {action: [arn for arn in whole if arn.split(":")[2] == service] for service, action in READING.items()}
    return [policies.allow([action], found) for action, found in of.items() if found]
