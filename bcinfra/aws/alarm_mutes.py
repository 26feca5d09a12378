"""Alarms that tell nobody in the weekly windows of planned work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import AlarmMuteRule
from pydantic import Field, model_validator

from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.planning.windows import DAY, MaintenanceWindow, length

MOST: Final = 100
"""Alarms of one rule (CloudWatch API reference, MuteTargets; read 2026-11). Windows are from a minute to 15 days
(Schedule)."""


class MutedWindow(Args):
    """One weekly window, and what is silent in it."""

    window: MaintenanceWindow
    """The window, in UTC, as RDS and ElastiCache state theirs."""
    alarms: Mapping[str, Str] = Field(min_length=1, max_length=MOST)
    """Names of alarms of the region, by a name for each: ``Watch(...).alarms``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse([] if length(self.window) < DAY else [f"window: {self.window} is not shorter than a day"])
        return self

    @property
    def schedule(self) -> dict[str, str]:
        """When it begins, and how long it takes, as CloudWatch asks for it."""
        day, hour, minute = self.window.partition("-")[0].split(":")
        return {
            "expression": f"cron({int(minute)} {int(hour)} * * {day.upper()})",
            "duration": f"PT{length(self.window)}M",
            "timezone": "UTC",
        }


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
