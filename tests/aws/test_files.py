from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bcinfra.aws.datasite import StoreSite
from bcinfra.aws.fargate import FargateTier
from bcinfra.aws.files import FAILOVER_FIELDS, Directory, Files, FilesArgs
from bcinfra.aws.instances import InstanceTier
from bcinfra.aws.replicas import Mount
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, key_arn, named, region_of, statements
from tests.aws.shop import REGIONS, ZONES, data_site
from tests.aws.test_tier import fargate_args, instance_args
from tests.helpers import assert_adopted, refusals, row

MOUNT = "aws:efs/mountTarget:MountTarget"


def site(name: str, *, disposable: bool = False) -> StoreSite:
    fields = data_site(name, disposable=disposable)
    del fields["maintenance_window"]
    return StoreSite(**fields)


def args(primary: str = "dublin", *, only: bool = False, disposable: bool = False, **more: Any) -> FilesArgs:
    names = ("dublin",) if only else ("dublin", "frankfurt")
    fields: dict[str, Any] = {"directories": {"invoices": Directory(path="/invoices")}, **more}
    if "sites" not in fields:
        fields["sites"] = {name: site(name, disposable=disposable) for name in names}
    return FilesArgs(primary=primary, **fields)


def files(primary: str = "dublin", **more: Any) -> Graph:
    return declare(lambda: Files("files", args(primary, **more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return files()


def test_every_site_has_a_file_system_that_every_zone_reaches(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Files": 1,
        "aws:efs/fileSystem:FileSystem": 2,
        "aws:efs/fileSystemPolicy:FileSystemPolicy": 2,
        "aws:efs/backupPolicy:BackupPolicy": 2,
        "aws:efs/accessPoint:AccessPoint": 2,
        "aws:efs/mountTarget:MountTarget": 6,
        "aws:efs/replicationConfiguration:ReplicationConfiguration": 1,
        "aws:ec2/securityGroup:SecurityGroup": 2,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
    }
    subnets = {str(found.inputs["subnetId"]) for found in named(graph, MOUNT).values()}
    assert subnets == {f"subnet-{zone}" for zones in ZONES.values() for zone in zones}


def test_every_file_system_is_under_the_key_of_its_region_and_kept(graph: Graph) -> None:
    for name, region in REGIONS.items():
        system = row(graph, "FileSystem", f"files-{name}")
        assert region_of(graph, system) == region
        assert (system.inputs["encrypted"], system.inputs["kmsKeyId"]) == (True, key_arn(region))
        assert system.inputs["throughputMode"] == "elastic"
        assert "availabilityZoneName" not in system.inputs
        assert system.options.protect
    assert not row(files(disposable=True), "FileSystem", "files-dublin").options.protect


def test_the_primary_is_replicated_into_the_other_site(graph: Graph) -> None:
    assert row(graph, "FileSystem", "files-frankfurt").inputs["protection"] == {"replicationOverwrite": "DISABLED"}
    assert "protection" not in row(graph, "FileSystem", "files-dublin").inputs
    replication = row(graph, "ReplicationConfiguration", "files-dublin-replication")
    assert region_of(graph, replication) == "eu-west-1"
    assert replication.inputs["destination"]["region"] == "eu-central-1"  # type: ignore[index,call-overload]
    source, target = (row(graph, "FileSystem", f"files-{name}").urn for name in REGIONS)
    assert replication.property_dependencies["sourceFileSystemId"] == (source,)
    assert replication.property_dependencies["destination"] == (target,)


def test_one_site_replicates_to_nowhere() -> None:
    assert not files(only=True).of_type("aws:efs/replicationConfiguration:ReplicationConfiguration")


def test_what_a_failover_changes_is_left_alone(graph: Graph) -> None:
    for name in REGIONS:
        assert row(graph, "FileSystem", f"files-{name}").options.ignore_changes == FAILOVER_FIELDS


def test_replication_turned_round_changes_nothing_but_itself(graph: Graph) -> None:
    def still(found: Graph) -> Graph:
        kept = {urn: found[urn] for urn in found.resources if not urn.endswith("-replication")}
        return replace(found, resources=kept)

    turned = files("frankfurt")
    assert_adopted(still(graph), still(turned), FileSystem=FAILOVER_FIELDS)
    assert row(turned, "ReplicationConfiguration", "files-frankfurt-replication")


def test_nobody_mounts_in_the_clear_or_past_an_access_point(graph: Graph) -> None:
    denied = statements(row(graph, "FileSystemPolicy", "files-dublin"))
    assert [statement["Effect"] for statement in denied] == ["Deny", "Deny"]
    assert [statement["Condition"] for statement in denied] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
    ]
    assert all("elasticfilesystem:ClientMount" in statement["Action"] for statement in denied)


def test_who_mounts_a_directory_becomes_its_user(graph: Graph) -> None:
    point = row(graph, "AccessPoint", "files-frankfurt-invoices").inputs
    assert point["posixUser"] == {"uid": 65532, "gid": 65532}
    assert point["rootDirectory"] == {
        "path": "/invoices",
        "creationInfo": {"ownerUid": 65532, "ownerGid": 65532, "permissions": "0750"},
    }


def test_a_day_s_backup_is_kept_unless_a_plan_does_it(graph: Graph) -> None:
    assert row(graph, "BackupPolicy", "files-dublin").inputs["backupPolicy"] == {"status": "ENABLED"}
    assert not files(automatic_backups=False).of_type("aws:efs/backupPolicy:BackupPolicy")


def test_files_move_to_cheaper_storage_and_back() -> None:
    assert row(files(cold_after_days=1), "FileSystem", "files-dublin").inputs["lifecyclePolicies"] == [
        {"transitionToIa": "AFTER_1_DAY"},
        {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
    ]
    assert "lifecyclePolicies" not in row(files(cold_after_days=None), "FileSystem", "files-dublin").inputs


INVOICES = Mount(
    file_system_id="fs-1",
    file_system_arn="arn:aws:elasticfilesystem:eu-west-1:111111111111:file-system/fs-1",
    access_point_id="fsap-1",
    access_point_arn="arn:aws:elasticfilesystem:eu-west-1:111111111111:access-point/fsap-1",
)
PERMISSION = {
    "Effect": "Allow",
    "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    "Resource": [INVOICES.file_system_arn],
    "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": INVOICES.access_point_arn}},
}


def test_a_container_mounts_by_tls_with_a_permission_of_its_own() -> None:
    found = declare(lambda: FargateTier("web", fargate_args(mounts={"/files": INVOICES})))
    task = row(found, "TaskDefinition", "web-task").inputs
    assert {"name": "files"} | {
        "efsVolumeConfiguration": {
            "fileSystemId": "fs-1",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
        }
    } in task["volumes"]  # type: ignore[operator]
    assert '{"sourceVolume": "files", "containerPath": "/files"}' in str(task["containerDefinitions"])
    assert statements(row(found, "RolePolicy", "web-mounts")) == [PERMISSION]


def test_a_machine_may_mount_and_is_told_how() -> None:
    told: list[str] = []

    def program() -> None:
        INVOICES.script("/files").apply(told.append)
        InstanceTier("web", instance_args(mounts={"/files": INVOICES}))

    assert statements(row(declare(program), "RolePolicy", "web-mounts")) == [PERMISSION]
    assert told == [
        "mkdir -p /files\necho 'fs-1:/ /files efs _netdev,tls,iam,accesspoint=fsap-1 0 0' >> /etc/fstab\nmount /files\n"
    ]


def test_wrong_mounts_are_named() -> None:
    assert refusals(lambda: fargate_args(mounts={"files": INVOICES, "/tmp": INVOICES})) == [
        "mounts: 'files' is no directory below the root, such as /files",
        "mounts: '/tmp' is also in writable; a directory holds one or the other",
    ]


def test_wrong_arguments_are_all_named_at_once() -> None:
    same = {"invoices": Directory(path="/files"), "exports": Directory(path="/files")}

    def beside() -> FilesArgs:
        dublin = site("dublin")
        return args("paris", sites={"dublin": dublin, "cork": dublin}, directories=same)

    assert refusals(beside) == [
        "primary: 'paris' is not a site; there are cork, dublin",
        "sites: 'dublin' and 'cork' are both in eu-west-1; the replica is in another region",
        "directories.exports.path: '/files' is also that of 'invoices'",
    ]


def test_a_third_site_is_refused() -> None:
    def third() -> FilesArgs:
        return args(sites=dict.fromkeys(("dublin", "cork", "kerry"), site("dublin")))

    assert refusals(third) == ["sites: must hold at most 2"]
