"""What a change costs by type: which resources hold data, which inputs replace them, which settings guard them.

A preview by a provider says itself what it replaces. Between two recorded programs only a table can, and this one
knows the types that hold data. ``replaced_by`` are the inputs that providers cannot change in place:

- AWS: arguments that terraform-provider-aws v6, which pulumi-aws 7 wraps, marks "Forces new resource"
  (``internal/service/*``); a changed ``region`` too (``internal/provider/sdkv2/region.go``, forceNewIfRegionChanges).
- Google Cloud: arguments that terraform-provider-google v7, which pulumi-gcp 10 wraps, marks ``ForceNew``.
- Kubernetes: ``provider/pkg/clients`` of pulumi-kubernetes, for names, namespaces and the immutable parts of claims.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Store(NamedTuple):
    """A type that holds data: what it is in words, and the inputs (dotted paths) whose change replaces it."""

    what: str
    replaced_by: frozenset[str]


def _store(what: str, replaced_by: str = "") -> Store:
    return Store(what, frozenset(replaced_by.split()))


_DOCUMENT_CLUSTER = (
    "availabilityZones clusterIdentifier clusterIdentifierPrefix dbSubnetGroupName engine kmsKeyId masterUsername "
    "snapshotIdentifier storageEncrypted"
)

STORES: Final[dict[str, Store]] = {
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": _store("backups", "name"),
    "aws:backup/vault:Vault": _store("backups", "kmsKeyArn name"),
    "aws:cloudwatch/logGroup:LogGroup": _store("logs", "logGroupClass name namePrefix"),
    "aws:cognito/userPool:UserPool": _store("accounts of customers", "aliasAttributes usernameAttributes"),
    "aws:docdb/cluster:Cluster": _store("database", _DOCUMENT_CLUSTER),
    "aws:dynamodb/table:Table": _store("table", "hashKey importTable localSecondaryIndexes name rangeKey"),
    "aws:ebs/volume:Volume": _store("disk", "availabilityZone encrypted kmsKeyId outpostArn snapshotId"),
    "aws:ecr/repository:Repository": _store("images", "encryptionConfigurations name"),
    "aws:efs/fileSystem:FileSystem": _store(
        "file system", "availabilityZoneName creationToken encrypted kmsKeyId performanceMode"
    ),
    "aws:elasticache/cluster:Cluster": _store(
        "cache", "clusterId engine port snapshotArns snapshotName subnetGroupName"
    ),
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": _store(
        "cache", "globalReplicationGroupIdSuffix primaryReplicationGroupId"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": _store(
        "cache",
        "atRestEncryptionEnabled dataTieringEnabled globalReplicationGroupId kmsKeyId networkType port "
        "replicationGroupId snapshotArns snapshotName subnetGroupName",
    ),
    "aws:kinesis/stream:Stream": _store("stream", "name"),
    "aws:kms/key:Key": _store("encryption key", "customKeyStoreId keyUsage multiRegion"),
    "aws:memorydb/cluster:Cluster": _store("database", "kmsKeyArn name namePrefix port subnetGroupName tlsEnabled"),
    "aws:neptune/cluster:Cluster": _store(
        "database",
        "availabilityZones clusterIdentifier clusterIdentifierPrefix engine kmsKeyArn neptuneSubnetGroupName "
        "snapshotIdentifier storageEncrypted",
    ),
    "aws:opensearch/domain:Domain": _store("search index", "domainName"),
    "aws:rds/cluster:Cluster": _store("database", f"{_DOCUMENT_CLUSTER} databaseName engineMode restoreToPointInTime"),
    "aws:rds/globalCluster:GlobalCluster": _store(
        "database", "databaseName globalClusterIdentifier sourceDbClusterIdentifier storageEncrypted"
    ),
    "aws:rds/instance:Instance": _store(
        "database",
        "availabilityZone characterSetName dbName engine kmsKeyId ncharCharacterSetName restoreToPointInTime "
        "snapshotIdentifier storageEncrypted timezone username",
    ),
    "aws:route53/zone:Zone": _store("DNS zone", "delegationSetId name"),
    "aws:s3/bucket:Bucket": _store("bucket", "bucket bucketPrefix objectLockEnabled"),
    "aws:secretsmanager/secret:Secret": _store("secret", "name namePrefix"),
    "aws:sqs/queue:Queue": _store("queue", "fifoQueue name namePrefix"),
    "gcp:alloydb/cluster:Cluster": _store("database", "clusterId location"),
    "gcp:bigquery/dataset:Dataset": _store("dataset", "datasetId location"),
    "gcp:compute/disk:Disk": _store("disk", "image name snapshot type zone"),
    "gcp:dns/managedZone:ManagedZone": _store("DNS zone", "dnsName name visibility"),
    "gcp:filestore/instance:Instance": _store("file system", "kmsKeyName location name tier"),
    "gcp:firestore/database:Database": _store("database", "locationId name"),
    "gcp:kms/cryptoKey:CryptoKey": _store("encryption key", "keyRing name purpose"),
    "gcp:redis/instance:Instance": _store("cache", "authorizedNetwork connectMode customerManagedKey name region tier"),
    "gcp:secretmanager/secret:Secret": _store("secret", "replication secretId"),
    "gcp:spanner/database:Database": _store("database", "databaseDialect encryptionConfig instance name"),
    "gcp:sql/database:Database": _store("database", "instance name"),
    "gcp:sql/databaseInstance:DatabaseInstance": _store("database", "encryptionKeyName masterInstanceName name region"),
    "gcp:storage/bucket:Bucket": _store("bucket", "location name"),
    "kubernetes:core/v1:Namespace": _store("namespace with everything in it", "metadata.name"),
    "kubernetes:core/v1:PersistentVolume": _store("disk", "metadata.name"),
    "kubernetes:core/v1:PersistentVolumeClaim": _store(
        "disk", "metadata.name metadata.namespace spec.accessModes spec.selector spec.storageClassName spec.volumeName"
    ),
}

GUARDS_WHEN_TRUE: Final = frozenset(
    {"deletionProtection", "deletionProtectionEnabled", "disableApiTermination", "enableDeletionProtection"}
    | {"objectLockEnabled", "protect", "retainOnDelete"}
)
"""Settings that guard while they are true. The last two are Pulumi's own options."""

DANGERS_WHEN_TRUE: Final = frozenset({"deleteAutomatedBackups", "forceDelete", "forceDestroy", "skipFinalSnapshot"})
"""Settings that let data go once they are true."""

GUARDS_BY_LENGTH: Final = frozenset({"backupRetentionPeriod", "minRetentionDays", "snapshotRetentionLimit"})
"""Settings in days or copies that guard less when they shrink."""

GUARDING_TYPES: Final = frozenset(
    {
        "aws:backup/selection:Selection",
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        "aws:backup/vaultPolicy:VaultPolicy",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
    }
)
"""Resources that do nothing but guard another: deleting one removes protection."""
