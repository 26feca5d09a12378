"""Runs the source of a workflow against a cloud that is made up: the language, as far as our sources use it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from bcinfra.gcp.failover_workflow import STEPS

Answer = Callable[[str, str, Mapping[str, Any]], Any]
"""What the cloud answers: by method, URL and the call's arguments."""


class WorkflowError(Exception):
    """Something that was raised inside a workflow."""

    def __init__(self, content: Any) -> None:
        self.content = content
        super().__init__(str(content))


class _ReturnedError(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Row(dict[str, Any]):
    """A mapping whose values are had by ``.`` too."""

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise WorkflowError({"tags": ["KeyError"], "message": f"key not found: {name}"})
        return self[name]


def rows(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Row({key: rows(inner) for key, inner in value.items()})
    return [rows(inner) for inner in value] if isinstance(value, list) else value


def _looked_up(row: Any, keys: str | list[str]) -> Any:
    for key in [keys] if isinstance(keys, str) else keys:
        row = row.get(key) if isinstance(row, dict) else None
    return row


class Run:
    """One execution."""

    def __init__(
        self, source: Mapping[str, Any], answer: Answer, environment: Mapping[str, str], execution: str = "mine"
    ) -> None:
        self._source, self._answer = source, answer
        self._environment = {**environment, "GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID": execution}
        self.calls: list[tuple[str, str]] = []
        """Changes that were made: method and URL."""
        self.bodies: dict[str, Any] = {}
        """What was sent, by URL."""
        self.said: list[Mapping[str, Any]] = []
        self.slept = 0.0
        self._count = 0

    def main(self, event: Any = None) -> Any:
        return self._part("main", {"event": event} if "params" in self._source["main"] else {})

    def _part(self, name: str, given: Mapping[str, Any]) -> Any:
        part = self._source[name]
        assert set(given) == set(part.get("params", [])), (name, given)
        variables: dict[str, Any] = {key: rows(value) for key, value in given.items()}
        try:
            self._steps(part["steps"], variables)
        except _ReturnedError as returned:
            return returned.value
        return None

    def _steps(self, steps: list[dict[str, Any]], variables: dict[str, Any]) -> None:
        names = [next(iter(step)) for step in steps]
        at = 0
        while at < len(steps):
            self._count += 1
            assert self._count < STEPS, "it does not end"
            following = self._step(steps[at][names[at]], variables)
            if following == "end":
                raise _ReturnedError(None)
            at = names.index(following) if following else at + 1

    def _step(self, body: Mapping[str, Any], variables: dict[str, Any]) -> str | None:
        if "try" in body:
            self._try(body, variables)
        elif "call" in body:
            result = self._call(body["call"], self._value(body.get("args", {}), variables))
            if "result" in body:
                variables[body["result"]] = rows(result)
        elif "switch" in body:
            return self._switch(body["switch"], variables)
        elif "for" in body:
            loop = body["for"]
            for index, item in enumerate(self._value(loop["in"], variables)):
                self._inside(loop["steps"], variables, {loop["value"]: item, loop.get("index", "_"): index})
        elif "parallel" in body:
            for branch in body["parallel"]["branches"]:
                (block,) = branch.values()
                mine = dict(variables)
                self._steps(block["steps"], mine)
                variables.update({name: mine[name] for name in body["parallel"]["shared"]})
        for assignment in body.get("assign", []):
            ((name, value),) = assignment.items()
            variables[name] = self._value(value, variables)
        if "steps" in body:
            self._steps(body["steps"], variables)
        if "raise" in body:
            raise WorkflowError(self._value(body["raise"], variables))
        if "return" in body:
            raise _ReturnedError(self._value(body["return"], variables))
        return body.get("next")

    def _inside(self, steps: list[dict[str, Any]], variables: dict[str, Any], more: Mapping[str, Any]) -> None:
        """Steps that may change what is there already; what they make is theirs alone."""
        mine = {**variables, **more}
        self._steps(steps, mine)
        variables.update({name: mine[name] for name in variables})

    def _switch(self, cases: list[dict[str, Any]], variables: dict[str, Any]) -> str | None:
        for case in cases:
            if self._value(case["condition"], variables):
                return self._step({key: inner for key, inner in case.items() if key != "condition"}, variables)
        return None

    def _try(self, body: Mapping[str, Any], variables: dict[str, Any]) -> None:
        tries = 1 + (body["retry"].get("max_retries", 0) if isinstance(body.get("retry"), dict) else 0)
        for left in reversed(range(tries)):
            try:
                self._step(body["try"], variables)
            except WorkflowError as problem:
                if left and self._again(body["retry"]["predicate"][2:-1], problem.content):
                    self.slept += body["retry"]["backoff"]["initial_delay"]
                    continue
                if "except" not in body:
                    raise
                self._inside(body["except"]["steps"], variables, {body["except"]["as"]: rows(problem.content)})
            return

    def _again(self, predicate: str, problem: Any) -> bool:
        if predicate in self._source:
            return self._part(predicate, {"problem": problem})
        assert predicate == "http.default_retry_predicate"
        return problem.get("code") in (429, 502, 503, 504)

    def _call(self, function: str, given: Mapping[str, Any]) -> Any:
        if function in self._source:
            return self._part(function, given)
        if function == "sys.sleep":
            self.slept += given["seconds"]
            return None
        if function == "sys.log":
            self.said.append({"severity": given["severity"], **given["json"]})
            return None
        method = function.removeprefix("http.")
        assert method in ("get", "post", "patch", "delete"), function
        assert given["auth"] == {"type": "OAuth2"}, given
        if method != "get":
            self.calls.append((method, given["url"]))
            self.bodies[given["url"]] = given.get("body")
        return {"body": rows(self._answer(method, given["url"], given))}

    def _value(self, value: Any, variables: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return Row({key: self._value(inner, variables) for key, inner in value.items()})
        if isinstance(value, list):
            return [self._value(inner, variables) for inner in value]
        if isinstance(value, str) and value.startswith("${"):
            return self._expression(value[2:-1], variables)
        return value

    def _expression(self, text: str, variables: Mapping[str, Any]) -> Any:
        names = {
            "null": None,
            "true": True,
            "false": False,
            "len": len,
            "int": int,
            "string": lambda value: str(value).lower() if isinstance(value, bool) else str(value),
            "default": lambda value, other: other if value is None else value,
            "map": SimpleNamespace(get=_looked_up),
            "list": SimpleNamespace(concat=lambda row, item: [*row, item]),
            "json": SimpleNamespace(decode=lambda data: rows(json.loads(data))),
            "base64": SimpleNamespace(decode=base64.b64decode),
            "text": SimpleNamespace(match_regex=lambda text, pattern: re.search(pattern, text) is not None),
            "time": SimpleNamespace(format=lambda seconds: f"@{seconds:.0f}", parse=float),
            "sys": SimpleNamespace(now=lambda: 1_000_000.0, get_env=self._environment.__getitem__),
        }
        return eval(text, {"__builtins__": {}, **names, **variables})
