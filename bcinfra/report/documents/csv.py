"""The tables of a document for a spreadsheet or a program: one as it is, or all of them cell by cell."""

from __future__ import annotations

import csv
from io import StringIO

from bcinfra.report.diff.page import visible
from bcinfra.report.documents.blocks import Document, Table

HEADING = ("section", "row", "item", "field", "value")
"""Of all tables at once: each cell is a row, so that every row of the file has the same columns."""


def to_csv(document: Document) -> str:
    """All tables."""
    cells = [
        (table.name, str(number), row[0], field, value)
        for table in document.tables
        for number, row in enumerate(table.rows, 1)
        for field, value in zip(table.heading[1:], row[1:], strict=True)
    ]
    return _written(HEADING, cells)


def table_to_csv(table: Table) -> str:
    """One table with its own columns."""
    return _written(table.heading, table.rows)


def _written(heading: tuple[str, ...], rows: list[tuple[str, ...]] | tuple[tuple[str, ...], ...]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([_inert(visible(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (owasp.org, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
