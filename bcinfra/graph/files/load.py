"""Read a graph from what Pulumi prints: ``pulumi stack export`` (versions 3 and 4) and ``pulumi preview --json``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from bcinfra.graph.core import source
from bcinfra.graph.core.model import (
    UNKNOWN,
    Call,
    Graph,
    Options,
    Place,
    Resource,
    Secret,
    Skip,
    Timeouts,
    Urn,
    Value,
)
from bcinfra.graph.core.problem import LoadError, Problem, UnreadableError
from bcinfra.graph.core.secrets import masked
from bcinfra.graph.core.values import SECRET_PLACEHOLDER, UNKNOWN_TEXT, Plain, as_object, decode, is_list, is_object
from bcinfra.graph.files.export import METADATA, VERSION
from bcinfra.graph.files.printed import parsed

_LATER: Final = 4
"""The version that Pulumi writes once a stack uses one of the features that it lists; else the same document
(``pkg/resource/stack/deployment.go``)."""
_FEATURES: Final = frozenset({"hooks", "refreshBeforeUpdate", "taint", "views"})
"""Features of version 4 that leave the rows what they are in version 3."""

_SHOWN: Final = 200
"""Characters of a URN that a message repeats."""


def load(document: Path | str | Mapping[str, Plain]) -> Graph:
    """The graph in a file, or in a document that was read already.

    Raises :class:`LoadError` with every row that cannot be read, and for formats that hold no graph.
    """
    if isinstance(document, Mapping):
        return _graph(document, None)
    name = "standard input" if str(document) == "-" else str(document)
    return _graph(read_json(document), Place(name, 1))


def read_json(file: Path | str) -> Mapping[str, Plain]:
    """The JSON object in ``file`` (``-`` is standard input); raises :class:`LoadError`."""
    found = _read(file)
    if not is_object(found):
        raise LoadError([Problem("is not a JSON object", place=_start(file))])
    return found


def read_objects(file: Path | str) -> list[Mapping[str, Plain]]:
    """The JSON object in ``file``, or those in its array; raises :class:`LoadError`."""
    found = _read(file)
    rows = found if is_list(found) else [found]
    objects = [row for row in rows if is_object(row)]
    if not objects or len(objects) < len(rows):
        raise LoadError([Problem("is not a JSON object, nor an array of them", place=_start(file))])
    return list(objects)


def _start(file: Path | str) -> Place:
    return Place("standard input" if str(file) == "-" else str(file), 1)


def _read(file: Path | str) -> Plain:
    start = _start(file)
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else Path(file).read_bytes()
        return parsed(data)
    except OSError as error:
        raise UnreadableError([Problem(f"cannot be read: {error.strerror}", place=start)]) from None
    except json.JSONDecodeError as error:
        raise LoadError([Problem(f"is not JSON: {error.msg}", place=start._replace(line=error.lineno))]) from None
    except UnicodeDecodeError:
        raise LoadError([Problem("is neither UTF-8 nor UTF-16 text", place=start)]) from None
    except RecursionError:
        raise LoadError([Problem("is nested too deeply", place=start)]) from None


def _graph(data: Plain, place: Place | None) -> Graph:
    problems: list[Problem] = []
    found: dict[str, Resource] = {}
    try:
        rows, noted, preview = _rows(data)
    except ValueError as error:
        hint = "give the output of `pulumi stack export` or `pulumi preview --json`"
        raise LoadError([Problem(str(error), place=place, hint=hint)]) from None
    for where, row in rows:
        try:
            resource = _resource(_Row(row), noted, blinded=preview)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            problems.append(Problem(f"{where}: {_short(str(error))}", place=place))
        except RecursionError:
            problems.append(Problem(f"{where}: is nested too deeply", place=place))
        else:
            found[resource.urn] = resource
    if not found and not problems:
        problems.append(Problem("holds no resources, so it names no project and no stack", place=place))
    problems += (Problem(f"{_short(urn)}: is its own {what}", place=place) for urn, what in _cycles(found))
    if problems:
        raise LoadError(problems)
    try:
        calls = tuple(Call(c["token"], tuple(c["args"]), c["provider"], c["answer"]) for c in noted.get("calls", ()))
        skipped = tuple(
            Skip(Place(*s["place"]) if s["place"] else None, s["what"], s["times"]) for s in noted.get("skipped", ())
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise LoadError([Problem(f"`metadata.{METADATA}` is not what bcinfra writes", place=place)]) from None
    some = Urn.parse(next(iter(found)))
    return Graph(
        project=some.project,
        stack=some.stack,
        resources=masked(dict(sorted(found.items()))),
        calls=calls,
        skipped=skipped,
        preview=preview or noted.get("preview", False) is True,
        complete=noted.get("partial", False) is not True and shows_all(as_object(data)),
    )


def shows_all(data: Mapping[str, Plain]) -> bool:
    """Whether what stays the same is there too. Without ``--show-sames`` a preview counts it and leaves it out."""
    counted = data.get("changeSummary")
    unchanged = counted.get("same", 0) if is_object(counted) else 0
    steps = data.get("steps")
    shown = sum(is_object(row) and row.get("op") == "same" for row in steps) if is_list(steps) else 0
    return not isinstance(unchanged, int) or unchanged <= shown


def _shown(value: Plain) -> str:
    """A value in a message: never what an object holds, which may be a secret."""
    return "an object" if is_object(value) else "a list" if is_list(value) else _short(repr(value))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _cycles(rows: Mapping[str, Resource]) -> Iterator[tuple[str, str]]:
    """Rows that are their own ancestors, or that depend on themselves: no state is like that, and walks never end."""
    links: dict[str, dict[str, tuple[str, ...]]] = {
        "ancestor": {urn: (row.parent,) if row.parent else () for urn, row in rows.items()},
        "dependency": {urn: row.dependencies for urn, row in rows.items()},
    }
    for what, edges in links.items():
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as cycle:
            yield cycle.args[1][0], what


def _rows(data: Plain) -> tuple[Iterator[tuple[str, Plain]], Mapping[str, Plain], bool]:
    """The rows with where each stands, what bcinfra noted beside them, and whether it is Pulumi's preview."""
    if not is_object(data):
        raise ValueError("is not a JSON object")
    if is_list(steps := data.get("steps")):
        states = ((f"steps[{i}].newState", step.get("newState")) for i, step in enumerate(steps) if is_object(step))
        return ((where, state) for where, state in states if state), {}, True
    if "plan" in data or "resourcePlans" in data:
        raise ValueError("is a saved plan, which holds only differences: give the export from before it, too")
    if "checkpoint" in data:
        raise ValueError("is a backend's state file")
    deployment = data.get("deployment")
    if "version" not in data or not is_object(deployment):
        raise ValueError("is neither a stack export nor a preview: it has no `deployment` and no `steps`")
    if data["version"] not in (VERSION, _LATER):
        raise ValueError(f"is a deployment of version {data['version']!r}; versions {VERSION} and {_LATER} are read")
    features: Plain = data.get("features")
    unknown = [feature for feature in map(str, features if is_list(features) else ()) if feature not in _FEATURES]
    if unknown:
        raise ValueError(f"uses {', '.join(map(_shown, unknown))}, which may change what its rows mean")
    rows = deployment.get("resources", [])
    if not is_list(rows):
        raise ValueError("`deployment.resources` is not a list")
    noted = as_object(as_object(deployment.get("metadata")).get(METADATA))
    named = ((f"deployment.resources[{i}]", row) for i, row in enumerate(rows))
    return ((where, row) for where, row in named if not (is_object(row) and row.get("delete"))), noted, False


