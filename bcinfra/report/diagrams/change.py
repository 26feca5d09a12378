"""What a change does, as a small drawing: the resources that it touches, by place, and the promises that move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bcinfra.report.diagrams.forms import CLASSES, boxes_of_mermaid, plain, quoted
from bcinfra.report.diagrams.picture import Box


class Effect(NamedTuple):
    """A promise that moves."""

    text: str
    worse: bool


def to_mermaid(places: Sequence[Box], effects: Sequence[Effect]) -> str:
    """A flowchart: what changes, and where it leads."""
    lines = ["flowchart LR", '  subgraph change["what changes"]', *boxes_of_mermaid(tuple(places), "p", 2), "  end"]
    for n, effect in enumerate(effects):
        lines += [f'  e{n}["{quoted(effect.text)}"]:::{"gone" if effect.worse else "new"}', f"  change --> e{n}"]
    return "\n".join([*lines, *CLASSES]) + "\n"


def to_text(places: Sequence[Box], effects: Sequence[Effect]) -> str:
    """The same where nothing is drawn: lines of text, each place with what changes in it."""
    lines: list[str] = []
    for place in places:
        lines += [plain(place.name), *(f"  {plain(chip.label)}" for chip in place.chips)]
    return (
        "\n".join([*lines, *(f"=> {'worse' if one.worse else 'better'}: {plain(one.text)}" for one in effects)]) + "\n"
    )
