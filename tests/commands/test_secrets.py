"""Secrets that stand in the clear in an export: no command prints one, in any format, and each change is still said."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

import pytest

from bcinfra.exits import Exit
from bcinfra.graph import load
from bcinfra.graph.core import secrets
from bcinfra.graph.core.model import Resource, Secret, Value
from tests.commands.conftest import Run
from tools.secret_properties import TARGET, listed

S: Final = "S3ntinel"
NEW: Final = "S3ntin3l"
"""What is looked for in all that is printed: the secrets of one export, and those of the next."""
PEM: Final = f"-----BEGIN RSA PRIVATE KEY-----\n{S}\nAAAA\n-----END RSA PRIVATE KEY-----\n"


def by(schema: str, **properties: Any) -> tuple[str, dict[str, Any]]:
    return schema, properties


SECRETS: Final = {
    "schema": by("aws:rds/instance:Instance", password=f"{S}1"),
    "schema, a parameter": by("aws:ssm/parameter:Parameter", type="SecureString", value=f"{S}2"),
    "schema, an object": by("kubernetes:core/v1:Secret", stringData={"apiKey": f"{S}3"}, data={"plain": f"{S}33"}),
    "schema of a provider": by("pulumi:providers:aws", accessKey=f"{S}4", token=f"{S}44"),
    "schema of a small provider": by("random:index/randomPassword:RandomPassword", result=f"{S}5"),
    "an object of Kubernetes in a list": by(
        "kubernetes:core/v1:SecretList", items=[{"kind": "Secret", "data": {"a": f"{S}6"}}]
    ),
    "name": by("kubernetes:helm.sh/v3:Release", values={"auth": {"rootPassword": f"{S}7", "token": f"{S}77"}}),
    "name in a list": by("mysql:index/user:User", passwords=[f"{S}8"]),
    "name in a deep output": by("pulumi:pulumi:Stack", kubeconfig={"users": [{"user": {"token": f"{S}9"}}]}),
    "variables": by("aws:lambda/function:Function", environment={"variables": {"STRIPE_KEY": f"{S}10"}}),
    "variables in a list": by(
        "kubernetes:apps/v1:Deployment", spec={"env": [{"name": "API_TOKEN", "value": f"{S}11"}]}
    ),
    "variables in JSON": by(
        "aws:ecs/taskDefinition:TaskDefinition",
        containerDefinitions=json.dumps([{"name": "web", "environment": [{"name": "DB_PASSWORD", "value": f"{S}12"}]}]),
    ),
    "address": by("kubernetes:core/v1:ConfigMap", data={"url": f"mysql://shop:{S}13@db.example:3306/shop"}),
    "private key": by("tls:index/thing:Thing", note=PEM),
    "script": by("aws:ec2/launchTemplate:LaunchTemplate", userData=f"#!/bin/sh\nexport DB_PASSWORD='{S}14'\nrun\n"),
    "script in base64": by(
        "aws:ec2/launchTemplate:LaunchTemplate",
        userData=base64.b64encode(f"#!/bin/sh\nmysql --password {S}15\n".encode()).decode(),
    ),
    "piped": by("command:remote:Command", create=f"echo {S}16 | passwd --stdin shop"),
    "settings in YAML": by(
        "kubernetes:core/v1:ConfigMap", data={"app.yaml": f"db:\n  password: {S}17\n  port: 3306\n"}
    ),
    "header": by("x:index:Hook", headers=f"Authorization: Bearer {S}181818"),
    "login": by("x:index:Hook", run=f"curl -s -u shop:{S}19 https://x.example"),
    "SQL": by("x:index:Hook", sql=f"CREATE USER shop IDENTIFIED BY '{S}20'"),
    "token of a vendor": by("x:index:Hook", note=f"use ghp_{S}21AAAAAAAA to clone"),
    "web token": by("x:index:Hook", note=f"send eyJhbGciOi.eyJ{S}24.AAAA"),
    "web hook": by("x:index:Hook", note=f"post to https://hooks.slack.com/services/T0/B0/{S}25"),
    "hash of a password": by("x:index:Hook", line=f"shop:$6$salt${S}26:1::"),
    "option": by("x:index:Hook", run=f"login --api-key {S}27 --to x.example"),
    "Redis": by("x:index:Hook", file=f"port 6379\nrequirepass {S}28\n"),
    "key of AWS": by("x:index:Hook", csv=f"aws,AKIAABCDEFGHIJKLMNOP,{S:A<40}"),
    "variable in a script": by("x:index:Hook", run=f"STRIPE_KEY={S}30 ./pay"),
    "account key": by("x:index:Hook", storage=f"AccountName=shop;AccountKey={S}22;Suffix=x"),
    "output that the row marks": by("x:index:Made", hidden=f"{S}23"),
}


def export(folder: Path, name: str, sentinel: str) -> Path:
    prefix = "urn:pulumi:prod::shop::"
    stack = f"{prefix}pulumi:pulumi:Stack::shop-prod"
    rows: list[dict[str, Any]] = []
    for what, (token, properties) in SECRETS.items():
        urn = stack if token == "pulumi:pulumi:Stack" else f"{prefix}{token}::{what}"
        row = {"urn": urn, "type": token, "custom": urn != stack, "additionalSecretOutputs": ["hidden"]}
        sides = {"outputs": properties} if urn == stack else {"inputs": properties, "outputs": properties}
        rows.append({**row, **sides, **({} if urn == stack else {"parent": stack, "id": "x"})})
    document = {"version": 3, "deployment": {"resources": rows}}
    text = json.dumps(document).replace(S, sentinel)
    # What is inside base64 text is exchanged as well.
    old, new = (SECRETS["script in base64"][1]["userData"], f"#!/bin/sh\nmysql --password {sentinel}15\n".encode())
    path = folder / name
    path.write_text(text.replace(old, base64.b64encode(new).decode()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("secrets"), "before.json", S)


@pytest.fixture(scope="module")
def after(before: Path) -> Path:
    return export(before.parent, "after.json", NEW)


def leaks(text: str) -> list[str]:
    encoded = [SECRETS["script in base64"][1]["userData"][:24]]
    return [line for line in text.splitlines() if any(part in line for part in (S, NEW, "⟦", *encoded))]


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_a_diff_names_each_secret_that_changed_and_prints_none(
    bcinfra: Run, before: Path, after: Path, format: str
) -> None:
    _, out, err = bcinfra("diff", before, after, "--format", format, "--width", 4000)
    assert leaks(out + err) == []
    for what, (token, _) in SECRETS.items():
        assert what in out or token in ("pulumi:pulumi:Stack",)
    assert "kubeconfig.users[0].user.token" in out
    if format != "json":
        assert out.count("a secret changed") > 20


def test_the_same_secrets_are_no_change(bcinfra: Run, before: Path) -> None:
    assert bcinfra("diff", before, before)[1] == "prod: no changes.\n"


@pytest.mark.parametrize(
    "command",
    [
        ("preview",),
        ("preview", "--json"),
        ("preview", "--resources"),
        *(("assess", "--full", "--format", format) for format in ("text", "markdown", "json", "sarif")),
        ("explain", "--stack"),
    ],
    ids=" ".join,
)
def test_no_command_prints_a_secret(bcinfra: Run, before: Path, command: tuple[str, ...]) -> None:
    _, out, err = bcinfra(*command, before)
    assert out
    assert leaks(out + err) == []


def test_a_secret_that_was_sealed_and_stands_in_the_clear_is_a_danger(bcinfra: Run, before: Path) -> None:
    sealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    text = before.read_text().replace(f'"password": "{S}1"', f'"password": {json.dumps(sealed)}')
    (earlier := before.with_name("sealed.json")).write_text(text)
    code, out, _ = bcinfra("diff", earlier, before, "--fail-on", "expose")
    assert code == Exit.GATE
    assert "keeps in plain what was secret: password" in out
    assert leaks(out) == []


@pytest.mark.parametrize("number", range(len(secrets.TEXTS)))
def test_no_pattern_is_idle(before: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert S not in repr(load(before).resources)
    monkeypatch.setattr(secrets, "TEXTS", tuple(p for i, p in enumerate(secrets.TEXTS) if i != number))
    assert S in repr(load(before).resources)


# What is no secret


def value(token: str, names: tuple[str, ...] = (), **inputs: Value) -> Value:
    rows = [Resource(urn=f"urn:pulumi:prod::shop::{token}::x", inputs=inputs)]
    rows += [Resource(urn=f"urn:pulumi:prod::shop::x:index:X::{name}") for name in names]
    found = secrets.masked({row.urn: row for row in rows})[rows[0].urn]
    return next(iter(found.inputs.values()))


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("aws:efs/fileSystem:FileSystem", {"creationToken": "media"}),
        ("gcp:secretmanager/secretVersion:SecretVersion", {"secret": "projects/shop/secrets/orders"}),
        ("gcp:cloudrunv2/service:Service", {"secretKeyRef": {"secret": "orders", "version": "latest"}}),
        ("aws:ecs/taskDefinition:TaskDefinition", {"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:x"}]}),
        ("aws:rds/instance:Instance", {"masterUserSecretKmsKeyId": "alias/shop"}),
        ("aws:iam/policy:Policy", {"policy": '{"Resource":"arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf"}'}),
        ("aws:dynamodb/table:Table", {"variables": {"SORT_KEY": "id", "PUBLIC_KEY": "ssh-ed25519 AAAA"}}),
        ("aws:lambda/function:Function", {"variables": {"DB_SECRET": "arn:aws:secretsmanager:x", "DEBUG": "true"}}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"userData": "export DB_PASSWORD=$(aws ssm get-parameter x)\n"}),
        ("kubernetes:core/v1:ConfigMap", {"data": {"url": "https://db.example:3306/shop?x=1"}}),
        ("x:index:Hook", {"length": 20, "passwordLength": 20, "tokenUrl": "https://id.example/token"}),
    ],
)
def test_what_says_where_a_secret_is_stays_readable(token: str, inputs: dict[str, Value]) -> None:
    assert value(token, **inputs) == next(iter(inputs.values()))


def test_a_variable_that_names_another_resource_stays_readable() -> None:
    variables: dict[str, Value] = {"variables": {"ORDERS_SECRET": "shop-orders"}}
    assert value("aws:lambda/function:Function", ("shop-orders",), **variables) == variables["variables"]
    assert isinstance(found := value("aws:lambda/function:Function", **variables), dict)
    assert isinstance(found["ORDERS_SECRET"], Secret)


def test_only_the_secret_in_a_text_is_replaced() -> None:
    found = value("kubernetes:core/v1:ConfigMap", data={"url": f"mysql://shop:{S}@db.example:3306/shop"})
    assert isinstance(found, dict)
    assert secrets.shown(str(found["url"])) == "mysql://shop:[secret]@db.example:3306/shop"


def test_the_list_of_secret_properties_is_what_the_sdks_say() -> None:
    """``python -m tools.secret_properties`` writes it anew."""
    assert TARGET.read_text(encoding="utf-8") == listed()
