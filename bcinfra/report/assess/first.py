"""What a diff says of a new stack: what it survives, in few words."""

from __future__ import annotations

from bcinfra.report.assess.page import WORDS, Page
from bcinfra.report.diff.page import First, Stands


def first(page: Page) -> First:
    """The page of an assessment as a diff takes it."""
    kinds = (
        Stands(row.kind, WORDS[row.judgement], row.kept, row.again, row.worst, row.data, row.objective, row.how)
        for row in page.kinds
    )
    return First(
        said=page.headline.removeprefix(page.title).lstrip(": "),
        kinds=tuple(kinds),
        steps=tuple(f"{step.fix} [{step.code}]" for step in page.steps),
    )
