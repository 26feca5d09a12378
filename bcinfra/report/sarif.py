"""Findings as SARIF 2.1.0, so that a code forge shows each on the line of the program that it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from bcinfra import __version__
from bcinfra.continuity.assessment import Assessment
from bcinfra.continuity.findings import RULES, Finding
from bcinfra.continuity.outcomes import Judgement

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST: Final = 5000
"""Results that GitHub shows of one run; the most costly come first, and the number left out is said."""
STACK_FILE: Final = "Pulumi.yaml"
"""Where findings about the stack as a whole are shown."""


def to_sarif(assessment: Assessment) -> str:
    """One run with every rule that is broken. Levels follow the verdicts: ``error`` where a scenario in which it shows
    misses an objective, ``warning`` where it cannot be decided, ``note`` for the rest."""
    missed = {r.scenario.id for r in assessment.scenarios if r.judgement is Judgement.MISSED}
    unknown = {r.scenario.id for r in assessment.scenarios if r.judgement is Judgement.UNKNOWN}
    codes = sorted({finding.code for finding in assessment.findings})
    levels = {"error": missed, "warning": unknown}
    results = [_result(f, codes, levels, assessment.title) for f in assessment.findings]
    results.sort(key=lambda r: ["error", "warning", "note"].index(r["level"]))
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "bcinfra", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "automationDetails": {"id": f"bcinfra/{quote(assessment.title)}/"},
        "columnKind": "unicodeCodePoints",
        "results": results[:MOST],
    }
    if len(results) > MOST:
        text = f"{len(results) - MOST} of {len(results)} findings left out"
        note = {"level": "note", "message": {"text": text}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in rule.title.split()),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": f"{rule.fix}\n{rule.plain}\nbcinfra explain {code}"},
        "properties": {"breaks": rule.breaks},
    }


def _result(finding: Finding, codes: list[str], levels: Mapping[str, set[str]], title: str) -> dict[str, Any]:
    file, line = _place(finding.place)
    level = next((name for name, ids in levels.items() if ids.intersection(finding.scenarios)), "note")
    identity = "\n".join((title, finding.code, finding.resource or "", finding.message))
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": level,
        "message": {"text": f"{finding.message}. {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(PurePath(file).as_posix())},
                    "region": {"startLine": line},
                },
                **({"logicalLocations": [{"fullyQualifiedName": finding.resource}]} if finding.resource else {}),
            }
        ],
        "partialFingerprints": {"bcinfra/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
        "properties": {"scenarios": list(finding.scenarios), "capabilities": list(finding.capabilities)},
    }


def _place(place: str | None) -> tuple[str, int]:
    file, colon, line = (place or "").rpartition(":")
    return (file, int(line)) if colon and line.isdigit() else (STACK_FILE, 1)
