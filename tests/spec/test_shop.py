"""What a shop states, and what its defaults add."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter, ValidationError

from bcinfra.spec import (
    AwsSite,
    Capability,
    DataClass,
    MySql,
    Needs,
    Objectives,
    OwnObjectives,
    Redis,
    Shop,
    SpecError,
    Strategy,
    Tier,
    load_shop,
)
from bcinfra.spec.data import STANDARD_DATA
from bcinfra.spec.values import DURATION_PATTERN, format_duration, parse_duration

from .sample import SAMPLE, STATED, stated

SHOP = load_shop(SAMPLE)


def test_the_sample_states_in_python_what_it_states_in_yaml() -> None:
    web = Tier(image="111122223333.dkr.ecr.{region}.amazonaws.com/shop:1.4.2", cpu=1, memory=2, replicas=3, peak=12)
    shop = SHOP.revised(
        accounts={"main": "111122223333", "vault": "012345678901"},
        sites={
            "dublin": AwsSite(region="eu-west-1", role="primary"),
            "frankfurt": AwsSite(region="eu-central-1", role="standby", zones=("euc1-az1", "euc1-az2")),
            "virginia": AwsSite(region="us-east-1", role="backup", account="vault"),
        },
        strategy=Strategy.WARM_STANDBY,
        objectives=Objectives(recovery_time="15m", data_loss=timedelta(minutes=5), availability=99.9),
        web=web,
        app=web,
        mysql=MySql(cpu=4, memory=32, storage=200),
        redis=Redis(memory=6),
        capabilities={"checkout": Capability(objectives=OwnObjectives(availability=99.95))},
    )
    assert shop == SHOP


def test_names_and_sites_are_derived() -> None:
    assert SHOP.prefix == "midsize-prod"
    assert (SHOP.primary, SHOP.active) == ("dublin", "dublin")
    assert [*SHOP.serving_sites] == ["dublin", "frankfurt"]
    assert [*SHOP.standbys] == ["frankfurt"]
    assert [*SHOP.backup_sites] == ["virginia"]
    assert SHOP.revised(active_site="frankfurt").active == "frankfurt"
    assert SHOP.image("web", "frankfurt") == "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4.2"


def test_data_gets_its_usual_home_and_cadence() -> None:
    assert {name: SHOP.data[name].home for name in STANDARD_DATA} == dict(STANDARD_DATA)
    assert SHOP.data["carts"].home == "redis"
    assert SHOP.data["products"].cadence == timedelta(hours=1)
    assert SHOP.data["orders"].cadence == timedelta(minutes=15)
    shop = SHOP.revised(data={**SHOP.data, "orders": DataClass(criticality="critical", cadence="blog")})
    assert (shop.data["orders"].home, shop.data["orders"].cadence) == ("mysql", timedelta(days=1))
    external = SHOP.revised(data={**SHOP.data, "stock": DataClass(criticality="important", home="external:erp")})
    assert (external.data["stock"].keeper, external.data["orders"].keeper) == ("erp", None)


def test_capabilities_have_usual_needs_and_inherit_objectives() -> None:
    assert [*SHOP.offers] == ["browse", "cart", "checkout", "account", "support"]
    checkout = SHOP.offers["checkout"]
    assert checkout.tiers == ("web", "app")
    assert "orders" in checkout.data
    assert checkout.external == ("payment-provider",)
    assert checkout.objectives == Objectives(recovery_time="15m", data_loss="5m", availability=99.95)
    assert SHOP.offers["browse"].objectives == SHOP.objectives
    needs = Needs(tiers=("web",), data=("products",), external=("search-engine",))
    shop = SHOP.revised(capabilities={"support": None, "search": Capability(needs=needs)})
    assert "support" not in shop.offers
    assert shop.offers["search"].tiers == ("web",)
    assert shop.offers["search"].external == ("search-engine",)


def test_a_shop_without_redis_drops_what_needs_it() -> None:
    drop = {"cart": None, "checkout": Capability(needs=Needs(data=("orders",)))}
    shop = SHOP.revised(
        redis=None, data={name: row for name, row in SHOP.data.items() if name != "carts"}, capabilities=drop
    )
    assert "cart" not in shop.offers


def test_revised_checks_again_and_leaves_the_first_alone() -> None:
    staging = SHOP.revised(environment="staging", disposable=True)
    assert (staging.prefix, staging.disposable, staging.mysql) == ("midsize-staging", True, SHOP.mysql)
    assert (staging.objectives, staging.business) == (None, None), "what another environment promises is not taken over"
    assert not SHOP.disposable
    with pytest.raises(SpecError, match="environment = 'PROD'"):
        SHOP.revised(environment="PROD")
    with pytest.raises(ValidationError, match="frozen"):
        SHOP.name = "other"


def test_mistakes_in_parts_are_told_together_each_at_its_line() -> None:
    first = sys._getframe().f_lineno
    site = AwsSite(region="eu-west-1", role="primry")
    tier = Tier(image="web", cpu=-1, memory=2, replicas=1, peak=1)
    with pytest.raises(SpecError) as caught:
        SHOP.revised(web=tier, sites={**SHOP.sites, "dublin": site}, domain="shop")
    found = {".".join(map(str, p.path)): p.place for p in caught.value.problems}
    assert {path: place.line - first for path, place in found.items() if place} == {
        "sites.dublin.role": 1,
        "web.cpu": 2,
        "domain": 4,
    }
    assert {place.file for place in found.values() if place} == {__file__}


def test_objectives_and_business_are_stated_by_environment() -> None:
    strict, loose = SHOP.objectives, Objectives(recovery_time="8h", data_loss="1d", availability=95)
    shop = SHOP.revised(objectives={"prod": strict, "staging": loose}, business={"prod": SHOP.business})
    assert (shop.objectives, shop.business) == (SHOP.objectives, SHOP.business)
    staging = shop.revised(environment="staging")
    assert (staging.objectives, staging.business) == (loose, None)
    assert {offer.objectives and offer.objectives.recovery_time for offer in staging.offers.values()} <= {
        loose.recovery_time,
        *(offer.objectives.recovery_time for offer in shop.offers.values() if offer.objectives),
    }
    assert staging.revised(environment="prod").business == SHOP.business
    assert {offer.objectives for offer in shop.revised(environment="test").offers.values()} == {None}


def test_a_shop_says_that_it_has_no_such_data() -> None:
    values = stated({"data/carts": "none", "data/reviews": None, "redis": None})
    shop = Shop(**values)
    assert shop.absent == {"carts", "reviews"}
    assert "cart" not in shop.offers, "what it is about is not there"
    assert "carts" not in shop.offers["checkout"].data
    assert not shop.absent & shop.kept.keys()


def test_what_customers_do_signed_in_needs_sessions_where_there_are_some() -> None:
    def needing(data: dict[str, object]) -> set[str]:
        return {
            name for name, offer in SHOP.revised(data={**SHOP.data, **data}).offers.items() if "sessions" in offer.data
        }

    assert needing({"sessions": "minor"}) == {"account", "checkout"}
    assert needing({"sessions": "none"}) == needing({}) == set()


def test_a_refused_part_cannot_be_used() -> None:
    tier = Tier(image="web", cpu=-1, memory=2, replicas=1, peak=1)
    assert repr(tier) == "<refused Tier>"
    with pytest.raises(SpecError, match="cpu = -1: must be more than 0"):
        _ = tier.image


def test_every_way_in_checks_the_rules() -> None:
    values = stated({"active_site": "virginia"})
    for enter in (lambda stated: Shop(**stated), Shop.model_validate, TypeAdapter(Shop).validate_python):
        with pytest.raises(SpecError, match="backup site"):
            enter(values)


def test_a_shop_survives_dump_copy_and_pickle() -> None:
    assert Shop(**STATED) == SHOP
    assert copy.deepcopy(SHOP) == SHOP
    assert pickle.loads(pickle.dumps(SHOP)) == SHOP


names = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
durations = st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds))


@given(durations)
def test_durations_round_trip(value: timedelta) -> None:
    text = format_duration(value)
    assert parse_duration(text) == value
    assert re.fullmatch(DURATION_PATTERN, text)


@given(
    name=names,
    replicas=st.integers(1, 20),
    extra=st.integers(0, 20),
    recovery=durations.filter(lambda time: time >= timedelta(seconds=10)),
    cadence=durations,
    readers=st.integers(0, 15),
    zones=st.one_of(st.integers(2, 6), st.just(("euw1-az1", "euw1-az3"))),
    dropped=st.sets(st.sampled_from(["browse", "cart", "checkout", "account", "support"])),
)
def test_any_valid_shop_round_trips(
    name: str,
    replicas: int,
    extra: int,
    recovery: timedelta,
    cadence: timedelta,
    readers: int,
    zones: int | tuple[str, ...],
    dropped: set[str],
) -> None:
    values = stated(
        {
            "name": name,
            "web/replicas": replicas,
            "web/peak": replicas + extra,
            "objectives/recovery_time": recovery,
            "data/orders/cadence": cadence,
            "mysql/readers": readers,
            "sites/dublin/zones": zones,
            "capabilities": dict.fromkeys(dropped),
        }
    )
    shop = Shop(**values)
    assert Shop(**shop.model_dump(mode="json")) == shop
    assert Shop.model_validate_json(shop.model_dump_json()) == shop
    assert shop.offers.keys().isdisjoint(dropped)


def test_the_spec_does_not_import_pulumi() -> None:
    code = "import sys, bcinfra.spec; sys.exit(any(name.split('.')[0] == 'pulumi' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("path", "said", "read"),
    [
        ("objectives/recovery_time", "15 min", timedelta(minutes=15)),
        ("objectives/recovery_time", "1 hour 30 minutes", timedelta(minutes=90)),
        ("objectives/data_loss", "2 H", timedelta(hours=2)),
        ("objectives/availability", "99.9 %", 99.9),
        ("web/cpu", "500m", 0.5),
        ("web/cpu", "2 vCPU", 2),
        ("web/memory", "512MiB", 0.5),
        ("mysql/memory", "16GB", 16),
        ("mysql/storage", "1 TB", 1024),
        ("media/size", "1.5TiB", 1536),
        ("web/image", "registry.example:5000/web@sha256:" + "a" * 64, "registry.example:5000/web@sha256:" + "a" * 64),
    ],
)
def test_units_are_understood_where_they_mean_one_thing(path: str, said: str, read: object) -> None:
    part, field = path.split("/")
    assert getattr(getattr(Shop(**stated({path: said}, None)), part), field) == read


def test_images_are_pulled_from_the_repositories_that_the_shop_keeps_or_brings() -> None:
    brought = {
        f"sites/{site}/existing": {"repositories": {"web": f"arn:aws:ecr:{region}:111122223333:repository/acme/web"}}
        for site, region in (("dublin", "eu-west-1"), ("frankfurt", "eu-central-1"))
    }
    stated_images = {
        "repositories": ["web", "app", "archive-binlogs"],
        "web/image": "{registry}/web:1.4.2",
        "app/image": "{registry}/app:1.4.2",
    }
    shop = Shop(**stated({**stated_images, **brought}, None))
    assert shop.image("web", "frankfurt") == "111122223333.dkr.ecr.eu-central-1.amazonaws.com/acme/web:1.4.2"
    assert shop.image("app", "dublin") == f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/{shop.prefix}/app:1.4.2"
    assert not shop.keeps_images("virginia"), "nothing runs where copies are kept alone"
    assert shop.registry("virginia") == "012345678901.dkr.ecr.us-east-1.amazonaws.com", "who fills what is brought?"
    made = Shop(**stated(stated_images, None))
    assert made.registry("virginia") == f"012345678901.dkr.ecr.us-east-1.amazonaws.com/{shop.prefix}"
