"""``bcinfra diff``: what changes between two refs, folders, exports or previews, and whether to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ColorOption,
    ConfigOption,
    EnvOption,
    Format,
    JsonOption,
    OutputOption,
    ProjectOption,
    SharedFormatOption,
    TimeoutOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.options import Options
    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.core.values import Plain
    from bcinfra.graph.diff.changes import Change, Diff, Step
    from bcinfra.graph.process.refs import Copy
    from bcinfra.report.diff.continuity import Continuity
    from bcinfra.report.diff.page import First, Moved, Page

EXAMPLES = """\b
Examples:
  bcinfra diff
  bcinfra diff main HEAD --stack midsize-prod
  bcinfra diff origin/main... HEAD --format markdown --forge gitlab -o comment.md
  bcinfra diff shop.yaml proposal.yaml
  bcinfra diff export.json HEAD --fail-on destroy-stateful --fail-on regression
  pulumi preview --json --show-sames | bcinfra diff -
"""


class ForgeName(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"
    AZURE = "azure"


class Gate(StrEnum):
    """What ``--fail-on`` can stop."""

    DESTROY_STATEFUL = "destroy-stateful"
    UNPROTECT = "unprotect"
    MOVE = "move"
    EXPOSE = "expose"
    RENAME = "rename"
    DELETE = "delete"
    REPLACE = "replace"
    UNDECIDED = "undecided"
    REGRESSION = "regression"
    """An objective that was met is not any more."""


def diff(
    base: Annotated[
        str | None,
        typer.Argument(
            help="Git ref, project folder, shop's page (YAML), stack export, preview JSON or -. Default: main..., where"
            " main was left."
        ),
    ] = None,
    head: Annotated[
        str | None, typer.Argument(help="The same. Default: the working tree; of a preview, what it leads to.")
    ] = None,
    stack: Annotated[str | None, typer.Option(help="Name of the stack. Default: every stack of the project.")] = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    format: SharedFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    forge: Annotated[ForgeName, typer.Option(help="Which forge the Markdown is for.")] = ForgeName.GITHUB,
    max_chars: Annotated[
        int | None, typer.Option(min=500, help="Characters of the Markdown. Default: what the forge takes.")
    ] = None,
    fail_on: Annotated[
        list[Gate] | None, typer.Option(help=f"End with {Exit.GATE.value} on such changes. Repeatable.")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=f"End with {Exit.CHANGES.value} on changes.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End as terraform plan: 0 no change, 1 error, 2 changes.")
    ] = False,
    continuity: Annotated[
        bool, typer.Option("--continuity/--no-continuity", help="Say what the change does to what the stack survives.")
    ] = True,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Show what a change does to the shop: what it survives, then its resources, dangerous changes first.

    Git refs are evaluated in clean copies, offline and without credentials; the working tree and the repository stay
    as they are. Without arguments the working tree is compared with the commit where its branch left main (or master).
    A preview (`pulumi preview --json --show-sames`) alone is compared with the state that it started from.

    What is deployed (`pulumi stack export`) is compared with the program too: values that only a deployment knows count
    as unchanged where they come from the same resources in both, files and archives by what they hold. A new stack is
    summed up with what it survives.

    What a change replaces is known from a preview; between refs it is known for the types that hold data. Changes that
    restart a database, a cache or a server say so, and whether they wait for the maintenance window. No
    secret is printed. Of a sealed one that only changes its value nothing is seen; where it stands in the clear, as in
    an export, it is said that it changed.
    """
    try:
        with ExitStack() as opened:
            options = record_options(config, env, answers, assume, timeout)
            old, new = _sides(base, head, project or Path.cwd(), opened, options)
            diffs = _compared(old, new, stack, options)
        said = [page_of(found, continuity=continuity) for found in diffs]
        every = stack is None and isinstance(old, _Folder) and isinstance(new, _Folder)
        pages = [page for page, _ in said]
        _report(pages, every, Format.JSON if as_json else format, forge, max_chars, output, width, color)
    except UserError as error:
        if detailed_exitcode:
            error.exit = Exit.ERROR
        raise
    stopped = _stopped(diffs, [moved for _, moved in said], fail_on or ())
    for line in stopped:
        typer.echo(line, err=True)
    changed = any(diffs)
    if detailed_exitcode:
        raise typer.Exit(1 if stopped else 2 if changed else 0)
    raise typer.Exit(Exit.GATE if stopped else Exit.CHANGES if changed and exit_code else Exit.DONE)


