"""Values between Pulumi's plain data and the graph.

The protocol and the JSON exports carry property values as plain data in which objects with a signature key stand for
secrets, assets, references and unknowns (``sdk/go/common/resource/sig/sig.go``, ``property-values.json``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from bcinfra.graph.core.model import UNKNOWN, Asset, Reference, Secret, Value
from bcinfra.graph.core.secrets import shown

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a signature, not a password
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
SECRET_PLACEHOLDER: Final = "[secret]"  # noqa: S105  stands for one
"""What a program reads for a secret that is not to be known here, and what previews print for any secret."""

Plain = Any
"""JSON-like data: what a protobuf ``Struct`` or a JSON document holds."""


def is_object(data: Plain) -> TypeGuard[dict[str, Plain]]:
    """Whether plain data is an object."""
    return isinstance(data, dict)


def is_list(data: Plain) -> TypeGuard[list[Plain]]:
    """Whether plain data is a list."""
    return isinstance(data, list)


def as_object(data: Plain) -> dict[str, Plain]:
    """Plain data where it is an object; else an empty one."""
    return data if is_object(data) else {}


def has_signature(data: Plain, signature: str) -> bool:
    """Whether plain data stands for something special, such as a secret."""
    return is_object(data) and data.get(SIGNATURE) == signature


def decode(data: Plain, depends: Callable[[str], object] = lambda _urn: None) -> Value:
    """The graph's value for plain data. Plaintext of secrets is dropped here and nowhere kept.

    ``depends`` is told the URN of every resource that an output value inside ``data`` comes from.
    """
    if isinstance(data, str):
        return UNKNOWN if data == UNKNOWN_TEXT else data
    if is_list(data):
        return [decode(item, depends) for item in data]
    if not is_object(data):
        return data
    signature = data.get(SIGNATURE)
    if signature == SECRET:
        hidden = data.get("ciphertext", data.get("plaintext"))
        return Secret(known=_known(decode(data.get("value", hidden), depends)))
    if signature == OUTPUT:
        for urn in data.get("dependencies", ()):
            depends(urn)
        value = decode(data.get("value", UNKNOWN_TEXT), depends)
        return Secret(known=_known(value)) if data.get("secret") else value
    if signature == REFERENCE:
        identity = data.get("id")
        return Reference(data["urn"], UNKNOWN if identity in (UNKNOWN_TEXT, "") else identity)
    if signature in (ASSET, ARCHIVE):
        return _asset(data, archive=signature == ARCHIVE)
    return decode_map(data, depends)


def decode_map(data: Mapping[str, Plain], depends: Callable[[str], object] = lambda _urn: None) -> dict[str, Value]:
    """:func:`decode` for each property."""
    return {key: decode(item, depends) for key, item in data.items()}


def encode(value: Value, *, sealed: bool = False) -> Plain:
    """Plain data for a graph value. A secret's own value is unknown in the protocol, and ciphertext where ``sealed``,
    as in an export; the text says no more than whether it was known."""
    match value:
        case list():
            return [encode(item, sealed=sealed) for item in value]
        case dict():
            return {key: encode(item, sealed=sealed) for key, item in value.items()}
        case str() if sealed:
            return shown(value)
        case Secret() if sealed:
            return {SIGNATURE: SECRET, "ciphertext": "" if value.known else UNKNOWN_TEXT}
        case Secret():
            return {SIGNATURE: SECRET, "value": UNKNOWN_TEXT}
        case Reference():
            identity = UNKNOWN_TEXT if value.id is UNKNOWN else value.id
            return {SIGNATURE: REFERENCE, "urn": value.urn} | ({} if identity is None else {"id": identity})
        case Asset():
            return {SIGNATURE: ARCHIVE if value.archive else ASSET, value.kind: value.value}
        case _:
            return UNKNOWN_TEXT if value is UNKNOWN else value


def downgrade(data: Plain) -> Plain:
    """Plain data with output values put as the values they hold: what older parts of the protocol understand."""
    if is_list(data):
        return [downgrade(item) for item in data]
    if not is_object(data):
        return data
    if data.get(SIGNATURE) != OUTPUT:
        return {key: downgrade(item) for key, item in data.items()}
    value = downgrade(data.get("value", UNKNOWN_TEXT))
    return {SIGNATURE: SECRET, "value": value} if data.get("secret") else value


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


def _asset(data: Mapping[str, Plain], *, archive: bool) -> Asset:
    for kind in ("uri", "hash", "path"):  # a state has the hash beside the path; of a URI no program knows it
        if data.get(kind):
            return Asset(kind, data[kind], archive)
    content = data["text"] if "text" in data else json.dumps(data.get("assets"), sort_keys=True)
    return Asset("hash", hashlib.sha256(content.encode()).hexdigest(), archive)
