"""What no field can tell alone: how the parts of a shop must fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcinfra.spec.draft import sound
from bcinfra.spec.rules import exact, grounds, people, promises, sites, stores, tiers, ways_in

if TYPE_CHECKING:
    from bcinfra.spec.page import Page
    from bcinfra.spec.problems import Problem


def broken_rules(shop: Page) -> tuple[Problem, ...]:
    """Every rule that ``shop`` breaks, as far as the sound fields of a draft tell."""
    modules = (sites, ways_in, people, tiers, stores, promises, grounds, exact)
    return tuple(sound(*(rule(shop) for module in modules for rule in module.RULES)))
