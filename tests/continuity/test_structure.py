"""The fault tree of a capability against evaluating the model itself in every small world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import pytest

from bcinfra.continuity.model import domains as d
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.parts import Link, Model
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.recovery import rules
from bcinfra.continuity.recovery.design import Design, ServingPath
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.failure_state import FailureState, State
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, Scenario, domain_id
from bcinfra.continuity.recovery.store_availability import store_availability
from bcinfra.continuity.reliability.faulttree import FaultTree, Tree, fails
from bcinfra.continuity.reliability.structure import Structure
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT, LATER, REGION, ZONES, with_part, with_store

RATE = assumed("rate", Unit.PER_YEAR, Range(1, 1), "tests")


def failure(failed: tuple[Domain, ...]) -> Scenario:
    return Scenario(id="w", kind=ScenarioKind.PAIR, rate=RATE, lasts=LATER, failed=failed)


def kept(outcome: Outcome) -> bool:
    """Whether some way short of rebuilding keeps the capability at its usual load."""
    if outcome.kind is Kind.UNAFFECTED:
        return True
    ways = (*([outcome.way] if outcome.way else []), *outcome.others)
    by_design = (WayKind.IN_PLACE, WayKind.FAILOVER, WayKind.MANUAL)
    return any(w.feasible and w.kind in by_design and w.load == 1.0 and not w.unknown for w in ways)


def _two_pools() -> Model:
    """Two pools of one version, each in a zone of its own, that carry the load together."""
    base = designs.fragile()
    pool = replace(base.pools[0], minimum=4, desired=4, maximum=4)
    one, two = (replace(pool, urn=f"web-{n}", zones=ZONES[DUBLIN][n : n + 1], replaced=bool(n)) for n in (0, 1))
    return replace(base, pools=(one, two), balancers=(replace(base.balancers[0], pools=("web-0", "web-1")),))


VARIANTS = {
    **designs.DESIGNS,
    "two pools": _two_pools,
    "no health check": lambda: with_part(designs.sturdy(), f"lb-{DUBLIN}", detects=None),
    "nothing replaced": lambda: with_part(designs.sturdy(), f"web-{DUBLIN}", replaced=False),
    "standby too small": lambda: with_part(designs.sturdy(), f"web-{FRANKFURT}", maximum=3),
    "standby of unknown size": lambda: with_part(designs.sturdy(), f"web-{FRANKFURT}", minimum=None, desired=None),
    "two copies in three zones": lambda: with_part(
        designs.sturdy(), f"mysql-{DUBLIN}", zones=ZONES[DUBLIN], synchronous=2
    ),
    "majority": lambda: with_store(designs.sturdy(), "mysql", majority=True),
    "supplier": lambda: replace(
        designs.sturdy(),
        capabilities=tuple(replace(c, suppliers=("payments",)) for c in designs.sturdy().capabilities),
    ),
    "a person changes names": lambda: with_part(
        designs.paper(),
        "dns",
        needs_to_recover=(d.global_control_plane("aws", "route53", "eu-west-1"),),
        editable_after=designs.seconds("accelerated recovery", 3600),
    ),
    "no way in": lambda: replace(
        designs.sturdy(), capabilities=(replace(designs.sturdy().capabilities[0], entries=()),)
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_tree_says_what_every_world_with_up_to_three_failures_shows(name: str) -> None:
    design = Design(VARIANTS[name]())
    structure, evaluator = Structure(design), Evaluator(design, facts())
    trees = [structure.capability(c) for c in design.model.capabilities]
    sizes = (0, 1, 2, 3) if len(design.domains) <= 16 else (0, 1, 2)
    for size in sizes:
        for failed in combinations(design.domains, size):
            names = [domain_id(d) for d in failed]
            for tree, outcome in zip(trees, evaluator.outcomes(failure(failed)), strict=True):
                assert fails(tree, names) is not kept(outcome), (names, outcome.capability, outcome.kind)


@pytest.mark.parametrize("name", VARIANTS)
def test_cut_sets_bring_the_capability_down_and_every_part_of_them_is_needed(name: str) -> None:
    design = Design(VARIANTS[name]())
    structure, evaluator = Structure(design), Evaluator(design, facts())
    by_id = {domain_id(d): d for d in design.domains}
    for n, capability in enumerate(design.model.capabilities):
        for cut in FaultTree(structure.capability(capability)).cut_sets(max_order=2).sets:
            down = tuple(by_id[name] for name in cut)
            assert not kept(evaluator.outcomes(failure(down))[n]), cut
            for leave in cut:
                rest = tuple(d for d in down if domain_id(d) != leave)
                assert kept(evaluator.outcomes(failure(rest))[n]), (cut, leave)


@pytest.mark.parametrize("seed", range(24))
def test_the_diagram_is_the_rules_evaluated_with_every_combination_of_failures(seed: int) -> None:
    """Of whole capabilities, and of what they are made of, each for itself: a fault here is masked by none there."""
    design = Design(designs.drawn(seed))
    structure, evaluator = Structure(design), Evaluator(design, facts())
    paths = [path for entry in design.model.entries for path in design.paths(entry)]
    capabilities = design.model.capabilities
    checks: list[tuple[str, Tree, Callable[[FailureState], bool]]] = [
        (member.urn, structure.member(member), lambda f, m=member: f.member(m).state > State.HEALS)
        for member in design.members.values()
    ]
    for capability in capabilities:
        outside = capability.calls_out
        for path in paths:
            tree = structure.path(path, capability)
            checks.append((f"path to {path.site}", tree, lambda f, p=path, o=outside: f.path(p, o).state > State.HEALS))
            for name, promoting in product(design.stores, (False, True)):
                tree = structure.store(name, path, capability.writes, promoting)

                def gone(
                    failure: FailureState,
                    name: str = name,
                    writes: bool = capability.writes,
                    path: ServingPath = path,
                    promoting: bool = promoting,
                ) -> bool:
                    found = store_availability(failure, name, writes, path)
                    if promoting and found.promote and found.member:
                        return bool(failure.lost(found.member.needs_to_recover))
                    return found.condition.state > State.HEALS and not found.read_only

                checks.append((f"{name} for {path.site}", tree, gone))
    whole = [structure.capability(c) for c in capabilities]
    cuts = [
        [set(cut) for cut in FaultTree(tree).cut_sets(max_order=2).sets]
        for tree in (*(t for _, t, _ in checks), *whole)
    ]
    for size in (0, 1, 2):
        for failed in combinations(design.domains, size):
            names = {domain_id(d) for d in failed}
            down = [any(cut <= names for cut in found) for found in cuts]
            state = FailureState(design, failure(failed))
            for (what, _, gone), expected in zip(checks, down, strict=False):
                assert gone(state) is expected, (what, names)
            for outcome, expected in zip(evaluator.outcomes(failure(failed)), down[len(checks) :], strict=True):
                assert kept(outcome) is not expected, (outcome.capability, names, outcome.kind)


def _balanced_apart() -> Model:
    return with_part(designs.fragile(), f"lb-{DUBLIN}", zones=ZONES[DUBLIN][2:])


def _one_way_in() -> Model:
    lines = (Domain(DomainKind.ISP, "one"), Domain(DomainKind.ISP, "two"))
    return with_part(designs.fragile(), f"lb-{DUBLIN}", entrance=Link(label="way in", lines=lines, reroutes=LATER))


def _growing() -> Model:
    changes = {"zones": ZONES[DUBLIN], "minimum": 6, "desired": 6, "maximum": 24}
    return with_part(with_part(designs.fragile(), f"web-{DUBLIN}", **changes), f"lb-{DUBLIN}", zones=ZONES[DUBLIN])


def _changed_by_a_person() -> Model:
    model = with_part(designs.paper(), "dns", needs_to_recover=(designs.DNS_PLANE,), editable_after=LATER)
    return with_part(model, f"mysql-{FRANKFURT}", needs_to_recover=())


RULES: list[tuple[str, Callable[[], Model], tuple[Domain, ...]]] = [
    ("part", designs.fragile, (designs.PROD,)),
    ("systems", VARIANTS["supplier"], (Domain(DomainKind.SUPPLIER, "payments"),)),
    ("way", _one_way_in, (Domain(DomainKind.ISP, "one"), Domain(DomainKind.ISP, "two"))),
    ("balancer", designs.fragile, (designs.CERTIFICATES[DUBLIN],)),
    ("zones", _balanced_apart, ZONES[DUBLIN][2:]),
    ("pool", designs.fragile, (designs.RELEASES[DUBLIN],)),
    ("launching", _growing, (*ZONES[DUBLIN][1:], designs.PLANE[DUBLIN])),
    ("somewhere", lambda: with_part(designs.fragile(), f"web-{DUBLIN}", zones=None), ZONES[DUBLIN][1:2]),
    ("member", designs.fragile, ZONES[DUBLIN][:1]),
    ("majority", lambda: with_store(designs.sturdy(), "mysql", majority=True), (REGION[FRANKFURT],)),
    ("locks", _changed_by_a_person, (REGION[DUBLIN], designs.DNS_PLANE)),
]


@pytest.mark.parametrize(("rule", "model", "failed"), RULES, ids=[rule for rule, _, _ in RULES])
def test_a_rule_that_is_knocked_out_is_missed_in_every_scenario_and_in_the_tree(
    monkeypatch: pytest.MonkeyPatch, rule: str, model: Callable[[], Model], failed: tuple[Domain, ...]
) -> None:
    def down() -> tuple[bool, bool]:
        design = Design(model())
        capability = design.model.capabilities[-1]
        tree = Structure(design).capability(capability)
        outcome = Evaluator(design, facts()).outcomes(failure(failed))[-1]
        return fails(tree, map(domain_id, failed)), not kept(outcome)

    assert down() == (True, True)
    monkeypatch.setattr(rules, rule, lambda *_: None if rule == "majority" else ())
    assert down() == (False, False)
