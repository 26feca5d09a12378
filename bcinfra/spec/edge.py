"""The content delivery network in front of a shop."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Name, Text

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

EdgeVendor: TypeAlias = Literal["off", "cloudfront", "cloud-cdn", "cloudflare"]
_CALLED: Final[Mapping[object, EdgeVendor]] = {"aws": "cloudfront", "google": "cloud-cdn"}
"""Networks by whose they are."""
PathPattern: TypeAlias = Annotated[str, Text("/[!-~]*", "a path, of which * stands for the rest", "/c/*", 255)]


def _named(value: object) -> object:
    return _CALLED.get(value, value) if isinstance(value, str) else value


if TYPE_CHECKING:
    Vendor: TypeAlias = Accepts[EdgeVendor | Literal["aws", "google"], EdgeVendor]
else:
    Vendor = Annotated[
        EdgeVendor, BeforeValidator(_named, json_schema_input_type=EdgeVendor | Literal["aws", "google"])
    ]


class Edge(Model):
    """Who delivers the shop to customers, and how it is told apart what may be asked twice."""

    vendor: Vendor
    """``cloudfront`` (or ``aws``) where all that serves is at AWS, ``cloud-cdn`` (or ``google``) where all is at Google
    Cloud, ``cloudflare`` before sites of either or both; ``off``: customers reach the sites themselves."""
    account: Name | None = None
    """The account at Cloudflare, as ``accounts`` names it."""
    addresses: tuple[IPv4Address, ...] = Field(default=(), max_length=8, examples=[["192.0.2.10", "192.0.2.11"]])
    """Cloudflare's addresses that are the shop's own (static addresses, of the Enterprise plan): names at another
    vendor's DNS can lead to no others of it, and names at its own DNS would be lost with its proxy."""
    address_map: str | None = Field(
        default=None, pattern="^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"]
    )
    """The id of the address map that Cloudflare made for them."""
    reading: tuple[PathPattern, ...] = Field(default=(), examples=[["/", "/c/*", "/p/*"]])
    """Paths that are only read, which CloudFront asks of another site while the first fails. It takes no POST there."""
    direct: bool = False
    """Whether customers are led around it while it is down. The sites then take requests from everybody, and need a
    firewall each."""
    modes: bool = False
    """Whether one command shows customers a page instead of the shop: ``read-only``, a ``queue`` that lets in so many
    (not at Google Cloud), or ``closed``, all of them pages that ``contact.page`` makes in an account of its own."""
    shield_advanced: bool = False
    """Whether AWS Shield Advanced protects it, to which the account is subscribed for a year at USD 3,000 a month. The
    firewall at the edges absorbs floods without it."""


def _expand(value: object) -> object:
    """``edge: cloudfront`` as an edge of which nothing else is stated. YAML reads a plain ``off`` as false."""
    named = "off" if value is False else value
    return {"vendor": named} if isinstance(named, str) else named


if TYPE_CHECKING:
    StatedEdge: TypeAlias = Accepts[Edge | EdgeVendor | Literal["aws", "google"] | None, Edge | None]
else:
    StatedEdge = Annotated[Edge | None, BeforeValidator(_expand, json_schema_input_type=Edge | Vendor | bool | None)]
