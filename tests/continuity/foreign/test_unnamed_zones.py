"""Stores that may stand in any of several zones: the loss of each of those is told as the loss of one of them."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pulumi_gcp as gcp
from pulumi_aws.elasticache import Cluster, SubnetGroup

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.gcp_programs import BELGIUM
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier, assumed, model

ZONES = [f"zone:aws/eu-west-1/{zone}" for zone in IRELAND]


def aws(*, cache: bool, zone: str | None = None) -> Callable[[], None]:
    """A database without a standby, which may be in any of three zones, and beside it a cache that may, too."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        environment: dict[str, pulumi.Input[str]] = {}
        if cache:
            group = SubnetGroup("carts", subnet_ids=at.subnet_ids, opts=at.opts)
            node = Cluster(
                "carts",
                engine="redis",
                num_cache_nodes=1,
                node_type="cache.t4g.small",
                subnet_group_name=group.name,
                availability_zone=zone,
                opts=at.opts,
            )
            environment["CARTS"] = node.cache_nodes[0].address
        Database(at, Tier(at, environment=environment), multi_az=False)

    return program


def hit(program: Callable[[], None]) -> list[str]:
    """The zones whose loss takes something that a person must bring back, or that nobody can."""
    found = assessed(program)
    return [zone for zone in ZONES if outcome(found, zone).kind in (Kind.PERSON, Kind.LOST)]


def test_two_stores_are_not_taken_to_share_a_zone() -> None:
    assert len(hit(aws(cache=False))) == 1
    assert len(hit(aws(cache=True))) == 2
    told = [say(one) for one in assumed(model(aws(cache=True)), Assumes.IN_SOME_ZONES)]
    assert len(told) == 2
    assert len({text.rpartition(" ")[2] for text in told}) == 2


def test_what_names_its_zone_is_where_it_says() -> None:
    assert len(hit(aws(cache=True, zone="eu-west-1c"))) == 1


def test_a_replica_is_taken_to_share_the_zone_of_what_it_copies() -> None:
    def program() -> None:
        main = gcp.sql.DatabaseInstance(
            "orders",
            database_version="MYSQL_8_0",
            region=BELGIUM,
            settings={
                "tier": "db-custom-2-8192",
                "backup_configuration": {"enabled": True, "binary_log_enabled": True},
            },
        )
        gcp.sql.DatabaseInstance(
            "copy",
            database_version="MYSQL_8_0",
            region=BELGIUM,
            master_instance_name=main.name,
            settings={"tier": "db-custom-2-8192"},
        )
        gcp.redis.Instance("carts", region=BELGIUM, memory_size_gb=1)

    members = {m.urn.rpartition("::")[2]: m for store in model(program).stores for m in store.members}
    assert members["orders"].zones == members["copy"].zones
    assert members["carts"].zones != members["orders"].zones
