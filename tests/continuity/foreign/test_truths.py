"""Small programs of others, whose truth is known: what they survive is said, from the graph to the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws import Provider
from pulumi_aws.autoscaling import Group as AutoscalingGroup
from pulumi_aws.cloudfront import Distribution
from pulumi_aws.elasticache import Cluster as CacheCluster, SubnetGroup as CacheSubnets
from pulumi_aws.lb import LoadBalancer
from pulumi_aws.rds import Cluster as DatabaseCluster, SubnetGroup
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_aws.s3 import Bucket, BucketWebsiteConfiguration

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.graph import load, record, to_json
from bcinfra.report.words.statements import say
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier
from tests.continuity.test_brute_force import claims


def assessed(program: Callable[[], object]) -> Assessment:
    """What is said of a program: by way of the export that it makes, as of any stack. Whoever is said to be served must
    have a way left, and the data."""
    model = with_defaults(read(load(json.loads(to_json(record(program))))))
    found = assess(model)
    assert claims(model, found)[1] == []
    return found


def outcome(found: Assessment, scenario: str) -> Outcome:
    """What becomes of the first capability: what names lead to comes before what none does."""
    (result,) = (r for r in found.scenarios if r.scenario.id == scenario)
    return result.outcomes[0]


def judgement(one: Outcome, objective: Objective) -> Judgement:
    return next(v.judgement for v in one.verdicts if v.objective is objective)


def when_a_zone_is_lost(found: Assessment) -> set[Judgement]:
    lost = [r for r in found.scenarios if r.scenario.id.startswith("zone:") and "+" not in r.scenario.id]
    return {judgement(one, Objective.RECOVERY_TIME) for result in lost for one in result.outcomes}


def says(found: Assessment, code: str, text: str = "") -> bool:
    return any(f.code == code and text in say(f.says) for f in found.findings)


# -- one zone ---------------------------------------------------------------------------------------------------------


def test_a_database_in_one_zone_behind_a_balancer_in_two_is_lost_with_it() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        Database(at, Tier(at), multi_az=False, availability_zone="eu-west-1a")

    found = assessed(program)
    gone = outcome(found, "zone:aws/eu-west-1/eu-west-1a")
    assert gone.kind in (Kind.PERSON, Kind.LOST)
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert any("eu-west-1-db" in say(reason) for reason in gone.reasons)
    assert says(found, "BC0005", "eu-west-1-db")
    assert not says(found, "BC0004"), "the servers stand in two zones"
    spared = outcome(found, "zone:aws/eu-west-1/euw1-az2")
    assert judgement(spared, Objective.RECOVERY_TIME) is Judgement.MET


def test_six_servers_in_one_zone_are_one_server() -> None:
    found = assessed(lambda: Tier(Region("eu-west-1", IRELAND[:1]), count=6))
    gone = outcome(found, "zone:aws/eu-west-1/euw1-az1")
    assert gone.kind is not Kind.RECOVERS
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert says(found, "BC0004", "euw1-az1")
    assert says(found, "BC0001", "zone aws/eu-west-1/euw1-az1 alone stops it")


# -- disaster recovery on paper ---------------------------------------------------------------------------------------


def paper(
    *,
    checked: bool = True,
    own_name: bool = False,
    target_health: bool = False,
    internal: bool = False,
    private: str | None = None,
) -> tuple[Region, Region, Database, Zone]:
    """Two sites whose replica nothing promotes; the arguments say what would withdraw the first site's answer."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tiers = {"ireland": Tier(here), "frankfurt": Tier(there)}
    replica = Database(there, tiers["frankfurt"], source=Database(here, tiers["ireland"]))
    inside = Tier(here, name="inside", internal=True) if internal else None
    zone = Zone("zone", name="shop.example", opts=here.opts)
    for site, tier in tiers.items():
        asked: Any = "shop.example" if own_name else inside.balancer.dns_name if inside else tier.balancer.dns_name
        check = HealthCheck(
            site,
            type="HTTPS",
            fqdn=asked,
            ip_address=private,
            port=443,
            request_interval=10,
            failure_threshold=3,
            opts=here.opts,
        )
        Record(
            site,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=site,
            health_check_id=check.id if checked else None,
            failover_routing_policies=[{"type": "PRIMARY" if site == "ireland" else "SECONDARY"}],
            aliases=[
                {
                    "name": tier.balancer.dns_name,
                    "zone_id": tier.balancer.zone_id,
                    "evaluate_target_health": target_health,
                }
            ],
            opts=here.opts,
        )
    return here, there, replica, zone


