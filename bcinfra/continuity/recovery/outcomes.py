"""What a scenario does to a capability, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.model.statements import Noun, Statement, Subject, capability
from bcinfra.continuity.recovery.critical_path import Recovery
from bcinfra.continuity.recovery.dataloss import Inconsistency, StoreLoss
from bcinfra.continuity.recovery.reasons import Reason
from bcinfra.continuity.recovery.steps import Step


class Kind(StrEnum):
    """Outcomes, best first."""

    UNAFFECTED = "unaffected"
    RECOVERS = "recovers by itself"
    DEGRADED = "degraded"
    PERSON = "recovers with a person"
    UNDECIDED = "cannot be decided"
    LOST = "lost"
    """Nothing that the design holds brings it back: it waits for what failed, or its data is gone."""


class WayKind(StrEnum):
    """Ways back, the least effort first."""

    IN_PLACE = "heals in place"
    FAILOVER = "another site takes over by itself"
    MANUAL = "a person fails over to another site"
    REBUILD = "a person rebuilds and restores"
    WAIT = "waits for what failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way back to service."""

    kind: WayKind
    site: str | None
    """Where service is then given from."""
    steps: tuple[Step, ...]
    recovery: Recovery
    losses: tuple[StoreLoss, ...] = ()
    inconsistencies: tuple[Inconsistency, ...] = ()
    load: float | None = 1.0
    """Share of the load that is carried at the end; ``None``: not known."""
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[Reason, ...] = ()
    """What must be known before one can rely on it."""

    @property
    def person(self) -> bool:
        return self.kind in (WayKind.MANUAL, WayKind.REBUILD)

    @property
    def tail(self) -> Tail | None:
        """Clients that are served later than the rest."""
        return next((step.tail for step in self.steps if step.tail), None)

    @property
    def feasible(self) -> bool:
        return self.recovery.feasible


class Taken(StrEnum):
    """What risks are taken of."""

    VERDICT = "verdict"
    """On an objective of a capability, the subject, in a scenario."""
    FINDING = "finding"
    """Of a code, about a resource, the subject."""


class Risk(Statement[Taken]):
    """A risk that somebody took."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A risk that somebody took: a verdict other than MET that is not to be counted as one."""

    scenario: str
    """Id of a scenario; ``*`` for every one."""
    capability: str
    """Name of a capability; ``*`` for every one."""
    objective: Objective
    owner: str
    reason: str
    expires: date

    @property
    def risk(self) -> Risk:
        return Risk(Taken.VERDICT, capability(self.capability), (self.objective, self.scenario))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAcceptance:
    """A risk that somebody took: a finding that shows in no scenario."""

    code: str
    resource: str
    """Name of the resource in the program, or of what the finding is about where it has none; ``*`` for every one."""
    owner: str
    reason: str
    expires: date

    @property
    def risk(self) -> Risk:
        return Risk(Taken.FINDING, Subject(Noun.RESOURCE, self.resource), self.code)


Accepted = Acceptance | FindingAcceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one objective holds in one scenario, at the pessimistic end of the range."""

    objective: Objective
    judgement: Judgement
    target: float
    """Seconds, or a share for the availability."""
    value: Figure | None
    """What is judged; ``None``: without bound."""
    because: tuple[Reason, ...] = ()
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scenario does to one capability."""

    capability: str
    kind: Kind
    time: Figure | None
    """Seconds until it is back; ``None``: never by itself or by what the design holds."""
    way: Way | None = None
    """The way taken; ``None`` where nothing happens or nothing helps."""
    others: tuple[Way, ...] = ()
    """Ways that are slower or cannot be gone, with why."""
    degraded_to: Reason | None = None
    """What is left of it."""
    reasons: tuple[Reason, ...] = ()
    """Why it is not simply unaffected."""
    unknown: tuple[Reason, ...] = ()
    """What must be known before it can be decided."""
    verdicts: tuple[Verdict, ...] = ()
    stores_known: bool = True
    """Whether it is known where its data are, so that nothing lost means none."""

    def verdict(self, objective: Objective) -> Verdict | None:
        return next((v for v in self.verdicts if v.objective is objective), None)

    @property
    def losses(self) -> tuple[StoreLoss, ...]:
        return self.way.losses if self.way else ()
