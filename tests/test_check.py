"""What ``make check`` finds that a change can touch."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tools.check import Reach


@pytest.fixture(scope="module")
def reach() -> Reach:
    return Reach()


@pytest.mark.parametrize(
    ("path", "nearest", "reached", "spared"),
    [
        ("bcinfra/gcp/vpn.py", "tests.gcp.test_vpn", "tests.assembly.test_two_vendors", "tests.kubernetes.test_mysql"),
        (
            "bcinfra/continuity/data/facts.yaml",
            "bcinfra.continuity.model.facts",
            "tests.report.test_assess",
            "tests.aws.test_vpn",
        ),
        ("stacks/small/__init__.py", "stacks.small", "tests.commands.test_preview", "tests.gcp.test_vpn"),
        ("tests/gcp/conftest.py", "tests.gcp.conftest", "tests.gcp.test_keys", "tests.aws.test_keys"),
        ("tests/spec/mistakes.yaml", "tests.spec.test_mistakes", "tests.spec.test_mistakes", "tests.spec.test_load"),
        ("README.md", "tests.test_readme", "tests.test_readme", "tests.spec.test_load"),
    ],
)
def test_a_change_reaches_what_imports_or_names_it(
    reach: Reach, path: str, nearest: str, reached: str, spared: str
) -> None:
    away = reach.distances(reach.owners(Path(path)))
    assert away[nearest] <= 1
    assert reached in away
    assert spared not in away


def test_what_nothing_names_reaches_nothing(reach: Reach) -> None:
    assert not reach.owners(Path("bcinfra", str(uuid4())))
