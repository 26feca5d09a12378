"""``bcinfra schema`` and ``bcinfra validate``: the forms of what is read and written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcinfra.commands.options import Format, JsonOption, OutputOption, PlainFormatOption
from bcinfra.commands.output import write
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.spec import Shop, SpecError
    from bcinfra.spec.problems import Problem


class Document(StrEnum):
    """The files whose form is published, each in ``schemas/<name>.schema.json``."""

    SHOP = "shop"
    DIFF = "diff"
    ASSESSMENT = "assessment"
    VALIDATION = "validation"
    ACCEPTED = "accepted"
    FIGURES = "figures"
    RECORDS = "records"
    PRICES = "prices"
    COST = "cost"
    FIT = "fit"


def schema(
    document: Annotated[Document, typer.Argument(help="Whose schema.")] = Document.SHOP, output: OutputOption = "-"
) -> None:
    """Print a JSON Schema: of a shop's specification, of accepted risks, own figures, own prices, records of operation,
    or of what diff, assess, cost, fit and validate print as JSON."""
    homes = {
        Document.SHOP: "bcinfra.spec.schema",
        Document.DIFF: "bcinfra.report.diff.document",
        Document.ASSESSMENT: "bcinfra.report.assess.document",
        Document.VALIDATION: "bcinfra.spec.validation",
        Document.ACCEPTED: "bcinfra.continuity.judgement.accepted",
        Document.FIGURES: "bcinfra.continuity.judgement.figures",
        Document.RECORDS: "bcinfra.continuity.judgement.records",
        Document.PRICES: "bcinfra.continuity.judgement.own_prices",
        Document.COST: "bcinfra.report.cost.document",
        Document.FIT: "bcinfra.report.fit.document",
    }
    write(import_module(homes[document]).schema_text(), output)


EXAMPLES = """\b
Examples:
  bcinfra validate shop.yaml
  bcinfra validate stacks/*/shop.yaml
  bcinfra validate - --format json < shop.yaml
"""


def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Specifications of shops in YAML; - is standard input.")
    ],
    format: PlainFormatOption = Format.TEXT,
    as_json: JsonOption = False,
    output: OutputOption = "-",
) -> None:
    """Check the specifications of shops and name every mistake of all at once, each with its line.

    Where a page is in a Pulumi project, the configuration of its stack is checked too: how keys are spelt, and the form
    of what is no secret.
    """
    from bcinfra.spec.load import load_shop
    from bcinfra.spec.problems import SpecError, UnreadableError
    from bcinfra.spec.validation import to_json

    results: dict[str, Shop | SpecError] = {}
    for file in files:
        if file not in results:
            try:
                results[file] = shop = load_shop(file)
                if wrong := _configuration(shop, file):
                    results[file] = SpecError(wrong)
            except SpecError as error:
                results[file] = error
    errors = [result for result in results.values() if isinstance(result, SpecError)]
    exit = Exit.ERROR if all(isinstance(error, UnreadableError) for error in errors) else Exit.USAGE
    if as_json or format is Format.JSON:
        write(to_json(results), output)
        raise typer.Exit(exit if errors else Exit.DONE)
    shops = {file: result for file, result in results.items() if not isinstance(result, SpecError)}
    write("".join(f"{file}: {_summary(shop)}\n" for file, shop in shops.items()), output)
    if len(results) == 1 and errors:
        raise errors[0]
    if errors:
        problems = [problem for error in errors for problem in error.problems]
        total = f"{len(problems)} mistake{'s' * (len(problems) > 1)} in {len(errors)} of {len(results)} specs"
        raise UserError("\n\n".join([*map(str, problems), total]), exit)


def _configuration(shop: Shop, file: str) -> list[Problem]:
    """What is wrong with the configuration of the stacks that the page in ``file`` is deployed as."""
    from bcinfra.assembly.configuration import UNREAD, mistakes
    from bcinfra.graph import GraphError, find_project
    from bcinfra.graph.process.project import read_config
    from bcinfra.spec.problems import Place

    found: list[Problem] = []
    with suppress(GraphError):  # told where the program is recorded
        project = find_project(Path(file).resolve().parent)
        own = {shop.prefix, *([shop.environment] if project.name == shop.name else [])}
        for stack in (name for name in project.stacks() if file != "-" and name in own):
            config = read_config(project, stack)
            told = {
                key.partition(":")[2]: UNREAD if key in config.secret else value
                for key, value in config.values.items()
                if key.partition(":")[0] in (project.name, shop.prefix)
            }
            settings = project.config_folder / f"Pulumi.{stack}.yaml"
            lines = settings.read_text(encoding="utf-8").splitlines()
            for one in mistakes(shop, told):
                line = next((n for n, text in enumerate(lines, 1) if f"{one.path[0]}:" in text), 1)
                found.append(replace(one, place=Place(relpath(settings), line)))
    return found


def _summary(shop: Shop) -> str:
    sites = ", ".join(f"{name} ({site.role})" for name, site in shop.sites.items())
    return f"{shop.prefix} is a valid specification: {shop.strategy}, {sites}."
