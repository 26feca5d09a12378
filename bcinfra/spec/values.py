"""Plain values that a spec is made of: durations, versions, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, cast, get_args

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from bcinfra.places.place import Cloud
from bcinfra.places.quotas import Compute
from bcinfra.seconds import BY_LETTER
from bcinfra.spec.problems import refusal

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit})?" for unit in BY_LETTER))
_SPELLED: Final = re.compile(
    r"(?<=\d) *((?i:weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|[wdhs])|m)(?![A-Za-z]) *"
)
"""A unit that may stand apart or in words. A capital M could be months."""
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "w": "[wW]([eE][eE][kK][sS]?)?",
        "d": "[dD]([aA][yY][sS]?)?",
        "h": "[hH](([oO][uU])?[rR][sS]?)?",
        "m": "(m|[mM][iI][nN]([uU][tT][eE])?[sS]?)",
        "s": "[sS]([eE][cC]([oO][nN][dD])?[sS]?)?",
    }
)
"""The same in the regular expressions of JSON Schema, which know no letters of either case."""
DURATION_PATTERN: Final = "^(?=[0-9])" + "".join(f"([0-9]+ *{_UNITS[unit]} *)?" for unit in BY_LETTER) + "$"
_LONGEST: Final = timedelta(weeks=100 * 52)


def parse_duration(value: object) -> timedelta:
    """``15m``, ``1h30m``, ``2d``, ``15 min`` or a ``timedelta``. Zero is written ``0s``."""
    if isinstance(value, timedelta):
        if value < timedelta() or value.microseconds:
            raise refusal("must be whole seconds, not negative")
        return value
    text = _SPELLED.sub(lambda unit: unit[1][0].lower(), value) if isinstance(value, str) else ""
    match = _DURATION.fullmatch(text)
    if not match or not match[0]:
        bare = str(value) if re.fullmatch(r"[0-9]{1,6}", str(value)) else None
        raise refusal(
            "is not a duration",
            "numbers with w, d, h, m, s, largest first, such as 15m, 1h30m or 2d",
            hint=f"state the unit, such as {bare}m for minutes" if bare else None,
        )
    seconds = sum(int(count) * BY_LETTER[unit] for unit, count in match.groupdict(default="0").items())
    if seconds > _LONGEST.total_seconds():
        raise refusal("is longer than anything that is planned for", f"at most {format_duration(_LONGEST)}")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """The shortest form that :func:`parse_duration` reads back: ``1h30m``."""
    rest, text = int(value.total_seconds()), ""
    for unit, seconds in BY_LETTER.items():
        count, rest = divmod(rest, seconds)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


_DURATION_SCHEMA: Final = {"type": "string", "pattern": DURATION_PATTERN, "examples": ["15m", "1h30m", "2 days"]}
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


_GIB: Final[Mapping[str, float]] = {"m": 1 / 1024, "g": 1, "t": 1024}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?) *(?:([mgt])(?:i?b|i)?)", re.IGNORECASE)
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?) *(?:%|percent|per cent)", re.IGNORECASE)
_VCPU: Final = re.compile(r"(\d+(?:\.\d+)?) *(?:v?cpus?)", re.IGNORECASE)
_MILLICORES: Final = re.compile(r"(\d+)m")
_MOST_CPU: Final = 192
_MOST_MEMORY: Final = 1536


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None


def _at_most(most: int, value: object, unit: str, meant: str) -> object:
    """``value``, or where it is likely stated in 1024ths of a ``unit``, the question."""
    if (number := _number(value)) and most < number <= most * 1024:
        raise refusal(f"must be at most {most}, in {unit}", hint=f"state {number / 1024:g}, if {meant}")
    return value


def _parse_size(value: object) -> object:
    """GiB. Vendors and people mean the same by 16, 16G, 16GB and 16GiB of memory or disk."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return f"{float(match[1]) * _GIB[match[2].lower()]:.9g}" if match else value


def _parse_memory(value: object) -> object:
    return _at_most(_MOST_MEMORY, _parse_size(value), "GiB", "MiB are meant")


