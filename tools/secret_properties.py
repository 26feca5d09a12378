"""Write down which properties the installed SDKs hold for secret: ``bcinfra/graph/core/secret_properties.txt``.

An SDK's constructors say it (``Output.secret(...)`` of an input, ``additional_secret_outputs=[...]``). It is read from
their source, since importing every module of an SDK takes minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).resolve().parents[1] / "bcinfra" / "graph" / "core" / "secret_properties.txt"
PACKAGES: Final = ("pulumi_aws", "pulumi_cloudflare", "pulumi_gcp", "pulumi_kubernetes")
_LABELS: Final = frozenset({"effectiveLabels", "pulumiLabels"})
"""Marked in every type of Google Cloud that has labels, for they repeat what may be secret there: they are plain."""
_INPUT: Final = re.compile(r'__props__\.__dict__\["(\w+)"\] = .*pulumi\.Output\.secret\(')
_OUTPUTS: Final = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_TOKEN: Final = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'([^']+)'")


def listed() -> str:
    """One line a type: its token and its secret properties, by the names of the protocol."""
    rows = dict(row for package in PACKAGES for row in _of_package(package))
    return "".join(f"{token} {' '.join(names)}\n" for token, names in sorted(rows.items()))


def _of_package(package: str) -> Iterator[tuple[str, list[str]]]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    for file in sorted(Path(spec.origin).parent.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for part in re.split(r"(?m)^class ", text):
            names = {_camel(name) for name in _INPUT.findall(part)}
            names |= {name for found in _OUTPUTS.findall(part) for name in re.findall(r'"([^"]+)"', found)}
            names -= _LABELS
            token = _TOKEN.search(part)
            if token and names:
                yield _typed(token[1]), sorted(names)


def _typed(token: str) -> str:
    """``pulumi:providers:aws`` of a provider's class, whose token in the source is ``aws``."""
    return token if ":" in token else f"pulumi:providers:{token}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


if __name__ == "__main__":
    TARGET.write_text(listed(), encoding="utf-8")
