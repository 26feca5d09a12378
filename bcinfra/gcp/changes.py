"""Every change of a MySQL database, written within a minute to a bucket that nobody at the sites can enter."""

from __future__ import annotations

from typing import Final, Self

import pulumi
from pulumi_gcp.compute import NetworkAttachment
from pulumi_gcp.datastream import ConnectionProfile, PrivateConnection, Stream
from pulumi_gcp.secretmanager import SecretIamMember
from pulumi_gcp.storage import BucketIAMMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.isolated import IsolatedBucket, isolated_bucket
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import KeyedRegion
from bcinfra.gcp.secrets import READ

FILE_SECONDS: Final = 60
"""Seconds after which a file of changes is closed, the longest that Datastream waits."""

WRITE: Final = ("roles/storage.legacyBucketReader", "roles/storage.objectCreator", "roles/storage.objectViewer")
"""What Datastream needs at a bucket of another project. It cannot delete there."""


class ChangeStreamArgs(Args):
    """Arguments of :class:`ChangeStream`."""

    at: KeyedRegion
    """Where the stream runs, and its key. The project's number must be known."""
    subnet_id: Str
    """The subnet that Datastream connects from: ``Network(...).sites["ghent"].endpoints_subnet_id``."""
    host: Str
    """The database's address: ``MySql(...).address``, or its ``write_endpoint``, which follows a failover."""
    port: int = Field(default=3306, ge=1, le=65535)
    """Its port."""
    username: str = Field(min_length=1)
    """A user that may replicate (``REPLICATION SLAVE, SELECT, REPLICATION CLIENT``)."""
    password_secret: Str
    """The secret that holds its password: ``ReplicatedSecret(...).secret_id``."""
    ca_certificate: Str | None = None
    """The certificate of the authority that signs the server's, PEM: ``MySql(...).ca_certificates["ghent"]``. The
    stream then speaks TLS, which ``gcp.MySql`` demands."""
    databases: frozenset[str] = Field(min_length=1)
    """The databases whose changes are written."""
    bucket: IsolatedBucket
    """Where they are written."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        region = self.at.region
        refuse(
            ([] if region.number else ["at.region.number: is needed to name Datastream's service agent"])
            + (
                [f"bucket.project: {region.project} also holds the database; name a project that nobody there enters"]
                if self.bucket.project.project == region.project
                else []
            )
        )
        return self


class ChangeStream(Component):
    """A stream that writes the database as it is, then every change of it, to a bucket under retention.

    This is the copy that is never more than minutes old and that an intruder, or a mistake, in the shop's own project
    cannot reach. It is read back by loading the files, up to the moment before the damage, into a database whose tables
    the shop's own migrations made: a stream holds rows alone.

    No restore of it can be declared as a test, so that the assessment says that nothing shows one. Google's loader
    (Dataflow, "Datastream to SQL") is in preview and calls itself a best attempt: it expects the tables, follows no
    change of them, and deletes nothing from one without a primary key. What a foreign key's cascade changed is in no
    binary log, which is what Datastream reads (MySQL manual, InnoDB and replication). The database's own log, replayed
    on a full copy by its own programs, has none of these gaps: ``aws.BinlogArchive`` keeps it, nothing here does.
    Rehearse the runbook by hand, or by a job of your own in the bucket's project, which the assessment then names.

    After a failover change ``host``, unless it is the write endpoint. The stream follows the database by GTID and goes
    on from where it was.
    """

    package = "gcp"

    bucket_name: pulumi.Output[str]
    """The bucket that holds the changes."""
    stream_name: str
    """Physical name of the stream, for :class:`Alerts`."""
    stream_id: pulumi.Output[str]
    """The stream, for alarms on its lag (``datastream.googleapis.com/stream/total_latencies``)."""

    def __init__(self, name: str, args: ChangeStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.at.region
        bucket = isolated_bucket(self, name, args.bucket)
        agent = Agent.DATASTREAM.member(region)
        grants: list[pulumi.Resource] = [
            BucketIAMMember(
                f"{name}-{role.rsplit('.', 1)[1]}",
                bucket=bucket.name,
                role=role,
                member=agent,
                opts=args.bucket.project.child(self),
            )
            for role in WRITE
        ]
        grants.append(
            SecretIamMember(
                f"{name}-password",
                project=region.project,
                secret_id=args.password_secret,
                role=READ,
                member=agent,
                opts=region.child(self),
            )
        )
        source, target = self._source(grants), self._target(bucket.name, grants)
        self.stream_name = physical("datastream", name)
        stream = Stream(
            f"{name}-stream",
            stream_id=self.stream_name,
            project=region.project,
            location=region.name,
            display_name=name,
            desired_state="RUNNING",
            customer_managed_encryption_key=args.at.key_name,
            source_config={
                "source_connection_profile": source.id,
                "mysql_source_config": {
                    "gtid": {},
                    "include_objects": {
                        "mysql_databases": [{"database": database} for database in sorted(args.databases)]
                    },
                },
            },
            destination_config={
                "destination_connection_profile": target.id,
                "gcs_destination_config": {
                    "path": "/changes",
                    "file_rotation_interval": f"{FILE_SECONDS}s",
                    "file_rotation_mb": 50,
                    "avro_file_format": {},
                },
            },
            backfill_all={},
            labels=region.labelled(name),
            opts=region.child(self),
        )
        self.bucket_name, self.stream_id = bucket.name, stream.id
        self.register_outputs(
            {"bucketName": self.bucket_name, "streamName": self.stream_name, "streamId": self.stream_id}
        )

    def _source(self, ready: list[pulumi.Resource]) -> ConnectionProfile:
        """The way to the database. It starts inside the network: peered networks do not reach one another's peers."""
        args, name, region = self._args, f"{self._name}-source", self._args.at.region
        attachment = NetworkAttachment(
            name,
            project=region.project,
            region=region.name,
            subnetworks=[args.subnet_id],
            connection_preference="ACCEPT_AUTOMATIC",  # the project that Datastream runs in is not known before
            opts=region.child(self),
        )
        connection = PrivateConnection(
            name,
            private_connection_id=physical("datastream", name),
            project=region.project,
            location=region.name,
            display_name=name,
            psc_interface_config={"network_attachment": attachment.id},
            labels=region.labelled(name),
            opts=region.child(self),
        )
        return ConnectionProfile(
            name,
            connection_profile_id=physical("datastream", name),
            project=region.project,
            location=region.name,
            display_name=name,
            mysql_profile={
                "hostname": args.host,
                "port": args.port,
                "username": args.username,
                "secret_manager_stored_password": pulumi.Output.concat(args.password_secret, "/versions/latest"),
                "ssl_config": None if args.ca_certificate is None else {"ca_certificate": args.ca_certificate},
            },
            private_connectivity={"private_connection": connection.id},
            labels=region.labelled(name),
            opts=region.child(self, depends_on=ready),
        )

    def _target(self, bucket: Str, ready: list[pulumi.Resource]) -> ConnectionProfile:
        name, region = f"{self._name}-target", self._args.at.region
        return ConnectionProfile(
            name,
            connection_profile_id=physical("datastream", name),
            project=region.project,
            location=region.name,
            display_name=name,
            gcs_profile={"bucket": bucket, "root_path": "/"},
            labels=region.labelled(name),
            opts=region.child(self, depends_on=ready),
        )
