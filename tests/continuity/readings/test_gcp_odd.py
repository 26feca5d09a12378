"""Odd values in graphs of Google Cloud and Kubernetes end with a model, and replicas of other vendors are joined."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.s3 import Bucket
from pulumi_gcp.cloudrunv2 import Job
from pulumi_gcp.cloudscheduler import Job as Clock
from pulumi_gcp.datastream import ConnectionProfile, Stream
from pulumi_gcp.monitoring import AlertPolicy, NotificationChannel
from pulumi_gcp.projects import IAMMember
from pulumi_gcp.pubsub import Topic
from pulumi_gcp.serviceaccount import Account
from pulumi_gcp.sql import DatabaseInstance, SourceRepresentationInstance

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.findings import Finds
from bcinfra.continuity.model.parts import Protection, StoreKind
from bcinfra.continuity.readings import table as readings
from bcinfra.continuity.readings.read import read
from bcinfra.graph.record.recorder import record
from tests.continuity.readings import (
    gcp_programs as gcp,
    kubernetes_programs as k8s,
    test_gcp,
    test_gcp_plans,
    test_kubernetes,
)
from tests.continuity.readings.programs import IRELAND, Database, Region, model
from tests.continuity.readings.test_any_graph import mutated
from tests.continuity.readings.test_gcp import only, upper


@pytest.mark.parametrize(
    "program",
    [
        gcp.shop,
        lambda: test_gcp.routed("failover"),
        lambda: test_gcp.serverless(ejects=True),
        test_gcp.vaulted,
        test_gcp.transferred,
        lambda: test_gcp.replicated(designated=True),
        test_gcp_plans.shop,
        lambda: test_gcp_plans.foreign(test_gcp_plans.FOREIGN),
        k8s.shop,
        test_kubernetes.ceph,
    ],
    ids=["shop", "dns", "serverless", "vault", "transfer", "replica", "plan", "foreign plan", "kubernetes", "ceph"],
)
def test_odd_values_are_no_crash(program: Any) -> None:
    graph = record(program)
    for seed in range(40):
        found = read(mutated(graph, random.Random(seed)))
        urns = [part.urn for part in (*found.entries, *found.balancers, *found.pools)]
        assert len(urns) == len(set(urns))
        stores = [store.name for store in found.stores]
        assert len(stores) == len(set(stores))


def test_no_type_is_read_in_two_modules() -> None:
    modules = (getattr(readings, name) for name in dir(readings) if name.startswith(("gcp_", "kubernetes_")))
    times = Counter(token for module in modules for token in getattr(module, "READINGS", ()))
    assert [token for token, count in times.items() if count > 1] == []
    assert times.keys() <= readings.READINGS.keys()


def test_a_replica_that_another_vendor_runs_is_a_member_of_what_it_follows() -> None:
    def program(*, linked: bool) -> None:
        aws, google = Region("eu-west-1", IRELAND), gcp.Region()
        primary = Database(aws, None)
        host = primary.instance.address if linked else "db.example"
        source = SourceRepresentationInstance(
            "source", database_version="MYSQL_8_0", host=host, region=google.name, opts=google.opts
        )
        DatabaseInstance(
            "standby",
            database_version="MYSQL_8_0",
            region=google.name,
            master_instance_name=source.name,
            settings={"tier": "db-custom-4-16384", "availability_type": "REGIONAL"},
            opts=google.opts,
        )

    store = only(model(lambda: program(linked=True)), StoreKind.RELATIONAL)
    assert [(m.site, m.writer) for m in store.members] == [
        ("aws/eu-west-1", True),
        (f"gcp/{gcp.BELGIUM}", False),
    ]
    assert store.members[1].source == store.members[0].urn
    apart = [s for s in model(lambda: program(linked=False)).stores if s.kind is StoreKind.RELATIONAL]
    assert len(apart) == 2  # which database that is, the graph does not tell


def watching(what: str, *, told: bool = True) -> None:
    """An alert policy on what Datastream measures."""
    at = gcp.Region("europe-west4")
    mail: Any = {"type": "email", "labels": {"email_address": "on-call@shop.example"}}
    channel = NotificationChannel("people", display_name="people", **mail, opts=at.opts)
    filter = f'metric.type = "datastream.googleapis.com/stream/freshness" AND resource.labels.stream_id = "{what}"'
    AlertPolicy(
        "stream",
        display_name="stream",
        combiner="OR",
        conditions=[
            {
                "display_name": "behind",
                "condition_threshold": {
                    "filter": filter,
                    "comparison": "COMPARISON_GT",
                    "threshold_value": 300,
                    "duration": "300s",
                },
            }
        ],
        notification_channels=[channel.name] if told else [],
        opts=at.opts,
    )


@pytest.mark.parametrize(
    ("watcher", "watched"),
    [
        (lambda: watching("changes"), True),
        (lambda: watching("another"), False),
        (lambda: watching("changes", told=False), False),
        (lambda: None, False),
    ],
)
def test_a_stream_that_nobody_watches_may_have_stopped(watcher: Callable[[], None], watched: bool) -> None:
    found = model(lambda: (streamed(), watcher()))
    (copy,) = (c for c in only(found, StoreKind.RELATIONAL).copies if c.mechanism == "change stream")
    assert copy.stream
    assert (copy.stream.watched is not None) is watched


def streamed(*, owner: str = "acme-safe") -> None:
    here, safe = gcp.Region(), gcp.Region("us-east1", owner)
    instance = gcp.database(here)
    bucket = gcp.bucket(
        safe,
        "changes",
        regions=("us-east1",),
        retention_policy={"retention_period": "2592000", "is_locked": True},
    )
    common: Any = {"location": gcp.BELGIUM, "opts": here.opts}
    source = ConnectionProfile(
        "source",
        connection_profile_id="source",
        display_name="source",
        mysql_profile={"hostname": instance.private_ip_address, "username": "changes"},
        **common,
    )
    target = ConnectionProfile(
        "target", connection_profile_id="target", display_name="target", gcs_profile={"bucket": bucket.name}, **common
    )
    Stream(
        "changes",
        stream_id="changes",
        display_name="changes",
        source_config={"source_connection_profile": source.id, "mysql_source_config": {}},
        destination_config={
            "destination_connection_profile": target.id,
            "gcs_destination_config": {"file_rotation_interval": "120s"},
        },
        backfill_all={},
        **common,
    )


def test_a_change_stream_is_a_copy_that_is_minutes_old() -> None:
    found = model(streamed)
    assert [s.kind for s in found.stores] == [StoreKind.RELATIONAL]  # the bucket is no store of its own
    (copy,) = (c for c in only(found, StoreKind.RELATIONAL).copies if c.mechanism == "change stream")
    assert copy.site == "gcp/us-east1"
    assert copy.protections == {Protection.VERSIONED, Protection.RETAINED, Protection.LOCKED, Protection.OTHER_ACCOUNT}
    assert upper(copy.age) == 120 + 300
    copies = only(model(lambda: streamed(owner="acme-prod")), StoreKind.RELATIONAL).copies
    assert all(Protection.OTHER_ACCOUNT not in c.protections for c in copies)


def loading(
    *, owner: str = "acme-safe", into: str | None = "acme-safe", role: str | None = None, paused: Any = False
) -> None:
    """A job that is started by the clock, given the bucket's name, and connected to a database of a project or let do
    what a role says."""
    at = gcp.Region("us-central1", owner)
    account = Account("loads", account_id="loads", opts=at.opts)
    if role:
        member = pulumi.Output.concat("serviceAccount:", account.email)
        IAMMember("loads", project=owner, role=role, member=member, opts=at.opts)
    inner: Any = {
        "service_account": account.email,
        "containers": [{"image": "loader:1", "commands": ["restore", "gs://acme-changes-bucket/changes"]}],
    }
    if into:
        instance = f"{into}:us-central1:proof"
        inner["volumes"] = [{"name": "database", "cloud_sql_instance": {"instances": [instance]}}]
    Job("loads", name="loads", location="us-central1", template={"template": inner}, opts=at.opts)
    uri = f"https://run.googleapis.com/v2/projects/{owner}/locations/us-central1/jobs/loads:run"
    Clock("nightly", schedule="0 4 * * *", region="us-central1", paused=paused, http_target={"uri": uri}, opts=at.opts)


@pytest.mark.parametrize(
    ("loader", "tested"),
    [
        (loading, "job loads"),
        (lambda: loading(owner="acme-prod"), None),  # it goes with the sites
        (lambda: loading(into="acme-prod"), None),
        (lambda: loading(into=None), None),  # whatever its command says
        (lambda: loading(into=None, role="roles/cloudsql.admin"), "job loads"),
        (lambda: loading(into=None, role="roles/cloudsql.viewer"), None),
        (lambda: loading(paused=True), None),
        (lambda: loading(paused=Topic("later").id.apply(bool)), None),  # only a deployment tells
        (lambda: None, None),
    ],
)
def test_a_stream_is_loaded_by_a_job_that_runs_where_its_files_are(
    loader: Callable[[], None], tested: str | None
) -> None:
    found = model(lambda: (streamed(), loader()))
    (copy,) = (c for c in only(found, StoreKind.RELATIONAL).copies if c.stream and c.stream.rows_alone)
    assert copy.tested_by == tested
    unloaded = [one.resource for one in assess(found).findings if one.says.kind is Finds.UNLOADED]
    assert unloaded == ([] if tested else [copy.urn])


def test_stores_that_two_vendors_call_alike_are_two() -> None:
    def program() -> None:
        Bucket("media", bucket="acme-media-aws", opts=Region("eu-west-1", IRELAND).opts)
        gcp.bucket(gcp.Region())

    assert {s.name for s in model(program).stores} == {"AWS objects media", "Google Cloud objects media"}
