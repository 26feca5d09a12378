"""Buckets: every site holds everything, and one copy is out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws.buckets import Buckets, BucketsArgs, IsolatedBucket, LockMode
from bcinfra.aws.region import KeyedRegion
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import (
    ACCOUNT,
    ISOLATED_ACCOUNT,
    counts,
    declare,
    key_arn,
    named,
    one,
    region,
    region_of,
    statements,
)
from tests.helpers import told

S3 = "aws:s3/"
BUCKET, VERSIONING = f"{S3}bucket:Bucket", f"{S3}bucketVersioning:BucketVersioning"
POLICY, REPLICATION = f"{S3}bucketPolicy:BucketPolicy", f"{S3}bucketReplicationConfig:BucketReplicationConfig"
REGIONS = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
DUBLIN, FRANKFURT = (f"arn:aws:s3:::media-{site}-{ACCOUNT}" for site in REGIONS)
ISOLATED = f"arn:aws:s3:::media-isolated-{ISOLATED_ACCOUNT}"


def keyed(name: str, *, disposable: bool = False) -> KeyedRegion:
    return KeyedRegion(region=region(name, disposable=disposable), key_arn=key_arn(name))


def isolated(name: str = "us-east-1", account: str = ISOLATED_ACCOUNT, **args: Any) -> IsolatedBucket:
    return IsolatedBucket(region=region(name, account), key_arn=key_arn(name, account), **args)


def buckets(*, disposable: bool = False, isolate: dict[str, Any] | None = None, **args: Any) -> Graph:
    def program() -> None:
        sites = {site: keyed(name, disposable=disposable) for site, name in REGIONS.items()}
        copy = None if isolate is None else isolated(**isolate)
        Buckets("media", BucketsArgs(sites=sites, primary="dublin", isolated=copy, **args))

    return declare(program)


@pytest.fixture(scope="module")
def pair() -> Graph:
    return buckets()


@pytest.fixture(scope="module")
def apart() -> Graph:
    return buckets(isolate={})


def rules(graph: Graph, site: str = "dublin") -> dict[str, dict[str, Any]]:
    """The replication rules of a site's bucket by id."""
    found = one(graph, REPLICATION, f"media-{site}-replication").inputs["rules"]
    assert isinstance(found, list)
    return {rule["id"]: rule for rule in found}  # pyright: ignore


def test_what_a_pair_of_buckets_is_made_of(pair: Graph) -> None:
    each = ("BucketOwnershipControls", "BucketPolicy", "BucketPublicAccessBlock", "BucketVersioning")
    each += ("BucketServerSideEncryptionConfiguration", "BucketLifecycleConfiguration", "Bucket")
    assert counts(pair) == {
        "bcinfra:aws:Buckets": 1,
        **{f"{S3}{name[0].lower()}{name[1:]}:{name}": 2 for name in each},
        REPLICATION: 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 2,
    }


def test_an_isolated_copy_adds_one_locked_bucket(pair: Graph, apart: Graph) -> None:
    added = {token: count - counts(pair).get(token, 0) for token, count in counts(apart).items()}
    assert added.pop("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration") == 1
    assert {token for token, count in added.items() if count} == {
        token for token, count in counts(pair).items() if count == 2 and token.startswith(S3)
    }


def test_everything_of_a_bucket_is_in_its_own_region(apart: Graph) -> None:
    homes = REGIONS | {"isolated": "us-east-1"}
    for resource in apart:
        if resource.package == "aws":
            site = resource.name.split("-")[1]
            assert region_of(apart, resource) == homes[site], resource.urn


def test_every_bucket_is_versioned_encrypted_private_and_owned(apart: Graph) -> None:
    homes = {f"media-{site}": (name, ACCOUNT) for site, name in REGIONS.items()}
    homes["media-isolated"] = ("us-east-1", ISOLATED_ACCOUNT)
    assert named(apart, BUCKET).keys() == homes.keys()
    for name, (home, account) in homes.items():
        physical = f"{name}-{account}"
        assert one(apart, BUCKET, name).inputs["bucket"] == physical
        for token, expected in {
            VERSIONING: {"versioningConfiguration": {"status": "Enabled"}},
            f"{S3}bucketOwnershipControls:BucketOwnershipControls": {
                "rule": {"objectOwnership": "BucketOwnerEnforced"}
            },
            f"{S3}bucketPublicAccessBlock:BucketPublicAccessBlock": dict.fromkeys(
                ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
            ),
            f"{S3}bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": {
                            "sseAlgorithm": "aws:kms",
                            "kmsMasterKeyId": key_arn(home, account),
                        },
                        "bucketKeyEnabled": True,
                    }
                ]
            },
        }.items():
            assert one(apart, token, name).inputs == {"bucket": physical, **expected}


