"""The stateless profile: a shop that stores no business data, and the proof of it, resource by resource.

A shop states ``stateless: true``. Then every resource needs a reason why it holds none: that of its type, or what its
own inputs say (:mod:`bcinfra.continuity.readings.joins.stateless`). What the readings know as a store holds data; what
has no reason is not proven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bcinfra.continuity.model.objectives import Judgement


class Holds(StrEnum):
    """What a resource holds of the business, the worst first."""

    DATA = "holds business data"
    UNPROVEN = "not proven"
    NOTHING = "holds no business data"
    BACK_OFFICE = "back office"
    """It is where the data stays and what the shop asks live, so that it is no part of what must hold none."""


class Reason(NamedTuple):
    """Why resources hold business data or none."""

    holds: Holds
    text: str
    """A sentence; ``{}`` stands for what a resource's own inputs add."""
    condition: str = ""
    """What no graph shows and is taken for granted."""


class Row(NamedTuple):
    """One resource and why it holds business data or none."""

    urn: str
    reason: Reason
    detail: str = ""
    """What its own inputs add."""

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return self.reason.text.format(self.detail)


@dataclass(frozen=True, slots=True)
class Proof:
    """Every resource with its reason. A shop that does not state the profile has no proof."""

    rows: tuple[Row, ...]

    @property
    def breaks(self) -> tuple[Row, ...]:
        """What breaks it: stores first, then what is not proven."""
        found = [row for row in self.rows if row.reason.holds in (Holds.DATA, Holds.UNPROVEN)]
        return tuple(sorted(found, key=lambda row: (list(Holds).index(row.reason.holds), row.urn)))

    @property
    def conditions(self) -> tuple[str, ...]:
        """What it takes for granted, as no graph shows it."""
        return tuple(dict.fromkeys(row.reason.condition for row in self.rows if row.reason.condition))

    @property
    def judgement(self) -> Judgement:
        """MET: proven; MISSED: something holds business data; UNKNOWN: of something it is not proven."""
        found = {row.reason.holds for row in self.rows}
        if Holds.DATA in found:
            return Judgement.MISSED
        return Judgement.UNKNOWN if Holds.UNPROVEN in found else Judgement.MET

    @property
    def groups(self) -> tuple[tuple[Reason, str, tuple[Row, ...]], ...]:
        """Rows by reason, with the sentence: what breaks the proof first, then the largest groups."""
        found: dict[tuple[Reason, str], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.reason, row.text), []).append(row)
        order = list(Holds).index
        ranked = sorted(found.items(), key=lambda item: (order(item[0][0].holds), -len(item[1]), item[0][1]))
        return tuple((reason, text, tuple(rows)) for (reason, text), rows in ranked)

    @property
    def counts(self) -> Mapping[Holds, int]:
        """How many resources hold what."""
        found = Counter(row.reason.holds for row in self.rows)
        return {holds: found[holds] for holds in Holds}
