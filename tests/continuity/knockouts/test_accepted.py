"""The risks that a sample shop takes are those that it has: none is left open, none is accepted for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from bcinfra.continuity.judgement.accepted import read_accepted
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Accepted, Verdict, taken_for
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import SAMPLES
from tests.samples import ROOT, assess, sample

TODAY = date(2026, 11, 24)
STACKS = (*map(str, SAMPLES), "php-gcp", "php-kubernetes")


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def accepted(stack: str) -> tuple[Accepted, ...]:
    return taken_for(read_accepted(ROOT / "stacks" / stack.rpartition("-")[0] / "accepted.yaml"), stack)


@pytest.fixture(scope="module")
def found(stack: str, accepted: tuple[Accepted, ...]) -> Assessment:
    return assess(read(sample(stack)), accepted=accepted, today=TODAY)


def verdicts(found: Assessment) -> list[tuple[str, str, Verdict]]:
    single = [(r.scenario.id, o.capability, v) for r in found.scenarios for o in r.outcomes for v in o.verdicts]
    return [*single, *(("*", c.name, c.verdict) for c in found.capabilities if c.verdict)]


def test_nothing_is_missed_that_nobody_accepted_nor_left_undecided(found: Assessment) -> None:
    assert [
        (scenario, capability, verdict.objective.value, verdict.judgement.value)
        for scenario, capability, verdict in verdicts(found)
        if verdict.judgement in (Judgement.MISSED, Judgement.UNKNOWN)
    ] == []
    assert [(f.code, say(f.says)) for f in found.findings if not f.accepted] == []


def test_nothing_is_accepted_that_is_not_missed(found: Assessment) -> None:
    assert list(map(str, found.unmatched)) == []


def test_every_acceptance_is_somebody_s_and_ends(stack: str, accepted: tuple[Accepted, ...], found: Assessment) -> None:
    assert len(accepted) <= 10
    assert {one.expires for one in accepted} == {date(2027, 5, 31)}
    assert all(len(one.reason.split()) >= 5 and one.owner for one in accepted)
    assert found.expired == ()
    later = assess(focused(read(sample(stack))), accepted=accepted, today=date(2027, 6, 1))
    assert set(later.expired) == set(accepted)
    assert any(v.judgement is Judgement.MISSED for _, _, v in verdicts(later))
