"""What an outage costs, and what avoiding it may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Currency, Name


class Peak(Model):
    """Days on which the shop sells more than usual."""

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
    peaks: Mapping[Name, Peak] = {}
    """The peak calendar."""
