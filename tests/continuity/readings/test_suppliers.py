"""How reliable somebody else's service is: stated on the page, or unknown."""

from __future__ import annotations

from typing import Any

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import Stated, typical
from bcinfra.continuity.readings.read import read
from bcinfra.graph.core.model import Graph
from tests.assembly.conftest import sample
from tests.report.conftest import changed
from tests.samples import assess

SHOP = "bcinfra:assembly:Shop"


def stating(suppliers: dict[str, Any]) -> Graph:
    graph = sample("small-prod")
    (shop,) = graph.of_type(SHOP)
    spec = shop.inputs["spec"]
    assert isinstance(spec, dict)
    return changed(graph, SHOP, "small", spec={**spec, "suppliers": suppliers})


def gone(graph: Graph) -> ScenarioResult:
    found = assess(read(graph)).scenarios
    return next(result for result in found if result.scenario.id == "supplier:payment-provider")


def verdict(result: ScenarioResult) -> Judgement | None:
    (outcome,) = result.affected
    found = outcome.verdict(Objective.RECOVERY_TIME)
    return found and found.judgement


def test_what_nobody_states_of_a_supplier_is_unknown() -> None:
    result = gone(stating({}))
    assert verdict(result) is Judgement.UNKNOWN
    assert not result.scenario.rate.known


def test_what_is_stated_decides_and_counts_in_the_losses() -> None:
    short = gone(stating({"payment-provider": {"outages": 2, "recovery": "30m"}}))
    long = gone(stating({"payment-provider": {"outages": 2, "recovery": "30h"}}))
    assert (verdict(short), verdict(long)) == (Judgement.MET, Judgement.MISSED)  # within a day
    assert short.scenario.rate.value
    assert short.scenario.rate.value.typical == 2
    assert short.scenario.rate.why == Stated("suppliers.payment-provider.outages")
    assert 0 < (typical(short.loss) or 0) < (typical(long.loss) or 0)


def test_what_is_stated_of_another_or_cannot_be_is_left_out() -> None:
    assert verdict(gone(stating({"parcel-service": {"outages": 2, "recovery": "30m"}}))) is Judgement.UNKNOWN
    assert verdict(gone(stating({"payment-provider": {"outages": -2, "recovery": "30m"}}))) is Judgement.UNKNOWN
    assert verdict(gone(stating({"payment-provider": {"outages": 2}}))) is Judgement.UNKNOWN
