"""A team's program builds on a shop: what it is given, what it changes, and several shops that do not mix."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_kubernetes.core.v1 import ConfigMap

from bcinfra import aws
from bcinfra.assembly import Overrides, deploy, secrets
from bcinfra.assembly.resources import Deployed
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.readings.read import read
from bcinfra.exits import UserError
from bcinfra.graph import Graph, record
from bcinfra.graph.core.problem import RecordError
from bcinfra.graph.process.project import record_project
from bcinfra.spec import KubernetesSite, Shop, SpecError, load_shop
from tests.assembly.conftest import hybrid, php, without_files
from tests.helpers import rows

ROOT = Path(__file__).parents[2]
PAGE = load_shop(ROOT / "examples" / "team" / "shop.yaml")
OTHER = PAGE.revised(
    name="other",
    domain="other.example",
    sites={
        name: site.revised(region=region)
        for (name, site), region in zip(PAGE.sites.items(), ("eu-west-3", "eu-south-1", "us-west-2"), strict=True)
    },
)


def recorded(*shops: Shop, **more: Any) -> tuple[Graph, list[Deployed]]:
    """A program that deploys ``shops``, with what it is given."""
    given: list[Deployed] = []
    keys = [f"acme:{key}" for shop in shops for key in secrets(shop)]
    graph = record(
        lambda: given.extend(deploy(shop, **more) for shop in shops),
        project="acme",
        stack="prod",
        config={"pulumi:disable-default-providers": '["*"]'},
        secret_config=keys,
    )
    return graph, given


GIVEN: list[Deployed] = []


@cache
def single() -> Graph:
    graph, given = recorded(PAGE)
    GIVEN.extend(given)
    return graph


@cache
def team() -> Graph:
    return record_project(ROOT / "examples" / "team", "prod")


def test_a_service_of_the_team_runs_in_the_shops_network() -> None:
    graph = team()
    (network,) = [row for row in graph.of_type("aws:ec2/vpc:Vpc") if "ireland" in row.name]
    group = rows(graph, "SecurityGroup")["feed-ireland-replicas"]
    assert group.property_dependencies["vpcId"] == [network.urn] or network.urn in group.property_dependencies["vpcId"]
    rule = rows(graph, "SecurityGroupIngressRule")["feed-ireland-at-mysql"]
    (database,) = [row for row in graph.of_type("aws:ec2/securityGroup:SecurityGroup") if "mysql-ireland" in row.name]
    assert database.urn in rule.property_dependencies["securityGroupId"]


def test_one_argument_and_one_tag_differ_and_nothing_else() -> None:
    graph = team()
    targets: dict[str, Any] = {
        name: row.inputs["targetTrackingScalingPolicyConfiguration"]["targetValue"]  # type: ignore[index,call-overload]
        for name, row in rows(graph, "Policy").items()
        if name.endswith("-web-cpu")
    }
    assert targets == {"acme-prod-ireland-web-cpu": 40, "acme-prod-frankfurt-web-cpu": 50}
    tagged = {row.type for row in graph if "cost-centre" in str(row.inputs.get("tags"))}
    assert tagged == {"aws:ecs/cluster:Cluster"}


def test_one_component_is_the_teams_own() -> None:
    graph = team()
    assert not graph.of_type("bcinfra:aws:Firewall")
    assert len(graph.of_type("bcinfra:aws:AllowList")) == 2
    assert len(graph.of_type("aws:wafv2/webAcl:WebAcl")) == 2, "it is a firewall still"
    assert len(graph.of_type("aws:wafv2/ipSet:IpSet")) == 2


def test_what_is_returned_is_frozen_and_names_every_site_that_serves() -> None:
    single()
    (deployed,) = GIVEN
    assert set(deployed.sites) == set(deployed.aws) == {"ireland", "frankfurt"}
    site = deployed.aws["ireland"]
    assert set(site.subnets) == {"public", "private", "data"}
    assert {"web", "mysql"} <= site.security_groups.keys() & site.endpoints.keys()
    assert site.keys.keys() == {"data", "backups", "logs"}
    assert site.secrets.keys() == {"MYSQL_PASSWORD"}
    assert isinstance(site.region, aws.Region)
    with pytest.raises(dataclasses.FrozenInstanceError):
        deployed.name_servers = pulumi.Output.from_input([])  # type: ignore[misc]


def clusters(shop: Shop) -> Graph:
    """A shop on Kubernetes, with an object in each cluster for all that a team is given of it."""

    def program() -> None:
        for site, given in deploy(shop).kubernetes.items():
            told = {"endpoints": given.endpoints, "keys": given.keys, "secrets": given.secrets}
            for what, values in told.items():
                opts = pulumi.ResourceOptions(provider=given.provider)
                ConfigMap(f"{what}-{site}", metadata={"namespace": given.network}, data=dict(values), opts=opts)

    config = {"pulumi:disable-default-providers": '["*"]'}
    keys = [f"acme:{key}" for key in secrets(shop)]
    return record(program, project="acme", stack="prod", config=config, secret_config=keys)


def plain(shop: Shop) -> Shop:
    """A shop on Kubernetes that shares no files, on the volumes that its clusters give by themselves."""
    sites = {
        name: site.revised(storage_class=None) if isinstance(site, KubernetesSite) else site
        for name, site in shop.sites.items()
    }
    return shop.revised(**without_files(shop), sites=sites)


@pytest.mark.parametrize(
    ("shop", "site", "stores", "keys", "copied"),
    [
        (hybrid.PROD, "holland", {"mysql", "redis"}, {"data", "backups"}, "files"),
        (plain(hybrid.PROD), "holland", {"mysql", "redis"}, set[str](), None),
        (
            load_shop(ROOT / "stacks" / "php" / "kubernetes.yaml"),
            "holland",
            {"mysql", "search", "rabbitmq"},
            {"data", "backups"},
            "media",
        ),
    ],
)
def test_a_cluster_tells_where_all_answers_and_where_keys_and_secrets_are(
    shop: Shop, site: str, stores: set[str], keys: set[str], copied: str | None
) -> None:
    graph = clusters(shop)
    told = {what: rows(graph, "ConfigMap")[f"{what}-{site}"] for what in ("endpoints", "keys", "secrets")}
    values: dict[str, dict[str, Any]] = {what: row.inputs["data"] for what, row in told.items()}  # type: ignore[misc]
    assert values["endpoints"].keys() == {*stores, *shop.tiers}
    assert values["endpoints"]["web"] == f"{shop.prefix}-{site}-web.{shop.prefix}-{site}.svc"
    assert values["keys"].keys() == keys

    def named(what: str) -> set[str]:
        """The Secrets that are told."""
        found = (graph[urn] for urn in told[what].property_dependencies["data"])
        return {row.name for row in found if row.type == "kubernetes:core/v1:Secret"}

    assert named("keys") == ({f"{shop.prefix}-{site}-{copied}-copies-bucket"} if copied else set())
    started = [row for row in graph.of_type(*STARTED) if row.name.startswith(f"{shop.prefix}-{site}-")]
    of_tiers = [row for row in started if row.name.rpartition("-")[2] in {*shop.tiers, *shop.background}]
    assert values["secrets"].keys() == {variable for row in of_tiers for variable in from_secrets(row.inputs)}
    assert named("secrets") <= {row.name for row in of_tiers}
    assert named("secrets")


STARTED = ("kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:CronJob")


def from_secrets(part: Any) -> Iterator[str]:
    """The variables that containers are told from Secrets."""
    inner: list[Any] = [*part.values()] if isinstance(part, dict) else part if isinstance(part, list) else []
    if isinstance(part, dict) and "secretKeyRef" in str(part.get("valueFrom")):
        yield str(part["name"])
    for one in inner:
        yield from from_secrets(one)


def test_overrides_that_fit_nothing_are_refused_together() -> None:
    wrong = Overrides(arguments={"acme-prod-irland-web": {"cpu_target": 40}}, components={aws.AuroraMySql: aws.MySql})
    with pytest.raises((RecordError, UserError)) as caught:
        recorded(PAGE, overrides=wrong)
    assert "acme-prod-irland-web: fits no component; did you mean 'acme-prod-ireland-web'?" in str(caught.value)
    assert "components.AuroraMySql: the shop has none" in str(caught.value)


def test_an_override_is_checked_as_all_arguments_are() -> None:
    with pytest.raises((RecordError, UserError)) as caught:
        recorded(PAGE, overrides=Overrides(arguments={"*-ireland-data": {"purpos": "x"}}))
    assert "arguments.*-ireland-data.purpos: KeyArgs has no such field" in str(caught.value)
    assert "did you mean 'purpose'?" in str(caught.value)


REFUSED: list[str] = []


@cache
def both() -> Graph:
    """Two shops, and two more that cannot be: one of them again, and one that nothing is set for."""

    def program() -> None:
        for shop in (PAGE, OTHER):
            deploy(shop)
        for shop in (PAGE, PAGE.revised(name="third")):
            with pytest.raises(UserError) as caught:
                deploy(shop)
            REFUSED.append(str(caught.value))

    return record(
        program,
        project="acme",
        stack="prod",
        config={"pulumi:disable-default-providers": '["*"]'},
        secret_config=[
            f"{of}:{key}" for of in ("acme", "other-prod") for key in ("mysqlPassword", "mysqlArchivePassword")
        ],
    )


def test_two_shops_in_one_program_have_outputs_and_keys_of_their_own() -> None:
    graph = both()
    assert graph.outputs["url"] == "https://shop.example"
    assert graph.outputs["other-prod"]["url"] == "https://other.example"  # type: ignore[index,call-overload]
    again, third = REFUSED
    assert "acme-prod is deployed twice" in again
    assert "pulumi config set --secret third-prod:mysqlPassword" in third


def test_two_shops_are_judged_apart() -> None:
    together = {one.name: one for one in read(both()).capabilities}
    for shop in (PAGE, OTHER):
        alone = read(single() if shop is PAGE else recorded(shop)[0]).capabilities
        assert len(alone) == 5
        for one in alone:
            found = together.pop(f"{shop.prefix}.{one.name}")
            assert (set(found.stores), found.target) == (set(one.stores), one.target)
            assert len(found.entries) == 1
    assert not together


def existing(site: str, **more: Any) -> dict[str, Any]:
    """A network of three zones, a certificate and a topic that a site has already."""
    region, short = PAGE.sites[site].region, {"ireland": "euw1", "frankfurt": "euc1"}[site]  # type: ignore[union-attr]
    zones = {kind: {f"{short}-az{n}": f"subnet-0{kind}{n}00000a" for n in (1, 2, 3)} for kind in (1, 2)}
    return {
        "vpc": "vpc-0a1b2c3d",
        "cidr": "10.30.0.0/16",
        "public_subnets": zones[1],
        "private_subnets": zones[2],
        "certificate": f"arn:aws:acm:{region}:111122223333:certificate/1b2c",
        "key": f"arn:aws:kms:{region}:111122223333:key/1b2c",
        "alarm_topic": f"arn:aws:sns:{region}:111122223333:alarms",
        **more,
    }


def test_what_exists_is_used_and_never_made() -> None:
    images = ("web", "archive-binlogs")
    sites = {
        name: PAGE.sites[name].revised(
            existing=existing(
                name,
                repositories={image: f"arn:aws:ecr:{at}:111122223333:repository/acme/{image}" for image in images},
            )
        )
        for name, at in (("ireland", "eu-west-1"), ("frankfurt", "eu-central-1"))
    }
    page = PAGE.revised(
        repositories=images,
        sites={**PAGE.sites, **sites},
        zones={"aws": "Z0123456789ABCDEFGHIJ"},
    )
    graph, (deployed,) = recorded(page)
    assert isinstance(deployed.aws["ireland"].topic, pulumi.Output)
    # What proves a restore in the account of the backups has a network of its own.
    kinds = {row.type for row in graph if not row.external and ":VaultPilotLight$" not in row.urn}
    alarms = [row for row in graph if ":MetricAlarm" in row.type and "eu-west-1:111122223333:alarms" in str(row.inputs)]
    assert alarms, "alarms of the site are told where the customer says"
    for kind in ("vpc:Vpc", "subnet:Subnet", "natGateway:NatGateway"):
        assert f"aws:ec2/{kind}" not in kinds
    for kind in ("acm/certificate:Certificate", "ecr/repository:Repository", "route53/zone:Zone"):
        assert f"aws:{kind}" not in kinds
    made = {row.name for row in graph if not row.external}
    assert not {"acme-prod-ireland-data-key", "acme-prod-frankfurt-data-key", "acme-prod-ireland-alarms-topic"} & made
    model = read(graph)
    (pool,) = [one for one in model.pools if "ireland-web" in one.label]
    assert [zone.name for zone in pool.zones or ()] == [f"aws/eu-west-1/euw1-az{n}" for n in (1, 2, 3)]
    told = {one.kind for one in model.assumptions}
    unknown = {
        *(Assumes.OWN_WAYS_OUT, Assumes.KEY_OPENS, Assumes.NOBODY_RENEWS, Assumes.OTHERS_NAMES),
        *(Assumes.TELLS_SOMEBODY, Assumes.KEEPS_IMAGES),
    }
    assert unknown <= told, "what is not known of it is said"
    assert not unknown & {one.kind for one in read(single()).assumptions}
    (certificates,) = [store for store in model.stores if store.name == "certificates shop.example"]
    assert certificates.copies == (), "nobody knows who would issue it again"


def test_what_exists_at_google_and_in_a_cluster_is_used_and_never_made() -> None:
    graph = php("gcp")
    for kind in ("compute/network:Network", "compute/subnetwork:Subnetwork"):
        assert all(row.external for row in graph.of_type(f"gcp:{kind}"))
    assert not graph.of_type("gcp:compute/routerNat:RouterNat", "gcp:servicenetworking/connection:Connection")
    (database,) = graph.of_type("gcp:sql/databaseInstance:DatabaseInstance")
    settings: Any = database.inputs["settings"]
    assert settings["ipConfiguration"]["allocatedIpRange"] == "shop-services"
    (shown,) = [row for row in graph.of_type("gcp:certificatemanager/certificate:Certificate") if row.external]
    entries = graph.of_type("gcp:certificatemanager/certificateMapEntry:CertificateMapEntry")
    hosts = {str(row.inputs["hostname"]) for row in entries if shown.urn in row.property_dependencies["certificates"]}
    assert hosts == {"shop.example", "*.shop.example"}
    assert Assumes.NETWORK_LETS in {one.kind for one in read(graph).assumptions}
    (entrance,) = php("kubernetes").of_type("kubernetes:networking.k8s.io/v1:Ingress")
    assert entrance.inputs["spec"]["tls"][0]["secretName"] == "shop-tls"  # type: ignore[index,call-overload]
    assert "cluster-issuer" not in str(entrance.inputs["metadata"]), "somebody else renews it"


def test_a_key_a_zone_and_a_channel_exist_at_google() -> None:
    page = load_shop(ROOT / "stacks" / "php" / "gcp.yaml")
    own = {
        "key": "projects/php-shop-prod/locations/europe-west1/keyRings/shop/cryptoKeys/data",
        "alarm_channel": "projects/php-shop-prod/notificationChannels/1234567890",
    }
    site = page.sites["belgium"].revised(existing=own)
    shop = page.revised(
        sites={**page.sites, "belgium": site}, zones={"gcp": "shop-example"}, domains={}, search=None, queues={},
        data={name: row for name, row in page.data.items() if name != "mails"}, capabilities={},
    )  # fmt: skip
    graph = recorded(shop)[0]
    (key,) = [row for row in graph.of_type("gcp:kms/cryptoKey:CryptoKey") if "belgium-data" in row.name]
    (zone,) = graph.of_type("gcp:dns/managedZone:ManagedZone")
    channels = [row for row in graph.of_type("gcp:monitoring/notificationChannel:NotificationChannel") if row.external]
    assert (key.external, zone.external, len(channels)) == (True, True, 1)
    alerts = graph.of_type("gcp:monitoring/alertPolicy:AlertPolicy")
    told = {row.name for row in alerts if channels[0].urn in row.property_dependencies["notificationChannels"]}
    assert told == {row.name for row in alerts if row.inputs["project"] == "php-shop-prod"}
    outside = [row for row in alerts if row.name not in told]
    assert {str(row.inputs["project"]) for row in outside} == {"php-shop-vault"}
    theirs = {urn for row in outside for urn in row.property_dependencies["notificationChannels"]}
    assert {str(graph.resources[urn].inputs["project"]) for urn in theirs} == {"php-shop-vault"}, "a channel is of one"
    assert {str(row.inputs["managedZone"]) for row in graph.of_type("gcp:dns/recordSet:RecordSet")} == {"shop-example"}
    said = {one.kind for one in read(graph).assumptions}
    assert {Assumes.KEY_OPENS, Assumes.OTHERS_NAMES, Assumes.TELLS_SOMEBODY} <= said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"existing": {"vpc": "vpc-0a1b2c3d"}}, "existing.cidr: is required where the network exists"),
        ({"existing": {"key": "arn:aws:kms:eu-west-3:111122223333:key/1b2c"}}, "is not of eu-west-1, the region"),
        ({"zones": {"gcp": "shop-example"}}, "zones.gcp = 'shop-example': is of a cloud that does not answer"),
        ({"zones": {"aws": "shop-example"}}, "is no zone of aws"),
    ],
)  # fmt: skip
def test_what_exists_is_stated_whole_and_of_its_place(changes: dict[str, Any], says: str) -> None:
    sites = changes.get("existing") and {"ireland": PAGE.sites["ireland"].revised(**changes)}
    with pytest.raises(SpecError) as caught:
        PAGE.revised(**({"sites": {**PAGE.sites, **sites}} if sites else changes))
    assert says in "\n".join(map(str, caught.value.problems))


def test_what_exists_is_of_the_sites_own_region() -> None:
    wrong = existing("ireland", private_subnets={"euc1-az1": "subnet-0a1b2c3d", "euw1-az2": "subnet-0a1b2c3e"})
    wrong |= {"certificate": "arn:aws:acm:eu-central-1:111122223333:certificate/1b2c"}
    with pytest.raises(SpecError) as caught:
        PAGE.revised(sites={**PAGE.sites, "ireland": PAGE.sites["ireland"].revised(existing=wrong)})
    said = [str(problem).splitlines()[0] for problem in caught.value.problems]
    assert [line.split(": ", 1)[1] for line in said] == [
        "sites.ireland.existing.private_subnets.euc1-az1: is not a zone id of eu-west-1",
        "sites.ireland.existing.certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/1b2c': is not of"
        " eu-west-1, the region of the site",
    ]
