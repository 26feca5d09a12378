"""What the source of a Google Cloud workflow does to databases, caches, servers and backups, as far as its text tells.

Steps are followed in order with the values that are known before anything runs: texts that are assigned or handed on,
variables of the environment, and sums of them. What depends on an answer stays unknown, and so does what it is used
for. REST calls and connectors of the same API are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

import yaml

from bcinfra.yamls import parsed

UNKNOWN: Final = "\0"
"""Stands in a text for what is not known before the workflow runs."""
PROMOTE, SCALE, STOP, RESTORE, BACK_UP = "promote", "scale", "stop", "restore", "back up"
SQL, CACHE, AUTOSCALER, GROUP, RUN, SHARE = "sql", "cache", "autoscaler", "group", "run", "share"
_MOST_STEPS: Final = 20_000
"""Steps that are followed before a source counts as not understood."""
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'')
_ENVIRONMENT: Final = re.compile(r"""sys\.get_env\(["'](\w+)["']\)""")
_CONNECTOR: Final = re.compile(r"googleapis\.(\w+)\.\w+\.(?:projects\.locations\.|namespaces\.)?(\w+)\.(\w+)")


class Act(NamedTuple):
    """One thing that a workflow does."""

    what: str
    """:data:`PROMOTE`, :data:`SCALE`, :data:`STOP`, :data:`RESTORE` or :data:`BACK_UP`."""
    kind: str
    """What it is done to: :data:`SQL`, :data:`CACHE`, :data:`AUTOSCALER`, :data:`GROUP`, :data:`RUN`, :data:`SHARE`."""
    name: str | None
    """The name of that (for a restore: whose backup it is); ``None`` when it is not known before the workflow runs."""
    region: str | None
    """The region or zone that the call names; for a backup: where it is kept."""
    stage: int
    """Acts of one stage run at once."""


class _Request(NamedTuple):
    method: str
    path: str
    """Without the host for a connector."""
    query: Mapping[str, Any]
    body: Any


def acts(text: str, environment: Mapping[str, str | None]) -> tuple[Act, ...] | None:
    """What the workflow with this source does; ``None`` when the text is no workflow or cannot be followed."""
    try:
        source = parsed(text)
    except yaml.YAMLError:
        return None
    parts: dict[str, Any] = _map(source) or {"main": {"steps": _list(source)}}
    if not _list(_map(parts.get("main")).get("steps")):
        return None
    reader = _Reader(parts, environment)
    try:
        reader.part("main", {}, ())
    except RecursionError:
        return None
    return None if reader.lost else tuple(reader.found)


@dataclass
class _Reader:
    parts: Mapping[str, Any]
    environment: Mapping[str, str | None]
    found: list[Act] = field(default_factory=list[Act])
    lost: bool = False
    _stage: int = 0
    _together: int = 0
    _count: int = 0

    def part(self, name: str, given: Mapping[str, Any], inside: tuple[str, ...]) -> None:
        """Follow a (sub)workflow; one that is inside itself is followed once."""
        part = _map(self.parts[name])
        if name in inside:
            return
        known: dict[str, Any] = {}
        for parameter in _list(part.get("params")):
            usual = _map(parameter) or {str(parameter): UNKNOWN}
            known |= {word: given.get(word, value) for word, value in usual.items()}
        self._steps(part.get("steps"), known, (*inside, name))

    def _steps(self, steps: object, known: dict[str, Any], inside: tuple[str, ...]) -> None:
        for step in _list(steps):
            for body in _map(step).values():
                self._count += 1
                self.lost = self.lost or self._count > _MOST_STEPS
                if not self.lost:
                    self._step(_map(body), known, inside)

    def _step(self, body: Mapping[str, Any], known: dict[str, Any], inside: tuple[str, ...]) -> None:
        for assignment in _list(body.get("assign")):
            known |= {name: self._value(value, known) for name, value in _map(assignment).items()}
        if "call" in body:
            self._call(str(body["call"]), _map(self._value(body.get("args"), known)), inside)
            known |= {str(body["result"]): UNKNOWN} if "result" in body else {}
        for inner in (body.get("try"), *_list(body.get("switch"))):
            if tried := _map(inner):
                self._step(tried, known, inside)
        if loop := _map(body.get("for")):
            self._loop(loop, known, inside)
        if parallel := _map(body.get("parallel")):
            self._parallel(parallel, known, inside)
        self._steps(body.get("steps"), known, inside)

    def _loop(self, loop: Mapping[str, Any], known: dict[str, Any], inside: tuple[str, ...]) -> None:
        items = self._value(loop.get("in"), known)
        for item in _list(items) or [UNKNOWN]:
            self._steps(loop.get("steps"), {**known, str(loop.get("value")): item}, inside)

    def _parallel(self, parallel: Mapping[str, Any], known: dict[str, Any], inside: tuple[str, ...]) -> None:
        self._together += 1
        for branch in _list(parallel.get("branches")):
            for block in _map(branch).values():
                self._steps(_map(block).get("steps"), dict(known), inside)
        if loop := _map(parallel.get("for")):
            self._loop(loop, dict(known), inside)
        self._together -= 1
        if not self._together:
            self._stage += 1

    def _call(self, function: str, given: Mapping[str, Any], inside: tuple[str, ...]) -> None:
        if function in self.parts:
            self.part(function, given, inside)
            return
        request = _requested(function, given)
        for what, kind, name, region in _meant(request) if request else ():
            act = Act(what, kind, None if not name or UNKNOWN in name else name, region, self._stage)
            if act not in self.found:
                self.found.append(act)
                self._stage += not self._together

    # -- values -------------------------------------------------------------------------------------------------------

    def _value(self, value: Any, known: Mapping[str, Any]) -> Any:
        if inside := _map(value):
            return {key: self._value(inner, known) for key, inner in inside.items()}
        if items := _list(value):
            return [self._value(inner, known) for inner in items]
        if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
            return self._sum(value[2:-1], known)
        return value

    def _sum(self, expression: str, known: Mapping[str, Any]) -> Any:
        terms = [self._term(term, known) for term in _terms(expression)]
        if len(terms) == 1:
            return terms[0]
        return "".join(str(term) if isinstance(term, str | int | float) else UNKNOWN for term in terms)

    def _term(self, text: str, known: Mapping[str, Any]) -> Any:
        text = text.strip()
        if match := _LITERAL.fullmatch(text):
            return re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2])
        if match := _ENVIRONMENT.fullmatch(text):
            value = self.environment.get(match[1])
            return UNKNOWN if value is None else value
        first, *rest = text.split(".")
        value = known.get(first, UNKNOWN)
        for name in rest:
            value = _map(value).get(name, UNKNOWN)
        return value


