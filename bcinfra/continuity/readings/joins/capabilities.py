"""What clients do with the shop: as its specification states it, else inferred from where requests lead.

A specification travels in the graph as plain JSON in the inputs of the assembly's component. Each field is read as the
specification's own document does it. What a newer bcinfra adds is left out; so is what is wrong, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import BaseModel, ValidationError, create_model

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.parts import (
    APART,
    Business,
    Capability,
    Entry,
    KindTarget,
    Member,
    Model,
    Protection,
    Provenance,
    RecoveryPoint,
    Store,
    StoreKind,
    Target,
)
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, pessimistic
from bcinfra.continuity.model.usage import DEFAULTS
from bcinfra.continuity.readings.base import sites
from bcinfra.continuity.readings.base.sites import SHOP
from bcinfra.continuity.readings.base.stores import BY_HAND, together
from bcinfra.continuity.readings.base.view import View, as_json, strings
from bcinfra.continuity.readings.joins import contact, let_in
from bcinfra.continuity.readings.joins.unasked import closure, edges, unasked
from bcinfra.graph.core.model import Resource
from bcinfra.places.table import REGIONS
from bcinfra.spec import Business as StatedBusiness, DataClass, KindObjectives, Objectives, Peak, Shop, Supplier
from bcinfra.spec.data import EXTERNAL
from bcinfra.spec.values import CRITICALITIES

READ_ONLY: Final = frozenset({"browse"})
"""Well-known capabilities that a read-only copy is enough for."""
HOMES: Final[Mapping[str, StoreKind]] = {
    "mysql": StoreKind.RELATIONAL,
    "redis": StoreKind.CACHE,
    "media": StoreKind.OBJECTS,
    "files": StoreKind.FILES,
    "queues": StoreKind.QUEUE,
    "search": StoreKind.SEARCH,
    "secrets": StoreKind.SECRETS,
    "certificates": StoreKind.CERTIFICATES,
    "dns": StoreKind.DNS_ZONE,
    "state": StoreKind.STATE,
}
"""The kind of store that each home of data is, by the names that a specification has for them."""
_BUCKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"),
    "gs": ("gcp:storage/bucket:Bucket",),
}
"""What an address of the state leads to."""
_FILES: Final = (StoreKind.OBJECTS, StoreKind.FILES)
_CLOUDS: Final = {"s3": "aws", "gs": "gcp"}
"""Whose buckets an address of the state is about."""

UNSTATED_SEAL: Final = "of the state's secrets, which is not stated"
Plain = Mapping[str, Any]


def specified(view: View, model: Model) -> Model | None:
    """The model with all that the shops' specifications state; ``None`` when the graph holds none.

    Each of several shops is offered what its own stores keep, and its capabilities bear its name.
    """
    shops: list[tuple[Resource, Plain]] = [
        (shop, spec) for shop in view.graph.of_type(SHOP) if isinstance(spec := as_json(shop.inputs.get("spec")), dict)
    ]
    if len(shops) <= 1:
        return next((_specified(view, model, shop, spec) for shop, spec in shops), None)
    owners = {store.name: _owner(view, store, {shop.urn for shop, _ in shops}) for store in model.stores}
    whole, parts = model, list[Model]()
    for shop, spec in shops:
        own = tuple(store for store in model.stores if owners[store.name] == shop.urn)
        part = _specified(view, replace(model, stores=own, calls=whole.calls), shop, spec)
        named = tuple(replace(one, name=f"{shop.name}.{one.name}") for one in part.capabilities)
        parts.append(replace(part, capabilities=named, active_sites=_active(view, part, shop, spec)))
        whole = replace(whole, calls=part.calls)
    return _joined(whole, parts, tuple(store for store in model.stores if owners[store.name] is None))


def _active(view: View, part: Model, shop: Resource, spec: Plain) -> frozenset[str]:
    """Where one of several shops serves when all is well."""
    everywhere = list(_map(spec.get("sites"))) if part.strategy == "active-active" else []
    places = (sites.stated_place(view, name, shop.urn) for name in everywhere)
    found = [place.site for place in places if place and place.site]
    return frozenset(found or ([part.active_site] if part.active_site else []))


def _owner(view: View, store: Store, shops: Collection[str]) -> str | None:
    """The shop that a store belongs to: that of its first member which is a part of one."""
    rows = (view.graph.resources.get(member.urn.partition("#")[0]) for member in store.members)
    above = (row.urn for member in rows if member for row in view.graph.ancestors(member))
    return next((urn for urn in above if urn in shops), None)


def _joined(model: Model, parts: Sequence[Model], others: tuple[Store, ...]) -> Model:
    """The shops of one program together. What one shop alone can say of the whole, several cannot."""
    active, strategies = {part.active_site for part in parts}, {part.strategy for part in parts}
    stating = [part.business for part in parts if part.business.revenue_per_hour is not None]
    return replace(
        model,
        stores=(*(store for part in parts for store in part.stores), *others),
        aside=frozenset[str]().union(*(part.aside for part in parts)),
        entrusted=frozenset[str]().union(*(part.entrusted for part in parts)),
        capabilities=tuple(one for part in parts for one in part.capabilities),
        suppliers=tuple({one: one for part in parts for one in part.suppliers}.values()),
        business=stating[0] if len(stating) == 1 else Business(),
        active_site=next(iter(active)) if len(active) == 1 else None,
        active_sites=frozenset(site for part in parts for site in part.active_sites),
        strategy=strategies.pop() if len(strategies) == 1 else None,
        data=_worst(part.data for part in parts),
        assumptions=tuple(dict.fromkeys(one for part in parts for one in part.assumptions)),
    )


def _worst(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """How critical data is, by class: what several shops keep as much as where it is most."""
    found: dict[str, str] = {}
    for row in rows:
        for name, criticality in row.items():
            found[name] = min(found.get(name, criticality), criticality, key=CRITICALITIES.index)
    return found


def _specified(view: View, model: Model, shop: Resource, spec: Plain) -> Model:
    """The model with all that one shop's specification states."""
    offers = as_json(shop.inputs.get("offers"))
    stated = spec
    said: dict[Assumption, None] = {}
    data = _data(stated, said)
    active = view.active_site or _stated_site(view, shop) or model.active_site
    apart = _apart(stated)
    state = _state(view, shop, stated, data, model)
    others = tuple(one for one in model.stores if state is None or not {*one.urns} & {*state.urns})
    homed = (
        *_homed(data, tuple(one for one in others if not _stands(one, apart)), active),
        *(one for one in others if _stands(one, apart)),
    )
    merged = {**_own_caches(homed), **_own_files(view, shop, spec, homed)}
    stores = (*_merged(homed, merged), *([state] if state else []))
    capabilities = tuple(_capabilities(stated, data, _map(offers or stated.get("offers")), model.entries, stores, said))
    person = _reached(view, replace(model, stores=stores), shop, stated, capabilities, said)
    return replace(
        model,
        entries=(*model.entries, *(one.entry for one in person if one.entry)),
        stores=(*stores, *(one.store for one in person if one.store)),
        calls={
            caller: tuple(dict.fromkeys(merged[callee].name if callee in merged else callee for callee in callees))
            for caller, callees in model.calls.items()
        },
        capabilities=(*capabilities, *(one.capability for one in person)),
        suppliers=tuple(_suppliers(stated, said)),
        business=_business(_map(stated.get("business")), said, _volumes(stated, data)),
        aside=frozenset({apart}) if apart else model.aside,
        entrusted=frozenset({apart}) if apart and let_in.lets_in(view, apart) else model.entrusted,
        active_site=active,
        strategy=_strategy(stated, said),
        data={**model.data, **{name: str(row.get("criticality")) for name, row in data.items()}},
        assumptions=(*model.assumptions, *said),
    )


