"""The index of a shop's products on a cluster: three nodes in three zones, asked by a user of its own."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Operator, OperatorArgs, Peer, Search, SearchArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

products = Search(
    "products",
    SearchArgs(
        cluster=dublin,
        namespace="shop",
        operator=Operator(
            "opensearch", OperatorArgs(cluster=dublin, kind="opensearch", namespace="opensearch-operator")
        ),
        version="2.19.3",
        memory=4096,
        storage=40,
        administrator_password=pulumi.Config().require_secret("rootPassword"),
        password=pulumi.Config().require_secret("password"),
        clients={"web": Peer(pods={"app.kubernetes.io/name": "web"})},
    ),
)
pulumi.export("host", products.host)
