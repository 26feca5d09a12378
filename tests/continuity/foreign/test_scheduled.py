"""What anybody's program has for a peak: an autoscaler's schedules, a clock, jobs, and how large its databases are."""

from __future__ import annotations

import base64
from typing import Any

import pulumi_gcp as gcp
import pulumi_kubernetes as k8s
import pytest
from pulumi_aws.rds import Instance

from bcinfra.continuity.readings.read import read
from bcinfra.graph import record

PATCH = base64.b64encode(b'{"scaling": {"minInstanceCount": 12}}').decode()
SERVICE = "https://run.googleapis.com/v2/projects/shop/locations/europe-west1/services/"


def instances(**more: Any) -> None:
    row = {"name": "sale", "schedule": "0 6 26 11 *", "durationSec": 5 * 86400, "minRequiredReplicas": 12}
    group = gcp.compute.RegionInstanceGroupManager(
        "web", region="europe-west1", base_instance_name="web", versions=[], target_size=3
    )
    policy: Any = {"minReplicas": 3, "maxReplicas": 20, "scalingSchedules": [{**row, **more}]}
    gcp.compute.RegionAutoscaler("web", region="europe-west1", target=group.self_link, autoscaling_policy=policy)


def service(uri: str = f"{SERVICE}web?updateMask=scaling.minInstanceCount", **more: Any) -> None:
    scaling: Any = {"minInstanceCount": 3, "maxInstanceCount": 20}
    gcp.cloudrunv2.Service(
        "web", name="web", location="europe-west1", scaling=scaling, template={"containers": [{"image": "web:1"}]}
    )
    target: Any = {"uri": uri, "httpMethod": "PATCH", "body": PATCH, **more}
    gcp.cloudscheduler.Job("sale", region="europe-west1", schedule="0 6 26 11 *", http_target=target)


def pods(command: str = 'kubectl patch hpa web -p \'{"spec":{"minReplicas":12}}\'', **more: Any) -> None:
    labels = {"app": "web"}
    spec: dict[str, Any] = {"containers": [{"name": "web", "image": "web:1"}]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    k8s.apps.v1.Deployment(
        "web",
        metadata={"name": "web", "namespace": "shop"},
        spec={"replicas": 3, "selector": {"matchLabels": labels}, "template": template},  # pyright: ignore[reportArgumentType]
    )
    k8s.autoscaling.v2.HorizontalPodAutoscaler(
        "web",
        metadata={"name": "web", "namespace": "shop"},
        spec={
            "scaleTargetRef": {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"},
            "minReplicas": 3,
            "maxReplicas": 20,
        },  # pyright: ignore[reportArgumentType]
    )
    job = {"containers": [{"name": "grow", "image": "kubectl", "command": ["sh", "-c", command]}]}
    k8s.batch.v1.CronJob(
        "sale",
        metadata={"name": "sale", "namespace": "shop"},
        spec={"schedule": "0 6 26 11 *", "jobTemplate": {"spec": {"template": {"spec": job}}}, **more},  # pyright: ignore[reportArgumentType]
    )


@pytest.mark.parametrize(
    ("program", "more", "schedule"),
    [
        (instances, {}, ((11, 26, 12), (12, 1, 3))),
        (instances, {"disabled": True}, ()),
        (instances, {"minRequiredReplicas": 25}, ((11, 26, 20), (12, 1, 3))),  # more than it may have
        (instances, {"schedule": "0 6 * * 5"}, ()),  # of every week: no day of the year
        (service, {}, ((11, 26, 12),)),
        (service, {"uri": f"{SERVICE}webhooks?updateMask=scaling.minInstanceCount"}, ()),  # another's
        (service, {"httpMethod": "GET"}, ()),
        (service, {"body": '{"scaling": {"minInstanceCount": 25}}'}, ()),
        (pods, {}, ((11, 26, 12),)),
        (pods, {"suspend": True}, ()),
        (pods, {"command": 'kubectl patch hpa web -p \'{"spec":{"minReplicas":25}}\''}, ()),
        (pods, {"command": 'kubectl patch hpa web-admin -p \'{"spec":{"minReplicas":12}}\''}, ()),
    ],
)
def test_it_runs_from_the_day_that_is_stated(program: Any, more: dict[str, Any], schedule: object) -> None:
    (pool,) = read(record(lambda: program(**more))).pools
    assert pool.schedule == schedule


def test_a_job_that_ends_it_on_a_day_that_moves_ends_it_last() -> None:
    def program() -> None:
        pods()
        command = 'kubectl patch hpa web -p \'{"spec":{"minReplicas":3}}\''
        job = {"containers": [{"name": "shrink", "image": "kubectl", "command": ["sh", "-c", command]}]}
        k8s.batch.v1.CronJob(
            "over",
            metadata={"name": "over", "namespace": "shop"},
            spec={"schedule": "0 12 27,28,1,2,3 11,12 *", "jobTemplate": {"spec": {"template": {"spec": job}}}},  # pyright: ignore[reportArgumentType]
        )

    (pool,) = read(record(program)).pools
    assert pool.schedule == ((11, 26, 12), (12, 3, 3))


def _at_aws(size: str) -> None:
    Instance("db", engine="mysql", instance_class=size, region="eu-west-1")


def _at_google(tier: str) -> None:
    settings: Any = {"tier": tier}
    gcp.sql.DatabaseInstance("db", region="europe-west1", database_version="MYSQL_8_0", settings=settings)


@pytest.mark.parametrize(
    ("program", "size", "cores"),
    [
        (_at_aws, "db.r7g.large", 2),
        (_at_aws, "db.r7g.2xlarge", 8),
        (_at_aws, "db.x.metal", None),
        (_at_google, "db-custom-4-16384", 4),
        (_at_google, "db-perf-optimized-N-8", 8),
        (_at_google, "db-f1-micro", None),
    ],
)
def test_how_large_a_database_is(program: Any, size: str, cores: float | None) -> None:
    (store,) = read(record(lambda: program(size))).stores
    assert [member.cores for member in store.members] == [cores]
