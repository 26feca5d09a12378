"""Shared files on Filestore: over zones, backed up to another region, replicated to another site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bcinfra.gcp import CloudRunTier, CloudRunTierArgs, NfsMount
from bcinfra.gcp.files import Files, FilesArgs, FilesSite, definition
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import REGIONS, counts, declare, key_name, keyed, needs, nested, region, region_of
from tests.gcp.workflow_runner import Run, WorkflowError
from tests.helpers import refusals, row, rows


def site(home: str, *, disposable: bool = False) -> FilesSite:
    return FilesSite(
        **dict(keyed(home, disposable=disposable)),
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id=f"projects/acme-prod/regions/{home}/subnetworks/shop",
        allocated_range="shop-services",
        clients=("10.30.0.0/20",),
    )


def args(*, both: bool = False, primary: str = "ghent", **more: Any) -> FilesArgs:
    sites = {name: site(home) for name, home in REGIONS.items() if both or name == "ghent"}
    return FilesArgs(sites=sites, primary=primary, size=100, uid=33, gid=33, **more)


def files(**more: Any) -> Graph:
    return declare(lambda: Files("invoices", args(**more)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return files(backups=keyed("europe-west12"), keep_days=30)


def test_it_is_a_share_with_an_owner_and_backups_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {"Instance": 1, "Workflow": 1, "Account": 3, "IAMCustomRole": 1, "IAMMember": 2, "Job": 2}


def test_the_share_spans_the_zones_of_its_region_under_the_site_s_own_key(graph: Graph) -> None:
    share = row(graph, "Instance", "invoices-ghent")
    assert region_of(graph, share) == share.inputs["location"] == "europe-west1"
    assert (share.inputs["tier"], share.inputs["protocol"]) == ("REGIONAL", "NFS_V3")
    assert share.inputs["kmsKeyName"] == key_name("europe-west1")
    assert share.inputs["deletionProtectionEnabled"] is True


def test_nobody_but_the_tiers_of_the_network_mounts_it(graph: Graph) -> None:
    share = row(graph, "Instance", "invoices-ghent")
    (network,) = share.inputs["networks"]  # type: ignore[misc]
    assert network["connectMode"] == "PRIVATE_SERVICE_ACCESS"  # type: ignore[index,call-overload]
    assert network["reservedIpRange"] == "shop-services"  # type: ignore[index,call-overload]
    (option,) = nested(share, "fileShares", "nfsExportOptions")
    assert option["ipRanges"] == ["10.30.0.0/20"]


def test_its_root_is_given_to_the_user_of_the_tiers_before_anybody_mounts_it(graph: Graph) -> None:
    owner = next(job for job in rows(graph, "Job").values() if job.name == "invoices-owner")
    (container,) = nested(owner, "template", "template", "containers")
    assert (container["commands"], container["args"]) == (["chown"], ["33:33", "/shared"])
    assert owner.inputs["runExecutionToken"] == "u33g33"
    assert not [one for one in rows(graph, "IAMMember").values() if "owner" in one.name], "it may do nothing else"


def test_backups_lie_in_another_region_under_its_key_and_the_clock_may_only_start_them(graph: Graph) -> None:
    workflow = row(graph, "Workflow", "invoices-backup")
    assert nested(workflow, "userEnvVars", "KEY") == key_name("europe-west12")
    assert "/locations/europe-west12/backups" in str(workflow.inputs["sourceContents"])
    clock = next(job for job in rows(graph, "Job").values() if job.name == "invoices-backup")
    assert clock.inputs["schedule"] == "17 * * * *"
    role = row(graph, "IAMCustomRole", "invoices-backup-acts-makes").inputs["permissions"]
    assert role == [
        "file.backups.create",
        "file.backups.delete",
        "file.backups.list",
        "file.instances.get",
        "file.operations.get",
        "logging.logEntries.create",
    ]


def test_the_other_site_follows_and_is_adopted_when_it_is_promoted() -> None:
    both = files(both=True)
    standby = row(both, "Instance", "invoices-turin")
    assert nested(standby, "initialReplication", "role") == "STANDBY"
    assert needs(both, standby, "initialReplication") == {"invoices-ghent"}
    after = files(both=True, primary="turin")
    for name, share in rows(both, "Instance").items():
        now = rows(after, "Instance")[name]
        assert {key for key in share.inputs if share.inputs[key] != now.inputs.get(key)} <= {"initialReplication"}
        assert set(now.options.ignore_changes) == {"desiredReplicaState", "initialReplication"}


def test_containers_mount_it_where_they_are_told() -> None:
    mount = NfsMount(server="10.30.32.2", path="/shared")
    graph = declare(
        lambda: CloudRunTier(
            "web",
            CloudRunTierArgs(
                region=region(),
                network_id="projects/acme-prod/global/networks/shop",
                subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
                image="europe-docker.pkg.dev/acme-prod/shop/shop:1.0.0",
                peak=4,
                mounts={"/files": mount},
            ),
        )
    )
    service = row(graph, "Service", "web-service")
    assert nested(service, "template", "volumes") == [
        {"name": "files", "nfs": {"server": "10.30.32.2", "path": "/shared"}}
    ]
    (container,) = nested(service, "template", "containers")
    assert container["volumeMounts"] == [{"name": "files", "mountPath": "/files"}]


BACKUPS = "https://file.googleapis.com/v1/projects/acme-prod/locations/europe-west12/backups"


def execution(*, made: bool = True) -> Run:
    """A run of the workflow in which Filestore has an old and a young backup."""

    def answer(method: str, url: str, _: Mapping[str, Any]) -> Any:
        if method == "get" and url == BACKUPS:
            return {"backups": [{"name": "of/old", "createTime": "0"}, {"name": "of/young", "createTime": "990000"}]}
        if method == "post" and not made:
            raise WorkflowError({"message": "quota"})
        return {"name": "projects/acme-prod/locations/europe-west12/operations/1", "done": True}

    source = definition(args(backups=keyed("europe-west12"), keep_days=1), "invoices-ghent")
    return Run(source, answer, {"KEY": "the key there"})


def test_a_run_backs_up_and_deletes_what_is_old() -> None:
    done = execution()
    done.main()
    assert [(method, url.rpartition("/")[2]) for method, url in done.calls] == [("post", "backups"), ("delete", "old")]
    assert done.bodies[BACKUPS]["kmsKey"] == "the key there"
    assert done.bodies[BACKUPS]["sourceInstance"].endswith("/locations/europe-west1/instances/invoices-ghent")


def test_a_backup_that_is_not_made_is_told_and_deletes_nothing() -> None:
    done = execution(made=False)
    with pytest.raises(WorkflowError, match="quota"):
        done.main()
    assert [one["severity"] for one in done.said] == ["ERROR"]
    assert not [url for method, url in done.calls if method == "delete"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"primary": "gent"}, "primary: "),
        ({"every_hours": 5}, "every_hours: 5 hours do not divide a day"),
        ({"backups": keyed("europe-west1")}, "backups.region: europe-west1 is that of 'ghent'"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], said: str) -> None:
    (problem,) = refusals(lambda: args(**changed))
    assert problem.startswith(said)
