"""Databases with copies in another account: what a restore waits for there, and the log that is replayed on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from bcinfra.continuity.model.domains import UNNAMED, Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Store, StoreKind, Stream
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, total, unknown
from bcinfra.continuity.readings.aws import alarms, binlogs, objects, places, receivers, relational
from bcinfra.continuity.readings.aws.binlogs import Archive
from bcinfra.continuity.readings.base.stores import part_urn, refused
from bcinfra.continuity.readings.base.view import View, as_row, as_text, once_per_view
from bcinfra.continuity.readings.joins.flows import behind
from bcinfra.graph.core.model import Resource

_Parameters: TypeAlias = "frozenset[tuple[str | None, str | None]]"
_REPLAY: Final = "mysql.replay"
_SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
_GROUPS: Final = {relational.INSTANCE: relational.PARAMETERS, relational.CLUSTER: relational.CLUSTER_PARAMETERS}
_MADE_FIRST: Final = assumed(
    "network, parameter group and roles made first",
    Unit.SECONDS,
    Range(1800, 7200, 0),
    "nothing in the account of the copies waits for a restore; none where the sites' own still serve (judgement)",
)


def archived(view: View, store: Store) -> Store:
    """A store, with what is archived of its log, and what its copies elsewhere wait for."""
    store = replace(store, copies=tuple(_landing(view, store, copy) for copy in store.copies))
    found = [_copy(view, store, archive) for archive in _archives(view, store)]
    best: dict[str, RecoveryPoint] = {}
    for copy in found:
        if isinstance(copy, RecoveryPoint):
            best[copy.urn] = min((best.get(copy.urn, copy), copy), key=_worst)
    return replace(
        store,
        copies=(*store.copies, *best.values()),
        refused=(*store.refused, *(no for no in dict.fromkeys(found) if isinstance(no, Refused))),
    )


def _landing(view: View, store: Store, copy: RecoveryPoint) -> RecoveryPoint:
    """A copy; in an account in which the database does not run, people make first what it is restored to, unless that
    is declared there: subnets, and parameters as the database has them."""
    if store.kind is not StoreKind.RELATIONAL or Protection.OTHER_ACCOUNT not in copy.protections:
        return copy
    rows = [view.graph[member.urn] for member in store.members if member.urn in view.graph]
    restored = [row for row in rows if row.type in _GROUPS]
    if not restored or any(_prepared(view, row, copy) for row in restored):
        return copy
    return replace(copy, restore=total(copy.restore.name, copy.restore, _MADE_FIRST))


def _prepared(view: View, row: Resource, copy: RecoveryPoint) -> bool:
    bearer = relational.log_parameters(row)
    own = view.ref(row, bearer, _GROUPS[row.type])
    there = [(home, copy.site) for home in copy.homes]
    groups = [_standing(view, _GROUPS[row.type]).get(at, ()) for at in there]
    fit = any(groups) if own is None else any(_parameters(view, own) in found for found in groups)
    return fit and any(at in _standing(view, _SUBNETS) for at in there)


@once_per_view
def _standing(view: View, type: str) -> Mapping[tuple[Domain, str | None], Collection[_Parameters]]:
    """Account and region → the parameters of what is of a type there."""
    found: dict[tuple[Domain, str | None], dict[_Parameters, None]] = {}
    for row in view.graph.of_type(type):
        at = places.account(view, row), f"aws/{places.region_of(view, row)}"
        found.setdefault(at, {})[_parameters(view, row)] = None
    return found


def _parameters(view: View, group: Resource) -> _Parameters:
    return frozenset((as_text(one.get("name")), as_text(one.get("value"))) for one in view.rows(group, "parameters"))


def _worst(copy: RecoveryPoint) -> float:
    return copy.age.value.worst if copy.age.value else float("inf")


def _archives(view: View, store: Store) -> list[Archive]:
    """The archives whose readers take its log."""
    if store.kind is not StoreKind.RELATIONAL:
        return []
    readers = {one.service.urn: one for member in store.members for one in _readers(view).get(member.urn, ())}
    return [readers[urn] for urn in sorted(readers)]


@once_per_view
def _readers(view: View) -> Mapping[str, Sequence[Archive]]:
    """URN → the archives whose readers know of it, or are let into it."""
    found: dict[str, list[Archive]] = {}
    for archive in binlogs.archives(view):
        for urn in _read(view, archive):
            found.setdefault(urn, []).append(archive)
    return found


def _followed(view: View, store: Store, archive: Archive) -> tuple[Member, ...]:
    """Whose log the readers take. What is declared and not made has none."""
    return tuple(member for member in store.members if member.urn in _read(view, archive))


def _read(view: View, archive: Archive) -> set[str]:
    """URNs of what the readers know of, or are let into."""
    return view.once(("archive", archive.service.urn), lambda: {row.urn for row in behind(view, archive.service)})


def _copy(view: View, store: Store, archive: Archive) -> RecoveryPoint | Refused:
    bucket = archive.bucket
    kept = objects.keeps(view, bucket)
    account = places.account(view, bucket)
    label = f"binary log of {store.name} in {kept.label}"
    silent = [row for row in _rows(view, store, archive) if relational.not_backed_up(view, row)]
    if len(silent) == len(_followed(view, store, archive)):
        return refused(Refusal.NO_LOG, label, silent[0], "backupRetentionPeriod", silent[0].name)
    databases = _databases(view, store, archive)
    if databases and all(relational.writes_log(view, row) is False for row in databases):
        first = databases[0]
        return refused(Refusal.LOG_OFF, label, first, relational.log_parameters(first), first.name)
    base = _base(store, account)
    if base is None:
        return refused(Refusal.NO_BASE, label, bucket, "bucket", account.name.removeprefix("aws/"))
    keys = objects.keys(view, bucket)
    needs = (*base.needs_to_recover, *keys, *objects.key_owners(view, bucket), *base.homes)
    return RecoveryPoint(
        urn=part_urn(bucket, f"log of {store.name}"),
        label=label,
        **kept.place,
        needs_to_run=keys,
        needs_to_recover=tuple(dict.fromkeys(need for need in needs if need not in kept.place["homes"])),
        mechanism="binary log, replayed on a copy",
        age=_age(view, store, archive),
        retention=kept.retention,
        protections=(kept.protections & base.protections) | _elsewhere(store, account),  # it takes both
        restore=_restore(view, store, base),
        tested_by=_proved(view, store, archive),
        size_gb=base.size_gb,
        stream=Stream(readers=view.count(archive.service, "desiredCount"), watched=_watched(view, bucket)),
    )


def _proved(view: View, store: Store, archive: Archive) -> str | None:
    """A job that replays the log on a database whose it is."""
    account = places.account(view, archive.bucket)
    names = (binlogs.proved(view, account, archive.bucket, row) for row in _databases(view, store, archive))
    return next((name for name in names if name), None)


def _rows(view: View, store: Store, archive: Archive) -> list[Resource]:
    """The instances of RDS among those whose log the readers take."""
    return [row for row in _databases(view, store, archive) if row.type == relational.INSTANCE]


def _databases(view: View, store: Store, archive: Archive) -> list[Resource]:
    """Those whose log the readers take, as resources."""
    return [view.graph[member.urn] for member in _followed(view, store, archive) if member.urn in view.graph]


def _base(store: Store, account: Domain) -> RecoveryPoint | None:
    """The copy in the archive's account that a restore begins with: the best guarded, the quickest."""
    there = [copy for copy in store.copies if account in copy.homes and not copy.stream]
    return min(there, key=lambda copy: (Protection.LOCKED not in copy.protections, copy.label), default=None)


