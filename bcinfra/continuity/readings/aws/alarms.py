"""CloudWatch alarms: how soon something that waits for one is told."""

from __future__ import annotations

import re
from typing import Final

from bcinfra.continuity.model.ranges import Figure, Unit, stated
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import repeated
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.view import View, as_number, as_row
from bcinfra.graph.core.model import Resource

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
_DEFAULT_PERIOD: Final = 60.0
NAMED: Final = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(["']?([^"')]+)["']?\)""")


def fires(view: View, alarm: Resource) -> Figure | None:
    """Time until an alarm fires: its period as often as it evaluates. ``None`` when the graph does not tell."""
    if alarm.type == COMPOSITE:
        known = [f for child in children(view, alarm) if (f := fires(view, child))]
        return max(known, key=lambda f: f.value.typical if f.value else 0.0, default=None)
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


def children(view: View, alarm: Resource) -> tuple[Resource, ...]:
    """The alarms that a composite alarm's rule names."""
    linked = [r for r in view.linked(alarm, "alarmRule") if r.type in (ALARM, COMPOSITE)]
    names = NAMED.findall(view.text(alarm, "alarmRule") or "")
    named = [r for name in names for r in view.named(name, (ALARM, COMPOSITE), near=alarm)]
    return tuple({r.urn: r for r in (*linked, *named) if r != alarm}.values())


READINGS: Final = {
    ALARM: setting("alarm", "how soon automation and people are told", reasons.WATCH),
    COMPOSITE: setting(
        "alarm over alarms", "how soon automation and people are told", having(reasons.WATCH, identities="alarmName")
    ),
}
