"""``bcinfra preview``: what a stack declares."""

from __future__ import annotations

from typing import Annotated

import typer

from bcinfra.commands import (
    ColorOption,
    ConfigOption,
    OutputOption,
    ProjectOption,
    TimeoutOption,
    WidthOption,
    record_stack,
    show,
    write,
)

EXAMPLES = """Examples:

  bcinfra preview midsize-prod
  bcinfra preview midsize-prod --resources --depth 3
  bcinfra preview midsize-prod --config activeSite=frankfurt
  bcinfra preview midsize-prod --json -o graph.json
"""


def preview(
    stack: Annotated[str | None, typer.Argument(help="Name of the stack. Default: the only one there is.")] = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the graph as `pulumi stack export` would.")] = False,
    resources: Annotated[bool, typer.Option("--resources", help="Give every resource a line of its own.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="Levels of the tree to show. Default: all.")] = None,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Show what a stack declares, without the Pulumi CLI, credentials or network.

    The ordinary program runs in this process. What only a provider can compute is unknown, as in `pulumi preview`.
    """
    graph = record_stack(project, stack, config, timeout)
    if as_json:
        from bcinfra.graph import to_json

        write(to_json(graph), output)
        return
    from bcinfra.report.preview import show_preview

    show(lambda console: show_preview(console, graph, depth=depth, resources=resources), output, width, color)
