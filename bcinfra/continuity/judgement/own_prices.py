"""A customer's own prices: a file that replaces list prices, takes discounts off them, and states how much is used.

::

    currency: EUR          # of the prices below; default USD
    rate: 0.90             # what one US dollar costs in it
    prices:
      aws.nat.hour@eu-west-1:
        price: 0.04
        why: contract 4711
        date: 2026-10-01
    discounts:
      "aws.*": {percent: 8, why: enterprise agreement}
    commitments:
      "aws.rds.mysql.*": {price: aws.commitment.rds.mysql.1y_no_upfront, share: 0.8, why: reserved for a year}
    usage:
      visits_per_hour: 4000
      data:
        orders: {size: 12, changed_per_day: 0.5}
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from os import PathLike, fspath
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.prices import Discount, OwnPrice, OwnPrices, Prices, Rate, prices, rate
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.model.usage import DEFAULTS
from bcinfra.spec.base import Stated, locate
from bcinfra.spec.explain import explain
from bcinfra.spec.load import read_stated
from bcinfra.spec.problems import Problem, SpecError, in_order
from bcinfra.spec.values import Currency

SCHEMA_ID: Final = "urn:bcinfra:schema:prices"
_WHOLE: Final = "prices"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


class PriceRow(_Row):
    """What one thing costs the customer."""

    price: float = Field(ge=0)
    """In ``currency``, for one of the price's unit."""
    why: str = Field(min_length=1)
    """The contract or invoice that says so."""
    date: datetime.date
    """The day since when, or on which it was read."""


class DiscountRow(_Row):
    """What the customer pays less."""

    percent: float = Field(gt=0, le=100)
    """Off the list price."""
    why: str = Field(min_length=1)
    """The contract that says so."""
    date: datetime.date | None = None
    """The day on which it was read."""


class CommitmentRow(_Row):
    """What the customer has bound itself to use, which is cheaper."""

    price: str | None = None
    """Id of the multiplier, such as ``aws.commitment.ec2.1y_no_upfront``."""
    percent: float | None = Field(default=None, gt=0, le=100)
    """Off the list price, in place of ``price``."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Part of what runs that the commitment covers."""
    why: str = Field(min_length=1)
    """The contract that says so."""
    date: datetime.date | None = None
    """The day on which it was read."""


class Volume(_Row):
    """How much there is of a data class, of a home (``media``, ``files``), or in a store by its name."""

    size: float | None = Field(default=None, gt=0)
    """GiB."""
    changed_per_day: float | None = Field(default=None, ge=0)
    """GiB written or changed a day."""


class UsageRow(_Row):
    """How much the shop is used, where its page does not say it or is to be told otherwise."""

    orders_per_hour: float | None = Field(default=None, ge=0)
    """Mean orders an hour."""
    visits_per_hour: float | None = Field(default=None, ge=0)
    """Mean visits an hour."""
    kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that a visit sends to the customer."""
    requests_per_visit: float | None = Field(default=None, ge=0)
    """Requests of a visit that reach a load balancer or a CDN."""
    share_of_peak: float | None = Field(default=None, ge=0, le=1)
    """Part of a month in which tiers run at their maximum."""
    share_busy: float | None = Field(default=None, gt=0, le=1)
    """Part of the time in which an instance that is billed by request has one."""
    share_of_disk: float | None = Field(default=None, gt=0, le=1)
    """Part of a database's disk that holds data, where no data class states its size."""
    growth: float | None = Field(default=None, ge=0, le=10)
    """Growth of visits and data within a year, as a share."""
    log_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that tiers log of a visit."""
    internal_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that databases and tiers answer each other in a visit."""
    outbound_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that a visit makes tiers fetch and send outside."""
    call_minutes_per_order: float | None = Field(default=None, ge=0)
    """Minutes that customers talk to a contact centre, for each order."""
    staff_hours_per_month: float | None = Field(default=None, ge=0)
    """Hours that people work on the infrastructure, a month."""
    people_on_call: float | None = Field(default=None, ge=0)
    """People who stand by at any time."""
    data: dict[str, Volume] = {}
    """How much there is by data class, by home (``media``, ``files``), or by the name of a store."""


class OwnPricesFile(_Row):
    """A customer's own prices and usage."""

    currency: Currency = "USD"
    """ISO 4217 code of the prices in this file."""
    rate: float | None = Field(default=None, gt=0)
    """What one US dollar costs in ``currency``; needed where that is not USD."""
    prices: dict[str, PriceRow] = {}
    """By price id, with ``@region`` where it holds in one region alone."""
    discounts: dict[str, DiscountRow] = {}
    """By price id, with ``*`` for any text; the longest that matches counts."""
    commitments: dict[str, CommitmentRow] = {}
    """The same for what is committed."""
    usage: UsageRow = UsageRow()
    """How much it is used, before what the page says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a file of prices says."""

    prices: OwnPrices = field(default_factory=OwnPrices)
    rate: Rate | None = None
    """``None``: none is stated."""
    usage: Mapping[str, float] = field(default_factory=dict[str, float])

    def table(self) -> Prices:
        return prices().with_own(self.prices)

    def exchange(self, model: Model, page: Rate) -> Rate:
        """The rate to show amounts by: the file's where it is of the page's currency, or where no page states one."""
        stated = model.business.revenue_per_hour is not None or model.business.budget_per_month is not None
        if self.rate and (not stated or self.rate.currency == model.business.currency):
            return self.rate
        return page


