"""Fault trees against brute force, against simulation, and at the size of large systems."""

from __future__ import annotations

import itertools
import math
import random
import time

import pytest
from hypothesis import given, settings, strategies as st

from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.reliability.faulttree import (
    ALWAYS,
    NEVER,
    AtLeast,
    Event,
    FaultTree,
    Tree,
    all_of,
    any_of,
    events,
    fails,
)

NAMES = [f"e{i:02}" for i in range(18)]


def trees(names: list[str]) -> st.SearchStrategy[Tree]:
    leaves = st.sampled_from(names).map(Event)

    def gates(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        return st.lists(children, min_size=1, max_size=5).flatmap(
            lambda parts: st.integers(1, len(parts)).map(lambda k: AtLeast(k, tuple(parts)))
        )

    return st.recursive(leaves, gates, max_leaves=30)


def worlds(names: tuple[str, ...]):
    for bits in itertools.product((False, True), repeat=len(names)):
        yield frozenset(itertools.compress(names, bits))


def brute_probability(tree: Tree, p: dict[str, float]) -> float:
    names = events(tree)
    return math.fsum(
        math.prod(p[n] if n in down else 1 - p[n] for n in names) for down in worlds(names) if fails(tree, down)
    )


def brute_cut_sets(tree: Tree) -> set[frozenset[str]]:
    return {
        down for down in worlds(events(tree)) if fails(tree, down) and not any(fails(tree, down - {n}) for n in down)
    }


def exactly(p: dict[str, float]) -> dict[str, Range]:
    return {name: Range.exactly(value) for name, value in p.items()}


@settings(max_examples=120)
@given(trees(NAMES[:9]), st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_the_diagram_equals_brute_force(tree: Tree, values: list[float]) -> None:
    p = dict(zip(NAMES, values, strict=False))
    compiled = FaultTree(tree)
    cuts = compiled.cut_sets()
    assert {frozenset(cut) for cut in cuts.sets} == brute_cut_sets(tree)
    assert cuts.total == len(cuts.sets)
    found = compiled.probability(exactly(p))
    assert found is not None
    assert found.typical == pytest.approx(brute_probability(tree, p), abs=1e-12)


def test_the_diagram_equals_brute_force_with_fifteen_events() -> None:
    rng = random.Random(18)
    parts = [Event(name) for name in NAMES[:15]]
    rng.shuffle(parts)
    tree = any_of(*(AtLeast(rng.randint(1, 3), (parts[0], *parts[i : i + 3])) for i in range(0, 15, 3)))
    p = {name: rng.random() for name in NAMES}
    found = FaultTree(tree).probability(exactly(p))
    assert found is not None
    assert found.typical == pytest.approx(brute_probability(tree, p), abs=1e-10)


@settings(max_examples=80)
@given(trees(NAMES[:8]), st.lists(st.floats(0, 1), min_size=9, max_size=9), st.data())
def test_a_redundant_copy_never_worsens_and_a_further_need_never_helps(
    tree: Tree, values: list[float], data: st.DataObject
) -> None:
    p = exactly(dict(zip(NAMES, values, strict=False)))
    extra = data.draw(trees(NAMES[:9]))
    before = FaultTree(tree).probability(p)
    redundant = FaultTree(all_of(tree, extra)).probability(p)
    needier = FaultTree(any_of(tree, extra)).probability(p)
    assert before
    assert redundant
    assert needier
    assert redundant.typical <= before.typical + 1e-12
    assert needier.typical >= before.typical - 1e-12


@settings(max_examples=80)
@given(trees(NAMES[:8]), st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=8, max_size=8))
def test_low_and_upper_ends_are_bounds(tree: Tree, ends: list[list[float]]) -> None:
    ranges = {n: Range(m, u, lo) for n, (lo, m, u) in zip(NAMES, map(sorted, ends), strict=False)}
    found = FaultTree(tree).probability(ranges)
    assert found
    assert found.upper is not None
    assert found.lower == pytest.approx(brute_probability(tree, {n: r.lower for n, r in ranges.items()}), abs=1e-12)
    assert found.upper == pytest.approx(
        brute_probability(tree, {n: r.upper or 0 for n, r in ranges.items()}), abs=1e-12
    )


def test_probability_agrees_with_simulation() -> None:
    zones = [Event(f"zone{i}") for i in range(3)]
    app = AtLeast(2, tuple(any_of(Event(f"app{i}"), zone) for i, zone in enumerate(zones)))
    tree = any_of(Event("region"), app)
    p = {"region": 0.05, **{f"zone{i}": 0.1 for i in range(3)}, **{f"app{i}": 0.2 for i in range(3)}}
    rng = random.Random(20261124)
    runs = 40_000
    down = sum(fails(tree, [name for name, value in p.items() if rng.random() < value]) for _ in range(runs))
    found = FaultTree(tree).probability(exactly(p))
    assert found
    assert down / runs == pytest.approx(found.typical, abs=4 * math.sqrt(found.typical / runs))


def test_cut_sets_are_limited_by_order_and_the_cut_off_is_stated() -> None:
    tree = any_of(Event("region"), all_of(Event("b"), Event("a")), all_of(Event("c"), Event("d"), Event("e")))
    cuts = FaultTree(tree).cut_sets(max_order=2)
    assert cuts.sets == (("region",), ("a", "b"))
    assert (cuts.cut_off, cuts.total, cuts.omitted) == (2, 3, 1)
    assert cuts.of_order(1) == (("region",),)


def test_a_shared_domain_makes_redundant_parts_fail_together() -> None:
    region = Event("region")
    pair = all_of(any_of(Event("writer"), region), any_of(Event("reader"), region))
    assert FaultTree(pair).cut_sets().sets == (("region",), ("reader", "writer"))


def test_what_needs_nothing_never_fails_and_what_has_no_copy_always_has() -> None:
    assert FaultTree(NEVER).cut_sets().sets == ()
    assert FaultTree(ALWAYS).cut_sets().sets == ((),)
    assert FaultTree(NEVER).probability({}) == Range(0, 0, 0)
    assert FaultTree(ALWAYS).probability({}) == Range(1, 1, 1)
    assert FaultTree(any_of(ALWAYS, Event("a"))).importance({"a": Range.exactly(0.5)})["a"].birnbaum == 0


def test_an_unknown_probability_makes_the_result_unknown_and_an_unbounded_one_unbounded() -> None:
    tree = FaultTree(any_of(Event("a"), Event("b")))
    assert tree.probability({"a": Range.exactly(0.1), "b": None}) is None
    found = tree.probability({"a": Range.exactly(0.1), "b": Range(0.1, None)})
    assert found
    assert found.upper is None
    assert found.typical == pytest.approx(0.19)


def test_missing_and_impossible_probabilities_are_refused_together() -> None:
    tree = FaultTree(any_of(Event("a"), Event("b")))
    with pytest.raises(ValueError, match=r"no probability for 'a'; probability of 'b' .* not within 0 and 1"):
        tree.probability({"b": Range.exactly(1.5)})


def test_importance_is_the_derivative_and_ranks_the_single_point_of_failure_first() -> None:
    tree = FaultTree(any_of(Event("region"), all_of(Event("a"), Event("b"))))
    p = {"a": 0.1, "b": 0.2, "region": 0.05}
    found = tree.importance(exactly(p))
    assert next(iter(found)) == "region"
    for name in p:
        up, down = tree.probability(exactly({**p, name: 1})), tree.probability(exactly({**p, name: 0}))
        assert up
        assert down
        assert found[name].birnbaum == pytest.approx(up.typical - down.typical)
        top = tree.probability(exactly(p))
        assert top
        assert found[name].criticality == pytest.approx(1 - down.typical / top.typical)


def test_the_same_tree_gives_the_same_answer_whatever_the_order_of_its_parts() -> None:
    parts = [all_of(Event(f"x{i}"), Event(f"y{i}")) for i in range(6)]
    forward, backward = FaultTree(any_of(*parts)), FaultTree(any_of(*reversed(parts)))
    assert forward.cut_sets() == backward.cut_sets()


def test_hundreds_of_events_are_no_problem() -> None:
    zones = [Event(f"zone{i}") for i in range(3)]
    tiers = [
        all_of(*(any_of(zone, all_of(*(Event(f"t{t}.{z}.{u}") for u in range(4)))) for z, zone in enumerate(zones)))
        for t in range(40)
    ]
    started = time.perf_counter()
    tree = FaultTree(any_of(Event("region"), *tiers))
    cuts = tree.cut_sets(max_order=3)
    found = tree.probability({name: Range(0.01, 0.1) for name in tree.events})
    assert len(tree.events) == 484
    assert cuts.sets == (("region",), ("zone0", "zone1", "zone2"))
    assert cuts.omitted == 40 * 7
    assert found
    assert time.perf_counter() - started < 5
