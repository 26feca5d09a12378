"""The sample customers' stacks, each recorded once in a run of the tests, and assessed once by all of its commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Any, Final

import pytest

from bcinfra.continuity.judgement import assessment
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.parts import Model
from bcinfra.graph import Graph, record_project
from tests.kept import kept, to_bytes

ROOT: Final = Path(__file__).parents[1]


@cache
def sample(stack: str) -> Graph:
    """The graph of a stack, such as ``midsize-prod``."""
    return kept(f"sample {stack}".encode(), lambda: record_project(ROOT, stack))


@wraps(assessment.assess)
def assess(model: Model, **options: Any) -> Assessment:
    """The same, each model in each way once. A model is told by its bytes, so that one that differs in anything is
    assessed. For tests of what is assessed, not of how."""
    return kept(to_bytes((model, options)), lambda: _assess(model, **options))


_assess: Final = assessment.assess


@contextmanager
def assessed_once() -> Iterator[None]:
    """Commands take what is assessed from there, too: most of a test are about one and the same shop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "assess", assess)
        yield
