"""``bcinfra cost``: what a stack costs a month, and what is not priced."""

from __future__ import annotations

from enum import StrEnum
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
    PricesOption,
    ProjectOption,
    SharedFormatOption,
    TimeoutOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.continuity.judgement.own_prices import Own
    from bcinfra.continuity.model.costs import Cost
    from bcinfra.continuity.model.parts import Model
    from bcinfra.graph.core.model import Graph

EXAMPLES = """\b
Examples:
  bcinfra cost midsize-prod
  bcinfra cost shop.yaml --full
  bcinfra cost midsize-prod --prices prices.yaml
  bcinfra cost midsize-prod --json -o cost.json
  bcinfra cost midsize-prod --fail-on budget
  pulumi stack export | bcinfra cost -
"""


class Stop(StrEnum):
    """What ``--fail-on`` can stop."""

    BUDGET = "budget"


def cost(
    target: SubjectArgument = None,
    stack: StackOption = None,
    prices: PricesOption = None,
    fail_on: Annotated[
        Stop | None,
        typer.Option(
            metavar="budget",
            help=f"End with {Exit.GATE.value} where a typical month costs more than business.budget_per_month.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--full", help="Every line, and every name without a price.")] = False,
    format: SharedFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Say what a stack costs a month, offline: by site, tier and purpose, with its largest lines and what has no price.

    Prices are list prices on demand, in US dollars, each with its date; --prices replaces them by your own. How much is
    used comes from the page's business and data, else from assumptions that are named. What has no price is named and
    never counted as nothing.
    """
    own = own_prices(prices)
    found = subject(target, project, record_options(config, env, answers, assume, timeout), stack)
    graph = found.graph
    priced, _ = cost_of_graph(graph, own)
    title = graph.stack
    match Format.JSON if as_json else format:
        case Format.TEXT:
            from bcinfra.report.cost.page import cost_page
            from bcinfra.report.cost.text import show_cost

            page = cost_page(priced, title, everything=everything)
            show(lambda console: show_cost(console, page), output, width, color)
        case Format.MARKDOWN:
            from bcinfra.report.cost.markdown import to_markdown
            from bcinfra.report.cost.page import cost_page

            write(to_markdown(cost_page(priced, title, everything=everything)), output)
        case _:
            from bcinfra.report.cost.document import to_document, to_json

            write(to_json(to_document(priced, f"{graph.project}/{graph.stack}")), output)
    if fail_on is Stop.BUDGET:
        if priced.budget is None:
            raise UserError(
                "--fail-on budget: the page states no business.budget_per_month, and the program does not declare one"
                " monthly budget of a whole account",
                Exit.USAGE,
            )
        if priced.over_budget:
            from bcinfra.report.cost.page import sum_of

            total = sum_of(priced.total, priced.rate.currency)
            allowed = f"{priced.rate.currency} {priced.budget:,.0f}"
            typer.echo(f"stopped by --fail-on budget: {total} a month, of {allowed}", err=True)
            raise typer.Exit(Exit.GATE)


def own_prices(path: Path | None) -> Own | None:
    """What a file of prices says. Raises :class:`~bcinfra.spec.SpecError`."""
    from bcinfra.continuity.judgement.own_prices import read_prices

    return read_prices(path) if path else None


def cost_of_graph(graph: Graph, own: Own | None, model: Model | None = None) -> tuple[Cost, Model]:
    """What a graph costs by the customer's prices and usage, and its model."""
    from bcinfra.continuity.model.usage import usage_of
    from bcinfra.continuity.readings.costing import cost_of, exchange_of
    from bcinfra.continuity.readings.read import read

    model = read(graph) if model is None else model
    if own is None:
        return cost_of(graph, model), model
    usage = usage_of(model.business, own.usage)
    return cost_of(graph, model, usage, own.table(), own.exchange(model, exchange_of(model))), model
