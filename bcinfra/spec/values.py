"""Plain values that a spec is made of: durations, versions, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, get_args

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from bcinfra.seconds import BY_LETTER
from bcinfra.spec.problems import refusal

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in BY_LETTER))
DURATION_PATTERN: Final = r"^(?=\d)" + "".join(rf"(\d+{unit})?" for unit in BY_LETTER) + "$"


def parse_duration(value: object) -> timedelta:
    """``15m``, ``1h30m``, ``2d`` or a ``timedelta``. Zero is written ``0s``."""
    if isinstance(value, timedelta):
        if value < timedelta() or value.microseconds:
            raise refusal("must be whole seconds, not negative")
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match or not match[0]:
        raise refusal("is not a duration", "numbers with w, d, h, m, s, largest first, such as 15m, 1h30m or 2d")
    return timedelta(seconds=sum(int(count) * BY_LETTER[unit] for unit, count in match.groupdict(default="0").items()))


def format_duration(value: timedelta) -> str:
    """The shortest form that :func:`parse_duration` reads back: ``1h30m``."""
    rest, text = int(value.total_seconds()), ""
    for unit, seconds in BY_LETTER.items():
        count, rest = divmod(rest, seconds)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


_DURATION_SCHEMA: Final = {"type": "string", "pattern": DURATION_PATTERN, "examples": ["15m", "1h30m", "2d"]}
SITE_CADENCES: Final[Mapping[str, timedelta]] = MappingProxyType(
    {"shop": timedelta(hours=1), "blog": timedelta(days=1), "brochure": timedelta(weeks=1)}
)
"""How often each kind of site backs its data up: orders arrive all day, articles daily, brochures rarely."""


def _parse_cadence(value: object) -> timedelta:
    if isinstance(value, str) and value[:1].isalpha():
        if value not in SITE_CADENCES:
            raise refusal("is not a kind of site", *SITE_CADENCES, "or a duration such as 15m")
        return SITE_CADENCES[value]
    return parse_duration(value)


if TYPE_CHECKING:
    Duration: TypeAlias = Accepts[timedelta | str, timedelta]
    OptionalDuration: TypeAlias = Accepts[timedelta | str | None, timedelta | None]
    Cadence: TypeAlias = Accepts[timedelta | str, timedelta]
else:
    _DUMP = PlainSerializer(format_duration, return_type=str, when_used="json")
    Duration = Annotated[timedelta, BeforeValidator(parse_duration), _DUMP, WithJsonSchema(_DURATION_SCHEMA)]
    OptionalDuration = Duration | None
    Cadence = Annotated[
        timedelta,
        BeforeValidator(_parse_cadence),
        _DUMP,
        WithJsonSchema({"anyOf": [{"enum": list(SITE_CADENCES)}, _DURATION_SCHEMA]}),
    ]


class Strategy(StrEnum):
    """How the shop survives the loss of the site that serves it, in the field's words, cheapest first."""

    BACKUP_AND_RESTORE = "backup-and-restore"
    """Nothing runs elsewhere: copies are restored into new infrastructure."""
    PILOT_LIGHT = "pilot-light"
    """Data is replicated to the standby; its servers are started when it takes over."""
    WARM_STANDBY = "warm-standby"
    """The standby runs everything at reduced size and grows when it takes over."""
    ACTIVE_ACTIVE = "active-active"
    """Every site serves customers; one holds the database that is written."""


Role: TypeAlias = Literal["primary", "active", "standby", "backup"]
TierName: TypeAlias = Literal["web", "app"]
Criticality: TypeAlias = Literal["critical", "important", "minor"]
CRITICALITIES: Final[tuple[str, ...]] = get_args(Criticality)


@dataclass(frozen=True, slots=True)
class Text:
    """Text that matches ``pattern`` as a whole; an error says that it is not ``what``, such as ``example``."""

    pattern: str
    what: str
    example: str
    max_length: int = 253
    unquoted: bool = False
    """Whether YAML may hold it as a number (``version: 8.4``); the loader reads scalars as they are written."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, object]:
        return {
            "type": ["string", "number"] if self.unquoted else "string",
            "pattern": f"^(?:{self.pattern})$",
            "maxLength": self.max_length,
            "examples": [self.example],
        }

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise refusal(f"is not {self.what}", f"such as {self.example}")
        if len(text) > self.max_length:
            raise refusal(f"is longer than {self.max_length} characters")
        return text


Name: TypeAlias = Annotated[
    str,
    Text("[a-z]([a-z0-9-]*[a-z0-9])?", "a name: a-z, 0-9 and inner hyphens, a letter first", "eu-shop", 40),
]
Version: TypeAlias = Annotated[str, Text(r"[0-9]+(\.[0-9]+){0,3}", "a version", "8.4", 20, unquoted=True)]
Hostname: TypeAlias = Annotated[
    str,
    Text(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])", "a domain name", "shop.example.com"),
]
AccountId: TypeAlias = Annotated[
    str, Text("[0-9]{12}", "an AWS account id of 12 digits", "111122223333", 12, unquoted=True)
]
ProjectId: TypeAlias = Annotated[
    str, Text("[a-z][a-z0-9-]{4,28}[a-z0-9]", "the id of a Google Cloud project", "acme-prod", 30)
]
ProjectNumber: TypeAlias = Annotated[
    str, Text("[0-9]{6,19}", "the number of a Google Cloud project", "123456789012", 19, unquoted=True)
]
Identifier: TypeAlias = Annotated[
    str, Text("[a-z][a-z0-9_]*", "an identifier of a-z, 0-9 and _, starting with a letter", "shop", 32)
]
Weekly: TypeAlias = Annotated[
    str, Text("(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9]", "a day and time in UTC", "sun 03:00")
]
BackendUrl: TypeAlias = Annotated[
    str,
    Text(
        "(s3|gs|azblob|https|file)://[^@ ]+",
        "the address of a Pulumi backend, without credentials",
        "s3://shop-state?region=eu-central-1",
        1024,
    ),
]
HttpPath: TypeAlias = Annotated[str, Text("/[!-~]*", "an HTTP path", "/healthz", 255)]
Currency: TypeAlias = Annotated[str, Text("[A-Z]{3}", "an ISO 4217 currency code", "EUR", 3)]
Environment: TypeAlias = Annotated[
    str, Text("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable", "SHOP_MODE")
]
