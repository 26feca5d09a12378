"""Words are for people: every kind has some, and none of them decides anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, Premise, assess
from bcinfra.continuity.judgement.compare import compare, standings
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.judgement.precedents import Missing
from bcinfra.continuity.judgement.rules import RULES as CODES
from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.model.stateless import Condition
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Acceptance, FindingAcceptance
from bcinfra.continuity.recovery.scenarios import Kind
from bcinfra.graph import record
from bcinfra.report.assess import reading, writing
from bcinfra.report.assess.page import page, stopped
from bcinfra.report.words import (
    assumptions,
    findings,
    glossary,
    quantities,
    reasons,
    scenarios,
    stateless,
    statements,
    steps,
)
from tests.continuity import designs
from tests.continuity.foreign.test_truths import carts, paper
from tests.report.conftest import Shop, without_standby_in_zone

TABLES = [
    (steps, "ACTS"),
    (reasons, "REASONS"),
    (findings, "FINDS"),
    (findings, "EVIDENCE"),
    (findings, "TAKEN"),
    (findings, "DOMAIN_FIXES"),
    (scenarios, "DOMAINS"),
    (scenarios, "SCENARIOS"),
    (scenarios, "MISSING"),
    (scenarios, "PREMISES"),
    (assumptions, "ASSUMPTIONS"),
    (stateless, "STATELESS"),
    (stateless, "CONDITIONS"),
    (glossary, "TERMS"),
]


@pytest.mark.parametrize("kinds", statements.TABLES, ids=lambda kinds: kinds.__name__)
def test_every_kind_of_statement_has_words(kinds: type[StrEnum]) -> None:
    table = statements.TABLES[kinds]
    assert set(table) == set(kinds)
    assert all(table.values())


def test_every_code_scenario_precedent_and_premise_has_words() -> None:
    assert set(findings.RULES) == set(CODES)
    assert all([rule.title, rule.meaning, rule.fix, rule.plain] for rule in findings.RULES.values())
    assert set(scenarios.DOMAINS) == set(DomainKind)
    assert set(scenarios.SCENARIOS) | {Kind.DOMAIN} == set(Kind)
    assert set(scenarios.MISSING) == set(Missing)
    assert set(scenarios.PREMISES) == set(Premise)
    assert set(stateless.CONDITIONS) == set(Condition)


EU = tuple(domains.zone("aws", "eu-west-1", name) for name in ("az1", "az2", "az3"))
BUCKET = Subject(Noun.RESOURCE, "media", "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::media")
SAID = {
    Assumption(Assumes.STANDS_IN, "room", EU[:2]): "The program says that room stands in az1, az2.",
    Assumption(
        Assumes.IN_SOME_ZONES, BUCKET, (EU, EU[:2]), 2
    ): "media stands in 2 of the zones az1, az2, az3; taken to be az1, az2.",
    Assumption(
        Assumes.LEFT_OUT, "data.orders.home", "cellar" * 20
    ): f"The specification's data.orders.home is '{('cellar' * 20)[:59]}, which it cannot be; it is left out.",
    Assumption(
        Assumes.ANSWERED, "aws:index:id", ("files", "logs")
    ): "the answer of aws:index:id is assumed: files, logs rest on it",
}


@pytest.mark.parametrize("one", SAID, ids=lambda one: one.kind)
def test_assumptions_are_filled_with_what_they_are_about(one: Assumption) -> None:
    assert statements.say(one) == SAID[one]


def nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of the report is replaced, in place, wherever it is looked up."""
    for module, name in TABLES:
        table: dict[Any, str] = getattr(module, name)
        for key in table:
            monkeypatch.setitem(table, key, "blurb")
    for code in findings.RULES:
        monkeypatch.setitem(findings.RULES, code, findings.Rule("blurb", "blurb", "blurb", "blurb"))
    for name in ("duration", "amount", "share", "rate"):
        monkeypatch.setattr(quantities, name, lambda _: "blurb")
    assert {statements.say(one.says) for one in assess(designs.fragile()).findings} == {"blurb"}
    assert {statements.say(Assumption(kind)) for kind in Assumes} == {"blurb"}


ACCEPTED = (
    Acceptance(
        scenarios=("provider:aws",),
        capabilities=("*",),
        objectives=(Objective.RECOVERY_TIME,),
        owner="Ada",
        reason="a second provider costs more",
        expires=date(2027, 6, 30),
    ),
    *(
        FindingAcceptance(codes=(code,), resources=("*",), owner="Ada", reason="small", expires=date(2027, 6, 30))
        for code in ("BC0013", "BC0027")
    ),
)


def essence(found: Assessment) -> Iterator[object]:
    """All that is judged, without a word."""
    for result in found.scenarios:
        for outcome in result.outcomes:
            verdicts = [(v.objective, v.judgement, v.target, v.value, v.acceptance) for v in outcome.verdicts]
            yield result.scenario.id, outcome.capability, outcome.kind, outcome.time, outcome.losses, verdicts
            yield outcome.way, outcome.others
    for one in found.findings:
        yield one.code, one.says.id, one.resource, one.capabilities, one.scenarios, one.accepted
    yield [one.name if isinstance(one, Figure) else one for one in found.assumptions]


def judged(before: Model, after: Model) -> list[object]:
    """Assessments, what moved between them as it is and as it was kept, and what gates stop at."""
    was, found = (assess(model, accepted=ACCEPTED, today=date(2026, 11, 28)) for model in (before, after))
    kept = json.loads(writing.to_json(writing.to_document(was, before)))
    moved = [compare(old, standings(found)) for old in (standings(was), reading.standings(kept))]
    assert moved[0] == moved[1]
    assert page(found, after, ("stack",), everything=True).headline
    gates = [len(stopped(found, [judgement])) for judgement in Judgement]
    return [*essence(was), *essence(found), moved[0], moved[0].regressions, gates]


def foreign(program: Callable[[], None]) -> Model:
    return with_defaults(read(record(program)))


PAIRS: dict[str, Callable[[], tuple[Model, Model]]] = {
    "sturdy to fragile": lambda: (designs.sturdy(), designs.fragile()),
    "paper to unclear": lambda: (designs.paper(), designs.unclear()),
    "foreign programs": lambda: (
        with_defaults(read(record(paper))),
        with_defaults(read(record(lambda: carts(0, "critical")))),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_nonsense_for_words_changes_no_verdict_finding_comparison_or_gate(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(*PAIRS[name]())
    nonsense(monkeypatch)
    assert judged(*PAIRS[name]()) == before


def test_nonsense_for_words_changes_nothing_of_a_sample(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = read(without_standby_in_zone(shop.graph))
    before = judged(shop.model, worse)
    nonsense(monkeypatch)
    assert judged(shop.model, worse) == before