def read_prices(path: str | PathLike[str]) -> Own:
    """Read a customer's prices. Raises :class:`~bcinfra.spec.SpecError` with every mistake."""
    problems, stated = read_stated(fspath(path), _WHOLE, "begin with prices:, discounts:, commitments: or usage:")
    stated = Stated({}) if stated is None else stated
    found = OwnPricesFile()
    try:
        found = OwnPricesFile.model_validate(stated)
    except ValidationError as error:
        problems += explain(error, OwnPricesFile, stated)
    problems += _strange(stated)
    if not problems:
        problems += _incomplete(found)
    if problems:
        placed = (one if one.place else replace(one, place=locate(stated, one.path)) for one in problems)
        raise SpecError(in_order(replace(one, whole=_WHOLE) for one in placed))
    return _own(found)


def _strange(stated: Stated) -> Iterator[Problem]:
    """Ids that no price has, not even by a stand-in, and patterns that match none."""
    table = prices()
    for part in ("prices", "discounts", "commitments"):
        given: object = stated.get(part)
        for key in cast("Mapping[str, object]", given) if isinstance(given, Mapping) else ():
            id, _, region = key.partition("@")
            known = any(fnmatchcase(one, id) for one in table.ids) or table.find(id, region or None)
            if not known:
                near = get_close_matches(id, table.ids, n=1, cutoff=0.0)
                hint = f"did you mean {near[0]!r}? `bcinfra cost --json` names the price of each line" if near else None
                yield Problem(path=(part, key), message="is no price", hint=hint)


def _incomplete(found: OwnPricesFile) -> Iterator[Problem]:
    if found.currency != "USD" and found.rate is None:
        message = f"is needed: what one US dollar costs in {found.currency}"
        yield Problem(path=("rate",), message=message, hint="write such as rate: 0.90")
    for key, row in found.commitments.items():
        if (row.price is None) == (row.percent is None):
            yield Problem(path=("commitments", key), message="needs one of price and percent")
        elif row.price is not None and row.price not in _multipliers():
            allowed = tuple(sorted(_multipliers()))
            yield Problem(
                path=("commitments", key, "price"), message="is no multiplier", value=row.price, allowed=allowed
            )


def _multipliers() -> set[str]:
    return {id for id in prices().ids if ".commitment." in id}


def _own(found: OwnPricesFile) -> Own:
    dollars = found.rate or 1.0
    discounts = [
        Discount(ids=ids, factor=Range.exactly(1 - row.percent / 100), why=row.why, date=str(row.date or ""))
        for ids, row in found.discounts.items()
    ]
    for ids, row in found.commitments.items():
        left = 1 - (row.percent or 0) / 100 if row.price is None else _multiplier(row.price)
        factor = Range.exactly(1 - row.share * (1 - left))
        discounts.append(Discount(ids=ids, factor=factor, why=row.why, date=str(row.date or "")))
    rows = [
        OwnPrice(id=id, region=region or None, usd=row.price / dollars, date=str(row.date), why=row.why)
        for key, row in found.prices.items()
        for id, _, region in [key.partition("@")]
    ]
    stated = (
        rate(found.currency, found.rate) if found.rate is not None or "currency" in found.model_fields_set else None
    )
    usage = {key: value for key in DEFAULTS if (value := getattr(found.usage, key)) is not None}
    volumes = {
        f"data.{name}.{key}": value
        for name, row in found.usage.data.items()
        for key, value in (("size", row.size), ("changed_per_day", row.changed_per_day))
        if value is not None
    }
    return Own(
        prices=OwnPrices(prices=tuple(rows), discounts=tuple(discounts)), rate=stated, usage={**usage, **volumes}
    )


def _multiplier(id: str) -> float:
    found = prices().find(id, None)
    return found.usd.typical if found else 1.0


def json_schema() -> dict[str, Any]:
    """The schema of the file. Which prices there are is checked by the reader alone."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return {**head, **OwnPricesFile.model_json_schema(), "title": "A customer's own prices, and how much it uses"}


def schema_text() -> str:
    """The schema as it is published in ``schemas/prices.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
