"""How the tiers of a stack are managed: which resource meets which need, tier by tier and ground by ground."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain
from typing import Final

from bcinfra.continuity.model.fcaps import Area, Book, Cell, Met, Need, book
from bcinfra.continuity.readings.aws import binlogs, receivers
from bcinfra.continuity.readings.aws.alarms import ALARM
from bcinfra.continuity.readings.aws.balancers import DISTRIBUTION, shows_files
from bcinfra.continuity.readings.aws.metrics import of_another
from bcinfra.continuity.readings.aws.objects import FILLED_BY_OTHERS, family, lock_of, replicated_to
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base.view import View, as_json, as_row, strings
from bcinfra.continuity.readings.gcp import alerts, dns, modes, storage
from bcinfra.continuity.readings.joins.burning import burning
from bcinfra.continuity.readings.joins.capabilities import state_buckets
from bcinfra.continuity.readings.joins.covered import Places
from bcinfra.continuity.readings.joins.dns_pairs import ZONES, is_public, pairs, signed_by
from bcinfra.continuity.readings.kubernetes import mutes, stores
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Value

_BUCKETS: Final = (*BUCKET_TYPES, storage.BUCKET)
_OBJECT: Final = "gcp:storage/bucketObject:BucketObject"
_NOTIFICATION: Final = "aws:s3/bucketNotification:BucketNotification"
_QUEUE: Final = "aws:sqs/queue:Queue"
_FRONTS: Final = (modes.PROXY, "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy")
"""What customers reach of a load balancer: one each."""
_COPIES: Final = ((storage.PROFILE, "gcsProfile"), (stores.PXC, "spec"))
"""Who writes copies of a database, or its changes, into a bucket: type and property."""


def cells(graph: Graph, needs: Book | None = None) -> tuple[Cell, ...]:
    """The cells of every tier that is there, in the order of the book; a tier that is not there has none."""
    view = View(graph, TRAITS, VENDORS)
    rows = mutes.heard(row for row in graph if row.custom and not row.is_provider)
    return tuple(_Table(view, rows, Places(graph)).cells(needs or book()))


def _no_media(view: View, rows: list[Resource]) -> frozenset[str]:
    """URNs of buckets that hold no media, but logs that services write, the runbook, a database's copies, log or
    changes, or the state of the infrastructure; and of what those are copied to."""
    buckets = [row for row in rows if row.type in _BUCKETS]
    users = [(row, name) for row in rows for token, name in (*FILLED_BY_OTHERS, *_COPIES) if row.type == token]
    users += [(row, "bucket") for row in rows if "runbook" in _key(row)]
    linked = {urn for row, name in users for urn in row.property_dependencies.get(name, ())}
    said = " ".join(json.dumps(_plain(row.inputs.get(name)), default=str) for row, name in users)
    aside = [row for row in buckets if row.urn in linked or any(f'"{name}"' in said for name in _names(row))]
    aside += (archive.bucket for archive in binlogs.archives(view))
    aside += state_buckets(view)
    copied = [other for row in aside if row.type in BUCKET_TYPES for other in family(view, row, replicated_to)]
    copied += (other for row in aside for other, _ in storage.replicated(view, row))
    return frozenset(row.urn for row in (*aside, *copied))


def _told_by_buckets(view: View) -> frozenset[str]:
    """URNs of queues in which buckets say what came in: no message of the shop's waits there."""
    rows = view.graph.of_type(_NOTIFICATION)
    return frozenset(queue.urn for row in rows for queue in view.refs(row, "queues", _QUEUE))


def _private_zones(view: View) -> frozenset[str]:
    """URNs of zones that only a network asks."""
    return frozenset(zone.urn for zone in view.graph.of_type(*ZONES) if not is_public(view, zone))


def _key(row: Resource) -> str:
    """Under which key an object lies in its bucket."""
    return str(row.inputs.get("key") or (row.inputs.get("name") if row.type == _OBJECT else ""))


def _names(bucket: Resource) -> Iterator[str]:
    return strings([bucket.inputs.get("bucket"), bucket.inputs.get("name")])


