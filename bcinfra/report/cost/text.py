"""A cost on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bcinfra.report.cost.page import CostPage


def show_cost(console: Console, page: CostPage) -> None:
    """The sum, its parts, the largest lines, what has no price, what is assumed."""
    console.print(Text(page.headline, style="bold"))
    for said in (page.budget, page.rests):
        if said:
            console.print(Text(said))
    for name, rows in page.sums.items():
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(f"By {name}", style=None, header_style="bold", overflow="fold")
        for heading in (f"{page.currency} a month", "range", "share"):
            table.add_column(heading, justify="right", header_style="bold")
        for row in rows:
            table.add_row(Text(row.name), row.amount, row.range, row.share)
        console.print()
        console.print(table)
    if page.lines:
        console.print()
        console.print(Text("The largest lines" if page.more else "All lines", style="bold"))
        for line in page.lines:
            span = f" ({line.range})" if line.range else ""
            console.print(Text(f"  {line.amount}{span}  {line.name}, {line.site}, {line.purpose}"))
            console.print(Text(f"      {line.how}", style="dim"))
        if page.more:
            console.print(Text(f"  and {page.more} smaller: --full", style="dim"))
    _listed(console, "Not in the sum", page.gaps)
    _listed(console, "Assumed, as nothing states it", page.assumed)


def _listed(console: Console, heading: str, rows: tuple[str, ...]) -> None:
    if rows:
        console.print()
        console.print(Text(heading, style="bold"))
        for row in rows:
            console.print(Text(f"  {row}"))