def _parse_cpu(value: object) -> object:
    text = value if isinstance(value, str) else ""
    if match := _VCPU.fullmatch(text):
        return match[1]
    if match := _MILLICORES.fullmatch(text):
        return f"{int(match[1]) / 1000:g}"
    return _at_most(_MOST_CPU, value, "vCPU", "units are meant of which 1024 are a vCPU")


def _parse_percent(value: object) -> object:
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value)):
        return match[1]
    if (number := _number(value)) and 0.5 <= number <= 1:
        hint = f"state {number * 100:.9g}, if a share is meant" if number < 1 else None
        raise refusal("is a number of per cent, not a share", hint=hint)
    return value


@dataclass(frozen=True, slots=True)
class _OrText:
    """A number that may also be stated as text with its unit, for the published schema."""

    pattern: str
    example: str
    digits: str = r"(?=.*[1-9])[0-9]+(\.[0-9]+)?"

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, object]:
        text = {"type": "string", "pattern": f"^{self.digits} *({self.pattern})$", "examples": [self.example]}
        return {"anyOf": [handler(schema), text]}


if TYPE_CHECKING:
    Cpu: TypeAlias = Accepts[float | str, float]
    Memory: TypeAlias = Accepts[float | str, float]
    Size: TypeAlias = Accepts[float | str, float]
    OptionalSize: TypeAlias = Accepts[float | str | None, float | None]
    WholeSize: TypeAlias = Accepts[int | str, int]
    OptionalWholeSize: TypeAlias = Accepts[int | str | None, int | None]
    Percent: TypeAlias = Accepts[float | str, float]
    OptionalPercent: TypeAlias = Accepts[float | str | None, float | None]
else:
    _SIZED = _OrText("[mMgGtT]([iI]?[bB]|[iI])?", "16 GB")
    Cpu = Annotated[
        float, Field(gt=0, le=_MOST_CPU), BeforeValidator(_parse_cpu), _OrText("m|[vV]?[cC][pP][uU][sS]?", "500m")
    ]
    Memory = Annotated[float, Field(gt=0, le=_MOST_MEMORY), BeforeValidator(_parse_memory), _SIZED]
    Size = Annotated[float, BeforeValidator(_parse_size), _SIZED]
    OptionalSize = Annotated[float, Field(gt=0), BeforeValidator(_parse_size), _SIZED] | None
    WholeSize = Annotated[int, BeforeValidator(_parse_size), replace(_SIZED, digits="[1-9][0-9]*")]
    OptionalWholeSize = Annotated[int, Field(ge=22, le=65536), *WholeSize.__metadata__] | None
    Percent = Annotated[
        float,
        Field(gt=0, lt=100),
        BeforeValidator(_parse_percent),
        _OrText("%|[pP][eE][rR] ?[cC][eE][nN][tT]", "99.9%", r"[0-9]{1,2}(\.[0-9]+)?"),
    ]
    OptionalPercent = Percent | None

