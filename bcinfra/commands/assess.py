"""``bcinfra assess``: what a stack survives, how long it takes, what is lost, and what to change."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcinfra.commands.fleet import ClusterOption, assess_every
from bcinfra.commands.judging import Gate, Judged, Settings, Stop, is_json, judge, read_inputs, stops
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ColorOption,
    ConfigOption,
    EnvOption,
    FiguresOption,
    JsonOption,
    OutputOption,
    ProjectOption,
    QuantileOption,
    RehearsedOption,
    TimeoutOption,
    TodayOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import note, show, write
from bcinfra.commands.recording import raise_failures
from bcinfra.commands.subject import StackOption, SubjectArgument, folder_of, project_of, subject
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from bcinfra.report.assess.stacks import Overview

EXAMPLES = """\b
Examples:
  bcinfra assess midsize-prod
  bcinfra assess midsize-prod --tree --report report.html
  bcinfra assess shop.yaml
  bcinfra assess ../infra --stack prod --env AWS_REGION=eu-west-1
  bcinfra assess midsize-prod --domain region --capability checkout
  bcinfra assess midsize-prod --kind zone --fail-on missed:zone --fail-on missed:region
  bcinfra assess midsize-prod --format markdown -o assessment.md
  bcinfra assess midsize-prod --baseline accepted.yaml --fail-on missed --fail-on unknown
  bcinfra assess --all
  bcinfra assess --all --cluster tcp://scheduler:8786
  bcinfra assess --all --baseline 'stacks/{customer}/accepted.yaml' --fail-on missed
  bcinfra assess --all --format json -o before.json; bcinfra assess --all --baseline before.json --fail-on regression
  pulumi stack export | bcinfra assess - --format sarif -o assessment.sarif
