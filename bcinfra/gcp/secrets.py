"""A secret that is kept at every site, and read without the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

import pulumi
from pulumi_gcp.secretmanager import Secret, SecretIamMember, SecretVersion
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import KeyedRegion, Project

READ: Final = "roles/secretmanager.secretAccessor"


class ReplicatedSecretArgs(Args):
    """Arguments of :class:`ReplicatedSecret`."""

    project: Project
    """The project of the secret, and of every site."""
    sites: Mapping[str, KeyedRegion] = Field(min_length=1)
    """Where the secret is kept, by site, each under that region's own key. Adding or removing one makes a new
    secret: the service cannot move one."""
    value: pulumi.Output[str] | None = None
    """The value, such as ``config.require_secret("password")``. It is write-only: never read back, and secret in
    state. Without one the secret is made empty, for an operator or a rotation to fill."""
    value_version: int = Field(default=1, ge=1)
    """Raise it to write ``value`` again: a write-only value shows no difference by itself."""
    readers: Mapping[str, Str] = {}
    """IAM members that may read it, by a name for each, such as a tier's ``member``."""

    @model_validator(mode="after")
    def _sites_fit(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        problems: list[str] = []
        owners: dict[str, str] = {}
        for site, keyed in self.sites.items():
            if (owner := owners.setdefault(keyed.region.name, site)) != site:
                problems.append(f"sites: {owner!r} and {site!r} are both in {keyed.region.name}; one replica a region")
            if keyed.region.project != self.project.project:
                problems.append(f"sites[{site!r}]: a replica stays in the secret's project, {self.project.project}")
        return problems


class ReplicatedSecret(Component):
    """A Secret Manager secret with a replica at every site, each under a key of its own region.

    Reading asks one worldwide name and is answered by any replica, so a failover needs nothing. A version that is
    destroyed by mistake can be brought back for 30 days where the project is protected.
    """

    package = "gcp"

    secret_id: pulumi.Output[str]
    """The secret's full name, ``projects/.../secrets/...``."""
    name: str
    """The secret's short name."""

    def __init__(self, name: str, args: ReplicatedSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        self.name = physical("secret", name)
        secret = Secret(
            f"{name}-secret",
            secret_id=self.name,
            project=project.project,
            replication={
                "user_managed": {
                    "replicas": [
                        {
                            "location": args.sites[site].region.name,
                            "customer_managed_encryption": {"kms_key_name": args.sites[site].key_name},
                        }
                        for site in sorted(args.sites)
                    ]
                }
            },
            version_destroy_ttl=f"{30 * DAY_SECONDS}s" if project.protected else None,
            deletion_protection=project.protected,
            labels=project.labelled(name),
            opts=project.child(self, protect=project.protected),
        )
        if args.value is not None:
            SecretVersion(
                f"{name}-value",
                project=project.project,
                secret=secret.id,
                secret_data_wo=pulumi.Output.secret(args.value),
                secret_data_wo_version=str(args.value_version),
                # A new value does not destroy the old one: whoever still holds it can finish.
                deletion_policy="ABANDON" if project.protected else "DELETE",
                opts=project.child(self),
            )
        for who, member in sorted(args.readers.items()):
            SecretIamMember(
                f"{name}-{who}",
                project=project.project,
                secret_id=secret.secret_id,
                role=READ,
                member=member,
                opts=project.child(self),
            )
        self.secret_id = secret.id
        self.register_outputs({"secretId": self.secret_id, "name": self.name})
