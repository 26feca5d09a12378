"""Recovery times: longest path, feasibility, percentiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings, strategies as st

from bcinfra.continuity.model.domains import Domain, DomainKind, global_control_plane, region
from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.ranges import Range, Unit, assumed, fact_ids, unknown, unknowns
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery import critical_path as recovery
from bcinfra.continuity.recovery.critical_path import Recovery, recover
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step
from bcinfra.continuity.reliability.simulate import recovery_times

US_EAST = region("aws", "us-east-1")
DNS_EDITS = global_control_plane("aws", "route53", "us-east-1")
KEY = Domain(DomainKind.KEY, "orders")


def step(name: str, duration: Range | None, *after: str, needs: tuple[Domain, ...] = ()) -> Step:
    figure = (
        unknown(name, Unit.SECONDS, "no figure")
        if duration is None
        else assumed(name, Unit.SECONDS, duration, "for the test")
    )
    return Step(deed=deed(name), phase=Phase.ACT, duration=figure, after=tuple(map(deed, after)), needs=needs)


def deed(name: str) -> Deed:
    return Deed(Act.PROMOTE, Subject(Noun.PART, name))


def names(deeds: Iterable[Deed]) -> list[str]:
    return [one.subject.name for one in deeds if isinstance(one.subject, Subject)]


FAILOVER = (
    step("detect", Range(90, 150)),
    step("decide", Range(300, 1800), "detect"),
    step("promote", Range(60, 600), "decide"),
    step("scale", Range(240, 480), "decide"),
    step("switch", Range(60, 300), "promote", "scale"),
    step("verify", Range(30, 120), "switch"),
)


def ends(recovery: Recovery) -> tuple[float, float]:
    assert recovery.time
    assert recovery.time.value
    assert recovery.time.value.upper is not None
    return recovery.time.value.typical, recovery.time.value.upper


def test_the_longest_path_counts_not_the_sum() -> None:
    fixed = [
        step("detect", Range.exactly(90)),
        step("promote", Range.exactly(60), "detect"),
        step("scale", Range.exactly(240), "detect"),
        step("switch", Range.exactly(60), "promote", "scale"),
    ]
    found = recover(fixed)
    assert ends(found) == (390, 390)
    assert names(found.critical) == ["detect", "scale", "switch"]
    assert found.slack == {deed("detect"): 0, deed("promote"): 180, deed("scale"): 0, deed("switch"): 0}


def test_a_step_that_needs_what_failed_is_infeasible_not_slow() -> None:
    steps = [
        *FAILOVER,
        step("edit DNS", Range(60, 60), "verify", needs=(DNS_EDITS, KEY)),
        step("announce", Range(1, 1), "edit DNS"),
    ]
    assert recover(steps).feasible
    found = recover(steps, lambda needs: tuple(d for d in needs if d.hit_by([US_EAST])))
    assert not found.feasible
    assert found.time is None
    assert [(i.step, i.lost) for i in found.infeasible] == [(deed("edit DNS"), (DNS_EDITS,))]
    assert found.blocked == (deed("announce"),)


def test_an_unknown_step_makes_the_time_unknown_and_is_named() -> None:
    found = recover([*FAILOVER, step("warm cache", None, "switch")])
    assert found.time
    assert found.time.value is None
    assert [f.name for f in unknowns(found.time)] == ["warm cache"]


def test_a_step_without_bound_leaves_the_time_without_bound() -> None:
    found = recover([step("detect", Range(10, 20)), step("old clients", Range(30, None), "detect")])
    assert found.time
    assert found.time.value == Range(40, None)


def test_no_step_is_back_at_once() -> None:
    assert ends(recover([])) == (0, 0)


def test_the_time_leads_back_to_the_facts_of_the_critical_path() -> None:
    fact = facts()["aws.route53.failover"].failover_figure()
    found = recover([Step(deed=deed("route"), phase=Phase.PROPAGATE, duration=fact)])
    assert found.time
    assert fact_ids(found.time) == ("aws.route53.failover",)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            [step("a", Range(1, 1)), step("a", Range(2, 2)), step("b", Range(1, 1), "c")],
            "part:a.*part:c.*no step",
        ),
        ([step("a", Range(1, 1), "b"), step("b", Range(1, 1), "a")], "wait for each other"),
    ],
)
def test_steps_that_are_no_path_are_refused(steps: list[Step], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        recover(steps)


def test_percentiles_agree_with_simulation() -> None:
    typical, upper = ends(recover(FAILOVER))
    played = recovery_times(FAILOVER, runs=20_000, seed=7)
    assert played.p50_between[0] * 0.99 < typical < played.p50_between[1] * 1.01
    assert played.p95_between[0] * 0.99 < upper < played.p95_between[1] * 1.01


def test_percentiles_agree_with_simulation_where_branches_mesh() -> None:
    mesh = (
        step("a", Range(60, 600)),
        step("b", Range(60, 600)),
        step("c", Range(60, 600), "a"),
        step("d", Range(60, 600), "a", "b"),
        step("e", Range(60, 600), "b"),
        step("end", Range(10, 20), "c", "d", "e"),
    )
    typical, upper = ends(recover(mesh))
    played = recovery_times(mesh, runs=40_000, seed=7)
    assert played.p50_between[0] * 0.99 < typical < played.p50_between[1] * 1.01
    assert played.p95_between[0] * 0.98 < upper < played.p95_between[1] * 1.02


def test_stages_and_branches_within_branches_need_no_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = (
        step("turn", Range(60, 300)),
        step("follow", Range(60, 200), "turn"),
        step("decide", Range(60, 240)),
        step("promote", Range(60, 200), "decide"),
        step("promote too", Range(60, 200), "decide"),
        step("scale", Range(60, 240), "promote", "promote too"),
        step("scale too", Range(60, 240), "promote", "promote too"),
        step("verify", Range(10, 60), "follow", "scale", "scale too"),
    )
    played = recovery_times(stages, runs=20_000, seed=7)
    monkeypatch.delattr(recovery, "_played")
    typical, upper = ends(recover(stages))
    assert played.p50_between[0] * 0.99 < typical < played.p50_between[1] * 1.01
    assert played.p95_between[0] * 0.99 < upper < played.p95_between[1] * 1.01


def test_a_wait_that_says_nothing_new_changes_nothing() -> None:
    redundant = step("switch", Range(60, 300), "detect", "promote", "scale")
    assert ends(recover([redundant if s.deed == deed("switch") else s for s in FAILOVER])) == ends(recover(FAILOVER))


# The percentiles are good to a per cent or two, so examples are fixed rather than hunted for the worst.
durations = st.tuples(st.floats(0, 1e4), st.floats(1, 10)).map(lambda d: Range(d[0], d[0] * d[1]))


@st.composite
def recoveries(draw: st.DrawFn) -> list[Step]:
    steps: list[Step] = []
    for index in range(draw(st.integers(1, 7))):
        before = names(s.deed for s in steps)
        after = draw(st.lists(st.sampled_from(before), max_size=3, unique=True)) if before else []
        steps.append(step(f"s{index}", draw(durations), *after))
    return steps


@settings(max_examples=60, derandomize=True)
@given(recoveries(), st.data())
def test_a_further_step_or_a_longer_one_never_shortens_the_time(steps: list[Step], data: st.DataObject) -> None:
    typical, upper = ends(recover(steps))
    more = [*steps, step("more", data.draw(durations), *names([steps[-1].deed]))]
    later_typical, later_upper = ends(recover(more))
    assert later_typical >= typical * 0.98
    assert later_upper >= upper * 0.97


@settings(max_examples=40, derandomize=True)
@given(recoveries())
def test_the_time_lies_between_the_longest_step_and_all_steps_one_after_another(steps: list[Step]) -> None:
    found = recover(steps)
    path = [replace(s, after=(steps[i - 1].deed,) if i else ()) for i, s in enumerate(steps)]
    assert max(s.duration.value.upper or 0 for s in steps if s.duration.value) * 0.98 <= ends(found)[1]
    assert ends(found)[1] <= ends(recover(path))[1] * 1.03
    assert all(slack >= -1e-6 for slack in found.slack.values())
    assert all(found.slack[one] < 1e-6 for one in found.critical)
    assert recover(steps) == found


def test_steps_one_after_the_other_take_as_long_in_whatever_order() -> None:
    lasts = {"detect": Range(90, 150), "decide": Range(300, 1800), "wait": Range.exactly(7), "verify": Range(30, 3600)}

    def ends_of(*order: str) -> tuple[float, float]:
        return ends(recover([step(name, lasts[name], *order[:n][-1:]) for n, name in enumerate(order)]))

    assert len({ends_of(*order) for order in permutations(lasts)}) == 1
