"""The data set: facts about services, how often things fail, and dated outages as precedents.

Rows are checked against their schema when first asked for and kept. A customer's file
(:mod:`bcinfra.continuity.judgement.figures`) replaces single figures, and the row says so (``overridden``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from bcinfra.continuity.model.ranges import Figure, FromFact, NotKnown, Range, Unit
from bcinfra.seconds import HOUR
from bcinfra.yamls import parsed

_Z90: Final = NormalDist().inv_cdf(0.90)
_Z95: Final = NormalDist().inv_cdf(0.95)


class DataError(Exception):
    """Rows that cannot be used; ``problems`` names all of them."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Confidence(StrEnum):
    DOCUMENTED = "documented"
    COMMONLY_REPORTED = "commonly_reported"
    ESTIMATE = "estimate"


class Verified(StrEnum):
    READ = "read"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"


class Automatic(StrEnum):
    YES = "yes"
    NO = "no"
    CONDITIONAL = "conditional"


class Estimate(_Row):
    """A range as the data set writes it."""

    typical: float
    upper: float | None = None
    low: float | None = None
    upper_is_estimate: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Estimate:
        _ = self.range
        return self

    @property
    def range(self) -> Range:
        return Range(self.typical, self.upper, self.low)


class Commitment(_Row):
    """A published service level: what is refunded below, not what was measured."""

    percent: float = Field(gt=0, le=100)
    condition: str | None = None


class Fact(_Row):
    """What one service does in one mode when one thing fails."""

    id: str
    provider: str
    service: str
    mode: str
    scope: str
    event: str
    sla: Commitment | None = None
    failover_seconds: Estimate | None = None
    rpo_seconds: Estimate | None = None
    automatic: Automatic
    parameters: dict[str, JsonValue] = {}
    confidence: Confidence
    verified: Verified
    partly_unconfirmed: bool = False
    year: int
    notes: str = ""
    source: str
    overridden: str | None = None
    """Why a customer's figure stands here instead, ``None`` where none does."""

    @property
    def failover(self) -> Range | None:
        """Seconds from the event to service on the surviving copy; ``None``: no figure known."""
        return self.failover_seconds and self.failover_seconds.range

    @property
    def rpo(self) -> Range | None:
        """Seconds of acknowledged writes that can be lost; ``None``: no figure known."""
        return self.rpo_seconds and self.rpo_seconds.range

    def failover_figure(self) -> Figure:
        return self._figure("failover", Unit.SECONDS, self.failover)

    def rpo_figure(self) -> Figure:
        return self._figure("data loss", Unit.SECONDS, self.rpo)

    def parameter(self, name: str, unit: Unit = Unit.SECONDS) -> Figure:
        """A named parameter as a figure; raises :class:`DataError` for one that this fact does not have."""
        value = self.parameters.get(name)
        if not isinstance(value, int | float):
            numbers = [key for key, other in self.parameters.items() if isinstance(other, int | float)]
            raise DataError(_no_such(f"{self.id}: parameter", name, numbers))
        return self._figure(name, unit, Range.exactly(value))

    def _figure(self, field: str, unit: Unit, value: Range | None) -> Figure:
        name = f"{self.service} ({self.mode}): {field}"
        why = NotKnown(f"{self.id} has no figure for it") if value is None else FromFact(self.id, field)
        return Figure(name, unit, value, why)


class Duration(_Row):
    """How long outages of a kind last, in hours."""

    median: float = Field(gt=0)
    p90: float = Field(gt=0)


class BaseRate(_Row):
    """How often something fails a year, and how long it then lasts."""

    id: str
    per: str | None = None
    rate: Estimate | None = None
    duration_hours: Duration | None = None
    hours: list[float] = []
    """Established lengths of outages, which ``duration_hours`` sums up."""
    parameters: dict[str, float] = {}
    confidence: Confidence
    observed: str | None = None
    """The months from and to which ``events`` were looked for."""
    exposure_years: float | None = None
    """Years of what ``per`` says that were watched; ``None``: the rate is a judgement."""
    events: list[str] = []
    notes: str = ""
    source: str | None = None
    overridden: str | None = None

    @property
    def duration(self) -> Range | None:
        """Seconds an outage lasts: the median, and the 95th percentile of the lognormal through median and p90."""
        if self.duration_hours is None:
            return None
        median, p90 = self.duration_hours.median, self.duration_hours.p90
        return Range(median * HOUR, median * HOUR * (p90 / median) ** (_Z95 / _Z90))

    def rate_figure(self) -> Figure:
        return self._figure("rate", Unit.PER_YEAR, self.rate and self.rate.range)

    def duration_figure(self) -> Figure:
        return self._figure("duration", Unit.SECONDS, self.duration)

    def _figure(self, field: str, unit: Unit, value: Range | None) -> Figure:
        why = NotKnown(f"{self.id} has no {field}") if value is None else FromFact(self.id, field)
        return Figure(f"{self.id}: {field}", unit, value, why)


