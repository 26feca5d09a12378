"""The sample customers' stacks, each recorded once in a process, and assessed once by all commands of a test."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache, wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from bcinfra.continuity.judgement import assessment
from bcinfra.graph import Graph, record_project

ROOT: Final = Path(__file__).parents[1]


@cache
def sample(stack: str) -> Graph:
    """The graph of a stack, such as ``midsize-prod``."""
    return record_project(ROOT, stack)


class _Bytes(pickle.Pickler):
    """What is of the same bytes is the same, whatever process and run it is of."""

    def reducer_override(self, value: object) -> Any:
        return (dict, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


@contextmanager
def assessed_once() -> Iterator[None]:
    """Assess the same model in the same way once: most commands of a test are about one and the same shop. A model is
    told by its bytes, so that one that differs in anything is assessed; ``assess.__wrapped__`` assesses anew.
    """
    assess = assessment.assess

    @lru_cache(maxsize=24)
    def found(given: bytes) -> list[Any]:
        return []

    @wraps(assess)
    def kept(model: Any, **options: Any) -> Any:
        file = io.BytesIO()
        _Bytes(file).dump((model, options))
        held = found(file.getvalue())
        if not held:
            held.append(assess(model, **options))
        return held[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "assess", kept)
        yield
