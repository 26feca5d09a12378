"""A shop on Kubernetes: what it declares over a machine room and a cloud, and what it survives for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bcinfra import spec
from bcinfra.assembly import secrets
from bcinfra.assembly.kubernetes.site import KubernetesSiteDeploymentArgs
from bcinfra.assembly.secrets import SYSTEM_USERS
from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.quotas import shortages
from bcinfra.continuity.recovery.scenarios import pairs
from bcinfra.exits import UserError
from bcinfra.graph import Graph, Resource, Secret
from bcinfra.graph.core.problem import RecordError
from bcinfra.kubernetes.mysql import USERS
from bcinfra.report.words.statements import say
from bcinfra.spec import AwsSite, KubernetesSite, Media, State
from bcinfra.spec.problems import SpecError
from tests.assembly.conftest import hybrid, recorded, without_files
from tests.continuity.knockouts.edits import with_row
from tests.kubernetes import schemas

GOLDEN = Path(__file__).parent.parent / "golden" / "hybrid-prod.urns"
SITES = ("ghent", "holland")
HELD = {
    "Bucket",
    "Key",
    "ManagedZone",
    "ProjectBucketConfig",
    "Namespace",
    "PerconaXtraDBCluster",
    "RedisCluster",
    "Release",
    "Zone",
    "KeyRing",
    "CryptoKey",
    "CephCluster",
    "CephFilesystem",
    "PersistentVolumeClaim",
}
"""What holds data, or without which none is repaired."""


@cache
def shop() -> Graph:
    return recorded(hybrid.PROD)


@cache
def with_media() -> Graph:
    return recorded(media())


def media() -> spec.Shop:
    """The shop with media in place of files, and with every other thing that it leaves out."""
    prod = hybrid.PROD.revised(**without_files(hybrid.PROD))
    return prod.revised(
        media=Media(size=300), data={**prod.data, "content": "important"}, tags={"cost-centre": "web shop"}
    )


def clusters(prod: spec.Shop) -> dict[str, KubernetesSite]:
    return {name: site for name, site in prod.sites.items() if isinstance(site, KubernetesSite)}


def changed(**sites: Mapping[str, object]) -> Graph:
    """The shop with some fields of its clusters changed."""
    own = {name: site.revised(**sites.get(name, {})) for name, site in clusters(hybrid.PROD).items()}
    return recorded(hybrid.PROD.revised(sites={**hybrid.PROD.sites, **own}))


def objects(graph: Graph, kind: str) -> dict[str, Resource]:
    return {row.name: row for row in schemas.objects(graph) if row.inputs["kind"] == kind}


def nested(row: Resource, *path: str | int) -> Any:
    value: Any = row.inputs
    for key in path:
        value = value[key]
    return value


# -- what is declared -------------------------------------------------------------------------------------------------


def test_no_urn_changes_unseen() -> None:
    """A changed URN is a deletion and a creation. Where that is meant, give an alias and update the golden file."""
    assert sorted(shop().resources) == GOLDEN.read_text().splitlines(), f"see {GOLDEN}"


@pytest.mark.parametrize("graph", [shop, with_media], ids=["prod", "media"])
def test_every_object_is_what_three_releases_and_the_operators_accept(graph: Any) -> None:
    assert list(schemas.problems(graph())) == []


@pytest.mark.parametrize("graph", [shop, with_media], ids=["prod", "media"])
def test_every_object_is_at_its_site_and_says_whose_it_is(graph: Any) -> None:
    for row in (r for r in graph() if r.package == "kubernetes" and not r.is_provider):
        provider = graph().provider_of(row)
        assert provider and row.parent and graph()[row.parent].package == "bcinfra"
        if row.type.endswith(":Release"):
            continue
        labels = nested(row, "metadata", "labels")
        assert provider.name == f"hybrid-prod-{labels['bcinfra/site']}", row.urn
        assert (labels["bcinfra/shop"], labels["bcinfra/environment"]) == ("hybrid", "prod")
        assert len(labels.get("cost-centre", "")) <= 63


def test_each_cluster_is_reached_through_its_context() -> None:
    providers = {row.name: row.inputs for row in shop().of_type("pulumi:providers:kubernetes")}
    assert {name: row["context"] for name, row in providers.items()} == {
        "hybrid-prod-ghent": "ghent-1",
        "hybrid-prod-holland": "holland-1",
    }
    assert all(str(row["skipUpdateUnreachable"]).lower() == "true" for row in providers.values())


def test_what_holds_data_is_protected_and_nothing_else() -> None:
    kept = {row.type.rsplit(":", 1)[-1] for row in with_media() if row.options.protect}
    assert kept <= HELD
    free = recorded(hybrid.PROD.revised(disposable=True))
    assert [row.urn for row in free if row.options.protect] == []


def test_every_component_registers_outputs() -> None:
    assert [row.urn for row in with_media() if row.package == "bcinfra" and not row.outputs] == []


def test_secrets_arrive_as_secrets() -> None:
    found = objects(with_media(), "Secret")
    assert len(found) == 16
    assert all(isinstance(row.inputs["stringData"], Secret) for row in found.values())


def test_the_stack_is_asked_for_the_passwords_of_the_database_s_own_users() -> None:
    assert SYSTEM_USERS == USERS
    asked = secrets(hybrid.PROD)
    assert {"mysqlPassword", "redisPassword", "mysqlRootPassword", "paymentGatewayConfiguration"} <= asked.keys()
    assert "backupPassword" in asked
    assert "backupPassword" not in secrets(hybrid.PROD.revised(**without_files(hybrid.PROD)))


def test_naming_the_site_that_a_person_promoted_changes_nothing() -> None:
    after = recorded(hybrid.PROD.revised(active_site="holland"))
    assert after.resources.keys() == shop().resources.keys()
    for urn, row in after.resources.items():
        ignored = {path.split(".")[0] for path in row.options.ignore_changes}
        different = {key for key in row.inputs if row.inputs[key] != shop()[urn].inputs.get(key)}
        if row.type.endswith(":PerconaXtraDBCluster"):
            old, new = ({k: v for k, v in nested(r, "spec").items() if k != "users"} for r in (shop()[urn], row))
            old, new = (
                {**s, "pxc": {k: v for k, v in s["pxc"].items() if k != "replicationChannels"}} for s in (old, new)
            )
            assert old == new
        elif row.custom:
            assert different <= ignored, (urn, different)


@pytest.mark.parametrize(
    ("hard", "short"),
    [
        ({}, False),
        ({"pods": "16"}, True),  # twelve of each tier at a peak, spread over three zones
        ({"requests.cpu": "60", "requests.memory": "120Gi"}, False),
        ({"requests.cpu": "9500m"}, True),
        ({"requests.memory": "12Gi"}, True),
        ({"limits.cpu": "1000"}, True),  # pods that state no limit are refused
        ({"services": "1"}, False),
    ],
    ids=str,
)
def test_a_quota_of_a_namespace_that_holds_less_than_a_peak_is_seen(hard: dict[str, str], *, short: bool) -> None:
    graph = shop()
    quota = objects(graph, "ResourceQuota")["hybrid-prod-ghent-quota"]
    spec: Any = {"hard": {**nested(quota, "spec", "hard"), **hard}}
    graph = with_row(graph, replace(quota, inputs={**quota.inputs, "spec": spec}))
    found = [one.name for one in shortages(Design(read(graph)))]
    assert bool(found) is short, found


# -- who talks to whom ------------------------------------------------------------------------------------------------


def let_in(graph: Graph, name: str) -> list[Any]:
    return [peer for rule in nested(objects(graph, "NetworkPolicy")[name], "spec", "ingress") for peer in rule["from"]]


def test_customers_come_by_the_controller_and_data_is_the_app_s_alone() -> None:
    (controller,) = let_in(shop(), "hybrid-prod-ghent-web")
    assert controller["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}
    (web,) = let_in(shop(), "hybrid-prod-ghent-app")
    assert web["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "hybrid-prod-ghent-web"
    for store in ("hybrid-prod-mysql-ghent", "hybrid-prod-ghent-redis"):
        spaces = [
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for peer in let_in(shop(), store)
            if peer.get("namespaceSelector")  # none picks all: Prometheus, which reads figures
        ]
        assert spaces[-1] == "hybrid-prod-ghent", "the tiers, beside the operator"
    reached = nested(objects(shop(), "NetworkPolicy")["hybrid-prod-ghent-app"], "spec", "egress")
    assert {p["port"] for rule in reached for p in rule["ports"]} == {53, 443, 3306, 6379}
    web_out = nested(objects(shop(), "NetworkPolicy")["hybrid-prod-ghent-web"], "spec", "egress")
    assert {p["port"] for rule in web_out for p in rule["ports"]} == {53, 8080}


def test_the_other_site_s_database_is_let_in_from_its_ranges() -> None:
    blocks = [peer["ipBlock"]["cidr"] for peer in let_in(shop(), "hybrid-prod-mysql-ghent") if "ipBlock" in peer]
    assert blocks == ["10.40.0.0/16"]
    exposed = nested(objects(shop(), "PerconaXtraDBCluster")["hybrid-prod-mysql-holland"], "spec", "pxc", "expose")
    assert exposed["annotations"] == {"networking.gke.io/load-balancer-type": "Internal"}


def test_tiers_are_told_of_their_own_site_s_data() -> None:
    for site in SITES:
        app = objects(shop(), "Deployment")[f"hybrid-prod-{site}-app"]
        told = {e["name"]: e.get("value") for e in nested(app, "spec", "template", "spec", "containers", 0, "env")}
        assert told["SITE"] == site
        assert f"hybrid-prod-{site}-redis-leader" in told["REDIS_HOST"]
        assert told["MYSQL_HOST"].endswith(f"-haproxy.hybrid-prod-{site}-data.svc")
        assert {"MYSQL_PASSWORD", "REDIS_PASSWORD", "SECRETS", "PAYMENT_GATEWAY_CONFIGURATION"} <= told.keys()
        web = objects(shop(), "Deployment")[f"hybrid-prod-{site}-web"]
        told = {e["name"]: e.get("value") for e in nested(web, "spec", "template", "spec", "containers", 0, "env")}
        assert told["APP_URL"] == f"http://hybrid-prod-{site}-app.hybrid-prod-{site}.svc:8080"
        assert not {"MYSQL_HOST", "MYSQL_PASSWORD"} & told.keys()


def test_every_line_into_the_machine_room_is_an_answer_with_a_check_of_its_own() -> None:
    checked = {
        row.inputs["ipAddress"]
        for row in shop().of_type("aws:route53/healthCheck:HealthCheck")
        if "ipAddress" in row.inputs
    }
    assert checked == {"203.0.113.10", "198.51.100.10", "192.0.2.10"}
    (record,) = (row for row in shop().of_type("gcp:dns/recordSet:RecordSet") if row.name.endswith("-hybrid.example-A"))
    policy = nested(record, "routingPolicy", "primaryBackup")
    assert policy["primary"]["externalEndpoints"] == ["203.0.113.10", "198.51.100.10"]
    assert policy["backupGeos"][0]["healthCheckedTargets"]["externalEndpoints"] == ["192.0.2.10"]


def test_backups_go_to_the_vault_and_full_ones_where_nothing_is_replaced() -> None:
    for site in SITES:
        stores = nested(
            objects(shop(), "PerconaXtraDBCluster")[f"hybrid-prod-mysql-{site}"], "spec", "backup", "storages"
        )
        assert "archive-sealed" in stores["elsewhere"]["s3"]["bucket"]
        assert stores["elsewhere-logs"]["s3"]["bucket"].split("/")[:2][1:] == ["logs"]
        assert "archive-kept" in stores["elsewhere-logs"]["s3"]["bucket"]
    for bucket in shop().of_type("gcp:storage/bucket:Bucket"):
        assert (bucket.inputs["project"], bucket.inputs["location"]) == ("hybrid-shop-vault", "US-EAST1")


def test_files_and_media_are_file_systems_of_one_storage_and_judged_where_the_shop_writes() -> None:
    prod = hybrid.PROD
    shop = prod.revised(media=Media(size=300), data={**prod.data, "content": "important"})
    graph = recorded(shop)
    ceph = objects(graph, "CephCluster")
    disks = {
        name.split("-")[2]: nested(one, "spec", "storage", "storageClassDeviceSets", 0) for name, one in ceph.items()
    }
    assert {site: one["portable"] for site, one in disks.items()} == {"ghent": False, "holland": True}, "a host's stay"
    assert {row.name for row in graph.of_type("kubernetes:ceph.rook.io/v1:CephFilesystem")} == {
        f"hybrid-prod-{site}-{what}" for site in SITES for what in ("media", "files")
    }
    pod = nested(objects(graph, "Deployment")["hybrid-prod-ghent-app"], "spec", "template", "spec")
    claims = {v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v}
    assert claims == {"hybrid-prod-ghent-media-media", "hybrid-prod-ghent-files-files"}
    model = read(graph)
    assert [one.name for one in model.stores if "invoices" in one.holds] == ["files hybrid-prod-ghent-files"]
    (found,) = [one for one in model.capabilities if one.name == "invoices"]
    assert "files hybrid-prod-ghent-files" in found.stores
    assert not {name for name in found.stores if "holland" in name or "media" in name}


def test_files_are_kept_in_three_zones_and_copied_to_the_vault() -> None:
    for site in SITES:
        deployment = objects(with_media(), "Deployment")[f"hybrid-prod-{site}-app"]
        pod = nested(deployment, "spec", "template", "spec")
        (claim,) = [v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v]
        assert claim == f"hybrid-prod-{site}-media-media"
        (disks,) = nested(
            objects(with_media(), "CephCluster")[f"hybrid-prod-{site}-media-ceph"],
            "spec",
            "storage",
            "storageClassDeviceSets",
        )
        assert disks["count"] == 3
        assert disks["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] == "390Gi"
        job = objects(with_media(), "CronJob")[f"hybrid-prod-{site}-media-copies-media"]
        told = nested(job, "spec", "jobTemplate", "spec", "template", "spec", "containers", 0, "env")
        assert "KEEP_DAYS" in {e["name"] for e in told}, "who writes there deletes what is too old"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mysql": {"version": "8.0"}}, "mysql.version = '8.0': is no version on Kubernetes"),
        ({"redis": {"version": "7.1"}}, "redis.version = '7.1': is no version that Kubernetes has an image of"),
        ({"web": {"compute": "virtual-machines"}}, "does not run on a Kubernetes cluster, and 'ghent' is one"),
        ({"backups": {"restore_test": "2d"}}, "backups.restore_test = '2d': is no time"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_clusters_do_not_have_is_refused(changes: dict[str, Any], said: str) -> None:
    revised = {part: getattr(hybrid.PROD, part).revised(**fields) for part, fields in changes.items()}
    with pytest.raises((UserError, RecordError), match=said.replace(".", r"\.")):
        recorded(hybrid.PROD.revised(**revised))


def test_a_database_over_two_sites_needs_their_ranges() -> None:
    with pytest.raises((UserError, RecordError), match=r"sites\.holland\.ranges: is required"):
        changed(holland={"ranges": ()})


# -- what it survives -------------------------------------------------------------------------------------------------


@cache
def judged() -> Assessment:
    return assessed(shop())


def assessed(graph: Graph) -> Assessment:
    """Two capabilities need between them what all need; leaving out the others halves the time."""
    model = read(graph)
    return assess(replace(model, capabilities=tuple(c for c in model.capabilities if c.name in ("checkout", "browse"))))


def outcome(found: Assessment, scenario: str, capability: str = "checkout") -> Outcome:
    (result,) = [r for r in found.scenarios if r.scenario.id == scenario]
    (one,) = [o for o in result.outcomes if o.capability == capability]
    return one


@pytest.mark.parametrize(
    "scenario",
    [
        *(f"rack:onprem/ghent/{rack}" for rack in hybrid.RACKS),
        *("isp:onprem/ghent/fibre", "isp:northnet", "cable-entry:onprem/ghent/south-duct"),
    ],
)
def test_the_machine_room_goes_on_by_itself(scenario: str) -> None:
    found = outcome(judged(), scenario)
    assert found.kind is Kind.RECOVERS
    assert found.time and found.time.value and found.time.value.typical < 180


@pytest.mark.parametrize(
    "scenario",
    [
        *("power:onprem/ghent/feed-a", "region:gcp/europe-west4", "provider:gcp", "account:gcp/hybrid-shop-prod"),
        *("dns-provider:aws/route53", "dns-provider:gcp/cloud-dns", "region:aws/us-east-1", "provider:aws"),
        *("region:gcp/us-east1", "control-plane:Kubernetes cluster ghent-1"),
    ],
)
def test_nobody_notices(scenario: str) -> None:
    assert outcome(judged(), scenario).kind is Kind.UNAFFECTED


def test_the_loss_of_the_machine_room_moves_names_by_itself_and_the_database_by_a_person() -> None:
    checkout, browse = (outcome(judged(), "region:onprem/ghent", name) for name in ("checkout", "browse"))
    assert (checkout.kind, browse.kind) == (Kind.PERSON, Kind.RECOVERS)
    assert checkout.way and checkout.way.site == "gcp/europe-west4"
    assert any(say(step.deed).startswith("promote MySQL cluster") for step in checkout.way.steps)
    loss = {one.store: one.copy.name if one.copy else "" for one in checkout.way.losses}
    assert "mysql-holland" in loss["relational database hybrid-prod-mysql"]


def test_without_any_line_browsing_goes_on_abroad_and_orders_wait_for_a_line_or_a_person() -> None:
    design = Design(read(shop()))
    lines = sorted(d for d in design.domains if d.kind is DomainKind.ISP and d.name.startswith("onprem/"))
    (cut_off,) = pairs({(lines[0], lines[1])}, Rates(base_rates(), facts()))
    found = {one.capability: one for one in Evaluator(design, facts()).outcomes(cut_off)}
    assert found["browse"].kind is Kind.RECOVERS
    assert found["browse"].way and found["browse"].way.site == "gcp/europe-west4"
    checkout = found["checkout"]
    by_hand = [way for way in checkout.others if way.person and way.feasible and way.site == "gcp/europe-west4"]
    assert checkout.kind is Kind.LOST and by_hand, "four hours at worst, before a person who may need six"


def test_backups_abroad_outlive_who_holds_the_clusters() -> None:
    way = outcome(judged(), "ransomware").way
    assert way
    copies = {one.store: one.copy.name if one.copy else "" for one in way.losses}
    assert "archive-" in copies["relational database hybrid-prod-mysql"]


def test_what_clusters_share_is_told_once_and_what_only_keeps_copies_not_at_all() -> None:
    stores = {store.name: store for store in read(shop()).stores}
    assert {"cache of carts, sessions", "secrets of pods", "certificates hybrid.example"} <= stores.keys()
    assert not [name for name in stores if name.startswith("objects") and "-audit-" not in name]
    for name in ("cache of carts, sessions", "secrets of pods", "certificates hybrid.example"):
        assert {member.site for member in stores[name].members} == {"onprem/ghent", "gcp/europe-west4"}
    assert set(stores["secrets of pods"].holds) == {"secrets", "payment-gateway-configuration"}


def test_files_are_those_of_the_site_that_writes_with_their_copies_abroad() -> None:
    (files,) = [store for store in read(with_media()).stores if "content" in store.holds]
    (dump,) = [copy.subject for copy in files.copies if "archive-kept" in copy.label]
    assert {member.site: member.filled for member in files.members} == {
        "onprem/ghent": None,
        "gcp/europe-west4": dump,
    }


@pytest.mark.parametrize("name", sorted(KubernetesSiteDeploymentArgs.model_fields))
def test_every_argument_of_a_site_is_described(name: str) -> None:
    assert KubernetesSiteDeploymentArgs.model_fields[name].description


def test_caches_of_data_that_must_not_be_lost_stay_two() -> None:
    data = {**hybrid.PROD.data, "carts": "critical"}
    stores = [store.name for store in read(recorded(hybrid.PROD.revised(data=data))).stores]
    assert sum(name.startswith("cache ") for name in stores) == 2


def test_nothing_absorbs_a_flood_before_the_building_s_own_lines() -> None:
    assert outcome(judged(), "flood").kind is Kind.LOST


def test_a_release_that_does_not_become_ready_replaces_nothing() -> None:
    (release,) = [
        r.scenario.id for r in judged().scenarios if r.scenario.id.startswith("release:") and "web" in r.scenario.id
    ]
    assert outcome(judged(), release).kind is Kind.RECOVERS


def test_without_stated_zones_of_the_controller_a_rack_cannot_be_decided() -> None:
    untold = assessed(changed(ghent={"ingress_zones": ()}))
    assert outcome(untold, "rack:onprem/ghent/rack-1").kind is not Kind.RECOVERS


def test_with_one_line_its_loss_is_a_loss() -> None:
    single = assessed(changed(ghent={"addresses": ("203.0.113.10",)}))
    assert outcome(single, "isp:onprem/ghent/fibre").kind is not Kind.RECOVERS


def test_with_one_dns_provider_names_go_with_it() -> None:
    alone = assessed(recorded(hybrid.PROD.revised(dns={"gcp": "main"})))
    assert outcome(alone, "dns-provider:gcp/cloud-dns").kind is not Kind.UNAFFECTED


@pytest.mark.parametrize("role", ["backup", None])
def test_without_a_place_for_backups_nothing_is_made(role: str | None) -> None:
    aws = {"virginia": AwsSite(region="us-east-1", role="backup", account="dns")} if role else {}
    sites = {name: site for name, site in hybrid.PROD.sites.items() if name != "carolina"}
    state = State(url="s3://hybrid-infrastructure-state?region=us-east-1")
    changes = {"sites": {**sites, **aws}, "state": state}
    with pytest.raises(SpecError, match="add a site of kind gcp with the role 'backup'"):
        hybrid.PROD.revised(**changes)
    free = recorded(hybrid.PROD.revised(**changes, disposable=True))
    assert all("backup" not in nested(row, "spec") for row in objects(free, "PerconaXtraDBCluster").values())
