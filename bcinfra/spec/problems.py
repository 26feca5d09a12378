"""What is wrong with a spec: every mistake at once, each with its place, value, what is allowed and the nearest fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, TypeAlias

from pydantic_core import PydanticCustomError

from bcinfra.exits import Exit, Mistake, UserError

Path: TypeAlias = tuple[str | int, ...]
"""Steps from the shop to a value: ``("sites", "dublin", "region")``."""

SECRET_NAME: Final = re.compile(
    r"(^|[_.-])(password|passwd|secret|token|credentials?|(api|private|access)[_-]?key)$", re.IGNORECASE
)
"""Names whose values are never shown."""
_SECRET_VALUE: Final = re.compile(
    r"://[^/\s]*:[^/\s]*@|\bAKIA[0-9A-Z]{16}\b|-----BEGIN|\b(sk|pk|ghp|pul|xox[abp])[-_]\w{16,}"
)
HIDDEN: Final = "[hidden]"
"""Stands for a value that may be a secret."""
_LISTED: Final = 12
_SHOWN: Final = 60


class Place(NamedTuple):
    """Where something was stated: a file and a line (1-based)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = _Absent()
"""The value of a problem where nothing was stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake. ``str()`` is what a person reads."""

    path: Path
    message: str
    value: Any = ABSENT
    allowed: tuple[str, ...] = ()
    """The values that are allowed, or one phrase that says what is."""
    hint: str | None = None
    """The fix, where it is more than the nearest allowed value."""
    place: Place | None = None
    whole: str = "shop"
    """What the path begins from, where it is empty."""

    @property
    def help(self) -> str | None:
        """The hint, or the allowed value nearest to the one that was stated."""
        return self.hint or did_you_mean(self.value, self.allowed)

    @property
    def text(self) -> str:
        """What is wrong with which value."""
        value = "" if self.value is ABSENT else f" = {shown(self.path, self.value)}"
        return f"{key(self.path) or self.whole}{value}: {self.message}"

    @property
    def advice(self) -> list[str]:
        """What is allowed, and the fix."""
        more = len(self.allowed) - _LISTED
        listed = f"{', '.join(self.allowed[:_LISTED])}{f' and {more} more' if more > 0 else ''}"
        return [*([f"allowed: {listed}"] if self.allowed else []), *([f"help: {self.help}"] if self.help else [])]

    def __str__(self) -> str:
        place = [f"--> {self.place}"] if self.place else []
        return "\n  ".join([f"error: {self.text}", *place, *self.advice])


def key(path: Path) -> str:
    """``path`` as a person writes it: ``sites.dublin.zones[1]``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


class SpecError(UserError):
    """A spec that cannot be used, with all its problems.

    Not a ``ValueError``, so that pydantic passes it on as it is.
    """

    exit = Exit.USAGE

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        what = {problem.whole for problem in self.problems} - {"shop"}
        total = f"{count} mistake{'s' if count > 1 else ''} in the {what.pop() if what else 'spec'}"
        super().__init__("\n\n".join([*map(str, self.problems), total]))
        self.mistakes = tuple(Mistake(one.text, one.place, "\n".join(one.advice) or None) for one in self.problems)


class UnreadableError(SpecError):
    """A file that cannot be read at all."""

    exit = Exit.ERROR


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """``problems`` by place, as a reader goes through a file; those of one place stay as they are."""
    return sorted(problems, key=lambda problem: problem.place or Place("", 0))


def nearest(value: object, allowed: Iterable[str]) -> str | None:
    """The allowed value most like ``value``, or ``None`` when none is near. A phrase is no value."""
    options = {option.lower(): option for option in allowed if " " not in option}
    match = get_close_matches(str(value).lower(), options, n=1, cutoff=0.6) if isinstance(value, str) else ()
    return options[match[0]] if match else None


def did_you_mean(value: object, allowed: Iterable[str]) -> str | None:
    """The question after the nearest allowed value, if one is near."""
    near = nearest(value, allowed)
    return f"did you mean {near!r}?" if near else None


def shown(path: Path, value: object) -> str:
    """``value`` as an error may print it: short, one line, never something that looks like a secret."""
    if is_hidden(path, value):
        return HIDDEN
    if isinstance(value, Mapping):
        return "{...}" if value else "{}"
    if isinstance(value, list | tuple):
        return "[...]" if value else "[]"
    text = repr(value) if isinstance(value, str | int | float | None) else f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def is_hidden(path: Path, value: object) -> bool:
    """Whether ``value``, stated at ``path``, may be a secret."""
    named = any(isinstance(step, str) and SECRET_NAME.search(step) for step in path)
    return named or "environment" in path[:-1] or bool(_SECRET_VALUE.search(repr(value)))


def refusal(message: str, *allowed: str, hint: str | None = None) -> PydanticCustomError:
    """The error that a validator raises, which keeps what is allowed."""
    context = {"allowed": allowed, "hint": hint}
    return PydanticCustomError("spec", message, context)  # pyright: ignore[reportArgumentType]  a LiteralString
