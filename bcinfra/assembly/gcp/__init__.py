"""How a shop is assembled at Google Cloud."""

from bcinfra.assembly.gcp.estate import GcpEstate
from bcinfra.assembly.gcp.site import Site

__all__ = ["GcpEstate", "Site"]
