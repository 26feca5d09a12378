"""What keeps a site serving: zones, replicas, checks, certificates, images, the firewall."""

from __future__ import annotations

import pytest

from tests.continuity.knockouts.judging import cases, problems, shop
from tests.continuity.knockouts.properties import SERVING, Property


@pytest.mark.parametrize("wanted", SERVING, ids=lambda p: p.what)
def test_is_missed(wanted: Property) -> None:
    found = cases(shop(), wanted)
    assert found, "nothing has it"
    assert [problem for case in found for problem in problems(case)] == []
