"""How customers reach a person, also while the shop is down."""

from __future__ import annotations

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Email, Hostname, Name, Phone


class Number(Model):
    """A telephone or fax number."""

    number: Phone
    """The number, with its country code."""
    carrier: Name
    """Who connects calls to it: a carrier, or a cloud (``aws``, ``gcp``) whose contact centre it is."""


class Telephone(Number):
    """The number that customers call."""

    overflow: Number | None = None
    """Where calls go that nobody takes, and what is printed beside it for the day on which the carrier is down."""


class Mail(Model):
    """Where customers write to."""

    address: Email
    """The address."""
    mx: Name
    """Who receives its mail (MX): a vendor, or a cloud."""


class WebChat(Model):
    """A chat with a person."""

    vendor: Name
    """Whose service it is."""


class ContactPage(Model):
    """A page that shows all of that while the shop is down, under a domain of its own."""

    domain: Hostname
    """Its domain: printed on invoices and in mail, because the shop's own may be what is lost."""
    vendor: Name
    """Who serves it: best none that the shop runs at."""
    dns: Name
    """Who answers for its domain."""


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
    hours: str = Field(default="24/7", min_length=2, max_length=80, examples=["mon-sat 08:00-20:00"])
    """When somebody is there, for people."""
    languages: tuple[str, ...] = Field(default=(), examples=[["nl", "fr", "en"]])
    """Languages that are spoken, ISO 639 codes."""
    page: ContactPage | None = None
    """Where they are shown while the shop is down; default the shop alone shows them."""

    @property
    def vendors(self) -> tuple[str, ...]:
        """Who else must be there: those whose reliability can be stated among the suppliers."""
        named = (self.mail and self.mail.mx, self.chat and self.chat.vendor, self.page and self.page.vendor)
        return tuple(dict.fromkeys(name for name in named if name))
