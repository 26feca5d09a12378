"""A shop on Google Cloud, assessed: what it survives, and that each property it is built of decides."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.steps import Step
from bcinfra.report.words.statements import say
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT
from tests.continuity.readings.programs import model

ZONE, REGION = f"zone:gcp/{BELGIUM}/{BELGIUM}-b", f"region:gcp/{BELGIUM}"


@cache
def assessed(**properties: Any) -> Assessment:
    return assess(model(lambda: gcp.shop(**properties)))


def outcome(scenario: str, **properties: Any) -> Outcome:
    row = next(r for r in assessed(**properties).scenarios if r.scenario.id == scenario)
    (one,) = row.outcomes
    return one


def test_a_lost_zone_heals_by_itself_within_the_time_of_the_database() -> None:
    lost = outcome(ZONE)
    assert lost.kind is Kind.RECOVERS
    assert lost.time
    assert lost.time.value
    assert lost.time.value.upper == pytest.approx(180, abs=1)


def test_a_lost_region_is_taken_over_by_a_person_who_promotes_the_replica() -> None:
    lost = outcome(REGION)
    assert lost.kind is Kind.PERSON
    assert lost.way
    assert (lost.way.kind, lost.way.site) == (WayKind.MANUAL, f"gcp/{FRANKFURT}")
    assert any(say(step.deed).startswith("promote MySQL replica") for step in lost.way.steps)
    ages = {loss.store: loss.age for loss in lost.losses}
    database = next(age for name, age in ages.items() if "database" in name)
    assert database
    assert database.value
    assert database.value.upper == 300  # the replica's lag


def test_a_lost_region_that_only_serves_is_withdrawn_and_nothing_is_lost() -> None:
    lost = outcome(f"region:gcp/{FRANKFURT}")  # the address sends those who are near it there
    assert lost.kind is Kind.RECOVERS
    assert lost.way
    assert lost.way.site == f"gcp/{BELGIUM}"
    assert any(say(step.deed) == f"the balancer withdraws gcp/{FRANKFURT}" for step in lost.way.steps)
    assert not any(say(step.deed).startswith("promote") for step in lost.way.steps)
    assert lost.losses
    assert all(loss.age and loss.age.value and loss.age.value.upper == 0 for loss in lost.losses)


@pytest.mark.parametrize(
    ("scenario", "properties", "kind"),
    [
        (ZONE, {"regional": False}, Kind.PERSON),
        (ZONE, {"zonal_group": True, "second_group": False}, Kind.PERSON),
        (REGION, {"second_group": False}, Kind.LOST),
        (REGION, {"replica": False}, Kind.LOST),
        ("flood", {"limited": False}, Kind.LOST),
    ],
)
def test_without_a_property_the_outcome_is_another(scenario: str, properties: dict[str, Any], kind: Kind) -> None:
    whole = outcome(scenario)
    found = outcome(scenario, **properties)
    assert (found.kind, found.way and found.way.kind) != (whole.kind, whole.way and whole.way.kind)
    assert found.kind is kind


def test_without_health_checks_clients_wait_for_new_instances() -> None:
    assert any(say(step.deed).startswith("launch replicas") for step in steps(checked=False))
    assert not any(say(step.deed).startswith("launch replicas") for step in steps())
    assert any("withdraws dead replicas" in say(step.deed) for step in steps())


def steps(**properties: Any) -> tuple[Step, ...]:
    way = outcome(ZONE, **properties).way
    assert way
    return way.steps


def test_without_a_replica_a_day_old_backup_is_left_if_its_key_was_not_lost_too() -> None:
    def database(**properties: Any) -> StoreLoss:
        return next(x for x in outcome(REGION, replica=False, **properties).losses if "database" in x.store)

    kept = database(keyed=False).copy
    assert kept
    assert kept.name.startswith("daily backups")
    assert database().copy is None
    (why,) = (say(r.reason) for r in database().rejected if r.copy.name.startswith("daily backups"))
    assert why == f"out of reach without key gcp/{BELGIUM}/{BELGIUM}"


def test_without_the_second_region_of_the_bucket_its_objects_are_gone_with_the_first() -> None:
    def media(**properties: Any) -> tuple[str | None, float | None]:
        loss = next(x for x in outcome(REGION, **properties).losses if "media" in x.store)
        return loss.copy and loss.copy.name, loss.age.value.upper if loss.age and loss.age.value else None

    assert media()[0] == f"bucket media in {FRANKFURT}"
    assert media(dual=False) == (None, None)
