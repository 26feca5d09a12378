"""A diff for programs: one JSON document with a published schema (``schemas/diff.schema.json``).

Later versions only add fields. Names of fields are camelCase, as in what Pulumi prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from bcinfra.graph.core.model import UNKNOWN, Secret
from bcinfra.graph.core.values import encode
from bcinfra.graph.diff.changes import Change, Kind, Risk
from bcinfra.graph.diff.properties import ABSENT, HIDDEN, Property, Side
from bcinfra.report.diff.page import Entry, Page, plain

VERSION: Final = 1
SCHEMA_ID: Final = "urn:bcinfra:schema:diff"


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True
    )


class State(StrEnum):
    """What is known of one side of a property."""

    KNOWN = "known"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    SECRET = "secret"  # noqa: S105  a word, not a secret
    HIDDEN = "hidden"
    SOURCE = "source"


class SideDocument(_Model):
    """One side of a property."""

    state: State
    """``hidden``: plain, but secret on the other side. ``source``: unknown, and what differs is where it comes from."""
    value: Any = None
    """The value, where ``state`` is ``known``; special values as in `pulumi stack export`."""
    sources: tuple[str, ...] = ()
    """URNs that the value comes from, where ``state`` is ``source``."""


class PropertyDocument(_Model):
    """One value that differs."""

    path: str
    """Such as ``containerDefinitions[name=web].image``."""
    old: SideDocument
    new: SideDocument
    undecided: bool = False
    """Known on one side only, so whether it changes cannot be said."""
    forces_replacement: bool = False
    restarts: bool = False
    """Its change stops the resource for a while."""


class PlaceDocument(_Model):
    """Where a resource is."""

    cloud: str
    region: str | None = None
    account: str | None = None


class ChangeDocument(_Model):
    """One resource that differs."""

    kind: Kind
    urn: str
    """The new URN, or the old one of what is deleted."""
    old_urn: str | None = None
    """The URN before, where the resource was renamed."""
    aliased: bool = False
    """Whether the program names the old URN in an alias; a rename without one deletes and creates."""
    type: str
    name: str
    component: tuple[str, ...] = ()
    """Names of the components around it, the outermost first."""
    source: str | None = None
    """File and line of the program."""
    old_place: PlaceDocument | None = None
    new_place: PlaceDocument | None = None
    holds: str | None = None
    """What data it holds."""
    reasons: tuple[str, ...] = ()
    """What forces a replacement."""
    risks: tuple[Risk, ...] = ()
    dangers: tuple[str, ...] = ()
    """The risks in words."""
    properties: tuple[PropertyDocument, ...] = ()
    options: tuple[PropertyDocument, ...] = ()
    """Pulumi's own options, such as ``protect``."""


class ObjectiveDocument(_Model):
    """An objective that stands otherwise than before, in words."""

    objective: str
    before: str
    after: str
    target: str = ""
    verdict: str
    """``MET -> MISSED``, or how it stands."""
    worse: bool


class StandsDocument(_Model):
    """How a new stack stands in one kind of disruption, in words."""

    kind: str
    mark: str
    """``ok``, ``x``, ...; empty where no objective is stated."""
    kept: str
    again: str
    worst: str
    data: str
    objective: str
    how: str


class StackDocument(_Model):
    """The changes of one stack, the dangerous ones first."""

    project: str
    stack: str
    changed: bool
    headline: str
    because: tuple[str, ...] = ()
    objectives: tuple[ObjectiveDocument, ...] = ()
    """What moved of what the stack survives."""
    summary: str
    counts: dict[Kind, int]
    """Resources of clouds by what happens to them."""
    changes: tuple[ChangeDocument, ...] = ()
    outputs: tuple[PropertyDocument, ...] = ()
    known_later: int = 0
    """Values that are known once deployed only, and come from the same resources on both sides."""
    first: tuple[StandsDocument, ...] = ()
    """What a new stack survives, by kind of disruption."""


