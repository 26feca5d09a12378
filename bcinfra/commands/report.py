"""``bcinfra report``: one page of HTML for who owns, audits or mends a shop, and the picture of it in other forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from bcinfra.commands.cost import own_prices
from bcinfra.commands.fleet import assess_every
from bcinfra.commands.judging import Judged, Settings, is_json, judge, read_inputs
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ConfigOption,
    EnvOption,
    FiguresOption,
    PricesOption,
    ProjectOption,
    QuantileOption,
    RehearsedOption,
    TimeoutOption,
    TodayOption,
    record_options,
)
from bcinfra.commands.output import write
from bcinfra.commands.recording import raise_failures
from bcinfra.commands.subject import StackOption, Subject, SubjectArgument, project_of, subject
from bcinfra.exits import Exit, UserError
from bcinfra.report.diagrams.form import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bcinfra.commands.options import Options
    from bcinfra.report.assess.page import KindRow, Page
    from bcinfra.report.assess.stacks import Row
    from bcinfra.report.cost.page import CostPage
    from bcinfra.report.fit.front import Front
    from bcinfra.report.html.report import Report

EXAMPLES = """\b
Examples:
  bcinfra report midsize-prod -o report.html
  bcinfra report midsize-prod --baseline stacks/midsize/accepted.yaml -o report.html
  bcinfra report midsize-prod --compare main HEAD -o change.html
  bcinfra fit midsize-prod --json -o fit.json && bcinfra report midsize-prod --fit fit.json -o report.html
  bcinfra report --all -o reports/index.html
  bcinfra report midsize-prod --diagram drawio -o shop.drawio
  pulumi stack export | bcinfra report - -o report.html
