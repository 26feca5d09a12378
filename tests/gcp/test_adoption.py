"""After a failover outside Pulumi, naming the site that took over leaves the real engine nothing to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.cli import Cli
from tests.engine.engine import Engine, EngineError, Step

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("adoption-gcp")]

PROJECT = Path(__file__).parent / "adoption"
COMPONENT = "urn:pulumi:dev::adoption::bcinfra:gcp:"
PRIMARY, REPLICA = (
    f"{COMPONENT}MySql$gcp:sql/databaseInstance:DatabaseInstance::orders-{site}" for site in ("ghent", "turin")
)
SECONDARY = f"{COMPONENT}Redis$gcp:redis/cluster:Cluster::carts-turin"


@pytest.fixture(scope="module")
def stack(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The shop after its failover from Ghent to Turin, before anybody told the program."""
    with Engine(pulumi_cli, tmp_path_factory.mktemp("adoption"), PROJECT, "dev") as engine:
        engine.set_config("password", "correct horse", "--secret")
        engine.up()
        assert engine.changes() == []
        engine.cloud.drift(
            {
                PRIMARY: {"masterInstanceName": "orders-turin-1"},
                REPLICA: {"masterInstanceName": ""},
                SECONDARY: {"crossClusterReplicationConfig": {"clusterRole": "PRIMARY"}},
            }
        )
        engine.refresh()
        yield engine


def test_nothing_is_demoted_before_the_failover_is_adopted(stack: Engine) -> None:
    assert stack.changes() == []


def test_adopting_it_changes_nothing(stack: Engine) -> None:
    stack.set_config("primary", "turin")
    try:
        assert stack.changes() == []
    finally:
        stack.set_config("primary", "ghent")


def test_then_the_new_primary_gets_its_backups(stack: Engine) -> None:
    stack.set_config("primary", "turin")
    stack.set_config("role_settings_version", "2")
    try:
        assert stack.changes() == [Step("update", REPLICA, ("settings",))]
    finally:
        stack.set_config("primary", "ghent")
        stack.set_config("role_settings_version", "1")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK drops tasks of a failed run
def test_without_the_ignored_fields_the_data_would_be_replaced(stack: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bcinfra.gcp.mysql.FAILOVER_FIELDS", ())
    stack.set_config("primary", "turin")
    try:
        with pytest.raises(EngineError, match=f'unable to replace resource "{re.escape(REPLICA)}"'):
            stack.changes()
    finally:
        stack.set_config("primary", "ghent")


def test_the_password_is_kept_nowhere_in_clear(stack: Engine) -> None:
    assert "correct horse" not in str(stack.export())
