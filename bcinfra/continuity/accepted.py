"""Accepted risks: a file that says who took which risk, why, and until when.

::

    accepted:
      - scenario: provider:aws
        capability: "*"
        objective: recovery time
        owner: Ada Lovelace, head of e-commerce
        reason: a second provider costs more than the loss
        expires: 2027-06-30
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.continuity.facts import DataError
from bcinfra.continuity.outcomes import Acceptance, Objective


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str = Field(min_length=1)
    capability: str = Field(default="*", min_length=1)
    objective: Objective
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: date


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: tuple[_Row, ...] = ()


def read_accepted(path: Path) -> tuple[Acceptance, ...]:
    """Read accepted risks. Raises ``DataError`` with every problem, ``OSError`` if there is no such file."""
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise DataError(f"{path}: not YAML: {error}") from None
    except ValidationError as error:
        raise DataError(*(_problem(path, row["loc"], row["input"], row["msg"]) for row in error.errors())) from None
    return tuple(Acceptance(**dict(row)) for row in found.accepted)


def _problem(path: Path, loc: tuple[int | str, ...], value: object, message: str) -> str:
    return f"{path}: {'.'.join(map(str, loc)) or 'file'} = {value!r}: {message}"
