"""What is promised of data and of what customers do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bcinfra.spec.data import (
    EVERYBODYS,
    EXTERNAL,
    HOMES,
    LOADED,
    NONE,
    STANDARD_DATA,
    STORES,
    USUAL_HOMES,
)
from bcinfra.spec.draft import sound
from bcinfra.spec.environments import PRODUCTION
from bcinfra.spec.problems import Path, Problem, did_you_mean, nearest
from bcinfra.spec.values import CRITICALITIES, format_duration

if TYPE_CHECKING:
    from bcinfra.spec.data import Capability, DataClass, Objectives, OwnObjectives
    from bcinfra.spec.page import Page

SHORTEST: Final = timedelta(seconds=10)
"""Less than any failover takes: Route 53's fast health checks ask every 10 seconds, those of a Google Cloud load
balancer every 5, and two must fail at least (both vendors' documentation of health checks; read 2026-11)."""


def _classified(shop: Page) -> Iterator[Problem]:
    for name in STANDARD_DATA:
        if name not in shop.data:
            near = nearest(name, shop.data.keys() - USUAL_HOMES)
            yield Problem(
                path=("data", name),
                message="is not classified",
                allowed=(*CRITICALITIES, NONE),
                hint=f"is it what {near!r} means?" if near else f"{NONE} says that there is no such data",
            )
    for name in sorted(shop.absent.intersection(EVERYBODYS)):
        yield Problem(
            path=("data", name), value=NONE, message="is something that every shop has", allowed=CRITICALITIES
        )


def _objectives(shop: Page) -> Iterator[Problem]:
    if shop.objectives is None and shop.environment == PRODUCTION:
        yield Problem(
            path=("objectives",),
            message="is required",
            hint="state it: what must hold for every capability that states nothing else",
        )
    if shop.objectives:
        yield from _recoverable(shop.objectives, ("objectives",))
    for name, capability in shop.capabilities.items():
        if capability and capability.objectives:
            yield from _recoverable(capability.objectives, ("capabilities", name, "objectives"))


def _recoverable(stated: Objectives | OwnObjectives, path: Path) -> Iterator[Problem]:
    times = {path: stated.recovery_time}
    times |= {(*path, "kinds", kind): one.recovery_time for kind, one in stated.kinds.items()}
    for where, time in times.items():
        if time is not None and time < SHORTEST:
            yield Problem(
                path=(*where, "recovery_time"),
                value=format_duration(time),
                message="is shorter than any failover",
                allowed=(f"at least {format_duration(SHORTEST)}",),
                hint="the fastest health checks ask every 10 s, and several must fail; state availability instead",
            )


def _homes(shop: Page) -> Iterator[Problem]:
    for name, row in shop.kept.items():
        yield from sound(_home(shop, name, row))


def _home(shop: Page, name: str, row: DataClass) -> Iterator[Problem]:
    home = _home_of(name, row)
    path: Path = ("data", name, "home")
    if not home:
        yield Problem(path=path, message="is required for data of your own", allowed=(*HOMES, f"{EXTERNAL}<who>"))
    elif home in STORES and not getattr(shop, home):
        yield Problem(
            path=path,
            value=home,
            message="is not part of the shop",
            hint=f"add {home} to the shop, or give {name} another home, such as {EXTERNAL}<who keeps it>",
        )


def _home_of(name: str, row: DataClass) -> str:
    """A sound row has its home; one of a draft may still lack its usual one."""
    return row.home or USUAL_HOMES.get(name, "")


def _unclassified_stores(shop: Page) -> Iterator[Problem]:
    homes = {_home_of(name, row) for name, row in shop.kept.items()}
    for store in STORES:
        if getattr(shop, store) and store not in homes:
            yield Problem(
                path=(store,),
                message="holds no data that is classified",
                hint=f"add to data what it holds, with home {store}, or leave {store} out",
            )


def _capabilities(shop: Page) -> Iterator[Problem]:
    for name, capability in shop.capabilities.items():
        if capability is None and name not in shop.usual_needs:
            yield Problem(
                path=("capabilities", name),
                value=None,
                message="drops a capability that is not there",
                allowed=tuple(shop.usual_needs),
                hint=did_you_mean(name, shop.usual_needs),
            )
    for name, capability in shop.stated_capabilities.items():
        yield from sound(_needs(shop, name, capability))


def _suppliers(shop: Page) -> Iterator[Problem]:
    keepers = {row.keeper for row in shop.data.values() if row.keeper}
    stated = shop.stated_capabilities.items()
    needs = [capability.needs or shop.usual_needs.get(name) for name, capability in stated]
    needed = [need for one in needs if one for need in one.external]
    known = sorted({*keepers, *needed, *(shop.contact.vendors if shop.contact else ())})
    for name in shop.suppliers:
        if name not in known:
            yield Problem(
                path=("suppliers", name),
                message="supplies no capability and keeps no data",
                allowed=tuple(known),
                hint=did_you_mean(name, known) or "name it in capabilities.<capability>.needs.external",
            )


def _needs(shop: Page, name: str, capability: Capability) -> Iterator[Problem]:
    path: Path = ("capabilities", name, "needs")
    needs = capability.needs or shop.usual_needs.get(name)
    if needs is None:
        yield Problem(
            path=path,
            message="is required for a capability of your own",
            hint=did_you_mean(name, shop.usual_needs) or "state tiers, data and external services",
        )
        return
    for index, tier in enumerate(needs.tiers or ()):
        if tier not in shop.tiers:
            yield Problem(
                path=(*path, "tiers", index),
                value=tier,
                message="is not a tier of the shop",
                allowed=tuple(shop.tiers),
            )
    for index, need in enumerate(needs.data):
        if need in shop.absent and capability.needs:
            yield Problem(
                path=(*path, "data", index),
                value=need,
                message=f"is stated as {NONE} in data",
                hint="leave one of both out",
            )
        # Standard data that is not classified is reported where it is missing.
        if need not in shop.data and need not in STANDARD_DATA:
            drop = f", or drop the capability with {name}: null" if name in shop.usual_needs else ""
            yield Problem(
                path=(*path, "data", index),
                value=need,
                message="is needed and not classified",
                hint=(need not in USUAL_HOMES and did_you_mean(need, shop.data)) or f"add {need} to data{drop}",
            )


def _business(shop: Page) -> Iterator[Problem]:
    if shop.business:
        for name, peak in shop.business.peaks.items():
            if peak.end < peak.start:
                yield Problem(
                    path=("business", "peaks", name, "end"),
                    value=peak.end.isoformat(),
                    message="is before the start",
                    allowed=(f"{peak.start} or later",),
                )
        systems = {name for site in shop.premises.values() for name in site.systems}
        loaded = (*LOADED, *sorted(systems))
        for name, held in shop.business.load_tests.items():
            if name not in loaded:
                yield Problem(
                    path=("business", "load_tests", name),
                    value=held,
                    message="is of nothing that a load is put on",
                    allowed=loaded,
                    hint=did_you_mean(name, loaded),
                )


RULES: Final = (
    _classified,
    _objectives,
    _homes,
    _unclassified_stores,
    _capabilities,
    _suppliers,
    _business,
)
