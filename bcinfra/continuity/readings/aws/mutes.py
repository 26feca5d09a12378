"""Alarms that a rule keeps from acting: they turn red as ever, and nothing that they start is started, nobody is told
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html, 2026-11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.mutes import Mute, beyond, scheduled
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.view import View, as_row, once_per_view
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

RULE: Final = "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"


@once_per_view
def silent(view: View) -> frozenset[str]:
    """URNs of the alarms whose actions are muted beyond planned work, by all rules together."""
    mutes: dict[Value, dict[str, Mute]] = {}
    for rule in view.graph.of_type(RULE):
        for one in _targets(rule):
            mutes.setdefault(one, {})[rule.urn] = _mute(rule)
    if not mutes:
        return frozenset()
    alarms = (row for row in view.graph if row.type.startswith("aws:cloudwatch/") and row.type.endswith("Alarm"))
    return frozenset(row.urn for row in alarms if beyond(_of(row, mutes)))


def _mute(rule: Resource) -> Mute:
    schedule = as_row(as_row(rule.inputs.get("rule")).get("schedule"))
    return scheduled(
        schedule.get("expression"),
        schedule.get("duration"),
        rule.inputs.get("startDate"),
        rule.inputs.get("expireDate"),
    )


def _targets(rule: Resource) -> Iterator[Value]:
    """Names of the alarms that a rule mutes, and the URNs of those that it depends on."""
    names = as_row(rule.inputs.get("muteTargets")).get("alarmNames")
    yield from (name for name in names if isinstance(name, str) or name is UNKNOWN) if isinstance(names, list) else ()
    yield from rule.property_dependencies.get("muteTargets", ())


def _of(alarm: Resource, mutes: Mapping[Value, Mapping[str, Mute]]) -> Iterable[Mute]:
    """The mutes of an alarm, each rule's once."""
    called = alarm.inputs.get("name") or alarm.inputs.get("alarmName")
    keys = (called if isinstance(called, str) or called is UNKNOWN else None, alarm.urn)
    return {rule: mute for key in keys for rule, mute in mutes.get(key, {}).items()}.values()


READINGS: Final = {RULE: setting("pause of alarms", "when alarms tell nobody", reasons.WATCH)}
