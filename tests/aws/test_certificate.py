from __future__ import annotations

from bcinfra.aws.certificate import Certificate, CertificateArgs
from tests.aws.conftest import counts, declare, region, region_of
from tests.aws.shop import REGIONS, row


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
