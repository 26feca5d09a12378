"""What a check of pages finds, as one JSON document with a published schema (``schemas/validation.schema.json``).

Later versions only add fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bcinfra.spec.page import Page
from bcinfra.spec.problems import HIDDEN, Problem, SpecError, is_hidden, key

VERSION: Final = 1
SCHEMA_ID: Final = "urn:bcinfra:schema:validation"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Mistake(_Model):
    """One thing that is wrong with a page."""

    file: str
    """The page, as it was given; ``-`` for standard input."""
    line: int
    """1-based; 1 where it concerns the page as a whole."""
    key: str
    """The path to the value: ``sites.dublin.region``, ``web``; empty for the page as a whole."""
    value: str | int | float | bool | None = None
    """The value, where one was stated that fits on a line; what may be a secret is not repeated."""
    message: str
    """What is wrong."""
    allowed: tuple[str, ...] = ()
    """The values that are allowed, or one phrase that says what is."""
    fix: str | None = None
    """What to do, or the nearest allowed value."""


class Checked(_Model):
    """One page."""

    file: str
    """As it was given."""
    valid: bool
    """Whether a shop can be made of it."""
    shop: str | None = None
    """How its names begin: ``corner-prod``."""
    strategy: str | None = None
    """How it survives the loss of a site."""
    sites: Mapping[str, str] = {}
    """The role of each site."""
    problems: tuple[Mistake, ...] = ()
    """All its mistakes, in the order of its lines."""


class Validation(_Model):
    """All pages that were given."""

    version: int = VERSION
    """Of this document."""
    valid: bool
    """Whether all are."""
    files: tuple[Checked, ...]
    """Each of them, in the order in which they were given."""


def to_json(results: Mapping[str, Page | SpecError]) -> str:
    """The document of what was found in each file, as text that ends in a newline."""
    files = tuple(_checked(file, result) for file, result in results.items())
    found = Validation(version=VERSION, valid=all(file.valid for file in files), files=files)
    return json.dumps(found.model_dump(mode="json", exclude_unset=True), indent=2, ensure_ascii=False) + "\n"


def schema_text() -> str:
    """The schema as it is published in ``schemas/validation.schema.json``."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return json.dumps({**head, **Validation.model_json_schema(), "title": "Check of pages"}, indent=2) + "\n"


def _checked(file: str, result: Page | SpecError) -> Checked:
    if isinstance(result, SpecError):
        return Checked(file=file, valid=False, problems=tuple(_mistake(file, problem) for problem in result.problems))
    roles = {name: site.role for name, site in result.sites.items()}
    return Checked(file=file, valid=True, shop=result.prefix, strategy=result.strategy, sites=roles)


def _mistake(file: str, problem: Problem) -> Mistake:
    value = HIDDEN if is_hidden(problem.path, problem.value) else problem.value
    optional: dict[str, Any] = {"allowed": problem.allowed, "fix": problem.help}
    stated = {name: what for name, what in optional.items() if what}
    if isinstance(value, str | int | float | None):
        stated["value"] = value
    line = problem.place.line if problem.place else 1
    return Mistake(file=file, line=line, key=key(problem.path), message=problem.message, **stated)