class Planes(_Row):
    """What went on working of the service that failed."""

    data_plane: str = Field(pattern="^(up|partial|down)$")
    control_plane: str = Field(pattern="^(up|partial|down)$")


class DataLost(_Row):
    lost: str = Field(pattern="^(yes|no|partly)$")
    what: str


class Source(_Row):
    title: str
    url: str | None = None


class Incident(_Row):
    """One dated public outage."""

    id: str
    date: str = Field(pattern=r"^\d{4}-\d\d(-\d\d)?$")
    provider: str
    service: str
    kind: str
    domain: str
    failure_domains: list[str]
    regions: list[str] = []
    zones: list[str] = []
    scope: str
    duration_hours: float | None = Field(default=None, gt=0)
    """``None``: not established."""
    tail_hours: float | None = Field(default=None, gt=0)
    duration_note: str | None = None
    tail_note: str | None = None
    cause: str
    survived: str | None = None
    still_worked: Planes
    data_loss: DataLost
    business_impact: str | None = None
    note: str | None = None
    replay: str
    verified: Verified
    partly_unconfirmed: bool = False
    verified_note: str | None = None
    sources: list[Source]


_R = TypeVar("_R", Fact, BaseRate, Incident)


class Table(Mapping[str, _R], Generic[_R]):
    """Rows by id, in the order of the data set. An id that is not there is an error with the nearest one."""

    def __init__(self, what: str, rows: Mapping[str, _R]) -> None:
        self._what, self._rows = what, rows

    def __getitem__(self, id: str) -> _R:
        if id not in self._rows:
            raise DataError(_no_such(self._what, id, self._rows))
        return self._rows[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id: object) -> bool:
        return id in self._rows


class _Override(_Row):
    why: str = Field(min_length=1)
    """Where the figure comes from, such as a rehearsal and its date."""


class FactOverride(_Override):
    failover_seconds: Estimate | None = None
    rpo_seconds: Estimate | None = None
    automatic: Automatic | None = None
    parameters: dict[str, JsonValue] | None = None


class RateOverride(_Override):
    rate: Estimate | None = None
    duration_hours: Duration | None = None


class Overrides(_Row):
    """A customer's own figures, by the id of the row that they replace."""

    facts: dict[str, FactOverride] = {}
    base_rates: dict[str, RateOverride] = {}


def facts(overrides: Overrides | None = None) -> Table[Fact]:
    """The facts by id, with a customer's figures in place of those that they replace."""
    table = _facts()
    return _overridden(table, "fact", overrides.facts) if overrides and overrides.facts else table


def base_rates(overrides: Overrides | None = None) -> Table[BaseRate]:
    """The base rates by id, with a customer's figures in place of those that they replace."""
    table = _base_rates()
    return _overridden(table, "base rate", overrides.base_rates) if overrides and overrides.base_rates else table


def row(id: str, overrides: Overrides | None = None) -> Fact | BaseRate:
    """The fact or base rate that a figure says it comes from (:class:`bcinfra.continuity.model.ranges.FromFact`)."""
    rates = base_rates(overrides)
    return rates[id] if id in rates else facts(overrides)[id]


@cache
def incidents() -> Table[Incident]:
    """The dated outages by id."""
    return _table("incident", "incidents", Incident)


@cache
def _facts() -> Table[Fact]:
    return _table("fact", "facts", Fact)


@cache
def _base_rates() -> Table[BaseRate]:
    return _table("base rate", "base_rates", BaseRate)


def _table(what: str, name: str, row: type[_R]) -> Table[_R]:
    text = files("bcinfra.continuity").joinpath(f"data/{name}.yaml").read_text(encoding="utf-8")
    rows: dict[str, _R] = {}
    problems: list[str] = []
    for raw in parsed(text)[name]:
        try:
            checked = row.model_validate(raw)
        except ValidationError as error:
            problems += (f"{name}.yaml: {raw.get('id')}.{problem}" for problem in _problems(error))
        else:
            if checked.id in rows:
                problems.append(f"{name}.yaml: {checked.id}: more than one row has this id")
            rows[checked.id] = checked
    if problems:
        raise DataError(*problems)
    return Table(what, rows)


def _overridden(table: Table[_R], what: str, stated: Mapping[str, FactOverride | RateOverride]) -> Table[_R]:
    rows = dict(table)
    for id, override in stated.items():
        changed = {field: getattr(override, field) for field in override.model_fields_set - {"why"}}
        if "parameters" in changed:
            changed["parameters"] = {**getattr(rows[id], "parameters", {}), **changed["parameters"]}
        rows[id] = table[id].model_copy(update={**changed, "overridden": override.why})
    return Table(what, rows)


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        place = ".".join(map(str, problem["loc"])) or "file"
        yield f"{place} = {problem['input']!r}: {problem['msg']}"


def _no_such(what: str, id: str, known: Mapping[str, object] | list[str]) -> str:
    near = get_close_matches(id, list(known), n=1, cutoff=0.0)
    return f"{what} {id!r} does not exist" + (f"; did you mean {near[0]!r}?" if near else "")
