"""Alarms that a rule keeps from acting: they turn red as ever, and nothing that they start is started, nobody is told
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html, 2026-11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.mutes import Mute, beyond, scheduled
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.view import View, as_row, once_per_view
from bcinfra.graph.core.model import Resource

RULE: Final = "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"


def muted(rows: Iterable[Resource]) -> frozenset[str]:
    """URNs of the alarms whose actions are muted beyond planned work, by all rules together."""
    found = list(rows)
    rules = [row for row in found if row.type == RULE]
    if not rules:
        return frozenset()
    alarms = (row for row in found if row.type.startswith("aws:cloudwatch/") and row.type.endswith("Alarm"))
    return frozenset(row.urn for row in alarms if beyond(_mute(rule) for rule in rules if _names(rule, row)))


@once_per_view
def silent(view: View) -> frozenset[str]:
    """The same, of what is read."""
    return muted(view.graph)


def _mute(rule: Resource) -> Mute:
    schedule = as_row(as_row(rule.inputs.get("rule")).get("schedule"))
    return scheduled(
        schedule.get("expression"),
        schedule.get("duration"),
        rule.inputs.get("startDate"),
        rule.inputs.get("expireDate"),
    )


def _names(rule: Resource, alarm: Resource) -> bool:
    names = as_row(rule.inputs.get("muteTargets")).get("alarmNames")
    called = alarm.inputs.get("name") or alarm.inputs.get("alarmName")
    named = isinstance(names, list) and called is not None and called in names
    return named or alarm.urn in rule.property_dependencies.get("muteTargets", ())


READINGS: Final = {RULE: setting("pause of alarms", "when alarms tell nobody", reasons.WATCH)}
