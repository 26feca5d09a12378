"""The sample shop on Kubernetes under the real engine: what is recorded, a promotion by a person, and the end of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.answers import ask_before_up, differences
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine
from tests.samples import sample

pytestmark = pytest.mark.engine

SPEC = "stacks/hybrid/__init__.py"
DATABASE = "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster"


def test_what_is_recorded_is_what_the_engine_registers(pulumi_cli: Cli, tmp_path: Path) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, "hybrid-prod") as engine:
        assert list(differences(sample(engine.stack), ask_before_up(engine))) == []


@pytest.fixture(scope="module")
def shop(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(pulumi_cli, tmp_path_factory.mktemp("hybrid"), ROOT, "hybrid-prod") as engine:
        engine.edit(SPEC, 'name="hybrid",', 'name="hybrid", disposable=True,')
        engine.add_work(SPEC, "queues", "search")
        added = ("queuePassword", "searchPassword", "searchAdministratorPassword")
        engine.set_secrets({f"bcinfra:{key}": "not-a-real-one" for key in added})
        engine.up()
        yield engine


class TestDisposable:
    """The tests share one deployed stack, in order; the last two leave it promoted, and empty.

    That a second up changes nothing is part of what they say: a release changes its tier and nothing beside it, and
    nothing is left to change once what a person did is adopted.
    """

    def test_what_is_deployed_is_its_program(self, shop: Engine) -> None:
        assert not diff(load(shop.export()), record_project(shop.project, shop.stack), replacements=REPLACEMENTS)

    def test_a_release_of_one_tier_touches_that_tier_at_each_site(self, shop: Engine) -> None:
        shop.edit(SPEC, "web:2.8.0", "web:2.9.0")
        changes = [step for step in shop.changes() if "bcinfra:assembly:Shop::" not in step.urn]  # which states it
        shop.edit(SPEC, "web:2.9.0", "web:2.8.0")
        names = {step.urn.rsplit("::", 1)[1] for step in changes}
        assert names == {"hybrid-prod-ghent-web", "hybrid-prod-holland-web"}

    def test_a_promotion_by_a_person_is_adopted_without_a_change(self, shop: Engine) -> None:
        rows = shop.resources()
        (replica,) = (urn for urn in rows if f"{DATABASE}::" in urn and urn.endswith("-mysql-holland"))
        spec = rows[replica]["inputs"]["spec"]
        channel = {"name": spec["pxc"]["replicationChannels"][0]["name"], "isSource": True}
        shop.cloud.drift({replica: {"spec": {**spec, "pxc": {**spec["pxc"], "replicationChannels": [channel]}}}})
        shop.refresh()
        assert shop.resources()[replica]["outputs"]["spec"]["pxc"]["replicationChannels"] == [channel]
        shop.set_config("bcinfra:activeSite", "holland")
        assert shop.changes() == []

    def test_a_disposable_shop_is_destroyed_completely(self, shop: Engine) -> None:
        shop.destroy()
        assert shop.resources() == {}
