"""What the engine answers for the programs in ``programs/``, and how a recorded graph is compared with it.

The engine tells of a stack in three documents, which overlap: ``preview`` (what it would do), ``plan`` (what the
program asked for, with the options a preview leaves out) and ``export`` (the state after ``up``). Each gives *told*
rows: URN, and field by field what the document says; :func:`differences` holds a recorded graph against them.

``fixtures/`` keeps the documents, without what differs between machines and runs, so that a machine without the CLI
compares too. ``python -m tests.engine.answers`` asks the engine again and writes them.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from bcinfra.graph.core.model import UNKNOWN, Asset, Graph, Reference, Resource, Secret, Timeouts
from bcinfra.graph.record.recorder import record
from tests.engine.cli import Cli, find
from tests.engine.engine import Engine

PROGRAMS: Final = Path(__file__).parent / "programs"
FIXTURES: Final = Path(__file__).parent / "fixtures"
NAMES: Final = sorted(path.stem for path in PROGRAMS.glob("*.py"))
PROJECT: Final = "fidelity"
STACK: Final = "dev"
PASSWORD: Final = "not-a-real-one"
BASE: Final = f"organization/{PROJECT}/base"
BASE_OUTPUTS: Final = {"name": "base-name", "zones": ["a", "b"], "token": Secret()}

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
ASSETS: Final = ("c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7")

Json: TypeAlias = Any
Documents: TypeAlias = "dict[str, dict[str, dict[str, Json]]]"
"""By document and URN, the engine's own row."""


# Asking -------------------------------------------------------------------------------------------------------------


