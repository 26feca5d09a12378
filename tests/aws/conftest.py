"""What tests of AWS components share: regions, recording a program, and contracts that hold for every component."""

from __future__ import annotations

import importlib
import inspect
import json
import keyword
import re
from typing import Any

import pulumi_aws as aws

from bcinfra.aws.region import Region
from bcinfra.component import DeletionPolicy
from bcinfra.graph.core.model import Graph, Resource, Secret
from bcinfra.testing import count_types
from tests.helpers import declaring, kept_back, strays

ACCOUNT = "111111111111"
ISOLATED_ACCOUNT = "999999999999"


def region(name: str = "eu-west-1", account: str | None = ACCOUNT, *, disposable: bool = False) -> Region:
    """A region with a provider of its own; call it inside the program that is recorded."""
    provider = aws.Provider(f"{name}-{account}", region=name)
    deletion = DeletionPolicy.DISPOSABLE if disposable else DeletionPolicy.PROTECT
    return Region(name=name, provider=provider, account=account, tags={"customer": "acme"}, deletion=deletion)


def key_arn(region_name: str, account: str = ACCOUNT) -> str:
    """The ARN of a key that exists already."""
    return f"arn:aws:kms:{region_name}:{account}:key/{region_name}"


def one(graph: Graph, token: str, name: str) -> Resource:
    """The one resource with this type token and name."""
    (found,) = [r for r in graph.of_type(token) if r.name == name]
    return found


def named(graph: Graph, token: str) -> dict[str, Resource]:
    """The resources of one type by name."""
    return {r.name: r for r in graph.of_type(token)}


def statements(resource: Resource, field: str = "policy") -> list[dict[str, Any]]:
    """The statements of a policy that is known in the preview."""
    text = resource.inputs[field]
    assert isinstance(text, str), f"{resource.name}: {field} is {text!r}"
    return json.loads(text)["Statement"]


def region_of(graph: Graph, resource: Resource) -> str:
    """The region of the provider that makes ``resource``."""
    provider = graph.provider_of(resource)
    assert provider, f"{resource.urn} is left to the default provider"
    found = provider.inputs["region"]
    assert isinstance(found, str)
    return found


def takes_tags(token: str) -> bool:
    """Whether the SDK's class for ``token`` has an input ``tags``."""
    _, path, name = token.split(":")
    package, module = path.split("/")
    package += "_" * keyword.iskeyword(package)  # pulumi_aws.lambda_
    snake = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", module).lower()
    cls = getattr(importlib.import_module(f"pulumi_aws.{package}.{snake}"), name)
    return "tags" in inspect.signature(cls._internal_init).parameters


def broken_promises(graph: Graph) -> list[str]:
    """Where a graph breaks what is promised of every component."""
    problems = [*strays(graph, "aws"), *kept_back(graph, "aws")]
    for resource in (r for r in graph if r.package == "aws" and not r.external):
        tags = resource.inputs.get("tags")
        if isinstance(tags, list):  # an Auto Scaling group's, each with what it does at launch
            tags = {tag["key"]: tag["value"] for tag in tags if isinstance(tag, dict) and tag["propagateAtLaunch"]}
        if takes_tags(resource.type) and not (isinstance(tags, dict) and tags.get("customer") and tags.get("Name")):
            problems.append(f"{resource.urn} has tags {tags!r}")
    return problems


declare = declaring(broken_promises)


def counts(graph: Graph) -> dict[str, int]:
    """How many resources of each type there are, components too: seals what a program makes."""
    return count_types(graph, "aws", "bcinfra")


def is_secret(value: object) -> bool:
    """Whether a recorded value is kept secret."""
    return isinstance(value, Secret)
