"""What a shop's stack must be told beside secrets, by its names in the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bcinfra import spec

ASSUMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "replicationCa": "-----BEGIN CERTIFICATE-----\nassumed\n-----END CERTIFICATE-----\n",
        "replicationDump": "gs://assumed-seed/shop.sql.gz",
        "transferSubject": "100000000000000000000",
    }
)
"""What a preview of a page without a project takes for each of :func:`settings`: of the form that is asked, and
nobody's."""


def settings(shop: spec.Shop) -> dict[str, str]:
    """What must be set with ``pulumi config set``, and what each is."""
    found: dict[str, str] = {}
    if follows(shop, "gcp"):
        found |= {
            "replicationCa": "certificate of the authority that signed the primary database's server, PEM",
            "replicationDump": "dump of the primary database that replicas start from, such as"
            " gs://acme-seed/shop.sql.gz",
        }
    if copies(shop):
        found["transferSubject"] = (
            "subjectId of the Storage Transfer Service's account in the standby's project, a number of 21 digits"
        )
    return found


def optional(shop: spec.Shop) -> dict[str, str]:
    """What may be set besides, and what each is."""
    if "gcp" not in shop.serving_kinds:
        return {}
    return {
        "alertEmail": "address told of failed backups, replicas that fall behind, failovers and restore tests",
        "roleSettings": "a number from 2, after a failover: the site that writes now is backed up, streamed and tested",
    }


def follows(shop: spec.Shop, kind: str) -> bool:
    """Whether sites of ``kind`` follow a database that another vendor runs."""
    return shop.mysql is not None and kind in shop.serving_kinds and shop.sites[shop.primary].kind != kind


def copies(shop: spec.Shop) -> bool:
    """Whether files and media at AWS are copied to a standby at Google Cloud."""
    return shop.media is not None and "gcp" in shop.serving_kinds and shop.sites[shop.primary].kind == "aws"