def test_only_current_tls_is_let_in(apart: Graph) -> None:
    for name, policy in named(apart, POLICY).items():
        arn = f"arn:aws:s3:::{one(apart, BUCKET, name).inputs['bucket']}"
        denials = [s for s in statements(policy) if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denials] == [
            {"Bool": {"aws:SecureTransport": "false"}},
            {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        ]
        assert all((s["Principal"], s["Action"], s["Resource"]) == ("*", ["s3:*"], [arn, f"{arn}/*"]) for s in denials)


def test_the_replica_is_under_its_own_regions_key_within_15_minutes(pair: Graph) -> None:
    assert rules(pair) == {
        "frankfurt": {
            "id": "frankfurt",
            "priority": 1,
            "status": "Enabled",
            "filter": {"prefix": ""},
            "deleteMarkerReplication": {"status": "Enabled"},
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
            "destination": {
                "bucket": FRANKFURT,
                "encryptionConfiguration": {"replicaKmsKeyId": key_arn("eu-central-1")},
                "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
            },
        }
    }


def test_replication_waits_for_versioning_at_both_ends_and_for_its_permissions(apart: Graph) -> None:
    replication = one(apart, REPLICATION, "media-dublin-replication")
    needed = [*apart.of_type(VERSIONING), *apart.of_type("aws:iam/rolePolicy:RolePolicy")]
    assert len(needed) == 5
    assert {r.urn for r in needed} <= set(replication.dependencies)


def test_the_isolated_copy_belongs_to_its_account_and_follows_no_deletion(apart: Graph) -> None:
    rule = rules(apart)["isolated"]
    assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
    assert rule["priority"] == 2
    assert rule["destination"]["bucket"] == ISOLATED
    assert rule["destination"]["account"] == ISOLATED_ACCOUNT
    assert rule["destination"]["accessControlTranslation"] == {"owner": "Destination"}
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": key_arn("us-east-1", ISOLATED_ACCOUNT)}


def test_the_sites_account_may_only_add_to_the_isolated_copy(apart: Graph) -> None:
    adding = ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"]
    policy = one(apart, POLICY, "media-isolated")
    assert [s for s in statements(policy) if s["Effect"] == "Allow"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/media-dublin-replication"]},
            "Action": adding,
            "Resource": [f"{ISOLATED}/*"],
        }
    ]
    role = one(apart, "aws:iam/role:Role", "media-dublin-replication")
    assert role.inputs["name"] == "media-dublin-replication"
    assert role.urn in policy.dependencies, "AWS refuses a principal that does not exist"
    granted = {
        resource: statement["Action"]
        for statement in statements(one(apart, "aws:iam/rolePolicy:RolePolicy", "media-dublin-replication"))
        for resource in statement["Resource"]
    }
    assert granted == {
        DUBLIN: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        f"{DUBLIN}/*": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
        f"{FRANKFURT}/*": ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ReplicateDelete"],
        f"{ISOLATED}/*": adding,
    }


def test_the_role_decrypts_at_the_source_and_encrypts_at_each_copy(apart: Graph) -> None:
    keys = statements(one(apart, "aws:iam/rolePolicy:RolePolicy", "media-dublin-replication-keys"))
    assert [(s["Action"], s["Resource"], s["Condition"]["StringEquals"]["kms:ViaService"]) for s in keys] == [
        (["kms:Decrypt"], [key_arn("eu-west-1")], "s3.eu-west-1.amazonaws.com"),
        (["kms:Encrypt", "kms:GenerateDataKey"], [key_arn("eu-central-1")], "s3.eu-central-1.amazonaws.com"),
        (
            ["kms:Encrypt", "kms:GenerateDataKey"],
            [key_arn("us-east-1", ISOLATED_ACCOUNT)],
            "s3.us-east-1.amazonaws.com",
        ),
    ]


@pytest.mark.parametrize("mode", list(LockMode))
def test_the_isolated_copy_is_locked_from_the_start(mode: LockMode) -> None:
    graph = buckets(isolate={"mode": mode, "retention_days": 400})
    assert {name: r.inputs["objectLockEnabled"] for name, r in named(graph, BUCKET).items()} == {
        "media-dublin": False,
        "media-frankfurt": False,
        "media-isolated": True,
    }
    (lock,) = graph.of_type(f"{S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": mode.value, "days": 400}}


def test_old_versions_are_kept_as_long_as_asked_and_as_locked() -> None:
    graph = buckets(isolate={"retention_days": 400}, noncurrent_days=30)
    kept = {}
    for name, lifecycle in named(graph, f"{S3}bucketLifecycleConfiguration:BucketLifecycleConfiguration").items():
        (rule,) = lifecycle.inputs["rules"]  # pyright: ignore
        kept[name] = rule["noncurrentVersionExpiration"]["noncurrentDays"]
        assert rule["filter"] == {"prefix": ""}, "every object"
        assert rule["expiration"] == {"expiredObjectDeleteMarker": True}
        assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
        assert one(graph, VERSIONING, name).urn in lifecycle.dependencies
    assert kept == {"media-dublin": 30, "media-frankfurt": 30, "media-isolated": 400}


