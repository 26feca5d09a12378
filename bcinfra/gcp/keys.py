"""A Cloud KMS key for one purpose at one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

import pulumi
from pulumi_gcp.kms import CryptoKey, CryptoKeyIAMMember, KeyRing
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, label

DAY_SECONDS: Final = 24 * 60 * 60
USE: Final = "roles/cloudkms.cryptoKeyEncrypterDecrypter"


class KeyArgs(Args):
    """Arguments of :class:`Key`."""

    project: Project
    """The project of the key, or a region of it."""
    location: str = Field(pattern=r"^[a-z]+(-[a-z]+\d+)?$", examples=["europe-west1", "europe"])
    """Where the key lives: the region of what it encrypts. For a dual-region bucket, the multi-region that holds both
    of its regions: ``europe``, ``us`` or ``asia``."""
    purpose: str = Field(min_length=1, examples=["database"])
    """What the key encrypts, in a word or two: a label of the key."""
    agents: frozenset[Agent] = frozenset()
    """Services of this project that use the key. The project's number must be known: their accounts carry it."""
    users: Mapping[str, Str] = {}
    """Further IAM members that use the key, by a name for each, such as another project's service agents."""
    rotation_days: int = Field(default=90, ge=2, le=3650)
    """Days between rotations of the key material."""

    @model_validator(mode="after")
    def _number_is_known(self) -> Self:
        missing = self.agents and not self.project.number
        refuse(["project.number: is needed to name the service agents"] if missing else [])
        return self


class Key(Component):
    """A key that rotates, cannot vanish in less than 30 days, and serves only those named.

    Every site has its own key in its own region, so that no site needs another's to read its data. A key ring can
    never be deleted, nor its name be used again; a disposable key's versions are destroyed after a day.
    """

    package = "gcp"

    key_name: pulumi.Output[str]
    """The key's full name, for ``key_name`` arguments. It is known once the services named may use the key."""

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        ring = KeyRing(
            f"{name}-ring",
            name=physical("kms", name),
            location=args.location,
            project=project.project,
            opts=project.child(self),
        )
        key = CryptoKey(
            f"{name}-key",
            name=physical("kms", name),
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=f"{args.rotation_days * DAY_SECONDS}s",
            destroy_scheduled_duration=f"{(30 if project.protected else 1) * DAY_SECONDS}s",
            deletion_policy="PREVENT" if project.protected else "DELETE",
            labels=project.labelled(name, purpose=label(args.purpose)),
            opts=project.child(self, protect=project.protected),
        )
        members: dict[str, Str] = {agent.name.lower().replace("_", "-"): agent.member(project) for agent in args.agents}
        grants = [
            CryptoKeyIAMMember(f"{name}-{who}", crypto_key_id=key.id, role=USE, member=member, opts=project.child(self))
            for who, member in sorted({**members, **args.users}.items())
        ]
        self.key_name = pulumi.Output.all(key.id, *(grant.urn for grant in grants)).apply(lambda found: str(found[0]))
        self.register_outputs({"keyName": self.key_name})
