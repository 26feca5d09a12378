"""From what a customer states to what is deployed: a shop's components over its sites."""

from bcinfra.assembly.secrets import secrets
from bcinfra.assembly.shop import Shop, deploy

__all__ = ["Shop", "deploy", "secrets"]
