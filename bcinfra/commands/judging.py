"""How stacks are judged: objectives, accepted risks, earlier assessments, a customer's own figures, gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from bcinfra.commands.cost import cost_of_graph
from bcinfra.commands.output import note
from bcinfra.commands.page import page_places
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.subject import Subject
    from bcinfra.continuity.judgement.assessment import Assessment
    from bcinfra.continuity.judgement.own_prices import Own
    from bcinfra.continuity.judgement.records import Record
    from bcinfra.continuity.model.costs import Cost
    from bcinfra.continuity.model.facts import Overrides
    from bcinfra.continuity.model.parts import Model
    from bcinfra.continuity.recovery.outcomes import Accepted
    from bcinfra.report.assess.page import Page
    from bcinfra.report.diff.continuity import Continuity


class Stop(StrEnum):
    """What ``--fail-on`` can stop."""

    MISSED = "missed"
    UNKNOWN = "unknown"
    REGRESSION = "regression"


class Gate(NamedTuple):
    """What is not let through: in one kind of disruption, or in all."""

    on: Stop
    kind: DisruptionKind | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """``missed`` or ``missed:zone``. Raises :class:`UserError` with what is allowed."""
        on, colon, kind = text.partition(":")
        known = set(DisruptionKind) if on != Stop.REGRESSION else set[str]()
        if on in set(Stop) and (not colon or kind in known):
            return cls(Stop(on), DisruptionKind(kind) if colon else None)
        near = get_close_matches(text, [*Stop, *(f"{Stop.MISSED}:{one}" for one in DisruptionKind)], n=1)
        raise UserError(
            f"--fail-on {text!r}: allowed: {', '.join(Stop)}; missed and unknown also of one kind of disruption, such"
            f" as missed:zone ({', '.join(DisruptionKind)})" + (f"; did you mean {near[0]}?" if near else ""),
            Exit.USAGE,
        )

    @property
    def kinds(self) -> tuple[DisruptionKind, ...]:
        """The one kind; none: all of them."""
        return () if self.kind is None else (self.kind,)

    def __str__(self) -> str:
        return f"{self.on}:{self.kind}" if self.kind else str(self.on)


class Inputs(NamedTuple):
    """What the files of ``--baseline`` and ``--figures`` say, of one stack."""

    accepted: tuple[Accepted, ...]
    earlier: tuple[Mapping[str, Any], ...]
    figures: Overrides | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options by which every stack is judged alike."""

    recovery_time: timedelta | None
    data_loss: timedelta | None
    availability: float | None
    quantile: float
    rehearsed: bool
    today: date
    domain: str | None
    capability: str | None
    kinds: tuple[DisruptionKind, ...]
    everything: bool
    prices: Own | None = None
    """The customer's own."""

    @classmethod
    def usual(cls, today: date) -> Settings:
        """Those of ``bcinfra assess`` without options."""
        return cls(
            recovery_time=None,
            data_loss=None,
            availability=None,
            quantile=0.95,
            rehearsed=False,
            today=today,
            domain=None,
            capability=None,
            kinds=(),
            everything=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One stack with what was asked for of its assessment."""

    subject: Subject
    model: Model
    part: Assessment
    since: tuple[Continuity, ...]
    inputs: Inputs
    settings: Settings
    cost: Cost | None = None
    """What the whole costs a month; ``None`` where a part was asked for."""

    @property
    def page(self) -> Page:
        """What people read."""
        from bcinfra.report.assess.page import page

        return page(
            self.part,
            self.model,
            self.subject.words,
            quantile=self.settings.quantile,
            everything=self.settings.everything,
            overrides=self.inputs.figures,
            since=self.since,
            cost=self.cost,
        )

    @property
    def document(self) -> dict[str, Any]:
        """What programs read."""
        from bcinfra.report.assess.writing import to_document

        return to_document(self.part, self.model, self.settings.quantile, self.inputs.figures, self.cost)


def judge(found: Subject, inputs: Inputs, settings: Settings) -> Judged:
    """Assess one stack. Raises :class:`UserError` for filters that nothing of it passes."""
    from bcinfra.continuity.judgement.assessment import assess
    from bcinfra.continuity.judgement.defaults import with_defaults, with_objectives
    from bcinfra.continuity.model.facts import facts
    from bcinfra.continuity.readings.fcaps import cells
    from bcinfra.continuity.readings.read import read
    from bcinfra.report.assess.page import select

    model = with_objectives(
        with_defaults(read(found.graph, facts(inputs.figures))),
        settings.recovery_time,
        settings.data_loss,
        settings.availability,
    )
    model = replace(model, places={**model.places, **page_places(found.graph, found.root)})
    filtered = settings.domain is not None or settings.capability is not None or bool(settings.kinds)
    cost = None if filtered else cost_of_graph(found.graph, settings.prices, model)[0]
    whole = assess(
        model,
        cost=cost,
        managed=cells(found.graph),
        accepted=inputs.accepted,
        today=settings.today,
        quantile=settings.quantile,
        rehearsed=settings.rehearsed,
        overrides=inputs.figures,
    )
    _known(whole, settings)
    part = select(whole, settings.domain, settings.capability, settings.kinds)
    since = tuple(_since(found.graph.stack, inputs.earlier, whole, part, model))
    return Judged(subject=found, model=model, part=part, since=since, inputs=inputs, settings=settings, cost=cost)


def read_inputs(
    baselines: Sequence[str], figures: Path | None, stacks: Mapping[str, str], *, alone: bool
) -> dict[str, Inputs]:
    """What the files say, for each of ``stacks`` (name → title). All that is wrong with them is said at once.

    ``{stack}`` and ``{customer}`` (the stack's name up to its last hyphen) in a name stand for those of each stack; a
    stack without such a file has none. ``alone``: one stack is judged, by all that is given; else a file of accepted
    risks must be one customer's, and an earlier assessment counts for the stack that it is of.
    """
    from bcinfra.continuity.judgement.figures import read_overrides
    from bcinfra.continuity.recovery.outcomes import taken_for
    from bcinfra.spec.problems import SpecError

    problems: list[str] = []
    overrides = None
    try:
        overrides = read_overrides(figures) if figures else None
    except SpecError as error:
        problems += map(str, error.problems)
    files = _Files()
    accepted: dict[str, list[Accepted]] = {stack: [] for stack in stacks}
    earlier: dict[str, list[Mapping[str, Any]]] = {stack: [] for stack in stacks}
    for given in baselines:
        try:
            for stack, path in _named(given, stacks, alone=alone):
                if is_json(given):
                    found = files.earlier(path)
                    own = [one for one in found if (alone and len(found) == 1) or one["title"] == stacks[stack]]
                    earlier[stack] += own
                    if not own:
                        note(f"{stack}: no earlier assessment in {path}")
                else:
                    accepted[stack] += taken_for(files.accepted(path), stack)
        except SpecError as error:
            problems += map(str, error.problems)
        except UserError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{error.filename}: {error.strerror}")
    if problems:
        raise UserError("\n\n".join(problems), Exit.USAGE)
    return {stack: Inputs(tuple(accepted[stack]), tuple(earlier[stack]), overrides) for stack in stacks}


def read_operation(records: Path | None) -> tuple[Record, ...]:
    """What a file of records says; nothing where none is given. Raises :class:`UserError` with every mistake."""
    from bcinfra.continuity.judgement.records import read_records
    from bcinfra.spec.problems import SpecError

    try:
        return read_records(records) if records else ()
    except SpecError as error:
        raise UserError(str(error), Exit.USAGE) from None


def _named(given: str, stacks: Mapping[str, str], *, alone: bool) -> Iterator[tuple[str, Path]]:
    """The file that a ``--baseline`` names for each stack. Raises :class:`UserError` where it names none."""
    names = {stack: _filled(given, stack) for stack in stacks}
    if given in names.values():
        customers = sorted({_customer(stack) for stack in stacks})
        if not alone and len(customers) > 1 and not is_json(given):
            raise UserError(
                f"--baseline {given}: accepts risks of {', '.join(customers)} at once;"
                " write one file each, such as --baseline 'stacks/{customer}/accepted.yaml'"
            )
        yield from ((stack, Path(given)) for stack in stacks)
        return
    found = {stack: Path(name) for stack, name in names.items() if Path(name).is_file()}
    if not found:
        raise UserError(f"--baseline {given}: there is none of {', '.join(dict.fromkeys(names.values()))}")
    for stack in stacks:
        if stack not in found:
            note(f"{stack}: there is no {names[stack]}")
    yield from found.items()


def _filled(given: str, stack: str) -> str:
    return given.replace("{stack}", stack).replace("{customer}", _customer(stack))


def _customer(stack: str) -> str:
    """``midsize`` of ``midsize-prod``; the whole name where it has no hyphen."""
    return stack.rpartition("-")[0] or stack


class _Files:
    """Files, each read once."""

    def __init__(self) -> None:
        self._accepted: dict[Path, tuple[Accepted, ...]] = {}
        self._earlier: dict[Path, list[Mapping[str, Any]]] = {}

    def accepted(self, path: Path) -> tuple[Accepted, ...]:
        from bcinfra.continuity.judgement.accepted import read_accepted

        if path not in self._accepted:
            self._accepted[path] = read_accepted(path)
        return self._accepted[path]

    def earlier(self, path: Path) -> list[Mapping[str, Any]]:
        """The assessments in a file: one, or those of several stacks."""
        from bcinfra.graph.files.load import read_objects
        from bcinfra.report.assess.reading import is_assessment

        if path not in self._earlier:
            found = read_objects(path)
            if not all(map(is_assessment, found)):
                raise UserError(f"{path}: is not an assessment; make one with `bcinfra assess --format json`")
            self._earlier[path] = found
        return self._earlier[path]


def is_json(name: str) -> bool:
    """Whether a file is an earlier assessment, and no file of accepted risks."""
    return name.endswith(".json")


def _known(assessment: Assessment, settings: Settings) -> None:
    """Raise :class:`UserError` for filters that nothing passes, with what there is."""
    from bcinfra.report.assess.page import select

    problems: list[str] = []
    domain, capability = settings.domain, settings.capability
    names = [one.name for one in assessment.capabilities]
    if capability is not None and capability not in names:
        problems.append(f"--capability {capability!r}: there are: {', '.join(names) or 'none'}")
    if domain is not None and not select(assessment, domain).scenarios:
        near = get_close_matches(domain, [*map(str, assessment.domains)], n=3, cutoff=0.0)
        problems.append(f"--domain {domain!r}: no scenario is about it; near: {', '.join(near)}")
    elif settings.kinds and not select(assessment, domain, kinds=settings.kinds).scenarios:
        kinds = {result.scenario.disruption for result in select(assessment, domain).scenarios}
        there = ", ".join(kind for kind in DisruptionKind if kind in kinds)
        problems.append(f"--kind {', '.join(settings.kinds)}: no scenario is of it; there are: {there or 'none'}")
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)


def _since(
    stack: str, earlier: Sequence[Mapping[str, Any]], whole: Assessment, part: Assessment, model: Model
) -> Iterator[Continuity]:
    """What moved since each earlier assessment, of the part that was asked for."""
    from bcinfra.continuity.judgement.compare import compare, standings
    from bcinfra.report.assess import reading
    from bcinfra.report.diff.continuity import summary
    from bcinfra.report.words.scenarios import title

    if not earlier:
        return
    scenarios = {result.scenario.id for result in part.scenarios}
    capabilities = {one.name for one in part.capabilities}
    named = {result.scenario.id: title(result.scenario) for result in whole.scenarios}
    gone = {id for before in earlier for id in reading.titles(before)} if part is whole else set[str]()
    now = standings(whole)
    for before in earlier:
        found = compare(reading.standings(before), now).only(
            lambda change: change.capability in capabilities and change.scenario in {"", *scenarios, *gone}
        )
        yield summary(stack, found, model.business.currency, {**reading.titles(before), **named})


def stopped(one: Judged, gates: Sequence[Gate]) -> dict[Gate, list[str]]:
    """What each gate stops of a stack."""
    from bcinfra.report.assess.page import select, stopped

    return {
        gate: [line for moved in one.since for line in moved.regressions]
        if gate.on is Stop.REGRESSION
        else stopped(select(one.part, kinds=gate.kinds), [Judgement[gate.on.name]])
        for gate in dict.fromkeys(gates)
    }


def stops(found: Mapping[str, Mapping[Gate, Sequence[str]]], gates: Sequence[Gate]) -> bool:
    """Whether a gate stops one of the stacks, by what is :func:`stopped` of each; what stops it is told."""
    stop = False
    for gate in dict.fromkeys(gates):
        for name, of in found.items():
            if rows := of[gate]:
                stop = True
                whose = f" of {name}" if len(found) > 1 else ""
                more = f"\n  and {len(rows) - 10} more" if len(rows) > 10 else ""
                listed = "\n".join(f"  {row}" for row in rows[:10])
                typer.echo(f"stopped by --fail-on {gate}{whose}:\n{listed}{more}", err=True)
    return stop
