"""The buildings of a shop: what stands there is stated, not deployed, and judged with the rest."""

from __future__ import annotations

import pulumi

from bcinfra import onprem, spec


def buildings(parent: pulumi.Resource, shop: spec.Shop) -> None:
    """Put every building that the shop serves from or calls into the graph."""
    for site, place in shop.premises.items():
        stated = place.model_dump(exclude={"kind": True, "systems": {"__all__": {"address"}}})
        onprem.Site(site, onprem.SiteArgs(**stated), pulumi.ResourceOptions(parent=parent))
