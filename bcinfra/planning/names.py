"""Physical names: what a service accepts, made from the logical name.

A logical name that a service takes as it is stays as it is. Any other is rewritten into the service's characters,
cut to its length, and ends in a hash of the whole logical name: two logical names never share a physical one, and a
name never changes from one run to the next. The hash is the first 32 bits of SHA-256, so that two of 1,000 cut names
collide with a chance of about 1 in 10,000.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

_HASH_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Limit:
    """What one service accepts as a name."""

    longest: int
    """Most characters."""
    source: str
    """The API reference that states it."""
    characters: str = "A-Za-z0-9_-"
    """The characters allowed, as the inside of a regular-expression class."""
    shortest: int = 1
    """Fewest characters."""
    hyphens_inside: bool = False
    """Hyphens stand alone, and neither first nor last."""
    letter_first: bool = False
    """The first character is a letter."""
    reserved: str = r"(?!)"
    """A regular expression of names the service keeps for itself. The default matches nothing."""

    @property
    def separator(self) -> str:
        """What stands in for a character that is not allowed."""
        return "-" if re.fullmatch(f"[{self.characters}]", "-") else "_"

    def accepts(self, name: str) -> bool:
        """Whether the service takes ``name`` as it is."""
        return (
            self.shortest <= len(name) <= self.longest
            and re.fullmatch(f"[{self.characters}]+", name) is not None
            and not (self.hyphens_inside and (name[0] == "-" or name[-1] == "-" or "--" in name))
            and not (self.letter_first and not name[0].isalpha())
            and not re.search(self.reserved, name)
        )


def limit(limits: Mapping[str, Limit], service: str) -> Limit:
    """The limit of ``service``; raises ``ValueError`` naming the nearest one when it is not in ``limits``."""
    if found := limits.get(service):
        return found
    near = get_close_matches(service, limits, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(limits))}"
    raise ValueError(f"no name limit for service {service!r}; {hint}")


def physical(limits: Mapping[str, Limit], service: str, logical: str) -> str:
    """The name that ``service`` accepts for the logical name ``logical``. Raises ``ValueError`` when it is empty."""
    rule = limit(limits, service)
    if not logical:
        raise ValueError(f"a name for {service} needs at least one character")
    if rule.accepts(logical):
        return logical
    joint = rule.separator
    stem = re.sub(f"[^{rule.characters}]", joint, logical if "A" in rule.characters else logical.lower())
    if rule.hyphens_inside:
        stem = re.sub("-+", "-", stem).strip("-")
    ending = joint + hashlib.sha256(logical.encode()).hexdigest()[:_HASH_DIGITS]
    name, prefixed = (
        f"{text[: rule.longest - len(ending)].rstrip(joint)}{ending}" for text in (stem, f"n{joint}{stem}")
    )
    # The prefix serves names that would start with a digit, a hyphen or a reserved word.
    return name if rule.accepts(name) else prefixed
