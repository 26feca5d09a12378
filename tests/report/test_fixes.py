"""What is advised helps in the scenarios in which a finding shows."""

from __future__ import annotations

import pytest

from bcinfra.continuity.judgement.findings import Finding, Finds, Found
from bcinfra.report.words.findings import fix


@pytest.mark.parametrize("code", ["BC0012", "BC0014"])
@pytest.mark.parametrize("scenario", ["deletion:relational database shop", "ransomware", "purge", "takeover:aws/1"])
def test_a_replica_is_no_help_against_what_it_repeats(code: str, scenario: str) -> None:
    said = Found(Finds.SPARE)
    damaged = fix(Finding(code=code, says=said, scenarios=("region:aws/eu-west-1", scenario)))
    assert "replica" not in damaged.replace("a replica repeats", "")
    away = fix(Finding(code=code, says=said, scenarios=("region:aws/eu-west-1",)))
    assert "replica" in away.replace("replicate", "replica")
    assert "repeats" not in away
