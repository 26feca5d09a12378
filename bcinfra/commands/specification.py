"""``bcinfra schema`` and ``bcinfra validate``: a shop's specification in YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bcinfra.commands import OutputOption, write


def schema(output: OutputOption = "-") -> None:
    """Print the JSON Schema of a shop's specification, for editors and validators."""
    from bcinfra.spec.schema import schema_text

    write(schema_text(), output)


def validate(file: Annotated[Path, typer.Argument(help="A shop's specification in YAML.")]) -> None:
    """Check a shop's specification and name every mistake at once, each with its line."""
    from bcinfra.spec import load_shop

    shop = load_shop(file)
    sites = ", ".join(f"{name} ({site.role})" for name, site in shop.sites.items())
    typer.echo(f"{file}: {shop.prefix} is a valid specification: {shop.strategy}, {sites}.")