def test_where_every_site_writes_objects_go_both_ways() -> None:
    graph = buckets(every_site_writes=True, isolate={})
    assert named(graph, REPLICATION).keys() == {"media-dublin-replication", "media-frankfurt-replication"}
    assert rules(graph, "frankfurt")["dublin"]["destination"]["bucket"] == DUBLIN
    assert rules(graph, "frankfurt")["isolated"]["destination"]["bucket"] == ISOLATED
    for site in REGIONS:
        for rule in rules(graph, site).values():
            assert rule["sourceSelectionCriteria"]["replicaModifications"] == {"status": "Enabled"}
    (allowed,) = [s for s in statements(one(graph, POLICY, "media-isolated")) if s["Effect"] == "Allow"]
    assert allowed["Principal"]["AWS"] == [
        f"arn:aws:iam::{ACCOUNT}:role/media-dublin-replication",
        f"arn:aws:iam::{ACCOUNT}:role/media-frankfurt-replication",
    ]


def test_deletions_stay_at_the_site_when_asked() -> None:
    assert rules(buckets(replicate_deletes=False))["frankfurt"]["deleteMarkerReplication"] == {"status": "Disabled"}


def test_in_one_account_the_isolated_copy_has_no_other_owner() -> None:
    graph = buckets(isolate={"account": ACCOUNT})
    assert not rules(graph)["isolated"]["destination"].keys() & {"account", "accessControlTranslation"}


def test_cloudfront_reads_each_site_and_not_the_isolated_copy() -> None:
    graph = buckets(isolate={}, cloudfront=True)
    for name, policy in named(graph, POLICY).items():
        readers = [s for s in statements(policy) if s.get("Principal") == {"Service": ["cloudfront.amazonaws.com"]}]
        if name == "media-isolated":
            assert not readers
            continue
        (reader,) = readers
        assert reader["Action"] == ["s3:GetObject"]
        assert reader["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}


def test_buckets_are_guarded_unless_disposable(pair: Graph) -> None:
    for graph, guarded in ((pair, True), (buckets(disposable=True), False)):
        for bucket in graph.of_type(BUCKET):
            assert (bucket.options.protect, bucket.inputs["forceDestroy"]) == (guarded, not guarded)


def test_a_single_site_replicates_nowhere() -> None:
    graph = declare(lambda: Buckets("media", BucketsArgs(sites={"dublin": keyed("eu-west-1")}, primary="dublin")))
    assert not graph.of_type(REPLICATION, "aws:iam/role:Role")


def test_sites_that_do_not_fit_are_refused_with_all_that_is_wrong() -> None:
    def refused(message: str, **args: Any) -> None:
        assert told(lambda: BucketsArgs(**args)) == message.splitlines()

    def program() -> None:
        dublin, paris = keyed("eu-west-1"), keyed("eu-west-3")
        refused("primary: 'rome' is not a site; there are dublin", sites={"dublin": dublin}, primary="rome")
        refused(
            "primary: 'isolatd' is not a site; did you mean 'isolated'?\n"
            "sites: 'dublin' and 'cork' are both in eu-west-1; a copy is elsewhere\n"
            "sites: 'isolated' is the name of the isolated copy; choose another",
            sites={"dublin": dublin, "cork": dublin, "isolated": paris},
            primary="isolatd",
        )
        abroad = KeyedRegion(region=region("eu-west-2", ISOLATED_ACCOUNT), key_arn=key_arn("eu-west-2"))
        refused(
            f"sites: are in accounts {ACCOUNT}, {ISOLATED_ACCOUNT}; all share one, another is for isolated",
            sites={"dublin": dublin, "london": abroad},
            primary="dublin",
        )
        nameless = region("eu-north-1", None)
        refused(
            "sites.oslo.region.account: is needed here\nisolated.region.account: is needed here",
            sites={"oslo": KeyedRegion(region=nameless, key_arn=key_arn("eu-north-1"))},
            primary="oslo",
            isolated=IsolatedBucket(region=nameless, key_arn=key_arn("eu-north-1")),
        )
        refused(
            f"isolated.region: eu-west-1 of account {ACCOUNT} also holds a site;"
            " choose another account, or a region without a site",
            sites={"dublin": dublin, "paris": paris},
            primary="paris",
            isolated=IsolatedBucket(region=dublin.region, key_arn=dublin.key_arn),
        )

    declare(program)
