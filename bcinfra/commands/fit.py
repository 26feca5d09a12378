"""``bcinfra fit``: the design of a shop that fits the business: what costs least, what survives, what is too much."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bcinfra.commands.cost import own_prices
from bcinfra.commands.designs import Draft, Workshop
from bcinfra.commands.fleet import ClusterOption, executor
from bcinfra.commands.judging import is_json, read_inputs
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
    PlainFormatOption,
    PricesOption,
    ProjectOption,
    QuantileOption,
    RehearsedOption,
    TimeoutOption,
    TodayOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import note, save, show, write
from bcinfra.commands.page import is_page
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bcinfra.report.fit.page import Report
    from bcinfra.spec import Shop

EXAMPLES = """\b
Examples:
  bcinfra fit shop.yaml
  bcinfra fit shop.yaml --baseline accepted.yaml --prices prices.yaml
  bcinfra fit shop.yaml --write
  bcinfra fit shop.yaml --write --take cheapest
  bcinfra fit midsize-prod --most 60 --json -o fit.json
  bcinfra fit shop.yaml --cluster tcp://scheduler:8786
"""
MOST = 40
"""Designs that are measured at most, where nobody says how many."""


def fit(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Accepted risks (YAML): they count as kept. Repeatable."),
    ] = None,
    figures: FiguresOption = None,
    prices: PricesOption = None,
    most: Annotated[
        int, typer.Option(min=2, max=5000, help="Designs that are assembled and judged; more find more.")
    ] = MOST,
    to_page: Annotated[bool, typer.Option("--write", help="Edit the page: comments and order stay.")] = False,
    take: Annotated[
        str,
        typer.Option(
            metavar="DESIGN", help="What --write takes: recommended, cheapest, least, or a name on screen such as C."
        ),
    ] = "recommended",
    quantile: QuantileOption = 0.95,
    rehearsed: RehearsedOption = False,
    today: TodayOption = None,
    cluster: ClusterOption = None,
    format: PlainFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    timeout: TimeoutOption = 300,
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Find the design of a shop that fits its business: what it costs and is expected to lose, beside what it promises.

    What the page can state is varied: strategy, places, zones, engine, copies, locks, DNS. Designs are assembled,
    recorded and judged as `assess` and `cost` do, and shown are today's, the cheapest that meets every objective, the
    one with the least sum of cost and expected loss, and those between; what each objective costs; what each protection
    buys. Sizes of servers and stores stay as they are stated: they follow from the load.
    """
    if any(map(is_json, baseline or ())):
        raise UserError("--baseline: takes accepted risks (YAML); an earlier assessment says nothing here", Exit.USAGE)
    options = record_options(config, env, answers, assume, timeout)
    name, page, shop = _stated(target, stack, project, options)
    if to_page and not (target and is_page(target)):
        raise UserError("--write: edits a page (YAML); this shop is stated by a program", Exit.USAGE)
    title = shop.prefix
    inputs = read_inputs(baseline or (), figures, {name: name}, alone=True)[name]
    draft = Draft(
        page=page,
        config=options(shop.name).config,
        inputs=inputs,
        prices=own_prices(prices),
        quantile=quantile,
        rehearsed=rehearsed,
        today=today.date() if today else date.today(),
    )
    report = _searched(title, page, shop, draft, most, cluster)
    chosen = report.of(take)
    if chosen is None:
        raise UserError(
            f"--take {take!r}: allowed: recommended, cheapest, least, {', '.join(report.names.values())}", Exit.USAGE
        )
    if as_json or format is Format.JSON:
        from bcinfra.report.fit.document import to_json

        write(to_json(report), output)
    else:
        from bcinfra.report.fit.text import show_fit

        show(lambda console: show_fit(console, report), output, width, color)
    if to_page and target:
        from bcinfra.fit.genes import applied

        _write(Path(target), page, applied(page, report.found.genes, chosen), report.names.get(chosen, take))


def _stated(
    target: str | None, stack: str | None, project: Path | None, options: Any
) -> tuple[str, dict[str, Any], Shop]:
    """The stack's name, what a page states, as plain values, and the shop; of a program's stack all that its shop
    states."""
    from bcinfra.continuity.readings.base.sites import SHOP
    from bcinfra.spec import Shop
    from bcinfra.spec.load import load_shop, read_stated

    if target and is_page(target):
        shop = load_shop(target)
        return shop.prefix, _plain(read_stated(target)[1]), shop
    graph = subject(target, project, options, stack).graph
    rows = list(graph.of_type(SHOP))
    spec = rows[0].inputs.get("spec") if len(rows) == 1 else None
    if not isinstance(spec, dict):
        raise UserError(
            f"{graph.stack}: declares no shop of bcinfra, and only what a page states can be varied;"
            " bcinfra assess and bcinfra cost tell of it",
            Exit.USAGE,
        )
    page = json.loads(json.dumps(spec, default=str))
    return graph.stack, page, Shop.model_validate(page)


def _plain(value: object) -> Any:
    from bcinfra.graph.core.values import is_list, is_object

    if is_object(value):
        return {key: _plain(one) for key, one in value.items()}
    return list(map(_plain, value)) if is_list(value) else value


def _searched(title: str, page: Mapping[str, Any], shop: Shop, draft: Draft, most: int, cluster: str | None) -> Report:
    from bcinfra.fit.genes import genes
    from bcinfra.fit.search import search
    from bcinfra.report.fit.page import Report

    every = genes(shop)
    with executor(cluster) as hands:
        workshop = Workshop(page=dict(page), genes=every, draft=draft, executor=hands, most=most)
        found = search(every, workshop, workshop.targets, most)
    if found.today not in found.measured:
        raise UserError(f"{title}: today's page does not deploy: {found.refused[found.today]}", Exit.USAGE)
    business = shop.business
    critical: dict[str, list[str]] = {}
    for name, row in shop.kept.items():
        if row.criticality == "critical":
            critical.setdefault("copies" if row.home in ("mysql", "media", "files") else row.home, []).append(name)
            critical.setdefault(row.home, []).append(name)
    return Report(
        title=title,
        found=found,
        targets=dict(workshop.targets),
        currency=business.currency if business else "USD",
        revenue=business.revenue_per_hour if business else None,
        data={home: tuple(names) for home, names in critical.items()},
    )


def _write(target: Path, before: dict[str, Any], after: dict[str, Any], name: str) -> None:
    """Edit the page so that it states what the design has; it is read again before it takes the old one's place."""
    from bcinfra.spec import Shop, SpecError
    from bcinfra.spec.edit import SharedError, differences, edited
    from bcinfra.spec.load import load_text

    changes = list(differences(before, after))
    if not changes:
        note(f"{target}: is {name} already; nothing was changed")
        return
    try:
        text = edited(target.read_bytes().decode("utf-8-sig"), changes)
        if load_text(text, str(target)) != Shop.model_validate(after):
            raise UserError(f"{target}: could not be edited so that it says what {name} is; nothing was changed")
    except SharedError as error:
        raise UserError(f"{target}: {error}; nothing was changed", Exit.USAGE) from None
    except SpecError as error:
        raise UserError(f"{target}: {name} is no valid page: {error}; nothing was changed") from None
    save(text, target)
    listed = ", ".join(".".join(change.path) for change in changes)
    note(f"{target}: now states {name}: {listed}")
