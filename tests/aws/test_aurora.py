from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws.aurora import FAILOVER_FIELDS, AuroraMySql, AuroraMySqlArgs, AuroraSite
from bcinfra.graph.core.model import Graph, Secret
from tests.aws.conftest import counts, declare, key_arn, region_of
from tests.aws.shop import ZONES, data_site
from tests.helpers import assert_adopted, refusals, row

ORDERS: dict[str, Any] = {
    "version": "8.0.mysql_aurora.3.10.1",
    "instance_class": "db.r7g.large",
    "database": "shop",
    "username": "admin",
    "password": "correct horse",
    "home": "dublin",
}


def args(primary: str = "dublin", *, disposable: bool = False, at: Any = None, **more: Any) -> AuroraMySqlArgs:
    sites = {
        site: AuroraSite(**data_site(site, disposable=disposable), **(at or {}).get(site, {}))
        for site in ("dublin", "frankfurt")
    }
    return AuroraMySqlArgs(sites=sites, primary=primary, **{**ORDERS, **more})


def orders(primary: str = "dublin", **more: Any) -> Graph:
    return declare(lambda: AuroraMySql("orders", args(primary, **more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return orders()


def test_every_site_has_a_cluster_and_an_instance_in_every_zone(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:AuroraMySql": 1,
        "aws:rds/globalCluster:GlobalCluster": 1,
        "aws:rds/cluster:Cluster": 2,
        "aws:rds/clusterInstance:ClusterInstance": 6,
        "aws:rds/clusterParameterGroup:ClusterParameterGroup": 2,
        "aws:rds/subnetGroup:SubnetGroup": 2,
        "aws:ec2/securityGroup:SecurityGroup": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
        "aws:cloudwatch/logGroup:LogGroup": 6,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
    }
    instances = graph.of_type("aws:rds/clusterInstance:ClusterInstance")
    assert {i.name for i in instances} == {f"orders-{site}-{zone}" for site, zones in ZONES.items() for zone in zones}
    assert {i.inputs["promotionTier"] for i in instances} == {0}


def test_a_secondary_has_its_own_regions_key_and_no_credentials(graph: Graph) -> None:
    secondary = row(graph, "Cluster", "orders-frankfurt")
    assert region_of(graph, secondary) == "eu-central-1"
    assert secondary.inputs["kmsKeyId"] == key_arn("eu-central-1")
    assert not {key for key in secondary.inputs if key.startswith(("master", "databaseName"))}


def test_a_secondary_joins_when_the_primary_is_in_service(graph: Graph) -> None:
    writers = {row(graph, "ClusterInstance", f"orders-dublin-{zone}").urn for zone in ZONES["dublin"]}
    assert writers <= set(row(graph, "Cluster", "orders-frankfurt").dependencies)


def test_the_primary_has_a_write_only_password(graph: Graph) -> None:
    primary = row(graph, "Cluster", "orders-dublin").inputs
    assert primary["masterPasswordWo"] == Secret()
    assert "masterPassword" not in primary


def test_every_cluster_is_guarded_restorable_and_upgraded_by_the_global_database(graph: Graph) -> None:
    everywhere = row(graph, "GlobalCluster", "orders-global")
    assert everywhere.inputs["engineVersion"] == ORDERS["version"]
    assert everywhere.options.protect
    assert everywhere.inputs["deletionProtection"] is True
    for cluster in graph.of_type("aws:rds/cluster:Cluster"):
        assert cluster.options.protect
        assert cluster.inputs["deletionProtection"] is True
        assert cluster.inputs["storageEncrypted"] is True
        assert cluster.inputs["backupRetentionPeriod"] == 14
        assert cluster.inputs["skipFinalSnapshot"] is False
        assert cluster.inputs["finalSnapshotIdentifier"] == f"{cluster.name}-final"
        assert "engineVersion" in cluster.options.ignore_changes
        assert everywhere.urn in cluster.property_dependencies["globalClusterIdentifier"]


def test_after_a_failover_the_adoption_edit_changes_nothing() -> None:
    before, after = orders("dublin"), orders("frankfurt")
    assert_adopted(before, after, Cluster=FAILOVER_FIELDS)
    for graph in (before, after):
        assert region_of(graph, row(graph, "GlobalCluster", "orders-global")) == "eu-west-1", "home stays"


def test_every_cluster_forwards_writes_when_it_is_not_the_primary() -> None:
    for wanted in (True, False):
        clusters = orders(write_forwarding=wanted).of_type("aws:rds/cluster:Cluster")
        assert {c.inputs["enableGlobalWriteForwarding"] for c in clusters} == {wanted}


def test_a_pilot_light_keeps_only_the_data() -> None:
    graph = orders(at={"frankfurt": {"zones": frozenset()}})
    instances = graph.of_type("aws:rds/clusterInstance:ClusterInstance")
    assert {region_of(graph, i) for i in instances} == {"eu-west-1"}
    assert row(graph, "Cluster", "orders-frankfurt")


def test_an_instance_is_put_where_the_zones_name_is_known() -> None:
    graph = orders(at={"dublin": {"zone_names": {"euw1-az1": "eu-west-1b"}}})
    assert row(graph, "ClusterInstance", "orders-dublin-euw1-az1").inputs["availabilityZone"] == "eu-west-1b"
    assert "availabilityZone" not in row(graph, "ClusterInstance", "orders-dublin-euw1-az2").inputs


def test_a_disposable_database_goes_without_a_trace() -> None:
    graph = orders(disposable=True)
    cluster = row(graph, "Cluster", "orders-dublin")
    assert not cluster.options.protect
    assert (cluster.inputs["deletionProtection"], cluster.inputs["skipFinalSnapshot"]) == (False, True)
    assert row(graph, "GlobalCluster", "orders-global").inputs["deletionProtection"] is False


def test_a_new_password_is_set_on_the_primary_alone() -> None:
    graph = orders(password_version=2)
    assert "masterPasswordWoVersion" not in row(graph, "Cluster", "orders-dublin").options.ignore_changes
    assert "masterPasswordWoVersion" in row(graph, "Cluster", "orders-frankfurt").options.ignore_changes


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: args("dublin", home=None, at={"dublin": {"zones": frozenset()}, "frankfurt": {"zones": {"mars"}}})
    ) == [
        "home: with several sites, name the one through whose region the global store is declared; it stays when the"
        " primary changes",
        "sites.frankfurt.zones: 'mars' has no subnet; there are euc1-az1, euc1-az2, euc1-az3",
        "sites.dublin.zones: the primary needs at least one instance",
    ]
    (refusal,) = refusals(lambda: args(instance_class="db.t4g.large"))
    assert refusal == "instance_class: is not of the form that is asked", (
        "a global database takes no burstable instances"
    )


def test_a_secondary_passes_writes_on_and_says_who_logged_in(graph: Graph) -> None:
    for site in ("dublin", "frankfurt"):
        cluster = row(graph, "Cluster", f"orders-{site}").inputs
        assert cluster["enableGlobalWriteForwarding"] is True
        assert cluster["enableLocalWriteForwarding"] is True, "its readers' endpoint takes writes in either role"
        assert "audit" in cluster["enabledCloudwatchLogsExports"]
        group = row(graph, "ClusterParameterGroup", f"orders-{site}-aurora-mysql8.0").inputs
        settings = {one["name"]: one["value"] for one in group["parameters"]}
        assert settings["aurora_replica_read_consistency"] == "SESSION"
        assert settings["server_audit_logging"] == "1"


def test_what_passes_no_writes_on_promises_no_consistency() -> None:
    group = row(orders(write_forwarding=False), "ClusterParameterGroup", "orders-dublin-aurora-mysql8.0").inputs
    assert "aurora_replica_read_consistency" not in {one["name"] for one in group["parameters"]}