def _apart(spec: Plain) -> str | None:
    """The account of the page that shows the ways to a person, which holds no data of the shop."""
    page = contact.stated(_map(spec.get("contact")))
    accounts = _map(spec.get("accounts"))
    account = page and page.page and accounts.get(page.page.account or "")
    used = [_map(site).get("account", "main") for site in _map(spec.get("sites")).values()]
    if account in [accounts.get(str(name)) for name in (*used, *_map(spec.get("dns")).values())]:
        return None
    if isinstance(account, str):
        return f"aws/{account}"
    return f"gcp/{_map(account)['project']}" if _map(account).get("project") else None


def _stands(store: Store, account: str | None) -> bool:
    """Whether all of a store is in an account."""
    owner = domains.DomainKind.ACCOUNT
    return account is not None and all(
        any(one.kind is owner and one.name == account for one in member.homes) for member in store.members
    )


def _reached(
    view: View,
    model: Model,
    shop: Resource,
    spec: Plain,
    capabilities: Iterable[Capability],
    said: dict[Assumption, None],
) -> tuple[contact.Ways, ...]:
    """The ways to a person, for which holds what holds for the shop."""
    row = _map(spec.get("contact"))
    found = contact.stated(row)
    if not row:
        return ()
    target = _offered(spec, "objectives.", said)
    if found is None:
        said[Assumption(Assumes.LEFT_OUT, "contact", str(row))] = None
        return (contact.Ways(contact.undecided(target)),)
    names = dict.fromkeys(urn for one in capabilities for urn in one.entries)
    rated = {supplier.name: supplier for supplier in _suppliers(spec, said)}
    ways = contact.ways(view, model, found, shop.urn, tuple(names), rated, target)
    said.update(dict.fromkeys(ways.said if ways else ()))
    return (ways,) if ways else ()


