"""What Cloudflare's resources fail with: its proxy, its DNS, the API that changes both, the account."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import UNNAMED, Domain, DomainKind
from bcinfra.continuity.readings.base.view import View, as_row, as_text
from bcinfra.graph.core.model import Resource

ZONE: Final = "cloudflare:index/zone:Zone"
PROVIDER: Final = domains.provider("cloudflare")
PROXY: Final = Domain(DomainKind.CDN, "cloudflare/proxy", (PROVIDER,))
DNS: Final = Domain(DomainKind.DNS_PROVIDER, "cloudflare/dns", (PROVIDER,))
CONTROL: Final = Domain(DomainKind.GLOBAL_CONTROL_PLANE, "cloudflare/api", (PROXY,))
"""What is changed by API and dashboard, which the proxy itself leads to: on 2025-11-18 both were down together, and
nobody could leave by them (https://blog.cloudflare.com/18-november-2025-outage/; read 2026-11)."""


def account(view: View, resource: Resource) -> Domain:
    """The account that a resource is in: its own, or that of its zone."""
    return domains.account("cloudflare", account_id(view, resource) or UNNAMED)


def account_id(view: View, resource: Resource) -> str | None:
    """The id of that account."""
    zone = view.ref(resource, "zoneId", ZONE)
    return view.text(resource, "accountId") or as_text(as_row(view.value(zone or resource, "account")).get("id"))
