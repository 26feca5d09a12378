"""What `bcinfra explain TYPE` says."""

from __future__ import annotations

import pytest

from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.readings.table import READINGS
from bcinfra.report.explain import UnknownWordError, explain
from bcinfra.report.types import facts_of, short, token_of

FILES = "aws:efs/fileSystem:FileSystem"


def said(word: str) -> list[str]:
    return [line.text for line in explain(word)]


def test_a_type_is_explained_down_to_facts_with_their_sources() -> None:
    lines = said(FILES)
    assert lines[0] == f"{FILES}: file system"
    assert "part: a part of the model itself" in lines
    assert any(line.startswith("holds: holds business data") for line in lines)
    assert "named by: id, arn, name, selfLink, dnsName" in lines
    assert any(line.startswith("backup: AWS Backup, as EFS") for line in lines)
    assert "replacement: loses data (file system)" in lines
    assert any(line.startswith("replaced by a change of: availabilityZoneName") for line in lines)
    assert "cost: GB by class, and what is read" in lines
    assert {f"fact {id}" for id in facts_of(FILES)} <= set(lines)
    assert any(facts()["aws.efs.replication"].source[:40] in line for line in lines)


@pytest.mark.parametrize("word", ["aws:efs:FileSystem", "AWS:EFS:filesystem", "filesystem", f" {FILES} "])
def test_a_type_may_be_written_short(word: str) -> None:
    assert token_of(word) == FILES
    assert said(word) == said(FILES)


def test_a_setting_and_plumbing_say_why() -> None:
    assert "part: a setting, read where another resource is: which zones reach a file system" in said(
        "aws:efs/mountTarget:MountTarget"
    )
    assert "let in by the security groups in: securityGroups" in said("aws:efs/mountTarget:MountTarget")
    assert any(line.startswith("part: plumbing: ") for line in said("aws:iam:User"))
    assert "replacement: it guards another resource: deleting it removes protection" in said("aws:s3:BucketVersioning")
    assert any(line.startswith("named by: no property: ") for line in said("kubernetes:apps/v1:Deployment"))


@pytest.mark.parametrize(
    ("word", "meant"), [("aws:efs:FileSystems", FILES), ("aws:s3/bucket:Bucketv3", "aws:s3/bucketV2:BucketV2")]
)
def test_a_type_that_is_not_there_is_an_error_with_the_nearest(word: str, meant: str) -> None:
    with pytest.raises(UnknownWordError) as raised:
        explain(word)
    assert meant in raised.value.near


def test_every_type_is_explained() -> None:
    for token in READINGS:
        assert said(token)[0].startswith(f"{token}: "), token
        assert token_of(token) == token
        assert token_of(short(token)) in READINGS or sum(short(t) == short(token) for t in READINGS) > 1