def _strategy(spec: Plain, said: dict[Assumption, None]) -> str | None:
    stated = _fields(Shop, {"strategy": spec.get("strategy")}, "", said).get("strategy")
    return stated and str(stated)


def _data(spec: Plain, said: dict[Assumption, None]) -> dict[str, Plain]:
    """The data classes, each with its fields."""
    return {name: _fields(DataClass, _map(row), f"data.{name}.", said) for name, row in _map(spec.get("data")).items()}


def _fields(document: type[BaseModel], row: Plain, where: str, said: dict[Assumption, None]) -> dict[str, Any]:
    """The values of a row by the fields of the specification's document that it is; what is wrong is said in ``said``,
    under the path that begins with ``where``."""
    found: dict[str, Any] = {}
    for name in document.model_fields:
        if (value := row.get(name)) is not None:
            try:
                found[name] = _alone(document, name).model_validate({"value": value}).model_dump()["value"]
            except ValidationError:
                said[Assumption(Assumes.LEFT_OUT, f"{where}{name}", str(value))] = None
    return found


@cache
def _alone(document: type[BaseModel], name: str) -> type[BaseModel]:
    """A document of one field: a specification with wrong ones is still read."""
    field = document.model_fields[name]
    return create_model(name, value=(field.annotation or object, field))


def stated_site(view: View) -> str | None:
    """The site that takes writes now, as the specification says; ``None`` where there is none, or where several shops
    say several."""
    found = {_stated_site(view, shop) for shop in view.graph.of_type(SHOP)}
    return found.pop() if len(found) == 1 else None


def _stated_site(view: View, shop: Resource) -> str | None:
    """The site that takes writes of one shop."""
    stated = _map(as_json(shop.inputs.get("spec")))
    place = sites.stated_place(view, str(stated.get("active_site") or _primary(stated)), shop.urn)
    return place.site if place else None


def _capabilities(
    spec: Plain,
    data: Mapping[str, Plain],
    offers: Plain,
    entries: tuple[Entry, ...],
    stores: Iterable[Store],
    said: dict[Assumption, None],
) -> Iterator[Capability]:
    named = tuple(e.urn for e in entries if e.name == spec.get("domain")) or tuple(e.urn for e in entries)
    stores = tuple(stores)
    homes: dict[str, list[str]] = {}
    for store in stores:
        for kind in store.holds:
            homes.setdefault(kind, []).append(store.name)
    keepers = _keepers(data)
    for name, offer in (offers or _stated_offers(spec)).items():
        row = _map(offer)
        kinds = tuple(strings(row.get("data")))
        needed = [store for kind in kinds for store in homes.get(kind, ())]
        others = (*strings(row.get("external")), *(keepers[kind] for kind in kinds if kind in keepers))
        systems = {other: _of_system(other, stores) for other in dict.fromkeys(others)}
        needed += (store for found in systems.values() for store in found)
        yield Capability(
            name=name,
            entries=named,
            stores=tuple(dict.fromkeys(needed)),
            suppliers=tuple(other for other, found in systems.items() if not found),
            writes=name not in READ_ONLY,
            target=_offered(row, f"{name}.objectives.", said),
            provenance=Provenance.STATED,
        )


