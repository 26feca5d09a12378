"""Keys and secrets: each site has its own, and reads without the others."""

from __future__ import annotations

import pulumi
import pytest

from bcinfra.gcp.agents import Agent
from bcinfra.gcp.keys import Key, KeyArgs
from bcinfra.gcp.secrets import ReplicatedSecret, ReplicatedSecretArgs
from bcinfra.graph.core.model import Graph, Secret
from tests.gcp.conftest import REGIONS, counts, declare, key_name, keyed, nested, project, region
from tests.helpers import refusals, row, rows


def key(*, disposable: bool = False) -> Graph:
    return declare(
        lambda: Key(
            "orders",
            KeyArgs(
                project=region(disposable=disposable),
                location="europe-west1",
                purpose="order database",
                agents=frozenset({Agent.CLOUD_SQL, Agent.BACKUP_DR}),
                users={"vault": "serviceAccount:backup@acme-vault.iam.gserviceaccount.com"},
            ),
        )
    )


def secret(*, disposable: bool = False) -> Graph:
    def program() -> None:
        sites = {site: keyed(name) for site, name in REGIONS.items()}
        args = ReplicatedSecretArgs(
            project=project(disposable=disposable),
            sites=sites,
            value=pulumi.Output.secret("correct horse"),
            readers={"web": "serviceAccount:web@acme-prod.iam.gserviceaccount.com"},
        )
        ReplicatedSecret("payment", args)

    return declare(program)


def test_what_a_key_is_made_of() -> None:
    assert counts(key()) == {"KeyRing": 1, "CryptoKey": 1, "CryptoKeyIAMMember": 3}


def test_a_key_rotates_and_cannot_vanish_at_once() -> None:
    found = row(key(), "CryptoKey", "orders-key")
    assert found.inputs["rotationPeriod"] == "7776000s"
    assert found.inputs["destroyScheduledDuration"] == "2592000s"
    assert found.inputs["deletionPolicy"] == "PREVENT"
    assert found.options.protect
    assert nested(found, "labels", "purpose") == "order-database"


def test_a_disposable_key_goes() -> None:
    found = row(key(disposable=True), "CryptoKey", "orders-key")
    assert (found.inputs["deletionPolicy"], found.options.protect) == ("DELETE", False)


def test_a_key_serves_those_named_and_nobody_else() -> None:
    grants = rows(key(), "CryptoKeyIAMMember")
    assert {name: grant.inputs["member"] for name, grant in grants.items()} == {
        "orders-backup-dr": "serviceAccount:service-111111111111@gcp-sa-backupdr.iam.gserviceaccount.com",
        "orders-cloud-sql": "serviceAccount:service-111111111111@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        "orders-vault": "serviceAccount:backup@acme-vault.iam.gserviceaccount.com",
    }
    assert {grant.inputs["role"] for grant in grants.values()} == {"roles/cloudkms.cryptoKeyEncrypterDecrypter"}


def test_service_agents_need_the_projects_number() -> None:
    assert refusals(
        lambda: KeyArgs(
            project=project(number=None), location="europe", purpose="x", agents=frozenset({Agent.CLOUD_SQL})
        )
    ) == ["project.number: is needed to name the service agents"]


def test_what_a_secret_is_made_of() -> None:
    assert counts(secret()) == {"Secret": 1, "SecretVersion": 1, "SecretIamMember": 1}


def test_a_secret_is_at_every_site_under_its_regions_key() -> None:
    replicas = nested(row(secret(), "Secret", "payment-secret"), "replication", "userManaged", "replicas")
    assert replicas == [
        {"location": name, "customerManagedEncryption": {"kmsKeyName": key_name(name)}} for name in REGIONS.values()
    ]


def test_a_value_is_written_and_never_kept() -> None:
    version = row(secret(), "SecretVersion", "payment-value").inputs
    assert version["secretDataWo"] == Secret()
    assert "secretData" not in version


@pytest.mark.parametrize(("disposable", "ttl"), [(False, "2592000s"), (True, None)])
def test_the_deletion_policy_guards_a_secret(disposable: bool, ttl: str | None) -> None:
    found = row(secret(disposable=disposable), "Secret", "payment-secret")
    assert found.inputs["deletionProtection"] is found.options.protect is not disposable
    assert found.inputs.get("versionDestroyTtl") == ttl


def test_only_readers_named_read() -> None:
    reader = row(secret(), "SecretIamMember", "payment-web").inputs
    assert (reader["role"], reader["member"]) == (
        "roles/secretmanager.secretAccessor",
        "serviceAccount:web@acme-prod.iam.gserviceaccount.com",
    )


def test_sites_that_share_a_region_or_leave_the_project_are_refused() -> None:
    assert refusals(
        lambda: ReplicatedSecretArgs(
            project=project(), sites={"ghent": keyed(), "liege": keyed(project_id="acme-other")}
        )
    ) == [
        "sites: 'ghent' and 'liege' are both in europe-west1; one replica a region",
        "sites.liege: a replica stays in the secret's project, acme-prod",
    ]
