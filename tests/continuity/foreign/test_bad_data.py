"""Bad data that is found hours later: replicas hold it too, and only a copy from before brings the good data back."""

from __future__ import annotations

from pulumi_aws.s3 import Bucket

from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.scenarios import FOUND
from bcinfra.report.words.scenarios import title
from bcinfra.seconds import DAY, MINUTE
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

WRONG = "bad-data:relational database eu-west-1-db"


def shop(*, days: int, replica: bool = False) -> None:
    here = Region("eu-west-1", IRELAND)
    main = Database(here, Tier(here), days=days)
    if replica:
        there = Region("eu-central-1", FRANKFURT)
        Database(there, Tier(there), source=main, days=0)


def test_a_copy_of_any_moment_loses_what_was_written_until_it_was_found() -> None:
    found = assessed(lambda: shop(days=14))
    (result,) = (r for r in found.scenarios if r.scenario.id == WRONG)
    assert result.scenario.disruption is DisruptionKind.CHANGE
    assert title(result.scenario) == "bad data written to relational database eu-west-1-db, found hours later"
    one = outcome(found, WRONG)
    assert one.kind is Kind.PERSON
    (loss,) = (loss for loss in one.losses if loss.store == "relational database eu-west-1-db")
    assert typical(loss.age) == (typical(FOUND) or 0) + 5 * MINUTE  # point-in-time recovery is five minutes behind
    assert judgement(one, Objective.DATA_LOSS) is Judgement.MISSED


def test_a_replica_holds_it_too() -> None:
    ages = [
        pessimistic(next(loss.age for loss in outcome(assessed(program), WRONG).losses if loss.store.endswith("-db")))
        for program in (lambda: shop(days=14), lambda: shop(days=14, replica=True))
    ]
    assert ages[0] == ages[1]


def test_what_nobody_wrote_bad_data_to_loses_nothing() -> None:
    def program() -> None:
        here = Region("eu-west-1", IRELAND)
        media = Bucket("media", bucket="media", opts=here.opts)
        Database(here, Tier(here, environment={"MEDIA": media.id}))

    found = assessed(program)
    losses = {loss.store: loss for loss in outcome(found, WRONG).losses}
    assert pessimistic(losses["objects media"].age) == 0
    assert pessimistic(losses["relational database eu-west-1-db"].age) == DAY + 5 * MINUTE
    wiped = {loss.store: loss for loss in outcome(found, "ransomware").losses}
    assert wiped["objects media"].total_loss  # an intruder may have written to it, too


def test_without_a_copy_from_before_the_good_data_are_gone() -> None:
    one = outcome(assessed(lambda: shop(days=0, replica=True)), WRONG)
    assert any(loss.total_loss for loss in one.losses)
