"""Two values that nobody tells are not equal: what joins resources by value must know it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_gcp import Provider
from pulumi_gcp.compute import Address
from pulumi_gcp.dns import ManagedZone, RecordSet
from pulumi_kubernetes.core.v1 import Service

import bcinfra.continuity.readings
from bcinfra.continuity.readings.base.view import same
from bcinfra.graph.core.model import UNKNOWN
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.kubernetes_programs import gke
from tests.continuity.readings.programs import model

READERS = frozenset({"text", "as_text", "number", "count", "region", "region_of", "site", "name_of", "certified"})
"""What answers ``None`` where the graph does not tell."""


def reads(node: ast.expr) -> bool:
    name = node.func if isinstance(node, ast.Call) else None
    return getattr(name, "attr", getattr(name, "id", None)) in READERS


def guesses(tree: ast.AST) -> Iterator[int]:
    """Lines that take two values for one where both may be unknown."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if reads(left) and reads(right):
                yield node.lineno
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                sets = [one for one in (left, right) if isinstance(one, ast.Set)]
                if any(reads(inner) for one in sets for inner in one.elts):
                    yield node.lineno
            case _:
                pass


def test_no_reading_takes_two_unknown_values_for_equal() -> None:
    (root,) = bcinfra.continuity.readings.__path__
    files = sorted(Path(root).rglob("*.py"))
    assert len(files) > 50
    found = [f"{file.name}:{line}" for file in files for line in guesses(ast.parse(file.read_text()))]
    assert found == []


@pytest.mark.parametrize(
    "text", ["view.text(a, 'x') == view.text(b, 'x')", "named & {name, view.text(a, 'x')}", "{as_text(a)} & {name}"]
)
def test_the_scan_sees_what_it_looks_for(text: str) -> None:
    assert list(guesses(ast.parse(text))) == [1]


@pytest.mark.parametrize("value", [None, UNKNOWN, ""])
def test_what_is_not_known_equals_nothing(value: object) -> None:
    assert not same(value, value)
    assert same("a", "a")
    assert not same("a", "b")


def led_to(taken: dict[str, Any]) -> str | None:
    """Where a name leads that answers with a reserved address, beside a service with a field of its own."""

    def program() -> None:
        opts = gke(zones=("b", "c", "d"))
        google = pulumi.ResourceOptions(provider=Provider("names", project="acme-prod", region=k8s.BELGIUM))
        spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}], **taken}
        Service("web", metadata={"name": "web"}, spec=spec, opts=opts)
        own = Address("own", address="203.0.113.9" if taken else None, opts=google)
        zone = ManagedZone("shop", dns_name="shop.example.", opts=google)
        RecordSet("shop", managed_zone=zone.name, name="shop.example.", type="A", rrdatas=[own.address], opts=google)

    (entry,) = (one for one in model(program).entries if one.name == "shop.example")
    target = entry.routes[0].target
    return target and target.rpartition("::")[2]


def test_an_address_of_which_nothing_is_known_leads_to_no_service() -> None:
    assert led_to({}) != "web"
    assert led_to({"loadBalancerIP": "203.0.113.9"}) == "web"
