"""``bcinfra runbook``: what to do when something is down, a page a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcinfra.commands.judging import Settings, judge, read_inputs
from bcinfra.commands.options import (
    AnswersOption,
    AssumeOption,
    ConfigOption,
    EnvOption,
    FiguresOption,
    Format,
    OutputOption,
    ProjectOption,
    TimeoutOption,
    one_of,
    record_options,
)
from bcinfra.commands.output import write
from bcinfra.commands.subject import StackOption, SubjectArgument, subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.continuity.judgement.runbooks import Procedure, Runbook
    from bcinfra.report.documents.blocks import Document
    from bcinfra.report.documents.runbook import Book

EXAMPLES = """\b
Examples:
  bcinfra runbook midsize-prod
  bcinfra runbook midsize-prod --scenario region:aws/eu-west-1
  bcinfra runbook midsize-prod --scenario routine --language de --language fr
  bcinfra runbook midsize-prod --format html -o runbook/
  bcinfra runbook midsize-prod --format ssm --scenario region:aws/eu-west-1 -o region.yaml
  bcinfra runbook midsize-prod --format rundeck -o jobs.yaml
"""


ENDS = {
    Format.MARKDOWN: "md",
    Format.HTML: "html",
    Format.SSM: "yaml",
    Format.WORKFLOWS: "yaml",
    Format.RUNDECK: "yaml",
}
"""How the names of files of a format end."""


def runbook(
    target: SubjectArgument = None,
    stack: StackOption = None,
    project: ProjectOption = None,
    config: ConfigOption = None,
    env: EnvOption = None,
    answers: AnswersOption = None,
    assume: AssumeOption = True,
    scenario: Annotated[
        str | None, typer.Option(help="One page: id or title of a scenario, or routine. Default: all of them.")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="de", help="Language of the words for customers. Repeatable. Default: those the shop states."
        ),
    ] = None,
    format: Annotated[
        Format,
        one_of(
            Format.MARKDOWN,
            Format.HTML,
            Format.SSM,
            Format.WORKFLOWS,
            Format.RUNDECK,
            help="For people, or as a document of Systems Manager, Google Workflows or Rundeck.",
        ),
    ] = Format.MARKDOWN,
    figures: FiguresOption = None,
    timeout: TimeoutOption = 300,
    output: OutputOption = "-",
) -> None:
    """Write what to do when something is down: a page for each scenario that needs a person or may, and the routine.

    Each page says when to use it, who decides, what must still work, the steps with command, answer, time, owner and
    way back, how to verify, what to tell customers, and what comes afterwards. No step needs what its scenario took.

    With -o FOLDER/ each page is a file of its own. Keep them where they are read with everything down.
    """
    from bcinfra.commands.basis import basis
    from bcinfra.continuity.judgement.runbooks import runbooks
    from bcinfra.report.documents.runbook import Book

    languages = _languages(language)
    found = subject(target, project, record_options(config, env, answers, assume, timeout), stack)
    title = f"{found.graph.project}/{found.graph.stack}"
    inputs = read_inputs((), figures, {found.graph.stack: title}, alone=True)[found.graph.stack]
    today = date.today()
    judged = judge(found, inputs, Settings.usual(today))
    book = Book(runbooks(judged.part), judged.model, found.graph, languages, basis(found, today))
    pages = _chosen(book, scenario)
    if output.endswith("/") or (output != "-" and Path(output).is_dir()):
        folder = Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _files(book, pages, format, scenario):
            write(text, str(folder / f"{name}.{ENDS[format]}"))
        return
    write(_one(book, pages, format, scenario), output)


def _languages(given: Sequence[str] | None) -> tuple[str, ...]:
    from bcinfra.report.words.runbook import CUSTOMERS

    wrong = [one for one in given or () if one not in CUSTOMERS]
    if wrong:
        raise UserError(f"--language {', '.join(wrong)}: allowed: {', '.join(CUSTOMERS)}", Exit.USAGE)
    return tuple(dict.fromkeys(given or ()))


def _chosen(book: Book, given: str | None) -> list[Runbook]:
    """The pages that are asked for. Raises :class:`UserError` for a scenario that has none, with what there is."""
    from bcinfra.report.documents.runbook import ROUTINE

    if given is None:
        return [*book.pages.values()]
    if given == ROUTINE:
        return []
    names = {n.casefold(): p for p in book.pages.values() for n in (p.scenario.id, book.named(p), book.file(p))}
    if page := names.get(given.strip().casefold()):
        return [page]
    near = get_close_matches(given, [ROUTINE, *book.pages], n=3, cutoff=0.4)
    hint = f"near: {', '.join(near)}" if near else f"there are: {', '.join([ROUTINE, *book.pages][:12])}"
    raise UserError(f"--scenario {given!r}: no page is called so; {hint}", Exit.USAGE)


def _one(book: Book, pages: Sequence[Runbook], format: Format, scenario: str | None) -> str:
    """Everything in one file."""
    if format in (Format.MARKDOWN, Format.HTML):
        document = book.whole() if scenario is None else book.page(pages[0]) if pages else book.routine()
        return _laid_out(document, format)
    if format is Format.RUNDECK:
        return _rundeck(book, pages)
    made = [text for page in pages for _, text in _machine(book, page, format)]
    if not made:
        raise UserError(
            f"--format {format}: nothing is done by machine on this page: it waits, or is for people", Exit.USAGE
        )
    if len(made) != 1:
        raise UserError(
            f"--format {format}: a file holds one procedure, and this asks for {len(made)}; name one with --scenario,"
            " or give a folder with -o FOLDER/",
            Exit.USAGE,
        )
    return made[0]


def _files(book: Book, pages: Sequence[Runbook], format: Format, scenario: str | None) -> Iterator[tuple[str, str]]:
    """A file a page, with its name."""
    if format in (Format.MARKDOWN, Format.HTML):
        if scenario is None:
            yield "index", _laid_out(book.index(), format)
        if scenario is None or not pages:
            yield "routine", _laid_out(book.routine(), format)
        for page in pages:
            yield book.file(page), _laid_out(book.page(page), format)
    elif format is Format.RUNDECK:
        yield "jobs", _rundeck(book, pages)
    else:
        for page in pages:
            yield from _machine(book, page, format)


def _laid_out(document: Document, format: Format) -> str:
    if format is Format.HTML:
        from bcinfra.report.documents.html import to_html

        return to_html(document)
    from bcinfra.report.documents.markdown import to_markdown

    return to_markdown(document)


def _rundeck(book: Book, pages: Sequence[Runbook]) -> str:
    from bcinfra.report.documents.machine import to_rundeck

    return to_rundeck(book, pages)


def _machine(book: Book, page: Runbook, format: Format) -> Iterator[tuple[str, str]]:
    from bcinfra.report.documents.machine import to_ssm, to_workflow

    made = to_ssm if format is Format.SSM else to_workflow
    procedures: list[Procedure] = [one for one in page.procedures if not one.waits]
    for i, procedure in enumerate(procedures):
        yield f"{book.file(page)}{f'-{i + 1}' if len(procedures) > 1 else ''}", made(book, page, procedure)
