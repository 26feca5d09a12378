"""What the shop keeps, what it does for customers, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

from pydantic import AfterValidator, BeforeValidator, Field

from bcinfra.spec.base import Model, default
from bcinfra.spec.problems import refusal
from bcinfra.spec.values import (
    Cadence,
    Classified,
    Disruption,
    Duration,
    Name,
    OptionalDuration,
    OptionalPercent,
    OptionalSize,
    Percent,
    TierName,
)

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

STORES: Final = ("mysql", "redis", "media", "files", "queues", "search", "state")
"""Homes that are parts of the shop, stated or left out."""
HOMES: Final = (*STORES, "secrets", "certificates", "dns")
"""All homes; the last three every shop has."""
LOADED: Final = ("mysql", "redis", "files", "queues", "search", "tables")
"""What the load of customers comes to, and may be too much for; ``tables`` are databases that no page declares."""
EXTERNAL: Final = "external:"
"""How the home of data begins that somebody else keeps: ``external:erp``."""

NONE: Final = "none"
"""How critical data is that a shop does not have."""
EVERYBODYS: Final = ("secrets", "certificates", "dns-zone", "infrastructure-state")
"""What no shop is without."""
STANDARD_DATA: Final[Mapping[str, str]] = MappingProxyType(
    {
        "products": "mysql",
        "content": "media",
        "customers": "mysql",
        "orders": "mysql",
        "module-configuration": "mysql",
        "payment-gateway-configuration": "secrets",
        "secrets": "secrets",
        "certificates": "certificates",
        "dns-zone": "dns",
        "infrastructure-state": "state",
    }
)
"""The data that every shop has, with its usual home; each must be classified."""
USUAL_HOMES: Final[Mapping[str, str]] = MappingProxyType(
    {**STANDARD_DATA, "carts": "redis", "sessions": "redis", "messages": "queues", "search-index": "search"}
)
"""Usual homes of all well-known data classes."""


def _parse_home(value: str) -> str:
    if value in HOMES or (value.startswith(EXTERNAL) and len(value) > len(EXTERNAL)):
        return value
    raise refusal("is no home for data", *HOMES, f"{EXTERNAL}<who keeps it>")


class DataClass(Model):
    """One kind of data: how much it matters, where it lives, how often it is copied."""

    criticality: Classified
    """``critical``: without it the shop cannot sell; ``important``: it can for a while; ``minor``: it can be lost;
    ``none``: the shop has no such data, and nothing is judged by it."""
    home: Annotated[str, AfterValidator(_parse_home), Field(json_schema_extra={"examples": list(HOMES)})] = ""
    """Where it lives: a store of the shop, or ``external:<who keeps it>``. Well-known data has a usual home."""
    cadence: Cadence = default("shop")
    """How often it is backed up: a duration, or the kind of site (``shop`` 1h, ``blog`` 1d, ``brochure`` 1w)."""
    size: OptionalSize = default(None)
    """How much there is, GiB; default unknown."""
    changed_per_day: float | None = Field(default=None, ge=0)
    """How much of it is written or changed a day, GiB; default a share of it, by its home."""

    @property
    def keeper(self) -> str | None:
        """Who keeps it, where that is not the shop."""
        return self.home.removeprefix(EXTERNAL) if self.home.startswith(EXTERNAL) else None


def _expand(value: object) -> object:
    """``orders: critical`` as a class in its usual home; ``carts: null`` says what ``carts: none`` says."""
    if not isinstance(value, Mapping):
        return value
    rows = cast("Mapping[str, Any]", value)
    return {name: _at_home(name, row) for name, row in rows.items()}


def _at_home(name: str, row: object) -> object:
    usual = {"home": USUAL_HOMES[name]} if name in USUAL_HOMES else {}
    if row is None:
        return {"criticality": NONE}
    if isinstance(row, str):
        return {"criticality": row, **usual}
    if isinstance(row, DataClass):
        return row if row.home else row.model_copy(update=usual)
    if isinstance(row, Mapping):
        return {**usual, **cast("Mapping[str, Any]", row)}
    return row


if TYPE_CHECKING:
    Data: TypeAlias = Accepts[Mapping[str, DataClass | Classified | None], Mapping[str, DataClass]]
else:
    Data = Annotated[
        Mapping[Name, DataClass],
        BeforeValidator(_expand, json_schema_input_type=Mapping[Name, DataClass | Classified | None]),
    ]


class KindObjectives(Model):
    """What must hold in one kind of disruption; what is not stated is as in the others."""

    recovery_time: OptionalDuration = default(None)
    """Recovery time objective: how long customers may go without."""
    data_loss: OptionalDuration = default(None)
    """Recovery point objective: how much of the newest data may be lost."""

    def completed(self, other: KindObjectives) -> KindObjectives:
        """With what ``other`` states where nothing is stated here."""
        return other.model_copy(update={name: value for name, value in self if value is not None})


class Objectives(Model):
    """What must hold whatever happens, but for what is stated by kind of disruption."""

    recovery_time: Duration
    """Recovery time objective: how long customers may go without."""
    data_loss: Duration
    """Recovery point objective: how much of the newest data may be lost."""
    availability: Percent = Field(examples=[99.9])
    """Availability commitment, percent of each month."""
    clients_served: float = Field(default=0.9, gt=0, lt=1)
    """Share of clients that must be served for a recovery to be over: resolvers of some keep an old DNS answer."""
    kinds: Mapping[Disruption, KindObjectives] = Field(
        default={}, examples=[{"attack": {"recovery_time": "24h"}, "supplier": {"recovery_time": "1h"}}]
    )
    """What holds otherwise in a kind of disruption: a server, a zone, a region, a change, a mistake of people, a
    supplier's end, an attack, several together."""


