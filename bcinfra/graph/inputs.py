"""Check recorded inputs against the installed SDK: names it does not know, and values of plainly another type.

The SDK's constructors refuse unknown keyword arguments, but look into no nested object and at no value. What the
provider itself would check (ranges, patterns, combinations) is not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bcinfra.graph.model import Resource
from bcinfra.graph.problem import Problem


def check(row: Resource, cls: type | None) -> Iterator[Problem]:
    return iter(())
