"""How a shop is assembled on Kubernetes."""

from bcinfra.assembly.kubernetes.deployment import KubernetesDeployment
from bcinfra.assembly.kubernetes.site import KubernetesSiteDeployment

__all__ = ["KubernetesDeployment", "KubernetesSiteDeployment"]
