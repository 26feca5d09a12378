"""The sample shop that the spec's tests change."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from bcinfra.spec import load_shop

HERE = Path(__file__).parent
SAMPLE = HERE / "shop.yaml"
STATED: dict[str, Any] = load_shop(SAMPLE).model_dump(mode="json")


def stated(change: dict[str, Any] | None = None, remove: list[str] | None = None) -> dict[str, Any]:
    """The sample's values with some changed or removed, named by paths such as ``sites/dublin/role``."""
    values = deepcopy(STATED)
    for path in remove or []:
        parent, last = _parent(values, path)
        del parent[last]
    for path, value in (change or {}).items():
        parent, last = _parent(values, path)
        parent[last] = value
    return values


def _parent(values: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *way, last = path.split("/")
    for step in way:
        values = values[step]
    return values, last
