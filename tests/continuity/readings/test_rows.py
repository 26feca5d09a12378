"""What is believed of each resource type: complete, true of the SDKs, and nowhere else.

``types.json`` beside ``tests/golden`` holds all rows as they were last read by a person. A row that differs is named
with its field; where the change is meant, delete the file and run the test again.
"""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bcinfra.continuity.model.facts import facts
from bcinfra.continuity.model.stateless import Reason
from bcinfra.continuity.readings.base.reading import Part, Reading
from bcinfra.continuity.readings.base.traits import ALWAYS, Backup, Traits, Without
from bcinfra.continuity.readings.table import READINGS, REPLACEMENTS

GOLDEN = Path(__file__).parents[2] / "golden" / "types.json"
SOURCES = Path(importlib.import_module("bcinfra.continuity.readings").__path__[0])
OWN = sorted(token for token, row in READINGS.items() if row.part is Part.OWN)
ASKED = ("holds", "identities", "backup", "replacement")


def test_every_row_is_complete() -> None:
    assert {token: row.missing for token, row in READINGS.items() if row.missing} == {}


@pytest.mark.parametrize("field", ASKED)
def test_what_a_row_leaves_out_is_named(field: str) -> None:
    for token in OWN:
        row = READINGS[token]
        assert replace(row, traits=replace(row.traits, **{field: None})).missing == (field,), token


def test_a_row_without_words_or_reading_is_incomplete() -> None:
    bare = Reading("", Part.OWN, traits=Traits())
    assert bare.missing == ("what", *ASKED, "parts")
    assert Reading("logs", Part.PLUMBING, "").missing == ("why",)


def plain(row: Reading) -> dict[str, Any]:
    """What a row states, in JSON: all but what it leaves at its default."""
    reading = {"what": row.what, "part": row.part.value, "why": row.why}
    for name, by in (("parts", row.parts), ("decides", row.decides)):
        reading |= {name: f"{by.__module__.removeprefix('bcinfra.continuity.readings.')}.{by.__name__}"} if by else {}
    reading |= {"cost": row.cost.monthly} if row.cost else {}
    known = {f.name: value for f in fields(row.traits) if (value := getattr(row.traits, f.name)) != f.default}
    return {name: _json(value) for name, value in (reading | known).items() if value}


def _json(value: Any) -> Any:
    match value:
        case Backup() | Without():
            return {name: part for name, part in value._asdict().items() if part}
        case frozenset():
            return sorted(value)
        case Reason():
            return value.kind.value
        case tuple():
            return list(value)
        case str() | bool() | int():
            return value
        case _:
            return {f.name: _json(part) for f in fields(value) if (part := getattr(value, f.name))}


def test_no_row_changes_in_silence() -> None:
    found = {token: plain(row) for token, row in sorted(READINGS.items())}
    if not GOLDEN.exists():
        rows = (f"{json.dumps(token)}: {json.dumps(row)}" for token, row in found.items())
        GOLDEN.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
        pytest.fail(f"{GOLDEN} was written: read it")
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    changed = [
        f"{token}.{name}: {kept.get(token, {}).get(name)!r} -> {found.get(token, {}).get(name)!r}"
        for token in sorted(kept.keys() | found)
        for name in sorted(kept.get(token, {}).keys() | found.get(token, {}))
        if kept.get(token, {}).get(name) != found.get(token, {}).get(name)
    ]
    assert changed == [], f"see {GOLDEN}"


# Facts


def test_every_fact_of_a_row_exists() -> None:
    named = {
        (token, fact)
        for token, row in READINGS.items()
        for fact in (*row.traits.facts, *([row.traits.backup.restore] if isinstance(row.traits.backup, Backup) else []))
        if fact
    }
    assert {(token, fact) for token, fact in named if fact not in facts()} == set()


def test_every_fact_that_a_reading_asks_for_is_named_by_a_row() -> None:
    named = {fact for row in READINGS.values() for fact in row.traits.facts}
    named |= {row.traits.backup.restore for row in READINGS.values() if isinstance(row.traits.backup, Backup)}
    asked = {
        text
        for path in SOURCES.rglob("*.py")
        for text in re.findall(r'"([a-z]+(?:\.[a-z_0-9]+)+)"', path.read_text(encoding="utf-8"))
        if text in facts()
    }
    assert asked - named == set()


# What the SDKs have


def _stated(token: str) -> set[str]:
    """The properties that a row names, beside those that name a resource of any type."""
    row = READINGS[token].traits
    return {*row.names, *row.guarded_by, *row.started_with, *filter(None, [row.role])} - {*ALWAYS}


def _sdk(token: str) -> set[str]:
    """The properties that the SDK knows a type to have; none where it has no class of that name."""
    package, module, name = token.split(":")
    inside = module.split("/")[0].replace("lambda", "lambda_")
    path = f"pulumi_{package}" if inside == "index" else f"pulumi_{package}.{inside}"
    made = getattr(importlib.import_module(path), name, None)
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in dir(made)} if made else set()


@pytest.mark.parametrize("token", [t for t in READINGS if t.startswith(("aws:", "cloudflare:", "gcp:")) and _stated(t)])
def test_a_row_names_properties_that_the_sdk_has(token: str) -> None:
    assert _stated(token) <= _sdk(token)


def test_what_aws_backup_restores() -> None:
    kinds = {row.traits.backup.kind for row in READINGS.values() if isinstance(row.traits.backup, Backup)}
    assert sorted(filter(None, kinds)) == ["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3"]


# Replacements


def test_a_type_without_a_row_is_judged_by_the_words_that_guard_any_other() -> None:
    unknown = REPLACEMENTS["azure-native:sql:Database"]
    assert not unknown.loses
    assert not unknown.guards
    assert {"deletionProtection", "disableApiTermination", "objectLockEnabled"} <= unknown.guarded_while
    assert unknown.bare_while == {"deleteAutomatedBackups", "forceDelete", "forceDestroy", "skipFinalSnapshot"}
    assert unknown.guarded_longer == {
        "automatedSnapshotRetentionPeriod",
        "backupRetentionPeriod",
        "minRetentionDays",
        "snapshotRetentionLimit",
    }
