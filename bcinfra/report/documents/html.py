"""A document as one HTML file: readable without scripts, without requests, on paper and on a phone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bcinfra.report.diff.page import visible
from bcinfra.report.documents.blocks import Block, Code, Document, Heading, Items, Quote, Step, Table, Text

MARKED: Final[Mapping[str, str]] = {"missing": "bad", "MISSED": "bad", "UNKNOWN": "bad", "MET": "good"}
"""Cells that are marked besides what they say."""
DENSE: Final = 9
"""Columns from which a table is printed across."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Blocks that stand together: the steps of a procedure, or anything else."""

    steps: bool
    blocks: tuple[Mapping[str, Any], ...]


def to_html(document: Document) -> str:
    # The style goes in unescaped: it is the product's own and its hash is in the policy.
    style = _read("document.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(
        document={"title": visible(document.title), "basis": visible(document.basis)},
        contents=[_shown(one) for one in document.blocks if isinstance(one, Heading) and one.level == 1],
        groups=tuple(_groups(document)),
        style=Markup(style),  # noqa: S704
        style_hash=f"sha256-{digest}",
        marked=MARKED,
    )


def _groups(document: Document) -> Iterator[_Group]:
    for steps, blocks in groupby(document.blocks, lambda block: isinstance(block, Step)):
        yield _Group(steps, tuple(map(_shown, blocks)))


def _shown(block: Block) -> Mapping[str, Any]:
    """A block as the template reads it; what does not print is written as escapes."""
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": visible(text), "id": block.id}
        case Text(text):
            return {"kind": "text", "text": visible(text)}
        case Items(items):
            return {"kind": "items", "items": [visible(one) for one in items]}
        case Table(name, heading, rows):
            return {
                "kind": "table",
                "name": name,
                "heading": [visible(cell) for cell in heading],
                "rows": [[visible(cell) for cell in row] for row in rows],
                "spans": _spans([row[0] for row in rows]),
                "dense": len(heading) > DENSE,
            }
        case Code(text):
            return {"kind": "code", "text": "\n".join(map(visible, text.splitlines()))}
        case Quote(text, language):
            return {"kind": "quote", "text": "\n".join(map(visible, text.splitlines())), "language": language}
        case Step(number, text, blocks):
            return {"kind": "step", "number": number, "text": visible(text), "blocks": [_shown(one) for one in blocks]}


def _spans(first: Sequence[str]) -> list[int]:
    """How many rows each first cell stands for: alike ones below each other are one, and zero where it is above."""
    found: list[int] = []
    for _, run in groupby(first):
        n = len([*run])
        found += [n, *([0] * (n - 1))]
    return found


@cache
def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("document.html"))


def _read(name: str) -> str:
    return files("bcinfra.report.documents").joinpath("templates", name).read_text(encoding="utf-8")
