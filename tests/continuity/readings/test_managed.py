"""Stores and services that clouds run by themselves: accounts, streams, warehouses, documents, jobs."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pytest
from pulumi_aws import Provider, apprunner, appsync, cognito, dms, dynamodb, kinesis, lightsail, redshift
from pulumi_gcp import Provider as Google, alloydb, bigquery, cloudfunctions, cloudrun, cloudrunv2, firestore, spanner

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Model, Pool, Store
from bcinfra.continuity.readings.read import read
from bcinfra.graph import record


def aws() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=Provider("dublin", region="eu-west-1"))


def gcp() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=Google("belgium", project="shop", region="europe-west1"))


def model(program: Callable[[], object]) -> Model:
    found = read(record(program))
    assert found.not_understood == ()
    return found


def store(program: Callable[[], object]) -> Store:
    (one,) = model(program).stores
    return one


def pool(program: Callable[[], object]) -> Pool:
    (one,) = model(program).pools
    return one


def sites(one: Store) -> list[str | None]:
    return [member.site for member in one.members]


def test_accounts_of_customers_have_no_copy() -> None:
    found = store(lambda: cognito.UserPool("people", opts=aws()))
    assert (sites(found), found.copies) == (["aws/eu-west-1"], ())
    assert found.durable


def test_a_stream_is_in_one_region() -> None:
    found = store(lambda: kinesis.Stream("orders", shard_count=1, opts=aws()))
    assert (sites(found), found.copies) == (["aws/eu-west-1"], ())


def warehouse(*, multi_az: bool = False, days: int | None = None, copied: bool = False) -> None:
    opts = aws()
    one = redshift.Cluster(
        "sales",
        cluster_identifier="sales",
        node_type="ra3.large",
        multi_az=multi_az,
        automated_snapshot_retention_period=days,
        opts=opts,
    )
    if copied:
        redshift.SnapshotCopy("sales", cluster_identifier=one.id, destination_region="eu-central-1", opts=opts)


def test_a_warehouse_stands_in_one_zone_or_in_two() -> None:
    (single,), (double,) = (store(lambda on=on: warehouse(multi_az=on)).members for on in (False, True))
    assert (len(single.zones or ()), single.local_failover) == (1, None)
    assert len(double.zones or ()) == 2
    assert double.local_failover


def test_snapshots_of_a_warehouse_go_with_it_but_for_those_elsewhere() -> None:
    kept = store(warehouse)
    assert [(copy.site, bool(copy.protections)) for copy in kept.copies] == [("aws/eu-west-1", False)]
    assert store(lambda: warehouse(days=0)).copies == ()
    both = store(lambda: warehouse(copied=True))
    assert [(copy.site, bool(copy.protections)) for copy in both.copies][1:] == [("aws/eu-central-1", True)]


@pytest.mark.parametrize(("backups", "copies"), [(None, 1), (False, 0)])
def test_a_lightsail_database_keeps_backups_unless_it_is_told_not_to(backups: bool | None, copies: int) -> None:
    def program() -> None:
        lightsail.Database(
            "orders",
            relational_database_name="orders",
            blueprint_id="mysql_8_0",
            bundle_id="micro_2_0",
            master_database_name="orders",
            master_username="shop",
            master_password="not-a-secret",
            backup_retention_enabled=backups,
            opts=aws(),
        )

    assert len(store(program).copies) == copies


def test_documents_are_in_a_region_or_over_a_continent() -> None:
    def program(where: str, days: int | None = None) -> None:
        one = firestore.Database("carts", location_id=where, type="FIRESTORE_NATIVE", opts=gcp())
        if days:
            firestore.BackupSchedule(
                "carts", database=one.name, retention=f"{days * 86400}s", daily_recurrence={}, opts=gcp_of(one)
            )

    def gcp_of(one: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=one)

    assert sites(store(lambda: program("europe-west1"))) == ["gcp/europe-west1"]
    (wide,) = store(lambda: program("eur3")).members
    assert wide.site is None
    assert "geography Europe" in map(str, wide.homes)
    (copy,) = store(lambda: program("eur3", 7)).copies
    assert copy.retention
    assert copy.retention.days == 7


def test_what_a_dataset_lost_can_be_had_again_for_a_week() -> None:
    (copy,) = store(lambda: bigquery.Dataset("sales", dataset_id="sales", location="EU", opts=gcp())).copies
    assert copy.retention
    assert (copy.mechanism, copy.retention.days) == ("time travel", 7)


@pytest.mark.parametrize(("config", "site"), [("regional-europe-west1", "gcp/europe-west1"), ("eur3", None)])
def test_a_spanner_database_is_where_its_instance_is(config: str, site: str | None) -> None:
    def program() -> None:
        opts = gcp()
        instance = spanner.Instance("shop", config=config, display_name="shop", num_nodes=1, opts=opts)
        spanner.Database("orders", instance=instance.name, opts=opts)

    assert sites(store(program)) == [site]


@pytest.mark.parametrize(("availability", "synchronous"), [("REGIONAL", 2), ("ZONAL", 1)])
def test_alloydb_fails_over_where_its_servers_are_in_two_zones(availability: str, synchronous: int) -> None:
    def program() -> None:
        opts = gcp()
        cluster = alloydb.Cluster("orders", cluster_id="orders", location="europe-west1", opts=opts)
        alloydb.Instance(
            "orders",
            cluster=cluster.name,
            instance_id="orders",
            instance_type="PRIMARY",
            availability_type=availability,
            opts=opts,
        )

    (member,) = store(program).members
    assert member.synchronous == synchronous
    assert bool(member.local_failover) is (availability == "REGIONAL")


def app() -> None:
    image = {"image_identifier": "public.ecr.aws/shop/web:1", "image_repository_type": "ECR_PUBLIC"}
    apprunner.Service("web", service_name="web", source_configuration={"image_repository": image}, opts=aws())


def first_service() -> None:
    spec = {"containers": [{"image": "europe-docker.pkg.dev/shop/web:1"}]}
    cloudrun.Service("web", location="europe-west1", template={"spec": spec}, opts=gcp())


def first_function() -> None:
    cloudfunctions.Function("web", runtime="python312", region="europe-west1", trigger_http=True, opts=gcp())


def job() -> None:
    containers = {"containers": [{"image": "europe-docker.pkg.dev/shop/job:1"}]}
    cloudrunv2.Job("nightly", location="europe-west1", template={"template": containers}, opts=gcp())


@pytest.mark.parametrize("program", [app, first_service, first_function, job])
def test_what_a_cloud_runs_is_over_the_zones_of_its_region(program: Callable[[], None]) -> None:
    assert pool(program).regional


def test_a_lightsail_server_stands_in_one_zone() -> None:
    def program() -> None:
        lightsail.Instance(
            "web", availability_zone="eu-west-1a", blueprint_id="wordpress", bundle_id="small_3_0", opts=aws()
        )

    found = pool(program)
    assert [str(zone) for zone in found.zones or ()] == ["zone aws/eu-west-1/eu-west-1a"]
    assert not found.replaced


@pytest.mark.parametrize("spread", [False, True])
def test_replication_waits_in_a_second_zone_where_it_is_told_to(spread: bool) -> None:
    def program() -> None:
        dms.ReplicationInstance(
            "orders",
            replication_instance_id="orders",
            replication_instance_class="dms.t3.small",
            multi_az=spread,
            opts=aws(),
        )

    found = pool(program)
    assert (len(found.zones or ()), found.replaced) == (1 + spread, spread)


def test_an_api_leads_to_the_tables_that_it_asks() -> None:
    def program() -> None:
        opts = aws()
        table = dynamodb.Table("carts", hash_key="id", attributes=[{"name": "id", "type": "S"}], opts=opts)
        api = appsync.GraphQLApi("shop", authentication_type="API_KEY", opts=opts)
        appsync.DataSource(
            "carts", api_id=api.id, type="AMAZON_DYNAMODB", dynamodb_config={"table_name": table.name}, opts=opts
        )

    found = model(program)
    assert [balancer.label for balancer in found.balancers] == ["GraphQL API shop in eu-west-1"]
    assert [c.stores for c in found.capabilities] == [("table carts",)]


@pytest.mark.parametrize("token", ["command:local:Command", "pulumi-python:dynamic:Resource"])
def test_what_a_command_does_is_not_seen_and_said(token: str) -> None:
    found = model(lambda: pulumi.CustomResource(token, "migrate", {"create": "make"}))
    assert [said.kind for said in found.assumptions] == [Assumes.DOES_NOTHING]
    assert not found.capabilities