def _suppliers(spec: Plain, said: dict[Assumption, None]) -> Iterator[domains.Domain]:
    """Services of others whose reliability is stated."""
    for name, row in _map(spec.get("suppliers")).items():
        where = f"suppliers.{name}"
        stated = _fields(Supplier, _map(row), f"{where}.", said)
        if len(stated) == len(Supplier.model_fields):
            often, lasts = Range.exactly(stated["outages"]), Range.exactly(stated["recovery"].total_seconds())
            yield domains.Domain(
                domains.DomainKind.SUPPLIER,
                name,
                rate=Figure(f"outages of {name}", Unit.PER_YEAR, often, Stated(f"{where}.outages")),
                lasts=Figure(f"an outage of {name}", Unit.SECONDS, lasts, Stated(f"{where}.recovery")),
            )


def _keepers(data: Mapping[str, Plain]) -> dict[str, str]:
    """Who keeps a data class, where that is not the shop."""
    homes = {name: row.get("home", "") for name, row in data.items()}
    return {name: home.removeprefix(EXTERNAL) for name, home in homes.items() if home.startswith(EXTERNAL)}


def _of_system(name: str, stores: Iterable[Store]) -> tuple[str, ...]:
    """The stores that a system on premises is, or that it keeps; and those of the systems that it needs."""
    systems = [(store.name, store.system) for store in stores if store.system]
    queue = [(system.site, name) for _, system in systems if system.name == name]
    taken: set[tuple[str, str]] = set()
    while queue:
        site, _ = key = queue.pop()
        if key not in taken:
            taken.add(key)
            needs = (system.needs for _, system in systems if (system.site, system.name) == key)
            queue += ((site, need) for needed in needs for need in needed)
    return tuple(store for store, system in systems if (system.site, system.name) in taken)


def _stated_offers(spec: Plain) -> dict[str, Plain]:
    """The capabilities that state their needs; the whole shop where none does."""
    base = _map(spec.get("objectives"))
    stated: dict[str, Plain] = {
        name: {**_map(_map(row).get("needs")), "objectives": _own(base, _some(_map(_map(row).get("objectives"))))}
        for name, row in _map(spec.get("capabilities")).items()
        if _map(row).get("needs")
    }
    return stated or {"shop": {"data": list(_map(spec.get("data"))), "objectives": base}}


def _own(base: Plain, own: Plain) -> Plain:
    """Objectives of the shop with those of a capability, as :meth:`bcinfra.spec.OwnObjectives.completed` has them."""
    kinds = dict(_map(base.get("kinds")))
    for kind, one in _map(own.get("kinds")).items():
        kinds[kind] = {**_map(kinds.get(kind)), **_some(_map(one))}
    return {**base, **own, "kinds": kinds}


def _some(row: Plain) -> Plain:
    return {name: value for name, value in row.items() if value is not None}


def _offered(offer: Plain, where: str, said: dict[Assumption, None]) -> Target:
    """The objectives of an offer. One that states ``null`` promises nothing, and is not held against defaults."""
    if "objectives" in offer and offer["objectives"] is None:
        return Target(provenance=Provenance.STATED)
    return _target(_map(offer.get("objectives")), where, said)


def _target(row: Plain, where: str, said: dict[Assumption, None]) -> Target:
    stated = _fields(Objectives, {**row, "kinds": None}, where, said)
    kinds: dict[DisruptionKind, KindTarget] = {}
    for kind, one in _map(row.get("kinds")).items():
        if kind in set(DisruptionKind):
            kinds[DisruptionKind(kind)] = KindTarget(
                **_fields(KindObjectives, _map(one), f"{where}kinds.{kind}.", said)
            )
        else:
            said[Assumption(Assumes.LEFT_OUT, f"{where}kinds.{kind}", str(one))] = None
    return Target(**stated, kinds=kinds, provenance=Provenance.STATED if row else Provenance.DEFAULT)


def _homed(data: Mapping[str, Plain], stores: tuple[Store, ...], active: str | None) -> Iterator[Store]:
    """The stores, each with the data classes that live in it.

    Of several stores of a kind, those that are named after a data class hold it; where none is, all may. What holds
    minor data alone may be lost.
    """
    homes = {name: HOMES.get(row.get("home", "")) for name, row in data.items()}
    media = _media(stores, active) if StoreKind.OBJECTS in homes.values() else None
    elsewhere = _elsewhere(stores, active)
    keepers = _keepers(data)
    named = {name for store in stores for name in store.holds if store.system}
    for store in stores:
        if store.system:
            theirs = [kind for kind, keeper in keepers.items() if keeper == store.system.name]
            unnamed = [kind for kind in theirs if kind not in named]
            yield replace(store, holds=tuple(dict.fromkeys((*store.holds, *unnamed)))) if store.holds else store
            continue
        fits = [name for name, kind in homes.items() if kind is store.kind]
        if store.kind in _FILES:
            files = store.kind is StoreKind.FILES and store.name not in elsewhere
            home = StoreKind.OBJECTS if store == media else StoreKind.FILES if files else None
            fits = [name for name, kind in homes.items() if home and kind is home]
        alike = [s.name for s in stores if s.kind is store.kind]
        own = [one for one in fits if store.name.endswith(one)]
        holds = own or [one for one in fits if not any(name.endswith(one) for name in alike)]
        matters = any(data[one].get("criticality") != "minor" for one in holds)
        yield replace(
            store,
            holds=tuple(holds),
            durable=matters if holds and store.kind is not StoreKind.SEARCH else store.durable,
        )


