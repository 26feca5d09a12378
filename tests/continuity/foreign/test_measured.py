"""A restore that was measured takes the place of its estimate, and is judged."""

from __future__ import annotations

from datetime import timedelta

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.facts import Estimate, FactOverride, Overrides, facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Target
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.steps import Act
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
