"""The web tier on a cluster: three replicas in three zones at least, twelve at most."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Peer, Workload, WorkloadArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

web = Workload(
    "web",
    WorkloadArgs(
        cluster=dublin,
        namespace="shop",
        image="registry.example/web:1.0.0",
        cpu=0.5,
        memory=512,
        replicas=3,
        minimum=3,
        peak=12,
        secrets={"MYSQL_PASSWORD": pulumi.Config().require_secret("password")},
        clients={"ingress": Peer(namespace="traefik")},
        reaches={"mysql": Peer(pods={"app.kubernetes.io/component": "haproxy"}, ports=(3306,))},
    ),
)
pulumi.export("service", web.service)
