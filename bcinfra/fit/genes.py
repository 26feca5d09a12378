"""What of a page can be chosen: each gene with its choices, the weakest first, as changes of what the page states.

A gene's choices are functions from a page to a page, as plain values, so that a design is its choices applied in order.
What a page cannot have is not known here: its own rules refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from bcinfra.places import regions
from bcinfra.spec.sites import AwsSite, CloudSite, GcpProject, GcpSite
from bcinfra.spec.values import Strategy, format_duration, parse_duration

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec import Shop

Page: TypeAlias = dict[str, Any]
Apply: TypeAlias = "Callable[[Page], None]"
"""Changes a page in place."""


class Kind(StrEnum):
    """What a gene is of, as the page's fields call it."""

    STRATEGY = "strategy"
    PLACE = "place"
    ZONES = "zones"
    ENGINE = "engine"
    READERS = "readers"
    CACHE_COPIES = "replicas per shard"
    COPIES = "copies apart"
    CADENCE = "cadence"
    KEPT = "kept"
    LOCK = "lock"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to have it. ``value`` is as the page states it."""

    value: str
    apply: Apply


@dataclass(frozen=True, slots=True)
class Gene:
    """Something that can be chosen, of ``about`` (a site, a store); ``today`` is the choice of the page."""

    kind: Kind
    about: str
    choices: tuple[Choice, ...]
    today: int
    needs_second: bool = False
    """Whether it is there only where a second site is."""

    @property
    def name(self) -> str:
        return f"{self.kind.value} of {self.about}" if self.about else self.kind.value


_AURORA: Final = "8.0"
"""The one version that Aurora is assembled with."""
_CADENCES: Final = ("1d", "1h", "15m")
_KEPT: Final = (7, 35)
_LOCKED: Final = 14
"""Days of the lock where none is stated."""


def genes(shop: Shop) -> tuple[Gene, ...]:
    """All that can be chosen of ``shop``; the strategy first. What has one choice is no gene."""
    found = (
        *_strategy(shop), *_place(shop), *_zones(shop), *_engine(shop), *_readers(shop), *_cache(shop),
        *_copies(shop), *_cadence(shop), *_kept(shop), *_lock(shop), *_dns(shop),
    )  # fmt: skip
    return tuple(gene for gene in found if len(gene.choices) > 1)


def applied(page: Mapping[str, Any], every: tuple[Gene, ...], design: tuple[int, ...]) -> Page:
    """``page`` with the choices of ``design``; those of today change nothing."""
    found: Page = deepcopy(dict(page))
    for gene, choice in zip(every, design, strict=True):
        if choice != gene.today:
            gene.choices[choice].apply(found)
    return found


def _gene(kind: Kind, about: str, choices: list[tuple[str, Apply]], today: str, *, second: bool = False) -> Gene:
    values = [value for value, _ in choices]
    return Gene(kind, about, tuple(Choice(value, apply) for value, apply in choices), values.index(today), second)


def _mapping(value: object) -> Page:
    """What is stated of something; nothing where that is no mapping."""
    return cast("Page", value) if isinstance(value, dict) else {}


def _put(*path: str, value: Any) -> Apply:
    """State ``value`` at ``path``."""

    def apply(page: Page) -> None:
        at = page
        for step in path[:-1]:
            if not isinstance(at.get(step), dict):
                at[step] = {}
            at = at[step]
        at[path[-1]] = value

    return apply


# -- where it runs ----------------------------------------------------------------------------------------------------


def _strategy(shop: Shop) -> Iterator[Gene]:
    """All strategies that the page's own kind of sites can have; a second site is added where there is none."""
    primary = shop.sites[shop.primary]
    seconds = [name for name in shop.serving_sites if name != shop.primary]
    names = seconds or [_second(shop)]
    if names == [None]:
        return

    def second(page: Page, role: str) -> None:
        for name in names:
            assert name
            at = page["sites"].get(name) or {**_site(shop), "region": _beside(shop)}
            page["sites"][name] = {**at, "role": role}

    def backup_and_restore(page: Page) -> None:
        page["strategy"] = Strategy.BACKUP_AND_RESTORE.value
        for name in seconds:
            if shop.backup_sites:
                del page["sites"][name]
            else:
                page["sites"][name]["role"] = "backup"

    def takes_over(strategy: Strategy) -> Apply:
        def apply(page: Page) -> None:
            page["strategy"] = strategy.value
            second(page, "active" if strategy is Strategy.ACTIVE_ACTIVE else "standby")
            if strategy is Strategy.ACTIVE_ACTIVE and shop.mysql and shop.mysql.engine != "aurora":
                _to_aurora(page)

        return apply

    choices: list[tuple[str, Apply]] = [(Strategy.BACKUP_AND_RESTORE.value, backup_and_restore)]
    choices += [
        (strategy.value, takes_over(strategy))
        for strategy in list(Strategy)[1:]
        if strategy is not Strategy.ACTIVE_ACTIVE or (isinstance(primary, AwsSite) and not shop.files)
    ]
    if shop.strategy.value in [value for value, _ in choices]:
        yield _gene(Kind.STRATEGY, "", choices, shop.strategy.value)


