"""The table of requirements is true: each means is used by a sample, each test is there."""

from __future__ import annotations

import re

import pytest

from tools.examples import ROOT
from tools.requirements import REQUIREMENTS, Requirement, users

each = pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.id)


@each
def test_a_sample_customer_has_what_meets_it(one: Requirement) -> None:
    assert [name for name in one.means if not users(name)] == []


@each
def test_the_test_that_takes_it_away_is_there(one: Requirement) -> None:
    assert one.tests
    for test in one.tests:
        path, _, name = test.partition("::")
        if name:
            assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), test
        else:
            path, _, what = test.partition(": ")
            assert f'what="{what}"' in (ROOT / path).read_text(), test
