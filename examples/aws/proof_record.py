"""The record by which Google Cloud knows that the domain, which Route 53 answers for, is ours."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import ProofRecord, ProofRecordArgs, Region

everywhere = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"))

proof = ProofRecord(
    "google",
    ProofRecordArgs(
        region=everywhere,
        zone_id="Z0123456789ABCDEFGHIJ",
        name="_acme-challenge.shop.example.",
        kind="CNAME",
        value="1b2c.4.authorize.certificatemanager.goog.",
    ),
)
pulumi.export("record", proof.fqdn)
