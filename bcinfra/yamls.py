"""YAML of which the places do not matter, as plain values."""

from __future__ import annotations

from typing import Any

import yaml


def parsed(text: str) -> Any:
    """Raises ``yaml.YAMLError`` for what is no YAML. The C parser is ten times as fast; it is missing where PyYAML was
    built without libyaml."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both are safe loaders
