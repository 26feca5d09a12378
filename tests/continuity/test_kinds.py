"""Objectives by kind of disruption: stated, completed, judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.by_kind import by_kind
from bcinfra.continuity.judgement.defaults import with_defaults, with_objectives
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import KindTarget, Model, Target
from bcinfra.report.assess.page import page
from bcinfra.spec import KindObjectives, Objectives, OwnObjectives
from bcinfra.spec.values import Disruption
from tests.continuity import designs

LONG = timedelta(days=400)
SHORT = timedelta(seconds=1)


def stating(kinds: dict[DisruptionKind, KindTarget]) -> Model:
    """The sturdy shop, with objectives that all of it keeps but for what is stated by kind."""
    model = designs.sturdy()
    target = Target(recovery_time=LONG, data_loss=LONG, kinds=kinds)
    return replace(model, capabilities=tuple(replace(c, target=target) for c in model.capabilities))


def missed(assessment: Assessment) -> set[DisruptionKind]:
    return {
        result.scenario.disruption
        for result in assessment.scenarios
        for outcome in result.outcomes
        for verdict in outcome.verdicts
        if verdict.judgement is Judgement.MISSED
        and verdict.objective is Objective.RECOVERY_TIME
        and outcome.time is not None
    }


def test_the_specification_and_the_judgement_know_the_same_kinds() -> None:
    assert get_args(Disruption) == tuple(DisruptionKind)


@pytest.mark.parametrize("kind", [DisruptionKind.REGION, DisruptionKind.ATTACK, DisruptionKind.SUPPLIER])
def test_what_is_stated_by_kind_holds_in_that_kind_alone(kind: DisruptionKind) -> None:
    assert missed(assess(stating({}))) == set()
    assert missed(assess(stating({kind: KindTarget(recovery_time=SHORT)}))) == {kind}


def test_an_unstated_half_is_as_in_the_other_kinds() -> None:
    target = Target(recovery_time=LONG, data_loss=SHORT, kinds={DisruptionKind.ATTACK: KindTarget(recovery_time=SHORT)})
    attacked = target.of(DisruptionKind.ATTACK)
    assert (attacked.recovery_time, attacked.data_loss) == (SHORT, SHORT)
    assert target.of(DisruptionKind.ZONE) is target


def test_a_capability_completes_what_the_shop_states_by_kind() -> None:
    shop = Objectives(
        recovery_time="15m",
        data_loss="5m",
        availability=99.9,
        kinds={
            "attack": KindObjectives(recovery_time="24h", data_loss="1h"),
            "supplier": KindObjectives(data_loss="1d"),
        },
    )
    own = OwnObjectives(recovery_time="1m", kinds={"attack": KindObjectives(recovery_time="2h")}).completed(shop)
    assert own.recovery_time == timedelta(minutes=1)
    assert own.kinds["attack"] == KindObjectives(recovery_time="2h", data_loss="1h")
    assert own.kinds["supplier"] == shop.kinds["supplier"]


def test_objectives_of_a_command_hold_in_every_kind() -> None:
    model = stating({DisruptionKind.ATTACK: KindTarget(recovery_time=LONG, data_loss=SHORT)})
    (target,) = {c.name: c.target for c in with_objectives(model, recovery_time=SHORT).capabilities[:1]}.values()
    assert target.of(DisruptionKind.ATTACK).recovery_time == SHORT
    assert target.of(DisruptionKind.ATTACK).data_loss == SHORT


def test_who_states_objectives_of_one_kind_alone_is_judged_by_no_default() -> None:
    model = designs.sturdy()
    target = Target(kinds={DisruptionKind.ZONE: KindTarget(recovery_time=LONG)})
    model = replace(model, capabilities=tuple(replace(c, target=target) for c in model.capabilities))
    assert all(c.target is target for c in with_defaults(model).capabilities)


def test_a_kind_of_which_nothing_is_stated_is_not_kept() -> None:
    model = designs.sturdy()
    target = Target(kinds={DisruptionKind.ZONE: KindTarget(recovery_time=LONG)})
    model = replace(model, capabilities=tuple(replace(c, target=target) for c in model.capabilities))
    found = {result.kind: result for result in by_kind(assess(model).scenarios)}
    assert found[DisruptionKind.ZONE].kept == found[DisruptionKind.ZONE].scenarios
    assert (found[DisruptionKind.REGION].judgement, found[DisruptionKind.REGION].kept) == (None, 0)
    assert "keeps its word in 1 of 1 kind of disruption" in page(assess(model), model, ("x",)).headline
