"""The registration of the domain that a name lies in: with it every name under the domain is lost, whoever answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Entry
from bcinfra.continuity.model.rates import registration
from bcinfra.continuity.readings.aws import dns as aws_dns, places as aws_places
from bcinfra.continuity.readings.base.view import View, as_row, once_per_view
from bcinfra.continuity.readings.gcp import dns as gcp_dns, places as gcp_places
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

_SPECIAL: Final = ("alt", "arpa", "internal", "invalid", "lan", "local", "localhost", "onion", "private", "svc")
"""Top-level domains in which nothing is registered (RFC 6761, RFC 9476, and those that networks use inside)."""
_OF_VENDORS: Final = (
    *("amazonaws.com", "awsapprunner.com", "awsglobalaccelerator.com", "cloudfront.net", "elasticbeanstalk.com"),
    *("appspot.com", "cloudfunctions.net", "googleapis.com", "googleusercontent.com", "run.app"),
)
"""Domains of the vendors themselves, under which they name what they run."""
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"})
"""What countries whose domains are registered below a second level call it (``co.uk``, ``com.au``)."""


def registered(view: View, entry: Entry) -> Entry:
    """A name that everybody may ask for, with the registration that it hangs on; any other as it is."""
    domain = of(view, entry.name.rstrip(".").lower()) if _resolved(view, entry) else None
    return replace(entry, needs_to_run=(*entry.needs_to_run, domain)) if domain else entry


def _resolved(view: View, entry: Entry) -> bool:
    """Whether it is found over public DNS."""
    row = view.graph.resources.get(entry.urn)
    if row and row.type == aws_dns.RECORD:
        return not aws_dns.is_private(view, row)
    if row and row.type == gcp_dns.RECORD:
        return not gcp_dns.is_private(view, row)
    return any(home.kind is DomainKind.DNS_PROVIDER for home in entry.homes)


def of(view: View, name: str) -> Domain | None:
    """The registration that a name hangs on; ``None`` for what hangs on none of one's own."""
    declared = _declared(view)
    above = [name.split(".", n)[-1] for n in range(name.count(".") + 1)]
    if found := next((domain for domain in above if domain in declared), None):
        return declared[found]
    registered = label(name)
    return Domain(DomainKind.REGISTRATION, registered) if registered else None


def label(name: str) -> str | None:
    """The part of a name that is registered, as far as its labels tell; ``None`` for what hangs on no registration of
    one's own."""
    labels = name.rstrip(".").lower().split(".")
    if len(labels) < 2 or not labels[-1].isidentifier() or labels[-1] in _SPECIAL:
        return None  # an address, or a name that is not known
    if any(name.endswith(f".{of_vendor}") for of_vendor in _OF_VENDORS):
        return None
    below = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-below:])


@once_per_view
def _declared(view: View) -> dict[str, Domain]:
    """The registrations that the program declares, by domain."""
    found: dict[str, Domain] = {}
    for row in view.graph.of_type(*aws_dns.REGISTRATIONS, gcp_dns.REGISTRATION):
        if domain := view.text(row, "domainName"):
            name = domain.rstrip(".").lower()
            renews, locked = _kept(view, row)
            rate = registration(renews=renews, locked=locked)
            owner = (gcp_places.project if row.type == gcp_dns.REGISTRATION else aws_places.account)(view, row)
            # Whoever has the account it is registered in leads the name elsewhere.
            found[name] = Domain(DomainKind.REGISTRATION, name, (owner,), rate=rate)
    return found


def _kept(view: View, row: Resource) -> tuple[bool | None, bool | None]:
    """Whether it renews itself, and whether it is locked against a transfer; ``None``: not known. Both registrars do
    both where nothing is stated (registry.terraform.io/providers/hashicorp/aws, route53domains_registered_domain;
    cloud.google.com/domains/docs/reference/rest/v1/projects.locations.registrations; read 2026-11)."""
    if row.type == gcp_dns.REGISTRATION:
        settings = as_row(view.value(row, "managementSettings"))
        return (
            _is(settings.get("preferredRenewalMethod"), "MANUAL_RENEWAL"),
            _is(settings.get("transferLockState"), "UNLOCKED"),
        )
    return _is(_asked(view, row, "autoRenew"), "false"), _is(_asked(view, row, "transferLock"), "false")


def _asked(view: View, row: Resource, name: str) -> Value:
    value = view.value(row, name)
    return UNKNOWN if value is None and row.inputs.get(name) is UNKNOWN else value


def _is(value: Value, off: str) -> bool | None:
    """Whether a protection that is on unless ``off`` is stated is on."""
    return None if value is UNKNOWN else str(value).lower() != off.lower()
