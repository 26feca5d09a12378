"""Names as people read them on a page about one stack."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

from bcinfra.continuity.model.parts import StoreKind

_TWICE: Final = re.compile(r"(?<![\w./:-])(" + "|".join(StoreKind) + r") \1(?![\w./:-])")


@cache
def shortened(title: str) -> Callable[[str], str]:
    """Texts without the prefix that names of the stack which ``title`` names (``project/stack``) begin with, and with
    the name of a store that is called as its kind once: ``files``, not ``files files``.

    The prefix is taken from the beginning of a name alone: ``dev-`` in ``web-dev-db`` is part of that name.
    """
    project, _, stack = title.rpartition("/")
    if not stack:
        return _once
    own = rf"(?:{re.escape(project)}-)?{re.escape(stack)}" if project else re.escape(stack)
    prefix = re.compile(rf"(?<![\w./:-]){own}-(?=\w)")

    @lru_cache(maxsize=16_384)
    def short(text: str) -> str:
        return _once(prefix.sub("", text))

    return short


def _once(text: str) -> str:
    return _TWICE.sub(r"\1", text)
