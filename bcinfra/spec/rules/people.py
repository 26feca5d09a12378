"""What those who are told, who help and who are called must have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from bcinfra.places import regions
from bcinfra.places.centres import REGIONS as CENTRES, REPLICAS
from bcinfra.spec.contact import Centre, Telephone
from bcinfra.spec.problems import Path, Problem, did_you_mean
from bcinfra.spec.rules.sites import account_of, cloud_of, cloud_place, region_of

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec.page import Page


def _runbooks(shop: Page) -> Iterator[Problem]:
    """Kept apart from all that the shop is: whoever takes over one of its accounts neither reads nor deletes them."""
    if shop.runbooks is None:
        return
    kept = shop.runbooks
    cloud = _ground_of(shop, kept.account)
    yield from _ground_apart(shop, kept.account, ("runbooks", "account"), "the runbook")
    yield from region_of(cloud, kept.region, ("runbooks",))
    form, such = _READERS[cloud]
    for index, reader in enumerate(kept.readers):
        if not form.fullmatch(reader):
            yield Problem(
                path=("runbooks", "readers", index),
                value=reader,
                message="is nobody who can be named there",
                allowed=(such,),
            )


def _ground_of(shop: Page, account: str) -> Cloud:
    """The cloud that an account is of, or is asked to be of."""
    return "gcp" if account in shop.accounts and cloud_of(shop.accounts[account]) == "gcp" else "aws"


def _ground_apart(shop: Page, account: str, path: Path, what: str) -> Iterator[Problem]:
    """An account that holds nothing of the shop."""
    cloud = _ground_of(shop, account)
    yield from account_of(shop, cloud, account, path)
    used = {place.account for site in shop.sites.values() if (place := cloud_place(site))} | {*shop.zones_at.values()}
    if account in used:
        free = tuple(name for name in shop.accounts if name not in used)
        yield Problem(
            path=path,
            value=account,
            message=f"holds a part of the shop: what takes it away takes {what} too",
            allowed=free,
            hint=None if free else "add an account to accounts, best of another vendor",
        )


def _centre(shop: Page, phone: Telephone, centre: Centre) -> Iterator[Problem]:
    """A contact centre that can be made, and from which calls go on."""
    where: Path = ("contact", "phone", "centre")
    yield from account_of(shop, "aws", centre.account, (*where, "account"))
    if centre.region not in CENTRES:
        yield Problem(
            path=(*where, "region"),
            value=centre.region,
            message="is no region that Amazon Connect is in",
            allowed=CENTRES,
            hint=did_you_mean(centre.region, CENTRES),
        )
    elif centre.replicated and centre.region not in REPLICAS:
        yield Problem(
            path=(*where, "replicated"),
            value=centre.replicated,
            message=f"cannot be of one in {centre.region}: Amazon Connect pairs it with no other region",
            hint=f"put it in one of {', '.join(REPLICAS)}, or leave it out",
        )
    if phone.carrier != "aws":
        yield Problem(
            path=("contact", "phone", "carrier"),
            value=phone.carrier,
            message="is not who takes the calls: the contact centre is Amazon's",
            allowed=("aws",),
        )
    if phone.overflow is None:
        yield Problem(
            path=("contact", "phone", "overflow"),
            message="is required with centre: calls that nobody takes go there",
            allowed=("a number at another carrier",),
        )


def _contact(shop: Page) -> Iterator[Problem]:
    """The ways to a person: none that fails with another, and a page that outlives the shop."""
    contact = shop.contact
    if contact is None:
        return
    phone, page = contact.phone, contact.page
    if phone and phone.centre:
        yield from _centre(shop, phone, phone.centre)
    if phone and phone.overflow and phone.overflow.carrier == phone.carrier:
        yield Problem(
            path=("contact", "phone", "overflow", "carrier"),
            value=phone.carrier,
            message="connects the first number too: what takes that away takes this",
            allowed=("another carrier",),
        )
    if page is None:
        return
    where: Path = ("contact", "page")
    if not any((phone, contact.mail, contact.chat, contact.fax)):
        yield Problem(
            path=where, value=page.domain, message="has nothing to show", hint="state phone, mail, chat or fax"
        )
    if f".{page.domain}".endswith(f".{shop.domain}"):
        yield Problem(
            path=(*where, "domain"),
            value=page.domain,
            message=f"is the shop's own, or below it: who loses {shop.domain} loses it too",
            allowed=("a domain registered apart, best at another registrar",),
        )
    if page.account is None:
        for name in ("vendor", "dns"):
            if getattr(page, name) is None:
                yield Problem(
                    path=(*where, name),
                    message="is required where the program does not make the page",
                    hint="or state account: an account of its own, in which the program makes it",
                )
        return
    yield from _ground_apart(shop, page.account, (*where, "account"), "the page")
    for name in ("vendor", "dns"):
        if (value := getattr(page, name)) is not None:
            yield Problem(
                path=(*where, name), value=value, message="is the vendor of account already", hint="leave it out"
            )
    if contact.mail and contact.mail.address.endswith(f"@{page.domain}") and not contact.mail.servers:
        yield Problem(
            path=("contact", "mail", "servers"),
            message=f"is required: the program makes the zone of {page.domain}, and mail to it would find nobody",
            allowed=("MX records, such as 10 in1-smtp.messagingengine.com",),
        )
    cloud = _ground_of(shop, page.account)
    if page.region is None:
        yield Problem(path=(*where, "region"), message="is required with account", allowed=regions.names(cloud))
    else:
        yield from region_of(cloud, page.region, where)


_READERS: Final[Mapping[Cloud, tuple[re.Pattern[str], str]]] = {
    "aws": (
        re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"),
        "such as arn:aws:iam::777788889999:role/on-call",
    ),
    "gcp": (
        re.compile(r"(user|group|serviceAccount|domain):[^@\s:]+(@[\w.-]+)?|principal(Set)?://\S+"),
        "such as group:on-call@help.example",
    ),
}
"""How a reader is named at a cloud."""


RULES: Final = (
    _runbooks,
    _contact,
)
