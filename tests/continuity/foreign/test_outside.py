"""Databases of which a program holds a part alone: a replica of another's, and one that is reached by its project."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_aws.rds import Instance, SubnetGroup
from pulumi_gcp.firestore import Database as Documents
from pulumi_gcp.sql import DatabaseInstance, SourceRepresentationInstance

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.programs import FRANKFURT, Region, Tier

SURVIVES = (Kind.UNAFFECTED, Kind.RECOVERS)


def of_google(host: str) -> Assessment:
    """Instances that read of a replica of a database outside of Google, by its address."""

    def program() -> None:
        at = gcp.Region()
        common: Any = {"region": at.name, "database_version": "MYSQL_8_0", "opts": at.opts}
        source = SourceRepresentationInstance(
            "away", name="away", host=host, port=3306, username="follows", password="none", **common
        )
        replica = DatabaseInstance(
            "replica",
            name="replica",
            master_instance_name=source.name,
            settings={"tier": "db-custom-2-8192", "location_preference": {"zone": f"{at.name}-b"}},
            **common,
        )
        told = pulumi.Output.concat("DB=", replica.private_ip_address)
        gcp.name(at, gcp.Front(at, gcp.Group(at, startup=told)))

    return assessed(program)


def test_a_replica_of_a_database_elsewhere_has_a_writer_there() -> None:
    found = of_google("203.0.113.9")
    for scenario in ("zone:gcp/europe-west1/europe-west1-c", "server:web-europe-west1"):
        assert outcome(found, scenario).kind in SURVIVES
    assert outcome(found, "region:gcp/europe-west1").kind not in SURVIVES


def of_amazon(source: str) -> Assessment:
    """Tasks beside a replica of what another program declares."""

    def program() -> None:
        at = Region("eu-central-1", FRANKFURT)
        tier = Tier(at)
        subnets = SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
        Instance(
            "replica",
            instance_class="db.r7g.large",
            replicate_source_db=source,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[at.group("db", admits=tier.group).id],
            skip_final_snapshot=True,
            opts=at.opts,
        )

    return assessed(program)


def test_what_a_replica_follows_stands_where_its_arn_says() -> None:
    found = of_amazon("arn:aws:rds:eu-west-1:111122223333:db:orders")
    gone = outcome(found, "region:aws/eu-west-1")
    assert gone.kind not in SURVIVES
    assert any("no writer" in say(reason) for reason in gone.reasons)
    for zone in FRANKFURT:
        assert outcome(found, f"zone:aws/eu-central-1/{zone}").kind is Kind.RECOVERS


def test_what_is_copied_of_another_program_s_database_is_not_told() -> None:
    found = of_amazon("orders")
    deleted = outcome(found, "deletion:relational database replica")
    assert deleted.kind is Kind.UNDECIDED
    assert any("no program that is seen here declares it" in say(reason) for reason in deleted.unknown)


def documents(where: str, name: str = "(default)") -> Assessment:
    def program() -> None:
        here, there = gcp.Region(), gcp.Region(gcp.FRANKFURT)
        Documents("orders", name=name, location_id=where, type="FIRESTORE_NATIVE", opts=here.opts)
        gcp.name(here, gcp.Front(here, gcp.Group(here), gcp.Group(there)))

    return assessed(program)


@pytest.mark.parametrize(
    ("where", "name", "survives"),
    [("europe-west1", "(default)", False), ("eur3", "(default)", True), ("europe-west1", "of-another-team", True)],
)
def test_the_default_database_of_a_project_is_everybody_s_there(where: str, name: str, survives: bool) -> None:
    assert (outcome(documents(where, name), "region:gcp/europe-west1").kind in SURVIVES) is survives
