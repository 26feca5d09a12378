"""Who changed what: written of all regions, kept where those who are watched cannot delete it."""

from __future__ import annotations

from bcinfra.aws import AuditTrail, AuditTrailArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, region
from tests.aws.test_access_logs import statements
from tests.helpers import row


def trail() -> Graph:
    def program() -> None:
        vault = region("eu-west-3", account="222222222222")
        AuditTrail("audit", AuditTrailArgs(region=region("eu-west-1"), kept=vault))

    return declare(program)


def test_what_it_is_made_of() -> None:
    assert counts(trail()) == {
        "bcinfra:aws:AuditTrail": 1,
        "aws:cloudtrail/trail:Trail": 1,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
    }


def test_changes_of_every_region_are_written_and_a_change_of_the_trail_shows() -> None:
    stated = row(trail(), "Trail", "audit").inputs
    assert stated["isMultiRegionTrail"] is stated["enableLogFileValidation"] is True
    (selector,) = stated["advancedEventSelectors"]  # type: ignore[misc]
    assert {one["field"]: one["equals"] for one in selector["fieldSelectors"]} == {
        "eventCategory": ["Management"],
        "readOnly": ["false"],
    }


def test_the_trail_alone_writes_and_only_of_its_own_account() -> None:
    acl, writes = statements(row(trail(), "BucketPolicy", "audit").inputs["policy"])
    arn = "arn:aws:cloudtrail:eu-west-1:111111111111:trail/audit"
    assert {one["Principal"]["Service"][0] for one in (acl, writes)} == {"cloudtrail.amazonaws.com"}
    assert {one["Condition"]["StringEquals"]["aws:SourceArn"] for one in (acl, writes)} == {arn}
    assert writes["Action"] == ["s3:PutObject"]
    assert writes["Resource"] == ["arn:aws:s3:::audit-222222222222/AWSLogs/111111111111/*"]


def test_it_is_kept_for_a_year_and_a_month() -> None:
    (rule,) = row(trail(), "BucketLifecycleConfiguration", "audit").inputs["rules"]  # type: ignore[misc]
    assert rule["expiration"] == {"days": 400}


def test_nobody_deletes_before_that_what_was_written() -> None:
    lock = row(trail(), "BucketObjectLockConfiguration", "audit")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 400}}
