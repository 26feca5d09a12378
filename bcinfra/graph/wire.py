"""Values between the Pulumi protocol and the graph.

The protocol carries property values as protobuf ``Struct`` trees in which objects with a signature key stand for
secrets, assets and references (``sdk/go/common/resource/sig/sig.go``). Exports use the same signatures in JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf import struct_pb2

from bcinfra.graph.model import UNKNOWN, Asset, Reference, Secret, Value

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a signature, not a password
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

Plain = Any
"""JSON-like data: what a ``Struct`` or a JSON document holds."""


def plain(struct: struct_pb2.Struct) -> dict[str, Plain]:
    """The fields of ``struct`` as plain data, whole numbers as ``int``."""
    return {key: plain_value(value) for key, value in sorted(struct.fields.items())}


def plain_value(value: struct_pb2.Value) -> Plain:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "struct_value":
            return plain(value.struct_value)
        case "list_value":
            return [plain_value(item) for item in value.list_value.values]
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case _:
            return None


def is_secret(data: Plain) -> bool:
    """Whether plain data stands for a secret."""
    return isinstance(data, dict) and data.get(SIGNATURE) == SECRET


def downgrade(data: Plain) -> Plain:
    """Plain data with output values put as the values they hold: what older parts of the protocol understand."""
    if isinstance(data, list):
        return [downgrade(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.get(SIGNATURE) != OUTPUT:
        return {key: downgrade(item) for key, item in data.items()}
    value = downgrade(data.get("value", UNKNOWN_TEXT))
    return {SIGNATURE: SECRET, "value": value} if data.get("secret") else value


def to_struct(data: Mapping[str, Plain]) -> struct_pb2.Struct:
    """Plain data as a ``Struct``."""
    struct = struct_pb2.Struct()
    struct.update(dict(data))
    return struct


def decode(data: Plain, depends: Callable[[str], object] = lambda _urn: None) -> Value:
    """The graph's value for plain data. Plaintext of secrets is dropped here and nowhere kept.

    ``depends`` is told the URN of every resource that an output value inside ``data`` comes from.
    """
    if isinstance(data, str):
        return UNKNOWN if data == UNKNOWN_TEXT else data
    if isinstance(data, list):
        return [decode(item, depends) for item in data]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(data, dict):
        return data
    fields: dict[str, Plain] = data  # pyright: ignore[reportUnknownVariableType]
    match fields.get(SIGNATURE):
        case None:
            return {key: decode(item, depends) for key, item in fields.items()}
        case str() as signature if signature == SECRET:
            hidden = fields.get("ciphertext", fields.get("plaintext"))
            return Secret(known=_known(decode(fields.get("value", hidden), depends)))
        case str() as signature if signature == OUTPUT:
            for urn in fields.get("dependencies", ()):
                depends(urn)
            value = decode(fields["value"], depends) if "value" in fields else UNKNOWN
            return Secret(known=_known(value)) if fields.get("secret") else value
        case str() as signature if signature == REFERENCE:
            identity = fields.get("id")
            return Reference(fields["urn"], UNKNOWN if identity in (UNKNOWN_TEXT, "") else identity)
        case str() as signature if signature in (ASSET, ARCHIVE):
            return _asset(fields, archive=signature == ARCHIVE)
        case _:
            return {key: decode(item, depends) for key, item in fields.items() if key != SIGNATURE}


def decode_map(data: Mapping[str, Plain], depends: Callable[[str], object] = lambda _urn: None) -> dict[str, Value]:
    """:func:`decode` for each property."""
    return {key: decode(item, depends) for key, item in data.items()}


def encode(value: Value) -> Plain:
    """Plain data for a graph value, as the protocol carries it. A secret's value is unknown."""
    match value:
        case list():
            return [encode(item) for item in value]
        case dict():
            return {key: encode(item) for key, item in value.items()}
        case Secret():
            return {SIGNATURE: SECRET, "value": UNKNOWN_TEXT}
        case Reference():
            identity = UNKNOWN_TEXT if value.id is UNKNOWN else value.id
            return {SIGNATURE: REFERENCE, "urn": value.urn} | ({} if identity is None else {"id": identity})
        case Asset():
            return {SIGNATURE: ARCHIVE if value.archive else ASSET, value.kind: value.value}
        case _:
            return UNKNOWN_TEXT if value is UNKNOWN else value


def _known(value: Value) -> bool:
    match value:
        case dict():
            return all(map(_known, value.values()))
        case list():
            return all(map(_known, value))
        case Secret():
            return value.known
        case _:
            return value is not UNKNOWN


def _asset(fields: Mapping[str, Plain], *, archive: bool) -> Asset:
    for kind in ("path", "uri", "hash"):
        if fields.get(kind):
            return Asset(kind, fields[kind], archive)
    content = fields["text"] if "text" in fields else json.dumps(fields.get("assets"), sort_keys=True)
    return Asset("hash", hashlib.sha256(content.encode()).hexdigest(), archive)