def compared(
    base: str | None, head: str | None, stack: str | None, project: Path | None, options: Options
) -> list[Diff]:
    """A diff for every stack that is asked for. Raises :class:`~bcinfra.exits.UserError`."""
    with ExitStack() as opened:
        old, new = _sides(base, head, project or Path.cwd(), opened, options)
        return _compared(old, new, stack, options)


def page_of(found: Diff, *, continuity: bool = True) -> tuple[Page, Continuity | None]:
    """What a diff says, with what it does to continuity, and of a new stack what it survives."""
    moved = _continuity(found) if continuity else None
    if moved:
        from bcinfra.report.diff.continuity import page

        return page(found, moved), moved
    from bcinfra.report.diff.page import page as resources

    spent = _spent(found) if continuity else None
    first = _first(found) if continuity else None
    return resources(found, objectives=() if spent is None else (spent,), first=first), None


def _continuity(found: Diff) -> Continuity | None:
    """What a diff does to what the stack survives; ``None`` where nothing changes or nothing can be assessed."""
    if not found:
        return None
    from bcinfra.commands.effect import effect
    from bcinfra.report.diff.continuity import continuity

    moved = effect(found)
    return continuity(moved) if moved else None


def _first(found: Diff) -> First | None:
    """What a stack that there was not survives; ``None`` where nothing of it can be assessed."""
    if any(row.custom and not row.is_provider for row in found.base) or not len(found.head):
        return None
    from bcinfra.continuity.judgement.assessment import assess
    from bcinfra.continuity.judgement.defaults import with_defaults
    from bcinfra.continuity.readings.read import read
    from bcinfra.report.assess.first import first
    from bcinfra.report.assess.page import page

    model = with_defaults(read(found.head))
    return first(page(assess(model), model, (found.head.stack,))) if model.capabilities else None


def _spent(found: Diff) -> Moved | None:
    """What a diff does to the cost where nothing can be assessed."""
    if not found:
        return None
    from bcinfra.continuity.readings.costing import cost_of
    from bcinfra.report.diff.continuity import moved_cost

    return moved_cost(cost_of(found.base), cost_of(found.head))


def _report(
    pages: Sequence[Page],
    every: bool,
    format: Format,
    forge: ForgeName,
    max_chars: int | None,
    output: str,
    width: int | None,
    color: bool,
) -> None:
    match format:
        case Format.TEXT:
            from bcinfra.report.diff.text import show_diff

            show(lambda console: show_diff(console, pages), output, width, color)
        case Format.MARKDOWN:
            from bcinfra.report.diff.markdown import TooSmallError, to_markdown

            try:
                write(to_markdown(pages, forge=forge, max_chars=max_chars, every=every), output)
            except TooSmallError as error:
                raise UserError(f"--max-chars {max_chars}: {error}", Exit.USAGE) from None
        case _:
            from bcinfra.report.diff.document import to_json

            write(to_json(pages), output)


