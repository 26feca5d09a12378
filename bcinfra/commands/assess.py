"""``bcinfra assess``: what a stack survives, how long it takes, what is lost, and what to change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bcinfra.commands import (
    ColorOption,
    ConfigOption,
    OutputOption,
    ProjectOption,
    TimeoutOption,
    WidthOption,
    show,
    write,
)
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bcinfra.continuity.assessment import Assessment
    from bcinfra.continuity.compare import Comparison
    from bcinfra.continuity.facts import Overrides
    from bcinfra.continuity.model import Model
    from bcinfra.continuity.outcomes import Acceptance

EXAMPLES = """\b
Examples:
  bcinfra assess midsize-prod
  bcinfra assess midsize-prod --domain region --capability checkout
  bcinfra assess midsize-prod --format markdown -o assessment.md
  bcinfra assess midsize-prod --baseline accepted.yaml --fail-on missed --fail-on unknown
  pulumi stack export | bcinfra assess - --format sarif -o assessment.sarif
"""


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


class Gate(StrEnum):
    """What ``--fail-on`` can stop."""

    MISSED = "missed"
    UNKNOWN = "unknown"
    REGRESSION = "regression"


def assess(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    domain: Annotated[
        str | None, typer.Option(help="Only scenarios of this failure domain, by a part of its name.")
    ] = None,
    capability: Annotated[str | None, typer.Option(help="Only what becomes of this capability.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every scenario and every finding.")] = False,
    format: Annotated[
        Format, typer.Option(help="The same content for people, a code forge or programs.")
    ] = Format.TEXT,
    baseline: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Accepted risks (YAML), or an earlier assessment (JSON). Repeatable."),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own figures in place of the product's facts (YAML).")
    ] = None,
    fail_on: Annotated[
        list[Gate] | None,
        typer.Option(help=f"End with {Exit.GATE.value} on such verdicts; regression needs an earlier assessment."),
    ] = None,
    recovery_time: Annotated[
        str | None, typer.Option(metavar="15m", help="Objective for all capabilities, in place of what is stated.")
    ] = None,
    data_loss: Annotated[str | None, typer.Option(metavar="5m", help="The same for data loss.")] = None,
    availability: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="99.9", help="The same for availability, in per cent.")
    ] = None,
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
    width: WidthOption = None,
    color: ColorOption = True,
    output: OutputOption = "-",
) -> None:
    """Say what a stack survives, offline: recovery time, data loss, availability, expected loss, and what to change.

    Every failure domain of the stack is played against every capability. Verdicts use the pessimistic end of each
    figure; what is unknown is never counted as met. Any Pulumi stack can be assessed; one that states no objectives is
    judged by default ones.
    """
    if Gate.REGRESSION in (fail_on or ()) and not any(map(_is_json, baseline or ())):
        raise UserError(
            "--fail-on regression: give an earlier assessment with --baseline FILE.json\n"
            "    make one with `bcinfra assess --format json -o FILE.json`",
            Exit.USAGE,
        )
    wanted = _duration("--recovery-time", recovery_time), _duration("--data-loss", data_loss)
    given = _Inputs.read(baseline or (), figures, today.date() if today else date.today())
    found = subject(target, project, config, timeout, stack)

    from bcinfra.continuity.assessment import assess as judge
    from bcinfra.continuity.defaults import with_defaults, with_objectives
    from bcinfra.continuity.facts import facts
    from bcinfra.continuity.readings import read
    from bcinfra.report.assess import page, select
    from bcinfra.report.compare import summary

    model = with_objectives(with_defaults(read(found.graph, facts(given.figures))), *wanted, availability)
    whole = judge(
        model,
        accepted=given.accepted,
        today=given.today,
        quantile=quantile,
        rehearsed=rehearsed,
        overrides=given.figures,
    )
    _known(whole, domain, capability)
    part = select(whole, domain, capability)
    since = [summary(found.graph.stack, moved, model.business.currency) for moved in _moved(given, whole, part, model)]
    match format:
        case Format.TEXT | Format.MARKDOWN:
            said = page(
                part,
                model,
                found.words,
                quantile=quantile,
                everything=everything,
                overrides=given.figures,
                since=since,
            )
            if format is Format.TEXT:
                from bcinfra.report.assess_text import show_assessment

                show(lambda console: show_assessment(console, said, everything=everything), output, width, color)
            else:
                from bcinfra.report.assess_markdown import to_markdown

                write(to_markdown(said), output)
        case Format.JSON:
            from bcinfra.report.assess_json import to_json

            write(to_json(part, model, quantile, given.figures), output)
        case Format.SARIF:
            from bcinfra.report.sarif import to_sarif

            write(to_sarif(part), output)
    _gate(part, [line for moved in since for line in moved.regressions], fail_on or ())


def _duration(option: str, given: str | None) -> timedelta | None:
    from bcinfra.spec.values import parse_duration

    try:
        return None if given is None else parse_duration(given)
    except ValueError as error:
        raise UserError(f"{option} {given!r}: {error}; write such as 15m, 1h30m or 2d", Exit.USAGE) from None


class _Inputs(NamedTuple):
    accepted: tuple[Acceptance, ...]
    earlier: tuple[Mapping[str, Any], ...]
    figures: Overrides | None
    today: date

    @classmethod
    def read(cls, baselines: Sequence[Path], figures: Path | None, today: date) -> _Inputs:
        """Read every file; all that is wrong with them is said at once."""
        from bcinfra.continuity.accepted import read_accepted
        from bcinfra.continuity.facts import DataError, read_overrides

        accepted: list[Acceptance] = []
        earlier: list[Mapping[str, Any]] = []
        overrides = None
        problems: list[str] = []
        for path in (*baselines, *([figures] if figures else ())):
            try:
                if path is figures:
                    overrides = read_overrides(path)
                elif _is_json(path):
                    earlier.append(_assessment(path))
                else:
                    accepted += read_accepted(path)
            except DataError as error:
                problems += error.problems
            except OSError as error:
                problems.append(f"{path}: {error.strerror}")
            except UserError as error:
                problems.append(str(error))
        if problems:
            raise UserError("\n".join(problems), Exit.USAGE)
        return cls(tuple(accepted), tuple(earlier), overrides, today)


def _is_json(path: Path) -> bool:
    return path.suffix == ".json"


def _assessment(path: Path) -> Mapping[str, Any]:
    from bcinfra.graph.load import read_json
    from bcinfra.report.assess_json import is_assessment

    found = read_json(path)
    if not is_assessment(found):
        raise UserError(f"{path}: is not an assessment; make one with `bcinfra assess --format json`", Exit.USAGE)
    return found


def _known(assessment: Assessment, domain: str | None, capability: str | None) -> None:
    """Raise :class:`UserError` for filters that nothing passes, with what there is."""
    from difflib import get_close_matches

    from bcinfra.report.assess import select

    problems: list[str] = []
    names = [one.name for one in assessment.capabilities]
    if capability is not None and capability not in names:
        problems.append(f"--capability {capability!r}: there are: {', '.join(names) or 'none'}")
    if domain is not None and not select(assessment, domain).scenarios:
        near = get_close_matches(domain, assessment.domains, n=3, cutoff=0.0)
        problems.append(f"--domain {domain!r}: no scenario is about it; near: {', '.join(near)}")
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)


def _moved(given: _Inputs, whole: Assessment, part: Assessment, model: Model) -> list[Comparison]:
    """What moved since each earlier assessment, of the part that was asked for."""
    from bcinfra.continuity.compare import compare
    from bcinfra.report.assess_json import to_document

    if not given.earlier:
        return []
    scenarios = {result.scenario.id for result in part.scenarios}
    capabilities = {one.name for one in part.capabilities}
    gone = {row["id"] for before in given.earlier for row in before["scenarios"]} if part is whole else set[str]()
    now = to_document(whole, model)
    return [
        compare(before, now).only(
            lambda change: change.capability in capabilities and change.scenario in {"", *scenarios, *gone}
        )
        for before in given.earlier
    ]


def _gate(part: Assessment, regressions: Sequence[str], gates: Sequence[Gate]) -> None:
    from bcinfra.continuity.outcomes import Judgement
    from bcinfra.report.assess import stopped

    stop = False
    for gate in dict.fromkeys(gates):
        found = regressions if gate is Gate.REGRESSION else stopped(part, [Judgement[gate.name]])
        if found:
            stop = True
            more = f"\n  and {len(found) - 10} more" if len(found) > 10 else ""
            typer.echo(f"stopped by --fail-on {gate}:\n" + "\n".join(f"  {one}" for one in found[:10]) + more, err=True)
    if stop:
        raise typer.Exit(Exit.GATE)
