"""From what a customer states to what is deployed: a shop's components over its sites."""

from bcinfra.assembly.shop import Shop, Site, deploy

__all__ = ["Shop", "Site", "deploy"]
