"""Databases whose data is kept apart from their servers, and caches that fail over: what a zone or a server takes."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws import docdb, elasticache, rds
from pulumi_gcp.alloydb import Cluster as AlloyDb, Instance as AlloyDbServer

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_behind import project
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import IRELAND, Region, Tier

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
FIRST = f"zone:aws/eu-west-1/{ZONES[0]}"


def cluster(*zones: str, documents: bool = False) -> None:
    """A cluster whose storage spans three zones, with an instance in each that is named."""
    at = Region("eu-west-1", IRELAND)
    admitted: dict[str, Any] = {"vpc_security_group_ids": [at.group("db", admits=Tier(at).group).id]}
    if documents:
        group: Any = docdb.SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
        held: Any = docdb.Cluster(
            "db", master_username="shop", db_subnet_group_name=group.name, opts=at.opts, **admitted
        )
    else:
        group = rds.SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
        held = rds.Cluster(
            "db",
            engine="aurora-mysql",
            master_username="shop",
            db_subnet_group_name=group.name,
            backup_retention_period=7,
            opts=at.opts,
            **admitted,
        )
    for n, zone in enumerate(zones):
        more: Any = {"cluster_identifier": held.id, "instance_class": "db.r7g.large", "availability_zone": zone}
        if documents:
            docdb.ClusterInstance(f"db-{n}", opts=at.opts, **more)
        else:
            rds.ClusterInstance(f"db-{n}", engine="aurora-mysql", opts=at.opts, **more)


def acts(found: Assessment, scenario: str) -> list[Act]:
    way = outcome(found, scenario).way
    return [step.deed.kind for step in way.steps] if way else []


@pytest.mark.parametrize("documents", [False, True], ids=["Aurora", "DocumentDB"])
def test_the_only_server_of_a_cluster_is_lost_without_its_data(documents: bool) -> None:
    found = assessed(lambda: cluster(ZONES[0], documents=documents))
    gone = outcome(found, FIRST)
    assert gone.kind is Kind.PERSON
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET
    (loss,) = gone.losses
    assert loss.age is not None
    assert pessimistic(loss.age) == 0
    assert Act.NEW_SERVER in acts(found, FIRST)
    assert Act.RESTORE not in acts(found, FIRST)
    assert any("every server of it is in; the data is kept" in say(reason) for reason in gone.reasons)
    assert says(found, "BC0005", "no server in another zone takes over")


def test_the_service_replaces_a_broken_server() -> None:
    found = assessed(lambda: cluster(ZONES[0]))
    broken = next(r.scenario.id for r in found.scenarios if r.scenario.id == "server:db")
    gone = outcome(found, broken)
    assert gone.kind is Kind.RECOVERS
    assert pessimistic(gone.time) == 600


def test_a_second_server_takes_over() -> None:
    found = assessed(lambda: cluster(*ZONES[:2]))
    gone = outcome(found, FIRST)
    assert gone.kind is Kind.RECOVERS
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MET
    assert not says(found, "BC0005")


def test_two_servers_in_one_zone_are_one() -> None:
    found = assessed(lambda: cluster(ZONES[0], ZONES[0]))
    assert outcome(found, FIRST).kind is Kind.PERSON
    assert says(found, "BC0005", "no server in another zone takes over")


def test_alloydb_in_one_zone_keeps_its_data_in_all() -> None:
    def program() -> None:
        opts = project()
        network: Any = {"network": "projects/shop/global/networks/shop"}
        cluster = AlloyDb("db", cluster_id="db", location="europe-west1", network_config=network, opts=opts)
        one: Any = {"instance_type": "PRIMARY", "availability_type": "ZONAL"}
        AlloyDbServer("db", cluster=cluster.name, instance_id="db", **one, opts=opts)

    gone = outcome(assessed(program), "zone:gcp/europe-west1/europe-west1-b")
    assert gone.kind is Kind.PERSON
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET
    assert gone.losses[0].copy
    assert "backup" not in gone.losses[0].copy.name, "a new server before the same storage"


def test_the_data_is_lost_with_the_region() -> None:
    (loss,) = outcome(assessed(lambda: cluster(ZONES[0])), "region:aws/eu-west-1").losses
    assert loss.total_loss


def carts(**more: Any) -> None:
    """A cache with a replica."""
    at = Region("eu-west-1", IRELAND)
    group = elasticache.SubnetGroup("carts", subnet_ids=at.subnet_ids, opts=at.opts)
    elasticache.ReplicationGroup(
        "carts",
        description="carts",
        num_cache_clusters=2,
        subnet_group_name=group.name,
        security_group_ids=[at.group("carts", admits=Tier(at).group).id],
        opts=at.opts,
        **more,
    )


@pytest.mark.parametrize(
    ("made", "server", "zone"),
    [
        ({"automatic_failover_enabled": True, "multi_az_enabled": True}, Judgement.MET, Judgement.MET),
        ({"automatic_failover_enabled": True, "preferred_cache_cluster_azs": ZONES[:2]}, Judgement.MET, Judgement.MET),
        ({"automatic_failover_enabled": True}, Judgement.MET, Judgement.MISSED),
        ({}, Judgement.MISSED, Judgement.MISSED),
    ],
    ids=["over zones", "in zones that are named", "nobody says where", "nothing takes over"],
)
def test_a_cache_fails_over_by_itself_where_it_says_so(made: Any, server: Judgement, zone: Judgement) -> None:
    found = assessed(lambda: carts(**made))
    assert judgement(outcome(found, "server:carts"), Objective.RECOVERY_TIME) is server
    named = {
        r.scenario.id: r for r in found.scenarios if r.scenario.id.startswith("zone:") and "+" not in r.scenario.id
    }
    worst = {judgement(one, Objective.RECOVERY_TIME) for result in named.values() for one in result.outcomes}
    assert (Judgement.MISSED in worst) is (zone is Judgement.MISSED)
