"""A TLS certificate at every site, proved by one DNS record."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws.acm import Certificate as AcmCertificate, CertificateValidation
from pulumi_aws.route53 import Record
from pydantic import Field

from bcinfra.aws.region import Region
from bcinfra.aws.zone import HostName
from bcinfra.component import Args, Component, Str


class CertificateArgs(Args):
    """Arguments of :class:`Certificate`."""

    sites: Mapping[str, Region] = Field(min_length=1)
    """Where certificates are needed, by site, all in one account: ACM asks an account for one record a domain. A
    CloudFront distribution wants its own in us-east-1."""
    dns: Region
    """The region and account that manage the zone: Route 53's is us-east-1."""
    zone_id: Str
    """The zone of the domain."""
    domain: HostName
    """The domain. The certificates hold for it and for every name directly below it."""


class Certificate(Component):
    """Certificates for ``domain`` and ``*.domain`` that renew themselves.

    Both names share one validation record, which is the same in every region of an account. So how many resources
    there are is known before ACM has answered. Renewal needs the record to stay.
    """

    package = "aws"

    arns: Mapping[str, pulumi.Output[str]]
    """Issued certificates by site: known when they can be used."""
    proof: Mapping[str, pulumi.Output[str]]
    """The validation record: ``name``, ``kind`` and ``value``. A domain that another DNS provider answers for too
    needs it there as well: ``gcp.ProofRecordArgs(..., **proof)``."""

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        certificates = {
            site: AcmCertificate(
                f"{name}-{site}",
                domain_name=args.domain,
                subject_alternative_names=[f"*.{args.domain}"],
                validation_method="DNS",
                tags=region.tagged(f"{name}-{site}"),
                opts=region.child(self),
            )
            for site, region in args.sites.items()
        }
        proof = certificates[min(certificates)].domain_validation_options[0]
        self.proof = {
            "name": proof.resource_record_name,
            "kind": proof.resource_record_type,
            "value": proof.resource_record_value,
        }
        record = Record(
            f"{name}-validation",
            zone_id=args.zone_id,
            name=self.proof["name"],
            type=self.proof["kind"],
            records=[self.proof["value"]],
            ttl=300,
            opts=args.dns.child(self),
        )
        self.arns = {
            site: CertificateValidation(
                f"{name}-{site}",
                certificate_arn=certificate.arn,
                validation_record_fqdns=[record.fqdn],
                opts=args.sites[site].child(self),
            ).certificate_arn
            for site, certificate in certificates.items()
        }
        self.register_outputs({"arns": self.arns, "proof": self.proof})
