"""Packs a list of prices for the product: ``python -m tools.prices LIST.yaml``.

The list has one row a line with ``id``, ``region``, ``unit``, ``date``, one ``usd_*`` figure (beside ``usd_low`` and
``usd_high``), ``confidence``, ``source`` and ``attribution``. Two tables come of it, which a start reads in
milliseconds: the prices, and the sources that they name by number. How to renew the list: ``docs/prices.md``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

DATA: Final = Path(__file__).parents[1] / "bcinfra/continuity/data"
RANGE: Final = ("usd_low", "usd_high")


def main(path: str) -> None:
    rows: list[Mapping[str, Any]] = yaml.load(Path(path).read_text(encoding="utf-8"), yaml.CSafeLoader)["items"]
    sources: dict[tuple[str, str], int] = {}
    packed = [_packed(row, sources.setdefault(_source(row), len(sources) + 1)) for row in rows]
    head = ("id", "region", "unit", "usd", "low", "high", "date", "confidence", "source")
    _write("prices.csv", head, sorted(packed))
    numbered = ((number, *source) for source, number in sources.items())
    _write("price_sources.csv", ("source", "read_from", "attribution"), numbered)


def _packed(row: Mapping[str, Any], source: int) -> tuple[str, ...]:
    (usd,) = (value for name, value in row.items() if name.startswith("usd_") and name not in RANGE)
    low, high = (f"{row[name]:.12g}" if name in row else "" for name in RANGE)
    known = (row["id"], row["region"], row["unit"], f"{usd:.12g}", low, high)
    return *known, str(row["date"]), row["confidence"], str(source)


def _source(row: Mapping[str, Any]) -> tuple[str, str]:
    said = (row["source"], row.get("basis"), row.get("note"))
    return "; ".join(one for one in said if one), row["attribution"]


def _write(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
