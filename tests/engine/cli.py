"""The Pulumi CLI that the engine tests run: found on PATH, in a cache, or built.

The CLI is looked for in this order:

1. ``pulumi`` on PATH, when it is at least the version that ``cli/go.mod`` pins;
2. the binary that an earlier run built, in ``$XDG_CACHE_HOME/bcinfra`` (``~/.cache/bcinfra``);
3. built into that cache from the pinned Go module, with the Go toolchain (2 minutes on two cores, once).

Pulumi publishes no wheel of its CLI; its installer and its Go modules are the two sources. The module of our own is
needed because ``go install`` refuses a module whose ``go.mod`` has ``replace`` lines.

Half of what would be compiled is for what no test does, and is left out: states in buckets (``s3://``, ``gs://``,
``azblob://``), secrets sealed by a cloud's key service, reading logs of AWS and Google Cloud, ``pulumi api`` (whose
reader of OpenAPI alone is a quarter) and ``pulumi neo``. ``cli/left_out`` has what stands in their place, and refuses.
The engine is the real one: its files (``engine``, ``resource``, ``sdk``), the commands that the tests run, states in
files and secrets sealed by a passphrase are compiled as Pulumi publishes them, in the versions that ``go.mod`` pins.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MODULE: Final = Path(__file__).parent / "cli"
LEFT_OUT: Final = MODULE / "left_out"
PULUMI: Final = "github.com/pulumi/pulumi/pkg/v3"
PACKAGE: Final = f"{PULUMI}/cmd/pulumi"
IN_PART: Final = (PULUMI, "gocloud.dev")
"""Modules of which packages or files are left out."""
AS_A_WHOLE: Final = ("github.com/aws/aws-sdk-go-v2/service/s3",)
"""Modules in whose place stands one of ours."""
VERSION: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
"""What the CLI prints as its version, which the linker alone tells it."""
CHEAPER: Final = ("-gcflags=all=-dwarf=false -l", "-gcflags=std=-dwarf=false")
"""Half of the compiler's time: nothing for debuggers, and no inlining but in Go's own packages."""
BUILD_TIMEOUT: Final = 30 * 60  # seconds; a busy machine needs several times the 2 minutes of an idle one


class UnavailableError(Exception):
    """There is no CLI here, and none can be made. ``broken`` when the means were there and failed."""

    def __init__(self, reason: str, *, broken: bool = False) -> None:
        super().__init__(reason)
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Cli:
    """A Pulumi CLI, where it came from, and how long that took (seconds)."""

    path: Path
    version: str
    source: str
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"Pulumi {self.version} {self.source} ({self.path}), ready in {self.seconds:.1f} s"


def pinned_version() -> str:
    """The version in ``cli/go.mod``, such as ``v3.259.0``."""
    found = re.search(r"^\s*github\.com/pulumi/pulumi/pkg/v3 (v\S+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert found, "cli/go.mod requires github.com/pulumi/pulumi/pkg/v3"
    return found[1]


def version_key(version: str) -> tuple[int, ...]:
    """``v3.259.0`` as numbers that compare; a development suffix counts as the release it precedes."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def cached_path() -> Path:
    """Where the built CLI of the pinned version is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "bcinfra" / f"pulumi-{pinned_version()}"


def existing() -> Cli | None:
    """A CLI that is here already."""
    start = time.monotonic()
    if on_path := shutil.which("pulumi"):
        told = subprocess.run([on_path, "version"], capture_output=True, text=True, timeout=60).stdout.strip()
        if version_key(told) >= version_key(pinned_version()):
            return Cli(Path(on_path), told, "from PATH", time.monotonic() - start)
    if (cached := cached_path()).exists():
        return Cli(cached, pinned_version(), "built earlier", time.monotonic() - start)
    return None


def outlook() -> str:
    """One line on what the engine tests will run, without building anything."""
    if cli := existing():
        return str(cli)
    if shutil.which("go"):
        return f"Pulumi {pinned_version()} will be built with Go first, once (2 minutes on two cores)"
    return f"no Pulumi {pinned_version()} or later on PATH and no Go to build it: engine tests are skipped"


def find() -> Cli:
    """The CLI to use, built when need be. Raises :class:`UnavailableError` with the reason when there is none."""
    if cli := existing():
        return cli
    if not (go := shutil.which("go")):
        raise UnavailableError(f"needs Pulumi {pinned_version()} or later on PATH, or Go to build it: neither is here")
    start = time.monotonic()
    target = cached_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers that come second wait here, then find the binary
        if not target.exists():
            build(go, target)
    return Cli(target, pinned_version(), f"built with {Path(go).name}", time.monotonic() - start)


def build(go: str, target: Path) -> None:
    """Build the pinned CLI; it appears at ``target`` whole or not at all."""
    partial = target.with_name(f"{target.name}.partial")
    with tempfile.TemporaryDirectory() as folder:
        modules = lay_out(go, Path(folder))
        told = f"-ldflags=-s -w -X {VERSION}={pinned_version()}"
        _run(go, "build", f"-modfile={modules}", *CHEAPER, told, "-o", str(partial), PACKAGE)
    partial.replace(target)


def lay_out(go: str, folder: Path) -> Path:
    """Lay out in ``folder`` the modules of which something is left out; returns a ``go.mod`` that names them."""
    replaced = {module: LEFT_OUT / module for module in AS_A_WHOLE}
    for module in IN_PART:
        replaced[module] = folder / module
        source = json.loads(_run(go, "mod", "download", "-json", module))["Dir"]
        shutil.copytree(source, replaced[module], ignore=shutil.ignore_patterns("testdata", "*_test.go"))
        for ours in sorted((LEFT_OUT / module).rglob("*.go")):
            leave_out(ours, replaced[module] / ours.relative_to(LEFT_OUT / module))
    lines = (f"replace {module} => {place}\n" for module, place in replaced.items())
    (folder / "go.mod").write_text((MODULE / "go.mod").read_text() + "".join(lines))
    shutil.copy(MODULE / "go.sum", folder)
    return folder / "go.mod"


def leave_out(ours: Path, theirs: Path) -> None:
    """Put a file of ours in the place of the file of its name, or of the whole package where it is called left_out."""
    gone = list(theirs.parent.glob("*.go")) if ours.stem == LEFT_OUT.name else [theirs]
    if not gone or not all(path.exists() for path in gone):
        raise UnavailableError(f"{ours.relative_to(MODULE)}: Pulumi has no such file any more", broken=True)
    for path in gone:
        path.chmod(0o644)
        path.unlink()
    shutil.copy(ours, theirs)


def _run(go: str, *command: str) -> str:
    own = {**os.environ, "CGO_ENABLED": "0"}  # no compiler of C; the engine needs none
    try:
        done = subprocess.run(
            [go, *command], cwd=MODULE, env=own, capture_output=True, text=True, timeout=BUILD_TIMEOUT
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"go {command[0]} took longer than {BUILD_TIMEOUT} s", broken=True) from None
    if done.returncode:
        raise UnavailableError(f"go {command[0]} failed: {done.stderr[-1500:].strip()}", broken=True)
    return done.stdout
