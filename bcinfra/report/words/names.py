"""Names as people read them on a page about one stack."""

from __future__ import annotations

import re
from collections.abc import Callable


def shortened(title: str) -> Callable[[str], str]:
    """Texts without the prefix that names of the stack which ``title`` names (``project/stack``) begin with.

    It is taken from the beginning of a name alone: ``dev-`` in ``web-dev-db`` is part of that name.
    """
    project, _, stack = title.rpartition("/")
    if not stack:
        return lambda text: text
    own = rf"(?:{re.escape(project)}-)?{re.escape(stack)}" if project else re.escape(stack)
    prefix = re.compile(rf"(?<![\w./:-]){own}-(?=\w)")
    return lambda text: prefix.sub("", text)
