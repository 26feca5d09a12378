from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.graph.core.model import Graph, Secret
from bcinfra.kubernetes import BackupBucket, Cluster, MySql, MySqlArgs, MySqlSite, Operator, OperatorArgs, Peer
from bcinfra.kubernetes.cluster import HOST, ZONE
from bcinfra.kubernetes.mysql import FAILOVER_FIELDS, USERS
from bcinfra.kubernetes.mysql_restore import RestoreTest
from tests.helpers import refusals
from tests.kubernetes import schemas
from tests.kubernetes.conftest import cluster, component, counts, declare, nested, row

QUERY = "SELECT COUNT(*) FROM shop.orders WHERE placed > NOW() - INTERVAL 2 DAY"
RANGES = {"dublin": "10.1.0.0/16", "ghent": "10.2.0.0/16"}


def bucket(site: str = "virginia", **more: Any) -> BackupBucket:
    fields = {"bucket": "acme-mysql", "region": "us-east-1", "access_key": "AK", "secret_key": "correct horse"}
    return BackupBucket(site=site, **{**fields, **more})


def place(at: Cluster, *, kind: Any = "mysql", install: bool = True, **more: Any) -> MySqlSite:
    made = Operator(f"pxc-{at.site}", OperatorArgs(cluster=at, kind=kind, namespace="pxc", install=install))
    peers = tuple(cidr for site, cidr in RANGES.items() if site != at.site)
    fields: dict[str, Any] = {
        "cluster": at,
        "namespace": "shop",
        "operator": made,
        "hosts": tuple(f"mysql-{n}.{at.site}.example" for n in range(3)),
        "peers": peers,
        "bucket": bucket(),
        "clients": {"web": Peer(pods={"app.kubernetes.io/name": "web"})},
    }
    return MySqlSite(**{**fields, **more})


def args(primary: str = "dublin", *, sites: Any = None, disposable: bool = False, **more: Any) -> MySqlArgs:
    fields: dict[str, Any] = {
        "sites": sites or {site: place(cluster(site, disposable=disposable, prometheus=True)) for site in RANGES},
        "primary": primary,
        "cpu": 2,
        "memory": 8192,
        "storage": 100,
        "database": "shop",
        "username": "shop",
        "password": "correct horse",
        "system_passwords": dict.fromkeys(USERS, "correct horse"),
        "priority": "shop-data",
        "restore_test": RestoreTest(query=QUERY),
    }
    return MySqlArgs(**{**fields, **more})


