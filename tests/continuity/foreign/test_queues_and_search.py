"""Queues and indices: what a zone leaves of an index, and what is made again or is gone."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest

from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import record
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Region

ZONE = "zone:aws/eu-west-1/euw1-az1"


def index(**config: Any) -> None:
    here = Region("eu-west-1", IRELAND)
    across = config.pop("across", 3)
    aws.opensearch.Domain(
        "products",
        engine_version="OpenSearch_2.19",
        cluster_config={
            "instance_count": across,
            "zone_awareness_enabled": across > 1,
            "zone_awareness_config": {"availability_zone_count": across} if across > 1 else None,
            "dedicated_master_enabled": True,
            "dedicated_master_count": 3,
            **config,
        },
        vpc_options={"subnet_ids": here.subnet_ids[:across]},
        opts=here.opts,
    )


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({}, Kind.RECOVERS),
        ({"dedicated_master_enabled": False}, Kind.RECOVERS),  # of three zones two hold a majority
        ({"across": 2}, Kind.RECOVERS),  # AWS spreads the masters over three zones all the same
        ({"across": 2, "dedicated_master_enabled": False}, Kind.PERSON),  # either zone may hold the leader's half
        ({"across": 1}, Kind.PERSON),
        ({"zone_awareness_enabled": False}, Kind.PERSON),
    ],
)
def test_a_zone_leaves_an_index_with_a_majority(config: dict[str, Any], kind: Kind) -> None:
    assert outcome(assessed(lambda: index(**config)), ZONE).kind is kind


def test_an_index_is_made_again_and_loses_nothing() -> None:
    one = outcome(assessed(index), "deletion:search index products")
    assert one.kind is Kind.PERSON
    (loss,) = one.losses
    assert typical(loss.age) == 0


def test_what_waits_in_a_queue_that_is_deleted_is_gone_and_an_empty_one_serves() -> None:
    def program() -> None:
        aws.sqs.Queue("mails", opts=Region("eu-west-1", IRELAND).opts)

    one = outcome(assessed(program), "deletion:queue mails")
    assert one.kind is Kind.PERSON
    assert [loss.total_loss for loss in one.losses] == [True]


CONFIG = {"additionalConfig": "default_queue_type = quorum\n"}


def managers(replicas: int) -> dict[str, Any]:
    return {"nodePools": [{"component": "nodes", "roles": ["cluster_manager", "data"], "replicas": replicas}]}


@pytest.mark.parametrize(
    ("api", "kind", "spec", "store", "goes_on"),
    [
        ("rabbitmq.com/v1beta1", "RabbitmqCluster", {"replicas": 3, "rabbitmq": CONFIG}, StoreKind.QUEUE, True),
        ("rabbitmq.com/v1beta1", "RabbitmqCluster", {"replicas": 3}, StoreKind.QUEUE, False),  # queues of one node
        ("rabbitmq.com/v1beta1", "RabbitmqCluster", {"rabbitmq": CONFIG}, StoreKind.QUEUE, False),
        (
            "opensearch.org/v1",
            "OpenSearchCluster",
            managers(3),
            StoreKind.SEARCH,
            True,
        ),
        (
            "opensearch.opster.io/v1",
            "OpenSearchCluster",
            managers(1),
            StoreKind.SEARCH,
            False,
        ),
    ],
)
def test_what_an_operator_runs_goes_on_by_itself_where_a_majority_is_left(
    api: str, kind: str, spec: dict[str, Any], store: StoreKind, goes_on: bool
) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=kubernetes.Provider("cluster"))
        kubernetes.apiextensions.CustomResource("work", api_version=api, kind=kind, spec=spec, opts=opts)

    model = read(record(program))
    assert model.not_understood == ()
    (found,) = model.stores
    assert found.kind is store
    assert (found.members[0].local_failover is not None) is goes_on
    assert bool(found.copies) is (store is StoreKind.SEARCH)  # made again from other stores


def test_a_topic_that_nobody_subscribes_to_keeps_nothing() -> None:
    def program(*, subscribed: bool) -> None:
        opts = pulumi.ResourceOptions(provider=gcp.Provider("acme", project="acme-prod", region="europe-west1"))
        topic = gcp.pubsub.Topic("mails", opts=opts)
        if subscribed:
            gcp.pubsub.Subscription("mails", topic=topic.id, opts=opts)

    assert read(record(lambda: program(subscribed=False))).stores == ()
    (queue,) = read(record(lambda: program(subscribed=True))).stores
    assert queue.kind is StoreKind.QUEUE
