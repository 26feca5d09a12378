"""What a scenario does to a capability, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.model.statements import Noun, Statement, Subject, capability
from bcinfra.continuity.recovery.critical_path import Recovery
from bcinfra.continuity.recovery.dataloss import Inconsistency, StoreLoss
from bcinfra.continuity.recovery.peak import Held
from bcinfra.continuity.recovery.reasons import Reason
from bcinfra.continuity.recovery.steps import Act, Step


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
    def stays(self) -> bool:
        """Whether a person leads nobody away, but takes out of service what is ill where they are."""
        return any(step.deed.kind is Act.SHIFT_BY_HAND for step in self.steps)

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
    """On objectives of capabilities, the subject, in scenarios."""
    KIND = "kind"
    """The same, in scenarios of some kinds of disruption."""
    FINDING = "finding"
    """Of codes, about resources, the subject."""


class Risk(Statement[Taken]):
    """A risk that somebody took."""

    __slots__ = ()


OVERALL: Final = "*"
"""What stands for the scenario of a verdict over all of them."""


def matches(pattern: str, name: str) -> bool:
    """Whether a name is of a pattern: ``*`` stands for any text, ``?`` for one letter, a name for itself."""
    return pattern == name or fnmatchcase(name, pattern)


class Place(NamedTuple):
    """Where a verdict was given."""

    scenario: str
    """Id of a scenario; :data:`OVERALL` for the availability."""
    kind: DisruptionKind | None
    """Of the scenario; ``None`` over all of them."""
    capability: str
    objective: Objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A risk that somebody took: verdicts other than MET that are not to be counted as such.

    Each field but ``kinds`` holds names or patterns (:func:`matches`), of which one must fit.
    """

    scenarios: tuple[str, ...] = (OVERALL,)
    kinds: tuple[DisruptionKind, ...] = ()
    """Kinds of disruption that the scenario must be of; none: of any, and over all scenarios."""
    capabilities: tuple[str, ...] = ("*",)
    objectives: tuple[str, ...] = ("*",)
    stacks: tuple[str, ...] = ("*",)
    """Whose risk it is."""
    owner: str
    reason: str
    expires: date

    def fits(self, at: Place) -> bool:
        return (
            _any(self.scenarios, at.scenario)
            and (not self.kinds or at.kind in self.kinds)
            and _any(self.capabilities, at.capability)
            and _any(self.objectives, at.objective)
        )

    def idle(self, needed: Iterable[Place]) -> Iterator[Acceptance]:
        """What it says for nothing, of the verdicts it was needed for: the whole, or what each field lists besides."""
        if not (needed := tuple(needed)):
            yield self
            return
        if left := _left(self.scenarios, (at.scenario for at in needed)):
            yield replace(self, scenarios=left)
        if left := tuple(kind for kind in self.kinds if all(at.kind is not kind for at in needed)):
            yield replace(self, kinds=left)
        if left := _left(self.capabilities, (at.capability for at in needed)):
            yield replace(self, capabilities=left)
        if left := _left(self.objectives, (at.objective for at in needed)):
            yield replace(self, objectives=left)

    @property
    def risk(self) -> Risk:
        about = tuple(map(capability, self.capabilities))
        overall = not self.kinds and _any(self.scenarios, OVERALL)
        could = tuple(one for one in Objective if overall or one is not Objective.AVAILABILITY)
        objectives = tuple(
            one for one in Objective if one in self.objectives or (one in could and _any(self.objectives, one))
        )
        if self.kinds:
            return Risk(Taken.KIND, about, (objectives, self.scenarios, self.kinds))
        return Risk(Taken.VERDICT, about, (objectives, self.scenarios))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAcceptance:
    """A risk that somebody took: findings that show in no scenario."""

    codes: tuple[str, ...]
    resources: tuple[str, ...]
    """Names of the resources in the program, or of what the findings are about where they have none, or patterns."""
    stacks: tuple[str, ...] = ("*",)
    """Whose risk it is: names, or patterns."""
    owner: str
    reason: str
    expires: date

    def fits(self, code: str, about: str) -> bool:
        return code in self.codes and _any(self.resources, about)

    def idle(self, needed: Iterable[tuple[str, str]]) -> Iterator[FindingAcceptance]:
        """What it says for nothing, of the findings (code, about) it was needed for."""
        if not (needed := tuple(needed)):
            yield self
            return
        if left := _left(self.codes, (code for code, _ in needed)):
            yield replace(self, codes=left)
        if left := _left(self.resources, (about for _, about in needed)):
            yield replace(self, resources=left)

    @property
    def risk(self) -> Risk:
        return Risk(Taken.FINDING, tuple(Subject(Noun.RESOURCE, one) for one in self.resources), self.codes)


def _any(patterns: Iterable[str], name: str) -> bool:
    return any(matches(one, name) for one in patterns)


def _left(patterns: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Patterns that none of the names is of."""
    names = set(names)
    return tuple(one for one in patterns if not any(matches(one, name) for name in names))


Accepted = Acceptance | FindingAcceptance


def taken_for(accepted: Iterable[Accepted], stack: str) -> tuple[Accepted, ...]:
    """The risks that a stack takes."""
    return tuple(one for one in accepted if _any(one.stacks, stack))


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
    """Ways that are slower, give up more, or cannot be gone, with why."""
    degraded_to: Reason | None = None
    """What is left of it."""
    reasons: tuple[Reason, ...] = ()
    """Why it is not simply unaffected."""
    unknown: tuple[Reason, ...] = ()
    """What must be known before it can be decided."""
    verdicts: tuple[Verdict, ...] = ()
    stores_known: bool = True
    """Whether it is known where its data are, so that nothing lost means none."""
    held: Held | None = None
    """How much of the declared peak is held after it; ``None`` where that is not asked."""

    def verdict(self, objective: Objective) -> Verdict | None:
        return next((v for v in self.verdicts if v.objective is objective), None)

    @property
    def losses(self) -> tuple[StoreLoss, ...]:
        """What each store loses, at worst where clients go several ways."""
        return self.way.losses if self.way else ()
