"""What Kubernetes and the operators accept, as published.

Kubernetes' own kinds: the schemas of three releases, from the package kubernetes-validate, in which an unknown field
is an error. Custom resources: ``operators.yaml`` beside this file, which lists the fields that the operators publish
at the versions that bcinfra installs, as far as bcinfra uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from jsonschema import Draft202012Validator
from kubernetes_validate import utils

from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Secret

# The package reads a release's definitions, a megabyte, anew for each object: 25 times the time that checking takes.
utils.schema_contents, utils.all_versions = cache(utils.schema_contents), cache(utils.all_versions)

RELEASES = ("1.35", "1.36", "1.37")
OPERATORS = Path(__file__).with_name("operators.yaml")
BUILT_IN = ("v1", "apps/v1", "autoscaling/v2", "batch/v1", "policy/v1")
_CORE = "Core."


def objects(graph: Graph) -> list[Resource]:
    """The rows that are Kubernetes objects."""
    return [row for row in graph if row.package == "kubernetes" and "kind" in row.inputs]


def refused(row: Resource, release: str) -> list[str]:
    """What ``release`` of Kubernetes, or the operator whose kind it is, would not accept of ``row``."""
    document = known({key: value for key, value in row.inputs.items() if not isinstance(value, Secret)})
    if not (document["apiVersion"] in BUILT_IN or ".k8s.io/" in document["apiVersion"]):
        return [f"{row.name}: {problem}" for problem in wrong_custom_resource(document)]
    try:
        kubernetes_validate.validate(document, release, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{row.name}: {'.'.join(map(str, error.path))}: {error.message}"]
    return []


def wrong_custom_resource(document: dict[str, Any]) -> Iterator[str]:
    """What the operator whose kind ``document`` is would not accept."""
    for error in Draft202012Validator(operators()[_kind(document)]).iter_errors(document):
        yield f"{error.json_path}: {error.message}"


def _kind(document: dict[str, Any]) -> str:
    return f"{document['apiVersion']} {document['kind']}"


def known(value: Any) -> Any:
    """``value`` with text in place of what is unknown or secret: names, addresses and passwords are all text."""
    if value is UNKNOWN or isinstance(value, Secret):
        return "unknown"
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    return [known(item) for item in value] if isinstance(value, list) else value


@cache
def operators() -> dict[str, dict[str, Any]]:
    """JSON Schemas of the custom kinds, by ``apiVersion kind``."""
    found: dict[str, dict[str, Any]] = {}
    for operator in yaml.safe_load(OPERATORS.read_text()).values():
        for kind, spec in operator["kinds"].items():
            version, name = kind.split()
            fields = {
                "apiVersion": {"const": version},
                "kind": {"const": name},
                "metadata": {"type": "object"},
                "spec": _schema(spec),
            }
            found[kind] = _object(fields, required=["spec"])
    return found


def _schema(said: Any) -> dict[str, Any]:
    """The JSON Schema of a line of ``operators.yaml``: a type, values that are allowed, ``Core.X`` for a type of
    Kubernetes, a mapping of fields (``!`` after one that is required, ``*`` for any name), a list of one element."""
    if isinstance(said, list):
        return {"type": "array", "items": _schema(said[0])}
    if isinstance(said, dict):
        fields = {name.removesuffix("!"): _schema(value) for name, value in said.items() if name != "*"}
        others = _schema(said["*"]) if "*" in said else False
        return {**_object(fields, [name[:-1] for name in said if name.endswith("!")]), "additionalProperties": others}
    if said.startswith(_CORE):
        return _core(f"io.k8s.api.core.v1.{said.removeprefix(_CORE)}")
    if said == "quantity":
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^[0-9.]+([EPTGMk]i?|m)?$"}]}
    if said == "integer or string":
        return {"type": ["integer", "string"]}
    if said.startswith("one of "):
        return {"enum": said.removeprefix("one of ").split(", ")}
    assert said in {"string", "integer", "number", "boolean"}, said
    return {"type": said}


def _object(fields: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


@cache
def _core(name: str) -> dict[str, Any]:
    """A type of the newest release, with those that it refers to in place."""
    path = f"kubernetes-json-schema/v{RELEASES[-1]}.0-local-strict/_definitions.json"
    definitions = utils.schema_contents(path, RELEASES[-1])["$defs"]

    def inline(value: Any) -> Any:
        if isinstance(value, list):
            return [inline(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return inline(definitions[value["$ref"].rsplit("/", 1)[-1]])
        return {key: inline(item) for key, item in value.items()}

    return inline(definitions[name])


def problems(graph: Graph) -> Iterator[str]:
    """What any of the releases or operators would not accept of ``graph``."""
    for row in objects(graph):
        for release in RELEASES:
            yield from (f"{release}: {problem}" for problem in refused(row, release))
