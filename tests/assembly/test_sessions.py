"""Sessions that a shop states: whoever is signed in stands or falls with their store."""

from __future__ import annotations

from collections.abc import Mapping

from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph
from tests.assembly.conftest import hybrid, recorded
from tests.samples import outcomes, sample


def without_the_cache(graph: Graph) -> Mapping[str, Kind]:
    """What becomes of each capability where somebody deletes the cache."""
    lost, *_ = outcomes(read(graph), "deletion:cache*").values()
    return {one.capability: one.kind for one in lost}


def test_without_their_store_nobody_is_signed_in() -> None:
    found = without_the_cache(sample("hybrid-prod"))
    assert {found["checkout"], found["account"]} == {Kind.PERSON}
    assert found["browse"] is Kind.UNAFFECTED


def test_a_shop_that_keeps_none_needs_no_store_for_them() -> None:
    found = without_the_cache(recorded(hybrid.PROD.revised(data={**hybrid.PROD.data, "sessions": "none"})))
    assert found["checkout"] is Kind.PERSON, "it needs the carts anyway"
    assert found["account"] is Kind.UNAFFECTED
