"""What a document is made of: plain text in blocks, which each format lays out in its own way.

No text holds markup, so that whatever a resource is called stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    """1 below the title, 2 below that."""
    text: str

    @property
    def id(self) -> str:
        """What a link inside of the document leads to."""
        return re.sub(r"[^a-z0-9]+", "-", self.text.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    """Of the table, in one word: how ``--section`` names it."""
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or to read letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words for others, in their language."""

    text: str
    language: str
    """ISO 639 code."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure, with what belongs to it."""

    number: int
    text: str
    blocks: tuple[Block, ...] = ()


Block: TypeAlias = Heading | Text | Items | Table | Code | Quote | Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    title: str
    blocks: tuple[Block, ...]
    basis: str = ""
    """What it was made of, at its end."""

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))
