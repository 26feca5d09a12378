"""Carts on a cluster: three shards, each with a follower in another zone, written to disk."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Operator, OperatorArgs, Peer, Redis, RedisArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

carts = Redis(
    "carts",
    RedisArgs(
        cluster=dublin,
        namespace="shop",
        operator=Operator("redis", OperatorArgs(cluster=dublin, kind="redis", namespace="redis-operator")),
        memory=1024,
        storage=4,
        password=pulumi.Config().require_secret("password"),
        clients={"web": Peer(pods={"app.kubernetes.io/name": "web"})},
    ),
)
pulumi.export("host", carts.host)
