"""What goes first when a zone is lost and the rest of the cluster is too small."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Priorities, PrioritiesArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

priorities = Priorities("shop", PrioritiesArgs(cluster=dublin))
pulumi.export("names", priorities.names)
