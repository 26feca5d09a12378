"""``bcinfra report``: one page of HTML for who owns, audits or mends a shop, and the picture of it in other forms."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcinfra.commands.cost import cost_of_graph, own_prices
from bcinfra.commands.judging import Judged, Settings, is_json, judge, read_inputs
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ConfigOption,
    EnvOption,
    PricesOption,
    ProjectOption,
    TimeoutOption,
    record_options,
)
from bcinfra.commands.output import write
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.continuity.judgement.own_prices import Own
    from bcinfra.report.html.report import Report

EXAMPLES = """\b
Examples:
  bcinfra report midsize-prod -o report.html
  bcinfra report midsize-prod --baseline stacks/midsize/accepted.yaml -o report.html
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
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Accepted risks (YAML), as `bcinfra assess` takes them. Repeatable."),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own figures in place of the product's facts (YAML).")
    ] = None,
    prices: PricesOption = None,
    quantile: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="Share of recoveries that must stay within the objective.")
    ] = 0.95,
    rehearsed: Annotated[
        bool, typer.Option("--rehearsed", help="Failover was rehearsed within 90 days, so it works more often.")
    ] = False,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which accepted risks expire or not.")
    ] = None,
    timeout: TimeoutOption = 300,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write the page there; - is standard output.")
    ] = "-",
) -> None:
    """Write what a stack survives as one page of HTML, offline: pick a place and see the shop without it.

    The page holds all that it needs and asks nobody for anything. It reads without scripts, prints, and says the same
    as `bcinfra assess`, of whose values it is made.
    """
    if any(map(is_json, baseline or ())):
        raise UserError("--baseline: a report takes accepted risks (YAML); compare with --compare", Exit.USAGE)
    settings = _settings(quantile, rehearsed, today)
    options = record_options(config, env, answers, assume, timeout)
    found = subject(target, project, options, stack)
    name = found.graph.stack
    inputs = read_inputs(baseline or (), figures, {name: f"{found.graph.project}/{name}"}, alone=True)
    from bcinfra.report.html.render import render

    write(
        render("report.html.j2", report=_report(judge(found, inputs[name], settings), own_prices(prices)), change=None),
        output,
    )


def _settings(quantile: float, rehearsed: bool, today: datetime | None) -> Settings:
    from dataclasses import replace

    usual = Settings.usual(today.date() if today else date.today())
    return replace(usual, quantile=quantile, rehearsed=rehearsed, everything=True)


def _report(one: Judged, own: Own | None) -> Report:
    from bcinfra.report.cost.page import cost_page
    from bcinfra.report.html.report import report as made

    priced, _ = cost_of_graph(one.subject.graph, own)
    return made(
        one.part,
        one.model,
        one.subject.words,
        today=one.settings.today,
        accepted=one.inputs.accepted,
        quantile=one.settings.quantile,
        rehearsed=one.settings.rehearsed,
        overrides=one.inputs.figures,
        cost=cost_page(priced, one.subject.graph.stack),
    )
