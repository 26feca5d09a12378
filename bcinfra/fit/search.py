"""Which designs are worth measuring, out of more than can be.

A small space is measured whole. Of a larger one today's design and each single change of it are measured first. What
they cost and save makes the coarse model: costs add up, losses multiply, objectives are missed together, each change
starting from what its strategy costs and loses. Choices that cost more and better nothing are left out. The rest is
enumerated on that model, and what it takes to be best or on the front is measured, until nothing new is.

The order is fixed and the work is counted in designs, never in time: two runs find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Final, NamedTuple, TypeAlias

from bcinfra.fit.genes import Gene, Kind
from bcinfra.fit.measured import MONTHS, Design, Key, Measured, Refused, Targets, missed

Evaluate: TypeAlias = "Callable[[Sequence[Design]], Mapping[Design, Measured | Refused]]"
"""What is found of each of some designs, the same whenever it is asked."""

MOST: Final = 40
"""Designs that are measured where nobody says how many."""
BATCH: Final = 6
"""Designs that are measured together, after which the model is asked again."""
ENUMERATED: Final = 60_000
"""Designs that the coarse model is asked of at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was measured."""

    genes: tuple[Gene, ...]
    today: Design
    space: int
    """Designs that there are."""
    measured: Mapping[Design, Measured]
    refused: Mapping[Design, str]

    def changes(self, design: Design) -> int:
        """How many genes differ from today's."""
        return sum(one != now for one, now in zip(design, self.today, strict=True))


@dataclass(slots=True)
class _Search:
    genes: tuple[Gene, ...]
    evaluate: Evaluate
    targets: Targets
    measured: dict[Design, Measured] = field(default_factory=dict[Design, Measured])
    refused: dict[Design, str] = field(default_factory=dict[Design, str])

    @property
    def today(self) -> Design:
        return tuple(gene.today for gene in self.genes)

    def ask(self, designs: Iterable[Design]) -> None:
        new = [one for one in dict.fromkeys(designs) if one not in self.measured and one not in self.refused]
        if new:
            answers = self.evaluate(new)
            for one in new:
                answer = answers[one]
                if isinstance(answer, Refused):
                    self.refused[one] = answer.why
                else:
                    self.measured[one] = answer


