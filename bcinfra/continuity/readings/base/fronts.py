"""What an address or a name leads to, whichever vendor's it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

_BY_ID: Final = (".amazonaws.com",)
_OVERSTAY: Final = Range(1800, 3600)


class Behind(NamedTuple):
    """What requests that are sent to some addresses come to."""

    parts: tuple[str, ...] = ()
    """URNs of what answers; of a name of the program the one that :func:`layer` gives it."""
    beyond: tuple[str, ...] = ()
    """Addresses that nothing in the program answers at."""


def behind(view: View, resource: Resource, name: str, values: Iterable[Value], *types: str) -> Behind:
    """What addresses (host names, IP addresses, links, ARNs), values within the property ``name``, lead to: parts of
    ``types`` or any front. An address that only the deployment knows leads to what the property depends on."""
    found: dict[str, None] = {}
    beyond: dict[str, None] = {}
    untold = 0
    for value in values:
        if isinstance(value, str):
            urns = at(view, value, resource, *types)
            found |= dict.fromkeys(urns)
            beyond |= {} if urns else {host(value): None}
        untold += not isinstance(value, str)
    if untold:
        leads = {row.name: _stands(view, row, types) or _next(view, row, types) for row in view.linked(resource, name)}
        urns = [urn for those in leads.values() for urn in those if urn not in found]
        strange = [row.name for row in view.linked(resource, name) if not leads[row.name] and not _known(view, row)]
        found |= dict.fromkeys(urns)
        if len(urns) < untold and (strange or not urns):
            beyond |= dict.fromkeys(strange or [f"{resource.name}: {name}"])
    return Behind(tuple(found), tuple(beyond))


def behind_those_on(
    view: View, resource: Resource, name: str, key: str, on: Callable[[Mapping[str, Value]], bool], *types: str
) -> Behind:
    """:func:`behind` for those rows of the property ``name`` that take requests, each with its address as ``key``.
    Which address is a row's that takes none may be known only to the deployment; that is then said."""
    rows = view.rows(resource, name)
    taking = [row for row in rows if on(row)]
    if rows and not taking:
        return Behind()
    told = all(isinstance(row.get(key), str) for row in rows)
    values = [row.get(key, UNKNOWN) for row in taking] or ([UNKNOWN] if resource.inputs.get(name) is UNKNOWN else [])
    found = behind(view, resource, name, values, *types)
    return found if told or len(taking) == len(rows) else Behind(found.parts, (*found.beyond, which(resource, name)))


def which(resource: Resource, name: str) -> str:
    """What stands for addresses of which some take no requests, and only the deployment tells which."""
    return f"those of {resource.name}: {name} that are not switched off"


def at(view: View, address: str, near: Resource, *types: str) -> tuple[str, ...]:
    """URNs of what answers at an address. Vendors make some host names of an id (``<id>.execute-api.…``), and tell
    others as the beginning of a URI."""
    name = host(address)
    ids = (name.split(".")[0],) if name.endswith(_BY_ID) else ()
    for text in dict.fromkeys((address, name, f"https://{name}", f"https://{name}/", *ids)):
        rows = view.named(text, (*fronts(view), *types), near)
        if urns := [urn for row in rows for urn in _stands(view, row, types)]:
            return tuple(dict.fromkeys(urns))
    found = (vendor.asked(view, name) for vendor in view.vendors.values())
    return next(((layer(view, row),) for row in found if row), ())


def host(address: str) -> str:
    """The host name of an address, which may be a URI."""
    return address.partition("://")[2].split("/")[0].split(":")[0] if "://" in address else address


def leads(view: View, urn: str) -> tuple[str, ...]:
    """URNs of what a name of the program, by the URN that :func:`layer` gives it, leads to; none of anything else."""
    record = view.graph.resources.get(urn.removesuffix("#name"))
    if record is None or record.type not in records(view):
        return ()
    entry = view.vendors[record.package].entry(view, record)
    return tuple(route.target for route in entry.routes if route.target) if entry else ()