def _terms(expression: str) -> Iterator[str]:
    """The terms of a sum, split outside of quotes and brackets."""
    start, depth, quote, at = 0, 0, "", 0
    while at < len(expression):
        character = expression[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "+" and depth == 0:
            yield expression[start:at]
            start = at + 1
        at += 1
    yield expression[start:]


def _list(value: object) -> Sequence[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _map(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


# -- calls ------------------------------------------------------------------------------------------------------------


def _requested(function: str, given: Mapping[str, Any]) -> _Request | None:
    """The request that a call makes, whether by HTTP or by a connector; ``None`` for anything else."""
    if function.startswith("http."):
        method = str(given.get("method") if function == "http.request" else function.removeprefix("http.")).lower()
        path, _, query = str(given.get("url") or UNKNOWN).partition("?")
        stated = {name: value for name, _, value in (part.partition("=") for part in query.split("&"))}
        return _Request(method, path, {**stated, **_map(given.get("query"))}, given.get("body"))
    match = _CONNECTOR.fullmatch(function)
    if not match:
        return None
    service, collection, verb = match.groups()
    one = given.get("name") or given.get(_SINGULAR.get(collection, ""), UNKNOWN)
    place = "".join(f"/{what}s/{given[what]}" for what in ("region", "zone") if isinstance(given.get(what), str))
    path = f"https://{service}.googleapis.com/{place.strip('/')}/{collection}/{str(one).rsplit('/', 1)[-1]}"
    if isinstance(given.get("name"), str) and "/" in given["name"]:
        path = f"https://{service}.googleapis.com/{given['name']}"
    method = _VERBS.get(verb, "post")
    return _Request(method, path if verb in _VERBS else f"{path}/{verb}", given, given.get("body"))


_SINGULAR: Final = {
    "autoscalers": "autoscaler",
    "instanceGroupManagers": "instanceGroupManager",
    "instances": "instance",
    "regionAutoscalers": "autoscaler",
    "regionInstanceGroupManagers": "instanceGroupManager",
}
"""The argument that names one of a collection, where it is not ``name``."""
_VERBS: Final = {"patch": "patch", "update": "put", "replaceService": "put", "get": "get", "delete": "delete"}
"""Verbs of connectors that are methods of HTTP; others are part of the path."""


def _meant(request: _Request) -> Iterator[tuple[str, str, str | None, str | None]]:
    """What a request does: the act, to what kind, its name and place."""
    method, path, body = request.method, request.path, request.body
    region = _place(path)
    if "sqladmin" in path and (match := re.search(r"/instances/([^/]+)(?:/(\w+))?$", path)):
        name, verb = match[1], match[2]
        if method == "post" and verb == "promoteReplica":
            yield PROMOTE, SQL, name, None
        elif method == "post" and verb == "restoreBackup":
            yield RESTORE, SQL, _text(_within(body, "restoreBackupContext", "instanceId")), None
        elif method in ("patch", "put") and _within(body, "settings", "activationPolicy") == "NEVER":
            yield STOP, SQL, name, None
    elif method in ("patch", "put") and re.search(r"/\w*[aA]utoscalers", path):
        named = re.search(r"/\w*[aA]utoscalers/([^/]+)$", path)
        given = named[1] if named and named[1] != UNKNOWN else None
        yield SCALE, AUTOSCALER, given or _text(request.query.get("autoscaler") or _within(body, "name")), region
    elif method == "post" and (match := re.search(r"/\w*[iI]nstanceGroupManagers/([^/]+)/resize$", path)):
        yield SCALE, GROUP, match[1], region
    elif method in ("patch", "put") and (match := re.search(r"run\.googleapis\.com.*/services/([^/]+)$", path)):
        if re.search("minInstanceCount|minScale", f"{body} {request.query.get('updateMask')}"):
            yield SCALE, RUN, match[1], region
    elif method == "post" and "file.googleapis.com" in path and path.endswith("/backups"):
        source = _text(_within(body, "sourceInstance"))
        yield BACK_UP, SHARE, source and source.rsplit("/", 1)[-1], region
    elif method in ("patch", "put") and (match := _CACHE.search(path)):
        roles = (
            _within(body, "crossClusterReplicationConfig", "clusterRole"),
            _within(body, "crossInstanceReplicationConfig", "instanceRole"),
        )
        if {"NONE", "PRIMARY"} & {role for role in roles if isinstance(role, str)}:
            yield PROMOTE, CACHE, match[1], region


_CACHE: Final = re.compile(r"(?:redis\.googleapis\.com.*/clusters|memorystore\.googleapis\.com.*/instances)/([^/]+)$")


def _place(path: str) -> str | None:
    match = re.search(r"/(?:regions|zones|locations)/([^/]+)", path)
    return None if not match or UNKNOWN in match[1] else match[1]


def _within(value: Any, *names: str) -> Any:
    for name in names:
        value = _map(value).get(name)
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
