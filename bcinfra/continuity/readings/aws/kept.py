"""What the inputs of AWS resources say that they hold of the business, where their types alone do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bcinfra.continuity.model.stateless import Row
from bcinfra.continuity.readings.aws.balancers import DISTRIBUTION
from bcinfra.continuity.readings.aws.compute import INSTANCE, TEMPLATE
from bcinfra.continuity.readings.aws.objects import is_published
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.kept import because, log
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text
from bcinfra.graph.core.model import Resource, Value

CACHE_POLICY: Final = "aws:cloudfront/cachePolicy:CachePolicy"
NO_CACHING: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""CloudFront's managed policy CachingDisabled, the same in every account."""
_BODIES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:apigateway/methodSettings:MethodSettings": ("settings",),
    "aws:apigatewayv2/stage:Stage": ("defaultRouteSettings", "routeSettings"),
}
"""Where an API says that bodies are written to its log, by type."""


def _bodies(view: View, resource: Resource) -> Row | None:
    """Settings of an API, where they write bodies to the log, or keep answers."""
    settings = [row for name in _BODIES.get(resource.type, ()) for row in as_rows(view.value(resource, name))]
    if any(as_flag(row.get("dataTraceEnabled")) for row in settings):
        return because(resource, reasons.BODIES)
    cached = any(as_flag(row.get("cachingEnabled")) for row in settings)
    if cached or as_flag(view.value(resource, "cacheClusterEnabled")):
        return because(resource, reasons.CACHES_OF_API)
    return None


def _distribution(view: View, resource: Resource) -> Row | None:
    """A CDN, where it keeps answers."""
    shown = [b for b in view.refs(resource, "origins", *BUCKET_TYPES) if is_published(view, b)]
    if shown and len(as_rows(view.value(resource, "origins"))) == len(shown):
        return None  # all that it shows are public files
    behaviours = as_rows(view.value(resource, "defaultCacheBehavior")) + as_rows(
        view.value(resource, "orderedCacheBehaviors")
    )
    kept = [as_text(row.get("pathPattern")) or "*" for row in behaviours if not _passes(view, resource, row)]
    return because(resource, reasons.CACHES_OF_CDN, tuple(kept)) if kept else None


def _passes(view: View, cdn: Resource, behaviour: Mapping[str, Value]) -> bool:
    """Whether a behaviour of a CDN keeps no answer."""
    policy = behaviour.get("cachePolicyId")
    if policy is None:
        return as_number(behaviour.get("maxTtl")) == 0
    if policy == NO_CACHING:
        return True
    own = [
        row for name in ("defaultCacheBehavior", "orderedCacheBehaviors") for row in view.refs(cdn, name, CACHE_POLICY)
    ]
    named = view.named(policy, (CACHE_POLICY,)) if isinstance(policy, str) else tuple(own)
    return bool(named) and all(as_number(view.value(row, "maxTtl")) == 0 for row in named)


def _disk(view: View, resource: Resource) -> Row | None:
    """A server, where it has a disk that outlives it."""
    mapped = [*as_rows(view.value(resource, "blockDeviceMappings")), *as_rows(view.value(resource, "ebsBlockDevices"))]
    devices = [as_row(row.get("ebs")) or row for row in (*mapped, as_row(view.value(resource, "rootBlockDevice")))]
    lasting = any(
        as_text(row.get("deleteOnTermination")) == "false" or row.get("deleteOnTermination") is False for row in devices
    )
    return because(resource, reasons.LASTING_DISK) if lasting else None


DECIDES: Final[Mapping[str, Callable[[View, Resource], Row | None]]] = {
    "aws:cloudwatch/logGroup:LogGroup": log("retentionInDays"),
    "aws:apigateway/methodSettings:MethodSettings": _bodies,
    "aws:apigateway/stage:Stage": _bodies,
    "aws:apigatewayv2/stage:Stage": _bodies,
    DISTRIBUTION: _distribution,
    INSTANCE: _disk,
    TEMPLATE: _disk,
}
"""Types of which the inputs decide."""
