"""Well-known weaknesses: a sound shop has none of them, and whatever of it is spoilt is missed by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, load, record, to_json
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_way_out import gateways, leaving
from tests.continuity.knockouts.edits import put, with_row, without
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

OF_ITS_OWN: Final = "999988887777"
"""The account that nobody in production can touch."""


def amazon() -> None:
    """Two regions at AWS: the second takes over at the word of a person, so that nothing else stands between."""
    sites = {"PRIMARY": Region("eu-west-1", IRELAND), "SECONDARY": Region("eu-central-1", FRANKFURT)}
    tiers = {role: Tier(at) for role, at in sites.items()}
    here, there = sites.values()
    leaving(here, gateways(here, 3))
    kept: dict[str, Any] = {"days": 35, "deletion_protection": True}
    orders = Database(here, tiers["PRIMARY"], **kept)
    Database(there, tiers["SECONDARY"], source=orders, **kept)
    subnets = aws.elasticache.SubnetGroup("carts", subnet_ids=here.subnet_ids, opts=here.opts)
    aws.elasticache.ReplicationGroup(
        "carts",
        description="carts",
        engine="valkey",
        num_cache_clusters=3,
        automatic_failover_enabled=True,
        multi_az_enabled=True,
        subnet_group_name=subnets.name,
        security_group_ids=[here.group("carts", admits=tiers["PRIMARY"].group).id],
        snapshot_retention_limit=7,
        opts=here.opts,
    )
    media = aws.s3.Bucket("media", opts=here.opts)
    aws.s3.BucketVersioning("media", bucket=media.id, versioning_configuration={"status": "Enabled"}, opts=here.opts)
    backups(here, orders.instance.arn, media.arn)
    zone = aws.route53.Zone("zone", name="shop.example", opts=here.opts)
    for role, at in sites.items():
        balancer = tiers[role].balancer
        wall = aws.wafv2.WebAcl(
            at.name,
            scope="REGIONAL",
            default_action={"allow": {}},
            visibility_config=SEEN,
            rules=[
                {
                    "name": "flood",
                    "priority": 0,
                    "action": {"block": {}},
                    "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
                    "visibility_config": SEEN,
                }
            ],
            opts=at.opts,
        )
        aws.wafv2.WebAclAssociation(at.name, resource_arn=balancer.arn, web_acl_arn=wall.arn, opts=at.opts)
        check = aws.route53.HealthCheck(
            at.name,
            type="HTTPS",
            fqdn=balancer.dns_name,
            port=443,
            request_interval=10,
            failure_threshold=3,
            opts=at.opts,
        )
        aws.route53.Record(
            at.name,
            zone_id=zone.zone_id,
            name="shop.example",
            type="A",
            set_identifier=role,
            health_check_id=check.id,
            failover_routing_policies=[{"type": role}],
            aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False}],
            opts=at.opts,
        )


SEEN: Final[Any] = {"cloudwatch_metrics_enabled": True, "metric_name": "wall", "sampled_requests_enabled": True}


def backups(here: Region, *guarded: pulumi.Output[str]) -> None:
    """Hourly copies, carried to a locked vault of another account on another continent, restored every week."""
    away = pulumi.ResourceOptions(provider=aws.Provider("away", region="us-east-1", allowed_account_ids=[OF_ITS_OWN]))
    own = aws.backup.Vault("own", opts=here.opts)
    isolated = aws.backup.Vault("isolated", opts=away)
    aws.backup.VaultLockConfiguration(
        "isolated", backup_vault_name=isolated.name, min_retention_days=35, changeable_for_days=3, opts=away
    )
    plan = aws.backup.Plan(
        "hourly",
        rules=[
            {
                "rule_name": "hourly",
                "target_vault_name": own.name,
                "schedule": "cron(0 * ? * * *)",
                "lifecycle": {"delete_after": 40},
                "copy_actions": [{"destination_vault_arn": isolated.arn, "lifecycle": {"delete_after": 40}}],
            }
        ],
        opts=here.opts,
    )
    role = f"arn:aws:iam::{OF_ITS_OWN}:role/backup"
    aws.backup.Selection("hourly", plan_id=plan.id, iam_role_arn=role, resources=[*guarded], opts=here.opts)
    test = aws.backup.RestoreTestingPlan(
        "weekly",
        name="weekly",
        schedule_expression="cron(0 3 ? * SUN *)",
        recovery_point_selection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "include_vaults": ["*"],
            "recovery_point_types": ["SNAPSHOT"],
        },
        opts=here.opts,
    )
    for kind in ("RDS", "S3"):
        aws.backup.RestoreTestingSelection(
            kind,
            restore_testing_plan_name=test.name,
            protected_resource_type=kind,
            protected_resource_arns=["*"],
            iam_role_arn=role,
            opts=here.opts,
        )


def containers() -> None:
    """A shop in a cluster over three zones, whose database an operator runs."""
    opts = k8s.gke(zones=("b", "c", "d"))
    k8s.web(opts, k8s.apart())
    kubernetes.policy.v1.PodDisruptionBudget(
        "web",
        metadata={"name": "web"},
        spec={"min_available": 5, "selector": {"match_labels": {"app": "web"}}},
        opts=opts,
    )
    k8s.pxc(opts)


def google() -> None:
    """Cloud SQL with a standby in another zone, behind an instance group over a region."""
    opts = pulumi.ResourceOptions(provider=gcp.Provider("google", project="acme-prod", region=k8s.BELGIUM))
    gcp.sql.DatabaseInstance(
        "orders",
        database_version="MYSQL_8_4",
        region=k8s.BELGIUM,
        deletion_protection=True,
        settings={
            "tier": "db-perf-optimized-N-2",
            "availability_type": "REGIONAL",
            "deletion_protection_enabled": True,
            "retain_backups_on_delete": True,
            "backup_configuration": {
                "enabled": True,
                "binary_log_enabled": True,
                "backup_retention_settings": {"retained_backups": 40},
            },
        },
        opts=opts,
    )


@cache
def sound(program: Callable[[], None]) -> Graph:
    return load(json.loads(to_json(record(program))))


def missed(graph: Graph) -> set[tuple[str, str]]:
    """What is missed of a program: codes, and what is said."""
    return {(f.code, say(f.says)) for f in assess(with_defaults(read(graph))).findings}


@cache
def missed_of(program: Callable[[], None]) -> set[tuple[str, str]]:
    return missed(sound(program))


class Weakness(NamedTuple):
    """What is spoilt, and what must then be missed of it."""

    what: str
    program: Callable[[], None]
    spoil: Callable[[Graph], Graph]
    code: str
    names: str
    """What the sentence must name."""


def one(graph: Graph, name: str, type: str = "") -> Any:
    return next(row for row in graph if row.name == name and row.type.endswith(type))


def having(name: str, type: str, **values: Any) -> Callable[[Graph], Graph]:
    """Other values of a resource's properties."""

    def spoil(graph: Graph) -> Graph:
        for path, value in values.items():
            graph = put(graph, one(graph, name, type), path.replace("__", "."), value)
        return graph

    return spoil


