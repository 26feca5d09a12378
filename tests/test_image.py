"""The sample image keeps its contract, and the test of it that customers run sees one that does not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from bcinfra.assembly.image_contract import image_contracts
from bcinfra.spec.load import load_shop

IMAGE = Path(__file__).parents[1] / "examples" / "image"
SERVER = (IMAGE / "server.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is agreed with the images of a shop, as ``bcinfra explain contract --json`` writes it."""
    shop = load_shop(Path(__file__).parent / "spec" / "shop.yaml")
    tiers = {tier: {at: asdict(row) for at, row in kinds.items()} for tier, kinds in image_contracts(shop).items()}
    for kinds in tiers.values():
        for row in kinds.values():
            row |= {"ready_path": "/healthz", "live_path": "/livez", "stop_seconds": 1}
    at = tmp_path_factory.mktemp("contract") / "contract.json"
    at.write_text(json.dumps({"shops": [{"shop": "sample", "tiers": tiers}]}))
    return at


def tried(contract: Path, *words: str, server: str = SERVER, folder: Path | None = None) -> tuple[int, str]:
    """What the contract test says of ``server``."""
    program = (folder or contract.parent) / "server.py"
    program.write_text(server)
    ran = subprocess.run(
        [sys.executable, IMAGE / "contract_test.py", contract, *words, "--", sys.executable, program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_the_sample_keeps_it(contract: Path) -> None:
    assert tried(contract, "--tier", "app") == (0, "the contract holds\n")


@pytest.mark.parametrize(
    ("kept", "instead", "says"),
    [
        (
            "server.serve_forever(",
            "os.environ.get('MYSQL_HOST') and sys.exit(3); server.serve_forever(",
            "ended with 3",
        ),
        ('self._answer(200, "live")', 'self._answer(404, "live")', "live: /livez answers 404, and must answer 200"),
        (
            "signal.signal(number, server.leave)",
            "signal.signal(number, signal.SIG_IGN)",
            "still runs 1 s after SIGTERM",
        ),
        ("signal.signal(number, server.leave)", "pass", "a request that had begun was not answered"),
        ("    server.serve_forever(", "    print(dict(os.environ)); server.serve_forever(", "secrets: one shows"),
    ],
    ids=["needs a store to start", "is not live", "does not end", "drops a request", "tells its secrets"],
)
def test_what_breaks_it_is_seen(contract: Path, tmp_path: Path, kept: str, instead: str, says: str) -> None:
    assert kept in SERVER
    code, said = tried(contract, "--tier", "app", server=SERVER.replace(kept, instead), folder=tmp_path)
    assert code == 1
    assert says in said


def test_which_tier_is_asked_for_where_it_is_not_clear(contract: Path) -> None:
    assert tried(contract, "--tier", "shop") == (1, "--tier shop: choose one of web, app\n")
