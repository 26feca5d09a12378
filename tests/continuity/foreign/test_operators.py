"""Databases, queues and indexes that operators run: none is passed over, and what is not known of one is said."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.readings.kubernetes.operators import TYPES
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.kubernetes_programs import ZONE, custom, gke, web

ZONE_B = "zone:gcp/europe-west1/europe-west1-b"
APART: Any = {"affinity": {"antiAffinityTopologyKey": ZONE}}


def shop(api: str, kind: str, spec: Any, end: str = "", beside: Any = None) -> Assessment:
    """Pods that call what an operator runs, by the name of its service."""

    def program() -> None:
        cluster = gke(zones=("b", "c", "d"))
        container: Any = {"name": "web", "image": "web:1", "env": [{"name": "STORE", "value": f"thing{end}:9000"}]}
        custom(cluster, api, kind, spec)
        web(cluster, {"containers": [container]})
        if beside:
            custom(cluster, *beside, name="beside")

    return assessed(program)


@pytest.mark.parametrize("token", TYPES)
def test_nothing_that_an_operator_runs_is_passed_over(token: str) -> None:
    api, kind = token.removeprefix("kubernetes:").rsplit(":", 1)
    found = shop(api, kind, {})
    (deleted,) = (id for one in found.scenarios if (id := one.scenario.id).startswith("deletion:") and "thing" in id)
    assert outcome(found, deleted).kind is not Kind.UNAFFECTED
    assert judgement(outcome(found, ZONE_B), Objective.RECOVERY_TIME) is not Judgement.MET


def test_replicas_that_rules_keep_in_different_zones_take_over() -> None:
    spec = {"replsets": [{"name": "rs0", "size": 3, **APART}]}
    found = shop("psmdb.percona.com/v1", "PerconaServerMongoDB", spec, "-rs0")
    assert outcome(found, ZONE_B).kind is Kind.RECOVERS
    lost = outcome(found, "server:thing")
    assert lost.kind is Kind.RECOVERS
    assert round(pessimistic(lost.time)) == 60


def test_how_many_copies_a_queue_keeps_is_not_taken_for_known() -> None:
    found = shop("kafka.strimzi.io/v1beta2", "Kafka", {"kafka": {"replicas": 3}}, "-kafka-bootstrap")
    assert outcome(found, "server:thing").kind is Kind.UNDECIDED
    alone = shop("kafka.strimzi.io/v1beta2", "Kafka", {"kafka": {"replicas": 1}}, "-kafka-bootstrap")
    assert judgement(outcome(alone, "server:thing"), Objective.RECOVERY_TIME) is Judgement.MISSED


LOG: Any = {"backup": {"barmanObjectStore": {"destinationPath": "s3://acme-log/"}, "retentionPolicy": "30d"}}
BASE: Any = ("postgresql.cnpg.io/v1", "ScheduledBackup", {"schedule": "0 0 0 * * *", "cluster": {"name": "thing"}})


@pytest.mark.parametrize(
    ("spec", "beside", "right"),
    [
        (LOG, BASE, Kind.PERSON),
        (LOG, None, Kind.LOST),
        ({}, BASE, Kind.LOST),
        (LOG, (*BASE[:2], {**BASE[2], "suspend": True}), Kind.LOST),
        ({"plugins": [{"name": "barman-cloud.cloudnative-pg.io"}]}, None, Kind.UNDECIDED),
    ],
    ids=["log and base", "no base", "no log", "base suspended", "by a plugin"],
)
def test_a_log_brings_a_database_back_where_there_is_a_base(spec: Any, beside: Any, right: Kind) -> None:
    found = shop("postgresql.cnpg.io/v1", "Cluster", {"instances": 3, **spec}, "-rw", beside)
    gone = outcome(found, "deletion:relational database thing")
    assert gone.kind is right
    if right is Kind.PERSON:
        assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET
