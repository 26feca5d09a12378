"""Crontab lines of five numeric fields, and what a vendor calls them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Self

_PART: Final = r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*"
CRONTAB: Final = rf"^{_PART}( {_PART}){{4}}$"
"""What a line looks like."""
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


class Crontab(NamedTuple):
    """When something runs, in UTC."""

    minute: str
    hour: str
    day: str
    month: str
    weekday: str
    """0 and 7 are Sunday."""

    @classmethod
    def read(cls, line: str) -> Self:
        """The fields of a line that matches :data:`CRONTAB`."""
        return cls(*line.split(" "))

    @property
    def both_days(self) -> bool:
        """Whether days of the month and of the week are stated, which means either of them."""
        return self.day != "*" and self.weekday != "*"

    @property
    def eventbridge(self) -> str:
        """The line as EventBridge Scheduler writes it, where not both kinds of day are stated
        (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, 2026-11)."""
        weekday = re.sub(r"(?<!/)\b[0-7]\b", lambda day: _DAYS[int(day[0])], self.weekday)
        days = f"{self.day} {self.month} ?" if weekday == "*" else f"? {self.month} {weekday}"
        return f"cron({self.minute} {self.hour} {days} *)"