def _site(shop: Shop) -> Page:
    """A further site like the primary."""
    primary = shop.sites[shop.primary]
    assert isinstance(primary, CloudSite)
    kind = {"kind": "gcp"} if isinstance(primary, GcpSite) else {}
    return {**kind, "region": primary.region, "role": "standby", "account": primary.account}


def _second(shop: Shop) -> str | None:
    """The name for a site that takes over; ``None`` where none can be made without its owner."""
    with suppress(KeyError):
        if isinstance(shop.sites[shop.primary], CloudSite):
            return regions.site_name(_beside(shop), list(shop.sites))
    return None


def _beside(shop: Shop) -> str:
    primary = shop.sites[shop.primary]
    assert isinstance(primary, CloudSite)
    return regions.neighbour(_cloud(primary), primary.region)


def _cloud(site: CloudSite) -> Cloud:
    return "gcp" if isinstance(site, GcpSite) else "aws"


def _place(shop: Shop) -> Iterator[Gene]:
    """Where the second site is: as stated, near, on another continent, at another vendor; further apart is stronger."""
    seconds = [(name, site) for name, site in shop.serving_sites.items() if name != shop.primary]
    primary = shop.sites[shop.primary]
    if len(seconds) != 1 or not isinstance(primary, CloudSite):
        return
    ((name, site),) = seconds
    pinned = {shop.active_site, shop.state.site if shop.state else None}
    if not isinstance(site, CloudSite) or site.images or site.registry or name in pinned:
        return
    used = {other.region for other in shop.sites.values() if isinstance(other, CloudSite)}
    cloud = _cloud(primary)

    def to(region: str, change: Page) -> Apply:
        def apply(page: Page) -> None:
            sites = page["sites"]
            if name in sites:
                here = {key: value for key, value in sites[name].items() if key not in ("zones", "network")}
                zones = {"zones": at} if (at := min(3, len(regions.zones(region)))) < 3 else {}
                new = {**here, "region": region, **change, **zones}
                moved = regions.site_name(region, list(sites))
                page["sites"] = {**{key: at for key, at in sites.items() if key != name}, moved: new}

        return apply

    near, far = regions.free(cloud, primary.region, used) if _cloud(site) == cloud else (None, None)
    choices: list[tuple[str, Apply]] = [(near, to(near, {}))] if near else []
    choices.append((site.region, lambda _: None))
    if far:
        choices.append((far, to(far, {})))
    other = next((key for key, one in shop.accounts.items() if isinstance(one, GcpProject)), None)
    beside = regions.nearest("gcp", site.region)
    if cloud == "aws" and _cloud(site) == "aws" and other and beside and not shop.files:
        choices.append((beside, to(beside, {"kind": "gcp", "account": other})))
    yield _gene(Kind.PLACE, name, choices, site.region, second=True)


def _zones(shop: Shop) -> Iterator[Gene]:
    for name, site in shop.serving_sites.items():
        if isinstance(site, CloudSite):
            count = site.zones if isinstance(site.zones, int) else len(site.zones)
            most = min(3, len(regions.zones(site.region)) or count)
            choices: list[tuple[str, Apply]] = [
                (str(n), _if_site(name, "zones", n)) for n in sorted({2, most, count}) if n >= 2
            ]
            yield _gene(Kind.ZONES, name, choices, str(count), second=name != shop.primary)


def _if_site(name: str, field: str, value: Any) -> Apply:
    """State a field of a site, where a design has it."""

    def apply(page: Page) -> None:
        if name in page["sites"]:
            page["sites"][name] = {**page["sites"][name], field: value}

    return apply


def _dns(shop: Shop) -> Iterator[Gene]:
    """One vendor or two that answer for the domain."""
    projects = [name for name, one in shop.accounts.items() if isinstance(one, GcpProject)]
    aws = shop.zones_at.get("aws")
    if not projects or not aws or "aws" not in shop.serving_kinds:
        return
    both = {"aws": aws, "gcp": shop.zones_at.get("gcp", projects[0])}
    alone = {"aws": aws}
    today = ", ".join(sorted(shop.zones_at))
    choices: list[tuple[str, Apply]] = [("aws", _put("dns", value=alone)), ("aws, gcp", _put("dns", value=both))]
    if today in ("aws", "aws, gcp"):
        yield _gene(Kind.DNS, "", choices, today)


# -- stores -----------------------------------------------------------------------------------------------------------


def _engine(shop: Shop) -> Iterator[Gene]:
    vendors = {site.kind for site in shop.serving_sites.values()}
    if not shop.mysql or vendors != {"aws"} or shop.mysql.replica_version:
        return
    older = tuple(map(int, shop.mysql.version.split("."))) <= (8, 0)

    choices: list[tuple[str, Apply]] = [("mysql", _put("mysql", "engine", value="mysql"))]
    if older or shop.mysql.engine == "mysql":
        choices.append(("aurora", _to_aurora))
    yield _gene(Kind.ENGINE, "mysql", choices, shop.mysql.engine)


