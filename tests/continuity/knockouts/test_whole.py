"""The sample shop as a whole: nothing of it is left out of the knock-outs, and the great losses are judged rightly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.readings.base.reading import Part
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import READINGS
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.graph import Graph, Resource
from bcinfra.report.words.statements import say
from bcinfra.seconds import HOUR
from tests.continuity.knockouts.edits import led, linked, moved, put, region, rewritten, rows, without
from tests.continuity.knockouts.judging import cases, focused
from tests.continuity.knockouts.samples import MIDSIZE, SAMPLES, Sample


def alike(name: str) -> str:
    """The name that the resources of one layer share, one of them in each zone."""
    return re.sub(r"-[a-z]+\d-az\d$", "", name)


@cache
def knocked_out(sample: Sample) -> frozenset[tuple[str, str]]:
    """Type (regular expression) and name of all that has a property."""
    return frozenset(
        (one.type, alike(name)) for one in sample.properties for case in cases(sample, one) for name in case.names
    )


def carries_nothing(sample: Sample, row: Resource) -> bool:
    return any(re.fullmatch(type, row.type) and re.search(name, row.name) for type, name, _ in sample.carries_nothing)


def shop() -> Graph:
    return MIDSIZE.graph


MYSQL, MEDIA = "relational database midsize-prod-mysql", "objects midsize-prod-media"

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)


@every_sample
def test_every_resource_is_knocked_out_or_said_to_carry_nothing(sample: Sample) -> None:
    parts = [r for r in sample.graph if r.custom and not r.is_provider and READINGS[r.type].part is not Part.PLUMBING]
    left_out = [
        f"{row.type} {row.name}"
        for row in parts
        if not any(re.fullmatch(type, row.type) and alike(row.name) == name for type, name in knocked_out(sample))
        and not carries_nothing(sample, row)
    ]
    assert left_out == []


@every_sample
def test_what_is_said_to_carry_nothing_or_to_be_silent_is_there(sample: Sample) -> None:
    every = list(sample.graph)
    for type, name, why in sample.carries_nothing:
        assert any(re.fullmatch(type, row.type) and re.search(name, row.name) for row in every), why
    found = [case for one in sample.properties for case in cases(sample, one)]
    for what, who, why in sample.silent:
        assert any(re.fullmatch(what, c.property.what) and re.search(who, c.names[0]) for c in found), why


@every_sample
def test_checkout_and_browsing_need_all_that_the_shop_needs(sample: Sample) -> None:
    whole = read(sample.graph)
    stores = {name for c in whole.capabilities for name in c.stores}
    assert {name for c in focused(whole).capabilities for name in c.stores} == stores


# -- the great losses -------------------------------------------------------------------------------------------------


def assessed(graph: Graph) -> Assessment:
    return assess(focused(read(graph)))


def outcome(found: Assessment, scenario: str, capability: str = "checkout") -> Outcome:
    result = next(r for r in found.scenarios if r.scenario.id == scenario)
    return next(o for o in result.outcomes if o.capability == capability)


def judgement(found: Outcome, objective: Objective) -> Judgement:
    return next(v.judgement for v in found.verdicts if v.objective is objective)


def says(found: Assessment, code: str, text: str) -> bool:
    return any(f.code == code and text in say(f.says) for f in found.findings)


def unlogged() -> Graph:
    """The shop, where nothing follows the database's log."""
    return without(shop(), *(r for r in shop().of_type("aws:ecs/service:Service") if "-mysql-log-" in r.name))


@cache
def whole() -> Assessment:
    return assessed(shop())


@cache
def without_the_log() -> Assessment:
    return assessed(unlogged())


def of_mysql(found: Outcome) -> StoreLoss:
    return next(loss for loss in found.losses if "mysql" in loss.store)


def alone(graph: Graph) -> Graph:
    """Without the standby site."""
    standby = [r for r in graph if r.custom and not r.is_provider and region(graph, r) == "eu-central-1"]
    names = [r for r in graph.of_type("aws:route53/record:Record") if r.name.endswith("-frankfurt")]
    for secret in graph.of_type("aws:secretsmanager/secret:Secret"):
        graph = put(graph, secret, "replicas", [])
    return without(graph, *standby, *names)


def test_without_the_standby_site_a_lost_region_is_waited_for_and_the_log_in_the_vault_keeps_its_data() -> None:
    before = outcome(whole(), "region:aws/eu-west-1")
    assert before.kind is Kind.RECOVERS
    assert judgement(before, Objective.DATA_LOSS) is Judgement.MET
    after = assessed(alone(shop()))
    assert after.sites == ("aws/eu-west-1",)
    lost = outcome(after, "region:aws/eu-west-1")
    assert lost.kind is Kind.LOST
    copy = of_mysql(lost).copy
    assert copy
    assert "midsize-prod-mysql-log-vault in us-east-1" in copy.name
    assert judgement(lost, Objective.DATA_LOSS) is Judgement.MET
    assert any("mysql-ireland" in say(reason) and "eu-west-1" in say(reason) for reason in lost.reasons)
    assert any("region aws/eu-west-1 alone stops it" in say(f.says) for f in after.findings)


