"""File systems of AWS: where they stand, what copies them, and what they are called."""

from __future__ import annotations

import pulumi
import pytest
from pulumi_aws.efs import BackupPolicy, FileSystem, MountTarget, ReplicationConfiguration
from pulumi_aws.kms import Key

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.model.parts import Model, Protection, Store, StoreKind
from bcinfra.continuity.model.ranges import fact_ids
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier, model


def only(found: Model) -> Store:
    (store,) = (s for s in found.stores if s.kind is StoreKind.FILES)
    return store


def shop(*, status: str | None = None, zone: str | None = None, literal: bool = False) -> None:
    at = Region("eu-west-1", IRELAND)
    Tier(at)
    files = FileSystem("media", availability_zone_name=zone, opts=at.opts)
    for i, subnet in enumerate(at.subnets):
        MountTarget(
            f"media-{i}", file_system_id=files.id, subnet_id=f"subnet-0{i}" if literal else subnet.id, opts=at.opts
        )
    if status:
        BackupPolicy("media", file_system_id=files.id, backup_policy={"status": status}, opts=at.opts)


@pytest.mark.parametrize(
    ("status", "zone", "made"),
    [
        (None, None, False),
        ("ENABLED", None, True),
        ("DISABLED", None, False),
        (None, "eu-west-1a", True),  # One Zone: on by itself
        ("DISABLED", "eu-west-1a", False),
    ],
)
def test_automatic_backups_are_recovery_points_where_they_are_on(
    status: str | None, zone: str | None, made: bool
) -> None:
    copies = only(model(lambda: shop(status=status, zone=zone))).copies
    assert [copy.mechanism for copy in copies] == ["automatic backup"] * made
    for copy in copies:
        assert copy.retention is not None
        assert copy.retention.days == 35
        assert copy.protections == {Protection.VERSIONED, Protection.RETAINED}
        assert copy.site == "aws/eu-west-1"


@pytest.mark.parametrize("status", [None, "ENABLED"])
def test_an_operator_deletes_a_file_system_for_ever_only_where_nothing_backs_it_up(status: str | None) -> None:
    found = assess(with_defaults(model(lambda: shop(status=status))))
    (deleted,) = (s for s in found.scenarios if s.scenario.id == "deletion:files media")
    assert [str(outcome.kind) for outcome in deleted.outcomes] == ["recovers with a person" if status else "lost"]


def test_a_mount_target_in_a_subnet_of_elsewhere_stands_in_a_zone_of_its_own() -> None:
    (member,) = only(model(lambda: shop(literal=True))).members
    assert member.zones is not None
    assert len(set(member.zones)) == 3


@pytest.mark.parametrize("literal", [False, True])
def test_a_lost_zone_is_left_by_itself_however_subnets_are_told(literal: bool) -> None:
    found = assess(with_defaults(model(lambda: shop(literal=literal))))
    (lost,) = (s for s in found.scenarios if s.scenario.id == "zone:aws/eu-west-1/euw1-az1")
    assert {str(outcome.kind) for outcome in lost.outcomes} == {"recovers by itself"}


def test_a_replicated_pair_is_named_after_what_holds_both() -> None:
    def program() -> None:
        here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
        media = pulumi.ComponentResource("shop:index:Files", "media")
        primary = FileSystem("media-ireland", opts=pulumi.ResourceOptions(parent=media, provider=here.provider))
        replica = FileSystem("media-frankfurt", opts=pulumi.ResourceOptions(parent=media, provider=there.provider))
        ReplicationConfiguration(
            "media",
            source_file_system_id=primary.id,
            destination={"file_system_id": replica.id, "region": "eu-central-1"},
            opts=pulumi.ResourceOptions(parent=media, provider=here.provider),
        )

    store = only(model(program))
    assert store.name == f"{StoreKind.FILES} media"
    assert [member.writer for member in store.members] == [True, False]


def replicated(mounts: int = 3) -> None:
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    Tier(here)
    primary = FileSystem("invoices", opts=here.opts)
    mine = Key("replica", opts=there.opts)
    replica = FileSystem("replica", encrypted=True, kms_key_id=mine.arn, opts=there.opts)
    for system, at, count in ((primary, here, 3), (replica, there, mounts)):
        for i, subnet_id in enumerate(at.subnet_ids[:count]):
            MountTarget(f"{at.name}-{i}", file_system_id=system.id, subnet_id=subnet_id, opts=at.opts)
    ReplicationConfiguration(
        "invoices",
        source_file_system_id=primary.id,
        destination={"file_system_id": replica.id, "region": "eu-central-1"},
        opts=here.opts,
    )
    BackupPolicy("replica", file_system_id=replica.id, backup_policy={"status": "ENABLED"}, opts=there.opts)


@pytest.mark.parametrize("mounts", [1, 3])
def test_a_replica_stands_where_it_is_mounted_under_its_own_key(mounts: int) -> None:
    store = only(model(lambda: replicated(mounts)))
    replica = store.members[1]
    assert [zone.name for zone in replica.zones or ()] == [f"aws/eu-central-1/{zone}" for zone in FRANKFURT[:mounts]]
    assert not replica.regional
    assert [need.name for need in replica.needs_to_run] == ["aws/eu-central-1/replica"]
    assert (replica.writer, replica.source) == (False, store.members[0].urn)
    assert fact_ids(replica.promotes) == fact_ids(replica.lag) == ("aws.efs.replication",)


def test_a_replica_that_nothing_mounts_yet_can_be_mounted_when_it_is_needed() -> None:
    replica = only(model(lambda: replicated(0))).members[1]
    assert (replica.zones, replica.regional) == (None, True)


def test_the_backups_of_a_replica_are_copies_too() -> None:
    assert [copy.site for copy in only(model(lambda: replicated())).copies] == ["aws/eu-central-1"]