def project_of(name: str, folder: Path) -> Path:
    """A project made of one program, as :class:`Engine` wants it."""
    program = folder / "source" / "program"
    program.mkdir(parents=True)
    shutil.copy(PROGRAMS / f"{name}.py", program / "__main__.py")
    settings = {"name": PROJECT, "runtime": "python", "main": "program/", "stackConfigDir": "program"}
    (program.parent / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
    return program.parent


@contextmanager
def asking(cli: Cli, folder: Path) -> Iterator[Engine]:
    """The engine, to be asked of one program after the other: to make a stack with a secret takes as long as to ask."""
    with Engine(cli, folder, project_of(NAMES[0], folder), STACK) as engine:
        engine.set_config("password", PASSWORD, "--secret")
        yield engine


def ask(engine: Engine, name: str) -> Documents:
    """Preview and deploy a program; returns what the engine told."""
    with engine.undone():
        shutil.copy(PROGRAMS / f"{name}.py", engine.project / "program" / "__main__.py")
        documents = {"renames": renames(engine)} if name == "aliases" else {}
        if name == "references":
            deploy_base(engine)
        documents |= ask_before_up(engine)
        engine.up()
        return documents | {"export": engine.resources()}


def ask_before_up(engine: Engine) -> Documents:
    """What the engine tells of a stack that is not deployed yet."""
    preview, plan = engine.preview_with_plan()
    return {
        "preview": {step["urn"]: step["newState"] for step in preview["steps"]},
        "plan": {urn: row["goal"] for urn, row in plan["resourcePlans"].items()},
    }


def renames(engine: Engine) -> dict[str, Json]:
    """Under which URN the engine finds what ``aliases`` renames: it was deployed before, under its former names."""
    engine.set_config("renamed", "false")
    engine.up()
    engine.set_config("renamed", "true")
    steps = engine.preview()["steps"]
    assert {step["op"] for step in steps} == {"same"}, "something was not found and would be replaced"
    engine.destroy()
    return {step["urn"]: {"was": step["oldState"]["urn"]} for step in steps if step["oldState"]["urn"] != step["urn"]}


def deploy_base(engine: Engine) -> None:
    """The stack whose outputs ``references`` reads: the same program, which exports them there."""
    engine.stack = "base"
    engine.run("stack", "init", engine.stack)
    engine.set_config("password", PASSWORD, "--secret")
    engine.up()
    engine.stack = STACK


def recorded(name: str) -> Graph:
    """What the recorder says of the same program in the same circumstances."""
    with tempfile.TemporaryDirectory() as folder:
        project = project_of(name, Path(folder))
        return record(
            project / "program",
            project=PROJECT,
            stack=STACK,
            root=project,
            config={f"{PROJECT}:password": PASSWORD},
            secret_config={f"{PROJECT}:password"},
            stack_references={BASE: BASE_OUTPUTS},
            invokes={"aws:ssm/getParameter:getParameter": lambda args: args},
        )


# Keeping ------------------------------------------------------------------------------------------------------------

OF_ONE_RUN: Final = ("created", "modified", "sourcePosition")
DEFAULT_PROVIDER: Final = re.compile(r"::default_[0-9_]+")
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def kept(documents: Documents) -> Documents:
    """``documents`` without times, ciphers, random ids, releases of SDKs, and frames outside the program."""

    def scrub(value: Json, key: str = "") -> Json:
        match value:
            case {"ciphertext": _}:
                return {SIGNATURE: SECRET, "ciphertext": ""}
            case {"plaintext": str(text)}:
                return {SIGNATURE: SECRET, "plaintext": UNKNOWN_TEXT if UNKNOWN_TEXT in text else ""}
            case {"__internal": _}:  # inputs of a provider
                return {k: scrub(item) for k, item in value.items()} | {"version": "(release)"}
            case {"custom": True, "outputs": _}:  # the stand-in's, not the engine's
                return scrub({k: item for k, item in value.items() if k != "outputs"})
            case dict():
                return {k: scrub(item, k) for k, item in sorted(value.items()) if k not in OF_ONE_RUN}
            case list() if key == "stackTrace":
                return [frame for frame in value if frame.get("sourcePosition", "").startswith("project:///program/")]
            case [str(first), *_] if first.startswith("urn:pulumi:"):  # a set of resources: its order is chance
                return sorted(value)
            case list():
                return [scrub(item) for item in value]
            case str() if key == "__provider":
                return "(code)"
            case str():
                text = UUID.sub(lambda found: found[0] if found[0] == UNKNOWN_TEXT else "(uuid)", value)
                return DEFAULT_PROVIDER.sub("::default", text)
            case _:
                return value

    return {
        document: {unreleased(urn): scrub(row) for urn, row in rows.items()} for document, rows in documents.items()
    }


def fixture(name: str) -> Documents:
    return json.loads((FIXTURES / f"{name}.json").read_text())


# Comparing ----------------------------------------------------------------------------------------------------------


class Untold(Enum):
    """A value that a document does not tell."""

    UNTOLD = "untold"


UNTOLD: Final = Untold.UNTOLD


def value_of(raw: Json) -> Json:
    """A property value of any document as a value of the graph."""
    match raw:
        case str() if raw == UNKNOWN_TEXT:
            return UNKNOWN
        case "[secret]":
            return Secret  # with a known value or without
        case "(code)" | "(release)" | "(uuid)":
            return UNTOLD
        case {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}:
            return Secret(known=UNKNOWN_TEXT not in raw.get("plaintext", ""))
        case {"4dabf18193072939515e22adb298388d": str(signature)} if signature == REFERENCE:
            return Reference(raw["urn"], value_of(raw["id"]) if raw.get("id") else None)
        case {"4dabf18193072939515e22adb298388d": str(signature)} if signature in ASSETS:
            return Asset
        case dict():
            return {key: value_of(item) for key, item in raw.items()}
        case list():
            return [value_of(item) for item in raw]
        case _:
            return raw


def same(ours: Json, told: Json, *, live: bool) -> bool:
    """Whether a recorded value says what the engine says. ``live``: the provider has computed the unknown ones."""
    match told:
        case Untold():
            return True
        case type():
            return isinstance(ours, told)
        case Secret() if live:
            return isinstance(ours, Secret)
        case dict():
            if not isinstance(ours, Mapping):
                return live and ours is UNKNOWN
            return ours.keys() == told.keys() and all(same(ours[key], told[key], live=live) for key in told)
        case list():
            if not isinstance(ours, list):
                return live and ours is UNKNOWN
            return len(ours) == len(told) and all(map(lambda a, b: same(a, b, live=live), ours, told))
        case _:
            unknown = ours is UNKNOWN or (isinstance(ours, str) and UNKNOWN_TEXT in ours)
            return (live and unknown) or (type(ours), ours) == (type(told), told) or number(ours, told)


def number(ours: Json, told: Json) -> bool:
    """The protocol has one kind of number: 3 and 3.0 are the same."""
    return type(ours) in (int, float) and type(told) in (int, float) and ours == told


class Field(NamedTuple):
    """How one field of the engine's rows is called in the graph."""

    ours: Callable[[Resource], Json]
    told: Callable[[Json], Json] = lambda raw: raw
    absent: Json = None


def option(name: str, absent: Json = None, told: Callable[[Json], Json] = lambda raw: raw) -> Field:
    return Field(lambda row: getattr(row.options, name), told, absent)


def unreleased(urn: str | None) -> str | None:
    """A URN without the release of the SDK, which a default provider has in its name."""
    return urn and DEFAULT_PROVIDER.sub("::default", urn)


def snake(key: str) -> str:
    """``AfterCreate`` as ``after_create``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


def timeouts(raw: Json) -> Timeouts:
    return Timeouts(**{key: value for key, value in raw.items() if value})


FIELDS: Final = {
    "custom": Field(lambda row: row.custom, absent=False),
    "external": Field(lambda row: row.external, absent=False),
    "parent": Field(lambda row: row.parent),
    "provider": Field(lambda row: unreleased(row.provider), lambda raw: unreleased(raw.rsplit("::", 1)[0])),
    "dependencies": Field(lambda row: row.dependencies, lambda raw: tuple(sorted(raw)), ()),
    "propertyDependencies": Field(
        lambda row: row.property_dependencies, lambda raw: {key: tuple(sorted(urns)) for key, urns in raw.items()}, {}
    ),
    "protect": option("protect", False),
    "retainOnDelete": option("retain_on_delete", False),
    "deleteBeforeReplace": option("delete_before_replace"),
    "ignoreChanges": option("ignore_changes", (), tuple),
    "replaceOnChanges": option("replace_on_changes", (), tuple),
    "additionalSecretOutputs": option("additional_secret_outputs", (), tuple),
    "hideDiff": option("hide_diff", (), tuple),
    "customTimeouts": option("timeouts", Timeouts(), timeouts),
    "deletedWith": option("deleted_with"),
    "replaceWith": option("replace_with", (), tuple),
    "importID": option("import_id"),
    "resourceHooks": option("hooks", {}, lambda raw: {snake(key): tuple(names) for key, names in raw.items()}),
}
IN_ALL: Final = ("custom", "parent", "provider", "dependencies", "propertyDependencies")
TOLD_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "preview": (*IN_ALL, "external", "protect", "retainOnDelete", "deletedWith", "replaceWith", "customTimeouts"),
    "plan": (*IN_ALL, "protect", "deleteBeforeReplace", "ignoreChanges", "additionalSecretOutputs", "customTimeouts"),
    "export": tuple(key for key in FIELDS if key not in ("deleteBeforeReplace",)),
}


def differences(graph: Graph, documents: Documents) -> Iterator[str]:
    """Where a recorded graph says something else than the engine, one line each."""
    for document, rows in documents.items():
        if document == "renames":
            for urn, raw in rows.items():
                if raw["was"] not in graph[urn].options.aliases:
                    yield f"{document}: {urn}: recorded {graph[urn].options.aliases}, found under {raw['was']}"
            continue
        told_rows = {unreleased(urn): raw for urn, raw in rows.items()}
        our_rows = {unreleased(row.urn): row for row in graph if not (row.external and document == "plan")}
        for urn in sorted(told_rows.keys() ^ our_rows.keys()):
            yield f"{document}: {urn}: only {'told' if urn in told_rows else 'recorded'}"
        for urn in sorted(told_rows.keys() & our_rows.keys()):
            for field, ours, told in disagreements(our_rows[urn], told_rows[urn], document):
                yield f"{document}: {urn}: {field}: recorded {ours!r}, told {told!r}"


def disagreements(row: Resource, raw: Mapping[str, Json], document: str) -> Iterator[tuple[str, Json, Json]]:
    live = document == "export"
    for key in TOLD_BY[document]:
        field = FIELDS[key]
        ours, told = field.ours(row), field.told(raw[key]) if key in raw else field.absent
        if ours != told:
            yield key, ours, told
    inputs = raw.get("inputDiff", {}).get("adds", {}) if document == "plan" else raw.get("inputs", {})
    if not row.external:
        yield from values("inputs", row.inputs, inputs, live)
    if not row.custom and document != "preview":
        outputs = raw.get("outputDiff", {}).get("adds", {}) if document == "plan" else raw.get("outputs", {})
        yield from values("outputs", row.outputs, outputs, live)
    if row.external and not same(row.id, value_of(raw.get("id")), live=live):
        yield "id", row.id, raw.get("id")
    frames = [frame.get("sourcePosition", "") for frame in raw.get("stackTrace", ())]
    if row.place and frames and f"project:///{row.place.file}#{row.place.line}" not in frames:
        yield "place", str(row.place), frames


def values(
    field: str, ours: Mapping[str, Json], raw: Mapping[str, Json], live: bool
) -> Iterator[tuple[str, Json, Json]]:
    for key in sorted({*ours, *raw}):
        mine, told = ours.get(key, "(absent)"), value_of(raw[key]) if key in raw else "(absent)"
        if not same(mine, told, live=live):
            yield f"{field}.{key}", mine, told


def main() -> None:
    cli = find()
    print(f"asking {cli}")
    with tempfile.TemporaryDirectory() as folder, asking(cli, Path(folder) / "engine") as engine:
        for name in NAMES:
            documents = kept(ask(engine, name))
            (FIXTURES / f"{name}.json").write_text(json.dumps(documents, indent=1, sort_keys=True) + "\n")
            print(f"{name}: {len(documents['preview'])} resources")


if __name__ == "__main__":
    main()
