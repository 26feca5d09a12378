"""``bcinfra explain``: what a code, term, scenario or figure means, and what it rests on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

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
    Options,
    OutputOption,
    PlainFormatOption,
    ProjectOption,
    RecordsOption,
    TimeoutOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.commands.page import is_page
from bcinfra.commands.subject import subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from bcinfra.report.explain import Line

COPIES: Final = "copies"
"""The word that is not one thing of a stack but a view of all its data."""
FCAPS: Final = "fcaps"
"""The word that is a view of all its tiers: how each is managed."""

EXAMPLES = """\b
Examples:
  bcinfra explain BC0008
  bcinfra explain RTO
  bcinfra explain aws.rds.pitr
  bcinfra explain aws:efs/fileSystem:FileSystem
  bcinfra explain region:aws/eu-west-1 --stack midsize-prod
  bcinfra explain region:aws/eu-west-1/checkout/recovery-time --stack assessment.json
  bcinfra explain copies --stack midsize-prod
  bcinfra explain copies --stack midsize-prod --records records.yaml --json
  bcinfra explain fcaps --stack midsize-prod
  bcinfra explain contract --stack midsize-prod
  bcinfra explain contract --stack shop.yaml --json
"""


def _explained(incomplete: str) -> list[str]:
    """For a shell's completion: codes, facts and incidents."""
    from bcinfra.continuity.model.facts import facts, incidents
    from bcinfra.report.words.findings import RULES

    return [one for one in (*RULES, *facts(), *incidents()) if one.startswith(incomplete)]


def explain(
    word: Annotated[
        str | None,
        typer.Argument(
            autocompletion=_explained,
            metavar="[CODE|SCENARIO|FIGURE|DOMAIN|CAPABILITY|TERM|FACT|INCIDENT|TYPE]",
            help="A name or an id as any report shows it, or a resource type: what is believed of it; contract: what"
            " the images of a shop's tiers must do. Default: list everything that can be explained, types aside.",
        ),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(
            metavar="STACK|PATH|PAGE|EXPORT|ASSESSMENT",
            help="Where scenarios and figures are looked up: a stack, or what `assess --format json` wrote.",
        ),
    ] = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    everything: Annotated[bool, typer.Option("--full", help="Every part of every figure.")] = False,
    records: RecordsOption = None,
    format: PlainFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Explain any code, name or number of a report, down to facts with their sources and dates.

    Codes, terms, facts, incidents and resource types need nothing else; scenarios, figures, failure domains and
    capabilities are those of the stack or assessment that --stack names. `copies` is every copy of all data of the
    stack: where, whose account, which key, how old at worst, locked until when, when it was last proved to restore.
    `fcaps` is how its tiers are managed: for faults, configuration, accounting, performance and security of each what
    is there and what is missing.
    """
    from bcinfra.report.explain import UnknownWordError, explain as explained, to_json, words

    as_json = as_json or format is Format.JSON
    options = record_options(config, env, answers, assume, timeout)
    if word == COPIES:
        lines, document = _copies(stack, project, options, records)
        write(document, output) if as_json else show(lambda console: _show(console, lines), output, width, color)
        return
    if word == FCAPS:
        lines, document = _fcaps(stack, project, options)
        write(document, output) if as_json else show(lambda console: _show(console, lines), output, width, color)
        return
    if word == contract.WORD:
        pages = contract.shops(stack, project, options)
        if as_json:
            write(contract.as_text(pages), output)
        else:
            show(lambda console: _show(console, contract.lines(pages)), output, width, color)
        return
    found = _assessment(stack, project, options) if stack is not None else None
    try:
        lines = words(found) if word is None else explained(word, found, everything=everything)
    except UnknownWordError as error:
        hint = "" if found else "\n    scenarios and figures need --stack STACK, an export or an assessment"
        raise UserError(f"{error}{hint}\n    bcinfra explain lists all that can be explained", Exit.USAGE) from None
    write(to_json(lines), output) if as_json else show(lambda console: _show(console, lines), output, width, color)


def _copies(
    stack: str | None, project: Path | None, options: Options, records: Path | None
) -> tuple[Sequence[Line], str]:
    """Every copy of all data, for people and for programs."""
    from bcinfra.commands.judging import read_operation
    from bcinfra.continuity.judgement.copies import copies
    from bcinfra.continuity.judgement.defaults import with_defaults
    from bcinfra.continuity.readings.read import read
    from bcinfra.report.documents.copies import lines, to_json
    from bcinfra.report.explain import Line

    if stack is None:
        raise UserError("copies: whose? Give --stack STACK, a shop's page or an export", Exit.USAGE)
    if Path(stack).is_file() and not is_page(stack) and _kept(stack):
        raise UserError(f"{stack}: is an assessment, which does not hold copies; give the stack it is of", Exit.USAGE)
    done = read_operation(records)
    model = with_defaults(read(subject(stack, project, options).graph))
    found = copies(model, done)
    return [Line(*one) for one in lines(found, model.title, recorded=records is not None)], to_json(found, model.title)


def _fcaps(stack: str | None, project: Path | None, options: Options) -> tuple[Sequence[Line], str]:
    """How every tier is managed, for people and for programs."""
    from bcinfra.continuity.readings.fcaps import cells
    from bcinfra.report.documents.fcaps import lines, to_json
    from bcinfra.report.explain import Line

    if stack is None:
        raise UserError("fcaps: of what? Give --stack STACK, a shop's page or an export", Exit.USAGE)
    graph = subject(stack, project, options).graph
    found, title = cells(graph), f"{graph.project}/{graph.stack}"
    return [Line(*one) for one in lines(found, title)], to_json(found, title)


def _kept(file: str) -> bool:
    """Whether a file is what `assess --format json` wrote."""
    from bcinfra.graph.files.load import read_json
    from bcinfra.report.assess.reading import is_assessment

    return is_assessment(read_json(file))


def _assessment(stack: str, project: Path | None, options: Options) -> Mapping[str, Any]:
    """The assessment in a file, or a new one."""
    from bcinfra.graph.files.load import read_json
    from bcinfra.report.assess.reading import is_assessment

    if Path(stack).is_file() and not is_page(stack):
        found = read_json(stack)
        if is_assessment(found):
            return found
    from bcinfra.commands.judging import Inputs, Settings, judge

    return judge(subject(stack, project, options), Inputs((), (), None), Settings.usual(date.today())).document


def _show(console: Console, lines: Sequence[Line]) -> None:
    from rich.text import Text

    from bcinfra.report.diff.page import visible

    for line in lines:
        indent = 2 * line.depth
        text = Text(visible(line.text), "bold" if line.strong else "")
        for i, part in enumerate(text.wrap(console, max(console.width - indent - 2, 20))):
            part.rstrip()
            console.print(Text(" " * (indent + (2 if i else 0))) + part, soft_wrap=True)
