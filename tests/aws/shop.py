"""A shop at two sites, for recording one component at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from bcinfra.graph.core.model import Graph, Resource
from bcinfra.graph.record.recorder import record
from tests.aws.conftest import key_arn, region

REGIONS = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
ZONES = {"dublin": ("euw1-az1", "euw1-az2", "euw1-az3"), "frankfurt": ("euc1-az1", "euc1-az2", "euc1-az3")}
MAINTENANCE = {"dublin": "tue:03:00-tue:04:00", "frankfurt": "wed:03:00-wed:04:00"}


def data_site(site: str, *, disposable: bool = False) -> dict[str, Any]:
    """Arguments of a data store's site."""
    return {
        "region": region(REGIONS[site], disposable=disposable),
        "vpc_id": f"vpc-{site}",
        "subnet_ids": {zone: f"subnet-{zone}" for zone in ZONES[site]},
        "key_arn": key_arn(REGIONS[site]),
        "clients": {"web": f"sg-{site}-web"},
        "maintenance_window": MAINTENANCE[site],
    }


def row(graph: Graph, kind: str, name: str) -> Resource:
    """The one resource whose type ends in ``kind``, called ``name``."""
    found = {r.name: r for r in graph if r.type.endswith(f":{kind}")}
    assert name in found, f"no {kind} {name!r}; there are {sorted(found)}"
    return found[name]


def refusals(make: Callable[[], object]) -> list[str]:
    """What ``make`` refuses its arguments with, line by line."""
    lines: list[str] = []

    def program() -> None:
        with pytest.raises(ValidationError) as caught:
            make()
        assert "correct horse" not in str(caught.value), "an error tells the password"
        for error in caught.value.errors():
            lines.extend(error["msg"].removeprefix("Value error, ").splitlines())

    record(program)
    return lines


def assert_adopted(before: Graph, after: Graph, **failover_fields: tuple[str, ...]) -> None:
    """The two graphs differ in nothing but the fields that are ignored, which are given by kind of resource."""
    assert set(before.resources) == set(after.resources)
    for old in before:
        new = after[old.urn]
        fields = failover_fields.get(old.type.rsplit(":", 1)[-1], ())
        hidden = {camel(field) for field in fields}
        assert _but(old, hidden) == _but(new, hidden), old.urn
        assert old.options == new.options, old.urn
        assert hidden <= set(old.options.ignore_changes), old.urn


def _but(resource: Resource, hidden: set[str]) -> dict[str, Any]:
    return {key: value for key, value in resource.inputs.items() if key not in hidden}


def camel(field: str) -> str:
    """Pulumi's name of an input, such as ``kmsKeyId`` for ``kms_key_id``."""
    head, *rest = field.split("_")
    return head + "".join(map(str.capitalize, rest))
