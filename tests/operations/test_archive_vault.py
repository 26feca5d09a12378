"""The vault that an archive is written to, at moto: what S3 keeps of it, whoever asks to have it gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from bcinfra.operations.archive_binlogs import GapError, Position, chain, newest
from tests.aws.test_binlog_archive import ISOLATED_ACCOUNT, key_arn
from tests.operations.vault import Vault

KEY = "logs/s/binlog.000004.1/000000000000-000000000100.a"


def refused(call: Callable[..., object], **asked: Any) -> None:
    with pytest.raises(ClientError) as raised:
        call(**asked)
    assert raised.value.response["Error"]["Code"] == "AccessDenied"


def test_what_is_written_is_locked_encrypted_and_checked(vault: Vault):
    vault.archive.put(KEY, b"log")
    found = vault.s3.head_object(Bucket=vault.name, Key=KEY, ChecksumMode="ENABLED")
    assert found["ObjectLockMode"] == "COMPLIANCE"
    assert found["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=29)
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key_arn("us-east-1", ISOLATED_ACCOUNT))
    assert found["BucketKeyEnabled"] and found["ChecksumSHA256"]


def test_nobody_ends_what_is_written(vault: Vault):
    vault.archive.put(KEY, b"log")
    ((_, first),) = vault.versions
    vault.archive.put(KEY, b"lies")
    vault.hide(KEY)
    assert vault.named("logs/") == []
    assert len(vault.versions) == 2
    for bypass in (False, True):
        gone = {"Bucket": vault.name, "Key": KEY, "VersionId": first, "BypassGovernanceRetention": bypass}
        refused(vault.s3.delete_object, **gone)
    assert vault.s3.get_object(Bucket=vault.name, Key=KEY, VersionId=first)["Body"].read() == b"log"


def test_without_its_lock_a_version_goes(vault: Vault):
    """So that the test above says something: it is the lock for which moto refuses."""
    vault.s3.put_object_lock_configuration(Bucket=vault.name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    vault.archive.put(KEY, b"log")
    ((_, first),) = vault.versions
    vault.s3.delete_object(Bucket=vault.name, Key=KEY, VersionId=first)
    assert vault.versions == []


def test_a_reader_adds_and_lists_and_nothing_else(vault: Vault):
    vault.archive.put(KEY, b"log")
    assert list(vault.archive.keys("logs/")) == [KEY]
    s3, of = vault.archive.s3, {"Bucket": vault.name, "Key": KEY}
    ((_, first),) = vault.versions
    refused(s3.get_object, **of)
    refused(s3.delete_object, **of)
    refused(s3.delete_object, **of, VersionId=first)
    refused(s3.put_bucket_versioning, Bucket=vault.name, VersioningConfiguration={"Status": "Suspended"})
    with vault.closed():
        refused(vault.archive.put, key=KEY, body=b"")
    with pytest.raises(ParamValidationError):
        s3.put_object(**of, Body=b"", ChecksumAlgorithms="SHA256")


def test_all_pages_of_a_listing_are_followed(vault: Vault):
    keys = [f"logs/s/binlog.{file:06}.1/{begin:012}-{begin + 1:012}.a" for file in range(4) for begin in range(2)]
    for key in keys:
        vault.archive.put(key, b"x")
    asked = vault.s3.list_objects_v2(Bucket=vault.name, Prefix="logs/")
    assert asked["IsTruncated"], "one page would hold them all"
    assert list(vault.archive.keys("logs/")) == keys
    assert vault.archive.folders("logs/s/") == [f"binlog.{file:06}.1" for file in range(4)]
    assert vault.archive.folders("logs/other/") == []


def test_a_restore_begins_at_the_newest_manifest_before_the_damage(vault: Vault):
    for hour in range(4):
        base = "bases/x" if hour == 1 else None
        vault.archive.put_json(f"manifests/20261130T0{hour}0000.000000Z.json", {"base": base})
    moment = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)

    assert newest(vault.bucket, lambda _: True, moment) == "manifests/20261130T020000.000000Z.json"
    assert newest(vault.bucket, lambda found: bool(found["base"]), moment) == "manifests/20261130T010000.000000Z.json"
    with pytest.raises(GapError, match="no manifest"):
        newest(vault.bucket, lambda _: True, moment - timedelta(days=1))


def test_a_base_whose_log_is_gone_is_refused(vault: Vault, tmp_path: Any):
    vault.archive.put(KEY, b"x" * 100)
    with pytest.raises(GapError, match=r"binlog.000002, in which the base ends, .*; the oldest is binlog.000004"):
        chain(vault.bucket, "s", Position("binlog.000002", 4), tmp_path)