def _own_caches(stores: Iterable[Store]) -> dict[str, Store]:
    """Caches, queues and indices by name that are one store: those that every site has one of. What serves at a site
    asks its own, and what is lost with a site may be, as minor data may, or waits there."""
    alike: dict[tuple[StoreKind, tuple[str, ...]], list[Store]] = {}
    for store in stores:
        stands = {member.site for member in store.members}
        if (
            store.kind in APART
            and not (store.kind is StoreKind.CACHE and store.durable)
            and store.holds
            and len(stands) == 1
            and None not in stands
        ):
            alike.setdefault((store.kind, store.holds), []).append(store)
    found: dict[str, Store] = {}
    for (kind, holds), group in alike.items():
        if len({store.members[0].site for store in group}) < len(group) or len(group) < 2:
            continue
        one = replace(together(group), name=f"{kind} of {', '.join(holds)}")
        found |= {store.name: one for store in group}
    return found


def _own_files(view: View, shop: Resource, spec: Plain, stores: Sequence[Store]) -> dict[str, Store]:
    """File systems by name that are one store: that of the site which writes, and those of the same name that stand by
    elsewhere, which a person fills from the newest copy that lies apart from it. Nothing flows between them before."""
    found: dict[str, Store] = {}
    places = {name: sites.stated_place(view, name, shop.urn) for name in _map(spec.get("sites"))}
    names = {place.site: name for name, place in places.items() if place}
    files = {store.name: store for store in stores if store.kind is StoreKind.FILES and len(store.members) == 1}
    for store in files.values():
        here = names.get(store.members[0].site)
        apart = [copy for copy in store.copies if copy.site != store.members[0].site]
        if not (store.holds and here and apart):
            continue
        newest = min(apart, key=lambda copy: pessimistic(copy.age))
        others = [other for there in names.values() if (other := files.get(_called(store.name, here, there)))]
        waiting = [other for other in others if other is not store and not other.holds]
        if waiting:
            members = (_filled(other.members[0], newest) for other in waiting)
            one = replace(store, members=(*store.members, *members))
            found |= {each.name: one for each in (store, *waiting)}
    return found


def _called(name: str, here: str, there: str) -> str:
    return re.sub(rf"(?<![a-z0-9]){re.escape(here)}(?![a-z0-9])", there, name)


def _filled(member: Member, copy: RecoveryPoint) -> Member:
    """A file system that holds nothing until a person fills it from a copy."""
    return replace(
        member,
        writer=False,
        lag=copy.age,
        promotes=copy.restore,
        filled=copy.subject,
        serves_reads=False,
        needs_to_recover=(*member.needs_to_recover, *copy.homes, *copy.needs_to_run, *copy.needs_to_recover),
    )


def _merged(stores: Iterable[Store], merged: Mapping[str, Store]) -> tuple[Store, ...]:
    return tuple({one.name: one for store in stores for one in [merged.get(store.name, store)]}.values())


def _media(stores: Iterable[Store], active: str | None) -> Store | None:
    """The bucket or file system of files and media: the one so named, else the one in most places; of one a site, that
    of the site which writes."""
    buckets = [s for s in stores if s.kind in _FILES and s.durable]

    def fit(store: Store) -> tuple[bool, int, bool]:
        here = any(member.site == active for member in store.members)
        return "media" in store.name, len(store.members) + len(store.copies), here

    return max(buckets, key=fit, default=None)


def _elsewhere(stores: Iterable[Store], active: str | None) -> frozenset[str]:
    """File systems of sites that do not write, where each site has its own and none follows another."""
    files = [store for store in stores if store.kind is StoreKind.FILES and store.durable]
    away = [store for store in files if not any(member.site == active for member in store.members)]
    return frozenset(store.name for store in away) if len(away) < len(files) else frozenset()


