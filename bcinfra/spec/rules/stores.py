"""What keeps data: databases, files, queues, indexes, and the copies of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bcinfra.spec.parts import ARCHIVE_USER
from bcinfra.spec.problems import Problem
from bcinfra.spec.rules import grounds
from bcinfra.spec.sites import CloudflareAccount, CloudSite
from bcinfra.spec.values import Strategy, format_duration

if TYPE_CHECKING:
    from bcinfra.spec.page import Page

MAX_SITES_OF_FILES: Final = 2
LONGEST_OF_QUEUES: Final[Mapping[str, int]] = {"timeout": 600, "keep": 604_800}
"""Seconds, as the strictest vendor has them: Pub/Sub acknowledges within 600 s and keeps an unacknowledged message for
seven days at most unless told otherwise (Pub/Sub, subscription properties, read 2026-11)."""


def _database_user(shop: Page) -> Iterator[Problem]:
    """The shop's own user is another than the administrator, and somebody makes it."""
    stated = shop.mysql
    if stated is None:
        return
    for field, name in (("user", stated.user), ("username", stated.username)):
        if name == ARCHIVE_USER:
            yield Problem(
                path=("mysql", field),
                value=name,
                message="is who reads the binary log for the archive, and no more",
                allowed=("another name, such as shop_app",),
            )
    if stated.user is None:
        return
    if stated.user == stated.username:
        yield Problem(
            path=("mysql", "user"),
            value=stated.user,
            message="is the administrator",
            allowed=("another name, such as shop_app",),
        )
    if "gcp" in shop.serving_kinds:
        yield Problem(
            path=("mysql", "user"),
            value=stated.user,
            message="cannot be made on Google Cloud, whose users are administrators",
            hint="make it by SQL once: docs/operations/database-user.md",
        )


def _files(shop: Page) -> Iterator[Problem]:
    """Shared files are written at one site, and replicated to one other: EFS at AWS, CephFS on clusters. A replica of
    Filestore answers nobody before a person promotes it, so that no standby would start."""
    if shop.files is None:
        return
    google = [name for name, site in shop.serving_sites.items() if site.kind == "gcp"]
    if google and len(shop.serving_sites) > 1:
        yield Problem(
            path=("files",),
            message=f"are those of one serving site at Google Cloud, where {google[0]!r} is not the only one",
            allowed=("one serving site",),
            hint="keep in media what a standby needs, or restore the share there",
        )
    if len(shop.serving_sites) > MAX_SITES_OF_FILES:
        yield Problem(
            path=("files",),
            message=f"are replicated to one other site, and {len(shop.serving_sites)} serve",
            allowed=("one or two serving sites",),
            hint="keep in media what all need",
        )
    if shop.strategy is Strategy.ACTIVE_ACTIVE:
        yield Problem(
            path=("files",),
            message=f"are written at one site alone, which does not fit {shop.strategy}",
            hint="keep in media what every site writes, or choose another strategy",
        )


def _queues(shop: Page) -> Iterator[Problem]:
    """Nothing waits longer than every vendor keeps it, nor is told after it was dropped."""
    for name, queue in shop.queues.items():
        for field, most in LONGEST_OF_QUEUES.items():
            if getattr(queue, field).total_seconds() > most:
                yield Problem(
                    path=("queues", name, field),
                    value=format_duration(getattr(queue, field)),
                    message="is longer than queues allow",
                    allowed=(f"at most {format_duration(timedelta(seconds=most))}",),
                )
        if queue.late >= queue.keep:
            yield Problem(
                path=("queues", name, "late"),
                value=format_duration(queue.late),
                message="is when a message is dropped already",
                allowed=(f"less than {format_duration(queue.keep)} (keep)",),
            )


def _search(shop: Page) -> Iterator[Problem]:
    """Google Cloud has no OpenSearch of its own."""
    for name, site in shop.serving_sites.items() if shop.search else ():
        if site.kind == "gcp":
            yield Problem(
                path=("sites", name, "kind"),
                value=site.kind,
                message="has no search to offer: Google Cloud runs no OpenSearch",
                allowed=("aws", "kubernetes"),
                hint="run the shop on a cluster there (kind kubernetes), or leave search out and let somebody keep the"
                " index: home external:<who>",
            )


def _replica_version(shop: Page) -> Iterator[Problem]:
    mysql = shop.mysql
    if mysql and mysql.replica_version and grounds.release(mysql.replica_version) < grounds.release(mysql.version):
        yield Problem(
            path=("mysql", "replica_version"),
            value=mysql.replica_version,
            message="is older than the writer, which a replica cannot follow",
            allowed=(f"{mysql.version} or newer",),
        )


def _mysql_version(shop: Page) -> Iterator[Problem]:
    if shop.mysql and grounds.is_old(shop.mysql.version):
        yield Problem(
            path=("mysql", "version"),
            value=shop.mysql.version,
            message="has had no fixes from its maker since October 2023 or longer",
            allowed=(f"{grounds.OLDEST_MYSQL} or newer",),
        )


def _copies_apart(shop: Page) -> Iterator[Problem]:
    """A backup site with an account of its own says that who takes the shop's over does not have its copies."""
    placed = [
        (name, site, account if isinstance(account, str) else account.project)
        for name, site in shop.sites.items()
        if isinstance(site, CloudSite)
        and (account := shop.accounts.get(site.account))
        and not isinstance(account, CloudflareAccount)
    ]
    serving = {account: site.account for _, site, account in placed if site.serves}
    for name, site, account in placed:
        same = serving.get(account, site.account)
        if not site.serves and same != site.account:
            yield Problem(
                path=("accounts", site.account),
                value=account,
                message=f"is the account of {same!r} too: who takes that over has the copies in {name!r} as well",
                hint="give the copies an account of their own",
            )


def _backups(shop: Page) -> Iterator[Problem]:
    if shop.backups.lock_days > shop.backups.retain_days:
        yield Problem(
            path=("backups", "lock_days"),
            value=shop.backups.lock_days,
            message="is longer than backups are kept",
            allowed=(f"at most {shop.backups.retain_days} (retain_days)",),
        )


RULES: Final = (
    _database_user,
    _files,
    _queues,
    _search,
    _copies_apart,
    _mysql_version,
    _replica_version,
    _backups,
)
