"""A second site that serves, and what its programs know of the database: a copy that takes no writes is none to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pulumi
import pytest
from pulumi_aws.rds import Cluster, ClusterInstance, GlobalCluster, Instance, SubnetGroup
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_aws.ssm import Parameter

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.parts import Refusal
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier

OWN = "orders-frankfurt.cluster-abcdef123456.eu-central-1.rds.amazonaws.com"
READERS = OWN.replace("cluster-", "cluster-ro-")
EVERYWHERE = "orders.global-abcdef123456.global.rds.amazonaws.com"

Hosts = Callable[[Any, Any, Any], pulumi.Input[str]]


def two_sites(host: Hosts, *, forwards: bool = True, kept: bool = False, known: bool = True) -> None:
    """Both sites answer for the name; ``host`` is what the second's programs are told, of all clusters' or the text."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    everywhere = GlobalCluster("orders", global_cluster_identifier="orders", engine="aurora-mysql", opts=here.opts)
    clusters: dict[str, Cluster] = {}
    for name, at, own in (("ireland", here, {"master_username": "admin"}), ("frankfurt", there, {})):
        clusters[name] = Cluster(
            f"orders-{name}",
            cluster_identifier=f"orders-{name}",
            engine="aurora-mysql",
            global_cluster_identifier=everywhere.id,
            enable_global_write_forwarding=forwards,
            db_subnet_group_name=SubnetGroup(f"orders-{name}", subnet_ids=at.subnet_ids, opts=at.opts).name,
            vpc_security_group_ids=[at.group("db").id],
            skip_final_snapshot=True,
            **own,
            opts=at.opts,
        )
        for n in (1, 2):
            ClusterInstance(
                f"orders-{name}-{n}",
                cluster_identifier=clusters[name].id,
                engine="aurora-mysql",
                instance_class="db.r7g.large",
                opts=at.opts,
            )
    told = host(everywhere, clusters["ireland"], clusters["frankfurt"])
    if kept:
        told = Parameter("host", type="String", value=told, opts=there.opts).arn
    _serving(here, there, {"DB": clusters["ireland"].endpoint}, {"DB": told} if known else {})


def replica(host: Callable[[Instance, Instance], pulumi.Input[str]]) -> None:
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    common: dict[str, Any] = {"instance_class": "db.r7g.large", "skip_final_snapshot": True}
    first = Instance(
        "first",
        identifier="first",
        engine="mysql",
        username="shop",
        backup_retention_period=7,
        **common,
        opts=here.opts,
    )
    second = Instance("second", identifier="second", replicate_source_db=first.arn, **common, opts=there.opts)
    _serving(here, there, {"DB": first.address}, {"DB": host(first, second)})


def _serving(here: Region, there: Region, *told: Mapping[str, pulumi.Input[str]]) -> None:
    zone = Zone("zone", name="shop.example", opts=here.opts)
    for at, environment in zip((here, there), told, strict=True):
        balancer = Tier(at, environment=environment).balancer
        check = HealthCheck(at.name, type="HTTPS", fqdn=balancer.dns_name, port=443, opts=here.opts)
        alias = {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}
        Record(
            at.name,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=at.name,
            health_check_id=check.id,
            latency_routing_policies=[{"region": at.name}],
            aliases=[alias],
            opts=here.opts,
        )


def cut_off(found: Assessment) -> dict[Refusal, str]:
    return {
        f.says.kind: say(f.says)
        for f in found.findings
        if f.says.kind in (Refusal.NOT_FORWARDED, Refusal.ANSWERS_ELSEWHERE) and isinstance(f.says.kind, Refusal)
    }


def test_a_cluster_answers_by_its_own_endpoint_only_where_the_writer_is() -> None:
    found = assessed(lambda: two_sites(lambda *_: OWN))
    assert cut_off(found) == {
        Refusal.ANSWERS_ELSEWHERE: "programs in aws/eu-central-1 reach no database: Aurora cluster orders-frankfurt in"
        " eu-central-1 is told them by its `endpoint`, which answers only where the writer is"
    }


@pytest.mark.parametrize(
    "program",
    [
        lambda: two_sites(lambda _, __, frankfurt: frankfurt.reader_endpoint, forwards=False),
        lambda: two_sites(lambda _, __, frankfurt: frankfurt.endpoint, forwards=False, kept=True),
        lambda: two_sites(lambda *_: READERS, forwards=False),
        lambda: replica(lambda _, second: second.address),
        lambda: replica(lambda *_: "second.abcdef123456.eu-central-1.rds.amazonaws.com"),
    ],
)
def test_a_copy_that_passes_no_writes_on_is_no_database_for_those_who_know_no_other(
    program: Callable[[], None],
) -> None:
    assert list(cut_off(assessed(program))) == [Refusal.NOT_FORWARDED]


@pytest.mark.parametrize(
    "program",
    [
        lambda: two_sites(lambda *_: READERS),
        lambda: two_sites(lambda _, __, frankfurt: frankfurt.reader_endpoint, kept=True),
        lambda: two_sites(lambda everywhere, *_: everywhere.endpoint, forwards=False),
        lambda: two_sites(lambda *_: EVERYWHERE, forwards=False),
        lambda: two_sites(lambda _, ireland, __: ireland.endpoint, forwards=False),
        lambda: two_sites(lambda *_: OWN, known=False),
        lambda: replica(lambda first, _: first.address),
    ],
)
def test_who_knows_the_writer_or_what_passes_writes_on_is_not_cut_off(program: Callable[[], None]) -> None:
    assert cut_off(assessed(program)) == {}


def test_a_site_that_reaches_no_database_does_not_take_over() -> None:
    programs = {host: partial(two_sites, lambda *_, host=host: host) for host in (OWN, READERS)}
    lost = {host: outcome(assessed(program), "balancer:eu-west-1-web") for host, program in programs.items()}
    assert lost[OWN].kind is Kind.PERSON
    assert any("no writer" in say(reason) for reason in lost[OWN].reasons)
    assert lost[READERS].kind is Kind.DEGRADED, "the other site serves, with the servers that it has"
