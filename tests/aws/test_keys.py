"""A KMS key: who may use it, and how hard it is to lose."""

from __future__ import annotations

import pytest

from bcinfra.aws.keys import Key, KeyArgs
from bcinfra.component import RefusedError
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, ISOLATED_ACCOUNT, counts, declare, one, region, statements

USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
ADMINISTRATION = {
    "Effect": "Allow",
    "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]},
    "Action": ["kms:*"],
    "Resource": ["*"],
}


def key(*, disposable: bool = False, **args: object) -> Graph:
    def program() -> None:
        Key("shop", KeyArgs(region=region(disposable=disposable), purpose="orders", **args))  # pyright: ignore[reportArgumentType]

    return declare(program)


def test_a_key_rotates_and_cannot_vanish() -> None:
    graph = key()
    assert counts(graph) == {"bcinfra:aws:Key": 1, "aws:kms/key:Key": 1, "aws:kms/alias:Alias": 1}
    made = one(graph, "aws:kms/key:Key", "shop-key")
    assert made.options.protect
    assert made.inputs["enableKeyRotation"] is True
    assert made.inputs["rotationPeriodInDays"] == 365
    assert made.inputs["deletionWindowInDays"] == 30
    assert made.inputs["description"] == "orders in eu-west-1"
    assert one(graph, "aws:kms/alias:Alias", "shop-alias").inputs["name"] == "alias/shop"


def test_a_disposable_key_goes_as_soon_as_kms_lets_it() -> None:
    made = one(key(disposable=True), "aws:kms/key:Key", "shop-key")
    assert not made.options.protect
    assert made.inputs["deletionWindowInDays"] == 7


def test_by_default_only_the_account_itself_uses_the_key() -> None:
    assert statements(one(key(), "aws:kms/key:Key", "shop-key")) == [ADMINISTRATION]


@pytest.mark.parametrize(
    ("service", "condition"),
    [
        ("sns.amazonaws.com", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        (
            "logs.eu-west-1.amazonaws.com",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:*"}},
        ),
        (
            "cloudfront.amazonaws.com",
            {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}},
        ),
    ],
)
def test_a_service_uses_the_key_for_this_account_alone(service: str, condition: object) -> None:
    graph = key(services=(service,))
    assert statements(one(graph, "aws:kms/key:Key", "shop-key")) == [
        ADMINISTRATION,
        {
            "Effect": "Allow",
            "Principal": {"Service": [service]},
            "Action": USE,
            "Resource": ["*"],
            "Condition": condition,
        },
    ]


def test_eventbridge_which_names_no_source_uses_the_key_unconditionally() -> None:
    (_, events) = statements(one(key(services=("events.amazonaws.com",)), "aws:kms/key:Key", "shop-key"))
    assert events == {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com"]},
        "Action": USE,
        "Resource": ["*"],
    }


def test_another_account_uses_the_key_and_grants_it_to_services_alone() -> None:
    graph = key(accounts=(ISOLATED_ACCOUNT,))
    other = {"AWS": [f"arn:aws:iam::{ISOLATED_ACCOUNT}:root"]}
    assert statements(one(graph, "aws:kms/key:Key", "shop-key")) == [
        ADMINISTRATION,
        {"Effect": "Allow", "Principal": other, "Action": USE, "Resource": ["*"]},
        {
            "Effect": "Allow",
            "Principal": other,
            "Action": ["kms:CreateGrant"],
            "Resource": ["*"],
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def test_a_key_needs_to_know_its_account() -> None:
    def program() -> None:
        with pytest.raises(RefusedError, match=r"region\.account: is needed for the key policy"):
            KeyArgs(region=region(account=None), purpose="orders")

    declare(program)


@pytest.mark.parametrize(
    ("field", "value"),
    [("services", ("rds",)), ("accounts", ("12",)), ("rotation_days", 30), ("purpose", ""), ("owner", "me")],
)
def test_bad_arguments_are_refused_by_name(field: str, value: object) -> None:
    def program() -> None:
        with pytest.raises(RefusedError, match=field):
            KeyArgs(**{"region": region(), "purpose": "orders", field: value})  # pyright: ignore[reportArgumentType]

    declare(program)
