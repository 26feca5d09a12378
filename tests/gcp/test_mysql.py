"""MySQL on Cloud SQL: what survives a zone, a region, a vendor and a mistake."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from bcinfra.gcp.cloudsql import PRIMARY_SETTINGS, Edition, MySqlSite, Quiet
from bcinfra.gcp.mysql import FAILOVER_FIELDS, FAILOVER_FIELDS_CONTENT, MySql, MySqlArgs
from bcinfra.gcp.standby import FAILOVER_FIELDS as STANDBY_FIELDS, ExternalPrimary, MySqlStandby, MySqlStandbyArgs
from bcinfra.graph.core.model import Graph, Secret
from tests.gcp.conftest import MAINTENANCE, REGIONS, counts, declare, key_name, keyed, needs, nested, project, region_of
from tests.helpers import assert_adopted, camel, refusals, row

ENGINE: dict[str, Any] = {"version": "8.4", "tier": "db-perf-optimized-N-4", "storage": 100}
ORDERS: dict[str, Any] = {**ENGINE, "database": "shop", "username": "shop", "password": "correct horse"}
INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance"


def site(name: str, *, disposable: bool = False, **args: Any) -> MySqlSite:
    at = keyed(REGIONS[name], disposable=disposable)
    own = {"network_id": "projects/acme-prod/global/networks/shop", "maintenance_window": MAINTENANCE[name]}
    return MySqlSite(**{**dict(at), **own, **args})


def sites(*, disposable: bool = False, **of_site: dict[str, Any]) -> dict[str, MySqlSite]:
    return {name: site(name, disposable=disposable, **of_site.get(name, {})) for name in REGIONS}


def orders(primary: str = "ghent", *, disposable: bool = False, at: Any = None, **args: Any) -> Graph:
    def program() -> None:
        known = {"project": project(disposable=disposable), "sites": sites(disposable=disposable, **at or {})}
        MySql("orders", MySqlArgs(**{**known, "primary": primary, **ORDERS, **args}))

    return declare(program)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return orders()


def test_every_site_has_an_instance_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {"DatabaseInstance": 2, "Database": 1, "User": 1}


def test_every_instance_is_in_its_own_region_under_its_own_key(graph: Graph) -> None:
    for name, home in REGIONS.items():
        instance = row(graph, "DatabaseInstance", f"orders-{name}")
        assert region_of(graph, instance) == instance.inputs["region"] == home
        assert instance.inputs["encryptionKeyName"] == key_name(home)


def test_a_replica_follows_the_primary_and_depends_on_nothing_else_there(graph: Graph) -> None:
    replica = row(graph, "DatabaseInstance", "orders-turin")
    assert needs(graph, replica, "masterInstanceName") == {"orders-ghent"}
    assert {graph[urn].name for urn in replica.dependencies} == {"orders-ghent"}
    assert "masterInstanceName" not in row(graph, "DatabaseInstance", "orders-ghent").inputs


def test_every_instance_is_private_encrypted_durable_and_over_two_zones(graph: Graph) -> None:
    for instance in graph.of_type(INSTANCE):
        settings = nested(instance, "settings")
        assert settings["availabilityType"] == "REGIONAL"
        assert settings["ipConfiguration"]["ipv4Enabled"] is False
        assert settings["ipConfiguration"]["sslMode"] == "ENCRYPTED_ONLY"
        assert settings["diskAutoresize"] is True
        flags = {flag["name"]: flag["value"] for flag in settings["databaseFlags"]}
        assert flags["innodb_flush_log_at_trx_commit"] == flags["sync_binlog"] == "1"
        assert settings["userLabels"]["customer"] == "acme"


def test_every_instance_is_guarded_in_all_the_ways_there_are(graph: Graph) -> None:
    for instance in graph.of_type(INSTANCE):
        settings = nested(instance, "settings")
        assert instance.options.protect
        assert instance.inputs["deletionProtection"] is True
        assert settings["deletionProtectionEnabled"] is True
    primary = nested(row(graph, "DatabaseInstance", "orders-ghent"), "settings")
    assert primary["retainBackupsOnDelete"] is True
    assert primary["finalBackupConfig"] == {"enabled": True, "retentionDays": 30}


def test_a_disposable_database_goes_without_a_trace() -> None:
    for instance in orders(disposable=True).of_type(INSTANCE):
        settings = nested(instance, "settings")
        assert not instance.options.protect
        assert instance.inputs["deletionProtection"] is settings["deletionProtectionEnabled"] is False
        assert not settings.get("retainBackupsOnDelete")
        assert "finalBackupConfig" not in settings


def test_the_primary_alone_can_be_restored_to_any_second(graph: Graph) -> None:
    assert nested(row(graph, "DatabaseInstance", "orders-ghent"), "settings", "backupConfiguration") == {
        "enabled": True,
        "binaryLogEnabled": True,
        "startTime": "01:00",
        "transactionLogRetentionDays": 7,
        "backupRetentionSettings": {"retainedBackups": 14, "retentionUnit": "COUNT"},
    }
    assert "backupConfiguration" not in nested(row(graph, "DatabaseInstance", "orders-turin"), "settings")


def test_backups_can_be_kept_on_another_continent() -> None:
    graph = orders(at={"ghent": {"backup_location": "us"}})
    backups = nested(row(graph, "DatabaseInstance", "orders-ghent"), "settings", "backupConfiguration")
    assert backups["location"] == "us"


def test_the_password_is_written_and_never_kept(graph: Graph) -> None:
    user = row(graph, "User", "orders-user").inputs
    assert user["passwordWo"] == Secret()
    assert "password" not in user


def test_a_replica_is_told_nothing_that_only_a_primary_may_be(graph: Graph) -> None:
    primary, replica = (nested(row(graph, "DatabaseInstance", f"orders-{name}"), "settings") for name in REGIONS)
    assert primary["maintenanceWindow"] == {"day": 2, "hour": 3, "updateTrack": "stable"}
    only = {"backupConfiguration", "finalBackupConfig", "maintenanceWindow", "retainBackupsOnDelete"}
    assert primary.keys() - replica.keys() == only


def test_storage_that_grew_is_never_taken_back(graph: Graph) -> None:
    assert all("settings.diskSize" in instance.options.ignore_changes for instance in graph.of_type(INSTANCE))


def test_after_a_failover_the_adoption_edit_changes_nothing() -> None:
    before = orders("ghent", disaster_replica="turin")
    after = orders("turin", disaster_replica="ghent")
    content = {"Database": FAILOVER_FIELDS_CONTENT, "User": FAILOVER_FIELDS_CONTENT}
    assert_adopted(before, after, DatabaseInstance=FAILOVER_FIELDS, **content)
    assert "masterInstanceName" in row(after, "DatabaseInstance", "orders-ghent").inputs


def test_what_only_a_primary_has_is_set_when_told_to() -> None:
    graph = orders(disaster_replica="turin", role_settings_version=2)
    primary, replica = (row(graph, "DatabaseInstance", f"orders-{name}") for name in REGIONS)
    assert primary.inputs["replicationCluster"] == {"failoverDrReplicaName": "acme-prod:orders-turin-1"}
    settled = {"replicationCluster", *PRIMARY_SETTINGS}
    assert not settled & set(primary.options.ignore_changes)
    assert settled <= set(replica.options.ignore_changes)


def test_no_work_is_planned_on_the_days_that_are_stated() -> None:
    quiet = Quiet(first="12-20", last="12-31")
    graph = orders(at={name: {"quiet": quiet} for name in REGIONS})
    said = nested(row(graph, "DatabaseInstance", "orders-ghent"), "settings")["denyMaintenancePeriod"]
    assert said == {"startDate": "12-20", "endDate": "01-01", "time": "00:00:00"}
    assert "denyMaintenancePeriod" not in nested(row(graph, "DatabaseInstance", "orders-turin"), "settings")
    assert "denyMaintenancePeriod" not in nested(row(orders(), "DatabaseInstance", "orders-ghent"), "settings")


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        ("11-01", "01-30", "last: 91 days from the first; Cloud SQL leaves 90 out at most"),
        ("02-30", "03-01", "first, last: are no days of a year"),
    ],
)
def test_days_without_work_are_as_many_as_are_granted(first: str, last: str, refused: str) -> None:
    assert refusals(lambda: Quiet(first=first, last=last)) == [refused]
    assert Quiet(first="11-01", last="01-29").period["end_date"] == "01-30"


def test_a_replica_is_designated_only_once_it_exists() -> None:
    graph = orders(disaster_replica="turin")
    assert "replicationCluster" not in row(graph, "DatabaseInstance", "orders-ghent").inputs


def test_one_site_takes_every_change() -> None:
    def program() -> None:
        MySql("orders", MySqlArgs(project=project(), sites={"ghent": site("ghent")}, primary="ghent", **ORDERS))

    graph = declare(program)
    assert row(graph, "DatabaseInstance", "orders-ghent").options.ignore_changes == ("settings.diskSize",)
    assert row(graph, "User", "orders-user").options.ignore_changes == ()


def test_an_instance_built_anew_has_another_name() -> None:
    graph = orders(at={"ghent": {"generation": 2}})
    names = {instance.name: instance.inputs["name"] for instance in graph.of_type(INSTANCE)}
    assert names == {"orders-ghent": "orders-ghent-2", "orders-turin": "orders-turin-1"}


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: MySqlArgs(
            project=project("acme-other"),
            sites=sites(
                ghent={"maintenance_window": "wed:03:30-wed:04:30", "zones": ("europe-west1-b",)},
                turin={"tier": "db-perf-optimized-N-2"},
            ),
            primary="gent",
            disaster_replica="gent",
            edition=Edition.ENTERPRISE,
            log_days=14,
            backups=7,
            **ORDERS,
        )
    ) == [
        "primary: 'gent' is not a site; did you mean 'ghent'?",
        "sites.ghent.maintenance_window: wed:03:30-wed:04:30 does not start on the hour, as the service asks",
        "sites.turin.maintenance_window: wed:03:00-wed:04:00 meets that of ghent (wed:03:30-wed:04:30); for example"
        " thu:03:30-thu:04:30",
        "sites.ghent.region: is in project acme-prod; all are in acme-other",
        "sites.turin.region: is in project acme-prod; all are in acme-other",
        "disaster_replica: 'gent' is not a site; did you mean 'ghent'?",
        "disaster_replica: 'gent' is the primary; name another site",
        "disaster_replica: needs edition ENTERPRISE_PLUS",
        "sites.ghent.zones: ['europe-west1-b'] are not two or more different zones",
        "log_days: ENTERPRISE keeps transaction logs for 7 days at most, 14 asked",
        "backups: 7 daily ones do not reach back 14 days; keep 14 or more",
        "tier: db-perf-optimized-N-4 is no machine type of ENTERPRISE; use db-custom-<vCPU>-<MiB>",
        "sites.turin.tier: db-perf-optimized-N-2 is no machine type of ENTERPRISE; use db-custom-<vCPU>-<MiB>",
    ]


def standby(*, promoted: bool = False, **source: Any) -> Graph:
    def program() -> None:
        primary = ExternalPrimary(
            **{
                "host": "10.8.0.5",
                "username": "replica",
                "password": pulumi.Output.secret("correct horse"),
                "ca_certificate": "-----BEGIN CERTIFICATE-----",
                "dump": "gs://acme-seed/orders.sql.gz",
                **source,
            }
        )
        args = MySqlStandbyArgs(site=site("ghent"), primary=primary, promoted=promoted, **ENGINE)
        MySqlStandby("orders", args)

    return declare(program)


def test_what_a_standby_is_made_of() -> None:
    assert counts(standby()) == {"SourceRepresentationInstance": 1, "DatabaseInstance": 1}


def test_a_standby_follows_a_primary_of_another_vendor() -> None:
    graph = standby()
    source = row(graph, "SourceRepresentationInstance", "orders-source").inputs
    assert (source["host"], source["port"], source["databaseVersion"]) == ("10.8.0.5", 3306, "MYSQL_8_4")
    assert source["password"] == Secret()
    instance = row(graph, "DatabaseInstance", "orders-standby")
    assert needs(graph, instance, "masterInstanceName") == {"orders-source"}
    assert instance.inputs["replicaConfiguration"] == Secret(), "it holds the password"
    assert "backupConfiguration" not in nested(instance, "settings")


def test_after_its_promotion_only_what_a_primary_has_is_added() -> None:
    before, after = (row(standby(promoted=p), "DatabaseInstance", "orders-standby") for p in (False, True))
    settings = nested(after, "settings")
    assert settings["backupConfiguration"]["enabled"] is True
    assert {k: v for k, v in settings.items() if f"settings.{k}" not in PRIMARY_SETTINGS} == nested(before, "settings")
    assert {**before.inputs, "settings": None} == {**after.inputs, "settings": None}
    for instance in (before, after):
        assert {camel(field) for field in STANDBY_FIELDS} <= set(instance.options.ignore_changes)
    assert set(PRIMARY_SETTINGS) <= set(before.options.ignore_changes), "it may have been promoted already"
    assert not set(PRIMARY_SETTINGS) & set(after.options.ignore_changes)


def test_a_standbys_certificate_goes_with_its_key() -> None:
    lines = refusals(
        lambda: ExternalPrimary(
            host="x", username="x", password="correct horse", ca_certificate="x", client_certificate="x", dump="gs://x"
        )
    )
    assert lines == ["client_key: goes with client_certificate; give both or neither"]
