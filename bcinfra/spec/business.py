"""What an outage costs, and what avoiding it may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Currency, Name


class Peak(Model):
    """Days on which the shop sells more than usual. They come back every year on the same dates; those of two
    weeks at most that hold Black Friday, the day after the fourth Thursday of November, move with it."""

    start: date
    """First day."""
    end: date
    """Last day, included."""
    factor: float = Field(gt=1, le=1000)
    """Load as a multiple of a normal day's."""


class Business(Model):
    """Figures that the assessment turns outages into money with."""

    revenue_per_hour: float = Field(ge=0)
    """Mean revenue, in ``currency`` per hour."""
    currency: Currency = "EUR"
    """ISO 4217 code."""
    average_order: float | None = Field(default=None, gt=0)
    """Mean value of an order, in ``currency``."""
    budget_per_month: float | None = Field(default=None, gt=0)
    """What the infrastructure may cost, in ``currency`` per month."""
    exchange_rate: float | None = Field(default=None, gt=0)
    """What one US dollar costs in ``currency``: list prices are in US dollars. Default: the product's, as an
    assumption."""
    visits_per_hour: float | None = Field(default=None, ge=0)
    """Mean visits an hour. Default: 50 for each order."""
    kb_per_visit: float | None = Field(default=None, gt=0)
    """Kilobytes that a visit sends to the customer. Default: 2,500."""
    requests_per_visit: float | None = Field(default=None, gt=0)
    """Requests of a visit that reach a load balancer or a CDN. Default: 40."""
    share_of_peak: float | None = Field(default=None, ge=0, le=1)
    """Part of a month in which the tiers run at their peak. Default: as the calendar of peaks has it."""
    log_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that tiers log of a visit. Default: 30."""
    internal_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that databases and tiers answer each other in a visit. Default: 1,000."""
    outbound_kb_per_visit: float | None = Field(default=None, ge=0)
    """Kilobytes that a visit makes tiers fetch and send outside. Default: 100."""
    share_busy: float | None = Field(default=None, gt=0, le=1)
    """Part of the time in which an instance that is billed by request has one. Default: 0.35."""
    share_of_disk: float | None = Field(default=None, gt=0, le=1)
    """Part of a database's disk that holds data, where no data class states its size. Default: 0.5."""
    node_per_month: float | None = Field(default=None, ge=0)
    """What a node of a Kubernetes cluster that exists costs, of 4 vCPU and 16 GiB, in ``currency`` per month: its price
    at a cloud, or its part of a server with rack and power. Default: an estimate of USD 150."""
    growth: float | None = Field(default=None, ge=0, le=10)
    """Growth of visits and data within a year, as a share: 0.2 is a fifth. Default: 0.2, counted at the upper end."""
    call_minutes_per_order: float | None = Field(default=None, ge=0)
    """Minutes that customers talk to a contact centre, for each order. Default: 0.2, one call of four minutes for
    twenty orders."""
    staff_hours_per_month: float | None = Field(default=None, ge=0)
    """Hours that people work on the infrastructure, a month. Default: not priced."""
    people_on_call: float | None = Field(default=None, ge=0)
    """People who stand by at any time. Default: not priced."""
    peaks: Mapping[Name, Peak] = {}
    """The peak calendar."""
    load_tests: Mapping[Name, Annotated[float, Field(gt=0, le=1000)]] = {}
    """How many times a normal day's load each held in a load test: a home of data (``mysql``, ``redis``, ``files``,
    ``queues``, ``search``), ``tables`` for other databases, or a system on premises by its name. Default: not known, as
    is how much of a peak they hold."""
