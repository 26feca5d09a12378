"""Who is told how fast errors use up what may fail: by a share of all answers, which is too high over a long look back
and, so that it is told no longer once it is over, over a short one (Google, The Site Reliability Workbook, chapter 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, setting_off, turns_red
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text
from bcinfra.continuity.readings.gcp.alerts import POLICY
from bcinfra.continuity.readings.kubernetes.mutes import RULES
from bcinfra.graph.core.model import Resource

OBJECTIVE: Final = "select_slo_burn_rate("
"""Asks for an objective's own burn rate: what may fail is stated there (Cloud Monitoring, alerting on burn rate)."""
_ERRORS: Final = re.compile(r"""5xx|5\.\.|["']5\d\d|error|fail|fault""", re.IGNORECASE)
_SHARE: Final = re.compile(r"/|ratio")
_BACK: Final = re.compile(r"(?:\[|rate)(\d+(?:ms|[smhdwy]))\b")
_NOTHING: Final = re.compile(r"\bor\s+(?:on\s*\(\s*\)\s*)?vector\(\s*0\s*\)", re.IGNORECASE)
_OR: Final = re.compile(r"(?<=[\s)])or(?=[\s(])", re.IGNORECASE)
_AND: Final = re.compile(r"(?<=[\s)])and(?=[\s(])", re.IGNORECASE)


def burning(view: View, rows: Iterable[Resource]) -> frozenset[str]:
    """URNs of the alarms that tell it. One that looks back once, or at other figures, tells something else."""
    return frozenset(row.urn for row in rows if _burns(view, row))


def _burns(view: View, row: Resource) -> bool:
    if row.type == ALARM:
        return any(name == "BurnRate" for name in _metrics(row))  # of an objective of Application Signals
    if row.type == COMPOSITE:
        shares = [(one, back) for one in setting_off(view, row) if (back := _looks_back(one))]
        pairs = [(one, other) for (one, back), (other, its) in combinations(shares, 2) if back != its]
        return any(turns_red(view, row, pair) and not _either(view, row, pair) for pair in pairs)
    return any(OBJECTIVE in text or _asks(text) for text in _queries(row))


def _either(view: View, composite: Resource, pair: tuple[Resource, Resource]) -> bool:
    return any(turns_red(view, composite, (one,)) for one in pair)


def _looks_back(alarm: Resource) -> float | None:
    """Seconds over which an alarm looks at a share of errors; ``None`` where it looks at something else."""
    queries = as_rows(alarm.inputs.get("metricQueries"))
    shared = any("/" in (as_text(query.get("expression")) or "") for query in queries)
    if not shared or not any(map(_ERRORS.search, _metrics(alarm))):
        return None
    periods = [as_number(as_row(query.get("metric")).get("period")) for query in queries]
    longest = max((period for period in periods if period), default=None)
    return longest and longest * (as_number(alarm.inputs.get("evaluationPeriods")) or 1)


def _metrics(alarm: Resource) -> Iterator[str]:
    yield as_text(alarm.inputs.get("metricName")) or ""
    for query in as_rows(alarm.inputs.get("metricQueries")):
        yield as_text(as_row(query.get("metric")).get("metricName")) or ""


def _queries(row: Resource) -> Iterator[str]:
    """What an alert asks Prometheus, or Cloud Monitoring."""
    if row.type == POLICY:
        for condition in as_rows(row.inputs.get("conditions")):
            yield as_text(as_row(condition.get("conditionThreshold")).get("filter")) or ""
            yield as_text(as_row(condition.get("conditionPrometheusQueryLanguage")).get("query")) or ""
    if row.type.endswith(RULES):
        for group in as_rows(as_row(row.inputs.get("spec")).get("groups")):
            yield from (as_text(rule.get("expr")) or "" for rule in as_rows(group.get("rules")) if "alert" in rule)


def _asks(query: str) -> bool:
    """Whether a query answers while a share of errors is too high over two looks back at once."""
    ways = _OR.split(_NOTHING.sub("", query))
    return any(
        len(set(_BACK.findall(way))) > 1 and all(kind.search(way) for kind in (_AND, _SHARE, _ERRORS)) for way in ways
    )