"""


def report(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="BASE HEAD", help="What a change does: git refs, project folders, stack exports or preview JSON."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="An index of all stacks of the project, and beside it a page for each.")
    ] = False,
    diagram: Annotated[
        Form | None, typer.Option(help="Only the picture of what stands where, in this form, instead of the page.")
    ] = None,
    fit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Designs that `bcinfra fit STACK --json` found: shown beside today's."),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Accepted risks (YAML), as `bcinfra assess` takes them. Repeatable. {stack} and {customer} stand for "
            "those of each stack.",
        ),
    ] = None,
    figures: FiguresOption = None,
    prices: PricesOption = None,
    quantile: QuantileOption = 0.95,
    rehearsed: RehearsedOption = False,
    today: TodayOption = None,
    timeout: TimeoutOption = 300,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write the page there; - is standard output.")
    ] = "-",
) -> None:
    """Write what a stack survives as one page of HTML, offline: pick a place and see the shop without it.

    The page holds all that it needs and asks nobody for anything. It reads without scripts, prints, and says the same
    as `bcinfra assess`, `cost` and `diff`, of whose values it is made.
    """
    _check(target, stack, compare, every, diagram, fit, baseline, output)
    settings = replace(
        Settings.usual(today.date() if today else date.today()),
        quantile=quantile,
        rehearsed=rehearsed,
        everything=True,
        prices=own_prices(prices),
    )
    options = record_options(config, env, answers, assume, timeout)
    asked = _Asked(target, stack, project, options, tuple(baseline or ()), figures, settings)
    if every:
        _fleet(asked, Path(output))
        return
    if compare:
        write(_change(compare, asked), output)
        return
    found = subject(target, project, options, stack)
    if diagram:
        write(_diagram(found, diagram), output)
        return
    name = found.graph.stack
    designs = _designs(fit, name) if fit else None
    inputs = read_inputs(asked.baseline, figures, {name: f"{found.graph.project}/{name}"}, alone=True)
    write(_page(_report(judge(found, inputs[name], settings), designs=designs)), output)


class _Asked(NamedTuple):
    """Of what a page is asked, and how it is to be judged."""

    target: str | None
    stack: str | None
    project: Path | None
    options: Options
    baseline: tuple[str, ...]
    figures: Path | None
    settings: Settings


def _designs(path: Path, stack: str) -> Front:
    """Raises :class:`UserError` for a file that `bcinfra fit` did not write, or wrote of another shop."""
    from pydantic import ValidationError

    from bcinfra.report.fit.document import FitDocument
    from bcinfra.report.fit.front import front

    hint = f"make it with: bcinfra fit {stack} --json -o {path}"
    try:
        found = FitDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"--fit {path}: {error.strerror}\n    {hint}", Exit.USAGE) from None
    except ValidationError:
        raise UserError(
            f"--fit {path}: is not what bcinfra fit of this version writes\n    {hint}", Exit.USAGE
        ) from None
    if found.title != stack:
        raise UserError(f"--fit {path}: is of {found.title}, and the page is of {stack}\n    {hint}", Exit.USAGE)
    return front(found)


def _check(
    target: str | None,
    stack: str | None,
    compare: tuple[str, str] | None,
    every: bool,
    diagram: Form | None,
    fit: Path | None,
    baseline: Sequence[str] | None,
    output: str,
) -> None:
    """Raise :class:`UserError` for options that do not go together, all of them at once."""
    problems = [
        f"--baseline {one}: a report takes accepted risks (YAML)\n    what moved since an earlier assessment: "
        "bcinfra assess --baseline"
        for one in baseline or ()
        if is_json(one)
    ]
    chosen = [name for name, on in (("--compare", compare), ("--all", every), ("--diagram", diagram)) if on]
    if len(chosen) > 1:
        problems.append(f"{' and '.join(chosen)}: give one of them")
    if fit and chosen:
        problems.append(f"--fit and {chosen[0]}: designs are shown on the page of one stack as it stands")
    if every and output == "-":
        problems.append("--all: give the index's file with -o, such as -o reports/index.html; the pages go beside it")
    if every and stack:
        problems.append(f"--all and --stack {stack}: give one of them")
    if compare and target and stack:
        problems.append(f"{target} and --stack {stack}: name the stack once")
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)


def page_of(one: Judged) -> str:
    """The page of a stack that was judged."""
    return _page(_report(one))


def _page(made: Report) -> str:
    from bcinfra.report.html.render import render

    return render("report.html.j2", report=made, change=None)


def _report(one: Judged, before: Judged | None = None, designs: Front | None = None) -> Report:
    from bcinfra.report.html.report import report as made

    return made(
        one.part,
        one.model,
        one.subject.words,
        today=one.settings.today,
        accepted=one.inputs.accepted,
        quantile=one.settings.quantile,
        rehearsed=one.settings.rehearsed,
        overrides=one.inputs.figures,
        cost=one.cost,
        before=before.part if before else None,
        designs=designs,
    )


def _diagram(found: Subject, form: Form) -> str:
    from bcinfra.continuity.readings.read import read
    from bcinfra.report.diagrams.forms import to_diagram
    from bcinfra.report.diagrams.picture import picture

    return to_diagram(picture(read(found.graph)), form)


def _change(compare: tuple[str, str], asked: _Asked) -> str:
    """The page of what a change leads to, which begins with what it does."""
    from bcinfra.commands.diff import compared, page_of
    from bcinfra.report.html.render import render

    diffs = compared(*compare, asked.stack or asked.target, asked.project, asked.options)
    if len(diffs) != 1:
        names = ", ".join(found.head.stack for found in diffs)
        raise UserError(f"--compare: one stack makes a page; name one of {names}", Exit.USAGE)
    found = diffs[0]
    name = found.head.stack
    inputs = read_inputs(asked.baseline, asked.figures, {name: f"{found.head.project}/{name}"}, alone=True)
    after, before = (judge(Subject(graph, (name,)), inputs[name], asked.settings) for graph in (found.head, found.base))
    page, moved = page_of(found)
    made = _report(after, before)
    return render("report.html.j2", report=made, change={"page": page, "more": moved.more if moved else 0})


def _fleet(asked: _Asked, index: Path) -> None:
    """Write the index, and beside it a page for each stack."""
    from bcinfra.report.assess.stacks import overview
    from bcinfra.report.html.render import render

    at = project_of(asked.target, asked.project, asked.stack)
    index.parent.mkdir(parents=True, exist_ok=True)
    titles = {name: f"{at.name}/{name}" for name in at.stacks()}
    inputs = read_inputs(asked.baseline, asked.figures, titles, alone=False)
    words = ("--project", str(at.root)) if asked.target or asked.project else ()
    told, failures = assess_every(at, asked.options(at.name), words, inputs, asked.settings, None, _in_fleet)
    for name, one in told.items():
        write(one.html, str(index.with_name(f"{name}.html")))
    fleet = overview(at.name, [(one.row, one.page) for one in told.values()], failures)
    write(render("fleet.html.j2", fleet=fleet, reports=told, today=asked.settings.today), str(index))
    raise_failures(failures, len(told) + len(failures))


class _InFleet(NamedTuple):
    """A page, and what the index says of it."""

    html: str
    row: Row
    page: Page
    kinds: tuple[tuple[KindRow, object], ...]
    cost: CostPage | None


def _in_fleet(one: Judged) -> _InFleet:
    from bcinfra.report.assess.stacks import row

    made = _report(one)
    return _InFleet(
        _page(made), row(one.subject.graph.stack, one.part, one.model, one.cost), made.page, made.kinds, made.cost
    )
