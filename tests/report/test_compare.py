"""What moved between two assessments, and which change of the graph did it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache, partial

import pytest
from hypothesis import given, strategies as st
from pulumi_aws.sqs import Queue

from bcinfra.commands.effect import effect
from bcinfra.continuity.judgement.compare import Comparison, Standing, Standings, compare, culprits, standings
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph, diff as diff_of, record
from bcinfra.report.assess import reading, writing
from bcinfra.report.diff.continuity import Continuity, continuity, page, summary
from bcinfra.report.diff.page import plain
from bcinfra.spec import Objectives
from tests.assembly.conftest import midsize, recorded
from tests.continuity import designs
from tests.report.conftest import Shop, changed, without_standby_in_zone
from tests.samples import assess

diff = partial(diff_of, replacements=REPLACEMENTS)


@cache
def standing(name: str) -> Standings:
    return standings(assess(designs.DESIGNS[name]()))


def compared(before: str, after: str) -> Comparison:
    return compare(standing(before), standing(after))


def moved(base: Graph, head: Graph) -> Continuity:
    found = effect(diff(base, head))
    assert found
    return continuity(found)


def test_the_same_stays_as_it_is(shop: Shop) -> None:
    found = compare(standings(shop.assessment), standings(shop.assessment))
    assert not found
    assert plain(summary("s", found, "EUR", {}).headline) == "s: continuity stays as it is."


def test_a_kept_document_is_read_into_the_same_standings(shop: Shop) -> None:
    now = standings(shop.assessment)
    assert any(one.path for one in now.by_key.values())
    assert reading.standings(json.loads(writing.to_json(shop.document))) == now


def test_a_document_of_before_steps_were_values_still_compares(shop: Shop) -> None:
    kept = json.loads(writing.to_json(shop.document))
    for scenario in kept["scenarios"]:
        for outcome in scenario["outcomes"]:
            for step in outcome["way"]["steps"] if outcome["way"] else ():
                del step["name_value"]
    worse = standings(assess(read(without_standby_in_zone(shop.graph))))
    found = compare(reading.standings(kept), worse)
    now = compare(standings(shop.assessment), worse)
    assert [c.scenario for c in found.regressions] == [c.scenario for c in now.regressions] != []
    assert summary("s", found, "EUR", reading.titles(kept)).because == ()


@pytest.mark.parametrize("one", designs.DESIGNS)
@pytest.mark.parametrize("two", ["sturdy", "fragile", "active-active"])
def test_what_is_worse_one_way_is_better_the_other(one: str, two: str) -> None:
    there = compared(one, two)
    back = compared(two, one)

    def keys(changes: tuple[object, ...]) -> set[tuple[str, str, Objective]]:
        return {(c.scenario, c.capability, c.objective) for c in changes if c.before and c.after}  # type: ignore[attr-defined]

    assert keys(there.worse) == keys(back.better)
    assert keys(there.better) == keys(back.worse)


def one(kind: Kind, seconds: float, judgement: Judgement = Judgement.MET) -> Standing:
    return Standing(judgement=judgement, target=3600, typical=seconds, end=seconds, kind=kind, path=None)


def test_what_went_by_itself_and_now_needs_a_person_leads() -> None:
    region, zone = (("region:a", "sell", Objective.RECOVERY_TIME), ("zone:a", "sell", Objective.RECOVERY_TIME))
    before = {region: one(Kind.RECOVERS, 60), zone: one(Kind.RECOVERS, 60)}
    after = {region: one(Kind.PERSON, 60), zone: one(Kind.RECOVERS, 7200, Judgement.MISSED)}
    sides = [Standings(by_key=keys, weights={"zone:a": 9.0}, loss=None) for keys in (before, after)]
    found = summary("s", compare(*sides), "EUR", {"region:a": "region a lost"})
    assert plain(found.headline) == (
        "s: WORSE: region a lost: sell now recovers by hand in 60 s (p95, was 60 s, by itself), within the 60 min"
        " objective; 1 more objective moves."
    )
    assert next((row.before, row.after) for row in found.rows) == ("60 s, by itself", "60 s, by hand")
    assert [change.hands for change in compare(*reversed(sides)).better] == [1, 0]


def test_the_first_sentence_says_what_got_worse_and_because_of_what(shop: Shop) -> None:
    head = without_standby_in_zone(shop.graph)
    head = changed(head, "aws:cloudwatch/logGroup:LogGroup", "", retentionInDays=3)  # changes that do nothing to it
    found = moved(shop.graph, head)
    said = plain(found.headline)
    assert said.startswith("midsize-prod: WORSE: zone aws/eu-west-1/euw1-az1 lost: ")
    assert "missing the 15 min objective, because midsize-prod-mysql-ireland.multiAz: true -> false at " in said
    assert "was 10 min" in said
    assert [row.verdict for row in found.rows][:1] == ["MET -> MISSED"]
    assert plain(found.because[0]).startswith("midsize-prod-mysql-ireland.multiAz: true -> false at stacks/")
    assert not any("retentionInDays" in plain(phrase) for phrase in found.because)
    assert any("zone:aws/eu-west-1/euw1-az1: recovery time of checkout" in line for line in found.regressions)


def test_mending_it_is_better_and_no_regression(shop: Shop) -> None:
    found = moved(without_standby_in_zone(shop.graph), shop.graph)
    said = plain(found.headline)
    assert "BETTER: " in said
    assert "within the 15 min objective, because midsize-prod-mysql-ireland.multiAz: false -> true" in said
    assert found.regressions == ()


def test_the_page_of_a_diff_begins_with_it(shop: Shop) -> None:
    change = diff(shop.graph, without_standby_in_zone(shop.graph))
    found = moved(change.base, change.head)
    assert page(change, found).headline == found.headline
    assert page(change, found).because == found.because
    assert "WORSE" not in plain(page(change, None).headline)


def queues(*names: str) -> Graph:
    def program() -> None:
        for name in names:
            Queue(name)

    return record(program, stack="prod")


def test_what_is_kept_beside_others_that_go_is_as_it_was() -> None:
    found = moved(queues("mail", "orders"), queues("orders"))
    assert plain(found.headline) == "prod: continuity stays as it is."
    assert (found.rows, found.regressions) == ((), ())


def test_what_is_kept_beside_others_that_come_has_their_risks_alone() -> None:
    found = moved(queues("orders"), queues("mail", "orders"))
    assert found.regressions
    assert all(line.startswith("deletion:queue mail: ") for line in found.regressions)


def test_data_in_danger_is_said_first_where_nothing_else_gets_worse() -> None:
    change = diff(queues("mail", "orders"), queues("orders"))
    said = page(change, moved(change.base, change.head))
    assert plain(said.headline) == "prod: deletes data: mail (1 deleted in all)."


def test_a_stack_that_is_not_there_yet_is_not_compared(shop: Shop) -> None:
    assert effect(diff(replace(shop.graph, resources={}), shop.graph)) is None


def test_a_new_pair_is_no_news_where_one_of_the_two_says_it_alone() -> None:
    strict = Objectives(recovery_time="15m", data_loss="15m", availability=99.9)  # of two failures at once too
    graph = recorded(midsize.PROD.revised(objectives=strict))
    found = moved(graph, without_standby_in_zone(graph))
    pairs = [line for line in found.regressions if "+" in line.partition(": ")[0]]
    # Browsing is taken over in time when the zone alone is lost, and no longer when the other site is too.
    assert pairs
    assert all(re.search(": recovery time of (browse|invoices): ", line) for line in pairs)


def test_from_unknown_to_missed_is_worse_and_to_met_is_better() -> None:
    found = compared("unclear", "sturdy")
    mended = [c for c in found.better if c.before and c.before.judgement is Judgement.UNKNOWN]
    assert mended
    assert all(c.after is None or c.after.judgement in (Judgement.MET, Judgement.ACCEPTED) for c in mended)


@given(st.sets(st.integers(0, 30)), st.integers(1, 31))
def test_the_culprits_are_found_whatever_is_beside_them(guilty: set[int], n: int) -> None:
    items = list(range(n))
    guilty &= set(items)
    tries: list[int] = []

    def restores(reverted: object) -> bool:
        tries.append(1)
        return guilty <= set(reverted)  # type: ignore[call-overload]

    assert set(culprits(items, restores)) == guilty
    assert len(tries) <= 2 + 2 * (len(guilty) + 1) * (n.bit_length() + 1)


def test_no_culprit_where_taking_everything_back_does_not_help() -> None:
    assert culprits([1, 2, 3], lambda _: False) == []


def test_a_standby_that_moves_or_is_renamed_brings_no_new_risk() -> None:
    sites = midsize.PROD.sites
    frankfurt = sites["frankfurt"]
    base = recorded(midsize.PROD)
    for others in (
        {**sites, "frankfurt": frankfurt.revised(region="eu-west-2")},
        {("munich" if name == "frankfurt" else name): site for name, site in sites.items()},
    ):
        headline = moved(base, recorded(midsize.PROD.revised(sites=others))).headline
        assert "continuity stays as it is." in headline
