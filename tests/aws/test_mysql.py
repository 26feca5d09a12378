from __future__ import annotations

from typing import Any

import pulumi
import pytest

from bcinfra.aws.dns import Endpoint, GeoDns, GeoDnsArgs
from bcinfra.aws.mysql import FAILOVER_FIELDS, MySql, MySqlArgs, MySqlSite
from bcinfra.graph.core.model import Graph, Secret
from tests.aws.conftest import counts, declare, key_arn, region_of
from tests.aws.shop import data_site
from tests.helpers import assert_adopted, refusals, row

ORDERS: dict[str, Any] = {
    "version": "8.4.7",
    "instance_class": "db.r7g.large",
    "storage": 100,
    "database": "shop",
    "username": "admin",
    "password": "correct horse",
}


def sites(*, disposable: bool = False, **of_site: dict[str, Any]) -> dict[str, MySqlSite]:
    return {
        site: MySqlSite(**data_site(site, disposable=disposable), **of_site.get(site, {}))
        for site in ("dublin", "frankfurt")
    }


def orders(primary: str = "dublin", *, disposable: bool = False, at: Any = None, **args: Any) -> Graph:
    return declare(
        lambda: MySql(
            "orders", MySqlArgs(sites=sites(disposable=disposable, **at or {}), primary=primary, **{**ORDERS, **args})
        )
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return orders()


def test_every_site_has_an_instance_in_its_own_region_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:MySql": 1,
        "aws:rds/instance:Instance": 2,
        "aws:rds/subnetGroup:SubnetGroup": 2,
        "aws:rds/parameterGroup:ParameterGroup": 2,
        "aws:ec2/securityGroup:SecurityGroup": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
        "aws:cloudwatch/logGroup:LogGroup": 4,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
    }
    assert region_of(graph, row(graph, "Instance", "orders-dublin")) == "eu-west-1"
    assert region_of(graph, row(graph, "Instance", "orders-frankfurt")) == "eu-central-1"


def test_a_replica_in_another_region_has_that_regions_key_subnets_and_parameters(graph: Graph) -> None:
    replica = row(graph, "Instance", "orders-frankfurt")
    assert replica.inputs["kmsKeyId"] == key_arn("eu-central-1")
    assert replica.inputs["performanceInsightsKmsKeyId"] == key_arn("eu-central-1")
    needs = {urn.rsplit("::", 1)[1] for urn in replica.dependencies}
    assert {"orders-frankfurt", "orders-frankfurt-mysql8.4", "orders-frankfurt-clients"} <= needs
    assert {name for name in needs if "dublin" in name} == {"orders-dublin"}, "nothing but the primary itself"


def test_a_replica_has_no_credentials_and_no_final_snapshot(graph: Graph) -> None:
    replica = row(graph, "Instance", "orders-frankfurt").inputs
    assert "replicateSourceDb" in replica
    assert not {"username", "passwordWo", "passwordWoVersion", "dbName", "finalSnapshotIdentifier"} & replica.keys()
    assert replica["skipFinalSnapshot"] is True


def test_the_primary_has_a_write_only_password_and_a_final_snapshot(graph: Graph) -> None:
    primary = row(graph, "Instance", "orders-dublin").inputs
    assert primary["passwordWo"] == Secret()
    assert "password" not in primary
    assert primary["finalSnapshotIdentifier"] == "orders-dublin-final"
    assert primary["skipFinalSnapshot"] is False


def test_every_instance_is_durable_encrypted_restorable_and_spread(graph: Graph) -> None:
    for instance in graph.of_type("aws:rds/instance:Instance"):
        assert instance.options.protect
        assert instance.inputs["multiAz"] is True
        assert instance.inputs["storageEncrypted"] is True
        assert instance.inputs["publiclyAccessible"] is False
        assert instance.inputs["backupRetentionPeriod"] == 14
        assert instance.inputs["deleteAutomatedBackups"] is False
        assert instance.inputs["deletionProtection"] is True
        assert instance.inputs["copyTagsToSnapshot"] is True
        assert instance.inputs["autoMinorVersionUpgrade"] is False
    for group in graph.of_type("aws:rds/parameterGroup:ParameterGroup"):
        assert group.inputs["family"] == "mysql8.4"
        parameters = {p["name"]: p["value"] for p in group.inputs["parameters"]}  # type: ignore[index,union-attr]
        assert parameters["innodb_flush_log_at_trx_commit"] == parameters["sync_binlog"] == "1"
        assert parameters["require_secure_transport"] == "1"
    for group in graph.of_type("aws:rds/subnetGroup:SubnetGroup"):
        assert len(group.inputs["subnetIds"]) == 3  # type: ignore[arg-type]


def test_only_named_clients_reach_the_database(graph: Graph) -> None:
    rule = row(graph, "SecurityGroupIngressRule", "orders-dublin-clients-from-web").inputs
    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-dublin-web", 3306, 3306)
    assert "cidrIpv4" not in rule


def test_sites_are_maintained_at_different_times(graph: Graph) -> None:
    windows = [i.inputs["maintenanceWindow"] for i in graph.of_type("aws:rds/instance:Instance")]
    assert len(set(map(str, windows))) == len(windows) == 2


def test_after_a_failover_the_adoption_edit_changes_nothing() -> None:
    before, after = orders("dublin"), orders("frankfurt")
    assert_adopted(before, after, Instance=FAILOVER_FIELDS)
    assert "replicateSourceDb" in row(before, "Instance", "orders-frankfurt").inputs
    assert "replicateSourceDb" in row(after, "Instance", "orders-dublin").inputs


