"""A signed zone hangs on the key that it is signed with, and not on the region in which that is."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.fcaps import Area
from bcinfra.continuity.model.parts import Entry
from bcinfra.continuity.readings.fcaps import cells
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, record


def zone(signing: dict[str, Any] | None = None, key: dict[str, Any] | None = None) -> Graph:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("america", region="us-east-1"))
        made = aws.route53.Zone("shop", name="shop.example", opts=opts)
        aws.route53.Record(
            "www", zone_id=made.zone_id, name="www.shop.example", type="A", ttl=60, records=["192.0.2.1"], opts=opts
        )
        if signing is not None:
            kms = aws.kms.Key("signs", customer_master_key_spec="ECC_NIST_P256", key_usage="SIGN_VERIFY", opts=opts)
            signs = aws.route53.KeySigningKey(
                "signs", hosted_zone_id=made.zone_id, key_management_service_arn=kms.arn, opts=opts, **(key or {})
            )
            aws.route53.HostedZoneDnsSec("signs", hosted_zone_id=signs.hosted_zone_id, opts=opts, **signing)

    return record(program)


def keys(entry: Entry) -> list[str]:
    return [home.name for home in entry.homes if home.kind is DomainKind.KEY]


def test_its_names_hang_on_the_key_and_on_no_region() -> None:
    graph = zone({})
    model = read(graph)
    (entry,) = model.entries
    assert keys(entry) == ["aws/us-east-1/signs"]
    assert DomainKind.REGION not in {outer.kind for home in entry.homes for outer in home.chain()}
    assert Assumes.DELEGATED_SIGNED in {one.kind for one in model.assumptions}
    security, turned = (
        next(one for one in cells(graph) if (one.tier, one.ground, one.area) == (tier, "aws", area))
        for tier, area in (("dns", Area.SECURITY), ("keys", Area.CONFIGURATION))
    )
    assert not next(one for one in security.needs if "DNSSEC" in one.need.need).missing
    assert turned.whole, "KMS turns no key that signs"


@pytest.mark.parametrize(
    ("signing", "key"), [(None, None), ({"signing_status": "NOT_SIGNING"}, None), ({}, {"status": "INACTIVE"})]
)
def test_what_is_not_signed_hangs_on_none(signing: dict[str, Any] | None, key: dict[str, Any] | None) -> None:
    (entry,) = read(zone(signing, key)).entries
    assert keys(entry) == []
