"""The command line.

Results go to standard output, everything else to standard error. What a command needs is imported when it runs, so
that help and commands on JSON files start without any Pulumi SDK.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from io import TextIOWrapper
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from bcinfra import __version__
from bcinfra.commands import (
    accept,
    assess,
    cost,
    diff,
    doctor,
    drill,
    evidence,
    explain,
    fit,
    init,
    measured,
    preview,
    report,
    runbook,
    specification,
)
from bcinfra.commands.output import QUIET
from bcinfra.exits import MEANING, Exit, UserError
from bcinfra.graph.core.collector import without_collector

app = typer.Typer(
    name="bcinfra",
    help="Redundant e-commerce deployments on Pulumi: see what a stack declares, offline and without credentials.",
    epilog="Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANING.items()) + ".",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(epilog=init.EXAMPLES)(init.init)
app.command(epilog=preview.EXAMPLES)(preview.preview)
app.command(epilog=diff.EXAMPLES)(diff.diff)
app.command(epilog=assess.EXAMPLES)(assess.assess)
app.command(epilog=cost.EXAMPLES)(cost.cost)
app.command(epilog=report.EXAMPLES)(report.report)
app.command(epilog=fit.EXAMPLES)(fit.fit)
app.command(epilog=accept.EXAMPLES)(accept.accept)
app.command(epilog=explain.EXAMPLES)(explain.explain)
app.command(epilog=measured.EXAMPLES)(measured.measured)
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)
app.command(epilog=drill.EXAMPLES)(drill.drill)
app.command(epilog=evidence.EXAMPLES)(evidence.evidence)
app.command(epilog=runbook.EXAMPLES)(runbook.runbook)
app.command()(specification.schema)
app.command(epilog=specification.EXAMPLES)(specification.validate)


_INTERRUPTED: Final = 130
"""What typer makes of an interrupt."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What it means that a result could not be written, whatever the product did."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"bcinfra {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _main(  # pyright: ignore[reportUnusedFunction]  typer calls it
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  acted on by its callback
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say errors alone: no progress, no notes.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Of a fault in bcinfra show where it is, as BCINFRA_DEBUG=1 does.")
    ] = False,
) -> None:
    QUIET.set(quiet)
    if verbose:
        os.environ["BCINFRA_DEBUG"] = "1"
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(Exit.USAGE)


def main() -> None:
    """Run the command line; every failure becomes a message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # an encoding without lines of trees must not lose the rest
    alone = threading.current_thread() is threading.main_thread()  # no other thread may say what is done on a signal
    if alone and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            with without_collector():
                app(prog_name="bcinfra")
        except SystemExit as ended:
            if ended.code == _INTERRUPTED:
                raise KeyboardInterrupt from None
            sys.stdout.flush()
            raise
    except UserError as error:
        _end(str(error), error.exit)
    except KeyboardInterrupt:
        _end("cancelled; nothing was changed", Exit.CANCELLED)
    except BrokenPipeError:
        # The reader has gone: say nothing more, not even when the interpreter flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(Exit.ERROR) from None
    except OSError as error:
        if error.filename is not None or error.errno not in _FULL:
            _fault(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _end(f"the output could not be written: {error.strerror}", Exit.ERROR)
    except Exception as error:
        _fault(error)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  what is told of a signal
    """One is enough: another would end what the first one ends, in the middle of it."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _fault(error: Exception) -> NoReturn:
    """End with what is nobody's fault but the product's."""
    if os.environ.get("BCINFRA_DEBUG"):
        raise error
    _end(
        f"a fault in bcinfra: {type(error).__name__}: {error}\nbcinfra --verbose shows where; please report it.",
        Exit.BUG,
    )


def _end(message: str, exit: Exit) -> NoReturn:
    typer.echo(f"error: {message.removeprefix('error: ')}", err=True)
    raise SystemExit(exit)