class DiffDocument(_Model):
    """What ``bcinfra diff --format json`` prints."""

    version: int = VERSION
    changed: bool
    stacks: tuple[StackDocument, ...]


def to_document(pages: Sequence[Page]) -> DiffDocument:
    """The pages as data."""
    return DiffDocument(changed=any(page.diff for page in pages), stacks=tuple(map(_stack, pages)))


def to_json(pages: Sequence[Page]) -> str:
    """:func:`to_document` as text: fields at their default left out, ending in a newline."""
    data = to_document(pages).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps({"version": VERSION, **data}, indent=2, ensure_ascii=False) + "\n"


def schema_text() -> str:
    """The schema as it is published in ``schemas/diff.schema.json``."""
    schema = DiffDocument.model_json_schema(by_alias=True, mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return json.dumps({**head, **schema, "title": "Difference of two graphs"}, indent=2, ensure_ascii=False) + "\n"


def _stack(page: Page) -> StackDocument:
    alarms = {id(alarm.entry.change): tuple(map(plain, alarm.dangers)) for alarm in page.alarms}
    dangerous = [alarm.entry.change for alarm in page.alarms]
    entries: Iterable[Entry] = (entry for group in page.groups for entry in group.entries)
    listed = [*dangerous, *(entry.change for entry in entries if id(entry.change) not in alarms)]
    headings = [change for change in page.diff.changes if not any(change is known for known in listed)]
    return StackDocument(
        project=page.project,
        stack=page.stack,
        changed=bool(page.diff),
        headline=plain(page.headline),
        because=tuple(map(plain, page.because)),
        objectives=tuple(ObjectiveDocument(**moved._asdict()) for moved in page.objectives),
        summary=page.summary,
        counts=dict(sorted(page.diff.counts.items())),
        changes=tuple(_change(page, change, alarms.get(id(change), ())) for change in (*listed, *headings)),
        outputs=tuple(_property(p) for p in page.diff.outputs),
        known_later=page.diff.later,
        first=tuple(StandsDocument(**row._asdict()) for row in page.first.kinds) if page.first else (),
    )


def _change(page: Page, change: Change, dangers: tuple[str, ...]) -> ChangeDocument:
    row = change.resource
    graph = page.diff.head if change.new else page.diff.base
    old_place, new_place = (PlaceDocument(**at._asdict()) if at else None for at in (change.old_at, change.new_at))
    return ChangeDocument(
        kind=change.kind,
        urn=row.urn,
        old_urn=change.old.urn if change.renamed and change.old else None,
        aliased=change.renamed and change.aliased,
        type=row.type,
        name=row.name,
        component=tuple(above.name for above in graph.ancestors(row) if above.is_component)[::-1],
        source=str(row.place) if row.place else None,
        old_place=old_place,
        new_place=new_place,
        holds=change.data,
        reasons=change.reasons,
        risks=change.risks,
        dangers=dangers,
        properties=tuple(_property(p, change.reasons, change.restarts) for p in change.properties),
        options=tuple(_property(p, change.reasons) for p in change.options),
    )


def _property(found: Property, reasons: tuple[str, ...] = (), restarts: tuple[str, ...] = ()) -> PropertyDocument:
    return PropertyDocument(
        path=str(found),
        old=_side(found.old, found.old_from, found),
        new=_side(found.new, found.new_from, found),
        undecided=found.undecided,
        forces_replacement=str(found) in reasons,
        restarts=str(found) in restarts,
    )


def _side(side: Side, sources: tuple[str, ...], found: Property) -> SideDocument:
    if found.old_from or found.new_from:
        return SideDocument(state=State.SOURCE, sources=sources)
    if isinstance(side, Secret):
        return SideDocument(state=State.SECRET)
    states = {ABSENT: State.ABSENT, HIDDEN: State.HIDDEN, UNKNOWN: State.UNKNOWN}
    if side is ABSENT or side is HIDDEN or side is UNKNOWN:
        return SideDocument(state=states[side])
    return SideDocument(state=State.KNOWN, value=encode(side, sealed=True))
