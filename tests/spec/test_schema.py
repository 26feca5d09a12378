"""The published JSON Schema: current, and of one mind with the loader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bcinfra.spec import Shop, json_schema
from bcinfra.spec.schema import schema_text

from .sample import SAMPLE, stated
from .test_mistakes import MISTAKES

PUBLISHED = Path(__file__).parents[2] / "schemas" / "shop.schema.json"
SCHEMA = Draft202012Validator(json_schema())


class JsonLikeLoader(yaml.SafeLoader):
    """YAML as editors read it: dates are text."""


JsonLikeLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text() == schema_text(), "run `make schema`"


def test_the_schema_is_valid_and_every_field_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    models: dict[str, Any] = {"Shop": SCHEMA.schema, **SCHEMA.schema["$defs"]}
    fields = {f"{m}.{f}": row for m, model in models.items() for f, row in model.get("properties", {}).items()}
    assert len(fields) > 60
    assert [name for name, row in fields.items() if "description" not in row] == []


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    editors_view = yaml.load(SAMPLE.read_text(), JsonLikeLoader)
    assert [error.message for error in SCHEMA.iter_errors(editors_view)] == []
    for change in ({}, {"capabilities": {"cart": None}}, {"data/orders": "critical"}, {"sites/dublin/zones": 2}):
        values = stated(change)
        Shop(**values)
        assert [error.message for error in SCHEMA.iter_errors(values)] == []


# Between fields only the loader judges; JSON has no NaN, and a schema does not check the format of dates.
IN_ONE_FIELD = re.compile(
    r"mapping of|must be (?!a finite|a date)|is not a (known|name|domain|duration|version|day)"
    r"|has no such field|state it:"
)


@pytest.mark.parametrize(
    "row", [row for row in MISTAKES if IN_ONE_FIELD.search(row["says"])], ids=lambda row: row["says"].split(":")[1]
)
def test_the_schema_refuses_mistakes_in_single_fields(row: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid(stated(row.get("change"), row.get("remove")))
