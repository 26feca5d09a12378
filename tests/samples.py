"""The sample customers' stacks, each recorded once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from bcinfra.graph import Graph, record_project

ROOT: Final = Path(__file__).parents[1]


@cache
def sample(stack: str) -> Graph:
    """The graph of a stack, such as ``midsize-prod``."""
    return record_project(ROOT, stack)
