"""Records of operation: a file that says what was restored, drilled, reviewed or trained, when, and with what result.

::

    records:
      - what: restore
        of: orders
        on: 2026-11-03
        passed: true
        took: 38m
        lost: 12m
        by: Grace Hopper, operations
        see: tickets/1812
      - what: drill
        of: "region:aws/eu-west-1"
        on: 2026-10-12
        passed: false
        by: Grace Hopper, operations

No graph shows that anything was ever done. What auditors call operating evidence comes from here alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from os import PathLike, fspath
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.continuity.recovery.outcomes import matches
from bcinfra.spec.base import Stated, locate
from bcinfra.spec.explain import explain
from bcinfra.spec.load import read_stated
from bcinfra.spec.problems import Problem, SpecError, in_order
from bcinfra.spec.values import Duration

SCHEMA_ID: Final = "urn:bcinfra:schema:records"
_WHOLE: Final = "records"


class Deed(StrEnum):
    """What can be recorded."""

    RESTORE = "restore"
    """A copy was restored, and what came out was looked at."""
    DRILL = "drill"
    """A scenario was played for real."""
    REVIEW = "review"
    """Plans, objectives and risks were read by who answers for them."""
    TRAINING = "training"


class Record(BaseModel):
    """One thing that was done."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    what: Deed
    """What was done."""
    of: str = Field(min_length=1)
    """A data class, store or copy that was restored; the id of a scenario that was drilled; a clause or ``plan`` that
    was reviewed or trained. Patterns: ``*`` stands for any text."""
    on: date
    """The day, such as 2026-11-03."""
    passed: bool
    """Whether it did what was expected."""
    took: Duration | None = None
    """How long it took, such as 38m."""
    lost: Duration | None = None
    """How old the newest of what came back was."""
    by: str = Field(min_length=1)
    """Who answers for the record."""
    see: str | None = None
    """Where the protocol lies."""

    @property
    def until(self) -> date:
        """The last day on which it is younger than a year."""
        return self.on + timedelta(days=365)


class Records(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    records: tuple[Record, ...] = ()
    """One row for each thing done."""


def newest(records: Iterable[Record], *names: str) -> Record | None:
    """The last record that passed, of anything called one of ``names``."""
    found = (one for one in records if one.passed and any(matches(one.of, name) for name in names))
    return max(found, key=lambda one: one.on, default=None)


def read_records(path: str | PathLike[str]) -> tuple[Record, ...]:
    """Read records. Raises :class:`~bcinfra.spec.SpecError` with every mistake."""
    problems, stated = read_stated(fspath(path), _WHOLE, "begin with records: and a list of rows")
    stated = Stated({}) if stated is None else stated
    rows: list[Record] = []
    for name in stated.keys() - {"records"}:
        problems.append(Problem(path=(name,), value=stated[name], message="is not a field", allowed=("records",)))
    given: object = stated.get("records")
    if not isinstance(given, list | None):
        problems.append(Problem(path=("records",), value=given, message="must be a list of rows"))
        given = None
    for index, row in enumerate(cast("list[object]", given or [])):
        try:
            rows.append(Record.model_validate(row))
        except ValidationError as error:
            found = explain(error, Record, row)
            problems += (replace(one, path=("records", index, *one.path)) for one in found)
    if problems:
        placed = (one if one.place else replace(one, place=locate(stated, one.path)) for one in problems)
        raise SpecError(in_order(replace(one, whole=_WHOLE) for one in placed))
    return tuple(rows)


def json_schema() -> dict[str, Any]:
    """The schema of the file."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **Records.model_json_schema(), "title": "Records of operation: what was done, when, how it went"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/records.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
