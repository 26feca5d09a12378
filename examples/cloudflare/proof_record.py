"""The record by which another vendor's certificate authority knows that the domain is ours."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, ProofRecord, ProofRecordArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))

proof = ProofRecord(
    "amazon",
    ProofRecordArgs(
        account=account,
        zone_id="fedcba9876543210fedcba9876543210",
        name="_3f1b.shop.example",
        kind="CNAME",
        value="_9c2d.acm-validations.aws",
    ),
)
pulumi.export("name", proof.fqdn)
