"""The way from every figure on the page to its sources: what it is computed from, down to facts and assumptions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from bcinfra.continuity.model.facts import BaseRate, Overrides, row
from bcinfra.continuity.model.ranges import SUM, Range
from bcinfra.report.assess.document import AssumedRow, ComputedRow, FactRow, FigureRow, StatedRow, UnknownRow
from bcinfra.report.explain import base_rate_lines, fact_lines
from bcinfra.report.words.quantities import ends

_ADDRESS: Final = re.compile(r"(https://[^\s,;)'\"]*[^\s,;.)'\"])")


class Source(NamedTuple):
    """One figure, and why it is believed."""

    number: int
    name: str
    text: str
    why: str
    """The kind of reason."""
    said: str
    of: tuple[int, ...]
    """Figures that it is computed from."""
    fact: str
    """Id of the fact that it is, else empty."""


class Fact(NamedTuple):
    """A row of the data set, line by line; each line in pieces: text, and the address where it is one."""

    id: str
    lines: tuple[tuple[tuple[str, bool], ...], ...]
    own: str
    """Why a figure of the customer stands in its place; empty where none does."""


def sources(figures: Sequence[FigureRow], shown: Collection[int], currency: str) -> tuple[Source, ...]:
    """The figures that are shown, and all that they rest on."""
    wanted: dict[int, None] = {}
    waiting = sorted(shown, reverse=True)
    while waiting:
        n = waiting.pop()
        if n not in wanted:
            wanted[n] = None
            waiting += _of(figures, n)
    return tuple(_source(n, figures, currency) for n in sorted(wanted))


def itself(figures: Sequence[FigureRow], n: int) -> int:
    """The figure that ``n`` is the sum of alone, which says the same; else ``n``."""
    why = figures[n].why
    return itself(figures, why.of[0]) if isinstance(why, ComputedRow) and why.how == SUM and len(why.of) == 1 else n


def _of(figures: Sequence[FigureRow], n: int) -> tuple[int, ...]:
    why = figures[n].why
    return tuple(dict.fromkeys(itself(figures, m) for m in why.of)) if isinstance(why, ComputedRow) else ()


def _source(n: int, figures: Sequence[FigureRow], currency: str) -> Source:
    one = figures[n]
    value = None if one.typical is None else Range(one.typical, one.upper, one.low)
    text = ends(value, one.unit, currency)
    match one.why:
        case FactRow(fact=fact, field=field):
            return Source(n, one.name, text, "fact", f"{fact}, {field}", (), fact)
        case AssumedRow(text=said):
            return Source(n, one.name, text, "assumed", said, (), "")
        case StatedRow(place=place):
            return Source(n, one.name, text, "stated", place, (), "")
        case UnknownRow(reason=reason):
            return Source(n, one.name, text, "unknown", reason, (), "")
        case ComputedRow(how=how):
            return Source(n, one.name, text, "computed", how, _of(figures, n), "")


def facts(ids: Sequence[str], overrides: Overrides | None) -> tuple[Fact, ...]:
    """What is known of each fact that the figures rest on."""
    return tuple(_fact(id, overrides) for id in ids)


def _fact(id: str, overrides: Overrides | None) -> Fact:
    found = row(id, overrides)
    lines = base_rate_lines(0, found) if isinstance(found, BaseRate) else fact_lines(0, found)
    return Fact(id, tuple(_pieces(line.text) for line in lines), found.overridden or "")


def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    return tuple((piece, n % 2 == 1) for n, piece in enumerate(_ADDRESS.split(text)) if piece)