"""


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


def assess(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    domain: Annotated[
        str | None, typer.Option(help="Only scenarios of these failure domains, by id, kind or a part of the name.")
    ] = None,
    capability: Annotated[str | None, typer.Option(help="Only what becomes of this capability.")] = None,
    kind: Annotated[list[DisruptionKind] | None, typer.Option(help="Only this kind of disruption. Repeatable.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All stacks of the project, the whole and each in short.")
    ] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Show first what is declared, as preview does.")] = False,
    everything: Annotated[bool, typer.Option("--full", help="Every scenario and every finding.")] = False,
    format: Annotated[
        Format, typer.Option(help="The same content for people, a code forge or programs.")
    ] = Format.TEXT,
    as_json: JsonOption = False,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Accepted risks (YAML), or an earlier assessment (JSON). Repeatable. {stack} and {customer} (the "
            "stack's name up to its last hyphen) stand for those of each stack; who has no such file has none.",
        ),
    ] = None,
    figures: FiguresOption = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERDICT[:KIND]",
            help=f"End with {Exit.GATE.value} on verdicts that are missed or unknown, in one kind of disruption where "
            "it is named (missed:zone), or on a regression, which needs an earlier assessment. Repeatable.",
        ),
    ] = None,
    recovery_time: Annotated[
        str | None, typer.Option(metavar="15m", help="Objective for all capabilities, in place of what is stated.")
    ] = None,
    data_loss: Annotated[str | None, typer.Option(metavar="5m", help="The same for data loss.")] = None,
    availability: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="99.9", help="The same for availability, in per cent.")
    ] = None,
    quantile: QuantileOption = 0.95,
    rehearsed: RehearsedOption = False,
    today: TodayOption = None,
    cluster: ClusterOption = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the page of `bcinfra report` there too.")
    ] = None,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Say what a stack survives, offline: recovery time, data loss, availability, expected loss, and what to change.

    Every failure domain of the stack is played against every capability. Verdicts use the pessimistic end of each
    figure; what is unknown is never counted as met. Any Pulumi stack can be assessed; one that states no objectives is
    judged by default ones.

    With --all every stack of the project is judged by its own objectives. A file of accepted risks then counts for one
    customer only, an earlier assessment for the stack that it is of; a gate stops where it stops one stack. JSON is an
    array of what one stack gives. A stack that fails is named, the others are shown all the same.
    """
    gates = [Gate.parse(text) for text in fail_on or ()]
    if any(gate.on is Stop.REGRESSION for gate in gates) and not any(map(is_json, baseline or ())):
        raise UserError(
            "--fail-on regression: give an earlier assessment with --baseline FILE.json\n"
            "    make one with `bcinfra assess --format json -o FILE.json`",
            Exit.USAGE,
        )
    if page and (every or domain or capability or kind):
        raise UserError(
            "--report: shows one stack as a whole; leave out --domain, --capability and --kind\n"
            "    of all stacks: bcinfra report --all",
            Exit.USAGE,
        )
    settings = Settings(
        recovery_time=_duration("--recovery-time", recovery_time),
        data_loss=_duration("--data-loss", data_loss),
        availability=availability,
        quantile=quantile,
        rehearsed=rehearsed,
        today=today.date() if today else date.today(),
        domain=domain,
        capability=capability,
        kinds=tuple(kind or ()),
        everything=everything,
    )
    options = record_options(config, env, answers, assume, timeout)
    failures: Mapping[str, UserError] = {}
    overview = None
    if every:
        at = project_of(target, project, stack)
        titles = {name: f"{at.name}/{name}" for name in at.stacks()}
        inputs = read_inputs(baseline or (), figures, titles, alone=False)
        words = ("--project", str(at.root)) if target or project else ()
        judged, failures = assess_every(at, options(at.name), words, inputs, settings, cluster)
        overview = _overview(at.name, judged, failures)
    else:
        if cluster is not None:
            raise UserError("--cluster: is for several stacks, with --all", Exit.USAGE)
        found = subject(target, project, options, stack)
        name = found.graph.stack
        inputs = read_inputs(baseline or (), figures, {name: f"{found.graph.project}/{name}"}, alone=True)
        judged = [judge(found, inputs[name], settings)]
    match Format.JSON if as_json else format:
        case Format.TEXT:
            from bcinfra.report.assess.text import show_assessment, show_overview

            def draw(console: Console) -> None:
                if tree:
                    _declared(console, judged)
                if overview:
                    show_overview(console, overview, everything=everything)
                else:
                    detail = bool(domain or capability or kind)
                    show_assessment(console, judged[0].page, detail=detail, everything=everything)

            show(draw, output, width, color)
        case Format.MARKDOWN:
            from bcinfra.report.assess.markdown import overview_to_markdown, to_markdown

            write(overview_to_markdown(overview) if overview else to_markdown(judged[0].page), output)
        case Format.JSON:
            from bcinfra.report.assess.writing import to_json

            documents = [one.document for one in judged]
            write(to_json(documents if overview else documents[0]), output)
        case Format.SARIF:
            from bcinfra.report.assess.sarif import STACK_FILE, to_sarif

            file = next((one.subject.page for one in judged if one.subject.page), STACK_FILE)
            folder = folder_of(target, project)
            write(to_sarif(*(one.part for one in judged), file=file, folder=folder), output)
    if page:
        _write_page(judged[0], page)
    stop = stops(judged, gates)
    raise_failures(failures, len(judged) + len(failures))
    if stop:
        raise typer.Exit(Exit.GATE)


def _write_page(one: Judged, target: Path) -> None:
    """Write the page of HTML, and tell where."""
    from bcinfra.commands.report import page_of

    target.parent.mkdir(parents=True, exist_ok=True)
    write(page_of(one), str(target))
    note(f"report: {target}, for a browser")


def _declared(console: Console, judged: Sequence[Judged]) -> None:
    """What each stack declares, from the graph that was judged."""
    from bcinfra.report.preview import show_preview

    for one in judged:
        show_preview(console, one.subject.graph)
        console.print()


def _overview(project: str, judged: Sequence[Judged], failures: Mapping[str, UserError]) -> Overview:
    from bcinfra.report.assess.stacks import Stack, overview

    stacks = [Stack(one.subject.graph.stack, one.part, one.model, one.page) for one in judged]
    return overview(project, stacks, failures)


def _duration(option: str, given: str | None) -> timedelta | None:
    from bcinfra.spec.values import parse_duration

    try:
        return None if given is None else parse_duration(given)
    except ValueError as error:
        raise UserError(f"{option} {given!r}: {error}; write such as 15m, 1h30m or 2d", Exit.USAGE) from None
