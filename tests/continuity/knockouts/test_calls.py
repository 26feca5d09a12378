"""What takes the calls of a sample, taken away. Its page has four other ways to a person: calls are judged alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.readings.aws import connect
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.edits import put, without
from tests.samples import sample


def calls() -> Graph:
    """The large shop, whose customers can do nothing but call."""
    graph = sample("large-prod")
    (shop,) = graph.of_type("bcinfra:assembly:Shop")
    spec: Any = shop.inputs["spec"]
    contact = {name: said for name, said in spec["contact"].items() if name not in ("mail", "chat", "fax")}
    return put(graph, shop, "spec", {**spec, "contact": contact})


def judged(graph: Graph) -> tuple[Judgement, bool]:
    """Whether a call is taken without the carrier outside, and whether a finding says that all hangs on it."""
    model = read(graph)
    found = assess(replace(model, capabilities=tuple(c for c in model.capabilities if c.name == "reach-a-person")))
    (result,) = (one for one in found.scenarios if one.scenario.id == "isp:telephone of eir")
    (verdict,) = result.outcomes[0].verdicts
    return verdict.judgement, any(
        f.code == "BC0001" and "telephone of eir alone" in say(f.says) for f in found.findings
    )


def test_calls_are_taken_at_the_contact_centre_while_the_carrier_outside_is_lost() -> None:
    assert judged(calls()) == (Judgement.MET, False)


@pytest.mark.parametrize("gone", ["aws:connect/", connect.LEADS], ids=["the contact centre", "where its number leads"])
def test_without_what_takes_them_calls_hang_on_the_carrier_outside_alone(gone: str) -> None:
    graph = calls()
    left = without(graph, *(row for row in graph if row.type.startswith(gone)))
    assert judged(left) == (Judgement.MISSED, True)
