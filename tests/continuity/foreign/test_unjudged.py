"""Data of a type that nobody has read yet: who calls it does not survive for sure, and who does not is left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_aws import memorydb, msk, neptune

from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Region, Tier

Make = Callable[[Region], tuple[Any, str]]


def graph(at: Region) -> tuple[Any, str]:
    made = neptune.Cluster("kept", skip_final_snapshot=True, opts=at.opts)
    return made.endpoint, "graph database kept"


def in_memory(at: Region) -> tuple[Any, str]:
    made = memorydb.Cluster("kept", acl_name="open-access", node_type="db.r7g.large", opts=at.opts)
    return made.cluster_endpoints[0]["address"], "database in memory kept"


def events(at: Region) -> tuple[Any, str]:
    nodes: Any = {"instance_type": "kafka.m7g.large", "client_subnets": at.subnet_ids, "security_groups": ["sg-1"]}
    made = msk.Cluster(
        "kept", kafka_version="3.6.0", number_of_broker_nodes=3, broker_node_group_info=nodes, opts=at.opts
    )
    return made.bootstrap_brokers_tls, "Kafka cluster kept"


@pytest.mark.parametrize("make", [graph, in_memory, events])
@pytest.mark.parametrize("called", [True, False])
def test_what_calls_data_that_is_not_read_cannot_be_decided(make: Make, called: bool) -> None:
    named: list[str] = []

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        address, name = make(at)
        named.append(name)
        Tier(at, environment={"STORE": address} if called else {"STORE": "none"})

    found = assessed(program)
    (zone,) = (one for one in found.scenarios if one.scenario.id == "zone:aws/eu-west-1/euw1-az1")
    served = next(one for one in zone.outcomes if "keep" not in one.capability)
    assert served.kind is (Kind.UNDECIDED if called else Kind.RECOVERS)
    deleted = outcome(found, f"deletion:{named[0]}")
    if called:
        assert deleted.kind is Kind.UNDECIDED
        assert any("has no reading yet" in say(reason) for reason in deleted.unknown)


@pytest.mark.parametrize("let_in", [True, False])
def test_what_lets_a_program_in_is_called_by_it(let_in: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        guard = at.group("kept", admits=tier.group if let_in else at.group("others"))
        common: Any = {"acl_name": "open-access", "node_type": "db.r7g.large", "security_group_ids": [guard.id]}
        memorydb.Cluster("kept", **common, opts=at.opts)

    (zone,) = (one for one in assessed(program).scenarios if one.scenario.id == "zone:aws/eu-west-1/euw1-az1")
    served = next(one for one in zone.outcomes if "keep" not in one.capability)
    assert served.kind is (Kind.UNDECIDED if let_in else Kind.RECOVERS)
