"""What the mid-size shop declares, and what a change of its specification does to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from bcinfra import spec
from bcinfra.exits import UserError
from bcinfra.graph import Graph, Resource, Secret
from bcinfra.graph.core.location import location
from bcinfra.spec import AwsSite, Strategy
from tests.assembly.conftest import active, recorded, sample, without_files

GOLDEN = Path(__file__).parent.parent / "golden"
SITES = {"ireland": "eu-west-1", "frankfurt": "eu-central-1", "virginia": "us-east-1"}
MAIN, VAULT = "111122223333", "444455556666"


def inputs_changed(before: Graph, after: Graph) -> dict[str, set[str]]:
    """Inputs that differ and are not ignored, by resource name."""
    found: dict[str, set[str]] = {}
    for urn in before.resources.keys() & after.resources.keys():
        old, new = before[urn], after[urn]
        names = {key for key in {*old.inputs, *new.inputs} if old.inputs.get(key) != new.inputs.get(key)}
        if names := names - set(new.options.ignore_changes):
            found[new.name] = names
    return found


def sites_of(graph: Graph, token: str) -> dict[str, Resource]:
    """The resources of a type by the region they are in."""
    return {str(location(graph, r)).split("/")[1]: r for r in graph.of_type(token)}


# --- what is there


def test_both_sites_have_web_app_mysql_redis_and_media(prod: Graph):
    for token, each in {
        "aws:ecs/service:Service": 3,  # and what reads the database's log
        "aws:lb/loadBalancer:LoadBalancer": 2,
        "aws:rds/instance:Instance": 1,
        "aws:elasticache/replicationGroup:ReplicationGroup": 1,
        "aws:s3/bucket:Bucket": 2,  # media, and who asked for what
        "aws:ec2/vpc:Vpc": 1,
        "aws:backup/vault:Vault": 1,
    }.items():
        for site in ("ireland", "frankfurt"):
            here = [r for r in prod.of_type(token) if location(prod, r)[:2] == ("aws", SITES[site])]  # type: ignore[index]
            assert len(here) == each, (token, site)


def test_everything_of_a_site_is_in_its_region_and_account(prod: Graph):
    for row in prod:
        named = [s for s in SITES if f"-{s}" in row.name]
        site = min(named, key=row.name.find, default=None)  # of an alarm about a copy to elsewhere: where it stands
        where = location(prod, row)
        if "-outage-" in row.name:  # what sees an outage is at neither site; see test_recovery
            continue
        told_in_vault = "-mysql-log-" in row.name and row.name.endswith("-silent")  # where the log should arrive
        if told_in_vault or re.search("-restore-[a-z]+-(unproved|lost|slow)$", row.name):
            assert where == ("aws", SITES["virginia"], VAULT)
            continue
        if site and where and where.region != "global" and not row.is_provider:
            assert where.region == SITES[site], row.urn
            assert where.account == (VAULT if site == "virginia" else MAIN), row.urn


def test_backups_media_and_state_have_a_locked_copy_in_a_third_region_and_another_account(prod: Graph):
    bucket = "aws:s3/bucket:Bucket"
    for token, name in (("aws:backup/vault:Vault", "backups"), (bucket, "media"), (bucket, "state")):
        (isolated,) = [r for r in prod.of_type(token) if r.name == f"midsize-prod-{name}-isolated"]
        assert location(prod, isolated) == ("aws", "us-east-1", VAULT)
    (lock,) = prod.of_type("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
    assert (lock.inputs["minRetentionDays"], lock.inputs["changeableForDays"]) == (30, 3)
    locks = {r.name: r for r in prod.of_type("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")}
    for trail in ("audit-main", "audit-vault"):
        locked = locks.pop(f"midsize-prod-{trail}").inputs["rule"]
        assert locked == {"defaultRetention": {"days": 400, "mode": "GOVERNANCE"}}
    assert locks.keys() == {f"midsize-prod-{name}" for name in ("media-isolated", "mysql-log-vault", "state-isolated")}
    for objects in locks.values():
        assert location(prod, objects) == ("aws", "us-east-1", VAULT)
        assert objects.inputs["rule"] == {"defaultRetention": {"days": 30, "mode": "COMPLIANCE"}}


def test_every_site_keeps_its_data_under_its_own_key(prod: Graph):
    for token, field in (
        ("aws:rds/instance:Instance", "kmsKeyId"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "kmsKeyId"),
        ("aws:backup/vault:Vault", "kmsKeyArn"),
    ):
        for row in prod.of_type(token):
            (key,) = row.property_dependencies[field]
            assert location(prod, prod[key]) == location(prod, row), row.name


def test_backups_are_not_under_the_key_of_the_data(prod: Graph):
    data = {k for r in prod.of_type("aws:rds/instance:Instance") for k in r.property_dependencies["kmsKeyId"]}
    vaults = {k for r in prod.of_type("aws:backup/vault:Vault") for k in r.property_dependencies["kmsKeyArn"]}
    assert not data & vaults


def test_customers_follow_the_health_of_the_sites(prod: Graph):
    records = [r for r in prod.of_type("aws:route53/record:Record") if r.inputs.get("weightedRoutingPolicies")]
    weights = {(r.inputs["setIdentifier"], r.inputs["weightedRoutingPolicies"][0]["weight"]) for r in records}  # type: ignore[index,call-overload]
    assert weights == {("ireland", 100), ("frankfurt", 0)}
    assert all(r.property_dependencies["healthCheckId"] for r in records)


def test_the_task_definition_can_be_read_before_anything_is_deployed(prod: Graph):
    for row in prod.of_type("aws:ecs/taskDefinition:TaskDefinition"):
        (container,) = json.loads(str(row.inputs["containerDefinitions"]))
        region = location(prod, row).region  # type: ignore[union-attr]
        assert f".ecr.{region}." in container["image"], "the standby pulls from its own registry"


def test_passwords_are_secret_and_write_only(prod: Graph):
    password = {
        "aws:rds/instance:Instance": "passwordWo",
        "aws:elasticache/replicationGroup:ReplicationGroup": "authTokenWo",
    }
    for token, field in password.items():
        holders = [r for r in prod.of_type(token) if field in r.inputs]
        assert [r.name.rsplit("-", 1)[1] for r in holders] == ["ireland"], "a replica has no credentials"
        assert all(r.inputs[field] == Secret() for r in holders)


def test_no_resource_of_a_site_needs_another_site_but_what_replicates(prod: Graph):
    """What takes over must start without the site it replaces."""
    for row in prod:
        if not row.custom or "frankfurt" not in row.name or row.is_provider:
            continue
        needed = {prod[urn].name for urn in row.dependencies if "ireland" in prod[urn].name}
        replicates = any(
            part in row.name
            for part in (
                "-mysql-",
                "-redis-",
                "-media-",
                "-files-",
                "-images-",
                "-backups-",
                "-names-",
                "-certificate-",
                "-outage-",
                "-switch",
            )
        )
        assert not needed or replicates, (row.name, needed)


STACKS = sorted(path.stem for path in GOLDEN.glob("*.urns"))


@pytest.mark.parametrize("stack", STACKS)
def test_the_specification_travels_in_the_graph(stack: str):
    customer, _, environment = stack.rpartition("-")
    (row,) = sample(stack).of_type("bcinfra:assembly:Shop")
    assert spec.Shop(**row.inputs["spec"]) == import_module(customer).SHOPS[environment]  # type: ignore[arg-type]


def test_every_sample_has_its_names_held():
    stacks = Path(__file__).parents[2] / "stacks" / "config"
    assert [f"Pulumi.{stack}.yaml" for stack in STACKS] == sorted(path.name for path in stacks.glob("*.yaml"))


@pytest.mark.parametrize("stack", STACKS)
def test_no_urn_changes_unseen(stack: str):
    """A changed URN is a deletion and a creation. Where that is meant, give an alias and update the golden file."""
    golden = GOLDEN / f"{stack}.urns"
    assert sorted(sample(stack).resources) == golden.read_text().splitlines(), f"see {golden}"


@pytest.mark.parametrize("stack", STACKS)
def test_a_site_deployed_under_its_former_type_is_not_replaced(stack: str):
    graph = sample(stack)
    sites = [row.type for row in graph if row.type.endswith("SiteDeployment")]
    former = {
        urn: urn.replace(token, "bcinfra:assembly:Site")
        for token in set(sites)
        for urn, row in graph.resources.items()
        if token in urn and not row.external
    }
    assert len(former) > len(sites)
    assert [urn for urn, before in former.items() if before not in graph[urn].options.aliases] == []


def test_staging_has_the_same_shape(prod: Graph):
    import midsize

    def shape(graph: Graph, environment: str) -> set[str]:
        """URNs without what names the environment."""
        return {
            urn.replace(f"{environment}.shop.example", "shop.example").replace(environment, "")
            for urn in graph.resources
        }

    missing = {urn.rsplit("::", 1)[1] for urn in shape(prod, "prod") ^ shape(recorded(midsize.STAGING), "staging")}
    # No peaks and no zones apart for two replicas, no second shard, no budget, nothing promised, production's images,
    # backups that may go with the shop and are restored by nobody in the vault; no signature, no page for customers, so
    # none to fall back to or switch on. Production copies the state of both.
    apart = ("black-friday", "-redis-2-", "-image", "-burn-", "-to-isolated-", "-app-shift", "-web-shift")
    own = tuple(f"midsize--{part}" for part in ("page", "restore", "signing", "edge-modes", "virginia-logs", "state"))
    assert {name for name in missing if not name.startswith(own) and not any(part in name for part in apart)} == {
        "midsize--audit-main",  # locked
        "midsize--audit-vault",
        "midsize--backups-isolated",
        "midsize--help-europe-west1",
        "midsize--ireland-alarms-budget",
        "midsize--main-eu-west-3",
        "midsize--names-shop.example-A-fallback",
        "midsize--names-www.shop.example-A-fallback",
        "midsize--virginia-alarms-budget",
    }


# --- what a change does


def test_naming_the_site_that_a_failover_promoted_changes_nothing(prod: Graph, changed: Callable[..., Graph]):
    after = changed(active_site="frankfurt")
    assert after.resources.keys() == prod.resources.keys()
    # who keeps the archive's user works where the shop writes
    assert inputs_changed(prod, after) == {"midsize-prod-ireland-archive-user-schedule": {"state"}}


def test_removing_the_standby_leaves_the_rest_alone(prod: Graph, changed: Callable[..., Graph], shop: spec.Shop):
    after = changed(
        sites={name: site for name, site in shop.sites.items() if name != "frankfurt"},
        strategy=Strategy.BACKUP_AND_RESTORE,
    )
    assert not after.resources.keys() - prod.resources.keys()
    gone = {prod[urn].name for urn in prod.resources.keys() - after.resources.keys()}
    assert all(
        any(
            part in name
            for part in ("frankfurt", "eu-central-1", "redis-global", "redis-ireland", "media-ireland", "files-ireland")
        )
        for name in gone
    ), gone


def test_adding_a_third_site_leaves_the_rest_alone(changed: Callable[..., Graph], shop: spec.Shop):
    prod = changed(**without_files(shop))
    after = changed(**without_files(shop), sites={**shop.sites, "paris": AwsSite(region="eu-west-3", role="standby")})
    assert not prod.resources.keys() - after.resources.keys()
    new = {after[urn].name for urn in after.resources.keys() - prod.resources.keys()}
    assert all("paris" in name or "eu-west-3" in name for name in new), new
    # What is there learns of the new site: where to replicate to, whom to let in, one more to watch.
    spans = (
        "-backups-",
        "-images-",
        "-media-",
        "-mysql-log-vault",
        "-redis-global",
        "-origin-",
        "-edge",
        "-secrets-",
        "-payment-gateway-configuration-",
        "-restore-proof-task",
        "-runbook-start",
    )
    assert all(name == "midsize-prod" or any(part in name for part in spans) for name in inputs_changed(prod, after))


def test_plain_mysql_cannot_be_active_active(changed: Callable[..., Graph], shop: spec.Shop):
    with pytest.raises(UserError, match=r"mysql\.engine = 'mysql': takes writes at one site alone"):
        changed(**{**active(shop), "mysql": shop.mysql})


def test_aurora_serves_from_both_sites(changed: Callable[..., Graph], shop: spec.Shop):
    assert shop.mysql
    graph = changed(**active(shop))
    assert sites_of(graph, "aws:rds/cluster:Cluster").keys() == {"eu-west-1", "eu-central-1"}
    assert [r for r in graph.of_type("aws:route53/record:Record") if r.inputs.get("latencyRoutingPolicies")]


def test_a_pilot_light_runs_no_servers_but_keeps_the_data(changed: Callable[..., Graph]):
    graph = changed(strategy=Strategy.PILOT_LIGHT)
    frankfurt = [r for r in graph.of_type("aws:ecs/service:Service") if "-frankfurt-" in r.name]
    assert [r.inputs["desiredCount"] for r in frankfurt] == [0, 0]
    assert "eu-central-1" in sites_of(graph, "aws:rds/instance:Instance")


def test_virtual_machines_instead_of_containers(changed: Callable[..., Graph], shop: spec.Shop):
    image = "resolve:ssm:/midsize/web/image"
    graph = changed(web=shop.web.revised(compute="virtual-machines", image=image))
    assert len(graph.of_type("aws:autoscaling/group:Group")) == 2
    (template, _) = graph.of_type("aws:ec2/launchTemplate:LaunchTemplate")
    assert template.inputs["imageId"] == image


def test_two_sites_that_would_share_a_range_are_told_apart(changed: Callable[..., Graph], shop: spec.Shop):
    sites = {name: site.revised(network="10.9.0.0/16") if site.serves else site for name, site in shop.sites.items()}
    with pytest.raises(UserError, match=r"sites\.\w+\.network = '10.9.0.0/16': is the range of site"):
        changed(sites=sites)
