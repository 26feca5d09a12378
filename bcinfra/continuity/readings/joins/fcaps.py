"""How the tiers of a stack are managed: which resource meets which need, tier by tier and ground by ground."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from bcinfra.continuity.model.fcaps import Area, Book, Cell, Met, Need, book
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE
from bcinfra.continuity.readings.aws.mutes import muted
from bcinfra.continuity.readings.aws.objects import FILLED_BY_OTHERS
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base.view import as_json, as_row, as_text
from bcinfra.continuity.readings.gcp.alerts import snoozed
from bcinfra.continuity.readings.joins.burning import burning
from bcinfra.continuity.readings.joins.covered import Places
from bcinfra.continuity.readings.kubernetes import mutes
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Value

_RULE: Final = "aws:cloudwatch/eventRule:EventRule"
_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"


def cells(graph: Graph, needs: Book | None = None) -> tuple[Cell, ...]:
    """The cells of every tier that is there, in the order of the book; a tier that is not there has none."""
    found = needs or book()
    rows = [row for row in graph if row.custom and not row.is_provider]
    return tuple(_cells(found, _heard(rows), Places(graph)))


def _heard(rows: list[Resource]) -> list[Resource]:
    """All but what tells nobody: alarms that are muted beyond planned work, and rules whose events lead nowhere."""
    silent = muted(rows) | snoozed(rows) | _aimless(rows)
    heard = mutes.heard(row for row in rows if row.urn not in silent)
    return [_told(row, heard) for row in heard]


def _aimless(rows: list[Resource]) -> frozenset[str]:
    """URNs of EventBridge's rules that are off, or that no target names."""
    targets = [row for row in rows if row.type == _TARGET]
    linked = {urn for row in targets for urn in row.property_dependencies.get("rule", ())}
    named = [name for row in targets if (name := as_text(row.inputs.get("rule")))]
    return frozenset(
        row.urn
        for row in rows
        if row.type == _RULE
        and (row.inputs.get("state") == "DISABLED" or not (row.urn in linked or row.inputs.get("name") in named))
    )


def _told(alarm: Resource, rows: Iterable[Resource]) -> Resource:
    """An alarm that tells nobody, but one made of it does, tells whom that one tells."""
    if alarm.type != ALARM or alarm.inputs.get("alarmActions"):
        return alarm
    made = (row for row in rows if row.type == COMPOSITE and row.inputs.get("alarmActions") and _made_of(row, alarm))
    return next(
        (replace(alarm, inputs={**alarm.inputs, "alarmActions": one.inputs["alarmActions"]}) for one in made), alarm
    )


def _made_of(composite: Resource, alarm: Resource) -> bool:
    named = re.findall(r"""ALARM\(["']?([^"')]+)["']?\)""", str(composite.inputs.get("alarmRule")))
    return alarm.inputs.get("name") in named or alarm.urn in composite.property_dependencies.get("alarmRule", ())


def _no_media(rows: list[Resource]) -> frozenset[str]:
    """Buckets that hold no media: services write logs there, or the runbook lies there."""
    buckets = [row for row in rows if row.type in BUCKET_TYPES]
    users = [(row, name) for row in rows for token, name in FILLED_BY_OTHERS if row.type == token]
    users += [(row, "bucket") for row in rows if "runbook" in str(row.inputs.get("key"))]
    linked = {urn for row, name in users for urn in row.property_dependencies.get(name, ())}
    said = " ".join(json.dumps(_plain(row.inputs.get(name)), default=str) for row, name in users)
    return frozenset(row.urn for row in buckets if row.urn in linked or f'"{row.inputs.get("bucket")}"' in said)


def _cells(found: Book, rows: list[Resource], places: Places) -> Iterator[Cell]:
    aside = _no_media(rows)
    for tier, grounds in found.tiers.items():
        for ground, types in grounds.items():
            if not any(_is(row, types) and row.urn not in aside for row in rows):
                continue
            for area in Area:
                wanted = (
                    need
                    for need in found.needs
                    if (need.tier, need.ground, need.area) == (tier, ground, area)
                    and (not need.where or any(_is(row, need.where) for row in rows))
                )
                if met := tuple(_met(need, rows, places) for need in wanted):
                    yield Cell(tier=tier, ground=ground, area=area, needs=met)


def _is(row: Resource, types: Iterable[str]) -> bool:
    return any(fnmatchcase(row.type, pattern) for pattern in types)


def _met(need: Need, rows: list[Resource], places: Places) -> Met:
    bringing = [row for row in rows if _is(row, need.through)]
    asked = [row for row in rows if (bringing or not need.through) and _is(row, need.types)]
    if need.burns:
        told = burning(rows)
        asked = [row for row in asked if row.urn in told]
    near = [_namespace(row) for row in rows if need.beside and _is(row, need.beside)]
    meeting = [row for row in asked if _meets(need, row) and (not need.beside or _namespace(row) in near)]
    by, but = tuple(row.urn for row in meeting), ()
    if need.each:
        but = tuple(row.urn for row in asked if row.urn not in by)
    elif need.everywhere and by:
        watched = (row for row in rows if _is(row, need.where))
        but = places.lacking(watched, meeting, *([bringing] if need.through else []))
    return Met(need=need, by=by, but=but)


def _meets(need: Need, row: Resource) -> bool:
    if need.has or need.unless:
        said = json.dumps({name: _plain(value) for name, value in row.inputs.items()}, default=str)
        if any(text in said for text in need.unless):
            return True
        if need.has and not any(text in said for text in need.has):
            return False
    left = need.leaves is None or need.leaves in row.options.ignore_changes
    outside = need.apart is None or _apart(row, need.apart)
    return left and outside and (need.states is None or _stated(row, need.states))


def _apart(row: Resource, name: str) -> bool:
    """Whether a property is known to lead into another project than the resource's own; unknown is no."""
    leads, own = row.inputs.get(name), row.inputs.get("project")
    found = re.search(r"/projects/([^/]+)/", leads) if isinstance(leads, str) else None
    return bool(found) and isinstance(own, str) and found[1] != own


def _namespace(row: Resource) -> Value:
    return as_row(row.inputs.get("metadata")).get("namespace")


def _plain(value: Value) -> object:
    """A value, with the JSON in a text taken apart."""
    inner = as_json(value) if isinstance(value, str) and value[:1] in "[{" else None
    return inner if inner is not None else value


def _stated(row: Resource, path: str) -> bool:
    """Whether a property is there, not empty and not off; one that only a deployment tells counts as there."""
    first, *rest = path.split(".")
    value: Value = row.inputs.get(first)
    for name in rest:
        if value is UNKNOWN:
            break
        value = as_row(value[0] if isinstance(value, list) and value else value).get(name)
    return (
        value is UNKNOWN
        or value not in (None, False, "false", "", [], {})
        or (value is None and not rest and bool(row.property_dependencies.get(first)))
    )
