"""``ci/bcinfra-drift.sh``: the heartbeat is called where nothing differs, and only then, and no argument holds it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.ci.conftest import CI

ADDRESS = "https://outside.example/beat"


def run(folder: Path, *, drifts: bool, heartbeat: str) -> tuple[int, str, str]:
    """The exit code, the arguments of each command that ran, and what ``curl`` read."""
    ran, read = folder / "ran", folder / "read"
    for name, does in (("pulumi", f"exit {int(drifts)}"), ("curl", f"cat > {read}")):
        command = folder / name
        command.write_text(f'#!/bin/sh\necho {name} "$@" >> {ran}\n{does}\n')
        command.chmod(0o755)
    told = {"BCINFRA_STACK": "acme/shop-prod", "BCINFRA_HEARTBEAT": heartbeat, "PATH": f"{folder}:{os.environ['PATH']}"}
    ended = subprocess.run([str(CI / "bcinfra-drift.sh")], env=told, capture_output=True, text=True, check=False)
    return ended.returncode, ran.read_text(), read.read_text() if read.exists() else ""


@pytest.mark.parametrize(("drifts", "called"), [(False, True), (True, False)])
def test_drift_silences_the_heartbeat(tmp_path: Path, drifts: bool, called: bool) -> None:
    code, ran, read = run(tmp_path, drifts=drifts, heartbeat=ADDRESS)
    assert (code == 0, ADDRESS in read) == (called, called)
    assert "--refresh --expect-no-changes" in ran
    assert "--stack acme/shop-prod" in ran
    assert ADDRESS not in ran, "shown to every process"


def test_who_tells_nobody_is_told_so_and_calls_nobody(tmp_path: Path) -> None:
    code, ran, read = run(tmp_path, drifts=False, heartbeat="")
    assert (code, read) == (0, "")
    assert "curl" not in ran
