"""``bcinfra doctor``: what is seen, what is missing, and what nothing here can show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bcinfra.assembly.readiness import PHASES, Standing, readiness
from bcinfra.spec import Alarms, Shop
from tests.assembly.conftest import b2b, hybrid, large, midsize
from tests.commandline import bcinfra
from tests.test_readme import block

from php import SHOPS  # isort: skip


def standing(shop: Shop, id: str, **more: object) -> Standing:
    (found,) = (point for point in readiness(shop, **more) if point.id == id)  # type: ignore[arg-type]
    return found.standing


def test_points_come_in_the_order_in_which_they_are_due() -> None:
    phases = [point.phase for point in readiness(large.PROD)]
    assert phases == sorted(phases, key=list(PHASES).index)
    assert len({point.id for point in readiness(large.PROD)}) == len(phases)


def test_the_delegation_comes_before_certificates_and_after_accounts() -> None:
    ids = [point.id for point in readiness(hybrid.PROD)]
    assert ids.index("delegation") > ids.index("configuration")
    assert any(one.startswith("issuer-") for one in ids)


def test_a_quota_is_counted_from_the_peak() -> None:
    (point,) = (p for p in readiness(midsize.PROD) if p.id == "aws-fargate-ireland")
    assert point.what == "54 vCPU of Fargate in eu-west-1, at the peak"
    assert "--desired-value 54" in point.command
    assert point.standing is Standing.DONE
    for granted, told in ((48, "ask"), (54, "done"), ({"containers": 48, "virtual-machines": 99}, "ask"), ({}, "ask")):
        site = midsize.PROD.sites["ireland"].revised(vcpu_quota=granted)
        assert standing(midsize.PROD.revised(sites={**midsize.PROD.sites, "ireland": site}), point.id) == told


@pytest.mark.parametrize(("cpu", "memory", "needs"), [(2, 4, 24), (1, 8, 24), (1, 4, 12)])
def test_a_server_counts_with_all_that_it_has(cpu: float, memory: float, needs: int) -> None:
    servers = b2b.PROD.revised(web=b2b.PROD.web.revised(cpu=cpu, memory=memory))
    (point,) = (p for p in readiness(servers) if p.id == "aws-ec2-ireland")
    assert point.what.startswith(f"{needs} vCPU of EC2")


def test_what_nobody_hears_is_open() -> None:
    assert standing(midsize.PROD, "receivers") is Standing.DONE
    assert standing(midsize.PROD.revised(alarms=Alarms()), "receivers") is Standing.OPEN


def test_an_image_by_tag_is_open_and_one_by_digest_is_not() -> None:
    assert standing(midsize.PROD, "images") is Standing.OPEN
    pinned = {
        tier: stated.revised(image=f"{{registry}}/{tier}@sha256:" + "0" * 64)
        for tier, stated in midsize.PROD.tiers.items()
    }
    assert standing(midsize.PROD.revised(**pinned), "images") is Standing.DONE


@pytest.mark.parametrize(("ingress", "wanted"), [("nginx", Standing.OPEN), ("traefik", Standing.ASK)])
def test_an_ingress_class_without_fixes_is_open(ingress: str, wanted: Standing) -> None:
    sites = {
        name: site.revised(ingress=ingress) if site.kind == "kubernetes" else site
        for name, site in hybrid.PROD.sites.items()
    }
    shop = hybrid.PROD.revised(sites=sites)
    assert {p.standing for p in readiness(shop) if p.id.startswith("ingress-")} == {wanted}


def test_of_the_state_s_bucket_versions_and_a_copy_are_asked_for_where_none_is_declared() -> None:
    points = {p.id: p for p in readiness(hybrid.PROD)}
    assert points["state-copy"].standing is Standing.ASK
    assert "state-copied-once" not in points
    declared = {p.id: p for p in readiness(midsize.PROD)}
    assert declared["state-copy"].standing is Standing.DONE
    looked = declared["state-copy"].command
    assert looked.endswith("get-bucket-replication --bucket midsize-infrastructure-state"), "without its region"
    assert "s3://midsize-infrastructure-state/.pulumi/" in declared["state-copied-once"].command
    assert not any(p.id == "state-copy" for p in readiness(large.PROD)), "it is no bucket of AWS or Google Cloud"


def test_what_opens_the_state_is_asked_for() -> None:
    state = midsize.PROD.state
    assert state
    for secrets, wanted in (
        ("passphrase", Standing.ASK),
        ("gcpkms://projects/acme/locations/global/keyRings/a/cryptoKeys/a", Standing.DONE),
        (None, Standing.OPEN),
    ):
        assert standing(midsize.PROD.revised(state=state.revised(secrets=secrets)), "state-secrets") is wanted


def test_what_the_configuration_lacks_is_named() -> None:
    assert standing(midsize.PROD, "configuration") is Standing.ASK
    assert standing(midsize.PROD, "configuration", configured=frozenset({"mysqlPassword"})) is Standing.OPEN
    whole = frozenset({"mysqlArchivePassword", "mysqlPassword", "originKey", "redisPassword"})
    assert standing(midsize.PROD, "configuration", configured=whole) is Standing.DONE


def test_google_s_services_must_exist_before_keys_are_granted_to_them() -> None:
    points = {p.id: p for p in readiness(large.PROD)}
    assert "sqladmin.googleapis.com" in points["gcp-apis-large-prod-standby"].command
    assert "identity create" in points["gcp-agents-large-prod-standby"].command


def test_at_aws_images_are_pushed_to_one_site_and_waited_for_at_the_others() -> None:
    (point,) = [one for one in readiness(midsize.PROD) if one.id == "aws-images"]
    _, *pushed = point.command.split("; ")
    images = (("app", "4.2.0"), ("archive-binlogs", "1.0.0"), ("web", "4.2.0"))
    home, status = "111122223333.dkr.ecr.eu-west-1.amazonaws.com", "aws ecr describe-image-replication-status"
    assert pushed == [
        *(f"docker push {home}/midsize-prod/{image}:{tag}" for image, tag in images),
        *(
            f"{status} --region eu-west-1 --repository-name midsize-prod/{image} --image-id imageTag={tag}"
            for image, tag in images
        ),
    ]
    assert "aws-images" not in {one.id for one in readiness(midsize.STAGING)}, "production's are there"


@pytest.mark.parametrize(("ground", "region"), [("gcp", "europe-west1"), ("kubernetes", "europe-west4")])
def test_at_google_images_are_pushed_to_each_region_before_what_runs_them(ground: str, region: str) -> None:
    shop = SHOPS[ground]
    points = {point.id: point for point in readiness(shop)}
    home = f"{region}-docker.pkg.dev/php-shop-prod/php-prod/shop:8.3.1"
    copy = "us-east1-docker.pkg.dev/php-shop-vault/php-prod/shop:8.3.1"
    said = points["gcp-images"].command.split("; ")
    assert said[0].startswith("pulumi up --target '**ImageRepositories**'")
    assert said[1:] == [
        f"gcrane cp {home} {copy}",
        *(f"gcloud artifacts docker images describe {image}" for image in (home, copy)),
    ]
    assert "containerscanning.googleapis.com" in points["gcp-apis-php-shop-prod"].command
    assert "nodes-pull-holland" not in points, "the page names who pulls"
    others = {point.id for point in readiness(shop.revised(repositories=()))}
    assert "gcp-images" not in others


def test_a_page_is_enough(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(block("yaml", "name: corner"))
    done = bcinfra("doctor", "shop.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (shop,) = json.loads(done.stdout)["shops"]
    assert shop["shop"] == "corner-prod"
    assert shop["done"] + shop["open"] + shop["ask"] == len(shop["points"])
    text = bcinfra("doctor", "shop.yaml", cwd=tmp_path).stdout
    assert "[!] somebody who is told of alarms" in text