def test_without_the_standby_site_and_the_log_data_is_hours_old() -> None:
    lost = outcome(assessed(alone(unlogged())), "region:aws/eu-west-1")
    age = of_mysql(lost).age
    assert age
    assert (pessimistic(age) or 0) > HOUR
    assert judgement(lost, Objective.DATA_LOSS) is Judgement.MISSED


def test_without_the_log_the_media_that_come_back_are_hours_newer_than_the_database() -> None:
    def apart(found: Assessment) -> tuple[float, bool]:
        """How many seconds the media are newer after a compromise of production, and whether a finding says so."""
        way = outcome(found, "takeover:aws/111122223333", "browse").way
        gaps = way.inconsistencies if way else ()
        seconds = next((gap.seconds or 0.0 for gap in gaps if gap.newer == MEDIA and gap.older == MYSQL), 0.0)
        said = (f.evidence for f in found.findings if f.code == "BC0015" and f"{MEDIA} comes back newer" in say(f.says))
        return seconds, any(one.amount == seconds for evidence in said for one in evidence)

    assert apart(whole()) == (0.0, False)
    seconds, said = apart(without_the_log())
    assert seconds > HOUR
    assert said


def test_without_a_health_check_a_person_must_move_clients() -> None:
    graph = shop()
    for record in graph.of_type("aws:route53/record:Record"):
        if linked(graph, record, "healthCheckId"):
            target = linked(graph, record, "aliases")
            aliases = [{**alias, "evaluateTargetHealth": False} for alias in rows(record, "aliases")]
            graph = put(graph, put(graph, record, "healthCheckId", None)[record.urn], "aliases", list(aliases))
            graph = led(graph, graph[record.urn], "aliases", target)
    after = assessed(graph)
    assert outcome(after, "region:aws/eu-west-1").kind is Kind.PERSON
    assert says(after, "BC0006", "nothing withdraws the answer aws/eu-west-1")
    assert says(after, "BC0003", "a person must act to move clients to aws/eu-central-1")


def to_production(copied: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of a backup that goes to the account of production."""
    arn = copied.get("destinationVaultArn")
    return {**copied, "destinationVaultArn": arn.replace("444455556666", "111122223333")} if arn else copied


def test_backups_in_the_account_of_production_do_not_outlive_its_compromise() -> None:
    compromised = "takeover:aws/111122223333"
    logged = of_mysql(outcome(whole(), compromised, "browse")).copy
    assert logged
    assert "mysql-log-vault" in logged.name
    mysql = of_mysql(outcome(without_the_log(), compromised, "browse")).copy
    assert mysql
    assert "isolated" in mysql.name
    (vault,) = (v for v in shop().of_type("aws:backup/vault:Vault") if v.name.endswith("-isolated"))
    near = next(r for r in shop().of_type("aws:kms/key:Key") if r.name == "midsize-prod-alarms-key")
    unlocked = without(shop(), *shop().of_type("aws:backup/vaultLockConfiguration:VaultLockConfiguration"))
    in_production = moved(unlocked, vault, near)
    for plan in shop().of_type("aws:backup/plan:Plan"):
        in_production = put(in_production, plan, "rules", rewritten(plan.inputs["rules"], to_production))
    after = assessed(in_production)
    lost = of_mysql(outcome(after, compromised, "browse"))
    assert lost.total_loss
    assert any("isolated" in one.copy.name and "account aws/111122223333" in say(one.reason) for one in lost.rejected)
    assert says(after, "BC0009", "mysql can be deleted with the credentials of production")
    assert says(
        after, "BC0041", "binary log of relational database midsize-prod-mysql in bucket"
    )  # it has no base left


def test_in_one_zone_the_zone_takes_the_site() -> None:
    zone = "zone:aws/eu-west-1/euw1-az1"
    before = outcome(whole(), zone)
    assert before.kind is Kind.RECOVERS
    assert judgement(before, Objective.RECOVERY_TIME) is Judgement.MET
    graph = shop()
    for subnet in graph.of_type("aws:ec2/subnet:Subnet"):
        if "-ireland-" in subnet.name:
            graph = put(graph, subnet, "availabilityZoneId", "euw1-az1")
    after = assessed(graph)
    lost = outcome(after, zone)
    assert lost.way
    assert lost.way.site == "aws/eu-central-1"
    assert judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert says(after, "BC0004", "midsize-prod-ireland-web-service")
    assert says(after, "BC0005", "midsize-prod-mysql-ireland")
