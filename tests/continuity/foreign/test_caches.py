"""Caches: an empty one is a started one, what it held is lost as its class says, and only a site's own stops it."""

from __future__ import annotations

import pytest
from pulumi_aws.elasticache import ReplicationGroup, SubnetGroup
from pulumi_aws.route53 import Record, Zone

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier


class Cache:
    """Redis in the subnets of a region, open to a tier."""

    def __init__(self, at: Region, tier: Tier, *, days: int = 0, nodes: int = 2) -> None:
        subnets = SubnetGroup(f"{at.name}-cache", subnet_ids=at.subnet_ids, opts=at.opts)
        ReplicationGroup(
            f"{at.name}-cache",
            description="carts",
            num_cache_clusters=nodes,
            automatic_failover_enabled=nodes > 1,
            multi_az_enabled=nodes > 1,
            snapshot_retention_limit=days,
            subnet_group_name=subnets.name,
            security_group_ids=[at.group("cache", admits=tier.group).id],
            opts=at.opts,
        )


def one_region(*, days: int = 0, nodes: int = 2) -> None:
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    Database(at, tier)
    Cache(at, tier, days=days, nodes=nodes)
    zone = Zone("zone", name="shop.example", opts=at.opts)
    target = {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
    Record("shop", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[target], opts=at.opts)


def two_regions(*, accounts: tuple[str, str] = ("111122223333", "111122223333"), cache_there: bool = True) -> None:
    """A primary and a standby, each with a cache of its own."""
    here = Region("eu-west-1", IRELAND, accounts[0])
    there = Region("eu-central-1", FRANKFURT, accounts[1])
    tiers = {"PRIMARY": Tier(here), "SECONDARY": Tier(there)}
    Cache(here, tiers["PRIMARY"], days=7)
    if cache_there:
        Cache(there, tiers["SECONDARY"], days=7)
    zone = Zone("zone", name="shop.example", opts=here.opts)
    for role, tier in tiers.items():
        target = {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
        Record(
            role,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=role,
            failover_routing_policies=[{"type": role}],
            aliases=[target],
            opts=here.opts,
        )


def emptied(one: Outcome) -> list[tuple[str, bool]]:
    """The stores of which all is lost, and whether the shop can go on without it."""
    return [(loss.store, loss.spare) for loss in one.losses if loss.total_loss]


def test_a_cache_without_snapshots_that_is_deleted_is_started_empty_and_what_it_held_is_lost() -> None:
    gone = outcome(assessed(one_region), "deletion:cache eu-west-1-cache")
    assert gone.kind is Kind.PERSON
    assert gone.way
    assert "start cache eu-west-1-cache empty" in [say(step.deed) for step in gone.way.steps]
    assert emptied(gone) == [("cache eu-west-1-cache", True)]
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MET, "who copies nothing of it can go on without it"


def test_a_cache_whose_snapshots_are_gone_with_it_is_started_empty_and_that_counts_as_lost() -> None:
    # An operator's deletion takes the automatic snapshots along, which nothing keeps.
    taken = outcome(assessed(lambda: one_region(days=7)), "purge")
    kept = outcome(assessed(lambda: one_region(days=7)), "deletion:cache eu-west-1-cache")
    assert emptied(kept) == [], "a snapshot is left"
    assert "cache eu-west-1-cache" not in [store for store, spare in emptied(taken) if spare]


def test_a_node_that_fails_alone_comes_back_without_what_was_in_its_memory() -> None:
    alone = outcome(assessed(lambda: one_region(nodes=1)), "server:eu-west-1-cache")
    two = outcome(assessed(one_region), "server:eu-west-1-cache")
    assert emptied(alone) == [("cache eu-west-1-cache", True)]
    assert emptied(two) == []


def test_a_standby_takes_over_with_a_cache_of_its_own_and_without_what_the_other_held() -> None:
    moved = outcome(assessed(two_regions), "region:aws/eu-west-1")
    assert moved.kind is Kind.RECOVERS
    assert emptied(moved) == [("cache eu-west-1-cache", False)]


def test_a_standby_without_a_cache_of_its_own_does_not_take_over() -> None:
    stuck = outcome(assessed(lambda: two_regions(cache_there=False)), "region:aws/eu-west-1")
    assert stuck.kind is not Kind.RECOVERS


@pytest.mark.parametrize("gone", ["region:aws/eu-central-1", "account:aws/444455556666", "takeover:aws/444455556666"])
def test_the_cache_of_an_idle_standby_stops_nothing(gone: str) -> None:
    found = assessed(lambda: two_regions(accounts=("111122223333", "444455556666")))
    assert outcome(found, gone).kind is Kind.UNAFFECTED


def test_the_cache_of_the_site_that_serves_stops_it() -> None:
    assert outcome(assessed(two_regions), "deletion:cache eu-west-1-cache").kind is not Kind.UNAFFECTED
    assert outcome(assessed(two_regions), "deletion:cache eu-central-1-cache").kind is Kind.UNAFFECTED
