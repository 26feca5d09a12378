"""A customer's own figures: a file that replaces single facts and base rates of the data set, and says why.

::

    facts:
      aws.rds.snapshot_restore:
        failover_seconds: {typical: 1500, upper: 2400}
        why: restore rehearsal of 2026-10-02
    base_rates:
      ransomware-company:
        rate: {low: 0.01, typical: 0.03, upper: 0.1}
        why: our insurer's table
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from os import PathLike, fspath
from typing import Any, Final, cast

import yaml
from pydantic import ValidationError

from bcinfra.continuity.model.facts import Overrides, base_rates, facts
from bcinfra.spec.base import Stated, locate
from bcinfra.spec.explain import explain
from bcinfra.spec.load import read_stated
from bcinfra.spec.problems import Problem, SpecError, in_order

SCHEMA_ID: Final = "urn:bcinfra:schema:figures"
_WHOLE: Final = "figures"


def read_overrides(path: str | PathLike[str]) -> Overrides:
    """Read a customer's figures. Raises :class:`~bcinfra.spec.SpecError` with every mistake."""
    problems, stated = read_stated(fspath(path), _WHOLE, "begin with facts: or base_rates:")
    stated = Stated({}) if stated is None else stated
    given: object = stated.get("facts")
    for row in cast("Mapping[str, object]", given).values() if isinstance(given, Mapping) else ():
        if isinstance(row, dict) and "parameters" in row:
            row["parameters"] = _plain(cast("object", row["parameters"]))
    overrides = Overrides()
    try:
        overrides = Overrides.model_validate(stated)
    except ValidationError as error:
        problems += explain(error, Overrides, stated)
    problems += _strange("facts", "fact", stated, facts())
    problems += _strange("base_rates", "base rate", stated, base_rates())
    if problems:
        placed = (one if one.place else replace(one, place=locate(stated, one.path)) for one in problems)
        raise SpecError(in_order(replace(one, whole=_WHOLE) for one in placed))
    return overrides


def _strange(field: str, what: str, stated: Stated, known: Mapping[str, object]) -> Iterator[Problem]:
    """Rows that replace none of the data set."""
    given: object = stated.get(field)
    for id in cast("Mapping[str, object]", given) if isinstance(given, Mapping) else ():
        if id not in known:
            near = get_close_matches(id, known, n=1, cutoff=0.0)
            hint = f"did you mean {near[0]!r}? `bcinfra explain` lists them" if near else None
            yield Problem(path=(field, id), message=f"is no {what}", hint=hint)


def _plain(value: object) -> object:
    """Parameters have no types but those that YAML gives: a number, a truth, else text."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, str):
        try:
            found = yaml.safe_load(value)
        except yaml.YAMLError:
            return value
        return found if isinstance(found, int | float) else value
    return value


def json_schema() -> dict[str, Any]:
    """The schema of the file. Which facts there are is checked by the reader alone."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **Overrides.model_json_schema(), "title": "A customer's own figures, and why"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/figures.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
