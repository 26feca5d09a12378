"""The language of Google Cloud Workflows, as far as components write it, and what its calls may do.

A source is data: steps are mappings of one name to what it does. What a workflow is allowed follows from the calls that
its source makes, so that neither is ever without the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

Step = dict[str, Any]
"""One step: its name, and what it does."""

SQL: Final = "https://sqladmin.googleapis.com/v1/projects"
COMPUTE: Final = "https://compute.googleapis.com/compute/v1/"
RUN: Final = "https://run.googleapis.com/v2/"
FILES: Final = "https://file.googleapis.com/v1/"
REDIS: Final = "https://redis.googleapis.com/v1/"
MONITORING: Final = "https://monitoring.googleapis.com/v3/projects"
EXECUTIONS: Final = "https://workflowexecutions.googleapis.com/v1/projects"
POLL_SECONDS: Final = 5
"""Seconds between two looks at a long-running operation."""


class Call(NamedTuple):
    """A call that a source makes: ``http.get`` and its URL, or a function of the language."""

    function: str
    url: str = ""


class _Rule(NamedTuple):
    function: str
    url: str
    permissions: tuple[str, ...]


_RULES: Final = (
    _Rule("http.get", r"sqladmin.*/operations/", ("cloudsql.instances.get",)),
    _Rule("http.get", r"sqladmin.*/backupRuns", ("cloudsql.backupRuns.get", "cloudsql.backupRuns.list")),
    _Rule("http.get", r"sqladmin.*/databases", ("cloudsql.databases.list",)),
    _Rule("http.get", r"sqladmin.*/instances/", ("cloudsql.instances.get",)),
    _Rule("http.post", r"sqladmin.*/promoteReplica", ("cloudsql.instances.promoteReplica",)),
    _Rule("http.post", r"sqladmin.*/restoreBackup", ("cloudsql.backupRuns.get", "cloudsql.instances.restoreBackup")),
    _Rule("http.post", r"sqladmin.*/instances$", ("cloudsql.instances.create",)),
    _Rule("http.patch", r"sqladmin.*/instances/", ("cloudsql.instances.update",)),
    _Rule("http.delete", r"sqladmin.*/instances/", ("cloudsql.instances.delete",)),
    _Rule("http.get", r"compute.*/global/operations/", ("compute.globalOperations.get",)),
    _Rule("http.get", r"compute.*/regions/.*/operations/", ("compute.regionOperations.get",)),
    _Rule("http.get", r"compute.*/autoscalers/", ("compute.autoscalers.get",)),
    _Rule("http.patch", r"compute.*/autoscalers", ("compute.autoscalers.update", "compute.instanceGroupManagers.use")),
    _Rule("http.get", r"compute/v1/\" \+ backends\}", ("compute.backendServices.get",)),
    _Rule(
        "http.patch",
        r"compute/v1/\" \+ backends\}",
        (
            "compute.backendServices.update",
            "compute.healthChecks.useReadOnly",
            "compute.instanceGroups.use",
            "compute.regionNetworkEndpointGroups.use",
            "compute.securityPolicies.use",
        ),
    ),
    _Rule("http.get", r"run\.googleapis\.com.*/services/", ("run.services.get",)),
    _Rule("http.patch", r"run\.googleapis\.com.*/services/", ("run.services.update",)),
    _Rule("http.get", r"redis\.googleapis\.com.*/clusters/", ("redis.clusters.get",)),
    _Rule("http.patch", r"redis\.googleapis\.com.*/clusters/", ("redis.clusters.update",)),
    _Rule("http.get", r"redis\.googleapis\.com/v1/\" \+ \w+\.body\.name", ("redis.operations.get",)),
    _Rule("http.get", r"run\.googleapis\.com/v2/\" \+ \w+\.body\.name", ("run.operations.get",)),
    _Rule("http.get", r"monitoring\.googleapis\.com.*/timeSeries", ("monitoring.timeSeries.list",)),
    _Rule("http.post", r"file\.googleapis\.com.*/backups$", ("file.backups.create", "file.instances.get")),
    _Rule("http.get", r"file\.googleapis\.com.*/backups$", ("file.backups.list",)),
    _Rule("http.delete", r"file\.googleapis\.com/v1/\" \+ \w+\.name", ("file.backups.delete",)),
    _Rule("http.get", r"file\.googleapis\.com/v1/\" \+ \w+\.body\.name", ("file.operations.get",)),
    _Rule("http.get", r"workflowexecutions\.googleapis\.com", ("workflows.executions.list",)),
    _Rule("sys.log", "", ("logging.logEntries.create",)),
)
"""What each call needs (IAM permissions of the methods of each API). The first that fits counts."""


def get(name: str, url: str, result: str, query: Mapping[str, str] | None = None) -> Step:
    """Read ``url`` into ``result``; what fails for a moment is tried again."""
    return {
        name: {
            "try": {"call": "http.get", "args": _args(url, query), "result": result},
            "retry": "${http.default_retry}",
        }
    }


def send(
    name: str,
    method: str,
    url: str,
    result: str,
    body: object = None,
    query: Mapping[str, str] | None = None,
) -> Step:
    """Change something by ``method`` (``post``, ``patch``, ``delete``). Whoever calls it decides what a failure is."""
    args = _args(url, query) | ({} if body is None else {"body": body})
    return {name: {"call": f"http.{method}", "args": args, "result": result}}


def _args(url: str, query: Mapping[str, str] | None) -> dict[str, Any]:
    return {"url": url, "auth": {"type": "OAuth2"}, **({"query": dict(query)} if query else {})}


def assign(name: str, **values: object) -> Step:
    """Set variables."""
    return {name: {"assign": [{variable: value} for variable, value in values.items()]}}


def when(name: str, *cases: Mapping[str, object]) -> Step:
    """Take the first of the cases whose ``condition`` is true; else go on."""
    return {name: {"switch": [dict(case) for case in cases]}}


def call(name: str, function: str, result: str | None = None, **args: object) -> Step:
    """Run a part of the workflow, or a function of the language."""
    return {
        name: {"call": function, **({"args": args} if args else {}), **({} if result is None else {"result": result})}
    }


def each(name: str, value: str, items: str, *steps: Step, index: str | None = None) -> Step:
    """Do ``steps`` for every one of ``items``."""
    counted = {} if index is None else {"index": index}
    return {name: {"for": {"value": value, **counted, "in": items, "steps": list(steps)}}}


def log(name: str, severity: str, **content: object) -> Step:
    """Say something in the log, where an alert policy reads it."""
    return call(name, "sys.log", severity=severity, json=content)


def sleep(name: str, seconds: int) -> Step:
    """Wait."""
    return call(name, "sys.sleep", seconds=seconds)


def then(step: Step, following: str) -> Step:
    """A step, and the name of the one that follows it."""
    return {name: {**body, "next": following} for name, body in step.items()}


def attempt(name: str, *steps: Step, otherwise: Iterable[Step], retry: object = None) -> Step:
    """Do ``steps``, again by ``retry`` where they fail, and ``otherwise`` where that is of no use."""
    again = {} if retry is None else {"retry": retry}
    return {name: {"try": {"steps": list(steps)}, **again, "except": {"as": "problem", "steps": list(otherwise)}}}


WAIT: Final[Mapping[str, Any]] = {
    "params": ["url"],
    "steps": [
        get("poll", "${url}", "operation"),
        when(
            "over",
            {"condition": '${"error" in operation.body}', "raise": "${operation.body.error}"},
            {"condition": '${default(map.get(operation.body, "status"), "") == "DONE"}', "return": True},
            {"condition": '${default(map.get(operation.body, "done"), false)}', "return": True},
        ),
        then(sleep("pause", POLL_SECONDS), "poll"),
    ],
}
"""Part of a workflow that waits for the long-running operation at ``url``; it fails where that does."""


def steps_of(source: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every step of a source, the nested ones too: its name, and what it does."""
    for part in source.values():
        yield from _inside(part.get("steps", []))


