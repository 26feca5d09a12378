"""One scenario as the page tells it: what goes out, what takes over and when, what is lost, who must act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.verdicts import gravity
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import Balancer, Member, Pool
from bcinfra.continuity.model.ranges import Figure, pessimistic, typical
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.recovery.dataloss import StoreLoss
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.failure_state import FailureState, State
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Way, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind
from bcinfra.continuity.recovery.standing import standing
from bcinfra.continuity.recovery.steps import Step
from bcinfra.report.assess import cells
from bcinfra.report.assess.cells import Cell
from bcinfra.report.diagrams.picture import area
from bcinfra.report.words.quantities import amount, count, duration, ends, money, pair, rate
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say

AWAY: Final = (WayKind.FAILOVER, WayKind.MANUAL)
"""Ways by which another site serves."""


class Told(NamedTuple):
    """A figure in words, and its position among all figures; ``None`` where it is a word only."""

    text: str
    figure: int | None = None


class Stage(NamedTuple):
    """One step on the time line, in seconds since the failure."""

    what: str
    phase: str
    takes: Told
    begins: str
    start: float
    length: float
    upper: float
    """Its end at the pessimistic length."""
    critical: bool


class Back(NamedTuple):
    """A capability that is back."""

    capability: str
    cell: Cell
    figure: int | None
    typical: float
    upper: float
    """The scale's end where no bound is known."""
    left: str
    """What is left of it; empty where all is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One way back with all the capabilities that go it."""

    how: str
    site: str
    person: bool
    waits: bool
    """Whether nothing is done but to wait for what failed."""
    stages: tuple[Stage, ...]
    backs: tuple[Back, ...]
    end: float
    """Seconds that the time line is long."""
    goal: float | None
    """The objective, where all have the same one."""

    @property
    def together(self) -> tuple[tuple[tuple[str, ...], Back], ...]:
        """Capabilities that are back at one moment, with what is said of each of them."""
        found: dict[Back, list[str]] = {}
        for one in self.backs:
            found.setdefault(one._replace(capability=""), []).append(one.capability)
        return tuple((tuple(names), one) for one, names in found.items())

    @property
    def objective(self) -> str:
        return "" if self.goal is None else duration(self.goal)

    @property
    def brief(self) -> bool:
        """Whether there is one step alone, after which all is back: no time line tells more."""
        return len(self.stages) == 1 and not any(one.left for one in self.backs)

    def at(self, seconds: float) -> int:
        """Where a moment lies on the time line, in thousandths of its length."""
        return round(1000 * seconds / self.end) if self.end else 0

    @property
    def ticks(self) -> tuple[str, ...]:
        return tuple(duration(self.end * part) for part in (0.0, 0.5, 1.0))


class Lost(NamedTuple):
    """What one store loses."""

    store: str
    holds: tuple[str, ...]
    lost: Told
    source: str
    """The copy to go on from, or why there is none."""
    everything: bool
    grave: float

    @property
    def what(self) -> str:
        """``15 min of files``."""
        empty = self.lost.figure is None and not self.everything
        return f"what {self.store} held" if empty else f"{self.lost.text} of {self.store}"


