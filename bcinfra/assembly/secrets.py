"""The secrets that a shop's stack must be given, by their names in its configuration."""

from __future__ import annotations

from bcinfra import spec


def secrets(shop: spec.Shop) -> dict[str, str]:
    """What must be set with ``pulumi config set --secret``, and what each is."""
    found: dict[str, str] = {}
    kinds = {site.kind for site in shop.serving_sites.values()}
    if shop.mysql:
        found["mysqlPassword"] = "password of the database's administrator"
    if shop.redis and kinds - {"gcp"}:
        found["redisPassword"] = "token that clients of Redis authenticate with, 16 to 128 characters"
    return found
