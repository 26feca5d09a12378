"""What is said of the designs of a shop: values that text and JSON are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import Final

from bcinfra.continuity.judgement.assessment import EARNING
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit import advice
from bcinfra.fit.measured import Design, Measured, Targets, missed
from bcinfra.fit.search import Found

TODAY: Final = "today"


@dataclass(frozen=True)
class Report:
    """The designs that matter, each under a name: ``today``, and letters along the front."""

    title: str
    found: Found
    targets: Targets
    currency: str
    revenue: float | None
    """An hour; ``None``: not stated, so that nothing is known to be lost."""
    data: Mapping[str, tuple[str, ...]]
    """By store the critical data in it."""

    @cached_property
    def front(self) -> tuple[Design, ...]:
        return advice.front(self.found, self.targets)

    @cached_property
    def least(self) -> Design | None:
        """The least sum of cost and expected loss, where losses are known."""
        return advice.least(self.found) if self.revenue is not None else None

    @cached_property
    def cheapest(self) -> Design | None:
        """The cheapest that keeps every objective."""
        return advice.cheapest(self.found, self.targets)

    @cached_property
    def closest(self) -> Design:
        """The cheapest of those that miss the fewest objectives."""
        return advice.closest(self.found, self.targets)

    @cached_property
    def thriftiest(self) -> Design:
        """Of those that miss the fewest objectives the one with the least sum."""
        return advice.thriftiest(self.found, self.targets)

    @property
    def recommended(self) -> Design:
        return self.least or self.closest

    @cached_property
    def names(self) -> Mapping[Design, str]:
        """What each design that is shown is called: today's first, then by rising cost."""
        shown = dict.fromkeys((*self.front, self.recommended, self.closest, self.thriftiest))
        by_cost = sorted(shown, key=lambda one: (self.found.measured[one].cost.typical, one))
        named = {one: _letters(n) for n, one in enumerate(d for d in by_cost if d != self.found.today)}
        return {self.found.today: TODAY, **named}

    def of(self, name: str) -> Design | None:
        """The design that is called ``name``: as shown, ``recommended``, ``least`` or ``cheapest``."""
        roles = {"recommended": self.recommended, "least": self.least, "cheapest": self.cheapest or self.closest}
        by_name = {shown.lower(): one for one, shown in self.names.items()}
        return roles.get(name.lower()) or by_name.get(name.lower())

    def measured(self, design: Design) -> Measured:
        return self.found.measured[design]

    def missed(self, design: Design) -> int:
        return len(missed(self.measured(design), self.targets))

    def roles(self, design: Design) -> tuple[str, ...]:
        """What a design is: in words that stand alone."""
        said: list[str] = []
        if design == self.least:
            said.append("least cost and loss together")
        if design == self.cheapest:
            said.append("cheapest that meets every objective")
        elif design == self.closest and self.cheapest is None:
            said.append("cheapest that misses the fewest objectives")
        if design == self.thriftiest and design != self.least:
            said.append("least of both that misses no more")
        return tuple(said)

    def differs(self, design: Design, beside: Design | None = None) -> tuple[str, ...]:
        """What a design has in place of the choices of another; default today's."""
        return tuple(
            f"{gene.name}: {gene.choices[choice].value}, not {gene.choices[other].value}"
            for gene, choice, other in zip(self.found.genes, design, beside or self.found.today, strict=True)
            if choice != other
        )

    def alike(self, design: Design) -> tuple[str, ...]:
        """Designs that are not told apart from one, by name."""
        others = advice.alike(self.found, design, self.names)
        return tuple(self.names[one] for one in others)

    def others(self) -> Iterator[tuple[str, Design, float, Range]]:
        """Other strategies at their best: which, the design, what it costs a year beside what is recommended, and what
        it saves of the loss."""
        here = self.measured(self.recommended)
        for strategy, one in advice.by_strategy(self.found).items():
            there = self.measured(one)
            if strategy != self.strategy:
                yield strategy, one, 12 * (there.cost.typical - here.cost.typical), advice.saved(there.loss, here.loss)

    @property
    def strategy(self) -> str | None:
        """That of what is recommended."""
        best = advice.by_strategy(self.found)
        return next((name for name, one in best.items() if one == self.recommended), None)

    @cached_property
    def prices(self) -> tuple[advice.ObjectivePrice, ...]:
        return advice.objective_prices(self.found, self.targets)

    @cached_property
    def together(self) -> advice.Together | None:
        return advice.together(self.found, self.targets, self.prices)

    @cached_property
    def protections(self) -> tuple[advice.Protection, ...]:
        return advice.protections(self.found, self.targets)

    @cached_property
    def overrated(self) -> tuple[advice.Overrated, ...]:
        earning = EARNING & {key.capability for key in self.targets}
        return advice.overrated(self.found, self.targets, frozenset(earning))


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB."""
    first, last = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]