def test_a_replica_that_nothing_promotes_waits_for_a_person() -> None:
    found = assessed(paper)
    moved = outcome(found, "region:aws/eu-west-1")
    assert moved.kind is Kind.PERSON
    assert judgement(moved, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert moved.way
    assert any(say(step.deed).startswith("promote") for step in moved.way.steps)
    assert says(found, "BC0003")
    assert not says(found, "BC0006"), "the answer is withdrawn"


@pytest.mark.parametrize(
    "program",
    [
        lambda: paper(own_name=True),
        lambda: paper(checked=False),
        lambda: paper(internal=True),
        lambda: paper(private="10.0.0.7"),
    ],
    ids=["of the name itself", "none, and an alias without target health", "of an inner name", "of a private address"],
)
def test_a_check_that_tells_nothing_withdraws_nothing(program: Callable[[], None]) -> None:
    found = assessed(program)
    assert says(found, "BC0006", "nothing withdraws the answer aws/eu-west-1")
    moved = outcome(found, "region:aws/eu-west-1")
    assert moved.kind is Kind.PERSON
    assert moved.way
    assert any(say(step.deed) == "a person changes shop.example" for step in moved.way.steps)


def test_an_alias_that_asks_its_target_is_withdrawn() -> None:
    assert not says(assessed(lambda: paper(checked=False, target_health=True)), "BC0006")


# -- data -------------------------------------------------------------------------------------------------------------


def test_a_cluster_without_instances_serves_nobody() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        group = at.group("db", admits=tier.group)
        subnets = SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
        DatabaseCluster(
            "db",
            engine="aurora-mysql",
            master_username="shop",
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            skip_final_snapshot=True,
            opts=at.opts,
        )

    found = assessed(program)
    assert says(found, "BC0005", "Aurora cluster db in eu-west-1 without instances")
    for zone in IRELAND:
        lost = outcome(found, f"zone:aws/eu-west-1/{zone}")
        assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
        assert any("without instances: nothing of it runs" in say(reason) for reason in lost.reasons)


def carts(days: int, criticality: str) -> None:
    """A cache of one node that keeps snapshots for some days, and a statement of what it holds."""
    at = Region("eu-west-1", IRELAND)
    subnets = CacheSubnets("carts", subnet_ids=at.subnet_ids, opts=at.opts)
    CacheCluster(
        "carts",
        engine="redis",
        node_type="cache.t4g.small",
        num_cache_nodes=1,
        subnet_group_name=subnets.name,
        security_group_ids=[at.group("carts", admits=Tier(at).group).id],
        snapshot_retention_limit=days,
        opts=at.opts,
    )
    spec = {
        "data": {"carts": {"criticality": criticality, "home": "redis"}},
        "objectives": {"recovery_time": "15m", "data_loss": "15m"},
    }
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})


def test_carts_in_a_cache_that_keeps_nothing_are_gone_with_it() -> None:
    found = assessed(lambda: carts(0, "important"))
    gone = outcome(found, "zone:aws/eu-west-1/euw1-az1")
    assert [(loss.store, loss.spare) for loss in gone.losses if loss.total_loss] == [("cache carts", False)]
    assert gone.kind is Kind.PERSON, "an empty cache is started, and carts are lost"
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.MISSED
    assert says(found, "BC0022", "cache carts has no copy at rest")


@pytest.mark.parametrize(("days", "criticality"), [(7, "important"), (0, "minor")], ids=["kept", "minor"])
def test_carts_that_are_kept_or_may_be_lost_are_no_total_loss(days: int, criticality: str) -> None:
    found = assessed(lambda: carts(days, criticality))
    gone = outcome(found, "zone:aws/eu-west-1/euw1-az1")
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED, "there is but one node"
    assert not any(loss.total_loss and not loss.spare for loss in gone.losses)
    assert not says(found, "BC0022")


def test_a_static_site_is_not_told_to_back_up_like_a_database() -> None:
    def program() -> None:
        at = Region("eu-west-1", ())
        bucket = Bucket("site", opts=at.opts)
        BucketWebsiteConfiguration("site", bucket=bucket.id, index_document={"suffix": "index.html"}, opts=at.opts)
        Distribution(
            "site",
            enabled=True,
            origins=[{"domain_name": bucket.bucket_regional_domain_name, "origin_id": "site"}],
            default_cache_behavior={
                "allowed_methods": ["GET"],
                "cached_methods": ["GET"],
                "target_origin_id": "site",
                "viewer_protocol_policy": "redirect-to-https",
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=at.opts,
        )

    found = assessed(program)
    about_copies = {"BC0008", "BC0009", "BC0010", "BC0011", "BC0012", "BC0013", "BC0022", "BC0027"}
    assert [say(f.says) for f in found.findings if f.code in about_copies] == []
    assert all(judgement(o, Objective.DATA_LOSS) is Judgement.MET for r in found.scenarios for o in r.outcomes)


def test_what_the_graph_does_not_tell_is_unknown() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        AutoscalingGroup(
            "nodes",
            min_size=2,
            max_size=4,
            target_group_arns=[tier.targets.arn],
            opts=pulumi.ResourceOptions(provider=Provider("other", region="eu-west-1")),
        )

    found = assessed(program)
    judgements = when_a_zone_is_lost(found)
    assert Judgement.UNKNOWN in judgements
    assert Judgement.MET not in judgements
    assert says(found, "BC0018", "nodes")


def test_a_balancer_that_nothing_is_seen_behind_is_unknown() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        LoadBalancer("front", subnets=at.subnet_ids, opts=at.opts)

    found = assessed(program)
    judgements = when_a_zone_is_lost(found)
    assert judgements == {Judgement.UNKNOWN}
    assert says(found, "BC0018", "nothing says what answers behind it")
