"""Certificates whose names are proved already, by records in a zone: another is then issued within minutes.

ACM asks an account for one record a name, the same in every region, and takes it for each new certificate while it
stands: "you can also replace a deleted certificate" (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html,
read 2026-11-30). A DNS authorization of Google's does the same for a project
(https://cloud.google.com/certificate-manager/docs/domain-authorization). Neither looks into a private zone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Store, StoreKind, Validation
from bcinfra.continuity.model.ranges import Range, Unit, assumed, total
from bcinfra.continuity.readings.aws import balancers as aws_balancers
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.view import View, strings
from bcinfra.continuity.readings.gcp import balancers as gcp_balancers
from bcinfra.continuity.readings.joins.dns_pairs import RECORDS, holding, zone_of
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

_ISSUED: Final[Mapping[str, str]] = {
    aws_balancers.CERTIFICATE: "aws.acm.issue",
    gcp_balancers.CERTIFICATE: "gcp.certificatemanager.issue",
}
"""Certificate → the fact of how long it takes to be issued where its names are proved."""
_PRESENTED: Final = assumed(
    "the new certificate presented",
    Unit.SECONDS,
    Range(300, 1800),
    "a run of the program: a listener takes it at once, a distribution within 15 minutes (judgement)",
)


def proved(view: View, stores: Sequence[Store]) -> tuple[Store, ...]:
    """The stores, those of certificates with what proves the names of all of them."""
    zones = frozenset(m.urn for store in stores if store.kind is StoreKind.DNS_ZONE for m in store.members)
    return tuple(_proved(view, store, zones) if store.kind is StoreKind.CERTIFICATES else store for store in stores)


def _proved(view: View, store: Store, zones: frozenset[str]) -> Store:
    certificates = {
        member.urn: (row, _accounts(member))
        for member in store.members
        if (row := view.graph.resources.get(member.urn)) and row.type in _ISSUED
    }
    issued = slowest(view.time(_ISSUED[row.type]) for row, _ in certificates.values())
    if issued is None or len(certificates) < len(store.members):
        return store
    found: list[str] = []
    for row, accounts in certificates.values():
        alike = [one for one, its in certificates.values() if (one.type, its) == (row.type, accounts)]
        if not (stands := _stands_in(view, row, alike, zones)):
            return store
        found += stands
    validation = Validation(
        zones=tuple(dict.fromkeys(found)),
        accounts=tuple(dict.fromkeys(account for _, accounts in certificates.values() for account in accounts)),
        restore=total(f"{store.name} issued again and presented", issued, _PRESENTED),
    )
    return replace(
        store, copies=tuple(replace(one, validation=validation) if one.anew else one for one in store.copies)
    )


def _accounts(member: Member) -> tuple[Domain, ...]:
    return tuple(home for home in member.homes if home.kind is DomainKind.ACCOUNT)


def _stands_in(view: View, row: Resource, alike: Iterable[Resource], zones: frozenset[str]) -> tuple[str, ...]:
    """URNs of the zones in which all names of a certificate are proved, be it by records that another of its account
    asked for; none where one name is not, or nobody knows the names."""
    asking = [one for other in alike for one in _asking(view, other)]
    records = {r.urn: r for one in asking for token in RECORDS for r in view.users(one, token, "name")}
    standing = Counter(zone.urn for record in records.values() if (zone := zone_of(view, record)))
    wanted = Counter(
        next((zone.urn for zone in holding(view, name) if zone.urn in zones and standing[zone.urn]), "")
        for name in _names(view, row)
    )
    return tuple(wanted) if wanted and all(standing[urn] >= count for urn, count in wanted.items()) else ()


def _asking(view: View, row: Resource) -> Sequence[Resource]:
    """What asks for the records that prove a certificate's names; nothing where they are proved in another way."""
    if row.type == aws_balancers.CERTIFICATE:
        return (row,) if view.text(row, "validationMethod") == "DNS" else ()
    return view.refs(row, "managed", gcp_balancers.AUTHORIZATION)


def _names(view: View, row: Resource) -> frozenset[str]:
    """The names that need a proof: a name and all below it share one. Empty where they are not known."""
    if row.type != aws_balancers.CERTIFICATE:
        named: Value = list(gcp_balancers.certified(view, row))
    else:
        more = row.inputs.get("subjectAlternativeNames")
        named = UNKNOWN if more is UNKNOWN else [view.text(row, "domainName"), *strings(more)]
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return frozenset()
    return frozenset(name.removeprefix("*.").lower() for name in strings(named))
