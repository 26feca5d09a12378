"""Why each resource of a stateless shop holds no business data: by its type, or by what its own inputs say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.parts import Model, Store, StoreKind
from bcinfra.continuity.model.stateless import Proof, Reason, Row
from bcinfra.continuity.readings.aws.balancers import BUCKET_TYPES, DISTRIBUTION
from bcinfra.continuity.readings.aws.objects import LIFECYCLES, is_log, is_published
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.view import View, as_flag, as_json, as_number, as_row, as_rows, as_text
from bcinfra.continuity.readings.joins.capabilities import SHOP
from bcinfra.graph.core.model import STACK_TYPE, UNKNOWN, Graph, Resource, Value

CACHE_POLICY: Final = "aws:cloudfront/cachePolicy:CachePolicy"
NO_CACHING: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""CloudFront's managed policy CachingDisabled, the same in every account."""
_BODIES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:apigateway/methodSettings:MethodSettings": ("settings",),
    "aws:apigatewayv2/stage:Stage": ("defaultRouteSettings", "routeSettings"),
}
"""Where an API says that bodies are written to its log, by type."""


def prove(view: View, model: Model) -> Proof | None:
    """The proof for a shop that states to be stateless; ``None`` for any other: nobody asked."""
    if not is_claimed(view.graph):
        return None
    stores = {urn: store for store in model.stores for urn in _urns(store)}
    written = {callee for callees in model.calls.values() for callee in callees}
    rows = (_row(view, resource, stores, written, model) for resource in view.graph)
    return Proof(tuple(row for row in rows if row))


def is_claimed(graph: Graph) -> bool:
    """Whether the shop's specification says that it stores no business data."""
    specs = (as_json(shop.inputs.get("spec")) for shop in graph.of_type(SHOP))
    return any(as_flag(spec.get("stateless")) for spec in specs if isinstance(spec, dict))


def _urns(store: Store) -> Iterator[str]:
    for part in (*store.members, *store.copies):
        yield part.urn.split("#")[0]


def _row(view: View, resource: Resource, stores: Mapping[str, Store], written: set[str], model: Model) -> Row | None:
    """Why a resource holds what; ``None`` for providers and for what only groups others."""
    store = stores.get(resource.urn)
    if resource.urn in model.opaque:
        return _because(resource, reasons.HIDDEN)
    if resource.type.startswith("bcinfra:onprem:"):
        return _because(resource, reasons.BACK_OFFICE)
    if resource.type == STACK_TYPE:
        unseen = sorted({str(skip.place) for skip in view.graph.skipped if skip.place})
        return _because(resource, reasons.UNSEEN, ", ".join(unseen)) if unseen else None
    if resource.is_component or resource.is_provider:
        return None
    if resource.type in BUCKET_TYPES:
        return _bucket(view, resource, store is not None and store.name in written)
    own = _OWN[resource.type](view, resource) if resource.type in _OWN else None
    if own:
        return own
    if store:
        return _because(resource, _KINDS.get(store.kind, reasons.STORE), store.name)
    if resource.urn in model.not_understood:
        return _because(resource, reasons.NOT_UNDERSTOOD, resource.type)
    return _because(resource, view.of_type(resource.type).holds or reasons.NO_REASON, resource.type)


def _because(resource: Resource, reason: Reason, detail: str = "") -> Row:
    return Row(resource.urn, reason, detail)


_KINDS: Final[Mapping[StoreKind, Reason]] = {
    StoreKind.SECRETS: reasons.KEYS,
    StoreKind.CERTIFICATES: reasons.CERTIFICATES,
    StoreKind.DNS_ZONE: reasons.NAMES,
    StoreKind.STATE: reasons.STATE,
}
"""Kinds of stores that hold no business data, and why."""


def _bucket(view: View, resource: Resource, written: bool) -> Row:
    """A bucket: data, unless it shows what the program publishes, or keeps logs of services for some days."""
    if written or resource.package != "aws":
        return _because(resource, reasons.STORE, f"bucket {resource.name}")
    if is_published(view, resource):
        return _because(resource, reasons.PUBLISHED)
    if is_log(view, resource):
        days = _expires(view, resource)
        return (
            _because(resource, reasons.DELIVERED, _days(days))
            if days
            else _because(resource, reasons.DELIVERED_FOR_EVER)
        )
    return _because(resource, reasons.STORE, f"bucket {resource.name}")


