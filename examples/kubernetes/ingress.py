"""The shop's name and certificate before the web tier."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Ingress, IngressArgs, Route

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

entrance = Ingress(
    "shop",
    IngressArgs(
        cluster=dublin,
        namespace="shop",
        controller="traefik",
        hosts={"shop.example": {"/": Route(service="web", port=8080)}},
        tls_secret="shop-tls",
    ),
)
pulumi.export("address", entrance.address)
