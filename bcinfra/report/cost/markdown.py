"""A cost as a comment on a code forge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bcinfra.report.cost.page import CostPage


def to_markdown(page: CostPage) -> str:
    """The page as one comment."""
    return "\n\n".join(block for block in _blocks(page) if block) + "\n"


def _blocks(page: CostPage) -> Iterator[str]:
    yield f"### Cost: {_plain(page.headline)}"
    yield page.budget
    yield page.rests
    for name, rows in page.sums.items():
        yield _table((f"By {name}", f"{page.currency} a month", "Range", "Share"), rows)
    if page.lines:
        heading = ("Line", f"{page.currency} a month", "Range", "Site", "For", "How")
        shown = ((one.name, one.amount, one.range, one.site, one.purpose, one.how) for one in page.lines)
        yield f"<details><summary>{len(page.lines)} largest lines</summary>\n\n{_table(heading, shown)}\n\n</details>"
    yield _list("Not in the sum", page.gaps)
    yield _list("Assumed, as nothing states it", page.assumed)


def _list(heading: str, rows: Sequence[str]) -> str:
    listed = "\n".join(f"- {_plain(row)}" for row in rows)
    return f"<details><summary>{heading}: {len(rows)}</summary>\n\n{listed}\n\n</details>" if rows else ""


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heading) + " |", "|" + " --- |" * len(heading)]
    lines += ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    for mark in "\\`*_<>|":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")
