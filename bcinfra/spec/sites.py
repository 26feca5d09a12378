"""Where a shop runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, cast

from pydantic import BeforeValidator, Field

from bcinfra.spec.base import Model
from bcinfra.spec.problems import refusal
from bcinfra.spec.values import Name, Role

MAX_ZONES: Final = 6
_COUNTS: Final = tuple(str(count) for count in range(1, MAX_ZONES + 1))


def _parse_zones(value: object) -> object:
    """A count, or zone ids: one error that names both, where a union would give one error each."""
    if isinstance(value, list | tuple):
        ids = cast("Sequence[object]", value)
        if ids and all(isinstance(zone, str) for zone in ids):
            return tuple(ids)
    elif not isinstance(value, bool) and str(value) in _COUNTS:
        return int(str(value))
    raise refusal("is neither a number nor ids of zones", f"1 to {MAX_ZONES}, or such as [euw1-az1, euw1-az2]")


if TYPE_CHECKING:
    Zones: TypeAlias = int | tuple[str, ...]
else:
    _Count = Annotated[int, Field(ge=1, le=MAX_ZONES)]
    _Ids = Annotated[list[str], Field(min_length=1)]
    Zones = Annotated[int | tuple[str, ...], BeforeValidator(_parse_zones, json_schema_input_type=_Count | _Ids)]


class AwsSite(Model):
    """One region of one AWS account."""

    kind: Literal["aws"] = "aws"
    """The vendor."""
    region: str = Field(min_length=1, examples=["eu-west-1"])
    """The AWS region."""
    role: Role
    """``primary`` serves customers, ``standby`` takes over, ``backup`` keeps copies alone."""
    account: Name = "main"
    """Which of the shop's accounts it is in."""
    network: str | None = Field(default=None, pattern=r"^10(\.\d{1,3}){2}\.0/16$", examples=["10.40.0.0/16"])
    """Private address range (IPv4, /16 inside 10.0.0.0/8); default one that follows from the site's name, so that
    adding a site never moves another."""
    zones: Zones = 3
    """How many availability zones it spreads over, or which: ids such as ``euw1-az1``, which mean the same place in
    every account."""

    @property
    def serves(self) -> bool:
        """Whether it can serve customers."""
        return self.role != "backup"


# A second kind makes this a union with a discriminator: Annotated[AwsSite | GcpSite, Field(discriminator="kind")].
Site: TypeAlias = AwsSite
"""A place that holds a part of the shop. New kinds are added here."""
