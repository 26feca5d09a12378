"""How databases, caches and file systems of a standby are made those that are written."""

from __future__ import annotations

import json
import shlex
from typing import Final

from bcinfra.places.centres import REPLICAS
from bcinfra.report.documents.commands import premises
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, HttpCall, answer_of
from bcinfra.report.documents.commands.program import rows


def _promote_instance(at: At) -> Made:
    yield at.aws(
        "rds",
        "PromoteReadReplica",
        "DBInstanceStatus becomes modifying, after some minutes available",
        "none: it never follows again, and the old primary must not write any more; make a new replica of it later",
        DBInstanceIdentifier=at.name,
    )
    yield at.aws(
        "rds",
        "DescribeDBInstances",
        "available  None: it runs and follows nobody",
        query="DBInstances[0].[DBInstanceStatus,ReadReplicaSourceDBInstanceIdentifier]",
        DBInstanceIdentifier=at.name,
    )


def _promote_documents(at: At) -> Made:
    """A secondary cluster of DocumentDB."""
    joined = at.program.linked(at.resource, "globalClusterIdentifier") if at.resource else None
    yield at.aws(
        "docdb",
        "FailoverGlobalCluster",
        "Status is failing-over, then available; this cluster is the writer",
        "the same command with the other cluster, once that region is back and follows",
        GlobalClusterIdentifier=at.program.called(joined) if joined else at.text("globalClusterIdentifier"),
        TargetDbClusterIdentifier=f"arn:aws:rds:{at.region}:{at.account}:cluster:{at.name}",
        AllowDataLoss=True,
    )
    yield at.aws("docdb", "DescribeDBClusters", "available", query="DBClusters[0].Status", DBClusterIdentifier=at.name)


def _promote_cluster(at: At) -> Made:
    joined = at.program.linked(at.resource, "globalClusterIdentifier") if at.resource else None
    if joined is None:
        yield at.aws(
            "rds",
            "PromoteReadReplicaDBCluster",
            "Status becomes promoting, then available",
            "none: make a new replica afterwards",
            DBClusterIdentifier=at.name,
        )
    else:
        yield at.aws(
            "rds",
            "FailoverGlobalCluster",
            "FailoverState: Status is failing-over, then gone; this cluster is the writer",
            "the same command with the other cluster, once that region is back and follows",
            GlobalClusterIdentifier=at.program.called(joined),
            TargetDbClusterIdentifier=f"arn:aws:rds:{at.region}:{at.account}:cluster:{at.name}",
            AllowDataLoss=True,
        )
    yield at.aws("rds", "DescribeDBClusters", "available", query="DBClusters[0].Status", DBClusterIdentifier=at.name)


def _promote_cache(at: At) -> Made:
    joined = at.program.linked(at.resource, "globalReplicationGroupId") if at.resource else None
    suffix = joined.inputs.get("globalReplicationGroupIdSuffix") if joined else None
    if not isinstance(suffix, str):
        yield at.aws(
            "elasticache", "TestFailover", "a replica becomes primary", ReplicationGroupId=at.name, NodeGroupId="0001"
        )
        return
    look = AwsCall(
        service="elasticache",
        api="DescribeGlobalReplicationGroups",
        region=at.region,
        query=f"GlobalReplicationGroups[?ends_with(GlobalReplicationGroupId, '{suffix}')].GlobalReplicationGroupId",
    )
    yield at.aws(
        "elasticache",
        "FailoverGlobalReplicationGroup",
        "Status becomes modifying, then available, with this region as primary",
        "the same command with the other region, once that is back",
        GlobalReplicationGroupId=answer_of(look),
        PrimaryRegion=at.region,
        PrimaryReplicationGroupId=at.name,
    )


def _promote_files(at: At) -> Made:
    there = AwsCall(
        service="efs",
        api="DescribeFileSystems",
        inputs={"CreationToken": at.name},
        region=at.region,
        query="FileSystems[0].FileSystemId",
    )
    look = AwsCall(
        service="efs",
        api="DescribeReplicationConfigurations",
        inputs={"FileSystemId": answer_of(there)},
        region=at.region,
        query="Replications[0].SourceFileSystemId",
    )
    yield at.aws(
        "efs",
        "DeleteReplicationConfiguration",
        "no output; the file system here takes writes within minutes",
        "none: set up the replication again, the other way round, afterwards",
        SourceFileSystemId=answer_of(look),
    )


def _promote_sql(at: At) -> Made:
    url = f"https://sqladmin.googleapis.com/v1/projects/{at.project}/instances/{at.name}/promoteReplica?failover=true"
    yield at.gcloud(
        f"sql instances promote-replica {shlex.quote(at.name)}",
        "Promoting Cloud SQL replica...done.",
        "none: it never follows again; make a new replica of it afterwards",
        HttpCall(method="POST", url=url),
    )
    yield at.gcloud(
        f"sql instances describe {shlex.quote(at.name)} --format 'value(state,instanceType)'",
        "RUNNABLE  CLOUD_SQL_INSTANCE",
    )