def search(genes: tuple[Gene, ...], evaluate: Evaluate, targets: Targets, most: int = MOST) -> Found:
    """Measure at most ``most`` designs, those that are refused not counted."""
    found = _Search(genes, evaluate, targets)
    space = sum(1 for _ in islice(designs(genes), ENUMERATED))
    if space <= most:
        found.ask(designs(genes))
    else:
        found.ask([found.today])
        singles = _singles(genes)
        found.ask(islice(singles, most - 1 - most // 4))  # the rest is for what acts together
        while (room := most - len(found.measured)) > 0:
            before = len(found.measured) + len(found.refused)
            found.ask(islice(_promising(found), min(room, BATCH)))
            if len(found.measured) + len(found.refused) == before:
                found.ask(islice(singles, room))
                break
    return Found(
        genes=genes,
        today=found.today,
        space=space,
        measured={one: found.measured[one] for one in sorted(found.measured)},
        refused={one: found.refused[one] for one in sorted(found.refused)},
    )


def designs(genes: tuple[Gene, ...], choices: Sequence[Sequence[int]] | None = None) -> Iterator[Design]:
    """Every design, in a fixed order, each once: where there is no second site, what is of it stays as it is today."""
    every = choices or [range(len(gene.choices)) for gene in genes]
    for design in product(*every):
        if has_second(genes, design) or all(
            choice == gene.today for gene, choice in zip(genes, design, strict=True) if gene.needs_second
        ):
            yield design


def has_second(genes: tuple[Gene, ...], design: Design) -> bool:
    """Whether a design has a second site: where strategies are chosen from, all but the weakest has."""
    strategy = next((choice for gene, choice in zip(genes, design, strict=True) if gene.kind is Kind.STRATEGY), 1)
    return strategy > 0 or not any(gene.kind is Kind.STRATEGY for gene in genes)


def _singles(genes: tuple[Gene, ...]) -> Iterator[Design]:
    """Today's design with one choice changed."""
    today = tuple(gene.today for gene in genes)
    second = has_second(genes, today)
    for at, gene in enumerate(genes):
        if gene.needs_second and not second:
            continue
        for choice in range(len(gene.choices)):
            changed = (*today[:at], choice, *today[at + 1 :])
            if choice != gene.today:
                yield changed if second else _settled(genes, changed)


def _settled(genes: tuple[Gene, ...], design: Design) -> Design:
    if has_second(genes, design):
        return design
    return tuple(gene.today if gene.needs_second else one for gene, one in zip(genes, design, strict=True))


class _Effect(NamedTuple):
    """What a choice does beside what is chosen today."""

    cost: float
    loss: float
    """As a factor."""
    adds: frozenset[Key]
    removes: frozenset[Key]


class _Guess(NamedTuple):
    """What the coarse model takes a design to be."""

    design: Design
    cost: float
    loss: float
    missed: int
    changes: int

    @property
    def yearly(self) -> float:
        return MONTHS * self.cost + self.loss


_NO_EFFECT: Final = _Effect(0.0, 1.0, frozenset(), frozenset())


def _promising(found: _Search) -> Iterator[Design]:
    """Designs that are not measured yet and that the coarse model takes to be best or on the front, these first."""
    guesses = _guesses(found)
    known = found.measured.keys() | found.refused.keys()
    cheapest = sorted(guesses, key=lambda g: (g.missed, g.cost, g.changes, g.design))
    least = sorted(guesses, key=lambda g: (g.yearly, g.missed, g.changes, g.design))
    for pair in zip(cheapest[:BATCH], least[:BATCH], strict=True):
        yield from (one.design for one in pair if one.design not in known)
    yield from (one.design for one in _frontier(guesses) if one.design not in known)


def _frontier(guesses: Iterable[_Guess]) -> Iterator[_Guess]:
    """By rising cost, those that lose less than all that are cheaper."""
    least = float("inf")
    for one in sorted(guesses, key=lambda g: (g.cost, g.loss, g.missed, g.changes, g.design)):
        if one.loss < least * 0.98:
            least = one.loss
            yield one


def _guesses(found: _Search) -> list[_Guess]:
    genes, today = found.genes, found.today
    base = found.measured.get(today)
    if base is None:
        return []
    strategy = next((at for at, gene in enumerate(genes) if gene.kind is Kind.STRATEGY), None)
    effects: list[dict[int, _Effect]] = []
    for at, gene in enumerate(genes):
        rows = {gene.today: _NO_EFFECT}
        for choice in range(len(gene.choices)):
            changed = _settled(genes, (*today[:at], choice, *today[at + 1 :]))
            if choice != gene.today and (one := found.measured.get(changed)):
                effect = _effect(base, one, found.targets)
                if at == strategy or effect.cost < 0 or effect.loss < 1 or effect.removes:
                    rows[choice] = effect
        effects.append(rows)
    start = missed(base, found.targets)
    loss = base.loss.typical if base.loss else 0.0
    guesses: list[_Guess] = []
    for design in islice(designs(genes, [sorted(rows) for rows in effects]), ENUMERATED):
        picked = [rows[choice] for rows, choice in zip(effects, design, strict=True)]
        factor = 1.0
        gone: set[Key] = set(start)
        for one in picked:
            factor *= one.loss
            gone -= one.removes
        for one in picked:
            gone |= one.adds
        changes = sum(one is not _NO_EFFECT for one in picked)
        cost = base.cost.typical + sum(one.cost for one in picked)
        guesses.append(_Guess(design, cost, loss * factor, len(gone), changes))
    return guesses


def _effect(base: Measured, one: Measured, targets: Targets) -> _Effect:
    was, now = missed(base, targets), missed(one, targets)
    before, after = (found.loss.typical if found.loss else 0.0 for found in (base, one))
    return _Effect(
        cost=one.cost.typical - base.cost.typical,
        loss=after / before if before else 1.0,
        adds=now - was,
        removes=was - now,
    )
