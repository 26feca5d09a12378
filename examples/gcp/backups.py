"""Orders in Ghent backed up into a vault of another project."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Backups, BackupsArgs, Kind, Project, Protected, Region, Vault

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)
vault = Project(project="acme-vault", number="999999999999", provider=gcp.Provider("vault", project="acme-vault"))

backups = Backups(
    "backups",
    BackupsArgs(
        sites={"ghent": ghent},
        vaults={"ghent": Vault(project=vault, location="europe-west1")},
        protected={
            "ghent": {
                "orders": Protected(kind=Kind.MYSQL, resource="projects/acme-prod/instances/orders-ghent"),
            }
        },
    ),
)
pulumi.export("vaults", backups.vault_ids)
