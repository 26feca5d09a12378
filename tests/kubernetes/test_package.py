"""The package ``bcinfra.kubernetes``: what it offers, when it loads it, and what all of it promises."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import bcinfra.kubernetes
from bcinfra.component import Args, Component
from bcinfra.kubernetes.names import LIMITS, physical
from bcinfra.kubernetes.operator import CHARTS
from tests.kubernetes import schemas, test_data, test_mysql
from tests.kubernetes.conftest import declare

HOMES: dict[str, tuple[str, ...]] = bcinfra.kubernetes._HOMES  # pyright: ignore[reportPrivateUsage]
PUBLIC = [getattr(bcinfra.kubernetes, name) for names in HOMES.values() for name in names]
COMPONENTS = [cls for cls in PUBLIC if issubclass(cls, Component)]


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(bcinfra.kubernetes.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen: dict[str, tuple[str, ...]] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert all(alias.name == alias.asname for alias in node.names), "a re-export says so by `X as X`"
        module = str(node.module).rsplit(".", 1)[-1]
        seen[module] = (*seen.get(module, ()), *(alias.name for alias in node.names))
    assert seen == HOMES


def test_every_component_and_its_arguments_are_public() -> None:
    for path in Path(bcinfra.kubernetes.__file__).parent.glob("[!_]*.py"):
        module = __import__(f"bcinfra.kubernetes.{path.stem}", fromlist=["_"])
        for name, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__ and issubclass(cls, (Args, Component)):
                assert name in HOMES.get(path.stem, ()), f"{path.stem}.{name} is not exported"


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"module 'bcinfra\.kubernetes' has no attribute 'Worklaod'"):
        bcinfra.kubernetes.Worklaod  # noqa: B018  # pyright: ignore


def test_importing_the_package_loads_no_sdk() -> None:
    code = "import sys, bcinfra.kubernetes; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_using_components_leaves_the_sdk_whole() -> None:
    code = "".join(f"import bcinfra.kubernetes.{module}\n" for module in HOMES) + (
        "import pulumi_kubernetes as k\n"
        "k.apps.v1.StatefulSet, k.core.v1.Pod, k.networking.v1.IngressClass, k.batch.v1.Job, k.helm.v3.Chart"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_it_needs_no_cloud() -> None:
    for path in Path(bcinfra.kubernetes.__file__).parent.glob("*.py"):
        assert "bcinfra.aws" not in path.read_text() and "bcinfra.gcp" not in path.read_text(), path


@pytest.mark.parametrize("cls", COMPONENTS, ids=lambda cls: cls.__name__)
def test_a_component_is_made_from_name_arguments_and_options(cls: type[Component]) -> None:
    name, args, opts = list(inspect.signature(cls).parameters.values())
    assert (name.name, args.name, opts.name, opts.default) == ("name", "args", "opts", None)
    assert str(args.annotation).endswith(f"{cls.__name__}Args")
    assert cls.__doc__ and cls.package == "kubernetes"


@pytest.mark.parametrize("cls", [cls for cls in PUBLIC if issubclass(cls, Args)], ids=lambda cls: cls.__name__)
def test_arguments_are_described(cls: type[Args]) -> None:
    assert not [name for name, field in cls.model_fields.items() if not field.description]


def test_operators_are_installed_at_the_version_whose_schema_is_checked() -> None:
    said = yaml.safe_load(schemas.OPERATORS.read_text())
    assert {CHARTS[kind].operator for kind in CHARTS} == {
        said[name]["version"] for name in ("percona-xtradb-cluster-operator", "redis-operator", "rook")
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
