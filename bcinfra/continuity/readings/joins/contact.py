"""The ways to a person that a shop states: a capability of its own, which any one channel keeps up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import (
    Capability,
    Entry,
    Member,
    Provenance,
    Route,
    Routing,
    Store,
    StoreKind,
    Target,
)
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import dns as aws_dns
from bcinfra.continuity.readings.gcp import dns as gcp_dns
from bcinfra.spec.contact import Contact, ContactPage

NAME: Final = "reach-a-person"
"""The capability."""
CHANNELS: Final = "ways to a person"
_CLOUDS: Final = ("aws", "gcp")


class Ways(NamedTuple):
    """What a stated contact adds to a model."""

    entry: Entry | None
    """The page that shows the channels while the shop is down, where the program does not declare it."""
    store: Store
    capability: Capability


def ways(
    contact: Contact,
    shop: str,
    entries: tuple[str, ...],
    declared: Iterable[Entry],
    target: Target,
    rated: Mapping[str, Domain],
    centre: tuple[Domain, ...] | None,
) -> Ways | None:
    """The ways to a person; ``None`` where no channel is stated.

    ``shop`` is the URN of what states them, ``entries`` those of the shop's own names, whose pages show the channels
    too, ``declared`` the names of the program, ``rated`` the suppliers whose reliability is stated, by name. A page
    that the program is said to make, and does not, is none. ``centre``: what the program's contact centre hangs on.
    """
    members = tuple(_channels(contact, shop, rated, centre))
    if not members:
        return None
    page = contact.page
    made = tuple(one.urn for one in declared if page and page.account and one.name == page.domain)
    entry = _shown(page, shop, members[0], rated) if page and not page.account else None
    return Ways(
        entry=entry,
        store=Store(name=CHANNELS, kind=StoreKind.CHANNELS, members=members, durable=False),
        capability=Capability(
            name=NAME,
            entries=(*entries, *made, *((entry.urn,) if entry else ())),
            any_name=True,
            stores=(CHANNELS,),
            writes=False,
            target=_without_data(target),
            provenance=Provenance.STATED,
        ),
    )


def _shown(page: ContactPage, shop: str, first: Member, rated: Mapping[str, Domain]) -> Entry:
    """A page that others serve."""
    urn = f"{shop}#contact"
    return Entry(
        urn=urn,
        label=page.domain,
        name=page.domain,
        routing=Routing.SIMPLE,
        routes=(Route(urn=urn, target=first.urn),),
        propagates=assumed("customers see what the page says", Unit.SECONDS, Range(0, 0), "it is a static page"),
        homes=_page(page, rated),
        public=False,  # a flood of the shop does not come by it
    )


def _without_data(target: Target) -> Target:
    """Objectives of time: who calls loses no data."""
    kinds = {kind: replace(one, data_loss=None) for kind, one in target.kinds.items()}
    return replace(target, data_loss=None, kinds=kinds)


def _channels(
    contact: Contact, shop: str, rated: Mapping[str, Domain], centre: tuple[Domain, ...] | None
) -> Iterator[Member]:
    """A member for each channel, where its carrier or vendor is. A contact centre that the program is said to make, and
    does not, takes no calls."""
    if phone := contact.phone:
        taken = centre if phone.centre else (_carrier(phone.carrier),)
        if taken:
            yield _channel(shop, f"telephone {phone.number}", *taken)
        if phone.overflow:
            yield _channel(shop, f"telephone {phone.overflow.number}", _carrier(phone.overflow.carrier))
    if mail := contact.mail:
        mailed = Domain(DomainKind.REGISTRATION, _registered(mail.address.rpartition("@")[2]))
        yield _channel(shop, f"mail to {mail.address}", _vendor(mail.mx, rated), mailed)
    if chat := contact.chat:
        yield _channel(shop, f"chat of {chat.vendor}", _vendor(chat.vendor, rated))
    if fax := contact.fax:
        yield _channel(shop, f"fax {fax.number}", _carrier(fax.carrier))


def _channel(shop: str, label: str, *homes: Domain) -> Member:
    return Member(
        urn=f"{shop}#contact {label}", label=label, homes=homes, zones=None, regional=True, writer=True, source=None
    )


def _page(page: ContactPage, rated: Mapping[str, Domain]) -> tuple[Domain, ...]:
    """What a page on its own domain hangs on."""
    vendor, dns = page.vendor or "", page.dns or ""
    answers = _DNS.get(dns) or Domain(DomainKind.DNS_PROVIDER, dns, (_vendor(dns, rated),))
    return (_vendor(vendor, rated), answers, Domain(DomainKind.REGISTRATION, _registered(page.domain)))


_DNS: Final[Mapping[str, Domain]] = {"aws": aws_dns.PROVIDER, "gcp": gcp_dns.PROVIDER}


def _carrier(name: str) -> Domain:
    return domains.provider(name) if name in _CLOUDS else Domain(DomainKind.ISP, f"telephone of {name}")


def _vendor(name: str, rated: Mapping[str, Domain]) -> Domain:
    return domains.provider(name) if name in _CLOUDS else rated.get(name) or Domain(DomainKind.SUPPLIER, name)


def _registered(domain: str) -> str:
    """The part of a domain that is registered, as far as its labels tell."""
    return ".".join(domain.split(".")[-2:])


def stated(row: Mapping[str, Any]) -> Contact | None:
    """The contact of a specification; ``None`` where there is none, or what it says is wrong."""
    from pydantic import ValidationError

    try:
        return Contact.model_validate(row) if row else None
    except ValidationError:
        return None
