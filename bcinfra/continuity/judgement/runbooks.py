"""What a person does in each scenario that needs one, or may: procedures as values.

A procedure is a way back that the assessment found feasible, so that no step of it needs what the scenario took. The
words, and the commands with which a step is done, are made of it by reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bcinfra.continuity.judgement.assessment import Assessment, ScenarioResult
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.ranges import Figure, pessimistic
from bcinfra.continuity.recovery.critical_path import ordered
from bcinfra.continuity.recovery.dataloss import Inconsistency, StoreLoss, severity
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Way, WayKind
from bcinfra.continuity.recovery.reasons import Reason
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Act, Deed, Step

FRAME: Final = frozenset({Act.NOTICE, Act.ANSWER, Act.DECIDE, Act.VERIFY})
"""Acts that every procedure has: they frame the rest."""
BY_PERSON: Final = frozenset(
    {
        Act.CHANGE_NAME,
        Act.SHIFT_BY_HAND,
        Act.GROW,
        Act.PROMOTE,
        Act.KEEP_KEY,
        Act.NEW_SERVER,
        Act.ROLL_BACK_BY_HAND,
        Act.REBUILD,
        Act.REBUILD_OUTSIDE,
        Act.RECREATE,
        Act.DELEGATE,
        Act.RENEW,
        Act.GIVE_BACK,
        Act.RESTORE,
        Act.USE,
        Act.START_EMPTY,
        Act.START_AGAIN,
        Act.WAIT_FOR,
        Act.WAIT,
    }
)
"""Acts that a person does, in a way that a person goes; all others happen by themselves and are watched."""
BROUGHT_BACK: Final = frozenset({DomainKind.RELEASE, DomainKind.CERTIFICATE, DomainKind.REGISTRATION})
"""Kinds of failure domain that a person brings back, where a recovery goes on once they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One way back for some capabilities."""

    kind: WayKind
    site: str | None
    """Where service is then given from."""
    capabilities: tuple[str, ...]
    steps: tuple[Step, ...]
    """In the order in which they can be done; without those that frame it."""
    time: Figure | None
    """Until service is back, of the capability that takes longest."""
    losses: tuple[StoreLoss, ...]
    """What stores lose on this way, the most first."""
    inconsistencies: tuple[Inconsistency, ...]
    unknown: tuple[Reason, ...]
    """What must be known before one can rely on it."""

    @property
    def waits(self) -> bool:
        """Whether nothing can be done but to wait."""
        return self.kind is WayKind.WAIT and not any(_done(step) for step in self.steps)


def _done(step: Step) -> bool:
    """Whether a step of waiting is one that a person does."""
    if step.deed.kind is not Act.WAIT_FOR:
        return step.deed.kind in BY_PERSON - {Act.WAIT}
    down = step.deed.subject if isinstance(step.deed.subject, tuple) else ()
    return any(isinstance(one, Domain) and one.kind in BROUGHT_BACK for one in down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """A way back that nobody has to go: to be watched, and where it fails gone by hand."""

    capabilities: tuple[str, ...]
    site: str | None
    time: Figure | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A page: one scenario."""

    scenario: Scenario
    result: ScenarioResult
    automatic: tuple[Automatic, ...]
    procedures: tuple[Procedure, ...]
    """For those who wait for a person; where all recovers by itself, for the case that it does not."""
    undecided: tuple[tuple[str, tuple[Reason, ...]], ...]
    """Capabilities of which nobody can say what becomes of them, and what would have to be known."""
    lost: tuple[str, ...]
    """Capabilities that nothing brings back."""
    decide: tuple[Step, ...]
    """Until it is decided: people notice, answer, decide."""
    verify: Step | None

    @property
    def needs(self) -> tuple[Domain, ...]:
        """What must still work for the steps."""
        return tuple(dict.fromkeys(d for one in self.procedures for step in one.steps for d in step.needs))

    @property
    def stops(self) -> tuple[str, ...]:
        """Capabilities that are hit."""
        return tuple(one.capability for one in self.result.affected)

    @property
    def surely(self) -> bool:
        """Whether a person is needed in any case, and not only where what should recover by itself does not."""
        by_itself = {name for one in self.automatic for name in one.capabilities}
        return any(name not in by_itself for name in self.stops)


def runbooks(assessment: Assessment) -> tuple[Runbook, ...]:
    """A page for each scenario that needs a person or may, the costliest first."""
    return tuple(page for result in assessment.scenarios if (page := _runbook(result)))


def lost(scenario: Scenario, needs: Iterable[Domain]) -> tuple[Domain, ...]:
    """Those of some domains that a scenario takes away."""
    return tuple(dict.fromkeys(one for one in needs if one.hit_by(scenario.failed)))


