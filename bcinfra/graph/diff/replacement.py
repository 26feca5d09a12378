"""What a change costs by type: whether a resource holds data, which inputs replace it, which settings guard it.

A preview by a provider says itself what it replaces. Between two recorded programs only knowledge of the type can. This
module says in which form: the rows stand with all else that is known of a type, and who compares hands them in, so that
no second table can contradict the first and none can be left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What replacing, changing or deleting a resource of a type costs. Inputs are names or dotted paths."""

    loses: str = ""
    """What data goes with it, in a word; empty where none does."""
    harmless: str = ""
    """Why none does."""
    replaced_by: frozenset[str] = frozenset()
    """Inputs that the provider cannot change in place."""
    kept_without: frozenset[str] = frozenset()
    """Those of them that replace nothing once they are left out: the provider keeps what was there (an optional input
    that it computes), or changes it in place (a replica that is promoted)."""
    switched_by: str = ""
    """The input whose change lets the provider give such an input its first value in place: roles are switched."""
    restarted_by: frozenset[str] = frozenset()
    """Inputs whose change stops it for a while: it restarts, or its standby takes over meanwhile."""
    at_once: str = ""
    """The input without which such a change waits for its maintenance window."""
    guarded_while: frozenset[str] = frozenset()
    """Settings that guard it while they are true."""
    bare_while: frozenset[str] = frozenset()
    """Settings that let its data go once they are true."""
    guarded_longer: frozenset[str] = frozenset()
    """Settings in days or copies that guard it less when they shrink."""
    guards: bool = False
    """It does nothing but guard another: deleting it removes protection."""


@dataclass(frozen=True)
class Replacements:
    """What is known of every type."""

    rows: Mapping[str, Replacement]

    def __getitem__(self, token: str) -> Replacement:
        """The row of a type. One that has none is judged by the words that guard any other: they mean the same."""
        return self.rows.get(token) or self._any

    @cached_property
    def _any(self) -> Replacement:
        rows = tuple(self.rows.values())
        return Replacement(
            guarded_while=frozenset[str]().union(*(row.guarded_while for row in rows)),
            bare_while=frozenset[str]().union(*(row.bare_while for row in rows)),
            guarded_longer=frozenset[str]().union(*(row.guarded_longer for row in rows)),
        )
