"""What the small shop declares at Google Cloud, and what a change of its specification does to it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest
from hypothesis import given, strategies as st

from bcinfra import spec
from bcinfra.assembly.contract import DatabaseSource, DnsZone, DomainNames, EntryPoint, ShopArgs, Upstream
from bcinfra.assembly.gcp import GcpDeployment
from bcinfra.assembly.gcp.tunnels import inside
from bcinfra.assembly.settings import settings
from bcinfra.component import RefusedError
from bcinfra.exits import UserError
from bcinfra.graph import Graph, Resource, Secret, record
from bcinfra.graph.core.location import location
from bcinfra.places import regions
from bcinfra.spec import AwsSite, GcpSite, Objectives, OnPremSite, Strategy
from tests.assembly.conftest import recorded
from tests.assembly.test_shop import inputs_changed

import b2b  # isort: skip
import small  # isort: skip

PROD = small.PROD.revised(dns={})
SITES = {"belgium": "europe-west1", "carolina": "us-east1", "iowa": "us-central1"}
MAIN, VAULT = "small-shop-prod", "small-shop-vault"


@cache
def prod() -> Graph:
    return recorded(PROD)


def changed(**changes: Any) -> Graph:
    return recorded(PROD.revised(**changes))


def row(graph: Graph, kind: str, name: str) -> Resource:
    (found,) = (r for r in graph if r.type.endswith(f":{kind}") and r.name == f"small-prod-{name}")
    return found


def rows(graph: Graph, kind: str) -> list[Resource]:
    return [r for r in graph if r.type.endswith(f":{kind}")]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


# -- what is there


def test_everything_of_a_site_is_in_its_region_and_project() -> None:
    for one in prod():
        site = next((s for s in SITES if f"-{s}" in one.name), None)
        where = location(prod(), one)
        region = one.inputs.get("region") or one.inputs.get("location")
        if site and where and not one.is_provider and region in regions.names("gcp") and "media" not in one.name:
            assert region == SITES[site], one.urn
        if site and where and not one.is_provider and not one.type.endswith(":TransferJob"):  # the source's, it copies
            assert where.account == (VAULT if site == "iowa" else MAIN), one.urn


def test_the_primary_runs_in_two_zones_and_a_replica_follows_it_in_the_united_states() -> None:
    primary, replica = (row(prod(), "DatabaseInstance", f"mysql-{site}") for site in ("belgium", "carolina"))
    assert plain(primary.inputs["settings"])["availabilityType"] == "REGIONAL"
    assert plain(primary.inputs["settings"])["locationPreference"] == {
        "zone": "europe-west1-b",
        "secondaryZone": "europe-west1-c",
    }
    assert prod()[replica.property_dependencies["masterInstanceName"][0]] == primary


def test_every_site_keeps_its_data_under_its_own_key() -> None:
    for kind, field in (("DatabaseInstance", "encryptionKeyName"), ("redis/cluster:Cluster", "kmsKey")):
        for one in rows(prod(), kind):
            site = next(s for s in SITES if s in one.name)
            needed = {prod()[urn].name for urn in one.property_dependencies[field]}
            assert f"small-prod-{site}-data-key" in needed
            assert all(site in name for name in needed)


def test_media_is_in_two_regions_and_copied_out_of_reach() -> None:
    media = row(prod(), "Bucket", "media")
    assert plain(media.inputs["customPlacementConfig"]) == {"dataLocations": ["EUROPE-WEST1", "EUROPE-WEST4"]}
    assert location(prod(), row(prod(), "KeyRing", "media-ring")).region == "europe"  # type: ignore[union-attr]
    copy = row(prod(), "Bucket", "media-iowa")
    assert copy.inputs["project"] == VAULT
    assert plain(copy.inputs["retentionPolicy"]) == {"retentionPeriod": str(30 * 24 * 3600), "isLocked": True}


def test_every_change_of_the_database_goes_to_the_other_project() -> None:
    stream = row(prod(), "Stream", "changes-stream")
    assert plain(stream.inputs["sourceConfig"])["mysqlSourceConfig"]["includeObjects"] == {
        "mysqlDatabases": [{"database": "shop"}]
    }
    assert row(prod(), "Bucket", "changes").inputs["project"] == VAULT


def test_only_web_may_call_app_and_app_has_the_data_to_itself() -> None:
    for site in ("belgium", "carolina"):
        app, web = (row(prod(), "Service", f"{site}-{what}-service") for what in ("app", "web"))
        assert app.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
        assert web.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
        (grant,) = (r for r in rows(prod(), "ServiceIamMember") if r.name == f"small-prod-{site}-web-calls-app")
        assert grant.inputs["role"] == "roles/run.invoker"
        assert {prod()[urn].name for urn in grant.property_dependencies["member"]} == {
            f"small-prod-{site}-web-identity"
        }
        variables = {env["name"] for env in container(app)["envs"]}
        assert {"SITE", "SHOP_DOMAIN", "MYSQL_HOST", "MYSQL_PASSWORD", "REDIS_HOST", "MEDIA_BUCKET"} <= variables
        assert {env["name"] for env in container(web)["envs"]} == {"SITE", "SHOP_DOMAIN", "APP_URL"}


def container(service: Resource) -> Any:
    (one,) = plain(service.inputs["template"])["containers"]
    return one


def test_a_standby_needs_nothing_of_the_region_that_it_replaces() -> None:
    for one in prod():
        if not one.custom or "carolina" not in one.name or one.is_provider:
            continue
        needed = {prod()[urn].name for urn in one.dependencies if "belgium" in prod()[urn].name}
        replicates = any(part in one.name for part in ("-mysql-", "-redis-", "-outage", "-failover"))
        assert not needed or replicates, (one.name, needed)


def test_each_site_pulls_from_its_own_registry() -> None:
    images = {one.name: container(one)["image"] for one in rows(prod(), "Service")}
    for name, image in images.items():
        site = next(s for s in SITES if s in name)
        assert image.startswith(f"{SITES[site]}-docker.pkg.dev/{MAIN}/small/")


def test_customers_go_to_belgium_and_to_the_standby_when_it_cannot_serve() -> None:
    record_set = row(prod(), "RecordSet", "names-small.example-A")
    policy = plain(record_set.inputs["routingPolicy"])
    assert policy["primaryBackup"]["backupGeos"][0]["location"] == "us-east1"
    behind = {
        site: {prod()[urn].name for urn in row(prod(), "BackendService", f"{site}-balancer-backends").dependencies}
        for site in ("belgium", "carolina")
    }
    assert "small-prod-carolina-web-endpoints" not in behind["belgium"], "who is near the standby is served by Belgium"
    assert "small-prod-carolina-web-endpoints" in behind["carolina"]


def test_a_workflow_in_the_surviving_region_moves_the_shop() -> None:
    workflow = row(prod(), "Workflow", "carolina-failover")
    assert workflow.inputs["region"] == "us-east1"
    source = json.dumps(json.loads(str(workflow.inputs["sourceContents"])))
    replica, primary = (row(prod(), "DatabaseInstance", f"mysql-{s}").inputs["name"] for s in ("carolina", "belgium"))
    assert str(replica) in source
    assert str(primary) in source
    for what in ("web", "app"):
        assert str(row(prod(), "Service", f"carolina-{what}-service").inputs["name"]) in source
    assert len(rows(prod(), "Trigger")) == 1


def test_passwords_are_secret_and_write_only() -> None:
    assert row(prod(), "User", "mysql-user").inputs["passwordWo"] == Secret()
    assert row(prod(), "SecretVersion", "mysql-password-value").inputs["secretDataWo"] == Secret()


def test_the_specification_travels_in_the_graph() -> None:
    (stated,) = prod().of_type("bcinfra:assembly:Shop")
    assert spec.Shop(**stated.inputs["spec"]) == PROD  # type: ignore[arg-type]


def test_the_database_is_left_alone_on_the_days_of_the_peak() -> None:
    settings: Any = row(prod(), "DatabaseInstance", "mysql-belgium").inputs["settings"]
    said = settings["denyMaintenancePeriod"]
    assert (said["startDate"], said["endDate"]) == ("12-12", "12-21")


# -- what a change does


def test_naming_the_site_that_a_failover_promoted_changes_nothing() -> None:
    after = changed(active_site="carolina")
    assert after.resources.keys() == prod().resources.keys()
    touched = inputs_changed(prod(), after)
    assert {name: fields - {"settings"} for name, fields in touched.items() if fields - {"settings"}} == {}
    for name in touched:  # settings that only a primary has are ignored one by one
        (one,) = (r for r in after if r.name == name)
        assert {"settings.backupConfiguration", "settings.maintenanceWindow"} <= set(one.options.ignore_changes)


def test_after_a_failover_the_site_that_writes_now_is_backed_up_streamed_and_tested_once_that_is_asked_for() -> None:
    failed_over = PROD.revised(active_site="carolina")
    after = recorded(failed_over, roleSettings="2")
    assert after.resources.keys() - prod().resources.keys() == {
        urn.replace("alerts-lag-carolina", "alerts-lag-belgium").replace("backup-belgium", "backup-carolina")
        for urn in prod().resources
        if "alerts-lag-" in urn or "alerts-backup-" in urn
    }
    replica = row(after, "DatabaseInstance", "mysql-carolina")
    assert plain(replica.inputs["settings"])["backupConfiguration"]["enabled"] is True
    assert "settings.backupConfiguration" not in replica.options.ignore_changes
    (stream,) = rows(after, "Stream")
    assert stream.inputs["location"] == "us-east1"
    assert row(after, "Workflow", "restore-test").inputs["region"] == "us-east1"
    with pytest.raises(UserError, match="roleSettings = 'two': is not of the form that is asked"):
        recorded(failed_over, roleSettings="two")


def test_removing_the_standby_leaves_the_rest_alone() -> None:
    sites = {name: site for name, site in PROD.sites.items() if name != "carolina"}
    after = changed(sites=sites, strategy=Strategy.BACKUP_AND_RESTORE)
    assert not after.resources.keys() - prod().resources.keys()
    gone = {prod()[urn].name for urn in prod().resources.keys() - after.resources.keys()}
    assert all("carolina" in name or "us-east1" in name or name == "small-prod-names-sells" for name in gone), gone


def test_a_pilot_light_runs_no_servers_but_keeps_the_data() -> None:
    graph = changed(strategy=Strategy.PILOT_LIGHT)
    waiting = row(graph, "Service", "carolina-web-service")
    assert waiting.inputs["scaling"] == {"minInstanceCount": 0}
    replica = row(graph, "DatabaseInstance", "mysql-carolina")
    assert plain(replica.inputs["settings"])["availabilityType"] == "ZONAL"


def test_virtual_machines_instead_of_containers() -> None:
    image = "projects/small-shop-prod/global/images/family/shop"
    graph = changed(
        web=PROD.web.revised(compute="virtual-machines", image=image),
        app=PROD.tiers["app"].revised(compute="virtual-machines", image=image),
    )
    assert len(rows(graph, "RegionInstanceGroupManager")) == 4
    assert {r.name for r in rows(graph, "ForwardingRule")} == {
        f"small-prod-{site}-app-balancer-rule" for site in ("belgium", "carolina")
    }
    let_in = row(graph, "Firewall", "belgium-app-from-web")
    assert let_in.inputs["sourceRanges"] == [
        row(graph, "Subnetwork", "network-belgium-workloads").inputs["ipCidrRange"]
    ]
    template = row(graph, "InstanceTemplate", "belgium-web-template")
    assert template.inputs["machineType"] == "n4-highcpu-2"
    workflow = row(graph, "Workflow", "carolina-failover")
    scaler = row(graph, "RegionAutoscaler", "carolina-app-autoscaler")
    assert str(scaler.inputs["name"]) in str(workflow.inputs["sourceContents"])


def test_enterprise_plus_is_taken_where_more_is_promised_than_enterprise_does() -> None:
    def settings_of(graph: Graph) -> Any:
        return plain(row(graph, "DatabaseInstance", "mysql-belgium").inputs["settings"])

    assert settings_of(prod())["edition"] == "ENTERPRISE"
    assert settings_of(prod())["tier"] == "db-custom-2-8192"
    most = changed(objectives=Objectives(recovery_time="2h", data_loss="15m", availability=99.97))
    assert settings_of(most)["edition"] == "ENTERPRISE_PLUS"
    assert settings_of(most)["tier"] == "db-perf-optimized-N-2"


def test_sites_that_all_serve_stand_behind_one_door_with_a_cache_each() -> None:
    sites = {**PROD.sites, "carolina": PROD.sites["carolina"].revised(role="active")}
    data = {name: kept for name, kept in PROD.data.items() if kept.home != "mysql"}
    needs = {name: {"needs": {"data": ["content", "dns-zone"]}} for name in ("browse", "cart", "checkout", "account")}
    needs["checkout"]["needs"]["external"] = ["payment-provider"]
    elsewhere = ("products", "customers", "orders", "module-configuration")
    external = {name: {"criticality": "critical", "home": "external:erp"} for name in elsewhere}
    graph = changed(
        sites=sites,
        strategy=Strategy.ACTIVE_ACTIVE,
        mysql=None,
        data={**data, **external},
        capabilities={**needs, "support": None},
    )
    assert {r.name for r in rows(graph, "redis/cluster:Cluster")} == {
        "small-prod-redis-belgium-belgium",
        "small-prod-redis-carolina-carolina",
    }
    (service,) = rows(graph, "BackendService")
    assert service.name == "small-prod-gcp-balancer-backends"
    assert len(plain(service.inputs["backends"])) == 2
    assert "rrdatas" in row(graph, "RecordSet", "names-small.example-A").inputs, "one entry point needs no choice"


def test_a_building_that_the_tiers_call_is_joined_to_every_site_over_both_of_its_lines() -> None:
    graph = changed(
        sites={**PROD.sites, "kortrijk": OnPremSite(place=b2b.KORTRIJK)},
        web=PROD.web.revised(compute="virtual-machines", image="projects/small-shop-prod/global/images/family/web"),
    )
    tunnels = rows(graph, "VPNTunnel")
    assert len(tunnels) == 8
    assert all(tunnel.inputs["sharedSecret"] == Secret() for tunnel in tunnels)
    assert {tunnel.inputs["region"] for tunnel in tunnels} == {"europe-west1", "us-east1"}
    ranges = [str(peer.inputs["peerIpAddress"]) for peer in rows(graph, "RouterPeer")]
    assert len(set(ranges)) == 8
    rule = row(graph, "Firewall", "belgium-web-to-kortrijk-back-office")
    assert rule.inputs["destinationRanges"] == ["10.200.0.20/32"]
    assert plain(rule.inputs["allows"]) == [{"protocol": "tcp", "ports": ["8443"]}]


def test_a_building_with_another_number_of_lines_than_google_takes_is_refused() -> None:
    isps = {"fibre": b2b.KORTRIJK.isps["fibre"]}
    with pytest.raises(UserError, match="are not the lines that a VPN of Google Cloud takes"):
        changed(sites={**PROD.sites, "kortrijk": OnPremSite(place=b2b.KORTRIJK.revised(isps=isps))})


# -- what is refused


def test_active_active_needs_a_database_that_takes_orders_everywhere() -> None:
    sites = {**PROD.sites, "carolina": PROD.sites["carolina"].revised(role="active")}
    with pytest.raises(UserError, match="Cloud SQL takes them at one"):
        changed(sites=sites, strategy=Strategy.ACTIVE_ACTIVE)


def test_sites_that_serve_are_in_one_project_and_copies_in_another() -> None:
    carolina, iowa = PROD.sites["carolina"], PROD.sites["iowa"]
    with pytest.raises(UserError, match="is not 'main', where the others serve"):
        changed(sites={**PROD.sites, "carolina": carolina.revised(account="vault")})
    with pytest.raises(UserError, match=r"sites\.iowa\.account = 'main': holds the shop too"):
        changed(sites={**PROD.sites, "iowa": iowa.revised(account="main")})


def test_media_needs_a_region_that_is_paired() -> None:
    toronto = GcpSite(region="northamerica-northeast2", role="primary")
    with pytest.raises(UserError, match="is paired with no other region by Cloud Storage"):
        changed(sites={**PROD.sites, "belgium": toronto})


# -- beside another vendor


def beside(**more: Any) -> spec.Shop:
    """A shop that sells from AWS and stands by at Google Cloud."""
    return PROD.revised(
        accounts={**PROD.accounts, "aws": "111122223333"},
        sites={
            "ireland": AwsSite(region="eu-west-1", role="primary", account="aws"),
            "carolina": PROD.sites["carolina"],
            "iowa": PROD.sites["iowa"],
        },
        edge=None,
        **more,
    )


def part(shop: spec.Shop) -> Graph:
    """What Google Cloud's part of ``shop`` declares beside what AWS did."""

    class Whole(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("bcinfra:assembly:Shop", shop.prefix)
            secret = pulumi.Output.secret("correct horse")
            args = ShopArgs.model_construct(
                shop=shop,
                secrets={"mysqlPassword": secret, "replicationPassword": secret},
                settings={
                    **{name: f"gs://acme/{name}" for name in settings(shop)},
                    "alertEmail": "operators@sample.example",
                },
            )
            sites = {name: site for name, site in shop.sites.items() if site.kind == "gcp"}
            provisioned = GcpDeployment(parent=self, args=args, sites=sites).provision()
            data = provisioned.declare_data(Upstream(source=DatabaseSource(host="10.9.0.5", port=3306)))
            started = data.start_tiers()
            assert provisioned.zone
            names = at_aws()
            started.publish_dns(
                replace(
                    names,
                    zones={**names.zones, "gcp": provisioned.zone},
                    entry_points={**names.entry_points, **started.entry_points},
                )
            ).declare_recovery()

    return record(Whole, project="bcinfra", stack=shop.prefix, config={"pulumi:disable-default-providers": '["*"]'})


def at_aws() -> DomainNames:
    zone = DnsZone(
        cloud="aws", id=pulumi.Output.from_input("Z1"), name_servers=pulumi.Output.from_input(["ns-1.awsdns-00.org"])
    )
    return DomainNames(
        zones={"aws": zone},
        entry_points={"ireland": EntryPoint(sites=("ireland",), addresses=("198.51.100.7", "198.51.100.8"), live=True)},
        proofs={"aws": {"name": f"_x.{PROD.domain}", "kind": "CNAME", "value": "_y.acm-validations.aws."}},
    )


@pytest.fixture(scope="module")
def follower() -> Graph:
    return part(beside())


def test_a_standby_follows_the_database_of_another_vendor(follower: Graph) -> None:
    (source,) = rows(follower, "SourceRepresentationInstance")
    assert (source.inputs["host"], source.inputs["port"]) == ("10.9.0.5", 3306)
    assert source.inputs["password"] == Secret()
    assert source.inputs["dumpFilePath"] == "gs://acme/replicationDump"
    (replica,) = rows(follower, "DatabaseInstance")
    assert follower[replica.property_dependencies["masterInstanceName"][0]] == source


def test_people_are_told_when_the_standby_falls_behind(follower: Graph) -> None:
    lag = row(follower, "AlertPolicy", "alerts-lag-carolina")
    (replica,) = rows(follower, "DatabaseInstance")
    for condition in plain(lag.inputs["conditions"]):
        assert str(replica.inputs["name"]) in condition["conditionThreshold"]["filter"]
    assert lag.inputs["notificationChannels"]


def test_cloud_dns_gives_the_answers_that_the_other_dns_gives(follower: Graph) -> None:
    policy = plain(row(follower, "RecordSet", "names-small.example-A").inputs["routingPolicy"])["primaryBackup"]
    assert policy["primary"] == {"externalEndpoints": ["198.51.100.7", "198.51.100.8"]}
    assert [geo["location"] for geo in policy["backupGeos"]] == ["us-east1"]
    (caa,) = (r for r in rows(follower, "RecordSet") if r.inputs["type"] == "CAA")
    assert caa.inputs["rrdatas"] == ['0 issue "amazon.com"', '0 issue "pki.goog"']
    assert {r.inputs["name"] for r in rows(follower, "RecordSet")} >= {f"_x.{PROD.domain}."}
    (zone,) = rows(follower, "ManagedZone")
    assert plain(zone.inputs["dnssecConfig"]) == {"state": "off"}, "two providers do not sign with one key"


def test_what_must_be_set_is_told_at_once() -> None:
    with pytest.raises(RefusedError, match="replicationPassword") as caught:
        ShopArgs(shop=beside())
    for name in ("mysqlPassword", "replicationPassword", "replicationCa", "replicationDump"):
        assert name in str(caught.value)
    assert settings(PROD) == {}


# -- tables


@given(st.sets(st.text("abc-12", min_size=1), min_size=1, max_size=200), st.text("xyz", min_size=1))
def test_a_further_tunnel_has_a_range_of_its_own_and_leaves_most_others_alone(names: set[str], more: str) -> None:
    before, after = inside(names), inside({*names, more})
    assert len(set(after.values())) == len(after)
    for cidr in after.values():
        network = IPv4Network(cidr)
        assert network.prefixlen == 30
        assert not network.subnet_of(IPv4Network("169.254.0.0/24"))
        assert not network.subnet_of(IPv4Network("169.254.255.0/24"))
        assert not network.overlaps(IPv4Network("169.254.169.254/32"))
    assert sum(before[name] != after[name] for name in names) <= len(names) // 10 + 1