Disruption: TypeAlias = Literal["server", "zone", "region", "change", "people", "supplier", "attack", "together"]
"""Kinds of disruption, the smallest first."""


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
Classified: TypeAlias = Literal["critical", "important", "minor", "none"]
"""The same, and that a shop has no such data."""


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
ZoneId: TypeAlias = Annotated[
    str,
    Text("Z[A-Z0-9]{5,31}|[a-z]([a-z0-9-]*[a-z0-9])?", "a zone of Route 53 or Cloud DNS", "Z0123456789ABCDEFGHIJ", 63),
]
AccountId: TypeAlias = Annotated[
    str, Text("[0-9]{12}", "an AWS account id of 12 digits", "111122223333", 12, unquoted=True)
]
CloudflareId: TypeAlias = Annotated[
    str,
    Text("[0-9a-f]{32}", "the id of an account at Cloudflare, 32 hexadecimal digits", "0123456789abcdef" * 2, 32),
]
_IMAGE_WORD = "[a-z0-9]+([._-][a-z0-9]+)*"
ImageName: TypeAlias = Annotated[
    str, Text(rf"{_IMAGE_WORD}(/{_IMAGE_WORD})*", "the name of an image, without its registry and tag", "web", 200)
]
DnsVendor: TypeAlias = Literal["aws", "cloudflare", "gcp"]
"""Who answers for domains."""
ProjectId: TypeAlias = Annotated[
    str, Text("[a-z][a-z0-9-]{4,28}[a-z0-9]", "the id of a Google Cloud project", "acme-prod", 30)
]
ProjectNumber: TypeAlias = Annotated[
    str, Text("[0-9]{6,19}", "the number of a Google Cloud project", "123456789012", 19, unquoted=True)
]
Identifier: TypeAlias = Annotated[
    str, Text("[a-z][a-z0-9_]*", "an identifier of a-z, 0-9 and _, starting with a letter", "shop", 32)
]
Network: TypeAlias = Annotated[
    str,
    Text(
        r"10\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.0\.0/16",
        "an IPv4 range of 10.0.0.0/8, of size /16",
        "10.40.0.0/16",
    ),
]
Country: TypeAlias = Annotated[str, Text("[A-Z]{2}", "an ISO 3166 country code of two letters", "BE", 2)]
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
KeyArn: TypeAlias = Annotated[
    str,
    Text(
        "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[0-9a-f-]+",
        "the ARN of a key",
        "arn:aws:kms:eu-west-1:111122223333:key/1b2c",
    ),
]
SecretsProvider: TypeAlias = Annotated[
    str,
    Text(
        "passphrase|awskms:///arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:[!-~]+"
        "|(gcpkms|azurekeyvault|hashivault)://[!-~]+",
        "what Pulumi's --secrets-provider takes; of AWS by the key's ARN: an alias means another key in each account",
        "passphrase",
        1024,
    ),
]
HttpPath: TypeAlias = Annotated[str, Text("/[!-~]*", "an HTTP path", "/healthz", 255)]
Language: TypeAlias = Annotated[
    str, Text("[a-z]{2}(-[A-Z]{2})?", "a language (ISO 639, with a country or without)", "nl")
]
Currency: TypeAlias = Annotated[str, Text("[A-Z]{3}", "an ISO 4217 currency code", "EUR", 3)]
Environment: TypeAlias = Annotated[
    str, Text("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable", "SHOP_MODE")
]
ConfigKey: TypeAlias = Annotated[
    str, Text("[A-Za-z][A-Za-z0-9_-]*", "a key of the stack's configuration, without the project", "paymentKey", 60)
]
Email: TypeAlias = Annotated[
    str, Text(r"[^@\s]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", "an e-mail address", "on-call@shop.example", 254)
]
Phone: TypeAlias = Annotated[
    str,
    Text(r"\+[1-9][0-9]{6,14}", "a telephone number with its country code, digits alone", "+3225550100", unquoted=True),
]
_DAY: Final = "(mon|tue|wed|thu|fri|sat|sun)"
_SPAN: Final = rf"({_DAY}(-{_DAY})? )?([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]:[0-5][0-9]|2[0-3]:[0-5][0-9]|24:00)"
Hours: TypeAlias = Annotated[
    str,
    Text(f"24/7|{_SPAN}(, {_SPAN})*", "opening hours: 24/7, or days and times", "mon-fri 08:00-20:00, sat 09:00-13:00"),
]
TimeZone: TypeAlias = Annotated[
    str, Text("UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_-]+){1,2}", "a time zone of the IANA's table", "Europe/Brussels", 40)
]
MailServer: TypeAlias = Annotated[
    str,
    Text(
        r"[0-9]{1,5} ([a-z0-9-]+\.)+[a-z]{2,63}",
        "an MX record: preference and server",
        "10 in1-smtp.messagingengine.com",
    ),
]
HttpsAddress: TypeAlias = Annotated[
    str,
    Text(r"https://([a-z0-9-]+\.)+[a-z]{2,63}(/[!#-;=?-~]*)?", "an address of the web", "https://chat.example/acme"),
]
ChatTeam: TypeAlias = Annotated[str, Text("[TE][A-Z0-9]{6,20}", "the id of a Slack workspace", "T0123ABCDEF")]
ChatChannel: TypeAlias = Annotated[str, Text("[CG][A-Z0-9]{6,20}", "the id of a Slack channel", "C0123ABCDEF")]
Directory: TypeAlias = Annotated[
    str,
    Text(
        "(/[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)+",
        "a directory of a container, of letters, digits and inner hyphens",
        "/var/www/uploads",
        200,
    ),
]
_ARCHITECTURES: Final[Mapping[str, str]] = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "aarch64": "arm64"}
"""What others call an architecture."""


