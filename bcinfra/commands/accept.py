"""``bcinfra accept``: take a risk that is run now: who, why and until when, as a row of the file of accepted risks."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from bcinfra.commands.judging import Inputs, Settings, judge
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ConfigOption,
    EnvOption,
    ProjectOption,
    TimeoutOption,
    record_options,
)
from bcinfra.commands.output import save
from bcinfra.commands.subject import stacks, subject
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    import yaml

    from bcinfra.continuity.judgement.assessment import Assessment
    from bcinfra.continuity.recovery.outcomes import Acceptance, Accepted, FindingAcceptance, Place, Verdict

Row: TypeAlias = dict[str, Any]
"""A row as the file states it."""

EXAMPLES = """\b
Examples:
  bcinfra accept provider:aws --stack midsize-prod -o accepted.yaml
  bcinfra accept 'deletion:*' --objective 'recovery time' --owner 'Head of IT' --reason 'restoring takes hours' \\
    --expires 2027-05-31 -o accepted.yaml
  bcinfra accept --kind together --capability account --stack shop.yaml -o accepted.yaml
  bcinfra accept BC0013 --resource '*-secret' --stack midsize-prod -o accepted.yaml
"""
WHO: Final = {
    "owner": "Who takes the risk",
    "reason": "Why it is worth taking",
    "expires": "Until when, such as 2027-05-31",
}


def accept(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO|FINDING]",
            help="Scenarios by id, title or pattern (deletion:*); * for all, and for the availability. Or codes of "
            "findings that show in no scenario.",
        ),
    ] = None,
    kind: Annotated[
        list[DisruptionKind] | None, typer.Option(help="Only scenarios of this kind of disruption. Repeatable.")
    ] = None,
    capability: Annotated[
        list[str] | None, typer.Option(help="Only this capability, or a pattern. Repeatable. Default: every one.")
    ] = None,
    objective: Annotated[
        list[str] | None,
        typer.Option(help="Only this: recovery time, data loss or availability. Repeatable. Default: what is missed."),
    ] = None,
    resource: Annotated[
        list[str] | None,
        typer.Option(help="The resource that a finding is about, or a pattern. Repeatable. Default: all there are."),
    ] = None,
    owner: Annotated[str | None, typer.Option(help=f"{WHO['owner']}.")] = None,
    reason: Annotated[str | None, typer.Option(help=f"{WHO['reason']}.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="The last day on which it holds.")] = None,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            "-s",
            metavar="STACK|PATH|PAGE|EXPORT",
            help="Whose risk. Default: the only stack.",
            autocompletion=stacks,
        ),
    ] = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which the risk is taken.")
    ] = None,
    timeout: TimeoutOption = 300,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to add the row to; - prints it alone.")
    ] = "-",
) -> None:
    """Take a risk that the stack runs now: adds a row to the file that `bcinfra assess --baseline FILE` counts.

    What is not missed or undecided now cannot be accepted. On a terminal it asks who takes the risk, why and until
    when, where no option says so. What is in the file stays as it is; the same row twice is written once.
    """
    from bcinfra.continuity.judgement.accepted import read_rows
    from bcinfra.continuity.recovery.outcomes import taken_for

    day = today.date() if today else date.today()
    who = _who({"owner": owner, "reason": reason, "expires": expires}, day, lacking=not (what or kind))
    target = None if output == "-" else Path(output).resolve()
    rows = read_rows(output) if target and target.exists() else {}
    found = subject(stack, project, record_options(config, env, answers, assume, timeout))
    judged = judge(found, Inputs(taken_for(rows, found.graph.stack), (), None), Settings.usual(day))
    chosen = {"kind": kind, "capability": capability, "objective": objective, "resource": resource}
    row = _row(what or [], {name: list(map(str, given)) for name, given in chosen.items() if given}, judged.part)
    taken, said = _taken(row | who)
    for other, place in rows.items():
        if replace(other, owner=taken.owner, reason=taken.reason, expires=taken.expires) == taken:
            if other == taken:
                typer.echo(f"{place}: {said} is accepted already; nothing is changed")
                return
            message = f"{place}: {said} is accepted already, by {other.owner} until {other.expires}: {other.reason}"
            raise UserError(f"{message}\n    change that row", Exit.USAGE)
    if note := _check(taken, judged.part):
        typer.echo(f"{said}: {note}; nothing is changed")
        return
    if target is None:
        sys.stdout.write(indent(_text(row | who), "  "))
        return
    before = target.read_bytes().decode("utf-8") if target.exists() else _header(found.words, output)
    save(appended(before, row | who), target)
    typer.echo(f"{output}: {taken.owner} accepts {said} until {taken.expires}")


# -- what is accepted -------------------------------------------------------------------------------------------------


def _who(given: Mapping[str, str | None], day: date, *, lacking: bool) -> Row:
    """Owner, reason and expiry: given, or asked for. Raises :class:`UserError` with all that lacks or is wrong."""
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    problems = ["say what is accepted: SCENARIO, --kind KIND or FINDING"] if lacking else []
    who: Row = {}
    for name, question in WHO.items():
        value = given[name]
        if value is None and asks and not problems:
            value = _asked(name, question, day)
        if value is None:
            problems.append(f"--{name} lacks: {question[0].lower()}{question[1:]}")
        elif wrong := _wrong(name, value, day):
            problems.append(f"--{name} {value!r}: {wrong}")
        else:
            who[name] = date.fromisoformat(value) if name == "expires" else value.strip()
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)
    return who


def _asked(name: str, question: str, day: date) -> str | None:
    """What is answered on the terminal; ``None`` where nothing more comes."""
    while True:
        # Not click's prompt: it puts a space on standard output, where the row may go.
        typer.echo(f"{question}: ", nl=False, err=True)
        if not (line := sys.stdin.readline()):
            return None
        if not (wrong := _wrong(name, value := line.strip(), day)):
            return value
        typer.echo(f"  {wrong}", err=True)


def _wrong(name: str, value: str, day: date) -> str | None:
    """What is wrong with an owner, a reason or a day."""
    if name != "expires":
        return None if value.strip() else "must not be empty"
    try:
        until = date.fromisoformat(value)
    except ValueError:
        return "must be a date such as 2027-06-30"
    return None if until >= day else f"is past: today is {day}"


def _row(what: Sequence[str], chosen: Row, part: Assessment) -> Row:
    """The row that says what was given. Raises :class:`UserError`."""
    from bcinfra.continuity.judgement.rules import RULES
    from bcinfra.report.words.scenarios import by_name

    codes = [one.upper() for one in what if one.upper() in RULES]
    if not codes:
        if "resource" in chosen:
            raise UserError("--resource: is of findings; name one by its code", Exit.USAGE)
        named = by_name((result.scenario for result in part.scenarios), part.title)
        ids = [literal(named[key].id) if (key := one.strip().casefold()) in named else one for one in what]
        return _single({"scenario": list(dict.fromkeys(ids)), **chosen})
    if other := [one for one in what if one.upper() not in RULES]:
        raise UserError(f"{', '.join(other)}: is no code of a finding; accept scenarios by themselves", Exit.USAGE)
    if odd := chosen.keys() - {"resource"}:
        message = f"{', '.join(sorted(f'--{one}' for one in odd))}: is of scenarios, not of findings"
        raise UserError(message, Exit.USAGE)
    if "resource" not in chosen:
        about = {f.about for f in part.findings if f.code in codes and not f.scenarios}
        chosen = {"resource": sorted(map(literal, about)) or ["*"]}
    return _single({"finding": list(dict.fromkeys(codes)), **chosen})


def literal(name: str) -> str:
    """The pattern that fits a name alone."""
    return name.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]") if {"*", "?"} & set(name) else name


def _single(row: Row) -> Row:
    """What stands alone in a list stands without it; what is empty is left out."""
    return {name: given[0] if len(given) == 1 else given for name, given in row.items() if given}


def _taken(row: Row) -> tuple[Accepted, str]:
    """What a row accepts, and in words. Raises :class:`UserError`."""
    from bcinfra.continuity.judgement.accepted import row_of
    from bcinfra.report.words.statements import say
    from bcinfra.spec.problems import SpecError

    try:
        taken = row_of(row)
    except SpecError as error:
        raise UserError("\n\n".join(map(str, error.problems)), Exit.USAGE) from None
    return taken, say(taken.risk)


def _check(taken: Accepted, part: Assessment) -> str | None:
    """Why nothing is to be added: others took the risk already. Raises :class:`UserError` for what is not run."""
    from bcinfra.continuity.recovery.outcomes import FindingAcceptance

    if isinstance(taken, FindingAcceptance):
        found = {(f.code, f.about): f for f in part.findings if taken.fits(f.code, f.about) and not f.scenarios}
        problems = [_no_finding(one, part) for one in taken.idle(found)]
        owners = [f.accepted[0] if f.accepted else None for f in found.values()]
    else:
        broken = {at: v for at, v in _verdicts(part) if v.judgement is not Judgement.MET and taken.fits(at)}
        problems = [_no_verdict(one, part) for one in taken.idle(broken)]
        owners = [verdict.acceptance for verdict in broken.values()]
    if problems:
        raise UserError("\n".join(problems), Exit.USAGE)
    others = dict.fromkeys(f"{one.owner} until {one.expires}" for one in owners if one)
    return f"all of it is accepted already, by {', '.join(others)}" if all(owners) else None


def _verdicts(part: Assessment) -> Iterator[tuple[Place, Verdict]]:
    """Every verdict with where it was given."""
    from bcinfra.continuity.recovery.outcomes import OVERALL, Place

    for result in part.scenarios:
        for outcome in result.affected:
            for one in outcome.verdicts:
                yield Place(result.scenario.id, result.scenario.disruption, outcome.capability, one.objective), one
    for one in part.capabilities:
        if one.verdict:
            yield Place(OVERALL, None, one.name, one.verdict.objective), one.verdict


def _no_verdict(idle: Acceptance, part: Assessment) -> str:
    """Why there is nothing to accept: no such scenario or capability, or what it promises is kept."""
    from bcinfra.continuity.recovery.outcomes import OVERALL
    from bcinfra.report.words.statements import say

    known = {
        "scenario": (idle.scenarios, [OVERALL, *(result.scenario.id for result in part.scenarios)]),
        "capability": (idle.capabilities, [one.name for one in part.capabilities]),
    }
    strange = [_strange(what, *row) for what, row in known.items()]
    return "\n".join(filter(None, strange)) or f"{say(idle.risk)}: is neither missed nor undecided"


def _no_finding(idle: FindingAcceptance, part: Assessment) -> str:
    """Why there is nothing to accept: no such finding, or one that is accepted with its scenarios."""
    from bcinfra.report.words.statements import say

    shown = dict.fromkeys(id for f in part.findings if f.code in idle.codes for id in f.scenarios)
    if shown:
        listed = ", ".join(list(shown)[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
        return f"{', '.join(idle.codes)}: is accepted with the scenarios that it shows in: {listed}"
    about = [f.about for f in part.findings if f.code in idle.codes]
    strange = _strange("resource", idle.resources, about) if about else None
    return strange or f"{say(idle.risk)}: there is no such finding"


def _strange(what: str, patterns: Iterable[str], names: Sequence[str]) -> str | None:
    """The patterns that no name is of, with the names that are most like them."""
    from bcinfra.continuity.recovery.outcomes import matches

    strange = [one for one in patterns if not any(matches(one, name) for name in names)]
    near = dict.fromkeys(name for one in strange for name in get_close_matches(one, names, n=3, cutoff=0.4))
    hint = f"; near: {', '.join(near)}" if near else ""
    return f"{', '.join(strange)}: there is no such {what}{hint}" if strange else None


# -- what is written --------------------------------------------------------------------------------------------------


def _text(row: Row) -> str:
    """A row as the file states it, as one of a list."""
    import yaml

    return yaml.safe_dump([row], sort_keys=False, allow_unicode=True, width=100)


def _header(words: Sequence[str], output: str) -> str:
    return f"# Risks that are taken: bcinfra assess {shlex.join(words)} --baseline {shlex.quote(output)}\n"


def appended(before: str, row: Row) -> str:
    """A file of accepted risks with one more row at its end; all else stays as it was.

    Raises :class:`~bcinfra.exits.UserError` where the file is of a form that a row cannot be put into.
    """
    import yaml

    text = _text(row)
    after = _appended(before, text)
    if "\r\n" in before:
        after = after.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        was: Row = yaml.safe_load(before) or {}
        if yaml.safe_load(after) == {"accepted": [*(was.get("accepted") or ()), row]}:
            return after
    except yaml.YAMLError:
        pass
    raise UserError(f"write accepted: as a list with a line for each row, or add this there yourself:\n{text}")


def _appended(before: str, text: str) -> str:
    import yaml

    node = yaml.compose(before, Loader=yaml.SafeLoader)
    rows = (
        next((v for k, v in node.value if k.value == "accepted"), None) if isinstance(node, yaml.MappingNode) else None
    )
    if isinstance(rows, yaml.SequenceNode) and rows.value and not rows.flow_style:
        end = _line_end(before, _last(rows))
        return _joined(before[:end], indent(text, " " * rows.start_mark.column), before[end:])
    if isinstance(rows, yaml.SequenceNode) and rows.value:
        inside = before[: rows.end_mark.index - 1].rstrip().removesuffix(",")
        row = yaml.safe_dump(yaml.safe_load(text)[0], sort_keys=False, default_flow_style=True, width=math.inf)
        return f"{inside}, {row.rstrip()}{before[rows.end_mark.index - 1 :]}"
    if rows is not None:  # there is the key, and nothing or an empty list
        before = before[: rows.start_mark.index] + before[rows.end_mark.index :]
        end = _line_end(before, rows.start_mark.index)
        return _joined(before[:end].rstrip(" "), indent(text, "  "), before[end:])
    if node is not None:  # {}
        before = before[: node.start_mark.index] + before[node.end_mark.index :]
    return _joined(before, "accepted:\n" + indent(text, "  "), "")


def _last(node: yaml.Node) -> int:
    """Where the last value below a node ends."""
    import yaml

    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        return _last(node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1])
    return node.end_mark.index


def _line_end(text: str, at: int) -> int:
    """The end of the line in which what ends at ``at`` ends; a block of text ends after its line break."""
    end = text.find("\n", len(text[:at].rstrip()))
    return len(text) if end < 0 else end + 1


def _joined(before: str, text: str, after: str) -> str:
    return before + ("\n" if before and not before.endswith("\n") else "") + text + after