class OwnObjectives(Model):
    """Objectives of one capability; what is not stated is as for the shop, of which what it states by kind comes before
    what is stated here for every kind."""

    recovery_time: OptionalDuration = default(None)
    """Recovery time objective: how long customers may go without."""
    data_loss: OptionalDuration = default(None)
    """Recovery point objective: how much of the newest data may be lost."""
    availability: OptionalPercent = default(None, examples=[99.95])
    """Availability commitment, percent of each month."""
    clients_served: float | None = Field(default=None, gt=0, lt=1)
    """Share of clients that must be served for a recovery to be over."""
    kinds: Mapping[Disruption, KindObjectives] = {}
    """What holds otherwise in a kind of disruption."""

    def completed(self, shop: Objectives | None) -> Objectives | None:
        """With the shop's objectives where none are stated here; nothing where the shop promises nothing."""
        if shop is None:
            return None
        own = {name: value for name, value in self if value is not None and name != "kinds"}
        kinds = {kind: one.completed(shop.kinds.get(kind, KindObjectives())) for kind, one in self.kinds.items()}
        return shop.model_copy(update={**own, "kinds": {**shop.kinds, **kinds}})


class Supplier(Model):
    """How reliable a service of somebody else is, by contract or by experience: nobody else can know it."""

    outages: float = Field(ge=0, le=1000, examples=[2])
    """Outages a year that stop who needs it."""
    recovery: Duration
    """How long one lasts, at worst that is to be planned for."""


class Needs(Model):
    """What must work for a capability to work."""

    tiers: tuple[TierName, ...] | None = None
    """Tiers of the shop; default all it has."""
    data: tuple[Name, ...] = ()
    """Data classes."""
    external: tuple[Name, ...] = ()
    """Services of others, such as a payment provider."""


class Capability(Model):
    """Something that customers do, judged apart from the rest of the shop."""

    needs: Needs | None = None
    """What it needs; default, for a well-known capability, its usual needs."""
    objectives: OwnObjectives | None = None
    """Its own objectives; default the shop's."""


USUAL_NEEDS: Final[Mapping[str, Needs]] = MappingProxyType(
    {
        "browse": Needs(data=("products", "content", "certificates", "dns-zone")),
        "cart": Needs(data=("products", "carts", "certificates", "dns-zone")),
        "checkout": Needs(
            data=(
                *("products", "carts", "customers", "orders", "module-configuration"),
                *("payment-gateway-configuration", "secrets", "certificates", "dns-zone"),
            ),
            external=("payment-provider",),
        ),
        "account": Needs(data=("customers", "orders", "secrets", "certificates", "dns-zone")),
        "support": Needs(data=("customers", "orders", "content", "certificates", "dns-zone")),
    }
)
"""The capabilities that every shop offers unless it says otherwise, with what they need."""
SESSIONS: Final = "sessions"
SIGNED_IN: Final = ("account", "checkout")
"""What customers do signed in: it needs sessions too, where the shop states that it keeps them (``data.sessions``)."""
SEND_MAIL: Final = "send-mail"
"""What a shop offers that states ``mail``."""
ABOUT: Final[Mapping[str, str]] = MappingProxyType(
    {"browse": "products", "cart": "carts", "checkout": "orders", "account": "customers"}
)
"""What each is about: a shop that has no such data does not offer it."""


class Offer(Model):
    """A capability with everything resolved."""

    tiers: tuple[TierName, ...]
    """Tiers it needs."""
    data: tuple[str, ...]
    """Data classes it needs."""
    external: tuple[str, ...]
    """Services of others it needs."""
    objectives: Objectives | None
    """What must hold for it; ``None``: nothing is promised."""
