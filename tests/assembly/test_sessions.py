"""Sessions that a shop states: whoever is signed in stands or falls with their store."""

from __future__ import annotations

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from tests.assembly.conftest import recorded

import small  # isort: skip


@pytest.mark.parametrize("sessions", ["minor", "none"])
def test_without_their_store_nobody_is_signed_in(sessions: str) -> None:
    shop = small.PROD.revised(data={**small.PROD.data, "sessions": sessions})
    found = {
        outcome.capability: outcome.kind
        for result in assess(read(recorded(shop))).scenarios
        if result.scenario.id.startswith("deletion:cache")
        for outcome in result.outcomes
    }
    assert found["checkout"] is Kind.PERSON, "it needs the carts anyway"
    assert found["account"] is (Kind.PERSON if sessions == "minor" else Kind.UNAFFECTED)
    assert found["browse"] is Kind.UNAFFECTED