class _Table:
    """What is there of a stack, and what of it people hear of."""

    def __init__(self, view: View, rows: list[Resource], places: Places) -> None:
        self.view = view
        self.rows = rows
        self.places = places
        self.told = receivers.telling(view) | alerts.telling(view)
        self._of: dict[tuple[str, ...], list[Resource]] = {}
        self._said: dict[str, str] = {}

    @cached_property
    def burning(self) -> frozenset[str]:
        """URNs of what tells how fast errors use up what may fail."""
        return burning(self.view, self.rows)

    @cached_property
    def choice(self) -> bool:
        """Whether a name can be answered in several ways."""
        return len(self.of(_FRONTS)) > 1 or any(_chooses(row) for row in self.of((dns.RECORD,)))

    @cached_property
    def files(self) -> frozenset[str]:
        """URNs of distributions that show files and nothing else."""
        return frozenset(row.urn for row in self.of((DISTRIBUTION,)) if shows_files(self.view, row))

    def about(self, need: Need, types: tuple[str, ...]) -> list[Resource]:
        """The rows of some types that a need is about."""
        return [row for row in self.of(types) if not (need.beyond_files and row.urn in self.files)]

    def of(self, types: tuple[str, ...]) -> list[Resource]:
        """The rows of some types: many needs ask for the same."""
        if types not in self._of:
            named = (n for token, n in self._by_type.items() if any(fnmatchcase(token, pattern) for pattern in types))
            self._of[types] = [self.rows[n] for n in sorted(chain.from_iterable(named))]
        return self._of[types]

    @cached_property
    def _by_type(self) -> Mapping[str, list[int]]:
        """Where the rows of a type stand."""
        found: dict[str, list[int]] = {}
        for n, row in enumerate(self.rows):
            found.setdefault(row.type, []).append(n)
        return found

    def said(self, row: Resource) -> str:
        """All that a row is declared with, as one text."""
        if row.urn not in self._said:
            inputs = {name: _plain(value) for name, value in row.inputs.items()}
            self._said[row.urn] = json.dumps(inputs, default=str)
        return self._said[row.urn]

    def cells(self, found: Book) -> Iterator[Cell]:
        aside = _no_media(self.view, self.rows) | _told_by_buckets(self.view) | _private_zones(self.view)
        for tier, grounds in found.tiers.items():
            for ground, types in grounds.items():
                own = [row for row in self.of(types) if row.urn not in aside]
                if not own:
                    continue
                for area in Area:
                    wanted = (
                        need
                        for need in found.needs
                        if (need.tier, need.ground, need.area) == (tier, ground, area)
                        and (not need.where or self.about(need, need.where))
                        and (not need.choice or self.choice)
                    )
                    if met := tuple(self._met(need, own) for need in wanted):
                        yield Cell(tier=tier, ground=ground, area=area, needs=met)

    def _signed(self, need: Need, zones: Iterable[Resource]) -> Met:
        """A zone that two providers answer for need not be: see the row's reason."""
        alone = [zone for zone in zones if zone.urn not in pairs(self.view)]
        by = {zone.urn: tuple(row.urn for row in signed_by(self.view, zone)) for zone in alone}
        return Met(need=need, by=tuple(chain(*by.values())), but=tuple(urn for urn, keys in by.items() if not keys))

    def _about(self, alarm: Resource, own: Resource) -> bool:
        """Whether an alarm refers to a resource, says its name, or refers to what shows files of that alone."""
        linked = {urn for urns in alarm.property_dependencies.values() for urn in urns}
        name = own.inputs.get("bucket") or own.inputs.get("name")
        said = isinstance(name, str) and json.dumps(name) in self.said(alarm)
        return said or not linked.isdisjoint((own.urn, *self.shown_by.get(own.urn, ())))

    @cached_property
    def shown_by(self) -> Mapping[str, list[str]]:
        """URN of a bucket → those of the distributions that show its files and nothing else."""
        found: dict[str, list[str]] = {}
        for urn in self.files:
            buckets = self.view.refs(self.view.graph[urn], "origins", *BUCKET_TYPES)
            found |= {row.urn: [*found.get(row.urn, ()), urn] for row in buckets if len(buckets) == 1}
        return found

    @cached_property
    def copies(self) -> frozenset[str]:
        """URNs of buckets that replication alone fills, and a lock keeps."""
        buckets = self.of(BUCKET_TYPES)
        filled = {rule.target.urn: rule.target for row in buckets for rule in replicated_to(self.view, row)}
        return frozenset(urn for urn, row in filled.items() if lock_of(self.view, row))

    def _met(self, need: Need, own: list[Resource]) -> Met:
        if need.signs:
            return self._signed(need, own)
        bringing = self.of(need.through)
        asked = self.about(need, need.types) if bringing or not need.through else []
        if need.burns:
            asked = [row for row in asked if row.urn in self.burning]
        near = {mutes.seat(row) for row in self.of(need.beside)}
        meeting = [
            row
            for row in asked
            if _meets(need, row, self.said)
            and not (row.type == ALARM and of_another(self.view, row))
            and (not need.beside or mutes.seat(row) in near)
            and (not need.about or any(self._about(row, one) for one in own))
            and (need.locked is None or _locked(self.view, row, need.locked))
        ]
        unheard = tuple(row.urn for row in meeting if need.told and row.urn not in self.told)
        meeting = [row for row in meeting if row.urn not in unheard]
        by, but = tuple(row.urn for row in meeting), ()
        if need.each and need.about:
            shown = [row for row in own if by and row.urn not in self.copies]
            but = tuple(one.urn for one in shown if not any(self._about(row, one) for row in meeting))
        elif need.each:
            but = tuple(row.urn for row in asked if row.urn not in by)
        elif need.everywhere and by:
            watched = self.of(need.where) if need.where else own
            but = self.places.lacking(watched, meeting, *([bringing] if need.through else []))
        return Met(need=need, by=by, but=but, unheard=unheard)


def _chooses(record: Resource) -> bool:
    """Whether a record may have several answers: by a policy, or several addresses."""
    given = record.inputs.get("rrdatas")
    several = given is UNKNOWN or (isinstance(given, list) and len(given) > 1)
    return record.inputs.get("routingPolicy") is not None or (several and record.inputs.get("type") in ("A", "AAAA"))


def _locked(view: View, row: Resource, name: str) -> bool:
    """Whether the bucket that a property leads to is known to keep for a time what comes in, whoever deletes it."""
    locks = [lock_of(view, bucket) for bucket in view.refs(row, name, *BUCKET_TYPES)]
    return any(lock is not None and lock[1] is not None for lock in locks)


def _meets(need: Need, row: Resource, saying: Callable[[Resource], str]) -> bool:
    if need.has or need.unless:
        said = saying(row)
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
