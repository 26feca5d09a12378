"""Pages for the day on which the shop is down, at AWS."""

from __future__ import annotations

import json
from typing import Any

from bcinfra.aws import StaticPage, StaticPageArgs
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row


def args(**changes: Any) -> StaticPageArgs:
    usual: dict[str, Any] = {
        "region": region("ca-central-1"),
        "everywhere": region("us-east-1"),
        "domain": "help.example",
        "pages": {"index.html": "<h1>Call us</h1>", "status.html": "<h1>Open</h1>"},
        "mail_servers": ("10 mx.example",),
    }
    return StaticPageArgs(**{**usual, **changes})


def test_files_of_a_closed_bucket_answer_under_a_domain_of_their_own() -> None:
    graph = declare(lambda: StaticPage("page", args()))
    assert counts(graph) == {
        "aws:acm/certificate:Certificate": 1,
        "aws:acm/certificateValidation:CertificateValidation": 1,
        "aws:cloudfront/distribution:Distribution": 1,
        "aws:cloudfront/originAccessControl:OriginAccessControl": 1,
        "aws:cloudwatch/logDelivery:LogDelivery": 1,
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": 1,
        "aws:cloudwatch/logDeliverySource:LogDeliverySource": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
        "aws:kms/key:Key": 1,
        "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": 1,
        "aws:route53/keySigningKey:KeySigningKey": 1,
        "aws:route53/record:Record": 7,
        "aws:route53/zone:Zone": 1,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketObjectv2:BucketObjectv2": 2,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
        "bcinfra:aws:Certificate": 1,
        "bcinfra:aws:PublicZone": 1,
        "bcinfra:aws:StaticPage": 1,
        "bcinfra:aws:ZoneSigning": 1,
    }
    allowed = [
        one
        for one in json.loads(str(row(graph, "BucketPolicy", "page").inputs["policy"]))["Statement"]
        if one["Effect"] == "Allow"
    ]
    assert [one["Principal"] for one in allowed] == [{"Service": ["cloudfront.amazonaws.com"]}]
    shown: Any = row(graph, "Distribution", "page").inputs
    assert shown["aliases"] == ["help.example", "www.help.example"]
    assert shown["defaultRootObject"] == "index.html"
    assert row(graph, "BucketObjectv2", "page-status.html").options.ignore_changes == ("source",)
    assert not row(graph, "BucketObjectv2", "page-index.html").options.ignore_changes
    assert row(graph, "Record", "page-help.example-MX").inputs["records"] == ["10 mx.example"]


def test_people_are_told_that_it_is_not_shown_before_it_is_needed() -> None:
    told = "arn:aws:sns:us-east-1:111111111111:people"
    graph = declare(lambda: StaticPage("page", args(topic_arn=told)))
    check = row(graph, "HealthCheck", "page").inputs
    assert (check["type"], check["fqdn"], check["resourcePath"]) == ("HTTPS", "help.example", "/")
    alarms = {one.name: one.inputs for one in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {name: one["metricName"] for name, one in alarms.items()} == {
        "page-down": "HealthCheckStatus",
        "page-errors": "5xxErrorRate",
        "page-signing-action": "DNSSECKeySigningKeysNeedingAction",
        "page-signing-failed": "DNSSECInternalFailure",
    }
    assert all(one["alarmActions"] == [told] for one in alarms.values())
    assert "Approaching Expiration" in str(row(graph, "EventRule", "page-expiry").inputs["eventPattern"])
    assert row(graph, "EventTarget", "page-expiry").inputs["arn"] == told


def test_its_requests_are_logged_and_its_answers_signed_unless_it_says_otherwise() -> None:
    graph = declare(lambda: StaticPage("page", args(signed=False, log_days=30)))
    assert row(graph, "LogGroup", "page-requests").inputs["retentionInDays"] == 30
    assert row(graph, "LogDeliverySource", "page-requests").inputs["logType"] == "ACCESS_LOGS"
    assert not graph.of_type("aws:kms/key:Key", "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec")


def test_what_cannot_be_is_refused_all_at_once() -> None:
    assert refusals(lambda: args(everywhere=region("eu-west-1", "222222222222"))) == [
        "everywhere: is eu-west-1; CloudFront is managed in us-east-1",
        "everywhere: is another account than region's",
    ]
