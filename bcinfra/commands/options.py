"""Options that commands share, and what they say of how a program is recorded."""

from __future__ import annotations

import os
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bcinfra.graph.process.stacks import RecordOptions


class Format(StrEnum):
    """What commands write; each takes some of them (:func:`one_of`)."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"
    CSV = "csv"
    SSM = "ssm"
    WORKFLOWS = "workflows"
    RUNDECK = "rundeck"


def one_of(*formats: Format, help: str) -> Any:
    """The option ``--format`` of a command that takes these."""

    def parse(text: str) -> Format:
        if text in formats:
            return Format(text)
        near = get_close_matches(text, formats, n=1)
        also = f"; did you mean '{near[0]}'?" if near else ""
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(map(repr, map(str, formats)))}{also}")

    def complete(incomplete: str) -> list[str]:
        return [one.value for one in formats if one.startswith(incomplete)]

    return typer.Option("--format", parser=parse, metavar="|".join(formats), autocompletion=complete, help=help)


ProjectOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Folder with Pulumi.yaml. Default: the nearest one upwards."),
]
ConfigOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--config", "-c", metavar="KEY=VALUE", help="Override a configuration value. Repeatable."),
]
TimeoutOption: TypeAlias = Annotated[float, typer.Option(min=1, help="Seconds that the program may take.")]
OutputOption: TypeAlias = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Write the result there; - is standard output.")
]
PlainFormatOption: TypeAlias = Annotated[Format, one_of(Format.TEXT, Format.JSON, help="For people or programs.")]
SharedFormatOption: TypeAlias = Annotated[
    Format,
    one_of(Format.TEXT, Format.MARKDOWN, Format.JSON, help="The same content for people, a code forge or programs."),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
RecordsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--records", metavar="FILE", help="What was restored, drilled, reviewed and trained, and when (YAML)."
    ),
]
WidthOption: TypeAlias = Annotated[
    int | None, typer.Option(min=40, help="Columns of the text. Default: the terminal's.")
]
ColorOption: TypeAlias = Annotated[bool, typer.Option("--color/--no-color", help="Colour where the terminal can.")]
EnvOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME[=VALUE]", help="Variable that the program sees; without a value, your own."),
]
AnswersOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="What provider functions answer and other stacks export."),
]
AssumeOption: TypeAlias = Annotated[
    bool, typer.Option("--assume/--no-assume", help="Answer common provider functions plausibly, and mark it.")
]
PricesOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--prices", metavar="FILE", help="Your own prices, discounts and usage in place of list prices (YAML)."
    ),
]
FiguresOption: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Your own figures in place of the product's facts (YAML).")
]
QuantileOption: TypeAlias = Annotated[
    float, typer.Option(min=0.5, max=0.999, help="Share of recoveries that must stay within the objective.")
]
RehearsedOption: TypeAlias = Annotated[
    bool, typer.Option("--rehearsed", help="Failover was rehearsed within 90 days, so it works more often.")
]
TodayOption: TypeAlias = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which accepted risks expire or not.")
]

Options: TypeAlias = "Callable[[str], RecordOptions]"
"""What a program finds around it, by the name of its project."""


def record_options(
    config: list[str] | None, env: list[str] | None, answers: Path | None, assume: bool, timeout: float
) -> Options:
    """What a program finds around it, as the options say; raises :class:`~bcinfra.exits.UserError`."""
    from bcinfra.graph.files.given import Given, read_given
    from bcinfra.graph.process.stacks import RecordOptions

    given = read_given(answers) if answers else Given({}, {})
    environment = dict(map(_variable, env or ()))

    def of(project: str) -> RecordOptions:
        return RecordOptions(
            config=dict(_setting(project, item) for item in config or ()),
            environment=environment,
            invokes=given.calls,
            stacks=given.stacks,
            assume=assume,
            timeout=timeout,
        )

    return of


def _setting(project: str, item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals or not key:
        raise UserError(f"--config {item!r}: write KEY=VALUE, such as activeSite=frankfurt", Exit.USAGE)
    return key if ":" in key else f"{project}:{key}", value


def _variable(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals and name not in os.environ:
        raise UserError(f"--env {name}: there is no such variable; write {name}=VALUE", Exit.USAGE)
    return name, value if equals else os.environ[name]
