"""``bcinfra cost`` on the command line, and the cost on other screens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bcinfra.exits import Exit
from bcinfra.graph import Graph, load, to_json
from bcinfra.report.cost.document import schema, schema_text
from tests.commands.conftest import Run
from tests.continuity.knockouts.edits import put, without


def stated(export: Path, name: str, **business: object) -> Path:
    """The sample with other figures on its page."""
    graph = load(export)
    (shop,) = graph.of_type("bcinfra:assembly:Shop")
    spec = shop.inputs["spec"]
    page = json.loads(spec) if isinstance(spec, str) else spec
    assert isinstance(page, dict)
    page = {**page, "business": {**page["business"], **business}}
    row = replace(shop, inputs={**shop.inputs, "spec": json.dumps(page) if isinstance(spec, str) else page})
    path = export.with_name(name)
    path.write_text(to_json(replace(graph, resources={**graph.resources, row.urn: row})), encoding="utf-8")
    return path


def test_the_screen_says_the_sum_its_parts_and_what_is_not_in_it(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("cost", export)
    assert code == 0
    head = said.splitlines()[0]
    assert head.startswith("midsize-prod costs EUR 4,") and " a month (" in head
    assert "of the budget of EUR 12,000 a month." in said
    for part in (
        "By site",
        "By tier",
        "By purpose",
        "The largest lines",
        "Not in the sum",
        "Assumed, as nothing states it",
    ):
        assert part in said
    assert "One US dollar is EUR 0.898 (assumed, of 2026-10-28)." in said
    assert "The oldest is of 20" in said
    assert said.count(" at USD ") == 10
    assert bcinfra("cost", export, "--full")[1].count(" at USD ") > 200


def test_json_holds_every_line_with_its_source(bcinfra: Run, export: Path) -> None:
    _, said, _ = bcinfra("cost", export, "--json")
    found = json.loads(said)
    assert bcinfra("cost", export, "--format", "json")[1] == said
    assert sum(line["amount"]["typical"] for line in found["lines"]) == pytest.approx(
        found["total"]["typical"], abs=0.01
    )
    assert all(
        line["price"]["source"] and line["price"]["date"] and line["price"]["attribution"] for line in found["lines"]
    )
    Draft202012Validator(schema()).validate(found)
    assert (Path(__file__).parents[2] / "schemas/cost.schema.json").read_text(encoding="utf-8") == schema_text()
    assert found["exchange_rate"] == {"usd": pytest.approx(0.8982, abs=1e-4), "date": "2026-10-28", "stated": False}
    assert found["budget"] == {"per_month": 12000, "exceeded": False}
    assert found["usage"]["orders_per_hour"]["origin"] == "stated"
    assert found["usage"]["kb_per_visit"]["origin"] == "assumed"
    assert set(found["by_purpose"]) == {"serving", "standby", "copies", "edge", "watching"}


def test_markdown_is_a_comment(bcinfra: Run, export: Path) -> None:
    _, said, _ = bcinfra("cost", export, "--format", "markdown")
    assert said.startswith("### Cost: midsize-prod costs EUR 4,")
    assert "| By purpose | EUR a month | Range | Share |" in said
    assert said.count("<details>") == said.count("</details>") == 3


def test_a_budget_stops(bcinfra: Run, export: Path) -> None:
    assert bcinfra("cost", export, "--fail-on", "budget")[0] == 0
    small = stated(export, "small-budget.json", budget_per_month=1000)
    code, said, stopped = bcinfra("cost", small, "--fail-on", "budget")
    assert code == Exit.GATE
    assert "above the budget of EUR 1,000 a month." in said
    assert stopped.startswith("stopped by --fail-on budget: EUR 4,") and stopped.rstrip().endswith("of EUR 1,000")


def test_a_budget_of_the_account_counts_where_the_page_states_none(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    graph = load(stated(export, "no-budget.json", budget_per_month=None))
    declared, vaults = graph.of_type("aws:budgets/budget:Budget")

    def gate(changed: Graph) -> tuple[int, str, str]:
        path = tmp_path / "shop.json"
        path.write_text(to_json(changed), encoding="utf-8")
        return bcinfra("cost", path, "--fail-on", "budget")

    code, said, _ = gate(graph)
    assert code == Exit.DONE and "of the budget of EUR 21,600 a month." in said, "of both accounts"
    graph = without(graph, vaults)
    code, said, _ = gate(graph)
    assert code == Exit.DONE and "of the budget of EUR 10,800 a month." in said
    code, said, stopped = gate(put(graph, declared, "limitAmount", "1000"))
    assert code == Exit.GATE and "above the budget of EUR 898 a month." in said
    assert stopped.rstrip().endswith("of EUR 898")
    code, _, wrong = gate(without(graph, declared))
    assert code == Exit.USAGE and "states no business.budget_per_month, and the program does not declare one" in wrong


def test_the_pages_rate_and_usage_count(bcinfra: Run, export: Path) -> None:
    page = stated(export, "stated.json", exchange_rate=0.5, visits_per_hour=0, staff_hours_per_month=10)
    _, said, _ = bcinfra("cost", page)
    assert "One US dollar is EUR 0.500 (as stated)." in said
    assert "people_on_call is not stated" in said and "staff_hours_per_month is not stated" not in said
    found = json.loads(bcinfra("cost", page, "--json")[1])
    assert found["by_purpose"]["people"]["typical"] == pytest.approx(10 * 75 * 0.5)
    assert not any(".egress." in line["price"]["id"] and line["usd"]["typical"] for line in found["lines"])


def test_own_prices_count_and_their_mistakes_are_named(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text('discounts: {"aws.rds.*": {percent: 50, why: agreement}}\n', encoding="utf-8")
    before, after = (json.loads(bcinfra("cost", export, "--json", *more)[1]) for more in ((), ("--prices", prices)))
    half = 0.5 * sum(
        line["amount"]["typical"] for line in before["lines"] if line["price"]["id"].startswith("aws.rds.")
    )
    assert after["total"]["typical"] == pytest.approx(before["total"]["typical"] - half, abs=0.01)
    prices.write_text("discount: {}\n", encoding="utf-8")
    code, _, said = bcinfra("cost", export, "--prices", prices)
    assert code == Exit.USAGE and "discount" in said and f"{prices}:1" in said
    code, _, said = bcinfra("cost", export, "--prices", tmp_path / "none.yaml")
    assert code != 0 and "none.yaml" in said


def test_cost_stands_beside_what_the_stack_survives(bcinfra: Run, export: Path) -> None:
    _, screen, _ = bcinfra("assess", export)
    (line,) = (line for line in screen.splitlines() if line.startswith("Costs EUR 4,"))
    assert "of the budget. Expected loss EUR" in line
    _, document, _ = bcinfra("assess", export, "--json")
    assert json.loads(document)["cost"]["budget"] == 12000
    _, tree, _ = bcinfra("preview", export)
    assert "Costs      EUR 4," in tree
    _, one, _ = bcinfra("assess", export, "--kind", "zone")
    assert "Costs EUR" not in one


def test_own_prices_decide_what_is_said_of_money(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("prices: {aws.nat.hour: {price: 9, why: contract, date: 2026-10-01}}\n", encoding="utf-8")
    codes = [
        {one["code"] for one in json.loads(bcinfra("assess", export, "--json", *more)[1])["findings"]}
        for more in ((), ("--prices", prices))
    ]
    assert ["BC0050" in found for found in codes] == [False, True]


def test_a_diff_says_what_the_change_costs(bcinfra: Run, export: Path, weaker: Path) -> None:
    _, said, _ = bcinfra("diff", export, weaker)
    assert "cost a month: EUR 4," in said
    (moved,) = (line for line in said.splitlines() if "cost a month" in line)
    assert ", objective at most EUR 12,000, - EUR " in moved and moved.rstrip().endswith(" %")
    _, back, _ = bcinfra("diff", weaker, export, "--format", "markdown")
    assert "+ EUR " in back and " a month, " in back.splitlines()[2]
    _, same, _ = bcinfra("diff", export, export)
    assert "a month" not in same


def test_help_shows_examples(bcinfra: Run) -> None:
    _, said, _ = bcinfra("cost", "--help")
    assert "bcinfra cost midsize-prod --fail-on budget" in said


def test_a_stack_that_is_new_costs_what_it_costs(bcinfra: Run, tmp_path: Path) -> None:
    urn = "urn:pulumi:prod::shop::aws:ec2/natGateway:NatGateway::nat"
    rows = [{"urn": urn, "custom": True, "type": "aws:ec2/natGateway:NatGateway", "inputs": {"subnetId": "subnet-1"}}]
    root = {"urn": "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod", "type": "pulumi:pulumi:Stack"}
    sides = [tmp_path / name for name in ("before.json", "after.json")]
    for path, found in zip(sides, ([], rows), strict=True):
        path.write_text(json.dumps({"version": 3, "deployment": {"resources": [root, *found]}}), encoding="utf-8")
    _, said, _ = bcinfra("diff", *sides)
    assert "cost a month: USD 0 -> USD 3" in said and "+ USD 3" in said
