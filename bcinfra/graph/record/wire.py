"""The Pulumi protocol's property values as plain data: protobuf ``Struct`` trees to dicts and lists, and back."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf import struct_pb2

from bcinfra.graph.core.values import Plain


def plain(struct: struct_pb2.Struct) -> dict[str, Plain]:
    """The fields of ``struct`` by name, whole numbers as ``int``. Sorted: protobuf keeps no order between runs."""
    return {key: plain_value(value) for key, value in sorted(struct.fields.items())}


def plain_value(value: struct_pb2.Value) -> Plain:
    """:func:`plain` for one value."""
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


def to_struct(data: Mapping[str, Plain]) -> struct_pb2.Struct:
    """Plain data as a ``Struct``."""
    struct = struct_pb2.Struct()
    struct.update(dict(data))
    return struct
