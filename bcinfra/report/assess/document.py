"""An assessment for programs: one JSON document with a published schema (``schemas/assessment.schema.json``).

Figures stand in one table, ``figures``, each with why it is believed; everything else refers to them by position, and
``explain`` gives the position of each by its id. Later versions only add fields. ``bcinfra explain --stack FILE``
reads the document back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.dump import SCHEMA, to_json as dumped
from bcinfra.continuity.judgement.findings import RULES
from bcinfra.continuity.model.facts import Overrides, row
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import Unit
from bcinfra.continuity.model.stateless import Holds
from bcinfra.continuity.recovery.critical_path import Phase
from bcinfra.continuity.recovery.outcomes import Kind, WayKind
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind

SCHEMA_ID: Final = "urn:bcinfra:schema:assessment"
FORMAT: Final = "bcinfra-assessment"


def to_document(
    assessment: Assessment, model: Model, quantile: float = 0.95, overrides: Overrides | None = None
) -> dict[str, Any]:
    """The assessment as plain values, with what it says of the model."""
    body = dumped(assessment)
    return {
        "format": FORMAT,
        **body,
        "quantile": quantile,
        "currency": model.business.currency,
        "provenance": {c.name: c.provenance.value for c in model.capabilities},
        "not_understood": list(model.not_understood),
        "opaque": list(model.opaque),
        "own_figures": {id: own for id in assessment.facts if (own := row(id, overrides).overridden)},
    }


def to_json(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """One document of :func:`to_document`, or an array of them, as text that ends in a newline."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def is_assessment(document: Mapping[str, Any]) -> bool:
    """Whether ``document`` is an assessment that this version can read."""
    return document.get("format") == FORMAT and document.get("schema") == SCHEMA


# The schema

_Schema = dict[str, Any]
_TEXT: Final[_Schema] = {"type": "string"}
_TEXTS: Final[_Schema] = {"type": "array", "items": _TEXT}
_TRUTH: Final[_Schema] = {"type": "boolean"}
_NUMBER: Final[_Schema] = {"type": "number"}
_COUNT: Final[_Schema] = {"type": "integer", "minimum": 0}
_FIGURE: Final[_Schema] = {"description": "Position in `figures`.", **_COUNT}
_SHARE: Final[_Schema] = {"type": "number", "minimum": 0, "maximum": 1}


def _object(optional: _Schema | None = None, /, **fields: _Schema) -> _Schema:
    properties = fields | (optional or {})
    return {"type": "object", "properties": properties, "required": list(fields), "additionalProperties": False}


