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
from bcinfra.continuity.model.statements import Operands, Statement


class Holds(StrEnum):
    """What a resource holds of the business, the worst first."""

    DATA = "holds business data"
    UNPROVEN = "not proven"
    NOTHING = "holds no business data"
    BACK_OFFICE = "back office"
    """It is where the data stays and what the shop asks live, so that it is no part of what must hold none."""


class ReasonKind(StrEnum):
    """Kinds of reasons why a resource holds business data or none."""

    NETWORK = "network"
    FRONT = "front"
    FILTER = "filter"
    NAMES = "names"
    PERMISSIONS = "permissions"
    KEYS = "keys"
    CERTIFICATES = "certificates"
    COMPUTE = "compute"
    PROGRAM = "program"
    SETTINGS = "settings"
    WATCH = "watch"
    VALUES = "values"
    STATE = "state"
    PUBLISHED = "published"
    DELIVERED = "delivered"
    """Of a log of services, deleted after the amount."""
    LOG = "log"
    """Lines are deleted after the amount."""
    LOG_FOR_EVER = "log for ever"
    LOG_LINES = "log lines"
    DELIVERED_FOR_EVER = "delivered for ever"
    BODIES = "bodies"
    CACHES_OF_API = "caches of api"
    CACHES_OF_CDN = "caches of cdn"
    """Answers to paths, the subject."""
    CACHES_OF_BACKEND = "caches of backend"
    LASTING_DISK = "lasting disk"
    QUEUE = "queue"
    VOLUME = "volume"
    STORE = "store"
    """What is kept is the subject."""
    BUCKET = "bucket"
    VAULT = "vault"
    EXECUTIONS = "executions"
    AUDIT = "audit"
    BACK_OFFICE = "back office"
    HIDDEN = "hidden"
    UNSEEN = "unseen"
    """What places, the subject, would declare."""
    NOT_UNDERSTOOD = "not understood"
    """A type, the subject."""
    NO_REASON = "no reason"
    """A type, the subject."""


class Condition(StrEnum):
    """What no graph shows and is taken for granted."""

    PRINTED = "printed"
    """What programs print to their logs holds no business data."""


class Reason(NamedTuple):
    """Why resources hold business data or none."""

    kind: ReasonKind
    holds: Holds
    condition: Condition | None = None


class Row(NamedTuple):
    """One resource and why it holds business data or none."""

    urn: str
    reason: Reason
    subject: Operands = None
    """What its own inputs add, as :class:`ReasonKind` says."""
    amount: float | None = None
    """Seconds."""

    @property
    def says(self) -> Statement[ReasonKind]:
        return Statement(self.reason.kind, self.subject, amount=self.amount)


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
    def conditions(self) -> tuple[Condition, ...]:
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
    def groups(self) -> tuple[tuple[Row, ...], ...]:
        """Rows of which the same is said."""
        found: dict[Statement[ReasonKind], list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.says, []).append(row)
        return tuple(map(tuple, found.values()))

    @property
    def counts(self) -> Mapping[Holds, int]:
        """How many resources hold what."""
        found = Counter(row.reason.holds for row in self.rows)
        return {holds: found[holds] for holds in Holds}