def _expires(view: View, bucket: Resource) -> float | None:
    """Days after which every object of a bucket is deleted; ``None`` where some are kept for ever."""
    rules = [
        rule for token in LIFECYCLES for row in view.users(bucket, token, "bucket") for rule in view.rows(row, "rules")
    ]
    whole = [rule for rule in rules if as_text(rule.get("status")) == "Enabled" and not as_row(rule.get("filter"))]
    days = [as_number(as_row(rule.get("expiration")).get("days")) for rule in whole]
    return min((n for n in days if n), default=None)


def _days(days: float) -> str:
    return f"{days:g} days" if days != 1 else "1 day"


def _log(name: str) -> Callable[[View, Resource], Row]:
    """A log that ``name`` says how many days lines are kept of."""

    def row(view: View, resource: Resource) -> Row:
        asked = view.value(resource, name)
        days = None if asked is UNKNOWN else as_number(asked)
        return _because(resource, reasons.LOG, _days(days)) if days else _because(resource, reasons.LOG_FOR_EVER)

    return row


def _bodies(view: View, resource: Resource) -> Row | None:
    """Settings of an API, where they write bodies to the log, or keep answers."""
    settings = [row for name in _BODIES.get(resource.type, ()) for row in as_rows(view.value(resource, name))]
    if any(as_flag(row.get("dataTraceEnabled")) for row in settings):
        return _because(resource, reasons.BODIES)
    cached = any(as_flag(row.get("cachingEnabled")) for row in settings)
    if cached or as_flag(view.value(resource, "cacheClusterEnabled")):
        return _because(resource, reasons.CACHES, "answers of an API")
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
    return _because(resource, reasons.CACHES, f"answers to {', '.join(kept)}") if kept else None


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


def _backend(view: View, resource: Resource) -> Row | None:
    """A backend of Google Cloud's load balancer, where its CDN keeps answers."""
    return (
        _because(resource, reasons.CACHES, "answers of a backend")
        if as_flag(view.value(resource, "enableCdn"))
        else None
    )


def _disk(view: View, resource: Resource) -> Row | None:
    """A server, where it has a disk that outlives it."""
    mapped = [*as_rows(view.value(resource, "blockDeviceMappings")), *as_rows(view.value(resource, "ebsBlockDevices"))]
    devices = [as_row(row.get("ebs")) or row for row in (*mapped, as_row(view.value(resource, "rootBlockDevice")))]
    lasting = any(
        as_text(row.get("deleteOnTermination")) == "false" or row.get("deleteOnTermination") is False for row in devices
    )
    return _because(resource, reasons.LASTING_DISK) if lasting else None


def _pods(view: View, resource: Resource) -> Row | None:
    """Pods, where they write to the disk of the server they run on."""
    spec = as_row(as_row(view.value(resource, "spec")).get("template"))
    volumes = as_rows(as_row(spec.get("spec")).get("volumes"))
    return _because(resource, reasons.LASTING_DISK) if any(row.get("hostPath") for row in volumes) else None


def _topic(view: View, resource: Resource) -> Row | None:
    """A topic of Google Cloud, where it keeps what it passed on."""
    return (
        _because(resource, reasons.QUEUE, resource.name) if view.value(resource, "messageRetentionDuration") else None
    )


_OWN: Final[Mapping[str, Callable[[View, Resource], Row | None]]] = {
    "aws:cloudwatch/logGroup:LogGroup": _log("retentionInDays"),
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": _log("retentionDays"),
    "aws:apigateway/methodSettings:MethodSettings": _bodies,
    "aws:apigateway/stage:Stage": _bodies,
    "aws:apigatewayv2/stage:Stage": _bodies,
    DISTRIBUTION: _distribution,
    "gcp:compute/backendService:BackendService": _backend,
    "aws:ec2/instance:Instance": _disk,
    "aws:ec2/launchTemplate:LaunchTemplate": _disk,
    "gcp:pubsub/topic:Topic": _topic,
    **dict.fromkeys(
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:DaemonSet", "kubernetes:apps/v1:ReplicaSet"), _pods
    ),
}
"""Types of which the inputs decide."""
