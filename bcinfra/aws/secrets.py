"""A secret that every site can read without the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self

import pulumi
from pulumi_aws.secretsmanager import Secret, SecretVersion
from pydantic import Field, model_validator

from bcinfra.aws.names import physical
from bcinfra.aws.region import KeyedRegion
from bcinfra.component import Args, Component, refuse, unknown_site


class ReplicatedSecretArgs(Args):
    """Arguments of :class:`ReplicatedSecret`."""

    sites: Mapping[str, KeyedRegion] = Field(min_length=1)
    """Where the secret is kept, by site, each under that region's own key. Every site is in the same account."""
    primary: str
    """The site where the secret is written; the others hold read-only replicas."""
    value: pulumi.Output[str] | None = None
    """The value, such as ``config.require_secret("password")``. It is write-only: never read back, and secret in
    state. Without one the secret is made empty, for an operator or a rotation to fill."""
    value_version: int = Field(default=1, ge=1)
    """Raise it to write ``value`` again: a write-only value shows no difference by itself."""
    description: str = ""
    """What the secret is for."""

    @model_validator(mode="after")
    def _sites_fit(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        if self.primary not in self.sites:
            return [f"primary: {unknown_site(self.primary, self.sites)}"]
        problems: list[str] = []
        owners: dict[str, str] = {}
        for site, keyed in self.sites.items():
            if (owner := owners.setdefault(keyed.region.name, site)) != site:
                problems.append(f"sites: {owner!r} and {site!r} are both in {keyed.region.name}; one replica a region")
            if keyed.region.account != self.sites[self.primary].region.account:
                problems.append(f"sites[{site!r}]: a replica stays in the account of its primary")
        return problems


class ReplicatedSecret(Component):
    """A Secrets Manager secret with a replica at every other site, each under a key of its own region.

    After a failover the replica at the new primary is promoted with ``aws secretsmanager stop-replication-to-replica``
    if it must be written; reading needs nothing. Then ``primary`` is changed and the promoted secret is imported.

    A secret of a protected region can be restored for 30 days after deletion; for that time its name stays taken.
    """

    package = "aws"

    arns: Mapping[str, pulumi.Output[str]]
    """The secret's ARN at each site."""
    name: str
    """The secret's name, the same at every site."""

    def __init__(self, name: str, args: ReplicatedSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        primary = args.sites[args.primary]
        region = primary.region
        self.name = physical("secret", name)
        secret = Secret(
            f"{name}-secret",
            name=self.name,
            description=args.description or None,
            kms_key_id=primary.key_arn,
            replicas=[
                {"region": keyed.region.name, "kms_key_id": keyed.key_arn}
                for site, keyed in args.sites.items()
                if site != args.primary
            ],
            # Overwriting would destroy a secret of the same name that something else made in the other region.
            force_overwrite_replica_secret=False,
            recovery_window_in_days=30 if region.protected else 0,
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )
        if args.value is not None:
            SecretVersion(
                f"{name}-value",
                secret_id=secret.id,
                secret_string_wo=pulumi.Output.secret(args.value),
                secret_string_wo_version=args.value_version,
                opts=region.child(self),
            )
        self.arns = {
            site: secret.arn if site == args.primary else secret.arn.apply(_moved_to(keyed.region.name))
            for site, keyed in args.sites.items()
        }
        self.register_outputs({"arns": self.arns, "name": self.name})


def replica_arn(arn: str, region: str) -> str:
    """The ARN of a secret's replica: it differs from the primary's by the region alone, the random suffix included."""
    parts = arn.split(":")
    return ":".join([*parts[:3], region, *parts[4:]])


def _moved_to(region: str) -> Callable[[str], str]:
    return lambda arn: replica_arn(arn, region)
