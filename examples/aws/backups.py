"""Databases backed up in Dublin, copied to Frankfurt and into a locked vault of another account, restored as a test."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Backups, BackupsArgs, IsolatedVault, KeyedRegion, Protected, Region, RestoreTests


def region(name: str, account: str) -> Region:
    return Region(name=name, account=account, provider=aws.Provider(f"{name}-{account}", region=name))


def key(name: str, account: str) -> str:
    return f"arn:aws:kms:{name}:{account}:key/1b2c"


main, vault = "111122223333", "444455556666"
backups = Backups(
    "backups",
    BackupsArgs(
        sites={
            "dublin": KeyedRegion(region=region("eu-west-1", main), key_arn=key("eu-west-1", main)),
            "frankfurt": KeyedRegion(region=region("eu-central-1", main), key_arn=key("eu-central-1", main)),
        },
        protected={"dublin": Protected(arns={"orders": f"arn:aws:rds:eu-west-1:{main}:db:orders"})},
        isolated=IsolatedVault(region=region("us-east-1", vault), key_arn=key("us-east-1", vault)),
        restore_tests=RestoreTests(resource_types={"RDS": {}}),
    ),
)
pulumi.export("vaults", backups.vault_arns)
