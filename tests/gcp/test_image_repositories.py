"""Repositories of images: one in each region, whose tags never move, read by who pulls there alone."""

from __future__ import annotations

import pytest

from bcinfra.gcp import ImageRepositories, ImageRepositoriesArgs, ImageSite
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import counts, declare, key_name, keyed, needs, nested, region_of
from tests.helpers import refusals, row

NODES = "serviceAccount:nodes@acme-prod.iam.gserviceaccount.com"


def site(region: str, *, disposable: bool = False, **readers: str) -> ImageSite:
    at = keyed(region, disposable=disposable)
    return ImageSite(region=at.region, key_name=at.key_name, readers=readers)


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        sites = {"ghent": site("europe-west1", nodes=NODES), "turin": site("europe-west12")}
        ImageRepositories("images", ImageRepositoriesArgs(repository="shop-prod", sites=sites))
        ImageRepositories(
            "trial",
            ImageRepositoriesArgs(
                repository="trial", sites={"iowa": site("us-central1", disposable=True)}, scanned=False, untagged_days=1
            ),
        )

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {"Repository": 3, "RepositoryIamMember": 1}


@pytest.mark.parametrize(("site", "region"), [("ghent", "europe-west1"), ("turin", "europe-west12")])
def test_every_site_pulls_from_its_own_region(graph: Graph, site: str, region: str) -> None:
    made = row(graph, "Repository", f"images-{site}")
    assert (made.inputs["location"], region_of(graph, made)) == (region, region)
    assert (made.inputs["format"], made.inputs["mode"]) == ("DOCKER", "STANDARD_REPOSITORY"), "nothing of another's"
    assert made.inputs["kmsKeyName"] == key_name(region)
    assert not made.dependencies, "it needs no other region's"


def test_tags_stay_what_they_are_and_are_scanned(graph: Graph) -> None:
    made = row(graph, "Repository", "images-ghent")
    assert nested(made, "dockerConfig") == {"immutableTags": True}
    assert nested(made, "vulnerabilityScanningConfig") == {"enablementConfig": "INHERITED"}
    assert {rule["action"]: rule["condition"] for rule in nested(made, "cleanupPolicies")} == {
        "KEEP": {"tagState": "TAGGED"},
        "DELETE": {"tagState": "UNTAGGED", "olderThan": "2592000s"},
    }


def test_nobody_reads_but_who_pulls_there(graph: Graph) -> None:
    grant = row(graph, "RepositoryIamMember", "images-ghent-nodes-pulls")
    assert (grant.inputs["role"], grant.inputs["member"]) == ("roles/artifactregistry.reader", NODES)
    assert needs(graph, grant, "repository") == {"images-ghent"}


def test_what_is_for_a_trial_goes_with_it(graph: Graph) -> None:
    kept, trial = (row(graph, "Repository", name) for name in ("images-ghent", "trial-iowa"))
    assert (kept.options.protect, kept.inputs["deletionPolicy"]) == (True, "PREVENT")
    assert (trial.options.protect, trial.inputs["deletionPolicy"]) == (False, "DELETE")
    assert nested(trial, "vulnerabilityScanningConfig") == {"enablementConfig": "DISABLED"}


def test_what_cannot_be_is_refused() -> None:
    here = {"ghent": site("europe-west1"), "kortrijk": site("europe-west1")}
    found = refusals(lambda: ImageRepositoriesArgs(repository="Shop", sites=here, untagged_days=0))
    assert [one.split(":")[0] for one in found] == ["repository", "untagged_days", "sites"]