def lacking(*gone: str) -> Callable[[Graph], Graph]:
    """Without the resources of these types (and names, after a space)."""

    def spoil(graph: Graph) -> Graph:
        wanted = [text.split() for text in gone]
        rows = [r for r in graph if any(r.type.endswith(w[0]) and w[1:] in ([], [r.name]) for w in wanted)]
        assert rows
        return without(graph, *rows)

    return spoil


def one_gateway(graph: Graph) -> Graph:
    """All routes lead through the first gateway."""
    first = one(graph, "nat-0", "NatGateway")
    for i in (1, 2):
        route = one(graph, f"out-{i}", "route:Route")
        links = {**route.property_dependencies, "natGatewayId": (first.urn,)}
        graph = with_row(graph, replace(route, property_dependencies=links))
    return lacking("NatGateway nat-1", "NatGateway nat-2")(graph)


def first_subnet(name: str, type: str, *path: str) -> Callable[[Graph], Graph]:
    """Only the first of its subnets."""

    def spoil(graph: Graph) -> Graph:
        row = one(graph, name, type)
        head, *inner = path
        urns = row.property_dependencies[head]
        subnets = [u for u in urns if "subnet" in u]
        links = {**row.property_dependencies, head: tuple(u for u in urns if u not in subnets[1:])}
        value: Any = row.inputs[head]
        ids: Any = value[inner[0]] if inner else value
        given = {**value, inner[0]: ids[:1]} if inner else ids[:1]
        return with_row(graph, replace(row, inputs={**row.inputs, head: given}, property_dependencies=links))

    return spoil


def pods(**spec: Any) -> Callable[[Graph], Graph]:
    """Other values in the pods' specification."""

    def spoil(graph: Graph) -> Graph:
        row = one(graph, "web", ":Deployment")
        old: Any = row.inputs["spec"]
        template = {**old["template"], "spec": {**old["template"]["spec"], **spec}}
        return put(graph, row, "spec.template", template)

    return spoil


