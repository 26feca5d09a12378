"""The ways to a person that a shop states: a capability of its own, which any one channel keeps up. What the program
declares of them counts, whatever is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import (
    Capability,
    Entry,
    Member,
    Model,
    Part,
    Provenance,
    Route,
    Routing,
    Store,
    StoreKind,
    Target,
)
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import connect, dns as aws_dns
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.cloudflare import places as cloudflare
from bcinfra.continuity.readings.gcp import dns as gcp_dns
from bcinfra.continuity.readings.joins import contact_page, dns_pairs, registration
from bcinfra.continuity.readings.joins.contact_page import Shows
from bcinfra.continuity.readings.joins.unasked import closure, edges
from bcinfra.spec.contact import Contact, ContactPage, Mail, WebChat

NAME: Final = "reach-a-person"
"""The capability."""
CHANNELS: Final = "ways to a person"
_CLOUDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("aws", "amazon", "amazon-connect", "amazon-ses", "amazon-s3", "connect", "ses", "s3"), "aws"),
    **dict.fromkeys(("amplify", "cloudfront", "route-53", "route53", "workmail"), "aws"),
    **dict.fromkeys(("gcp", "google", "google-cloud", "cloud-dns", "cloud-run", "cloud-storage", "firebase"), "gcp"),
    **dict.fromkeys(("cloudflare", "cloudflare-dns", "cloudflare-pages", "r2", "workers"), "cloudflare"),
}
"""Services of clouds, by the names that a specification may have for them, with whose they are."""
_DNS: Final[Mapping[str, Domain]] = {"aws": aws_dns.PROVIDER, "gcp": gcp_dns.PROVIDER, "cloudflare": cloudflare.DNS}
_AWS_MAIL: Final = ".amazonaws.com"
"""How the names of Amazon SES's servers end: ``inbound-smtp.eu-west-1.amazonaws.com``
(https://docs.aws.amazon.com/general/latest/gr/ses.html, 2026-11)."""


class Ways(NamedTuple):
    """What a stated contact adds to a model."""

    capability: Capability
    store: Store | None = None
    entry: Entry | None = None
    """The page that shows the channels while the shop is down, where the program does not declare it, or not what it
    shows."""
    said: tuple[Assumption, ...] = ()


class _Stated(NamedTuple):
    """What is stated of reaching a person, with what the program declares."""

    view: View
    model: Model
    contact: Contact
    urn: str
    """Of what states it."""
    shop: tuple[Entry, ...]
    """The shop's own names."""
    rated: Mapping[str, Domain]
    """The suppliers whose reliability is stated, by name."""

    def vendor(self, name: str) -> Domain:
        """Somebody else's service: a cloud's goes with the cloud."""
        cloud = _CLOUDS.get(name)
        return domains.provider(cloud) if cloud else self.rated.get(name) or Domain(DomainKind.SUPPLIER, name)

    def registered(self, host: str) -> tuple[Domain, ...]:
        """The registration that a host hangs on."""
        found = registration.of(self.view, host.rstrip(".").lower())
        return (found,) if found else ()


def ways(
    view: View, model: Model, contact: Contact, urn: str, names: Iterable[str], rated: Mapping[str, Domain], own: Target
) -> Ways | None:
    """The ways to a person; ``None`` where no channel is stated.

    ``urn`` is of what states them, ``names`` those of the shop's own names, whose pages show the channels too,
    ``rated`` the suppliers whose reliability is stated, by name. A page that the program is said to make, and does not,
    is none.
    """
    if not any((contact.phone, contact.mail, contact.chat, contact.fax)):
        return None
    by_urn = {entry.urn: entry for entry in model.entries}
    shop = tuple(by_urn[name] for name in names)
    told = _Stated(view, model, contact, urn, shop, rated)
    members = tuple(_channels(told))
    target = _without_data(own)
    if not members:
        return Ways(undecided(target))
    page = contact.page
    made = [one for one in model.entries if page and one.name.rstrip(".") == page.domain and one not in shop]
    entry = _elsewhere(told, page, members[0]) if page and not page.account and not made else None
    shown = {one: contact_page.shows(view, model, one, contact, shop) for one in made}
    for one in (one for one, seen in shown.items() if seen is Shows.UNTOLD):
        nowhere = (Route(urn=f"{urn}#contact", target=None),)
        entry = replace(one, urn=f"{urn}#contact", routes=nowhere, public=False)
    pages = [one for one, seen in shown.items() if seen >= Shows.UNSEEN]
    return Ways(
        entry=entry,
        said=(
            *(Assumption(Assumes.SHOWS_WAYS, one.named) for one, seen in shown.items() if seen is Shows.UNSEEN),
            *(Assumption(Assumes.REPLICATED, one.subject) for one in members if one.source),
        ),
        store=Store(name=CHANNELS, kind=StoreKind.CHANNELS, members=members, durable=False),
        capability=replace(
            undecided(target),
            entries=(*names, *(one.urn for one in pages), *((entry.urn,) if entry else ())),
            stores=(CHANNELS,),
        ),
    )


def undecided(target: Target) -> Capability:
    """Reaching a person by nothing that is known."""
    return Capability(
        name=NAME,
        entries=(),
        any_name=True,
        stores=(),
        writes=False,
        target=target,
        provenance=Provenance.STATED,
    )


def _elsewhere(told: _Stated, page: ContactPage, first: Member) -> Entry:
    """A page that others serve."""
    urn = f"{told.urn}#contact"
    return Entry(
        urn=urn,
        label=page.domain,
        name=page.domain,
        routing=Routing.SIMPLE,
        routes=(Route(urn=urn, target=first.urn),),
        propagates=assumed("customers see what the page says", Unit.SECONDS, Range(0, 0), "it is a static page"),
        homes=(told.vendor(page.vendor or ""), _dns(told, page.dns or ""), *told.registered(page.domain)),
        public=False,  # a flood of the shop does not come by it
    )


def _dns(told: _Stated, name: str) -> Domain:
    return _DNS.get(_CLOUDS.get(name, "")) or Domain(DomainKind.DNS_PROVIDER, name, (told.vendor(name),))


def _without_data(target: Target) -> Target:
    """Objectives of time: who calls loses no data."""
    kinds = {kind: replace(one, data_loss=None) for kind, one in target.kinds.items()}
    return replace(target, data_loss=None, kinds=kinds)


def _channels(told: _Stated) -> Iterator[Member]:
    """A member for each channel, where its carrier or vendor is. A contact centre that the program is said to make, and
    does not, takes no calls."""
    contact = told.contact
    if phone := contact.phone:
        if phone.centre and (taken := connect.number(told.view, contact)):
            first = _channel(told, f"telephone {phone.number}", *taken.homes)
            yield first
            if taken.replica:
                yield _replicated(told.view, first, taken)
        elif not phone.centre:
            yield _channel(told, f"telephone {phone.number}", _carrier(phone.carrier))
        if phone.overflow:
            yield _channel(told, f"telephone {phone.overflow.number}", _carrier(phone.overflow.carrier))
    if contact.mail and (received := _received(told, contact.mail)):
        yield _channel(told, f"mail to {contact.mail.address}", *received)
    if contact.chat and (contact.chat.url or not (contact.page and contact.page.account)):
        yield _channel(told, f"chat of {contact.chat.vendor}", *_opened(told, contact.chat))
    if fax := contact.fax:
        yield _channel(told, f"fax {fax.number}", _carrier(fax.carrier))


def _channel(told: _Stated, label: str, *homes: Domain) -> Member:
    return Member(
        urn=f"{told.urn}#contact {label}",
        label=label,
        homes=tuple(dict.fromkeys(homes)),
        zones=None,
        regional=True,
        writer=True,
        source=None,
    )


def _replicated(view: View, first: Member, taken: connect.Number) -> Member:
    """The same number by the replica of its contact centre, once a person has shifted calls and agents there."""
    region = taken.replica[0].short
    return replace(
        first,
        urn=part_urn(taken.row, "replica"),
        label=f"{first.label} by its replica in {region}",
        homes=taken.replica,
        needs_to_recover=(domains.control_plane("aws", region),),
        writer=False,
        source=first.urn,
        serves_reads=False,
        lag=assumed("what a number lacks", Unit.SECONDS, Range(0, 0), "it holds nothing"),
        promotes=view.time("aws.connect.acgr"),
    )


def _received(told: _Stated, mail: Mail) -> tuple[Domain, ...] | None:
    """What receives mail and leads it there; ``None`` where the program has the zone and nothing receives it, one of
    several zones does not say who does (whom a sender asks is chance), or it takes none (RFC 7505)."""
    view, domain = told.view, mail.address.rpartition("@")[2]
    zones = dns_pairs.holding(view, domain)
    records = dns_pairs.received(view, domain)
    if {zone.urn for zone in zones} - {zone.urn for row in records if (zone := dns_pairs.zone_of(view, row))}:
        return None
    servers = [*map(_server, [text for row in records for text in dns_pairs.said(view, row)] or mail.servers)]
    if servers and not any(servers):
        return None
    return (
        told.vendor(mail.mx),
        *(domains.region("aws", one.split(".")[1]) for one in servers if one.endswith(_AWS_MAIL)),
        *(home for one in servers if _near(told, one) for home in (*_answering(told, one, ()), *_behind(told, one))),
        *_answering(told, domain, [zone.urn for zone in zones]),
        *told.registered(domain),
    )


def _server(record: str) -> str:
    return record.rpartition(" ")[2].rstrip(".").lower()


def _opened(told: _Stated, chat: WebChat) -> tuple[Domain, ...]:
    """What a chat hangs on: its vendor, and where it opens below a name of the shop, all that answers there."""
    host = (urlsplit(chat.url or "").hostname or "").lower()
    near = _near(told, host)
    return (told.vendor(chat.vendor), *(_answering(told, host, ()) if near else ()), *_behind(told, host))


def _behind(told: _Stated, host: str) -> Iterator[Domain]:
    """Where all is that a name of the program leads to."""
    model = told.model
    parts: dict[str, Sequence[Part]] = {part.urn: (part,) for part in (*model.balancers, *model.pools)}
    parts |= {store.name: store.members for store in model.stores}
    for entry in model.entries:
        if entry.name.rstrip(".") == host:
            found = closure((route.target for route in entry.routes if route.target), edges(model))
            yield from (home for urn in sorted(found) for part in parts.get(urn, ()) for home in part.homes)


def _near(told: _Stated, domain: str) -> list[Entry]:
    """Names of the program under the registration of a domain, that domain first."""
    label = registration.label(domain)
    found = [one for one in told.model.entries if label and registration.label(one.name) == label]
    return sorted(found, key=lambda one: one.name.rstrip(".") != domain)


def _answering(told: _Stated, domain: str, zones: Iterable[str]) -> tuple[Domain, ...]:
    """Who answers for a domain: as the program has it, else as is stated of the page."""
    page = told.contact.page
    if near := _near(told, domain):
        return (*near[0].homes, *near[0].needs_to_run)
    held = [member for store in told.model.stores for member in store.members if member.urn in zones]
    if held:
        return held[0].homes
    if page and page.dns and f".{domain}".endswith(f".{page.domain}"):
        return (_dns(told, page.dns),)
    return (Domain(DomainKind.DNS_PROVIDER, f"of {domain}"),)


def _carrier(name: str) -> Domain:
    cloud = _CLOUDS.get(name)
    return domains.provider(cloud) if cloud else Domain(DomainKind.ISP, f"telephone of {name}")


def stated(row: Mapping[str, Any]) -> Contact | None:
    """The contact of a specification; ``None`` where there is none, or what it says is wrong."""
    from pydantic import ValidationError

    try:
        return Contact.model_validate(row) if row else None
    except ValidationError:
        return None
