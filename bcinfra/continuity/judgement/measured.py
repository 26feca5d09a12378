"""Own figures out of measurements: what CloudWatch tells of a metric becomes a row of the file of own figures."""

from __future__ import annotations

import json
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.continuity.model.facts import Estimate, FactOverride, Overrides, facts

FEW: Final = 20
"""Of fewer measurements the slowest is no 95th percentile: it is marked as an estimate."""


class _Point(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime = Field(alias="Timestamp")
    seconds: float = Field(alias="Maximum", gt=0, allow_inf_nan=False)
    unit: str = Field(alias="Unit", pattern="^Seconds$")


class _Answer(BaseModel):
    """What ``aws cloudwatch get-metric-statistics --statistics Maximum`` prints."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str = Field(alias="Label")
    points: tuple[_Point, ...] = Field(alias="Datapoints", min_length=1)


def measured(text: str, fact: str) -> Overrides:
    """The row of a fact by what was measured: the median, and the slowest.

    Raises :class:`ValueError` where the text is no such answer, nothing was measured, or no fact has this id.
    """
    if facts()[fact].failover_seconds is None:
        raise ValueError(f"{fact} says nothing of how long something takes")
    try:
        answer = _Answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(
            f"{where}: {first['msg']}; wanted is what `aws cloudwatch get-metric-statistics --statistics Maximum`"
            " prints, with one measurement at least"
        ) from error
    seconds = [point.seconds for point in answer.points]
    days: list[date] = sorted(point.at.date() for point in answer.points)
    own = FactOverride(
        failover_seconds=Estimate(typical=median(seconds), upper=max(seconds), upper_is_estimate=len(seconds) < FEW),
        why=f"{answer.label} of {len(seconds)} restores, {days[0]} to {days[-1]}",
    )
    return Overrides(facts={fact: own})


def as_yaml(found: Overrides) -> str:
    """The file of own figures, as :func:`bcinfra.continuity.judgement.figures.read_overrides` reads it."""
    rows: dict[str, Any] = found.model_dump(mode="json", exclude_defaults=True)["facts"]
    lines = ["facts:"]
    for id, row in rows.items():
        lines += [f"  {id}:", *(f"    {name}: {json.dumps(value)}" for name, value in row.items())]
    return "\n".join(lines) + "\n"
