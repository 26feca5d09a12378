"""The stack's configuration: keys that are meant otherwise and values of another form are refused, all at once."""

from __future__ import annotations

from collections.abc import Mapping

import hybrid
import large
import midsize
import pytest

from bcinfra.assembly import secrets
from bcinfra.assembly.configuration import UNREAD, mistakes
from bcinfra.graph.core.problem import RecordError
from bcinfra.spec import Shop, SpecError
from tests.assembly.conftest import SETTINGS, recorded


@pytest.mark.parametrize(
    ("shop", "given", "says"),
    [
        (midsize.PROD, {"mysqlPasword": UNREAD}, "did you mean 'mysqlPassword'?"),
        (midsize.PROD, {"activSite": "frankfurt"}, "did you mean 'activeSite'?"),
        (midsize.PROD, {"active_site": "frankfurt"}, "did you mean 'activeSite'?"),
        (midsize.PROD, {"activeSite": "frankfort"}, "is not a site of the shop\n  allowed: ireland, frankfurt\n"),
        (midsize.PROD, {"activeSite": "virginia"}, "is a backup site, which cannot serve"),
        (midsize.PROD, {"mysqlPassword": "abcde"}, "allowed: 8 to 41 printable characters"),
        (midsize.PROD, {"mysqlPassword": "correct/horse"}, "allowed: 8 to 41 printable characters"),
        (midsize.PROD, {"redisPassword": "abcde"}, "allowed: 16 to 128 letters"),
        (hybrid.PROD, {"redisPassword": "abcde"}, "allowed: 16 to 128 characters"),
        (large.PROD, {"vpnKey-ireland-google-zero-1": "0123456789"}, "allowed: 8 to 64 letters"),
        (
            large.PROD,
            {"vpnKey-ireland-google-zeroo-1": "correct.horse"},
            "did you mean 'vpnKey-ireland-google-zero-1'?",
        ),
        (large.PROD, {"transferSubject": "12"}, "allowed: a number of 21 digits"),
        (large.PROD, {"replicationDump": "s3://seed/shop.sql"}, "allowed: an object of Cloud Storage"),
        (large.PROD, {"roleSettings": "two"}, "allowed: a number from 1"),
        (large.PROD, {"alertEmail": "operators"}, "allowed: an address such as"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_mistake_is_told_with_what_is_allowed(shop: Shop, given: Mapping[str, str], says: str) -> None:
    (one,) = mistakes(shop, given)
    said = str(one)
    assert says in said
    assert said.startswith(f"error: {next(iter(given))}")
    assert "abcde" not in said
    assert "correct" not in said


@pytest.mark.parametrize("shop", [midsize.PROD, hybrid.PROD, large.PROD], ids=lambda shop: shop.name)
def test_what_is_asked_and_what_is_the_program_s_own_is_let_through(shop: Shop) -> None:
    asked = dict.fromkeys(secrets(shop), UNREAD) | SETTINGS
    assert not [
        *mistakes(shop, {**asked, "catalogueUrl": "https://x.example", "roles": "x", "activeSite": shop.primary})
    ]
    assert not [*mistakes(shop, {"mysqlPassword": "correct-horse", "redisPassword": "correct-horse-battery"})]


def test_all_of_them_come_before_anything_is_declared() -> None:
    with pytest.raises((RecordError, SpecError)) as caught:
        recorded(midsize.PROD, activSite="frankfurt", redisPassword="abcde")
    said = str(caught.value)
    assert "redisPassword: is not of the form that is asked" in said
    assert "activSite: is no key of the shop's\n    help: did you mean 'activeSite'?" in said
