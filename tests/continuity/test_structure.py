"""The fault tree of a capability against evaluating the model itself in every small world."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from bcinfra.continuity.model import domains as d
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, Scenario, domain_id
from bcinfra.continuity.reliability.faulttree import FaultTree, fails
from bcinfra.continuity.reliability.structure import Structure
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT, ZONES, with_part, with_store

LATER = assumed("later", Unit.SECONDS, Range(3600, 7200), "tests")
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
