"""How a shop is assembled on Kubernetes."""

from bcinfra.assembly.kubernetes.estate import KubernetesEstate
from bcinfra.assembly.kubernetes.site import Site

__all__ = ["KubernetesEstate", "Site"]
