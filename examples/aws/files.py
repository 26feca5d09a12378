"""Invoices that all containers of a shop share, in Dublin, and a replica of them in Frankfurt."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Directory, Files, FilesArgs, Region, StoreSite

zones = {"eu-west-1": ("euw1-az1", "euw1-az2", "euw1-az3"), "eu-central-1": ("euc1-az1", "euc1-az2", "euc1-az3")}


def site(region: str) -> StoreSite:
    return StoreSite(
        region=Region(name=region, provider=aws.Provider(region, region=region), account="111122223333"),
        vpc_id=f"vpc-{region}",
        subnet_ids={zone: f"subnet-{zone}" for zone in zones[region]},
        key_arn=f"arn:aws:kms:{region}:111122223333:key/1b2c",
        clients={"app": f"sg-app-{region}"},
    )


files = Files(
    "files",
    FilesArgs(
        sites={"dublin": site("eu-west-1"), "frankfurt": site("eu-central-1")},
        primary="dublin",
        directories={"invoices": Directory(path="/invoices")},
    ),
)
# A tier in Dublin takes it as `mounts={"/invoices": files.mount("dublin", "invoices")}`.
pulumi.export("accessPoint", files.access_point_ids["dublin"]["invoices"])
