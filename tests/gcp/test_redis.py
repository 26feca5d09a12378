"""Redis on Memorystore: sessions and carts that outlive a node, a zone and a region."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.redis import FAILOVER_FIELDS, Redis, RedisArgs, RedisSite
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import MAINTENANCE, REGIONS, counts, declare, key_name, keyed, needs, nested, region_of
from tests.helpers import assert_adopted, refusals, row, rows


def sites(*, disposable: bool = False) -> dict[str, RedisSite]:
    return {
        site: RedisSite(
            **dict(keyed(name, disposable=disposable)),
            network_id="projects/acme-prod/global/networks/shop",
            maintenance_window=MAINTENANCE[site],
        )
        for site, name in REGIONS.items()
    }


def carts(primary: str = "ghent", *, disposable: bool = False, **args: Any) -> Graph:
    return declare(lambda: Redis("carts", RedisArgs(sites=sites(disposable=disposable), primary=primary, **args)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return carts()


def test_every_site_has_a_cluster_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {"Cluster": 2}


def test_every_cluster_is_in_its_own_region_under_its_own_key(graph: Graph) -> None:
    for site, home in REGIONS.items():
        cluster = row(graph, "Cluster", f"carts-{site}")
        assert region_of(graph, cluster) == cluster.inputs["region"] == home
        assert cluster.inputs["kmsKey"] == key_name(home)


def test_every_shard_fails_over_to_another_zone_and_is_on_disk(graph: Graph) -> None:
    for cluster in rows(graph, "Cluster").values():
        assert (cluster.inputs["shardCount"], cluster.inputs["replicaCount"]) == (3, 1)
        assert nested(cluster, "zoneDistributionConfig", "mode") == "MULTI_ZONE"
        assert cluster.inputs["persistenceConfig"] == {"mode": "AOF", "aofConfig": {"appendFsync": "EVERYSEC"}}
        assert nested(cluster, "automatedBackupConfig", "retention") == "604800s"


def test_what_gives_way_when_memory_is_full_is_stated_and_may_be_stated_otherwise(graph: Graph) -> None:
    for cluster in rows(graph, "Cluster").values():
        assert cluster.inputs["redisConfigs"] == {"maxmemory-policy": "volatile-lru"}
    otherwise = {"maxmemory-policy": "noeviction", "maxmemory-clients": "10%"}
    assert row(carts(parameters=otherwise), "Cluster", "carts-ghent").inputs["redisConfigs"] == otherwise


def test_clients_speak_tls_and_say_who_they_are(graph: Graph) -> None:
    for cluster in rows(graph, "Cluster").values():
        assert cluster.inputs["transitEncryptionMode"] == "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"
        assert cluster.inputs["authorizationMode"] == "AUTH_MODE_IAM_AUTH"


def test_clients_that_cannot_are_let_in_when_asked() -> None:
    assert row(carts(iam=False), "Cluster", "carts-ghent").inputs["authorizationMode"] == "AUTH_MODE_DISABLED"


def test_the_other_site_follows_the_primary(graph: Graph) -> None:
    secondary = row(graph, "Cluster", "carts-turin")
    assert nested(secondary, "crossClusterReplicationConfig", "clusterRole") == "SECONDARY"
    assert needs(graph, secondary, "crossClusterReplicationConfig") == {"carts-ghent"}
    assert "crossClusterReplicationConfig" not in row(graph, "Cluster", "carts-ghent").inputs


def test_sites_are_maintained_at_different_times(graph: Graph) -> None:
    windows = [
        nested(c, "maintenancePolicy", "weeklyMaintenanceWindows")[0]["day"] for c in rows(graph, "Cluster").values()
    ]
    assert windows == ["TUESDAY", "WEDNESDAY"]


def test_after_a_failover_the_adoption_edit_changes_nothing() -> None:
    assert_adopted(carts("ghent"), carts("turin"), Cluster=FAILOVER_FIELDS)


@pytest.mark.parametrize("disposable", [False, True])
def test_the_deletion_policy_guards_it(disposable: bool) -> None:
    for cluster in rows(carts(disposable=disposable), "Cluster").values():
        assert cluster.inputs["deletionProtectionEnabled"] is cluster.options.protect is not disposable


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(lambda: RedisArgs(sites=sites(), primary="paris", node_type="REDIS_SHARED_CORE_NANO")) == [
        "primary: 'paris' is not a site; there are ghent, turin",
        "node_type: REDIS_SHARED_CORE_NANO does not replicate to another region; use REDIS_STANDARD_SMALL",
    ]
