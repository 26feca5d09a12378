"""How customers reach a person, also while the shop is down."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import (
    Country,
    Email,
    Hostname,
    Hours,
    HttpsAddress,
    Language,
    MailServer,
    Name,
    Phone,
    TimeZone,
)


class Number(Model):
    """A telephone or fax number."""

    number: Phone
    """The number, with its country code."""
    carrier: Name
    """Who connects calls to it: a carrier, or a cloud (``aws``, ``gcp``) whose contact centre it is."""


class Recorded(Model):
    """Calls that are recorded, once the caller was told so."""

    notice: str = Field(min_length=1, max_length=1000, examples=["This call is recorded and deleted after 30 days."])
    """What the caller hears first."""
    days: int = Field(default=30, ge=1, le=3650)
    """Days for which they are kept."""


class Centre(Model):
    """A contact centre of Amazon Connect that the program makes. Amazon gives the number, or takes one over on request:
    state the one that it then is."""

    region: str = Field(examples=["eu-central-1"])
    """Where it is, of the regions that Amazon Connect is in. Calls are taken nowhere else."""
    account: Name = "main"
    """Whose it is: an account of `accounts`."""
    country: Country
    """The country of the number."""
    kind: Literal["DID", "TOLL_FREE"] = "DID"
    """A number of a place, or one that costs the caller nothing."""
    most_waiting: int = Field(default=20, ge=1, le=1000)
    """Calls that wait before the next one goes to ``overflow``."""
    recorded: Recorded | None = None
    """Whether calls are recorded; default they are not."""
    replicated: bool = False
    """Whether it has a replica in the region that Amazon Connect pairs with its own: state it after
    ``ReplicateInstance``, which AWS opens on request and no program can call. Its agents then sign in by SAML."""


class Telephone(Number):
    """The number that customers call."""

    centre: Centre | None = None
    """The contact centre that takes its calls, where the program makes it; its carrier is ``aws``."""
    overflow: Number | None = None
    """Where calls go that nobody takes, and what is printed beside it for the day on which the carrier is down."""


class Mail(Model):
    """Where customers write to."""

    address: Email
    """The address."""
    mx: Name
    """Who receives its mail (MX): a vendor, or a cloud."""
    servers: tuple[MailServer, ...] = Field(default=(), examples=[["10 in1-smtp.example", "20 in2-smtp.example"]])
    """That vendor's servers: the MX records of the address's domain, where the program makes its zone."""


class WebChat(Model):
    """A chat with a person."""

    vendor: Name
    """Whose service it is."""
    url: HttpsAddress | None = None
    """Where it opens: the page links there, and loads nothing of it."""


class ContactPage(Model):
    """A page that shows all of that while the shop is down, under a domain of its own.

    State ``account`` and the program makes it, with its zone and its certificate; or ``vendor`` and ``dns``, who have
    it already."""

    domain: Hostname
    """Its domain: printed on invoices and in mail, because the shop's own may be what is lost."""
    account: Name | None = None
    """Whose ground it is made on: an account of `accounts` in which nothing of the shop runs, best of another
    vendor."""
    region: str | None = Field(default=None, examples=["europe-west3"])
    """The region of its files there, where ``account`` is stated."""
    vendor: Name | None = None
    """Who serves it, where the program does not make it: best none that the shop runs at."""
    dns: Name | None = None
    """Who answers for its domain, where the program does not make it."""


class Contact(Model):
    """The ways to a person. Any one is enough, if customers know of it: that is judged as *reach-a-person*."""

    phone: Telephone | None = None
    """The telephone."""
    mail: Mail | None = None
    """The mailbox."""
    chat: WebChat | None = None
    """The chat."""
    fax: Number | None = None
    """The fax."""
    hours: Hours = "24/7"
    """When somebody is there."""
    time_zone: TimeZone = "UTC"
    """Where those hours hold."""
    languages: tuple[Language, ...] = Field(default=(), examples=[["nl", "fr", "en"]])
    """Languages that are spoken, and that the pages for customers are in."""
    page: ContactPage | None = None
    """Where they are shown while the shop is down; default the shop alone shows them."""

    @property
    def vendors(self) -> tuple[str, ...]:
        """Who else must be there: those whose reliability can be stated among the suppliers."""
        named = (self.mail and self.mail.mx, self.chat and self.chat.vendor, self.page and self.page.vendor)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def servers_of_page(self) -> tuple[str, ...]:
        """The MX records of the page's domain: none where mail goes to another."""
        mail, page = self.mail, self.page
        return mail.servers if mail and page and mail.address.endswith(f"@{page.domain}") else ()
