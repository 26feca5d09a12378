"""``bcinfra measured``: what was measured, in place of the product's figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bcinfra.commands.options import OutputOption
from bcinfra.commands.output import write
from bcinfra.exits import Exit, UserError

EXAMPLES = """\b
Examples:
  aws cloudwatch get-metric-statistics --namespace bcinfra/restore --metric-name ReplaySeconds --statistics Maximum \\
    --dimensions Name=Archive,Value=shop-prod-restore Name=Database,Value=shop-prod-mysql-ireland --period 86400 \\
    --start-time 2026-09-01T00:00:00Z --end-time 2026-11-30T00:00:00Z | bcinfra measured - --fact mysql.replay
"""


def measured(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="What CloudWatch told of a metric, as JSON; - is standard input.")
    ],
    fact: Annotated[
        str, typer.Option(metavar="ID", help="Whose duration it replaces, such as aws.rds.snapshot_restore.")
    ],
    output: OutputOption = "-",
) -> None:
    """Print how long something took as a row of the file of own figures, for --figures: the median of what was
    measured, and the slowest."""
    from bcinfra.continuity.judgement.measured import as_yaml, measured as row
    from bcinfra.continuity.model.facts import DataError

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: {error}", Exit.USAGE) from error
    try:
        found = row(text, fact)
    except (ValueError, DataError) as error:
        raise UserError(f"{file}: {error}", Exit.USAGE) from error
    write(as_yaml(found), output)
