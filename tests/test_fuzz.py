"""Pages, graphs, accepted risks and own figures with mistakes in them are refused or judged; none ends in a fault.

Two hundred in each run; ``make fuzz`` takes ten thousand (``BCINFRA_FUZZ``); ``BCINFRA_FUZZ_SEED`` draws others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bcinfra.continuity.judgement.accepted import read_accepted
from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.figures import read_overrides
from bcinfra.continuity.readings.read import read
from bcinfra.exits import Exit, UserError
from bcinfra.graph import load, record
from bcinfra.graph.files.export import to_json
from bcinfra.report.assess.writing import to_document, to_json as written
from bcinfra.spec import load_shop
from tests.fuzz import mutants
from tests.fuzzed import program

ROOT: Final = Path(__file__).parent
ALL: Final = int(os.environ.get("BCINFRA_FUZZ", "200"))
SEED: Final = int(os.environ.get("BCINFRA_FUZZ_SEED", "13"))
FIGURES: Final = {
    "facts": {"aws.rds.snapshot_restore": {"failover_seconds": {"typical": 1500, "upper": 2400}, "why": "rehearsed"}},
    "base_rates": {"ransomware-company": {"rate": {"low": 0.01, "typical": 0.03, "upper": 0.1}, "why": "insurer"}},
}


@cache
def graph() -> Any:
    return json.loads(to_json(record(program)))


def page() -> Any:
    return yaml.load((ROOT / "spec" / "shop.yaml").read_text(), yaml.BaseLoader)


def risks() -> Any:
    return yaml.load((ROOT.parent / "stacks" / "midsize" / "accepted.yaml").read_text(), yaml.BaseLoader)


def judged(file: Path) -> None:
    model = read(load(file))
    written(to_document(assess(model), model))


@pytest.mark.parametrize(
    ("original", "share", "ends", "taken"),
    [
        (page, 0.4, ".yaml", load_shop),
        (graph, 0.2, ".json", judged),
        (risks, 0.2, ".yaml", read_accepted),
        (lambda: FIGURES, 0.2, ".yaml", read_overrides),
    ],
    ids=["page", "graph", "accepted", "figures"],
)
def test_no_mistake_is_a_fault(
    original: Callable[[], Any], share: float, ends: str, taken: Callable[[Path], object], tmp_path: Path
) -> None:
    file, taken_whole, refusals = tmp_path / f"mutant{ends}", 0, list[UserError]()
    for document in mutants(original(), SEED, int(ALL * share)):
        file.write_text(json.dumps(document) if ends == ".json" else yaml.safe_dump(document), encoding="utf-8")
        try:
            taken(file)
            taken_whole += 1
        except UserError as error:
            refusals.append(error)
    assert {error.exit for error in refusals} <= {Exit.ERROR, Exit.USAGE}
    assert all(map(str, refusals))
    assert taken_whole
    assert refusals
