"""The buildings of a shop: what stands there is stated, not deployed, and judged with the rest."""

from __future__ import annotations

import pulumi

from bcinfra import onprem, spec


def buildings(parent: pulumi.Resource, shop: spec.Shop) -> None:
    """Put every building that the shop serves from or calls into the graph."""
    for site, place in shop.premises.items():
        onprem.Site(site, onprem.SiteArgs(premises=place), pulumi.ResourceOptions(parent=parent))