def orders(primary: str = "dublin", **more: Any) -> Graph:
    return declare(lambda: MySql("orders", args(primary, **more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return orders()


def spec(graph: Graph, site: str) -> dict[str, Any]:
    return nested(row(graph, "PerconaXtraDBCluster", f"orders-{site}"), "spec")


def test_what_two_sites_are_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "PerconaXtraDBCluster": 2,
        "PrometheusRule": 4,
        "PodMonitor": 4,
        "Release": 2,
        "Secret": 6,
        "NetworkPolicy": 4,
        "CronJob": 2,
        "ConfigMap": 2,
        "ServiceAccount": 2,
        "Role": 2,
        "RoleBinding": 2,
    }


@pytest.mark.parametrize("site", sorted(RANGES))
def test_a_majority_survives_a_zone_and_a_host(graph: Graph, site: str) -> None:
    members = spec(graph, site)["pxc"]
    assert members["size"] == 3
    assert members["affinity"] == {"antiAffinityTopologyKey": HOST}
    (zones,) = members["topologySpreadConstraints"]
    assert (zones["topologyKey"], zones["whenUnsatisfiable"]) == (ZONE, "DoNotSchedule")
    assert zones["labelSelector"]["matchLabels"] == {
        "app.kubernetes.io/instance": f"orders-{site}",
        "app.kubernetes.io/component": "pxc",
    }
    assert members["podDisruptionBudget"] == {"maxUnavailable": 1}
    assert spec(graph, site)["haproxy"]["size"] == 3


def test_an_acknowledged_order_is_on_disk_and_in_the_binary_log(graph: Graph) -> None:
    settings = spec(graph, "dublin")["pxc"]["configuration"].splitlines()
    assert settings[0] == "[mysqld]"
    assert {"sync_binlog=1", "innodb_flush_log_at_trx_commit=1", "gtid_mode=ON"} <= set(settings)


def test_the_other_site_follows_every_member_of_the_primary(graph: Graph) -> None:
    (source,) = spec(graph, "dublin")["pxc"]["replicationChannels"]
    (replica,) = spec(graph, "ghent")["pxc"]["replicationChannels"]
    assert source == {"name": "orders-sites", "isSource": True}
    assert (replica["name"], replica["isSource"], replica["configuration"]["ssl"]) == ("orders-sites", False, True)
    assert [entry["host"] for entry in replica["sourcesList"]] == [f"mysql-{n}.dublin.example" for n in range(3)]
    for site in RANGES:
        assert spec(graph, site)["pxc"]["expose"]["enabled"] is True


def test_after_a_failover_the_adoption_edit_changes_nothing(graph: Graph) -> None:
    after = orders("ghent")
    hidden = {field.removeprefix("spec.") for field in FAILOVER_FIELDS}
    for site in RANGES:
        old, new = (row(g, "PerconaXtraDBCluster", f"orders-{site}") for g in (graph, after))
        assert set(old.options.ignore_changes) == set(FAILOVER_FIELDS)
        assert _but(old.inputs["spec"], hidden) == _but(new.inputs["spec"], hidden)
    assert orders("ghent").resources.keys() == graph.resources.keys()


def _but(value: Any, hidden: set[str]) -> Any:
    kept = json.loads(json.dumps(value, default=str))
    for path in hidden:
        *outer, last = path.split(".")
        inside = kept
        for key in outer:
            inside = inside[key]
        inside.pop(last, None)
    return kept


def test_a_planned_switch_is_written_by_pulumi() -> None:
    assert row(orders(manage_channels=True), "PerconaXtraDBCluster", "orders-ghent").options.ignore_changes == ()


def test_backups_and_the_binary_log_go_to_another_site_and_stay(graph: Graph) -> None:
    backup = spec(graph, "dublin")["backup"]
    assert backup["pitr"]["enabled"] is True
    assert backup["pitr"]["timeBetweenUploads"] == 60
    logs, full = (backup["storages"][name] for name in (backup["pitr"]["storageName"], "elsewhere"))
    assert full["s3"]["bucket"] == "acme-mysql/orders-dublin-full"
    assert logs["s3"]["bucket"] == "acme-mysql/orders-dublin-logs"
    (schedule,) = backup["schedule"]
    assert (schedule["schedule"], schedule["storageName"]) == ("0 1 * * *", "elsewhere")
    assert schedule["retention"] == {"type": "count", "count": 14, "deleteFromStorage": False}
    assert component(graph, "MySql", "orders").inputs["sites"]["dublin"]["storesAt"] == "virginia"  # type: ignore[index]


def test_the_binary_log_may_go_where_its_mark_can_be_replaced() -> None:
    logs = bucket(bucket="acme-logs", access_key="LK")
    graph = declare(lambda: MySql("orders", args(sites={"dublin": place(cluster(prometheus=True), log_bucket=logs)})))
    stores = spec(graph, "dublin")["backup"]["storages"]
    assert stores["elsewhere"]["s3"]["bucket"] == "acme-mysql/orders-dublin-full"
    assert stores["elsewhere-logs"]["s3"]["bucket"] == "acme-logs/orders-dublin-logs"
    assert stores["elsewhere-logs"]["s3"]["credentialsSecret"] == "orders-dublin-log-bucket"


def test_passwords_arrive_as_secrets(graph: Graph) -> None:
    for site in RANGES:
        for what in ("system", "shop", "bucket"):
            assert row(graph, "Secret", f"orders-{site}-{what}").inputs["stringData"] == Secret()
    assert "correct horse" not in str(graph.resources)


def test_data_is_guarded_and_its_operator_comes_first(graph: Graph) -> None:
    database = row(graph, "PerconaXtraDBCluster", "orders-dublin")
    assert database.options.protect
    assert nested(database, "metadata", "finalizers") == ["percona.com/delete-pxc-pods-in-order"]
    (release,) = [r for r in graph.of_type("kubernetes:helm.sh/v3:Release") if r.name == "pxc-dublin"]
    assert release.urn in database.dependencies
    gone = row(orders(disposable=True), "PerconaXtraDBCluster", "orders-dublin")
    assert not gone.options.protect
    assert "percona.com/delete-pxc-pvc" in nested(gone, "metadata", "finalizers")


def test_the_operator_is_of_the_version_whose_schema_is_kept(graph: Graph) -> None:
    assert spec(graph, "dublin")["crVersion"] == "1.19.0"
    for release in graph.of_type("kubernetes:helm.sh/v3:Release"):
        assert release.inputs["version"] == "1.19.0"
        assert release.inputs["repositoryOpts"] == {"repo": "https://percona.github.io/percona-helm-charts"}


def test_an_operator_that_others_installed_is_recorded_as_needed() -> None:
    def program() -> None:
        MySql("orders", args(sites={"dublin": place(cluster("dublin"), install=False)}))

    graph = declare(program)
    assert "Release" not in counts(graph)
    assert component(graph, "Operator", "pxc-dublin").inputs["installed"] is False


def test_a_restore_is_tested_in_a_cluster_that_the_operator_takes(graph: Graph) -> None:
    data = nested(row(graph, "ConfigMap", "orders-dublin-restore-test"), "data")
    scratch, restore = json.loads(data["cluster.json"]), json.loads(data["restore.json"])
    for document in (scratch, restore):
        assert not list(schemas.wrong_custom_resource(document))
    assert scratch["metadata"]["name"] == restore["spec"]["pxcCluster"] == "orders-dublin-rt"
    assert scratch["spec"]["pxc"]["size"] == 1
    assert "pitr" not in scratch["spec"]["backup"], "a test must not upload logs over the real ones"
    assert "schedule" not in scratch["spec"]["backup"]
    assert restore["spec"]["pitr"]["backupSource"]["storageName"] in scratch["spec"]["backup"]["storages"]


def test_a_test_restore_can_delete_nothing_but_its_own(graph: Graph) -> None:
    for rule in nested(row(graph, "Role", "orders-dublin-restore-test"), "rules"):
        if {"delete", "patch", "update"} & set(rule["verbs"]):
            assert rule["resourceNames"] == ["orders-dublin-rt"]


def test_a_test_that_does_not_succeed_is_told(graph: Graph) -> None:
    ((rule,),) = [
        group["rules"] for group in nested(row(graph, "PrometheusRule", "orders-dublin-overdue"), "spec", "groups")
    ]
    assert 'kube_cronjob_status_last_successful_time{cronjob="orders-dublin-restore-test"}' in rule["expr"]
    assert rule["expr"].endswith(f"> {8 * 86400}")


def test_only_members_clients_the_operator_and_the_other_site_reach_it(graph: Graph) -> None:
    policy = nested(row(graph, "NetworkPolicy", "orders-dublin"), "spec")
    own, operators, others, web, prometheus = policy["ingress"]
    assert own["from"][0]["podSelector"] == policy["podSelector"]
    assert operators["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "pxc"}
    assert others == {"from": [{"ipBlock": {"cidr": "10.2.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 3306}]}
    assert web["ports"] == [{"protocol": "TCP", "port": 3306}]
    assert {one["port"] for one in prometheus["ports"]} == {8080, 8404}, "figures, and no data"


def test_wrong_arguments_are_all_named_at_once() -> None:
    def make() -> MySqlArgs:
        small = cluster("ghent", zones=("rack-1", "rack-2"), kubectl_image=None)
        return args(
            primary="dublim",
            sites={
                "dublin": place(cluster("dublin"), bucket=bucket("dublin")),
                "ghent": place(small, kind="redis", hosts=("mysql.ghent.example",)),
            },
            system_passwords={"root": "correct horse"},
        )

    assert refusals(make) == [
        "primary: 'dublim' is not a site; did you mean 'dublin'?",
        "system_passwords: one for each of root, xtrabackup, monitor, proxyadmin, operator, replication;"
        " missing or unknown: monitor, operator, proxyadmin, replication, xtrabackup",
        "sites.dublin.bucket: the bucket is at 'dublin', as the data is; keep backups at another site",
        "sites.ghent.cluster: 2 zone(s); the loss of one may take two of three members and stop writes: take a cluster"
        " over three zones, or accept it with survives_zone=False",
        "sites.ghent.operator: this one keeps redis running, not mysql",
        "sites.ghent.hosts: 1 hosts; the other sites need one for each of the 3 members",
        "sites.ghent.cluster: needs kubectl_image, for the test restores",
    ]


def test_two_racks_are_taken_when_that_is_accepted() -> None:
    def program() -> None:
        at = place(cluster("ghent", zones=("rack-1", "rack-2")), survives_zone=False)
        MySql("orders", args(primary="ghent", sites={"ghent": at}))

    (zones,) = spec(declare(program), "ghent")["pxc"]["topologySpreadConstraints"]
    assert zones["whenUnsatisfiable"] == "ScheduleAnyway"
