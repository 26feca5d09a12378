"""Two senders of mail, which take their work from the database and which nobody connects to."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Network, NetworkArgs, Region, Worker, WorkerArgs

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
network = Network("shop", NetworkArgs(region=dublin, zones=("euw1-az1", "euw1-az2", "euw1-az3")))

mailer = Worker(
    "mailer",
    WorkerArgs(
        region=dublin,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        image="111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.0.0",
        command=("php", "mailer.php"),
        architecture="X86_64",
        cpu=0.5,
        memory=1,
        replicas=2,
    ),
)
pulumi.export("worker", mailer.service_arn)
