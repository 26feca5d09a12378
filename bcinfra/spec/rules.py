"""What no field can tell alone: how the parts of a shop must fit together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bcinfra.spec.data import STANDARD_DATA, STORES, USUAL_HOMES, USUAL_NEEDS
from bcinfra.spec.problems import SECRET_NAME, Path, Problem, SpecError, nearest
from bcinfra.spec.regions import AWS_REGIONS, zone_prefix
from bcinfra.spec.values import Strategy

if TYPE_CHECKING:
    from bcinfra.spec.shop import Shop

MAX_PREFIX: Final = 24
"""Characters of name, hyphen and environment. The tightest downstream limit is 32 (AWS load balancers and target
groups), which leaves 8 for what follows."""
MIN_SERVING_ZONES: Final = 2


def broken_rules(shop: Shop) -> tuple[Problem, ...]:
    """Every rule that ``shop`` breaks. A rule that reads an unsound field of a draft ends there, without a verdict."""
    return tuple(problem for rule in _RULES for problem in _until_unsound(rule(shop)))


def _until_unsound(problems: Iterator[Problem]) -> Iterator[Problem]:
    try:
        yield from problems
    except SpecError:
        return


def _name(shop: Shop) -> Iterator[Problem]:
    if len(shop.prefix) > MAX_PREFIX:
        yield Problem(
            path=("name",),
            value=shop.name,
            message=f"makes {shop.prefix!r}, {len(shop.prefix)} characters, of which resource names must hold more",
            allowed=(f"at most {MAX_PREFIX} characters of name, hyphen and environment",),
        )


def _regions(shop: Shop) -> Iterator[Problem]:
    for name, site in shop.sites.items():
        path: Path = ("sites", name)
        if site.account not in shop.accounts:
            yield Problem(
                path=(*path, "account"),
                value=site.account,
                message="is not one of the shop's accounts",
                allowed=tuple(shop.accounts),
            )
        if site.region not in AWS_REGIONS:
            yield Problem(
                path=(*path, "region"), value=site.region, message="is not an AWS region", allowed=AWS_REGIONS
            )
        elif not isinstance(site.zones, int):
            prefix = f"{zone_prefix(site.region)}-az"
            for index, zone in enumerate(site.zones):
                if not (zone.startswith(prefix) and zone.removeprefix(prefix).isdigit()):
                    yield Problem(
                        path=(*path, "zones", index),
                        value=zone,
                        message=f"is not a zone id of {site.region}",
                        allowed=(f"{prefix}1, {prefix}2, ...",),
                        hint="ids mean the same place in every account, names such as eu-west-1a do not",
                    )
                elif zone in site.zones[:index]:
                    yield Problem(path=(*path, "zones", index), value=zone, message="is named twice")
        zones = site.zones if isinstance(site.zones, int) else len(set(site.zones))
        if site.serves and zones < MIN_SERVING_ZONES:
            yield Problem(
                path=(*path, "zones"),
                value=site.zones,
                message="a site that serves must survive the loss of a zone",
                allowed=(f"{MIN_SERVING_ZONES} or more zones; 3 are recommended",),
            )
    for (one, site), (other, twin) in combinations(shop.sites.items(), 2):
        if (site.region, site.account) == (twin.region, twin.account):
            yield Problem(
                path=("sites", other, "region"),
                value=twin.region,
                message=f"is already the region of site {one!r} in the same account",
                hint="choose another region, or another account",
            )


def _roles(shop: Shop) -> Iterator[Problem]:
    primaries = [name for name, site in shop.sites.items() if site.role == "primary"]
    if not primaries:
        yield Problem(path=("sites",), message="no site is the primary", hint="give one site the role 'primary'")
    for name in primaries[1:]:
        yield Problem(
            path=("sites", name, "role"),
            value="primary",
            message=f"site {primaries[0]!r} is the primary already",
            allowed=("standby", "backup"),
        )
    if shop.strategy is Strategy.BACKUP_AND_RESTORE:
        if not shop.backup_sites:
            yield Problem(
                path=("sites",),
                message=f"strategy {shop.strategy} needs a place for the copies",
                hint="add a site with the role 'backup' in another region",
            )
        for name in shop.standbys:
            yield Problem(
                path=("sites", name, "role"),
                value="standby",
                message=f"strategy {shop.strategy} runs no standby",
                allowed=("backup",),
                hint="make it a backup site, or choose the strategy pilot-light",
            )
    elif not shop.standbys:
        yield Problem(
            path=("sites",),
            message=f"strategy {shop.strategy} needs a site that takes over",
            hint="add a site with the role 'standby' in another region",
        )
    if shop.active_site is not None and shop.active_site not in shop.serving_sites:
        yield Problem(
            path=("active_site",),
            value=shop.active_site,
            message="is not a site that serves",
            allowed=tuple(shop.serving_sites),
        )


def _tiers(shop: Shop) -> Iterator[Problem]:
    for name in ("web", "app"):
        tier = getattr(shop, name)
        if tier is None:
            continue
        if tier.peak < tier.replicas:
            yield Problem(
                path=(name, "peak"),
                value=tier.peak,
                message="is below the replicas for the normal load",
                allowed=(f"{tier.replicas} or more",),
            )
        if "{" in tier.image.replace("{region}", "") or "}" in tier.image.replace("{region}", ""):
            yield Problem(
                path=(name, "image"),
                value=tier.image,
                message="has a placeholder that nothing fills",
                allowed=("{region}",),
            )
        for variable in tier.environment:
            if SECRET_NAME.search(variable):
                yield Problem(
                    path=(name, "environment", variable),
                    message="looks like a secret, and a spec is plain text",
                    hint="keep it in the vendor's secret store, which the servers read",
                )


def _stores(shop: Shop) -> Iterator[Problem]:
    if (
        shop.mysql
        and shop.mysql.replica_version
        and _release(shop.mysql.replica_version) < _release(shop.mysql.version)
    ):
        yield Problem(
            path=("mysql", "replica_version"),
            value=shop.mysql.replica_version,
            message="is older than the writer, which a replica cannot follow",
            allowed=(f"{shop.mysql.version} or newer",),
        )
    if shop.state and shop.state.site and shop.state.site not in shop.sites:
        yield Problem(
            path=("state", "site"),
            value=shop.state.site,
            message="is not a site of the shop",
            allowed=tuple(shop.sites),
        )
    if shop.backups.lock_days > shop.backups.retain_days:
        yield Problem(
            path=("backups", "lock_days"),
            value=shop.backups.lock_days,
            message="is longer than backups are kept",
            allowed=(f"at most {shop.backups.retain_days} (retain_days)",),
        )


def _data(shop: Shop) -> Iterator[Problem]:
    for name in STANDARD_DATA:
        if name not in shop.data:
            near = nearest(name, shop.data.keys() - USUAL_HOMES)
            yield Problem(
                path=("data", name),
                message="is not classified",
                allowed=("critical", "important", "minor"),
                hint=f"is it what {near!r} means?" if near else None,
            )
    for name, row in shop.data.items():
        path: Path = ("data", name, "home")
        home = row.home or USUAL_HOMES.get(name, "")
        if not home:
            yield Problem(
                path=path,
                message="is required for data of your own",
                allowed=(*STORES, "secrets", "external:<who keeps it>"),
            )
        elif home in STORES and getattr(shop, home) is None:
            yield Problem(
                path=path,
                value=home,
                message="is not part of the shop",
                hint=f"state {home}, or another home, such as external:<who keeps it>",
            )


def _unclassified_stores(shop: Shop) -> Iterator[Problem]:
    homes = {row.home for row in shop.data.values()}
    for store in STORES:
        if getattr(shop, store) is not None and store not in homes:
            yield Problem(
                path=(store,),
                message="holds no data that is classified",
                hint=f"add to data what it holds, with home {store}, or leave {store} out",
            )


def _capabilities(shop: Shop) -> Iterator[Problem]:
    for name, capability in shop.capabilities.items():
        if name not in USUAL_NEEDS:
            if capability is None:
                yield Problem(
                    path=("capabilities", name), message="cannot be dropped", value=None, allowed=tuple(USUAL_NEEDS)
                )
            elif capability.needs is None:
                yield Problem(path=("capabilities", name, "needs"), message="is required for a capability of your own")
    for name, offer in shop.offers.items():
        path: Path = ("capabilities", name, "needs")
        for index, tier in enumerate(offer.tiers):
            if tier not in shop.tiers:
                yield Problem(
                    path=(*path, "tiers", index),
                    value=tier,
                    message="is not a tier of the shop",
                    allowed=tuple(shop.tiers),
                )
        for index, need in enumerate(offer.data):
            # Standard data that is not classified has been reported where it is missing.
            if need not in shop.data and need not in STANDARD_DATA:
                drop = f", or drop the capability with {name}: null" if name in USUAL_NEEDS else ""
                yield Problem(
                    path=(*path, "data", index),
                    value=need,
                    message="is needed but not classified",
                    hint=f"add it to data{drop}" if not nearest(need, shop.data) else None,
                    allowed=tuple(shop.data),
                )


def _business(shop: Shop) -> Iterator[Problem]:
    if shop.business:
        for name, peak in shop.business.peaks.items():
            if peak.end < peak.start:
                yield Problem(
                    path=("business", "peaks", name, "end"),
                    value=peak.end.isoformat(),
                    message="is before the start",
                    allowed=(f"{peak.start} or later",),
                )


def _tags(shop: Shop) -> Iterator[Problem]:
    for key, value in shop.tags.items():
        if key.lower().startswith("aws:") or not 1 <= len(key) <= 128 or len(value) > 256:
            yield Problem(
                path=("tags", key),
                value=value,
                message="cannot be a tag",
                allowed=("keys of 1 to 128 characters that do not begin with aws:, values of at most 256",),
            )


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


_RULES: Final = (
    _name,
    _regions,
    _roles,
    _tiers,
    _stores,
    _data,
    _unclassified_stores,
    _capabilities,
    _business,
    _tags,
)
