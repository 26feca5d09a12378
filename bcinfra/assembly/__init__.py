"""From what a customer states to what is deployed: a shop's components over its sites."""

from bcinfra.assembly.resources import Deployed, SiteResources
from bcinfra.assembly.secrets import secrets
from bcinfra.assembly.shop import Shop, deploy
from bcinfra.component import Overrides

__all__ = ["Deployed", "Overrides", "Shop", "SiteResources", "deploy", "secrets"]
