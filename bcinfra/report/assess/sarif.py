"""Findings as SARIF 2.1.0, so that a code forge shows each on the line of the program that it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from bcinfra import __version__
from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import RULES as BREAKS
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.recovery.outcomes import Accepted
from bcinfra.report.assess.page import Severity, severity
from bcinfra.report.words.findings import RULES, fix
from bcinfra.report.words.statements import say

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST: Final = 5000
"""Results that GitHub shows of one run; the most costly come first, and the number left out is said."""
STACK_FILE: Final = "Pulumi.yaml"
"""Where findings about the stack as a whole are shown, where it has no page."""


def to_sarif(*assessments: Assessment, file: str = STACK_FILE, folder: PurePath | None = None) -> str:
    """A run a stack, with every rule that is broken in it; in ``file`` what is broken in no line of its own.

    All files are in ``folder``, seen from where a forge has the whole of its repository.
    """
    return of_runs([run(one, file, folder or PurePath()) for one in assessments])


def of_runs(runs: Sequence[Mapping[str, Any]]) -> str:
    """Runs that :func:`run` made, as one document."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def run(assessment: Assessment, file: str, folder: PurePath) -> dict[str, Any]:
    """What is found of one stack."""
    codes = sorted({finding.code for finding in assessment.findings})
    severities = severity(assessment)
    kinds = {result.scenario.id: result.scenario.disruption for result in assessment.scenarios}
    results = [_result(f, codes, severities(f), assessment.title, kinds, file, folder) for f in assessment.findings]
    results.sort(key=lambda r: list(Severity).index(r["level"]))
    found: dict[str, Any] = {
        "tool": {"driver": {"name": "bcinfra", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "automationDetails": {"id": f"bcinfra/{quote(assessment.title)}/"},
        "columnKind": "unicodeCodePoints",
        "results": results[:MOST],
    }
    if len(results) > MOST:
        text = f"{len(results) - MOST} of {len(results)} findings left out"
        note = {"level": "note", "message": {"text": text}}
        found["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]
    return found


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in rule.title.split()),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": f"{rule.fix}\n{rule.plain}\nbcinfra explain {code}"},
        "properties": {"breaks": ", ".join(BREAKS[code])},
    }


def _result(
    finding: Finding,
    codes: list[str],
    level: Severity,
    title: str,
    kinds: Mapping[str, DisruptionKind],
    stack_file: str,
    folder: PurePath,
) -> dict[str, Any]:
    file, line = _place(finding.place) or (stack_file, 1)
    identity = "\n".join((title, finding.code, finding.resource or "", finding.says.id))
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": level.value,
        "message": {"text": f"{say(finding.says)}. {fix(finding)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote((folder / file).as_posix())},
                    "region": {"startLine": line},
                },
                **({"logicalLocations": [{"fullyQualifiedName": finding.resource}]} if finding.resource else {}),
            }
        ],
        **({"suppressions": list(map(_suppression, finding.accepted))} if finding.accepted else {}),
        "partialFingerprints": {"bcinfra/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
        "properties": {
            "scenarios": list(finding.scenarios),
            "kinds": sorted({kinds[id] for id in finding.scenarios if id in kinds}, key=list(DisruptionKind).index),
            "capabilities": list(finding.capabilities),
        },
    }


def _suppression(one: Accepted) -> dict[str, str]:
    text = f"{say(one.risk)}, taken by {one.owner} until {one.expires}: {one.reason}"
    return {"kind": "external", "status": "accepted", "justification": text}


def _place(place: str | None) -> tuple[str, int] | None:
    file, colon, line = (place or "").rpartition(":")
    return (file, int(line)) if colon and line.isdigit() else None
