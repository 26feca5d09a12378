"""A namespace in which nothing may talk to anything that was not named."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Namespace, NamespaceArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

shop = Namespace("shop", NamespaceArgs(cluster=dublin))
pulumi.export("namespace", shop.name)
