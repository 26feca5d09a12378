"""``bcinfra doctor``: what must be there before a shop is deployed first, as far as it can be told offline."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from bcinfra.commands import contract
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ColorOption,
    ConfigOption,
    EnvOption,
    Format,
    JsonOption,
    OutputOption,
    PlainFormatOption,
    ProjectOption,
    TimeoutOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.commands.page import is_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from bcinfra.assembly.readiness import Point

EXAMPLES = """\b
Examples:
  bcinfra doctor shop.yaml
  bcinfra doctor midsize-prod
  bcinfra doctor midsize-prod --json
"""
MARKS: Final[Mapping[str, tuple[str, str]]] = {"done": ("x", "green"), "open": ("!", "red"), "ask": (" ", "yellow")}
"""How a point is ticked, and its colour."""


def doctor(
    stack: Annotated[
        str | None, typer.Argument(metavar="[STACK|PAGE|EXPORT]", help="A stack, or a shop's page.")
    ] = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    format: PlainFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """List what must be there before a shop is deployed first: [x] is seen, [!] is missing, [ ] is for you to look at.

    Nothing is contacted: what only an account, a registrar or a person knows is listed with the command that shows or
    does it. docs/first-deployment.md tells the order. The exit code is 0 whatever is open.
    """
    pages = contract.shops(stack, project, record_options(config, env, answers, assume, timeout))
    found = {page.prefix: readiness(page, _configured(stack, project, page.prefix)) for page in pages}
    if as_json or format is Format.JSON:
        write(json.dumps({"shops": [_document(*row) for row in found.items()]}, indent=2) + "\n", output)
        return
    show(lambda console: _show(console, found), output, width, color)


def readiness(page: Any, configured: frozenset[str] | None) -> tuple[Point, ...]:
    """The points of a page; imported when it is asked for."""
    from bcinfra.assembly.readiness import readiness as points

    return points(page, configured)


def _configured(stack: str | None, project: Path | None, name: str) -> frozenset[str] | None:
    """The keys of the stack's configuration file, without the project; ``None`` where there is none."""
    import yaml

    from bcinfra.graph import RecordError, find_project

    if stack is not None and (is_page(stack) or Path(stack).is_file()):
        return None
    try:
        root = find_project(project or Path.cwd()).root
    except (RecordError, ValueError):
        return None
    for file in (*root.glob(f"Pulumi.{stack or name}.yaml"), *root.glob(f"**/Pulumi.{stack or name}.yaml")):
        held = cast("dict[str, dict[str, object]]", yaml.safe_load(file.read_text(encoding="utf-8")) or {})
        keys = held.get("config") or dict[str, object]()
        return frozenset(key.partition(":")[2] or key for key in keys)
    return None


def _document(shop: str, points: Sequence[Point]) -> dict[str, Any]:
    counts = {standing: sum(point.standing == standing for point in points) for standing in MARKS}
    return {"shop": shop, **counts, "points": [asdict(point) for point in points]}


def _show(console: Console, found: Mapping[str, Sequence[Point]]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from bcinfra.assembly.readiness import PHASES

    for shop, points in found.items():
        for phase, title in PHASES.items():
            due = [point for point in points if point.phase == phase]
            if due:
                console.print(Text(f"{shop}: {title}" if len(found) > 1 else title, style="bold"))
            for point in due:
                mark, style = MARKS[point.standing]
                console.print(Text.assemble((f"[{mark}] ", style), point.what))
                console.print(Padding(Text(point.why), (0, 0, 0, 4), expand=False))
                if point.command:
                    console.print(Padding(Text(point.command, style="dim"), (0, 0, 0, 4), expand=False))
        counts = {standing: sum(point.standing == standing for point in points) for standing in MARKS}
        console.print(f"{shop}: {counts['done']} seen, {counts['open']} open, {counts['ask']} for you to look at")
