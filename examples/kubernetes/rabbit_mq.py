"""Mails and invoices that wait for a worker: quorum queues over three zones of a cluster."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import Cluster, Operator, OperatorArgs, Peer, RabbitMq, RabbitMqArgs, WorkQueue

dublin = Cluster(
    name="shop-dublin",
    site="dublin",
    zones=("euw1-az1", "euw1-az2", "euw1-az3"),
    provider=kubernetes.Provider("dublin"),
)

queues = RabbitMq(
    "queues",
    RabbitMqArgs(
        cluster=dublin,
        namespace="shop",
        operator=Operator("rabbitmq", OperatorArgs(cluster=dublin, kind="rabbitmq", namespace="rabbitmq-operator")),
        queues={"mails": WorkQueue(timeout=120), "invoices": WorkQueue(late=3600)},
        password=pulumi.Config().require_secret("password"),
        clients={"mailer": Peer(pods={"app.kubernetes.io/name": "mailer"})},
    ),
)
pulumi.export("host", queues.host)
