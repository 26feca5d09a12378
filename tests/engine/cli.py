"""The Pulumi CLI that the engine tests run: found on PATH, in a cache, or built.

The CLI is looked for in this order:

1. ``pulumi`` on PATH, when it is at least the version that ``cli/go.mod`` pins;
2. the binary that an earlier run built, in ``$XDG_CACHE_HOME/bcinfra`` (``~/.cache/bcinfra``);
3. built into that cache from the pinned Go module, with the Go toolchain (4 to 5 minutes on two cores, once).

Pulumi publishes no wheel of its CLI; its installer and its Go modules are the two sources. The module of our own is
needed because ``go install`` refuses a module whose ``go.mod`` has ``replace`` lines.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MODULE: Final = Path(__file__).parent / "cli"
PACKAGE: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
BUILD_TIMEOUT: Final = 30 * 60  # seconds; a busy machine needs several times the 5 minutes of an idle one


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
        return f"Pulumi {pinned_version()} will be built with Go first, once (4 to 5 minutes on two cores)"
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
    # The CLI learns its version from the linker alone; without it, it prints an empty one.
    flags = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={pinned_version()}"
    command = [go, "build", "-ldflags", flags, "-o", str(partial), PACKAGE]
    try:
        subprocess.run(command, cwd=MODULE, check=True, capture_output=True, text=True, timeout=BUILD_TIMEOUT)
    except subprocess.CalledProcessError as failure:
        raise UnavailableError(f"go build failed: {failure.stderr[-1500:].strip()}", broken=True) from None
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"go build took longer than {BUILD_TIMEOUT} s", broken=True) from None
    partial.replace(target)
