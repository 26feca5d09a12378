"""What keeps a site serving: zones, replicas, checks, certificates, images, the firewall."""

from __future__ import annotations

import pytest

from tests.continuity.knockouts.judging import cases, problems
from tests.continuity.knockouts.properties import Property
from tests.continuity.knockouts.samples import BESIDE, SAMPLES, Sample


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [pytest.param(sample, one, id=f"{sample}: {one.what}") for sample in SAMPLES for one in sample.serving],
)
def test_is_missed(sample: Sample, wanted: Property) -> None:
    found = cases(sample, wanted)
    assert found, "nothing has it"
    assert [problem for case in found for problem in problems(case)] == []


def test_what_the_same_customer_has_on_other_grounds_is_missed() -> None:
    for sample in BESIDE:
        found = [(one, cases(sample, one)) for one in sample.properties]
        assert all(rows for _, rows in found), "nothing has it"
        assert [problem for _, rows in found for case in rows for problem in problems(case)] == []