class Stuck(NamedTuple):
    """A capability that nothing brings back, or of which it cannot be decided."""

    capability: str
    word: str
    why: tuple[str, ...]
    judgement: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One scenario."""

    number: int
    id: str
    title: str
    disruption: DisruptionKind
    judgement: Judgement | None
    verdicts: tuple[tuple[str, Cell, Cell], ...]
    """Each capability that is hit, with its time and its data."""
    worst_time: Cell
    worst_data: Cell
    """Of what fares worst, as the kind of disruption is judged."""
    rate: Told
    lasts: Told | None
    loss: Told | None
    each: Told | None
    quiet: tuple[str, ...]
    """Capabilities that go on as if nothing had happened."""
    lines: tuple[Line, ...]
    stuck: tuple[Stuck, ...]
    lost: tuple[Lost, ...]
    by_hand: tuple[str, ...]
    """Capabilities that a person must bring back."""
    failed: tuple[Domain, ...]
    down: frozenset[Domain]
    """Every domain that is down."""
    out: tuple[str, ...]
    heals: tuple[str, ...]
    unclear: tuple[str, ...]
    takes_over: tuple[str, ...]
    """URNs of parts: what goes out, what heals by itself, of what it is not known, what serves in place of others."""
    sites: tuple[str, ...]
    """Places that take over, in words."""
    codes: tuple[str, ...]
    """Of the findings that show in it."""
    was: tuple[str, ...]
    """What differs from before a change, capability by capability."""

    @property
    def customers(self) -> tuple[tuple[tuple[str, ...], Cell], ...]:
        """Capabilities that are out for the same time, with that time."""
        found: dict[Cell, list[str]] = {}
        for name, time, _ in self.verdicts:
            found.setdefault(time, []).append(name)
        return tuple((tuple(names), time) for time, names in found.items())

    @property
    def gist(self) -> str:
        """All of it in a few sentences."""
        return self._told(1)

    @property
    def lead(self) -> str:
        """The same, with what every store loses."""
        return self._told(self.losing)

    def _told(self, most: int) -> str:
        """``most``: stores of which it is said what they lose."""
        if not self.verdicts:
            return "Customers notice nothing."
        said = [self._back(line) for line in self.lines]
        said += [f"{one.capability}: {one.word}." for one in self.stuck]
        said += [f"{_listed(self.quiet)}: {'goes' if len(self.quiet) == 1 else 'go'} on."] if self.quiet else []
        lost = [one.what for one in self.lost if one.grave > 0]
        if lost:
            more = [f"some of {count(len(lost) - most, 'other store')}"] if len(lost) > most else []
            said.append(f"Lost: {_listed([*lost[:most], *more])}.")
        else:
            said.append("No data is lost.")
        said += [f"Costs {self.each.text} each time."] if self.each else []
        return " ".join(said)

    @staticmethod
    def _back(line: Line) -> str:
        names = _listed([one.capability for one in line.backs])
        how = "with a person" if line.person else "by itself" if len(line.backs) == 1 else "by themselves"
        if line.waits:
            how = "only once what failed is back"
        last = "" if len(line.backs) == 1 else "the last "
        return f"{names}: back {how}, {last}after {line.backs[-1].cell.text}."

    @property
    def losing(self) -> int:
        """Stores that lose something."""
        return sum(one.grave > 0 for one in self.lost)

    @property
    def kept(self) -> tuple[str, ...]:
        """Stores that lose nothing."""
        return tuple(one.store for one in self.lost if not one.grave)

    @property
    def simple(self) -> bool:
        """Whether the picture shows it when its domains are picked."""
        return bool(self.failed)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


class Teller:
    """Tells scenarios of one design. ``number``: gives a figure its position."""

    def __init__(
        self, design: Design, currency: str, short: Callable[[str], str], number: Callable[[Figure], int]
    ) -> None:
        self.design = design
        self.currency = currency
        self.short = short
        self.number = number

    def story(
        self, n: int, result: ScenarioResult, codes: Sequence[str] = (), was: ScenarioResult | None = None
    ) -> Story:
        scenario = result.scenario
        failure = FailureState(self.design, scenario)
        states = standing(failure)
        hit = result.affected
        gone = [urn for urn, state in states.items() if state is State.DOWN]
        if scenario.hostile or scenario.spoiled:
            gone += [one.copy.urn for o in hit for loss in o.losses for one in loss.rejected if one.copy.urn]
        time, data = worst(result)
        sites = {o.way.site for o in hit if o.way and o.way.kind in AWAY and o.way.site and o.time is not None}
        return Story(
            number=n,
            id=scenario.id,
            title=self.title(result),
            disruption=scenario.disruption,
            judgement=result.judgement,
            verdicts=tuple((o.capability, cells.recovery(o), cells.data(o)) for o in hit),
            worst_time=time,
            worst_data=data,
            rate=Told(rate_of(scenario.rate), self.number(scenario.rate)),
            lasts=self._time(scenario.lasts),
            loss=self._money(result.loss),
            each=self._money(result.each),
            quiet=tuple(o.capability for o in result.outcomes if o.kind is Kind.UNAFFECTED),
            lines=tuple(self._lines(hit)),
            stuck=tuple(self._stuck(hit)),
            lost=tuple(sorted(self._lost(hit), key=lambda one: (-one.grave, one.store))),
            by_hand=tuple(o.capability for o in hit if o.way and o.way.person and o.time is not None),
            failed=scenario.failed if scenario.kind in (ScenarioKind.DOMAIN, ScenarioKind.PAIR) else (),
            down=frozenset(failure.down),
            out=tuple(dict.fromkeys(gone)),
            heals=tuple(urn for urn, state in states.items() if state in (State.HEALS, State.IMPAIRED)),
            unclear=tuple(urn for urn, state in states.items() if state is State.UNKNOWN),
            takes_over=tuple(self._takes_over(sites, hit, {*gone})),
            sites=tuple(sorted(filter(None, (self._site(site) for site in sites)))),
            codes=tuple(codes),
            was=tuple(_moved(was, result)) if was else (),
        )

    def title(self, result: ScenarioResult) -> str:
        return self.placed(title(result.scenario), result.scenario.failed)

    def placed(self, text: str, domains: Sequence[Domain]) -> str:
        """A text with the cities of the regions that it names."""
        for domain in domains:
            where = area(domain.short)
            if where and str(domain) in text:
                text = text.replace(str(domain), f"{domain} ({where})", 1)
        return self.short(text)

    def _site(self, site: str | None) -> str:
        name = (site or "").rpartition("/")[2]
        where = area(name)
        return f"{name} ({where})" if where else name

    def _takes_over(self, sites: Collection[str], hit: Sequence[Outcome], gone: set[str]) -> Iterator[str]:
        """What serves at the sites that take over, and what is promoted or grown there."""
        acted = {
            one.urn for o in hit if o.way and o.way.kind in AWAY for s in o.way.steps for one in _subjects(s) if one.urn
        }
        for urn, part in self.design.parts.items():
            if urn not in gone and part.site in sites and (isinstance(part, Balancer | Pool | Member) or urn in acted):
                yield urn

    def _time(self, figure: Figure | None) -> Told | None:
        return None if figure is None else Told(pair(figure.value), self.number(figure))

    def _money(self, figure: Figure | None) -> Told | None:
        if figure is None:
            return None
        if figure.value is None:
            return Told("unknown", self.number(figure))
        upper = "no known bound" if figure.value.upper is None else amount(figure.value.upper)
        text = money(figure.value.typical, self.currency)
        return Told(text if upper == amount(figure.value.typical) else f"{text} ({upper})", self.number(figure))

    # Ways back

    def _lines(self, hit: Sequence[Outcome]) -> Iterator[Line]:
        ways: dict[tuple[WayKind, str | None], list[tuple[Outcome, Way]]] = {}
        for outcome in hit:
            if outcome.way and outcome.time is not None and outcome.kind is not Kind.UNDECIDED:
                ways.setdefault((outcome.way.kind, outcome.way.site), []).append((outcome, outcome.way))
        for (kind, site), rows in sorted(ways.items(), key=lambda row: list(WayKind).index(row[0][0])):
            yield self._line(kind, site, rows)

    def _line(self, kind: WayKind, site: str | None, rows: Sequence[tuple[Outcome, Way]]) -> Line:
        stages: dict[str, Stage] = {}
        for _, way in rows:
            critical = set(way.recovery.critical)
            for step, start in _starts(way.steps):
                stage = self._stage(step, start, step.deed in critical)
                same = stages.get(stage.what, stage)
                latest = max(same, stage, key=lambda one: (one.start + one.length, one.upper))
                stages[stage.what] = latest._replace(critical=stage.critical or same.critical)
        times = [o.time for o, _ in rows if o.time]
        known = [t.value for t in times if t.value]
        last = max((value.typical if value.upper is None else value.upper for value in known), default=0.0)
        last = max((last, *(stage.start + stage.length for stage in stages.values())))
        goals = {v.target for o, _ in rows if (v := o.verdict(Objective.RECOVERY_TIME))}
        goal = goals.pop() if len(goals) == 1 else None
        backs = [
            Back(
                o.capability,
                cells.recovery(o),
                self.number(o.time) if o.time else None,
                typical(o.time) or 0.0,
                min(pessimistic(o.time), last),
                self.short(say(o.degraded_to)) if o.degraded_to else "",
            )
            for o, _ in rows
        ]
        return Line(
            how=str(kind),
            site=self._site(site),
            person=any(way.person for _, way in rows),
            waits=kind is WayKind.WAIT,
            stages=tuple(_side_by_side(stages.values())),
            backs=tuple(sorted(backs, key=lambda b: (b.typical, b.capability))),
            end=max(last, (goal or 0.0) * 1.05, 1.0),
            goal=goal,
        )

    def _stage(self, step: Step, start: float, critical: bool) -> Stage:
        length = typical(step.duration) or 0.0
        upper = pessimistic(step.duration) if step.duration.known else length
        takes = Told(pair(step.duration.value), self.number(step.duration))
        return Stage(
            self.short(say(step.deed)),
            str(step.phase),
            takes,
            duration(start),
            start,
            length,
            start + min(upper, 1e12),
            critical,
        )

    def _stuck(self, hit: Sequence[Outcome]) -> Iterator[Stuck]:
        for outcome in hit:
            if outcome.kind is Kind.UNDECIDED:
                word, why = "cannot be decided", outcome.unknown
            elif outcome.time is None:
                word, why = "no way back", outcome.reasons
            elif outcome.way is None:
                word, why = str(outcome.kind), (outcome.degraded_to,) if outcome.degraded_to else outcome.reasons
            else:
                continue
            verdict = outcome.verdict(Objective.RECOVERY_TIME)
            said = tuple(dict.fromkeys(self.short(say(one)) for one in why[:3]))
            yield Stuck(outcome.capability, word, said, verdict.judgement if verdict else None)

    # Data

    def _lost(self, hit: Sequence[Outcome]) -> Iterator[Lost]:
        """The worst that any capability sees of each store."""
        worst: dict[str, StoreLoss] = {}
        for outcome in hit:
            for loss in outcome.losses:
                known = worst.get(loss.store)
                if known is None or _grave(loss) > _grave(known):
                    worst[loss.store] = loss
        for name, loss in worst.items():
            holds = self.design.stores[name].holds if name in self.design.stores else ()
            if loss.age is None:
                why = "; ".join(f"{one.copy.name} {say(one.reason)}" for one in loss.rejected[:2])
                text = "all of it" if not loss.spare else "what was in it; it starts empty"
                yield Lost(self.short(name), holds, Told(text), self.short(why), not loss.spare, _grave(loss))
            else:
                source = self.short(loss.copy.name) if loss.copy else ""
                lost = Told(pair(loss.age.value), self.number(loss.age))
                yield Lost(self.short(name), holds, lost, source, False, _grave(loss))


def worst(result: ScenarioResult) -> tuple[Cell, Cell]:
    """The time and the data of what fares worst in each."""
    if not (hit := result.affected):
        return Cell("no outage"), Cell("0")
    return cells.recovery(min(hit, key=_by(Objective.RECOVERY_TIME))), cells.data(
        min(hit, key=_by(Objective.DATA_LOSS))
    )


def _by(objective: Objective) -> Callable[[Outcome], tuple[int, float]]:
    return lambda outcome: gravity(outcome, objective)


def _moved(was: ScenarioResult, now: ScenarioResult) -> Iterator[str]:
    before = {one.capability: one for one in was.outcomes}
    for one in now.outcomes:
        old = before.get(one.capability)
        if old is None:
            continue
        time, data = cells.recovery(old).text, cells.data(old).text
        if time != cells.recovery(one).text:
            yield f"{one.capability} {time}, now {cells.recovery(one).text}"
        if data != cells.data(one).text:
            yield f"{one.capability} lost {data}, now {cells.data(one).text}"


def _grave(loss: StoreLoss) -> float:
    if loss.age is None:
        return 1e300 if not loss.spare else 1e3
    return pessimistic(loss.age)


def _starts(steps: Sequence[Step]) -> Iterator[tuple[Step, float]]:
    """When each step begins, with those before it as long as they typically are."""
    done: dict[object, float] = {}
    for step in steps:
        start = max((done.get(one, 0.0) for one in step.after), default=0.0)
        done[step.deed] = start + (typical(step.duration) or 0.0)
        yield step, start


def _side_by_side(stages: Iterable[Stage]) -> Iterator[Stage]:
    """In order of time; what begins at once and takes as long, by the same figure, is one of them."""
    rows: dict[Stage, list[str]] = {}
    for stage in sorted(stages, key=lambda s: (s.start, s.start + s.length, s.what)):
        rows.setdefault(stage._replace(what=""), []).append(stage.what)
    for stage, whats in rows.items():
        yield stage._replace(what="; ".join(whats))


def _subjects(step: Step) -> Iterator[Subject]:
    subject = step.deed.subject
    several = subject if isinstance(subject, tuple) else (subject,)
    yield from (one for one in several if isinstance(one, Subject))


def rate_of(figure: Figure) -> str:
    """``once in 59 years``; unknown where it is."""
    return "unknown" if figure.value is None else rate(figure.value.typical)


def whole(figure: Figure, currency: str) -> str:
    """A figure with all its ends."""
    return ends(figure.value, figure.unit, currency)
