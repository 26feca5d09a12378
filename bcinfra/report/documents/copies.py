"""Every copy of every data class, for a terminal, for programs, and as a table of a document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from bcinfra.continuity.judgement.copies import Copy, DataCopies
from bcinfra.continuity.judgement.records import Record
from bcinfra.continuity.model.ranges import Figure
from bcinfra.report.documents.blocks import Table
from bcinfra.report.words import copies as words
from bcinfra.report.words.quantities import pair

FORMAT: Final = "bcinfra-copies"
SCHEMA: Final = 1


def grouped(found: Iterable[DataCopies]) -> list[tuple[DataCopies, ...]]:
    """Data classes that live in the same stores stand together: their copies are the same."""
    groups: dict[tuple[str, ...], list[DataCopies]] = {}
    for one in found:
        groups.setdefault(one.stores or (one.name,), []).append(one)
    return [tuple(each) for each in groups.values()]


def lines(found: Iterable[DataCopies], title: str, *, recorded: bool = True) -> Iterator[tuple[int, str, bool]]:
    """How deep each line stands, its text, and whether it is a heading. ``recorded``: whether records were given."""
    yield 0, f"Copies of the data of {title}", True
    for group in grouped(found):
        first = group[0]
        yield 0, ", ".join(map(words.name, group)), True
        if not first.copies:
            yield 1, "nothing in the stack holds it: no copy is known", False
            continue
        untold = not recorded and any(copy.tested_by for copy in first.copies)
        yield 1, f"3-2-1: {words.rule(first.rule, untold=untold)}; {words.lacks(first.rule)}", False
        for copy in first.copies:
            yield 1, copy.name if copy.name.startswith(copy.mechanism) else f"{copy.mechanism}: {copy.name}", False
            yield 2, f"where: {words.where(copy)}; vendor: {words.vendor(copy)}; account: {words.accounts(copy)}", False
            yield 2, f"key: {words.keys(copy)}", False
            yield 2, f"age at worst: {words.age(copy)}; kept: {words.kept(copy)}", False
            yield 2, f"locked: {words.locked(copy)}; last proved restore: {words.proved(copy)}", False


HEADING: Final = (
    "Data",
    "Copy",
    "Kind",
    "Country",
    "Place",
    "Vendor",
    "Account",
    "Key",
    "Age at worst",
    "Kept",
    "Locked",
    "Who can read it",
    "Who can delete it",
    "Last proved restore",
)


def table(found: Iterable[DataCopies]) -> Table:
    """A row for each copy."""
    return Table("copies", HEADING, tuple(row for group in grouped(found) for row in _rows(group)))


def _rows(group: Sequence[DataCopies]) -> Iterator[tuple[str, ...]]:
    data = ", ".join(map(words.name, group))
    if not group[0].copies:
        yield (data, "missing", *([""] * (len(HEADING) - 2)))
    for copy in group[0].copies:
        yield (
            data,
            copy.name,
            copy.mechanism,
            words.country(copy),
            words.place(copy),
            words.vendor(copy),
            words.accounts(copy),
            words.keys(copy),
            words.age(copy),
            words.kept(copy),
            words.locked(copy),
            words.readers(copy),
            words.deleters(copy),
            words.proved(copy),
        )


def to_json(found: Iterable[DataCopies], title: str) -> str:
    """Every data class with every copy; lengths of time in seconds."""
    document = {"format": FORMAT, "schema": SCHEMA, "title": title, "data": [_data(one) for one in found]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _data(one: DataCopies) -> dict[str, Any]:
    rule = one.rule
    return {
        "data": one.data,
        "criticality": one.criticality,
        "stores": list(one.stores),
        "isolated_age": _figure(one.isolated_age),
        "rule": {
            "copies": rule.copies,
            "kinds": list(rule.kinds),
            "elsewhere": rule.elsewhere,
            "isolated": rule.isolated,
            "proved": rule.proved,
            "lacks": list(rule.lacks),
        },
        "copies": [_copy(copy) for copy in one.copies],
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "urn": copy.urn,
        "name": copy.name,
        "mechanism": copy.mechanism,
        "running": copy.running,
        "place": str(copy.place) if copy.place else None,
        "area": copy.area,
        "country": copy.country,
        "vendor": copy.vendor,
        "accounts": list(copy.accounts),
        "keys": list(copy.keys),
        "age": _figure(copy.age),
        "retention": copy.retention.total_seconds() if copy.retention else None,
        "locked": copy.locked.total_seconds() if copy.locked else None,
        "protections": sorted(copy.protections),
        "follows_deletes": copy.follows_deletes,
        "isolated": copy.isolated,
        "made_anew": copy.anew,
        "restore": _figure(copy.restore),
        "rows_alone": copy.rows_alone,
        "restore_tested_by": copy.tested_by,
        "restore_proved": _record(copy.proved),
        "readers": words.readers(copy),
        "deleters": words.deleters(copy),
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    value = figure.value
    ends = {"low": value.lower, "typical": value.typical, "upper": value.upper} if value else {}
    return {"known": value is not None, **ends, "text": pair(value)}


def _record(record: Record | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record else None