def _stopped(diffs: Sequence[Diff], survived: Sequence[Continuity | None], gates: Sequence[Gate]) -> list[str]:
    """A line for each gate that was not passed, with what stopped it."""
    from bcinfra.report.diff.page import visible

    lines: list[str] = []
    for gate in dict.fromkeys(gates):
        names = (
            [regression for continuity in survived if continuity for regression in continuity.regressions]
            if gate is Gate.REGRESSION
            else [change.resource.name for found in diffs for change in found.changes if _stops(gate, change)]
        )
        if names:
            shown = ", ".join(map(visible, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            lines.append(f"stopped by --fail-on {gate}: {shown}")
    return lines


def _stops(gate: Gate, change: Change) -> bool:
    from bcinfra.graph.diff.changes import Kind, Risk

    risks = {
        Gate.DESTROY_STATEFUL: {Risk.DELETES_DATA, Risk.REPLACES_DATA},
        Gate.UNPROTECT: {Risk.UNPROTECTED},
        Gate.MOVE: {Risk.MOVED},
        Gate.EXPOSE: {Risk.EXPOSED},
        Gate.RENAME: {Risk.UNALIASED},
    }
    kinds = {Gate.DELETE: Kind.DELETE, Gate.REPLACE: Kind.REPLACE, Gate.UNDECIDED: Kind.UNDECIDED}
    if gate in risks:
        return not risks[gate].isdisjoint(change.risks)
    return change.counted and change.kind is kinds[gate]


# What is compared


class _File(NamedTuple):
    """A graph that was read, and what a preview said with it."""

    graph: Graph
    steps: Mapping[str, Step] | None = None

    @property
    def stacks(self) -> tuple[str, ...]:
        return (self.graph.stack,)


class _Folder(NamedTuple):
    """A project, in the working tree or at a ref."""

    given: str
    folder: Path
    copy: Copy | None
    name: str | None
    """The project's name; ``None`` where there is no project at the ref."""
    stacks: tuple[str, ...]


_Side: TypeAlias = _File | _Folder


def _sides(base: str | None, head: str | None, start: Path, opened: ExitStack, options: Options) -> tuple[_Side, _Side]:
    from bcinfra.graph.diff.plan import is_preview, read_plan
    from bcinfra.graph.process.refs import default_base

    if base == head == "-":
        raise UserError("only one of the two can be standard input", Exit.USAGE)
    document = _document(base)
    if head is None and document and is_preview(document):
        plan = read_plan(document)
        return _File(plan.base), _File(plan.head, plan.steps)
    old = _side(base or default_base(_root(start)), document, start, opened, options)
    return old, _side(head or str(_root(start)), _document(head), start, opened, options)


def _root(start: Path) -> Path:
    from bcinfra.graph import RecordError, find_project

    try:
        return find_project(start).root
    except RecordError as error:
        raise UserError(
            f"{error}\n    give the project's folder with --project, or two files", Exit.NOT_FOUND
        ) from None


def _side(given: str, document: Mapping[str, Plain] | None, start: Path, opened: ExitStack, options: Options) -> _Side:
    from bcinfra.commands.page import is_page, record_page
    from bcinfra.graph import load, read_project
    from bcinfra.graph.diff.plan import is_preview, read_plan
    from bcinfra.graph.process.project import is_project
    from bcinfra.graph.process.refs import checkout

    if is_page(given):
        return _File(record_page(given, options))
    if document is not None:
        if not is_preview(document):
            return _File(load(document))
        plan = read_plan(document)
        if not plan.complete:
            hint = "make it with `pulumi preview --json --show-sames`, or give it alone"
            raise UserError(f"{given}: the preview leaves out what does not change\n    {hint}", Exit.USAGE)
        return _File(plan.head, plan.steps)
    copy = None if is_project(Path(given)) else opened.enter_context(checkout(_root(start), given))
    folder = copy.folder if copy else Path(given)
    if not is_project(folder):  # the ref is older than the project
        return _Folder(given, folder, copy, None, ())
    found = read_project(folder)
    return _Folder(given, found.root, copy, found.name, found.stacks())


def _document(given: str | None) -> Mapping[str, Plain] | None:
    """The JSON object in a file or on standard input; ``None`` where ``given`` names neither, or a shop's page."""
    from bcinfra.commands.page import is_page
    from bcinfra.graph.files.load import read_json

    return read_json(given) if given == "-" or (given and Path(given).is_file() and not is_page(given)) else None


def _compared(old: _Side, new: _Side, stack: str | None, options: Options) -> list[Diff]:
    """A diff for every stack that is asked for; a stack that one ref does not have is empty there."""
    from bcinfra.continuity.readings.table import REPLACEMENTS
    from bcinfra.graph import diff as compare

    names = _names(old, new, stack)
    with ThreadPoolExecutor(2) as pool:
        both = [
            [pool.submit(_at, side, other, name, options) for side, other in ((old, new), (new, old))] for name in names
        ]
        graphs = [(before.result(), after.result()) for before, after in both]
    steps = new.steps if isinstance(new, _File) else None
    return [compare(before, after, replacements=REPLACEMENTS, steps=steps) for before, after in graphs]


def _names(old: _Side, new: _Side, stack: str | None) -> list[str]:
    """The stacks to compare. A file holds one, whose name the other side's stack has unless ``stack`` names another."""
    files = [side.graph.stack for side in (new, old) if isinstance(side, _File)]
    folders = sorted({name for side in (old, new) if isinstance(side, _Folder) for name in side.stacks})
    asked = [stack] if stack else files[:1] or folders
    if not asked:
        raise UserError("the project has no stack configuration; name a stack with --stack", Exit.USAGE)
    known = folders or files
    if known and asked[0] not in known:  # two files may well be two stacks
        raise UserError(f"there is no stack {asked[0]!r}; there are: {', '.join(known)}", Exit.NOT_FOUND)
    return asked


def _at(side: _Side, other: _Side, stack: str, options: Options) -> Graph:
    from bcinfra.graph import Graph, GraphError, record_stack

    if isinstance(side, _File):
        return side.graph
    if side.name and (stack in side.stacks or not (side.stacks or other.stacks)):
        try:
            return record_stack(side.folder, stack, replace(options(side.name), copy=side.copy, traceless=True))
        except GraphError as error:
            raise UserError(f"{stack} of {side.given}: {error}", error.exit) from None
    name = side.name or (other.name if isinstance(other, _Folder) else other.graph.project)
    return Graph(project=name or stack, stack=stack, resources={})