def test_an_upgrade_reaches_replicas_and_readers_before_the_primary() -> None:
    graph = orders(replica_version="8.4.8", at={"dublin": {"readers": frozenset({"reports"})}})
    versions = {i.name: i.inputs["engineVersion"] for i in graph.of_type("aws:rds/instance:Instance")}
    assert versions == {"orders-dublin": "8.4.7", "orders-dublin-reports": "8.4.8", "orders-frankfurt": "8.4.8"}


def test_a_major_upgrade_has_a_parameter_group_for_either_family() -> None:
    graph = orders(version="8.0.43", replica_version="8.4.7", at={"dublin": {"readers": frozenset({"reports"})}})
    assert {g.name: g.inputs["family"] for g in graph.of_type("aws:rds/parameterGroup:ParameterGroup")} == {
        "orders-dublin-mysql8.0": "mysql8.0",
        "orders-dublin-mysql8.4": "mysql8.4",
        "orders-frankfurt-mysql8.4": "mysql8.4",
    }


def test_a_reader_replicates_the_instance_beside_it_and_names_no_key() -> None:
    graph = orders(at={"frankfurt": {"readers": frozenset({"reports"})}})
    reader = row(graph, "Instance", "orders-frankfurt-reports")
    assert reader.property_dependencies["replicateSourceDb"] == (row(graph, "Instance", "orders-frankfurt").urn,)
    assert not {"kmsKeyId", "dbSubnetGroupName"} & reader.inputs.keys(), "RDS takes both from the source"
    assert region_of(graph, reader) == "eu-central-1"


def test_a_new_password_is_set_on_the_primary_alone() -> None:
    graph = orders(password_version=2)
    assert "passwordWoVersion" not in row(graph, "Instance", "orders-dublin").options.ignore_changes
    assert "passwordWoVersion" in row(graph, "Instance", "orders-frankfurt").options.ignore_changes


def test_backups_kept_at_another_site_have_that_sites_key() -> None:
    graph = orders(backups_to={"dublin": "frankfurt"})
    copy = row(graph, "InstanceAutomatedBackupsReplication", "orders-dublin-backups-frankfurt")
    assert copy.inputs["kmsKeyId"] == key_arn("eu-central-1")
    assert region_of(graph, copy) == "eu-central-1"
    assert copy.property_dependencies["sourceDbInstanceArn"] == (row(graph, "Instance", "orders-dublin").urn,)


def test_a_disposable_database_goes_without_a_trace() -> None:
    primary = row(orders(disposable=True), "Instance", "orders-dublin")
    assert primary.inputs["skipFinalSnapshot"] is True
    assert primary.inputs["deletionProtection"] is False
    assert primary.inputs["deleteAutomatedBackups"] is True
    assert not primary.options.protect


@pytest.mark.parametrize(("storage", "growth"), [(100, 400), (20000, 65536), (65000, None)])
def test_storage_grows_by_itself_as_far_as_it_can(storage: int, growth: int | None) -> None:
    assert row(orders(storage=storage), "Instance", "orders-dublin").inputs.get("maxAllocatedStorage") == growth


def test_small_instances_do_without_performance_insights() -> None:
    instance = row(orders(instance_class="db.t4g.small"), "Instance", "orders-dublin").inputs
    assert instance["performanceInsightsEnabled"] is False
    assert "performanceInsightsKmsKeyId" not in instance


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: MySqlArgs(
            sites={
                site: at.model_copy(update={"maintenance_window": "sun:01:30-sun:02:30"})
                for site, at in sites().items()
            },
            primary="frankfort",
            replica_version="8.4.6",
            storage_limit=101,
            backups_to={"dublin": "paris"},
            **ORDERS,
        )
    ) == [
        "primary: 'frankfort' is not a site; did you mean 'frankfurt'?",
        "sites.dublin.backup_window: 01:00-02:00 meets the maintenance window sun:01:30-sun:02:30; the service refuses"
        " that",
        "sites.frankfurt.backup_window: 01:00-02:00 meets the maintenance window sun:01:30-sun:02:30; the service"
        " refuses that",
        "sites.frankfurt.maintenance_window: sun:01:30-sun:02:30 meets that of dublin (sun:01:30-sun:02:30);"
        " for example mon:01:30-mon:02:30",
        "replica_version: 8.4.6 is older than the primary's 8.4.7; replicas are upgraded first, so it must be the same"
        " or newer",
        "storage_limit: 101 GiB is less than a tenth above storage, 100 GiB",
        "backups_to: 'paris' is not a site; there are dublin, frankfurt",
    ]


def test_a_program_of_ones_own_takes_these_two_alone() -> None:
    """What a team writes that wants a database and DNS, and nothing else of bcinfra."""

    def program() -> None:
        site = data_site("dublin")
        mysql = MySql("orders", MySqlArgs(sites={"dublin": MySqlSite(**site)}, primary="dublin", **ORDERS))
        shop = Endpoint(dns_name="web.example", zone_id="Z1")
        args = GeoDnsArgs(region=site["region"], domain="shop.example", endpoints={"dublin": shop}, primary="dublin")
        dns = GeoDns("dns", args)
        pulumi.export("database", mysql.endpoint)
        pulumi.export("nameServers", dns.name_servers)

    assert set(declare(program).outputs) == {"database", "nameServers"}
