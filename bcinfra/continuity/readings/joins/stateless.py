"""Why each resource of a stateless shop holds no business data: by its row, or by what its own inputs say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.parts import Model, Store, StoreKind
from bcinfra.continuity.model.stateless import Proof, Reason, Row
from bcinfra.continuity.model.statements import store as named
from bcinfra.continuity.readings.aws.objects import expires, is_log, is_published
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.kept import because
from bcinfra.continuity.readings.base.reading import Reading, subject
from bcinfra.continuity.readings.base.sites import SHOP
from bcinfra.continuity.readings.base.view import View, as_flag, as_json
from bcinfra.continuity.readings.gcp import storage
from bcinfra.graph.core.model import STACK_TYPE, Graph, Resource


def prove(view: View, model: Model, readings: Mapping[str, Reading]) -> Proof | None:
    """The proof for a shop that states to be stateless; ``None`` for any other: nobody asked."""
    if not is_claimed(view.graph):
        return None
    stores = {urn: store for store in model.stores for urn in _urns(store)}
    written = {callee for callees in model.calls.values() for callee in callees}
    rows = (_row(view, resource, stores, written, model, readings) for resource in view.graph)
    return Proof(tuple(row for row in rows if row))


def is_claimed(graph: Graph) -> bool:
    """Whether the shop's specification says that it stores no business data."""
    specs = (as_json(shop.inputs.get("spec")) for shop in graph.of_type(SHOP))
    return any(as_flag(spec.get("stateless")) for spec in specs if isinstance(spec, dict))


def _urns(store: Store) -> Iterator[str]:
    for part in (*store.members, *store.copies):
        yield part.urn.split("#")[0]


def _row(
    view: View,
    resource: Resource,
    stores: Mapping[str, Store],
    written: set[str],
    model: Model,
    readings: Mapping[str, Reading],
) -> Row | None:
    """Why a resource holds what; ``None`` for providers and for what only groups others."""
    store = stores.get(resource.urn)
    if resource.urn in model.opaque:
        return because(resource, reasons.HIDDEN)
    if resource.type.startswith("bcinfra:onprem:"):
        return because(resource, reasons.BACK_OFFICE)
    if resource.type == STACK_TYPE:
        unseen = sorted({str(skip.place) for skip in view.graph.skipped if skip.place})
        return because(resource, reasons.UNSEEN, tuple(unseen)) if unseen else None
    if resource.is_component or resource.is_provider:
        return None
    if any(shelf.urn == resource.urn for shelf in model.shelves):
        return because(resource, reasons.PUBLISHED)
    if resource.type in BUCKET_TYPES:
        return _bucket(view, resource, store is not None and store.name in written)
    if resource.type == storage.BUCKET and storage.is_published(view, resource) and not _called(store, model):
        return because(resource, reasons.PUBLISHED)
    reading = readings.get(resource.type)
    if reading and reading.decides and (own := reading.decides(view, resource)):
        return own
    if store:
        kept = _KINDS.get(store.kind)
        return because(resource, kept) if kept else because(resource, reasons.STORE, named(store.name))
    if resource.urn in model.not_understood:
        return because(resource, reasons.NOT_UNDERSTOOD, resource.type)
    holds = view.of_type(resource.type).holds or reasons.NO_REASON
    return because(resource, holds, resource.type if holds in (reasons.STORE, reasons.NO_REASON) else None)


_KINDS: Final[Mapping[StoreKind, Reason]] = {
    StoreKind.SECRETS: reasons.KEYS,
    StoreKind.CERTIFICATES: reasons.CERTIFICATES,
    StoreKind.DNS_ZONE: reasons.NAMES,
    StoreKind.STATE: reasons.STATE,
}
"""Kinds of stores that hold no business data, and why."""


def _called(store: Store | None, model: Model) -> bool:
    """Whether what runs programs asks for a store: what only shows it writes nothing."""
    return store is not None and any(store.name in model.calls.get(pool.urn, ()) for pool in model.pools)


def _bucket(view: View, resource: Resource, written: bool) -> Row:
    """A bucket: data, unless it shows what the program publishes, or keeps logs of services for some days."""
    if written or resource.package != "aws":
        return because(resource, reasons.BUCKET, subject(resource))
    if is_published(view, resource):
        return because(resource, reasons.PUBLISHED)
    if is_log(view, resource):
        days = expires(view, resource)
        return (
            because(resource, reasons.DELIVERED, days=days) if days else because(resource, reasons.DELIVERED_FOR_EVER)
        )
    return because(resource, reasons.BUCKET, subject(resource))
