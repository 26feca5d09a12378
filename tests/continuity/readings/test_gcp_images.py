"""Where images on Artifact Registry are pulled from when a replica starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_gcp.artifactregistry import Repository
from pulumi_gcp.cloudrunv2 import Service, WorkerPool
from pulumi_kubernetes.apps.v1 import Deployment

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Model, Pool
from bcinfra.report.words.statements import say
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT, Region
from tests.continuity.readings.kubernetes_programs import gke
from tests.continuity.readings.programs import assumed, model

HUB, MIRROR = "image registry docker.io", "image registry mirror.example"
STANDARD = "projects/acme-prod/locations/europe-west3/repositories/shop"


def started(
    image: str, made: Callable[[Region], object] = lambda _at: None, replicas: int = 3
) -> tuple[Model, set[str]]:
    """Pods in Belgium, with repositories beside them, and the places that they are pulled from."""

    def program() -> None:
        made(Region())
        spec: Any = {"containers": [{"name": "web", "image": image}]}
        template: Any = {"metadata": {"labels": {"app": "web"}}, "spec": spec}
        pods: Any = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
        Deployment("web", spec=pods, opts=gke())

    found = model(program)
    (pool,) = (one for one in found.pools if one.label.startswith("pods"))
    return found, {domain.name for domain in pool.needs_to_recover if domain.kind in ("region", "provider", "supplier")}


def asking(mode: str = "REMOTE", **config: Any) -> Callable[[Region], object]:
    """The repository ``cache`` in Belgium, which asks others."""

    def make(at: Region) -> None:
        Repository(
            "cache", location=BELGIUM, repository_id="cache", format="DOCKER", mode=f"{mode}_REPOSITORY", opts=at.opts,
            **config,
        )  # fmt: skip

    return make


def remote(**config: Any) -> Callable[[Region], object]:
    return asking(remote_repository_config=config)


def in_front_of_frankfurt(at: Region) -> None:
    """One that names the other by its output, which a preview does not know."""
    there = Region(FRANKFURT)
    other = Repository("shop", location=FRANKFURT, repository_id="shop", format="DOCKER", opts=there.opts)
    remote(common_repository={"uri": other.id})(at)


def virtual_over_remote(at: Region) -> None:
    remote(docker_repository={"public_repository": "DOCKER_HUB"})(at)
    both = [{"id": name, "repository": path, "priority": 1} for name, path in {"own": STANDARD, "hub": _CACHE}.items()]
    Repository(
        "all", location=BELGIUM, repository_id="all", format="DOCKER", mode="VIRTUAL_REPOSITORY", opts=at.opts,
        virtual_repository_config={"upstream_policies": both},
    )  # fmt: skip


_CACHE = "projects/acme-prod/locations/europe-west1/repositories/cache"


@pytest.mark.parametrize(
    ("image", "made", "places"),
    [
        ("europe-west1-docker.pkg.dev/acme-prod/shop/web:1", None, {"gcp/europe-west1"}),
        ("europe-west3-docker.pkg.dev/acme-prod/shop/web:1", None, {"gcp/europe-west3"}),
        ("europe-docker.pkg.dev/acme-prod/shop/web:1", None, {"gcp"}),
        ("eu.gcr.io/acme-prod/web:1", None, {"gcp"}),
        ("web:1", None, {HUB}),
        ("cache", remote(docker_repository={"public_repository": "DOCKER_HUB"}), {"gcp/europe-west1", HUB}),
        (
            "cache",
            remote(docker_repository={"custom_repository": {"uri": "https://mirror.example/v2"}}),
            {"gcp/europe-west1", MIRROR},
        ),
        ("cache", remote(common_repository={"uri": STANDARD}), {"gcp/europe-west1", "gcp/europe-west3"}),
        (
            "cache",
            remote(common_repository={"uri": "https://europe-docker.pkg.dev/acme-prod/shop"}),
            {"gcp/europe-west1", "gcp"},
        ),
        ("cache", in_front_of_frankfurt, {"gcp/europe-west1", "gcp/europe-west3"}),
        ("cache", remote(), {"gcp/europe-west1", "image registry behind cache"}),
        ("all", virtual_over_remote, {"gcp/europe-west1", "gcp/europe-west3", HUB}),
        ("shop", in_front_of_frankfurt, {"gcp/europe-west1"}),
    ],
)
def test_a_pod_waits_for_where_its_image_is(
    image: str, made: Callable[[Region], object] | None, places: set[str]
) -> None:
    name = image if ":" in image else f"europe-west1-docker.pkg.dev/acme-prod/{image}/web:1"
    assert started(name, made or (lambda _at: None))[1] == places


def test_a_pod_waits_for_the_project_that_has_its_image() -> None:
    found, _ = started("europe-west1-docker.pkg.dev/acme-images/shop/web:1")
    (pods,) = (one for one in found.pools if one.label.startswith("pods"))
    assert "gcp/acme-images" in {domain.name for domain in pods.needs_to_recover if domain.kind == "account"}


def test_what_a_remote_repository_has_copied_is_not_told() -> None:
    found, _ = started("europe-west1-docker.pkg.dev/acme-prod/cache/web:1", in_front_of_frankfurt)
    (said,) = assumed(found, Assumes.COPIES_NO_IMAGE)
    assert say(said) == (
        "Which images cache holds a copy of is not told; it is taken to ask region gcp/europe-west3 for each, whenever"
        " a replica starts."
    )


def standard(*places: Region, **config: Any) -> None:
    for at in places:
        Repository(f"shop-{at.name}", location=at.name, repository_id="shop", format="DOCKER", opts=at.opts, **config)


SHOP = "europe-west1-docker.pkg.dev/acme-prod/shop/web"


@pytest.mark.parametrize(
    ("tags", "image", "found"),
    [
        ({}, f"{SHOP}:1", {"BC0039"}),
        ({"docker_config": {"immutable_tags": False}}, f"{SHOP}:1", {"BC0039"}),
        ({"docker_config": {"immutable_tags": True}}, f"{SHOP}:1", set()),
        ({}, f"{SHOP}@sha256:{'0' * 64}", set()),
    ],
)
def test_a_tag_that_may_move_is_found_where_pods_start_by_it(tags: dict[str, Any], image: str, found: set[str]) -> None:
    model_of, _ = started(image, lambda at: standard(at, **tags))
    assert {one.code for one in assess(model_of).findings} & {"BC0038", "BC0039"} == found


@pytest.mark.parametrize(("elsewhere", "replicas", "known"), [(True, 0, False), (True, 3, True), (False, 0, True)])
def test_nothing_says_that_images_are_where_none_has_started(elsewhere: bool, replicas: int, known: bool) -> None:
    found, _ = started(f"{SHOP}:1", lambda at: standard(at, *([Region(FRANKFURT)] if elsewhere else [])), replicas)
    (pods,) = (one for one in found.pools if one.label.startswith("pods"))
    assert (pods.start.value is not None) == known


def test_images_of_one_project_are_built_again_once_it_is_lost() -> None:
    def apart(at: Region) -> None:
        standard(at, Region(FRANKFURT, "acme-vault"))

    assert not assumed(started(f"{SHOP}:1", apart)[0], Assumes.BUILT_AGAIN)
    assert len(assumed(started(f"{SHOP}:1", lambda at: standard(at, Region(FRANKFURT)))[0], Assumes.BUILT_AGAIN)) == 1


def pool(found: Model) -> Pool:
    (one,) = found.pools
    return one


def test_cloud_run_keeps_what_a_service_runs() -> None:
    template: Any = {"containers": [{"image": "europe-west3-docker.pkg.dev/acme-prod/shop/web:1"}]}
    service = pool(model(lambda: Service("web", location=BELGIUM, template=template, opts=Region().opts)))
    assert not {"gcp/europe-west3"} & {domain.name for domain in service.needs_to_recover}
    assert [domain.name for domain in service.released_from] == ["gcp/europe-west3", "gcp/acme-prod"]
    worker = pool(model(lambda: WorkerPool("mailer", location=BELGIUM, template=template, opts=Region().opts)))
    assert {"gcp/europe-west3"} & {domain.name for domain in worker.needs_to_recover}, "of these it does not say so"
