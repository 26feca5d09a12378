"""The risks that a sample shop takes are those that it has: none is left open, none is accepted for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from bcinfra.continuity.judgement.accepted import read_accepted
from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Accepted, Verdict
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.samples import SAMPLES, Sample
from tests.samples import ROOT

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def sample(request: pytest.FixtureRequest) -> Sample:
    return request.param


@pytest.fixture(scope="module")
def suppliers(sample: Sample) -> set[str]:
    """Of which the shop does not say how reliable they are."""
    model = read(sample.graph)
    return {name for c in model.capabilities for name in c.suppliers} - {stated.name for stated in model.suppliers}


@pytest.fixture(scope="module")
def accepted(sample: Sample) -> tuple[Accepted, ...]:
    return read_accepted(ROOT / "stacks" / sample.stack.rpartition("-")[0] / "accepted.yaml")


@pytest.fixture(scope="module")
def found(sample: Sample, accepted: tuple[Accepted, ...]) -> Assessment:
    return assess(read(sample.graph), accepted=accepted, today=TODAY)


def verdicts(found: Assessment) -> list[tuple[str, str, Verdict]]:
    single = [(r.scenario.id, o.capability, v) for r in found.scenarios for o in r.outcomes for v in o.verdicts]
    return [*single, *(("*", c.name, c.verdict) for c in found.capabilities if c.verdict)]


def test_nothing_is_missed_that_nobody_accepted(found: Assessment, suppliers: set[str]) -> None:
    left = [
        (scenario, capability, verdict.objective.value, verdict.judgement.value)
        for scenario, capability, verdict in verdicts(found)
        if verdict.judgement in (Judgement.MISSED, Judgement.UNKNOWN)
    ]
    assert {row for row in left if row[-1] == "MISSED"} == set()
    assert {row[0] for row in left} == {f"supplier:{name}" for name in suppliers}, (
        "what is unknown is not accepted with the rest"
    )


def test_no_finding_is_open_but_what_cannot_be_known(found: Assessment, suppliers: set[str]) -> None:
    left = [(f.code, say(f.says)) for f in found.findings if not f.accepted]
    assert left == [("BC0018", f"nothing says how reliable {name} is") for name in suppliers]


def test_nothing_is_accepted_that_is_not_missed(found: Assessment) -> None:
    assert list(map(str, found.unmatched)) == []


def test_every_acceptance_is_somebody_s_and_ends(
    sample: Sample, accepted: tuple[Accepted, ...], found: Assessment
) -> None:
    assert {one.expires for one in accepted} == {date(2027, 5, 31)}
    assert all(len(one.reason.split()) >= 5 and one.owner for one in accepted)
    assert found.expired == ()
    later = assess(read(sample.graph), accepted=accepted, today=date(2027, 6, 1))
    assert set(later.expired) == set(accepted)
    assert any(v.judgement is Judgement.MISSED for _, _, v in verdicts(later))
