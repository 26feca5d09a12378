"""Accepted risks: a file that says who took which risk, why, and until when.

::

    accepted:
      - scenario: provider:aws
        objective: recovery time
        owner: Ada Lovelace, head of e-commerce
        reason: a second provider costs more than the loss
        expires: 2027-06-30
      - kind: together
        scenario: ["region:*", "geography:*"]
        capability: [browse, "check*"]
        owner: Ada Lovelace, head of e-commerce
        reason: a third site costs more than the loss
        expires: 2027-06-30
      - finding: BC0022
        resource: shop-prod-pictures
        owner: Ada Lovelace, head of e-commerce
        reason: pictures are drawn anew from the product system
        expires: 2027-06-30

Each field takes a name, a pattern (``*`` stands for any text, ``?`` for one letter) or a list of these, and all fields
of a row must fit; ``stack`` keeps a row to some of the stacks that share a file. A finding that shows in scenarios is
accepted with them. One that shows in none is named by its code and by the name of its resource in the program, or of
what it is about where it has none (``about`` in the JSON).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from os import PathLike, fspath
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bcinfra.continuity.judgement.rules import EXPIRED, RULES
from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.recovery.outcomes import OVERALL, Acceptance, Accepted, FindingAcceptance, matches
from bcinfra.spec.base import Stated, locate
from bcinfra.spec.explain import explain
from bcinfra.spec.load import read_stated
from bcinfra.spec.problems import Place, Problem, SpecError, in_order, refusal

SCHEMA_ID: Final = "urn:bcinfra:schema:accepted"
_WHOLE: Final = "accepted risks"
_BEGIN: Final = "begin with accepted: and a list of rows"


def _several(stated: object) -> object:
    """One or several, as several."""
    if isinstance(stated, list) and not stated:
        raise refusal("must not be empty")
    return cast("list[object]", stated) if isinstance(stated, list) else (stated,)


def _day(stated: object) -> object:
    """A date as people write it; pydantic would take a number for seconds since 1970."""
    try:
        return date.fromisoformat(stated) if isinstance(stated, str) else stated
    except ValueError:
        raise refusal("must be a date such as 2027-06-30") from None


def _objective(pattern: str) -> str:
    if not any(matches(pattern, one) for one in Objective):
        near = get_close_matches(pattern, list(map(str, Objective)), n=1)
        raise refusal("is no objective", *Objective, hint=f"did you mean {near[0]!r}?" if near else None)
    return pattern


def _filled(text: str) -> str:
    if not text.strip():
        raise refusal("must not be empty")
    return text


def _code(code: str) -> str:
    if code not in RULES:
        raise refusal("is no code of a finding", *sorted(RULES), hint="`bcinfra explain` lists them")
    if code == EXPIRED:
        raise refusal("what has expired is accepted anew by a later date")
    return code


_T = TypeVar("_T")
_Pattern: TypeAlias = Annotated[str, Field(min_length=1)]
_Text: TypeAlias = Annotated[str, Field(json_schema_extra={"minLength": 1}), AfterValidator(_filled)]
_Code: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": [*sorted({*RULES} - {EXPIRED})]})]
_List: TypeAlias = Annotated[list[_T], Field(min_length=1)]
_Patterns: TypeAlias = Annotated[
    tuple[_Pattern, ...], BeforeValidator(_several, json_schema_input_type=_Pattern | _List[_Pattern])
]
_Objectives: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(_objective)], ...],
    BeforeValidator(_several, json_schema_input_type=_Pattern | _List[_Pattern]),
]
_Kinds: TypeAlias = Annotated[
    tuple[DisruptionKind, ...],
    BeforeValidator(_several, json_schema_input_type=DisruptionKind | _List[DisruptionKind]),
]
_Codes: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(_code)], ...],
    BeforeValidator(_several, json_schema_input_type=_Code | _List[_Code]),
]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    stack: _Patterns = ("*",)
    """Names of stacks whose risk it is, or patterns: ``*-gcp``. Default: all that the file is read for."""
    owner: _Text
    """Who took the risk."""
    reason: _Text
    """Why it is worth taking."""
    expires: Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
    """The last day on which it holds, such as 2027-06-30."""


class AcceptedVerdict(_Row):
    """Verdicts that are not to be counted: of scenarios, kinds of disruption, or both."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [name]} for name in ("scenario", "kind")]})

    scenario: _Patterns = (OVERALL,)
    """Ids of scenarios, as ``bcinfra explain`` takes them, or patterns: ``zone:*``; ``*`` for all, and for the
    availability."""
    kind: _Kinds = ()
    """Kinds of disruption that the scenario must be of. Default: any."""
    capability: _Patterns = ("*",)
    """Names of capabilities, or patterns. Default: every one."""
    objective: _Objectives = ("*",)
    """What is missed: recovery time, data loss, availability. Default: whichever it is."""

    def acceptance(self) -> Accepted:
        return Acceptance(
            scenarios=self.scenario,
            kinds=self.kind,
            capabilities=self.capability,
            objectives=self.objective,
            stacks=self.stack,
            owner=self.owner,
            reason=self.reason,
            expires=self.expires,
        )


