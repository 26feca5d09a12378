"""A restore that was measured takes the place of its estimate, and is judged."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bcinfra.cli import app
from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.figures import read_overrides
from bcinfra.continuity.judgement.measured import measured as measured_row
from bcinfra.continuity.model.facts import Estimate, FactOverride, Overrides, facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Target
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.steps import Act
from bcinfra.exits import UserError
from bcinfra.graph import record
from tests.continuity.foreign.test_truths import judgement, outcome
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

LOST = "deletion:relational database eu-west-1-db"


def program() -> None:
    at = Region("eu-west-1", IRELAND[:2])
    Database(at, Tier(at), delete_automated_backups=False)


def assessed(overrides: Overrides | None = None) -> Assessment:
    model = read(record(program), facts(overrides))
    return assess(model, objectives={"*": Target(recovery_time=timedelta(hours=6))}, overrides=overrides)


def measured(seconds: float, upper: float) -> Overrides:
    own = FactOverride(failover_seconds=Estimate(typical=seconds, upper=upper), why="restore test of 2026-11-22")
    return Overrides(facts={"aws.rds.pitr": own, "aws.rds.snapshot_restore": own})


def test_a_measured_restore_replaces_the_estimate() -> None:
    for found, expected in ((assessed(), Judgement.MISSED), (assessed(measured(600, 800)), Judgement.MET)):
        lost = outcome(found, LOST)
        assert judgement(lost, Objective.RECOVERY_TIME) is expected
    way = outcome(assessed(measured(600, 800)), LOST).way
    assert way
    (restore,) = [step for step in way.steps if step.deed.kind is Act.RESTORE]
    assert (typical(restore.duration), pessimistic(restore.duration)) == (600, 800)


def test_one_that_took_too_long_is_missed() -> None:
    assert judgement(outcome(assessed(measured(9000, 12000)), LOST), Objective.RECOVERY_TIME) is Judgement.MISSED


# -- from CloudWatch to the verdict ------------------------------------------------------------------------------------


def told(*seconds: float, **changes: object) -> str:
    """As ``aws cloudwatch get-metric-statistics --statistics Maximum`` prints it."""
    points = [
        {"Timestamp": f"2026-11-{day:02}T05:00:00+00:00", "Maximum": value, "Unit": "Seconds", **changes}
        for day, value in enumerate(seconds, 1)
    ]
    return json.dumps({"Label": "SnapshotSeconds", "Datapoints": points})


def row(tmp_path: Path, text: str, fact: str) -> Overrides:
    """What the command prints, read as the file that it is for."""
    (tmp_path / "cloudwatch.json").write_text(text)
    run = CliRunner().invoke(
        app, ["measured", str(tmp_path / "cloudwatch.json"), "--fact", fact, "-o", str(tmp_path / "figures.yaml")]
    )
    if run.exception:
        raise run.exception
    return read_overrides(tmp_path / "figures.yaml")


def test_a_metric_becomes_a_figure_that_is_judged(tmp_path: Path) -> None:
    own = row(tmp_path, told(640, 600, 800), "aws.rds.pitr")
    (fact,) = own.facts.values()
    assert fact.failover_seconds == Estimate(typical=640, upper=800, upper_is_estimate=True)
    assert fact.why == "SnapshotSeconds of 3 restores, 2026-11-01 to 2026-11-03"
    both = Overrides(facts={**own.facts, **row(tmp_path, told(640, 600, 800), "aws.rds.snapshot_restore").facts})
    assert judgement(outcome(assessed(both), LOST), Objective.RECOVERY_TIME) is Judgement.MET
    (slowest,) = row(tmp_path, told(640, 30000), "aws.rds.pitr").facts.values()
    slow = Overrides(facts=dict.fromkeys(both.facts, slowest))
    assert judgement(outcome(assessed(slow), LOST), Objective.RECOVERY_TIME) is Judgement.MISSED


def test_of_many_restores_the_slowest_is_no_estimate() -> None:
    found = measured_row(told(*[600.0] * 20), "mysql.replay").facts["mysql.replay"].failover_seconds
    assert found
    assert not found.upper_is_estimate


@pytest.mark.parametrize(
    ("text", "fact", "said"),
    [
        (told(), "mysql.replay", "Datapoints"),
        (told(5, Unit="Milliseconds"), "mysql.replay", "Datapoints.0.Unit"),
        (told(-5), "mysql.replay", "Datapoints.0.Maximum"),
        ("nothing", "mysql.replay", "wanted is what"),
        (told(5), "mysql.repla", "did you mean 'mysql.replay'"),
        (told(5), "aws.backup.vault_lock", "says nothing of how long"),
    ],
)
def test_what_is_no_measurement_is_refused(tmp_path: Path, text: str, fact: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        row(tmp_path, text, fact)
