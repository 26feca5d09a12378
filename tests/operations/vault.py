"""The vault of an archive at moto: its bucket, and the readers' role, as the component declares them."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bcinfra.graph.core.model import Graph
from bcinfra.operations.archive_binlogs import Bucket
from tests.aws.conftest import one
from tests.operations.servers import REGION, Aws, Login

ROLE = "log-dublin"


@dataclass(frozen=True)
class Incomplete(Bucket):
    """A bucket to which some never came."""

    lost: frozenset[str] = frozenset()
    """Prefixes of their keys."""

    def first(self, prefix: str) -> dict[str, str]:
        found = super().first(prefix)
        return {key: version for key, version in found.items() if not key.startswith((*self.lost,))}


@dataclass(frozen=True)
class Vault:
    """A bucket, as two see it."""

    aws: Aws
    admin: Login
    """Who may do everything: in the vault's account, and even there not end a lock."""
    reader: Login
    """Who runs at the site."""
    name: str
    policy: str
    """What the reader may do."""
    lost: set[str] = field(default_factory=set[str])
    """Prefixes of what a test has it that never came."""

    @property
    def environment(self) -> dict[str, str]:
        """Of a program that runs at the site."""
        login = {key.upper(): value for key, value in self.reader._asdict().items()}
        return {"AWS_ENDPOINT_URL": self.aws.url, "BINLOG_BUCKET": self.name, "BUCKET_REGION": REGION, **login}

    @property
    def s3(self) -> Any:
        return self.aws.client("s3", self.admin)

    @property
    def bucket(self) -> Bucket:
        """As who restores sees it."""
        return Incomplete(self.s3, self.name, frozenset(self.lost))

    @property
    def archive(self) -> Bucket:
        """As the readers see it."""
        return Bucket(self.aws.client("s3", self.reader), self.name)

    def named(self, prefix: str) -> list[str]:
        return list(self.bucket.keys(prefix))

    def hide(self, prefix: str) -> None:
        """Delete all under a prefix, as far as that goes: the versions stay."""
        for key in self.named(prefix):
            self.s3.delete_object(Bucket=self.name, Key=key)

    @contextmanager
    def closed(self) -> Generator[None]:
        """Refuse whatever the reader asks."""
        iam = self.aws.client("iam", self.admin)
        iam.delete_role_policy(RoleName=ROLE, PolicyName=ROLE)
        yield
        iam.put_role_policy(RoleName=ROLE, PolicyName=ROLE, PolicyDocument=self.policy)

    @property
    def versions(self) -> list[tuple[str, str]]:
        """Each version of each object, with the object's name."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.name, MaxKeys=1000)
        return [(row["Key"], row["VersionId"]) for page in pages for row in page.get("Versions", ())]


def declared(aws: Aws, graph: Graph) -> Vault:
    """The bucket of :class:`~bcinfra.aws.BinlogArchive`, and the role of its readers in Dublin."""

    def inputs(kind: str, name: str) -> Any:
        return one(graph, f"aws:{kind[0].lower() + kind[1:]}", name).inputs

    admin = aws.begin()
    s3, iam = (aws.client(service, admin) for service in ("s3", "iam"))
    bucket = inputs("s3/bucket:Bucket", "log-vault")
    name = bucket["bucket"]
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=bucket["objectLockEnabled"])
    versioning = inputs("s3/bucketVersioning:BucketVersioning", "log-vault")["versioningConfiguration"]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning["status"]})
    (rule,) = inputs("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "log-vault")[
        "rules"
    ]
    by = rule["applyServerSideEncryptionByDefault"]
    default = {"SSEAlgorithm": by["sseAlgorithm"], "KMSMasterKeyID": by["kmsMasterKeyId"]}
    encryption = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": rule["bucketKeyEnabled"]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [encryption]})
    lock = inputs("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "log-vault")["rule"]
    retention = {"Mode": lock["defaultRetention"]["mode"], "Days": lock["defaultRetention"]["days"]}
    s3.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )
    policy = inputs("iam/rolePolicy:RolePolicy", ROLE)["policy"]
    anyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}  # there is no task that has it
    trust = json.dumps({"Version": "2012-10-17", "Statement": [anyone]})
    arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=ROLE, PolicyName=ROLE, PolicyDocument=policy)
    login = aws.client("sts", admin).assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
    reader = Login(login["AccessKeyId"], login["SecretAccessKey"], login["SessionToken"])
    return Vault(aws, admin, reader, name, policy)
