"""CloudWatch alarms: how soon something that waits for one is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from bcinfra.continuity.model.ranges import Figure, Unit, stated
from bcinfra.continuity.readings.aws.alarm_rules import Rule, parsed
from bcinfra.continuity.readings.aws.metrics import may_fire
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import repeated
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.view import View, as_number, as_row, once_per_view
from bcinfra.graph.core.model import Resource

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
_DEFAULT_PERIOD: Final = 60.0


def fires(view: View, alarm: Resource) -> Figure | None:
    """Time until an alarm fires: its period as often as it evaluates. ``None`` when the graph does not tell, or when it
    sees nothing that would set it off."""
    if alarm.type == COMPOSITE:
        known = [f for one in setting_off(view, alarm) if (f := fires(view, one))]
        return max(known, key=lambda f: f.value.typical if f.value else 0.0, default=None)
    if not may_fire(view, alarm):
        return None
    periods = view.number(alarm, "datapointsToAlarm") or view.number(alarm, "evaluationPeriods")
    period = view.number(alarm, "period") or _query_period(view, alarm)
    if periods is None:
        return None
    every = stated("period", Unit.SECONDS, period, f"{alarm.name}: period")
    points = stated("datapoints", Unit.COUNT, periods, f"{alarm.name}: datapointsToAlarm or evaluationPeriods")
    return repeated(f"alarm {alarm.name} fires", every, points, every)  # a failure begins within a period


def _query_period(view: View, alarm: Resource) -> float:
    periods = [as_number(as_row(row.get("metric")).get("period")) for row in view.rows(alarm, "metricQueries")]
    return max((p for p in periods if p is not None), default=_DEFAULT_PERIOD)


def setting_off(view: View, composite: Resource) -> tuple[Resource, ...]:
    """The alarms over metrics that bring a composite alarm about; all that it is made of, where that is not known."""
    found = _beneath(view, composite, lambda rule: rule.rising) or view.linked(composite, "alarmRule")
    return tuple(row for row in found if row.type == ALARM and may_fire(view, row))


def tells_of(view: View, composite: Resource) -> Iterator[Resource]:
    """The alarms that a composite alarm goes to ALARM for, each alone."""
    for row in _beneath(view, composite, _named_by):
        if turns_red(view, composite, (row,)):
            yield row


def turns_red(view: View, composite: Resource, red: Collection[Resource]) -> bool:
    """Whether a composite alarm is known to go to ALARM as these do and all others stay OK, and to act then. One that
    is in ALARM while all is well goes nowhere."""
    before, after = (_red(view, composite, frozenset(row.urn for row in rows)) for rows in ((), red))
    return before is False and after is True and acts(view, composite, red)


def acts(view: View, alarm: Resource, red: Collection[Resource] = ()) -> bool:
    """Whether nothing keeps an alarm from its actions: a composite one takes none while its suppressor is in ALARM
    (PutCompositeAlarm, ActionsSuppressor)."""
    urns = frozenset(row.urn for row in red)
    suppressors = view.refs(alarm, "actionsSuppressor", ALARM, COMPOSITE)
    return all(_red(view, one, urns) is False for one in suppressors)


def _red(view: View, alarm: Resource, red: frozenset[str]) -> bool | None:
    """Whether an alarm is in ALARM while these are; ``None`` where its rule is not understood, or goes in a circle:
    CloudWatch stops to evaluate that (PutCompositeAlarm)."""
    if alarm.urn in red:
        return True
    if alarm.type == ALARM:
        return False
    rule = _rule(view, alarm)
    if rule is None or alarm in _beneath(view, alarm, _named_by):
        return None

    def is_red(name: str) -> bool | None:
        found = [_red(view, row, red) for row in _meant(view, alarm, (name,))]
        return found[0] if found else False

    return rule.holds(is_red)


@once_per_view
def _rule(view: View, composite: Resource) -> Rule | None:
    return parsed(view.text(composite, "alarmRule") or "")


def _named_by(rule: Rule) -> frozenset[str]:
    return rule.rising | rule.falling


def _beneath(view: View, composite: Resource, names: Callable[[Rule], frozenset[str]]) -> tuple[Resource, ...]:
    """The alarms that a composite alarm's rule names, and those that composite alarms among them name."""
    found: dict[str, Resource] = {}
    waiting = [composite]
    while waiting:
        rule = _rule(view, waiting.pop())
        new = [row for row in _meant(view, composite, names(rule)) if row.urn not in found] if rule else []
        found |= {row.urn: row for row in new}
        waiting += (row for row in new if row.type == COMPOSITE)
    return tuple(found.values())


def _meant(view: View, composite: Resource, names: Iterable[str]) -> tuple[Resource, ...]:
    """The alarms of a composite alarm's own account and region that its rule names."""
    own = view.location(composite)
    found = (row for name in sorted(names) for row in view.named(name, (ALARM, COMPOSITE), near=composite))
    return tuple({row.urn: row for row in found if view.location(row) == own}.values())


READINGS: Final = {
    ALARM: setting("alarm", "how soon automation and people are told", reasons.WATCH),
    COMPOSITE: setting(
        "alarm over alarms", "how soon automation and people are told", having(reasons.WATCH, identities="alarmName")
    ),
}