def _elsewhere(store: Store, account: Domain) -> set[Protection]:
    """Whether nobody who runs the store is in the archive's account."""
    accounts = {home for member in store.members for home in member.homes if home.kind is account.kind}
    named = all(UNNAMED not in domain.name for domain in (*accounts, account))
    return {Protection.OTHER_ACCOUNT} if named and account not in accounts else set()


def _age(view: View, store: Store, archive: Archive) -> Figure:
    """What the readers may be behind: the upload, and the lag where it is a replica's log that they follow."""
    age = binlogs.age(view, archive)
    if not any(relational.writes_log(view, row) for row in _databases(view, store, archive)):
        return unknown(age.name, Unit.SECONDS, f"whether {store.name} writes a binary log (binlog_format) is not told")
    followed = _followed(view, store, archive)
    lags = [member.lag for member in followed if member.lag]
    return age if len(lags) < len(followed) else total(age.name, age, lags[0])


def _restore(view: View, store: Store, base: RecoveryPoint) -> Figure:
    return total(f"{store.name} restored and its log replayed", base.restore, view.time(_REPLAY))


def _watched(view: View, bucket: Resource) -> Figure | None:
    """Time until an alarm of the bucket's own account that takes silence for a failure tells somebody."""
    account, watching = places.account(view, bucket), _watching(view)
    keys = filter(None, (view.text(bucket, "bucket"), bucket.urn))
    found = {alarm.urn: alarm for key in keys for alarm in watching.get(key, ())}
    times = [
        time
        for _, alarm in sorted(found.items())
        if places.account(view, alarm) == account and (time := alarms.fires(view, alarm))
    ]
    return min(times, key=lambda time: time.value.worst if time.value else float("inf"), default=None)


@once_per_view
def _watching(view: View) -> Mapping[str, Sequence[Resource]]:
    """URN or name of a bucket → the alarms of it that take silence for a failure and tell somebody."""
    found: dict[str, list[Resource]] = {}
    for alarm in view.graph.of_type(alarms.ALARM):
        if view.text(alarm, "treatMissingData") == "breaching" and alarm.urn in receivers.telling(view):
            name = as_text(as_row(view.value(alarm, "dimensions")).get("BucketName"))
            for key in {*filter(None, (name,)), *(row.urn for row in view.linked(alarm, "dimensions"))}:
                found.setdefault(key, []).append(alarm)
    return found
