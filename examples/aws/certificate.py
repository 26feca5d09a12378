"""One domain, a certificate in both regions, each renewed by itself."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Certificate, CertificateArgs, Region


def region(name: str) -> Region:
    return Region(name=name, provider=aws.Provider(name, region=name))


certificate = Certificate(
    "shop",
    CertificateArgs(
        sites={"dublin": region("eu-west-1"), "frankfurt": region("eu-central-1")},
        dns=region("us-east-1"),
        zone_id="Z0123456789ABCDEFGHIJ",
        domain="shop.example",
    ),
)
pulumi.export("certificates", certificate.arns)
