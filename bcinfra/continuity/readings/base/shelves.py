"""Buckets that hold the shop's runbook: what the program puts into a folder of that name, and no data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource

_FOLDER: Final = re.compile(r"/?runbooks?(?:/.+|\.\w+)", re.IGNORECASE)
"""What is called so is a runbook's: a file in the folder ``runbook``, or one of that name."""
_PAGE: Final = re.compile(r"\.(?:html?|md|pdf)$", re.IGNORECASE)
"""How the names of its pages end; of others (notes, scripts) nobody can say that they tell what to do."""


def pages(view: View, bucket: Resource, types: Iterable[tuple[str, str]]) -> tuple[str, ...] | None:
    """The pages of a runbook that the program puts into a bucket; ``None`` where it is called otherwise, or other
    things are put there too: then it is judged as what holds data.

    ``types``: those of objects, each with the property that names one."""
    called = (bucket.name, *(view.text(bucket, name) or "" for name in ("bucket", "name")))
    if not any("runbook" in text.lower() for text in called):
        return None
    names = [view.text(row, named) or "" for token, named in types for row in view.users(bucket, token, "bucket")]
    if not names or not all(map(_FOLDER.fullmatch, names)):
        return None
    return tuple(sorted(name.rpartition("/")[2] for name in names if _PAGE.search(name)))
