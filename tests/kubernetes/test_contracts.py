"""What all of ``bcinfra.kubernetes`` promises: names within their limits, and objects that keep their schemas."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bcinfra.kubernetes.names import LIMITS, physical
from bcinfra.kubernetes.operator import CHARTS
from tests.kubernetes import schemas, test_data, test_mysql
from tests.kubernetes.conftest import declare


def test_operators_are_installed_at_the_version_whose_schema_is_checked() -> None:
    said = yaml.safe_load(schemas.OPERATORS.read_text())
    assert {CHARTS[kind].operator for kind in CHARTS} == {
        said[name]["version"]
        for name in (
            *("percona-xtradb-cluster-operator", "redis-operator", "rook"),
            *("rabbitmq-cluster-operator", "opensearch-operator"),
        )
    }


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_names_are_within_their_limits(kind: str) -> None:
    long = "a-very-long-name-of-a-customer-that-sells-many-things-in-many-countries-of-the-world"
    for logical in (long, "Orders_Dublin", "9lives"):
        assert LIMITS[kind].accepts(physical(kind, logical))


def test_long_names_are_taken_by_every_component() -> None:
    """``declare`` holds each name to its kind's limit, and a limit that is broken is a refused object."""
    long = "a-customer-that-sells-many-things-in-many-countries"

    def program() -> None:
        test_mysql.MySql(long, test_mysql.args())
        test_data.Redis(long, test_data.redis_args(cluster=test_data.cluster("third", zones=("a", "b", "c"))))

    graph = declare(program)
    names = {row.inputs["kind"]: row.inputs["metadata"]["name"] for row in schemas.objects(graph)}  # type: ignore[index,call-overload]
    for kind, limit in (("PerconaXtraDBCluster", 22), ("RedisCluster", 40), ("CronJob", 52)):
        assert len(str(names[kind])) <= limit


def test_a_schema_refuses_what_it_does_not_know() -> None:
    graph = declare(lambda: test_mysql.MySql("orders", test_mysql.args()))
    (found, *_) = [row for row in schemas.objects(graph) if row.inputs["kind"] == "PerconaXtraDBCluster"]
    document = schemas.known(dict(found.inputs))
    document["spec"]["pxc"]["sise"] = 3
    document["spec"]["pxc"]["size"] = "3"
    assert sorted(schemas.wrong_custom_resource(document)) == [
        "$.spec.pxc.size: '3' is not of type 'integer'",
        "$.spec.pxc: Additional properties are not allowed ('sise' was unexpected)",
    ]


CRDS = os.environ.get("BCINFRA_CRDS")


@pytest.mark.skipif(not CRDS, reason="set BCINFRA_CRDS to a folder with the operators' published CRDs")
def test_custom_resources_keep_the_published_schemas_in_full() -> None:
    published: dict[tuple[str, str], dict[str, Any]] = {}
    for path in Path(str(CRDS)).glob("*.yaml"):
        for crd in yaml.safe_load_all(path.read_text()):
            if crd and crd["kind"] == "CustomResourceDefinition":
                for version in crd["spec"]["versions"]:
                    kind = (f"{crd['spec']['group']}/{version['name']}", crd["spec"]["names"]["kind"])
                    published[kind] = _strict(version["schema"]["openAPIV3Schema"])

    def program() -> None:
        test_mysql.MySql("orders", test_mysql.args())
        test_data.Redis("carts", test_data.redis_args(cluster=test_data.cluster("third", zones=("a", "b", "c"))))

    checked = 0
    for graph in (declare(program), test_data.declare(test_data.storage)):
        for row in schemas.objects(graph):
            key = (row.inputs["apiVersion"], row.inputs["kind"])
            if key in published:
                errors = Draft202012Validator(published[key]).iter_errors(schemas.known(dict(row.inputs)))
                assert not [f"{row.name}: {error.json_path}: {error.message}" for error in errors]
                checked += 1
    assert checked == 5


def _strict(schema: Any) -> Any:
    """A published schema in which a field that it does not name is an error, as `kubectl --validate=strict` has it."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _strict(value) for key, value in schema.items() if key not in {"format"}}
    if found.get("x-kubernetes-int-or-string"):
        found.pop("type", None)
    if "properties" in found and isinstance(found["properties"], dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
        if "kind" in found["properties"] and "spec" in found["properties"]:
            found["properties"]["metadata"] = {"type": "object"}
    return found
