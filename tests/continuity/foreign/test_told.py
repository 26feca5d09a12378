"""What programs are told in plain text: an ARN, a URL, a host or a name leads to what it names, wherever that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.dynamodb import Table
from pulumi_aws.ec2 import Instance
from pulumi_aws.iam import Role
from pulumi_aws.lambda_ import Function
from pulumi_aws.s3 import Bucket
from pulumi_aws.sqs import Queue

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_switched_off import HERE, both, failing_over, fares
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import IRELAND, Region, Tier

Named = Callable[[Region], "pulumi.Input[str]"]


def table(at: Region) -> None:
    keys: Any = [{"name": "id", "type": "S"}]
    Table("orders", name="acme-orders", hash_key="id", billing_mode="PAY_PER_REQUEST", attributes=keys, opts=at.opts)


def by_name(at: Region) -> str:
    table(at)
    return "acme-orders"


def by_arn(at: Region) -> str:
    table(at)
    return "arn:aws:dynamodb:eu-west-1:111122223333:table/acme-orders"


def by_url(at: Region) -> str:
    Queue("orders", name="acme-orders", opts=at.opts)
    return "https://sqs.eu-west-1.amazonaws.com/111122223333/acme-orders"


def by_scheme(at: Region) -> str:
    Bucket("media", bucket="acme-media", opts=at.opts)
    return "s3://acme-media/pictures"


def by_host_elsewhere(_at: Region) -> str:
    return "mysql://orders.cabc123.eu-west-1.rds.amazonaws.com:3306/shop"


def by_url_elsewhere(_at: Region) -> str:
    return "https://sqs.eu-west-1.amazonaws.com/111122223333/of-another-stack"


def function(at: Region) -> pulumi.Output[str]:
    role = Role("pay", assume_role_policy="{}", opts=at.opts)
    code: Any = {"code": pulumi.AssetArchive({}), "runtime": "python3.13", "handler": "pay.take"}
    return Function("pay", role=role.arn, **code, opts=at.opts).arn


def server(at: Region) -> pulumi.Output[str]:
    made = Instance("db", ami="ami-1", instance_type="m7g.large", subnet_id=at.subnet_ids[0], opts=at.opts)
    return made.private_ip


def pinned(told: Named) -> None:
    """Two sites, of which both are told of something in the first's region."""
    here, there = both()
    environment = {"WHERE": told(here)}
    tiers = {at: Tier(at, environment=environment).balancer for at in (here, there)}
    failing_over(tiers)


NAMED = [by_name, by_arn, by_url, by_scheme, function, server, by_host_elsewhere, by_url_elsewhere]


@pytest.mark.parametrize("told", NAMED)
def test_a_standby_that_is_told_of_what_stands_in_the_lost_region_does_not_take_over(told: Named) -> None:
    assert fares(assessed(lambda: pinned(told)), HERE) not in (Kind.RECOVERS, Kind.UNAFFECTED, Kind.DEGRADED)


@pytest.mark.parametrize("text", ["acme-orders", "https://api.partner.example/v1", "arn:aws:iam::111122223333:role/w"])
def test_a_text_that_names_nothing_in_a_region_pins_nothing(text: str) -> None:
    assert fares(assessed(lambda: pinned(lambda _at: text)), HERE) is Kind.RECOVERS


def test_a_table_of_the_same_name_in_each_region_is_each_site_s_own() -> None:
    def program() -> None:
        here, there = both()
        for at in (here, there):
            keys: Any = [{"name": "id", "type": "S"}]
            common: Any = {"hash_key": "id", "billing_mode": "PAY_PER_REQUEST", "attributes": keys}
            Table(at.name, name="acme-orders", **common, opts=at.opts)
        failing_over({at: Tier(at, environment={"T": "acme-orders"}).balancer for at in (here, there)})

    found = assessed(program)
    (gone,) = (one for one in found.scenarios if one.scenario.id == HERE)
    assert any("table" in say(reason) and "eu-west-1" in say(reason) for one in gone.outcomes for reason in one.reasons)


def alone(text: str) -> None:
    Tier(Region("eu-west-1", IRELAND), environment={"DB": text})


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("orders.cabc123.eu-west-1.rds.amazonaws.com", False),
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/of-another-stack", True),
        ("none", True),
    ],
    ids=["on servers", "over the zones", "nothing"],
)
def test_whether_a_database_of_another_program_outlasts_a_zone_is_not_told(text: str, known: bool) -> None:
    found = assessed(lambda: alone(text))
    zone = outcome(found, "zone:aws/eu-west-1/euw1-az1")
    assert zone.kind is (Kind.RECOVERS if known else Kind.UNDECIDED)
    away = outcome(found, "account:aws/111122223333")
    assert (judgement(away, Objective.DATA_LOSS) is Judgement.UNKNOWN) is (text != "none")


@pytest.mark.parametrize("text", ["acme-prod:europe-west1:orders", "none"])
def test_pods_that_are_told_of_a_database_outside_of_the_program(text: str) -> None:
    def program() -> None:
        told: Any = [{"name": "DATABASE", "value": text}]
        container: Any = {"name": "web", "image": "web:1", "env": told, "readinessProbe": k8s.PROBE}
        k8s.web(k8s.gke(zones=("b", "c", "d")), {**k8s.apart(), "containers": [container]})

    zone = outcome(assessed(program), "zone:gcp/europe-west1/europe-west1-b")
    assert zone.kind is (Kind.RECOVERS if text == "none" else Kind.UNDECIDED)


def test_of_a_database_outside_of_the_program_all_is_not_said_to_be_lost() -> None:
    found = assessed(lambda: alone("orders.cabc123.eu-west-1.rds.amazonaws.com"))
    assert judgement(outcome(found, "ransomware"), Objective.DATA_LOSS) is Judgement.UNKNOWN
    assert not says(found, "BC0008")