def _runbook(result: ScenarioResult) -> Runbook | None:
    rows = [(outcome, _by_hand(outcome)) for outcome in result.affected]
    undecided = tuple((o.capability, o.unknown) for o, _ in rows if o.kind is Kind.UNDECIDED)
    gone = tuple(o.capability for o, way in rows if way is None and o.kind is Kind.LOST)
    ways = [(outcome.capability, way) for outcome, way in rows if way]
    if not (undecided or gone or ways):
        return None
    frame = {step.deed.kind: step for _, way in ways for step in way.steps if step.deed.kind in FRAME}
    return Runbook(
        scenario=result.scenario,
        result=result,
        automatic=tuple(_automatic(o for o, _ in rows if _alone(o))),
        procedures=tuple(_procedures(ways)),
        undecided=undecided,
        lost=gone,
        decide=tuple(frame[act] for act in (Act.NOTICE, Act.ANSWER, Act.DECIDE) if act in frame),
        verify=frame.get(Act.VERIFY),
    )


def _alone(outcome: Outcome) -> bool:
    """Whether it is meant to come back without anybody."""
    return outcome.way is not None and not outcome.way.person and outcome.way.kind is not WayKind.WAIT


def _by_hand(outcome: Outcome) -> Way | None:
    """The way that a person goes, or waits on, should nothing come back by itself; ``None`` where there is none."""
    if outcome.kind is Kind.UNAFFECTED:
        return None
    own = outcome.way
    if own and own.feasible and (own.person or own.kind is WayKind.WAIT):
        return own
    others = [way for way in outcome.others if way.feasible and way.person and way.steps]
    return min(others, key=lambda way: (bool(way.unknown), pessimistic(way.recovery.time)), default=None)


def _automatic(outcomes: Iterable[Outcome]) -> Iterator[Automatic]:
    groups: dict[tuple[WayKind, str | None], list[Outcome]] = {}
    for one in outcomes:
        if one.way and one.way.steps:
            groups.setdefault((one.way.kind, one.way.site), []).append(one)
    for (_, site), found in groups.items():
        slowest = max(found, key=lambda one: pessimistic(one.time))
        yield Automatic(
            capabilities=tuple(one.capability for one in found),
            site=site,
            time=slowest.time,
            steps=_merged(one.way for one in found if one.way),
        )


def _procedures(ways: Sequence[tuple[str, Way]]) -> Iterator[Procedure]:
    """Ways of one kind to one site are gone together."""
    groups: dict[tuple[WayKind, str | None], list[tuple[str, Way]]] = {}
    for name, way in ways:
        groups.setdefault((way.kind, way.site), []).append((name, way))
    for (kind, site), found in sorted(groups.items(), key=lambda row: (list(WayKind).index(row[0][0]), str(row[0][1]))):
        losses: dict[str, StoreLoss] = {}
        for _, way in found:
            for loss in way.losses:
                losses[loss.store] = max(losses.get(loss.store, loss), loss, key=severity)
        yield Procedure(
            kind=kind,
            site=site,
            capabilities=tuple(name for name, _ in found),
            steps=_merged(way for _, way in found),
            time=max((way.recovery.time for _, way in found), key=pessimistic, default=None),
            losses=tuple(sorted(losses.values(), key=severity, reverse=True)),
            inconsistencies=tuple(dict.fromkeys(gap for _, way in found for gap in way.inconsistencies)),
            unknown=tuple(dict.fromkeys(reason for _, way in found for reason in way.unknown)),
        )


def _merged(ways: Iterable[Way]) -> tuple[Step, ...]:
    """The steps of several ways, each once, in an order in which all can be done."""
    steps: dict[Deed, Step] = {}
    # What one way grows before clients come needs no longer wait until another's scaling sees them.
    for way in sorted(ways, key=_sent_before_grown):
        for step in way.steps:
            known = steps.setdefault(step.deed, replace(step, after=()))
            slower = max(known, step, key=lambda one: pessimistic(one.duration))
            after = (*known.after, *(a for a in step.after if not _waits(a, step.deed, steps)))
            needs = (*known.needs, *step.needs)
            steps[step.deed] = replace(slower, after=tuple(dict.fromkeys(after)), needs=tuple(dict.fromkeys(needs)))
    there = [replace(step, after=tuple(a for a in step.after if a in steps)) for step in steps.values()]
    before: dict[Deed, tuple[Deed, ...]] = {}
    rest: list[Step] = []
    for step in ordered(there):
        # What comes after a step that is left out comes after what that one comes after.
        after = tuple(dict.fromkeys(deed for one in step.after for deed in before.get(one, (one,))))
        if step.deed.kind in FRAME:
            before[step.deed] = after
        else:
            rest.append(replace(step, after=after))
    return tuple(rest)


def _sent_before_grown(way: Way) -> bool:
    """Whether nothing but what ends it waits in a way for a pool to grow."""
    return not any(
        a.kind is Act.GROW for step in way.steps if step.deed.kind not in (Act.GROW, *FRAME) for a in step.after
    )


def _waits(deed: Deed, other: Deed, steps: Mapping[Deed, Step]) -> bool:
    """Whether a step waits for another, or for one that does."""
    return deed == other or any(_waits(a, other, steps) for a in (steps[deed].after if deed in steps else ()))
