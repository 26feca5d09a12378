"""Every name that a fix cites in backticks is one of the specification, a command, a component or a provider."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from bcinfra.cli import app
from bcinfra.report.words import findings
from bcinfra.report.words.fixes import BY_REASON, BY_TYPE
from bcinfra.spec.page import Page

CITED = [
    (code, name)
    for code, rule in findings.RULES.items()
    for text in (rule.meaning, rule.fix, rule.plain)
    for name in re.findall("`([^`]+)`", text)
]
CITED += [
    (kind.value, name)
    for texts in (findings.DOMAIN_FIXES, BY_REASON)
    for kind, text in texts.items()
    for name in re.findall("`([^`]+)`", text)
]
OWN = [
    (token, name)
    for code in ("BC0005", "BC0009", "BC0010", "BC0011", "BC0029")
    for token, text in BY_TYPE[code].items()
    for name in re.findall("`([^`]+)`", text)
]


def test_fixes_cite_names() -> None:
    assert len(CITED) >= 15


@pytest.mark.parametrize(("code", "name"), CITED)
def test_every_name_that_a_fix_cites_is_real(code: str, name: str) -> None:
    assert code
    resolve(name)


@pytest.mark.parametrize(
    "name",
    [
        "web.maximum",
        "aws.Backups.lock",
        "sites.zones",
        "aws:route53/zone:Zone.lock",
        "aws:route53/zone:Zoo",
        "kubernetes:policy/v1:Budget",
        "kubernetes:apps/v1:Deployment.maxUnavailable",
        "bcinfra coast",
    ],
)
def test_a_name_that_is_none_is_found(name: str) -> None:
    with pytest.raises(AssertionError, match="no"):
        resolve(name)


@pytest.mark.parametrize(("token", "name"), OWN)
def test_a_fix_names_properties_of_the_resource_that_it_is_about(token: str, name: str) -> None:
    """Its own, by their first step; of another type, of a page or of a command by their whole names."""
    first = name.split(".")[0]
    if (
        name.startswith("--")
        or (token.startswith("kubernetes:") and ":" not in name)
        or first in ("protect", "copyActions")
    ):
        return
    if ":" in name or first in Page.model_fields:
        resolve(name)
    else:
        provider_property(token, first)


PULUMI = ("pulumi stack change-secrets-provider",)  # https://www.pulumi.com/docs/iac/cli/commands/


def resolve(name: str) -> None:
    if name in PULUMI:
        return
    if name.startswith("bcinfra "):
        assert name.split()[1] in vars(typer.main.get_command(app))["commands"], f"there is no {name}"
        return
    if name.startswith("--"):
        assert any(name in command.opts for command in _options()), f"there is no option {name}"
        return
    if ":" in name:
        token, _, part = name.partition(".")
        provider_property(token, part)
        return
    first, *rest = name.split(".")
    if first in ("aws", "gcp", "kubernetes", "onprem"):
        component = getattr(import_module(f"bcinfra.{first}"), rest[0])
        args = getattr(import_module(component.__module__), f"{component.__name__}Args")
        fields = [args]
    else:
        fields, rest = [Page], ["", first, *rest]
    for part in rest[1:]:
        fields = [inner for model in fields for inner in within(model, part)]
        assert fields, f"there is no {part} in {name}"


def _options() -> list[Any]:
    commands: Mapping[str, Any] = vars(typer.main.get_command(app))["commands"]
    return [option for command in commands.values() for option in command.params]


def within(model: object, part: str) -> list[object]:
    """What a field holds, or what the values of a mapping are: ``<name>`` stands for a key."""
    if part.startswith("<"):
        return [get_args(model)[1]] if get_origin(model) is Mapping else []
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or part not in model.model_fields:
        return []
    return unions(model.model_fields[part].annotation)


def unions(annotation: object) -> list[object]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType, Annotated):
        parts = get_args(annotation)[:1] if origin is Annotated else get_args(annotation)
        return [one for part in parts for one in unions(part)]
    if origin is Mapping:
        key, value = get_args(annotation)
        return [Mapping[key, one] for one in unions(value)]  # type: ignore[valid-type]
    return [annotation]


def provider_property(token: str, name: str) -> None:
    """``aws:rds/instance:Instance``, ``multiAz``: raises where the vendor's SDK has none such; ``""``: the type."""
    package, module, kind = token.split(":")
    home = module.replace("/", ".") if package == "kubernetes" else module.split("/")[0]
    home += "_" * iskeyword(home)
    resource: type | None = getattr(import_module(f"pulumi_{package}.{home}"), kind, None)
    assert resource, f"there is no {token}"
    assert not name or name in {to_camel(one) for one in vars(resource) if not one.startswith("_")}, (
        f"{token} has no {name}"
    )
