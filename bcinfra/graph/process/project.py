"""A Pulumi project's folder: its settings, a stack's configuration, and the graph that its program declares."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bcinfra.graph.core.model import Graph, Place, Value
from bcinfra.graph.core.problem import NotFoundError, Problem, RecordError
from bcinfra.graph.core.values import SECRET_PLACEHOLDER, Plain, as_object, is_list, is_object

if TYPE_CHECKING:
    from bcinfra.graph.record.monitor import Answer, SettingKind


@dataclass(frozen=True, slots=True)
class Project:
    """What ``Pulumi.yaml`` says. ``config`` is what it declares for every stack, by full key."""

    name: str
    root: Path
    file: Path
    main: Path
    config_folder: Path
    config: Mapping[str, Plain]
    interpreter: Path | None = None
    """Python of the project's own virtual environment, where it has one that is not this process's."""

    def stacks(self) -> tuple[str, ...]:
        """Names of the stacks that have a configuration file."""
        files = self.config_folder.glob("Pulumi.*.yaml")
        return tuple(sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files))


@dataclass(frozen=True, slots=True)
class Config:
    """A stack's configuration as a program reads it: texts by full key, objects as JSON. ``secret`` keys are secret."""

    values: Mapping[str, str]
    secret: frozenset[str]
    missing: tuple[str, ...] = ()
    """Keys that the project declares, and that have no value."""


def is_project(folder: Path | str) -> bool:
    """Whether ``folder`` is a project's own."""
    return _settings_file(Path(folder)) is not None


def find_project(start: Path | str) -> Project:
    """The project that ``start`` is in: its own folder, or the nearest one above with a ``Pulumi.yaml``."""
    here = Path(start).resolve()
    folders = (here, *here.parents)
    return read_project(next((folder for folder in folders if _settings_file(folder)), start))


def read_project(folder: Path | str) -> Project:
    """The project in ``folder``; raises :class:`RecordError` where ``Pulumi.yaml`` is missing or wrong."""
    root = Path(folder).resolve()
    file = _settings_file(root)
    if file is None:
        raise NotFoundError([Problem("there is no Pulumi.yaml", place=Place(str(folder), 1))])
    data, line = _read_yaml(file)
    runtime = data.get("runtime")
    language = runtime.get("name") if is_object(runtime) else runtime
    name = data.get("name")
    if not isinstance(name, str) or language != "python":
        missing = "a project needs a name" if not isinstance(name, str) else f"runtime {language!r} cannot be recorded"
        hint = None if language == "python" else "only Python programs can; load `pulumi preview --json` of others"
        raise RecordError([Problem(missing, place=Place(str(file), line("runtime")), hint=hint)])
    return Project(
        name=name,
        root=root,
        file=file,
        main=root / (data.get("main") or "."),
        config_folder=root / (data.get("stackConfigDir") or "."),
        config={_full(name, key): declared for key, declared in as_object(data.get("config")).items()},
        interpreter=_interpreter(root, as_object(as_object(runtime).get("options")).get("virtualenv")),
    )