class AcceptedFinding(_Row):
    """Findings that show in no scenario."""

    finding: _Codes
    """Codes: ``BC0022``."""
    resource: _Patterns
    """Names of resources in the program, or of what the finding is about, or patterns."""

    def acceptance(self) -> Accepted:
        return FindingAcceptance(
            codes=self.finding,
            resources=self.resource,
            stacks=self.stack,
            owner=self.owner,
            reason=self.reason,
            expires=self.expires,
        )


class AcceptedRisks(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    accepted: tuple[AcceptedVerdict | AcceptedFinding, ...] = ()
    """One row for each risk; of several that fit a verdict the first counts."""


def read_accepted(path: str | PathLike[str]) -> tuple[Accepted, ...]:
    """Read accepted risks. Raises :class:`~bcinfra.spec.SpecError` with every mistake."""
    return tuple(read_rows(path))


def read_rows(path: str | PathLike[str]) -> dict[Accepted, Place]:
    """The rows with the place of each; of rows alike the first. Raises as :func:`read_accepted`."""
    problems, stated = read_stated(fspath(path), _WHOLE, _BEGIN)
    stated = Stated({}) if stated is None else stated
    rows: dict[Accepted, Place] = {}
    problems += _mistakes(AcceptedRisks, {name: stated[name] for name in stated if name != "accepted"})
    given: object = stated.get("accepted")
    if not isinstance(given, list | None):
        problems.append(Problem(path=("accepted",), value=given, message="must be a list of rows"))
    for index, row in enumerate(cast("list[object]", given or [])):
        try:
            rows.setdefault(row_of(row), stated.places["accepted", index])
        except SpecError as error:
            problems += (replace(one, path=("accepted", index, *one.path)) for one in error.problems)
    if problems:
        placed = (one if one.place else replace(one, place=locate(stated, one.path)) for one in problems)
        raise SpecError(in_order(replace(one, whole=_WHOLE) for one in placed))
    return rows


def row_of(stated: object) -> Accepted:
    """What one row accepts. Raises :class:`~bcinfra.spec.SpecError` with every mistake."""
    if not isinstance(stated, Mapping):
        raise SpecError([Problem(path=(), value=stated, message="must be a mapping of fields to values")])
    row = cast("Mapping[str, object]", stated)
    model = AcceptedFinding if "finding" in row else AcceptedVerdict
    problems = list(_mistakes(model, row))
    if model is AcceptedVerdict and row.keys().isdisjoint(("scenario", "kind")):
        hint = "name scenarios, a kind of disruption (kind: region), or a finding"
        problems.append(Problem(path=("scenario",), message="is required", hint=hint))
    if problems:
        raise SpecError(problems)
    return model.model_validate(row).acceptance()


def _mistakes(model: type[BaseModel], row: Mapping[str, object]) -> Iterator[Problem]:
    try:
        model.model_validate(row)
    except ValidationError as error:
        for one in explain(error, model, row):
            # A value that stands alone has no place in a list.
            alone = len(one.path) > 1 and not isinstance(row[str(one.path[0])], list)
            yield replace(one, path=one.path[:1]) if alone else one


def json_schema() -> dict[str, Any]:
    """The schema of the file."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **AcceptedRisks.model_json_schema(), "title": "Accepted risks: who took which, why and until when"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/accepted.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
