"""Mail that a shop sends: confirmations of orders, invoices, new passwords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import ConfigKey, Email, Hostname, Name, Text

Selector: TypeAlias = Annotated[
    str, Text("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "a DKIM selector: a-z, 0-9 and inner hyphens", "s1", 63)
]
SpfHost: TypeAlias = Annotated[
    str,
    Text(
        r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", "a name with an SPF record", "spf.relay.example", 253
    ),
]


class Relay(Model):
    """Somebody else's server, which takes the mail by SMTP with TLS and sends it on."""

    supplier: Name
    """Whose it is, as ``suppliers`` names it: what sends mail is judged by how reliable that is."""
    host: Hostname
    """Its name."""
    port: Literal[465, 587, 2525] = 587
    """Its TCP port. Clouds let no mail out at 25."""
    user: str = Field(min_length=1, max_length=254, examples=["apikey"])
    """Who logs in."""
    secret: ConfigKey = "mailPassword"  # noqa: S105  the name of a setting
    """The key of the stack's configuration that holds the password."""
    spf: tuple[SpfHost, ...] = Field(min_length=1, max_length=8, examples=[["spf.relay.example"]])
    """Names of its SPF records, which the shop's own includes: others see by it who may send."""
    dkim: Mapping[Selector, Hostname] = Field(min_length=1, examples=[{"s1": "s1.domainkey.relay.example"}])
    """Where it publishes the keys that it signs with, by selector."""


class Sending(Model):
    """How mail is sent, and what others are told of it: SPF, DKIM and DMARC."""

    sender: Email
    """The address that it comes from, of the shop's own domain."""
    relay: Relay | None = None
    """Who sends it on; default Amazon SES at each site, where all that serves and its names are at AWS."""
    policy: Literal["none", "quarantine", "reject"] = "quarantine"
    """What others do with mail that claims to be the shop's and is not (DMARC)."""
    reports: Email | None = None
    """Who is told what others have refused; default nobody."""
