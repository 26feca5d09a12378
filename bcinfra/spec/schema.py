"""The JSON Schema of a shop, for editors and for those who write a spec with other tools."""

from __future__ import annotations

import json
from typing import Any, Final

from bcinfra.spec.shop import Shop

SCHEMA_ID: Final = "urn:bcinfra:schema:shop"


def json_schema() -> dict[str, Any]:
    """The schema of what may be stated. Rules between fields are checked by the loader alone."""
    schema = Shop.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Shop: what a customer states to bcinfra",
    }


def schema_text() -> str:
    """The schema as it is published in ``schemas/shop.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
