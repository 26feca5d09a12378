"""What holds for every component, over a shop that uses all of them."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bcinfra.component import Component
from bcinfra.gcp.mysql import FAILOVER_FIELDS as MYSQL, FAILOVER_FIELDS_CONTENT as CONTENT
from bcinfra.gcp.names import LIMITS
from bcinfra.gcp.redis import FAILOVER_FIELDS as REDIS
from bcinfra.graph.core.model import Graph, Resource, Secret
from tests.gcp.conftest import PROJECT, REGIONS, VAULT, declare, nested
from tests.gcp.shop import everything
from tests.packages import subclasses

NAMES = {
    "Account": ("accountId", "service-account"),
    "BackupPlan": ("backupPlanId", "backup-vault"),
    "BackupVault": ("backupVaultId", "backup-vault"),
    "Bucket": ("name", "bucket"),
    "Cluster": ("name", "redis"),
    "CryptoKey": ("name", "kms"),
    "DatabaseInstance": ("name", "cloud-sql"),
    "Instance": ("name", "filestore"),
    "KeyRing": ("name", "kms"),
    "ManagedZone": ("name", "dns-zone"),
    "ProjectBucketConfig": ("bucketId", "log-bucket"),
    "ProjectSink": ("name", "log-bucket"),
    "Network": ("name", "compute"),
    "RegionInstanceGroupManager": ("name", "compute"),
    "Repository": ("repositoryId", "artifact-registry"),
    "Secret": ("secretId", "secret"),
    "Service": ("name", "cloud-run"),
    "IAMCustomRole": ("roleId", "role"),
    "Job": ("name", "scheduler"),
    "cloudrunv2/job:Job": ("name", "cloud-run"),
    "RegionAutoscaler": ("name", "compute"),
    "Stream": ("streamId", "datastream"),
    "Subnetwork": ("name", "compute"),
    "Subscription": ("name", "topic"),
    "Topic": ("name", "topic"),
    "Trigger": ("name", "eventarc"),
    "WorkerPool": ("name", "cloud-run"),
    "Workflow": ("name", "workflow"),
}
"""The input that holds the physical name, and the service whose limits it must keep."""

GUARDS: dict[str, dict[str, tuple[object, object]]] = {
    "BackupVault": {"ignoreInactiveDatasources": (False, True)},
    "Bucket": {"forceDestroy": (False, True)},
    "Cluster": {"deletionProtectionEnabled": (True, False)},
    "CryptoKey": {"deletionPolicy": ("PREVENT", "DELETE")},
    "DatabaseInstance": {"deletionProtection": (True, False)},
    "Instance": {"deletionProtectionEnabled": (True, False)},
    "ManagedZone": {"forceDestroy": (False, True)},
    "ProjectBucketConfig": {"locked": (True, False)},
    "Repository": {"deletionPolicy": ("PREVENT", "DELETE")},
    "Secret": {"deletionProtection": (True, False)},
    "Subscription": {},
}
"""What holds data or cannot be replaced unnoticed: it is protected, and so are these inputs (protected, disposable)."""

LOCATED = ("region", "location")


@cache
def shop(disposable: bool = False, primary: str = "ghent") -> Graph:
    return declare(everything(disposable=disposable, primary=primary))


@pytest.fixture(params=[False, True], ids=["protected", "disposable"])
def disposable(request: pytest.FixtureRequest) -> bool:
    return request.param


def kind(resource: Resource) -> str:
    return resource.type.rsplit(":", 1)[-1]


def named(resource: Resource) -> str:
    """The key of :data:`NAMES` for ``resource``: its kind, but where two services have one of that name."""
    whole = resource.type.removeprefix("gcp:")
    return whole if whole in NAMES else kind(resource)


def made(graph: Graph) -> list[Resource]:
    """What a program makes of Google Cloud's; what it looks up keeps the customer's names and labels."""
    return [resource for resource in graph if resource.package == "gcp" and not resource.external]


COMPONENTS = subclasses("gcp", Component)


def test_the_shop_uses_every_component() -> None:
    used = {resource.type for resource in shop() if resource.package == "bcinfra"}
    assert used == {f"bcinfra:gcp:{cls.__name__}" for cls in COMPONENTS}


def test_a_disposable_shop_is_made_of_the_same_resources() -> None:
    assert set(shop().resources) == set(shop(disposable=True).resources)


def test_everything_is_in_the_place_of_its_provider() -> None:
    graph = shop()
    for resource in made(graph):
        provider = graph.provider_of(resource)
        assert provider is not None
        for field in LOCATED:
            place = resource.inputs.get(field)
            if place in REGIONS.values() and provider.inputs["project"] == PROJECT:
                expected = provider.inputs.get("region", place)  # a worldwide provider makes a region's ranges
                assert place == expected, resource.urn


def test_physical_names_are_within_what_the_service_takes() -> None:
    checked = set()
    for resource in made(shop()):
        if named(resource) in NAMES:
            field, service = NAMES[named(resource)]
            assert LIMITS[service].accepts(str(resource.inputs[field])), resource.urn
            checked.add(named(resource))
    assert checked == NAMES.keys()


def test_one_policy_guards_all_that_holds_data(disposable: bool) -> None:
    for resource in made(shop(disposable=disposable)):
        if kind(resource) in GUARDS:
            assert resource.options.protect is not disposable, resource.urn
            for field, expected in GUARDS[kind(resource)].items():
                assert resource.inputs[field] == expected[disposable], resource.urn
        if kind(resource) == "DatabaseInstance":
            assert nested(resource, "settings", "deletionProtectionEnabled") is not disposable


def test_nothing_else_is_protected() -> None:
    others = {kind(resource) for resource in made(shop()) if resource.options.protect} - GUARDS.keys()
    assert others == {"GlobalAddress", "Topic"}, "the addresses that DNS and partners know, a queue's topics"


def test_nothing_is_protected_in_a_disposable_shop() -> None:
    assert not [resource.urn for resource in shop(disposable=True) if resource.options.protect]


def test_secrets_arrive_as_secrets() -> None:
    values = [
        (resource.urn, field, value)
        for resource in made(shop())
        for field, value in resource.inputs.items()
        if re.search("(Wo|[pP]assword|replicaConfiguration)$", field)
    ]
    assert len(values) >= 4
    assert all(value == Secret() for _, _, value in values), values
    assert "correct horse" not in str([resource.inputs for resource in shop()])


def test_rights_are_added_and_never_replace_those_of_others() -> None:
    grants = {kind(resource) for resource in made(shop()) if "IAM" in kind(resource) or "Iam" in kind(resource)}
    assert grants == {
        "BucketIAMMember",
        "CryptoKeyIAMMember",
        "IAMAuditConfig",  # of four services, which nothing else states
        "IAMCustomRole",
        "IAMMember",
        "JobIamMember",
        "RepositoryIamMember",
        "SecretIamMember",
        "ServiceIamMember",
        "SubscriptionIAMMember",
        "TopicIAMMember",
    }
    roles = {str(resource.inputs["role"]) for resource in made(shop()) if "role" in resource.inputs}
    assert not roles & {"roles/owner", "roles/editor", "roles/viewer", "roles/storage.admin"}
    public = {r.name for r in made(shop()) if r.inputs.get("member") in {"allUsers", "allAuthenticatedUsers"}}
    assert public == {"page-everybody"}  # what is printed on invoices


def test_what_must_survive_the_project_is_in_another() -> None:
    graph = shop()
    apart = {resource.name for resource in made(graph) if resource.inputs.get("project") == VAULT}
    archive = {f"copies{part}" for part in ("", "-held", "-held-notifies", "-kept", "-sealed", "-writer")}
    assert apart == {
        "media-vault",
        "media-abroad",
        "changes",
        "runbook",
        "backups-ghent",
        "backups-ghent-mysql",
        *archive,
        *(f"logs-{what}{part}" for what in ("access", "audit") for part in ("", "-writer")),
    }


def test_a_replica_needs_nothing_of_the_region_it_replaces() -> None:
    graph = shop()
    for name in ("orders-turin", "carts-turin"):
        (replica,) = [resource for resource in made(graph) if resource.name == name]
        needed = {graph[urn].name for urn in replica.dependencies}
        primary = name.replace("turin", "ghent")
        assert {other for other in needed if "ghent" in other} <= {primary, "shop-ghent-gcp-memorystore-redis"}


def test_after_a_failover_naming_the_new_primary_changes_nothing() -> None:
    before, after = shop(), shop(primary="turin")
    hidden = {"DatabaseInstance": MYSQL, "Cluster": REDIS, "Database": CONTENT, "User": CONTENT}
    assert set(before.resources) == set(after.resources)
    for old in made(before):
        changed = {
            field
            for field in {*old.inputs, *after[old.urn].inputs}
            if old.inputs.get(field) != after[old.urn].inputs.get(field) and field != "settings"
        }
        assert changed <= set(old.options.ignore_changes), (old.urn, changed)
        assert kind(old) in hidden or not changed
        assert old.options == after[old.urn].options
