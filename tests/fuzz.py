"""Mutations of what people write and machines hand over: nothing that can be read may end in a traceback."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 10**30, 0.1, 1e308, -1e-9, float("nan"), float("inf")),
    *("", " ", "x", "0", "-1", "1e999", "nan", "15 min", "10.300", "*", "é\u202e", "a" * 5000, "\x00", "2026-02-30"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, ["x"] * 3),
)
"""What a value becomes: of another type, out of bounds, empty, long, of no form."""


def mutants(document: Any, seed: int, count: int) -> Iterator[Any]:
    """``count`` changes of a document, each of one to three places; the same seed makes the same."""
    dice = random.Random(seed)
    for _ in range(count):
        changed = deepcopy(document)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            changed = _mutated(changed, dice)
        yield changed


def _mutated(document: Any, dice: random.Random) -> Any:
    places = list(_places(document))
    if not places:
        return dice.choice(VALUES)
    inside, at = dice.choice(places)
    match dice.randrange(5):
        case 0:
            del inside[at]
        case 1:
            other, there = dice.choice(places)
            inside[at] = deepcopy(other[there]) if other is inside or there in _keys(other) else None
        case 2 if isinstance(at, str):
            inside[_misspelt(str(at), dice)] = inside.pop(at)
        case 3 if isinstance(inside[at], str) and inside[at]:
            inside[at] = _misspelt(inside[at], dice)
        case _:
            inside[at] = deepcopy(dice.choice(VALUES))
    return document


def _keys(of: Any) -> Any:
    return of if hasattr(of, "keys") else range(len(of))


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it that holds a value: what holds it, and the key or index there."""
    for at in _keys(document) if isinstance(document, dict | list) else ():
        yield document, at
        yield from _places(document[at])


def _misspelt(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text)) if text else 0
    return dice.choice((text[:at] + text[at + 1 :], text[:at] + dice.choice("x-_ /:.0Z") + text[at:], text.upper()))
