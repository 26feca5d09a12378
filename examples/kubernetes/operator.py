"""The operator that keeps Redis running, once a cluster."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Operator, OperatorArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

operator = Operator("redis", OperatorArgs(cluster=dublin, kind="redis", namespace="redis-operator"))
pulumi.export("version", operator.version)