class _Row:
    """A row of an export, with its fields checked as they are read."""

    def __init__(self, data: Plain) -> None:
        if not is_object(data):
            raise ValueError("is not an object")
        self._data = data

    def text(self, key: str) -> str | None:
        value = self._data.get(key)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"`{key}` is not text: {_shown(value)}")
        return value or None

    def flag(self, key: str) -> bool:
        return self._data.get(key) is True

    def texts(self, key: str) -> tuple[str, ...]:
        return _texts(key, self._data.get(key) or [])

    def mapping(self, key: str) -> Mapping[str, Plain]:
        value = self._data.get(key, {})
        if not is_object(value):
            raise ValueError(f"`{key}` is not an object")
        return value

    def get(self, key: str) -> Plain:
        return self._data.get(key)


def _resource(row: _Row, noted: Mapping[str, Plain], *, blinded: bool) -> Resource:
    urn = row.text("urn")
    if urn is None:
        raise ValueError("has no `urn`")
    Urn.parse(urn)
    custom = row.flag("custom")
    identity = row.text("id")
    provider = row.text("provider")

    def values(key: str) -> dict[str, Value]:
        return {
            name: _unblinded(decode(value)) if blinded else decode(value) for name, value in row.mapping(key).items()
        }

    return Resource(
        urn=urn,
        custom=custom,
        id=UNKNOWN if identity == UNKNOWN_TEXT or (custom and identity is None) else identity,
        parent=row.text("parent"),
        provider=provider.rsplit("::", 1)[0] if provider else None,
        inputs=values("inputs"),
        outputs=values("outputs"),
        dependencies=tuple(sorted(row.texts("dependencies"))),
        property_dependencies={
            key: tuple(sorted(_texts(key, urns or []))) for key, urns in row.mapping("propertyDependencies").items()
        },
        external=row.flag("external"),
        remote=urn in noted.get("remote", ()),
        options=_options(row, noted.get("deleteBeforeReplace", {}).get(urn)),
        place=_place(row),
        assumed={key: tuple(tokens) for key, tokens in noted.get("assumed", {}).get(urn, {}).items()},
    )


