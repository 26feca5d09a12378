"""Where a resource is: cloud, region and account, read from its provider and its own inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Value

GLOBAL = "global"

AWS_GLOBAL_MODULES = frozenset(
    {
        "budgets",
        "cloudfront",
        "costexplorer",
        "globalaccelerator",
        "iam",
        "organizations",
        "route53",
        "route53recoverycontrol",
        "route53recoveryreadiness",
        "shield",
    }
)
"""Services whose resources take no ``region`` in the AWS SDK (pulumi-aws 7.51): their data plane is worldwide."""

_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):")
_ZONE_SUFFIX = re.compile(r"-[a-z]$")


class Location(NamedTuple):
    """A place in a cloud. ``region`` is ``global`` for worldwide services; ``None`` means it is not known."""

    cloud: str
    region: str | None = None
    account: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.cloud, self.region) if part)


def location(graph: Graph, resource: Resource, accounts: dict[str, str | None] | None = None) -> Location | None:
    """The place of a custom resource; ``None`` for components, the stack and resources of no cloud.

    ``accounts`` keeps what is found of AWS providers, by URN, for who asks of many resources.
    """
    if not resource.custom:
        return None
    provider = resource if resource.is_provider else graph.provider_of(resource)
    settings: Mapping[str, Value] = provider.inputs if provider else {}
    cloud = provider.type.rsplit(":", 1)[-1] if provider else resource.package
    if cloud == "aws":
        account = _known_account(provider, {} if accounts is None else accounts)
        return _aws(resource, settings, account)
    if cloud == "gcp":
        return _gcp(resource, settings)
    if cloud == "cloudflare":
        return Location("cloudflare", GLOBAL, _text(resource.inputs.get("accountId")))
    if cloud == "kubernetes":
        # The engine's own provider goes where the kubeconfig of whoever deploys points: it is no place.
        named = provider.name if provider and not provider.is_default_provider else None
        return Location("kubernetes", _text(settings.get("context")) or named)
    return None


def _known_account(provider: Resource | None, accounts: dict[str, str | None]) -> str | None:
    if provider is None:
        return None
    if provider.urn not in accounts:
        accounts[provider.urn] = _aws_account(provider.inputs)
    return accounts[provider.urn]


def _aws(resource: Resource, settings: Mapping[str, Value], account: str | None) -> Location:
    worldwide = not resource.is_provider and resource.type.split(":")[1].split("/")[0] in AWS_GLOBAL_MODULES
    region = GLOBAL if worldwide else _first(resource.inputs.get("region"), settings.get("region"))
    return Location("aws", region, account)


def _aws_account(settings: Mapping[str, Value]) -> str | None:
    """The account a provider works in: the one it is pinned to, else that of the last role it assumes."""
    allowed = _setting(settings, "allowedAccountIds")
    if isinstance(allowed, list) and len(allowed) == 1:
        return _text(allowed[0])
    roles = _setting(settings, "assumeRoles")
    for role in reversed(roles if isinstance(roles, list) else []):
        arn = _text(role.get("roleArn")) if isinstance(role, dict) else None
        if arn and (match := _ROLE_ARN.match(arn)):
            return match[1]
    return None


def _gcp(resource: Resource, settings: Mapping[str, Value]) -> Location:
    zone = resource.inputs.get("zone")
    region = _first(
        resource.inputs.get("region"),
        resource.inputs.get("location"),
        _ZONE_SUFFIX.sub("", zone) if isinstance(zone, str) else zone,
        settings.get("region") if resource.is_provider else GLOBAL,
    )
    project = _first(resource.inputs.get("project"), settings.get("project"))
    return Location("gcp", region.lower() if region else None, project)


def _setting(settings: Mapping[str, Value], name: str) -> Value:
    """A provider's setting; the wire carries lists and objects of providers as JSON text."""
    value = settings.get(name)
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _first(*stated: Value) -> str | None:
    """The first of what is stated; ``None`` where that is not known yet, whatever comes after it."""
    return next((_text(value) for value in stated if value is UNKNOWN or _text(value)), None)


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None
