"""Repositories of images in anybody's program: who fills one, what moves its tags, and what starts from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_aws.ecr import RegistryPolicy, ReplicationConfiguration, Repository
from pulumi_aws.ecs import Cluster, Service, TaskDefinition

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Model
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, assumed, model

MAIN, VAULT = "111122223333", "444455556666"


def program(
    *,
    copied: str = "shop/",
    to: str = "eu-central-1",
    tag: str = ":1.0",
    standby: int = 1,
    mutability: str | None = "IMMUTABLE",
    vault: bool = False,
    permitted: bool = True,
) -> None:
    """A service in each of two regions, from a repository of its own, and what is copied from the first."""
    home, other = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    for name, at, count in (("eu-west-1", home, 2), ("eu-central-1", other, standby)):
        Repository(name, name="shop/web", image_tag_mutability=mutability, opts=at.opts)
        image = f"{MAIN}.dkr.ecr.{name}.amazonaws.com/shop/web{tag}"
        task = TaskDefinition(
            name, family="web", container_definitions=json.dumps([{"name": "web", "image": image}]), opts=at.opts
        )
        Service(
            name,
            cluster=Cluster(name, opts=at.opts).arn,
            task_definition=task.arn,
            desired_count=count,
            network_configuration={"subnets": at.subnet_ids},
            opts=at.opts,
        )
    destinations: list[Any] = [{"region": to, "registry_id": MAIN}] if to else []
    if vault:
        away = Region("us-east-1", ("use1-az1", "use1-az2"), VAULT)
        Repository("us-east-1", name="shop/web", image_tag_mutability=mutability, opts=away.opts)
        destinations.append({"region": "us-east-1", "registry_id": VAULT})
        let_in = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MAIN}:root"}, "Action": "ecr:ReplicateImage"}
        if permitted:
            RegistryPolicy("us-east-1", policy=json.dumps({"Statement": [let_in]}), opts=away.opts)
    if destinations:
        filters: list[Any] = [{"filter": copied, "filter_type": "PREFIX_MATCH"}] if copied else []
        rules: list[Any] = [{"destinations": destinations, "repository_filters": filters}]
        ReplicationConfiguration("all", replication_configuration={"rules": rules}, opts=home.opts)


def unfilled(found: Model) -> set[str]:
    return {one.label.split()[-1] for one in found.repositories if one.unfilled}


EMPTY: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"copied": ""}, []),
    ({"copied": "other/"}, ["eu-central-1", "eu-west-1"]),
    ({"to": "eu-west-2"}, ["eu-central-1", "eu-west-1"]),
    ({"to": ""}, ["eu-central-1", "eu-west-1"]),
    ({"vault": True}, []),
    ({"vault": True, "permitted": False}, ["us-east-1"]),
]
"""What is copied, and the places whose repository nothing is known to fill."""


@pytest.mark.parametrize(("stated", "empty"), EMPTY, ids=str)
def test_a_repository_is_filled_where_something_copies_to_it(stated: dict[str, Any], empty: list[str]) -> None:
    assert sorted(unfilled(model(lambda: program(**stated)))) == empty


def test_a_standby_of_which_nothing_runs_starts_from_where_images_are_known_to_be() -> None:
    def start(**stated: Any) -> bool:
        found = model(lambda: program(standby=0, **stated))
        return next(pool for pool in found.pools if pool.site == "aws/eu-central-1").start.known

    assert start()
    assert not start(to="")
    running = model(lambda: program(to=""))
    assert all(pool.start.known for pool in running.pools), "what runs has pulled its image"


@pytest.mark.parametrize(
    ("mutability", "tag", "moves"), [(None, ":1.0", True), ("IMMUTABLE", ":1.0", False), ("MUTABLE", "@sha256:1", True)]
)
def test_tags_move_unless_they_are_told_not_to(mutability: str | None, tag: str, moves: bool) -> None:
    found = model(lambda: program(mutability=mutability, tag=tag))
    assert {one.movable for one in found.repositories} == {moves}
    assert all(pool.pulls and bool(pool.pulls_tags) is (tag[0] == ":") for pool in found.pools)


def test_images_that_no_other_account_has_are_taken_to_be_built_again() -> None:
    assert len(assumed(model(program), Assumes.BUILT_AGAIN)) == 1
    assert not assumed(model(lambda: program(vault=True)), Assumes.BUILT_AGAIN)


def test_of_a_repository_that_exists_nothing_is_known_but_what_the_stack_tells() -> None:
    def brought() -> None:
        at = Region("eu-west-1", IRELAND)
        Repository.get("web", "shop/web", name="shop/web", opts=at.opts)
        Repository.get("told", "shop/told", name="shop/told", image_tag_mutability="MUTABLE", opts=at.opts)

    found = model(brought)
    assert {one.label.split()[1]: one.movable for one in found.repositories} == {"shop/web": None, "shop/told": True}
    assert [one.subject for one in assumed(found, Assumes.KEEPS_IMAGES)]
