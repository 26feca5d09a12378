"""That it is kept who asked for what, and that the table of how tiers are managed says where it is not."""

from __future__ import annotations

import pytest

from bcinfra.continuity.model.fcaps import Area
from bcinfra.continuity.readings.fcaps import cells
from bcinfra.graph import Graph
from tests.assembly.conftest import sample
from tests.continuity.knockouts.edits import put, without
from tests.helpers import row


def missing(graph: Graph, tier: str, area: Area) -> set[str]:
    found = (one for one in cells(graph) if (one.tier, one.ground, one.area) == (tier, "aws", area))
    return {met.need.need for one in found for met in one.needs if met.missing or met.but}


@pytest.mark.parametrize("stack", ["midsize-prod", "b2b-prod", "large-prod", "php-aws"])
def test_requests_and_questions_are_logged(stack: str) -> None:
    graph = sample(stack)
    assert "access logs" not in missing(graph, "balancer", Area.CONFIGURATION)
    assert "log of queries or changes" not in missing(graph, "dns", Area.SECURITY)


def test_what_is_not_logged_is_missing() -> None:
    graph = sample("midsize-prod")
    silent = put(graph, row(graph, "LoadBalancer", "midsize-prod-ireland-web-load-balancer"), "accessLogs", None)
    assert "access logs" in missing(silent, "balancer", Area.CONFIGURATION)
    unasked = without(graph, row(graph, "QueryLog", "midsize-prod-dns-queries"))
    assert "log of queries or changes" not in missing(unasked, "dns", Area.SECURITY), "trails keep who changed a name"
    untold = without(unasked, *unasked.of_type("aws:cloudtrail/trail:Trail"))
    assert "log of queries or changes" in missing(untold, "dns", Area.SECURITY)
