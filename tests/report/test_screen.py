"""The first screen: a row a kind of disruption, from the same values as everything else, on any terminal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bcinfra import spec
from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.by_kind import by_kind
from bcinfra.continuity.judgement.next_steps import next_steps
from bcinfra.continuity.judgement.rules import SYMPTOMS
from bcinfra.continuity.judgement.verdicts import emptied
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import Target
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.outcomes import Outcome
from bcinfra.report.assess.kinds import ELSEWHERE
from bcinfra.report.assess.markdown import to_markdown
from bcinfra.report.assess.sarif import to_sarif
from bcinfra.report.words.names import shortened
from bcinfra.report.words.scenarios import title
from bcinfra.spec import Strategy
from bcinfra.spec.sites import Site
from tests.assembly.conftest import midsize, recorded, sample, without_files
from tests.report.conftest import Shop, text, through
from tests.samples import assess

GOLDEN = Path(__file__).with_name("golden")
STACKS = ("small-prod", "midsize-prod")
ORDER = list(Judgement).index


@cache
def stack(name: str) -> Shop:
    return through(sample(name))


def rows(shop: Shop, kind: DisruptionKind) -> list[ScenarioResult]:
    return [result for result in shop.assessment.scenarios if result.scenario.disruption is kind]


def share(outcome: Outcome, objective: Objective) -> float:
    """How much of what is promised the pessimistic end takes."""
    verdict, worst = outcome.verdict(objective), worst_loss(outcome.losses)
    assert verdict is not None
    lost = (pessimistic(worst.age) if worst else 0.0) or float(emptied(outcome))
    return (pessimistic(outcome.time) if objective is Objective.RECOVERY_TIME else lost) / verdict.target


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_screen_reads_as_agreed(shop: Shop, width: int) -> None:
    """Run with the file removed to write it anew; read it before committing."""
    golden = GOLDEN / f"screen-{width}.txt"
    got = text(shop.page(), width)
    assert max(map(len, got.splitlines())) <= width
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(got, encoding="utf-8")
        pytest.fail(f"{golden} was written: read it")
    assert got == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*STACKS, "large-prod"])
def test_it_fits_one_screen(name: str) -> None:
    said = stack(name).page()
    assert len(text(said, 100).splitlines()) <= 41
    for width in (60, 80, 100, 160):
        lines = text(said, width).splitlines()
        assert max(map(len, lines)) <= width
        whole = re.sub(r"\s+", " ", " ".join(lines))
        assert "…" not in whole, "what is done with what is wrapped, never cut"
        for step in said.steps:
            assert step.fix[1:] in whole
            assert step.about in whole
            assert f"[{step.code}" in whole


def test_a_healthy_shop_takes_half_of_it(shop: Shop) -> None:
    target = Target(recovery_time=timedelta(days=4000), data_loss=timedelta(days=4000), availability=50)
    model = replace(shop.model, capabilities=tuple(replace(c, target=target) for c in shop.model.capabilities))
    healthy = shop._replace(model=model, assessment=assess(model))
    said = healthy.page()
    kept = [row for row in said.kinds if row.judgement is Judgement.MET]
    assert len(kept) >= 6
    assert len([line for line in text(said, 100).splitlines() if line.startswith("ok")]) == len(kept)


@pytest.mark.parametrize("name", STACKS)
def test_a_row_is_of_the_gravest_outcomes_of_its_kind(name: str) -> None:
    shop = stack(name)
    found = {result.kind: result for result in by_kind(shop.assessment.scenarios)}
    assert list(found) == [kind for kind in DisruptionKind if rows(shop, kind)]
    for kind, result in found.items():
        outcomes = [outcome for row in rows(shop, kind) for outcome in row.outcomes]
        verdicts = [v for outcome in outcomes for v in outcome.verdicts]
        assert result.judgement is min((v.judgement for v in verdicts), key=ORDER)
        assert result.scenarios == len(rows(shop, kind))
        for objective, by in ((Objective.RECOVERY_TIME, result.time), (Objective.DATA_LOSS, result.data)):
            own = by.outcome.verdict(objective)
            assert own is not None
            judged = [v.judgement for outcome in outcomes if (v := outcome.verdict(objective))]
            assert own.judgement is min(judged, key=ORDER)
            alike = [o for o in outcomes if (v := o.verdict(objective)) and v.judgement is own.judgement]
            assert share(by.outcome, objective) == max(share(o, objective) for o in alike)


@pytest.mark.parametrize("name", STACKS)
def test_figures_of_a_row_come_from_one_scenario_or_it_says_that_they_do_not(name: str) -> None:
    shop = stack(name)
    for result, row in zip(by_kind(shop.assessment.scenarios), shop.page().kinds, strict=True):
        if result.time.scenario.id == result.data.scenario.id:
            assert len(row.decided_by) <= 1
            assert not row.data.endswith(ELSEWHERE)
        elif row.data.endswith(ELSEWHERE):
            assert f"{ELSEWHERE} in another scenario" in text(shop.page(), 160)
        else:
            alike = result.time.outcome.losses == result.data.outcome.losses
            assert alike or len(row.decided_by) == 2 or row.data in ("0", "0, starts empty"), row


def test_every_format_tells_the_same_of_each_kind() -> None:
    shop = stack("midsize-prod")
    said = shop.page()
    markdown = to_markdown(said)
    short = shortened("bcinfra/midsize-prod")
    titles = {result.scenario.id: short(title(result.scenario)) for result in shop.assessment.scenarios}
    kinds = {result.scenario.id: result.scenario.disruption for result in shop.assessment.scenarios}
    for row, told in zip(said.kinds, shop.document["kinds"], strict=True):
        assert (told["kind"], told["judgement"]) == (row.kind, row.judgement)
        for by, decided in zip((told["time"], told["data"]), row.decided_by, strict=False):
            assert kinds[by["scenario"]] is row.kind
            said = re.sub("^(time|data): ", "", decided.scenario)
            assert said == titles[by["scenario"]]
            assert decided.capability == by["capability"]
        (line,) = (one for one in markdown.splitlines() if re.match(rf"\| \**\w+\** \| {row.kind} \|", one))
        cells = [cell.strip().replace("\\", "") for cell in line.strip("|").split(" | ")]
        assert cells[1:8] == [*row.cells, row.objective]
        assert row.kept == f"{told['kept']} of {told['scenarios']}"
    for found in json.loads(to_sarif(shop.assessment))["runs"][0]["results"]:
        assert set(found["properties"]["kinds"]) == {kinds[id] for id in found["properties"]["scenarios"]}


def test_steps_save_no_more_than_their_scenarios_cost(shop: Shop) -> None:
    costs = {r.scenario.id: typical(r.loss) or 0.0 for r in shop.assessment.scenarios}
    steps = next_steps(shop.assessment)
    assert [step.saves for step in steps] == sorted((step.saves for step in steps), key=lambda one: -(one or 0.0))
    for step in steps:
        within = {id for finding in step.findings for id in finding.scenarios}
        assert step.saves is not None
        assert 0 <= step.saves <= sum(costs[id] for id in within) + 1e-6
        assert step.findings[0].code not in SYMPTOMS or step.saves == 0
    assert steps[0].saves


def test_what_is_accepted_or_met_is_no_next_step(shop: Shop) -> None:
    target = Target(recovery_time=timedelta(days=4000), data_loss=timedelta(days=4000))
    model = replace(shop.model, capabilities=tuple(replace(c, target=target) for c in shop.model.capabilities))
    before = {step.findings[0].code: step.saves for step in next_steps(shop.assessment)}
    after = {step.findings[0].code: step.saves for step in next_steps(assess(model))}
    assert before["BC0012"]
    assert not after.get("BC0012")


def one_zone(sites: dict[str, Site]) -> dict[str, Site]:
    ireland = sites["ireland"]
    return {**sites, "ireland": ireland.revised(zones=2)}


def designs() -> dict[str, spec.Shop]:
    shop = midsize.PROD.revised(**without_files(midsize.PROD))
    alone = {name: site for name, site in shop.sites.items() if site.role != "standby"}
    return {
        "warm standby": shop.revised(strategy=Strategy.WARM_STANDBY),
        "pilot light": shop.revised(strategy=Strategy.PILOT_LIGHT),
        "no second region": shop.revised(strategy=Strategy.BACKUP_AND_RESTORE, sites=alone),
        "one zone less": shop.revised(sites=one_zone(dict(shop.sites))),
    }


def test_designs_that_differ_look_different() -> None:
    screens: dict[str, str] = {}
    for name, shop in designs().items():
        said = text(through(recorded(shop)).page(), 100)
        # The rows and the figures; neither names nor next steps.
        screens[name] = re.sub(r"(?s)\nNext.*", "", said)
    assert len(set(screens.values())) == len(screens), screens
    regions = {name: re.search(r"(?m)^\S+ +region .*", said) for name, said in screens.items()}
    assert all(regions.values())
    shown = [row.group().split() for name, row in regions.items() if row and name != "one zone less"]
    assert len({tuple(row) for row in shown}) == 3, shown
