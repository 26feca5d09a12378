"""A copy of a bucket at AWS: written as it is, kept from everyone there."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.foreign_copy import ForeignBucketCopy, ForeignBucketCopyArgs
from bcinfra.gcp.isolated import IsolatedBucket
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import NUMBER, VAULT, VAULT_NUMBER, counts, declare, needs, nested, project
from tests.helpers import refusals, row, rows

ROLE = "arn:aws:iam::111111111111:role/media"
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:media"
AGENT = f"serviceAccount:project-{NUMBER}@storage-transfer-service.iam.gserviceaccount.com"


def args(number: str | None = NUMBER, **more: Any) -> ForeignBucketCopyArgs:
    return ForeignBucketCopyArgs(
        project=project(number=number),
        source="acme-media",
        role_arn=ROLE,
        queue_arn=QUEUE,
        copy_to=IsolatedBucket(project=project(VAULT, VAULT_NUMBER), location="europe-west3"),
        **more,
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: ForeignBucketCopy("media", args(reader="serviceAccount:web@acme.iam.gserviceaccount.com")))


def test_what_a_copy_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {"Bucket": 1, "BucketIAMMember": 3, "TransferJob": 1}
    without = declare(lambda: ForeignBucketCopy("media", args()))
    assert counts(without)["BucketIAMMember"] == 2


def test_the_copy_is_versioned_and_kept_in_a_project_of_its_own(graph: Graph) -> None:
    bucket = row(graph, "Bucket", "media")
    assert bucket.inputs["project"] == VAULT
    assert nested(bucket, "versioning") == {"enabled": True}
    assert nested(bucket, "retentionPolicy", "retentionPeriod") == str(30 * 86_400)
    assert bucket.options.protect


def test_each_write_is_copied_with_a_role_and_without_a_key(graph: Graph) -> None:
    job = row(graph, "TransferJob", "media")
    assert nested(job, "transferSpec", "awsS3DataSource") == {"bucketName": "acme-media", "roleArn": ROLE}
    assert nested(job, "eventStream") == {"name": QUEUE}
    assert needs(graph, job, "transferSpec") == {"media"}
    assert "schedule" not in job.inputs
    grants = {r.urn for r in rows(graph, "BucketIAMMember").values()}
    assert grants <= set(job.dependencies)


def test_deletions_are_not_followed(graph: Graph) -> None:
    options = nested(row(graph, "TransferJob", "media"), "transferSpec", "transferOptions")
    assert options == {"overwriteWhen": "DIFFERENT"}


def test_the_service_writes_and_the_standby_reads(graph: Graph) -> None:
    found = {name: (r.inputs["role"], r.inputs["member"]) for name, r in rows(graph, "BucketIAMMember").items()}
    assert found == {
        "media-writes": ("roles/storage.legacyBucketWriter", AGENT),
        "media-looks": ("roles/storage.objectViewer", AGENT),
        "media-reads": ("roles/storage.objectViewer", "serviceAccount:web@acme.iam.gserviceaccount.com"),
    }


def test_a_project_without_its_number_is_refused() -> None:
    assert refusals(lambda: args(number=None)) == ["project.number: is needed to name the service that copies"]


def test_a_standby_can_serve_from_what_is_copied() -> None:
    into = {"copy_to": None, "into": "acme-media"}
    graph = declare(lambda: ForeignBucketCopy("media", args().model_copy(update=into)))
    assert counts(graph) == {"BucketIAMMember": 2, "TransferJob": 1}
    sink = nested(row(graph, "TransferJob", "media"), "transferSpec", "gcsDataSink")
    assert sink == {"bucketName": "acme-media"}


def test_a_copy_is_of_its_own_or_into_what_there_is() -> None:
    assert refusals(lambda: args(into="acme-media")) == ["copy_to: give it or into, one of them"]
