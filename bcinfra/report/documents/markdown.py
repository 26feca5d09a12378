"""A document in Markdown, as forges and editors show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bcinfra.report.diff.page import visible
from bcinfra.report.documents.blocks import Block, Code, Document, Heading, Items, Quote, Step, Table, Text


def to_markdown(document: Document) -> str:
    blocks = [f"# {_prose(document.title)}", *(_block(block) for block in document.blocks)]
    if document.basis:
        blocks.append(f"<sub>{_prose(document.basis)}</sub>")
    return "\n\n".join(blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * (level + 1)} {_prose(text)}"
        case Text(text):
            return _prose(text)
        case Items(items):
            return "\n".join(f"- {_prose(item)}" for item in items)
        case Table():
            return "\n".join(_table(block))
        case Code(text):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            shown = "\n".join(map(visible, text.splitlines()))
            return f"{fence}\n{shown}\n{fence}"
        case Quote(text, language):
            return "\n".join([f"> **{language}**", ">", *(f"> {_prose(line)}" for line in text.splitlines())])
        case Step(number, text, blocks):
            inner = "".join(f"\n\n{_block(each)}" for each in blocks)
            start = f"{number}. "
            return start + (f"**{_prose(text)}**{inner}").replace("\n", "\n" + " " * len(start)).replace(
                "\n" + " " * len(start) + "\n", "\n\n"
            )


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(map(_prose, table.heading)) + " |"
    yield "|" + " --- |" * len(table.heading)
    for row in table.rows:
        yield "| " + " | ".join(_prose(cell).replace("\n", "<br>") for cell in row) + " |"


def _prose(text: str) -> str:
    """``text`` with nothing in it that Markdown or a forge would act on."""
    return "\n".join(re.sub(r"([\\`*_{}\[\]<>#|~@&!])", r"\\\1", visible(line)) for line in text.split("\n"))