def _maybe(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _many(schema: _Schema) -> _Schema:
    return {"type": "array", "items": schema}


def _named(schema: _Schema) -> _Schema:
    return {"type": "object", "additionalProperties": schema}


def _one_of(words: type[StrEnum]) -> _Schema:
    return {"enum": [word.value for word in words]}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def schema() -> _Schema:
    """The JSON Schema (2020-12) of the document."""
    seconds = {"description": "Seconds.", **_NUMBER}
    figure = _object(
        {"low": _NUMBER, "typical": _NUMBER, "upper": _maybe(_NUMBER)},
        name=_TEXT,
        unit=_one_of(Unit),
        known=_TRUTH,
        why=_ref("why"),
    )
    why = {
        "oneOf": [
            _object(kind={"const": "fact"}, fact=_TEXT, field=_TEXT),
            _object(kind={"const": "assumed"}, text=_TEXT),
            _object(kind={"const": "stated"}, place=_TEXT),
            _object(kind={"const": "unknown"}, reason=_TEXT),
            _object(kind={"const": "computed"}, how=_TEXT, of=_many(_FIGURE)),
        ]
    }
    who: _Schema = {"owner": _TEXT, "reason": _TEXT, "expires": {"type": "string", "format": "date"}}
    acceptance = _object(scenario=_TEXT, capability=_TEXT, objective=_one_of(Objective), **who)
    finding_acceptance = _object(finding={"enum": sorted(RULES)}, resource=_TEXT, **who)
    accepted = _many({"anyOf": [_ref("acceptance"), _ref("finding_acceptance")]})
    verdict = _object(
        objective=_one_of(Objective),
        judgement=_one_of(Judgement),
        target={"description": "Seconds, or a share for the availability.", **_NUMBER},
        value=_maybe(_FIGURE),
        because=_TEXT,
        acceptance=_maybe(_ref("acceptance")),
    )
    step = _object(
        name=_TEXT,
        phase=_one_of(Phase),
        duration=_FIGURE,
        after=_TEXTS,
        needs=_TEXTS,
        lost={"description": "What it needs and what failed: it cannot be done.", **_TEXTS},
        critical=_TRUTH,
    )
    loss = _object(
        store=_TEXT,
        copy=_maybe(_TEXT),
        everything=_TRUTH,
        age=_maybe(_FIGURE),
        rejected=_many(_object(copy=_TEXT, reason=_TEXT)),
    )
    way = _object(
        kind=_one_of(WayKind),
        site=_maybe(_TEXT),
        feasible=_TRUTH,
        person=_TRUTH,
        time=_maybe(_FIGURE),
        load=_maybe(_NUMBER),
        unknown=_TEXTS,
        steps=_many(_ref("step")),
        data=_many(_ref("loss")),
        inconsistencies=_many(_object(newer=_TEXT, older=_TEXT, seconds=_maybe(seconds))),
    )
    outcome = _object(
        capability=_TEXT,
        kind=_one_of(Kind),
        time=_maybe(_FIGURE),
        degraded_to=_maybe(_TEXT),
        reasons=_TEXTS,
        unknown=_TEXTS,
        way=_maybe(_ref("way")),
        others=_many(_ref("way")),
        verdicts=_many(_ref("verdict")),
    )
    scenario = _object(
        id=_TEXT,
        kind=_one_of(ScenarioKind),
        title=_TEXT,
        failed=_TEXTS,
        rate=_FIGURE,
        lasts=_maybe(_FIGURE),
        loss=_maybe(_FIGURE),
        judgement=_maybe(_one_of(Judgement)),
        outcomes=_many(_ref("outcome")),
    )
    target = _object(
        recovery_time=_maybe(seconds), data_loss=_maybe(seconds), availability=_maybe(_NUMBER), provenance=_TEXT
    )
    capability = _object(
        name=_TEXT,
        target=target,
        availability=_FIGURE,
        kept=_maybe(_FIGURE),
        down_by_design=_FIGURE,
        undecided=_TEXTS,
        verdict=_maybe(_ref("verdict")),
        cut_sets=_object(sets=_many(_TEXTS), total=_COUNT, largest=_maybe(_COUNT)),
        importance=_named(_object(birnbaum=_NUMBER, criticality=_NUMBER)),
    )
    finding = _object(
        code={"enum": sorted(RULES)},
        title=_TEXT,
        breaks=_TEXT,
        message=_TEXT,
        resource=_maybe(_TEXT),
        about={"description": "What a row of accepted risks names it by.", **_TEXT},
        place=_maybe({"description": "File and line of the program.", **_TEXT}),
        capabilities=_TEXTS,
        scenarios=_TEXTS,
        evidence=_TEXTS,
        fix=_TEXT,
        plain=_TEXT,
        accepted={
            "description": "Who took the risk of every verdict that is broken where it shows, or of the finding itself"
            " where it shows in no scenario.",
            **accepted,
        },
    )
    proof = _object(
        judgement={
            "description": "MET: proven; MISSED: business data is held; UNKNOWN: not proven.",
            **_one_of(Judgement),
        },
        counts=_named(_COUNT),
        conditions={"description": "What no graph shows and is taken for granted.", **_TEXTS},
        groups=_many(_object(holds=_one_of(Holds), reason=_TEXT, resources=_TEXTS)),
    )
    body = _object(
        format={"const": FORMAT},
        schema={"const": SCHEMA},
        title=_TEXT,
        strategy=_maybe(_TEXT),
        active_site=_maybe(_TEXT),
        sites=_TEXTS,
        domains=_TEXTS,
        counts=_named(_COUNT),
        expected_loss=_maybe(_FIGURE),
        loss_once_in_years=_named(_FIGURE),
        untold=_TEXTS,
        omitted_pairs=_COUNT,
        scenarios=_many(_ref("scenario")),
        capabilities=_many(_ref("capability")),
        findings=_many(_ref("finding")),
        stateless=_maybe(_ref("proof")),
        expired=accepted,
        unmatched={"description": "Acceptances that no verdict and no finding needs.", **accepted},
        assumptions=_TEXTS,
        facts=_TEXTS,
        explain=_named(_FIGURE),
        figures=_many(_ref("figure")),
        quantile=_SHARE,
        currency=_TEXT,
        provenance=_named(_TEXT),
        not_understood=_TEXTS,
        opaque=_TEXTS,
        own_figures=_named({"description": "Why a figure of the customer stands in place of this fact.", **_TEXT}),
    )
    definitions = {
        "why": why,
        "figure": figure,
        "acceptance": acceptance,
        "finding_acceptance": finding_acceptance,
        "verdict": verdict,
        "step": step,
        "loss": loss,
        "way": way,
        "outcome": outcome,
        "scenario": scenario,
        "capability": capability,
        "finding": finding,
        "proof": proof,
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, "title": "Assessment"}
    return {**head, **body, "$defs": definitions}


def schema_text() -> str:
    """The schema as it is published in ``schemas/assessment.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
