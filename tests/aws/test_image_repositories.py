"""Repositories of images: tags that never move, copies at every site, and nobody who takes a release away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws import ImageRepositories, ImageRepositoriesArgs, ImageSite, Region
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, ISOLATED_ACCOUNT, counts, declare, key_arn, named, one, region, statements
from tests.helpers import refusals, row

TOLD = "arn:aws:sns:eu-west-1:111111111111:alarms"
REPOSITORY = "aws:ecr/repository:Repository"


def site(at: Region, **more: Any) -> ImageSite:
    return ImageSite(region=at, key_arn=key_arn(at.name, at.account or ""), **more)


def args(*, disposable: bool = False, **more: Any) -> ImageRepositoriesArgs:
    sites = {
        "dublin": site(region("eu-west-1", disposable=disposable), topic_arn=TOLD),
        "frankfurt": site(region("eu-central-1", disposable=disposable)),
        "vault": site(region("us-east-1", ISOLATED_ACCOUNT, disposable=disposable), pushed=False),
    }
    stated: dict[str, Any] = {"prefix": "shop-prod", "images": ("web", "tools/dump"), "sites": sites, **more}
    return ImageRepositoriesArgs(**stated)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: ImageRepositories("images", args(pullers=("shop-prod-*-execution-*",))))


def test_what_they_are_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:ImageRepositories": 1,
        REPOSITORY: 6,
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": 6,
        "aws:ecr/repositoryPolicy:RepositoryPolicy": 6,
        "aws:ecr/replicationConfiguration:ReplicationConfiguration": 2,
        "aws:ecr/registryPolicy:RegistryPolicy": 1,
        "aws:cloudwatch/eventRule:EventRule": 2,
        "aws:cloudwatch/eventTarget:EventTarget": 2,
    }


def test_every_site_has_every_repository_under_its_own_key_with_tags_that_never_move(graph: Graph) -> None:
    for name, made in named(graph, REPOSITORY).items():
        assert made.inputs["name"] == ("shop-prod/tools/dump" if name.endswith("dump") else "shop-prod/web")
        assert made.inputs["imageTagMutability"] == "IMMUTABLE"
        assert made.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
        assert (made.options.protect, made.inputs["forceDelete"]) == (True, False)
    keys = {name: made.inputs["encryptionConfigurations"] for name, made in named(graph, REPOSITORY).items()}
    assert keys["images-frankfurt-web"] == [{"encryptionType": "KMS", "kmsKey": key_arn("eu-central-1")}]
    assert keys["images-vault-web"] == [{"encryptionType": "KMS", "kmsKey": key_arn("us-east-1", ISOLATED_ACCOUNT)}]


def test_what_is_dropped_has_no_tag(graph: Graph) -> None:
    (rule,) = json.loads(str(row(graph, "LifecyclePolicy", "images-vault-web").inputs["policy"]))["rules"]
    assert (rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) == ("untagged", 14)


def test_what_is_pushed_is_copied_to_every_other_site_after_its_repositories_are_there(graph: Graph) -> None:
    copied = named(graph, "aws:ecr/replicationConfiguration:ReplicationConfiguration")
    assert copied.keys() == {"images-dublin", "images-frankfurt"}
    assert copied["images-dublin"].inputs["replicationConfiguration"] == {
        "rules": [
            {
                "destinations": [
                    {"region": "eu-central-1", "registryId": ACCOUNT},
                    {"region": "us-east-1", "registryId": ISOLATED_ACCOUNT},
                ],
                "repositoryFilters": [{"filter": "shop-prod/", "filterType": "PREFIX_MATCH"}],
            }
        ]
    }
    first = {made.urn for made in graph.of_type(REPOSITORY)}
    permitted = one(graph, "aws:ecr/registryPolicy:RegistryPolicy", "images-vault")
    assert {*first, permitted.urn} <= set(copied["images-dublin"].dependencies)
    assert statements(permitted) == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]},
            "Action": ["ecr:ReplicateImage"],
            "Resource": [f"arn:aws:ecr:us-east-1:{ISOLATED_ACCOUNT}:repository/shop-prod/*"],
        }
    ]


def test_what_starts_containers_pulls_and_nobody_deletes_by_hand(graph: Graph) -> None:
    pulling, guarding = statements(row(graph, "RepositoryPolicy", "images-dublin-web"))
    assert all(action.startswith(("ecr:Batch", "ecr:GetDownload")) for action in pulling["Action"])
    assert pulling["Condition"] == {
        "ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:role/shop-prod-*-execution-*"]}
    }
    assert guarding == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:PutImageTagMutability"],
        "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    }
    assert statements(row(graph, "RepositoryPolicy", "images-vault-web")) == [guarding], "nothing runs there"


def test_people_are_told_of_what_is_found_and_of_what_was_not_copied(graph: Graph) -> None:
    rules = {
        name: json.loads(str(rule.inputs["eventPattern"]))
        for name, rule in named(graph, "aws:cloudwatch/eventRule:EventRule").items()
    }
    assert {name: rule["detail-type"] for name, rule in rules.items()} == {
        "images-dublin-found": ["ECR Image Scan"],
        "images-dublin-uncopied": ["ECR Replication Action"],
    }
    assert all(rule["detail"]["repository-name"] == [{"prefix": "shop-prod/"}] for rule in rules.values())
    assert all(to.inputs["arn"] == TOLD for to in graph.of_type("aws:cloudwatch/eventTarget:EventTarget"))


def test_a_disposable_site_goes_with_its_images() -> None:
    disposable = declare(lambda: ImageRepositories("images", args(disposable=True)))
    for made in disposable.of_type(REPOSITORY):
        assert (made.options.protect, made.inputs["forceDelete"]) == (False, True)
    assert not disposable.of_type("aws:ecr/repositoryPolicy:RepositoryPolicy"), "nobody is allowed or denied anything"


def test_a_registry_has_one_document_which_two_in_a_program_cannot_both_declare() -> None:
    def program() -> None:
        first = args()
        ImageRepositories("images", first)
        apart = {name: at.model_copy(update={"registry_settings": False}) for name, at in first.sites.items()}
        with pytest.raises(ValueError, match="images declares the settings of that registry"):
            ImageRepositories("others", first.model_copy(update={"prefix": "other"}))
        ImageRepositories("third", first.model_copy(update={"prefix": "third", "sites": apart}))

    made = counts(declare(program))
    assert made["aws:ecr/replicationConfiguration:ReplicationConfiguration"] == 2


def test_what_cannot_be_is_refused() -> None:
    same = {name: site(region("eu-west-1")) for name in ("dublin", "cork")}
    assert refusals(lambda: args(sites=same, images=("We b",))) == [
        "sites.cork: is the registry of 'dublin' too",
        "images: 'We b' is no name of a repository",
    ]
    unknown = {"dublin": site(region("eu-west-1", None))}
    assert refusals(lambda: args(sites=unknown)) == ["sites.dublin.region.account: is needed here"]
