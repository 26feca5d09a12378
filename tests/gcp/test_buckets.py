"""Buckets and changes: two regions at once, and copies that nobody at the sites can alter."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.buckets import Buckets, BucketsArgs
from bcinfra.gcp.changes import ChangeStream, ChangeStreamArgs
from bcinfra.gcp.isolated import IsolatedBucket
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import NUMBER, VAULT, VAULT_NUMBER, counts, declare, key_name, keyed, needs, nested, project
from tests.helpers import refusals, row, rows

PAIR = frozenset({"europe-west1", "europe-west4"})
TRANSFER = f"serviceAccount:project-{NUMBER}@storage-transfer-service.iam.gserviceaccount.com"


def isolated(**args: Any) -> IsolatedBucket:
    return IsolatedBucket(**{"project": project(VAULT, VAULT_NUMBER), "location": "us", **args})


def media(*, copy: dict[str, Any] | None = None, disposable: bool = False, **args: Any) -> Graph:
    def program() -> None:
        copies = {} if copy is None else {"vault": isolated(**copy)}
        Buckets(
            "media",
            BucketsArgs(
                project=project(disposable=disposable),
                location="eu",
                regions=PAIR,
                key_name=key_name("europe"),
                copies=copies,
                **args,
            ),
        )

    return declare(program)


@pytest.fixture(scope="module")
def apart() -> Graph:
    return media(copy={})


def test_what_buckets_are_made_of(apart: Graph) -> None:
    assert counts(media()) == {"Bucket": 1}
    assert counts(apart) == {"Bucket": 2, "BucketIAMMember": 3, "IAMMember": 1, "TransferJob": 1}


def test_an_object_is_in_two_named_regions_within_15_minutes(apart: Graph) -> None:
    bucket = row(apart, "Bucket", "media").inputs
    assert bucket["location"] == "EU"
    assert bucket["customPlacementConfig"] == {"dataLocations": ["EUROPE-WEST1", "EUROPE-WEST4"]}
    assert bucket["rpo"] == "ASYNC_TURBO"
    assert bucket["encryption"] == {"defaultKmsKeyName": key_name("europe")}


def test_every_bucket_is_private_versioned_and_mended(apart: Graph) -> None:
    for bucket in rows(apart, "Bucket").values():
        assert bucket.inputs["publicAccessPrevention"] == "enforced"
        assert bucket.inputs["uniformBucketLevelAccess"] is True
        assert bucket.inputs["versioning"] == {"enabled": True}
        assert bucket.options.protect
        assert bucket.inputs["forceDestroy"] is False
    kept = nested(row(apart, "Bucket", "media"), "softDeletePolicy", "retentionDurationSeconds")
    assert kept == 30 * 86400


def test_names_are_ours_in_all_of_google_cloud(apart: Graph) -> None:
    assert {b.inputs["name"] for b in rows(apart, "Bucket").values()} == {"media-acme-prod", "media-vault-acme-vault"}


def test_the_copy_is_in_another_project_on_another_continent_and_stays(apart: Graph) -> None:
    copy = row(apart, "Bucket", "media-vault")
    assert (copy.inputs["project"], copy.inputs["location"]) == (VAULT, "US")
    assert copy.inputs["retentionPolicy"] == {"retentionPeriod": str(30 * 86400), "isLocked": False}


def test_a_lock_is_asked_for() -> None:
    copy = row(media(copy={"locked": True, "retention_days": 90}), "Bucket", "media-vault")
    assert copy.inputs["retentionPolicy"] == {"retentionPeriod": str(90 * 86400), "isLocked": True}
    assert nested(copy, "lifecycleRules")[0]["condition"]["daysSinceNoncurrentTime"] == 90


def test_copying_follows_no_deletion_and_waits_for_its_rights(apart: Graph) -> None:
    job = row(apart, "TransferJob", "media-vault")
    assert set(nested(job, "replicationSpec")) == {"gcsDataSource", "gcsDataSink"}
    assert needs(apart, job, "replicationSpec") == {"media", "media-vault"}
    assert {urn.rsplit("::", 1)[1] for urn in job.dependencies} >= {
        "media-source-0",
        "media-source-1",
        "media-notifies",
    }


def test_the_service_that_copies_writes_only_at_the_copy(apart: Graph) -> None:
    grants = {(needs(apart, g, "bucket").pop(), g.inputs["role"]) for g in rows(apart, "BucketIAMMember").values()}
    assert grants == {
        ("media", "roles/storage.legacyBucketOwner"),
        ("media", "roles/storage.objectViewer"),
        ("media-vault", "roles/storage.legacyBucketWriter"),
    }
    assert {g.inputs["member"] for g in rows(apart, "BucketIAMMember").values()} == {TRANSFER}


def test_those_named_read_and_write() -> None:
    graph = media(readers={"web": "serviceAccount:web@x"}, writers={"app": "serviceAccount:app@x"})
    assert {(g.inputs["member"], g.inputs["role"]) for g in rows(graph, "BucketIAMMember").values()} == {
        ("serviceAccount:web@x", "roles/storage.objectViewer"),
        ("serviceAccount:app@x", "roles/storage.objectUser"),
    }


def test_a_disposable_bucket_goes_with_its_objects() -> None:
    bucket = row(media(disposable=True), "Bucket", "media")
    assert bucket.inputs["forceDestroy"] is True
    assert not bucket.options.protect


def test_wrong_arguments_are_all_named_at_once() -> None:
    def wrong() -> BucketsArgs:
        own = project(number=None)
        return BucketsArgs(
            project=own,
            location="eu",
            regions=frozenset({"europe-west1", "us-east1"}),
            copies={"vault": IsolatedBucket(project=own, location="us")},
            readers={"web": "x"},
            writers={"web": "x"},
        )

    assert refusals(wrong) == [
        "regions: 'us-east1' is not in eu, whose regions begin with 'europe-'",
        "project.number: is needed to name the service that copies",
        "copies.vault.project: acme-prod also holds the bucket; whoever takes that project takes this copy",
        "readers: 'web' is also in writers; each name is used once",
    ]


def changes(ca_certificate: str | None = None) -> Graph:
    return declare(
        lambda: ChangeStream(
            "orders",
            ChangeStreamArgs(
                at=keyed(),
                subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/endpoints",
                host="10.0.128.3",
                username="datastream",
                password_secret="projects/acme-prod/secrets/datastream",
                ca_certificate=ca_certificate,
                databases=frozenset({"shop"}),
                bucket=isolated(locked=True),
            ),
        )
    )


def test_what_a_change_stream_is_made_of() -> None:
    assert counts(changes()) == {
        "Bucket": 1,
        "BucketIAMMember": 3,
        "SecretIamMember": 1,
        "NetworkAttachment": 1,
        "PrivateConnection": 1,
        "ConnectionProfile": 2,
        "Stream": 1,
    }


def test_every_change_is_in_a_locked_bucket_of_another_project_within_a_minute() -> None:
    graph = changes()
    bucket = row(graph, "Bucket", "orders").inputs
    assert bucket["project"] == VAULT
    assert bucket["retentionPolicy"] == {"retentionPeriod": "2592000", "isLocked": True}
    stream = row(graph, "Stream", "orders-stream")
    assert nested(stream, "destinationConfig", "gcsDestinationConfig", "fileRotationInterval") == "60s"
    assert nested(stream, "sourceConfig", "mysqlSourceConfig") == {
        "gtid": {},
        "includeObjects": {"mysqlDatabases": [{"database": "shop"}]},
    }
    assert stream.inputs["desiredState"] == "RUNNING"
    assert needs(graph, row(graph, "ConnectionProfile", "orders-target"), "gcsProfile") == {"orders"}


def test_the_stream_cannot_delete_what_it_wrote() -> None:
    assert {g.inputs["role"] for g in rows(changes(), "BucketIAMMember").values()} == {
        "roles/storage.legacyBucketReader",
        "roles/storage.objectCreator",
        "roles/storage.objectViewer",
    }


def test_the_password_stays_in_its_secret() -> None:
    profile = nested(row(changes(), "ConnectionProfile", "orders-source"), "mysqlProfile")
    assert profile["secretManagerStoredPassword"] == "projects/acme-prod/secrets/datastream/versions/latest"
    assert "password" not in profile
    assert "sslConfig" not in profile
    spoken = nested(row(changes("PEM"), "ConnectionProfile", "orders-source"), "mysqlProfile")
    assert "caCertificate" in spoken["sslConfig"], "the instance takes no connection in clear"


def test_changes_in_the_databases_own_project_are_refused() -> None:
    def wrong() -> ChangeStreamArgs:
        at = keyed()
        bucket = IsolatedBucket(project=at.region, location="us")
        known = {"subnet_id": "x", "host": "x", "username": "x", "password_secret": "x", "databases": {"shop"}}
        return ChangeStreamArgs(at=at, bucket=bucket, **known)  # type: ignore[arg-type]

    assert refusals(wrong) == [
        "bucket.project: acme-prod also holds the database; name a project that nobody there enters"
    ]
