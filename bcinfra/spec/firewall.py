"""What the web application firewall lets pass: what an owner knows of the shop's own callers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bcinfra.spec.base import Model
from bcinfra.spec.edge import PathPattern
from bcinfra.spec.values import Name, Text

RuleGroup: TypeAlias = Literal["common", "bad-inputs", "sql-injection", "reputation"]
Range: TypeAlias = Annotated[
    str,
    Text(
        r"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/"
        r"(1[6-9]|2[0-9]|3[0-2])",
        "a range of IPv4 addresses, of /16 to /32",
        "203.0.113.0/24",
        18,
    ),
]


class Firewall(Model):
    """Exceptions from the firewall before the shop, at AWS and Google Cloud. Floods are limited whatever is stated, but
    for ranges that are let through."""

    count: tuple[RuleGroup, ...] = Field(default=(), examples=[["sql-injection"]])
    """Rules that only count what they would refuse, while one learns what the shop's own customers look like:
    ``common`` attacks, ``bad-inputs`` of known weaknesses, ``sql-injection``, addresses of bad ``reputation`` (at AWS
    alone)."""
    unchecked: tuple[PathPattern, ...] = Field(default=(), max_length=10, examples=[["/webhooks/*"]])
    """Paths whose content those rules do not judge, and whose callers are no browsers: what a payment provider calls,
    an editor of pages."""
    allowed: Mapping[Name, Range] = Field(default={}, examples=[{"office": "203.0.113.0/24"}])
    """Ranges of addresses that pass every rule, by a name for each: an office, a monitor, a payment provider."""
    requests_a_minute: int | None = Field(default=None, ge=10, le=2_000_000, examples=[1200])
    """Requests a minute from one address beyond which it is refused; default 1,000 at AWS, 600 at Google Cloud."""