def read_config(project: Project, stack: str) -> Config:
    """The configuration of ``stack``: what the project declares, overlaid by ``Pulumi.<stack>.yaml``.

    Raises :class:`RecordError` for a stack that has no file (where others have).
    """
    file = project.config_folder / f"Pulumi.{stack}.yaml"
    known = project.stacks()
    if stack not in known and known:
        near = difflib.get_close_matches(stack, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        raise NotFoundError([Problem(f"there is no stack {stack!r}", place=Place(str(file), 1), hint=hint)])
    stated = as_object(_read_yaml(file)[0].get("config")) if known else {}
    values = dict(_defaults(project)) | {_full(project.name, key): value for key, value in stated.items()}
    missing = tuple(key for key, declared in project.config.items() if key not in values and _is_declaration(declared))
    secret = {key for key, value in values.items() if _has_secret(value)}
    secret |= {key for key, declared in project.config.items() if _is_secret(declared)}
    return Config({key: _text(value) for key, value in values.items()}, frozenset(secret & values.keys()), missing)


def record_project(
    folder: Path | str,
    stack: str,
    *,
    config: Mapping[str, str] | None = None,
    organization: str | None = None,
    invokes: Mapping[str, Answer] | None = None,
    stack_references: Mapping[str, Mapping[str, Value]] | None = None,
    assume: bool = False,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = 300,
) -> Graph:
    """The graph that the project in ``folder`` declares for ``stack`` (``dev`` or ``organization/project/dev``).

    ``config`` overrides single keys of the stack's configuration, and gives what it lacks. The rest is as for
    :func:`bcinfra.graph.record.record`, which also says what is raised. With ``assume`` secrets that the
    project declares and nobody has set are taken as set, which standard error tells.
    """
    from bcinfra.graph.record.monitor import Missing
    from bcinfra.graph.record.recorder import record

    *owner, name = stack.split("/")
    project = read_project(folder)
    settings = read_config(project, name)
    overrides = config or {}
    missing = {
        key: Missing(_kind(declared := project.config[key]), Place(project.file.name, 1), _is_secret(declared))
        for key in settings.missing
        if key not in overrides
    }
    # Nobody sees a secret, so one that is not set yet is read as one that is sealed.
    unset = {key for key, setting in missing.items() if assume and setting.secret and setting.kind == "text"}
    secret = {key for key, declared in project.config.items() if key in overrides and _is_secret(declared)}
    if unset:
        print(f"stack {name} assumes secrets that are not set yet: {', '.join(sorted(unset))}", file=sys.stderr)
        missing = {key: setting for key, setting in missing.items() if key not in unset}
    return record(
        project.main,
        project=project.name,
        stack=name,
        config={**settings.values, **dict.fromkeys(unset, SECRET_PLACEHOLDER), **overrides},
        secret_config=settings.secret | secret | unset,
        organization=organization or (owner[0] if owner else "organization"),
        root=project.root,
        invokes=invokes,
        stack_references=stack_references,
        assume=assume,
        environment=environment,
        missing=missing,
        timeout=timeout,
    )


def _interpreter(root: Path, virtualenv: Plain) -> Path | None:
    if not isinstance(virtualenv, str) or (root / virtualenv).resolve() == Path(sys.prefix).resolve():
        return None
    python = root / virtualenv / "bin" / "python"
    return python if python.exists() else None


def _settings_file(folder: Path) -> Path | None:
    return next((folder / name for name in ("Pulumi.yaml", "Pulumi.yml") if (folder / name).is_file()), None)


def _defaults(project: Project) -> Iterator[tuple[str, Plain]]:
    """Values that the project itself gives: bare, as ``value:`` (keys of providers) or as ``default:``."""
    for key, declared in project.config.items():
        if not _is_declaration(declared):
            yield key, declared
        elif "value" in declared:
            yield key, declared["value"]
        elif "default" in declared:
            yield key, declared["default"]


def _is_declaration(declared: Plain) -> bool:
    return is_object(declared) and bool({"value", "default", "type", "description", "secret"} & declared.keys())


def _is_secret(declared: Plain) -> bool:
    return is_object(declared) and declared.get("secret") is True


def _kind(declared: Plain) -> SettingKind:
    """What a declared key holds, as its ``type`` says."""
    kinds: dict[Plain, SettingKind] = {"integer": "number", "number": "number", "boolean": "true or false"}
    kinds |= {"array": "JSON", "object": "JSON"}
    return kinds.get(as_object(declared).get("type"), "text")


def _full(project: str, key: object) -> str:
    return str(key) if ":" in str(key) else f"{project}:{key}"


def _has_secret(value: Plain) -> bool:
    if is_object(value):
        return _is_sealed(value) or any(map(_has_secret, value.values()))
    return is_list(value) and any(map(_has_secret, value))


def _is_sealed(value: Mapping[str, object]) -> bool:
    return list(value) == ["secure"]


def _opened(value: Plain) -> Plain:
    """``value`` with a placeholder for each secret: what it is cannot be known without the key."""
    if is_object(value):
        return SECRET_PLACEHOLDER if _is_sealed(value) else {key: _opened(item) for key, item in value.items()}
    return [_opened(item) for item in value] if is_list(value) else value


def _text(value: Plain) -> str:
    """A value as Pulumi hands it to a program."""
    opened = _opened(value)
    if isinstance(opened, str):
        return opened
    return "" if opened is None else json.dumps(opened, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


class _Yaml(yaml.SafeLoader):
    """YAML 1.2's plain values, as Pulumi reads them: ``yes`` and ``2026-01-01`` are texts."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$", re.IGNORECASE), list("tTfF"))  # pyright: ignore[reportUnknownMemberType]


def _read_yaml(file: Path) -> tuple[dict[str, Plain], Callable[[str], int]]:
    """The mapping in ``file``, and the line of each of its keys."""
    loader = _Yaml(file.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None  # pyright: ignore[reportUnknownMemberType]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or str(error)
        place = Place(str(file), mark.line + 1 if mark else 1)
        raise RecordError([Problem(f"is not YAML: {message}", place=place)]) from None
    if node and not is_object(data):
        raise RecordError([Problem("is not a mapping of settings", place=Place(str(file), 1))])
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value} if node else {}
    return as_object(data), lambda key: lines.get(key, 1)
