"""Accepted risks: a file that says who took which risk, why, and until when.

::

    accepted:
      - scenario: provider:aws
        capability: "*"
        objective: recovery time
        owner: Ada Lovelace, head of e-commerce
        reason: a second provider costs more than the loss
        expires: 2027-06-30
      - finding: BC0022
        resource: shop-prod-pictures
        owner: Ada Lovelace, head of e-commerce
        reason: pictures are drawn anew from the product system
        expires: 2027-06-30

A finding that shows in scenarios is accepted with them. One that shows in none is named by its code and by the name of
its resource in the program, or of what it is about where it has none (``about`` in the JSON); ``*`` names every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, field_validator

from bcinfra.continuity.judgement.rules import EXPIRED, RULES
from bcinfra.continuity.model.facts import DataError
from bcinfra.continuity.model.objectives import Objective
from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, FindingAcceptance


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: date


class _Verdict(_Row):
    scenario: str = Field(min_length=1)
    capability: str = Field(default="*", min_length=1)
    objective: Objective


class _Finding(_Row):
    code: str = Field(alias="finding")
    resource: str = Field(min_length=1)

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in RULES:
            raise ValueError("is no code of a finding: bcinfra explain lists them")
        if code == EXPIRED:
            raise ValueError("what has expired is accepted anew by a later date")
        return code


_KINDS: Final = ("a finding", "a verdict")


def _kind(row: object) -> str:
    return _KINDS[0] if isinstance(row, Mapping) and "finding" in row else _KINDS[1]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: tuple[
        Annotated[Annotated[_Finding, Tag(_KINDS[0])] | Annotated[_Verdict, Tag(_KINDS[1])], Discriminator(_kind)], ...
    ] = ()


def read_accepted(path: Path) -> tuple[Accepted, ...]:
    """Read accepted risks. Raises ``DataError`` with every problem, ``OSError`` if there is no such file."""
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise DataError(f"{path}: not YAML: {error}") from None
    except ValidationError as error:
        found = ((tuple(p for p in row["loc"] if p not in _KINDS), row["input"], row["msg"]) for row in error.errors())
        raise DataError(*(_problem(path, *row) for row in found)) from None
    return tuple(
        FindingAcceptance(**dict(row)) if isinstance(row, _Finding) else Acceptance(**dict(row))
        for row in found.accepted
    )


def _problem(path: Path, loc: tuple[int | str, ...], value: object, message: str) -> str:
    return f"{path}: {'.'.join(map(str, loc)) or 'file'} = {value!r}: {message}"
