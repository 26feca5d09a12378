"""What web and application tiers share: who they are, what they may read, how their health is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Self

import pulumi
from pulumi_gcp.projects import IAMMember
from pulumi_gcp.secretmanager import SecretIamMember
from pulumi_gcp.serviceaccount import Account
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Region
from bcinfra.gcp.secrets import READ

OBSERVE: Final = frozenset({"roles/logging.logWriter", "roles/monitoring.metricWriter"})
"""What every replica may do in the project: say how it is."""


class ProgramArgs(Args):
    """Arguments that everything has that runs."""

    region: Region
    """Where it runs."""
    network_id: Str
    """The network that holds the subnet."""
    subnet_id: Str
    """The subnet of the replicas, such as ``Network(...).sites["ghent"].subnet_id``."""
    image: Str
    """What a replica runs: a container image, or a machine image where the tier is of instances."""
    roles: frozenset[str] = frozenset()
    """Roles that the tier has in the project, beside :data:`OBSERVE`, such as ``roles/cloudtrace.agent``."""
    secrets: Mapping[str, Str] = {}
    """Secrets that a replica may read, by environment variable: full names, such as ``ReplicatedSecret.secret_id``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        return ()


class TierArgs(ProgramArgs):
    """Arguments that every tier has."""

    port: int = Field(default=8080, ge=1, le=65535)
    """TCP port that a replica listens on."""
    health_path: str = Field(default="/healthz", pattern=r"^/")
    """Answers 200 while a replica can serve."""
    live_path: str | None = Field(default=None, pattern=r"^/")
    """Answers 200 while a restart would not help: what a replica is replaced by, apart from what it gets requests by,
    for ``health_path`` may look at the database. If not given, an instance is alive whose port is open, a container
    whose process runs."""
    health_interval: int = Field(default=10, ge=2, le=240)
    """Seconds between health checks of a replica."""
    health_failures: int = Field(default=3, ge=2, le=10)
    """Checks in a row that fail before a replica is replaced."""
    warmup: int = Field(default=60, ge=1, le=240)
    """Seconds that a replica takes to start, at most."""
    minimum: int = Field(default=2, ge=0)
    """Fewest replicas that run. 0 is a pilot light."""
    peak: int = Field(ge=1)
    """Most replicas that run."""
    cpu_target: int = Field(default=50, ge=10, le=90)
    """CPU use in percent that autoscaling aims at: at half, two zones' replicas carry the load of three."""

    def _problems(self) -> Iterable[str]:
        if self.minimum == 1:
            yield "minimum: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"
        if self.minimum > self.peak:
            yield f"minimum: {self.minimum} is more than peak, {self.peak}"
        yield from super()._problems()

    @property
    def health_timeout(self) -> int:
        """Seconds within which a check must answer: half the interval, five at most."""
        return max(1, min(5, self.health_interval // 2))


class Program(Component):
    """What runs with an identity of its own, which may do what it is told and nothing else."""

    package = "gcp"

    _args: Any  # those of the class that is made

    member: pulumi.Output[str]
    """It as an IAM member, for what it reads and writes."""
    service_account: pulumi.Output[str]
    """The e-mail address of its service account."""

    def __init__(self, name: str, args: ProgramArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        identity = physical("service-account", f"{name}-{region.name}")
        account = Account(
            f"{name}-identity",
            account_id=identity,
            project=region.project,
            display_name=f"{name} in {region.name}",
            opts=region.child(self),
        )
        # Known in a preview, so that what it may do can be read before it exists.
        email = f"{identity}@{region.project}.iam.gserviceaccount.com"
        self.service_account = account.urn.apply(lambda _: email)
        self.member = account.urn.apply(lambda _: f"serviceAccount:{email}")
        self._rights: list[pulumi.Resource] = [
            *(
                IAMMember(
                    f"{name}-{role.rsplit('/', 1)[1]}",
                    project=region.project,
                    role=role,
                    member=self.member,
                    opts=region.child(self),
                )
                for role in sorted(OBSERVE | args.roles)
            ),
            *(
                SecretIamMember(
                    f"{name}-reads-{variable.lower().replace('_', '-')}",
                    project=region.project,
                    secret_id=secret,
                    role=READ,
                    member=self.member,
                    opts=region.child(self),
                )
                for variable, secret in sorted(args.secrets.items())
            ),
        ]


class Tier(Program):
    """A tier with an identity of its own, which may do what it is told and nothing else."""

    serverless: ClassVar[bool]
    """Whether the replicas are Google's to place."""

    group: pulumi.Output[str]
    """What a load balancer sends requests to."""

    @property
    def _outputs(self) -> dict[str, Any]:
        return {"group": self.group, "member": self.member, "serviceAccount": self.service_account}
