"""Where AWS resources go: one region of one account, with the provider that reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
import pulumi_aws as aws
from pydantic import Field

from bcinfra.component import Args, DeletionPolicy, Str


class Region(Args):
    """One region of one account. Components take it in their arguments, because ``opts.providers`` holds only one
    provider a package and a component that spans regions needs several."""

    name: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", examples=["eu-west-1"])
    """The region's name. Part of a resource's identity: never derived from a default."""
    provider: aws.Provider
    """The provider for this region and account."""
    account: str | None = Field(default=None, pattern=r"^\d{12}$")
    """The account id, where a policy or a name needs it: keys, secrets, backups. The assessment knows the account by
    the provider's ``allowed_account_ids``, which also keeps it from making things elsewhere."""
    tags: Mapping[str, str] = {}
    """Tags that every resource of this region carries."""
    deletion: DeletionPolicy = DeletionPolicy.PROTECT
    """What guards data here against deletion."""

    @property
    def protected(self) -> bool:
        """Whether data here is guarded against deletion."""
        return self.deletion is DeletionPolicy.PROTECT

    @property
    def partition(self) -> str:
        """The partition that the region's ARNs start with."""
        return "aws-cn" if self.name.startswith("cn-") else "aws-us-gov" if self.name.startswith("us-gov-") else "aws"

    @property
    def known_account(self) -> str:
        """The account id; raises ``ValueError`` when it was not given."""
        if not self.account:
            raise ValueError(f"the region {self.name} needs its account id here: Region(account=...)")
        return self.account

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a ``resource`` of this region and account, such as ``key/...`` of ``kms``."""
        return f"arn:{self.partition}:{service}:{self.name}:{self.known_account}:{resource}"

    def tagged(self, name: str, **extra: str) -> dict[str, str]:
        """The tags of one resource: the region's own, the resource's name, and what is particular to it."""
        return {**self.tags, "Name": name, **extra}

    def child(self, parent: pulumi.Resource, **options: object) -> pulumi.ResourceOptions:
        """Options of a child of ``parent`` that lives in this region."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider, **options)  # pyright: ignore[reportArgumentType]


def without_account(regions: Mapping[str, Region]) -> Iterable[str]:
    """What is wrong with regions, by the fields that hold them, whose account must be known and is not."""
    return (f"{field}.account: is needed here" for field, region in regions.items() if not region.account)


class KeyedRegion(Args):
    """A region, and the key that encrypts what is kept there. Keys are regional: every site brings its own."""

    region: Region
    """The region and account."""
    key_arn: Str
    """ARN of the KMS key of *this* region, such as ``Key(...).arn``."""
