"""Pictures copied every 15 minutes to a locked bucket far away, and restored as a test."""

import pulumi
import pulumi_kubernetes as kubernetes

from bcinfra.kubernetes import BackupBucket, Cluster, FileBackups, FileBackupsArgs

config = pulumi.Config()
ghent = Cluster(
    name="shop-ghent",
    site="ghent",
    zones=("rack-1", "rack-2", "rack-3"),
    provider=kubernetes.Provider("ghent"),
)

copies = FileBackups(
    "copies",
    FileBackupsArgs(
        cluster=ghent,
        namespace="shop",
        claims={"media": "media"},
        bucket=BackupBucket(
            site="virginia",
            bucket="acme-files",
            region="us-east-1",
            access_key=config.require_secret("accessKey"),
            secret_key=config.require_secret("secretKey"),
            locked=True,
        ),
        password=config.require_secret("password"),
    ),
)
pulumi.export("repositories", copies.repositories)
