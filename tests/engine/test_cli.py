"""Where the CLI comes from, with programs on PATH that only pretend to be Pulumi and Go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.cli import UnavailableError, cached_path, find, outlook, pinned_version, version_key

BUILDS = 'while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2"'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "chmod").symlink_to("/bin/chmod")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def program(path: Path, name: str, script: str) -> None:
    (path / name).write_text(f"#!/bin/sh\n{script}\n")
    (path / name).chmod(0o755)


def test_the_one_on_path_is_used_when_it_is_new_enough(path: Path):
    program(path, "pulumi", "echo v99.1.0")
    assert (find().path, find().version) == (path / "pulumi", "v99.1.0")
    assert "from PATH" in outlook()


def test_an_older_one_on_path_is_passed_over(path: Path):
    program(path, "pulumi", "echo v3.100.0")
    program(path, "go", BUILDS)
    assert find().path == cached_path()


def test_it_is_built_once_and_appears_whole(path: Path):
    program(path, "go", BUILDS)
    assert "will be built" in outlook()
    assert find().source == "built with go"
    assert find().source == "built earlier"
    assert os.access(cached_path(), os.X_OK)
    assert {file.name for file in cached_path().parent.iterdir()} == {cached_path().name, f"{cached_path().name}.lock"}


def test_a_build_that_fails_says_why_and_leaves_nothing(path: Path):
    program(path, "go", "echo 'dial tcp: no such host' >&2; exit 1")
    with pytest.raises(UnavailableError, match="no such host") as raised:
        find()
    assert raised.value.broken
    assert not cached_path().exists()


def test_without_any_means_the_reason_names_both(path: Path):
    with pytest.raises(UnavailableError, match="on PATH, or Go to build it") as raised:
        find()
    assert not raised.value.broken
    assert "are skipped" in outlook()


def test_the_pinned_version_is_one_that_compares():
    assert (3, 259, 0) <= version_key(pinned_version()) < version_key("v4.0.0-alpha.1")
