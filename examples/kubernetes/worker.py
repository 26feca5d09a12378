"""Two senders of mail, which take their work from the database and which nobody connects to."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Peer, Worker, WorkerArgs

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

mailer = Worker(
    "mailer",
    WorkerArgs(
        cluster=dublin,
        namespace="shop",
        image="registry.example/shop:1.0.0",
        command=("php", "mailer.php"),
        cpu=0.5,
        memory=512,
        replicas=2,
        reaches={"mysql": Peer(pods={"app.kubernetes.io/component": "haproxy"}, ports=(3306,))},
    ),
)
pulumi.export("worker", mailer.labels)
