"""The sample customers' stacks, each recorded once in a run of the tests, and assessed once by all of its commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from bcinfra.continuity.judgement import assessment
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings import fcaps, read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Outcome
from bcinfra.continuity.recovery.scenarios import scenarios
from bcinfra.graph import Graph, record_project
from bcinfra.graph.files import load
from tests.kept import kept, to_bytes

T = TypeVar("T")
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
_load: Final = load.load


def outcomes(model: Model, scenario: str) -> dict[str, tuple[Outcome, ...]]:
    """What becomes of each capability in a scenario, or in each whose id matches such as ``deletion:*``: to judge all
    that can happen takes ten times as long."""
    design = Design(model)
    evaluator, every = Evaluator(design, facts()), scenarios(design, Rates(base_rates(), facts()))
    found = {one.id: evaluator.outcomes(one) for one in every if fnmatchcase(one.id, scenario)}
    assert found or "*" in scenario, f"there is no {scenario}"
    return found


@contextmanager
def assessed_once() -> Iterator[None]:
    """Commands take what is assessed from there, too: most of a test are about one and the same shop. What is in a
    file, and what is read of that, they work out once in each process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "assess", assess)
        patch.setattr(load, "load", _loaded)
        patch.setattr(read, "read", _once(read.read))
        patch.setattr(fcaps, "cells", _once(fcaps.cells))
        yield


@wraps(load.load)
def _loaded(document: Any) -> Graph:
    path = Path(document) if isinstance(document, str | Path) else None
    return _of_text(str(path), path.read_bytes()) if path and path.is_file() else _load(document)


@lru_cache(4)
def _of_text(path: str, text: bytes) -> Graph:
    return _load(path)


def _once(function: Callable[..., T]) -> Callable[..., T]:
    """The same, once for each graph that is at hand."""
    known = dict[tuple[int, ...], tuple[Any, T]]()

    @wraps(function)
    def found(*given: Any) -> T:
        key = tuple(map(id, given))
        if key not in known:
            known[key] = given, function(*given)  # by whom their ids are kept from being given to others
            if len(known) > 4:
                del known[next(iter(known))]
        return known[key][1]

    return found
