"""What Google Cloud resources mean for continuity."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pulumi_gcp.backupdisasterrecovery import BackupPlan, BackupPlanAssociation, BackupVault
from pulumi_gcp.cloudrunv2 import Service
from pulumi_gcp.compute import (
    BackendService,
    Disk,
    DiskResourcePolicyAttachment,
    ForwardingRule,
    GlobalAddress,
    GlobalForwardingRule,
    HealthCheck,
    Instance,
    RegionBackendService,
    RegionDisk,
    RegionNetworkEndpointGroup,
    ResourcePolicy,
    TargetHttpProxy,
    URLMap,
)
from pulumi_gcp.container import Cluster, NodePool
from pulumi_gcp.dns import ManagedZone, RecordSet
from pulumi_gcp.filestore import Instance as Filestore
from pulumi_gcp.memorystore import Instance as Valkey
from pulumi_gcp.redis import Cluster as RedisCluster, Instance as Redis
from pulumi_gcp.secretmanager import Secret
from pulumi_gcp.storage import TransferJob
from pulumi_gcp.workbench import Instance as Notebook

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Model, Protection, Refusal, Routing, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, fact_ids
from bcinfra.report.words.statements import say
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT, Front, Group, Region
from tests.continuity.readings.programs import assumed, model, names


def upper(figure: Figure | None) -> float | None:
    assert figure
    assert figure.value
    return figure.value.upper


def only(found: Model, kind: StoreKind) -> Store:
    (store,) = (s for s in found.stores if s.kind is kind)
    return store


def member(found: Model, kind: StoreKind) -> Member:
    (one,) = only(found, kind).members
    return one


def zones(part: Any) -> list[str] | None:
    return None if part.zones is None else [zone.name.rsplit("/", 1)[-1] for zone in part.zones]


def homes(part: Any) -> set[tuple[DomainKind, str]]:
    return {(outer.kind, outer.name) for domain in part.homes for outer in domain.chain()}


# -- compute ----------------------------------------------------------------------------------------------------------


def test_a_regional_group_spreads_over_the_zones_it_names_and_a_zonal_one_stands_in_one() -> None:
    (pool,) = model(lambda: Group(Region(), distribution_policy_zones=[f"{BELGIUM}-b", f"{BELGIUM}-d"])).pools
    assert zones(pool) == [f"{BELGIUM}-b", f"{BELGIUM}-d"]
    assert (pool.site, pool.minimum, pool.maximum, pool.replaced) == (f"gcp/{BELGIUM}", 3, 9, True)
    assert pool.release == Domain(DomainKind.RELEASE, "shop-4-2-0")
    assert (DomainKind.ACCOUNT, "gcp/acme-prod") in homes(pool)
    (pool,) = model(lambda: Group(Region(), zone=f"{BELGIUM}-c")).pools
    assert zones(pool) == [f"{BELGIUM}-c"]


def test_a_group_that_names_no_zones_takes_three_of_its_region() -> None:
    found = model(lambda: Group(Region()))
    assert zones(found.pools[0]) == [f"{BELGIUM}-b", f"{BELGIUM}-c", f"{BELGIUM}-d"]
    assert not assumed(found, Assumes.IN_SOME_ZONES)  # it has no other
    found = model(lambda: Group(Region("us-central1")))
    assert len(zones(found.pools[0]) or ()) == 3
    (some,) = assumed(found, Assumes.IN_SOME_ZONES)
    assert some.amount == 3


@pytest.mark.parametrize(("shape", "count"), [("EVEN", 3), ("BALANCED", 3), ("ANY", None), ("ANY_SINGLE_ZONE", 1)])
def test_a_shape_that_lets_all_instances_stand_together_spreads_nothing(shape: str, count: int | None) -> None:
    found = model(lambda: Group(Region(), distribution_policy_target_shape=shape))
    (pool,) = found.pools
    assert (None if pool.zones is None else len(pool.zones)) == count
    assert bool(assumed(found, Assumes.MAYBE_ONE_ZONE)) == (count is None)


def test_cloud_run_is_spread_by_google_and_scales_without_a_stated_bound() -> None:
    def program() -> None:
        image = f"{BELGIUM}-docker.pkg.dev/acme-prod/shop/api:7"
        Service("api", location=BELGIUM, template={"containers": [{"image": image}]}, opts=Region().opts)

    (pool,) = model(program).pools
    assert pool.regional
    assert pool.zones is None
    assert pool.maximum is None
    assert pool.release == Domain(DomainKind.RELEASE, "api:7")
    assert {d.name for d in pool.needs_to_recover} == {f"gcp/{BELGIUM}"}


def test_nodes_stand_in_the_zones_of_their_pool_or_cluster() -> None:
    def program(location: str, **more: Any) -> None:
        at = Region()
        cluster = Cluster("shop", location=location, opts=at.opts)
        NodePool("shop", cluster=cluster.id, node_count=2, opts=at.opts, **more)

    (pool,) = model(lambda: program(BELGIUM)).pools
    assert (len(zones(pool) or ()), pool.desired) == (3, 6)
    (pool,) = model(lambda: program(f"{BELGIUM}-b")).pools
    assert (zones(pool), pool.desired) == ([f"{BELGIUM}-b"], 2)
    (pool,) = model(lambda: program(BELGIUM, node_locations=[f"{BELGIUM}-b"])).pools
    assert zones(pool) == [f"{BELGIUM}-b"]


# -- balancers --------------------------------------------------------------------------------------------------------


def test_one_address_is_one_balancer_before_the_groups_of_both_regions() -> None:
    found = model(gcp.shop)
    (balancer,) = found.balancers
    assert balancer.urn.endswith("::web")  # not the rule that redirects
    assert balancer.site is None
    assert (DomainKind.CDN, "gcp/global load balancing") in homes(balancer)
    assert set(balancer.pools) == set(names(found, "pools").values())
    assert upper(balancer.detects) == 7 * 3 + 4
    assert [d.kind for d in balancer.needs_to_run] == [DomainKind.CERTIFICATE]
    (entry,) = found.entries
    assert (entry.name, [r.target for r in entry.routes], entry.shielded) == ("shop.example", [balancer.urn], True)
    assert upper(entry.propagates) == 60
    assert entry.overstay
    assert upper(entry.overstay.lasts) == 3600
    assert found.not_understood == ()


def test_without_health_checks_nothing_is_noticed_and_without_limits_nothing_absorbed() -> None:
    assert model(lambda: gcp.shop(checked=False)).balancers[0].detects is None
    assert model(lambda: gcp.shop(limited=False)).entries[0].shielded is False


def serverless(*, ejects: bool) -> None:
    at = Region()
    groups: list[Any] = []
    for where in (BELGIUM, FRANKFURT):
        run = Service(where, location=where, template={"containers": [{"image": "web:1"}]}, opts=at.opts)
        endpoints = RegionNetworkEndpointGroup(
            where,
            region=where,
            network_endpoint_type="SERVERLESS",
            cloud_run={"service": run.name},
            opts=at.opts,
        )
        groups.append({"group": endpoints.id})
    ejection: Any = {"consecutive_errors": 5, "interval": {"seconds": 8}} if ejects else None
    service = BackendService(
        "web", backends=groups, outlier_detection=ejection, load_balancing_scheme="EXTERNAL_MANAGED", opts=at.opts
    )
    proxy = TargetHttpProxy("web", url_map=URLMap("web", default_service=service.id, opts=at.opts).id, opts=at.opts)
    GlobalForwardingRule("web", target=proxy.id, load_balancing_scheme="EXTERNAL_MANAGED", opts=at.opts)


def test_a_serverless_backend_is_left_by_outlier_detection_alone() -> None:
    found = model(lambda: serverless(ejects=True))
    (balancer,) = found.balancers
    assert set(balancer.pools) == set(names(found, "pools").values())
    assert upper(balancer.detects) == 8 * 2
    assert model(lambda: serverless(ejects=False)).balancers[0].detects is None


def test_an_internal_balancer_is_called_by_who_knows_its_address() -> None:
    def program() -> None:
        at = Region()
        inner = Group(Region(project="acme-inner"))
        check = HealthCheck("app", tcp_health_check={"port": 1}, opts=at.opts)
        backends: list[Any] = [{"group": inner.manager.instance_group}]
        service = RegionBackendService(
            "app",
            region=BELGIUM,
            backends=backends,
            health_checks=check.id,
            load_balancing_scheme="INTERNAL",
            opts=at.opts,
        )
        rule = ForwardingRule(
            "app", region=BELGIUM, backend_service=service.id, load_balancing_scheme="INTERNAL", opts=at.opts
        )
        Instance(
            "web",
            zone=f"{BELGIUM}-b",
            machine_type="n2-standard-2",
            boot_disk={"initialize_params": {"image": "debian-12"}},
            network_interfaces=[{"network": "default"}],
            metadata={"app": rule.ip_address},
            opts=at.opts,
        )

    found = model(program)
    (balancer,) = found.balancers
    assert not balancer.public
    assert balancer.site == f"gcp/{BELGIUM}"
    assert upper(balancer.detects) == 5 * 2 + 5  # what Google takes where nothing is stated
    assert found.calls[names(found, "pools")["web"]] == (balancer.urn,)


# -- DNS --------------------------------------------------------------------------------------------------------------


def routed(policy: str, *, checked: bool = True, share: float | None = None, fenced: bool | None = None) -> None:
    """``share``: of the clients whom backups answer all the time; ``fenced``: who is near a place gets no other."""
    at, other = Region(BELGIUM), Region(FRANKFURT)
    fronts: dict[str, ForwardingRule] = {}
    for region in (at, other):
        where, group = region.name, Group(region)
        service = RegionBackendService(
            where,
            region=where,
            backends=[{"group": group.manager.instance_group}],
            load_balancing_scheme="EXTERNAL_MANAGED",
            opts=at.opts,
        )
        fronts[where] = ForwardingRule(
            where, region=where, backend_service=service.id, load_balancing_scheme="EXTERNAL_MANAGED", opts=at.opts
        )
    here, there = (fronts[w].ip_address for w in (BELGIUM, FRANKFURT))

    def target(address: Any) -> Any:
        return {"health_checked_targets": {"external_endpoints": [address]}} if checked else {"rrdatas": [address]}

    policies: dict[str, Any] = {
        "failover": {
            "primary_backup": {
                "primary": {"external_endpoints": [here]},
                "backup_geos": [{"location": FRANKFURT, **target(there)}],
                "trickle_ratio": share,
            }
        },
        "geo": {
            "enable_geo_fencing": fenced,
            "geos": [{"location": BELGIUM, **target(here)}, {"location": FRANKFURT, **target(there)}],
        },
    }
    check = HealthCheck(
        "outside",
        check_interval_sec=30,
        unhealthy_threshold=2,
        timeout_sec=5,
        source_regions=["us-east1", BELGIUM, "asia-east1"],
        http_health_check={"port": 80},
        opts=at.opts,
    )
    zone = ManagedZone("zone", dns_name="shop.example.", opts=at.opts)
    chosen: Any = {**policies[policy], **({"health_check": check.id} if checked else {})}
    RecordSet(
        "shop",
        name="shop.example.",
        type="A",
        ttl=30,
        managed_zone=zone.name,
        routing_policy=chosen,
        opts=at.opts,
    )


@pytest.mark.parametrize(("policy", "routing"), [("failover", Routing.FAILOVER), ("geo", Routing.GEO)])
def test_a_routing_policy_leads_to_each_region_and_its_check_withdraws_an_answer(policy: str, routing: Routing) -> None:
    found = model(lambda: routed(policy))
    (entry,) = found.entries
    sites = {b.urn: b.site for b in found.balancers}
    assert entry.routing is routing
    assert [(sites[r.target or ""], r.standby) for r in entry.routes] == [
        (f"gcp/{BELGIUM}", False),
        (f"gcp/{FRANKFURT}", policy == "failover"),
    ]
    assert {upper(r.detects) for r in entry.routes} == {30 * 2 + 5}
    assert {d.kind for d in entry.needs_to_recover} == {DomainKind.GLOBAL_CONTROL_PLANE}


@pytest.mark.parametrize(
    ("share", "standby"), [(None, [False, True]), (0.0, [False, True]), (0.1, [False, False]), (1.0, [False, True])]
)
def test_backups_that_answer_some_clients_all_the_time_are_no_standby(share: float | None, standby: list[bool]) -> None:
    found = model(lambda: routed("failover", share=share))
    (entry,) = found.entries
    assert [route.standby for route in entry.routes] == standby
    sites = {b.urn: b.site for b in found.balancers}
    assert sites[entry.routes[0].target or ""] == f"gcp/{FRANKFURT if share == 1 else BELGIUM}"


@pytest.mark.parametrize("fenced", [True, False])
def test_an_answer_within_a_fence_is_never_withdrawn(fenced: bool) -> None:
    (entry,) = model(lambda: routed("geo", fenced=fenced)).entries
    assert {route.detects is None for route in entry.routes} == {fenced}


def test_an_answer_without_a_check_is_never_withdrawn() -> None:
    assert {r.detects for r in model(lambda: routed("geo", checked=False)).entries[0].routes} == {None}


def test_where_a_name_leads_stays_unknown_when_nothing_tells() -> None:
    def program() -> None:
        at = Region()
        addresses = [GlobalAddress(n, opts=at.opts).address for n in ("one", "two")]
        zone = ManagedZone("zone", dns_name="shop.example.", opts=at.opts)
        wrrs: list[Any] = [{"weight": w, "rrdatas": [a]} for w, a in zip((1, 0), addresses, strict=True)]
        RecordSet(
            "shop", name="shop.example.", type="A", managed_zone=zone.name, routing_policy={"wrrs": wrrs}, opts=at.opts
        )

    (entry,) = model(program).entries
    assert [(r.target, r.standby, r.weight) for r in entry.routes] == [(None, False, 1)]


# -- Cloud SQL --------------------------------------------------------------------------------------------------------


def test_a_regional_instance_holds_two_copies_and_a_zonal_one_stands_in_one_zone() -> None:
    spread = member(model(lambda: gcp.database(Region())), StoreKind.RELATIONAL)
    assert (len(spread.zones or ()), spread.synchronous) == (3, 2)
    assert spread.local_failover
    assert fact_ids(spread.local_failover) == ("gcp.cloudsql.ha.enterprise",)
    assert [k.name for k in spread.needs_to_run] == [f"gcp/{BELGIUM}/{BELGIUM}"]
    named = (f"{BELGIUM}-b", f"{BELGIUM}-c")
    assert zones(member(model(lambda: gcp.database(Region(), zones=named)), StoreKind.RELATIONAL)) == list(named)
    found = model(lambda: gcp.database(Region(), regional=False))
    single = member(found, StoreKind.RELATIONAL)
    assert (zones(single), single.local_failover) == ([f"{BELGIUM}-b"], None)
    (some,) = assumed(found, Assumes.IN_SOME_ZONES)
    assert some.amount == 1


def replicated(*, designated: bool) -> None:
    cluster: Any = {"failover_dr_replica_name": f"acme-prod:shop-db-{FRANKFURT}"} if designated else None
    edition = "ENTERPRISE_PLUS"
    primary = gcp.database(Region(), edition=edition, replication_cluster=cluster)
    gcp.database(Region(FRANKFURT), source=primary, edition=edition)


@pytest.mark.parametrize("designated", [True, False])
def test_a_replica_that_is_designated_takes_the_role_over(designated: bool) -> None:
    store = only(model(lambda: replicated(designated=designated)), StoreKind.RELATIONAL)
    primary, replica = sorted(store.members, key=lambda m: not m.writer)
    assert replica.source == primary.urn
    assert replica.site == f"gcp/{FRANKFURT}"
    assert replica.promotes
    fact = "gcp.cloudsql.advanced_dr" if designated else "gcp.cloudsql.cross_region_replica"
    assert fact_ids(replica.promotes) == (fact,)
    assert replica.promoted_by is None
    assert store.two_primaries_guarded is (True if designated else None)


def test_backups_are_where_they_are_sent_and_logs_where_the_instance_is() -> None:
    copies = {c.mechanism: c for c in only(model(lambda: gcp.database(Region())), StoreKind.RELATIONAL).copies}
    assert copies["daily backup"].site is None
    assert (DomainKind.GEOGRAPHY, "North America") in homes(copies["daily backup"])
    assert upper(copies["daily backup"].age) == (24 + 4 + 1) * 3600
    assert copies["point-in-time recovery"].site == f"gcp/{BELGIUM}"
    assert copies["point-in-time recovery"].retention == timedelta(days=7)
    none: Any = {"enabled": False}
    assert only(model(lambda: gcp.database(Region(), backups=none)), StoreKind.RELATIONAL).copies == ()


def vaulted(*, owner: str = "acme-safe", enforced: bool = True, locked: bool = True, keyed: bool = False) -> None:
    here, safe = Region(), Region("us-east1", owner)
    instance = gcp.database(here, keyed=keyed)
    vault = BackupVault(
        "vault",
        backup_vault_id="vault",
        location="us-east1",
        backup_minimum_enforced_retention_duration="2592000s" if enforced else "0s",
        effective_time="2027-01-01T00:00:00Z" if locked else None,
        opts=safe.opts,
    )
    plan = BackupPlan(
        "plan",
        backup_plan_id="plan",
        location=BELGIUM,
        backup_vault=vault.id,
        resource_type="sqladmin.googleapis.com/Instance",
        backup_rules=[
            {
                "rule_id": "often",
                "backup_retention_days": 35,
                "standard_schedule": {
                    "recurrence_type": "HOURLY",
                    "hourly_frequency": 6,
                    "time_zone": "UTC",
                    "backup_window": {"start_hour_of_day": 0, "end_hour_of_day": 24},
                },
            }
        ],
        opts=here.opts,
    )
    BackupPlanAssociation(
        "plan",
        backup_plan_association_id="plan",
        location=BELGIUM,
        backup_plan=plan.id,
        resource=instance.id,
        resource_type="sqladmin.googleapis.com/Instance",
        opts=here.opts,
    )


def test_a_vault_of_another_project_is_out_of_reach() -> None:
    def protections(**more: Any) -> frozenset[Protection]:
        copies = only(model(lambda: vaulted(**more)), StoreKind.RELATIONAL).copies
        (copy,) = (c for c in copies if "vault" in c.mechanism)
        assert copy.site == "gcp/us-east1"
        assert copy.retention == timedelta(days=35)
        assert upper(copy.age) == (6 + 24 + 1) * 3600
        return copy.protections

    assert protections() == {Protection.VERSIONED, Protection.RETAINED, Protection.LOCKED, Protection.OTHER_ACCOUNT}
    assert Protection.OTHER_ACCOUNT not in protections(owner="acme-prod")
    assert Protection.LOCKED not in protections(locked=False)
    assert not protections(enforced=False) & {Protection.RETAINED, Protection.LOCKED}


def test_a_vault_takes_no_instance_under_a_key_of_the_customer_s() -> None:
    store = only(model(lambda: vaulted(keyed=True)), StoreKind.RELATIONAL)
    assert not any("vault" in copy.mechanism for copy in store.copies)
    (refused,) = (one for one in store.refused if one.kind is Refusal.KEY_NOT_TAKEN)
    assert "which a key of yours encrypts" in say(refused)


# -- caches -----------------------------------------------------------------------------------------------------------


def test_a_basic_redis_stands_in_one_zone_and_a_standard_one_is_taken_over() -> None:
    def program(tier: str) -> None:
        Redis("cache", memory_size_gb=5, tier=tier, region=BELGIUM, location_id=f"{BELGIUM}-c", opts=Region().opts)

    basic = only(model(lambda: program("BASIC")), StoreKind.CACHE)
    assert (zones(basic.members[0]), basic.members[0].local_failover) == ([f"{BELGIUM}-c"], None)
    assert not basic.durable
    standard = member(model(lambda: program("STANDARD_HA")), StoreKind.CACHE)
    assert standard.local_failover
    assert standard.synchronous == 2


@pytest.mark.parametrize("kind", [RedisCluster, Valkey])
def test_a_cluster_outlives_a_zone_with_replicas_alone(kind: Any) -> None:
    def program(replicas: int, **more: Any) -> None:
        place = {"region": BELGIUM} if kind is RedisCluster else {"location": BELGIUM, "instance_id": "cache"}
        kind("cache", shard_count=3, replica_count=replicas, opts=Region().opts, **place, **more)

    assert member(model(lambda: program(1)), StoreKind.CACHE).local_failover
    assert member(model(lambda: program(0)), StoreKind.CACHE).local_failover is None
    one: Any = {"mode": "SINGLE_ZONE", "zone": f"{BELGIUM}-d"}
    single = member(model(lambda: program(1, zone_distribution_config=one)), StoreKind.CACHE)
    assert zones(single) == [f"{BELGIUM}-d"]


def test_a_secondary_cluster_follows_the_primary_of_another_region() -> None:
    def program() -> None:
        here, there = Region(), Region(FRANKFURT)
        primary = RedisCluster("one", shard_count=3, replica_count=1, region=BELGIUM, opts=here.opts)
        RedisCluster(
            "two",
            shard_count=3,
            replica_count=1,
            region=FRANKFURT,
            cross_cluster_replication_config={
                "cluster_role": "SECONDARY",
                "primary_cluster": {"cluster": primary.id},
            },
            opts=there.opts,
        )

    store = only(model(program), StoreKind.CACHE)
    assert store.durable
    assert [(m.site, m.writer) for m in store.members] == [(f"gcp/{BELGIUM}", True), (f"gcp/{FRANKFURT}", False)]
    assert store.members[1].promotes


# -- objects, files, disks, secrets -----------------------------------------------------------------------------------


def test_a_bucket_in_two_regions_serves_from_either_and_turbo_bounds_what_is_missing() -> None:
    store = only(model(lambda: gcp.bucket(Region(), rpo="ASYNC_TURBO")), StoreKind.OBJECTS)
    assert [m.site for m in store.members] == [f"gcp/{BELGIUM}", f"gcp/{FRANKFURT}"]
    assert upper(store.members[1].lag) == 900
    slow = only(model(lambda: gcp.bucket(Region())), StoreKind.OBJECTS)
    assert upper(slow.members[1].lag) == 12 * 3600
    one = only(model(lambda: gcp.bucket(Region(), regions=(BELGIUM,))), StoreKind.OBJECTS)
    assert [m.site for m in one.members] == [f"gcp/{BELGIUM}"]
    everywhere = member(model(lambda: gcp.bucket(Region(), regions=("eu",))), StoreKind.OBJECTS)
    assert everywhere.site is None
    assert (DomainKind.GEOGRAPHY, "Europe") in homes(everywhere)


def test_versions_and_soft_deletion_keep_what_was_deleted() -> None:
    def mechanisms(**more: Any) -> dict[str, timedelta | None]:
        return {
            c.mechanism: c.retention
            for c in only(model(lambda: gcp.bucket(Region(), **more)), StoreKind.OBJECTS).copies
        }

    assert mechanisms() == {"object versions": None, "soft-deleted objects": timedelta(days=7)}
    assert mechanisms(versioning=None, soft_delete_policy={"retention_duration_seconds": 0}) == {}


def transferred(*, owner: str = "acme-safe", locked: bool = True) -> None:
    here, safe = Region(), Region("us-east1", owner)
    media = gcp.bucket(here)
    copy = gcp.bucket(
        safe,
        "copy",
        regions=("us-east1",),
        versioning=None,
        retention_policy={"retention_period": "2592000", "is_locked": locked},
    )
    TransferJob(
        "copy",
        description="copy",
        transfer_spec={"gcs_data_source": {"bucket_name": media.name}, "gcs_data_sink": {"bucket_name": copy.name}},
        schedule={"schedule_start_date": {"year": 2026, "month": 1, "day": 1}, "repeat_interval": "3600s"},
        opts=here.opts,
    )


def test_a_bucket_that_a_job_fills_is_a_copy_of_the_other() -> None:
    store = only(model(transferred), StoreKind.OBJECTS)
    (copy,) = (c for c in store.copies if c.mechanism == "scheduled transfer")
    assert copy.site == "gcp/us-east1"
    assert copy.protections == {Protection.VERSIONED, Protection.RETAINED, Protection.LOCKED, Protection.OTHER_ACCOUNT}
    assert upper(copy.age) == 3 * 3600
    near = only(model(lambda: transferred(owner="acme-prod", locked=False)), StoreKind.OBJECTS)
    (copy,) = (c for c in near.copies if c.mechanism == "scheduled transfer")
    assert copy.protections == {Protection.VERSIONED, Protection.RETAINED}


@pytest.mark.parametrize(("tier", "location", "count"), [("REGIONAL", BELGIUM, 3), ("BASIC_SSD", f"{BELGIUM}-b", 1)])
def test_a_file_share_is_of_a_region_or_of_a_zone(tier: str, location: str, count: int) -> None:
    def program() -> None:
        Filestore(
            "files",
            tier=tier,
            location=location,
            file_shares={"name": "media", "capacity_gb": 1024},
            networks=[{"network": "default", "modes": ["MODE_IPV4"]}],
            opts=Region().opts,
        )

    share = member(model(program), StoreKind.FILES)
    assert len(share.zones or ()) == count
    assert bool(share.local_failover) == (count > 1)


def test_a_disk_is_of_one_zone_or_of_two_and_its_schedule_makes_copies() -> None:
    def program(*, regional: bool) -> None:
        at = Region()
        if regional:
            RegionDisk("data", region=BELGIUM, replica_zones=[f"{BELGIUM}-b", f"{BELGIUM}-c"], opts=at.opts)
            return
        disk = Disk("data", zone=f"{BELGIUM}-b", size=200, opts=at.opts)
        schedule = ResourcePolicy(
            "often",
            region=BELGIUM,
            snapshot_schedule_policy={
                "schedule": {"hourly_schedule": {"hours_in_cycle": 4, "start_time": "00:00"}},
                "retention_policy": {"max_retention_days": 14},
                "snapshot_properties": {"storage_locations": "us"},
            },
            opts=at.opts,
        )
        DiskResourcePolicyAttachment("data", name=schedule.name, disk=disk.name, zone=f"{BELGIUM}-b", opts=at.opts)

    zonal = only(model(lambda: program(regional=False)), StoreKind.FILES)
    assert zones(zonal.members[0]) == [f"{BELGIUM}-b"]
    (copy,) = zonal.copies
    assert (copy.retention, upper(copy.age)) == (timedelta(days=14), (4 + 1 + 1) * 3600)
    assert (DomainKind.GEOGRAPHY, "North America") in homes(copy)
    spread = member(model(lambda: program(regional=True)), StoreKind.FILES)
    assert (len(spread.zones or ()), bool(spread.local_failover)) == (2, True)


def test_a_secret_is_everywhere_or_where_its_replicas_are() -> None:
    def program(replication: Any) -> None:
        Secret("db", secret_id="db", replication=replication, opts=Region().opts)

    everywhere = member(model(lambda: program({"auto": {}})), StoreKind.SECRETS)
    assert everywhere.site is None
    replicas: Any = {"user_managed": {"replicas": [{"location": BELGIUM}, {"location": FRANKFURT}]}}
    store = only(model(lambda: program(replicas)), StoreKind.SECRETS)
    assert [(m.site, m.writer) for m in store.members] == [(f"gcp/{BELGIUM}", True), (f"gcp/{FRANKFURT}", False)]


# -- the rest ---------------------------------------------------------------------------------------------------------


def test_pools_use_what_their_start_up_knows_of() -> None:
    found = model(gcp.shop)
    used = {StoreKind.RELATIONAL, StoreKind.OBJECTS}
    for pool in found.pools:
        assert {s.kind for s in found.stores if s.name in found.calls[pool.urn]} == used
    assert found.active_site == f"gcp/{BELGIUM}"


def test_a_type_without_a_reading_is_listed_and_one_project_is_said_to_be_assumed() -> None:
    def program() -> None:
        Notebook("notes", location="europe-west1-b")
        Front(Region(), Group(Region(FRANKFURT)))

    found = model(program)
    assert [urn.rsplit("::", 2)[-2] for urn in found.not_understood] == ["gcp:workbench/instance:Instance"]
    assert assumed(found, Assumes.ONE_PROJECT)
