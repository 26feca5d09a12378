"""Where the CLI comes from, with programs on PATH that only pretend to be Pulumi and Go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.cli import (
    IN_PART,
    LEFT_OUT,
    UnavailableError,
    cached_path,
    find,
    lay_out,
    outlook,
    pinned_version,
    version_key,
)

BUILDS = """
[ "$2" = download ] && echo "{\\"Dir\\": \\"$PUBLISHED/$4\\"}" && exit
while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2"
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "chmod").symlink_to("/bin/chmod")
    monkeypatch.setenv("PUBLISHED", str(tmp_path / "published"))
    for module in IN_PART:
        for ours in (LEFT_OUT / module).rglob("*.go"):
            theirs = tmp_path / "published" / ours.relative_to(LEFT_OUT)
            theirs.parent.mkdir(parents=True, exist_ok=True)
            for name in ("all.go", "all_test.go") if ours.stem == "left_out" else (theirs.name, "kept.go"):
                theirs.with_name(name).write_text("theirs")
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


def test_what_is_left_out_stands_in_place_of_a_file_or_of_a_package(path: Path, tmp_path: Path):
    program(path, "go", BUILDS)
    folder = tmp_path / "modules"
    folder.mkdir()
    said = lay_out("go", folder).read_text()
    assert all(f"replace {module} => {folder / module}\n" in said for module in IN_PART)
    assert [file.name for file in (folder / "gocloud.dev/blob/s3blob").iterdir()] == ["left_out.go"]
    logs = folder / "github.com/pulumi/pulumi/pkg/v3/operations"
    assert {file.name for file in logs.glob("*.go")} == {"kept.go", "operations_aws.go", "operations_gcp.go"}
    assert "theirs" not in (logs / "operations_aws.go").read_text()


def test_a_file_that_pulumi_has_no_more_is_named(path: Path, tmp_path: Path):
    program(path, "go", BUILDS)
    (tmp_path / "published/github.com/pulumi/pulumi/pkg/v3/operations/operations_aws.go").unlink()
    with pytest.raises(UnavailableError, match=r"operations_aws\.go: Pulumi has no such file") as raised:
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