def _state(view: View, shop: Resource, spec: Plain, data: Mapping[str, Plain], model: Model) -> Store | None:
    """The state that Pulumi keeps: a bucket of this graph, or one that the specification alone tells of."""
    state = _map(spec.get("state"))
    parts = _backend(state)
    if parts is None:
        return None
    bucket = _holding(view, parts)
    found = next((one for one in model.stores if bucket and bucket.urn in one.urns), None)
    label = f"infrastructure state at {parts.scheme}://{parts.netloc}"
    told = found or Store(name=label, kind=StoreKind.STATE, members=(_stated_state(shop, spec, state, parts, label),))
    first, *rest = told.members
    own_key = domains.kms_key(_text(_map(state.get("copied")).get("key")) or "")
    secrets = _text(state.get("secrets"))
    seals = _seals(secrets) if secrets else ()
    # What is not stated is taken to be lost with the state's own account.
    owners = tuple(d for d in first.homes if d.kind is domains.DomainKind.ACCOUNT)
    abroad = seals if secrets else (Domain(domains.DomainKind.KEY, UNSTATED_SEAL, owners),)
    return replace(
        told,
        name="infrastructure state",
        kind=StoreKind.STATE,
        holds=tuple(name for name, row in data.items() if row.get("home") == "state"),
        members=(replace(first, label=label, needs_to_run=(*first.needs_to_run, *own_key, *seals)), *rest),
        copies=tuple(
            _needing(one, *(abroad if Protection.OTHER_ACCOUNT in one.protections else (*own_key, *seals)))
            for one in told.copies
        ),
    )


def state_buckets(view: View) -> tuple[Resource, ...]:
    """The buckets of this graph that shops say their state is kept in."""
    specs = (_map(as_json(shop.inputs.get("spec"))) for shop in view.graph.of_type(SHOP))
    parts = filter(None, (_backend(_map(spec.get("state"))) for spec in specs))
    return tuple(bucket for one in parts if (bucket := _holding(view, one)))


def _backend(state: Plain) -> SplitResult | None:
    """Where state is kept, as the page says; ``None`` where it does not, or not in a way to be read."""
    url = _text(state.get("url"))
    try:
        return urlsplit(url) if url else None
    except ValueError:
        return None


def _holding(view: View, backend: SplitResult) -> Resource | None:
    """The bucket of this graph that it is kept in."""
    return next(iter(view.named(backend.netloc, _BUCKETS.get(backend.scheme, ()))), None)


def _needing(copy: RecoveryPoint, *keys: Domain) -> RecoveryPoint:
    """A copy that nobody reads without those keys either."""
    return replace(copy, needs_to_run=(*copy.needs_to_run, *keys), needs_to_recover=(*copy.needs_to_recover, *keys))


def _stated_state(shop: Resource, spec: Plain, state: Plain, parts: SplitResult, label: str) -> Member:
    """A state that no resource shows."""
    region = next(iter(parse_qs(parts.query).get("region", [])), None)
    site = _map(_map(spec.get("sites")).get(str(state.get("site"))))
    region = region or _text(site.get("region"))
    account = _map(spec.get("accounts")).get(str(site.get("account")))
    cloud = _CLOUDS.get(parts.scheme)
    home = [domains.region(cloud, region)] if region and cloud else []
    owner = account if isinstance(account, str) else _text(_map(account).get("project"))
    home += [domains.account(cloud or "aws", owner)] if owner else []
    return Member(
        urn=f"{shop.urn}#state",
        label=label,
        site=f"{cloud}/{region}" if cloud and region else None,
        homes=tuple(home),
        zones=None,
        regional=True,
        writer=True,
    )


def _seals(secrets: str) -> tuple[Domain, ...]:
    """The key without which nobody reads the secrets in the state; a passphrase hangs on no account."""
    scheme, _, key = secrets.partition("://")
    match scheme:
        case "passphrase":
            return ()
        case "awskms":
            return domains.kms_key(key.partition("?")[0].lstrip("/"))
        case "gcpkms":
            _, project, _, where, *_ = (*key.split("/"), "", "", "", "")
            place = (domains.region("gcp", where),) if where in REGIONS else ()
            owner = (domains.account("gcp", project),) if project else ()
            return (Domain(domains.DomainKind.KEY, key, (*place, *owner)),)
        case _:
            return (Domain(domains.DomainKind.KEY, key),)


