"""What a command goes to, read from its text alone: what it would need, were nothing said of that."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from bcinfra.continuity.judgement.runbooks import Procedure, Runbook
from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.recovery.steps import Act
from bcinfra.graph import Graph
from bcinfra.places.table import REGIONS
from bcinfra.report.documents.blocks import Heading, Items, Step as Do, Text
from bcinfra.report.documents.commands.calls import Command
from bcinfra.report.documents.machine import to_rundeck, to_ssm, to_workflow
from bcinfra.report.documents.runbook import Book, Task, brought_back
from bcinfra.yamls import parsed

BY_HAND: Final = frozenset({Act.WAIT, Act.WAIT_FOR, Act.START_EMPTY, Act.GIVE_BACK, Act.DELEGATE, Act.RENEW})
"""Acts that may have no command but looks: nothing is to be done, or a person does it at a vendor's or registrar's."""
_BUILT: Final = frozenset({Act.REBUILD, Act.REBUILD_OUTSIDE})
_ENDPOINT: Final = re.compile(r"(?:--(?:source-|target-|primary-)?(?:region|location) |BUCKET_REGION=)([a-z][\w-]+)")
_ARN: Final = re.compile(r"arn:aws:\w+:[\w-]*:(\d{12}):")
_PROJECT: Final = re.compile(r"--(?:backup-)?project ([a-z][\w-]+)")
_CONTEXT: Final = re.compile(r"--context ([\w.-]+)")
_BUCKET: Final = re.compile(r"\b(?:s3|gs)://([a-z0-9][\w.-]+)")
_SET: Final = re.compile(r"(?:^|; |read -rs? |for )([A-Z_]+)(?==|;|$| in )")
_READ: Final = re.compile(r"\$\{?([A-Z_]{2,})\b")
_STAND_IN: Final = re.compile(
    r"--(?:region|location|project) (?:''|$| |--)|\bNone\b|<[a-z]|\bTODO\b|\b[A-Z]+_(?:ID|ARN|NAME)\b(?!\")|\.\.\.$"
)
_ALWAYS: Final = frozenset({"PWD"})
"""Variables that every shell has."""


def goes_to(line: str, places: Mapping[str, tuple[Domain, ...]], clusters: Mapping[str, Domain]) -> Iterator[Domain]:
    """Regions, accounts, projects, clusters and vendors that a line names, and those of the buckets in it."""
    for region in _ENDPOINT.findall(line):
        if row := REGIONS.get(region):
            yield domains.region(row.cloud, region)
    yield from (domains.account("aws", found) for found in _ARN.findall(line))
    yield from (domains.account("gcp", found) for found in _PROJECT.findall(line))
    yield from (clusters[found] for found in _CONTEXT.findall(line) if found in clusters)
    for bucket in _BUCKET.findall(line):
        yield from places.get(bucket, ())
    if re.search(r"(?:^|\$\(|\| )aws ", line):
        yield domains.provider("aws")
    if re.search(r"(?:^|\$\(|\| )gcloud ", line):
        yield domains.provider("gcp")
    if "https://api.cloudflare.com/" in line:
        yield domains.provider("cloudflare")


def registered(book: Book) -> re.Pattern[str]:
    """The domains of a shop: left out of a line, what still names an account does so itself, not a domain called so."""
    failed = (d for page in book.pages.values() for d in page.scenario.failed)
    names = {re.escape(d.name) for d in failed if d.kind is DomainKind.REGISTRATION}
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(names))})(?![\w.-])")


def wrong_of(book: Book, graph: Graph) -> Iterator[str]:
    """What is wrong on the pages of a stack, each with its page and its line."""
    program = book.program
    homes = {
        program.called(row): part.homes
        for urn, part in program.parts.items()
        if (row := program.resource(urn)) and "ucket" in row.type
    }
    planes = {d for p in program.parts.values() for d in (*p.homes, *p.needs_to_recover)}
    clusters = {d.name.removeprefix("Kubernetes cluster "): d for d in planes if d.name.startswith("Kubernetes")}
    named = {str(v) for r in graph for v in r.inputs.values() if isinstance(v, str) and len(v) > 3}
    named |= {r.name for r in graph} | {program.stack}
    registrations = registered(book)
    for id, page in book.pages.items():
        yield from (f"{id}: {said}" for said in _blocks(book, page))
        for procedure in page.procedures:
            for task, done, rebuilt in _in_order(book, procedure, page):
                for said in _task(task, page, done, rebuilt, homes, clusters, named, registrations):
                    yield f"{id}, {task.text}: {said}"


def _in_order(book: Book, procedure: Procedure, page: Runbook) -> Iterator[tuple[Task, frozenset[Domain], bool]]:
    """Each task with what is back before it, and whether everything is made anew by then, in a new account."""
    back, rebuilt = frozenset[Domain](), False
    for task in book.tasks(page, procedure):
        yield task, back, rebuilt
        back |= brought_back(task.step)
        rebuilt |= task.step.deed.kind in _BUILT


def _task(
    task: Task,
    page: Runbook,
    back: Collection[Domain],
    rebuilt: bool,
    homes: Mapping[str, tuple[Domain, ...]],
    clusters: Mapping[str, Domain],
    named: Collection[str],
    registrations: re.Pattern[str],
) -> Iterator[str]:
    kept = set(_ALWAYS)
    for command in task.commands:
        line = command.line
        back_by_now = {*back, *brought_back(task.step)}
        for domain in goes_to(line, homes, clusters):
            if domain.hit_by(page.scenario.failed) and not back_by_now & {*domain.chain()}:
                yield f"goes to {domain}, which is lost: {line}"
        other = registrations.sub("", line)
        for domain in {*page.scenario.failed} - back_by_now:
            if domain.kind is DomainKind.ACCOUNT and re.search(rf"\b{re.escape(domain.short)}\b", other):
                yield f"names {domain}, which is lost: {line}"
        if unset := {*_READ.findall(line)} - kept - {*_SET.findall(line)}:
            yield f"needs {', '.join(sorted(unset))}, which nothing before it sets: {line}"
        kept |= {*_SET.findall(line)}
        if _STAND_IN.search(line):
            yield f"has something to fill in that no command finds: {line}"
        if not command.answer:
            yield f"says no answer: {line}"
        if not command.looks and not command.back and _changes(command):
            yield f"says no way back: {line}"
        if command.aws and not command.aws.query and not any(name in line for name in named):
            yield f"names nothing of the shop: {line}"
    if task.by_person and all(c.looks for c in task.commands) and task.step.deed.kind not in BY_HAND:
        yield "is for a person, and has no command that does it"
    if not task.owner or not task.time:
        yield "has no owner or no time"


def _changes(command: Command) -> bool:
    return not re.search(r" (?:describe|list|get|rollout status)\b|-[a-z]+-ready|describe-|list-|get-", command.line)


def _blocks(book: Book, page: Runbook) -> Iterator[str]:
    """What a page must have, in its order."""
    document = book.page(page)
    found = [block.text for block in document.blocks if isinstance(block, Heading)]
    wanted = ("When to use", "Who decides", "Verify", "Tell customers", "Afterwards")
    at = [next((i for i, text in enumerate(found) if text.startswith(start)), -1) for start in wanted]
    if -1 in at or at != sorted(at):
        yield f"has not its blocks in order: {found}"
    if page.needs and "What must still work" not in found:
        yield "does not say what must still work"
    for block in document.blocks:
        if isinstance(block, Do) and not any(isinstance(one, Items | Text) for one in block.blocks):
            yield f"step {block.number} says nothing"


def machine_wrong(book: Book) -> Iterator[str]:
    """What is wrong in the machine forms, by the published rules of each ground.

    Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
    and automation-actions; Workflows: https://cloud.google.com/workflows/quotas (read 2026-11).
    """
    for page in [*book.pages.values()]:
        for procedure in (one for one in page.procedures if not one.waits):
            ssm: dict[str, Any] = parsed(to_ssm(book, page, procedure))
            if {*ssm} - {"schemaVersion", "description", "assumeRole", "parameters", "mainSteps"}:
                yield f"{page.scenario.id}: {sorted(ssm)}"
            names = [step["name"] for step in ssm["mainSteps"]]
            if ssm["schemaVersion"] != "0.3" or len(names) != len({*names}):
                yield f"{page.scenario.id}: {names}"
            for step in ssm["mainSteps"]:
                wanted = _INPUTS.get(step["action"])
                if wanted is None or not wanted <= {*step["inputs"]} or {*step} - _STEP:
                    yield f"{page.scenario.id}: {step}"
                if not re.fullmatch(r"\w{3,128}", step["name"]) or step.get("onFailure", "Abort") != "Abort":
                    yield f"{page.scenario.id}: {step}"
            flow = to_workflow(book, page, procedure)
            if len(flow) > 128 * 1024 or any(len(found) > 400 for found in re.findall(r"\$\{[^}\n]*\}", flow)):
                yield f"{page.scenario.id}: a workflow too long, or an expression"
    for job in parsed(to_rundeck(book, [*book.pages.values()])):
        if not {*job} >= _JOB or not all({*c} & {"exec", "script"} for c in job["sequence"]["commands"]):
            yield f"job {job['name']}"


_STEP: Final = frozenset({"name", "action", "description", "onFailure", "isCritical", "timeoutSeconds", "inputs"})
_JOB: Final = frozenset({"name", "description", "loglevel", "sequence"})
_INPUTS: Final[Mapping[str, set[str]]] = {
    "aws:approve": {"Approvers", "NotificationArn", "Message", "MinRequiredApprovals"},
    "aws:executeAwsApi": {"Service", "Api"},
    "aws:pause": set(),
}
"""Action → the inputs that it must have."""


def unreadable(lines: Collection[str]) -> str:
    """What a shell says of lines that it cannot read; none is run."""
    shell = shutil.which("bash")
    assert shell
    return subprocess.run([shell, "-n"], input="\n".join(lines), capture_output=True, text=True, check=False).stderr
