"""Nothing that a sample declares at AWS is unused, unanswered or without a log."""

from __future__ import annotations

import pytest

from bcinfra.graph import Graph
from tests.assembly.conftest import sample
from tests.helpers import rows

STACKS = ("midsize-prod", "large-prod", "b2b-prod", "php-aws")
IN_USE = ("HealthCheck", "ParameterGroup", "ClusterParameterGroup", "SubnetGroup")
ACCELERATOR = "aws:globalaccelerator/accelerator:Accelerator"
STANDING_BY = {"midsize-prod-redis-frankfurt-redis7"}
"""Parameters of a standby's cache: a global datastore gives it those of its primary, until it is that itself."""


def used(graph: Graph) -> set[str]:
    """URNs of what any property leads to."""
    return {urn for row in graph for urns in row.property_dependencies.values() for urn in urns}


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_declared_is_used(stack: str) -> None:
    graph = sample(stack)
    found = {row.name for kind in IN_USE for row in rows(graph, kind).values() if row.urn not in used(graph)}
    assert found - STANDING_BY == set()


@pytest.mark.parametrize("stack", STACKS)
def test_what_answers_by_ipv6_has_a_name_for_it(stack: str) -> None:
    graph = sample(stack)
    six = [row for row in rows(graph, "Distribution").values() if row.inputs["isIpv6Enabled"]]
    six += [
        row for row in rows(graph, "LoadBalancer").values() if row.inputs.get("ipAddressType") not in (None, "ipv4")
    ]
    six += [row for row in graph.of_type(ACCELERATOR) if row.inputs["ipAddressType"] != "IPV4"]
    six += [row for row in graph if row.type.startswith("aws:vpc/securityGroup") and row.inputs.get("cidrIpv6")]
    names = [row for row in rows(graph, "Record").values() if row.inputs.get("type") == "AAAA"]
    assert bool(six) == bool(names)


@pytest.mark.parametrize("stack", STACKS)
def test_a_state_machine_writes_what_fails_to_a_log_of_its_own(stack: str) -> None:
    graph = sample(stack)
    for machine in rows(graph, "StateMachine").values():
        (log,) = [graph[urn] for urn in machine.property_dependencies["loggingConfiguration"]]
        assert log.inputs["kmsKeyId"]
        assert log.inputs["retentionInDays"] == 365
        logging = machine.inputs["loggingConfiguration"]
        assert logging["level"] == "ERROR"  # type: ignore[index,call-overload]
        assert logging["includeExecutionData"] is False  # type: ignore[index,call-overload]
