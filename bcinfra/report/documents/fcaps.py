"""How the tiers of a stack are managed, for a terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from bcinfra.continuity.model.fcaps import AREAS, Cell
from bcinfra.report.words import fcaps as words

FORMAT: Final = "bcinfra-fcaps"
SCHEMA: Final = 1


def lines(found: Iterable[Cell], title: str) -> Iterator[tuple[int, str, bool]]:
    """How deep each line stands, its text, and whether it is a heading: a mark for each area of each tier, then what
    is there and what is missing."""
    cells = tuple(found)
    empty = [cell for cell in cells if cell.empty]
    yield 0, f"Faults, configuration, accounting, performance, security of {title}", True
    if not cells:
        yield 0, "nothing in the stack is a tier that is known", False
        return
    width = max(len(cell.row) for cell in cells)
    yield 0, f"{'':{width}}  F C A P S", False
    for name, group in groupby(cells, lambda cell: cell.row):
        marks = {cell.area: _mark(cell) for cell in group}
        yield 0, f"{name:{width}}  {' '.join(marks.get(area, ' ') for area in AREAS)}".rstrip(), False
    yield 0, "+ all there, . something is missing, x nothing is there: a finding, - nothing can be: see why", False
    for name, group in groupby(cells, lambda cell: cell.row):
        yield 0, name, True
        for cell in group:
            yield 1, f"{AREAS[cell.area]}{', finding: nothing is there' if cell.empty else ''}", False
            yield from ((2, words.there(one), False) for one in cell.needs if one.by)
            yield from ((2, f"missing: {words.lacks(one)}", False) for one in cell.needs if one.missing)
            yield from ((2, words.why(one), False) for one in cell.needs if one.excused)
    yield 0, f"{len(empty)} of {len(cells)} cells are empty", True


def _mark(cell: Cell) -> str:
    return "-" if cell.excused else "x" if cell.empty else "+" if cell.whole else "."


def to_json(found: Iterable[Cell], title: str) -> str:
    """Every cell, with what is there and what is missing; an empty one is a finding."""
    cells = tuple(found)
    document = {
        "format": FORMAT,
        "schema": SCHEMA,
        "title": title,
        "cells": [_cell(cell) for cell in cells],
        "findings": [
            {
                "tier": cell.tier,
                "ground": cell.ground,
                "area": AREAS[cell.area],
                "message": f"{cell.row}: {AREAS[cell.area]} is not managed,"
                f" missing: {'; '.join(map(words.lacks, cell.needs))}",
            }
            for cell in cells
            if cell.empty
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "tier": cell.tier,
        "ground": cell.ground,
        "area": AREAS[cell.area],
        "empty": cell.empty,
        "there": [{"need": one.need.need, "by": list(one.by)} for one in cell.needs if one.by],
        "missing": [{"need": one.need.need, "of": list(one.but)} for one in cell.needs if one.missing],
        "cannot": [{"need": one.need.need, "why": one.need.cannot} for one in cell.needs if one.excused],
    }
