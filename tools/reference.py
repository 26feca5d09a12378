"""Pages of ``docs`` that list what there is: the fields of a shop's page, and the commands with their options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from bcinfra.cli import app
from bcinfra.exits import MEANING
from bcinfra.spec.schema import json_schema

# The page of a shop


def shop() -> str:
    """Every field of a shop's page, with the parts that fields hold."""
    schema: Mapping[str, Any] = json_schema()
    parts: Mapping[str, Any] = schema["$defs"]
    found = [*_head(), *_fields(schema, parts)]
    for name, part in sorted(parts.items()):
        if "properties" in part:
            found += ["", f"## {name}", "", *_described(part), *_fields(part, parts)]
    return "\n".join([*found, ""])


def _head() -> Iterator[str]:
    yield from (
        "# The page",
        "",
        "A shop is stated on one page, in YAML or Python, by the same names. `bcinfra init` writes one to begin with,"
        " `bcinfra validate shop.yaml` names every mistake at once, `bcinfra schema` prints its JSON Schema."
        " Lengths of time read `15m`, `1h30m`, `2d`; memory and storage are GiB, CPU is cores.",
        "",
        "## Shop",
        "",
    )


def _described(part: Mapping[str, Any]) -> Iterator[str]:
    if text := part.get("description"):
        yield from (_cell(text), "")


def _fields(part: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[str]:
    yield "| field | is | default | meaning |"
    yield "| --- | --- | --- | --- |"
    required = part.get("required", ())
    for name, row in part["properties"].items():
        default = "required" if name in required else _default(row)
        yield f"| `{name}` | {_type(row, parts)} | {default} | {_cell(row.get('description', ''))} |"


def _default(row: Mapping[str, Any]) -> str:
    value = row.get("default")
    if value in (None, {}, [], ()):
        return ""
    return f"`{value}`" if not isinstance(value, Mapping) else "see below"


def _type(row: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    if "$ref" in row:
        name = str(row["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.casefold()})" if "properties" in parts[name] else _type(parts[name], parts)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in row:
            return " or ".join(dict.fromkeys(_type(one, parts) for one in row[several] if one.get("type") != "null"))
    if "const" in row:
        return f"`{row['const']}`"
    if "enum" in row:
        return " ".join(f"`{one}`" for one in row["enum"])
    if row.get("type") == "array":
        return f"list of {_type(row.get('items', {}), parts)}"
    if row.get("type") == "object":
        values = row.get("additionalProperties")
        return f"by name: {_type(values, parts)}" if isinstance(values, Mapping) else "mapping"
    return str(row.get("type", "any"))


def _cell(text: str) -> str:
    return " ".join(
        re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text).replace("``", "`").replace("|", "\\|").split()
    )


# Commands


def commands() -> str:
    """Every command with its options and examples, and what exit codes mean."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    lines = ["# Commands", "", "Each has `--help`; nothing is contacted over the network.", ""]
    for name, command in group.commands.items():
        lines += [f"## {name}", "", *_paragraphs(command.help or ""), *_usage(name, command), *_options(command), ""]
        lines += _examples(command.epilog or "")
    lines += ["## Exit codes", "", "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code.value} | {meaning} |" for code, meaning in MEANING.items()]
    return "\n".join([*lines, ""])


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.replace("\b\n", "").strip()):
        yield from (_escaped(" ".join(paragraph.split())), "")


def _usage(name: str, command: Any) -> Iterator[str]:
    pieces = [p.metavar or p.name.upper() for p in command.params if p.param_type_name == "argument"]
    yield from ("```text", " ".join(["bcinfra", name, "[OPTIONS]", *pieces]), "```", "")


def _options(command: Any) -> Iterator[str]:
    yield "| option | meaning |"
    yield "| --- | --- |"
    for option in command.params:
        if option.param_type_name == "option":
            names = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
            yield f"| {names} | {_escaped(_cell(option.help or ''))} |"


def _examples(epilog: str) -> list[str]:
    shown = [line.strip() for line in epilog.splitlines() if line.strip().startswith(("bcinfra", "pulumi"))]
    return ["```text", *shown, "```", ""] if shown else []


def _escaped(text: str) -> str:
    return re.sub(r"([<>*{}\[\]])", r"\\\1", text)
