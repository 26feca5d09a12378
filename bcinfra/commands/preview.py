"""``bcinfra preview``: what a stack declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    TimeoutOption,
    WidthOption,
    one_of,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.commands.page import is_page, record_page
from bcinfra.commands.recording import raise_failures, record_every, record_stack
from bcinfra.commands.subject import StackOption, stacks
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.process.project import Project
    from bcinfra.graph.process.stacks import RecordOptions

EXAMPLES = """\b
Examples:
  bcinfra preview midsize-prod
  bcinfra preview midsize-prod --resources --depth 3
  bcinfra preview midsize-prod --config activeSite=frankfurt
  bcinfra preview midsize-prod --json -o graph.json
  bcinfra preview ../infra --stack prod --answers answers.yaml --env DOMAIN=shop.example
  bcinfra preview shop.yaml
  bcinfra preview --all
  pulumi stack export | bcinfra preview -
"""


def preview(
    target: Annotated[
        str | None,
        typer.Argument(
            autocompletion=stacks,
            metavar="[STACK|PATH]",
            help="A stack's name; or a project's folder; or a shop's page in YAML; or a file (- for standard input) "
            "that `pulumi stack export`, `pulumi preview --json` or `--save-plan` wrote. Default: the "
            "only stack there is.",
        ),
    ] = None,
    stack: StackOption = None,
    every: Annotated[bool, typer.Option("--all", help="All stacks of the project, side by side on all cores.")] = False,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    base: Annotated[
        Path | None, typer.Option("--base", metavar="EXPORT", help="The stack's export from before a saved plan.")
    ] = None,
    format: Annotated[
        Format,
        one_of(Format.TEXT, Format.JSON, help="A tree for people, or the graph as `pulumi stack export` prints it."),
    ] = Format.TEXT,
    as_json: JsonOption = False,
    resources: Annotated[bool, typer.Option("--resources", help="Give every resource a line of its own.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="Levels of the tree to show. Default: all.")] = None,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Show what a stack declares, without the Pulumi CLI, credentials or network.

    The ordinary program runs in a process of its own. What only a provider can compute is unknown, as in `pulumi
    preview`; what is assumed, opaque or did not run is named.
    """
    as_json = as_json or format is Format.JSON
    if target is not None and is_page(target):
        graph = record_page(target, record_options(config, env, answers, assume, timeout))
        _show(graph, as_json, depth, resources, output, width, color)
        return
    if target is not None and (target == "-" or Path(target).is_file()):
        _show(_loaded(target, base), as_json, depth, resources, output, width, color)
        return
    from bcinfra.graph import find_project
    from bcinfra.graph.process.project import is_project

    is_folder = target is not None and is_project(Path(target))
    found = find_project(Path(target) if target and is_folder else project or Path.cwd())
    options = record_options(config, env, answers, assume, timeout)
    if every:
        _show_all(found, options(found.name), as_json, output, width, color)
        return
    graph = record_stack(found.root, stack if is_folder else stack or target, options)
    _show(graph, as_json, depth, resources, output, width, color)


def _loaded(target: str, base: Path | None) -> Graph:
    """The graph in a file that Pulumi wrote."""
    from bcinfra.graph.files.load import load, read_json
    from bcinfra.graph.files.saved_plan import is_saved_plan, load_saved_plan

    document = read_json(target)
    if not is_saved_plan(document):
        return load(document)
    if base is None:
        message = f"{target}: a saved plan holds only differences; give the stack's export from before it with --base"
        raise UserError(message, Exit.USAGE)
    return load_saved_plan(document, read_json(base))


def _show(
    graph: Graph, as_json: bool, depth: int | None, resources: bool, output: str, width: int | None, color: bool
) -> None:
    if as_json:
        from bcinfra.graph import to_json

        write(to_json(graph), output)
        return
    from bcinfra.continuity.readings.costing import cost_of
    from bcinfra.report.cost.page import monthly, of_budget
    from bcinfra.report.preview import show_preview

    cost = cost_of(graph)
    said = f"{monthly(cost)}{of_budget(cost)}" if cost.lines else ""
    show(
        lambda console: show_preview(console, graph, depth=depth, resources=resources, cost=said), output, width, color
    )


def _show_all(
    project: Project, options: RecordOptions, as_json: bool, output: str, width: int | None, color: bool
) -> None:
    """Every stack, each with its own result, and the exit code of the first that failed."""
    from bcinfra.graph import to_deployment
    from bcinfra.report.preview import show_stacks

    graphs, failures = record_every(project, options)
    if as_json:
        made = {stack: to_deployment(graph) for stack, graph in graphs.items()}
        failed = {stack: list(map(str, failure.problems)) for stack, failure in failures.items()}
        text = json.dumps({"stacks": made, "failed": failed}, indent=2, sort_keys=True, ensure_ascii=False)
        write(text + "\n", output)
    elif graphs:
        show(lambda console: show_stacks(console, graphs), output, width, color)
    raise_failures(failures, len(graphs) + len(failures))