def unprobed(graph: Graph) -> Graph:
    old: Any = one(graph, "web", ":Deployment").inputs["spec"]
    (container,) = old["template"]["spec"]["containers"]
    return pods(containers=[{name: value for name, value in container.items() if name != "readinessProbe"}])(graph)


ORDERS, CARTS, WEB = "eu-west-1-db", "carts", "eu-west-1-web"

WEAKNESSES: Final = (
    Weakness("database in one zone", amazon, having(ORDERS, "rds/instance:Instance", multiAz=False), "BC0005", ORDERS),
    Weakness(
        "cache without a second node", amazon, having(CARTS, ":ReplicationGroup", numCacheClusters=1), "BC0005", CARTS
    ),
    Weakness(
        "cache that nothing promotes",
        amazon,
        having(CARTS, ":ReplicationGroup", automaticFailoverEnabled=False, multiAzEnabled=False),
        "BC0005",
        CARTS,
    ),
    Weakness("one task", amazon, having(WEB, "ecs/service:Service", desiredCount=1), "BC0035", WEB),
    Weakness(
        "tasks in one zone",
        amazon,
        first_subnet(WEB, "ecs/service:Service", "networkConfiguration", "subnets"),
        "BC0004",
        "euw1-az1",
    ),
    Weakness("one NAT gateway", amazon, one_gateway, "BC0043", "nat-0"),
    Weakness(
        "no deletion protection",
        amazon,
        having(ORDERS, "rds/instance:Instance", deletionProtection=False),
        "BC0042",
        ORDERS,
    ),
    Weakness("paper failover: nothing checks", amazon, lacking(":HealthCheck"), "BC0006", "aws/eu-west-1"),
    Weakness("nobody shields the name", amazon, lacking(":WebAclAssociation"), "BC0029", "shop.example"),
    Weakness(
        "a bad release stays",
        amazon,
        having(WEB, "ecs/service:Service", deploymentCircuitBreaker__rollback=False),
        "BC0017",
        "4.2.0",
    ),
    Weakness(
        "copies that production can delete",
        amazon,
        lacking(":VaultLockConfiguration", "backup/vault:Vault isolated"),
        "BC0009",
        ORDERS,
    ),
    Weakness("no restore is tested", amazon, lacking(":RestoreTestingSelection"), "BC0013", ORDERS),
    Weakness(
        "no backups of files", amazon, lacking(":BucketVersioning", "backup/selection:Selection"), "BC0022", "media"
    ),
    Weakness("pods that may share a node", containers, pods(topologySpreadConstraints=[]), "BC0035", "web"),
    Weakness("one pod", containers, having("web", ":Deployment", spec__replicas=1), "BC0035", "web"),
    Weakness(
        "budget that lets no pod go",
        containers,
        having("web", ":PodDisruptionBudget", spec__minAvailable=6),
        "BC0036",
        "web",
    ),
    Weakness(
        "database pods on one node",
        containers,
        having(
            "orders", ":PerconaXtraDBCluster", spec__pxc={"size": 3, "affinity": {"antiAffinityTopologyKey": "none"}}
        ),
        "BC0035",
        "orders",
    ),
    Weakness(
        "one database pod",
        containers,
        having("orders", ":PerconaXtraDBCluster", spec__pxc={"size": 1}),
        "BC0005",
        "orders",
    ),
    Weakness("no readiness probe", containers, unprobed, "BC0006", "web"),
    Weakness(
        "zonal Cloud SQL",
        google,
        having("orders", ":DatabaseInstance", settings__availabilityType="ZONAL"),
        "BC0005",
        "orders",
    ),
    Weakness(
        "Cloud SQL without backups",
        google,
        having("orders", ":DatabaseInstance", settings__backupConfiguration={"enabled": False}),
        "BC0022",
        "orders",
    ),
    Weakness(
        "Cloud SQL deleted by one command",
        google,
        having("orders", ":DatabaseInstance", deletionProtection=False, settings__deletionProtectionEnabled=False),
        "BC0042",
        "orders",
    ),
)


@pytest.mark.parametrize("weak", WEAKNESSES, ids=[w.what for w in WEAKNESSES])
def test_a_well_known_weakness_is_missed_by_name(weak: Weakness) -> None:
    new = missed(weak.spoil(sound(weak.program))) - missed_of(weak.program)
    assert any(code == weak.code and weak.names in text for code, text in new), sorted(new)


@pytest.mark.parametrize("program", [amazon, containers, google])
def test_none_is_invented_of_a_sound_shop(program: Callable[[], None]) -> None:
    said = missed_of(program)
    found = [w.what for w in WEAKNESSES if w.program is program and any(c == w.code and w.names in t for c, t in said)]
    assert not found
