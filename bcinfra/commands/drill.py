"""``bcinfra drill``: a disaster rehearsed on what a stack declares."""

from __future__ import annotations

from datetime import datetime
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
    PlainFormatOption,
    ProjectOption,
    TimeoutOption,
    WidthOption,
    record_options,
)
from bcinfra.commands.output import show, write
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bcinfra.continuity.judgement.precedents import Precedents
    from bcinfra.continuity.recovery.scenarios import Scenario

EXAMPLES = """\b
Examples:
  bcinfra drill midsize-prod
  bcinfra drill midsize-prod --scenario region:aws/eu-west-1
  bcinfra drill midsize-prod --scenario region:aws/eu-west-1 --at 2026-11-27T20:00 --runs 5000
  bcinfra drill midsize-prod --scenario region:aws/eu-west-1 --json -o drill.json
  bcinfra drill midsize-prod --precedent unisuper-gcp-2024-05 --seed 7
"""


def drill(
    target: SubjectArgument = None,
    stack: StackOption = None,
    scenario: Annotated[
        str | None, typer.Option(help="Id or title of a scenario. Default: list those there are.")
    ] = None,
    precedent: Annotated[
        str | None, typer.Option(metavar="INCIDENT", help="A dated public outage, as if it hit this stack.")
    ] = None,
    capability: Annotated[str | None, typer.Option(help="Whose timeline to show.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same plays.")] = 0,
    runs: Annotated[int, typer.Option(min=20, max=100_000, help="How often to play it.")] = 2000,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="When it fails. Default: any hour of the year."),
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
    """Rehearse a failure many times, with durations, replication lag, hour and season drawn anew each time.

    The steps and figures are those of `bcinfra assess`; simulated and computed percentiles must agree. Nothing real is
    touched, so what comes out is an estimate, not a measured recovery time.
    """
    if scenario is not None and precedent is not None:
        raise UserError("give --scenario or --precedent, not both", Exit.USAGE)
    as_json = as_json or format is Format.JSON
    found = subject(target, project, record_options(config, env, answers, assume, timeout), stack)

    from bcinfra.continuity.judgement.defaults import with_defaults
    from bcinfra.continuity.judgement.drill import rehearse
    from bcinfra.continuity.judgement.precedents import Precedents
    from bcinfra.continuity.model.facts import base_rates, facts, incidents
    from bcinfra.continuity.model.rates import Rates
    from bcinfra.continuity.readings.read import read
    from bcinfra.continuity.recovery.design import Design
    from bcinfra.continuity.recovery.scenarios import scenarios
    from bcinfra.report.drill import choices_to_json, show_choices, show_rehearsal, to_json

    model = with_defaults(read(found.graph))
    names = [one.name for one in model.capabilities]
    if capability is not None and capability not in names:
        raise UserError(f"--capability {capability!r}: there are: {', '.join(names) or 'none'}", Exit.USAGE)
    design, rates = Design(model), Rates(base_rates(), facts())
    every = scenarios(design, rates)
    table = Precedents(design, rates)
    if scenario is None and precedent is None:
        rows = [table.of(one) for one in incidents().values()]
        if as_json:
            write(choices_to_json(model.title, every, rows), output)
            return
        show(lambda console: show_choices(console, model.title, every, rows), output, width, color)
        return
    chosen, note = _precedent(table, precedent) if precedent else (_scenario(every, scenario or "", model.title), "")
    played = rehearse(model, chosen, facts(), runs=runs, seed=seed, at=at)
    if as_json:
        write(to_json(model.title, played, capability), output)
        return
    show(
        lambda console: show_rehearsal(console, model.title, played, model.business, note=note, capability=capability),
        output,
        width,
        color,
    )


def _scenario(every: Iterable[Scenario], given: str, title: str) -> Scenario:
    """The scenario of an id or title, with or without the stack's prefix."""
    from difflib import get_close_matches

    from bcinfra.report.words.scenarios import by_name

    named = by_name(every, title)
    found = named.get(given.strip().casefold())
    if found is None:
        near = [named[name].id for name in get_close_matches(given.casefold(), named, n=5, cutoff=0.4)]
        hint = f"; near: {', '.join(dict.fromkeys(near))}" if near else ""
        raise UserError(f"--scenario {given!r}: there is none{hint}\n    bcinfra drill STACK lists all", Exit.USAGE)
    return found


def _precedent(table: Precedents, given: str) -> tuple[Scenario, str]:
    from bcinfra.continuity.model.facts import DataError, incidents
    from bcinfra.report.words.scenarios import note

    try:
        found = table.of(incidents()[given])
    except DataError as error:
        raise UserError(f"--precedent: {error}\n    bcinfra drill STACK lists all", Exit.USAGE) from None
    if found.scenario is None:
        raise UserError(f"--precedent {given}: this stack cannot show it: {note(found)}", Exit.USAGE)
    return found.scenario, "Played on the places here that correspond, for as long as the incident lasted."
