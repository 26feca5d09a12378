"""The record by which AWS knows that the domain, which Cloud DNS answers for, is ours."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Project, ProofRecord, ProofRecordArgs

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

proof = ProofRecord(
    "aws",
    ProofRecordArgs(
        project=project,
        zone_name="shop-example",
        name="_1b2c.shop.example.",
        kind="CNAME",
        value="_3d4e.acm-validations.aws.",
    ),
)
pulumi.export("record", proof.fqdn)