def _parse_architecture(value: object) -> object:
    text = value.lower() if isinstance(value, str) else value
    return _ARCHITECTURES.get(text, text) if isinstance(text, str) else value


if TYPE_CHECKING:
    Architecture: TypeAlias = Literal["x86_64", "arm64"]
else:
    Architecture = Annotated[Literal["x86_64", "arm64"], BeforeValidator(_parse_architecture)]
_CRON: Final = r"(\*|[0-9]+(-[0-9]+)?)(/[0-9]+)?(,(\*|[0-9]+(-[0-9]+)?)(/[0-9]+)?)*"
Crontab: TypeAlias = Annotated[
    str, Text(rf"{_CRON}( {_CRON}){{4}}", "a crontab line of five numeric fields, in UTC", "30 2 * * *", 100)
]
PortName: TypeAlias = Annotated[
    str,
    Text("(?!http$)[a-z]([a-z0-9-]*[a-z0-9])?", "a name of a-z, 0-9 and inner hyphens other than http", "metrics", 15),
]
Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]


Parameter: TypeAlias = Annotated[
    str, Text("[a-z][a-z0-9_-]*", "the name of a parameter, as MySQL has it: a-z, 0-9 and _", "max_connections", 64)
]
ParameterValue: TypeAlias = Annotated[
    str, Text("[A-Za-z0-9_.,:+/-]+", "the value of a parameter: letters, digits and _.,:+/-", "800", 256, unquoted=True)
]
_CLASS: Final = Text("[A-Za-z][A-Za-z0-9._-]*", "the name of an instance class", "db.r7g.large", 60)


def _by_cloud(value: object) -> object:
    """``db.r7g.large`` as AWS's, whose classes have dots, and any other as Google Cloud's."""
    return {"aws" if "." in value else "gcp": value} if isinstance(value, str) else value


if TYPE_CHECKING:
    InstanceClass: TypeAlias = Accepts[Mapping[Cloud, str] | str, Mapping[Cloud, str]]
else:
    _Classes: TypeAlias = Mapping[Cloud, Annotated[str, _CLASS]]
    InstanceClass = Annotated[
        _Classes, BeforeValidator(_by_cloud, json_schema_input_type=_Classes | Annotated[str, _CLASS])
    ]


def _by_compute(value: object) -> object:
    """One number as that of every quota; nothing as none."""
    if isinstance(value, Mapping):
        return cast("object", value)
    if not isinstance(value, bool) and re.fullmatch("[1-9][0-9]*", str(value)):
        return dict.fromkeys(get_args(Compute), int(str(value)))
    if value is not None:
        raise refusal("is neither a number nor one for each", "64, or such as {containers: 64, virtual-machines: 32}")
    return {}


if TYPE_CHECKING:
    VcpuQuota: TypeAlias = Accepts[Mapping[Compute, int] | int | None, Mapping[Compute, int]]
else:
    _Vcpu: TypeAlias = Annotated[int, Field(ge=1)]
    _Quotas: TypeAlias = Mapping[Compute, _Vcpu]
    VcpuQuota = Annotated[_Quotas, BeforeValidator(_by_compute, json_schema_input_type=_Quotas | _Vcpu | None)]


def _by_key(value: object) -> object:
    """A list of variables, each with the key that follows from its name."""
    if isinstance(value, list | tuple | set | frozenset):
        names = sorted(map(str, cast("Iterable[object]", value)))
        return {name: config_key(name) for name in names}
    return value


def config_key(variable: str) -> str:
    """The key of the configuration that the value of a secret ``variable`` usually has: ``paymentKey``."""
    first, *others = [word for word in variable.lower().split("_") if word] or ["secret"]
    return first + "".join(word.capitalize() for word in others)


if TYPE_CHECKING:
    OwnSecrets: TypeAlias = Accepts[Mapping[str, str] | Iterable[str], Mapping[str, str]]
else:
    OwnSecrets = Annotated[
        Mapping[Environment, ConfigKey],
        BeforeValidator(_by_key, json_schema_input_type=Mapping[Environment, ConfigKey] | list[Environment]),
    ]
