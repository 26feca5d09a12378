"""What holds for every component, over shops that together use all of them."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bcinfra.assembly import Shop
from bcinfra.assembly.aws import AwsSiteDeployment
from bcinfra.aws.names import LIMITS
from bcinfra.component import Component
from bcinfra.graph import Graph, Resource, Secret
from bcinfra.graph.core.location import GLOBAL, location
from bcinfra.spec import Contact, ContactPage, Edge, Runbooks, Strategy, Telephone
from tests.assembly.conftest import b2b, large, midsize, php, recorded, without_files
from tests.aws.conftest import takes_tags
from tests.packages import subclasses

NAMES = {
    "aws:autoscaling/group:Group": ("name", "autoscaling-group"),
    "aws:backup/plan:Plan": ("name", "backup-plan"),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": ("name", "restore-testing"),
    "aws:backup/vault:Vault": ("name", "backup-vault"),
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": ("name", "alarm-mute"),
    "aws:cloudtrail/trail:Trail": ("name", "trail"),
    "aws:cloudfront/function:Function": ("name", "cloudfront-function"),
    "aws:cloudfront/keyValueStore:KeyValueStore": ("name", "key-value-store"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", "log-group"),
    "aws:ecr/repository:Repository": ("name", "ecr"),
    "aws:ecs/cluster:Cluster": ("name", "ecs"),
    "aws:ecs/service:Service": ("name", "ecs"),
    "aws:scheduler/schedule:Schedule": ("name", "schedule"),
    "aws:efs/fileSystem:FileSystem": ("creationToken", "efs"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replicationGroupId", "elasticache"),
    "aws:lb/loadBalancer:LoadBalancer": ("name", "load-balancer"),
    "aws:lb/targetGroup:TargetGroup": ("name", "target-group"),
    "aws:rds/cluster:Cluster": ("clusterIdentifier", "rds"),
    "aws:rds/instance:Instance": ("identifier", "rds"),
    "aws:s3/bucket:Bucket": ("bucket", "s3"),
    "aws:secretsmanager/secret:Secret": ("name", "secret"),
    "aws:opensearch/domain:Domain": ("domainName", "opensearch"),
    "aws:sqs/queue:Queue": ("name", "sqs"),
}
"""The input that holds the physical name, and the service whose limits it must keep."""

GUARDS = {
    "aws:backup/vault:Vault": {"forceDestroy": (False, True)},
    "aws:connect/instance:Instance": {},
    "aws:connect/phoneNumber:PhoneNumber": {},
    "aws:ecr/repository:Repository": {"forceDelete": (False, True)},
    "aws:efs/fileSystem:FileSystem": {},
    "aws:elasticache/replicationGroup:ReplicationGroup": {},
    "aws:globalaccelerator/accelerator:Accelerator": {},
    "aws:kms/key:Key": {"deletionWindowInDays": (30, 7)},
    "aws:lb/loadBalancer:LoadBalancer": {"enableDeletionProtection": (True, False)},
    "aws:opensearch/domain:Domain": {},
    "aws:rds/cluster:Cluster": {"deletionProtection": (True, False)},
    "aws:rds/instance:Instance": {"deletionProtection": (True, False), "deleteAutomatedBackups": (False, True)},
    "aws:route53/zone:Zone": {"forceDestroy": (False, True)},
    "aws:s3/bucket:Bucket": {"forceDestroy": (False, True)},
    "aws:secretsmanager/secret:Secret": {"recoveryWindowInDays": (30, 0)},
}
"""What holds data or cannot be replaced unnoticed: it is protected, and so are these inputs (protected, disposable)."""

COMPONENTS = [*subclasses("aws", Component), Shop, AwsSiteDeployment]
WRITE_ONLY = re.compile(r"(Wo|Password|AuthToken|PresharedKey)$")


@cache
def shops() -> dict[str, Graph]:
    """A protected shop, a disposable one, one of what those two do not use, one that calls a building, one that stands
    by at another vendor, one with workers and jobs."""
    prod = midsize.PROD
    image = "resolve:ssm:/midsize/web/image"
    other = prod.revised(
        environment="other",
        **without_files(prod),
        strategy=Strategy.ACTIVE_ACTIVE,
        sites={**prod.sites, "frankfurt": prod.sites["frankfurt"].revised(role="active")},
        mysql=prod.mysql.revised(engine="aurora", version="8.0", storage_limit=None),
        web=prod.web.revised(compute="virtual-machines", image=image),
        accounts={**prod.accounts, "help": "777788889999"},
        runbooks=Runbooks(account="help", region="ca-central-1", readers=("arn:aws:iam::777788889999:role/on-call",)),
        suppliers={},
        contact=Contact(
            phone=Telephone(number="+3225550100", carrier="proximus"),
            page=ContactPage(domain="shop-help.example", account="help", region="ca-central-1"),
        ),
    )
    front = b2b.PROD.revised(edge=Edge(vendor="aws", direct=True, shield_advanced=True))
    named = {"prod": prod, "staging": midsize.STAGING, "other": other, "front": front, "vendors": large.PROD}
    return {**{name: recorded(shop) for name, shop in named.items()}, "background": php("aws")}


@pytest.fixture(params=["prod", "staging", "other", "front", "vendors", "background"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return shops()[request.param]


def rows(graph: Graph) -> list[Resource]:
    return [row for row in graph if row.package == "aws"]


ALONE = {"bcinfra:aws:SiteChecks"}
"""Components that no shop is assembled from so far; their own tests hold them to the same."""


def test_every_component_is_used_by_one_of_the_shops():
    used = {row.type for graph in shops().values() for row in graph}
    assert {f"bcinfra:{cls.package}:{cls.__name__}" for cls in COMPONENTS} - used == ALONE


def test_shield_advanced_protects_an_edge_that_asks_for_it():
    protected = {name for name, graph in shops().items() if graph.of_type("aws:shield/protection:Protection")}
    assert protected == {"front"}


def test_everything_that_takes_tags_says_whose_it_is(graph: Graph):
    for row in rows(graph):
        if takes_tags(row.type) and not row.external:  # what the customer has keeps the customer's own
            tags = row.inputs["tags"]
            keys = {tag["key"] for tag in tags} if isinstance(tags, list) else tags.keys()
            assert {"bcinfra:shop", "bcinfra:environment", "bcinfra:site", "Name"} <= keys, row.urn


def test_everything_is_on_the_provider_of_its_site(graph: Graph):
    region = {site: stated.get("region") for site, stated in spec(graph)["sites"].items()} | {"global": "us-east-1"}
    region["traffic"] = "us-west-2"  # where an accelerator is measured
    region["contact-centre"] = "eu-central-1"
    region["state"] = "eu-west-3"
    region["help"] = "ca-central-1"  # the ground of the runbook, and of the page's files behind CloudFront
    for row in rows(graph):
        provider = graph.provider_of(row)
        assert provider and not provider.is_default_provider, row.urn
        tags = row.inputs.get("tags")
        if isinstance(tags, dict):
            served = "bcinfra:aws:StaticPage$" in row.urn and not row.type.startswith("aws:s3/")
            worldwide = served or any(what in row.name for what in ("-page-alarms", "-audit-help"))
            site = "global" if worldwide else str(tags["bcinfra:site"])
            assert provider.inputs["region"] == region[site], row.urn


def test_physical_names_are_within_what_the_service_takes(graph: Graph):
    for row in rows(graph):
        if row.type in NAMES and not row.external:
            field, service = NAMES[row.type]
            assert LIMITS[service].accepts(str(row.inputs[field])), (row.urn, row.inputs[field])


def test_physical_names_are_taken_once_in_a_place(graph: Graph):
    seen: set[tuple[object, ...]] = set()
    for row in rows(graph):
        if row.type in NAMES and not row.external:
            key = (row.type, location(graph, row), row.inputs[NAMES[row.type][0]])
            assert key not in seen, key
            seen.add(key)


def test_one_policy_guards_all_that_holds_data(graph: Graph):
    disposable = bool(spec(graph)["disposable"])
    for row in rows(graph):
        if row.type in GUARDS and not row.external:
            replica = "replicateSourceDb" in row.inputs and "-reader-" in row.name
            assert row.options.protect is (not disposable and not replica), row.urn
            for field, (protected, free) in GUARDS[row.type].items():
                assert row.inputs.get(field, False) == (free if disposable else protected), (row.urn, field)


def test_nothing_else_is_protected(graph: Graph):
    """Protection that is not needed is a deployment that stops for nothing."""
    others = {row.type for row in rows(graph) if row.options.protect} - GUARDS.keys()
    assert others <= {
        "aws:cloudfront/distribution:Distribution",  # a new one takes a quarter of an hour, and has another name
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
        "aws:rds/globalCluster:GlobalCluster",
        "aws:sqs/queue:Queue",  # of the shop's own; what tells of changes in a bucket is made again
    }


def test_secrets_arrive_as_secrets(graph: Graph):
    found = 0
    for row in rows(graph):
        for field, value in row.inputs.items():
            if WRITE_ONLY.search(field):
                assert isinstance(value, Secret), (row.urn, field)
                found += 1
    assert found >= 3


def test_no_component_keeps_an_output_to_itself(graph: Graph):
    for row in graph:
        if row.package == "bcinfra":
            assert row.outputs, f"{row.urn} registered no outputs"


def test_children_are_the_components_own(graph: Graph):
    for row in rows(graph):
        assert row.parent and graph[row.parent].package == "bcinfra", row.urn


def spec(graph: Graph) -> dict[str, dict[str, dict[str, object]]]:
    (shop,) = graph.of_type("bcinfra:assembly:Shop")
    return shop.inputs["spec"]  # type: ignore[return-value]


def test_global_services_are_told_apart(graph: Graph):
    zones = graph.of_type("aws:route53/zone:Zone")
    assert {location(graph, zone).region for zone in zones} == {GLOBAL}  # type: ignore[union-attr]
