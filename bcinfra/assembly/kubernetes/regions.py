"""Where a shop stands on Kubernetes: each cluster, with the provider that reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi
from pulumi_kubernetes import Provider

from bcinfra import spec
from bcinfra.component import DeletionPolicy
from bcinfra.kubernetes import Cluster
from bcinfra.kubernetes.names import physical

CONTROLLERS: Final[Mapping[str, str]] = {"nginx": "ingress-nginx"}
"""The namespace of an ingress controller by its class, as its own installation makes it; else it is called as the
class is."""
INTERNAL: Final[Mapping[str, Mapping[str, str]]] = {
    "aws": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"},
    "gcp": {"networking.gke.io/load-balancer-type": "Internal"},
    "on-premises": {},
}
"""What makes a load balancer private, by what the cluster stands on. On premises its addresses decide that."""


def clusters(parent: pulumi.Resource, shop: spec.Shop, sites: Mapping[str, spec.KubernetesSite]) -> dict[str, Cluster]:
    """The clusters of a shop by site, each reached through its context of the deployment's kubeconfig."""
    return {name: _cluster(parent, shop, name, site) for name, site in sites.items()}


def _cluster(parent: pulumi.Resource, shop: spec.Shop, name: str, stated: spec.KubernetesSite) -> Cluster:
    provider = Provider(
        f"{shop.prefix}-{name}",
        context=stated.context or stated.cluster,
        # While one cluster cannot be reached, what belongs to the others can still be changed.
        skip_update_unreachable=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return Cluster(
        name=stated.cluster,
        site=name,
        zones=stated.zones,
        provider=provider,
        labels={
            "bcinfra/shop": shop.name,
            "bcinfra/environment": shop.environment,
            "bcinfra/site": name,
            **{physical("label", key): physical("label", value) for key, value in shop.tags.items() if value},
        },
        kubectl_image=stated.kubectl_image,
        prometheus=stated.prometheus,
        deletion=DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT,
    )
