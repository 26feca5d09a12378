"""Names as people read them on a page about one stack."""

from __future__ import annotations

from collections.abc import Callable


def shortened(title: str) -> Callable[[str], str]:
    """Texts without the prefix of the stack that ``title`` names (``project/stack``), which all its names have."""
    stack = title.rpartition("/")[2]
    return lambda text: text.replace(f"{stack}-", "") if stack else text
