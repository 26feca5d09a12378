"""``bcinfra fit``: a page, the designs of it, and the page that is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from bcinfra.exits import Exit
from bcinfra.fit.genes import Kind, applied, genes
from bcinfra.spec import Shop, SpecError, load_shop
from tests.commands.conftest import Run

PAGE: Final = """\
# A corner shop
name: corner
domain: corner.example
accounts: {main: "111122223333", vault: "444455556666"}
sites:
  dublin: {region: eu-west-1, role: primary, zones: 2}  # where it sells
  virginia: {region: us-east-1, role: backup, account: vault}
strategy: backup-and-restore
objectives: {recovery_time: 1d, data_loss: 1h, availability: 99}
web: {image: "{registry}/web:1.0.0", cpu: 0.5, memory: 1, replicas: 2, peak: 4}
mysql: {cpu: 2, memory: 8, storage: 50, version: 8.4}
data:
  products: critical  # what it sells
  content: {criticality: minor, home: mysql}
  customers: critical
  orders: critical
  module-configuration: important
  payment-gateway-configuration: critical
  secrets: critical
  certificates: critical
  dns-zone: critical
  infrastructure-state: {criticality: important, home: "external:pulumi-cloud"}
capabilities: {cart: null, support: null, account: null, checkout: null}
business: {revenue_per_hour: REVENUE, average_order: 60, budget_per_month: 3000}
"""
NAMES: Final = ("least_sum", "fewest_missed", "recommended", "today")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "shop.yaml"
    file.write_text(PAGE.replace("REVENUE", "400"))
    return file


def fitted(bcinfra: Run, page: Path, *more: object) -> dict[str, Any]:
    code, said, told = bcinfra("fit", page, "--json", "--today", "2026-11-29", *more)
    assert code == Exit.DONE, told
    return json.loads(said)


def design(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["designs"] if one["name"] == name)


def test_the_page_that_is_written_keeps_what_was_promised(bcinfra: Run, page: Path) -> None:
    modest = fitted(bcinfra, page, "--most", 3)
    assert {modest[name] for name in NAMES} <= {one["name"] for one in modest["designs"]}
    assert design(modest, modest["recommended"])["choices"]["strategy"] == "backup-and-restore"
    page.write_text(PAGE.replace("REVENUE", "400000"))
    code, said, told = bcinfra("fit", page, "--json", "--today", "2026-11-29", "--most", 3, "--write")
    assert code == Exit.DONE
    strong = json.loads(said)
    best = design(strong, strong["recommended"])
    assert best["choices"]["strategy"] != "backup-and-restore"
    assert f"now states {strong['recommended']}:" in told
    assert "# where it sells" in page.read_text() and "# what it sells" in page.read_text()
    again = fitted(bcinfra, page, "--most", 2)
    now = design(again, "today")
    for figure in ("cost_per_month", "expected_loss_per_year", "missed", "worst"):
        assert now[figure] == best[figure]


def test_each_choice_is_a_page_or_is_refused_by_its_rules(page: Path) -> None:
    shop = load_shop(page)
    stated = json.loads(shop.model_dump_json(exclude_none=True))
    every = genes(shop)
    assert {gene.kind for gene in every} == {
        Kind.STRATEGY, Kind.ZONES, Kind.ENGINE, Kind.READERS, Kind.COPIES, Kind.CADENCE, Kind.KEPT, Kind.LOCK,
    }  # fmt: skip
    today = tuple(gene.today for gene in every)
    assert applied(stated, every, today) == stated
    refused: set[str] = set()
    for at, gene in enumerate(every):
        for choice in range(len(gene.choices)):
            changed = applied(stated, every, (*today[:at], choice, *today[at + 1 :]))
            try:
                found = Shop.model_validate(changed)
            except SpecError:
                refused.add(f"{gene.name}: {gene.choices[choice].value}")
                continue
            assert (found == shop) == (choice == gene.today), f"{gene.name}: {gene.choices[choice].value}"
    assert refused == {"copies apart of virginia: none"}, "its strategy needs a place for the copies"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--baseline", "before.json"), "--baseline: takes accepted risks (YAML)"),
        (("--cluster", "local:none"), "--cluster 'local:none': write local:2"),
    ],
)
def test_what_cannot_be_is_said(bcinfra: Run, page: Path, arguments: tuple[str, ...], why: str) -> None:
    code, said, told = bcinfra("fit", page, "--most", 2, *arguments)
    assert (code, said) == (Exit.USAGE, "")
    assert why in told


def test_a_program_without_a_shop_has_nothing_to_vary(bcinfra: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    stack = {"urn": "urn:pulumi:prod::other::pulumi:pulumi:Stack::other-prod", "type": "pulumi:pulumi:Stack"}
    export.write_text(json.dumps({"version": 3, "deployment": {"resources": [stack]}}))
    code, _, told = bcinfra("fit", export)
    assert code == Exit.USAGE
    assert "declares no shop of bcinfra" in told
