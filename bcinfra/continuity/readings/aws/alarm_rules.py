"""Rules of composite alarms: when one goes to ALARM, of the alarms that its rule names.

``ALARM(x)``, ``OK(x)``, ``INSUFFICIENT_DATA(x)``, ``AT_LEAST(2, NOT OK, (x, y, z))``, ``TRUE`` and ``FALSE``, joined by
``AND``, ``OR`` and ``NOT`` (CloudWatch User Guide, composite alarms; read 2026-11). Which of ``AND`` and ``OR`` binds
first is not said there: what one would have to know it for is not understood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Red = Callable[[str], "bool | None"]
"""Whether an alarm, named as a rule names it, is in ALARM; it is OK else. ``None`` where that is not known."""

_TOKEN: Final = re.compile(r'\s*(?:([(),])|"((?:\\.|[^"\\])*)"|([^\s(),"]+))')
_OPERATORS: Final = frozenset({"AND", "OR"})
_STATES: Final = frozenset({"ALARM", "OK", "INSUFFICIENT_DATA"})
_SIGNS: Final = frozenset("(),")
_DEEPEST: Final = 100
"""How deep the parts of a rule are read: CloudWatch takes 500 of them, and nobody writes one inside of the other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, or a part of one."""

    holds: Callable[[Red], bool | None]
    rising: frozenset[str] = frozenset()
    """The alarms that bring it about by going to ALARM."""
    falling: frozenset[str] = frozenset()
    """Those that keep it from coming about by that."""


def parsed(text: str) -> Rule | None:
    """The rule that a text says; ``None`` where it is not understood."""
    try:
        tokens = _Tokens(text)
        rule = _joined(tokens)
    except _NoRuleError:
        return None
    return rule if tokens.at_end else None


class _NoRuleError(Exception):
    """A text is no rule."""


class _Tokens:
    """The words and signs of a rule, taken one by one. What is quoted is never taken for an operator."""

    def __init__(self, text: str) -> None:
        self._left = list[tuple[str, bool]]()
        text, end = text.rstrip(), 0
        while end < len(text):
            match = _TOKEN.match(text, end)
            if match is None:
                raise _NoRuleError
            sign, quoted, word = match.groups()
            self._left.append((re.sub(r"\\(.)", r"\1", quoted), True) if quoted is not None else (sign or word, False))
            end = match.end()
        self._left.reverse()

    @property
    def at_end(self) -> bool:
        return not self._left

    def next(self) -> str:
        """What is next, as an operator or a sign; empty for a quoted name and at the end."""
        text, quoted = self._left[-1] if self._left else ("", True)
        return "" if quoted else text.upper()

    def take(self) -> str:
        if not self._left:
            raise _NoRuleError
        return self._left.pop()[0]

    def name(self) -> str:
        if self.next() in _SIGNS:
            raise _NoRuleError
        return self.take()

    def expect(self, sign: str) -> None:
        if self.next() != sign:
            raise _NoRuleError
        self.take()


def _joined(tokens: _Tokens, depth: int = 0) -> Rule:
    parts = [_one(tokens, depth)]
    operator = tokens.next()
    while tokens.next() in _OPERATORS:
        tokens.expect(operator)
        parts.append(_one(tokens, depth))
    return _at_least(1 if operator == "OR" else len(parts), parts)


def _one(tokens: _Tokens, depth: int) -> Rule:
    if depth > _DEEPEST:
        raise _NoRuleError
    word = tokens.next()
    if word == "(":
        tokens.take()
        inner = _joined(tokens, depth + 1)
        tokens.expect(")")
        return inner
    if word == "AT_LEAST":
        tokens.take()
        return _counted(tokens)
    if word == "NOT":
        tokens.take()
        return _not(_one(tokens, depth + 1))
    if word in ("TRUE", "FALSE"):
        tokens.take()
        return _constant(holds=word == "TRUE")
    state = _state(tokens)
    tokens.expect("(")
    name = tokens.name()
    tokens.expect(")")
    return _in(state, name)


def _counted(tokens: _Tokens) -> Rule:
    """``AT_LEAST``, from its first parenthesis on: a number or a share, a state and alarms."""
    tokens.expect("(")
    count = tokens.name()
    tokens.expect(",")
    negated = tokens.next() == "NOT"
    if negated:
        tokens.take()
    state = _state(tokens)
    tokens.expect(",")
    tokens.expect("(")
    parts = [_in(state, tokens.name())]
    while tokens.next() == ",":
        tokens.take()
        parts.append(_in(state, tokens.name()))
    tokens.expect(")")
    tokens.expect(")")
    return _at_least(_number(count, len(parts)), [_not(part) for part in parts] if negated else parts)


def _number(text: str, of: int) -> int:
    match = re.fullmatch(r"(\d{1,3})(%?)", text)
    if match is None:
        raise _NoRuleError
    return math.ceil(int(match[1]) * of / 100) if match[2] else int(match[1])


def _state(tokens: _Tokens) -> str:
    if (state := tokens.next()) not in _STATES:
        raise _NoRuleError
    tokens.take()
    return state


def _in(state: str, name: str) -> Rule:
    """Whether an alarm is in a state: in ALARM, or OK."""
    red = Rule(lambda is_red: is_red(name), rising=frozenset({name}))
    return red if state == "ALARM" else _not(red) if state == "OK" else _constant(holds=False)


def _constant(*, holds: bool) -> Rule:
    return Rule(lambda _: holds)


def _not(rule: Rule) -> Rule:
    def holds(red: Red) -> bool | None:
        found = rule.holds(red)
        return None if found is None else not found

    return Rule(holds, rule.falling, rule.rising)


def _at_least(count: int, parts: Sequence[Rule]) -> Rule:
    """All of some parts, one of them, or as many as are asked for."""

    def holds(red: Red) -> bool | None:
        found = [part.holds(red) for part in parts]
        sure = found.count(True)
        return True if sure >= count else None if sure + found.count(None) >= count else False

    return Rule(
        holds,
        frozenset[str]().union(*(part.rising for part in parts)),
        frozenset[str]().union(*(part.falling for part in parts)),
    )