def _to_aurora(page: Page) -> None:
    """Aurora's storage grows without a limit, and it has classes of its own."""
    page["mysql"] |= {"engine": "aurora", "version": _AURORA}
    for of_mysql in ("storage_limit", "instance_class"):
        page["mysql"].pop(of_mysql, None)


def _readers(shop: Shop) -> Iterator[Gene]:
    if shop.mysql:
        counts = sorted({0, 1, shop.mysql.readers})
        choices = [(str(n), _put("mysql", "readers", value=n)) for n in counts]
        yield _gene(Kind.READERS, "mysql", choices, str(shop.mysql.readers))


def _cache(shop: Shop) -> Iterator[Gene]:
    if shop.redis:
        counts = sorted({1, 2, shop.redis.replicas_per_shard})
        choices = [(str(n), _put("redis", "replicas_per_shard", value=n)) for n in counts]
        yield _gene(Kind.CACHE_COPIES, "redis", choices, str(shop.redis.replicas_per_shard))


# -- copies -----------------------------------------------------------------------------------------------------------


def _copies(shop: Shop) -> Iterator[Gene]:
    """Where copies are kept beside the sites that serve: nowhere, in the shop's account, in one of their own."""
    primary = shop.sites[shop.primary]
    if not isinstance(primary, CloudSite) or len(shop.backup_sites) > 1:
        return
    own = type(shop.accounts[primary.account])
    serving = {site.account for site in shop.serving_sites.values() if isinstance(site, CloudSite)}
    vault = next((name for name, one in shop.accounts.items() if isinstance(one, own) and name not in serving), None)
    name, site = next(iter(shop.backup_sites.items()), (None, None))
    if site is not None and not isinstance(site, CloudSite):
        return
    stated = _site(shop)
    if name is None:
        used = [at.region for at in shop.serving_sites.values() if isinstance(at, CloudSite)]
        try:
            region = regions.overseas(_cloud(primary), primary.region, *used)
        except (KeyError, StopIteration):
            return
        name = regions.site_name(region, list(shop.sites))
        stated |= {"region": region, "role": "backup"}
    at = name

    def without(page: Page) -> None:
        page["sites"].pop(at, None)

    def kept(account: str) -> Apply:
        def apply(page: Page) -> None:
            page["sites"][at] = {**(page["sites"].get(at) or stated), "account": account}

        return apply

    choices: list[tuple[str, Apply]] = []
    if not (shop.state and shop.state.site == name):
        choices.append(("none", without))
    choices.append((primary.account, kept(primary.account)))
    if account := (site.account if site and site.account != primary.account else vault):
        choices.append((account, kept(account)))
    yield _gene(Kind.COPIES, name, choices, site.account if site else "none")


def _cadence(shop: Shop) -> Iterator[Gene]:
    """How often what the stores hold is copied: a plan copies all of it as often as the most urgent needs."""
    rows = {name: row.cadence for name, row in shop.kept.items() if row.home in ("mysql", "media", "files")}
    if not rows:
        return
    now = min(rows.values())
    today = format_duration(now)
    every = sorted({*_CADENCES, today}, key=parse_duration, reverse=True)

    def of(choice: str) -> Apply:
        cadence = parse_duration(choice)
        change = [name for name, at in rows.items() if (at < cadence if cadence > now else at > cadence)]

        def apply(page: Page) -> None:
            for name in change:
                row = page["data"][name]
                page["data"][name] = {**(_mapping(row) or {"criticality": row}), "cadence": choice}

        return apply

    yield _gene(Kind.CADENCE, "copies", [(one, of(one)) for one in every], today)


def _kept(shop: Shop) -> Iterator[Gene]:
    days = shop.backups.retain_days

    def of(kept: int) -> Apply:
        def apply(page: Page) -> None:
            backups = _mapping(page.get("backups"))
            lock = min(kept, int(backups.get("lock_days", _LOCKED)))
            page["backups"] = {**backups, "retain_days": kept, "lock_days": lock}

        return apply

    yield _gene(Kind.KEPT, "backups", [(f"{n}d", of(n)) for n in sorted({*_KEPT, days})], f"{days}d")


def _lock(shop: Shop) -> Iterator[Gene]:
    """Not at all, so that its account's administrators can lift it, for good."""
    if shop.disposable:
        return
    backups = shop.backups
    days = backups.lock_days or min(_LOCKED, backups.retain_days)

    def of(days: int, for_good: bool) -> Apply:
        def apply(page: Page) -> None:
            stated = _mapping(page.get("backups"))
            days_kept = int(stated.get("retain_days", backups.retain_days))
            page["backups"] = {**stated, "lock_days": min(days, days_kept), "lock_for_good": for_good}

        return apply

    choices = [("none", of(0, False)), (f"{days}d", of(days, False)), (f"{days}d for good", of(days, True))]
    today = "none" if not backups.lock_days else f"{days}d for good" if backups.lock_for_good else f"{days}d"
    yield _gene(Kind.LOCK, "backups", choices, today)
