"""An ordinary shop in PHP is stated on one screen, and previews on AWS, Google Cloud and Kubernetes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.spec import GcpSite, Shop, SpecError
from tests.assembly.conftest import php, recorded
from tests.continuity.knockouts.edits import put
from tests.samples import outcomes, sample

from php import SHOPS  # isort: skip

PAGES = Path(__file__).parents[2] / "stacks" / "php"
SCREEN = 50
"""Lines."""
DECLARES = {
    "aws": {
        "bcinfra:aws:FargateTier": 1,
        "bcinfra:aws:Worker": 1,
        "bcinfra:aws:Job": 3,  # and what makes the archive's user, and what proves a restore in the vault
        "bcinfra:aws:Queue": 1,
        "bcinfra:aws:Search": 1,
        "aws:lb/listenerCertificate:ListenerCertificate": 1,
        "aws:route53/zone:Zone": 2,
        "aws:ec2/natGateway:NatGateway": 0,
    },
    "gcp": {
        "bcinfra:gcp:CloudRunTier": 1,
        "bcinfra:gcp:Worker": 1,
        "bcinfra:gcp:Job": 1,
        "bcinfra:gcp:Queue": 1,
        "bcinfra:gcp:Files": 1,
        "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": 4,
        "gcp:dns/managedZone:ManagedZone": 2,
    },
    "kubernetes": {
        "bcinfra:kubernetes:Workload": 1,
        "bcinfra:kubernetes:Worker": 1,
        "bcinfra:kubernetes:Job": 1,
        "bcinfra:kubernetes:RabbitMq": 1,
        "bcinfra:kubernetes:Search": 1,
        "gcp:dns/managedZone:ManagedZone": 2,
    },
}


def test_there_is_a_page_for_each() -> None:
    assert {path.stem for path in PAGES.glob("*.yaml")} - {"accepted"} == set(DECLARES)


@pytest.mark.parametrize("ground", DECLARES)
def test_it_is_stated_on_one_screen_and_previews(ground: str) -> None:
    page = PAGES / f"{ground}.yaml"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= SCREEN
    graph = php(ground)
    assert {token: len(graph.of_type(token)) for token in DECLARES[ground]} == DECLARES[ground]
    model = read(graph)
    assert model.not_understood == ()
    assert [one.name for one in model.capabilities] == [
        "account",
        "browse",
        "cart",
        "checkout",
        *(["invoices"] if ground == "gcp" else []),
        "mail",
        "search",
        "support",
    ]


@pytest.mark.parametrize(
    ("ground", "component", "field"),
    [
        ("aws", "ireland-queue-mails", "queues"),
        ("aws", "ireland-search", "search"),
        ("aws", "ireland-alarms", "  ireland"),
        ("gcp", "belgium-queue-mails", "queues"),
        ("gcp", "images", "repositories"),
        ("kubernetes", "images", "repositories"),
        ("kubernetes", "holland-queues", "queues"),
        ("kubernetes", "holland-rabbitmq-operator", "queues"),
        ("kubernetes", "holland-opensearch-operator", "search"),
        ("kubernetes", "holland-priorities", "  holland"),
    ],
)
def test_a_component_stands_on_the_line_that_asks_for_it(ground: str, component: str, field: str) -> None:
    lines = (PAGES / f"{ground}.yaml").read_text(encoding="utf-8").splitlines()
    rows = [row for row in php(ground) if row.is_component and row.name == f"php-prod-{component}"]
    assert rows
    assert all(row.place and lines[row.place.line - 1].startswith(f"{field}:") for row in rows)


REPOSITORY = "gcp:artifactregistry/repository:Repository"


@pytest.mark.parametrize(("ground", "region"), [("gcp", "europe-west1"), ("kubernetes", "europe-west4")])
def test_what_runs_at_google_is_pulled_from_its_own_region(ground: str, region: str) -> None:
    graph = php(ground)
    runs = json.dumps([row.inputs for row in graph if row.custom], default=str)
    pulled = set(re.findall(r'"image": "([^"]+/shop:[^"]+)"', runs))
    assert pulled == {f"{region}-docker.pkg.dev/php-shop-prod/php-prod/shop:8.3.1"}
    made = {row.inputs["location"]: row.inputs for row in graph.of_type(REPOSITORY)}
    assert made.keys() == {region, "us-east1"}, "where it runs, and where copies are kept"
    assert {one["repositoryId"] for one in made.values()} == {"php-prod"}
    assert made["us-east1"]["project"] == "php-shop-vault"


def test_a_repository_that_exists_is_read_and_pulled_from() -> None:
    shop, ident = SHOPS["gcp"], "projects/php-images/locations/europe-west1/repositories/all"
    belgium = shop.sites["belgium"]
    assert isinstance(belgium, GcpSite) and belgium.existing

    def having(repository: str) -> Shop:
        at = belgium.revised(existing=belgium.existing.revised(repository=repository))
        return shop.revised(sites={**shop.sites, "belgium": at}, repositories=())

    assert having(ident).image("web", "belgium") == "europe-west1-docker.pkg.dev/php-images/all/shop:8.3.1"
    (found,) = recorded(having(ident)).of_type(REPOSITORY)
    assert (found.external, found.id) == (True, ident)
    with pytest.raises(SpecError, match="is not of europe-west1, the region of the site"):
        having(ident.replace("europe-west1", "europe"))


def test_nodes_of_a_cluster_elsewhere_read_nothing_at_google() -> None:
    shop = SHOPS["kubernetes"]
    elsewhere = shop.sites["holland"].revised(place={"kind": "aws", "region": "eu-west-1"})
    with pytest.raises(SpecError, match="is of no use to a cluster that stands elsewhere than at Google Cloud"):
        shop.revised(sites={**shop.sites, "holland": elsewhere}, accounts={**shop.accounts, "main": "111122223333"})


def test_both_domains_lead_to_it_and_its_program_is_told_them() -> None:
    graph = php("kubernetes")
    (entrance,) = graph.of_type("kubernetes:networking.k8s.io/v1:Ingress")
    hosts = {rule["host"] for rule in entrance.inputs["spec"]["rules"]}  # type: ignore[index,call-overload,union-attr]
    assert hosts == {"shop.example", "www.shop.example", "winkel.example", "www.winkel.example"}
    (web,) = (row for row in graph.of_type("kubernetes:apps/v1:Deployment") if row.name == "php-prod-holland-web")
    assert '"SHOP_DOMAINS"' in json.dumps(web.inputs, default=str)
    assert "winkel.example=nl" in json.dumps(web.inputs, default=str)
    names = {row.inputs["name"] for row in php("aws").of_type("aws:route53/record:Record")}
    assert {"winkel.example", "www.winkel.example"} <= names


@pytest.mark.parametrize(("said", "kind"), [(None, Kind.UNDECIDED), (False, Kind.LOST), (True, Kind.RECOVERS)])
def test_a_cluster_withstands_a_flood_where_its_page_says_what_absorbs_it(said: bool | None, kind: Kind) -> None:
    graph = sample("php-kubernetes")
    (entrance,) = graph.of_type("bcinfra:kubernetes:Ingress")
    (flood,) = outcomes(read(put(graph, entrance, "shielded", said)), "flood").values()
    assert {outcome.kind for outcome in flood} == {kind}
