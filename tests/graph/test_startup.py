"""Commands that only read JSON must not pay for an SDK."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import bcinfra.graph.core.model", "pulumi"),
        ("from bcinfra.graph import load, to_json, to_deployment, Graph, LoadError", "pulumi"),
        ("from bcinfra.graph import load", "google.protobuf"),
        ("from bcinfra.graph import record, record_project, Problem", "pulumi_aws"),
        ("import bcinfra.testing", "pulumi"),
    ],
)
def test_what_is_not_imported(statement: str, absent: str) -> None:
    check = f"{statement}\nimport sys\nassert {absent!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_functions_are_not_hidden_by_modules_of_their_name() -> None:
    modules = "bcinfra.graph.record.recorder, bcinfra.graph.diff.changes"
    check = f"import {modules}\nfrom bcinfra.graph import diff, record\ndiff.__call__, record.__call__"
    subprocess.run([sys.executable, "-c", check], check=True)
