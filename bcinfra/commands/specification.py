"""``bcinfra schema`` and ``bcinfra validate``: the forms of what is read and written."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from bcinfra.commands.options import OutputOption
from bcinfra.commands.output import write


class Document(StrEnum):
    """The JSON documents whose form is published, each in ``schemas/<name>.schema.json``."""

    SHOP = "shop"
    DIFF = "diff"
    ASSESSMENT = "assessment"


def schema(
    document: Annotated[Document, typer.Argument(help="Whose schema.")] = Document.SHOP, output: OutputOption = "-"
) -> None:
    """Print a JSON Schema: of a shop's specification, or of what diff and assess print as JSON."""
    homes = {
        Document.SHOP: "bcinfra.spec.schema",
        Document.DIFF: "bcinfra.report.diff.document",
        Document.ASSESSMENT: "bcinfra.report.assess.document",
    }
    write(import_module(homes[document]).schema_text(), output)


def validate(file: Annotated[Path, typer.Argument(help="A shop's specification in YAML.")]) -> None:
    """Check a shop's specification and name every mistake at once, each with its line."""
    from bcinfra.spec import load_shop

    shop = load_shop(file)
    sites = ", ".join(f"{name} ({site.role})" for name, site in shop.sites.items())
    typer.echo(f"{file}: {shop.prefix} is a valid specification: {shop.strategy}, {sites}.")