def _options(row: _Row, delete_before_replace: bool | None) -> Options:
    return Options(
        protect=row.flag("protect"),
        retain_on_delete=row.flag("retainOnDelete"),
        delete_before_replace=delete_before_replace,
        ignore_changes=row.texts("ignoreChanges"),
        replace_on_changes=row.texts("replaceOnChanges"),
        additional_secret_outputs=row.texts("additionalSecretOutputs"),
        hide_diff=row.texts("hideDiff"),
        aliases=row.texts("aliases"),
        timeouts=Timeouts(**{key: seconds or None for key, seconds in row.mapping("customTimeouts").items()}),
        import_id=row.text("importID"),
        deleted_with=row.text("deletedWith"),
        replace_with=row.texts("replaceWith"),
        replacement_trigger=decode(row.get("replacementTrigger")),
        hooks={_snake(kind): _texts(kind, names) for kind, names in row.mapping("resourceHooks").items()},
    )


def _place(row: _Row) -> Place | None:
    """The program's own line: the position, or where that is a library's, the nearest of the stack that is not."""
    frames = [frame.get("sourcePosition") for frame in row.get("stackTrace") or () if is_object(frame)]
    positions = [_position(text) for text in (row.text("sourcePosition"), *frames) if text]
    own = [position for position in positions if position and not source.is_library(position.file)]
    return next(iter(own or positions), None)


def _position(text: str) -> Place | None:
    """``project:///file.py#line`` or ``#line,column``."""
    match = re.fullmatch(r"project:///(.+)#(\d+)(?:,\d+)?", text)
    return Place(source.from_uri(f"file:///{match[1]}").removeprefix("/"), int(match[2])) if match else None


def _unblinded(value: Value) -> Value:
    match value:
        case list():
            return [_unblinded(item) for item in value]
        case dict():
            return {key: _unblinded(item) for key, item in value.items()}
        case _:
            return Secret() if value == SECRET_PLACEHOLDER else value


def _texts(key: str, value: Plain) -> tuple[str, ...]:
    if not is_list(value) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"`{key}` is not a list of texts")
    return tuple(value)


def _snake(hook: str) -> str:
    """``BeforeCreate`` as ``before_create``."""
    return re.sub(r"(?<=.)([A-Z])", r"_\1", hook).lower()
