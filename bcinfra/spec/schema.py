"""The JSON Schema of a shop, for editors and for those who write a spec with other tools."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema

from bcinfra.spec.shop import Shop

SCHEMA_ID: Final = "urn:bcinfra:schema:shop"


class _Generator(GenerateJsonSchema):
    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """Mappings refuse names that do not match their pattern, as the models do."""
        mapping = super().dict_schema(schema)
        return {**mapping, "additionalProperties": False} if "patternProperties" in mapping else mapping


def json_schema() -> dict[str, Any]:
    """The schema of what may be stated. Rules between fields are checked by the loader alone."""
    schema = Shop.model_json_schema(mode="validation", schema_generator=_Generator)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Shop: what a customer states to bcinfra",
    }


def schema_text() -> str:
    """The schema as it is published in ``schemas/shop.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
