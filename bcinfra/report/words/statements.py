"""From values to sentences: the template of a kind, filled with what the statement is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from string import Formatter
from typing import Any, Final, cast

from bcinfra.continuity.judgement.findings import Finds, Seen
from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Refusal
from bcinfra.continuity.model.stateless import ReasonKind
from bcinfra.continuity.model.statements import Statement, Subject
from bcinfra.continuity.recovery.outcomes import Taken
from bcinfra.continuity.recovery.reasons import Because
from bcinfra.continuity.recovery.steps import Act
from bcinfra.report.words.assumptions import ASSUMPTIONS
from bcinfra.report.words.findings import EVIDENCE, FINDS, REFUSED, TAKEN
from bcinfra.report.words.quantities import DAY, duration
from bcinfra.report.words.reasons import REASONS
from bcinfra.report.words.stateless import STATELESS
from bcinfra.report.words.steps import ACTS

TABLES: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = dict[type[StrEnum], Mapping[Any, str]](
    {
        Act: ACTS,
        Assumes: ASSUMPTIONS,
        Because: REASONS,
        Finds: FINDS,
        Refusal: REFUSED,
        Seen: EVIDENCE,
        ReasonKind: STATELESS,
        Taken: TAKEN,
    }
)
"""Kind → template. ``{subject}``, ``{object}`` and ``{amount}`` stand for the operands, of several ``{object[0]}`` for
one and ``{object:and}`` for all with a word between; ``:short`` is a domain's own name; what is in brackets is left out
where an operand in it is none."""
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*\{(\w+)[^\[\]]*)\](?!\})")


def say(one: Statement[StrEnum]) -> str:
    """A statement in words."""
    return worded(TABLES[type(one.kind)][one.kind], one)


def worded(template: str, one: Statement[StrEnum]) -> str:
    """A statement in the words of another template than its kind's."""
    operands = {"subject": one.subject, "object": one.object, "amount": one.amount}

    def kept(found: re.Match[str]) -> str:
        return "" if operands.get(found[2]) is None else found[1]

    return _WORDS.vformat(_OPTIONAL.sub(kept, template), (), operands)


def say_all(several: Iterable[Statement[StrEnum]]) -> str:
    """Statements in one line."""
    return "; ".join(map(say, several))


class _Words(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        match value:
            case Subject():
                return value.name
            case Statement():
                return say(cast("Statement[StrEnum]", value))
            case tuple():
                between = {"and": " and ", "also": "; "}.get(format_spec)
                spec = "" if between else format_spec
                return (between or ", ").join(self.format_field(one, spec) for one in cast("tuple[object, ...]", value))
            case Domain() if format_spec == "short":
                return value.short
            case None if format_spec == "in days":
                return "the days that its inputs say"
            case float() | int() if format_spec == "in days":
                return f"{value / DAY:g} days" if value != DAY else "1 day"
            case float() | int() if format_spec == "time":
                return duration(value)
            case float() | int() if format_spec == "days":
                return f"{value / DAY:.0f}"
            case _:
                return format(value, format_spec)


_WORDS: Final = _Words()
