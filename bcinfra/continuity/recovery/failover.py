"""The steps of a failover to another site, by itself or by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.facts import Fact, Table
from bcinfra.continuity.model.parts import Entry, Member, Plan, PlanStep, Pool
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, unknown
from bcinfra.continuity.model.statements import site
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.design import ServingPath
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step

NOTHING: Final = Figure("nothing", Unit.SECONDS, Range.exactly(0.0), Stated("nothing is interrupted"))


def duration(name: str, typical: float, upper: float, text: str) -> Figure:
    """An assumed duration in seconds."""
    return assumed(name, Unit.SECONDS, Range(typical, upper), text)


NOTICED: Final = duration("noticed by people", 300, 1800, "alarms or customers tell within minutes (judgement)")
VERIFIED: Final = duration("verified by a person", 300, 1800, "a person checks that clients are served (judgement)")
SWITCHED: Final = duration("switched by a person", 120, 900, "a person changes the DNS answer (judgement)")


_NOTICE: Final = Deed(Act.NOTICE)
_ANSWER: Final = Deed(Act.ANSWER)
_DECIDE: Final = Deed(Act.DECIDE)
_VERIFY: Final = Deed(Act.VERIFY)


class People:
    """What people need until they act."""

    def __init__(self, facts: Table[Fact]) -> None:
        self._acknowledged = facts["people.oncall_ack"].failover_figure()
        self._decided = facts["people.failover_decision"].failover_figure()
        self._steps: dict[tuple[tuple[Deed, ...], Figure | None], tuple[Step, ...]] = {}
        """By what they follow and how it is noticed: nearly every way back begins with them."""

    def decide(self, after: tuple[Deed, ...] = (), noticed: Figure | None = None) -> list[Step]:
        """Notice, answer, decide; the last step is the decision."""
        if (after, noticed) not in self._steps:
            self._steps[after, noticed] = (
                Step(deed=_NOTICE, phase=Phase.DETECT, duration=noticed or NOTICED, after=after),
                Step(deed=_ANSWER, phase=Phase.DECIDE, duration=self._acknowledged, after=(_NOTICE,)),
                Step(deed=_DECIDE, phase=Phase.DECIDE, duration=self._decided, after=(_ANSWER,)),
            )
        return list(self._steps[after, noticed])


def verify(after: tuple[Deed, ...]) -> Step:
    """A person sees that clients are served."""
    return Step(deed=_VERIFY, phase=Phase.VERIFY, duration=VERIFIED, after=after)


def edit(entry: Entry, editable: Figure | None, after: tuple[Deed, ...]) -> tuple[Step, ...]:
    """A person changes the answer of a name; ``editable``: once that can be done again."""
    change = Step(
        deed=Deed(Act.CHANGE_NAME, entry.named),
        phase=Phase.ACT,
        duration=SWITCHED,
        needs=entry.needs_to_recover,
        after=after,
    )
    if editable is None:
        return (change,)
    again = Step(deed=Deed(Act.EDITABLE, entry.named), phase=Phase.ACT, duration=editable)
    return again, replace(change, needs=(), after=(*after, again.deed))


def runs(plan: Plan) -> tuple[Domain, ...]:
    """Domains that a plan runs in or needs."""
    return (*plan.homes, *plan.needs_to_run)


def turns(plan: Plan, path: ServingPath) -> bool:
    """Whether a plan can send the clients of a path elsewhere."""
    return path.route.switched_by == plan.urn or any(step.act == "switch" for step in plan.steps)


@dataclass
class Failover:
    """Moves the clients of ``path`` to ``other``. Without ``people`` it must happen by itself."""

    path: ServingPath
    other: ServingPath
    promotions: Sequence[Member]
    growth: Sequence[Pool]
    plan: Plan | None
    people: People | None
    first: Sequence[Step] = ()
    """What must be over before anything else."""
    editable: Figure | None = None
    """Time until records can be changed again; ``None``: they can, or not before what failed is back."""
    _steps: list[Step] = field(default_factory=list[Step])
    _begun: tuple[Deed, ...] = ()

    def steps(self) -> tuple[Step, ...] | None:
        """The steps; ``None`` when somebody would have to act and nobody does."""
        self._steps = list(self.first)
        self._begun = last = self._started(tuple(step.deed for step in self.first))
        rows = {step.target: step for step in self._plan.steps} if self._plan else {}
        by_plan = [m for m in self.promotions if self._plan is not None and m.promoted_by == self._plan.urn]
        promoted_by_hand = [m for m in self.promotions if m not in by_plan]
        # A plan whose code is not read may grow what is off; that this is not known is said of the way.
        unread = self._plan is not None and self._plan.unread
        planned = [pool for pool in self.growth if pool.urn in rows or (unread and not _grows(pool))]
        itself = [pool for pool in self.growth if pool not in planned and _grows(pool)]
        by_hand = [pool for pool in self.growth if pool not in planned and pool not in itself]
        if (promoted_by_hand or by_hand) and not self.people:
            return None
        for member in promoted_by_hand:
            last = self._add(self._promote(member, rows.get(member.urn), False, last))
        if acts := [*by_plan, *planned]:
            last = (*(last if promoted_by_hand else ()), *self._act(acts, rows))
        for pool in by_hand:
            last = self._add(self._grow(pool, None, last))
        arrived = self._arrived(last)
        if arrived is None:
            return None
        for pool in itself:
            # Scaling sees the load only when clients arrive.
            arrived = self._add(self._grow(pool, None, arrived))
        if self.people:
            self._steps.append(verify(tuple(dict.fromkeys((*last, *arrived)))))
        return tuple(self._steps)

    def _act(self, parts: Sequence[Member | Pool], rows: Mapping[str | None, PlanStep]) -> tuple[Deed, ...]:
        """What the plan does, stage by stage; within a stage all at once."""
        stages: dict[int, list[Member | Pool]] = {}
        for one in parts:
            row = rows.get(one.urn)
            stages.setdefault(row.stage if row else 0, []).append(one)
        last = self._begun
        for stage in sorted(stages):
            last = tuple(
                deed
                for one in stages[stage]
                for deed in self._add(
                    self._promote(one, rows.get(one.urn), True, last)
                    if isinstance(one, Member)
                    else self._grow(one, rows.get(one.urn), last)
                )
            )
        return last

    @property
    def _plan(self) -> Plan | None:
        """The plan, where something or somebody starts it."""
        plan = self.plan
        return plan if plan and (self.people or (plan.triggered and plan.detects)) else None

    def _add(self, step: Step) -> tuple[Deed, ...]:
        self._steps.append(step)
        return (step.deed,)

    def _started(self, after: tuple[Deed, ...]) -> tuple[Deed, ...]:
        if self.people:
            self._steps += self.people.decide(after, self.path.detects)
            return (self._steps[-1].deed,)
        if not self._plan or not self._plan.detects:
            return after
        deed = Deed(Act.START_PLAN, self._plan.subject)
        needs = (*runs(self._plan), *self._plan.watched_from)
        step = Step(deed=deed, phase=Phase.DETECT, duration=self._plan.detects, needs=needs, after=after)
        return self._add(step)

    def _promote(self, member: Member, row: PlanStep | None, by_plan: bool, after: tuple[Deed, ...]) -> Step:
        takes = (row and row.takes) or member.promotes
        deed = Deed(Act.RESTORE, member.subject, member.filled) if member.filled else Deed(Act.PROMOTE, member.subject)
        return Step(
            deed=deed,
            phase=Phase.ACT,
            duration=takes
            or unknown("promotion", Unit.SECONDS, f"nothing says how long promoting {member.label} takes"),
            needs=(*member.needs_to_recover, *(runs(self._plan) if by_plan and self._plan else ())),
            after=after,
        )

    def _grow(self, pool: Pool, row: PlanStep | None, after: tuple[Deed, ...]) -> Step:
        return Step(
            deed=Deed(Act.GROW, pool.subject),
            phase=Phase.ACT,
            duration=(row and row.takes) or pool.start,
            needs=(*pool.needs_to_recover, *(runs(self._plan) if row and self._plan else ())),
            after=after,
        )

    def _arrived(self, after: tuple[Deed, ...]) -> tuple[Deed, ...] | None:
        """Clients are sent to the other site and follow; ``None`` when nothing sends them."""
        if self.other is self.path:
            return after
        turned = self._turned(after)
        if turned is None:
            return None
        if not self.path.by_name_to(self.other):
            return turned
        entry = self.path.entry
        deed = Deed(Act.FOLLOW, entry.named)
        takes, tail = entry.propagates, entry.overstay
        return self._add(Step(deed=deed, phase=Phase.PROPAGATE, duration=takes, after=turned, tail=tail))

    def _turned(self, after: tuple[Deed, ...]) -> tuple[Deed, ...] | None:
        """What notices by itself sends clients elsewhere, else a plan, else a person."""
        path, plan = self.path, self._plan
        if (detects := path.detects_for(self.other)) is not None:
            by_name = path.by_name_to(self.other)
            named, here = path.entry.named, site(path.site)
            deed = Deed(Act.WITHDRAW, named, here) if by_name else Deed(Act.WITHDRAW_SITE, here)
            return self._add(Step(deed=deed, phase=Phase.DETECT, duration=detects))
        if plan and turns(plan, path):
            takes = next((step.takes for step in plan.steps if step.act == "switch" and step.takes), None)
            deed = Deed(Act.SWITCH, plan.subject)
            step = Step(deed=deed, phase=Phase.ACT, duration=takes or NOTHING, needs=runs(plan), after=after)
            return self._add(step)
        if not self.people:
            return None
        self._steps += edit(path.entry, self.editable, after)
        return (self._steps[-1].deed,)


def _grows(pool: Pool) -> bool:
    """Whether a pool grows by itself: one that runs nothing sees no load to grow with."""
    return pool.replaced and pool.driven is True and (capacity.running(pool) or 0) > 0
