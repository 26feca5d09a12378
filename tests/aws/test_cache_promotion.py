"""The function that makes a site's cache the primary, and the program it runs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bcinfra.aws.cache_promotion import CachePromotion, CachePromotionArgs
from bcinfra.graph.core.model import Asset, Graph
from bcinfra.operations import promote_cache
from tests.aws.conftest import ACCOUNT, counts, declare, one, region, statements

FUNCTION = "aws:lambda/function:Function"
GROUPS = tuple(f"arn:aws:elasticache:{name}:{ACCOUNT}:replicationgroup:carts" for name in ("eu-west-1", "eu-central-1"))
FAILOVER = {
    "GlobalReplicationGroupId": "ldgnf-carts",
    "PrimaryRegion": "eu-central-1",
    "PrimaryReplicationGroupId": "carts-eu-central-1",
}


def members(primary: str) -> dict[str, Any]:
    """How ElastiCache describes a global datastore of two members."""
    rows = [
        {
            "ReplicationGroupId": f"carts-{name}",
            "ReplicationGroupRegion": name,
            "Role": "PRIMARY" if name == primary else "SECONDARY",
        }
        for name in ("eu-west-1", "eu-central-1")
    ]
    return {"GlobalReplicationGroups": [{"Members": rows}]}


@contextmanager
def elasticache(*primaries: str) -> Generator[Any]:
    """AWS's own client, which checks what is asked and answered: moto knows no global datastores. Each time that it is
    asked the next is the primary; after the first a failover is asked for, where there are more."""
    client = boto3.client("elasticache", region_name="eu-central-1")
    with Stubber(client) as stub:
        asked = {"GlobalReplicationGroupId": "ldgnf-carts", "ShowMemberInfo": True}
        for number, primary in enumerate(primaries):
            stub.add_response("describe_global_replication_groups", members(primary), asked)
            if number == 0 and len(primaries) > 1:
                stub.add_response("failover_global_replication_group", {}, FAILOVER)
        yield client
        stub.assert_no_pending_responses()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(
        lambda: CachePromotion(
            "promotion",
            CachePromotionArgs(
                region=region("eu-central-1"), global_datastore="ldgnf-carts", group_arns=GROUPS, log_key_arn="key"
            ),
        )
    )


def test_a_promotion_is_a_function_its_role_and_its_log(graph: Graph):
    assert counts(graph) == {
        "bcinfra:aws:CachePromotion": 1,
        FUNCTION: 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
    }
    assert one(graph, "aws:cloudwatch/logGroup:LogGroup", "promotion").inputs["kmsKeyId"] == "key"


def test_the_function_runs_the_program_of_its_name(graph: Graph):
    inputs = one(graph, FUNCTION, "promotion").inputs
    module, _, entry = str(inputs["handler"]).partition(".")
    assert promote_cache.__name__.endswith(f".{module}")
    assert callable(getattr(promote_cache, entry))
    assert isinstance(inputs["code"], Asset)
    assert inputs["environment"] == {"variables": {"GLOBAL_DATASTORE": "ldgnf-carts"}}


def test_it_may_fail_over_one_datastore(graph: Graph):
    cache, logs = statements(one(graph, "aws:iam/rolePolicy:RolePolicy", "promotion"))
    assert cache["Resource"] == [f"arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:ldgnf-carts", *GROUPS]
    assert "elasticache:FailoverGlobalReplicationGroup" in cache["Action"]
    assert logs["Resource"] == [f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/aws/lambda/promotion:*"]


def test_the_member_of_this_region_becomes_the_primary_before_the_step_ends():
    waited: list[float] = []
    with elasticache("eu-west-1", "eu-west-1", "eu-central-1") as client:
        promote_cache.promote(client, "ldgnf-carts", "eu-central-1", waited.append)
    assert waited == [promote_cache.POLL_SECONDS], "it waited until the member was the primary"


def test_a_primary_is_left_alone():
    with elasticache("eu-central-1") as client:
        promote_cache.promote(client, "ldgnf-carts", "eu-central-1")
