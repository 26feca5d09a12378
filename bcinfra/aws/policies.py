"""Policy documents and ARNs, written one way.

What a policy says should be readable before anything is deployed. So an ARN is built from the names and accounts that
are known, and :func:`after` gives a known text the dependency on the resource it names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pulumi

from bcinfra.aws.region import Region
from bcinfra.component import Str

Statement: TypeAlias = dict[str, Any]
Condition: TypeAlias = Mapping[str, Mapping[str, Any]]

ANYONE: Final = "*"
"""Every principal: for denials only."""


def service(*names: str) -> dict[str, Any]:
    """AWS services as the principal, such as ``backup.amazonaws.com``."""
    return {"Service": sorted(names)}


def accounts(region: Region, *ids: str) -> dict[str, Any]:
    """Whole accounts as the principal: their own IAM policies decide who in them."""
    return {"AWS": [f"arn:{region.partition}:iam::{account}:root" for account in sorted(ids)]}


def roles(*arns: Str) -> dict[str, Any]:
    """Roles as the principal. AWS refuses a role that does not exist yet: use :func:`after`."""
    return {"AWS": list(arns)}


def allow(
    actions: Sequence[str],
    resources: Sequence[Str] = (),
    *,
    principal: object = None,
    condition: Condition | None = None,
) -> Statement:
    """A statement that allows. Without ``resources`` it fits a trust policy, without ``principal`` an identity's."""
    return _statement("Allow", actions, resources, principal, condition)


def deny(
    actions: Sequence[str],
    resources: Sequence[Str],
    *,
    principal: object = ANYONE,
    condition: Condition | None = None,
) -> Statement:
    """A statement that denies, to everyone unless a ``principal`` is named."""
    return _statement("Deny", actions, resources, principal, condition)


def _statement(
    effect: str, actions: Sequence[str], resources: Sequence[Str], principal: object, condition: Condition | None
) -> Statement:
    parts = {
        "Effect": effect,
        "Principal": principal,
        "Action": list(actions),
        "Resource": list(resources),
        "Condition": condition,
    }
    return {key: value for key, value in parts.items() if value}


def document(*statements: Statement | pulumi.Output[list[Statement]]) -> pulumi.Output[str]:
    """The policy document as JSON text: known in a preview when every value in it is."""
    flat = pulumi.Output.all(*statements).apply(_flat)
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": flat})


def _flat(rows: list[Statement | list[Statement]]) -> list[Statement]:
    return [one for row in rows for one in (row if isinstance(row, list) else [row])]


def trust(principal: object, *, condition: Condition | None = None) -> str:
    """The document that lets ``principal`` assume a role."""
    statement = allow(["sts:AssumeRole"], principal=principal, condition=condition)
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def own_account(region: Region) -> Condition | None:
    """The condition that a service acts for the region's own account; ``None`` when the account is not known."""
    return {"StringEquals": {"aws:SourceAccount": region.account}} if region.account else None


def after(resource: pulumi.Resource, text: str) -> pulumi.Output[str]:
    """``text``, which names ``resource``: known in a preview, and not used before the resource exists.

    The URN is the one output that is known while a program is previewed, so the text stays known too.
    """
    return after_all([resource], text)


def after_all(resources: Iterable[pulumi.Resource], text: str) -> pulumi.Output[str]:
    """The same of a text that names several."""
    return pulumi.Output.all(*(resource.urn for resource in resources)).apply(lambda _: text)


def bucket_arn(region: Region, bucket: str) -> str:
    """The ARN of a bucket; objects are ``f"{arn}/*"``."""
    return f"arn:{region.partition}:s3:::{bucket}"


def role_arn(region: Region, role: str) -> str:
    """The ARN of a role in the region's account."""
    return f"arn:{region.partition}:iam::{region.known_account}:role/{role}"


def managed_policy(region: Region, name: str) -> str:
    """The ARN of a policy that AWS manages, such as ``service-role/AWSBackupServiceRolePolicyForBackup``."""
    return f"arn:{region.partition}:iam::aws:policy/{name}"
