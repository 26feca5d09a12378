"""A KMS key for one purpose at one site."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Self

import pulumi
from pulumi_aws.kms import Alias, Key as KmsKey
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, refuse

_USE: Final = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")

_OWN_CONDITION: Final[Mapping[str, tuple[str, str, str] | None]] = MappingProxyType(
    {
        "logs": ("ArnLike", "kms:EncryptionContext:aws:logs:arn", "arn:{partition}:logs:{region}:{account}:*"),
        "cloudfront": ("ArnLike", "aws:SourceArn", "arn:{partition}:cloudfront::{account}:distribution/*"),
        # EventBridge names no source to the key of an encrypted topic; the topic's own policy says who publishes.
        "events": None,
    }
)
"""How a service shows that it acts for our account, where it is not by ``aws:SourceAccount`` (each service's guide)."""


class KeyArgs(Args):
    """Arguments of :class:`Key`."""

    region: Region
    """Where the key lives. Its account must be known: the key policy names it."""
    purpose: str = Field(min_length=1, examples=["database"])
    """What the key encrypts, in a word or two, for the description."""
    services: tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.amazonaws\.com$")], ...] = ()
    """Services that use the key under their own name for this account, such as ``logs.eu-west-1.amazonaws.com`` or
    ``sns.amazonaws.com``. Those that act for a caller (RDS, S3, Secrets Manager, ElastiCache, AWS Backup) need no
    entry: the caller's own permissions count."""
    accounts: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = ()
    """Other accounts that may use the key, such as the isolated one that copies encrypted backups."""
    rotation_days: int = Field(default=365, ge=90, le=2560)
    """Days between rotations of the key material."""

    @model_validator(mode="after")
    def _account_is_known(self) -> Self:
        refuse(
            []
            if self.region.account
            else ['region.account: is needed for the key policy; state Region(..., account="111122223333")']
        )
        return self


class Key(Component):
    """A KMS key that rotates, cannot vanish in less than 30 days, and serves only those named.

    Every site has its own key rather than a replica of one, so that no site needs another's to read its data. The
    account's administrators keep full control (without that statement a key can become unmanageable); a disposable
    region's keys wait 7 days, the shortest KMS allows.
    """

    package = "aws"

    arn: pulumi.Output[str]
    """The key's ARN, for ``key_arn`` arguments."""
    key_id: pulumi.Output[str]
    """The key's id."""
    alias_name: str
    """The alias, ``alias/...``."""

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        key = KmsKey(
            f"{name}-key",
            description=f"{args.purpose} in {region.name}",
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_days,
            deletion_window_in_days=30 if region.protected else 7,
            policy=policies.document(*key_policy(args)),
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )
        self.alias_name = f"alias/{physical('kms-alias', name)}"
        Alias(f"{name}-alias", name=self.alias_name, target_key_id=key.key_id, opts=region.child(self))
        self.arn = key.arn
        self.key_id = key.key_id
        self.register_outputs({"arn": self.arn, "keyId": self.key_id, "aliasName": self.alias_name})


def key_policy(args: KeyArgs) -> list[policies.Statement]:
    """The statements of the key's policy. In a key policy the resource ``*`` is the key itself."""
    region = args.region
    statements = [policies.allow(["kms:*"], ["*"], principal=policies.accounts(region, region.known_account))]
    statements += [
        policies.allow(
            _USE,
            ["*"],
            principal=policies.service(service),
            condition=_acts_for_us(service, region),
        )
        for service in sorted(args.services)
    ]
    if args.accounts:
        others = policies.accounts(region, *args.accounts)
        statements += [
            policies.allow(_USE, ["*"], principal=others),
            # Only for AWS services that the other account uses, such as RDS when it restores a copied snapshot.
            policies.allow(
                ["kms:CreateGrant"],
                ["*"],
                principal=others,
                condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]
    return statements


def _acts_for_us(service: str, region: Region) -> policies.Condition | None:
    own = _OWN_CONDITION.get(service.split(".")[0], ("StringEquals", "aws:SourceAccount", "{account}"))
    if own is None:
        return None
    operator, key, pattern = own
    return {operator: {key: pattern.format(partition=region.partition, region=region.name, account=region.account)}}