def _promote_memorystore(at: At) -> Made:
    yield at.gcloud(
        f"redis clusters detach {shlex.quote(at.name)} --region {at.region}",
        "the operation ends without error; the cluster takes writes",
        "none: make the old one a secondary of this one afterwards",
    )


def _promote_alloydb(at: At) -> Made:
    yield at.gcloud(
        f"alloydb clusters promote {shlex.quote(at.name)} --region {at.region}",
        "the operation ends without error; the cluster takes writes",
        "gcloud alloydb clusters switchover, once the old region is back and follows",
    )


def _promote_percona(at: At) -> Made:
    """Every channel is made one of a source.

    https://docs.percona.com/percona-operator-for-mysql/pxc/replication.html (read 2026-11).
    """
    channels = rows(at.stated("spec", "pxc").get("replicationChannels"))
    own = [{"name": row.get("name"), "isSource": True} for row in channels]
    patch = json.dumps({"spec": {"pxc": {"replicationChannels": own}}})
    yield at.kubectl(
        f"patch perconaxtradbcluster {at.kubernetes_name()} --type merge --patch {shlex.quote(patch)}",
        "perconaxtradbcluster.pxc.percona.com/... patched",
        "give the channels back as the program states them: pulumi up",
    )
    yield at.kubectl(f"get perconaxtradbcluster {at.kubernetes_name()}", "STATUS ready", looks=True)


def _promote_cloudnative(at: At) -> Made:
    """https://cloudnative-pg.io/documentation/current/replica_cluster/ (read 2026-11)."""
    name = at.kubernetes_name()
    patch = json.dumps({"spec": {"replica": {"enabled": False}}})
    yield at.kubectl(
        f"patch clusters.postgresql.cnpg.io {name} --type merge --patch {shlex.quote(patch)}",
        "cluster.postgresql.cnpg.io/... patched",
        "none: it never follows again; make the old one a replica cluster of it",
    )
    yield at.kubectl(f"get clusters.postgresql.cnpg.io {name}", "Cluster in healthy state", looks=True)


def _promote_share(at: At) -> Made:
    """https://cloud.google.com/sdk/gcloud/reference/filestore/instances/promote-replica (read 2026-11)."""
    yield at.gcloud(
        f"filestore instances promote-replica {shlex.quote(at.name)} --location {at.region}",
        "done; its share answers, and the tiers there can mount it",
        "none: to follow again the old one is made anew as its replica",
    )


def _shift_calls(at: At) -> Made:
    """Calls of a number to the replica of its contact centre, and agents with them: each in a group of its own, by
    calls to the replica's region
    (https://docs.aws.amazon.com/connect/latest/adminguide/update-telephony-traffic-distribution.html, 2026-11)."""
    other = at.region
    first = next((source for source, replica in REPLICAS.items() if replica == other), "")
    shifted = {"Distributions": [{"Region": first, "Percentage": 0}, {"Region": other, "Percentage": 100}]}
    both = {"Distributions": [{"Region": first, "Enabled": True}, {"Region": other, "Enabled": True}]}
    back = f"the same command with 100 for {first} and 0 for {other}, once that region is back"
    for default, configs, answer in (
        ("false", {"TelephonyConfig": shifted}, "nothing: new calls ring in the replica"),
        (
            "true",
            {"SignInConfig": both, "AgentConfig": shifted},
            "nothing: agents sign in again, and take calls in the replica",
        ),
    ):
        group = AwsCall(
            service="connect",
            api="ListTrafficDistributionGroups",
            region=other,
            query=f"TrafficDistributionGroupSummaryList[?IsDefault==`{default}`].Id | [0]",
        )
        call = AwsCall(
            service="connect",
            api="UpdateTrafficDistribution",
            inputs={"Id": answer_of(group), **{name: json.dumps(value) for name, value in configs.items()}},
            region=other,
        )
        yield Command(line=call.line, answer=answer, back=back, needs=at.needs)


PROMOTE: Final = by_type(
    aws_connect_phoneNumber_PhoneNumber=_shift_calls,
    aws_rds_instance_Instance=_promote_instance,
    aws_rds_cluster_Cluster=_promote_cluster,
    aws_docdb_cluster_Cluster=_promote_documents,
    aws_elasticache_replicationGroup_ReplicationGroup=_promote_cache,
    aws_efs_fileSystem_FileSystem=_promote_files,
    gcp_sql_databaseInstance_DatabaseInstance=_promote_sql,
    gcp_filestore_instance_Instance=_promote_share,
    gcp_redis_cluster_Cluster=_promote_memorystore,
    gcp_alloydb_cluster_Cluster=_promote_alloydb,
    kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster=_promote_percona,
    kubernetes_postgresql_cnpg_io_v1_Cluster=_promote_cloudnative,
    bcinfra_onprem_System=premises.started,
    bcinfra_onprem_DataSet=premises.started,
)
