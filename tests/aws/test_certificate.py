from __future__ import annotations

from bcinfra.aws.certificate import Certificate, CertificateArgs
from bcinfra.aws.zone import ProofRecord, ProofRecordArgs
from tests.aws.conftest import counts, declare, region, region_of
from tests.aws.shop import REGIONS
from tests.helpers import row


def program() -> None:
    Certificate(
        "tls",
        CertificateArgs(
            sites={site: region(name) for site, name in REGIONS.items()},
            dns=region("us-east-1"),
            zone_id="Z123",
            domain="shop.example",
        ),
    )


def test_every_site_has_a_certificate_and_one_record_proves_them_all() -> None:
    graph = declare(program)
    assert counts(graph) == {
        "bcinfra:aws:Certificate": 1,
        "aws:acm/certificate:Certificate": 2,
        "aws:acm/certificateValidation:CertificateValidation": 2,
        "aws:route53/record:Record": 1,
    }
    record = row(graph, "Record", "tls-validation")
    for site, name in REGIONS.items():
        certificate = row(graph, "Certificate", f"tls-{site}")
        assert region_of(graph, certificate) == name
        assert certificate.inputs["domainName"] == "shop.example"
        assert certificate.inputs["subjectAlternativeNames"] == ["*.shop.example"]
        validation = row(graph, "CertificateValidation", f"tls-{site}")
        assert region_of(graph, validation) == name
        assert validation.property_dependencies["certificateArn"] == (certificate.urn,)
        assert validation.property_dependencies["validationRecordFqdns"] == (record.urn,)


def test_what_proves_it_can_stand_in_another_zone_too() -> None:
    def both() -> None:
        at = region("us-east-1")
        made = Certificate(
            "tls", CertificateArgs(sites={"dublin": region()}, dns=at, zone_id="Z123", domain="shop.example")
        )
        ProofRecord("too", ProofRecordArgs(region=at, zone_id="Z456", **made.proof))

    graph = declare(both)
    (certificate,) = graph.of_type("aws:acm/certificate:Certificate")
    for name in ("tls-validation", "too"):
        assert row(graph, "Record", name).property_dependencies["records"] == (certificate.urn,)