def layer(view: View, record: Resource) -> str:
    """URN of the part that a name is which others go on to, by any of its records."""
    first = view.vendors[record.package].first(view, record)
    return part_urn(first or record, "name")


def _stands(view: View, row: Resource, types: Iterable[str]) -> tuple[str, ...]:
    if row.type in records(view):
        return (layer(view, row),)
    if row.type in fronts(view):
        urn = front_of(view, row)
        return (urn,) if urn else ()
    return (row.urn,) if row.type in types else ()


def _next(view: View, row: Resource, types: Iterable[str]) -> tuple[str, ...]:
    """What a resource that is no front itself (the stage of an API, the website of a bucket) has its address of."""
    rows = (view.graph[urn] for urns in row.property_dependencies.values() for urn in urns if urn in view.graph)
    return tuple(dict.fromkeys(urn for inner in rows for urn in _stands(view, inner, types)))


def _known(view: View, row: Resource) -> bool:
    """Whether a resource is of a type that is understood, so that it is known to answer nothing."""
    return row.type in view.traits or not row.custom


@once_per_view
def fronts(view: View) -> tuple[str, ...]:
    """The types that a name can lead to."""
    return tuple(token for vendor in view.vendors.values() for token in vendor.fronts)


@once_per_view
def records(view: View) -> tuple[str, ...]:
    """The types of DNS records."""
    return tuple(token for vendor in view.vendors.values() for token in vendor.records)


def front_of(view: View, resource: Resource) -> str | None:
    """URN of the part that an address belongs to."""
    vendor = view.vendors.get(resource.package)
    return vendor.front(view, resource) if vendor else resource.urn


def bound(view: View, group: Resource) -> tuple[str, ...]:
    """URNs of what registers itself in a group, whichever vendor's it is."""
    return tuple(urn for vendor in view.vendors.values() for urn in vendor.bound(view, group))


def grouped(view: View, name: str) -> tuple[str, ...]:
    """URNs of what stands behind a group of that name, whichever vendor's it is."""
    return tuple(urn for vendor in view.vendors.values() for urn in vendor.grouped(view, name))


def taken(view: View, address: Resource) -> str | None:
    """URN of the front that takes an address which another vendor reserved."""
    return next((urn for vendor in view.vendors.values() if (urn := vendor.taken(view, address))), None)


def shielded(view: View, front: Resource) -> bool | None:
    """Whether floods of requests are absorbed in front of what a name leads to; ``None``: not known."""
    vendor = view.vendors.get(front.package)
    return vendor.shielded(view, front) if vendor else None


def around(view: View, front: Resource) -> bool | None:
    """Whether a front takes requests from everybody, around what stands before it; ``None``: not known."""
    vendor = view.vendors.get(front.package)
    return vendor.around(view, front) if vendor else None


def hosts(view: View, urns: Iterable[str | None]) -> tuple[Domain, ...]:
    """The DNS providers without which none of some fronts is found, whoever leads to their host names: a second
    provider of one's own name does not help where both lead to a name of the first."""
    fronts = [view.graph.resources.get(urn or "") for urn in urns]
    found = [
        view.vendors[row.package].hosted(view, row) if row and row.package in view.vendors else None for row in fronts
    ]
    return tuple(dict.fromkeys(one for one in found if one)) if found and None not in found else ()


def overstay(view: View) -> Tail:
    """The clients whose resolvers keep an answer beyond its TTL."""
    share = view.facts["dns.ttl_overstay"].parameter("share_of_resolvers", Unit.SHARE)
    text = "resolvers that extend the TTL are taken to do so for at most an hour (judgement)"
    lasts = assumed("an answer kept too long", Unit.SECONDS, _OVERSTAY, text)
    return Tail(share=share, lasts=lasts)
