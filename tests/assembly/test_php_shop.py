"""An ordinary shop in PHP is stated on one screen, and previews on AWS, Google Cloud and Kubernetes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from tests.assembly.conftest import php
from tests.continuity.knockouts.edits import put
from tests.samples import sample

PAGES = Path(__file__).parents[2] / "stacks" / "php"
SCREEN = 50
"""Lines."""
DECLARES = {
    "aws": {
        "bcinfra:aws:FargateTier": 1,
        "bcinfra:aws:Worker": 1,
        "bcinfra:aws:Job": 1,
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
    found = assess(read(put(graph, entrance, "shielded", said)))
    (flood,) = (one for one in found.scenarios if one.scenario.id == "flood")
    assert {outcome.kind for outcome in flood.outcomes} == {kind}
