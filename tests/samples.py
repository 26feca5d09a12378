"""The sample customers' stacks, each recorded once in a run of the tests, and assessed once by all of its commands."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import pytest

from bcinfra.continuity.judgement import assessment
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.parts import Model
from bcinfra.graph import Graph, record_project

ROOT: Final = Path(__file__).parents[1]


T = TypeVar("T")


class Kept:
    """What the processes of a run have made, for the others: the first that asks for a thing makes it."""

    folder: Path | None = None
    """Where it lies, from the first test on."""

    def __call__(self, key: bytes, make: Callable[[], T]) -> T:
        if not self.folder:
            return make()
        file = self.folder / hashlib.sha256(key).hexdigest()
        if not file.exists():
            made = make()
            begun = file.with_suffix(f".{id(made)}")
            begun.write_bytes(_bytes(made))
            begun.rename(file)
            return made
        return pickle.loads(file.read_bytes())


kept: Final = Kept()


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        return (_proxy, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _proxy(value: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(value)


def _bytes(value: object) -> bytes:
    """What is of the same bytes is the same, whatever process and run it is of."""
    file = io.BytesIO()
    _Pickler(file).dump(value)
    return file.getvalue()


@cache
def sample(stack: str) -> Graph:
    """The graph of a stack, such as ``midsize-prod``."""
    return kept(f"sample {stack}".encode(), lambda: record_project(ROOT, stack))


@wraps(assessment.assess)
def assess(model: Model, **options: Any) -> Assessment:
    """The same, each model in each way once. A model is told by its bytes, so that one that differs in anything is
    assessed. For tests of what is assessed, not of how."""
    return kept(_bytes((model, options)), lambda: _assess(model, **options))


_assess: Final = assessment.assess


@contextmanager
def assessed_once() -> Iterator[None]:
    """Commands take what is assessed from there, too: most of a test are about one and the same shop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "assess", assess)
        yield
