from __future__ import annotations

from typing import Any

import pulumi
import pytest

from bcinfra.aws.redis import FAILOVER_FIELDS, FAILOVER_FIELDS_GLOBAL, Redis, RedisArgs, RedisSite
from bcinfra.graph.core.model import Graph, Secret
from tests.aws.conftest import counts, declare, key_arn, region_of
from tests.aws.shop import data_site
from tests.helpers import assert_adopted, refusals, row

CARTS: dict[str, Any] = {"version": "8.1", "node_type": "cache.r7g.large", "shards": 2}


def args(primary: str = "dublin", *, only: bool = False, at: Any = None, **more: Any) -> RedisArgs:
    names = ("dublin",) if only else ("dublin", "frankfurt")
    sites = {site: RedisSite(**{**data_site(site), **(at or {}).get(site, {})}) for site in names}
    home = None if only else "dublin"
    password = pulumi.Output.secret("correct horse")
    return RedisArgs(sites=sites, primary=primary, password=password, **{"home": home, **CARTS, **more})


def carts(primary: str = "dublin", **more: Any) -> Graph:
    return declare(lambda: Redis("carts", args(primary, **more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return carts()


def test_every_site_has_a_group_joined_by_a_global_datastore(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Redis": 1,
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": 1,
        "aws:elasticache/replicationGroup:ReplicationGroup": 2,
        "aws:elasticache/parameterGroup:ParameterGroup": 2,
        "aws:elasticache/subnetGroup:SubnetGroup": 2,
        "aws:ec2/securityGroup:SecurityGroup": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
        "aws:cloudwatch/logGroup:LogGroup": 4,
    }
    everywhere = row(graph, "GlobalReplicationGroup", "carts-global")
    assert everywhere.property_dependencies["primaryReplicationGroupId"] == (
        row(graph, "ReplicationGroup", "carts-dublin").urn,
    )


def test_a_secondary_says_nothing_that_the_global_datastore_decides(graph: Graph) -> None:
    secondary = row(graph, "ReplicationGroup", "carts-frankfurt")
    refused = {
        "atRestEncryptionEnabled",
        "authTokenWo",
        "engine",
        "engineVersion",
        "nodeType",
        "numNodeGroups",
        "parameterGroupName",
        "transitEncryptionEnabled",
    }
    assert not refused & secondary.inputs.keys()
    assert "globalReplicationGroupId" in secondary.inputs
    assert refused <= row(graph, "ReplicationGroup", "carts-dublin").inputs.keys()


def test_every_shard_survives_a_zone_and_every_group_has_its_own_key(graph: Graph) -> None:
    for site, region in (("dublin", "eu-west-1"), ("frankfurt", "eu-central-1")):
        group = row(graph, "ReplicationGroup", f"carts-{site}")
        assert region_of(graph, group) == region
        assert group.inputs["kmsKeyId"] == key_arn(region)
        assert group.inputs["automaticFailoverEnabled"] is True
        assert group.inputs["multiAzEnabled"] is True
        assert group.inputs["replicasPerNodeGroup"] == 1
        assert group.inputs["snapshotRetentionLimit"] == 7
        assert group.inputs["finalSnapshotIdentifier"] == f"carts-{site}-final"
        assert group.options.protect


def test_clients_need_tls_and_a_token_that_is_not_kept(graph: Graph) -> None:
    primary = row(graph, "ReplicationGroup", "carts-dublin").inputs
    assert primary["transitEncryptionEnabled"] is True
    assert primary["atRestEncryptionEnabled"] is True
    assert primary["authTokenWo"] == Secret()
    assert "authToken" not in primary


def test_cluster_mode_is_on(graph: Graph) -> None:
    group = row(graph, "ParameterGroup", "carts-dublin-valkey8").inputs
    assert group["family"] == "valkey8"
    assert group["parameters"] == [{"name": "cluster-enabled", "value": "yes"}]
    assert row(graph, "ReplicationGroup", "carts-dublin").inputs["numNodeGroups"] == 2


def test_after_a_failover_the_adoption_edit_changes_nothing() -> None:
    assert_adopted(
        carts("dublin"),
        carts("frankfurt"),
        ReplicationGroup=FAILOVER_FIELDS,
        GlobalReplicationGroup=FAILOVER_FIELDS_GLOBAL,
    )


def test_one_site_has_no_global_datastore_and_can_be_resized() -> None:
    graph = carts(only=True, node_type="cache.t4g.medium")
    assert not graph.of_type("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup")
    assert row(graph, "ReplicationGroup", "carts-dublin").options.ignore_changes == ()


def test_a_new_token_is_set_on_the_primary_alone() -> None:
    graph = carts(password_version=2)
    assert "authTokenWoVersion" not in row(graph, "ReplicationGroup", "carts-dublin").options.ignore_changes
    assert "authTokenWoVersion" in row(graph, "ReplicationGroup", "carts-frankfurt").options.ignore_changes


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: args(
            home="paris", node_type="cache.t4g.medium", at={"dublin": {"maintenance_window": "tue:03:00-tue:03:30"}}
        )
    ) == [
        "sites.dublin.maintenance_window: tue:03:00-tue:03:30 is shorter than the 60 minutes that the service asks for",
        "home: 'paris' is not a site; there are dublin, frankfurt",
        "node_type: cache.t4g.medium is burstable, which a global datastore does not take; use m or r nodes",
    ]


@pytest.mark.parametrize(("engine", "version"), [("valkey", "7.1"), ("redis", "8.0"), ("redis", "7.2")])
def test_a_version_of_the_other_engine_is_refused(engine: str, version: str) -> None:
    (said,) = refusals(lambda: args(engine=engine, version=version))
    other = "redis" if engine == "valkey" else "valkey"
    assert said.startswith(f"version: {version} is no version of {engine} at ElastiCache")
    assert said.endswith(f"or engine={other!r}")
