"""A replicated secret: readable at every site, never shown."""

from __future__ import annotations

import re

import pulumi
import pytest

from bcinfra.aws.region import KeyedRegion
from bcinfra.aws.secrets import ReplicatedSecret, ReplicatedSecretArgs, replica_arn
from bcinfra.component import RefusedError
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, is_secret, key_arn, one, region


def keyed(name: str, account: str = "111111111111", *, disposable: bool = False) -> KeyedRegion:
    return KeyedRegion(region=region(name, account, disposable=disposable), key_arn=key_arn(name, account))


def secret(*, disposable: bool = False, value: str | None = "hunter2", version: int = 1) -> Graph:
    def program() -> None:
        sites = {s: keyed(r, disposable=disposable) for s, r in (("dublin", "eu-west-1"), ("paris", "eu-west-3"))}
        made = ReplicatedSecret(
            "shop/db",
            ReplicatedSecretArgs(
                sites=sites,
                primary="dublin",
                value=pulumi.Output.from_input(value) if value else None,
                value_version=version,
            ),
        )
        pulumi.export("sites", sorted(made.arns))

    return declare(program)


def test_the_replica_is_under_its_own_regions_key() -> None:
    graph = secret()
    assert counts(graph) == {
        "bcinfra:aws:ReplicatedSecret": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
    }
    made = one(graph, "aws:secretsmanager/secret:Secret", "shop/db-secret")
    assert made.inputs["name"] == "shop/db"
    assert made.inputs["kmsKeyId"] == key_arn("eu-west-1")
    assert made.inputs["replicas"] == [{"region": "eu-west-3", "kmsKeyId": key_arn("eu-west-3")}]
    assert made.inputs["forceOverwriteReplicaSecret"] is False
    assert graph.outputs["sites"] == ["dublin", "paris"]


def test_the_value_is_written_only_and_secret_even_where_the_caller_forgot() -> None:
    version = one(secret(version=3), "aws:secretsmanager/secretVersion:SecretVersion", "shop/db-value")
    assert is_secret(version.inputs["secretStringWo"])
    assert version.inputs["secretStringWoVersion"] == 3
    assert "secretString" not in version.inputs


def test_without_a_value_the_secret_waits_for_one() -> None:
    assert not secret(value=None).of_type("aws:secretsmanager/secretVersion:SecretVersion")


def test_a_deleted_secret_can_be_restored_unless_it_is_disposable() -> None:
    kept = one(secret(), "aws:secretsmanager/secret:Secret", "shop/db-secret")
    gone = one(secret(disposable=True), "aws:secretsmanager/secret:Secret", "shop/db-secret")
    assert (kept.inputs["recoveryWindowInDays"], kept.options.protect) == (30, True)
    assert (gone.inputs["recoveryWindowInDays"], gone.options.protect) == (0, False)


def test_a_replica_has_the_arn_of_its_primary_in_another_region() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf"
    assert replica_arn(arn, "eu-west-3") == "arn:aws:secretsmanager:eu-west-3:111111111111:secret:shop/db-AbCdEf"


def test_what_is_wrong_with_the_sites_is_said_at_once() -> None:
    def program() -> None:
        sites = {"dublin": keyed("eu-west-1")}
        with pytest.raises(RefusedError, match=re.escape("primary: 'dubln' is not a site; did you mean 'dublin'?")):
            ReplicatedSecretArgs(sites=sites, primary="dubln")
        sites |= {"cork": keyed("eu-west-1", "222222222222")}
        with pytest.raises(RefusedError) as raised:
            ReplicatedSecretArgs(sites=sites, primary="dublin")
        first, second = raised.value.problems
        assert first.message == "'dublin' and 'cork' are both in eu-west-1; one replica a region"
        assert second.message == "a replica stays in the account of its primary"

    declare(program)


def test_a_plain_value_is_refused() -> None:
    def program() -> None:
        with pytest.raises(RefusedError, match="value"):
            ReplicatedSecretArgs(sites={"dublin": keyed("eu-west-1")}, primary="dublin", value="hunter2")  # pyright: ignore[reportArgumentType]

    declare(program)
