"""Mail that a shop sends, whoever sends it on: what its program is told, and what DNS says of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from bcinfra import spec
from bcinfra.component import Str

PASSWORD: Final = "MAIL_PASSWORD"  # noqa: S105  the name of a variable
TTL: Final = 3600
"""Seconds for which others may keep the records."""


class DnsRecord(NamedTuple):
    """What a zone says of mail."""

    what: str
    """Part of the resource's name."""
    host: str
    kind: str
    value: str


def records(shop: spec.Shop) -> list[DnsRecord]:
    """What every zone of the domain holds: who may send for it, by whose keys, and what becomes of the rest."""
    stated = shop.mail
    if stated is None:
        return []
    reports = f"; rua=mailto:{stated.reports}" if stated.reports else ""
    found = [DnsRecord("dmarc", f"_dmarc.{shop.domain}", "TXT", f"v=DMARC1; p={stated.policy}{reports}")]
    if relay := stated.relay:
        allowed = " ".join(f"include:{host}" for host in relay.spf)
        found.append(DnsRecord("spf", shop.domain, "TXT", f"v=spf1 {allowed} -all"))
        found += [
            DnsRecord(f"dkim-{selector}", f"{selector}._domainkey.{shop.domain}", "CNAME", host)
            for selector, host in sorted(relay.dkim.items())
        ]
    return found


def plain(stated: spec.Sending) -> Mapping[str, Str]:
    """What the program is told in clear."""
    told: dict[str, Str] = {"MAIL_FROM": stated.sender}
    if relay := stated.relay:
        told |= {"MAIL_HOST": relay.host, "MAIL_PORT": str(relay.port), "MAIL_USER": relay.user}
    return told
