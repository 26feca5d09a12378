"""Runbooks as machines run them: Systems Manager documents, Google Workflows, Rundeck jobs, from the pages' steps.

What no call does, a person does: the document waits there and says what. Forms: SSM schema version 0.3
(docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html), Workflows syntax
(cloud.google.com/workflows/docs/reference/syntax), Rundeck's job YAML (docs.rundeck.com/docs/manual/document-format-
reference/job-yaml-v13.html), 2026-11.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from bcinfra.continuity.judgement.runbooks import Procedure, Runbook
from bcinfra.report.documents.commands.calls import AwsCall, Command
from bcinfra.report.documents.runbook import Book, Task

PAUSE: Final = 7 * 24 * 3600
"""Seconds that a document waits for a person."""
_LOOKED_UP: Final = re.compile(r"\$|^file://")
"""In an input that a shell fills in, or a file does: an API call cannot."""
_KEPT: Final = re.compile(r"^[A-Z_]+=|\bread -rs? |\w+\.(json|txt|yaml)\b")
"""In a command that leaves something to the next one."""


def to_ssm(book: Book, page: Runbook, procedure: Procedure) -> str:
    """A Systems Manager automation document: calls of AWS in the region where most of them are made, which is where it
    runs; for all else a pause for a person."""
    steps: list[dict[str, Any]] = [_approve(book, page)]
    tasks = book.tasks(page, procedure)
    regions = Counter(c.aws.region for task in tasks for c in task.commands if c.aws and not c.looks)
    region = max(regions, key=lambda one: (regions[one], one), default="")
    for number, task in enumerate(tasks, 1):
        steps += _ssm(number, task, region)
    return _yaml(
        {
            "schemaVersion": "0.3",
            "description": _about(book, page, procedure) + (f". Run it in {region}." if region else ""),
            "assumeRole": "{{ AutomationAssumeRole }}",
            "parameters": {
                "AutomationAssumeRole": {"type": "String", "description": "Role that the calls are made with."},
                "Approver": {"type": "String", "description": "ARN of who decides."},
                "Topic": {"type": "String", "description": "ARN of the topic that asks them."},
            },
            "mainSteps": steps,
        }
    )


def _approve(book: Book, page: Runbook) -> dict[str, Any]:
    return {
        "name": "decide",
        "action": "aws:approve",
        "onFailure": "Abort",
        "inputs": {
            "NotificationArn": "{{ Topic }}",
            "Message": f"{book.named(page)}: go on?",
            "MinRequiredApprovals": 1,
            "Approvers": ["{{ Approver }}"],
        },
    }


def _ssm(number: int, task: Task, region: str) -> Iterator[dict[str, Any]]:
    calls = [c for c in task.commands if c.aws and not c.looks]
    for i, command in enumerate(calls):
        if command.aws and command.aws.region == region and _direct(command.aws):
            yield {
                "name": f"step{number}_{i + 1}",
                "action": "aws:executeAwsApi",
                "description": task.text,
                "onFailure": "Abort",
                "isCritical": True,
                "inputs": {"Service": command.aws.service, "Api": command.aws.api, **command.aws.inputs},
            }
        else:
            yield _pause(f"step{number}_{i + 1}", task, command)
    if not calls:
        yield _pause(f"step{number}", task, *task.commands[:1])


def _pause(name: str, task: Task, *commands: Command) -> dict[str, Any]:
    said = "; ".join((task.text, *(f"{_first(c)}{c.line} -> {c.answer}" for c in commands)))
    return {"name": name, "action": "aws:pause", "description": said, "timeoutSeconds": PAUSE, "inputs": {}}


def _first(command: Command) -> str:
    return f"{command.first}; " if command.first else ""


def _direct(call: AwsCall) -> bool:
    """Whether every input is known before, so that no shell has to look one up."""
    return not any(isinstance(value, str) and _LOOKED_UP.search(value) for value in call.inputs.values())


def to_workflow(book: Book, page: Runbook, procedure: Procedure) -> str:
    """A workflow: calls where there are calls of Google Cloud, else it waits for a person to call back."""
    steps: list[dict[str, Any]] = []
    for number, task in enumerate(book.tasks(page, procedure), 1):
        calls = [c.http for c in task.commands if c.http]
        for i, http in enumerate(calls):
            args: dict[str, Any] = {"url": http.url, "auth": {"type": "OAuth2"}}
            if http.body is not None:
                args["body"] = dict(http.body)
            call = f"http.{http.method.lower()}"
            steps.append({f"step{number}_{i + 1}": {"call": call, "args": args, "result": f"done{number}_{i + 1}"}})
        if not calls:
            lines = "; ".join((task.text, *(f"{_first(c)}{c.line}" for c in task.commands)))
            steps += [
                {
                    f"ask{number}": {
                        "call": "events.create_callback_endpoint",
                        "args": {"http_callback_method": "POST"},
                        "result": f"person{number}",
                    }
                },
                {
                    f"tell{number}": {
                        "call": "sys.log",
                        # Not in one text: an expression has 400 characters at most (Workflows, quotas and limits).
                        "args": {
                            "severity": "WARNING",
                            "json": {"do": lines, "then POST to": f"${{person{number}.url}}"},
                        },
                    }
                },
                {
                    f"wait{number}": {
                        "call": "events.await_callback",
                        "args": {"callback": f"${{person{number}}}", "timeout": PAUSE},
                    }
                },
            ]
    steps.append({"done": {"return": _about(book, page, procedure)}})
    return _yaml({"main": {"steps": steps}})


def to_rundeck(book: Book, pages: Sequence[Runbook]) -> str:
    """Pages as jobs of Rundeck: a step a command; what has none is a step that says what to do and stops."""
    return _yaml([_job(book, page, one) for page in pages for one in page.procedures if not one.waits])


def _job(book: Book, page: Runbook, procedure: Procedure) -> Mapping[str, Any]:
    commands: list[dict[str, Any]] = []
    for task in book.tasks(page, procedure):
        if any(_KEPT.search(c.line) for c in task.commands):  # each command has a shell of its own
            lines = "\n".join(("set -eu", *(f"{c.line}  # {_first(c)}{c.answer}" for c in task.commands)))
            commands.append({"description": task.text, "script": lines})
        else:
            commands += (
                {"description": f"{task.text}. {_first(c)}Answer: {c.answer}", "exec": c.line} for c in task.commands
            )
        if not task.commands:
            commands.append(
                {"description": task.text, "script": f"echo {_shell(task.text)}; exit {int(task.by_person)}"}
            )
    return {
        "name": f"{book.named(page)}: {', '.join(procedure.capabilities)}",
        "group": f"{book.model.title}/{page.scenario.disruption}",
        "description": _about(book, page, procedure),
        "executionEnabled": True,
        "scheduleEnabled": False,
        "loglevel": "INFO",
        "sequence": {"keepgoing": False, "strategy": "sequential", "commands": commands or [{"exec": "true"}]},
    }


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _about(book: Book, page: Runbook, procedure: Procedure) -> str:
    return f"{book.named(page)} ({page.scenario.id}): {procedure.kind}, for {', '.join(procedure.capabilities)}"


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
