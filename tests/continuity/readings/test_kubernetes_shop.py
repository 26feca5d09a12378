"""A shop on Kubernetes, assessed: six nodes in one zone, and nodes and pods spread over three."""

from __future__ import annotations

from functools import cache
from typing import Any

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.words.statements import say
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.kubernetes_programs import BELGIUM, HOST, apart, cluster, pxc, web
from tests.continuity.readings.programs import model

ZONE, REGION = f"zone:gcp/{BELGIUM}/{BELGIUM}-b", f"region:gcp/{BELGIUM}"


def by_scenario(assessment: Assessment) -> dict[str, Outcome]:
    return {row.scenario.id: row.outcomes[0] for row in assessment.scenarios}


@cache
def spread() -> dict[str, Outcome]:
    return by_scenario(assess(model(k8s.shop)))


def played(**properties: Any) -> dict[str, Outcome]:
    return by_scenario(assess(model(lambda: k8s.shop(**properties))))


def test_spread_over_three_zones_a_lost_one_heals_by_itself() -> None:
    lost = spread()[ZONE]
    assert lost.kind is Kind.RECOVERS
    assert lost.time
    assert lost.time.value
    assert lost.time.value.upper
    assert lost.time.value.upper < 15 * 60
    assert spread()["server:web"].kind in (Kind.UNAFFECTED, Kind.RECOVERS)


def test_six_nodes_in_one_zone_are_lost_with_it() -> None:
    found = played(zones=("b",))
    assert found[ZONE].kind in (Kind.PERSON, Kind.LOST)
    assert any("lost with" in say(reason) for reason in found[ZONE].reasons)
    assert found["server:web"].kind in (Kind.UNAFFECTED, Kind.RECOVERS)  # a node is no zone


def test_a_lost_region_is_rebuilt_from_the_bucket_elsewhere() -> None:
    lost = spread()[REGION]
    assert lost.kind in (Kind.PERSON, Kind.LOST)
    (database,) = (loss for loss in lost.losses if "database" in loss.store)
    assert database.copy
    assert "point-in-time recovery" in database.copy.name
    assert database.age
    assert database.age.value
    assert database.age.value.upper == 120


def test_pods_that_need_not_be_spread_may_all_have_to_start_in_another_zone() -> None:
    soft = apart(whenUnsatisfiable="ScheduleAnyway")
    for pod in (soft, {}, apart(HOST)):
        lost = played(pod=pod)[ZONE]
        assert lost.kind is Kind.RECOVERS
        assert lost.time
        assert 300 < lost.time.value.typical < 480


def test_a_database_that_need_not_be_spread_leaves_it_undecided_too() -> None:
    assert played(database_key=HOST)[ZONE].kind is Kind.UNDECIDED


def test_two_zones_cannot_hold_a_majority_of_three_members() -> None:
    lost = played(zones=("b", "c"), database_key=None)[ZONE]
    assert lost.kind is Kind.UNDECIDED  # members are apart by host: no rule says where
    opts = {"topologySpreadConstraints": [{"topologyKey": k8s.ZONE, "whenUnsatisfiable": "DoNotSchedule"}]}

    def program() -> None:
        made = k8s.gke(zones=("b", "c"))
        web(made, apart())
        pxc(made, key=None, **opts)

    assert by_scenario(assess(model(program)))[ZONE].kind in (Kind.PERSON, Kind.LOST)


def test_a_cluster_that_the_graph_does_not_tell_of_has_a_zone_whose_loss_is_not_decided() -> None:
    def program() -> None:
        opts = cluster("ghent")
        web(opts)
        pxc(opts, key=HOST)

    found = by_scenario(assess(model(program)))
    assert found["zone:kubernetes/ghent/not told"].kind is Kind.UNDECIDED
    assert found["zone:kubernetes/ghent/not told"].unknown
