"""The content delivery network in front of a shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bcinfra.spec.base import Model
from bcinfra.spec.values import Text

if TYPE_CHECKING:
    from bcinfra.spec.base import Accepts

EdgeVendor: TypeAlias = Literal["off", "cloudfront", "cloud-cdn"]
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
    Cloud; ``off``: customers reach the sites themselves."""
    reading: tuple[PathPattern, ...] = Field(default=(), examples=[["/", "/c/*", "/p/*"]])
    """Paths that are only read, which CloudFront asks of another site while the first fails. It takes no POST there."""
    direct: bool = False
    """Whether customers are led around it while it is down. The sites then take requests from everybody, and need a
    firewall each."""
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
