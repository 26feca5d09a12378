"""How a shop's names are assembled at Cloudflare."""

from bcinfra.assembly.cloudflare.deployment import CloudflareDeployment

__all__ = ["CloudflareDeployment"]
