"""Target groups: when a started replica is sent requests, and when a dead one is sent no more."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.ranges import Figure, Unit, stated
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import repeated
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.view import View, as_number, as_row
from bcinfra.graph.core.model import Resource

TARGET_GROUPS: Final = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
ATTACHMENTS: Final = (
    "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:alb/targetGroupAttachment:TargetGroupAttachment",
)


def detection(view: View, group: Resource, fact: str) -> Figure | None:
    """Time until a target group's health check takes a dead target out; ``None`` when it checks nothing."""
    check = as_row(view.value(group, "healthCheck"))
    if check.get("enabled") in (False, "false") or (view.text(group, "targetType") == "lambda" and not check):
        return None

    return repeated(
        f"{group.name} takes out a dead target",
        _checked(view, group, "interval", fact, "interval_s"),
        _checked(view, group, "unhealthyThreshold", fact, "unhealthy_threshold", Unit.COUNT),
        _checked(view, group, "timeout", fact, "timeout_s"),
    )


def _checked(view: View, group: Resource, name: str, fact: str, default: str, unit: Unit = Unit.SECONDS) -> Figure:
    """A setting of a target group's health check, or what AWS takes if it is not stated."""
    number = as_number(as_row(view.value(group, "healthCheck")).get(name))
    if number is None:
        return view.facts[fact].parameter(default, unit)
    return stated(name, unit, number, f"{group.name}: healthCheck.{name}")


def admission(view: View, group: Resource, fact: str = "aws.alb") -> Figure:
    """Time until a started target has passed enough checks to be sent requests."""
    return repeated(
        f"{group.name} admits a target",
        _checked(view, group, "interval", fact, "interval_s"),
        _checked(view, group, "healthyThreshold", fact, "healthy_threshold", Unit.COUNT),
    )


READINGS: Final = {
    **{
        token: setting("target group", "which replicas a balancer uses, and its health check", reasons.FRONT)
        for token in TARGET_GROUPS
    },
    **{token: setting("target", "which replica is registered", reasons.FRONT) for token in ATTACHMENTS},
}
