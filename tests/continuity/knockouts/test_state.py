"""The infrastructure's state: where its copies are, which keys open them, and what each property is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from bcinfra.aws import IsolatedBucket, Key, KeyArgs, KeyedRegion, LockMode, Region, StateCopy, StateCopyArgs
from bcinfra.continuity.judgement.copies import Copy, copies
from bcinfra.continuity.judgement.findings import find
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.graph import Graph, record
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.edits import led, put, with_row, without

MAIN, VAULT = "111122223333", "444455556666"
HELD = f"arn:aws:kms:eu-west-3:{MAIN}:key/1b2c"
S3 = "aws:s3/bucket"
LOCK = f"{S3}ObjectLockConfiguration:BucketObjectLockConfiguration"
ENCRYPTION = f"{S3}ServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
REPLICATION = f"{S3}ReplicationConfig:BucketReplicationConfig"
VERSIONING = f"{S3}Versioning:BucketVersioning"


def _region(name: str, account: str) -> Region:
    provider = aws.Provider(f"{name}-{account}", region=name, allowed_account_ids=[account])
    return Region(name=name, account=account, provider=provider)


class Shop(pulumi.ComponentResource):
    def __init__(self) -> None:
        spec = {
            "accounts": {"main": MAIN, "vault": VAULT},
            "state": {"url": "s3://acme-state?region=eu-west-3", "secrets": "passphrase", "copied": {"key": HELD}},
            "data": {"infrastructure-state": {"home": "state", "criticality": "important"}},
        }
        super().__init__("bcinfra:assembly:Shop", "shop", {"spec": json.dumps(spec)})


@cache
def declared() -> Graph:
    def program() -> None:
        Shop()
        paris, virginia = _region("eu-west-3", MAIN), _region("us-east-1", VAULT)
        Key("ours", KeyArgs(region=_region("us-east-1", MAIN), purpose="another of the account that is lost"))
        key = Key("vault", KeyArgs(region=virginia, purpose="copies", accounts=(MAIN,)))
        StateCopy(
            "state",
            StateCopyArgs(
                bucket="acme-state",
                held=KeyedRegion(region=paris, key_arn=HELD),
                isolated=IsolatedBucket(region=virginia, key_arn=key.arn, mode=LockMode.COMPLIANCE),
            ),
        )

    return record(program)


def stated(**changed: Any) -> Graph:
    """The graph whose page states something else of the state."""
    graph = declared()
    (shop,) = graph.of_type("bcinfra:assembly:Shop")
    spec = json.loads(str(shop.inputs["spec"]))
    state = {name: value for name, value in {**spec["state"], **changed}.items() if value is not None}
    return with_row(graph, replace(shop, inputs={"spec": json.dumps({**spec, "state": state})}))


def lacking(token: str, name: str) -> Graph:
    graph = declared()
    return without(graph, *(r for r in graph.of_type(token) if r.name == name))


def rows(graph: Graph) -> dict[str, Copy]:
    """The copies of the state, by what they are."""
    (data,) = (one for one in copies(read(graph)) if one.data == "infrastructure-state")
    assert data.stores == ("infrastructure state",)
    return {one.mechanism: one for one in data.copies}


def said(graph: Graph) -> dict[str, list[str]]:
    """What is found of the state, by code."""
    found: dict[str, list[str]] = {}
    for one in find(Design(read(graph)), (), Judge(), {}, {}, ()):
        text = say(one.says)
        if "infrastructure state" in text:
            found.setdefault(one.code, []).append(text)
    return found


def test_a_copy_is_in_the_other_account_locked_under_its_key_and_minutes_old() -> None:
    found = rows(declared())
    assert [*found] == ["writer", "object versions", "object replication"]
    copy = found["object replication"]
    assert (copy.accounts, copy.country) == ((f"aws/{VAULT}",), "US")
    assert copy.keys == ("aws/us-east-1/vault-key",)
    assert (copy.locked and copy.locked.days, pessimistic(copy.age)) == (30, 900)
    assert copy.isolated
    assert found["writer"].keys == (HELD,)
    assert not {"BC0009", "BC0010", "BC0022", "BC0027", "BC0048"} & said(declared()).keys()


def test_without_replication_every_copy_goes_with_the_account() -> None:
    graph = lacking(REPLICATION, "state-replication")
    assert [*rows(graph)] == ["writer", "object versions"]
    assert said(graph)["BC0009"] == [
        "every copy of infrastructure state can be deleted with the credentials of production"
    ]


def test_without_versions_nothing_is_replicated() -> None:
    graph = lacking(VERSIONING, "state")
    assert [*rows(graph)] == ["writer"]
    assert said(graph)["BC0022"] == ["infrastructure state has no copy at rest"]


@pytest.mark.parametrize("mode", [None, "GOVERNANCE"])
def test_without_a_lock_for_good_the_copy_can_be_deleted(mode: str | None) -> None:
    graph = declared()
    (lock,) = graph.of_type(LOCK)
    rule: Any = {"defaultRetention": {"mode": mode, "days": 30}}
    copy = rows(put(graph, lock, "rule", rule) if mode else without(graph, lock))["object replication"]
    assert (copy.locked, copy.isolated, copy.deleters) == (None, False, (f"aws/{VAULT}",))


def test_a_copy_under_a_key_of_the_lost_account_cannot_be_read() -> None:
    graph = declared()
    (encryption,) = graph.of_type(ENCRYPTION)
    (ours,) = (r for r in graph.of_type("aws:kms/key:Key") if r.name == "ours-key")
    changed = led(graph, encryption, "rules", [ours])
    assert rows(changed)["object replication"].keys == ("aws/us-east-1/ours-key",)
    assert f"account aws/{MAIN}" in said(changed)["BC0048"][0]


@pytest.mark.parametrize(
    ("secrets", "lost"),
    [
        ("passphrase", None),
        (f"awskms:///arn:aws:kms:us-east-1:{VAULT}:key/1b2c?region=us-east-1", None),
        ("gcpkms://projects/acme-help/locations/global/keyRings/state/cryptoKeys/state", None),
        (f"awskms:///{HELD}?region=eu-west-3", HELD),
        (None, "of the state's secrets, which is not stated"),
    ],
)
def test_what_opens_the_secrets_must_outlive_the_account(secrets: str | None, lost: str | None) -> None:
    graph = stated(secrets=secrets)
    found = said(graph).get("BC0048")
    if lost is None:
        assert found is None
        return
    assert found == [
        f"no copy of infrastructure state can be read without key {lost}, which is lost with account aws/{MAIN}"
    ]
    assert lost in rows(graph)["object replication"].keys


def test_where_nothing_is_declared_the_state_has_no_copy() -> None:
    graph = stated(url="azblob://acme-state", secrets=None, copied=None)
    assert [*rows(graph)] == ["writer"]
    assert [*said(graph)] == ["BC0022"]
