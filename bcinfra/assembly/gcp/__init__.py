"""How a shop is assembled at Google Cloud."""

from bcinfra.assembly.gcp.deployment import GcpDeployment
from bcinfra.assembly.gcp.site import GcpSiteDeployment

__all__ = ["GcpDeployment", "GcpSiteDeployment"]
