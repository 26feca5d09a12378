"""Reads a kept document of :mod:`bcinfra.report.assess.document` back, as far as comparisons take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bcinfra.continuity.judgement.compare import Key, Standing, Standings
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.steps import Act, Deed
from bcinfra.report.assess.document import FORMAT, SCHEMA


def is_assessment(document: Mapping[str, Any]) -> bool:
    """Whether ``document`` is an assessment that this version can read."""
    return document.get("format") == FORMAT and document.get("schema") == SCHEMA


def titles(document: Mapping[str, Any]) -> dict[str, str]:
    """What the scenarios of a kept document are called, by id."""
    return {scenario["id"]: scenario["title"] for scenario in document["scenarios"]}


def standings(document: Mapping[str, Any]) -> Standings:
    """How every objective stands in a kept document, for :mod:`bcinfra.continuity.judgement.compare`."""
    found: dict[Key, Standing] = {}
    for scenario in document["scenarios"]:
        for outcome in scenario["outcomes"]:
            for verdict in outcome["verdicts"]:
                key = scenario["id"], outcome["capability"], Objective(verdict["objective"])
                found[key] = _standing(document, verdict, outcome["way"], Kind(outcome["kind"]))
    for capability in document["capabilities"]:
        if verdict := capability["verdict"]:
            found["", capability["name"], Objective.AVAILABILITY] = _standing(document, verdict, None, None)
    return Standings(
        by_key=found,
        weights={s["id"]: _typical(document, s["loss"]) or 0.0 for s in document["scenarios"]},
        loss=_typical(document, document["expected_loss"]),
    )


def _standing(
    document: Mapping[str, Any], verdict: Mapping[str, Any], way: Mapping[str, Any] | None, kind: Kind | None
) -> Standing:
    index = verdict["value"]
    figure: Mapping[str, Any] = {} if index is None else document["figures"][index]
    end = "low" if verdict["objective"] == Objective.AVAILABILITY else "upper"
    steps = [step for step in way["steps"] if step["critical"]] if way else []
    told = all("name_value" in step for step in steps)
    return Standing(
        judgement=Judgement(verdict["judgement"]),
        target=verdict["target"],
        typical=figure.get("typical"),
        end=figure.get(end),
        unbounded=index is None,
        kind=kind,
        path={_deed(step["name_value"]): _typical(document, step["duration"]) for step in steps} if told else None,
    )


def _typical(document: Mapping[str, Any], index: int | None) -> float | None:
    return None if index is None else document["figures"][index].get("typical")


def _deed(row: Mapping[str, Any]) -> Deed:
    return Deed(Act(row["kind"]), _read(row.get("subject")), _read(row.get("object")), row.get("amount"))


def _read(value: Any) -> Any:
    match value:
        case list():
            return tuple(map(_read, value))  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
        case {"noun": noun, "name": name}:
            return Subject(Noun(noun), name, value.get("urn", ""))
        case {"domain": kind, "name": name}:
            return Domain(DomainKind(kind), name)
        case _:
            return value
