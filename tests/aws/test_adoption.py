"""After a failover outside Pulumi, naming the site that took over leaves the real engine nothing to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.cli import Cli
from tests.engine.engine import Engine, EngineError, Step

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("adoption")]

PROJECT = Path(__file__).parent / "adoption"
COMPONENT = "urn:pulumi:dev::adoption::bcinfra:aws:"
REPLICA = f"{COMPONENT}MySql$aws:rds/instance:Instance::orders-frankfurt"
SECONDARY = f"{COMPONENT}AuroraMySql$aws:rds/cluster:Cluster::catalogue-frankfurt"
GROUP = f"{COMPONENT}Redis$aws:elasticache/replicationGroup:ReplicationGroup::carts-frankfurt"
DATASTORE = f"{COMPONENT}Redis$aws:elasticache/globalReplicationGroup:GlobalReplicationGroup::carts-global"
RECORD = f"{COMPONENT}GeoDns$aws:route53/record:Record::dns-sites.shop.example-A"
ROLES = [Step("update", f"{RECORD}-{site}", ("failoverRoutingPolicies",)) for site in ("dublin", "frankfurt")]


@pytest.fixture(scope="module")
def stack(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The shop after its failover from Dublin to Frankfurt, before anybody told the program."""
    with Engine(pulumi_cli, tmp_path_factory.mktemp("adoption"), PROJECT, "dev") as engine:
        engine.set_config("password", "correct horse", "--secret")
        engine.up()
        assert engine.changes() == []
        engine.cloud.drift(
            {
                REPLICA: {"replicateSourceDb": ""},
                SECONDARY: {"replicationSourceIdentifier": ""},
                DATASTORE: {"primaryReplicationGroupId": "carts-frankfurt"},
            }
        )
        engine.refresh()
        yield engine


def test_nothing_is_demoted_before_the_failover_is_adopted(stack: Engine) -> None:
    assert stack.changes() == []


def test_adopting_it_moves_the_roles_in_dns_and_touches_no_data(stack: Engine) -> None:
    stack.set_config("primary", "frankfurt")
    try:
        assert sorted(stack.changes()) == ROLES
    finally:
        stack.set_config("primary", "dublin")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK drops tasks of a failed run
@pytest.mark.parametrize(("module", "urn"), [("mysql", REPLICA), ("aurora", SECONDARY), ("redis", GROUP)])
def test_without_the_ignored_fields_the_data_would_be_replaced(
    stack: Engine, module: str, urn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"bcinfra.aws.{module}.FAILOVER_FIELDS", ())
    stack.set_config("primary", "frankfurt")
    try:
        with pytest.raises(EngineError, match=f'unable to replace resource "{re.escape(urn)}"'):
            stack.changes()
    finally:
        stack.set_config("primary", "dublin")


def test_the_passwords_are_kept_nowhere_in_clear(stack: Engine) -> None:
    assert "correct horse" not in str(stack.export())
