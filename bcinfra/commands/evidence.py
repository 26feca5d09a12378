"""``bcinfra evidence``: what a stack shows an auditor, clause by clause, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcinfra.commands.judging import Settings, judge, read_inputs, read_operation
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ConfigOption,
    EnvOption,
    FiguresOption,
    Format,
    OutputOption,
    ProjectOption,
    RecordsOption,
    TimeoutOption,
    one_of,
    record_options,
)
from bcinfra.commands.output import write
from bcinfra.commands.subject import StackOption, Subject, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.report.documents.blocks import Document, Table

EXAMPLES = """\b
Examples:
  bcinfra evidence midsize-prod
  bcinfra evidence midsize-prod --format html -o evidence.html
  bcinfra evidence midsize-prod --format csv --section copies -o copies.csv
  bcinfra evidence midsize-prod --records records.yaml --baseline stacks/midsize/accepted.yaml
  pulumi stack export | bcinfra evidence - --format csv -o evidence.csv
"""


def evidence(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    format: Annotated[
        Format,
        one_of(
            Format.MARKDOWN,
            Format.HTML,
            Format.CSV,
            help="For forges and editors, browsers and paper, or spreadsheets.",
        ),
    ] = (Format.MARKDOWN),
    section: Annotated[
        str | None,
        typer.Option(help="One table of it (copies, rule, downtime, ...) with its own columns; CSV alone."),
    ] = None,
    baseline: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Accepted risks (YAML). Repeatable.")
    ] = None,
    figures: FiguresOption = None,
    records: RecordsOption = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which records are young enough or not.")
    ] = None,
    timeout: TimeoutOption = 300,
    output: OutputOption = "-",
) -> None:
    """Write what auditors ask for: where every copy of all data is and who can read and delete it, the business impact
    analysis, the order of recovery, what would disrupt the shop, and each clause of NIS2 2024/2690, DORA, PCI DSS and
    GDPR with design evidence, operating evidence, or the word missing.

    Design evidence is what is declared. Operating evidence comes from --records alone: nothing else says that anything
    was ever done. A record counts for a year.
    """
    if section is not None and format is not Format.CSV:
        raise UserError("--section: only with --format csv", Exit.USAGE)
    found = document(
        subject(target, project, record_options(config, env, answers, assume, timeout), stack),
        baseline or (),
        figures,
        records,
        today.date() if today else date.today(),
    )
    match format:
        case Format.MARKDOWN:
            from bcinfra.report.documents.markdown import to_markdown

            write(to_markdown(found), output)
        case Format.HTML:
            from bcinfra.report.documents.html import to_html

            write(to_html(found), output)
        case _:
            from bcinfra.report.documents.csv import table_to_csv, to_csv

            write(to_csv(found) if section is None else table_to_csv(_table(found, section)), output)


def document(
    found: Subject, baseline: Sequence[str], figures: Path | None, records: Path | None, today: date
) -> Document:
    """The evidence of one stack."""
    from bcinfra.commands.basis import basis
    from bcinfra.continuity.judgement.evidence import evidence as gathered
    from bcinfra.report.documents import evidence as pages

    title = f"{found.graph.project}/{found.graph.stack}"
    done = read_operation(records)
    inputs = read_inputs(baseline, figures, {found.graph.stack: title}, alone=True)[found.graph.stack]
    judged = judge(found, inputs, Settings.usual(today))
    return pages.document(gathered(judged.model, judged.part, done, today), basis(found, today))


def _table(found: Document, section: str) -> Table:
    tables = {table.name: table for table in found.tables}
    if section not in tables:
        near = get_close_matches(section, tables, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UserError(f"--section {section!r}: allowed: {', '.join(tables)}{hint}", Exit.USAGE)
    return tables[section]