def _volumes(spec: Plain, data: Mapping[str, Plain]) -> dict[str, float]:
    """GiB that is stored and that changes a day, by key, where it is stated of a data class or its home."""
    sizes = {f"data.{home}.size": _map(spec.get(home)).get("size") for home in ("media", "files")}
    sizes["mysql.storage"] = _map(spec.get("mysql")).get("storage")
    for name, row in data.items():
        sizes |= {f"data.{name}.{key}": row.get(key) for key in ("size", "changed_per_day")}
    return {key: float(value) for key, value in sizes.items() if isinstance(value, int | float)}


def _business(row: Plain, said: dict[Assumption, None], volumes: Mapping[str, float]) -> Business:
    stated = _fields(StatedBusiness, {**row, "peaks": None, "load_tests": None}, "business.", said)
    peaks = {n: _fields(Peak, _map(peak), f"business.peaks.{n}.", said) for n, peak in _map(row.get("peaks")).items()}
    return Business(
        currency=stated.get("currency", "EUR"),
        revenue_per_hour=stated.get("revenue_per_hour"),
        average_order=stated.get("average_order"),
        budget_per_month=stated.get("budget_per_month"),
        exchange_rate=stated.get("exchange_rate"),
        node_per_month=stated.get("node_per_month"),
        load_tests={
            str(name): float(held)
            for name, held in _map(row.get("load_tests")).items()
            if isinstance(held, int | float) and held > 0
        },
        usage={**{key: stated[key] for key in DEFAULTS if stated.get(key) is not None}, **volumes},
        peaks={
            name: (str(peak["start"]), str(peak["end"]), peak["factor"])
            for name, peak in peaks.items()
            if set(peak) == set(Peak.model_fields)
        },
    )


def _primary(spec: Plain) -> str | None:
    return next((name for name, row in _map(spec.get("sites")).items() if _map(row).get("role") == "primary"), None)


def _map(value: object) -> Plain:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


# -- inferred ---------------------------------------------------------------------------------------------------------


def inferred(view: View, model: Model, zones: Mapping[str, Iterable[str]]) -> Model:
    """The model with one capability for each thing that its names lead to, where names that lead to the same are one,
    and one for each that no name leads to. ``zones`` are those that a name is found in: URN of the name → URNs."""
    behind = edges(model)
    stores = {store.name for store in model.stores if store.members}
    owners = {urn: store.name for store in model.stores for urn in store.urns}
    held = {urn: name for urn, name in owners.items() if urn.endswith(BY_HAND)}
    asked: dict[tuple[str, ...], list[Entry]] = {}
    reached: set[str] = set()
    for entry in model.entries:
        targets = (owners.get(route.target, route.target) for route in entry.routes if route.target)
        found = closure(targets, behind)
        reached |= found
        presented = {name for urn, name in held.items() if urn.removesuffix(BY_HAND) in found}
        asked.setdefault(tuple(sorted((found & stores) | presented)), []).append(entry)
    rest = unasked(view, model, reached)
    return replace(
        model,
        entries=(*model.entries, *rest.entries),
        capabilities=(
            *(
                Capability(
                    name=rows[0].name,
                    entries=tuple(entry.urn for entry in rows),
                    stores=tuple(dict.fromkeys((*stores, *_zones(rows, zones, owners)))),
                    provenance=Provenance.INFERRED,
                )
                for stores, rows in asked.items()
            ),
            *rest.capabilities,
        ),
        active_site=model.active_site or _serving(model),
        assumptions=(*model.assumptions, *rest.assumptions),
    )


def _zones(entries: Iterable[Entry], zones: Mapping[str, Iterable[str]], owners: Mapping[str, str]) -> Iterator[str]:
    yield from (owners[urn] for entry in entries for urn in zones.get(entry.urn, ()) if urn in owners)


def _serving(model: Model) -> str | None:
    """The site of the database that writes, else of what the first name leads to."""
    written = [m.site for s in model.stores if s.kind is StoreKind.RELATIONAL for m in s.members if m.writer and m.site]
    parts = {part.urn: part.site for part in (*model.balancers, *model.pools)}
    led = [parts.get(route.target or "") for entry in model.entries for route in entry.routes if not route.standby]
    return next(iter([*written, *filter(None, led)]), None)
