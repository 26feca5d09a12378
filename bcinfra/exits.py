"""What bcinfra's exit codes mean. The numbers follow Pulumi's table, which users' pipelines already know."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Exit(IntEnum):
    """How a command ended. :data:`MEANING` says it in words, and the README prints that table."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    PROGRAM = 4
    GATE = 5
    NOT_FOUND = 6
    CHANGES = 7
    CANCELLED = 8
    TIMEOUT = 9
    BUG = 255


MEANING: dict[Exit, str] = {
    Exit.DONE: "done; a difference alone is no failure",
    Exit.ERROR: "a file could not be read or written",
    Exit.USAGE: "wrong usage, configuration, input file or specification",
    Exit.PROGRAM: "the Pulumi program failed",
    Exit.GATE: "a gate given with --fail-on was not passed",
    Exit.NOT_FOUND: "stack, project or git ref not found",
    Exit.CHANGES: "changes were found, and --exit-code asked to be told",
    Exit.CANCELLED: "cancelled",
    Exit.TIMEOUT: "the program did not end within the time limit",
    Exit.BUG: "a fault in bcinfra itself",
}


class Mistake(NamedTuple):
    """One of the things that an error tells."""

    text: str
    place: tuple[str, int] | None = None
    """File and line."""
    hint: str | None = None
    """What is allowed, what to do."""


class UserError(Exception):
    """Something the user can mend: a message without a traceback, and the exit code that says what kind it is."""

    exit: Exit = Exit.ERROR
    mistakes: tuple[Mistake, ...] = ()
    """What it tells, one by one, where it tells several things."""

    def __init__(self, message: str, exit: Exit | None = None) -> None:
        super().__init__(message)
        if exit is not None:
            self.exit = exit
