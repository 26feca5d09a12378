"""What keeps data: replicas, promotion, backups, copies out of reach, versions, keys."""

from __future__ import annotations

import pytest

from tests.continuity.knockouts.judging import cases, problems
from tests.continuity.knockouts.properties import Property
from tests.continuity.knockouts.samples import SAMPLES, Sample


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [pytest.param(sample, one, id=f"{sample}: {one.what}") for sample in SAMPLES for one in sample.data],
)
def test_is_missed(sample: Sample, wanted: Property) -> None:
    found = cases(sample, wanted)
    assert found, "nothing has it"
    assert [problem for case in found for problem in problems(case)] == []
