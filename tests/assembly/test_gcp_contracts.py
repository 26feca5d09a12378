"""What holds for everything that shops at Google Cloud are made of, over shops that together use all of it."""

from __future__ import annotations

from functools import cache

import pytest

from bcinfra.gcp.names import LIMITS
from bcinfra.graph import Graph, Resource, Secret
from bcinfra.graph.core.location import location
from bcinfra.spec import Contact, ContactPage, GcpProject, OnPremSite, Runbooks, Telephone
from tests.assembly.conftest import php, recorded, sample
from tests.assembly.test_gcp import PROD, beside, part
from tests.gcp.conftest import NO_LABELS, inputs_of
from tests.gcp.test_contracts import COMPONENTS, GUARDS, NAMES, kind, made, named

import b2b  # isort: skip

IMAGE = "projects/small-shop-prod/global/images/family/shop"


@cache
def shops() -> dict[str, Graph]:
    """A protected shop, a disposable one of machines that calls a building, one that follows another vendor's, and
    one with workers and jobs."""
    machines = PROD.revised(
        environment="machines",
        sites={**PROD.sites, "kortrijk": OnPremSite(place=b2b.KORTRIJK)},
        web=PROD.web.revised(compute="virtual-machines", image=IMAGE),
        app=PROD.tiers["app"].revised(compute="virtual-machines", image=IMAGE),
        tags={"Cost centre": "E-commerce"},
        accounts={**PROD.accounts, "help": GcpProject(project="small-shop-help", number="777788889999")},
        runbooks=Runbooks(account="help", region="us-east4", readers=("group:on-call@help.example",)),
        suppliers={},
        contact=Contact(
            phone=Telephone(number="+3225550100", carrier="proximus"),
            page=ContactPage(domain="shop-help.example", account="help", region="us-east4"),
        ),
        disposable=True,
    )
    return {
        "prod": sample("small-prod"),
        "machines": recorded(machines),
        "beside": part(beside()),
        "background": php("gcp"),
    }


@pytest.fixture(params=["prod", "machines", "beside", "background"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return shops()[request.param]


def rows(graph: Graph) -> list[Resource]:
    """What is :func:`made`, and what is looked up."""
    return [row for row in graph if row.package == "gcp"]


ALONE = {
    "Archive",  # of shops on Kubernetes
    "Backups",  # Backup and DR takes no instance under a key of the customer's
    "ForeignBucketCopy",  # of shops whose media is written at AWS
    "PeerTunnels",  # of shops that stand by at another cloud: see bcinfra.assembly.link
    "SiteChecks",
    "VpnGateway",
}
"""Components that none of these shops is assembled from; ``tests/gcp`` holds them to the same."""


def test_every_component_is_used_by_one_of_the_shops() -> None:
    used = {row.type for graph in shops().values() for row in graph}
    assert {cls.__name__ for cls in COMPONENTS if f"bcinfra:gcp:{cls.__name__}" not in used} == ALONE


def test_everything_that_takes_labels_says_whose_it_is(graph: Graph) -> None:
    for row in made(graph):
        field = "userLabels" if row.type in NO_LABELS else "labels"
        if "labels" in inputs_of(row.type):
            labels = row.inputs[field]
            assert isinstance(labels, dict)
            assert {"bcinfra-shop", "bcinfra-environment", "bcinfra-site", "name"} <= labels.keys(), row.urn
    if "machines" in graph.stack:
        zones = [row.inputs["labels"] for row in made(graph) if kind(row) == "ManagedZone"]
        assert len(zones) == 2  # the shop's and the page's
        assert all(isinstance(labels, dict) and labels["cost-centre"] == "e-commerce" for labels in zones)


def test_everything_is_on_the_provider_of_its_project_and_region(graph: Graph) -> None:
    for row in rows(graph):
        provider = graph.provider_of(row)
        assert provider, row.urn
        assert not provider.is_default_provider, row.urn
        if "project" in inputs_of(row.type) and not row.external:
            assert row.inputs["project"] == provider.inputs["project"], row.urn
        if (place := row.inputs.get("region")) and provider.inputs.get("region"):
            assert place == provider.inputs["region"], row.urn


def test_physical_names_are_within_what_the_service_takes_and_taken_once(graph: Graph) -> None:
    seen: dict[tuple[object, ...], Resource] = {}
    for row in made(graph):
        if named(row) in NAMES:
            field, service = NAMES[named(row)]
            name = str(row.inputs[field])
            assert LIMITS[service].accepts(name), (row.urn, name)
            where = location(graph, row)
            assert seen.setdefault((row.type, where, name), row) == row, name


def test_one_policy_guards_all_that_holds_data(graph: Graph) -> None:
    disposable = "machines" in graph.stack
    for row in made(graph):
        if kind(row) in GUARDS:
            assert row.options.protect is not disposable, row.urn
            for field, expected in GUARDS[kind(row)].items():
                assert row.inputs[field] == expected[disposable], row.urn
        elif row.options.protect:
            assert kind(row) in ("GlobalAddress", "Subscription", "Topic"), row.urn  # those of the shop's queues


def test_secrets_arrive_as_secrets(graph: Graph) -> None:
    values = [value for row in made(graph) for field, value in row.inputs.items() if field.endswith(("Wo", "assword"))]
    assert values
    assert all(value == Secret() for value in values)


def test_children_are_the_components_own(graph: Graph) -> None:
    for row in rows(graph):
        assert row.parent, row.urn
        assert graph[row.parent].package == "bcinfra", row.urn
