"""Build the site of ``docs``, with reports of a sample shop: ``python -m tools.site`` (``make site``). It needs no
network, and a warning is an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.docs import DOCS, pages
from tools.examples import ROOT

BUILD: Final = ROOT / "build"
SITE: Final = BUILD / "site"
SAMPLE: Final = "midsize-prod"
"""The stack whose reports are part of the site."""


def main() -> int:
    stale = [at for at, text in pages().items() if not at.is_file() or at.read_text(encoding="utf-8") != text]
    if stale:
        print("run `make docs` first:", *(at.relative_to(ROOT) for at in stale), sep="\n  ", file=sys.stderr)
        return 1
    samples = BUILD / "samples" / "samples"
    samples.mkdir(parents=True, exist_ok=True)
    recorded = BUILD / "sample.json"
    _bcinfra("preview", SAMPLE, "--json", "-o", str(recorded))
    _bcinfra("report", str(recorded), "-o", str(samples / "report.html"))
    for command in ("evidence", "runbook"):
        _bcinfra(command, str(recorded), "--format", "html", "-o", str(samples / f"{command}.html"))
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(DOCS), str(SITE)]
    ended = subprocess.run(command, check=False)  # noqa: S603  the program's own arguments
    print(f"{SITE.relative_to(Path.cwd()) if SITE.is_relative_to(Path.cwd()) else SITE}/index.html")
    return ended.returncode


def _bcinfra(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "bcinfra", *words], check=True, cwd=ROOT)  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main())
