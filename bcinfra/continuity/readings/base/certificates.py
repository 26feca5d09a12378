"""The certificates that something presents, whosever they are and wherever they were made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.model import rates
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.graph.core.model import Resource, Value
from bcinfra.places.place import Place

_ARN_PARTS: Final = 6


def presented(view: View, resource: Resource, name: str, said: Iterable[Value]) -> tuple[Domain, ...]:
    """The certificates that the values ``said`` within the property ``name`` stand for: those of the program, else
    what is made elsewhere, of which only its name is known, or that there is one. Absent values stand for none."""
    values = [value for value in said if value not in (None, "")]
    if not values:
        return ()
    by_type = _types(view)
    rows = [row for row in view.linked(resource, name) if row.type in by_type]
    rows = rows or [row for text in values if isinstance(text, str) for row in view.named(text, by_type, resource)]
    found = tuple(domain for row in rows for domain in view.vendors[by_type[row.type]].certificate(view, row))
    return tuple(dict.fromkeys(found or (_elsewhere(resource, value) for value in values)))


def _elsewhere(resource: Resource, value: Value) -> Domain:
    """A certificate that the program does not make: nothing says who renews it."""
    rate = rates.certificate()
    if not isinstance(value, str):
        return Domain(DomainKind.CERTIFICATE, f"of {resource.name}", rate=rate)
    arn = value.split(":") if value.startswith("arn:") else []
    region = arn[3] if len(arn) >= _ARN_PARTS else ""
    last = value.rstrip("/").rsplit("/", 1)[-1]
    at = Place("aws", region) if region else None
    return Domain(DomainKind.CERTIFICATE, f"{last} ({region})" if region else last, rate=rate, at=at)


@once_per_view
def _types(view: View) -> dict[str, str]:
    """Types of certificates, and of what stands for one → the package of who answers for them."""
    return {token: package for package, vendor in view.vendors.items() for token in vendor.certificates}
