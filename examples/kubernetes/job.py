"""The nightly export to the book-keeping, at half past two."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Job, JobArgs, Peer

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

export = Job(
    "export",
    JobArgs(
        cluster=dublin,
        namespace="shop",
        image="registry.example/shop:1.0.0",
        command=("php", "export.php"),
        cpu=0.5,
        memory=512,
        schedule="30 2 * * *",
        reaches={"mysql": Peer(pods={"app.kubernetes.io/component": "haproxy"}, ports=(3306,))},
    ),
)
pulumi.export("job", export.job_name)
