"""The percentiles of what takes no place down are those of many plays: scripts, bad data, quotas, registrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from pulumi_aws.acm import Certificate

from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.reliability.simulate import recovery_times
from tests.continuity.foreign import test_bad_data, test_certificates, test_pushed, test_quotas, test_registration
from tests.continuity.foreign.test_truths import assessed, outcome

PROGRAMS: Final[dict[str, Callable[[], object]]] = {
    "registration:shop.example": lambda: test_registration.named("shop.example"),
    "release:script agent": lambda: test_pushed.amazon("InstanceIds", "*"),
    test_bad_data.WRONG: lambda: test_bad_data.shop(days=14),
    "quota:gcp/europe-west1/cpus": test_quotas.grown(3, 20, capped=40),
    "certificate:*.shop.example (eu-west-1)": lambda: test_certificates.amazon(
        lambda opts: Certificate("c", domain_name="*.shop.example", validation_method="DNS", opts=opts)
    ),
}


@pytest.mark.parametrize("scenario", PROGRAMS)
def test_its_percentiles_are_those_of_many_plays(scenario: str) -> None:
    lost = outcome(assessed(PROGRAMS[scenario]), scenario)
    assert lost.way
    assert lost.time
    assert lost.time.value
    played = recovery_times(lost.way.steps, runs=20_000, seed=7)
    assert played.p50_between[0] <= lost.time.value.typical <= played.p50_between[1]
    assert played.p95_between[0] <= pessimistic(lost.time) <= played.p95_between[1]
