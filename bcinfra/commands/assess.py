"""``bcinfra assess``: what a stack survives, how long it takes, what is lost, and what to change."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bcinfra.commands.cost import own_prices
from bcinfra.commands.fleet import ClusterOption, assess_every
from bcinfra.commands.judging import Gate, Judged, Settings, Stop, is_json, judge, read_inputs, stopped, stops
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ColorOption,
    ConfigOption,
    EnvOption,
    FiguresOption,
    Format,
    JsonOption,
    OutputOption,
    PricesOption,
    ProjectOption,
    QuantileOption,
    RehearsedOption,
    TimeoutOption,
    TodayOption,
    WidthOption,
    one_of,
    record_options,
)
from bcinfra.commands.output import note, show, write
from bcinfra.commands.recording import raise_failures
from bcinfra.commands.subject import StackOption, SubjectArgument, folder_of, project_of, subject
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from bcinfra.graph.core.model import Graph

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
        Format,
        one_of(
            Format.TEXT,
            Format.MARKDOWN,
            Format.JSON,
            Format.SARIF,
            help="The same content for people, a code forge or programs.",
        ),
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
    prices: PricesOption = None,
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
        prices=own_prices(prices),
    )
    options = record_options(config, env, answers, assume, timeout)
    form = Format.JSON if as_json else format
    saying = partial(say, form=form, tree=tree, folder=folder_of(target, project), gates=tuple(gates))
    failures: Mapping[str, UserError] = {}
    judged = None
    if every:
        at = project_of(target, project, stack)
        name = at.name
        titles = {one: f"{name}/{one}" for one in at.stacks()}
        inputs = read_inputs(baseline or (), figures, titles, alone=False)
        words = ("--project", str(at.root)) if target or project else ()
        told, failures = assess_every(at, options(name), words, inputs, settings, cluster, saying)
    else:
        if cluster is not None:
            raise UserError("--cluster: is for several stacks, with --all", Exit.USAGE)
        found = subject(target, project, options, stack)
        name = found.graph.stack
        inputs = read_inputs(baseline or (), figures, {name: f"{found.graph.project}/{name}"}, alone=True)
        judged = judge(found, inputs[name], settings)
        told = {name: saying(judged)}
    said: list[Any] = [one.said for one in told.values()]
    match form:
        case Format.TEXT:
            from bcinfra.report.assess.stacks import overview
            from bcinfra.report.assess.text import show_assessment, show_overview

            def draw(console: Console) -> None:
                _declared(console, told.values())
                if every:
                    show_overview(console, overview(name, said, failures), everything=everything)
                else:
                    detail = bool(domain or capability or kind)
                    show_assessment(console, said[0][1], detail=detail, everything=everything)

            show(draw, output, width, color)
        case Format.MARKDOWN:
            from bcinfra.report.assess.markdown import overview_to_markdown, to_markdown
            from bcinfra.report.assess.stacks import overview

            write(overview_to_markdown(overview(name, said, failures)) if every else to_markdown(said[0][1]), output)
        case Format.JSON:
            from bcinfra.report.assess.writing import array

            write(array(said) if every else said[0], output)
        case _:
            from bcinfra.report.assess.sarif import of_runs

            write(of_runs(said), output)
    if page and judged:
        _write_page(judged, page)
    stop = stops({one: of.stopped for one, of in told.items()}, gates)
    raise_failures(failures, len(told) + len(failures))
    if stop:
        raise typer.Exit(Exit.GATE)


class Said(NamedTuple):
    said: Any
    """Its row and page; for programs the document, or the run of SARIF."""
    declared: Graph | None
    """What --tree shows."""
    stopped: Mapping[Gate, Sequence[str]]


def say(one: Judged, *, form: Format, tree: bool, folder: Path, gates: Sequence[Gate]) -> Said:
    """What is said of a stack: made where it is judged, for a whole assessment is long to send and to read."""
    match form:
        case Format.JSON:
            from bcinfra.report.assess.writing import to_json

            said = to_json(one.document)
        case Format.SARIF:
            from bcinfra.report.assess.sarif import STACK_FILE, run

            said = run(one.part, one.subject.page or STACK_FILE, folder)
        case _:
            from bcinfra.report.assess.stacks import row

            said = row(one.subject.graph.stack, one.part, one.model, one.cost), one.page
    shown = tree and form is Format.TEXT
    return Said(said, one.subject.graph if shown else None, stopped(one, gates))


def _write_page(one: Judged, target: Path) -> None:
    """Write the page of HTML, and tell where."""
    from bcinfra.commands.report import page_of

    target.parent.mkdir(parents=True, exist_ok=True)
    write(page_of(one), str(target))
    note(f"report: {target}, for a browser")


def _declared(console: Console, told: Iterable[Said]) -> None:
    """What each stack declares, from the graph that was judged."""
    from bcinfra.report.preview import show_preview

    for one in told:
        if one.declared:
            show_preview(console, one.declared)
            console.print()


def _duration(option: str, given: str | None) -> timedelta | None:
    from bcinfra.spec.values import parse_duration

    try:
        return None if given is None else parse_duration(given)
    except ValueError as error:
        raise UserError(f"{option} {given!r}: {error}; write such as 15m, 1h30m or 2d", Exit.USAGE) from None
