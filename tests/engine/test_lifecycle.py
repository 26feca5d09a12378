"""A stack's life under the real engine: deployed, changed, failed over, refreshed, destroyed.

The tests share one deployed stack and leave it as they found it, except where they say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.cli import Cli
from tests.engine.engine import Engine, EngineError, Step

pytestmark = pytest.mark.engine

PROJECT = Path(__file__).parent / "programs" / "lifecycle"
SITE = "urn:pulumi:dev::lifecycle::lifecycle:index:Site"
RECORD = "urn:pulumi:dev::lifecycle::aws:route53/record:Record::database"


def database(site: str) -> str:
    return f"{SITE}$aws:rds/instance:Instance::{site}-database"


@pytest.fixture(scope="module")
def stack(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(pulumi_cli, tmp_path_factory.mktemp("lifecycle"), PROJECT, "dev") as engine:
        engine.set_config("password", "not-a-real-one", "--secret")
        planned = {step.urn for step in engine.changes()}
        created = {urn for _, urn in engine.up()}
        assert created == {urn for urn in planned if "aws:" in urn.split("$")[-1] and "providers" not in urn}
        yield engine


def test_secrets_of_the_encrypted_configuration_stay_secret(stack: Engine):
    assert "not-a-real-one" not in (stack.project / "stacks/config/Pulumi.dev.yaml").read_text()
    assert "ciphertext" in stack.resources()[database("dublin")]["inputs"]["password"]


def test_a_second_up_changes_nothing(stack: Engine):
    assert stack.up() == []


def test_refresh_finds_nothing_that_no_one_changed(stack: Engine):
    before = stack.resources().keys()
    stack.refresh()
    assert stack.resources().keys() == before
    assert stack.changes() == []


def test_one_change_of_the_spec_updates_just_what_it_is_about(stack: Engine):
    stack.edit("stacks/sites.py", "db.m7g.large", "db.m7g.xlarge")
    try:
        planned = stack.changes()
        assert set(planned) == {Step("update", database(site), ("instanceClass",)) for site in ("dublin", "frankfurt")}
        assert sorted(stack.up()) == sorted(("Update", step.urn) for step in planned)
    finally:
        stack.edit("stacks/sites.py", "db.m7g.xlarge", "db.m7g.large")
        stack.up()


def test_a_site_comes_and_goes_without_touching_the_others(stack: Engine):
    stack.edit("stacks/sites.py", '"frankfurt": "eu-central-1"', '"frankfurt": "eu-central-1", "paris": "eu-west-3"')
    stack.edit("stacks/sites.py", "set()", '{"paris"}')
    try:
        created = stack.up()
        assert {call for call, _ in created} == {"Create"}
        assert sorted(urn.split("::")[-1] for _, urn in created) == ["paris-database", "paris-vpc"]
    finally:
        stack.edit("stacks/sites.py", ', "paris": "eu-west-3"', "")
        stack.edit("stacks/sites.py", '{"paris"}', "set()")
        deleted = stack.up()
    assert sorted(deleted) == sorted(("Delete", urn) for _, urn in created)


def test_a_change_that_forces_replacement_is_seen_in_the_preview(stack: Engine):
    stack.edit("stacks/__main__.py", "10.0.0.0/16", "10.1.0.0/16")
    try:
        replaced = {step.urn for step in stack.changes() if step.op == "replace"}
    finally:
        stack.edit("stacks/__main__.py", "10.1.0.0/16", "10.0.0.0/16")
    assert replaced == {f"{SITE}$aws:ec2/vpc:Vpc::{site}-vpc" for site in ("dublin", "frankfurt")}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK drops tasks of a failed run
def test_a_resource_without_a_provider_is_refused(stack: Engine):
    line = 'pulumi.export("database", sites[active].database.endpoint)\n'
    stack.edit("stacks/__main__.py", line, f'{line}aws.sns.Topic("stray")\n')
    try:
        with pytest.raises(EngineError, match="Default provider for 'aws' disabled"):
            stack.preview()
    finally:
        stack.edit("stacks/__main__.py", 'aws.sns.Topic("stray")\n', "")


def test_a_failover_is_adopted_without_a_change(stack: Engine):
    """The replica was promoted and the name moved while Pulumi looked away. Leaves the stack failed over."""
    promoted = stack.resources()[database("frankfurt")]["outputs"]
    stack.cloud.drift(
        {
            database("frankfurt"): {"replicateSourceDb": "", "backupRetentionPeriod": 7},
            RECORD: {"records": [promoted["address"]]},
        }
    )
    stack.refresh()
    assert stack.resources()[database("frankfurt")]["outputs"]["replicateSourceDb"] == ""
    assert [step.urn for step in stack.changes()] == [RECORD], "until it is adopted, an up would move the name back"

    stack.set_config("activeSite", "frankfurt")
    assert stack.changes() == []
    assert stack.up() == []

    stack.edit("stacks/__main__.py", '["replicateSourceDb", "backupRetentionPeriod"]', "[]")
    undone = stack.changes()
    stack.edit(
        "stacks/__main__.py", "FAILOVER_FIELDS = []", 'FAILOVER_FIELDS = ["replicateSourceDb", "backupRetentionPeriod"]'
    )
    assert Step("update", database("frankfurt"), ("replicateSourceDb",)) in undone, "not ignored: demoted again"


def test_destroy_stops_at_what_is_protected_and_is_complete_without(stack: Engine):
    """Leaves an empty stack."""
    with pytest.raises(EngineError, match="because it is protected"):
        stack.destroy()
    assert stack.cloud.take_calls() == []

    stack.unprotect_all()
    with pytest.raises(EngineError, match="deletionProtection is on"):  # the service refuses on its own account
        stack.destroy()
    assert {database("dublin"), database("frankfurt")} <= stack.resources().keys()

    stack.set_config("guarded", "false")
    stack.up()
    stack.destroy()
    assert stack.resources() == {}
