"""The sample shop under the real engine: the ordinary program of ``stacks/`` with its ordinary configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.answers import ask_before_up, differences
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine, Step
from tests.samples import sample

pytestmark = pytest.mark.engine

SPEC = "stacks/midsize/__init__.py"
STORES = ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup", "aws:s3/bucket:Bucket")


def type_of(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def named(rows: Iterable[str], token: str, name: str) -> str:
    """The URN of the one resource of type ``token`` whose logical name ends with ``name``."""
    (urn,) = (urn for urn in rows if type_of(urn) == token and urn.endswith(name))
    return urn


def resources(steps: Iterable[Step]) -> list[Step]:
    """The steps of resources that a cloud has: neither components nor providers."""
    return [step for step in steps if type_of(step.urn).startswith("aws:")]


@contextmanager
def edited(engine: Engine, old: str, new: str) -> Iterator[None]:
    engine.edit(SPEC, old, new)
    try:
        yield
    finally:
        engine.edit(SPEC, new, old)


@pytest.fixture(scope="module")
def staging(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(pulumi_cli, tmp_path_factory.mktemp("staging"), ROOT, "midsize-staging") as engine:
        for files in ("    files=Files(size=60),\n", "    files=Files(size=2),\n"):  # a third site has none; see prod
            engine.edit(SPEC, files, "")
        engine.edit(SPEC, 'home="files"', 'home="mysql"')
        engine.add_work(SPEC, "queues", "search")
        engine.up()
        yield engine


def before_its_origins(model: Model) -> Model:
    """A model without the distribution: which origin a path is fetched from, only the deployment knows by host."""
    edge = "aws:cloudfront/distribution:Distribution::"
    return replace(
        model,
        places={},
        balancers=tuple(one for one in model.balancers if edge not in one.urn),
        calls={urn: called for urn, called in model.calls.items() if edge not in urn},
    )


class TestStaging:
    """The tests share one deployed stack, in order; the last two leave it failed over, and empty.

    That a second up changes nothing is part of what they say: each edit changes what it names and nothing beside it.
    """

    def test_what_is_deployed_is_its_program_and_survives_the_same(self, staging: Engine):
        live, program = load(staging.export()), record_project(staging.project, staging.stack)
        assert not diff(live, program, replacements=REPLACEMENTS)
        assert before_its_origins(read(live)) == before_its_origins(read(program))

    def test_storage_grows_in_place_and_a_release_of_one_tier_touches_that_tier(self, staging: Engine):
        larger = edited(staging, "memory=4, storage=50", "memory=4, storage=60")
        with larger, edited(staging, "web:4.2.0", "web:4.3.0"):
            changes = resources(staging.changes())
        grown = {step.urn for step in changes if "allocatedStorage" in step.fields}
        assert {type_of(urn) for urn in grown} == {STORES[0]}
        boards = [step for step in changes if type_of(step.urn) == "aws:cloudwatch/dashboard:Dashboard"]
        assert {(step.op, step.fields) for step in boards} == {("update", ("dashboardBody",))}, "drawn: what is scarce"
        rest = [step for step in changes if step not in boards and "-mysql" not in step.urn.rsplit("::", 1)[1]]
        assert rest
        assert [step.urn for step in rest if "-web" not in step.urn.rsplit("::", 1)[1]] == []
        assert {step.op for step in changes if step not in rest} == {"update"}

    def test_a_site_is_added_beside_the_others(self, staging: Engine):
        virginia = '        "virginia"'
        paris = f'        "paris": AwsSite(region="eu-west-3", role="standby"),\n{virginia}'
        with edited(staging, virginia, paris):
            changes = resources(staging.changes())
        created = [step for step in changes if step.op == "create"]
        assert {type_of(step.urn) for step in created} >= set(STORES)
        assert [step.urn for step in created if "paris" not in step.urn] == []
        assert {step.op for step in changes} == {"create", "update"}, "nothing is replaced or deleted"
        assert Counter(type_of(step.urn) for step in changes if step.op == "update").keys().isdisjoint(STORES)

    def test_a_failover_is_adopted_without_a_change(self, staging: Engine):
        """Nor does a refresh find anything else, which nobody changed."""
        rows = staging.resources()
        replica = named(rows, "aws:rds/instance:Instance", "mysql-frankfurt")
        datastore = named(rows, "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup", "redis-global")
        cache = named(rows, "aws:elasticache/replicationGroup:ReplicationGroup", "redis-frankfurt")
        promoted = rows[cache]["id"]
        staging.cloud.drift({replica: {"replicateSourceDb": ""}, datastore: {"primaryReplicationGroupId": promoted}})
        staging.refresh()
        rows = staging.resources()
        assert rows[replica]["outputs"]["replicateSourceDb"] == ""
        assert rows[datastore]["outputs"]["primaryReplicationGroupId"] == promoted

        staging.set_config("bcinfra:activeSite", "frankfurt")
        changed = [(call, urn.rpartition("::")[2]) for call, urn in staging.up()]
        moved = ("Update", "midsize-staging-ireland-archive-user-schedule")
        assert changed == [moved], "only who keeps the archive's user, which works where the shop writes"

    def test_a_disposable_shop_is_destroyed_completely(self, staging: Engine):
        staging.destroy()
        assert staging.resources() == {}


def test_what_is_recorded_of_prod_is_what_the_engine_registers(pulumi_cli: Cli, tmp_path: Path):
    with Engine(pulumi_cli, tmp_path, ROOT, "midsize-prod") as engine:
        assert list(differences(sample(engine.stack), ask_before_up(engine))) == []
