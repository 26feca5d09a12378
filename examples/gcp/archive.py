"""Two buckets in the United States for what a shop elsewhere writes: sealed copies, and kept ones."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Archive, ArchiveArgs, Region

provider = gcp.Provider("vault", project="acme-vault", region="us-east1")
carolina = Region(name="us-east1", project="acme-vault", number="999999999999", provider=provider)

copies = Archive("copies", ArchiveArgs(region=carolina, retention_days=14))
pulumi.export("sealed", copies.sealed)
pulumi.export("kept", copies.kept)
