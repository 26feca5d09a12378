"""The sample shop on Google Cloud under the real engine: what is recorded, a failover, and the end of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.answers import ask_before_up, differences
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine
from tests.samples import sample

pytestmark = pytest.mark.engine

SPEC = "stacks/small/__init__.py"
POOL = "cloudflare:index/loadBalancerPool:LoadBalancerPool"
DATABASE, CACHE = "gcp:sql/databaseInstance:DatabaseInstance", "gcp:redis/cluster:Cluster"


def named(rows: Iterable[str], token: str, name: str) -> str:
    """The URN of the one resource of type ``token`` whose logical name ends with ``name``."""
    (urn,) = (urn for urn in rows if f"{token}::" in urn and urn.endswith(name))
    return urn


def test_what_is_recorded_is_what_the_engine_registers(pulumi_cli: Cli, tmp_path: Path) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, "small-prod") as engine:
        assert list(differences(sample(engine.stack), ask_before_up(engine))) == []


@pytest.fixture(scope="module")
def shop(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(pulumi_cli, tmp_path_factory.mktemp("small"), ROOT, "small-prod") as engine:
        engine.edit(SPEC, 'name="small",', 'name="small", disposable=True,')
        engine.add_work(SPEC, "queues")
        engine.up()
        yield engine


class TestDisposable:
    """The tests share one deployed stack, in order; the last two leave it failed over, and empty.

    That a second up changes nothing is part of what they say: a release changes its tier and nothing beside it, and
    nothing is left to change once what a person did is adopted.
    """

    def test_what_is_deployed_is_its_program_and_survives_the_same(self, shop: Engine) -> None:
        live, program = load(shop.export()), record_project(shop.project, shop.stack)
        assert not diff(live, program, replacements=REPLACEMENTS)
        assert replace(read(live), places={}) == replace(read(program), places={})

    def test_the_second_dns_provider_answers_the_same(self, shop: Engine) -> None:
        rows = shop.resources()
        zones = {urn.split("::")[2].split("$")[-1] for urn in rows if "PublicZone$" in urn}
        assert zones >= {"cloudflare:index/zone:Zone", "gcp:dns/managedZone:ManagedZone"}
        front = rows[named(rows, "cloudflare:index/loadBalancer:LoadBalancer", "::small.example")]["inputs"]
        first, last = (rows[named(rows, POOL, site)]["id"] for site in ("-belgium", "-carolina"))
        assert (front["defaultPools"], front["fallbackPool"], front["proxied"]) == ([first], last, False)

    def test_a_release_of_one_tier_touches_that_tier(self, shop: Engine) -> None:
        shop.edit(SPEC, "web:2.3.0", "web:2.4.0")
        changes = [step for step in shop.changes() if "bcinfra:assembly:Shop::" not in step.urn]  # which states it
        shop.edit(SPEC, "web:2.4.0", "web:2.3.0")
        assert {step.op for step in changes} == {"update"}
        assert [step.urn for step in changes if "-web-service" not in step.urn] == []

    def test_a_failover_is_adopted_without_a_change(self, shop: Engine) -> None:
        rows = shop.resources()
        replica, cache = named(rows, DATABASE, "mysql-carolina"), named(rows, CACHE, "redis-carolina")
        promoted = {"instanceType": "CLOUD_SQL_INSTANCE", "masterInstanceName": ""}
        shop.cloud.drift({replica: promoted, cache: {"crossClusterReplicationConfig": {"clusterRole": "NONE"}}})
        shop.refresh()
        assert shop.resources()[replica]["outputs"]["masterInstanceName"] == ""
        shop.set_config("bcinfra:activeSite", "carolina")
        assert shop.changes() == []

    def test_a_disposable_shop_is_destroyed_completely(self, shop: Engine) -> None:
        shop.destroy()
        assert shop.resources() == {}
