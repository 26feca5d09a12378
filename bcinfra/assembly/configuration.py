"""What a stack's configuration holds for the shop: its keys by their spelling, its values by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from bcinfra import spec
from bcinfra.assembly.secrets import secrets, system_users
from bcinfra.assembly.settings import settings
from bcinfra.spec.problems import ABSENT, Problem
from bcinfra.spec.rules.tiers import TAKEN_KEYS

UNREAD: Final = "[secret]"
"""What stands for a secret whose value a preview may not read."""
_NEAR: Final = 0.8
"""A key that is so much like one of the shop's is meant to be it; others are the program's own."""


_TOLD: Final = frozenset({"activeSite", "alertEmail", "roleSettings", "transferSubject", "replicationDump"})
"""Keys whose values are no secrets, and are repeated."""


class _Form(NamedTuple):
    pattern: str
    allowed: str


_TUNNEL: Final = _Form("[A-Za-z1-9._][A-Za-z0-9._]{7,63}", "8 to 64 letters, digits, '.' and '_', no 0 first")
_FORMS: Final[Mapping[str, _Form]] = {
    "alertEmail": _Form(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address such as operators@shop.example"),
    "roleSettings": _Form("[1-9][0-9]*", "a number from 1; raise it by one after each failover"),
    "transferSubject": _Form("[0-9]{21}", "a number of 21 digits"),
    "replicationDump": _Form("gs://[^/]+/.+", "an object of Cloud Storage, such as gs://acme-seed/shop.sql.gz"),
    "replicationCa": _Form("(?s).*-----BEGIN CERTIFICATE-----.*", "certificates as PEM"),
    "mysqlPassword": _Form(r".{8,128}", "8 to 128 characters"),
    "mysqlArchivePassword": _Form(r".{8,128}", "8 to 128 characters"),
    "redisPassword": _Form(r".{16,128}", "16 to 128 characters"),
    "originKey": _Form("[A-Za-z0-9]{24,128}", "24 to 128 letters and digits"),
}
_OF_AWS: Final[Mapping[str, _Form]] = {
    "mysqlPassword": _Form(r"[!#-.0-?A-~]{8,41}", '8 to 41 printable characters without space, /, " and @'),
    "redisPassword": _Form(r"[A-Za-z0-9!&#$^<>-]{16,128}", "16 to 128 letters, digits and ! & # $ ^ < > -"),
}
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword) and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html, 2026-11."""


def mistakes(shop: spec.Shop, given: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with the keys and values of the program's part of the configuration."""
    wanted = (*secrets(shop), *settings(shop))
    known = {*wanted, *TAKEN_KEYS, *system_users().values()}
    forms = {**_FORMS, **(_OF_AWS if "aws" in shop.serving_kinds else {})}
    for key, value in given.items():
        if key not in known:
            near = get_close_matches(key.lower(), {one.lower(): one for one in known}, n=1, cutoff=_NEAR)
            meant = next((one for one in known if near and one.lower() == near[0]), None)
            if meant is None or meant in given:
                continue
            yield _problem(key, value, "is no key of the shop's", (), f"did you mean {meant!r}?")
        elif key == "activeSite" and value not in shop.serving_sites:
            what = "is a backup site, which cannot serve" if value in shop.sites else "is not a site of the shop"
            sites = tuple(shop.serving_sites)
            near = get_close_matches(value, sites, n=1)
            yield _problem(key, value, what, sites, f"did you mean {near[0]!r}?" if near else None)
        else:
            form = _TUNNEL if key.startswith("vpnKey-") else forms.get(key)
            if form and value != UNREAD and not re.fullmatch(form.pattern, value):
                yield _problem(key, value, "is not of the form that is asked", (form.allowed,), None)


def _problem(key: str, value: str, message: str, allowed: tuple[str, ...], hint: str | None) -> Problem:
    told = value if key in _TOLD else ABSENT
    return Problem(path=(key,), value=told, message=message, allowed=allowed, hint=hint, whole="configuration")