def _inside(steps: Iterable[Step]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for step in steps:
        for name, body in step.items():
            yield name, body
            for inner in _blocks(body):
                yield from _inside(inner)


def _blocks(body: Mapping[str, Any]) -> Iterator[Iterable[Step]]:
    """The lists of steps inside a step."""
    for key in ("try", "except", "for"):
        if isinstance(body.get(key), dict):
            inner = body[key]
            yield inner.get("steps") or ([{"tried": inner}] if "call" in inner else [])
    yield from (case["steps"] for case in body.get("switch", []) if "steps" in case)
    if "parallel" in body:
        yield from (block["steps"] for branch in body["parallel"]["branches"] for block in branch.values())
    if "steps" in body:
        yield body["steps"]


def calls(source: Mapping[str, Any]) -> tuple[Call, ...]:
    """The calls of a source to the outside. A part that waits reads what it is told to."""
    found: dict[Call, None] = {}
    for _, body in steps_of(source):
        function, url = body.get("call"), body.get("args", {}).get("url", "")
        if function == "wait":
            found[Call("http.get", url)] = None
        elif function and function not in source and url != "${url}":
            found[Call(function, url)] = None
    return tuple(found)


def permissions(source: Mapping[str, Any]) -> frozenset[str]:
    """What a source needs to be allowed. Raises ``ValueError`` for a call of which that is not known."""
    return frozenset(permission for found in calls(source) for permission in _needs(found))


def _needs(found: Call) -> tuple[str, ...]:
    if found.function == "sys.sleep":
        return ()
    rule = next((r for r in _RULES if r.function == found.function and re.search(r.url, found.url)), None)
    if rule is None:
        raise ValueError(f"nothing says what {found.function} {found.url} needs")
    return rule.permissions
