"""Places boxes in boxes: zones side by side above what is in none of them, regions side by side, vendors in rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bcinfra.report.diagrams.picture import Box, Chip, Picture

PAD: Final = 12
"""Pixels around and between boxes."""
HEAD: Final = 26
CHIP: Final = 20
LETTER: Final = 6.3
"""Pixels of a letter of a chip, on average, with room to spare."""
ZONE: Final = 186
"""Width of a zone."""
REGION: Final = 2 * ZONE + 3 * PAD
"""Width of a region without zones."""


class Placed(NamedTuple):
    """A rectangle, in pixels; its place counts from its parent's corner."""

    parent: int | None
    """Position of the box around it among all."""
    x: float
    y: float
    width: float
    height: float
    label: str
    title: str
    kind: str
    """``vendor``, ``region``, ``zone``, ``part`` or ``copies``."""


def placed(picture: Picture) -> tuple[Placed, ...]:
    """Every box and chip, outer ones first."""
    found: list[Placed] = []
    top = 0.0
    for box in picture.boxes:
        top += _draw(found, None, box, 0, 0.0, top).height + PAD
    return tuple(found)


def absolute(rows: Sequence[Placed]) -> Iterator[tuple[Placed, float, float]]:
    """Each with where it is in the whole picture."""
    corners: list[tuple[float, float]] = []
    for one in rows:
        x, y = (0.0, 0.0) if one.parent is None else corners[one.parent]
        corners.append((x + one.x, y + one.y))
        yield one, *corners[-1]


_KINDS: Final = ("vendor", "region", "zone")


def _draw(found: list[Placed], parent: int | None, box: Box, depth: int, x: float, y: float) -> Placed:
    me = len(found)
    label = f"{box.name}, {box.about}" if box.about else box.name
    found.append(Placed(parent, x, y, 0, 0, label, str(box.domain or ""), _KINDS[min(depth, 2)]))
    across, below, width = float(PAD), float(HEAD), 0.0
    for inner in box.boxes:
        drawn = _draw(found, me, inner, depth + 1, across, HEAD)
        across += drawn.width + PAD
        below = max(below, HEAD + drawn.height + PAD)
    width = max(across, ZONE if depth == 2 else REGION)
    rows = tuple(_rows(box.chips, width - 2 * PAD))
    for n, row in enumerate(rows):
        at = float(PAD)
        for chip in row:
            length = min(_length(chip), width - 2 * PAD)
            label = _cut(chip.label, length)
            kind = "copies" if chip.copies else "part"
            found.append(Placed(me, at, below + n * (CHIP + 4), length, CHIP, label, chip.title, kind))
            at += length + 4
    height = below + len(rows) * (CHIP + 4) + (PAD if rows else 0)
    found[me] = found[me]._replace(width=width, height=height)
    return found[me]


def _rows(chips: Sequence[Chip], room: float) -> Iterator[tuple[Chip, ...]]:
    row: list[Chip] = []
    used = 0.0
    for chip in chips:
        length = min(_length(chip), room)
        if row and used + length > room:
            yield tuple(row)
            row, used = [], 0.0
        row.append(chip)
        used += length + 4
    if row:
        yield tuple(row)


def _length(chip: Chip) -> float:
    return len(chip.label) * LETTER + 12


def _cut(label: str, length: float) -> str:
    most = max(1, math.floor((length - 12) / LETTER + 1e-6))
    return label if len(label) <= most else label[: most - 1] + "…"
