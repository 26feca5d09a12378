"""A program without a page hears its own properties, what was taken for granted, and times that it can have."""

from __future__ import annotations

import pytest
from pulumi_aws import cloudfront, dynamodb, s3

from bcinfra.continuity.judgement.findings import Finding, Finds, Found
from bcinfra.continuity.model.domains import zone
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.steps import Act, Deed
from bcinfra.graph import record
from bcinfra.report.assess.rests import rests_on
from bcinfra.report.words.findings import fix
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Region

IT = Subject(Noun.PART, "it")
URN = "urn:pulumi:dev::shop::acme:Web$%s::it"


@pytest.mark.parametrize(
    ("code", "type", "named"),
    [
        ("BC0004", "aws:ec2/instance:Instance", "vpcZoneIdentifiers"),
        ("BC0004", "gcp:container/nodePool:NodePool", "nodeLocations"),
        ("BC0005", "aws:elasticache/cluster:Cluster", "multiAzEnabled"),
        ("BC0005", "gcp:sql/databaseInstance:DatabaseInstance", "REGIONAL"),
        ("BC0008", "aws:sqs/queue:Queue", "outbox"),
        ("BC0006", "kubernetes:apps/v1:Deployment", "readinessProbe"),
        ("BC0008", "aws:dynamodb/table:Table", "pointInTimeRecovery"),
        ("BC0022", "gcp:storage/bucket:Bucket", "versioning"),
        ("BC0014", "gcp:secretmanager/secret:Secret", "versionDestroyTtl"),
        ("BC0014", "aws:route53/record:Record", "deny"),
        ("BC0014", "gcp:dns/managedZone:ManagedZone", "`protect` it, and leave"),
        ("BC0008", "acme:index:Store", "another region and account"),
    ],
)
def test_a_fix_names_the_property_of_the_type(code: str, type: str, named: str) -> None:
    assert named in fix(Finding(code=code, says=Found(Finds.NOTHING_SURVIVES, IT), resource=f"{URN % type}#part"))


def test_what_is_not_known_is_asked_for_by_what_it_is() -> None:
    assert "way out" in fix(Finding(code="BC0018", says=Reason(Because.CALLS_UNTOLD, IT)))
    assert "subnets" in fix(Finding(code="BC0018", says=Reason(Because.ZONES_UNKNOWN, IT)))


def test_a_zone_that_a_person_leaves_is_no_matter_of_another_site() -> None:
    zones = (zone("aws", "eu-west-1", "euw1-az1"),), (zone("gcp", "europe-west1", "europe-west1-b"),)
    ireland, belgium = (Deed(Act.SHIFT_BY_HAND, one) for one in zones)
    shift, ask, move = (
        fix(Finding(code="BC0003", says=Found(Finds.MUST_ACT, IT, deed)))
        for deed in (ireland, belgium, Deed(Act.PROMOTE, IT))
    )
    assert "enableZonalShift" in shift
    assert "aws:" not in ask, "Google offers no shift that starts by itself"
    assert "checks that see" in ask
    assert "zone be left" not in move


@pytest.mark.parametrize("filled", [False, True])
def test_a_bucket_that_nothing_fills_rests_on_being_published_again(filled: bool) -> None:
    def program() -> None:
        opts = Region("eu-west-1", IRELAND[:1]).opts
        bucket = s3.Bucket("pages", opts=opts)
        if filled:
            s3.BucketObject("index", bucket=bucket.id, content="<html>", opts=opts)
        cloudfront.Distribution(
            "front",
            enabled=True,
            origins=[{"origin_id": "pages", "domain_name": bucket.bucket_regional_domain_name}],
            default_cache_behavior={
                "target_origin_id": "pages",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET"],
                "cached_methods": ["GET"],
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=opts,
        )

    said = [one for one in rests_on(assessed(program), read(record(program))) if "published again" in one]
    assert said == ([] if filled else ["the contents of bucket pages, taken to be published again from elsewhere"])


def test_data_lost_for_good_is_lost_and_no_month_without() -> None:
    def program() -> None:
        opts = Region("eu-west-1", IRELAND[:1]).opts
        for name in ("orders", "carts", "customers", "stock"):
            dynamodb.Table(name, hash_key="id", attributes=[{"name": "id", "type": "S"}], opts=opts)

    found = assessed(program)
    (kept,) = found.capabilities
    assert kept.name == "keep carts, customers, orders and 1 more"
    assert kept.availability.value is not None
    assert kept.availability.value.typical > 0.995
    gone = outcome(found, "deletion:table orders")
    assert gone.time is None
    assert [loss.store for loss in gone.losses if loss.total_loss] == ["table orders"]
