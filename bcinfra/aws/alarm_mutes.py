"""Alarms that tell nobody in the weekly windows of planned work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import AlarmMuteRule
from pydantic import Field, model_validator

from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse

MOST: Final = 100
"""Alarms of one rule (CloudWatch API reference, MuteTargets)."""
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60
"""Its minutes, in which windows are counted."""
_WINDOW: Final = re.compile(r"([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)")


class MutedWindow(Args):
    """One weekly window, and what is silent in it."""

    window: Annotated[str, Field(pattern=f"^{_WINDOW.pattern}$", examples=["tue:03:00-tue:04:00"])]
    """The window, in UTC, as RDS and ElastiCache state theirs."""
    alarms: Mapping[str, Str] = Field(min_length=1, max_length=MOST)
    """Names of alarms of the region, by a name for each: ``Watch(...).alarms``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        if not set(re.findall("[a-z]{3}", self.window)) <= set(DAYS):
            return [f"window: {self.window} names no day of the week; allowed: {', '.join(DAYS)}"]
        return [] if 0 < self.minutes < DAY else [f"window: {self.window} is not shorter than a day"]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (_minute(*self._parts[3:]) - _minute(*self._parts[:3])) % (7 * DAY)

    @property
    def schedule(self) -> dict[str, str]:
        """When it begins, and how long it takes, as CloudWatch asks for it."""
        day, hour, minute = self._parts[:3]
        return {
            "expression": f"cron({int(minute)} {int(hour)} * * {day.upper()})",
            "duration": f"PT{self.minutes}M",
            "timezone": "UTC",
        }

    @property
    def _parts(self) -> tuple[str, ...]:
        return tuple(self.window.replace("-", ":").split(":"))


def _minute(day: str, hour: str, minute: str) -> int:
    return DAYS.index(day) * DAY + int(hour) * 60 + int(minute)


class AlarmMutesArgs(Args):
    """Arguments of :class:`AlarmMutes`."""

    region: Region
    """Where the alarms are."""
    windows: Mapping[str, MutedWindow] = Field(min_length=1)
    """Windows of planned work, by a name for each, such as the store that is worked on."""


class AlarmMutes(Component):
    """Rules that keep alarms from acting in windows of planned work, week by week.

    Alarms turn red as ever, and what is still red once the window is over is told then. What starts a failover reads
    the state of alarms and not their actions, so that it goes on; mute no alarm that tells of the whole site. Where all
    rules together keep an alarm silent for a day of a week or longer, an assessment counts on it no more.
    """

    package = "aws"

    names: Mapping[str, pulumi.Output[str]]
    """Names of the rules, by window."""

    def __init__(self, name: str, args: AlarmMutesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self.names = {}
        for what, muted in args.windows.items():
            logical = f"{name}-{what}"
            schedule: Any = muted.schedule
            rule = AlarmMuteRule(
                logical,
                name=physical("alarm-mute", logical),
                description=f"Planned work on {what}",
                mute_targets={"alarm_names": list(muted.alarms.values())},
                rule={"schedule": schedule},
                tags=args.region.tagged(logical),
                opts=args.region.child(self),
            )
            self.names = {**self.names, what: rule.name}
        self.register_outputs({"names": self.names})
