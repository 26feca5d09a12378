"""Buckets for backups that are made elsewhere."""

from __future__ import annotations

import pytest

from bcinfra.component import RefusedError
from bcinfra.gcp import Archive, ArchiveArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import VAULT, VAULT_NUMBER, counts, declare, nested, region
from tests.helpers import row, rows

DAY = 86_400
TRANSFER = f"serviceAccount:project-{VAULT_NUMBER}@storage-transfer-service.iam.gserviceaccount.com"
KEY = f"projects/{VAULT}/locations/us-east1/keyRings/copies/cryptoKeys/copies"


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        at = region("us-east1", VAULT, VAULT_NUMBER)
        Archive("copies", ArchiveArgs(region=at, retention_days=120, key_name=KEY))

    return declare(program)


def test_what_an_archive_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "Bucket": 3,
        "BucketIAMMember": 10,
        "IAMMember": 1,
        "TransferJob": 1,
        "Account": 1,
        "HmacKey": 1,
    }


def test_what_is_written_once_can_neither_be_replaced_nor_deleted(graph: Graph) -> None:
    sealed = row(graph, "Bucket", "copies-sealed")
    assert nested(sealed, "retentionPolicy", "retentionPeriod") == str(120 * DAY)
    roles = {r.inputs["role"] for name, r in rows(graph, "BucketIAMMember").items() if "sealed" in name}
    assert roles == {"roles/storage.legacyBucketReader", "roles/storage.objectCreator", "roles/storage.objectViewer"}


def test_what_is_replaced_or_deleted_can_be_brought_back(graph: Graph) -> None:
    kept = row(graph, "Bucket", "copies-kept")
    assert "retentionPolicy" not in kept.inputs  # it refuses programs that replace a mark of how far they came
    assert nested(kept, "versioning", "enabled") is True
    assert nested(kept, "lifecycleRules", 0, "condition", "daysSinceNoncurrentTime") == 120
    assert nested(kept, "softDeletePolicy", "retentionDurationSeconds") == 90 * DAY


def test_all_that_is_kept_open_is_copied_on_to_where_nothing_is_deleted(graph: Graph) -> None:
    job, held = row(graph, "TransferJob", "copies-held"), row(graph, "Bucket", "copies-held")
    assert nested(held, "retentionPolicy", "retentionPeriod") == str(120 * DAY)
    assert nested(job, "replicationSpec", "gcsDataSink", "bucketName") == held.inputs["name"]
    assert (
        nested(job, "replicationSpec", "gcsDataSource", "bucketName")
        == row(graph, "Bucket", "copies-kept").inputs["name"]
    )
    assert "objectConditions" not in nested(job, "replicationSpec")
    members = rows(graph, "BucketIAMMember")
    assert {r.inputs["role"] for name, r in members.items() if "held" in name and r.inputs["member"] != TRANSFER} == {
        "roles/storage.legacyBucketReader",
        "roles/storage.objectViewer",
    }, "whoever writes there cannot write here"
    assert {nested(r, "encryption", "defaultKmsKeyName") for r in rows(graph, "Bucket").values()} == {KEY}


def test_full_backups_and_logs_expire_and_what_others_manage_does_not(graph: Graph) -> None:
    (sealed,) = [
        r for r in nested(row(graph, "Bucket", "copies-sealed"), "lifecycleRules") if r["condition"].get("age", 7) != 7
    ]
    assert sealed["condition"] == {"age": 120, "withState": "LIVE"}, "never before its time"
    for bucket, age in (("kept", 35), ("held", 120)):
        rules = nested(row(graph, "Bucket", f"copies-{bucket}"), "lifecycleRules")
        (logs,) = [r for r in rules if r["condition"].get("withState") == "LIVE"]
        assert logs["condition"] == {"age": age, "withState": "LIVE", "matchesPrefixes": ["logs/"]}


def test_the_key_belongs_to_an_account_of_its_own_and_is_secret(graph: Graph) -> None:
    account = row(graph, "Account", "copies-writer")
    key = row(graph, "HmacKey", "copies")
    assert account.urn in key.property_dependencies["serviceAccountEmail"]
    assert {r.inputs["member"] for r in rows(graph, "BucketIAMMember").values()} == {
        f"serviceAccount:copies-writer@{VAULT}.iam.gserviceaccount.com",
        TRANSFER,
    }
    assert "secret" in key.options.additional_secret_outputs


def test_days_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(RefusedError, match="must be at least 7"):
        ArchiveArgs(retention_days=3)  # pyright: ignore[reportCallIssue]
