"""Orders on a cluster: three members in three zones, full backups and logs in a bucket far away."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import BackupBucket, Cluster, MySql, MySqlArgs, MySqlSite, Operator, OperatorArgs, Peer
from bcinfra.kubernetes.mysql import USERS

config = pulumi.Config()
ghent = Cluster(
    name="shop-ghent",
    site="ghent",
    zones=("rack-1", "rack-2", "rack-3"),
    provider=kubernetes.Provider("ghent"),
)

orders = MySql(
    "orders",
    MySqlArgs(
        sites={
            "ghent": MySqlSite(
                cluster=ghent,
                namespace="shop",
                operator=Operator("pxc", OperatorArgs(cluster=ghent, kind="mysql", namespace="pxc")),
                bucket=BackupBucket(
                    site="virginia",
                    bucket="acme-orders",
                    region="us-east-1",
                    access_key=config.require_secret("accessKey"),
                    secret_key=config.require_secret("secretKey"),
                    locked=True,
                ),
                clients={"web": Peer(pods={"app.kubernetes.io/name": "web"})},
            )
        },
        primary="ghent",
        cpu=2,
        memory=8192,
        storage=100,
        database="shop",
        username="shop",
        password=config.require_secret("password"),
        system_passwords={user: config.require_secret(f"{user}Password") for user in USERS},
    ),
)
pulumi.export("host", orders.host)
